"""Cycles: opening one, finding one, and how it stands on a day. What it may be opened with is in cycle_settings.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from audit.casework.cycle_settings import DEFAULT_SETTINGS, settings_from
from audit.casework.deadlines import deadlines, holidays_of
from audit.casework.facts import gather_cycle
from audit.errors import Refused
from audit.forms import Field, Form, Kind, Problem, Problems, Section, parse
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import Status
from audit.people.roles import SYSTEM
from audit.regions import is_inside, is_region, kabupaten, match_kecamatan, region
from audit.render.maps import Geometry
from audit.settings import DEFAULT_TIMEZONE
from audit.steps.identify.queries import candidate_counts

__all__ = [
    "DEFAULT_SETTINGS",
    "OPENING",
    "CycleOverview",
    "Late",
    "PlaceLine",
    "cycle_by_code",
    "cycle_overview",
    "kecamatan_named",
    "list_cycles",
    "open_cycle",
    "place_lines",
    "set_map",
    "settings_from",
]

OPENING = Form(
    "cycle",
    "Buka siklus",
    (
        Section(
            "cycle",
            "Siklus audit",
            (
                Field("kabupaten", "Kode kabupaten/kota", is_required=True, help="kode Kemendagri, misalnya 35.09"),
                Field("year", "Tahun", Kind.WHOLE, lowest=2021, highest=2100, is_required=True),
                Field("number", "Nomor siklus dalam tahun itu", Kind.WHOLE, lowest=1, highest=9, is_required=True),
                Field("code", "Kode siklus", highest=20, help="bila kosong: tahun dan nomor, misalnya 2026-2"),
                Field(
                    "timezone",
                    "Zona waktu",
                    Kind.CHOICE,
                    choices={"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"},
                    help="bila kosong: WIB",
                ),
                Field("starts_on", "Tanggal mulai", Kind.DATE, help="bila kosong: hari pertama semester"),
                Field("ends_on", "Tanggal selesai", Kind.DATE, help="bila kosong: hari terakhir semester"),
                Field("dissemination_on", "Rencana tanggal diseminasi", Kind.DATE),
            ),
        ),
    ),
)
"""What a cycle is opened with beside its settings."""


def open_cycle(session: Session, given: Mapping[str, Any], *, at: datetime) -> Cycle:
    """Open a cycle with its settings frozen in it; flushed, the caller commits.

    given: the fields of OPENING and any key of DEFAULT_SETTINGS, as they come from YAML or a command line.
    Raises Problems with every value that cannot be used, a code or number that is taken included.
    """
    problems: list[Problem] = []
    opening = _parsed({key: value for key, value in given.items() if key not in DEFAULT_SETTINGS}, problems)
    place = _kabupaten(opening.get("kabupaten"), problems)
    settings: dict[str, Any] = {}
    if place:
        try:
            settings = settings_from(given, kabupaten_code=place)
        except Problems as refused:
            problems += refused.problems
    starts_on, ends_on = _dates(opening, problems)
    code = opening.get("code") or f"{opening.get('year')}-{opening.get('number')}"
    if not problems:
        problems += _taken(session, code, place, opening["year"], opening["number"])
    if problems:
        raise Problems(problems)
    cycle = Cycle(
        code=code,
        kabupaten_code=place,
        year=opening["year"],
        number=opening["number"],
        timezone=opening.get("timezone", DEFAULT_TIMEZONE),
        starts_on=starts_on,
        ends_on=ends_on,
        dissemination_on=opening.get("dissemination_on"),
        settings=settings,
        opened_at=at,
    )
    session.add(cycle)
    session.flush()
    return cycle


def cycle_by_code(session: Session, code: str) -> Cycle:
    """The cycle of this code. Refused, naming the codes there are, when there is none."""
    cycle = session.scalar(select(Cycle).where(Cycle.code == code))
    if cycle is None:
        known = ", ".join(one.code for one in list_cycles(session)) or "belum ada; buka siklus dahulu"
        raise Refused.because("unknown_cycle", f"Siklus “{code}” tidak ada. Yang ada: {known}.")
    return cycle


def set_map(session: Session, code: str, geometry: Geometry) -> Cycle:
    """Put the map of its kecamatan into the settings of a cycle, in place of an earlier one; flushed, the caller commits.

    geometry: as `audit.render.maps.read_geojson` gives it. Refused when there is no such cycle, or when a focus area is not on the map.
    """
    cycle = cycle_by_code(session, code)
    missing = [region(area).name for area in cycle.settings.get("focus_areas", []) if area not in geometry]
    if missing:
        raise Refused.because("area_not_on_map", f"Peta tidak memuat kecamatan lokus: {', '.join(missing)}.")
    cycle.settings = {**cycle.settings, "map": {area: [list(ring) for ring in rings] for area, rings in geometry.items()}}
    session.flush()
    return cycle


def kecamatan_named(kabupaten_code: str, written: str) -> str | None:
    """The code of the kecamatan of this kabupaten that a text names exactly, by code ("35.09.22", "350922") or name; else None."""
    digits = written.replace(".", "")
    dotted = f"{digits[:2]}.{digits[2:4]}.{digits[4:]}" if digits.isdecimal() and len(digits) == 6 else ""
    if dotted:
        return dotted if is_region(dotted) and is_inside(dotted, kabupaten_code) else None
    (found,) = match_kecamatan([written], kabupaten=kabupaten_code)
    return found.code if found.is_exact else None


def list_cycles(session: Session) -> list[Cycle]:
    """Every cycle, the newest first."""
    return list(session.scalars(select(Cycle).order_by(Cycle.year.desc(), Cycle.number.desc(), Cycle.id.desc())))


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One target group in one kecamatan. cases: those that fill the quota, all but the withdrawn.

    proposed: candidates that can be chosen; remeasure: those to be measured again first; chosen, dropped: decided candidates.
    """

    group: str
    kecamatan_code: str
    kecamatan: str
    quota: int
    cases: int
    proposed: int
    remeasure: int
    chosen: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Late:
    """Something of a case that should have happened by now. due_on: its last day, None when it is several things at once."""

    case_number: str
    what: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class CycleOverview:
    """How a cycle stands on a day. by_status, by_group, by_kecamatan (by code): numbers of cases, only where there is one."""

    code: str
    kabupaten_code: str
    kabupaten: str
    year: int
    number: int
    starts_on: date
    ends_on: date
    dissemination_on: date | None
    is_closed: bool
    groups: tuple[str, ...]
    focus_areas: Mapping[str, str]
    cases: int
    by_status: Mapping[str, int]
    by_group: Mapping[str, int]
    by_kecamatan: Mapping[str, int]
    places: tuple[PlaceLine, ...]
    late: tuple[Late, ...]


def cycle_overview(session: Session, code: str, *, on: date) -> CycleOverview:
    """How the cycle of this code stands on a day, in 6 statements however many cases it has. Refused when there is no such cycle."""
    cycle = cycle_by_code(session, code)
    ids = select(Case.id).where(Case.cycle_id == cycle.id)
    facts = list(gather_cycle(session, cycle.id, on=on).values())
    since: dict[int, datetime] = {
        row.id: row.status_since for row in session.execute(select(Case.id, Case.status_since).where(Case.id.in_(ids)))
    }
    holidays = holidays_of(cycle)
    starts = {case_id: local_date(at, cycle.timezone) for case_id, at in since.items()}
    areas = cycle.settings["focus_areas"]
    return CycleOverview(
        code=cycle.code,
        kabupaten_code=cycle.kabupaten_code,
        kabupaten=region(cycle.kabupaten_code).name,
        year=cycle.year,
        number=cycle.number,
        starts_on=cycle.starts_on,
        ends_on=cycle.ends_on,
        dissemination_on=cycle.dissemination_on,
        is_closed=cycle.closed_at is not None,
        groups=tuple(cycle.settings["groups"]),
        focus_areas={area: region(area).name for area in areas},
        cases=len(facts),
        by_status=_counted([f.status.value for f in facts], [s.value for s in Status]),
        by_group=_counted([f.group.value for f in facts], cycle.settings["groups"]),
        by_kecamatan=_counted([_kecamatan(f) for f in facts], areas),
        places=place_lines(cycle, facts, candidate_counts(session, cycle.id)),
        late=tuple(late for f in sorted(facts, key=lambda f: f.number) for late in _late(f, starts[f.case_id], holidays)),
    )


def _parsed(given: Mapping[str, Any], problems: list[Problem]) -> Mapping[str, Any]:
    """The values of OPENING that can be used; the rest is added to `problems`."""
    try:
        return parse(OPENING, given).values
    except Problems as refused:
        problems += refused.problems
        bad = {p.place for p in refused.problems}
        return parse(OPENING, {key: value for key, value in given.items() if key not in bad}, partial=True).values


def _kabupaten(code: str | None, problems: list[Problem]) -> str:
    if code is None:
        return ""
    try:
        return kabupaten(code).code
    except Refused as refused:
        problems += [Problem("kabupaten", code, reason.code, reason.sentence) for reason in refused.reasons]
        return ""


def _dates(opening: Mapping[str, Any], problems: list[Problem]) -> tuple[date, date]:
    """First and last day: as given, else the semester's. A cycle beyond the second of a year must say its own."""
    year, number = opening.get("year", 2026), opening.get("number", 1)
    semesters = {1: (date(year, 1, 1), date(year, 6, 30)), 2: (date(year, 7, 1), date(year, 12, 31))}
    starts_on, ends_on = opening.get("starts_on"), opening.get("ends_on")
    if number not in semesters and not (starts_on and ends_on):
        problems.append(Problem("starts_on", "", "required", f"Siklus nomor {number} memerlukan tanggal mulai dan tanggal selesai."))
    first, last = semesters.get(number, semesters[2])
    starts_on, ends_on = starts_on or first, ends_on or last
    if ends_on < starts_on:
        problems.append(
            Problem(
                "ends_on",
                str(ends_on),
                "ends_before_start",
                f"Tanggal selesai {ends_on:%d-%m-%Y} lebih awal dari mulai {starts_on:%d-%m-%Y}.",
            )
        )
    event = opening.get("dissemination_on")
    if event and event < starts_on:
        problems.append(
            Problem(
                "dissemination_on", str(event), "before_start", f"Diseminasi {event:%d-%m-%Y} lebih awal dari mulai {starts_on:%d-%m-%Y}."
            )
        )
    return starts_on, ends_on


def _taken(session: Session, code: str, place: str, year: int, number: int) -> Iterator[Problem]:
    same_number = (Cycle.kabupaten_code == place) & (Cycle.year == year) & (Cycle.number == number)
    for cycle in session.scalars(select(Cycle).where(or_(Cycle.code == code, same_number)).order_by(Cycle.id)):
        if cycle.code == code:
            yield Problem("code", code, "cycle_exists", f"Siklus {code} sudah ada; lihat pada daftar siklus")
        else:
            yield Problem("number", str(number), "cycle_exists", f"Siklus ke-{number} tahun {year} sudah dibuka dengan kode {cycle.code}.")


def _kecamatan(facts: CaseFacts) -> str:
    return ".".join(facts.desa_code.split(".")[:3])


def _counted(found: list[str], order: Collection[str]) -> dict[str, int]:
    """How many of each, in the given order, whatever is not in it last."""
    counts = Counter(found)
    return {key: counts[key] for key in [*order, *sorted(set(counts) - set(order))] if counts[key]}


def place_lines(cycle: Cycle, facts: Sequence[CaseFacts], candidates: Mapping[tuple[str, str], Mapping[str, int]]) -> tuple[PlaceLine, ...]:
    """Every cell of group and kecamatan that has a quota, a case or a candidate. candidates: as `candidate_counts` gives them."""
    quotas = {(group, area): n for group, places in (cycle.settings.get("quotas") or {}).items() for area, n in places.items()}
    cases = Counter((f.group.value, _kecamatan(f)) for f in facts if f.status is not Status.WITHDRAWN)
    nobody = {"proposed": 0, "remeasure": 0, "chosen": 0, "dropped": 0}
    cells = sorted({*quotas, *cases, *candidates})
    return tuple(
        PlaceLine(group, area, region(area).name, quotas.get((group, area), 0), cases[group, area], **candidates.get((group, area), nobody))
        for group, area in cells
    )


def _late(facts: CaseFacts, since: date, holidays: frozenset[date]) -> Iterator[Late]:
    """What of a case is late, as the system knows it."""
    for one in deadlines(facts, reader=SYSTEM, since=since, holidays=holidays):
        if one.is_late(facts.on):
            yield Late(facts.number, one.what, one.due_on)
