"""The calendar of a cycle as worked examples: working days there and back, and when the panel is through."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from audit.casework.timetable import forecast, timetable, working_days_before, working_days_between
from audit.lifecycle.calendar import add_working_days
from audit.people.roles import SYSTEM, Discipline

MONDAY = date(2026, 7, 6)
HOLIDAY = frozenset({date(2026, 7, 8)})


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (MONDAY, MONDAY, 0),
        (MONDAY, date(2026, 7, 10), 4),
        (MONDAY, date(2026, 7, 12), 4),
        (date(2026, 7, 11), date(2026, 7, 12), 0),
        (date(2026, 7, 10), date(2026, 7, 13), 1),
        (date(2026, 7, 13), date(2026, 7, 10), -1),
    ],
)
def test_working_days_between_two_days(start: date, end: date, days: int) -> None:
    assert working_days_between(start, end) == days


def test_a_holiday_is_no_working_day() -> None:
    assert working_days_between(MONDAY, date(2026, 7, 10), HOLIDAY) == 3


@pytest.mark.parametrize("days", range(12))
@pytest.mark.parametrize("shift", range(7))
def test_counting_back_is_counting_forward_reversed(days: int, shift: int) -> None:
    end = MONDAY + timedelta(days=shift)
    back = working_days_before(end, days, HOLIDAY)
    assert add_working_days(back, days, HOLIDAY) <= end < add_working_days(back + timedelta(days=1), days, HOLIDAY) or days == 0


def test_the_milestones_leave_each_step_its_days_and_fall_on_working_days() -> None:
    found = timetable(date(2026, 9, 27), (), HOLIDAY)  # a Sunday
    assert all(one.latest_on.weekday() < 5 for one in found.milestones) and found.latest_start_on.weekday() < 5
    steps = [one.latest_on for one in found.milestones]
    assert [working_days_between(a, b) for a, b in pairwise(steps)] == [3, 10, 5, 5, 5]
    assert working_days_between(found.latest_start_on, steps[0]) == 10


def forecast_of(expected: dict[Discipline, int], experts: dict[Discipline, int], per_day: int, by: date | None):  # type: ignore[no-untyped-def]
    return forecast((), experts=experts, expected=expected, per_day=per_day, on=MONDAY, by=by, reader=SYSTEM)


def test_the_slowest_discipline_decides() -> None:
    found = forecast_of(
        {Discipline.NUTRITION: 24, Discipline.PAEDIATRICS: 12}, {Discipline.NUTRITION: 1, Discipline.PAEDIATRICS: 2}, 3, None
    )
    assert (found.slowest, found.days_reading, found.opinions) == (Discipline.NUTRITION, 8, 36)
    assert found.finish_on == add_working_days(MONDAY, 10 + 3 + 8 + 5 + 5 + 5) and found.days_late is None


def test_how_late_and_how_many_a_day_would_do() -> None:
    by = add_working_days(MONDAY, 30)
    found = forecast_of({Discipline.NUTRITION: 24}, {Discipline.NUTRITION: 1}, 3, by)
    assert (found.days_late, found.enough_a_day) == (6, 12)
    hopeless = forecast_of({Discipline.NUTRITION: 24}, {Discipline.NUTRITION: 1}, 3, add_working_days(MONDAY, 20))
    assert hopeless.enough_a_day is None


def test_without_an_expert_of_a_discipline_nothing_is_promised() -> None:
    found = forecast_of({Discipline.PSYCHOLOGY: 1, Discipline.NUTRITION: 1}, {Discipline.NUTRITION: 2}, 3, MONDAY)
    assert found.nobody == (Discipline.PSYCHOLOGY,) and found.finish_on is None
