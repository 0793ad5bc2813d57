"""The append-only history of a case: the one writer of events and of statuses, and the check of every chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.lifecycle.tables import Case, CaseEvent, Outbox
from audit.lifecycle.transitions import Transition
from audit.people.roles import Person
from audit.store.canonical import canonical_json, sha256_hex

NO_EVENT_BEFORE = "0" * 64


def append(session: Session, case: Case, row: Transition, *, by: Person, at: datetime, details: dict[str, Any]) -> CaseEvent:
    """Move the case along `row` and write the event, its hash, and the notice the row asks for. Flushes; the caller commits.

    details: codes, ids and fingerprints only, never identity.
    """
    event = CaseEvent(
        case_id=case.id,
        seq=case.version + 1,
        action=row.action,
        from_status=row.source,
        to_status=row.target,
        by_id=by.id,
        at=at,
        details=details,
        previous_hash=case.head_hash,
        hash="",
    )
    event.hash = event_hash(event)
    if row.source != row.target:
        case.status, case.status_since = row.target, at
    case.version, case.head_hash = event.seq, event.hash
    session.add(event)
    session.flush()
    if row.notify:
        session.add(Outbox(event_id=event.id, case_id=case.id, role=row.notify, action=row.action, at=at))
    return event


def event_hash(event: CaseEvent) -> str:
    """SHA-256 over the canonical JSON of everything an event says, the previous hash included."""
    return sha256_hex(
        canonical_json(
            {
                "case": event.case_id,
                "seq": event.seq,
                "action": event.action,
                "from": event.from_status,
                "to": event.to_status,
                "by": event.by_id,
                "at": event.at.astimezone(UTC).isoformat(),
                "details": event.details,
                "previous": event.previous_hash,
            }
        )
    )


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """The first place where the history of a case no longer agrees with itself."""

    case_number: str
    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What `verify` looked at and what it found; broken is empty when every chain holds."""

    cases: int
    events: int
    broken: tuple[BrokenChain, ...]


def verify(session: Session) -> ChainCheck:
    """Check every chain of the database; a case is reported once, with its first broken event."""
    cases = {c.id: c for c in session.scalars(select(Case).order_by(Case.id))}
    nothing = (0, NO_EVENT_BEFORE, "")
    seen: dict[int, tuple[int, str, str]] = {}
    broken: dict[int, BrokenChain] = {}
    events = 0
    for event in _events(session):
        events += 1
        seq, head, status = seen.get(event.case_id, nothing)
        if event.case_id not in cases:
            broken.setdefault(event.case_id, BrokenChain(f"(nomor {event.case_id})", event.seq, "kasusnya terhapus dari basis data"))
        elif event.case_id not in broken and (fault := _fault(event, seq, head, status)):
            broken[event.case_id] = BrokenChain(cases[event.case_id].number, event.seq, fault)
        seen[event.case_id] = (event.seq, event.hash, event.to_status)
    for case in cases.values():
        seq, head, status = seen.get(case.id, nothing)
        if case.id in broken:
            continue
        if (seq, head) != (case.version, case.head_hash):
            broken[case.id] = BrokenChain(case.number, min(seq, case.version) + 1, "akhir riwayat tidak cocok dengan kasusnya")
        elif status != case.status:
            broken[case.id] = BrokenChain(case.number, seq, "status kasus diubah di luar riwayat")
    return ChainCheck(len(cases), events, tuple(broken[key] for key in sorted(broken)))


def cycle_head(session: Session, cycle_id: int) -> str:
    """One hash over the newest event of every case of a cycle: printed in its report, it anchors the whole log."""
    heads = session.execute(select(Case.number, Case.head_hash).where(Case.cycle_id == cycle_id).order_by(Case.number))
    return sha256_hex(canonical_json([list(row) for row in heads]))


def cycle_heads(session: Session) -> dict[int, tuple[int, str]]:
    """Cycle id -> how many cases it has, and its `cycle_head`; one statement. A cycle without cases is not in it."""
    found: dict[int, list[list[str]]] = {}
    for cycle_id, number, head in session.execute(select(Case.cycle_id, Case.number, Case.head_hash).order_by(Case.number)):
        found.setdefault(cycle_id, []).append([number, head])
    return {cycle_id: (len(heads), sha256_hex(canonical_json(heads))) for cycle_id, heads in found.items()}


@dataclass(frozen=True, slots=True)
class HeadAt:
    """The head of a cycle as it was at an instant, worked out again from the events. broken: the first broken event of each case."""

    head: str
    events: int
    broken: tuple[BrokenChain, ...]


def head_at(session: Session, cycle_id: int, *, last_at: datetime, events: int | None = None) -> HeadAt:
    """What `cycle_head` gave when the newest event of the cycle was that of `last_at`; one statement, every chain checked on the way.

    events: how many there were then; later events of the same instant (a batch has one) are left out by it. Hashes are computed again
    and never taken from the row, so a head that agrees with one printed earlier proves that nothing up to there has changed.
    """
    rows = session.execute(
        select(CaseEvent, Case.number)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.cycle_id == cycle_id, CaseEvent.at <= last_at)
        .order_by(CaseEvent.id)
        .limit(events)
        .execution_options(yield_per=2000)
    )
    seen: dict[str, tuple[int, str, str]] = {}
    broken: dict[str, BrokenChain] = {}
    count = 0
    for event, number in rows:
        count += 1
        if number not in broken and (fault := _fault(event, *seen.get(number, (0, NO_EVENT_BEFORE, "")))):
            broken[number] = BrokenChain(number, event.seq, fault)
        seen[number] = (event.seq, event_hash(event), event.to_status)
    heads = [[number, head] for number, (_, head, _) in sorted(seen.items())]
    return HeadAt(sha256_hex(canonical_json(heads)), count, tuple(broken[number] for number in sorted(broken)))


def _events(session: Session) -> Iterator[CaseEvent]:
    return iter(session.scalars(select(CaseEvent).order_by(CaseEvent.case_id, CaseEvent.seq).execution_options(yield_per=2000)))


def _fault(event: CaseEvent, seq_before: int, hash_before: str, status_before: str) -> str | None:
    if event.seq != seq_before + 1:
        return f"peristiwa ke-{seq_before + 1} hilang"
    if event.previous_hash != hash_before:
        return "tidak menyambung ke peristiwa sebelumnya"
    if event.hash != event_hash(event):
        return "isinya berubah sejak dicatat"
    if (event.from_status or "") != status_before:
        return "berangkat dari status yang bukan status sebelumnya"
    return None
