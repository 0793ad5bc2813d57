"""What every document freezes of its cycle, and how a day is frozen and read back. What a document shows is in its own room."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Cycle
from audit.people.agency_queries import own_names

_SETTINGS = ("wording", "signatories", "decree", "office", "texts")


def frozen_cycle(session: Session, cycle: Cycle) -> dict[str, Any]:
    """What every document freezes of its cycle: code, place, days, the office's wording, signatories and texts; its names of agencies."""
    return {
        "code": cycle.code,
        "kabupaten_code": cycle.kabupaten_code,
        "timezone": cycle.timezone,
        "opened_on": local_date(cycle.opened_at, cycle.timezone).isoformat(),
        "starts_on": cycle.starts_on.isoformat(),
        "ends_on": cycle.ends_on.isoformat(),
        "dissemination_on": cycle.dissemination_on.isoformat() if cycle.dissemination_on else None,
        **{name: cycle.settings.get(name) or ([] if name == "signatories" else {}) for name in _SETTINGS},
        "agencies": own_names(session),
    }


def iso_day(day: date | None) -> str | None:
    """A day as a snapshot holds it, "2026-07-15"; None stays None."""
    return None if day is None else day.isoformat()


def as_day(value: str | None) -> date | None:
    """A day of a snapshot as a date; None, or an empty text, is None."""
    return date.fromisoformat(value) if value else None
