"""The records of the documents for the field: gap sheet, visit card, family letter. Worded; how they are made is next door."""

from __future__ import annotations

from dataclasses import dataclass

from audit.reports.pages import Fact, Figure, Foot, Signatory, Table


@dataclass(frozen=True, slots=True)
class MissingItem:
    """One thing to bring back. hint: the unit or the choices, in the cell where the value is written ("cm", "Ya / Tidak")."""

    label: str
    asked_by: str
    source: str
    hint: str


@dataclass(frozen=True, slots=True)
class GapCase:
    """One case of a posyandu. who: "Balita, 22 bulan" (never a name). needed_by: "20 Juli 2026"; state: "lewat tenggat" or empty.

    request: what the panel or the secretariat asked for beside the form, in their words; empty when nothing.
    """

    number: str
    who: str
    count: str
    needed_by: str
    state: str
    request: str
    items: tuple[MissingItem, ...]


@dataclass(frozen=True, slots=True)
class GapPlace:
    """One stop of the round: a posyandu with its cases."""

    name: str
    place: str
    cases: tuple[GapCase, ...]


@dataclass(frozen=True, slots=True)
class GapSheetPage:
    """The gap sheet of one puskesmas. lead: the whole in a sentence or two. route: one row for each posyandu."""

    foot: Foot
    puskesmas: str
    region: str
    lead: str
    facts: tuple[Fact, ...]
    route: Table
    places: tuple[GapPlace, ...]
    contact: str


@dataclass(frozen=True, slots=True)
class FamilyAction:
    """What somebody does for the family: the activity in plain words, who, and by when ("sampai 5 Agustus 2026" or empty)."""

    what: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class VisitCardPage:
    """The card a field worker carries. The first page guides, the second has a row for each visit.

    is_long_name: set smaller, so that the first side stays one side. chart: None where there is nothing to plot in; `results` tells the
    earlier examinations of a grown-up. chart_note: what makes an N, when to stand; or the limits of a grown-up.
    actions: at most as many as fit the first page; more_actions come after the visits.
    lines: ruled lines to write on, as a sequence for the template to walk.
    """

    foot: Foot
    case_number: str
    name: str
    is_long_name: bool
    about: str
    facts: tuple[Fact, ...]
    chart: Figure | None
    chart_note: str
    results: Table | None
    signs_title: str
    danger_signs: tuple[str, ...]
    measuring: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    actions: tuple[FamilyAction, ...]
    more_actions: tuple[FamilyAction, ...]
    visits: Table


@dataclass(frozen=True, slots=True)
class FamilyLetterPage:
    """The letter to a family, one page. found: one or two sentences. at_home: three points. letterhead_lines: address and contact.

    is_tight: set smaller, because there is much to tell.
    """

    foot: Foot
    is_tight: bool
    letterhead: str
    letterhead_lines: tuple[str, ...]
    place_and_date: str
    addressee: str
    address: str
    greeting: str
    looked_at: str
    found: tuple[str, ...]
    actions: tuple[FamilyAction, ...]
    more_actions: str
    at_home: tuple[str, ...]
    visits: str
    contact: str
    thanks: str
    signatory: Signatory
