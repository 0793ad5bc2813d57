"""Freeze, draw, keep: a document of the book becomes a row that is never replaced. What a document shows is not decided here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from audit.lifecycle.history import cycle_head
from audit.lifecycle.tables import Document
from audit.reports.book import check_request, entry, record_of
from audit.reports.document import PUBLIC, DocumentEntry
from audit.reports.drawers import draw
from audit.reports.earlier import with_earlier
from audit.reports.printing import made_with
from audit.reports.record import Record
from audit.reports.revisions import newest_document, with_snapshot
from audit.store.canonical import canonical_json, sha256_hex
from audit.store.files import Files
from audit.store.session import reading

Draw = Callable[[bytes], bytes]
"""Canonical bytes of a record -> bytes of the file."""


@dataclass(frozen=True, slots=True)
class Published:
    """What `publish` made, or found made: the hashes are names in the file store. is_new: the row was written by this call."""

    document_id: int
    name: str
    edition: str
    subject: str
    number: str
    revision: int
    code: str
    snapshot_sha256: str
    file_sha256: str
    is_new: bool


def publish(
    sessions: sessionmaker[Session],
    files: Files,
    cycle_id: int,
    name: str,
    *,
    edition: str,
    subject: str = "",
    at: datetime,
    on: date,
    draw: Draw = draw,
) -> Published:
    """Freeze a document of a cycle, draw it, keep both, and write its row. The same snapshot again gives the row that is there.

    Two short transactions, with the drawing between them and in neither. subject: what the book asks for. draw: where it is done, here or
    in a worker. A packet that was frozen with its case is taken as it is, never drawn again.
    Raises Refused for a document, edition or subject that does not exist, Fault when a file cannot be kept or is gone.
    """
    frozen = freeze(sessions, files, cycle_id, name, edition=edition, subject=subject, at=at, on=on)
    if isinstance(frozen, Published):
        return frozen
    return keep(sessions, files, frozen, None if frozen.is_drawn else draw(frozen.record.raw))


@dataclass(frozen=True, slots=True)
class Frozen:
    """A document whose snapshot is taken. record: what it is drawn from. is_drawn: its file is kept already and is only to be listed."""

    document: Document
    record: Record
    snapshot: bytes
    is_drawn: bool


def freeze(
    sessions: sessionmaker[Session], files: Files, cycle_id: int, name: str, *, edition: str, subject: str, at: datetime, on: date
) -> Frozen | Published:
    """The first half of `publish`: a short transaction that only looks. Published, when the same snapshot was published before."""
    one = entry(name)
    check_request(one, edition=edition, subject=subject)
    with reading(sessions) as session:
        kept = one.kept(session, cycle_id, subject) if one.kept else None
        content = b"" if kept else canonical_json(_snapshot(one, session, files, cycle_id, edition, subject, at, on))
        digest = kept.snapshot_sha256 if kept else sha256_hex(content)
        known = with_snapshot(session, cycle_id, name, edition, subject, snapshot_sha256=digest)
        if known is not None:
            return _published(known, is_new=False)
        newest = newest_document(session, cycle_id, name, edition, subject)
        next_revision = newest.revision + 1 if newest else 1
        head = cycle_head(session, cycle_id)
    if kept:
        content = files.get(kept.snapshot_sha256)
    snapshot = json.loads(content)
    revision = one.revision(snapshot) if one.revision else next_revision
    record = record_of(one, snapshot, edition=edition, subject=subject, revision=revision)
    document = Document(
        cycle_id=cycle_id,
        name=name,
        edition=edition,
        subject=subject,
        number=record.number,
        revision=revision,
        code=record.code,
        snapshot_sha256=digest,
        record_sha256=record.sha256,
        file_sha256=kept.file_sha256 if kept else "",
        made_with=made_with(),
        history_head=head,
        made_at=at,
    )
    return Frozen(document, record, content, is_drawn=kept is not None)


def keep(sessions: sessionmaker[Session], files: Files, frozen: Frozen, content: bytes | None) -> Published:
    """The second half of `publish`: the files first, then the row in a short transaction.

    content: the bytes drawn from `frozen.record.raw`, so that what is stored is what was printed; None when it `is_drawn` already.
    """
    if content is None:
        files.get(frozen.document.file_sha256)
    else:
        files.put(frozen.snapshot)
        frozen.document.file_sha256 = files.put(content)
    return _keep(sessions, frozen.document)


def _snapshot(
    one: DocumentEntry, session: Session, files: Files, cycle_id: int, edition: str, subject: str, at: datetime, on: date
) -> dict[str, Any]:
    """What the entry freezes, laid over the kept snapshot it stands on, where it names one; in public beside what was told before."""
    under = json.loads(files.get(one.base(session, cycle_id, subject))) if one.base else {}
    snapshot = {**under, **one.freeze(session, cycle_id, subject, at=at, on=on)}
    return with_earlier(one, session, files, cycle_id, snapshot) if edition == PUBLIC else snapshot


def _keep(sessions: sessionmaker[Session], document: Document) -> Published:
    try:
        with sessions.begin() as session:
            session.add(document)
            session.flush()
            return _published(document, is_new=True)
    except IntegrityError:
        # Somebody else published the same snapshot while this one was drawn: theirs stands.
        with reading(sessions) as session:
            about = document.cycle_id, document.name, document.edition, document.subject
            known = with_snapshot(session, *about, snapshot_sha256=document.snapshot_sha256)
            if known is None:
                raise
            return _published(known, is_new=False)


def _published(document: Document, *, is_new: bool) -> Published:
    return Published(
        document_id=document.id,
        name=document.name,
        edition=document.edition,
        subject=document.subject,
        number=document.number,
        revision=document.revision,
        code=document.code,
        snapshot_sha256=document.snapshot_sha256,
        file_sha256=document.file_sha256,
        is_new=is_new,
    )
