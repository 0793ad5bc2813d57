"""Who did what over all cases, accounts and documents: one list, newest first, as far as its reader may see it. Checks no chain.

Every list takes the same number of statements however long it is. How an event is worded is not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CompoundSelect, Select, String, Subquery, func, literal, select, union_all
from sqlalchemy.orm import Session

from audit.casework.facts import gather
from audit.lifecycle.access import may_see_event
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, CaseEvent, Document, DocumentSignature
from audit.lifecycle.vocabulary import Action
from audit.people.account_history import EventLine, account_events
from audit.people.directory import people_by_id
from audit.people.roles import Person
from audit.people.tables import Account, AccountEvent
from audit.steps.review.tables import Assignment

SIZE = 50
_CHUNK = 1000


class Kind(StrEnum):
    CASE = "kasus"
    ACCOUNT = "akun"
    DOCUMENT = "dokumen"
    SIGNATURE = "tanda-tangan"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to. case: part of a number; account, by: a username; action: a code; first, before: instants."""

    kind: Kind | None = None
    case: str = ""
    account: str = ""
    by: str = ""
    action: str = ""
    first: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened. by_name: "" when a document was made by the system. Exactly one of event, account and document is there."""

    kind: Kind
    at: datetime
    by_name: str
    event: CaseEvent | None = None
    case_number: str = ""
    account: EventLine | None = None
    document: Document | None = None
    signed_place: str = ""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """names: everybody who is named in the events. page: the one shown, from 1."""

    lines: Sequence[HistoryLine]
    names: Mapping[int, Person]
    total: int
    page: int


def history_page(session: Session, reader: Person, wanted: Wanted, *, page: int, on: date, size: int = SIZE) -> HistoryPage:
    """One page of what happened; at most 15 statements. page: from 1; too far is the last. size: lines of a page."""
    happened = _happened(wanted, _hidden(session, reader, on=on))
    if happened is None:
        return HistoryPage((), {}, 0, 1)
    total = session.scalar(select(func.count()).select_from(happened)) or 0
    page = min(max(1, page), max(1, -(-total // size)))
    rows = session.execute(
        select(happened.c.kind, happened.c.id)
        .order_by(happened.c.at.desc(), happened.c.kind, happened.c.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    found = _read(session, reader, {(Kind(row.kind), row.id) for row in rows}, on=on)
    lines = [found[Kind(row.kind), row.id] for row in rows if (Kind(row.kind), row.id) in found]
    return HistoryPage(lines, people_by_id(session, _named(lines)), total, page)


def whole_history(
    session: Session, reader: Person, wanted: Wanted, *, on: date, most: int
) -> Iterator[tuple[HistoryLine, Mapping[int, Person]]]:
    """Every line of the list, at most `most`, each with the people named around it. Read by chunks: a database takes only so many ids."""
    page = 1
    while (page - 1) * _CHUNK < most:
        found = history_page(session, reader, wanted, page=page, on=on, size=_CHUNK)
        for line in found.lines[: most - (page - 1) * _CHUNK]:
            yield line, found.names
        if page * _CHUNK >= found.total:
            return
        page += 1


def _happened(wanted: Wanted, hidden: Collection[int]) -> Subquery | None:
    """Kind, id and instant of everything wanted; None when no kind can have it."""
    parts = [part for kind, make in _PARTS.items() if wanted.kind in (None, kind) and (part := make(wanted, hidden)) is not None]
    if not parts:
        return None
    found: CompoundSelect[int, datetime, str] = union_all(*parts)
    return found.subquery()


def _case_events(wanted: Wanted, hidden: Collection[int]) -> Select[int, datetime, str] | None:
    if wanted.account:
        return None
    found = select(CaseEvent.id, CaseEvent.at.label("at"), literal(Kind.CASE.value, String(20)).label("kind"))
    if hidden:
        found = found.where(CaseEvent.id.not_in(hidden))
    if wanted.case:
        escaped = wanted.case.upper().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        found = found.join(Case, Case.id == CaseEvent.case_id).where(Case.number.like(f"%{escaped}%", escape="\\"))
    if wanted.action:
        found = found.where(CaseEvent.action == wanted.action)
    return _within(found, wanted, CaseEvent)


def _account_events(wanted: Wanted, hidden: Collection[int]) -> Select[int, datetime, str] | None:
    del hidden
    if wanted.case:
        return None
    found = select(AccountEvent.id, AccountEvent.at.label("at"), literal(Kind.ACCOUNT.value, String(20)).label("kind"))
    if wanted.account:
        found = found.where(AccountEvent.account_id.in_(select(Account.id).where(Account.username == wanted.account)))
    if wanted.action:
        found = found.where(AccountEvent.what == wanted.action)
    return _within(found, wanted, AccountEvent)


def _documents(wanted: Wanted, hidden: Collection[int]) -> Select[int, datetime, str] | None:
    del hidden
    if wanted.case or wanted.account or wanted.action or wanted.by:
        return None
    found = select(Document.id, Document.made_at.label("at"), literal(Kind.DOCUMENT.value, String(20)).label("kind"))
    if wanted.first:
        found = found.where(Document.made_at >= wanted.first)
    return found.where(Document.made_at < wanted.before) if wanted.before else found


def _signatures(wanted: Wanted, hidden: Collection[int]) -> Select[int, datetime, str] | None:
    del hidden
    if wanted.case or wanted.account or wanted.action:
        return None
    signed = DocumentSignature
    found = select(signed.id, signed.signed_at.label("at"), literal(Kind.SIGNATURE.value, String(20)).label("kind"))
    if wanted.by:
        found = found.where(signed.by_id.in_(select(Account.id).where(Account.username == wanted.by)))
    if wanted.first:
        found = found.where(signed.signed_at >= wanted.first)
    return found.where(signed.signed_at < wanted.before) if wanted.before else found


_PARTS = {Kind.CASE: _case_events, Kind.ACCOUNT: _account_events, Kind.DOCUMENT: _documents, Kind.SIGNATURE: _signatures}


def _within(found: Select[int, datetime, str], wanted: Wanted, table: type[CaseEvent] | type[AccountEvent]) -> Select[int, datetime, str]:
    if wanted.by:
        found = found.where(table.by_id.in_(select(Account.id).where(Account.username == wanted.by)))
    if wanted.first:
        found = found.where(table.at >= wanted.first)
    return found.where(table.at < wanted.before) if wanted.before else found


def _hidden(session: Session, reader: Person, *, on: date) -> frozenset[int]:
    """Events of the cases on whose panel the reader sits or sat that they may not see (yet); they count nowhere. Five statements."""
    seats = select(Assignment.case_id).where(Assignment.person_id == reader.id)
    facts = gather(session, seats, on=on)
    events = session.scalars(select(CaseEvent).where(CaseEvent.case_id.in_(seats))).all()
    return frozenset(event.id for event in events if not _may_see(facts, reader, event, _closed_rounds(events)))


def _closed_rounds(events: Sequence[CaseEvent]) -> frozenset[tuple[int, int | None]]:
    return frozenset((event.case_id, event.details.get("round")) for event in events if event.action == Action.CLOSE_REVIEW)


def _may_see(facts: Mapping[int, CaseFacts], reader: Person, event: CaseEvent, closed: Collection[tuple[int, int | None]]) -> bool:
    about = event.details.get("expert") if event.action == Action.ENTER_OPINION else None
    is_unsealed = (event.case_id, event.details.get("round")) in closed
    return may_see_event(facts[event.case_id], reader, event.action, by_id=event.by_id, about_id=about, is_unsealed=is_unsealed)


def _read(session: Session, reader: Person, wanted: Collection[tuple[Kind, int]], *, on: date) -> dict[tuple[Kind, int], HistoryLine]:
    """The rows behind kinds and ids; once more only those the reader may see, case by case."""

    def ids(kind: Kind) -> list[int]:
        return [number for each, number in wanted if each is kind]

    found: dict[tuple[Kind, int], HistoryLine] = {}
    cases = select(CaseEvent.case_id).where(CaseEvent.id.in_(ids(Kind.CASE)))
    facts = gather(session, cases, on=on)
    closings = session.scalars(select(CaseEvent).where(CaseEvent.case_id.in_(cases), CaseEvent.action == Action.CLOSE_REVIEW)).all()
    closed = _closed_rounds(closings)
    rows = session.execute(
        select(CaseEvent, Case.number, Account.name)
        .join(Case, Case.id == CaseEvent.case_id)
        .join(Account, Account.id == CaseEvent.by_id)
        .where(CaseEvent.id.in_(ids(Kind.CASE)))
    )
    for event, number, name in rows:
        if _may_see(facts, reader, event, closed):
            found[Kind.CASE, event.id] = HistoryLine(Kind.CASE, event.at, name, event=event, case_number=number)
    for line in account_events(session, ids=ids(Kind.ACCOUNT), most=max(1, len(wanted))):
        found[Kind.ACCOUNT, line.id] = HistoryLine(Kind.ACCOUNT, line.at, line.by_name, account=line)
    for document in session.scalars(select(Document).where(Document.id.in_(ids(Kind.DOCUMENT)))):
        found[Kind.DOCUMENT, document.id] = HistoryLine(Kind.DOCUMENT, document.made_at, "", document=document)
    signed = session.execute(
        select(DocumentSignature, Document, Account.name)
        .join(Document, Document.id == DocumentSignature.document_id)
        .join(Account, Account.id == DocumentSignature.by_id)
        .where(DocumentSignature.id.in_(ids(Kind.SIGNATURE)))
    )
    for signature, document, name in signed:
        found[Kind.SIGNATURE, signature.id] = HistoryLine(
            Kind.SIGNATURE, signature.signed_at, name, document=document, signed_place=signature.place
        )
    return found


def _named(lines: Sequence[HistoryLine]) -> set[int]:
    details = [line.event.details for line in lines if line.event is not None]
    return {one for each in details for key in ("expert", "person", "new_lead") if isinstance(one := each.get(key), int)}
