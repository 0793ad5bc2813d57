"""Cycle, Case, CaseEvent, Outbox, Document: the record of the spine. Statuses are set only in history.py."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.lifecycle.vocabulary import Group, Status
from audit.store.base import Base


def _one_of(column: str, values: type[Status] | type[Group]) -> str:
    return f"{column} in ({', '.join(repr(str(v)) for v in values)})"


class Cycle(Base):
    """One audit semester of one kabupaten, with everything that was decided when it was opened."""

    __tablename__ = "cycle"
    __table_args__ = (UniqueConstraint("kabupaten_code", "year", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True, comment="e.g. 2026-2: year and semester")
    kabupaten_code: Mapped[str] = mapped_column(String(5), comment="Kemendagri code")
    year: Mapped[int] = mapped_column()
    number: Mapped[int] = mapped_column(comment="1 or 2")
    timezone: Mapped[str] = mapped_column(String(40), comment="IANA zone of the district: in it a day begins")
    starts_on: Mapped[date] = mapped_column()
    ends_on: Mapped[date] = mapped_column(comment="last day of the semester")
    dissemination_on: Mapped[date | None] = mapped_column(comment="planned day of the event")
    settings: Mapped[dict[str, Any]] = mapped_column(comment="focus areas, groups, quotas, criteria, quorum, visits; frozen at opening")
    opened_at: Mapped[datetime] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column()


class Case(Base):
    """One auditee in one cycle. The subject's identity is elsewhere and sealed."""

    __tablename__ = "audit_case"
    __table_args__ = (
        UniqueConstraint("cycle_id", "subject_id"),
        CheckConstraint(_one_of("status", Status), name="status"),
        CheckConstraint(_one_of("target_group", Group), name="target_group"),
        Index("ix_audit_case_cycle_status", "cycle_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    number: Mapped[str] = mapped_column(String(30), unique=True, comment="opaque: cycle and running number")
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    target_group: Mapped[str] = mapped_column(String(10), comment="code of Group")
    desa_code: Mapped[str] = mapped_column(String(13), comment="where the subject lives")
    puskesmas: Mapped[str] = mapped_column(String(120), comment="that serves the subject")
    status: Mapped[str] = mapped_column(String(20), comment="code of Status")
    status_since: Mapped[datetime] = mapped_column()
    version: Mapped[int] = mapped_column(comment="number of events; grows by one with every move")
    head_hash: Mapped[str] = mapped_column(String(64), comment="hash of the newest event")
    person_in_charge_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), comment="who waits on this case")
    follow_up_ends_on: Mapped[date | None] = mapped_column(comment="set when follow-up starts")
    continues_case_id: Mapped[int | None] = mapped_column(ForeignKey("audit_case.id"), comment="the case of the cycle before")
    withdrawn_reason: Mapped[str | None] = mapped_column(String(20), comment="code of WITHDRAWAL_REASONS")


class CaseEvent(Base):
    """One link of a case's history. Append-only: the database refuses UPDATE and DELETE."""

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    seq: Mapped[int] = mapped_column(comment="1, 2, 3 … within the case")
    action: Mapped[str] = mapped_column(String(30))
    from_status: Mapped[str | None] = mapped_column(String(20))
    to_status: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column()
    details: Mapped[dict[str, Any]] = mapped_column(comment="codes, ids and fingerprints; never identity")
    previous_hash: Mapped[str] = mapped_column(String(64), comment="of the event before; zeros for the first")
    hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 over everything above")


class Outbox(Base):
    """A notice to be told to somebody, written in the transaction of the move that caused it."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("event_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("case_event.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"), index=True)
    role: Mapped[str] = mapped_column(String(20), comment="who is to be told")
    action: Mapped[str] = mapped_column(String(30))
    at: Mapped[datetime] = mapped_column()
    told_at: Mapped[datetime | None] = mapped_column(comment="when it was put before somebody")


class Document(Base):
    """A document that was drawn from a frozen snapshot and kept. A new revision is a new row; none is replaced."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("cycle_id", "name", "edition", "subject", "snapshot_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    name: Mapped[str] = mapped_column(String(30), comment="as listed in audit/reports/book.py")
    edition: Mapped[str] = mapped_column(String(10), comment="publik or terbatas")
    subject: Mapped[str] = mapped_column(String(160), comment="what it is about within the cycle, e.g. an agency; empty for the whole")
    number: Mapped[str] = mapped_column(String(240), comment="as printed on it")
    revision: Mapped[int] = mapped_column(comment="1 for the first of this name, edition and subject; of a packet its round")
    code: Mapped[str] = mapped_column(String(19), index=True, comment="of its verification page, derived from record_sha256")
    snapshot_sha256: Mapped[str] = mapped_column(String(64), comment="canonical JSON in the file store")
    record_sha256: Mapped[str] = mapped_column(String(64), comment="of the record inside the file, printed on every page")
    file_sha256: Mapped[str] = mapped_column(String(64), index=True, comment="of the unsigned file, in the file store")
    made_with: Mapped[str] = mapped_column(String(200), comment="versions of program, engine, fonts and templates")
    history_head: Mapped[str] = mapped_column(String(64), comment="hash over the newest event of every case when it was frozen")
    made_at: Mapped[datetime] = mapped_column()


class DocumentSignature(Base):
    """One signature on a document. Each signed file is the one before it and an increment; all are kept."""

    __tablename__ = "document_signature"
    __table_args__ = (UniqueConstraint("document_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    place: Mapped[str] = mapped_column(String(60), comment="name of the signature field")
    signed_by: Mapped[str] = mapped_column(String(200), comment="common name in the certificate")
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), comment="who had it signed")
    signed_at: Mapped[datetime] = mapped_column()
    file_sha256: Mapped[str] = mapped_column(String(64), index=True, comment="of the file with this signature, in the file store")
