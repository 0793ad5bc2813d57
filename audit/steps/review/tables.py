"""Seats of the panel, sealed opinions, their discussion, and what keeps somebody from a seat. The agreement is the next step's."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from audit.store.base import Base
from audit.store.sealed import SealedJson, SealedText


class Assignment(Base):
    """An expert's seat on a case."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("case_id", "person_id"),
        Index("uq_assignment_one_lead", "case_id", unique=True, sqlite_where=text("is_lead"), postgresql_where=text("is_lead")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    discipline: Mapped[str] = mapped_column(String(20))
    is_lead: Mapped[bool] = mapped_column(comment="consolidates and records the consensus; one per case")
    assigned_at: Mapped[datetime] = mapped_column()
    recused_at: Mapped[datetime | None] = mapped_column()
    recusal_reason: Mapped[str | None] = mapped_column(SealedText)


class Opinion(Base):
    """What one expert found in one packet. Sealed from the others until the quorum is in."""

    __tablename__ = "opinion"
    __table_args__ = (UniqueConstraint("case_id", "person_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    discipline: Mapped[str] = mapped_column(String(20))
    round: Mapped[int] = mapped_column(comment="of the packet that was read")
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson, comment="answers of the opinion form: summary, causes, recommendations …")
    submitted_at: Mapped[datetime] = mapped_column()


class OpinionDraft(Base):
    """An opinion read from a returned form, until the expert or the secretariat confirms it. Confirming makes the Opinion."""

    __tablename__ = "opinion_draft"
    __table_args__ = (UniqueConstraint("case_id", "person_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("account.id"), comment="the expert whose opinion it is")
    round: Mapped[int] = mapped_column(comment="of the packet the form belongs to")
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson, comment="answers of the opinion form, checked")
    file_sha256: Mapped[str] = mapped_column(String(64), comment="of the returned form, in the file store")
    read_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), comment="who handed the form in")
    read_at: Mapped[datetime] = mapped_column()


class PanelComment(Base):
    """One contribution to the discussion of a panel, after the opinions were unsealed. Never changed, never taken back."""

    __tablename__ = "panel_comment"
    __table_args__ = (Index("ix_panel_comment_case", "case_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    round: Mapped[int] = mapped_column(comment="of the packet that is discussed")
    person_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    text: Mapped[str] = mapped_column(SealedText)
    at: Mapped[datetime] = mapped_column()


class Unavailability(Base):
    """Days on which somebody takes no new cases."""

    __tablename__ = "unavailability"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    from_on: Mapped[date] = mapped_column(comment="first day away")
    to_on: Mapped[date] = mapped_column(comment="last day away")
    note: Mapped[str | None] = mapped_column(SealedText)
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    declared_at: Mapped[datetime] = mapped_column()
    withdrawn_at: Mapped[datetime | None] = mapped_column(comment="since when it no longer holds; the row stays")


class ConflictDeclaration(Base):
    """A conflict of interest that nobody can find in the data: somebody said so. It bars the expert from every case it meets."""

    __tablename__ = "conflict_declaration"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10), comment="puskesmas, desa or case")
    value: Mapped[str] = mapped_column(String(120), comment="name of the puskesmas, Kemendagri code, or number of the case")
    note: Mapped[str | None] = mapped_column(SealedText)
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    declared_at: Mapped[datetime] = mapped_column()
    withdrawn_at: Mapped[datetime | None] = mapped_column(comment="since when it no longer holds; the row stays")


class SavedPhrase(Base):
    """Words an expert keeps for using them again in the same question. Seen by nobody else."""

    __tablename__ = "saved_phrase"
    __table_args__ = (Index("ix_saved_phrase_person", "person_id", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    field: Mapped[str] = mapped_column(String(40), comment="name of the question of the opinion form")
    text: Mapped[str] = mapped_column(SealedText)
    saved_at: Mapped[datetime] = mapped_column()
