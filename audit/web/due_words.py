"""What is owed on a case, as a badge. When it is owed is decided in audit/casework/deadlines.py."""

from __future__ import annotations

from datetime import date

from audit.casework.deadlines import Deadline
from audit.web.parts import Badge
from audit.web.time_words import days_badge


def due_badge(owed: Deadline | None, on: date) -> Badge | None:
    """How long something may still take on the day `on`; None when nothing is owed."""
    return None if owed is None else days_badge(owed.days_left(on) if owed.due_on else None)
