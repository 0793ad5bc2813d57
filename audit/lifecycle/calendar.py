"""Days as the district counts them: the date of an instant, and working days. Public holidays come with the cycle's settings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def local_date(at: datetime, timezone: str) -> date:
    """The calendar date of an instant in a zone (IANA name, e.g. Asia/Jakarta)."""
    return at.astimezone(ZoneInfo(timezone)).date()


def add_working_days(on: date, days: int, holidays: Collection[date] = ()) -> date:
    """The date `days` working days (Monday to Friday, no holiday) after `on`; days >= 0."""
    while days > 0:
        on += timedelta(days=1)
        if on.weekday() < 5 and on not in holidays:
            days -= 1
    return on


def add_months(on: date, months: int) -> date:
    """The same day `months` later, or the last day of that month when it is shorter."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(on.day, last))
