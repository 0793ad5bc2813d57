"""What anybody may know of a document who holds its code: that it was issued, when, and whether it still stands. Nothing personal, no file.

The number and the subject of a document on a case stay with those who hold it: they name the case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Cycle, Document, DocumentSignature
from audit.reports.book import known_entry
from audit.reports.document import PUBLIC
from audit.reports.phrases import cycle_words, secretariat_words
from audit.reports.record import as_code

_NO_CODE = "-"
"""Asked for in the place of what cannot be a code, so that every answer takes the same way."""


@dataclass(frozen=True, slots=True)
class PublicSignature:
    """An electronic signature: the office it was given for, never the person, and the day."""

    office: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class PublicFacts:
    """A document as its verification page tells it.

    number: None where it would name a case. cycle: in words. issuer: the office. issued_on: the day it was made. newest_revision: equal to
    `revision` as long as it stands. record_sha256: the hash printed on it.
    """

    code: str
    number: str | None
    title: str
    edition: str
    cycle: str
    issuer: str
    issued_on: date
    revision: int
    newest_revision: int
    is_newest: bool
    record_sha256: str
    signatures: tuple[PublicSignature, ...]


def verified(session: Session, code: str) -> PublicFacts | None:
    """What may be told of the document with this code (as somebody typed it); None when there is none. One statement either way."""
    newer = aliased(Document)
    newest = (
        select(newer.id)
        .where(
            newer.cycle_id == Document.cycle_id,
            newer.name == Document.name,
            newer.edition == Document.edition,
            newer.subject == Document.subject,
        )
        .order_by(newer.revision.desc(), newer.id.desc())
        .limit(1)
        .correlate(Document)
        .scalar_subquery()
    )
    last = aliased(Document)
    rows = session.execute(
        select(Document, Cycle, last.id, last.revision, DocumentSignature.place, DocumentSignature.signed_at)
        .join(Cycle, Cycle.id == Document.cycle_id)
        .join(last, last.id == newest)
        .outerjoin(DocumentSignature, DocumentSignature.document_id == Document.id)
        .where(Document.code == (as_code(code) or _NO_CODE))
        .order_by(Document.id, DocumentSignature.signed_at, DocumentSignature.id)
    ).all()
    if not rows:
        return None
    row, cycle, newest_id, newest_revision, _, _ = rows[0]
    signed = tuple(_signature(place, at, cycle.timezone) for one, _, _, _, place, at in rows if at is not None and one.id == row.id)
    return _facts(row, cycle, is_newest=newest_id == row.id, newest_revision=newest_revision, signatures=signed)


def _facts(row: Document, cycle: Cycle, *, is_newest: bool, newest_revision: int, signatures: tuple[PublicSignature, ...]) -> PublicFacts:
    one = known_entry(row.name)
    names_a_case = row.edition != PUBLIC and (one is None or one.per.is_of_a_case)
    wording = cycle.settings.get("wording") or {}
    return PublicFacts(
        code=row.code,
        number=None if names_a_case else row.number,
        title=one.title if one else "Dokumen",
        edition=row.edition,
        cycle=cycle_words(cycle.code, wording),
        issuer=secretariat_words(cycle.kabupaten_code, wording),
        issued_on=local_date(row.made_at, cycle.timezone),
        revision=row.revision,
        newest_revision=newest_revision,
        is_newest=is_newest,
        record_sha256=row.record_sha256,
        signatures=signatures,
    )


def _signature(place: str, at: datetime, timezone: str) -> PublicSignature:
    """The office is the word a signature field begins with ("ketua", "pakar-2"); what follows may tell one person from another."""
    word = re.match(r"[^\W\d_]+", place)
    return PublicSignature(word[0].capitalize() if word else "Penanda tangan", local_date(at, timezone))
