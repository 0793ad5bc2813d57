"""The days of the invented semester, and which case meets which detour. Nothing is played here."""

from __future__ import annotations

from datetime import date

REGISTER_MONTHS = (date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1))

OPENING = date(2026, 2, 2)
WORKSHEETS_IN = date(2026, 2, 9)
PACKETS = date(2026, 2, 10)
RECUSAL = date(2026, 2, 11)
OPINIONS = date(2026, 2, 13)
CONSENSUS = date(2026, 2, 18)
PLANS = date(2026, 2, 20)
APPROVAL = date(2026, 2, 23)
FOLLOW_UP = date(2026, 2, 24)
EVALUATION = date(2026, 5, 26)
DISSEMINATION = date(2026, 6, 22)

RETURNED_WORKSHEET, RECUSED, DIVIDED, ASKED_FOR_DATA, RETURNED_PLAN, MISSED_VISIT, MOVED_AWAY = range(7)
"""Which child's case meets which detour: the place among the children's cases, by number."""
OVERDUE_AGENCY = "perkim"
"""The agency that lets its dates pass."""
MOVING_DAY = date(2026, 4, 13)
