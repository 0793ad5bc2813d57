"""Numbers and dates as an official document spells them out ("tanggal enam bulan Juli tahun dua ribu dua puluh enam"). No other wording."""

from __future__ import annotations

from datetime import date

from audit.render.wording import MONTHS, NO_BREAK

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
"""Days of the week in the order of date.weekday()."""

HIGHEST = 999_999

_UNITS = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
_DOTS = "." * 18


def spelled(number: int) -> str:
    """A number in words: "nol", "sebelas", "seratus lima", "dua ribu dua puluh enam". number: 0 to HIGHEST; ValueError outside."""
    if not 0 <= number <= HIGHEST:
        raise ValueError(f"cannot spell {number}: 0 to {HIGHEST} wanted")
    return _spelled(number) or "nol"


def counted(number: int, noun: str) -> str:
    """ "8 (delapan) kasus", with a space that does not break after the figure."""
    return f"{number}{NO_BREAK}({spelled(number)}) {noun}"


def day_and_date(on: date) -> str:
    """ "Senin, 6 Juli 2026"."""
    return f"{DAYS[on.weekday()]}, {on.day} {MONTHS[on.month - 1]} {on.year}"


def date_in_words(on: date | None) -> str:
    """ "Senin, tanggal enam bulan Juli tahun dua ribu dua puluh enam (06-07-2026)"; None leaves dotted lines to be filled in by hand."""
    if on is None:
        return f"{_DOTS}, tanggal {_DOTS} bulan {_DOTS} tahun {_DOTS}"
    figures = f"{on:%d-%m-%Y}".replace("-", "\u2011")  # does not break
    return f"{DAYS[on.weekday()]}, tanggal {spelled(on.day)} bulan {MONTHS[on.month - 1]} tahun {spelled(on.year)} ({figures})"


def _spelled(number: int) -> str:
    """The same for a part of a number: zero is nothing."""
    if number < 12:
        return _UNITS[number]
    if number < 20:
        return f"{_UNITS[number - 10]} belas"
    for size, name, alone in ((1000, "ribu", "seribu"), (100, "ratus", "seratus"), (10, "puluh", "sepuluh")):
        if number >= size:
            many, rest = divmod(number, size)
            head = alone if many == 1 else f"{_spelled(many)} {name}"
            return f"{head} {_spelled(rest)}".rstrip()
    raise AssertionError("every number from 12 on has tens, hundreds or thousands")
