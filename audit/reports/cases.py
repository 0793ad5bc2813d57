"""The cases of a cycle a document is about: one by its number, the numbers of several, those with a plan. What they hold is not here."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Status

HAS_PLAN = (Status.APPROVED, Status.FOLLOW_UP, Status.EVALUATED, Status.CARRIED_OVER)
"""The statuses of a case whose plan the chair has approved."""


def case_named(session: Session, cycle_id: int, number: str) -> Case:
    """The case of the cycle with this number. Raises Refused when there is none."""
    case = session.scalar(select(Case).where(Case.cycle_id == cycle_id, Case.number == number))
    if case is None:
        raise unknown_case(number)
    return case


def unknown_case(number: str) -> Refused:
    """What is raised where a cycle has no case with this number."""
    return Refused.because("unknown_case", f"Kasus “{number}” tidak ada pada siklus ini; lihat nomornya pada daftar kasus.")


def case_numbers(session: Session, cycle_id: int, statuses: Sequence[Status] = tuple(Status)) -> list[str]:
    """The numbers of the cases of the cycle that stand in one of these statuses, in order; one statement."""
    return list(session.scalars(select(Case.number).where(Case.cycle_id == cycle_id, Case.status.in_(statuses)).order_by(Case.number)))
