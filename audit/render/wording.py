"""How dates, numbers, ages, lists and masked numbers are worded in Indonesian. Values in, text out; no HTML and no opinion on the value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
MISSING = "–"
MINUS = "−"
NO_BREAK = "\u00a0"
_LONG_NUMBER = re.compile(r"\d{10,}|\d(?:[ .-]?\d){11,}")
_ROMAN = re.compile("[IVX]+")


@lru_cache(maxsize=4096)
def date_words(on: date | None) -> str:
    """ "16 November 2023"; None is a dash."""
    return MISSING if on is None else f"{on.day} {MONTHS[on.month - 1]} {on.year}"


@lru_cache(maxsize=4096)
def date_short(on: date | None) -> str:
    """ "16 Nov 2023", for tables; None is a dash. August is "Agt", the others their first three letters."""
    return MISSING if on is None else f"{on.day} {_month_short(on)} {on.year}"


def date_range(start: date | None, end: date | None) -> str:
    """ "1 – 30 Juni 2026", "1 Mei – 30 Juni 2026", "1 Des 2025 …" in full months; one open end is "mulai …" or "sampai …"."""
    if start is None and end is None:
        return MISSING
    if start is None:
        return f"sampai {date_words(end)}"
    if end is None:
        return f"mulai {date_words(start)}"
    if start == end:
        return date_words(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} – {date_words(end)}"
    if start.year == end.year:
        return f"{start.day} {MONTHS[start.month - 1]} – {date_words(end)}"
    return f"{date_words(start)} – {date_words(end)}"


@lru_cache(maxsize=8192)
def number(value: float | None, decimals: int = 0) -> str:
    """ "2.615.874", "30,4", "−0,5": dots for thousands, a comma for decimals, a true minus. None and NaN are a dash."""
    if value is None or value != value:
        return MISSING
    text = f"{abs(value):,.{decimals}f}".replace(",", "\0").replace(".", ",").replace("\0", ".")
    is_zero = not any(digit in text for digit in "123456789")
    return text if value >= 0 or is_zero else MINUS + text


def percent(value: float | None, decimals: int = 1) -> str:
    """ "30,4 %" for 30.4 (percent, not a fraction), with a space that does not break. None is a dash."""
    return MISSING if value is None or value != value else f"{number(value, decimals)}{NO_BREAK}%"


def share(part: int, whole: int, decimals: int = 1) -> str:
    """What part of the whole in percent; a dash when the whole is empty."""
    return percent(100 * part / whole, decimals) if whole else MISSING


def z_score(value: float | None) -> str:
    """ "−2,41" or "+0,35", two decimals and always a sign; None and NaN are a dash."""
    return signed(value, 2)


@lru_cache(maxsize=8192)
def signed(value: float | None, decimals: int = 2) -> str:
    """A change: "+0,35", "−0,10", "0,00". None and NaN are a dash."""
    worded = number(value, decimals)
    return f"+{worded}" if value is not None and value > 0 and any(d in worded for d in "123456789") else worded


def with_unit(value: float | None, unit: str, decimals: int = 0) -> str:
    """ "9,8 g/dL" with a space that does not break; None and NaN are a dash without a unit."""
    worded = number(value, decimals)
    return worded if worded == MISSING else f"{worded}{NO_BREAK}{unit}"


def z_with_unit(value: float | None) -> str:
    """ "−2,41 SD" with a space that does not break; None and NaN are a dash without a unit."""
    worded = z_score(value)
    return worded if worded == MISSING else f"{worded}{NO_BREAK}SD"


def as_sentence(text: str) -> str:
    """With a full stop at the end, and only one: titles behind a name have their own ("A.Md.Keb."). "" stays ""."""
    return text if not text or text.endswith(".") else f"{text}."


def home_words(address: str, rt: object, rw: object) -> str:
    """Where somebody lives, with RT and RW where the address does not say them itself: registers write them twice."""
    numbers = [f"{label} {told}" for label, told in (("RT", rt), ("RW", rw)) if told and not re.search(rf"\b{label}\b", address.upper())]
    return " ".join(part for part in (address, *numbers) if part)


def months_between(birth_on: date, on: date) -> int:
    """Completed months from birth to a date; negative before birth."""
    return (on.year - birth_on.year) * 12 + on.month - birth_on.month - (on.day < birth_on.day)


def age_words(birth_on: date, on: date) -> str:
    """ "1 tahun 3 bulan", "7 bulan", "12 hari" under one month; a date before birth is a dash."""
    if on < birth_on:
        return MISSING
    months = months_between(birth_on, on)
    return age_of_months(months) if months else f"{(on - birth_on).days} hari"


@lru_cache(maxsize=1024)
def age_of_months(months: int) -> str:
    """ "1 tahun 3 bulan" for 15 completed months, "2 tahun" for 24, "0 bulan" for 0."""
    years, rest = divmod(months, 12)
    return " ".join(part for part in (f"{years} tahun" if years else "", f"{rest} bulan" if rest or not years else "") if part)


def list_words(items: Sequence[str], last: str = "dan") -> str:
    """ "a", "a dan b", "a, b, dan c"; nothing is a dash."""
    if not items:
        return MISSING
    if len(items) < 3:
        return f" {last} ".join(items)
    return f"{', '.join(items[:-1])}, {last} {items[-1]}"


def masked_nik(nik: str | None) -> str:
    """The first five and the last two digits, as in "35092*********34"; the same length. None and short numbers show nothing of it."""
    if not nik:
        return MISSING
    return "*" * len(nik) if len(nik) < 10 else nik[:5] + "*" * (len(nik) - 7) + nik[-2:]


def with_masked_numbers(text: str) -> str:
    """The text with every number as long as a NIK, a family card or a telephone masked, also one written in groups or cut short."""
    return _LONG_NUMBER.sub(lambda found: masked_nik(re.sub(r"\D", "", found[0])), text)


def facility(kind: str, name: str) -> str:
    """A health facility by its kind and name: "ARJASA" is "Puskesmas Arjasa", "FLAMBOYAN 39" is "Posyandu Flamboyan 39"; empty stays empty.

    Registers write capitals; a name in mixed case is kept, and so are Roman numerals. A kind that the name already has is not repeated.
    """
    bare = re.sub(rf"^{re.escape(kind)}\b\s*", "", name.strip(), flags=re.IGNORECASE)
    if bare.isupper():
        bare = " ".join(word if _ROMAN.fullmatch(word) else word.capitalize() for word in bare.split())
    return f"{kind} {bare}".rstrip() if name.strip() else ""


def in_groups(text: str, size: int = 8) -> tuple[str, ...]:
    """A long hash cut into groups, so that a person can compare it on paper."""
    return tuple(text[start : start + size] for start in range(0, len(text), size))


def _month_short(on: date) -> str:
    return "Agt" if on.month == 8 else MONTHS[on.month - 1][:3]
