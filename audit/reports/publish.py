"""Freeze, render, keep: a document of the book becomes a row that is never replaced. What a document shows is not decided here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from audit.lifecycle.history import cycle_head
from audit.lifecycle.tables import Document
from audit.reports.book import Kept, check_request, entry, file_name
from audit.store.canonical import canonical_json, sha256_hex
from audit.store.files import Files

__all__ = ["Published", "file_name", "newest_document", "publish"]


@dataclass(frozen=True, slots=True)
class Published:
    """What `publish` made, or found made: both hashes are names in the file store. is_new: the row was written by this call."""

    document_id: int
    name: str
    edition: str
    subject: str
    snapshot_sha256: str
    pdf_sha256: str
    is_new: bool


def publish(
    sessions: sessionmaker[Session], files: Files, cycle_id: int, name: str, *, edition: str, subject: str = "", at: datetime, on: date
) -> Published:
    """Freeze a document of a cycle, render it, keep both, and write its row. The same snapshot again gives the row that is there.

    Two short transactions, with the rendering between them and in neither. subject: a case number or an agency code where the book
    asks for one. A packet that was frozen with its case is taken as it is, never rendered again.
    Raises Refused for a document, edition or subject that does not exist, Fault when a file cannot be kept or is gone.
    """
    one = entry(name)
    check_request(one, edition=edition, subject=subject)
    with sessions.begin() as session:
        head = cycle_head(session, cycle_id)
        kept = one.kept(session, cycle_id, subject) if one.kept else None
        snapshot = one.freeze(session, cycle_id, subject, at=at, on=on) if kept is None else None
        content = b"" if snapshot is None else canonical_json(snapshot)
        digest = kept.snapshot_sha256 if kept else sha256_hex(content)
        known = _existing(session, cycle_id, name, edition, subject, digest)
        if known is not None:
            return _published(known, is_new=False)
    if kept is None:
        # Drawn from the bytes that are kept, not from the values they were made of: what is stored is what was printed.
        kept = Kept(files.put(content), files.put(one.render(json.loads(content), edition)))
    else:
        files.get(kept.snapshot_sha256), files.get(kept.pdf_sha256)
    document = Document(
        cycle_id=cycle_id,
        name=name,
        edition=edition,
        subject=subject,
        snapshot_sha256=kept.snapshot_sha256,
        pdf_sha256=kept.pdf_sha256,
        history_head=head,
        made_at=at,
    )
    try:
        with sessions.begin() as session:
            session.add(document)
            session.flush()
            return _published(document, is_new=True)
    except IntegrityError:
        # Somebody else published the same snapshot while this one was rendered: theirs stands.
        with sessions.begin() as session:
            known = _existing(session, cycle_id, name, edition, subject, digest)
            if known is None:
                raise
            return _published(known, is_new=False)


def newest_document(session: Session, cycle_id: int, name: str, edition: str, subject: str = "") -> Document | None:
    """The newest document of this name, edition and subject; None when none was published."""
    return session.scalar(
        select(Document)
        .where(Document.cycle_id == cycle_id, Document.name == name, Document.edition == edition, Document.subject == subject)
        .order_by(Document.made_at.desc(), Document.id.desc())
        .limit(1)
    )


def _existing(session: Session, cycle_id: int, name: str, edition: str, subject: str, digest: str) -> Document | None:
    return session.scalar(
        select(Document).where(
            Document.cycle_id == cycle_id,
            Document.name == name,
            Document.edition == edition,
            Document.subject == subject,
            Document.snapshot_sha256 == digest,
        )
    )


def _published(document: Document, *, is_new: bool) -> Published:
    return Published(
        document_id=document.id,
        name=document.name,
        edition=document.edition,
        subject=document.subject,
        snapshot_sha256=document.snapshot_sha256,
        pdf_sha256=document.pdf_sha256,
        is_new=is_new,
    )
