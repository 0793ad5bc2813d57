"""Screening a cycle, choosing by quota, dropping a candidate, making the row of a case, withdrawing and reopening it.

The caller commits. The events of a case are written by the door (audit/casework/perform.py), never here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.forms import Problem, Problems, parse
from audit.lifecycle.history import NO_EVENT_BEFORE
from audit.lifecycle.move import Move
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import Group, Status
from audit.people.roles import Person, Role
from audit.steps.identify import forms, queries
from audit.steps.identify.rules import IDENTITY_OPEN_FOR, Screened, Waiting, criteria_from, screen, within_quotas
from audit.steps.identify.tables import Candidate, IdentityOpening
from audit.steps.intake.tables import Subject

_SCREENED_COLUMNS = ("measurement_id", "target_group", "kecamatan_code", "score", "rank", "reasons", "needs_remeasuring")


@dataclass(frozen=True, slots=True)
class Screening:
    """What `screen_cycle` did.

    subjects: looked at in the focus areas. candidates: how many rules point at now, the decided ones included. needs_remeasuring: of
    them. decided: chosen or dropped before, left as they were. measured_too_long_ago, in_no_group: subjects left out, and why.
    """

    subjects: int
    candidates: int
    added: int
    updated: int
    removed: int
    decided: int
    needs_remeasuring: int
    measured_too_long_ago: int
    in_no_group: int


def screen_cycle(session: Session, cycle_id: int, *, at: datetime, on: date) -> Screening:
    """Hold everybody in the focus areas against the frozen rules of the cycle and bring its candidates up to date.

    A second run on the same data changes nothing. Chosen and dropped candidates stay as they were decided, reasons and rank included;
    a proposed one is updated, or removed when no rule points at it any more. At most 6 statements. Refused when the cycle is closed.
    """
    cycle = _open_cycle(session, select(Cycle).where(Cycle.id == cycle_id))
    settings = cycle.settings
    table = queries.weighings(session, kecamatan=settings["focus_areas"], on=on)
    criteria = criteria_from(settings.get("criteria") or {})
    found = screen(table, criteria, groups=[Group(g) for g in settings["groups"]], on=on)
    added, updated, removed, decided = _store(session, cycle, found, at)
    return Screening(
        subjects=found.subjects,
        candidates=found.rows.height,
        added=added,
        updated=updated,
        removed=removed,
        decided=decided,
        needs_remeasuring=int(found.rows["needs_remeasuring"].sum()),
        measured_too_long_ago=found.measured_too_long_ago,
        in_no_group=found.in_no_group,
    )


def choose(session: Session, cycle_id: int, *, on: date) -> list[Candidate]:
    """The candidates to open cases for, by group, kecamatan and rank: the best-ranked until each quota is full. Changes nothing itself.

    Every case but a withdrawn one fills its quota: whoever left the audit makes room for the next. Left out are candidates that must be
    measured again first and subjects still under audit in another cycle. 3 statements. Refused when the cycle is closed or over.
    """
    cycle = _open_cycle(session, select(Cycle).where(Cycle.id == cycle_id))
    if on > cycle.ends_on:
        raise Refused.because("cycle_over", f"Siklus {cycle.code} berakhir {cycle.ends_on:%d-%m-%Y}; kasus baru masuk siklus berikutnya.")
    candidates = {c.id: c for c in queries.candidates_to_choose_from(session, cycle_id)}
    picked = within_quotas(
        [Waiting(c.id, c.target_group, c.kecamatan_code, c.rank, c.needs_remeasuring) for c in candidates.values()],
        quotas=cycle.settings.get("quotas") or {},
        taken=queries.cases_in_quota(session, cycle_id),
    )
    return [candidates[one.id] for one in picked]


def drop(session: Session, candidate_id: int, given: Mapping[str, Any], *, by: Person, at: datetime) -> Candidate:
    """Decide against a candidate, with a reason (code of forms.DROP_REASONS); later screenings leave it dropped.

    Refused for anybody but the secretariat and when the candidate has a case; Problems without a usable reason.
    """
    candidate = _candidate(session, candidate_id, by=by)
    reason = parse(forms.DROP, given).values["reason"]
    if candidate.state == "chosen":
        raise Refused.because("has_case", "Calon ini sudah menjadi kasus; keluarkan kasusnya dari audit (withdraw).")
    if candidate.state == "proposed":
        candidate.state, candidate.drop_reason, candidate.dropped_by_id, candidate.dropped_at = "dropped", reason, by.id, at
        session.flush()
    return candidate


def take_back(session: Session, candidate_id: int, *, by: Person) -> Candidate:
    """Put a dropped candidate back among the proposed; the next screening updates it. Refused for anybody but the secretariat."""
    candidate = _candidate(session, candidate_id, by=by)
    if candidate.state == "dropped":
        candidate.state, candidate.drop_reason, candidate.dropped_by_id, candidate.dropped_at = "proposed", None, None, None
        session.flush()
    return candidate


def open_case_row(session: Session, candidate_id: int, *, at: datetime) -> Case:
    """The new row of the case of a candidate, flushed, without its first event (the door writes that); the candidate becomes chosen.

    The number is AKS, kabupaten, year, number of the cycle and a running number: AKS-3509-2026-2-007. A case that was carried over from
    an earlier cycle is continued. Refused when there is no such candidate, it was dropped, it has a case, or the cycle is closed.
    """
    cycle = _open_cycle(session, select(Cycle).join(Candidate, Candidate.cycle_id == Cycle.id).where(Candidate.id == candidate_id))
    candidate = session.get_one(Candidate, candidate_id, populate_existing=True)
    if candidate.state == "chosen":
        raise Refused.because("has_case", "Calon ini sudah menjadi kasus.")
    if candidate.state == "dropped":
        raise Refused.because("dropped", "Calon ini sudah dikeluarkan dari daftar; kembalikan dulu ke daftar sebelum membuka kasus.")
    lives_in = session.execute(select(Subject.desa_code, Subject.puskesmas).where(Subject.id == candidate.subject_id)).one()
    running = (session.scalar(select(func.count()).select_from(Case).where(Case.cycle_id == cycle.id)) or 0) + 1
    case = Case(
        cycle_id=cycle.id,
        number=f"AKS-{cycle.kabupaten_code.replace('.', '')}-{cycle.year}-{cycle.number}-{running:03d}",
        subject_id=candidate.subject_id,
        target_group=candidate.target_group,
        desa_code=lives_in.desa_code,
        puskesmas=lives_in.puskesmas,
        status=Status.SELECTED,
        status_since=at,
        version=0,
        head_hash=NO_EVENT_BEFORE,
        continues_case_id=queries.carried_over_case_id(session, candidate.subject_id),
    )
    candidate.state = "chosen"
    session.add(case)
    session.flush()
    return case


def withdraw(session: Session, move: Move) -> dict[str, Any]:
    """Take the case out of the audit; given: reason, a code of WITHDRAWAL_REASONS. Problems without a usable one."""
    reason = parse(forms.WITHDRAW, move.given).values["reason"]
    move.case.withdrawn_reason = reason
    return {"reason": reason}


def reopen(session: Session, move: Move) -> dict[str, Any]:
    """Take the case up again; the reason it was withdrawn for stays in the history only."""
    parse(forms.REOPEN, move.given)
    reason, move.case.withdrawn_reason = move.case.withdrawn_reason, None
    return {"was_withdrawn_for": reason} if reason else {}


def open_identity(session: Session, move: Move) -> dict[str, Any]:
    """Let this person see the identity behind the case for IDENTITY_OPEN_FOR. given: `reason`, and `note` where the reason is another one.

    Raises Problems without a usable reason.
    """
    values = parse(forms.IDENTITY, move.given).values
    if values["reason"] == "other" and not values.get("note"):
        raise Problems([Problem("note", "", "required", "Catatan: wajib diisi untuk keperluan lain.")])
    until = move.at + IDENTITY_OPEN_FOR
    session.add(
        IdentityOpening(
            case_id=move.case.id,
            person_id=move.by.id,
            reason=values["reason"],
            note=values.get("note"),
            opened_at=move.at,
            expires_at=until,
        )
    )
    return {"reason": values["reason"], "until": until.isoformat()}


def _open_cycle(session: Session, which: Select[Cycle]) -> Cycle:
    """The cycle, locked until the transaction ends: two screenings, or two cases, of one cycle come one after the other."""
    cycle = session.scalar(which.with_for_update(of=Cycle).execution_options(populate_existing=True))
    if cycle is None:
        raise Refused.because("not_found", "Siklus atau calon itu tidak ada.")
    if cycle.closed_at is not None:
        raise Refused.because("cycle_closed", f"Siklus {cycle.code} sudah ditutup.")
    return cycle


def _candidate(session: Session, candidate_id: int, *, by: Person) -> Candidate:
    if not by.is_a(Role.SECRETARY):
        raise Refused.because("wrong_role", "Hanya Sekretariat yang dapat mengubah daftar calon.")
    candidate = session.get(Candidate, candidate_id, with_for_update=True)
    if candidate is None:
        raise Refused.because("not_found", "Calon itu tidak ada.")
    return candidate


def _store(session: Session, cycle: Cycle, found: Screened, at: datetime) -> tuple[int, int, int, int]:
    """Bring the candidates of the cycle to what was found; how many were added, updated, removed, and left as decided."""
    columns = [getattr(Candidate, name) for name in _SCREENED_COLUMNS]
    stored = {
        row.subject_id: row
        for row in session.execute(
            select(Candidate.id, Candidate.subject_id, Candidate.state, *columns).where(Candidate.cycle_id == cycle.id)
        )
    }
    wanted = {row["subject_id"]: {name: row[name] for name in _SCREENED_COLUMNS} for row in found.rows.iter_rows(named=True)}
    add = [
        {"cycle_id": cycle.id, "subject_id": subject, **values, "state": "proposed", "screened_at": at}
        for subject, values in wanted.items()
        if subject not in stored
    ]
    change = [
        {"id": row.id, **wanted[subject], "screened_at": at}
        for subject, row in stored.items()
        if row.state == "proposed" and subject in wanted and any(getattr(row, name) != wanted[subject][name] for name in _SCREENED_COLUMNS)
    ]
    gone = [{"gone": row.id} for subject, row in stored.items() if row.state == "proposed" and subject not in wanted]
    _write(session, add, change, gone)
    return len(add), len(change), len(gone), sum(row.state != "proposed" for row in stored.values())


def _write(session: Session, add: Sequence[dict[str, Any]], change: Sequence[dict[str, Any]], gone: Sequence[dict[str, Any]]) -> None:
    session.flush()
    if add:
        session.execute(insert(Candidate), add)
    if change:
        session.execute(update(Candidate), change)
    if gone:
        session.connection().execute(delete(Candidate.metadata.tables["candidate"]).where(Candidate.id == bindparam("gone")), gone)
