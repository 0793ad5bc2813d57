"""The rows of the two registers as the registry itself would export them, without a fault in them. Neither faults nor files are in here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeAlias

import numpy as np

from audit import regions
from audit.demo import pregnancies
from audit.demo.families import Child, District, Family, Month
from audit.growth.ages import Floats, age_days, completed_months, days_of_months
from audit.growth.categories import CATEGORIES, category
from audit.growth.indices import Position, Scores, score
from audit.growth.standards import Index

Cell: TypeAlias = str | int | float | None
Row: TypeAlias = list[Cell]

EPPGBM_HEADER = (
    "No", "NIK", "Nama", "JK", "Tgl Lahir", "BB Lahir", "TB Lahir", "Nama Ortu", "Prov", "Kab/Kota", "Kec", "Pukesmas", "Desa/Kel",
    "Posyandu", "RT", "RW", "Alamat", "Usia Saat Ukur", "Tanggal Pengukuran", "Berat", "Tinggi", "Cara Ukur", "LiLA", "BB/U", "ZS BB/U",
    "TB/U", "ZS TB/U", "BB/TB", "ZS BB/TB", "Naik Berat Badan", "Jml Vit A", "KPSP", "KIA", "Kelas Ibu Balita", "MBG", "Detail",
)  # fmt: skip
"""The 36 columns of the e-PPGBM child export in their order. `Pukesmas` is how the registry spells it."""

BUMIL_HEADER = (
    "No", "NIK", "Nama Ibu", "Tgl Lahir", "Nama Suami", "Prov", "Kab/Kota", "Kec", "Puskesmas", "Desa/Kel", "Posyandu", "RT", "RW",
    "Alamat", "No HP", "Tanggal Pemeriksaan", "Usia Kehamilan (minggu)", "Gravida", "Paritas", "Abortus", "BB (kg)", "TB (cm)",
    "LiLA (cm)", "Hb (g/dL)", "HPHT", "Faktor Risiko",
)  # fmt: skip
"""The columns of a register of pregnant women."""

# Minimal gain in grams (KBM) at 1 to 11 months of age, then 200; boys, girls. The register only shows N or T, so no finer rule is needed.
_MINIMAL_GAIN = {
    True: (800, 900, 800, 600, 500, 400, 400, 300, 300, 300, 300, 200),
    False: (800, 900, 800, 600, 500, 400, 300, 300, 300, 300, 200, 200),
}

_KPSP = ("Sesuai", "Sesuai", "Sesuai", "Sesuai", "Meragukan", "Sesuai", "Sesuai", "Penyimpangan")


def eppgbm_rows(district: District, month: date) -> list[Row]:
    """One row for each child measured in the calendar month, in the order of kecamatan, desa and child; see `EPPGBM_HEADER`.

    Dates are ISO text. The z-scores are read at completed months, as the registry is believed to do, not at days.
    """
    seen, before = district.measured_in(month), district.measured_in(month.replace(day=1) - timedelta(days=1))
    months = completed_months(district.bodies.birth_on[seen.rows], seen.on)
    scores = _scores_at_completed_months(district, seen, months)
    ages, gains, area = _ages(district, seen, months), _gains(district, seen, before, months), _area(district)
    nutrition = [_labels(scores, index) for index in (Index.WAZ, Index.HAZ, Index.WHZ)]
    readings = zip(seen.reading.weight_kg.tolist(), seen.reading.height_cm.tolist(), seen.reading.is_standing.tolist(), strict=True)
    rows: list[Row] = []
    for i, (number, (weight, height, stands)) in enumerate(zip(seen.rows.tolist(), readings, strict=True)):
        child = district.children[number]
        muac = float(seen.reading.muac_cm[i])
        position = "Berdiri" if stands else "Terlentang"
        measured: Row = [ages[i], str(seen.on[i]), weight, height, position, None if np.isnan(muac) else muac]
        z_scores: Row = [cell for column in nutrition for cell in column[i]]
        rows.append([i + 1, *_child(child), *area, *_home(child.family), *measured, *z_scores, gains[i], *_services(child, int(months[i]))])
    return rows


def bumil_rows(district: District, month: date) -> list[Row]:
    """One row for each mother seen in the calendar month, from 5 to 41 weeks; see `BUMIL_HEADER`. Dates are ISO text."""
    area = _area(district)
    rows: list[Row] = []
    for one in district.pregnancies:
        family = district.families[one.family]
        on = month.replace(day=family.home.posyandu_day)
        if not one.is_seen(on):
            continue
        found = pregnancies.check(one, on)
        risks = pregnancies.risk_factors(one, found, family.mother.birth_on)
        mother: Row = [family.mother.nik, family.mother.name, family.mother.birth_on.isoformat(), family.father.name]
        history: Row = [family.phone, on.isoformat(), found.weeks, one.gravida, one.para, one.abortus]
        body: Row = [found.weight_kg, one.height_cm, found.muac_cm, found.hb, one.lmp_on.isoformat(), "; ".join(risks) or "-"]
        rows.append([len(rows) + 1, *mother, *area, *_home(family), *history, *body])
    return rows


def _child(child: Child) -> Row:
    """From NIK to the name of one parent: a third of the registrars write the father's."""
    family = child.family
    parent = family.father if child.number % 3 == 0 else family.mother
    sex = "L" if child.is_male else "P"
    return [child.nik, child.name, sex, child.birth_on.isoformat(), child.birth_weight_kg, child.birth_length_cm, parent.name]


def _ages(district: District, seen: Month, months: Floats) -> list[str]:
    """`1 Tahun - 3 Bulan - 5 Hari` for every row."""
    birth = district.bodies.birth_on[seen.rows]
    day_of_month = age_days(birth.astype("datetime64[M]"), birth)
    anniversary = (birth.astype("datetime64[M]") + months.astype("timedelta64[M]")).astype("datetime64[D]")
    days = np.maximum(0, age_days(anniversary, seen.on) - day_of_month)
    return [f"{int(m) // 12} Tahun - {int(m) % 12} Bulan - {int(d)} Hari" for m, d in zip(months, days, strict=True)]


def _area(district: District) -> Row:
    kabupaten = regions.kabupaten(district.kabupaten)
    province = regions.parent(kabupaten.code)
    return [province.name.upper() if province else None, kabupaten.name.removeprefix("Kabupaten ").upper()]


def _home(family: Family) -> Row:
    """From kecamatan to address."""
    home = family.home
    village = home.village
    place = [village.kecamatan, village.puskesmas.removeprefix("Puskesmas "), village.name, home.posyandu]
    return [*(name.upper() for name in place), f"{home.rt:03d}", f"{home.rw:03d}", home.address]


def _scores_at_completed_months(district: District, seen: Month, months: Floats) -> Scores:
    return score(
        age_days=days_of_months(months),
        is_male=district.bodies.is_male[seen.rows],
        weight_kg=seen.reading.weight_kg,
        height_cm=seen.reading.height_cm,
        position=np.where(seen.reading.is_standing, Position.STANDING, Position.LYING),
        only=(Index.WAZ, Index.HAZ, Index.WHZ),
    )


def _labels(scores: Scores, index: Index) -> list[tuple[Cell, Cell]]:
    """Label and z of one index for every row, `-` where it is not defined."""
    names = [row.label for row in CATEGORIES[index]]
    codes, z = category(index, scores.z(index)).tolist(), scores.z(index).tolist()
    return [("-", "-") if code < 0 else (names[code], round(value, 2)) for code, value in zip(codes, z, strict=True)]


def _gains(district: District, seen: Month, before: Month, months: Floats) -> list[str]:
    """N gained enough, T did not, O was not weighed last month, B is weighed for the first time."""
    last = dict(zip(before.rows.tolist(), before.reading.weight_kg.tolist(), strict=True))
    told: list[str] = []
    for number, weight, age in zip(seen.rows.tolist(), seen.reading.weight_kg.tolist(), months.tolist(), strict=True):
        if number not in last:
            told.append("B" if age < 1 else "O")
            continue
        wanted = _MINIMAL_GAIN[bool(district.bodies.is_male[number])][int(min(max(age, 1), 12)) - 1]
        told.append("N" if round((weight - last[number]) * 1000) >= wanted else "T")
    return told


def _services(child: Child, months: int) -> Row:
    """Vitamin A, KPSP, KIA book, mothers' class, MBG, detail; by the child's number, so that they stay with it."""
    vitamin_a = 0 if months < 6 else min(10, (months - 6) // 6 + 1 - (child.number % 4 == 0))
    kpsp = "-" if months < 3 else _KPSP[child.number % len(_KPSP)]
    yes_or_no = [child.number % 7 > 0, child.number % 3 == 0, child.number % 5 < 2]
    return [vitamin_a, kpsp, *("Ya" if yes else "Tidak" for yes in yes_or_no), "-"]
