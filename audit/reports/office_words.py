"""The texts of the office as a document prints them, their names filled in from the record. What may stand in them is decided in render."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.render.office_text import TEXT_NAMES, office_text
from audit.reports.cleaning import printable
from audit.reports.phrases import cycle_words, region_words


def office_words(cycle: Mapping[str, Any], text: str, **own: str) -> tuple[str, ...]:
    """The paragraphs of a text that the office wrote for its cycle, empty when it wrote none.

    cycle: as in the record of the document, frozen. text: "foreword", "closing" or "letter_closing". own: the names that only the document
    can fill (jumlah_kasus, tanggal_diseminasi). Raises Fault for a text that nobody could have opened a cycle with.
    """
    source = (cycle.get("texts") or {}).get(text)
    if not source:
        return ()
    wording = cycle.get("wording") or {}
    known = {
        "kabupaten": region_words(cycle["kabupaten_code"]),
        "tim": wording.get("team") or "TPPS",
        "siklus": cycle_words(cycle["code"], wording),
        "tahun": str(cycle.get("year") or cycle["starts_on"][:4]),
        **own,
    }
    return tuple(printable(each) for each in office_text(source, {name: known[name] for name in TEXT_NAMES[text]}))


def letterhead_lines(cycle: Mapping[str, Any]) -> tuple[str, ...]:
    """Name, address and contact of the office that issues the document; empty when the cycle does not say."""
    office = cycle.get("office") or {}
    return tuple(printable(office[name]) for name in ("name", "address", "contact") if office.get(name))
