"""Taking a loaded file back as one unit. The import itself stays recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.people.roles import Person
from audit.steps.intake.tables import DoubtfulMatch, Import, ImportProblem, Measurement, Subject
from audit.store.base import Base
from audit.store.session import take_import_lock

_OWN = {t.__tablename__ for t in (Import, ImportProblem, Subject, Measurement, DoubtfulMatch)}


@dataclass(frozen=True, slots=True)
class Undone:
    """What went and what came back: measurements and subjects removed, older measurements that hold again."""

    import_id: int
    measurements: int
    subjects: int
    restored: int


def undo(session: Session, import_id: int, *, by: Person, at: datetime) -> Undone:
    """Remove what an import brought and let hold again what it replaced, in the caller's transaction.

    Refused (`unknown_import`, `already_undone`, `import_in_use`, `later_import`) when there is no such import, when a case or another
    later step stands on one of its people, or when a later file does. Afterwards the same file may be loaded again.
    """
    take_import_lock(session)
    entry = session.get(Import, import_id)
    if entry is None:
        raise Refused.because("unknown_import", f"Tidak ada impor nomor {import_id}; lihat nomornya pada daftar impor.")
    if entry.undone_at is not None:
        raise Refused.because("already_undone", f"Impor nomor {import_id} sudah dibatalkan.")
    _refuse_when_used(session, import_id)
    _refuse_when_built_upon(session, import_id)
    session.execute(delete(DoubtfulMatch).where(DoubtfulMatch.import_id == import_id))
    measurements = session.execute(delete(Measurement).where(Measurement.import_id == import_id)).rowcount  # type: ignore[attr-defined]  # of a DML result
    restored = session.execute(
        update(Measurement).where(Measurement.replaced_by_import_id == import_id).values(replaced_by_import_id=None)
    ).rowcount  # type: ignore[attr-defined]
    subjects = session.execute(delete(Subject).where(Subject.import_id == import_id)).rowcount  # type: ignore[attr-defined]
    entry.undone_at = at
    session.flush()
    return Undone(import_id, measurements, subjects, restored)


def _refuse_when_used(session: Session, import_id: int) -> None:
    """Later steps point at subjects and measurements by foreign key; one that says ON DELETE CASCADE lets its rows go along."""
    brought = {
        Subject.__tablename__: select(Subject.id).where(Subject.import_id == import_id),
        Measurement.__tablename__: select(Measurement.id).where(Measurement.import_id == import_id),
    }
    used = [rows for name, ids in brought.items() for rows in _references(name, ids)]
    if used and session.scalar(select(or_(*used))):
        raise Refused.because(
            "import_in_use",
            f"Impor nomor {import_id} tidak dapat dibatalkan: sebagian orang di dalamnya sudah menjadi kasus atau sudah disaring.",
        )


def _references(target: str, ids: Select[int]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if table.name not in _OWN and key.column.table.name == target and (key.ondelete or "").upper() != "CASCADE":
                found.append(exists(select(key.parent).where(key.parent.in_(ids))))
    return found


def _refuse_when_built_upon(session: Session, import_id: int) -> None:
    own_subjects = select(Subject.id).where(Subject.import_id == import_id)
    later = session.scalar(
        select(func.max(Measurement.import_id)).where(and_(Measurement.subject_id.in_(own_subjects), Measurement.import_id != import_id))
    )
    replaced = session.scalar(select(func.max(Measurement.replaced_by_import_id)).where(Measurement.import_id == import_id))
    number = max(later or 0, replaced or 0)
    if not number and _doubted_later(session, import_id):
        number = _doubted_later(session, import_id)
    if number:
        raise Refused.because(
            "later_import",
            f"Impor nomor {import_id} tidak dapat dibatalkan: impor nomor {number} memakai orang atau hasil ukurnya. "
            f"Batalkan nomor {number} dahulu.",
        )


def _doubted_later(session: Session, import_id: int) -> int:
    """The newest other import with a doubt about one of these subjects, 0 when there is none."""
    own = set(session.scalars(select(Subject.id).where(Subject.import_id == import_id)))
    doubts = session.execute(select(DoubtfulMatch.import_id, DoubtfulMatch.subject_ids).where(DoubtfulMatch.import_id != import_id))
    return max((number for number, subjects in doubts if own.intersection(subjects)), default=0)
