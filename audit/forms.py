"""A form as data: fields in sections, and one `parse` that returns the values or every problem at once. Nothing is drawn here."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from audit.errors import Reason, Refused

LONGEST_TEXT = 4000

_PLAIN_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")


class Kind(StrEnum):
    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Field:
    """One question.

    lowest, highest: the hard range in `unit`; outside it the answer is refused. usual: the range outside which it is only questioned.
    asked_by: the discipline (or "keluarga") whose part of a worksheet this is. choices: code -> label.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    lowest: float | None = None
    highest: float | None = None
    usual: tuple[float, float] | None = None
    is_required: bool = False
    asked_by: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together on a page."""

    code: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A named list of sections; field names are unique across them."""

    code: str
    title: str
    sections: tuple[Section, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(f for section in self.sections for f in section.fields)


@dataclass(frozen=True, slots=True)
class Problem:
    """One answer that cannot be used (or is doubted): where, what was found, and what is expected, in a sentence."""

    place: str
    value: str
    code: str
    message: str


class Problems(Refused):
    """Answers that cannot be used, all at once, each with its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(*(Reason(p.code, p.message) for p in problems))
        self.problems = tuple(problems)


class Doubted(Problems):
    """Answers that could be used, but are odd: nothing is kept until somebody says that they are right.

    stamp: stands for these answers with these doubts; who sends it along the next time has said so.
    """

    def __init__(self, problems: Sequence[Problem], *, stamp: str) -> None:
        super().__init__(problems)
        self.stamp = stamp


@dataclass(frozen=True, slots=True)
class Parsed:
    """values: typed, only the fields that were answered. warnings: usable, but unusual."""

    values: Mapping[str, Any]
    warnings: tuple[Problem, ...]


def parse(form: Form, data: Mapping[str, Any], *, partial: bool = False) -> Parsed:
    """The typed values of `data` (texts, numbers, dates or lists as they come from YAML, JSON or a page).

    partial: required fields may be missing (a draft). Raises Problems with every problem found, unknown fields included.
    """
    known = {f.name: f for f in form.fields}
    expected = f"yang ada: {', '.join(known)}" if known else "tidak ada isian yang diminta"
    problems = [
        Problem(_shown(name), "", "unknown_field", f"{_shown(name)}: isian ini tidak ada pada {form.title}; {expected}.")
        for name in data
        if name not in known
    ]
    values: dict[str, Any] = {}
    warnings: list[Problem] = []
    for f in known.values():
        raw = data.get(f.name)
        if raw is None or (isinstance(raw, str) and not raw.strip()) or (isinstance(raw, (list, tuple, dict)) and not raw):
            if f.is_required and not partial:
                problems.append(Problem(f.name, "", "required", f"{f.label}: wajib diisi."))
            continue
        try:
            values[f.name] = _READERS[f.kind](f, raw)
        except _Unusable as why:
            problems.append(Problem(f.name, _shown(raw), why.code, f"{f.label}: {why.sentence}"))
            continue
        if f.kind is Kind.CHOICES and not values[f.name]:  # only commas
            del values[f.name]
            if f.is_required and not partial:
                problems.append(Problem(f.name, "", "required", f"{f.label}: wajib diisi."))
            continue
        if f.usual and not f.usual[0] <= values[f.name] <= f.usual[1]:
            usual = _range(f.usual[0], f.usual[1], f)
            warnings.append(Problem(f.name, _shown(raw), "unusual", f"{f.label}: {_shown(raw)} tidak lazim; biasanya {usual}."))
    if problems:
        raise Problems(problems)
    return Parsed(values, tuple(warnings))


def missing(form: Form, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Names of the required fields without an answer, by who is asked (`asked_by`); only those with something missing."""
    lacking: dict[str, list[str]] = {}
    for f in form.fields:
        if f.is_required and values.get(f.name) in (None, "", []):
            lacking.setdefault(f.asked_by, []).append(f.name)
    return lacking


class _Unusable(Exception):
    def __init__(self, code: str, sentence: str) -> None:
        self.code, self.sentence = code, sentence


def _text(f: Field, raw: Any) -> str:
    if not isinstance(raw, (str, int, float, date)):
        raise _Unusable("not_a_text", "bukan teks; tulis sebagai satu kalimat atau lebih.")
    text = ("ya" if raw else "tidak") if isinstance(raw, bool) else _as_text(raw)
    text = text.strip().replace("\r\n", "\n").replace("\r", "\n")
    if bad := next((c for c in text if c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cs")), None):
        # PostgreSQL cannot keep NUL, UTF-8 has no half characters, and XML (so PDF) takes no other control character.
        raise _Unusable("not_printable", f"mengandung karakter yang tidak dapat dicetak (U+{ord(bad):04X}); hapus lalu tulis ulang.")
    if len(text) > (f.highest or LONGEST_TEXT):
        raise _Unusable("too_long", f"{len(text)} huruf; paling banyak {int(f.highest or LONGEST_TEXT)}.")
    return text


def _number(f: Field, raw: Any) -> float:
    text = "" if isinstance(raw, bool) else _as_text(raw).strip().replace("−", "-")
    if f.kind is Kind.WHOLE and _THOUSANDS.fullmatch(text):
        text = text.replace(".", "")  # 850.000 is how people write eight hundred and fifty thousand
    is_number = isinstance(raw, (int, float, Decimal)) and not isinstance(raw, bool)
    if not is_number and not _PLAIN_NUMBER.fullmatch(text):
        raise _Unusable("not_a_number", f"“{_shown(raw)}” bukan angka; tulis misalnya {_example(f)}.")
    try:
        value = float(text.replace(",", "."))
    except (ValueError, OverflowError):  # a signalling NaN
        value = math.nan
    if not math.isfinite(value) or (f.lowest is not None and value < f.lowest) or (f.highest is not None and value > f.highest):
        raise _Unusable("out_of_range", f"{_shown(raw)} di luar batas; yang dapat diterima {_range(f.lowest, f.highest, f)}.")
    return value


def _whole(f: Field, raw: Any) -> int:
    value = _number(f, raw)
    if value != int(value):
        raise _Unusable("not_whole", f"{_shown(raw)} bukan bilangan bulat.")
    return int(value)


def _date(f: Field, raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(_as_text(raw).strip(), pattern).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    raise _Unusable("not_a_date", f"“{_shown(raw)}” bukan tanggal; tulis misalnya 2026-08-31 atau 31/08/2026.")


def _choice(f: Field, raw: Any) -> str:
    # YAML reads a bare yes or no as true or false.
    text = ("yes" if raw else "no") if isinstance(raw, bool) else _as_text(raw).strip()
    for code, label in f.choices.items():
        if text.casefold() in (code.casefold(), label.casefold()):
            return code
    raise _Unusable("not_a_choice", f"“{_shown(raw)}” tidak dikenal; pilih dari {', '.join(f.choices)}.")


def _choices(f: Field, raw: Any) -> list[str]:
    many = raw if isinstance(raw, (list, tuple)) else [part for part in _as_text(raw).split(",") if part.strip()]
    return list(dict.fromkeys(_choice(f, one) for one in many))


def _yes_no(f: Field, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    text = _as_text(raw).strip().casefold()
    if text in ("ya", "y", "yes", "true", "1"):
        return True
    if text in ("tidak", "t", "n", "no", "false", "0"):
        return False
    raise _Unusable("not_yes_no", f"“{_shown(raw)}” tidak dikenal; tulis ya atau tidak.")


_READERS = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.YES_NO: _yes_no,
}


def _as_text(raw: Any) -> str:
    """The answer as text; a whole number too long for Python to print (over 4,300 digits) as infinity."""
    try:
        return str(raw)
    except ValueError:
        return "inf"


def _shown(raw: Any) -> str:
    """The answer as a message quotes it: short, and without what a terminal or a page cannot show."""
    text = "".join(c if c.isprintable() else " " if c.isspace() else "�" for c in _as_text(raw).strip()[:100])
    return text if len(text) <= 60 else text[:57] + "…"


def _example(f: Field) -> str:
    low = f.lowest if f.lowest is not None else 1
    middle = (low + (f.highest if f.highest is not None else low + 9)) / 2
    return decimal_words(int(middle) if f.kind is Kind.WHOLE else middle)


def _range(low: float | None, high: float | None, f: Field) -> str:
    unit = f" {f.unit}" if f.unit else ""
    if low is not None and high is not None:
        return f"{decimal_words(low)}–{decimal_words(high)}{unit}"
    if low is None and high is None:
        return f"bilangan biasa{unit}"
    return f"paling sedikit {decimal_words(low)}{unit}" if low is not None else f"paling banyak {decimal_words(high or 0)}{unit}"


def decimal_words(value: float) -> str:
    """A number as Indonesians write it; thousands are set apart from five digits on, so that 6000 gram stays as people read it."""
    text = f"{value:,.10g}" if abs(value) >= 10_000 else f"{value:.10g}"
    return text.translate(str.maketrans(",.", ".,"))
