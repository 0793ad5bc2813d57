"""The visit plan: which weekdays, where the measurements fall, and what happens at Sundays and the ends of months."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.steps.followup.rules import DEFAULT_VISITS, follow_up_end, plan_visits

MONDAY = date(2026, 8, 31)


def settings(**changed: int) -> dict[str, int]:
    return {**DEFAULT_VISITS, **changed}


@pytest.mark.parametrize(
    ("per_week", "weekdays"),
    [(1, "0"), (2, "03"), (3, "024"), (4, "0134"), (5, "01234"), (6, "012345")],
)
def test_the_visits_of_an_intensive_week_are_spread_over_it(per_week: int, weekdays: str) -> None:
    plan = plan_visits(MONDAY - timedelta(days=1), visits=settings(per_week=per_week, weeks_intensive=1))
    first_week = [v.on.weekday() for v in plan if v.on < MONDAY + timedelta(days=7)]
    assert "".join(map(str, first_week)) == weekdays


def test_the_default_plan_of_a_case_that_starts_on_a_monday() -> None:
    plan = plan_visits(MONDAY)
    assert [(v.on.isoformat(), v.with_measurement) for v in plan] == [
        ("2026-09-02", False),
        ("2026-09-04", False),
        ("2026-09-07", False),
        ("2026-09-09", False),
        ("2026-09-11", False),
        ("2026-09-14", False),
        ("2026-09-28", False),
        ("2026-09-30", True),
        ("2026-10-12", False),
        ("2026-10-26", False),
        ("2026-10-31", True),
        ("2026-11-09", False),
        ("2026-11-23", False),
        ("2026-11-30", True),
    ]
    assert {v.late_after - v.on for v in plan} == {timedelta(days=2)}


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
    ],
)
def test_the_follow_up_ends_on_the_same_day_or_the_last_of_a_shorter_month(start: date, months: int, end: date) -> None:
    assert follow_up_end(start, months) == end
    plan = plan_visits(start, months=months)
    assert max(v.on for v in plan) in (end, end - timedelta(days=1))


def test_a_measurement_on_a_sunday_moves_to_monday_but_the_last_one_to_saturday() -> None:
    start = date(2026, 8, 13)  # 13 September is a Sunday
    assert [v.on for v in plan_visits(start, months=2, visits=settings(weeks_intensive=0)) if v.with_measurement] == [
        date(2026, 9, 14),
        date(2026, 10, 13),
    ]
    assert [v.on for v in plan_visits(start, months=1, visits=settings(weeks_intensive=0)) if v.with_measurement] == [date(2026, 9, 12)]


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.integers(1, 12),
    st.integers(1, 6),
    st.integers(0, 12),
    st.integers(1, 60),
    st.integers(0, 30),
)
def test_every_plan_keeps_its_promises(start: date, months: int, per_week: int, weeks: int, every: int, grace: int) -> None:
    visits = {"per_week": per_week, "weeks_intensive": weeks, "then_every_days": every, "missed_after_days": grace}
    plan = plan_visits(start, months=months, visits=visits)
    days = [v.on for v in plan]
    assert days == sorted(set(days)), "one visit a day, in order"
    assert all(day > start and day.weekday() != 6 for day in days)
    assert all(v.late_after == v.on + timedelta(days=grace) for v in plan)
    measured = [v.on for v in plan if v.with_measurement]
    assert len(measured) == months
    assert all(later - earlier >= timedelta(days=25) for earlier, later in pairwise(measured))
    if weeks * 7 < 28:
        assert days[-1] <= follow_up_end(start, months)
