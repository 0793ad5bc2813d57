"""The selects of the intake: who is known, what was measured, which files were loaded, what waits for a person. Nothing is changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import polars as pl
from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.orm import Session

from audit.steps.intake.tables import DoubtfulMatch, Import, ImportProblem, Measurement, Subject

MEASURED: dict[str, Any] = {
    "age_months": pl.Int16,
    "weight_kg": pl.Float64,
    "height_cm": pl.Float64,
    "position": pl.Int8,
    "head_cm": pl.Float64,
    "muac_cm": pl.Float64,
    "has_oedema": pl.Boolean,
    "hb_g_dl": pl.Float64,
    "pregnancy_weeks": pl.Int16,
    "haz": pl.Int16,
    "waz": pl.Int16,
    "whz": pl.Int16,
    "baz": pl.Int16,
    "flags": pl.Int16,
    "source_haz": pl.Int16,
    "source_waz": pl.Int16,
    "source_whz": pl.Int16,
    "weight_gain": pl.String,
    "recheck": pl.String,
}
"""The columns of a measurement that hold what was found, with their types in a frame."""

COMPARED = tuple(name for name in MEASURED if name not in ("flags", "recheck"))
"""Two rows of one person and day that agree in these are one: flags follow from the z, recheck from the other rows of the file."""

_SUBJECT = ("kind", "is_male", "desa_code", "puskesmas", "birth_weight_g", "birth_length_cm", "gestation_weeks")
_GAINS_KEPT = 3


def known_subjects(session: Session, *, kinds: Collection[str]) -> pl.DataFrame:
    """Every subject of these kinds: subject_id, nik_index, birth_index, desa_code; nothing has to be unsealed. One statement."""
    rows = session.execute(
        select(Subject.id, Subject.nik_index, Subject.birth_index, Subject.desa_code)
        .where(Subject.kind.in_(sorted(kinds)))
        .order_by(Subject.id)
    )
    schema = {"subject_id": pl.Int64, "nik_index": pl.String, "birth_index": pl.String, "desa_code": pl.String}
    return pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")


def identities(session: Session, subject_ids: Collection[int]) -> list[tuple[int, dict[str, Any], str, bool]]:
    """Id, unsealed identity, desa and whether a NIK is on record, of these subjects. One statement; unsealing takes its time."""
    wanted = set(subject_ids)
    if not wanted:
        return []
    statement = select(Subject.id, Subject.identity, Subject.desa_code, Subject.nik_index.is_not(None))
    statement = statement.where(Subject.id.between(min(wanted), max(wanted)))
    if len(wanted) <= _FEW:
        statement = statement.where(Subject.id.in_(wanted))
    return [(i, identity, desa, has_nik) for i, identity, desa, has_nik in session.execute(statement) if i in wanted]


_FEW = 10_000
"""Up to this many ids fit into one statement of either database."""


def registry_measurements(session: Session, *, first: date, last: date) -> pl.DataFrame:
    """What files brought for the days from first to last: measurement_id, subject_id, measured_on, is_replaced, MEASURED. One statement."""
    rows = session.execute(
        select(
            Measurement.id,
            Measurement.subject_id,
            Measurement.measured_on,
            Measurement.replaced_by_import_id.is_not(None),
            *(getattr(Measurement, name) for name in MEASURED),
        ).where(Measurement.source == "registry", Measurement.measured_on.between(first, last))
    )
    schema = {"measurement_id": pl.Int64, "subject_id": pl.Int64, "measured_on": pl.Date, "is_replaced": pl.Boolean, **MEASURED}
    return pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")


def newest_measurements(
    session: Session, *, kind: str | None = None, desa_prefixes: Collection[str] = (), since: date | None = None
) -> Sequence[Any]:
    """The newest measurement that holds of every subject (of one kind, in some areas, measured since a day), for screening. One statement.

    Each row: subject_id, measurement_id, measured_on, the subject's kind, is_male, desa_code, puskesmas, birth_weight_g,
    birth_length_cm, gestation_weeks; the columns of MEASURED; and `gain_1`, `gain_2`, `gain_3`: N, T, O or B of the measurements
    before, newest first. desa_prefixes: codes of kabupaten, kecamatan or desa; empty means everywhere.
    """
    newest_first: dict[str, Any] = {
        "partition_by": Measurement.subject_id,
        "order_by": (Measurement.measured_on.desc(), Measurement.id.desc()),
    }
    gains = [func.lead(Measurement.weight_gain, n).over(**newest_first).label(f"gain_{n}") for n in range(1, _GAINS_KEPT + 1)]
    numbered = (
        select(
            Subject.id.label("subject_id"),
            Measurement.id.label("measurement_id"),
            Measurement.measured_on,
            *(getattr(Subject, name) for name in _SUBJECT),
            *(getattr(Measurement, name) for name in MEASURED),
            *gains,
            func.row_number().over(**newest_first).label("nth"),
        )
        .join(Subject, Subject.id == Measurement.subject_id)
        .where(Measurement.replaced_by_import_id.is_(None))
    )
    if kind is not None:
        numbered = numbered.where(Subject.kind == kind)
    if desa_prefixes:
        areas = [
            or_(Subject.desa_code == code, Subject.desa_code.startswith(f"{code}.", autoescape=True)) for code in sorted(desa_prefixes)
        ]
        numbered = numbered.where(or_(*areas))
    inner = numbered.subquery()
    wanted = select(*(c for c in inner.c if c.name != "nth")).where(inner.c.nth == 1)
    if since is not None:
        wanted = wanted.where(inner.c.measured_on >= since)
    return session.execute(wanted.order_by(inner.c.subject_id)).all()


def measurements_of(session: Session, subject_ids: Collection[int]) -> dict[int, list[Measurement]]:
    """Subject id to the measurements that hold, oldest first; an empty list for a subject without one. One statement."""
    found: dict[int, list[Measurement]] = {subject: [] for subject in subject_ids}
    rows = session.scalars(
        select(Measurement)
        .where(Measurement.subject_id.in_(list(found)), Measurement.replaced_by_import_id.is_(None))
        .order_by(Measurement.subject_id, Measurement.measured_on, Measurement.id)
    )
    for row in rows:
        found[row.subject_id].append(row)
    return found


def newest_measurement_of(session: Session, subject_id: int) -> Measurement | None:
    """The newest measurement of a subject that holds; None when there is none."""
    return session.scalar(
        select(Measurement)
        .where(Measurement.subject_id == subject_id, Measurement.replaced_by_import_id.is_(None))
        .order_by(Measurement.measured_on.desc(), Measurement.id.desc())
        .limit(1)
    )


def imports(session: Session, *, cycle_id: int | None = None) -> list[Import]:
    """Every file that was loaded (for one cycle, when given), newest first, those undone too."""
    statement = select(Import).order_by(Import.id.desc())
    return list(session.scalars(statement if cycle_id is None else statement.where(Import.cycle_id == cycle_id)))


def live_import_of(session: Session, file_sha256: str) -> Import | None:
    """The newest import of a file with this content that was not undone."""
    return session.scalar(
        select(Import).where(Import.file_sha256 == file_sha256, Import.undone_at.is_(None)).order_by(Import.id.desc()).limit(1)
    )


def problems_of(session: Session, import_id: int, *, first: int = 0, count: int | None = None) -> list[ImportProblem]:
    """The problems of an import by row; a page of them when `count` is given."""
    statement = select(ImportProblem).where(ImportProblem.import_id == import_id).order_by(ImportProblem.row, ImportProblem.id)
    return list(session.scalars(statement.offset(first).limit(count) if count is not None else statement))


def problem_counts(session: Session, import_id: int) -> list[tuple[str, str, int]]:
    """Code, severity and number of the problems of an import, most frequent first."""
    number = func.count()
    statement = select(ImportProblem.code, ImportProblem.severity, number).where(ImportProblem.import_id == import_id)
    rows = session.execute(statement.group_by(ImportProblem.code, ImportProblem.severity).order_by(number.desc(), ImportProblem.code))
    return [(code, severity, n) for code, severity, n in rows]


def waiting_doubts(session: Session, *, import_id: int | None = None) -> list[DoubtfulMatch]:
    """The matches that wait for a person, oldest first."""
    statement = select(DoubtfulMatch).where(DoubtfulMatch.decided.is_(None)).order_by(DoubtfulMatch.id)
    return list(session.scalars(statement if import_id is None else statement.where(DoubtfulMatch.import_id == import_id)))


def doubts_already_raised(session: Session, row_indexes: Collection[str]) -> set[str]:
    """Those of the row indexes that a doubt was raised for, decided or not. One statement."""
    wanted = set(row_indexes)
    if not wanted:
        return set()
    found = session.scalars(select(cast(DoubtfulMatch.row_index, String)))
    return wanted & set(found)
