"""Two versions of the same answers side by side: what differs, and what comes of the choice. Nothing is merged that nobody chose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from audit.forms import Field, Kind
from audit.web.form_parts import CompareRow
from audit.web.sent import Sent

CHOSEN = "pilih."
"""Before the name of a field: which side was chosen, "left" (typed here) or "right" (stored)."""


def as_shown(f: Field, typed: Any) -> str:
    """What was typed, as people read it: labels for codes, the unit behind a number, "" for nothing."""
    if isinstance(typed, (list, tuple)):
        return "; ".join(f.choices.get(str(one), str(one)) for one in typed)
    text = "" if typed is None else str(typed).strip()
    if f.kind is Kind.YES_NO:
        return {"ya": "Ya", "tidak": "Tidak"}.get(text, text)
    if f.kind is Kind.CHOICE:
        return f.choices.get(text, text)
    return f"{text} {f.unit}" if text and f.unit else text


def compare_rows(
    fields: Sequence[Field], mine: Mapping[str, Any], theirs: Mapping[str, Any], sent: Sent | None = None, *, preferred: str = ""
) -> list[CompareRow]:
    """One row for each field that either side answered; those that differ first, each to be chosen, with what `sent` had chosen already.

    preferred: the side that is marked where nothing was chosen yet, "" for none.
    """
    rows = []
    for f in fields:
        left, right = as_shown(f, mine.get(f.name)), as_shown(f, theirs.get(f.name))
        if left or right:
            chosen = (sent.text(CHOSEN + f.name) if sent else "") or preferred
            rows.append(CompareRow(f.label, left, right, is_different=left != right, name=CHOSEN + f.name, chosen=chosen))
    return sorted(rows, key=lambda row: not row.is_different)


def unchosen(rows: Sequence[CompareRow], sent: Sent) -> list[CompareRow]:
    """The rows that differ and about which nothing was chosen."""
    return [row for row in rows if row.is_different and sent.text(row.name) not in ("left", "right")]


def chosen_of(fields: Sequence[Field], mine: Mapping[str, Any], theirs: Mapping[str, Any], side_of: Callable[[str], str]) -> dict[str, Any]:
    """The answers after the choice: theirs where "right" was chosen, else as typed. side_of: field name -> "left" or "right"."""
    return {**mine, **{f.name: theirs.get(f.name, "") for f in fields if side_of(f.name) == "right"}}


def hidden_answers(answers: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Answers as hidden fields, so that they come back with the choice."""
    found: list[tuple[str, str]] = []
    for name, value in answers.items():
        many = value if isinstance(value, (list, tuple)) else [value]
        found += [(name, str(one)) for one in many]
    return tuple(found)
