"""The gap sheet (lembar kesenjangan) of one puskesmas: frozen, worded, printed. It lies on desks: no name, no birth date, no NIK."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.calendar import add_working_days, local_date
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.lifecycle.transitions import transition
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.render.wording import MISSING, date_words, facility, months_between, number
from audit.reports.cleaning import printable, without_identity
from audit.reports.field.cases import GROUP_WORDS
from audit.reports.field.gap_rules import Weighing, lacking
from audit.reports.field.pages import GapCase, GapPlace, GapSheetPage, MissingItem
from audit.reports.field.texts import cut
from audit.reports.frozen import frozen_cycle
from audit.reports.packet.facts import date_of
from audit.reports.pages import Column, Fact, Table
from audit.reports.phrases import cycle_words, place_words, region_words, secretariat_words
from audit.reports.printing import foot_of, print_document
from audit.reports.record import Record
from audit.steps.intake.tables import Measurement, Subject
from audit.steps.packet.tables import Worksheet

TEMPLATE = "report/gap_sheet"
SNAPSHOT_FORMAT = 1

WORKING_DAYS = transition(Action.SUBMIT_WORKSHEET, Status.SELECTED).working_days or 0
"""How long the field has for a worksheet, from the day the case came to it."""

_LONGEST_REQUEST = 600


def puskesmas_with_gaps(session: Session, cycle_id: int) -> list[str]:
    """The puskesmas, named as in the cases, that have a case whose worksheet is with the field; one statement."""
    return list(
        session.scalars(
            select(Case.puskesmas).where(Case.cycle_id == cycle_id, Case.status == Status.SELECTED).distinct().order_by(Case.puskesmas)
        )
    )


def gap_sheet_snapshot(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    """Everything the sheet of a puskesmas (subject: its name as in the cases) shows, plain and ready for canonical JSON; 5 statements.

    Only cases whose worksheet is with the field (status selected) and lacks something, in the order of one round: desa, posyandu, number.
    Ages are those on the day of the newest thing shown; `on` decides only what is late and which measurement is old.
    Raises Refused for a puskesmas that has no case in the cycle.
    """
    cycle = session.get_one(Cycle, cycle_id)
    rows = _rows(session, cycle_id, subject, at)
    if not rows and not session.scalar(select(func.count()).where(Case.cycle_id == cycle_id, Case.puskesmas == subject)):
        raise Refused.because(
            "unknown_puskesmas", f"Tidak ada kasus dari puskesmas “{subject}” pada siklus ini; tulis namanya seperti pada kasus."
        )
    newest = _newest_weighings(session, [row.Subject.id for row in rows])
    holidays = [date.fromisoformat(day) for day in cycle.settings.get("holidays", [])]
    dated = max((row.moved_at for row in rows if row.moved_at), default=cycle.opened_at)
    as_of = local_date(dated, cycle.timezone)
    cases = [_frozen(row, newest.get(row.Subject.id), cycle=cycle, holidays=holidays, as_of=as_of, on=on) for row in rows]
    cases = [case for case in cases if case["items"] or case["request"]]
    return {
        "format": SNAPSHOT_FORMAT,
        "kind": "gap-sheet",
        "puskesmas": subject,
        "cycle": frozen_cycle(session, cycle),
        "dated": dated.isoformat(),
        "as_of": as_of.isoformat(),
        "waiting": len(rows),
        "cases": sorted(cases, key=lambda case: (case["desa_code"], case["posyandu"].casefold(), case["number"])),
    }


def gap_sheet_page(record: Record) -> GapSheetPage:
    """The page record of the sheet, every sentence worded. record: its content is as `gap_sheet_snapshot` froze it."""
    content = printable(record.content)
    cycle, cases = content["cycle"], content["cases"]
    puskesmas = facility("Puskesmas", content["puskesmas"])
    stops = [(stop, list(each)) for stop, each in groupby(cases, key=lambda case: (case["desa_code"], case["posyandu"]))]
    return GapSheetPage(
        foot=foot_of(record, title=f"Lembar kesenjangan {puskesmas}", description=f"Isian kertas kerja yang belum ada, {puskesmas}"),
        puskesmas=puskesmas,
        region=region_words(cycle["kabupaten_code"]),
        lead=_lead(cases, content["waiting"], stops=len(stops)),
        facts=_facts(content, cases),
        route=_route(stops),
        places=tuple(
            GapPlace(_posyandu(posyandu), place_words(desa), tuple(_case(case) for case in each)) for (desa, posyandu), each in stops
        ),
        contact=secretariat_words(cycle["kabupaten_code"], cycle["wording"]),
    )


def draw_gap_sheet(record: Record) -> bytes:
    """The sheet as an archival PDF; equal records give equal bytes."""
    return print_document(gap_sheet_page(record), record, template=TEMPLATE)


def _rows(session: Session, cycle_id: int, puskesmas: str, at: datetime) -> list[Any]:
    """Case, Subject, Worksheet (or None) and the instant of the newest move, of every case that is with the field."""
    moved = select(func.max(CaseEvent.at)).where(CaseEvent.case_id == Case.id, CaseEvent.at <= at).scalar_subquery().label("moved_at")
    return list(
        session.execute(
            select(Case, Subject, Worksheet, moved)
            .join(Subject, Subject.id == Case.subject_id)
            .outerjoin(Worksheet, Worksheet.case_id == Case.id)
            .where(Case.cycle_id == cycle_id, Case.puskesmas == puskesmas, Case.status == Status.SELECTED)
            .order_by(Case.number)
        )
    )


def _newest_weighings(session: Session, subject_ids: Sequence[int]) -> dict[int, Weighing]:
    found = {}
    for m in session.scalars(
        select(Measurement)
        .where(Measurement.subject_id.in_(subject_ids), Measurement.replaced_by_import_id.is_(None))
        .order_by(Measurement.measured_on, Measurement.id)
    ):
        found[m.subject_id] = Weighing(m.measured_on, m.weight_kg or None, m.height_cm or None, bool(m.recheck or m.flags))
    return found


def _frozen(row: Row[Any], newest: Weighing | None, *, cycle: Cycle, holidays: Sequence[date], as_of: date, on: date) -> dict[str, Any]:
    case: Case = row.Case
    subject: Subject = row.Subject
    worksheet: Worksheet | None = row.Worksheet
    group, born = Group(case.target_group), date_of(subject.identity.get("birth_date"))
    came_on = local_date(case.status_since, cycle.timezone)
    needed_by = min(add_working_days(came_on, WORKING_DAYS, holidays), max(cycle.ends_on, came_on))
    request = worksheet.returned_note if worksheet and worksheet.state == "returned" else None
    months = months_between(born, as_of) if born else None
    missing = lacking(
        group,
        worksheet.answers if worksheet else {},
        newest=newest,
        has_birth_date=bool(born),
        knows_sex=subject.is_male is not None,
        on=on,
    )
    return {
        "number": case.number,
        "group": case.target_group,
        "desa_code": case.desa_code,
        "posyandu": subject.posyandu,
        "age_months": None if months is None or months < 0 else months,
        "needed_by": needed_by.isoformat(),
        "is_late": needed_by < on,
        "request": cut(without_identity(request, subject.identity), _LONGEST_REQUEST) if request else "",
        "items": [asdict(each) for each in missing],
    }


def _lead(cases: Sequence[Mapping[str, Any]], waiting: int, *, stops: int) -> str:
    if not cases:
        return "Tidak ada isian yang kurang: semua kertas kerja yang ada pada puskesmas ini sudah lengkap."
    items = sum(len(case["items"]) for case in cases)
    rest = "" if len(cases) == waiting else f" dari {number(waiting)} kasus yang kertas kerjanya masih di lapangan"
    asked = sum(bool(case["request"]) for case in cases)
    also = f", ditambah {number(asked)} permintaan data" if asked else ""
    what = f"{number(items)} isian{also}" if items else f"{number(asked)} permintaan data"
    return (
        f"{what} menahan {number(len(cases))} kasus{rest}. Selama belum ada, kasus tidak dapat dikaji tim pakar. "
        f"Semuanya dapat dikumpulkan di wilayah {number(stops)} posyandu."
    )


def _facts(content: Mapping[str, Any], cases: Sequence[Mapping[str, Any]]) -> tuple[Fact, ...]:
    first = min((date.fromisoformat(case["needed_by"]) for case in cases), default=None)
    dissemination = content["cycle"]["dissemination_on"]
    return (
        Fact("Siklus", cycle_words(content["cycle"]["code"], content["cycle"]["wording"])),
        Fact("Dibutuhkan paling lambat", date_words(first)),
        Fact("Kasus tertahan", number(len(cases))),
        Fact("Isian belum ada", number(sum(len(case["items"]) for case in cases))),
        Fact("Diseminasi", date_words(date.fromisoformat(dissemination)) if dissemination else "belum ditetapkan"),
        Fact("Keadaan per", date_words(date.fromisoformat(content["as_of"]))),
    )


def _route(stops: Sequence[tuple[tuple[str, str], Sequence[Mapping[str, Any]]]]) -> Table:
    columns = (
        Column("Posyandu", 26),
        Column("Desa/kelurahan", 30),
        Column("Kasus", 8, "number"),
        Column("Isian", 8, "number"),
        Column("Permintaan", 12, "number"),
        Column("Paling lambat", 16),
    )
    rows = tuple(
        (
            _posyandu(posyandu),
            place_words(desa),
            number(len(cases)),
            number(sum(len(case["items"]) for case in cases)),
            number(sum(bool(case["request"]) for case in cases)),
            date_words(min(date.fromisoformat(case["needed_by"]) for case in cases)),
        )
        for (desa, posyandu), cases in stops
    )
    return Table("rute", "Yang didatangi", columns, rows)


def _case(case: Mapping[str, Any]) -> GapCase:
    items = tuple(MissingItem(**item) for item in case["items"])
    return GapCase(
        number=case["number"],
        who=f"{GROUP_WORDS[Group(case['group'])]}, {_age(case)}",
        count=f"{number(len(items))} isian" if items else "permintaan data",
        needed_by=date_words(date.fromisoformat(case["needed_by"])),
        state="lewat tenggat" if case["is_late"] else "",
        request=case["request"],
        items=items,
    )


def _age(case: Mapping[str, Any]) -> str:
    months = case["age_months"]
    if months is None:
        return "umur tidak diketahui"
    return f"{months} bulan" if Group(case["group"]).is_child else f"{months // 12} tahun"


def _posyandu(name: str) -> str:
    return facility("Posyandu", name) or f"Posyandu {MISSING}"
