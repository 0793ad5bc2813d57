"""What a worksheet means, decided without a database: completeness per discipline, and answers in words. Not the forms themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audit.forms import Field, Form, Kind, missing


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of one part of the worksheet is answered. missing: labels of the required fields that are not."""

    asked_by: str
    required: int
    answered: int
    missing: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        return not self.missing


def completeness(form: Form, answers: Mapping[str, Any]) -> list[Completeness]:
    """One entry for each part of the form that has required fields, in the order of the form."""
    parts: dict[str, list[Field]] = {}
    for f in form.fields:
        if f.is_required:
            parts.setdefault(f.asked_by, []).append(f)
    return [
        Completeness(
            asked_by=asked_by,
            required=len(fields),
            answered=sum(answers.get(f.name) not in (None, "", []) for f in fields),
            missing=tuple(f.label for f in fields if answers.get(f.name) in (None, "", [])),
        )
        for asked_by, fields in parts.items()
    ]


CONSENT = "consent"
"""The field by which a family agrees to be audited; a worksheet without their yes is never complete."""


def still_needed(form: Form, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """Names of what a worksheet still lacks, by who is asked: required answers, and the family's consent unless it is a yes."""
    needed = missing(form, answers)
    for f in form.fields:
        if f.name == CONSENT and answers.get(CONSENT) is False:
            needed.setdefault(f.asked_by, []).append(CONSENT)
    return needed


def in_words(f: Field, value: Any) -> str:
    """An answer as it is printed: labels for codes, the unit behind a number, an empty text for no answer."""
    if value in (None, "", []):
        return ""
    if f.kind is Kind.YES_NO:
        return "Ya" if value else "Tidak"
    if f.kind is Kind.CHOICE:
        return f.choices.get(value, str(value))
    if f.kind is Kind.CHOICES:
        return ", ".join(f.choices.get(one, str(one)) for one in value)
    if f.kind in (Kind.NUMBER, Kind.WHOLE):
        number = f"{value:,.10g}".replace(",", " ").replace(".", ",").replace(" ", ".")
        return f"{number} {f.unit}".strip()
    return str(value)
