"""What the follow-up step looks up: visits of a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.steps.followup.tables import Visit


def visits_of(session: Session, case_ids: Iterable[int]) -> list[Visit]:
    """Every visit of the cases, by case and planned day; one statement."""
    return list(session.scalars(select(Visit).where(Visit.case_id.in_(list(case_ids))).order_by(Visit.case_id, Visit.planned_on)))


def overdue_visits(session: Session, case_id: int, *, on: date) -> list[Visit]:
    """Planned visits of a case whose day, and the days of grace, have passed unrecorded."""
    return list(
        session.scalars(
            select(Visit).where(Visit.case_id == case_id, Visit.state == "planned", Visit.late_after < on).order_by(Visit.planned_on)
        )
    )


def visit_for(session: Session, case_id: int, visited_on: date) -> Visit | None:
    """The planned visit that a visit made on this day fulfils: that day's own, else the newest waiting or missed one before it."""
    return session.scalar(
        select(Visit)
        .where(Visit.case_id == case_id, Visit.planned_on <= visited_on, Visit.state != "done")
        .order_by(Visit.planned_on.desc())
        .limit(1)
    )
