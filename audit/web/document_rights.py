"""Which documents of a cycle this person may read, and what they are called on a page. Whoever may not finds nothing there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from audit.casework.worklists import cases_seen_by
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Cycle, Document
from audit.people.agencies import agency_words
from audit.people.roles import Person
from audit.render.wording import facility
from audit.reports.book import known_entry
from audit.reports.bundle import Bundled, newest_documents
from audit.reports.document import PUBLIC, DocumentEntry, Per, Readers
from audit.reports.phrases import place_words
from audit.reports.readers import may_not_read
from audit.reports.scorecard.units import read_subject


class Asker(Protocol):
    """Who asks for documents, and when: the desk of a page, or that of a program."""

    @property
    def session(self) -> Session: ...
    @property
    def person(self) -> Person: ...
    def on(self, cycle: Cycle | None = None) -> date: ...


EDITION_LABELS: Mapping[str, str] = {"publik": "Publik", "terbatas": "Terbatas"}


@dataclass(frozen=True, slots=True)
class Readable:
    """A document this person may read. facts: of its case, None when it is about none. shows_identity: who the case is stands in it."""

    entry: DocumentEntry
    document: Document
    facts: CaseFacts | None

    @property
    def shows_identity(self) -> bool:
        return self.entry.readers is Readers.IDENTITY and self.document.edition != PUBLIC


def readable_documents(desk: Asker, cycle: Cycle, *, names: Sequence[str] = ()) -> list[Bundled]:
    """The newest revision of every document of the cycle that this person may read, in the order of the book. Five statements."""
    seen = _seen(desk, cycle)
    found, _ = newest_documents(
        desk.session, cycle, may_read=lambda one, edition, subject: _may_read(desk, one, edition, subject, seen), names=names
    )
    return found


def readable_document(desk: Asker, document_id: int) -> Readable | None:
    """The document with this id, of any revision; None when there is none and when it is not for this person, all the same.

    Five statements in any case: how long the answer takes must not tell whether there is such a document.
    """
    document = desk.session.get(Document, document_id)
    cycle = desk.session.scalars(_cycle_of(document)).first()
    seen = _seen(desk, cycle) if cycle is not None else {}
    one = known_entry(document.name) if document is not None else None
    if document is None or one is None or not _may_read(desk, one, document.edition, document.subject, seen):
        return None
    return Readable(one, document, seen.get(_case_number(document.subject)) if one.per.is_of_a_case else None)


def _cycle_of(document: Document | None) -> Select[Cycle]:
    """The cycle of a document; for one that is not there the newest."""
    wanted = document.cycle_id if document is not None else 0
    return select(Cycle).order_by(case((Cycle.id == wanted, 0), else_=1), Cycle.id.desc()).limit(1)


def subject_words(one: DocumentEntry, subject: str, *, names: Mapping[str, str], agencies: Mapping[str, str]) -> str:
    """What a document is about: a case number, an office, a place. names: username -> name, of experts; agencies: as `Desk.agencies`."""
    if one.per is Per.SEAT:
        number, _, username = subject.partition(":")
        return f"{number}, {names.get(username, username)}"
    if one.per is Per.SCORE:
        quarter, unit = read_subject(subject)
        return f"{unit.label(agencies)}, {quarter.label}"
    return {
        Per.CYCLE: "Seluruh siklus",
        Per.AGENCY: agency_words(subject, agencies),
        Per.PUSKESMAS: facility("Puskesmas", subject),
        Per.KECAMATAN: place_words(subject),
        Per.DESA: place_words(subject),
    }.get(one.per, subject)


def _seen(desk: Asker, cycle: Cycle) -> dict[str, CaseFacts]:
    on: date = desk.on(cycle)
    return {facts.number: facts for facts in cases_seen_by(desk.session, desk.person, on=on, cycle_id=cycle.id)}


def _may_read(desk: Asker, one: DocumentEntry, edition: str, subject: str, seen: Mapping[str, CaseFacts]) -> bool:
    facts = seen.get(_case_number(subject)) if one.per.is_of_a_case else None
    if one.per.is_of_a_case and edition != PUBLIC and facts is None:
        return False
    return may_not_read(one, desk.person, edition=edition, subject=subject, facts=facts) is None


def _case_number(subject: str) -> str:
    return subject.partition(":")[0]
