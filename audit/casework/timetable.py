"""The calendar of a cycle, counted back from its dissemination, and when the panel will be through. Working days only; no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from audit.lifecycle.access import PanelMatter, may_see_of_panel
from audit.lifecycle.calendar import add_working_days
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.transitions import transition
from audit.lifecycle.vocabulary import Action, Status
from audit.people.roles import Discipline, Person

_ROAD: tuple[tuple[Status, Action], ...] = (
    (Status.SELECTED, Action.SUBMIT_WORKSHEET),
    (Status.READY, Action.ASSIGN_EXPERT),
    (Status.UNDER_REVIEW, Action.SUBMIT_OPINION),
    (Status.REVIEWED, Action.RECORD_CONSENSUS),
    (Status.RECOMMENDED, Action.SUBMIT_PLAN),
    (Status.PLANNED, Action.APPROVE_PLAN),
)
"""What every case goes through before the dissemination; how long each may take is in the transition table."""

MOST_A_DAY = 12
"""Packets an expert could read in a day at the very most: ten minutes each leave no patients."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """What every case must have behind it by a day. after: the status it leaves; latest_on: the last working day that still does."""

    after: Status
    action: Action
    latest_on: date
    passed: int
    cases: int

    @property
    def is_reached(self) -> bool:
        return self.cases > 0 and self.passed == self.cases


@dataclass(frozen=True, slots=True)
class Timetable:
    """latest_start_on: the last day on which cases can be opened so that every step may take its days. milestones: in order."""

    latest_start_on: date
    milestones: tuple[Milestone, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the last case can be through, at so many packets per expert and day.

    opinions: still to be written. days_reading: working days the slowest discipline needs, None when a discipline has nobody.
    finish_on: None for the same reason. days_late: working days after the dissemination, 0 or less when in time, None without either day.
    slowest: the discipline that takes longest; nobody: disciplines that are asked and have no expert. enough_a_day: the fewest packets a
    day that are in time, None when even MOST_A_DAY are not.
    """

    per_day: int
    opinions: int
    days_reading: int | None
    finish_on: date | None
    days_late: int | None
    slowest: Discipline | None
    nobody: tuple[Discipline, ...]
    enough_a_day: int | None


def working_days_between(start: date, end: date, holidays: Collection[date] = ()) -> int:
    """Working days after `start` up to and with `end`; negative when `end` comes first."""
    if end < start:
        return -working_days_between(end, start, holidays)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(day.weekday() < 5 and day not in holidays for day in days)


def working_days_before(on: date, days: int, holidays: Collection[date] = ()) -> date:
    """The last day from which `days` working days still lead to `on`; days >= 0."""
    while days > 0:
        if on.weekday() < 5 and on not in holidays:
            days -= 1
        on -= timedelta(days=1)
    return on


def timetable(dissemination_on: date, facts: Sequence[CaseFacts], holidays: Collection[date] = ()) -> Timetable:
    """By when every case must have which step behind it, so that all plans are approved on the day of the dissemination."""
    cases = [f for f in facts if f.status is not Status.WITHDRAWN]
    order = list(Status)
    milestones = []
    latest_on = dissemination_on
    for status, action in reversed(_ROAD):
        passed = sum(order.index(f.status) > order.index(status) for f in cases)
        milestones.append(Milestone(status, action, _working_day(latest_on, holidays), passed, len(cases)))
        latest_on = working_days_before(latest_on, _days(status, action), holidays)
    return Timetable(_working_day(latest_on, holidays), tuple(reversed(milestones)))


def forecast(
    facts: Sequence[CaseFacts],
    *,
    experts: Mapping[Discipline, int],
    expected: Mapping[Discipline, int],
    per_day: int,
    on: date,
    by: date | None,
    reader: Person,
    holidays: Collection[date] = (),
) -> Forecast:
    """When the last case is through: what comes before the reading, the reading, and what comes after, each with its days.

    expected: opinions to be written while no case is open yet. experts: how many there are of each discipline. by: the dissemination.
    Answers that the reader may not know of count as not given.
    """
    to_write = _to_write(facts, reader) if facts else Counter(expected)
    before, after = _around_the_reading(facts)
    asked = [discipline for discipline, n in to_write.items() if n]
    nobody = tuple(d for d in Discipline if d in asked and not experts.get(d))
    if nobody:
        return Forecast(per_day, sum(to_write.values()), None, None, None, None, nobody, None)

    def finish(a_day: int) -> tuple[date, int, Discipline | None]:
        days = {d: -(-to_write[d] // (experts[d] * a_day)) for d in asked}
        slowest = max(days, key=lambda d: days[d], default=None)
        reading = days[slowest] if slowest else 0
        return add_working_days(on, before + reading + after, holidays), reading, slowest

    finish_on, reading, slowest = finish(per_day)
    late = working_days_between(by, finish_on, holidays) if by else None
    enough = next((n for n in range(1, MOST_A_DAY + 1) if by and finish(n)[0] <= by), None)
    return Forecast(per_day, sum(to_write.values()), reading, finish_on, late, slowest, (), enough)


def _working_day(on: date, holidays: Collection[date]) -> date:
    """The day itself, or the last working day before it."""
    while on.weekday() >= 5 or on in holidays:
        on -= timedelta(days=1)
    return on


def _days(status: Status, action: Action) -> int:
    return transition(action, status).working_days or 0


def _to_write(facts: Sequence[CaseFacts], reader: Person) -> Counter[Discipline]:
    """Opinions that are still to come, by discipline, as far as the reader may know."""
    counted: Counter[Discipline] = Counter()
    for f in facts:
        if f.status not in (Status.SELECTED, Status.READY, Status.UNDER_REVIEW):
            continue
        given = Counter(
            seat.discipline
            for seat in f.seats
            if seat.has_answered
            and f.status is Status.UNDER_REVIEW
            and may_see_of_panel(f, reader, PanelMatter.ANSWER, author_id=seat.person_id, is_unsealed=False)
        )
        counted.update({d: max(0, n - given[d]) for d, n in f.quorum.items()})
    return counted


def _around_the_reading(facts: Sequence[CaseFacts]) -> tuple[int, int]:
    """Working days that the slowest case may still take before its packet is read, and those after it."""
    statuses = {f.status for f in facts} or {Status.SELECTED}
    order = list(Status)
    before = {Status.SELECTED: 2, Status.READY: 1}
    waits = max((before.get(status, 0) for status in statuses), default=0)
    early = [_days(*step) for step in _ROAD[:2]]
    late = _ROAD[3:]
    begun = min((order.index(status) for status in statuses), default=0)
    after = sum(_days(*step) for step in late if order.index(step[0]) >= begun)
    return sum(early[2 - waits :]), after
