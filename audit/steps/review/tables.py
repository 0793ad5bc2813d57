"""Seats of the panel and sealed opinions."""

from __future__ import annotations

from datetime import datetime
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
