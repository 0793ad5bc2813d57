"""Who signed which documents of a cycle electronically. Signing itself is in sign.py, the proof of it in verify.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.lifecycle.tables import Document, DocumentSignature


def signers_of_cycle(session: Session, cycle_id: int) -> Mapping[int, Sequence[str]]:
    """Document id -> names in the certificates, in the order of signing. One statement."""
    rows = session.execute(
        select(DocumentSignature.document_id, DocumentSignature.signed_by)
        .join(Document, Document.id == DocumentSignature.document_id)
        .where(Document.cycle_id == cycle_id)
        .order_by(DocumentSignature.id)
    )
    signers: dict[int, list[str]] = {}
    for document_id, name in rows:
        signers.setdefault(document_id, []).append(name)
    return signers


def signatures_of(session: Session, document_id: int) -> Sequence[DocumentSignature]:
    """The signatures of one document, in the order of signing. One statement."""
    return session.scalars(
        select(DocumentSignature).where(DocumentSignature.document_id == document_id).order_by(DocumentSignature.id)
    ).all()
