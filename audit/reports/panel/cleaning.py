"""Free text before it is frozen and before it is printed: identity taken out, unprintable characters named. It knows no document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from audit.render.wording import date_short, date_words

_PEOPLE = ("name", "parents", "husband")
_NIK = re.compile(r"(?<!\d)\d(?:[ .-]?\d){15}(?!\d)")
_SYMBOLS = "✓✗☐☑●○°"
_UNPRINTABLE = "[simbol]"


class Cleaner:
    """Takes out of texts who they are about: made once from the identities of all cases of a cycle.

    identities: one for each case, as in `Subject.identity`.
    """

    def __init__(self, identities: Iterable[Mapping[str, Any]]) -> None:
        full = {name for identity in identities for name in _names(identity) if " " in name}
        self._anybody = _any_of(full)

    def clean(self, text: str | None, identity: Mapping[str, Any]) -> str:
        """The text without any full name of a subject or relative of the cycle, any NIK, and the telephone and birth date of `identity`.

        A name of one word is taken out only of the texts of its own case: elsewhere it may be an ordinary word. None is an empty text.
        """
        cleaned = text or ""
        for pattern in (self._anybody, _any_of(_names(identity))):
            if pattern:
                cleaned = pattern.sub("(nama)", cleaned)
        if own := _any_of(_birth_dates(identity)):
            cleaned = own.sub("(tanggal lahir)", cleaned)
        if phone := _any_of({str(identity.get("phone") or "").strip()}):
            cleaned = phone.sub("(telepon)", cleaned)
        return _NIK.sub("(NIK)", cleaned).strip()


def printable(value: Any) -> Any:
    """The same plain value with every character that the bundled font cannot print, such as emoji, replaced by a word that says so."""
    if isinstance(value, str):
        marked = "".join("\0" if _is_unprintable(each) else each for each in value)
        return re.sub(r"\0+", _UNPRINTABLE, marked)
    if isinstance(value, Mapping):
        return {key: printable(each) for key, each in value.items()}
    return [printable(each) for each in value] if isinstance(value, (list, tuple)) else value


def _names(identity: Mapping[str, Any]) -> set[str]:
    """Full names of the subject and of those named beside it; registers write two parents as "AYAH / IBU"."""
    written = (part for key in _PEOPLE for part in re.split(r"[/;,]", str(identity.get(key) or "")))
    return {name for part in written if len(name := " ".join(part.split())) > 2}


def _birth_dates(identity: Mapping[str, Any]) -> set[str]:
    try:
        born = date.fromisoformat(str(identity.get("birth_date") or ""))
    except ValueError:
        return set()
    return {
        born.isoformat(),
        date_words(born),
        date_short(born),
        *(
            f"{day}{mark}{month}{mark}{born.year}"
            for mark in "-/."
            for day, month in ((f"{born:%d}", f"{born:%m}"), (born.day, born.month))
        ),
    }


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """Any of these texts as whole words, however it is capitalised or spaced, the longest first; None when there is none."""
    patterns = [r"\s+".join(map(re.escape, word.split())) for word in sorted(words, key=lambda w: (-len(w), w)) if word.strip()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE) if patterns else None


def _is_unprintable(character: str) -> bool:
    if character in _SYMBOLS or character in "\n\t\u200b":
        return False
    kind = unicodedata.category(character)
    return ord(character) > 0xFFFF or kind in ("So", "Cc", "Cf", "Cs", "Co", "Cn") or "\ufe00" <= character <= "\ufe0f"
