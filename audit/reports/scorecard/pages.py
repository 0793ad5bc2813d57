"""The record of a printed scorecard (rapor triwulan): one page for the head of a unit. Restricted: case numbers, never a subject."""

from __future__ import annotations

from dataclasses import dataclass

from audit.reports.pages import Fact, Figure, Foot, Table


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One of the numbers at the top. value: "7 dari 10"; label: "selesai tepat waktu"; note: what must be known of it, "" for nothing."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ScorecardPage:
    """The scorecard of one unit. period: the quarter with its days; state: up to when it counts.

    asked: the sentences to its head, of whom asked_of names the office. notes: how it was counted, and cautions.
    """

    foot: Foot
    unit: str
    region: str
    period: str
    state: str
    asked_of: str
    asked: tuple[str, ...]
    figures: tuple[KeyFigure, ...]
    states: Figure
    levels: Figure
    comparison: Table
    attention: Table
    context: tuple[Fact, ...]
    notes: tuple[str, ...]
