"""The scorecards of a cycle in a table: the counts of every unit, quarter by quarter, as they stand now. One card is in card.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from audit.lifecycle.tables import Cycle
from audit.reports.scorecard.ledger import read_ledger
from audit.reports.scorecard.measures import Measures, Window, measures, units_of
from audit.reports.scorecard.units import Quarter, Unit, quarters_between, subject_of


@dataclass(frozen=True, slots=True)
class UnitScore:
    """One unit in one quarter. subject: of its scorecard in the book."""

    quarter: Quarter
    unit: Unit
    counts: Measures

    @property
    def subject(self) -> str:
        return subject_of(self.quarter, self.unit)


def scores_now(session: Session, cycle: Cycle, *, at: datetime, on: date) -> list[UnitScore]:
    """Every unit that has something in a quarter of the cycle, by quarter, kind and code; 6 statements.

    A quarter that is over is told as it stood on its last day, the one that runs up to `at`.
    """
    ledger = read_ledger(session, cycle, at=at)
    found = []
    for quarter in quarters_between(ledger.opened_on, on):
        window = Window(quarter, min(on, quarter.next.first), min(on, quarter.last))
        standing = ledger.standing(quarter.last)
        for unit in units_of(standing, ledger.cases):
            counted = measures(standing, ledger.cases, unit, window)
            if counted.has_anything:
                found.append(UnitScore(quarter, unit, counted))
    return found
