"""How many days are left, and when something happened, in words for pages. Which day something is due is not known here."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from audit.render.wording import date_short
from audit.web.parts import Badge

_SOON = 3


def days_words(left: int) -> str:
    """ "5 hari lagi", "besok", "hari ini", "terlambat 2 hari"; left: days from today, negative when it has passed."""
    if left < 0:
        return f"terlambat {-left} hari"
    return {0: "hari ini", 1: "besok"}.get(left, f"{left} hari lagi")


def days_badge(left: int | None) -> Badge:
    """The same as a badge: late, soon (within three days), or still time; None: late, without a day since when."""
    if left is None:
        return Badge("Terlambat", "bad", "clock-exclamation")
    words = days_words(left)
    text = words[0].upper() + words[1:]
    if left < 0:
        return Badge(text, "bad", "clock-exclamation")
    return Badge(text, "warn", "hourglass") if left <= _SOON else Badge(text, "neutral", "clock")


def clock_words(at: datetime, timezone: str) -> str:
    """ "pukul 10.42", in the zone of the district."""
    return f"pukul {at.astimezone(ZoneInfo(timezone)):%H.%M}"


def instant_words(at: datetime, timezone: str) -> str:
    """ "16 Nov 2026 pukul 08.15", in the zone of the district."""
    return f"{date_short(at.astimezone(ZoneInfo(timezone)).date())} {clock_words(at, timezone)}"
