"""The record of the summary for the Bupati: one page, two minutes. No field of it could hold a case or a person."""

from __future__ import annotations

from dataclasses import dataclass

from audit.reports.pages import Figure, Foot, Table


@dataclass(frozen=True, slots=True)
class Number:
    """One of the five numbers. value: "5 dari 20", "<5 dari 20"; label: what it counts; source: where it comes from."""

    value: str
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class SummaryPage:
    """The page. reader: "Bupati Jember"; state: "Keadaan per 11 Oktober 2026"; headline: one sentence; numbers: five; findings: at most 3.

    late: what is late and with whom, None in the public edition and when nothing is; late_sentence: the same in a sentence; asked: at most
    three decisions; next_date: "Diseminasi: 8 Desember 2026"; context: prevalences, each with its source.
    """

    foot: Foot
    reader: str
    cycle: str
    state: str
    headline: str
    numbers: tuple[Number, ...]
    findings: tuple[str, ...]
    late: Table | None
    late_sentence: str
    asked: tuple[str, ...]
    figure_title: str
    figure: Figure | None
    next_date: str
    context: tuple[str, ...]
