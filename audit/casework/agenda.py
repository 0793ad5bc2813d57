"""What waits for one person over all open cycles, and what is late with others. How it is said and where it leads is for the pages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from audit.casework.deadlines import Deadline, deadlines, holidays_of
from audit.casework.errands import FAILED
from audit.casework.facts import gather
from audit.casework.field_visits import DueVisit, due_visits
from audit.casework.form_drafts import drafts_of
from audit.casework.tables import Errand
from audit.casework.worklists import offers
from audit.lifecycle import guards
from audit.lifecycle.access import is_in_area, may_see_case
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import CaseFacts, PlannedAction
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import Action, Status
from audit.people.roles import Person, Role
from audit.steps.intake.tables import DoubtfulMatch
from audit.steps.recommend.tables import ConsensusProposal, Vote


class Matter(StrEnum):
    """Kinds of work that can wait for somebody."""

    RETURNED_WORKSHEET = "returned-worksheet"
    WORKSHEET = "worksheet"
    VISIT = "visit"
    CONFIRM = "confirm"
    OPINION = "opinion"
    VOTE = "vote"
    CONSENSUS = "consensus"
    APPROVE = "approve"
    REPORT = "report"
    INCOMPLETE_WORKSHEET = "incomplete-worksheet"
    PANEL = "panel"
    PAPER_OPINION = "paper-opinion"
    PLAN = "plan"
    IN_CHARGE = "in-charge"
    EVALUATE = "evaluate"
    DRAFT = "draft"
    DOUBT = "doubt"
    ERRAND = "errand"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits. case_number: "" when it is about no case. due_on: its last day, None when it has none.

    count: how many alike it stands for. action: the move it is about, None when it is about no case. is_begun: its form is half filled.
    detail: which errand failed, by its kind. action_id: of the row of the plan it is about, None when it is about none.
    """

    matter: Matter
    case_number: str = ""
    due_on: date | None = None
    count: int = 1
    action: Action | None = None
    is_begun: bool = False
    detail: str = ""
    action_id: int | None = None


@dataclass(frozen=True, slots=True)
class LateElsewhere:
    """What is late on cases this person sees and is not theirs to do: with which roles, what, and on how many cases."""

    action: Action
    by: frozenset[Role]
    cases: int
    oldest_on: date | None


@dataclass(frozen=True, slots=True)
class Agenda:
    """What one person finds on a day. waiting: soonest first, what has no last day at the end. cases: facts of those they see, by number.

    visits_today: as their list of visits has it, the late ones (visits_late) among them. cycles: those that are open, the newest first.
    """

    on: date
    cycles: Sequence[Cycle]
    cases: Sequence[CaseFacts]
    waiting: Sequence[Waiting]
    late_elsewhere: Sequence[LateElsewhere]
    visits_today: int
    visits_late: int
    cases_late: int


def agenda(session: Session, person: Person, *, at: datetime, timezone: str) -> Agenda:
    """What waits for this person. At most 9 statements, however many cases there are. timezone: in which the day is counted."""
    on = local_date(at, timezone)
    cycles = list(session.scalars(select(Cycle).where(Cycle.closed_at.is_(None)).order_by(Cycle.year.desc(), Cycle.number.desc())))
    ids = select(Case.id).where(Case.cycle_id.in_([cycle.id for cycle in cycles]))
    cases = sorted((f for f in gather(session, ids, on=on).values() if may_see_case(f, person)), key=lambda f: f.number)
    owed = _owed(session, ids, cases, cycles, person)
    visits = _own_visits(session, cases, person, on)
    begun = _begun(session, cases, person)
    waiting = [
        *(one for facts in cases for one in _of_a_case(facts, person, owed[facts.case_id], begun)),
        *(Waiting(Matter.VISIT, one.facts.number, one.planned_on, action=Action.RECORD_VISIT) for one in visits),
        *_votes(session, cases, person),
        *_of_the_office(session, person, cycles),
    ]
    named = {(one.case_number, one.action) for one in waiting}
    waiting += [Waiting(Matter.DRAFT, number, action=action, is_begun=True) for number, action in sorted(begun - named)]
    elsewhere = _late_elsewhere(cases, owed, person) if person.roles & WATCHING else ()
    return Agenda(
        on=on,
        cycles=cycles,
        cases=cases,
        waiting=sorted(waiting, key=lambda one: (one.due_on or date.max, one.matter, one.case_number)),
        late_elsewhere=elsewhere,
        visits_today=len(visits),
        visits_late=sum(one.days_left < 0 for one in visits),
        cases_late=sum(any(one.is_late(on) for one in owed[f.case_id]) for f in cases),
    )


def own_actions(facts: CaseFacts, person: Person) -> list[PlannedAction]:
    """The actions of the plan that the agency of this person owns."""
    return [action for action in facts.actions if person.agency is not None and action.owner_agency == person.agency]


WATCHING = frozenset({Role.SECRETARY, Role.CHAIR, Role.LEADER})
"""Who watches over the work of others."""


def _owed(
    session: Session, ids: object, cases: Iterable[CaseFacts], cycles: Iterable[Cycle], person: Person
) -> Mapping[int, Sequence[Deadline]]:
    """Case id -> what is owed on it, as far as this person may know. One statement."""
    by_id = {cycle.id: cycle for cycle in cycles}
    holidays = {cycle.id: holidays_of(cycle) for cycle in by_id.values()}
    rows = session.execute(select(Case.id, Case.status_since).where(Case.id.in_(ids)))  # type: ignore[arg-type]  # a select of ids
    since = {row.id: row.status_since for row in rows}
    return {
        f.case_id: deadlines(
            f,
            reader=person,
            since=local_date(since[f.case_id], by_id[f.cycle_id].timezone),
            holidays=holidays[f.cycle_id],
        )
        for f in cases
    }


_Waits = Callable[[CaseFacts, Person], bool]
_Form = tuple[str, Action]
"""Number of a case, and the move the form is for."""


def _is_lead(facts: CaseFacts, person: Person) -> bool:
    return guards.is_lead(facts, person) is None


_OF_A_CASE: tuple[tuple[Matter, Role, Status, Action, _Waits], ...] = (
    # what                        whose           while the case is     by which move            only when
    (Matter.RETURNED_WORKSHEET, Role.FIELD, Status.SELECTED, Action.SUBMIT_WORKSHEET, lambda f, p: f.worksheet_state == "returned"),
    (Matter.WORKSHEET, Role.FIELD, Status.SELECTED, Action.SUBMIT_WORKSHEET, lambda f, p: f.worksheet_state in ("none", "draft")),
    (Matter.CONFIRM, Role.FIELD, Status.FOLLOW_UP, Action.CONFIRM_ACTION, lambda f, p: True),
    (Matter.OPINION, Role.EXPERT, Status.UNDER_REVIEW, Action.SUBMIT_OPINION, lambda f, p: True),
    (Matter.CONSENSUS, Role.EXPERT, Status.REVIEWED, Action.RECORD_CONSENSUS, _is_lead),
    (Matter.APPROVE, Role.CHAIR, Status.PLANNED, Action.APPROVE_PLAN, lambda f, p: True),
    (Matter.INCOMPLETE_WORKSHEET, Role.SECRETARY, Status.SELECTED, Action.RETURN_WORKSHEET, lambda f, p: f.missing_total > 0),
    (Matter.PANEL, Role.SECRETARY, Status.READY, Action.ASSIGN_EXPERT, lambda f, p: guards.quorum_is_assigned(f, p) is not None),
    (Matter.PANEL, Role.SECRETARY, Status.UNDER_REVIEW, Action.ASSIGN_EXPERT, lambda f, p: guards.quorum_is_assigned(f, p) is not None),
    (Matter.PAPER_OPINION, Role.SECRETARY, Status.UNDER_REVIEW, Action.ENTER_OPINION, lambda f, p: True),
    (Matter.PLAN, Role.SECRETARY, Status.RECOMMENDED, Action.SUBMIT_PLAN, lambda f, p: True),
    (Matter.IN_CHARGE, Role.SECRETARY, Status.APPROVED, Action.NAME_PERSON_IN_CHARGE, lambda f, p: f.person_in_charge_id is None),
    (Matter.EVALUATE, Role.SECRETARY, Status.FOLLOW_UP, Action.EVALUATE, lambda f, p: guards.follow_up_is_over(f, p) is None),
)
"""What waits on a case in a status for somebody of a role who may do the move. What an agency owes and who votes is looked up apart."""

_MAY_BE_REFUSED_YET = frozenset({Action.SUBMIT_PLAN})
"""Work that waits also while its last move cannot be made: a plan is written before it is handed in."""


def _of_a_case(facts: CaseFacts, person: Person, owed: Sequence[Deadline], begun: Collection[_Form]) -> Iterator[Waiting]:
    due_on = {one.action: one.due_on for one in owed}
    for matter, role, status, action, waits in _OF_A_CASE:
        if facts.status is not status or not person.is_a(role) or not waits(facts, person):
            continue
        if action in _MAY_BE_REFUSED_YET or _may(facts, person, action):
            yield Waiting(matter, facts.number, due_on.get(action), action=action, is_begun=(facts.number, action) in begun)
    if facts.status is Status.FOLLOW_UP and person.is_a(Role.AGENCY):
        for planned in own_actions(facts, person):
            if planned.is_open and not planned.is_reported_done:
                yield Waiting(Matter.REPORT, facts.number, planned.ends_on, action=Action.REPORT_PROGRESS, action_id=planned.id)


def _may(facts: CaseFacts, person: Person, action: Action) -> bool:
    return action in _open_to(facts, person)


def _own_visits(session: Session, cases: Iterable[CaseFacts], person: Person, on: date) -> list[DueVisit]:
    """What this person has to visit today, or should have: as their list of visits. One statement, none for the office."""
    if not person.is_a(Role.FIELD):
        return []
    mine = [
        f for f in cases if f.status is Status.FOLLOW_UP and f.person_in_charge_id == person.id and is_in_area(f.desa_code, person.areas)
    ]
    return [one for one in due_visits(session, mine, on=on) if one.days_left <= 0]


def _votes(session: Session, cases: Iterable[CaseFacts], person: Person) -> list[Waiting]:
    """Proposals on which this expert may vote and has not. One statement, none for anybody else."""
    if not person.is_a(Role.EXPERT):
        return []
    open_to_me = {f.case_id: f.number for f in cases if _may(f, person, Action.VOTE)}
    voted = exists().where(Vote.proposal_id == ConsensusProposal.id, Vote.person_id == person.id)
    rows = session.scalars(
        select(ConsensusProposal.case_id).where(
            ConsensusProposal.superseded_at.is_(None), ConsensusProposal.proposed_by_id != person.id, ~voted
        )
    )
    return [Waiting(Matter.VOTE, open_to_me[case_id], action=Action.VOTE) for case_id in rows if case_id in open_to_me]


def _begun(session: Session, cases: Iterable[CaseFacts], person: Person) -> set[_Form]:
    """The forms that this person began and has not sent, on cases where they still can. One statement."""
    drafts = drafts_of(session, person)
    with_drafts = {case_id for case_id, _ in drafts}
    return {
        (f.number, action)
        for f in cases
        if f.case_id in with_drafts
        for action in _open_to(f, person)
        if (f.case_id, action.value) in drafts
    }


def _open_to(facts: CaseFacts, person: Person) -> frozenset[Action]:
    return frozenset(offer.row.action for offer in offers(facts, person) if not offer.refusals)


def _of_the_office(session: Session, person: Person, cycles: Iterable[Cycle]) -> Iterator[Waiting]:
    """Doubtful matches, and errands whose newest try failed; for the secretariat. Two statements."""
    if not person.is_a(Role.SECRETARY):
        return
    doubts = session.scalar(select(func.count()).select_from(DoubtfulMatch).where(DoubtfulMatch.decided.is_(None))) or 0
    if doubts:
        yield Waiting(Matter.DOUBT, count=doubts)
    open_ids = [cycle.id for cycle in cycles]
    newest = select(func.max(Errand.id)).where(Errand.cycle_id.in_(open_ids)).group_by(Errand.kind, Errand.cycle_id)
    for kind in session.scalars(select(Errand.kind).where(Errand.id.in_(newest), Errand.state == FAILED).order_by(Errand.id)):
        yield Waiting(Matter.ERRAND, detail=kind)


def _late_elsewhere(cases: Iterable[CaseFacts], owed: Mapping[int, Sequence[Deadline]], person: Person) -> list[LateElsewhere]:
    """What is late and not this person's to do, by what it is; the most cases first."""
    found: dict[Action, list[tuple[str, Deadline]]] = {}
    for facts in cases:
        for one in owed[facts.case_id]:
            if one.is_late(facts.on) and not one.by & person.roles:
                found.setdefault(one.action, []).append((facts.number, one))
    lines = [
        LateElsewhere(
            action,
            frozenset().union(*(one.by for _, one in late)),
            len({number for number, _ in late}),
            min((one.due_on for _, one in late if one.due_on), default=None),
        )
        for action, late in found.items()
    ]
    return sorted(lines, key=lambda line: (-line.cases, line.action))
