"""The selects of the screening and of the choice: what was measured, who is a candidate, how full the quotas are. Nothing is changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import polars as pl
from sqlalchemy import Select, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Status
from audit.steps.identify.columns import GIVEN, WEIGHINGS_KEPT
from audit.steps.identify.tables import Candidate, IdentityOpening
from audit.steps.intake.tables import Import, Measurement, Subject

_KECAMATAN_LENGTH = len("35.09.22")
_IS_OVER = (Status.EVALUATED, Status.CARRIED_OVER, Status.WITHDRAWN)


def weighings(session: Session, *, kecamatan: Collection[str], on: date) -> pl.DataFrame:
    """The newest measurements of everybody who lives in these kecamatan, up to the day `on`: the columns of `columns.GIVEN`.

    Without measurements that were replaced or whose import was undone. One statement.
    """
    brought, first = aliased(Import), aliased(Import)
    by_name = {
        **{name: getattr(Measurement, name) for name in GIVEN if hasattr(Measurement, name)},
        **{name: getattr(Subject, name) for name in GIVEN if hasattr(Subject, name)},
        "subject_id": Measurement.subject_id,
        "measurement_id": Measurement.id.label("measurement_id"),
        "layout": func.coalesce(brought.layout, first.layout).label("layout"),
    }
    nth = func.row_number().over(partition_by=Measurement.subject_id, order_by=(Measurement.measured_on.desc(), Measurement.id.desc()))
    numbered = (
        select(*(by_name[name] for name in GIVEN), nth.label("nth"))
        .join(Subject, Subject.id == Measurement.subject_id)
        .outerjoin(brought, brought.id == Measurement.import_id)
        .outerjoin(first, first.id == Subject.import_id)
        .where(
            func.substr(Subject.desa_code, 1, _KECAMATAN_LENGTH).in_(sorted(kecamatan)),
            Measurement.measured_on <= on,
            Measurement.replaced_by_import_id.is_(None),
            or_(brought.id.is_(None), brought.undone_at.is_(None)),
        )
        .subquery()
    )
    rows = session.execute(select(*(numbered.c[name] for name in GIVEN)).where(numbered.c.nth <= WEIGHINGS_KEPT))
    return pl.DataFrame([tuple(row) for row in rows], schema=GIVEN, orient="row")


def candidates_of(session: Session, cycle_id: int, *, states: Collection[str] = ("proposed", "chosen", "dropped")) -> list[Candidate]:
    """The candidates of a cycle in these states, by group, kecamatan and rank. One statement."""
    return list(session.scalars(_by_rank(select(Candidate).where(Candidate.cycle_id == cycle_id, Candidate.state.in_(states)))))


def candidates_to_choose_from(session: Session, cycle_id: int) -> list[Candidate]:
    """The proposed candidates of a cycle, without those still under audit in another cycle, by rank. One statement."""
    elsewhere = select(Case.id).where(Case.subject_id == Candidate.subject_id, Case.cycle_id != cycle_id, Case.status.not_in(_IS_OVER))
    return list(
        session.scalars(
            _by_rank(select(Candidate).where(Candidate.cycle_id == cycle_id, Candidate.state == "proposed", ~elsewhere.exists()))
        )
    )


def reasons_of(session: Session, *, cycle_id: int, subject_id: int) -> list[Any]:
    """Why a subject was looked at in a cycle, each reason with its code and sentence; none when no rule pointed there."""
    reasons: list[Any] | None = session.scalar(_REASONS, {"cycle_id": cycle_id, "subject_id": subject_id})
    return reasons or []


# Put together once, for pages that are asked for all day: that costs as much as asking.
_REASONS = select(Candidate.reasons).where(Candidate.cycle_id == bindparam("cycle_id"), Candidate.subject_id == bindparam("subject_id"))


def cases_in_quota(session: Session, cycle_id: int) -> dict[tuple[str, str], int]:
    """(group, kecamatan code) -> cases of the cycle that fill the quota: all but the withdrawn. One statement."""
    place = func.substr(Case.desa_code, 1, _KECAMATAN_LENGTH)
    rows = session.execute(
        select(Case.target_group, place, func.count())
        .where(Case.cycle_id == cycle_id, Case.status != Status.WITHDRAWN)
        .group_by(Case.target_group, place)
    )
    return {(group, code): n for group, code, n in rows}


def candidate_counts(session: Session, cycle_id: int) -> dict[tuple[str, str], dict[str, int]]:
    """(group, kecamatan code) -> how many candidates are proposed, remeasure (proposed, to be measured again first), chosen, dropped."""
    kind = case((Candidate.state != "proposed", Candidate.state), (Candidate.needs_remeasuring, "remeasure"), else_="proposed").label(
        "kind"
    )
    rows = session.execute(
        select(Candidate.target_group, Candidate.kecamatan_code, kind, func.count())
        .where(Candidate.cycle_id == cycle_id)
        .group_by(Candidate.target_group, Candidate.kecamatan_code, kind)
    )
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for group, code, what, n in rows:
        counts.setdefault((group, code), {"proposed": 0, "remeasure": 0, "chosen": 0, "dropped": 0})[what] = n
    return counts


def carried_over_case_id(session: Session, subject_id: int) -> int | None:
    """The newest case of a subject that was carried over and that no later case continues yet."""
    later = aliased(Case)
    return session.scalar(
        select(func.max(Case.id)).where(
            Case.subject_id == subject_id,
            Case.status == Status.CARRIED_OVER,
            ~select(later.id).where(later.continues_case_id == Case.id).exists(),
        )
    )


def cases_opened_by(session: Session, person_id: int, *, at: datetime) -> dict[int, datetime]:
    """Case id -> until when this person is shown the identity behind it; only openings that last at `at`. One statement."""
    rows = session.execute(_OPENED, {"person_id": person_id, "at": at})
    return {case_id: until for case_id, until in rows}  # noqa: C416 - a Row is a tuple only at run time


_OPENED = (
    select(IdentityOpening.case_id, func.max(IdentityOpening.expires_at))
    .where(IdentityOpening.person_id == bindparam("person_id"), IdentityOpening.expires_at > bindparam("at"))
    .group_by(IdentityOpening.case_id)
)


def _by_rank(statement: Select[Candidate]) -> Select[Candidate]:
    return statement.order_by(Candidate.target_group, Candidate.kecamatan_code, Candidate.rank, Candidate.id)
