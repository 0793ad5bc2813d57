"""Quarters and units: what a scorecard is of, read from its subject and worded. Pure; what is measured is next door."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from audit.errors import Refused
from audit.people.agencies import agency_words
from audit.people.roles import AGENCIES
from audit.regions import is_region, region
from audit.render.wording import date_range, facility
from audit.reports.phrases import agency_head

OPD, KECAMATAN, PUSKESMAS = "opd", "kecamatan", "puskesmas"

KINDS = {OPD: "perangkat daerah", KECAMATAN: "kecamatan", PUSKESMAS: "puskesmas"}
"""Kind of a unit -> what many of them are called, in the order in which scorecards are listed."""

_HEADS = {
    "puskesmas": "para Kepala Puskesmas",
    "kecamatan": "para Camat",
    "desa": "para Kepala Desa dan Lurah",
}
"""Heads of agencies whose code stands for many offices."""

_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a calendar year. number: 1 to 4."""

    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> Quarter:
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    @property
    def code(self) -> str:
        """ "2026-3"."""
        return f"{self.year}-{self.number}"

    @property
    def label(self) -> str:
        """ "Triwulan III Tahun 2026"."""
        return f"Triwulan {_ROMAN[self.number - 1]} Tahun {self.year}"

    @property
    def days_label(self) -> str:
        """ "1 Juli – 30 September 2026"."""
        return date_range(self.first, self.last)


def quarter_of(on: date) -> Quarter:
    """The quarter this day lies in."""
    return Quarter(on.year, (on.month + 2) // 3)


def quarters_between(first: date, last: date) -> list[Quarter]:
    """Every quarter that has a day from `first` to `last`, in order; one of them when last is before first."""
    found = [quarter_of(first)]
    while found[-1].last < last:
        found.append(found[-1].next)
    return found


@dataclass(frozen=True, slots=True)
class Unit:
    """Whose scorecard it is. kind: one of KINDS. code: of the agency or kecamatan; the name of the puskesmas as the cases have it."""

    kind: str
    code: str

    def label(self, named: Mapping[str, str]) -> str:
        """ "Dinas Kesehatan", "Kecamatan Arjasa", "Puskesmas Arjasa". named: agencies, as the office calls them."""
        if self.kind == OPD:
            return agency_words(self.code, named)
        if self.kind == PUSKESMAS:
            return facility("Puskesmas", self.code)
        return f"Kecamatan {region(self.code).name}"

    def head(self, cycle: Mapping[str, Any]) -> str:
        """Who is addressed: "Kepala Dinas Kesehatan", "Camat Arjasa"; all heads where an agency's code stands for many offices."""
        if self.kind == KECAMATAN:
            return f"Camat {region(self.code).name}"
        if self.kind == PUSKESMAS:
            return f"Kepala {self.label({})}"
        return _HEADS.get(self.code) or agency_head(cycle, self.code)


def subject_of(quarter: Quarter, unit: Unit) -> str:
    """ "2026-3:opd:dinkes"; what `read_subject` reads."""
    return f"{quarter.code}:{unit.kind}:{unit.code}"


def read_subject(subject: str) -> tuple[Quarter, Unit]:
    """The quarter and the unit of a subject. Raises Refused, saying what is wrong, when it is none; a puskesmas may have any name."""
    quarter, _, rest = subject.partition(":")
    kind, _, code = rest.partition(":")
    if not re.fullmatch(r"[12]\d{3}-[1-4]", quarter) or kind not in KINDS or not code:
        raise Refused.because("not_a_score", f"“{subject}” bukan triwulan dan unit; contoh yang benar: 2026-3:opd:dinkes.")
    if kind == OPD and code not in AGENCIES:
        raise Refused.because("unknown_agency", f"Perangkat daerah “{code}” tidak dikenal; pilih dari {', '.join(AGENCIES)}.")
    if kind == KECAMATAN and not (is_region(code) and code.count(".") == 2):
        raise Refused.because("unknown_place", f"Kode “{code}” bukan kecamatan; contoh yang benar: 35.09.22.")
    return Quarter(*map(int, quarter.split("-"))), Unit(kind, code)
