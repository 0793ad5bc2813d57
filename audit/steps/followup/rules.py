"""Follow-up, decided without a database: on which days a case is visited, and which of those visits measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from audit.lifecycle.calendar import add_months

DEFAULT_VISITS: Mapping[str, int] = {"per_week": 3, "weeks_intensive": 2, "then_every_days": 14, "missed_after_days": 2}
DEFAULT_FOLLOW_UP_MONTHS = 3

_WEEKDAYS_FOR = {1: (0,), 2: (0, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4), 6: (0, 1, 2, 3, 4, 5)}
"""Visits a week -> weekdays (Monday is 0), spread as evenly as a working week allows."""


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One day of the plan. late_after: the last day on which it still counts as on time."""

    on: date
    late_after: date
    with_measurement: bool


def follow_up_end(start: date, months: int = DEFAULT_FOLLOW_UP_MONTHS) -> date:
    """The last day of the follow-up that starts on `start`."""
    return add_months(start, months)


def plan_visits(start: date, *, months: int = DEFAULT_FOLLOW_UP_MONTHS, visits: Mapping[str, Any] = DEFAULT_VISITS) -> list[PlannedVisit]:
    """The visit plan: some weeks with several visits each, then one every so many days, and a measurement each month.

    Starts on the day after `start`; no Sundays. The monthly measurement moves to the next planned day, or gets a day of its own.
    """
    end = follow_up_end(start, months)
    slack = timedelta(days=int(visits["missed_after_days"]))
    intensive_until = start + timedelta(weeks=int(visits["weeks_intensive"]))
    weekdays = _WEEKDAYS_FOR[max(1, min(6, int(visits["per_week"])))]
    days = {d for d in _days(start, intensive_until) if d.weekday() in weekdays}
    step = timedelta(days=int(visits["then_every_days"]))
    day = intensive_until + step
    while day < end:
        days.add(_not_sunday(day))
        day += step
    measuring = {_not_sunday(add_months(start, month)) for month in range(1, months)} | {_not_before_sunday(end)}
    return [PlannedVisit(d, d + slack, d in measuring) for d in sorted(days | measuring)]


def _days(after: date, until: date) -> list[date]:
    return [after + timedelta(days=n) for n in range(1, (until - after).days + 1)]


def _not_sunday(day: date) -> date:
    return day + timedelta(days=1) if day.weekday() == 6 else day


def _not_before_sunday(day: date) -> date:
    """The last measurement belongs inside the follow-up, so a Sunday moves back."""
    return day - timedelta(days=1) if day.weekday() == 6 else day
