"""Taking the identity of a subject out of a text that somebody typed. Pure; which texts are cleaned is decided where they are frozen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from audit.render.wording import date_short, date_words

_LEAST_LETTERS = 3
"""Shorter parts of a parents' cell ("A / B") are no names."""

_SIXTEEN_DIGITS = re.compile(r"(?<!\d)(?:\d[ .-]?){15}\d(?!\d)")
"""A NIK or a family card's number, also when it is written in groups."""


def without_identity(text: str | None, identity: Mapping[str, Any]) -> str | None:
    """The text without the subject's and the parents' full names, address, telephone and birth date, and without any 16-digit number.

    identity: as in `Subject.identity`. What was taken out is named in brackets. A single word of a name stays ("Bunga kol"), since it may
    be a word like any other. None stays None.
    """
    if text is None:
        return None
    for found, instead in _of(identity):
        text = re.sub(rf"(?<!\w){re.escape(found)}(?!\w)", instead, text, flags=re.IGNORECASE)
    return _SIXTEEN_DIGITS.sub("(NIK)", text)


def _of(identity: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What to look for and what to write instead, the longest first where one may lie in another."""
    name, address, phone = (str(identity.get(key) or "").strip() for key in ("name", "address", "phone"))
    if name:
        yield name, "(nama sasaran)"
    parents = re.split(r"[/;,&]|\bdan\b", str(identity.get("parents") or ""))
    for parent in sorted((part.strip() for part in parents), key=len, reverse=True):
        if len(parent) >= _LEAST_LETTERS:
            yield parent, "(nama orang tua)"
    if len(address) > _LEAST_LETTERS:
        yield address, "(alamat)"
    if phone:
        yield phone, "(telepon)"
    yield from ((written, "(tanggal lahir)") for written in _dates(identity.get("birth_date")))


def _dates(birth_date: Any) -> Iterator[str]:
    """A date in the ways in which people write it."""
    try:
        day = date.fromisoformat(str(birth_date))
    except ValueError:
        return
    for mark in "-/.":
        yield f"{day:%d{mark}%m{mark}%Y}"
        yield f"{day.day}{mark}{day.month}{mark}{day.year}"
    yield from (day.isoformat(), date_words(day), date_short(day))
