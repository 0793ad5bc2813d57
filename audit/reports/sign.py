"""A kept document is signed: the newest file of it gets one more signature and is kept beside it. How is in audit.render.signing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from audit.errors import Fault, Reason, Refused, Stale
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Cycle, Document, DocumentSignature
from audit.people.roles import Person
from audit.render.pkcs12 import draw_stamp, empty_field
from audit.render.signing import Signer, read_signatures, signature_fields
from audit.reports.book import entry
from audit.reports.document import RESTRICTED, DocumentEntry
from audit.reports.readers import may_not_read
from audit.reports.revisions import newest_revision_of
from audit.store.files import Files

_LABEL = "Tanda tangan elektronik "
"""How the label of a signature field begins (templates/base/print_macros.html); the office follows."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What `sign_document` made. place: the signature field. file_sha256: of the signed file, a name in the file store.

    left: the fields of the document that are still empty, in its order.
    """

    document_id: int
    number: str
    place: str
    signed_by: str
    signed_at: datetime
    file_sha256: str
    left: tuple[str, ...]


def document_numbered(session: Session, number: str) -> Document:
    """The document with this number, as printed on it; capital or small letters. Raises Refused when nothing was published under it."""
    wanted = number.strip().upper()
    found = session.scalar(select(Document).where(Document.number == wanted).order_by(Document.id.desc()).limit(1))
    if found is None:
        raise Refused.because("unknown_number", f"Dokumen bernomor “{wanted}” tidak ada. Nomornya tercetak di kaki setiap halaman.")
    return found


def newest_file(session: Session, document: Document) -> str:
    """SHA-256 of the newest file of a document: with every signature it has, or as it was published."""
    return (
        session.scalar(
            select(DocumentSignature.file_sha256)
            .where(DocumentSignature.document_id == document.id)
            .order_by(DocumentSignature.id.desc())
            .limit(1)
        )
        or document.file_sha256
    )


def may_not_sign(one: DocumentEntry, person: Person, *, subject: str, facts: CaseFacts | None = None) -> Reason | None:
    """Why this person may not have the document signed; None when they may: who reads the restricted edition may, of every edition.

    Whose signature it is, the certificate says. facts: of the case, where the document is about one.
    """
    return may_not_read(one, person, edition=RESTRICTED, subject=subject, facts=facts)


def sign_document(
    sessions: sessionmaker[Session], files: Files, document_id: int, place: str, signer: Signer, *, by: Person, at: datetime
) -> Signed:
    """Sign one field of a kept document, keep the signed file, and write the row of the signature.

    The newest signed file gets the next signature; the unsigned one stays as it is. Two short transactions, with the signing in neither.
    Raises Refused when the field is not there or not empty, when the signer may not sign at this instant, and for a revision that nobody
    signed while a newer one is there; Stale when somebody else signed meanwhile; Fault when what came back is not the file and a signature.
    """
    with sessions.begin() as session:
        document = session.get_one(Document, document_id)
        number, before = document.number, newest_file(session, document)
        title, zone = entry(document.name).title, session.get_one(Cycle, document.cycle_id).timezone
        if before == document.file_sha256:
            _refuse_superseded(session, document)
    content = files.get(before)
    if not content.startswith(b"%PDF-"):
        raise Refused.because("not_a_pdf", f"{title} bukan PDF dan tidak dapat ditandatangani secara elektronik.")
    field = empty_field(content, place)
    signer.check(at)
    stamp = draw_stamp(signer.signed_by, office=field.label.removeprefix(_LABEL), at=at.astimezone(ZoneInfo(zone)))
    signed = signer.sign(content, place, stamp=stamp, reason=f"{title} nomor {number}", at=at)
    signed_by = _signature_added(content, signed, place)
    kept = files.put(signed)
    with sessions.begin() as session:
        document = session.get_one(Document, document_id, with_for_update=True)
        if newest_file(session, document) != before:
            raise Stale(Reason("signed_meanwhile", "Dokumen ini baru saja ditandatangani orang lain; ulangi perintah yang sama."))
        session.add(
            DocumentSignature(document_id=document_id, place=place, signed_by=signed_by, by_id=by.id, signed_at=at, file_sha256=kept)
        )
    left = tuple(each.name for each in signature_fields(signed) if not each.is_signed)
    return Signed(document_id, number, place, signed_by, at, kept, left)


def _refuse_superseded(session: Session, document: Document) -> None:
    newest = newest_revision_of(session, document)
    if newest.revision > document.revision:
        raise Refused.because("superseded", f"Dokumen {document.number} sudah diganti oleh {newest.number}; tandatangani yang baru.")


def _signature_added(before: bytes, after: bytes, place: str) -> str:
    """Who signed, as the file says. Raises Fault unless the file is the one before and a sound signature in that place."""
    added = next((each for each in read_signatures(after) if each.field == place), None)
    if not after.startswith(before) or added is None or not (added.is_intact and added.covers_whole_file):
        raise Fault("Berkas yang kembali dari penanda tangan bukan dokumen semula dengan satu tanda tangan; tidak ada yang disimpan.")
    return added.signed_by[:_LONGEST_NAME]


_LONGEST_NAME = 200
"""Of the column; X.520 allows 64 characters."""
