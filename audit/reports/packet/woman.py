"""A grown-up's side of a packet: arm, blood and weight over time, anaemia by trimester, 4T. No worksheet and no identity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil, floor

from audit.lifecycle.vocabulary import Group
from audit.render.charts import Panel, panels
from audit.render.wording import MISSING, date_short, date_words, months_between, number, signed, with_unit
from audit.reports.packet.facts import PacketFacts, Part, Reading, date_of
from audit.reports.packet.pages import Flag, Gap, Indicator
from audit.reports.pages import Column, Figure, Level, Table
from audit.reports.phrases import kecamatan_words

KEK_BELOW_CM = 23.5
SHORT_BELOW_CM = 145.0
THIN_BELOW, HEAVY_FROM = 18.5, 25.0
"""LiLA, height and BMI limits of women. Source: Kemenkes, pedoman gizi seimbang and buku KIA."""

TOO_YOUNG_BELOW, TOO_OLD_ABOVE, TOO_CLOSE_MONTHS, TOO_MANY_BIRTHS = 20, 35, 24, 3
"""4T. Source: BKKBN, 4 Terlalu."""

SECOND_TRIMESTER = range(14, 28)
"""Completed weeks of pregnancy."""

LOW_BIRTH_WEIGHT_G, SHORT_BIRTH_CM, PRETERM_BELOW_WEEKS = 2500, 48.0, 37
HIGH_SYSTOLIC, HIGH_DIASTOLIC = 140, 90
OLD_AFTER_DAYS = 92
EPDS_AT_RISK = 10

_SAYS_NOTHING = ("", "-", "–", "tidak", "tidak ada", "nihil", "tdk", "tdk ada")


@dataclass(frozen=True, slots=True)
class HbLimits:
    """Hb in g/dL: below `anaemia` is anaemia, below `moderate` and `severe` its degree. label: for whom. Source: WHO 2011."""

    label: str
    anaemia: float
    moderate: float
    severe: float


_OTHER_TRIMESTER = HbLimits("trimester 1 dan 3", 11.0, 10.0, 7.0)
_SECOND = HbLimits("trimester 2", 10.5, 10.0, 7.0)
_UNKNOWN_TRIMESTER = HbLimits("trimester tidak diketahui", 10.5, 10.0, 7.0)
_NOT_PREGNANT = HbLimits("perempuan tidak hamil", 12.0, 11.0, 8.0)
_MAN = HbLimits("laki-laki", 13.0, 11.0, 8.0)


def woman_part(facts: PacketFacts) -> Part:
    """The part of a packet that is about a pregnant woman, a woman after birth, or somebody about to marry (who may be a man)."""
    return Part(
        summary=f"{_who(facts)} · {kecamatan_words(facts.desa_code)}",
        question=_question(facts),
        chart=_chart(facts),
        indicators=tuple(_indicators(facts)),
        gain=None,
        gain_sentence="",
        flags=tuple(_flags(facts)),
        gaps=tuple(_gaps(facts)),
        more_charts=(),
        measurements=_table(facts),
    )


def hb_limits(facts: PacketFacts, weeks: int | None) -> HbLimits:
    """Which limits of Hb hold for this subject at this week of pregnancy (None: not known)."""
    if facts.group is not Group.BUMIL:
        return _MAN if facts.is_male else _NOT_PREGNANT
    if weeks is None:
        return _UNKNOWN_TRIMESTER
    return _SECOND if weeks in SECOND_TRIMESTER else _OTHER_TRIMESTER


def anaemia(hb_g_dl: float, limits: HbLimits) -> tuple[str, Level]:
    """What an Hb is called, and how loud it is printed."""
    if hb_g_dl < limits.severe:
        return "Anemia berat", "alarm"
    if hb_g_dl < limits.moderate:
        return "Anemia sedang", "alarm"
    if hb_g_dl < limits.anaemia:
        return "Anemia ringan", "watch"
    return "Tidak anemia", "fine"


def _indicators(facts: PacketFacts) -> Iterator[Indicator]:
    """Arm, blood, weight, and height or what stands in its place: four at most."""
    arm = facts.newest("muac_cm")
    if arm is None or arm.muac_cm is None:
        yield Indicator("LiLA", "lingkar lengan atas", MISSING, "Belum dapat dinilai", MISSING, "unknown")
    else:
        is_low = arm.muac_cm < KEK_BELOW_CM
        label = "Tidak dinilai untuk laki-laki" if facts.is_male else "KEK" if is_low else "Tidak KEK"
        level: Level = "unknown" if facts.is_male else "alarm" if is_low else "fine"
        yield Indicator("LiLA", "lingkar lengan atas", with_unit(arm.muac_cm, "cm", 1), label, date_words(arm.on), level)
    blood = facts.newest("hb_g_dl")
    if blood is None or blood.hb_g_dl is None:
        yield Indicator("Hb", "hemoglobin", MISSING, "Belum dapat dinilai", MISSING, "unknown")
    else:
        limits = hb_limits(facts, _weeks_at(facts, blood))
        label, level = anaemia(blood.hb_g_dl, limits)
        note = f"batas {number(limits.anaemia, 1)} g/dL, {limits.label}"
        yield Indicator("Hb", "hemoglobin", with_unit(blood.hb_g_dl, "g/dL", 1), label, date_words(blood.on), level, note)
    yield _weight(facts)
    tall = facts.newest("height_cm")
    if tall is not None and tall.height_cm is not None and not facts.is_male:
        is_short = tall.height_cm < SHORT_BELOW_CM
        label, level = ("Di bawah 145 cm", "watch") if is_short else ("Tidak di bawah 145 cm", "fine")
        yield Indicator("TB", "tinggi badan", with_unit(tall.height_cm, "cm", 1), label, date_words(tall.on), level)


def _weight(facts: PacketFacts) -> Indicator:
    newest, tall = facts.newest("weight_kg"), facts.newest("height_cm")
    if newest is None or newest.weight_kg is None:
        return Indicator("BB", "berat badan", MISSING, "Belum dapat dinilai", MISSING, "unknown")
    value, when = with_unit(newest.weight_kg, "kg", 1), date_words(newest.on)
    before = _number(facts, "weight_before_kg")
    basis = before if facts.group is Group.BUMIL else newest.weight_kg
    height_cm = tall.height_cm if tall else None
    if basis is None or height_cm is None:
        return Indicator("BB", "berat badan", value, "IMT belum dapat dihitung", when, "unknown")
    bmi = basis / (height_cm / 100) ** 2
    label, level = _bmi(bmi)
    note = ""
    if facts.group is Group.BUMIL and before is not None:
        note = f"IMT sebelum hamil {number(bmi, 1)}; sejak itu {signed(newest.weight_kg - before, 1)} kg"
    return Indicator("BB", "berat badan", value, label, when, level, note or f"IMT {number(bmi, 1)} kg/m²")


def _bmi(bmi: float) -> tuple[str, Level]:
    if bmi < THIN_BELOW:
        return "Kurus", "watch"
    return ("Gemuk", "watch") if bmi >= HEAVY_FROM else ("IMT normal", "fine")


def _chart(facts: PacketFacts) -> Figure:
    """Arm, blood and weight one below the other: over the weeks of pregnancy, or the months before the packet for everybody else."""
    over_weeks = facts.group is Group.BUMIL and any(_weeks_at(facts, r) is not None for r in facts.readings)
    placed = [(float(x), r) for r in facts.readings if (x := _x(facts, r, over_weeks=over_weeks)) is not None]
    names = (("muac_cm", 1), ("hb_g_dl", 1), ("weight_kg", 1))
    points = {
        name: tuple((x, value, number(value, decimals)) for x, r in placed if (value := getattr(r, name)) is not None)
        for name, decimals in names
    }
    newest = facts.readings[-1] if facts.readings else None
    hb_limit = hb_limits(facts, _weeks_at(facts, newest) if newest else None).anaemia
    arm = Panel("Lingkar lengan atas (cm)", points["muac_cm"], KEK_BELOW_CM, f"KEK < {number(KEK_BELOW_CM, 1)}")
    items = [] if facts.is_male else [arm]  # the limit of KEK is one of women
    items.append(Panel("Hemoglobin (g/dL)", points["hb_g_dl"], hb_limit, f"< {number(hb_limit, 1)}"))
    if (line := _weight_line(facts, points["weight_kg"])) is not None:
        items.append(Panel("Berat badan (kg)", points["weight_kg"], *line))
    xs = [x for x, _ in placed]
    axis, x_range = ("Usia kehamilan (minggu)", (4.0, 42.0)) if over_weeks else ("Bulan sebelum paket dibekukan", _months(xs))
    trimester = " Batas Hb pada trimester 2 adalah 10,5 g/dL, selebihnya 11,0 g/dL." if facts.group is Group.BUMIL else ""
    drawing = panels(items, title=_spoken(facts), axis=axis, x_range=x_range, height=118.0)
    return Figure("grafik-ibu", f"Garis putus-putus: batas risiko, atau berat pembanding.{trimester}", drawing)


def _weight_line(facts: PacketFacts, points: tuple[tuple[float, float, str], ...]) -> tuple[float, str] | None:
    """What weight is held against: before the pregnancy, else the weight at BMI 18.5, else nothing."""
    before, tall = _number(facts, "weight_before_kg"), facts.newest("height_cm")
    if facts.group is Group.BUMIL and before is not None:
        return before, "awal hamil"
    if facts.group is not Group.BUMIL and tall is not None and tall.height_cm is not None:
        return round(THIN_BELOW * (tall.height_cm / 100) ** 2, 1), "IMT 18,5"
    return (points[0][1], "pertama") if len(points) > 1 else None


def _spoken(facts: PacketFacts) -> str:
    """The chart in a sentence, for a person who does not see it."""
    arm, blood = facts.newest("muac_cm"), facts.newest("hb_g_dl")
    told = [f"LiLA terakhir {number(arm.muac_cm, 1)} cm"] if arm else ["LiLA belum diukur"]
    told += [f"Hb terakhir {number(blood.hb_g_dl, 1)} g/dL"] if blood else ["Hb belum diperiksa"]
    return f"Grafik LiLA, Hb, dan berat badan: {'; '.join(told)}."


def _x(facts: PacketFacts, r: Reading, *, over_weeks: bool) -> float | None:
    return _weeks_at(facts, r) if over_weeks else round((r.on - facts.frozen_on).days / 30.4375, 2)


def _months(xs: list[float]) -> tuple[float, float]:
    """Whole months that hold every point, at least six, so that the axis counts months and not halves of them."""
    return float(min([-6, *(floor(x) for x in xs)])), float(max([0, *(ceil(x) for x in xs)]))


def _weeks_at(facts: PacketFacts, r: Reading) -> int | None:
    """Completed weeks of pregnancy at a reading: as written down, else from the last period, else from another reading's weeks."""
    if facts.group is not Group.BUMIL:
        return None
    if r.pregnancy_weeks is not None:
        return r.pregnancy_weeks
    began = date_of(facts.answers.get("last_period_on"))
    known = facts.newest("pregnancy_weeks")
    if began is None and known is not None and known.pregnancy_weeks is not None:
        began = date.fromordinal(known.on.toordinal() - 7 * known.pregnancy_weeks)
    weeks = None if began is None else (r.on - began).days // 7
    return weeks if weeks is not None and 0 < weeks <= 44 else None


def _flags(facts: PacketFacts) -> Iterator[Flag]:
    if not facts.readings:
        yield Flag("Belum pernah diperiksa", "tidak ada pengukuran dalam register maupun kertas kerja", "alarm")
    elif (facts.frozen_on - facts.readings[-1].on).days > OLD_AFTER_DAYS:
        yield Flag("Pemeriksaan sudah lama", f"terakhir {date_words(facts.readings[-1].on)}", "watch")
    if facts.readings and facts.readings[-1].recheck:
        yield Flag("Ukur ulang", f"hasil pada {date_words(facts.readings[-1].on)} diragukan", "alarm")
    arm, blood, tall = facts.newest("muac_cm"), facts.newest("hb_g_dl"), facts.newest("height_cm")
    if arm and arm.muac_cm and arm.muac_cm < KEK_BELOW_CM and not facts.is_male:
        yield Flag("Kurang energi kronis (KEK)", f"LiLA {with_unit(arm.muac_cm, 'cm', 1)}, {date_words(arm.on)}", "alarm")
    if blood and blood.hb_g_dl:
        label, level = anaemia(blood.hb_g_dl, hb_limits(facts, _weeks_at(facts, blood)))
        if level != "fine":
            yield Flag(label, f"Hb {with_unit(blood.hb_g_dl, 'g/dL', 1)}, {date_words(blood.on)}", level)
    if tall and tall.height_cm and tall.height_cm < SHORT_BELOW_CM and not facts.is_male:
        yield Flag("Tinggi di bawah 145 cm", with_unit(tall.height_cm, "cm", 1), "watch")
    yield from _four_too(facts)
    yield from _pregnancy(facts)
    yield from _baby(facts)


def _four_too(facts: PacketFacts) -> Iterator[Flag]:
    """Too young, too old, too close, too many."""
    age = _age(facts)
    if age is not None and age < TOO_YOUNG_BELOW and not facts.is_male:
        yield Flag("Terlalu muda", f"{age} tahun", "watch")
    if age is not None and age > TOO_OLD_ABOVE and not facts.is_male:
        yield Flag("Terlalu tua", f"{age} tahun", "watch")
    between, births = _number(facts, "birth_interval_months"), _number(facts, "para")
    if between is not None and between < TOO_CLOSE_MONTHS and births:
        yield Flag("Terlalu dekat", f"jarak dengan anak terakhir {number(between)} bulan", "watch")
    if births is not None and births >= TOO_MANY_BIRTHS:
        yield Flag("Terlalu banyak", f"sudah bersalin {number(births)} kali", "watch")


def _pregnancy(facts: PacketFacts) -> Iterator[Flag]:
    systolic, diastolic = _number(facts, "systolic"), _number(facts, "diastolic")
    if (systolic or 0) >= HIGH_SYSTOLIC or (diastolic or 0) >= HIGH_DIASTOLIC:
        yield Flag("Tekanan darah tinggi", f"{number(systolic)}/{number(diastolic)} mmHg", "alarm")
    if facts.answers.get("urine_protein") == "positive":
        yield Flag("Protein urine positif", "menurut kertas kerja", "alarm")
    for name, label in (("danger_signs", "Tanda bahaya"), ("complications", "Komplikasi"), ("chronic_illness", "Penyakit penyerta")):
        told = str(facts.answers.get(name) or "").strip()
        if told.casefold().strip(". ") not in _SAYS_NOTHING:
            yield Flag(label, told if len(told) <= 120 else told[:119].rstrip() + "…", "alarm")
    if (_number(facts, "epds") or 0) >= EPDS_AT_RISK:
        yield Flag("Risiko depresi", f"skor EPDS {number(_number(facts, 'epds'))}", "alarm")


def _baby(facts: PacketFacts) -> Iterator[Flag]:
    if facts.group is not Group.BUFAS:
        return
    weight, length, weeks = (_number(facts, name) for name in ("birth_weight_g", "birth_length_cm", "gestation_weeks"))
    if weight and weight < LOW_BIRTH_WEIGHT_G:
        yield Flag("Bayi BBLR", with_unit(weight, "gram"), "alarm")
    if length and length < SHORT_BIRTH_CM:
        yield Flag("Bayi PBLR", with_unit(length, "cm", 1), "watch")
    if weeks and weeks < PRETERM_BELOW_WEEKS:
        yield Flag("Bersalin prematur", f"usia kehamilan {number(weeks)} minggu", "watch")


def _gaps(facts: PacketFacts) -> Iterator[Gap]:
    if not facts.readings:
        yield Gap("LiLA, Hb, dan berat badan", "semua disiplin", facts.puskesmas)
    if facts.birth_on is None:
        yield Gap("Tanggal lahir", "semua disiplin", facts.puskesmas)


_SOURCES: Mapping[str, str] = {"registry": "Register", "visit": "Kunjungan", "worksheet": "Kertas kerja"}


def _table(facts: PacketFacts) -> Table:
    is_pregnant = facts.group is Group.BUMIL
    shares = (16, 16, 14, 14, 12, 12, 16) if is_pregnant else (18, 17, 17, 14, 14, 20)
    labels = (
        "Tanggal",
        *(("Usia kehamilan",) if is_pregnant else ()),
        "BB (kg)",
        "TB (cm)",
        "LiLA (cm)",
        "Hb (g/dL)",
        "Sumber",
    )
    kinds = {"Tanggal": "code", "Usia kehamilan": "text", "Sumber": "text"}
    columns = tuple(
        Column(label, share, "code" if kinds.get(label) == "code" else "text" if label in kinds else "number")
        for label, share in zip(labels, shares, strict=True)
    )
    rows = tuple(
        (
            date_short(r.on),
            *((_weeks_words(facts, r),) if is_pregnant else ()),
            *(number(value, 1) for value in (r.weight_kg, r.height_cm, r.muac_cm, r.hb_g_dl)),
            _SOURCES.get(r.source, MISSING),
        )
        for r in facts.readings
    )
    return Table("tabel-ukur", "Semua pemeriksaan, dari yang terlama", columns, rows, empty="Belum ada pemeriksaan.")


def _weeks_words(facts: PacketFacts, r: Reading) -> str:
    weeks = _weeks_at(facts, r)
    return MISSING if weeks is None else f"{weeks} minggu"


def _question(facts: PacketFacts) -> str:
    about = {
        Group.BUMIL: "Apa yang membahayakan pertumbuhan janin ini",
        Group.BUFAS: "Apa yang membahayakan ibu dan bayinya",
        Group.CATIN: "Apa yang harus diperbaiki sebelum kehamilan",
    }[facts.group]
    found = [flag.label for flag in _flags(facts) if flag.label.startswith(("Kurang energi", "Anemia", "Tekanan"))]
    state = f" ({', '.join(label[0].lower() + label[1:] for label in found)})" if found else ""
    return (
        f"{about}{state}, apa penyebab langsung dan tidak langsungnya, data apa yang masih kurang, "
        "dan tindakan mana yang harus didahulukan?"
    )


def _who(facts: PacketFacts) -> str:
    age = _age(facts)
    told = [f"Usia {age} tahun" if age is not None else "Usia tidak diketahui"]
    if facts.group is Group.CATIN:
        told.append({True: "laki-laki", False: "perempuan", None: "jenis kelamin tidak tercatat"}[facts.is_male])
    if facts.group is Group.BUMIL:
        newest = facts.readings[-1] if facts.readings else None
        weeks = _weeks_at(facts, newest) if newest else None
        if newest and weeks is not None:
            told.append(f"hamil {weeks} minggu pada {date_words(newest.on)}")
        history = [facts.answers.get(name) for name in ("gravida", "para", "abortus")]
        if all(isinstance(n, int) for n in history):
            told.append("G{}P{}A{}".format(*history))
    if facts.group is Group.BUFAS and (born := date_of(facts.answers.get("delivered_on"))):
        told.append(f"bersalin {date_words(born)}")
    return ", ".join(told)


def _age(facts: PacketFacts) -> int | None:
    """Completed years on the day of the packet; the worksheet's answer when the birth date is not known."""
    if facts.birth_on is not None:
        return months_between(facts.birth_on, facts.frozen_on) // 12
    told = _number(facts, "age_years")
    return None if told is None else int(told)


def _number(facts: PacketFacts, name: str) -> float | None:
    """A number of the worksheet, 0 included; None when it was not answered."""
    value = facts.answers.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
