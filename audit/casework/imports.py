"""Registry files as the secretariat handles them: uploaded, checked, loaded, taken back; rows that may be somebody already known.

Reading, checking and storing are in audit/steps/intake; the long work is an errand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from audit.casework.errands import DONE, ErrandKind, ask_for
from audit.casework.tables import Errand
from audit.errors import Refused, Stale
from audit.lifecycle.tables import Cycle
from audit.people.roles import Person, Role
from audit.people.tables import Account
from audit.steps.intake.actions import decide
from audit.steps.intake.queries import identities, measurements_of
from audit.steps.intake.reader.safety import form_of
from audit.steps.intake.tables import DoubtfulMatch, Import, ImportProblem, Measurement, Subject
from audit.store.files import Files

IMPORT_KINDS = (ErrandKind.CHECK_IMPORT, ErrandKind.COMMIT_IMPORT, ErrandKind.UNDO_IMPORT)

SAME, NEW = "same", "new"


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One file that was loaded. waiting: its doubtful rows without a decision. undone_at: None while it holds."""

    id: int
    file_name: str
    file_sha256: str
    layout: str
    at: datetime
    by_name: str
    rows: int
    accepted: int
    repeated: int
    rejected: int
    waiting: int
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is on record: subjects, measurements that hold, doubtful rows that wait."""

    subjects: int
    measurements: int
    doubts: int


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """One doubtful row in a list. known: how many people on record it may be. decided: "same", "new", None while it waits."""

    id: int
    import_id: int
    file_name: str
    row: int
    known: int
    desa_code: str
    decided: str | None


@dataclass(frozen=True, slots=True)
class Described:
    """Somebody as a register tells of them. subject_id: None for the row of the file. latest: the newest measurement, by name of column."""

    subject_id: int | None
    kind: str
    identity: Mapping[str, Any]
    is_male: bool | None
    desa_code: str
    puskesmas: str
    posyandu: str
    measured_on: date | None
    latest: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubtful row beside everybody it may be, likeliest first. decided_by: the name, "" while it waits."""

    line: DoubtLine
    written: Described
    known: Sequence[Described]
    decided_at: datetime | None
    decided_by_id: int | None
    decided_by: str


def ask_to_check(
    session: Session, files: Files, *, name: str, content: bytes, cycle: Cycle, by: Person, at: datetime
) -> Errand:  # fmt: skip
    """Keep an uploaded file sealed and have it checked; the caller commits. The same file that is being checked is not checked twice.

    name: as the browser calls it; what the file is, its content tells. Raises Refused when it cannot be a registry file, is not safe to
    open, or the cycle is closed; then nothing is kept.
    """
    _only_secretariat(by)
    if cycle.closed_at is not None:
        raise Refused.because("cycle_closed", f"Siklus {cycle.code} sudah ditutup.")
    form_of(name, content)
    parameters = {"file_sha256": files.put(content), "file_name": name}
    return ask_for(session, ErrandKind.CHECK_IMPORT, by=by, at=at, cycle_id=cycle.id, parameters=parameters)


def ask_again(session: Session, errand: Errand, *, by: Person, at: datetime) -> Errand:
    """Ask once more for what an errand about imports was asked for; the caller commits."""
    return ask_for(session, ErrandKind(errand.kind), by=by, at=at, cycle_id=errand.cycle_id, parameters=errand.parameters)


def why_not_load(checked: Errand) -> Refused | None:
    """What stands in the way of loading a file that was checked; None when nothing does."""
    counts = checked.result or {}
    if checked.state != DONE or checked.kind != ErrandKind.CHECK_IMPORT:
        return Refused.because("not_checked", "Berkas ini belum selesai diperiksa.")
    if not counts.get("accepted") and not counts.get("doubtful"):
        return Refused.because("nothing_new", "Tidak ada baris baru yang dapat dimuat dari berkas ini.")
    return None


def has_changed_since(session: Session, at: datetime) -> bool:
    """Whether a file was loaded or taken back, or a doubt decided, at this instant or later: a check from before may be out of date."""
    files = select(Import.id).where(or_(Import.at >= at, Import.undone_at >= at)).limit(1)
    doubts = select(DoubtfulMatch.id).where(DoubtfulMatch.decided_at >= at).limit(1)
    return session.scalar(files) is not None or session.scalar(doubts) is not None


def mark_of_record(session: Session) -> str:
    """A short text that changes with every import, undoing and decision. One statement."""
    marks = select(
        select(func.max(Import.id)).scalar_subquery(),
        select(func.count(Import.undone_at)).scalar_subquery(),
        select(func.count(DoubtfulMatch.decided)).scalar_subquery(),
    )
    return "-".join(str(number or 0) for number in session.execute(marks).one())


def ask_to_load(session: Session, checked: Errand, *, seen: str, by: Person, at: datetime) -> Errand:
    """Have a file that was checked loaded; the caller commits. The same file waiting or being loaded is one errand.

    seen: `mark_of_record` as it was when the check was shown. Raises Refused with what `why_not_load` says, Stale when the record changed.
    """
    _only_secretariat(by)
    if (refusal := why_not_load(checked)) is not None:
        raise refusal
    if seen != mark_of_record(session):
        sentence = (
            "Catatan berubah sejak halaman ini dibuka: ada impor atau keputusan lain. Lihat lagi hasil pemeriksaannya, lalu putuskan."
        )
        raise Stale.because("changed_since_check", sentence)
    return ask_for(session, ErrandKind.COMMIT_IMPORT, by=by, at=at, cycle_id=checked.cycle_id, parameters=checked.parameters)


def ask_to_undo(session: Session, import_id: int, *, by: Person, at: datetime) -> Errand:
    """Have an import taken back as one; the caller commits. Refused when there is none with this id, or it was taken back already."""
    _only_secretariat(by)
    entry = session.get(Import, import_id)
    if entry is None:
        raise Refused.because("unknown_import", f"Tidak ada impor nomor {import_id}.")
    if entry.undone_at is not None:
        raise Refused.because("already_undone", f"Impor nomor {import_id} sudah dibatalkan.")
    return ask_for(session, ErrandKind.UNDO_IMPORT, by=by, at=at, cycle_id=entry.cycle_id, parameters={"import_id": import_id})


def decide_doubt(session: Session, doubt_id: int, *, decision: str, subject_id: int | None, by: Person, at: datetime) -> bool:
    """Decide whether a doubtful row is somebody on record (SAME, with the subject) or NEW; the caller commits.

    False when this very person had already decided it so: a form sent twice. Raises Refused otherwise, as `decide` of the intake does.
    """
    _only_secretariat(by)
    before = session.get(DoubtfulMatch, doubt_id)
    if before is not None and (before.decided, before.decided_by_id) == (decision, by.id):
        return False
    decide(session, doubt_id, decision="new" if decision == NEW else "same", subject_id=subject_id, by=by, at=at)
    return True


def import_lines(session: Session, *, cycle_id: int | None = None, import_id: int | None = None) -> Sequence[ImportLine]:
    """Every file that was loaded (for one cycle, or the one with this id), newest first. One statement."""
    waiting = (
        select(func.count())
        .where(DoubtfulMatch.import_id == Import.id, DoubtfulMatch.decided.is_(None))
        .correlate(Import)
        .scalar_subquery()
    )
    wanted = select(
        Import.id, Import.file_name, Import.file_sha256, Import.layout, Import.at, Account.name, Import.rows, Import.accepted,
        Import.repeated, Import.rejected, waiting, Import.undone_at,
    ).join(Account, Account.id == Import.by_id).order_by(Import.id.desc())  # fmt: skip
    if cycle_id is not None:
        wanted = wanted.where(Import.cycle_id == cycle_id)
    if import_id is not None:
        wanted = wanted.where(Import.id == import_id)
    return [ImportLine(*tuple(row)) for row in session.execute(wanted)]


def import_errands(session: Session, *, cycle_id: int | None = None, limit: int = 20) -> Sequence[Errand]:
    """The newest errands about imports, newest first. One statement."""
    found = select(Errand).where(Errand.kind.in_([kind.value for kind in IMPORT_KINDS])).order_by(Errand.id.desc()).limit(limit)
    return session.scalars(found if cycle_id is None else found.where(Errand.cycle_id == cycle_id)).all()


def standing(session: Session) -> Standing:
    """What is on record now. One statement."""
    counted = select(
        select(func.count()).select_from(Subject).scalar_subquery(),
        select(func.count()).select_from(Measurement).where(Measurement.replaced_by_import_id.is_(None)).scalar_subquery(),
        select(func.count()).select_from(DoubtfulMatch).where(DoubtfulMatch.decided.is_(None)).scalar_subquery(),
    )
    return Standing(*session.execute(counted).one())


def problem_total(session: Session, import_id: int, *, severity: str = "") -> int:
    """How many problems an import has (of one severity, when given)."""
    counted = select(func.count()).select_from(ImportProblem).where(ImportProblem.import_id == import_id)
    return session.scalar(counted.where(ImportProblem.severity == severity) if severity else counted) or 0


def problem_page(session: Session, import_id: int, *, severity: str = "", first: int, count: int) -> Sequence[ImportProblem]:
    """The problems of an import by row, a page of them (of one severity, when given). One statement."""
    wanted = select(ImportProblem).where(ImportProblem.import_id == import_id).order_by(ImportProblem.row, ImportProblem.id)
    return session.scalars((wanted.where(ImportProblem.severity == severity) if severity else wanted).offset(first).limit(count)).all()


def waiting_doubt_lines(session: Session, *, import_id: int | None = None, first: int, count: int) -> tuple[Sequence[DoubtLine], int]:
    """A page of the doubtful rows without a decision, oldest first, and how many there are in all. Two statements."""
    waiting = (
        DoubtfulMatch.decided.is_(None) if import_id is None else (DoubtfulMatch.decided.is_(None)) & (DoubtfulMatch.import_id == import_id)
    )
    total = session.scalar(select(func.count()).select_from(DoubtfulMatch).where(waiting)) or 0
    wanted = select(DoubtfulMatch, Import.file_name).join(Import, Import.id == DoubtfulMatch.import_id).where(waiting)
    rows = session.execute(wanted.order_by(DoubtfulMatch.id).offset(first).limit(count))
    return [_line(row, file_name) for row, file_name in rows], total


def next_doubt(session: Session, *, after: int) -> int | None:
    """The id of a doubtful row that still waits: the first one after this id, else the first of all; None when none does."""
    waiting = select(DoubtfulMatch.id).where(DoubtfulMatch.decided.is_(None)).order_by(DoubtfulMatch.id).limit(1)
    return session.scalar(waiting.where(DoubtfulMatch.id > after)) or session.scalar(waiting)


def doubt(session: Session, doubt_id: int) -> Doubt | None:
    """A doubtful row beside everybody on record it may be, with who they are; None when there is none with this id.

    For the secretariat only. Four statements at most.
    """
    decider = aliased(Account)
    row = session.execute(
        select(DoubtfulMatch, Import.file_name, decider.name)
        .join(Import, Import.id == DoubtfulMatch.import_id)
        .outerjoin(decider, decider.id == DoubtfulMatch.decided_by_id)
        .where(DoubtfulMatch.id == doubt_id)
    ).first()
    if row is None:
        return None
    found, file_name, decided_by = row
    return Doubt(
        line=_line(found, file_name),
        written=_written(found.content),
        known=_known(session, found.subject_ids),
        decided_at=found.decided_at,
        decided_by_id=found.decided_by_id,
        decided_by=decided_by or "",
    )


def _line(row: DoubtfulMatch, file_name: str) -> DoubtLine:
    subject = row.content["subject"]
    return DoubtLine(row.id, row.import_id, file_name, row.row, len(row.subject_ids), subject["desa_code"], row.decided)


def _written(content: Mapping[str, Any]) -> Described:
    subject, measured = content["subject"], content["measurement"]
    return Described(
        subject_id=None,
        kind=subject["kind"],
        identity=content["identity"],
        is_male=subject["is_male"],
        desa_code=subject["desa_code"],
        puskesmas=subject["puskesmas"],
        posyandu=subject["posyandu"],
        measured_on=date.fromisoformat(measured["measured_on"]),
        latest=measured,
    )


def _known(session: Session, subject_ids: Sequence[int]) -> list[Described]:
    told = {i: identity for i, identity, _, _ in identities(session, subject_ids)}
    rows = {one.id: one for one in session.scalars(select(Subject).where(Subject.id.in_(list(told))))} if told else {}
    measured = measurements_of(session, list(told)) if told else {}
    return [_on_record(rows[i], told[i], measured[i]) for i in subject_ids if i in told]


def _on_record(row: Subject, identity: Mapping[str, Any], measured: Sequence[Measurement]) -> Described:
    newest = measured[-1] if measured else None
    return Described(
        subject_id=row.id,
        kind=row.kind,
        identity=identity,
        is_male=row.is_male,
        desa_code=row.desa_code,
        puskesmas=row.puskesmas,
        posyandu=row.posyandu,
        measured_on=newest.measured_on if newest else None,
        latest={name: getattr(newest, name) for name in ("weight_kg", "height_cm", "muac_cm")} if newest else {},
    )


def _only_secretariat(by: Person) -> None:
    if not by.is_a(Role.SECRETARY):
        raise Refused.because("wrong_role", "Hanya Sekretariat yang dapat mengurus berkas registri.")
