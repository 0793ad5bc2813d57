"""The rows of one document of a cycle, from its newest revision to its first. What a new revision holds is decided in publish.py."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from audit.lifecycle.tables import Document


def revisions(cycle_id: int, name: str, edition: str, subject: str) -> Select[Document]:
    """Every revision that was published of the document of this name, edition and subject, the newest first."""
    return (
        select(Document)
        .where(Document.cycle_id == cycle_id, Document.name == name, Document.edition == edition, Document.subject == subject)
        .order_by(Document.revision.desc(), Document.id.desc())
    )


def newest_document(session: Session, cycle_id: int, name: str, edition: str, subject: str = "") -> Document | None:
    """The newest revision of the document of this name, edition and subject; None when none was published."""
    return session.scalar(revisions(cycle_id, name, edition, subject).limit(1))


def newest_revision_of(session: Session, document: Document) -> Document:
    """The newest revision of what this is a revision of; itself when there is no newer one."""
    return newest_document(session, document.cycle_id, document.name, document.edition, document.subject) or document


def all_revisions(session: Session, document: Document) -> list[Document]:
    """Every revision of what this is a revision of, the newest first. One statement."""
    return list(session.scalars(revisions(document.cycle_id, document.name, document.edition, document.subject)))


def with_snapshot(session: Session, cycle_id: int, name: str, edition: str, subject: str, *, snapshot_sha256: str) -> Document | None:
    """The revision that was published with this snapshot; None when there is none."""
    known = revisions(cycle_id, name, edition, subject).where(Document.snapshot_sha256 == snapshot_sha256)
    return session.scalar(known.limit(1))
