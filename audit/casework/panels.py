"""Panels of a whole cycle: what the plan for the empty seats is, and filling them. How it is decided is in the review step's rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.casework.facts import gather
from audit.casework.perform import perform
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.transitions import TRANSITIONS
from audit.lifecycle.vocabulary import Action
from audit.people.directory import people
from audit.people.roles import DISCIPLINE_LABELS, SYSTEM, Discipline, Person, Role
from audit.steps.review.queries import absences_by_person, load_of_experts, ties_of_cases
from audit.steps.review.rules import CaseTies, PanelNeed, Plan, Reviewer, away_until, conflict_of_interest, plan_panels

_SEATING = [row.source for row in TRANSITIONS if row.action is Action.ASSIGN_EXPERT and row.source]
_STEPPED_BACK = "pernah mengundurkan diri dari kasus ini"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The plan for a cycle, nothing of it written. cases: how many were looked at.

    standing_conflicts: sentences on people who sit where they should not any more; they are asked to step back, never removed.
    """

    plan: Plan
    cases: int
    standing_conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """What was done for one case. lacking: disciplines for which nobody is free."""

    case_number: str
    seats: int
    lacking: tuple[Discipline, ...]

    @property
    def sentence(self) -> str:
        names = ", ".join(DISCIPLINE_LABELS[d] for d in self.lacking)
        return f"Kasus {self.case_number}: tidak ada {names} yang bebas. Tambah pakar, atau tugaskan sendiri." if self.lacking else ""


def propose(session: Session, cycle_id: int, *, on: date) -> Proposal:
    """What the system would do about every empty seat of a cycle on this day, and why. Nothing is written; nine statements.

    All cases that can take seats are planned for at once, so that the load is even over the cycle.
    """
    cases = select(Case.id).where(Case.cycle_id == cycle_id, Case.status.in_(_SEATING))
    facts = gather(session, cases, on=on)
    ties = ties_of_cases(session, facts)
    experts = people(session, Role.EXPERT)
    loads, absences = load_of_experts(session, cycle_id), absences_by_person(session, on=on)
    reviewers = [Reviewer(e, loads.get(e.id, 0), away_until(absences.get(e.id, ()), on=on)) for e in experts]
    plan = plan_panels([_need(one, ties[one.case_id], experts) for one in facts.values()], reviewers)
    return Proposal(plan, len(facts), tuple(_standing_conflicts(facts.values(), ties, experts)))


def fill_seats(session: Session, case_ids: Sequence[int], *, at: datetime) -> list[Filled]:
    """Seat an expert on every empty seat of these cases as `propose` plans it for their whole cycles. The caller commits.

    What only a repair would fill (a limit raised, somebody away) stays empty until somebody agrees to it.
    """
    cases = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(case_ids)))}
    plans = {}
    for cycle in session.scalars(select(Cycle).where(Cycle.id.in_({case.cycle_id for case in cases.values()}))):
        plans[cycle.id] = propose(session, cycle.id, on=local_date(at, cycle.timezone)).plan
    result = []
    for case_id in case_ids:
        case, plan = cases[case_id], plans[cases[case_id].cycle_id]
        seats = [seat for seat in plan.seats if seat.case_id == case_id]
        for seat in seats:
            perform(session, case_id, Action.ASSIGN_EXPERT, by=SYSTEM, at=at, given={"person_id": seat.person_id, "lead": seat.is_lead})
        lacking = tuple(one.discipline for one in plan.lacking if case.number in one.cases)
        result.append(Filled(case.number, len(seats), lacking))
    return result


def _need(facts: CaseFacts, ties: CaseTies, experts: Sequence[Person]) -> PanelNeed:
    barred = {e.id: why for e in experts if (why := conflict_of_interest(e, ties))}
    barred |= {seat.person_id: _STEPPED_BACK for seat in facts.panel if seat.is_recused}
    seated = [(seat.person_id, seat.discipline, seat.is_lead) for seat in facts.seats]
    return PanelNeed(facts.case_id, facts.number, facts.group, facts.quorum, seated, barred)


def _standing_conflicts(cases: Iterable[CaseFacts], ties: Mapping[int, CaseTies], experts: Sequence[Person]) -> list[str]:
    by_id = {e.id: e for e in experts}
    return [
        f"{by_id[seat.person_id].name} duduk pada kasus {one.number}, tetapi {why}. Mintalah mengundurkan diri."
        for one in cases
        for seat in one.seats
        if seat.person_id in by_id and not seat.has_answered and (why := conflict_of_interest(by_id[seat.person_id], ties[one.case_id]))
    ]
