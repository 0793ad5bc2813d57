"""Phrases that the papers of the panel share: places, the decree, who signs and with which field. No record is built here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from audit.lifecycle.vocabulary import INTERVENTION_CLASSES
from audit.regions import is_region, region
from audit.render.wording import NO_BREAK, date_words
from audit.reports.cleaning import INSTEAD
from audit.reports.pages import Signatory
from audit.reports.phrases import LINE

_FIELD_LENGTH = 40


def kecamatan_name(code: str) -> str:
    """ "Kecamatan Arjasa" for its code; the code itself when the table does not know it."""
    return f"Kecamatan {region(code).name}" if is_region(code) else f"Kecamatan {code}"


def decree_words(decree: Mapping[str, Any]) -> str:
    """The decree of the team: "Keputusan Bupati Jember Nomor 188.45/1/2026 tentang …, 5 Januari 2026"; dotted lines when none is set."""
    if not decree.get("number"):
        return f"Keputusan {LINE} Nomor {LINE} tentang Tim Audit Kasus Stunting"
    by, about, on = (str(decree.get(name) or "") for name in ("decided_by", "about", "decided_on"))
    return f"Keputusan {by + ' ' if by else ''}Nomor {decree['number']}{f' tentang {about}' if about else ''}{_dated(on)}"


def class_counts(counts: Mapping[str, int]) -> tuple[str, ...]:
    """("3 spesifik", "2 sensitif"): class code -> how many; classes without any are left out. The codes are the words themselves."""
    return tuple(f"{counts[code]}{NO_BREAK}{code}" for code in INTERVENTION_CLASSES if counts.get(code))


def with_fields(signatories: Iterable[Mapping[str, Any]], *, beside: Iterable[str] = ()) -> tuple[Signatory, ...]:
    """Signatories as printed, each with a signature field named after its office, unique among them and beside other fields."""
    made: list[Signatory] = []
    taken = set(beside)
    for one in signatories:
        plain = unicodedata.normalize("NFKD", one["office"].replace(INSTEAD, "")).encode("ascii", "ignore").decode().lower()
        name = "-".join(re.findall(r"[a-z0-9]+", plain))[:_FIELD_LENGTH].strip("-") or "penanda-tangan"
        field, number = name, 1
        while field in taken:
            number += 1
            field = f"{name}-{number}"
        taken.add(field)
        made.append(Signatory(one["office"], one.get("name") or "", one.get("below_name") or "", field))
    return tuple(made)


def in_pairs(signatories: Sequence[Signatory]) -> tuple[tuple[Signatory, ...], ...]:
    """Rows of two, as signature blocks are set; the last row has one when their number is odd."""
    return tuple(tuple(signatories[start : start + 2]) for start in range(0, len(signatories), 2))


def _dated(on: str) -> str:
    return f", {date_words(date.fromisoformat(on))}" if on else ""
