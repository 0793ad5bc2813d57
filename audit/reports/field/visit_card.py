"""The visit card (kartu kunjungan) of one case, frozen: whom, when, what is measured, what was measured so far. Not how it is worded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.growth.ages import DAYS_PER_MONTH
from audit.growth.standards import Index
from audit.lifecycle.vocabulary import Action, Status
from audit.reports.cases import case_numbers
from audit.reports.field.cases import FieldCase, field_case
from audit.reports.field.plotting import window
from audit.reports.field.texts import told_to_a_family
from audit.reports.frozen import frozen_cycle
from audit.reports.packet.facts import FLAG_BITS, date_of
from audit.steps.followup.tables import Visit
from audit.steps.intake.tables import Measurement
from audit.steps.packet.queries import measurements_of_subject, worksheet_of

SNAPSHOT_FORMAT = 1
MOST_RESULTS = 5
LONGEST_ACTION = 160

_SHOWN_MOVES = (
    Action.APPROVE_PLAN,
    Action.NAME_PERSON_IN_CHARGE,
    Action.START_FOLLOW_UP,
    Action.RECORD_VISIT,
    Action.MARK_VISIT_MISSED,
    Action.REOPEN,
)
"""What changes a card; reports of the agencies do not."""


def cases_in_follow_up(session: Session, cycle_id: int) -> list[str]:
    """The numbers of the cases that are being visited."""
    return case_numbers(session, cycle_id, (Status.FOLLOW_UP,))


def visit_card_snapshot(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    """Everything the card of a case (subject: its number) shows, plain and ready for canonical JSON; at most 7 statements.

    It holds the name and the birth date, because both are printed, and never a NIK. Of the measurements only those that are drawn or
    listed. Raises Refused for a case that is not known, has no approved plan, or whose follow-up has not begun.
    """
    del on  # a card is the same on every day until something happens
    found = field_case(session, cycle_id, subject, at=at)
    if found.starts_on is None or not found.visits:
        raise Refused.because("no_follow_up", f"Tindak lanjut kasus {subject} belum dimulai, jadi jadwal kunjungannya belum ada.")
    measured = measurements_of_subject(session, found.subject.id)
    by_id = {m.id: m for m in measured}
    ends_on = found.case.follow_up_ends_on or found.visits[-1].planned_on
    born = date_of(found.subject.identity.get("birth_date"))
    is_child = found.group.is_child
    return {
        "format": SNAPSHOT_FORMAT,
        "kind": "visit-card",
        "cycle": frozen_cycle(session, found.cycle),
        "dated": found.newest(_SHOWN_MOVES).isoformat(),
        "case_number": found.case.number,
        "group": found.case.target_group,
        "name": str(found.subject.identity.get("name") or ""),
        "is_male": found.subject.is_male,
        "birth_on": born.isoformat() if born else None,
        "posyandu": found.subject.posyandu,
        "puskesmas": found.case.puskesmas,
        "desa_code": found.case.desa_code,
        "officer": found.officer,
        "starts_on": found.starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "visits": [_visit(visit, by_id.get(visit.measurement_id or 0)) for visit in found.visits],
        "points": list(_points(measured, born, found.starts_on, ends_on)) if is_child else [],
        "results": [] if is_child else _results(session, found, measured),
        "actions": [_action(action) for action in found.actions],
    }


def _visit(visit: Visit, measured: Measurement | None) -> dict[str, Any]:
    return {
        "planned_on": visit.planned_on.isoformat(),
        "measures": visit.with_measurement,
        "state": visit.state,
        "visited_on": visit.visited_on.isoformat() if visit.visited_on else None,
        **_numbers(measured),
    }


def _numbers(m: Measurement | None) -> dict[str, Any]:
    """The numbers of a measurement that a card can show; registers write 0 for what was not measured."""
    if m is None:
        return {}
    return {
        "weight_kg": m.weight_kg or None,
        "height_cm": m.height_cm or None,
        "muac_cm": m.muac_cm or None,
        "hb_g_dl": m.hb_g_dl or None,
        "has_oedema": bool(m.has_oedema),
    }


def _points(measured: Sequence[Measurement], born: date | None, starts_on: date, ends_on: date) -> Iterator[dict[str, Any]]:
    """The weights inside the months that the chart draws."""
    if born is None:
        return
    drawn = window((starts_on - born).days / DAYS_PER_MONTH, (ends_on - born).days / DAYS_PER_MONTH)
    for m in measured:
        age = (m.measured_on - born).days / DAYS_PER_MONTH
        if drawn and m.weight_kg and drawn[0] <= age <= drawn[1]:
            is_flagged = bool((m.flags or 0) & FLAG_BITS[Index.WAZ])
            yield {"on": m.measured_on.isoformat(), "weight_kg": m.weight_kg, "is_flagged": is_flagged}


def _results(session: Session, found: FieldCase, measured: Sequence[Measurement]) -> list[dict[str, Any]]:
    """The newest examinations of a grown-up, oldest first; what the worksheet found is one of them."""
    rows: list[dict[str, Any]] = [{"on": m.measured_on.isoformat(), **_numbers(m)} for m in measured]
    worksheet = worksheet_of(session, found.case.id)
    answers: Mapping[str, Any] = worksheet.answers if worksheet else {}
    examined_on = date_of(answers.get("visited_on"))
    if examined_on:
        rows.append(
            {"on": examined_on.isoformat(), **{name: answers.get(name) for name in ("weight_kg", "height_cm", "muac_cm", "hb_g_dl")}}
        )
    told = [row for row in rows if any(row.get(name) for name in ("weight_kg", "muac_cm", "hb_g_dl"))]
    return sorted(told, key=lambda row: str(row["on"]))[-MOST_RESULTS:]


def _action(action: Any) -> dict[str, Any]:
    return {
        "what": told_to_a_family(action.activity, cause=action.cause, most=LONGEST_ACTION),
        "agency": action.owner_agency,
        "ends_on": action.ends_on.isoformat() if action.ends_on else None,
    }
