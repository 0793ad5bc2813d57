"""What several documents word alike: the cycle, the district and its secretariat, a place, a period, who signs. No page is built here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from audit.people.agencies import agency_words
from audit.people.roles import OWN_AGENCIES
from audit.regions import full_name, is_region, region
from audit.render.wording import MISSING, NO_BREAK, date_short
from audit.reports.pages import Signatory

LINE = "." * 40
"""A dotted line to be filled in by hand."""

_HEADS: Mapping[str, str] = {
    "rsud": "Direktur {name}",
    "kecamatan": "Camat",
    "desa": "Kepala Desa/Lurah",
    "mitra": "Pimpinan lembaga mitra",
    **dict.fromkeys(OWN_AGENCIES, "Pimpinan {name}"),
}
"""Who answers for an agency where it is not the head ("Kepala") by its own name."""


def cycle_words(cycle_code: str, wording: Mapping[str, str]) -> str:
    """ "Semester 2 Tahun 2026" for 2026-2, in the district's word for the period; "Siklus X" for a code of another shape."""
    usual = re.fullmatch(r"(\d{4})-(\d+)", cycle_code)
    if not usual:
        return f"Siklus {cycle_code}"
    return f"{(wording.get('period') or 'semester').capitalize()} {usual[2]} Tahun {usual[1]}"


def region_words(kabupaten_code: str) -> str:
    """ "Kabupaten Jember"; the code itself when the table does not know it."""
    return region(kabupaten_code).name if is_region(kabupaten_code) else kabupaten_code


def town(kabupaten_code: str) -> str:
    """What stands before the date above a signature: "Jember"."""
    return region_words(kabupaten_code).removeprefix("Kabupaten ").removeprefix("Kota ")


def secretariat_words(kabupaten_code: str, wording: Mapping[str, str]) -> str:
    """The office that issues the documents: "Sekretariat TP3S Kabupaten Jember"."""
    return f"Sekretariat {wording.get('team') or 'TPPS'} {region_words(kabupaten_code)}"


def kecamatan_words(desa_code: str) -> str:
    """ "Kecamatan Arjasa" for the code of a desa in it; the code itself when the table does not know it."""
    code = desa_code.rpartition(".")[0]
    return f"Kecamatan {region(code).name}" if is_region(code) else f"Wilayah {desa_code}"


def place_words(code: str | None) -> str:
    """ "Desa Arjasa, Kecamatan Arjasa" for a code of any level; the code itself when the table does not know it; a dash for None."""
    if not code:
        return MISSING
    return full_name(code) if is_region(code) else code


def period_words(start: date | None, end: date | None) -> str:
    """ "1 Jul – 30 Sep 2026" for tables, not broken within a date or a year; one open end is "mulai …" or "sampai …"; neither is a dash."""
    if start is None or end is None:
        return MISSING if start is end else f"mulai {date_short(start)}" if start else f"sampai {date_short(end)}"
    if start == end:
        return date_short(end)
    first, last = (date_short(day).replace(" ", NO_BREAK) for day in (start, end))
    if start.year != end.year:
        return f"{first}{NO_BREAK}– {last}"
    return f"{first.rpartition(NO_BREAK)[0]}{NO_BREAK}–{NO_BREAK}{last}"


def agency_name(cycle: Mapping[str, Any], agency: str) -> str:
    """What an agency was called when the document was frozen, by its code: "Dinas Kesehatan"."""
    return agency_words(agency, cycle.get("agencies") or {})


def agency_head(cycle: Mapping[str, Any], agency: str) -> str:
    """Who answers for an agency, by its code: "Kepala Dinas Kesehatan", "Camat"."""
    return _HEADS.get(agency, "Kepala {name}").format(name=agency_name(cycle, agency))


def signatory_for(cycle: Mapping[str, Any], words: Sequence[str]) -> Mapping[str, Any] | None:
    """The first signatory of the cycle whose office has one of these words, in the order of the words; None without one."""
    for word in words:
        for signatory in cycle["signatories"]:
            if word in signatory["office"].lower():
                found: Mapping[str, Any] = signatory
                return found
    return None


def chair_of(cycle: Mapping[str, Any], *, field: str = "") -> Signatory:
    """Who signs for the team: the first signatory of the cycle who is a chair, else the first, else the chair without a name.

    field: as in `Signatory`.
    """
    chosen = signatory_for(cycle, ("ketua", ""))
    if chosen is None:
        return Signatory(f"Ketua {cycle['wording'].get('team') or 'TPPS'}", "", field=field)
    return Signatory(chosen["office"], chosen.get("name") or "", chosen.get("below_name") or "", field)
