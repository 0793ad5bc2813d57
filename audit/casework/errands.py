"""Errands: what a page asks for and another process does. Asking, taking, finishing; how one is done is not known here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from audit.casework.tables import Errand
from audit.errors import Refused
from audit.people.roles import Person, Role
from audit.store.canonical import canonical_json, sha256_hex


class ErrandKind(StrEnum):
    """What can be asked for."""

    SCREEN = "screen"
    IDENTIFY = "identify"
    SEMESTER = "semester"
    DOCUMENTS = "documents"
    DISSEMINATION = "dissemination"
    CHECK_IMPORT = "check-import"
    COMMIT_IMPORT = "commit-import"
    UNDO_IMPORT = "undo-import"


@dataclass(frozen=True, slots=True)
class Terms:
    """What one kind of errand is called and needs.

    needs, takes: names of parameters that must, and that may be given. of_a_cycle: whether it must name a cycle.
    once_running: whether asking again while it runs is the same errand; otherwise something may have changed meanwhile, and it runs again.
    """

    label: str
    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    of_a_cycle: bool = True
    once_running: bool = False


_FILE = frozenset({"file_sha256", "file_name"})

TERMS: Mapping[ErrandKind, Terms] = {
    ErrandKind.SCREEN: Terms("Tapis sasaran"),
    ErrandKind.IDENTIFY: Terms("Tapis sasaran dan buka kasus"),
    ErrandKind.SEMESTER: Terms("Kerjakan langkah sistem", of_a_cycle=False),
    ErrandKind.DOCUMENTS: Terms("Buat dokumen", takes=frozenset({"names"})),
    ErrandKind.DISSEMINATION: Terms("Buat dokumen diseminasi"),
    ErrandKind.CHECK_IMPORT: Terms("Periksa berkas registri", needs=_FILE, once_running=True),
    ErrandKind.COMMIT_IMPORT: Terms("Muat berkas registri", needs=_FILE, once_running=True),
    ErrandKind.UNDO_IMPORT: Terms("Batalkan impor", needs=frozenset({"import_id"}), of_a_cycle=False, once_running=True),
}

ASKED, RUNNING, DONE, FAILED = "asked", "running", "done", "failed"
STATE_LABELS: Mapping[str, str] = {ASKED: "Menunggu giliran", RUNNING: "Sedang dikerjakan", DONE: "Selesai", FAILED: "Gagal"}

MOST_TRIES = 3
"""An errand during which the process died this often is not begun again: it may be what kills it."""

LEFT_TOO_OFTEN = "Pekerjaan ini beberapa kali terputus di tengah jalan dan tidak dicoba lagi. Periksa catatan, lalu minta lagi."


def ask_for(
    session: Session,
    kind: ErrandKind,
    *,
    by: Person,
    at: datetime,
    cycle_id: int | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Errand:
    """Ask for an errand; the same one that still waits is given instead of a second. Flushed, the caller commits.

    parameters: as `TERMS` says, ids and names only. Raises Refused for anybody but the secretariat; ValueError when parameters or the
    cycle do not fit the kind.
    """
    if not by.is_a(Role.SECRETARY):
        raise Refused.because("wrong_role", f"Hanya Sekretariat yang dapat meminta “{TERMS[kind].label}”.")
    given = dict(parameters or {})
    _check(kind, given, cycle_id)
    same_as = sha256_hex(canonical_json([kind.value, cycle_id, given]))
    if (waiting := _same(session, same_as)) is not None:
        return waiting
    errand = Errand(kind=kind.value, parameters=given, cycle_id=cycle_id, by_id=by.id, asked_at=at, state=ASKED, same_as=same_as)
    try:
        with session.begin_nested():
            session.add(errand)
    except IntegrityError:  # somebody else asked for the same in this moment
        if (waiting := _same(session, same_as)) is None:
            raise
        return waiting
    return errand


def take_next(session: Session, *, at: datetime) -> Errand | None:
    """The oldest errand that waits, now running; None when none waits. Nobody else can take it. The caller commits."""
    next_one = select(Errand).where(Errand.state == ASKED).order_by(Errand.id).limit(1).with_for_update(skip_locked=True)
    errand = session.scalar(next_one)
    if errand is None:
        return None
    errand.state, errand.started_at, errand.tries = RUNNING, at, errand.tries + 1
    errand.done = errand.total = 0
    if not TERMS[ErrandKind(errand.kind)].once_running:
        errand.same_as = None
    session.flush()
    return errand


def tell_how_far(session: Session, errand_id: int, *, done: int, total: int) -> None:
    """Note how far a running errand is. The caller commits."""
    session.execute(update(Errand).where(Errand.id == errand_id, Errand.state == RUNNING).values(done=done, total=total))


def finish(
    session: Session,
    errand_id: int,
    *,
    at: datetime,
    result: Mapping[str, Any] | None = None,
    report: Mapping[str, Any] | None = None,
    failed: bool = False,
    sentence: str | None = None,
) -> None:
    """Close a running errand with what came of it. report: what was found in a file, kept sealed. The caller commits."""
    errand = session.get_one(Errand, errand_id)
    errand.state, errand.finished_at, errand.same_as = FAILED if failed else DONE, at, None
    errand.result, errand.report = dict(result or {}), dict(report) if report is not None else None
    errand.sentence = sentence[:_LONGEST_SENTENCE] if sentence else None
    session.flush()


def put_back(session: Session, errand_id: int) -> None:
    """Let a running errand wait again as if it had not been begun: the process was told to stop. The caller commits."""
    errand = session.get_one(Errand, errand_id)
    errand.state, errand.tries = ASKED, max(0, errand.tries - 1)
    session.flush()


def take_up_again(session: Session, *, at: datetime) -> int:
    """Put back what a process that died left running, or close it after MOST_TRIES; how many there were. The caller commits.

    Only for the one process that does errands, before it takes the first.
    """
    left = session.scalars(select(Errand).where(Errand.state == RUNNING).order_by(Errand.id)).all()
    for errand in left:
        if errand.tries >= MOST_TRIES:
            finish(session, errand.id, at=at, failed=True, sentence=LEFT_TOO_OFTEN)
        else:
            errand.state = ASKED
    session.flush()
    return len(left)


def one_waits(session: Session) -> bool:
    """Whether any errand waits. One statement."""
    return session.scalar(select(Errand.id).where(Errand.state == ASKED).limit(1)) is not None


def errand(session: Session, errand_id: int) -> Errand | None:
    """The errand with this id, None when there is none."""
    return session.get(Errand, errand_id)


def errands_of(session: Session, cycle_id: int | None = None, *, limit: int = 20) -> Sequence[Errand]:
    """The newest errands (of one cycle, when given), newest first. One statement."""
    found = select(Errand).order_by(Errand.id.desc()).limit(limit)
    return session.scalars(found if cycle_id is None else found.where(Errand.cycle_id == cycle_id)).all()


def is_over(errand: Errand) -> bool:
    """Whether nothing more will happen to it."""
    return errand.state in (DONE, FAILED)


def forget_old(session: Session, *, before: datetime) -> int:
    """Remove errands that were over before an instant; how many. What they brought about stays. The caller commits."""
    removed = session.execute(delete(Errand).where(Errand.finished_at < before))
    return int(removed.rowcount)  # type: ignore[attr-defined]  # of a DML result


_LONGEST_SENTENCE = 2000


def _same(session: Session, same_as: str) -> Errand | None:
    return session.scalar(select(Errand).where(Errand.same_as == same_as))


def _check(kind: ErrandKind, given: Mapping[str, Any], cycle_id: int | None) -> None:
    terms = TERMS[kind]
    if not terms.needs <= given.keys() <= terms.needs | terms.takes:
        raise ValueError(f"{kind}: parameters {sorted(given)}, wanted {sorted(terms.needs)}, allowed {sorted(terms.takes)}")
    if terms.of_a_cycle and cycle_id is None:
        raise ValueError(f"{kind}: needs a cycle")
