"""The only reader of the system clock. Everything else is told the time as `at` (an instant) or `on` (a date)."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, aware, in UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
