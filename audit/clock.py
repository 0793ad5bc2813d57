"""The only reader of the system clock. Everything else is told the time as `at` (an instant) or `on` (a date)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This instant, aware, in UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def local_date(at: datetime, timezone: str) -> date:
    """The calendar date of an instant in the district's zone (an IANA name such as Asia/Jakarta)."""
    return at.astimezone(ZoneInfo(timezone)).date()
