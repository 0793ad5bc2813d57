"""Phrases that the packet and the sheets share: the cycle, the district and its secretariat, a place, a period. No record is built here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from audit.regions import full_name, is_region, region
from audit.render.wording import MISSING, NO_BREAK, date_short


def cycle_words(cycle_code: str, wording: Mapping[str, str]) -> str:
    """ "Semester 2 Tahun 2026" for 2026-2, in the district's word for the period; "Siklus X" for a code of another shape."""
    usual = re.fullmatch(r"(\d{4})-(\d+)", cycle_code)
    if not usual:
        return f"Siklus {cycle_code}"
    return f"{(wording.get('period') or 'semester').capitalize()} {usual[2]} Tahun {usual[1]}"


def region_words(kabupaten_code: str) -> str:
    """ "Kabupaten Jember"; the code itself when the table does not know it."""
    return region(kabupaten_code).name if is_region(kabupaten_code) else kabupaten_code


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
