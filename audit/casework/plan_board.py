"""The actions of all plans (RTL) as one person may see them: where each stands and how many days are left. No page is in here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from audit.casework.worklists import cases_seen_by
from audit.lifecycle.access import may_see_whole_case
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.transitions import transition
from audit.lifecycle.vocabulary import Action, Status
from audit.people.agencies import agency_words
from audit.people.roles import Person, Role
from audit.steps.recommend.queries import current_actions
from audit.steps.recommend.tables import RtlAction

SOON_DAYS = 14
"""An open action whose last day is this near is shown as soon due."""


class State(StrEnum):
    """Where an action of a plan stands, in the order of the board. REPORTED: its owner says done; CONFIRMED: somebody else has seen it."""

    PROPOSED = "usulan"
    APPROVED = "disetujui"
    RUNNING = "berjalan"
    BLOCKED = "terkendala"
    REPORTED = "dilaporkan"
    CONFIRMED = "dipastikan"
    CANCELLED = "batal"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something before it is done."""
        return self not in (State.REPORTED, State.CONFIRMED, State.CANCELLED)


STATE_LABELS: Mapping[State, str] = {
    State.PROPOSED: "Usulan",
    State.APPROVED: "Disetujui",
    State.RUNNING: "Berjalan",
    State.BLOCKED: "Terkendala",
    State.REPORTED: "Dilaporkan selesai",
    State.CONFIRMED: "Dipastikan",
    State.CANCELLED: "Batal",
}


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One action on the board, nothing of the child in it.

    days_left: to its last day, negative when that has passed; None: it has none, or nothing is left to do until then.
    may_report, may_confirm: whether the reader may do so now.
    """

    id: int
    case_number: str
    number: int
    owner_agency: str
    owner: str
    intervention_class: str
    desa_code: str
    starts_on: date | None
    ends_on: date | None
    funding: str | None
    state: State
    days_left: int | None
    reported_on: date | None
    confirmed_on: date | None
    escalated_on: date | None
    may_report: bool
    may_confirm: bool

    @property
    def kecamatan_code(self) -> str:
        return self.desa_code.rpartition(".")[0]

    @property
    def is_late(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def is_soon(self) -> bool:
        return self.days_left is not None and 0 <= self.days_left <= SOON_DAYS


def plan_lines(session: Session, reader: Person, *, on: date, cycle_id: int, agencies: Mapping[str, str]) -> list[PlanLine]:
    """The current actions of every case of a cycle that this reader may see, by case and number; withdrawn cases left out. 4 statements.

    Whoever sees a case only because an action of it is theirs sees that action and no other.
    """
    cases = {f.case_id: f for f in cases_seen_by(session, reader, on=on, cycle_id=cycle_id) if f.status is not Status.WITHDRAWN}
    rows = session.execute(_PLAIN.where(RtlAction.case_id.in_(list(cases)))).all()
    lines = [
        _line(row, cases[row.case_id], reader, agencies) for row in rows if may_see_action(cases[row.case_id], reader, row.owner_agency)
    ]
    return sorted(lines, key=lambda line: (line.case_number, line.number))


def actions_seen_by(session: Session, facts: CaseFacts, reader: Person) -> list[RtlAction]:
    """The current actions of one case that this reader may see, by number; one statement."""
    return [row for row in current_actions(session, [facts.case_id]) if may_see_action(facts, reader, row.owner_agency)]


def may_see_action(facts: CaseFacts, reader: Person, owner_agency: str) -> bool:
    """Whether this reader may see an action of the case's plan that this agency owns."""
    return may_see_whole_case(facts, reader) or (reader.is_a(Role.AGENCY) and reader.agency == owner_agency)


def activities(session: Session, action_ids: Iterable[int]) -> dict[int, str]:
    """Id -> what is to be done, in words; opened only for the actions that are shown. One statement."""
    return {action_id: activity for action_id, (_, activity) in numbered_activities(session, action_ids).items()}


def numbered_activities(session: Session, action_ids: Iterable[int]) -> dict[int, tuple[int, str]]:
    """Id -> number in the plan of its case, and what is to be done; otherwise as `activities`. One statement."""
    rows = session.execute(select(RtlAction.id, RtlAction.number, RtlAction.activity).where(RtlAction.id.in_(list(action_ids))))
    return {action_id: (number, activity) for action_id, number, activity in rows}


def state_of(status: str, *, is_confirmed: bool) -> State:
    """Where an action stands, from its status and whether somebody has seen it done."""
    if is_confirmed:
        return State.CONFIRMED
    return State.REPORTED if status == "selesai" else State(status)


_PLAIN = (
    select(
        RtlAction.id,
        RtlAction.case_id,
        RtlAction.number,
        RtlAction.owner_agency,
        RtlAction.intervention_class,
        RtlAction.place_code,
        RtlAction.starts_on,
        RtlAction.ends_on,
        RtlAction.funding,
        RtlAction.status,
        RtlAction.reported_on,
        RtlAction.reported_by_id,
        RtlAction.confirmed_on,
        RtlAction.escalated_on,
    )
    .where(RtlAction.superseded_at.is_(None))
    .order_by(RtlAction.case_id, RtlAction.number)
)
"""The columns that are not sealed: opening the words of every action of a year takes longer than all the rest."""


def _line(row: Row[*tuple[Any, ...]], facts: CaseFacts, reader: Person, agencies: Mapping[str, str]) -> PlanLine:
    state = state_of(row.status, is_confirmed=row.confirmed_on is not None)
    follows_up = facts.status is Status.FOLLOW_UP
    reports = follows_up and row.owner_agency == reader.agency and state.is_open
    confirms = follows_up and state is State.REPORTED and row.reported_by_id != reader.id
    return PlanLine(
        id=row.id,
        case_number=facts.number,
        number=row.number,
        owner_agency=row.owner_agency,
        owner=agency_words(row.owner_agency, agencies),
        intervention_class=row.intervention_class,
        desa_code=row.place_code or facts.desa_code,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        funding=row.funding,
        state=state,
        days_left=(row.ends_on - facts.on).days if row.ends_on and state.is_open else None,
        reported_on=row.reported_on,
        confirmed_on=row.confirmed_on,
        escalated_on=row.escalated_on,
        may_report=reports and _may(Action.REPORT_PROGRESS, facts, reader),
        may_confirm=confirms and _may(Action.CONFIRM_ACTION, facts, reader),
    )


def _may(action: Action, facts: CaseFacts, reader: Person) -> bool:
    return not transition(action, facts.status).refusals(facts, reader)


def counted(lines: Sequence[PlanLine]) -> dict[State, int]:
    """How many actions stand where; every state, also those without one."""
    found = dict.fromkeys(State, 0)
    for line in lines:
        found[line.state] += 1
    return found
