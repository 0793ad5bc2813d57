"""How far a cycle is, as one reader may know it: cases by status, what is late and with whom, places and quotas. Nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.casework.cycles import PlaceLine, place_lines
from audit.casework.deadlines import Deadline, deadlines, holidays_of
from audit.casework.worklists import cases_seen_by
from audit.lifecycle.access import PanelMatter, may_see_of_panel
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.people.agencies import agency_words
from audit.people.directory import people
from audit.people.roles import ROLE_LABELS, Discipline, Person, Role
from audit.render.wording import facility
from audit.steps.identify.queries import candidate_counts


@dataclass(frozen=True, slots=True)
class LateStep:
    """Something of a case that should have happened by now. by: the roles that owe it. with_whom: people, a puskesmas or agencies.

    days_left: from today to its last day, so below zero.
    """

    case_number: str
    status: Status
    what: str
    due_on: date | None
    days_left: int
    by: frozenset[Role]
    with_whom: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CycleProgress:
    """cases: those the reader sees, by number. by_status: how many of them. late: the longest overdue first.

    experts: how many active ones there are of each discipline. expected: opinions that full quotas would ask for.
    """

    cases: Sequence[CaseFacts]
    by_status: Mapping[Status, int]
    late: Sequence[LateStep]
    places: Sequence[PlaceLine]
    experts: Mapping[Discipline, int]
    expected: Mapping[Discipline, int]


def cycle_progress(session: Session, cycle: Cycle, reader: Person, *, on: date, agencies: Mapping[str, str]) -> CycleProgress:
    """How far the cycle is on a day; agencies: as `own_names` gives them. 6 statements however many cases there are."""
    cases = cases_seen_by(session, reader, on=on, cycle_id=cycle.id)
    since = {row.id: row.status_since for row in session.execute(select(Case.id, Case.status_since).where(Case.cycle_id == cycle.id))}
    everybody = people(session)
    names = {person.id: person.name for person in everybody}
    holidays = holidays_of(cycle)
    late = [
        LateStep(f.number, f.status, one.what, one.due_on, one.days_left(on), one.by, _with_whom(f, one, reader, names, agencies))
        for f in cases
        for one in deadlines(f, reader=reader, since=local_date(since[f.case_id], cycle.timezone), holidays=holidays)
        if one.is_late(on)
    ]
    return CycleProgress(
        cases=cases,
        by_status=Counter(f.status for f in cases),
        late=sorted(late, key=lambda one: (one.days_left, one.case_number)),
        places=place_lines(cycle, cases, candidate_counts(session, cycle.id)),
        experts=Counter(p.discipline for p in everybody if p.is_a(Role.EXPERT) and p.discipline),
        expected=_expected(cycle),
    )


def _expected(cycle: Cycle) -> Counter[Discipline]:
    """Opinions by discipline if every quota were filled."""
    asked: Counter[Discipline] = Counter()
    for group, places in (cycle.settings.get("quotas") or {}).items():
        for discipline, n in (cycle.settings.get("quorum") or {}).get(Group(group), {}).items():
            asked[Discipline(discipline)] += n * sum(places.values())
    return asked


def _with_whom(facts: CaseFacts, late: Deadline, reader: Person, names: Mapping[int, str], agencies: Mapping[str, str]) -> tuple[str, ...]:
    """Who is waited for, as far as the reader may know."""
    match late.action:
        case Action.SUBMIT_WORKSHEET:
            return (facility("Puskesmas", facts.puskesmas),)
        case Action.RECORD_VISIT if facts.person_in_charge_id in names:
            return (names[facts.person_in_charge_id or 0],)
        case Action.RECORD_CONSENSUS:
            leads = tuple(names[seat.person_id] for seat in facts.seats if seat.is_lead and seat.person_id in names)
            return leads or (ROLE_LABELS[Role.EXPERT],)
        case Action.SUBMIT_OPINION:
            known = [
                seat
                for seat in facts.seats
                if may_see_of_panel(facts, reader, PanelMatter.ANSWER, author_id=seat.person_id, is_unsealed=False)
            ]
            waited_for = tuple(names[seat.person_id] for seat in known if not seat.has_answered and seat.person_id in names)
            return waited_for or (ROLE_LABELS[Role.EXPERT],)
        case Action.REPORT_PROGRESS:
            owners = {a.owner_agency for a in facts.actions if a.is_open and not a.is_reported_done and a.ends_on == late.due_on}
            return tuple(agency_words(owner, agencies) for owner in sorted(owners))
        case _:
            return tuple(ROLE_LABELS[role] for role in sorted(late.by) if role is not Role.SYSTEM)
