"""What happened to the plans, visits and cases of a cycle, read once and folded up to any day. Plain values; nothing is judged here.

The database knows only the newest state of an action. A quarter that is over must not change with what comes after it, so the state on
a day is folded from the history.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.lifecycle.vocabulary import Action, Status
from audit.reports.cases import HAS_PLAN
from audit.reports.rtl.places import KECAMATAN, place_of
from audit.steps.evaluate.tables import Outcome
from audit.steps.followup.tables import Visit
from audit.steps.recommend.tables import RtlAction

COUNTED = frozenset(
    {
        Action.APPROVE_PLAN,
        Action.START_FOLLOW_UP,
        Action.RECORD_VISIT,
        Action.MARK_VISIT_MISSED,
        Action.REPORT_PROGRESS,
        Action.CONFIRM_ACTION,
        Action.ESCALATE,
        Action.EVALUATE,
        Action.WITHDRAW,
    }
)
"""The moves that a scorecard counts; the newest of them dates it."""


_OVER = (Status.EVALUATED, Status.CARRIED_OVER)


@dataclass(frozen=True, slots=True)
class CasePlace:
    """Where a case belongs. puskesmas: as the case has it."""

    number: str
    kecamatan: str
    puskesmas: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One action of an approved plan, as it stood on a day.

    kecamatan: it belongs to, None when to no single one. status: a code of ACTION_STATUSES. done_on: since when it is reported done, None
    when it is not. is_reported: whether its owner ever told anything. verdict: of its case, None while nobody has judged it. is_closed:
    whether the follow-up of its case is over, so that nothing can be told of it any more.
    """

    id: int
    case_id: int
    owner: str
    kecamatan: str | None
    puskesmas: str
    place_code: str | None
    ends_on: date
    status: str = "disetujui"
    done_on: date | None = None
    is_reported: bool = False
    is_confirmed: bool = False
    is_escalated: bool = False
    verdict: str | None = None
    is_closed: bool = False

    @property
    def is_open(self) -> bool:
        """Whether its owner still has something to do."""
        return self.done_on is None and self.status != "batal"


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One visit of a case in follow-up. recorded_on: when it was written down, None while it was not."""

    case_id: int
    planned_on: date
    late_after: date
    recorded_on: date | None


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict of one evaluation of a case, by its primary measure."""

    case_id: int
    verdict: str
    on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything as it stood at the end of a day: plans that were approved, visits of cases in follow-up, verdicts so far."""

    actions: tuple[Planned, ...]
    visits: tuple[PlannedVisit, ...]
    judged: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class _Event:
    case_id: int
    action: str
    to_status: str
    at: datetime
    on: date
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Ledger:
    """The history of a cycle up to an instant. cases: by id."""

    opened_at: datetime
    opened_on: date
    cases: Mapping[int, CasePlace]
    _events: Sequence[_Event]
    _actions: Mapping[int, Planned]
    _visits: Sequence[PlannedVisit]
    _judged: Sequence[Judged]

    @property
    def newest_on(self) -> date:
        """The day of the newest counted move, the day of opening before the first."""
        return max((event.on for event in self._events if event.action in COUNTED), default=self.opened_on)

    def newest_at(self, last: date) -> datetime:
        """The instant of the newest counted move up to the end of this day; that of opening when there is none."""
        return max((event.at for event in self._events if event.action in COUNTED and event.on <= last), default=self.opened_at)

    def standing(self, last: date) -> Standing:
        """How everything stood at the end of this day."""
        events = [event for event in self._events if event.on <= last]
        status = {event.case_id: event.to_status for event in events}
        judged = tuple(one for one in self._judged if one.on <= last)
        verdict = {one.case_id: one.verdict for one in judged}
        plans = {e.case_id: e.details.get("actions", []) for e in events if e.action == Action.APPROVE_PLAN}
        states = {
            number: replace(self._actions[number], verdict=verdict.get(case_id), is_closed=status[case_id] in _OVER)
            for case_id, numbers in plans.items()
            if status[case_id] in HAS_PLAN
            for number in numbers
            if number in self._actions
        }
        for event in events:
            for changed in _told(event, states):
                states[changed.id] = changed
        in_follow_up = {case_id for case_id, code in status.items() if code in HAS_PLAN and code != Status.APPROVED}
        visits = (visit for visit in self._visits if visit.case_id in in_follow_up)
        return Standing(
            actions=tuple(states.values()),
            visits=tuple(v if v.recorded_on and v.recorded_on <= last else replace(v, recorded_on=None) for v in visits),
            judged=judged,
        )


def read_ledger(session: Session, cycle: Cycle, *, at: datetime | None = None) -> Ledger:
    """The ledger of a cycle up to an instant, the whole of it without one; 5 statements, none of which unseals a text."""
    zone, mine = cycle.timezone, Case.cycle_id == cycle.id
    said_by_then, judged_by_then = (CaseEvent.at <= at, Outcome.evaluated_at <= at) if at else (true(), true())
    cases = {
        row.id: CasePlace(row.number, row.desa_code.rpartition(".")[0], row.puskesmas)
        for row in session.execute(select(Case.id, Case.number, Case.desa_code, Case.puskesmas).where(mine))
    }
    events = session.execute(
        select(CaseEvent.case_id, CaseEvent.action, CaseEvent.to_status, CaseEvent.at, CaseEvent.details)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(mine, said_by_then)
        .order_by(CaseEvent.at, CaseEvent.id)
    )
    actions = session.execute(
        select(RtlAction.id, RtlAction.case_id, RtlAction.owner_agency, RtlAction.place_code, RtlAction.ends_on, Case.desa_code)
        .join(Case, Case.id == RtlAction.case_id)
        .where(mine, RtlAction.ends_on.is_not(None))
        .order_by(RtlAction.id)
    )
    visits = session.execute(
        select(Visit.case_id, Visit.planned_on, Visit.late_after, Visit.recorded_at).join(Case, Case.id == Visit.case_id).where(mine)
    )
    judged = session.execute(
        select(Outcome.case_id, Outcome.verdict, Outcome.evaluated_at)
        .join(Case, Case.id == Outcome.case_id)
        .where(mine, Outcome.is_primary, judged_by_then)
        .order_by(Outcome.evaluated_at, Outcome.id)
    )
    return Ledger(
        opened_at=cycle.opened_at,
        opened_on=local_date(cycle.opened_at, zone),
        cases=cases,
        _events=[_Event(e.case_id, e.action, e.to_status, e.at, local_date(e.at, zone), e.details) for e in events],
        _actions={
            a.id: Planned(
                a.id,
                a.case_id,
                a.owner_agency,
                place_of(a.place_code, a.desa_code, depth=KECAMATAN),
                cases[a.case_id].puskesmas,
                a.place_code,
                a.ends_on,
            )
            for a in actions
        },
        _visits=[
            PlannedVisit(v.case_id, v.planned_on, v.late_after, local_date(v.recorded_at, zone) if v.recorded_at else None)
            for v in sorted(visits, key=lambda v: (v.case_id, v.planned_on))
        ],
        _judged=[Judged(o.case_id, o.verdict, local_date(o.evaluated_at, zone)) for o in judged],
    )


def _told(event: _Event, states: Mapping[int, Planned]) -> Iterator[Planned]:
    """The actions that this event changed, as they are after it."""
    touched: list[int] = event.details.get("actions", []) if event.action == Action.ESCALATE else [event.details.get("action", 0)]
    for state in [states[number] for number in touched if number in states]:
        if event.action == Action.REPORT_PROGRESS:
            status = str(event.details["status"])
            done_on = (state.done_on or event.on) if status == "selesai" else None
            yield replace(state, status=status, done_on=done_on, is_reported=True)
        elif event.action == Action.CONFIRM_ACTION:
            yield replace(state, is_confirmed=True)
        elif event.action == Action.ESCALATE:
            yield replace(state, is_escalated=True)
