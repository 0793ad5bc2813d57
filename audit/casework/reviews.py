"""What waits for an expert and for a panel: own reviews with the days that are left, panels that have to meet. No move is made here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from audit.casework.facts import gather
from audit.lifecycle.access import may_see_case
from audit.lifecycle.calendar import add_working_days, local_date
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.transitions import transition
from audit.lifecycle.vocabulary import Action, Status
from audit.people.roles import Person, Role
from audit.steps.review.tables import Assignment

_BEFORE_REVIEW = frozenset({Status.SELECTED, Status.READY})


class ReviewState(StrEnum):
    """Where a case stands for one expert; nothing of it depends on what the others did before the review is closed."""

    TO_ANSWER = "to_answer"
    ANSWERED = "answered"
    NOT_OPEN = "not_open"
    TO_MEET = "to_meet"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class OwnReview:
    """A case on which somebody sits. due_on: the last day for the opinion, or for the agreement of the panel; None: nothing is due."""

    facts: CaseFacts
    state: ReviewState
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A case for a panel: under review, or reviewed and waiting for its agreement. due_on: the last day for the agreement, None before."""

    facts: CaseFacts
    due_on: date | None


def reviews_of(session: Session, expert: Person, *, at: datetime) -> list[OwnReview]:
    """The cases on which this expert sits, in every open cycle: what is to be answered first, the soonest first. Four statements."""
    seats = select(Assignment.case_id).where(Assignment.person_id == expert.id, Assignment.recused_at.is_(None))
    cases = _of_open_cycles().where(Case.id.in_(seats), Case.status != Status.WITHDRAWN)
    found = []
    for facts, since, cycle in _with_dates(session, cases, at=at):
        if may_see_case(facts, expert):
            state = _state_for(facts, expert)
            found.append(OwnReview(facts, state, _due_on(facts, state, since, cycle)))
    order = list(ReviewState)
    return sorted(found, key=lambda one: (order.index(one.state), one.due_on or date.max, one.facts.number))


def next_to_answer(session: Session, expert: Person, *, at: datetime, after: str) -> str | None:
    """The number of the case to review next, the soonest due first and never `after` again; None when nothing waits."""
    waiting = [one.facts.number for one in reviews_of(session, expert, at=at) if one.state is ReviewState.TO_ANSWER]
    return next((number for number in waiting if number != after), None)


def meetings_of(session: Session, reader: Person, *, at: datetime) -> list[Meeting]:
    """The panels of open cycles that have to meet: for an expert the reviewed cases on which they sit, for the secretariat all of them, and
    those still under review. The soonest due first; four statements."""
    is_secretary = reader.is_a(Role.SECRETARY)
    statuses = (Status.REVIEWED, Status.UNDER_REVIEW) if is_secretary else (Status.REVIEWED,)
    cases = _of_open_cycles().where(Case.status.in_(statuses))
    found = []
    for facts, since, cycle in _with_dates(session, cases, at=at):
        sits = any(seat.person_id == reader.id for seat in facts.seats)
        if may_see_case(facts, reader) and (sits or is_secretary) and not (sits and facts.status is Status.UNDER_REVIEW):
            due_on = _due(Action.RECORD_CONSENSUS, facts, since, cycle) if facts.status is Status.REVIEWED else None
            found.append(Meeting(facts, due_on))
    return sorted(found, key=lambda one: (one.due_on or date.max, one.facts.number))


def _of_open_cycles() -> Select[int]:
    return select(Case.id).join(Cycle, Cycle.id == Case.cycle_id).where(Cycle.closed_at.is_(None))


def _with_dates(session: Session, cases: Select[int], *, at: datetime) -> Sequence[tuple[CaseFacts, date, Cycle]]:
    """The facts of each case, the day it came into its status, and its cycle."""
    rows = session.execute(
        select(Case.id, Case.status_since, Cycle).join(Cycle, Cycle.id == Case.cycle_id).where(Case.id.in_(cases)).order_by(Case.id)
    ).all()
    if not rows:
        return []
    on = local_date(at, rows[0][2].timezone)
    facts = gather(session, cases, on=on)
    return [(facts[case_id], local_date(since, cycle.timezone), cycle) for case_id, since, cycle in rows]


def _state_for(facts: CaseFacts, expert: Person) -> ReviewState:
    if facts.status in _BEFORE_REVIEW:
        return ReviewState.NOT_OPEN
    if facts.status is Status.UNDER_REVIEW:
        own = next(seat for seat in facts.seats if seat.person_id == expert.id)
        return ReviewState.ANSWERED if own.has_answered else ReviewState.TO_ANSWER
    return ReviewState.TO_MEET if facts.status is Status.REVIEWED else ReviewState.OVER


def _due_on(facts: CaseFacts, state: ReviewState, since: date, cycle: Cycle) -> date | None:
    if state is ReviewState.TO_ANSWER:
        return _due(Action.SUBMIT_OPINION, facts, since, cycle)
    return _due(Action.RECORD_CONSENSUS, facts, since, cycle) if state is ReviewState.TO_MEET else None


def _due(action: Action, facts: CaseFacts, since: date, cycle: Cycle) -> date | None:
    days = transition(action, facts.status).working_days
    holidays = [date.fromisoformat(day) for day in cycle.settings.get("holidays", [])]
    return None if days is None else add_working_days(since, days, holidays)
