"""The scorecard on paper: the page record of a frozen card, its small charts and its tables. What is counted is decided elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from audit.regions import Level, is_region, parent, region
from audit.render import charts
from audit.render.wording import MISSING, date_short, date_words, list_words, number, signed
from audit.reports.cleaning import printable
from audit.reports.pages import Column, Fact, Figure, Table
from audit.reports.phrases import agency_name, cycle_words, place_words, region_words
from audit.reports.printing import foot_of, print_document
from audit.reports.record import Record
from audit.reports.scorecard import sentences
from audit.reports.scorecard.measures import FEW
from audit.reports.scorecard.pages import KeyFigure, ScorecardPage
from audit.reports.scorecard.units import KECAMATAN, OPD, PUSKESMAS, Quarter, Unit

TEMPLATE = "report/scorecard"

_STATES = {
    "on_time": "Selesai tepat waktu",
    "late": "Selesai terlambat",
    "running": "Berjalan, belum selesai",
    "stuck": "Terkendala",
    "silent": "Belum dilaporkan",
}
_LEVELS = {"so_far": "Sudah jatuh tempo", "reported": "1. Dilaporkan selesai", "confirmed": "2. Dipastikan", "effective": "3. Efektif"}
_COMPARED = {
    "due": "Kegiatan jatuh tempo",
    "on_time": "Selesai tepat waktu",
    "late": "Selesai terlambat",
    "arrears": "Tunggakan dari triwulan sebelumnya",
    "days_late": "Median hari terlambat",
    "visits_done": "Kunjungan terlaksana",
    "visits_missed": "Kunjungan terlewat",
}
"""Rows of the comparison, by the name of the count."""

_NOTHING_DUE = "tidak ada yang jatuh tempo"

_HALF = 318.0
"""Width of a chart that stands beside another."""


def scorecard_page(record: Record) -> ScorecardPage:
    """The page record of a scorecard. record: its content is as `card.scorecard_snapshot` froze it."""
    content = printable(record.content)
    unit = Unit(**content["unit"])
    quarter = Quarter(*map(int, content["quarter"].split("-")))
    cycle, now = content["cycle"], content["now"]
    name = unit.label(cycle.get("agencies", {}))
    return ScorecardPage(
        foot=foot_of(record, title=f"Rapor {name}, {quarter.label}", description=f"Rapor triwulan {name}"),
        unit=name,
        region=f"{region_words(cycle['kabupaten_code'])} · {cycle_words(cycle['code'], cycle['wording'])}",
        period=f"{quarter.label} ({quarter.days_label})",
        state=_state(content),
        asked_of=f"Yang diminta dari {unit.head(cycle)}",
        asked=sentences.asked_of(unit, content),
        figures=_figures(unit, content),
        states=_bars("keadaan", "Kegiatan yang jatuh tempo pada triwulan ini", _STATES, now),
        levels=_bars("tingkat", "Tiga tingkat pelaksanaan sejak awal siklus", _LEVELS, now),
        comparison=_comparison(now, content["before"]),
        attention=_attention(unit, cycle, content["attention"]),
        context=(
            Fact("Kunjungan rumah", sentences.visits_words(now)),
            Fact("Kasus membaik", sentences.improved_words(now)),
            Fact("Tenggat berikutnya", _next(content["next"])),
        ),
        notes=_notes(unit, content),
    )


def draw_scorecard(record: Record) -> bytes:
    """The scorecard as an archival PDF; equal records give equal bytes."""
    return print_document(scorecard_page(record), record, template=TEMPLATE)


def _state(content: Mapping[str, Any]) -> str:
    as_of = date_words(date.fromisoformat(content["as_of"]))
    return f"Keadaan per {as_of}" + ("." if content["is_complete"] else ", triwulan masih berjalan.")


def _figures(unit: Unit, content: Mapping[str, Any]) -> tuple[KeyFigure, ...]:
    now = content["now"]
    rank, among = sentences.rank_words(unit, content["rank"])
    return (
        KeyFigure(
            sentences.out_of(now["on_time"], now["due"]),
            "kegiatan selesai tepat waktu",
            sentences.share_or_caution(now["on_time"], now["due"]),
        ),
        KeyFigure(
            number(now["overdue"]),
            "kegiatan lewat tenggat",
            f"{number(now['arrears'])} dari triwulan sebelumnya" if now["arrears"] else "pada kasus yang masih diikuti",
        ),
        KeyFigure(_days(now["days_late"]), "hari terlambat (median)", _why_no_days(now)),
        KeyFigure(rank, "urutan ketepatan waktu", among),
    )


def _why_no_days(now: Mapping[str, Any]) -> str:
    if now["days_late"] is not None:
        return "yang jatuh tempo triwulan ini"
    return "tidak ada yang terlambat" if now["due"] else _NOTHING_DUE


def _bars(anchor: str, caption: str, labels: Mapping[str, str], now: Mapping[str, Any]) -> Figure:
    """Bars of these counts; the word that there is nothing when each of them is 0."""
    drawn = [charts.Bar(label, float(now[name]), number(now[name])) for name, label in labels.items()]
    said = f"{caption}: " + "; ".join(f"{bar.label} {bar.shown}" for bar in drawn)
    if not any(bar.value for bar in drawn):
        drawn, said = [], f"{caption}: belum ada"
    return Figure(anchor, caption, charts.bars(drawn, title=said, width=_HALF, label_share=0.42))


def _comparison(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> Table:
    columns = (
        Column("Ukuran", 46),
        Column("Triwulan ini", 18, "number"),
        Column("Triwulan lalu", 18, "number"),
        Column("Perubahan", 18, "number"),
    )
    rows = (
        tuple((label, _days(now[name]), _days(before[name]), _change(now[name], before[name])) for name, label in _COMPARED.items())
        if before
        else ()
    )
    return Table(
        "perbandingan",
        "Dibandingkan dengan triwulan sebelumnya",
        columns,
        rows,
        empty="Belum ada triwulan sebelumnya dalam siklus ini untuk dibandingkan.",
    )


def _attention(unit: Unit, cycle: Mapping[str, Any], actions: list[Mapping[str, Any]]) -> Table:
    """The owner is named to a kecamatan, the place to an agency or puskesmas: what the reader does not know by himself."""
    of_place = unit.kind == KECAMATAN
    columns = (
        Column("Tenggat", 12, "code"),
        Column("Lewat (hari)", 9, "number"),
        Column("Kasus", 20, "code"),
        Column("Kegiatan", 23),
        Column("Penanggung jawab" if of_place else "Desa, kecamatan", 19),
        Column("Keadaan", 17),
    )
    rows = tuple(
        (
            date_short(date.fromisoformat(action["ends_on"])),
            number(action["days_late"] or None),
            action["case_number"],
            _short(action["activity"]),
            agency_name(cycle, action["owner"]) if of_place else _where(action["place_code"]),
            sentences.state_words(action),
        )
        for action in actions
    )
    return Table(
        "perhatian",
        "Kegiatan yang perlu perhatian",
        columns,
        rows,
        empty="Tidak ada kegiatan pada kasus yang masih diikuti yang perlu perhatian khusus.",
    )


def _next(coming: Mapping[str, Any] | None) -> str:
    if coming is None:
        return "tidak ada lagi"
    return f"{date_words(date.fromisoformat(coming['on']))}, {number(coming['count'])} kegiatan"


def _notes(unit: Unit, content: Mapping[str, Any]) -> tuple[str, ...]:
    now = content["now"]
    as_of = date_words(date.fromisoformat(content["as_of"]))
    notes = [
        f"Yang dihitung: {_COUNTED[unit.kind]}. Yang belum selesai dihitung terlambat sampai {as_of}.",
        "Dilaporkan: dinyatakan selesai. Dipastikan: orang lain melihatnya. Efektif: sesudah itu ukuran kasus membaik "
        f"({number(now['judged'])} kegiatan sudah dapat dinilai).",
    ]
    if now["ahead"] or now["cancelled"]:
        outside = ((now["ahead"], "yang tenggatnya belum tiba"), (now["cancelled"], "yang dibatalkan"))
        notes.append(f"Di luar hitungan: {list_words([f'{number(count)} kegiatan {which}' for count, which in outside if count])}.")
    if 0 < now["due"] < FEW:
        notes.append(f"Kegiatan yang jatuh tempo kurang dari {FEW}: persentase dan urutan {sentences.TOO_FEW}.")
    if unit.kind == OPD:
        notes.append("Kunjungan dan kasus membaik adalah latar dari kasus yang ditangani bersama, bukan penilaian perangkat daerah ini.")
    return tuple(notes)


_COUNTED = {
    OPD: "kegiatan RTL milik perangkat daerah ini",
    KECAMATAN: "kegiatan RTL di kecamatan ini, siapa pun pemiliknya, serta kunjungan dan kasus warganya",
    PUSKESMAS: "kegiatan RTL milik puskesmas pada kasus yang dilayaninya, serta kunjungan dan hasil kasus itu",
}

_MOST_LETTERS = 110
"""Of an activity in the table: it is named here and told whole on the sheet."""


def _short(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1].rstrip() + "…"


def _where(code: str | None) -> str:
    """ "Kemuninglor, Arjasa" for a desa; other places as they are called."""
    if code and is_region(code) and (above := parent(code)) and above.level is Level.KECAMATAN:
        return f"{region(code).name}, {above.name}"
    return place_words(code)


def _change(now: float | None, before: float | None) -> str:
    return MISSING if now is None or before is None else signed(now - before, _decimals(now - before))


def _days(value: float | None) -> str:
    return number(value, _decimals(value))


def _decimals(value: float | None) -> int:
    """A median of an even number of days may end in a half."""
    return 0 if value is None or value == int(value) else 1
