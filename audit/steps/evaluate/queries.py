"""What the evaluate step looks up: readings of a case's indicators, and outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from audit.steps.evaluate.rules import Reading
from audit.steps.evaluate.tables import Outcome
from audit.steps.intake.tables import Measurement
from audit.steps.packet.queries import measurements_of_subject

_FLAG_BIT: Mapping[str, int] = {"haz": 1, "waz": 2, "whz": 4, "muac": 0, "hb": 0}


def readings_of(session: Session, subject_id: int, indicator: str) -> list[Reading]:
    """Every value of one indicator of a subject in its whole unit, oldest first."""
    return [
        Reading(m.id, m.measured_on, value, not m.flags & _FLAG_BIT[indicator])
        for m in measurements_of_subject(session, subject_id)
        if (value := _value(m, indicator)) is not None
    ]


def attempts_so_far(session: Session, case_id: int) -> int:
    """How many times the case was evaluated before (it may have been reopened)."""
    return session.scalar(select(func.max(Outcome.attempt)).where(Outcome.case_id == case_id)) or 0


def newest_outcomes(session: Session, case_ids: Iterable[int]) -> list[Outcome]:
    """The outcomes of the newest evaluation of each case, by case and indicator; one statement."""
    found = session.scalars(_OUTCOMES, {"case_ids": list(case_ids)}).all()
    newest = {one.case_id: one.attempt for one in found}
    return [one for one in found if one.attempt == newest[one.case_id]]


# Put together once, for pages that are asked for all day: that costs as much as asking.
_OUTCOMES = (
    select(Outcome).where(Outcome.case_id.in_(bindparam("case_ids", expanding=True))).order_by(Outcome.case_id, Outcome.attempt, Outcome.id)
)


def _value(m: Measurement, indicator: str) -> int | None:
    if indicator == "muac":
        return None if m.muac_cm is None else round(m.muac_cm * 10)
    if indicator == "hb":
        return None if m.hb_g_dl is None else round(m.hb_g_dl * 10)
    value: int | None = getattr(m, indicator)
    return value
