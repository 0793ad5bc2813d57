"""The approved plan of a cycle as plain values for every sheet of it: which actions, without identity, and since when. Not the wording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.lifecycle.vocabulary import Action
from audit.people.tables import Account
from audit.reports.cases import HAS_PLAN
from audit.reports.cleaning import without_identity
from audit.reports.frozen import frozen_cycle, iso_day
from audit.steps.intake.tables import Subject
from audit.steps.recommend.tables import RtlAction

TEXTS = ("activity", "implementer", "target", "indicator", "baseline", "goal")

_MAY_HAVE_OBSTACLE = ("berjalan", "terkendala", "batal")
"""Before an agency has reported, the obstacle of a row is the note with which the chair returned an earlier plan."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One action of the approved plan with its case. in_charge: name of who waits on the case, None when nobody was named."""

    row: RtlAction
    case_number: str
    target_group: str
    desa_code: str
    identity: Mapping[str, Any]
    in_charge: str | None
    approved_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more is expected of the owner."""
        return self.row.confirmed_on is not None or self.row.status in ("selesai", "batal")

    def is_late(self, on: date) -> bool:
        """Whether the deadline has passed on this day and the action is not over."""
        return not self.is_over and self.row.ends_on is not None and self.row.ends_on < on


def in_approved_plan(cycle_id: int) -> tuple[ColumnElement[bool], ...]:
    """What holds of the actions of the approved plans of a cycle; for a statement that joins `Case`."""
    return (Case.cycle_id == cycle_id, Case.status.in_(HAS_PLAN), RtlAction.superseded_at.is_(None))


def planned_actions(session: Session, cycle_id: int, *which: ColumnElement[bool], at: datetime) -> list[Planned]:
    """The actions of the approved plans of a cycle, those of `which`, in the order of their deadline; one statement.

    at: approvals after this instant are not looked at.
    """
    approved = (
        select(CaseEvent.case_id, func.max(CaseEvent.at).label("approved_at"))
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.cycle_id == cycle_id, CaseEvent.action == Action.APPROVE_PLAN, CaseEvent.at <= at)
        .group_by(CaseEvent.case_id)
        .subquery()
    )
    found = session.execute(
        select(RtlAction, Case.number, Case.target_group, Case.desa_code, Subject.identity, Account.name, approved.c.approved_at)
        .join(Case, Case.id == RtlAction.case_id)
        .join(Subject, Subject.id == Case.subject_id)
        .outerjoin(Account, Account.id == Case.person_in_charge_id)
        .outerjoin(approved, approved.c.case_id == Case.id)
        .where(*in_approved_plan(cycle_id), *which)
    ).all()
    return sorted((Planned(*each) for each in found), key=lambda p: (p.row.ends_on or date.max, p.case_number, p.row.number))


def plan_snapshot(
    session: Session, cycle: Cycle, plan: Sequence[Planned], *, kind: str, on: date, extra: Sequence[str] = ()
) -> dict[str, Any]:
    """What the snapshot of every sheet begins with: format, kind, cycle, the days, and the actions as `frozen_action` has them.

    on: decides only whether an action is late. extra: see `frozen_action`. Nothing tells the day it was frozen, so an unchanged plan has
    an unchanged snapshot.
    """
    approved_on = max((local_date(p.approved_at, cycle.timezone) for p in plan if p.approved_at), default=None)
    changed_on = max([day for p in plan for day in _changes(p, on)] + ([approved_on] if approved_on else []), default=None)
    return {
        "format": 2,
        "kind": kind,
        "cycle": frozen_cycle(session, cycle),
        "dated": _instant(changed_on or local_date(cycle.opened_at, cycle.timezone)),
        "approved_on": iso_day(approved_on),
        "changed_on": iso_day(changed_on),
        "actions": [frozen_action(p, on, extra) for p in plan],
    }


def frozen_action(planned: Planned, on: date, extra: Sequence[str] = ()) -> dict[str, Any]:
    """One action as plain values, its texts without identity. extra: more texts of the row ("evidence") that a document prints."""
    row = planned.row
    obstacle = row.obstacle if row.status in _MAY_HAVE_OBSTACLE else None
    return {
        "case_number": planned.case_number,
        "class": row.intervention_class,
        "cause": row.cause,
        "owner": row.owner_agency,
        "in_charge": planned.in_charge,
        "place_code": row.place_code,
        "starts_on": iso_day(row.starts_on),
        "ends_on": iso_day(row.ends_on),
        "funding": row.funding,
        "status": row.status,
        "is_confirmed": row.confirmed_on is not None,
        "is_escalated": row.escalated_on is not None and not planned.is_over,
        "is_over": planned.is_over,
        "is_late": planned.is_late(on),
        "obstacle": without_identity(obstacle, planned.identity),
        **{name: without_identity(getattr(row, name), planned.identity) for name in (*TEXTS, *extra)},
    }


def _changes(planned: Planned, on: date) -> list[date]:
    """The days on which something happened that a sheet shows; becoming late is one of them."""
    row = planned.row
    days = [row.reported_on, row.confirmed_on, row.escalated_on]
    if row.ends_on is not None and planned.is_late(on):
        days.append(row.ends_on + timedelta(days=1))
    return [day for day in days if day is not None]


def _instant(day: date) -> str:
    """Midnight of the day of the newest change: the instant the document is dated with."""
    return datetime.combine(day, time(), UTC).isoformat()
