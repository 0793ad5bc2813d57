"""The days of one person, for a calendar: what they owe until when, their visits, the dates of the cycle. Case numbers and steps only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.casework.agenda import Matter, agenda, own_actions
from audit.lifecycle.access import is_in_area
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.transitions import TRANSITIONS
from audit.lifecycle.vocabulary import Status
from audit.people.roles import Person, Role
from audit.steps.followup.tables import Visit

DAYS_AHEAD = 92
"""Visits this far ahead: the follow-up of a case lasts three months."""


@dataclass(frozen=True, slots=True)
class Day:
    """One whole day. key: the same for the same thing in every feed, so that a calendar moves it instead of doubling it."""

    key: str
    on: date
    title: str
    case_number: str = ""


_LABELS: Mapping[str, str] = {row.action: row.label for row in TRANSITIONS}
_APART = frozenset({Matter.REPORT, Matter.VISIT, Matter.DRAFT})
"""What is listed from the plan and the visits themselves, or has no day of its own."""


def days_of(session: Session, person: Person, *, at: datetime, timezone: str) -> list[Day]:
    """The days of this person in every open cycle, the earliest first. Ten statements at most, however many cases there are."""
    found = agenda(session, person, at=at, timezone=timezone)
    days = [
        *(
            Day(f"{one.matter}-{one.case_number}", one.due_on, f"{_LABELS[one.action]}: {one.case_number}", one.case_number)
            for one in found.waiting
            if one.due_on and one.action and one.matter not in _APART
        ),
        *_owned(found.cases, person),
        *_visits(session, found.cases, person, found.on),
    ]
    for cycle in found.cycles:
        if cycle.dissemination_on:
            days.append(Day(f"diseminasi-{cycle.code}", cycle.dissemination_on, f"Diseminasi siklus {cycle.code}"))
        days.append(Day(f"akhir-{cycle.code}", cycle.ends_on, f"Akhir siklus {cycle.code}"))
    return sorted(days, key=lambda day: (day.on, day.key))


def _owned(cases: Iterable[CaseFacts], person: Person) -> Iterator[Day]:
    """The last days of the actions that the agency of this person still has to report done."""
    for facts in cases:
        if facts.status is not Status.FOLLOW_UP or not person.is_a(Role.AGENCY):
            continue
        for action in own_actions(facts, person):
            if action.ends_on and action.is_open and not action.is_reported_done:
                yield Day(f"rtl-{facts.number}-{action.id}", action.ends_on, f"Kegiatan RTL selesai: {facts.number}", facts.number)


def _visits(session: Session, cases: Iterable[CaseFacts], person: Person, on: date) -> list[Day]:
    """The visits that wait for this field worker, late ones with them. One statement, none for anybody else."""
    if not person.is_a(Role.FIELD):
        return []
    numbers = {
        facts.case_id: facts.number
        for facts in cases
        if facts.status is Status.FOLLOW_UP and facts.person_in_charge_id in (None, person.id) and is_in_area(facts.desa_code, person.areas)
    }
    rows = session.execute(
        select(Visit.id, Visit.case_id, Visit.planned_on, Visit.with_measurement)
        .where(Visit.case_id.in_(list(numbers)), Visit.state == "planned", Visit.planned_on <= on + timedelta(days=DAYS_AHEAD))
        .order_by(Visit.planned_on, Visit.id)
    )
    return [
        Day(
            f"kunjungan-{numbers[row.case_id]}-{row.id}",
            row.planned_on,
            f"Kunjungan{' dan pengukuran' if row.with_measurement else ''}: {numbers[row.case_id]}",
            numbers[row.case_id],
        )
        for row in rows
    ]
