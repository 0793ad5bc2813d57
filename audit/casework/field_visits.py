"""The day of a field worker: which visits are due where, what was recorded since a form was opened, whose names may be read. No page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from audit.casework.facts import gather
from audit.casework.perform import perform
from audit.lifecycle.access import may_see_case, may_see_identity
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, CaseEvent
from audit.lifecycle.vocabulary import Action, Status
from audit.people.roles import Person
from audit.people.tables import Account
from audit.render.wording import home_words
from audit.steps.followup.queries import visits_of
from audit.steps.followup.tables import Visit
from audit.steps.identify.queries import cases_opened_by
from audit.steps.intake.tables import Measurement, Subject

DAYS_AHEAD = 7
"""How far the list of visits looks ahead."""


@dataclass(frozen=True, slots=True)
class DueVisit:
    """One visit that waits. days_left: 0 today, below 0 late, counted from the planned day. is_missed: the days of grace are over, too."""

    facts: CaseFacts
    planned_on: date
    days_left: int
    with_measurement: bool
    is_missed: bool


@dataclass(frozen=True, slots=True)
class FieldDay:
    """What waits for one field worker. visits: one for each case, the most urgent first. ahead: cases with nothing in the next days.

    worksheets: cases whose worksheet is to be filled in.
    """

    visits: tuple[DueVisit, ...]
    worksheets: tuple[CaseFacts, ...]

    def today(self) -> tuple[DueVisit, ...]:
        """Those to be made today: planned for today, or late."""
        return tuple(visit for visit in self.visits if visit.days_left <= 0)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A visit that somebody recorded: when, who, and what was measured, as a form would have it."""

    visited_on: date
    by: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Known:
    """Who a case is about, for whoever may read it."""

    name: str
    address: str
    birth_on: date | None


def field_day(session: Session, person: Person, *, on: date, everybody: bool = False) -> FieldDay:
    """The visits and worksheets of this person's area; four statements, however many cases.

    everybody: also the visits of cases that somebody else of the area is in charge of. A case that was visited today waits no more today.
    """
    wanted = select(Case.id).where(Case.status.in_((Status.FOLLOW_UP, Status.SELECTED)))
    if person.areas:
        wanted = wanted.where(or_(*(or_(Case.desa_code == area, Case.desa_code.startswith(area + ".")) for area in person.areas)))
    seen = [f for f in gather(session, wanted, on=on).values() if may_see_case(f, person) and not f.cycle_is_closed]
    followed = [f for f in seen if f.status is Status.FOLLOW_UP and (everybody or f.person_in_charge_id == person.id)]
    waiting = [f for f in seen if f.status is Status.SELECTED and (f.worksheet_state != "submitted" or f.missing_total)]
    return FieldDay(
        due_visits(session, followed, on=on),
        tuple(sorted(waiting, key=lambda f: f.number)),
    )


def due_visits(session: Session, followed: Collection[CaseFacts], *, on: date) -> tuple[DueVisit, ...]:
    """The visit that waits of each of these cases, where one does: late, today or in the next days. The earliest first; one statement."""
    facts = {f.case_id: f for f in followed}
    by_case: dict[int, list[Visit]] = {}
    for visit in visits_of(session, facts):
        by_case.setdefault(visit.case_id, []).append(visit)
    due = [found for case_id, visits in by_case.items() if (found := _most_urgent(facts[case_id], visits, on))]
    return tuple(sorted(due, key=lambda visit: (visit.planned_on, visit.facts.desa_code, visit.facts.number)))


def _most_urgent(facts: CaseFacts, visits: Sequence[Visit], on: date) -> DueVisit | None:
    """The newest visit that is late or due today, else the next one; None when today's is done or nothing comes in DAYS_AHEAD."""
    made = max((v.visited_on for v in visits if v.visited_on), default=None)
    if made == on:
        visits = [v for v in visits if v.planned_on > on]
    waits = [v for v in visits if v.state != "done" and (made is None or v.planned_on > made)]
    past = [v for v in waits if v.planned_on <= on]
    coming = [v for v in waits if 0 < (v.planned_on - on).days <= DAYS_AHEAD]
    chosen = past[-1] if past else next(iter(coming), None)
    if chosen is None:
        return None
    days = (chosen.planned_on - on).days
    return DueVisit(facts, chosen.planned_on, days, any(v.with_measurement for v in [*past, chosen]), chosen.late_after < on)


def next_visit(session: Session, facts: CaseFacts) -> DueVisit | None:
    """The visit of one case that waits, as `field_day` would list it; None when there is none. One statement."""
    return _most_urgent(facts, visits_of(session, [facts.case_id]), facts.on)


def open_names(session: Session, case_ids: Collection[int], *, by: Person, at: datetime) -> int:
    """Open the identity behind these cases for a visit, each with an event of its own; those that are open stay as they are.

    Returns how many were opened; the caller commits. Raises Refused when one of them is not this person's.
    """
    still_closed = sorted(set(case_ids) - cases_opened_by(session, by.id, at=at).keys())
    for case_id in still_closed:
        perform(session, case_id, Action.OPEN_IDENTITY, by=by, at=at, given={"reason": "visit"})
    return len(still_closed)


def who_they_are(session: Session, facts: Collection[CaseFacts], *, by: Person, at: datetime) -> dict[int, Known]:
    """Case id -> who it is, only of cases whose identity this person opened and may still read. Two statements."""
    opened = cases_opened_by(session, by.id, at=at)
    readable = [f.case_id for f in facts if f.case_id in opened and may_see_identity(f, by)]
    rows = session.execute(select(Case.id, Subject.identity).join(Subject, Subject.id == Case.subject_id).where(Case.id.in_(readable)))
    known = {}
    for case_id, identity in rows:
        told = identity.get("birth_date")
        place = home_words(str(identity.get("address") or ""), identity.get("rt"), identity.get("rw"))
        known[case_id] = Known(str(identity.get("name") or "(tanpa nama)"), place, date.fromisoformat(told) if told else None)
    return known


def recorded_since(session: Session, facts: CaseFacts, seen_version: int) -> Recorded | None:
    """The newest visit that was recorded after a form was opened on `seen_version` of the case; None when none was. Two statements."""
    event = session.scalar(
        select(CaseEvent)
        .where(CaseEvent.case_id == facts.case_id, CaseEvent.seq > seen_version, CaseEvent.action == Action.RECORD_VISIT)
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    )
    return _recorded(session, Visit.id == event.details["visit"]) if event else None


def recorded_on(session: Session, facts: CaseFacts, visited_on: date) -> Recorded | None:
    """The visit that was recorded for this day, None when none was. One statement."""
    return _recorded(session, (Visit.case_id == facts.case_id) & (Visit.visited_on == visited_on))


def _recorded(session: Session, which: object) -> Recorded | None:
    row = session.execute(
        select(Visit, Measurement, Account.name)
        .outerjoin(Measurement, Measurement.id == Visit.measurement_id)
        .outerjoin(Account, Account.id == Visit.visited_by_id)
        .where(which)  # type: ignore[arg-type]  # a column expression, whatever it compares
        .limit(1)
    ).first()
    visited_on: date | None = row[0].visited_on if row else None
    if row is None or visited_on is None:
        return None
    visit, measured, name = row
    values: dict[str, object] = {"visited_on": visited_on, "note": visit.note}
    if measured is not None:
        values |= {key: getattr(measured, key) for key in ("weight_kg", "height_cm", "head_cm", "muac_cm", "hb_g_dl")}
        values |= {"position": {1: "lying", 2: "standing"}.get(measured.position), "oedema": True if measured.has_oedema else None}
    return Recorded(visited_on, name or "", {key: value for key, value in values.items() if value is not None})
