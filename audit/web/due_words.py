"""What is owed on a case, as a badge. When it is owed is decided in audit/casework/deadlines.py."""

from __future__ import annotations

from datetime import date

from audit.casework.deadlines import Deadline
from audit.web.parts import Badge
from audit.web.time_words import days_badge


def due_badge(owed: Deadline | None, on: date) -> Badge | None:
    """How long something may still take on the day `on`; None when nothing is owed."""
    if owed is None:
        return None
    return days_badge(owed.days_left(on)) if owed.due_on else Badge("Terlambat", "bad", "clock-exclamation")
