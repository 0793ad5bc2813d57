"""What is due, and what a person may do: the transition table asked the other way round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from audit.casework.facts import facts_of_number, gather
from audit.errors import Reason
from audit.lifecycle.access import may_see_case
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.transitions import TRANSITIONS, Transition, transitions_from
from audit.lifecycle.vocabulary import Action
from audit.people.roles import SYSTEM, Person


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that could happen to a case now. refusals is empty when this person may do it."""

    row: Transition
    refusals: tuple[Reason, ...]


def offers(facts: CaseFacts, person: Person) -> list[Offer]:
    """The rows that start at the case's status and belong to one of the person's roles, each with what stands in its way."""
    rows = (row for row in transitions_from(facts.status) if row.by & person.roles)
    return [Offer(row, tuple(row.refusals(facts, person))) for row in rows]


def due(session: Session, action: Action, *, on: date, cycle_id: int | None = None) -> list[int]:
    """Ids of the cases to which the system may do `action` on this day, by id. Three statements."""
    rows = [row for row in TRANSITIONS if row.action is action]
    sources = [row.source for row in rows if row.source is not None]
    cases = select(Case.id).where(Case.status.in_(sources))
    if cycle_id is not None:
        cases = cases.where(Case.cycle_id == cycle_id)
    found = gather(session, cases, on=on)
    by_source = {row.source: row for row in rows}
    return [case_id for case_id, facts in found.items() if not by_source[facts.status].refusals(facts, SYSTEM)]


def find_case(session: Session, number: str, reader: Person, *, at: datetime) -> CaseFacts | None:
    """The facts, today, of the case with this number in any spelling; None when there is none and when it is not this reader's.

    Four statements whether there is such a case or not: how long the answer takes must not tell either.
    """
    written = number.strip().upper()
    timezone = session.scalar(_TIMEZONE, {"number": written})
    facts = facts_of_number(session, written, on=local_date(at, timezone or _ANY_TIMEZONE))
    return facts if facts is not None and may_see_case(facts, reader) else None


# Put together once, for pages that are asked for all day: that costs as much as asking.
_TIMEZONE = select(Cycle.timezone).join(Case, Case.cycle_id == Cycle.id).where(Case.number == bindparam("number"))
_ANY_TIMEZONE = "Asia/Jakarta"
"""For the day of a case that is not there."""


def cases_seen_by(session: Session, person: Person, *, on: date, cycle_id: int | None = None) -> list[CaseFacts]:
    """The facts of every case this person may see (of one cycle, when given), by number. Three statements."""
    cases = select(Case.id) if cycle_id is None else select(Case.id).where(Case.cycle_id == cycle_id)
    seen = [facts for facts in gather(session, cases, on=on).values() if may_see_case(facts, person)]
    return sorted(seen, key=lambda facts: facts.number)
