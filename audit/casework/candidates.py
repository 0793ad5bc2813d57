"""Candidates of a cycle as the secretariat works with them: one page of the list, and deciding about several at once. No identity.

Screening and choosing by quota are in steps/identify; the first event of a case is written by perform.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from audit.casework.perform import open_case
from audit.errors import Refused
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import Status
from audit.people.roles import Person, Role
from audit.steps.identify import actions
from audit.steps.identify.tables import Candidate
from audit.steps.intake.tables import Measurement, Subject

MOST_AT_ONCE = 100
_IS_OVER = (Status.EVALUATED, Status.CARRIED_OVER, Status.WITHDRAWN)

STATES: Mapping[str, str] = {
    "proposed": "Belum diputuskan",
    "remeasure": "Perlu diukur ulang",
    "chosen": "Menjadi kasus",
    "dropped": "Dikeluarkan",
}
"""What a list can be narrowed to: the states of a candidate, and those of the proposed that must be measured again first."""


@dataclass(frozen=True, slots=True)
class CandidatesWanted:
    """What the list is narrowed to; "" is everything. state: key of STATES."""

    group: str = ""
    kecamatan: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """One candidate without who it is. is_elsewhere: still under audit in another cycle. case_number: of the case it became."""

    id: int
    group: str
    kecamatan_code: str
    desa_code: str
    puskesmas: str
    posyandu: str
    is_male: bool | None
    age_months: int | None
    measured_on: date
    rank: int
    score: int
    reasons: tuple[str, ...]
    needs_remeasuring: bool
    state: str
    drop_reason: str | None
    dropped_at: datetime | None
    is_elsewhere: bool
    case_number: str | None


def count_candidates(session: Session, cycle_id: int, wanted: CandidatesWanted) -> int:
    """How many there are. One statement."""
    return session.scalar(select(func.count()).select_from(Candidate).where(*_conditions(cycle_id, wanted))) or 0


def list_candidates(session: Session, cycle_id: int, wanted: CandidatesWanted, *, skip: int, most: int) -> list[CandidateLine]:
    """One page: by group and kecamatan, the highest rank first. One statement; identity is not read."""
    elsewhere = aliased(Case)
    is_elsewhere = exists().where(
        elsewhere.subject_id == Candidate.subject_id, elsewhere.cycle_id != cycle_id, elsewhere.status.not_in(_IS_OVER)
    )
    rows = session.execute(
        select(
            Candidate.id,
            Candidate.target_group,
            Candidate.kecamatan_code,
            Subject.desa_code,
            Subject.puskesmas,
            Subject.posyandu,
            Subject.is_male,
            Measurement.age_months,
            Measurement.measured_on,
            Candidate.rank,
            Candidate.score,
            Candidate.reasons,
            Candidate.needs_remeasuring,
            Candidate.state,
            Candidate.drop_reason,
            Candidate.dropped_at,
            is_elsewhere.label("is_elsewhere"),
            Case.number,
        )
        .join(Subject, Subject.id == Candidate.subject_id)
        .join(Measurement, Measurement.id == Candidate.measurement_id)
        .outerjoin(Case, and_(Case.subject_id == Candidate.subject_id, Case.cycle_id == cycle_id))
        .where(*_conditions(cycle_id, wanted))
        .order_by(Candidate.target_group, Candidate.kecamatan_code, Candidate.rank, Candidate.id)
        .offset(skip)
        .limit(most)
    )
    return [_line(tuple(row)) for row in rows]


def open_cases(session: Session, cycle_id: int, candidate_ids: Sequence[int], *, by: Person, at: datetime) -> list[str]:
    """Open a case for each of these candidates, all or none; their numbers. The caller commits.

    Refused for anybody but the secretariat, when one of them was decided meanwhile, and when one is under audit in another cycle.
    """
    found = _decidable(session, cycle_id, candidate_ids, by=by)
    _refuse_those_elsewhere(session, cycle_id, [c.subject_id for c in found])
    opened = [open_case(session, candidate.id, by=by, at=at).case_id for candidate in found]
    return list(session.scalars(select(Case.number).where(Case.id.in_(opened)).order_by(Case.number)))


def drop_candidates(
    session: Session, cycle_id: int, candidate_ids: Sequence[int], given: Mapping[str, Any], *, by: Person, at: datetime
) -> int:
    """Decide against each of these candidates, with one reason (code of forms.DROP_REASONS), all or none; how many. The caller commits."""
    return _each(session, cycle_id, candidate_ids, lambda one: actions.drop(session, one.id, given, by=by, at=at), by=by)


def take_back_candidates(session: Session, cycle_id: int, candidate_ids: Sequence[int], *, by: Person) -> int:
    """Put each of these dropped candidates back among the proposed, all or none; how many. The caller commits."""
    return _each(session, cycle_id, candidate_ids, lambda one: actions.take_back(session, one.id, by=by), by=by)


def _line(row: tuple[Any, ...]) -> CandidateLine:
    values = list(row)
    values[_REASONS] = tuple(reason["sentence"] for reason in row[_REASONS])
    return CandidateLine(*values)


_REASONS = [f.name for f in fields(CandidateLine)].index("reasons")


def _each(session: Session, cycle_id: int, candidate_ids: Sequence[int], do: Callable[[Candidate], object], *, by: Person) -> int:
    found = _decidable(session, cycle_id, candidate_ids, by=by)
    for candidate in found:
        do(candidate)
    return len(found)


def _decidable(session: Session, cycle_id: int, candidate_ids: Collection[int], *, by: Person) -> list[Candidate]:
    """The candidates of an open cycle with these ids, by rank. Refused when one is not there."""
    if not by.is_a(Role.SECRETARY):
        raise Refused.because("wrong_role", "Hanya Sekretariat yang dapat mengubah daftar calon.")
    wanted = set(candidate_ids)
    if not wanted:
        raise Refused.because("nothing_chosen", "Belum ada calon yang dicentang. Centang sedikitnya satu.")
    if len(wanted) > MOST_AT_ONCE:
        raise Refused.because("too_many", f"{len(wanted)} calon dicentang; paling banyak {MOST_AT_ONCE} sekaligus.")
    cycle = session.get(Cycle, cycle_id)
    if cycle is None or cycle.closed_at is not None:
        raise Refused.because("cycle_closed", "Siklus ini sudah ditutup.")
    found = list(session.scalars(_of(cycle_id, wanted)))
    if len(found) < len(wanted):
        raise Refused.because("not_found", "Sebagian calon yang dicentang tidak ada lagi dalam daftar. Muat ulang, lalu pilih lagi.")
    return found


def _of(cycle_id: int, ids: Collection[int]) -> Select[Candidate]:
    return (
        select(Candidate)
        .where(Candidate.cycle_id == cycle_id, Candidate.id.in_(ids))
        .order_by(Candidate.target_group, Candidate.kecamatan_code, Candidate.rank, Candidate.id)
        .execution_options(populate_existing=True)
    )


def _refuse_those_elsewhere(session: Session, cycle_id: int, subject_ids: Collection[int]) -> None:
    numbers = session.scalars(
        select(Case.number)
        .where(Case.subject_id.in_(subject_ids), Case.cycle_id != cycle_id, Case.status.not_in(_IS_OVER))
        .order_by(Case.number)
    ).all()
    if numbers:
        raise Refused.because("elsewhere", f"Masih diaudit pada siklus lain: {', '.join(numbers)}. Hapus centangnya, lalu buka yang lain.")


def _conditions(cycle_id: int, wanted: CandidatesWanted) -> list[Any]:
    conditions: list[Any] = [Candidate.cycle_id == cycle_id]
    if wanted.group:
        conditions.append(Candidate.target_group == wanted.group)
    if wanted.kecamatan:
        conditions.append(Candidate.kecamatan_code == wanted.kecamatan)
    if wanted.state == "remeasure":
        conditions += [Candidate.state == "proposed", Candidate.needs_remeasuring]
    elif wanted.state:
        conditions.append(Candidate.state == wanted.state)
    return conditions
