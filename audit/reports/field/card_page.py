"""The visit card in words and on paper: two sides of A4, to be folded once. What it shows was frozen in visit_card.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from audit.growth.ages import DAYS_PER_MONTH
from audit.growth.gain import minimum_gain_g
from audit.growth.standards import Index
from audit.lifecycle.calendar import add_months
from audit.lifecycle.vocabulary import Group
from audit.render.growth_charts import Point, alternative_text
from audit.render.wording import MISSING, NO_BREAK, age_of_months, date_range, date_short, date_words, facility, list_words, months_between
from audit.render.wording import number as number_words
from audit.reports.cleaning import printable
from audit.reports.field.card_words import MEASURING, danger_signs, limits_words
from audit.reports.field.cases import GROUP_WORDS, who_acts
from audit.reports.field.pages import FamilyAction, VisitCardPage
from audit.reports.field.plotting import plotting_chart, window
from audit.reports.frozen import as_day
from audit.reports.pages import Column, Fact, Figure, Table
from audit.reports.phrases import place_words
from audit.reports.printing import foot_of, print_document
from audit.reports.record import Record

TEMPLATE = "report/visit_card"

MOST_ACTIONS = 5
"""More than these are told after the visits: the first side must stay one side."""

EXTRA_ROWS = 2
"""Rows for a visit that was not planned."""

_LINES_BESIDE_A_CHART, _LINES_WITHOUT = 7, 8
"""Ruled lines for what was agreed with the family; each action takes the place of one."""

_STANDS_FROM_MONTHS = 24
_LONG_NAME = 60
_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

_BEFORE = (Column("No.", 4, "number"), Column("Rencana", 14), Column("Ukur", 9), Column("Tanggal datang", 8))
_AFTER = (Column("Yang dilihat dan didengar", 17), Column("Yang dilakukan", 14), Column("Paraf", 6))
_MEASURED: Mapping[bool, tuple[tuple[Column, str], ...]] = {
    True: (
        (Column("BB (kg)", 6, "mark"), "weight_kg"),
        (Column("PB/TB (cm)", 6, "mark"), "height_cm"),
        (Column("LiLA (cm)", 6, "mark"), "muac_cm"),
        (Column("Edema", 5, "mark"), "has_oedema"),
        (Column("N/T", 5, "mark"), ""),
    ),
    False: (
        (Column("BB (kg)", 5, "mark"), "weight_kg"),
        (Column("LiLA (cm)", 6, "mark"), "muac_cm"),
        (Column("Hb (g/dL)", 6, "mark"), "hb_g_dl"),
        (Column("Tekanan darah", 6, "mark"), ""),
        (Column("TTD (butir)", 5, "mark"), ""),
    ),
}
"""Whether of a child -> the columns of numbers, each with its name in the record; "" is only ever written by hand."""


def visit_card_page(record: Record) -> VisitCardPage:
    """The page record of the card, every sentence worded. record: its content is as `visit_card_snapshot` froze it."""
    content = printable(record.content)
    group = Group(content["group"])
    born, starts_on, ends_on = as_day(content["birth_on"]), date.fromisoformat(content["starts_on"]), date.fromisoformat(content["ends_on"])
    puskesmas = facility("Puskesmas", content["puskesmas"])
    actions = tuple(_action(action, puskesmas, content["cycle"]) for action in content["actions"])
    chart = _chart(content, born, starts_on, ends_on) if group.is_child else None
    return VisitCardPage(
        foot=foot_of(record, title=f"Kartu kunjungan {content['case_number']}", description="Kartu kunjungan rumah untuk petugas lapangan"),
        case_number=content["case_number"],
        name=content["name"],
        is_long_name=len(content["name"]) > _LONG_NAME,
        about=_about(content, group, born, starts_on),
        facts=(
            Fact("Nomor kasus", content["case_number"]),
            Fact("Tanggal lahir", date_words(born) if born else ""),
            Fact("Posyandu", " · ".join(filter(None, (facility("Posyandu", content["posyandu"]), puskesmas)))),
            Fact("Alamat", place_words(content["desa_code"])),
            Fact("Penanggung jawab", content["officer"] or ""),
            Fact("Masa kunjungan", date_range(starts_on, ends_on)),
        ),
        chart=chart,
        chart_note=_note(content, group, born, starts_on, ends_on),
        results=None if group.is_child else _results(content["results"]),
        signs_title="Tanda bahaya: rujuk hari ini juga",
        danger_signs=danger_signs(group, is_male=content["is_male"]),
        measuring=MEASURING[group.is_child],
        lines=("",) * max(0, (_LINES_BESIDE_A_CHART if chart else _LINES_WITHOUT) - len(actions[:MOST_ACTIONS])),
        actions=actions[:MOST_ACTIONS],
        more_actions=actions[MOST_ACTIONS:],
        visits=_visits(content["visits"], born, is_child=group.is_child),
    )


def draw_visit_card(record: Record) -> bytes:
    """The card as an archival PDF; equal records give equal bytes."""
    return print_document(visit_card_page(record), record, template=TEMPLATE)


def _about(content: Mapping[str, Any], group: Group, born: date | None, starts_on: date) -> str:
    sex = {True: "laki-laki", False: "perempuan", None: ""}[content["is_male"]] if group.is_child or group is Group.CATIN else ""
    months = months_between(born, starts_on) if born else -1
    age = "" if months < 0 else age_of_months(months) if group.is_child else f"{months // 12} tahun"
    return ", ".join(filter(None, (GROUP_WORDS[group], sex, f"{age} pada {date_words(starts_on)}" if age else "")))


def _chart(content: Mapping[str, Any], born: date | None, starts_on: date, ends_on: date) -> Figure | None:
    if born is None or content["is_male"] is None:
        return None
    months = window((starts_on - born).days / DAYS_PER_MONTH, (ends_on - born).days / DAYS_PER_MONTH)
    if months is None:
        return None
    points = [Point(float((date.fromisoformat(p["on"]) - born).days), p["weight_kg"], "", p["is_flagged"]) for p in content["points"]]
    drawing = plotting_chart(
        is_male=content["is_male"],
        birth_on=born,
        months=months,
        points=points,
        title=f"{alternative_text(Index.WAZ, points, category='').rstrip('.; ')}. Ruang kosong untuk menambah titik.",
    )
    sex = "laki-laki" if content["is_male"] else "perempuan"
    return Figure("grafik-berat", f"Berat badan menurut umur, kurva WHO 2006, {sex}. Tambahkan titik pada setiap penimbangan.", drawing)


def _note(content: Mapping[str, Any], group: Group, born: date | None, starts_on: date, ends_on: date) -> str:
    if not group.is_child:
        return limits_words(group, is_male=content["is_male"])
    if born is None:
        return "Tanggal lahir belum diketahui, jadi grafik tidak dapat dibuat. Tanyakan KK atau akta pada kunjungan pertama."
    return " ".join(filter(None, (_least_gain(content["is_male"], born, starts_on, ends_on), _when_to_stand(born, starts_on, ends_on))))


def _least_gain(is_male: bool | None, born: date, starts_on: date, ends_on: date) -> str:
    """The least gain of a month at the ages of the follow-up, in a sentence; empty when it is not known for a sex that is not."""
    if is_male is None:
        return "Jenis kelamin tidak tercatat: grafik tidak dapat dipilih."
    ages = range(max(months_between(born, starts_on), 1), months_between(born, ends_on) + 1)
    grams: dict[int, list[int]] = {}
    for age in ages:
        grams.setdefault(int(minimum_gain_g(age, float(is_male))[0]), []).append(age)
    if not grams:
        return ""
    if len(grams) == 1:
        told = f"{next(iter(grams))}{NO_BREAK}gram"
    else:
        told = list_words([f"{g}{NO_BREAK}gram pada umur {_span(months)} bulan" for g, months in grams.items()])
    return f"Tulis N bila berat naik sedikitnya {told} dalam sebulan, T bila kurang dari itu."


def _span(months: Sequence[int]) -> str:
    return str(months[0]) if len(months) == 1 else f"{months[0]}–{months[-1]}"


def _when_to_stand(born: date, starts_on: date, ends_on: date) -> str:
    two = add_months(born, _STANDS_FROM_MONTHS)
    if two > ends_on:
        return "Ukur panjang sambil telentang."
    if two <= starts_on:
        return "Ukur tinggi sambil berdiri."
    return f"Genap dua tahun pada {date_words(two)}: sebelum hari itu ukur telentang, sejak hari itu berdiri."


def _results(rows: Sequence[Mapping[str, Any]]) -> Table:
    columns = (Column("Tanggal", 28), Column("BB (kg)", 24, "number"), Column("LiLA (cm)", 24, "number"), Column("Hb (g/dL)", 24, "number"))
    cells = tuple(
        (date_short(as_day(row["on"])), *(number_words(row.get(name), 1) for name in ("weight_kg", "muac_cm", "hb_g_dl"))) for row in rows
    )
    return Table("hasil", "Pemeriksaan sampai sekarang", columns, cells, empty="Belum ada pemeriksaan.")


def _visits(visits: Sequence[Mapping[str, Any]], born: date | None, *, is_child: bool) -> Table:
    measured = _MEASURED[is_child]
    rows = [
        (
            str(place),
            _planned(date.fromisoformat(visit["planned_on"])),
            _measure(visit, born, is_child=is_child),
            _came(visit),
            *(_number(visit, name) for _, name in measured),
            *("" for _ in _AFTER),
        )
        for place, visit in enumerate(visits, start=1)
    ]
    width = len(_BEFORE) + len(measured) + len(_AFTER)
    rows += [("", "Tambahan", *("" for _ in range(width - 2)))] * EXTRA_ROWS
    return Table("kunjungan", "", (*_BEFORE, *(column for column, _ in measured), *_AFTER), tuple(rows))


def _planned(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]}, {date_words(day)}"


def _measure(visit: Mapping[str, Any], born: date | None, *, is_child: bool) -> str:
    if not visit["measures"]:
        return ""
    if not is_child or born is None:
        return "☐ ukur"
    stands = months_between(born, date.fromisoformat(visit["planned_on"])) >= _STANDS_FROM_MONTHS
    return "☐ ukur berdiri" if stands else "☐ ukur telentang"


def _came(visit: Mapping[str, Any]) -> str:
    if visit["visited_on"]:
        return date_short(as_day(visit["visited_on"])).rpartition(" ")[0]
    return "terlewat" if visit["state"] == "missed" else ""


def _number(visit: Mapping[str, Any], name: str) -> str:
    value = visit.get(name)
    if value is None or value is False:
        return ""
    return "+" if value is True else number_words(value, 1)


def _action(action: Mapping[str, Any], puskesmas: str, cycle: Mapping[str, Any]) -> FamilyAction:
    by = as_day(action["ends_on"])
    return FamilyAction(action["what"], who_acts(action["agency"], puskesmas, cycle), f"paling lambat {date_words(by)}" if by else MISSING)
