"""Texts that people wrote, before they are frozen and printed: identity taken out, unprintable characters named. It knows no document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any, overload

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # fontTools carries no types

from audit.render.fonts import FOLDER
from audit.render.wording import MONTHS

INSTEAD = "[simbol]"
"""What stands for one or more characters in a row that cannot be printed, an emoji for example."""

SIXTEEN_DIGITS = re.compile(r"(?<!\d)\d(?:[ .-]?\d){15}(?!\d)")
"""A NIK or the number of a family card, also when it is written in groups."""

_LAID_OUT = frozenset(map(ord, "\n\r\t\u00a0\u00ad\u200b"))
"""Blanks and break hints: the engine sets them without a glyph."""

_PEOPLE = ("name", "parents", "husband")
_LEAST_LETTERS = 3
"""Shorter texts are no names and no addresses."""
_LEAST_DIGITS = 6
"""Shorter numbers are no telephones."""

_OTHER_MONTHS: Mapping[int, tuple[str, ...]] = {2: ("Pebruari", "Peb"), 8: ("Agt", "Ags", "Agust"), 11: ("Nopember", "Nop")}
"""How months are written beside their name and its first three letters."""

_SAID: Mapping[str, str] = {"address": "(alamat)", "number": "(NIK)", "name": "(nama)", "born": "(tanggal lahir)", "phone": "(telepon)"}
"""Kind of what was found -> what is written instead."""


@overload
def without_identity(text: str, identity: Mapping[str, Any]) -> str: ...
@overload
def without_identity(text: None, identity: Mapping[str, Any]) -> None: ...
def without_identity(text: str | None, identity: Mapping[str, Any]) -> str | None:
    """The text without who it is about. identity: as in `Subject.identity`. None stays None.

    Taken out, in any capitals and spacing, and named in brackets: two or more parts beside each other of the name of the subject, a parent
    or the husband; such a name that is one word; the address as it was registered; the birth date in figures or with the month in words;
    the telephone, also with +62; any number of 16 digits. One part of a longer name stays ("Bunga kol"): it may be a word like any other.
    """
    if not text:
        return text
    return _identity(*_known(identity)).sub(lambda found: _SAID[str(found.lastgroup)], text)


class Cleaner:
    """Takes out of texts who they are about, and everybody else in the audit: made once from the identities of all cases of a cycle.

    identities: one for each case, as in `Subject.identity`.
    """

    def __init__(self, identities: Iterable[Mapping[str, Any]]) -> None:
        names = {name for identity in identities for name in _names(identity) if " " in name}
        self._anybody = re.compile(_whole(_any_of(map(_spaced, names))), re.IGNORECASE) if names else None

    def clean(self, text: str | None, identity: Mapping[str, Any]) -> str:
        """The text without what `without_identity` takes out, and without the full name of any subject or relative. None is an empty text.

        A name of one word is taken out only of the texts of its own case: elsewhere it may be an ordinary word.
        """
        cleaned = without_identity(text or "", identity)
        return (self._anybody.sub(_SAID["name"], cleaned) if self._anybody else cleaned).strip()


def printable(value: Any) -> Any:
    """The same text, or the same plain value with its texts, with `INSTEAD` for what some weight of the bundled font cannot print.

    A file with such a character is no PDF/A: it would show an empty box and say nothing to a screen reader.
    """
    if value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        return _unprintable().sub(INSTEAD, value)
    if isinstance(value, Mapping):
        return {key: printable(each) for key, each in value.items()}
    return [printable(each) for each in value] if isinstance(value, (list, tuple)) else value


@cache
def _unprintable() -> re.Pattern[str]:
    """One or more characters in a row that not all bundled weights have; the fonts are read once in a process."""
    found = []
    for path in sorted(FOLDER.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            found.append(frozenset(font.getBestCmap() or {}))
    letters = frozenset.intersection(*found) | _LAID_OUT
    return re.compile(f"[^{''.join(re.escape(chr(code)) for code in sorted(letters))}]+")


def _known(identity: Mapping[str, Any]) -> tuple[tuple[str, ...], str, str, str]:
    """Names, address, telephone and birth date, as texts."""
    address, phone, born = (" ".join(str(identity.get(key) or "").split()) for key in ("address", "phone", "birth_date"))
    return tuple(_names(identity)), address, phone, born


@lru_cache(maxsize=256)
def _identity(names: tuple[str, ...], address: str, phone: str, born: str) -> re.Pattern[str]:
    """Everything that tells who this is, each kind a group named as in `_SAID`. Kept, for the texts of one case follow each other."""
    kinds = {
        "address": [_whole(_spaced(address))] if len(address) > _LEAST_LETTERS else [],
        "number": [SIXTEEN_DIGITS.pattern],
        "name": [_whole(_parts(name)) for name in names],
        "born": [rf"(?<!\d){way}(?!\d)" for way in _ways(born)],
        "phone": list(_called(phone)),
    }
    return re.compile("|".join(f"(?P<{kind}>{_any_of(found)})" for kind, found in kinds.items() if found), re.IGNORECASE)


def _names(identity: Mapping[str, Any]) -> list[str]:
    """Names of the subject and of those named beside it, the longest first; registers write two parents as "AYAH / IBU"."""
    cells = (value if isinstance(value, list) else [value] for key in _PEOPLE if (value := identity.get(key)))
    written = (part for cell in cells for each in cell for part in re.split(r"[/;,&]|\bdan\b", str(each)))
    names = {name for part in written if len(name := " ".join(part.split())) >= _LEAST_LETTERS}
    return sorted(names, key=lambda name: (-len(name), name))


def _parts(name: str) -> str:
    """The name when it is one word, else two or more of its parts beside each other."""
    parts = sorted(set(map(re.escape, name.split())), key=lambda part: (-len(part), part))
    any_part = f"(?:{'|'.join(parts)})"
    return any_part if " " not in name else rf"{any_part}(?:\s+{any_part}(?!\w))+"


def _ways(born: str) -> Iterator[str]:
    """Patterns for a birth date as people write it; nothing for a text that is no ISO date."""
    try:
        day = date.fromisoformat(born)
    except ValueError:
        return
    year = rf"(?:{day.year}|{day:%y})"
    month = MONTHS[day.month - 1]
    words = "|".join(sorted((month, month[:3], *_OTHER_MONTHS.get(day.month, ())), key=len, reverse=True))
    yield rf"0?{day.day}\s*[-/. ]\s*(?:0?{day.month}|(?:{words})\.?)\s*[-/. ]\s*{year}"
    yield rf"{day.year}\s*[-/.]\s*0?{day.month}\s*[-/.]\s*0?{day.day}"
    yield from (f"{day:%d%m%Y}", f"{day:%Y%m%d}")


def _called(phone: str) -> Iterator[str]:
    """A pattern for the telephone with 0 or 62 before it and any grouping; the text itself where it has too few digits."""
    digits = re.sub(r"^(?:62|0)", "", re.sub(r"\D", "", phone))
    if len(digits) >= _LEAST_DIGITS:
        yield rf"(?<!\d)(?:\+?\s?62|0)?[ .-]?{'[ .-]?'.join(digits)}(?!\d)"
    elif phone:
        yield _whole(_spaced(phone))


def _any_of(patterns: Iterable[str]) -> str:
    return "|".join(sorted(patterns, key=lambda pattern: (-len(pattern), pattern)))


def _spaced(words: str) -> str:
    return r"\s+".join(map(re.escape, words.split()))


def _whole(pattern: str) -> str:
    return rf"(?<!\w)(?:{pattern})(?!\w)"
