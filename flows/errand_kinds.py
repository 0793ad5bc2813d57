"""How each kind of errand is done: a flow, a screening, a registry file. When it is done, and what becomes of a failure, is not in here."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from audit.casework.errands import ErrandKind
from audit.casework.installation import Installation
from audit.errors import Refused
from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Cycle
from audit.people.directory import people_by_id
from audit.people.roles import Person, Role
from audit.settings import Settings
from audit.steps.identify.actions import screen_cycle
from audit.steps.intake.actions import ImportReport, admit, undo, write_problems
from flows.embedded import Watch, run

MOST_PROBLEMS = 1000
"""Problems of a file kept with the errand that found them; the workbook of refused rows has them all."""

_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Order:
    """One errand as the one who does it needs it. watch: told how far it is."""

    here: Installation
    kind: ErrandKind
    parameters: Mapping[str, Any]
    cycle_id: int | None
    by_id: int
    at: datetime
    watch: Watch


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an errand. result: counts, codes and fingerprints. report: what a registry file held. sentence: what is left to do."""

    result: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, Any] | None = None
    sentence: str | None = None


def carry_out(order: Order) -> Outcome:
    """Do one errand to its end. Raises Refused when it cannot be done as asked, anything else when something broke."""
    return _WAYS[order.kind](order)


def clear_leftovers(settings: Settings) -> None:
    """Remove what a process that was killed while it read a registry file left readable."""
    shutil.rmtree(_workshop(settings), ignore_errors=True)


def _by_flow(name: str) -> Callable[[Order], Outcome]:
    def way(order: Order) -> Outcome:
        asked = {"by_id": order.by_id} if order.kind is ErrandKind.IDENTIFY else {}
        names = {"names": order.parameters.get("names")} if order.kind is ErrandKind.DOCUMENTS else {}
        counts = run(
            name, order.here.settings, watch=order.watch, cycle_id=order.cycle_id, at=order.at.isoformat(), **asked, **names
        )  # fmt: skip
        return Outcome(dict(counts), sentence=_left_undone(counts))

    return way


def _left_undone(counts: Mapping[str, Any]) -> str | None:
    """What a flow that ended well could not do, in a sentence; None when nothing is left."""
    if failed := counts.get("failed"):
        first = counts["failures"][0]
        why = f" Yang pertama: {' '.join(part for part in (first['document'], first['subject'], first['sentence']) if part)}"
        return f"{failed} dari {counts['documents']} dokumen tidak dapat dibuat.{why}".rstrip(".") + "."
    if undrawn := counts.get("undrawn"):
        return f"{undrawn} paket tidak dapat digambar; lihat catatan."
    return None


def _screen(order: Order) -> Outcome:
    with order.here.sessions.begin() as session:
        _, cycle, on = _circumstances(session, order)
        return Outcome(asdict(screen_cycle(session, cycle.id, at=order.at, on=on)))


def _check_import(order: Order) -> Outcome:
    with _registry_file(order) as path, order.here.reading() as session:
        report = _admitted(session, order, path, dry_run=True)
        return _told(order, report, path)


def _commit_import(order: Order) -> Outcome:
    with _registry_file(order) as path:
        with order.here.sessions.begin() as session:
            report = _admitted(session, order, path, dry_run=False)
        return _told(order, report, path)


def _undo_import(order: Order) -> Outcome:
    with order.here.sessions.begin() as session:
        return Outcome(asdict(undo(session, int(order.parameters["import_id"]), by=_secretary(session, order), at=order.at)))


def _admitted(session: Session, order: Order, path: Path, *, dry_run: bool) -> ImportReport:
    by, cycle, on = _circumstances(session, order)
    if cycle.closed_at is not None:
        raise Refused.because("cycle_closed", f"Siklus {cycle.code} sudah ditutup.")
    return admit(
        session, path, by=by, at=order.at, on=on, kabupaten=cycle.kabupaten_code, cycle_id=cycle.id, dry_run=dry_run
    )  # fmt: skip


def _told(order: Order, report: ImportReport, path: Path) -> Outcome:
    """Counts in the open, values sealed, the refused rows as a workbook in the file store."""
    counts = {
        "import_id": report.import_id,
        "layout": report.layout,
        "rows": report.rows,
        "accepted": report.accepted,
        "new_subjects": report.new_subjects,
        "corrected": report.corrected,
        "repeated": report.repeated,
        "rejected": report.rejected,
        "doubtful": report.doubtful,
        "problems": len(report.problems),
        "failed_rows_sha256": _failed_rows(order.here, report, path) if report.rejected else None,
    }
    found = report.as_json()
    found |= {"problems": found["problems"][:MOST_PROBLEMS], "recheck": report.recheck, "unknown_columns": list(report.unknown_columns)}
    return Outcome(counts, found)


def _failed_rows(here: Installation, report: ImportReport, path: Path) -> str:
    out = path.parent / "hasil" / "perbaiki.xlsx"
    out.parent.mkdir(mode=0o700)
    write_problems(report, path, out)
    return here.files.put(out.read_bytes())


@contextmanager
def _registry_file(order: Order) -> Iterator[Path]:
    """The uploaded file as a plain file that only we can read, for as long as it is read."""
    workshop = _workshop(order.here.settings)
    workshop.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=workshop) as folder:  # mode 0700
        path = Path(folder) / _plain_name(str(order.parameters["file_name"]))
        path.write_bytes(order.here.files.get(str(order.parameters["file_sha256"])))
        yield path


def _workshop(settings: Settings) -> Path:
    return settings.home / "sementara"


def _plain_name(given: str) -> str:
    """The name without folders and control characters, short enough for every disk; its ending tells how it is read."""
    name = "".join(c for c in given.replace("\\", "/").rpartition("/")[2] if c.isprintable()).strip(" .")
    stem, dot, suffix = (name or "berkas").rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{suffix[:10]}" if dot else suffix[:_LONGEST_NAME]


def _circumstances(session: Session, order: Order) -> tuple[Person, Cycle, date]:
    """Who asked, for which cycle, and what day it is there."""
    cycle = session.get_one(Cycle, order.cycle_id)
    return _secretary(session, order), cycle, local_date(order.at, cycle.timezone)


def _secretary(session: Session, order: Order) -> Person:
    by = people_by_id(session, [order.by_id])[order.by_id]
    if not by.is_a(Role.SECRETARY):
        raise Refused.because("wrong_role", "Yang meminta pekerjaan ini sekarang bukan Sekretariat lagi.")
    return by


_WAYS: Mapping[ErrandKind, Callable[[Order], Outcome]] = {
    ErrandKind.SCREEN: _screen,
    ErrandKind.IDENTIFY: _by_flow("identify"),
    ErrandKind.SEMESTER: _by_flow("semester"),
    ErrandKind.DOCUMENTS: _by_flow("documents"),
    ErrandKind.DISSEMINATION: _by_flow("dissemination"),
    ErrandKind.CHECK_IMPORT: _check_import,
    ErrandKind.COMMIT_IMPORT: _commit_import,
    ErrandKind.UNDO_IMPORT: _undo_import,
}
