"""The scorecard of one unit in one quarter, frozen: its counts, those of the quarter before, its rank, and what needs attention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.calendar import add_working_days, local_date
from audit.lifecycle.tables import Case, Cycle
from audit.reports.cleaning import without_identity
from audit.reports.frozen import frozen_cycle
from audit.reports.scorecard.ledger import Ledger, Planned, read_ledger
from audit.reports.scorecard.measures import Window, actions_of, days_late, measures, needing_attention, rank_of, units_of
from audit.reports.scorecard.units import KECAMATAN, KINDS, PUSKESMAS, Quarter, Unit, quarter_of, quarters_between, read_subject, subject_of
from audit.steps.intake.tables import Subject
from audit.steps.recommend.tables import RtlAction

SNAPSHOT_FORMAT = 1

REPLY_WORKING_DAYS = 10
"""What is asked is to be done within two working weeks."""


def scores_of_cycle(session: Session, cycle_id: int) -> list[str]:
    """Subjects of the scorecards there are: each quarter from the opening to the newest move, each unit that has something in it.

    By quarter, kind and code; 6 statements.
    """
    cycle = session.get_one(Cycle, cycle_id)
    ledger = read_ledger(session, cycle)
    found = []
    for quarter in quarters_between(ledger.opened_on, ledger.newest_on):
        window = _window(quarter, on=ledger.newest_on, as_of=min(ledger.newest_on, quarter.last))
        standing = ledger.standing(quarter.last)
        for unit in units_of(standing, ledger.cases):
            if measures(standing, ledger.cases, unit, window).has_anything:
                found.append(subject_of(quarter, unit))
    return found


def scorecard_snapshot(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    """Everything the scorecard shows, plain and ready for canonical JSON; 8 statements, 7 where nothing needs attention.

    A quarter that is over is told as it stood on its last day, whatever came after. One that still runs is told up to `at`; `on` decides
    only which deadlines have passed. Raises Refused for a subject that is none, a quarter outside the cycle, an unknown unit.
    """
    quarter, unit = read_subject(subject)
    cycle = session.get_one(Cycle, cycle_id)
    ledger = read_ledger(session, cycle, at=at)
    _check(quarter, unit, cycle, ledger, on)
    dated = _dated(ledger, unit, quarter, cycle, on)
    window = _window(quarter, on=on, as_of=min(local_date(dated, cycle.timezone), quarter.last))
    standing = ledger.standing(quarter.last)
    by_unit = {each: measures(standing, ledger.cases, each, window) for each in [*units_of(standing, ledger.cases), unit]}
    rank = rank_of(unit, by_unit)
    actions = actions_of(standing, unit)
    holidays = [date.fromisoformat(day) for day in cycle.settings.get("holidays", [])]
    return {
        "format": SNAPSHOT_FORMAT,
        "kind": "scorecard",
        "cycle": frozen_cycle(session, cycle),
        "dated": dated.astimezone(UTC).isoformat(),
        "quarter": quarter.code,
        "unit": asdict(unit),
        "is_complete": window.is_complete,
        "as_of": window.as_of.isoformat(),
        "reply_by": add_working_days(window.as_of, REPLY_WORKING_DAYS, holidays).isoformat(),
        "now": asdict(by_unit[unit]),
        "before": _before(ledger, unit, quarter),
        "rank": asdict(rank) if rank else None,
        "next": _next(actions, window),
        "attention": _attention(session, ledger, needing_attention(actions, window), window),
    }


def _window(quarter: Quarter, *, on: date, as_of: date) -> Window:
    return Window(quarter, min(on, quarter.next.first), as_of)


def _check(quarter: Quarter, unit: Unit, cycle: Cycle, ledger: Ledger, on: date) -> None:
    if not quarter_of(ledger.opened_on) <= quarter <= quarter_of(on):
        raise Refused.because(
            "quarter_not_in_cycle",
            f"{quarter.label} di luar siklus {cycle.code}: pilih antara {quarter_of(ledger.opened_on).label} dan {quarter_of(on).label}.",
        )
    if unit.kind == KECAMATAN and not unit.code.startswith(cycle.kabupaten_code + "."):
        raise Refused.because("unknown_place", f"Kode “{unit.code}” bukan kecamatan di kabupaten siklus ini.")
    known = sorted({place.puskesmas for place in ledger.cases.values()})
    if unit.kind == PUSKESMAS and unit.code not in known:
        there_are = f"; yang ada: {', '.join(known)}" if known else ""
        raise Refused.because(
            "unknown_puskesmas", f"{KINDS[PUSKESMAS].capitalize()} “{unit.code}” tidak melayani kasus siklus ini{there_are}."
        )


def _dated(ledger: Ledger, unit: Unit, quarter: Quarter, cycle: Cycle, on: date) -> datetime:
    """The instant of the newest thing the card shows: the end of the quarter, or while it runs the newest move or the newest lateness."""
    zone = ZoneInfo(cycle.timezone)
    if on > quarter.last:
        return datetime.combine(quarter.next.first, time(), zone)
    late = [action.ends_on for action in actions_of(ledger.standing(quarter.last), unit) if action.is_open and action.ends_on < on]
    became_late = [datetime.combine(day + timedelta(days=1), time(), zone) for day in late]
    return max([ledger.newest_at(quarter.last), *became_late])


def _before(ledger: Ledger, unit: Unit, quarter: Quarter) -> dict[str, Any] | None:
    """The counts of the quarter before as it ended; None when it lies before the cycle or the unit had nothing in it."""
    earlier = quarter.before
    if earlier.last < ledger.opened_on:
        return None
    window = Window(earlier, quarter.first, earlier.last)
    counted = measures(ledger.standing(earlier.last), ledger.cases, unit, window)
    return asdict(counted) if counted.has_anything else None


def _next(actions: Sequence[Planned], window: Window) -> dict[str, Any] | None:
    """The next deadline that has not passed and how many actions have it; None when there is none."""
    waiting = [action.ends_on for action in actions if action.is_open and not action.is_closed and not window.has_passed(action.ends_on)]
    return {"on": min(waiting).isoformat(), "count": waiting.count(min(waiting))} if waiting else None


def _attention(session: Session, ledger: Ledger, actions: Sequence[Planned], window: Window) -> list[dict[str, Any]]:
    if not actions:
        return []
    texts = {
        row.id: without_identity(row.activity, row.identity)
        for row in session.execute(
            select(RtlAction.id, RtlAction.activity, Subject.identity)
            .join(Case, Case.id == RtlAction.case_id)
            .join(Subject, Subject.id == Case.subject_id)
            .where(RtlAction.id.in_([action.id for action in actions]))
        )
    }
    return [
        {
            "case_number": ledger.cases[action.case_id].number,
            "activity": texts[action.id],
            "owner": action.owner,
            "place_code": action.place_code,
            "ends_on": action.ends_on.isoformat(),
            "status": action.status,
            "is_reported": action.is_reported,
            "is_escalated": action.is_escalated,
            "days_late": days_late(action, window) if action.is_open else 0,
        }
        for action in actions
    ]
