"""What the follow-up step looks up: visits of a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import CaseEvent
from audit.lifecycle.vocabulary import Action
from audit.steps.followup.tables import Visit


def visits_of(session: Session, case_ids: Iterable[int]) -> list[Visit]:
    """Every visit of the cases, by case and planned day; one statement."""
    return list(session.scalars(_VISITS, {"case_ids": list(case_ids)}))


# Put together once, for pages that are asked for all day: that costs as much as asking.
_VISITS = select(Visit).where(Visit.case_id.in_(bindparam("case_ids", expanding=True))).order_by(Visit.case_id, Visit.planned_on)


def overdue_visits(session: Session, case_id: int, *, on: date) -> list[Visit]:
    """Planned visits of a case whose day, and the days of grace, have passed unrecorded."""
    return list(
        session.scalars(
            select(Visit).where(Visit.case_id == case_id, Visit.state == "planned", Visit.late_after < on).order_by(Visit.planned_on)
        )
    )


def visit_for(session: Session, case_id: int, visited_on: date) -> Visit | None:
    """The planned visit that a visit made on this day fulfils: that day's own, else the newest waiting or missed one before it.

    None when a later planned visit was already made: what was missed before that stays missed.
    """
    newest = session.scalar(
        select(Visit).where(Visit.case_id == case_id, Visit.planned_on <= visited_on).order_by(Visit.planned_on.desc()).limit(1)
    )
    return None if newest is None or newest.state == "done" else newest


def visit_made_on(session: Session, case_id: int, visited_on: date) -> Visit | None:
    """The visit that was made on this day, if any."""
    return session.scalar(select(Visit).where(Visit.case_id == case_id, Visit.visited_on == visited_on).limit(1))


def follow_up_started_on(session: Session, case_id: int, *, timezone: str) -> date | None:
    """The day on which the newest follow-up of a case began, None before the first; a measurement of that day is still the baseline.

    The history says it: a case that was taken up again has visits of its earlier follow-up, too.
    """
    at: datetime | None = session.scalar(
        select(func.max(CaseEvent.at)).where(CaseEvent.case_id == case_id, CaseEvent.action == Action.START_FOLLOW_UP)
    )
    return local_date(at, timezone) if at else None
