"""The worksheet (KKA) of a case and the frozen packets made from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.store.base import Base
from audit.store.sealed import SealedJson, SealedText


class Worksheet(Base):
    """One per case, filled in by the field."""

    __tablename__ = "worksheet"
    __table_args__ = (CheckConstraint("state in ('draft', 'submitted', 'returned')", name="state"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    answers: Mapped[dict[str, Any]] = mapped_column(SealedJson, comment="field name -> value, as parsed by the form of the group")
    missing: Mapped[dict[str, Any]] = mapped_column(comment="asked_by -> names of required fields without an answer")
    unusual: Mapped[int] = mapped_column(default=0, comment="answers outside the usual range")
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    submitted_at: Mapped[datetime | None] = mapped_column()
    returned_note: Mapped[str | None] = mapped_column(SealedText, comment="what the secretariat or the panel asked for")


class Packet(Base):
    """A frozen packet: what the panel saw. A new round makes a new row; none is changed."""

    __tablename__ = "packet"
    __table_args__ = (UniqueConstraint("case_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    round: Mapped[int] = mapped_column(comment="1 for the first")
    snapshot_sha256: Mapped[str] = mapped_column(String(64), comment="canonical JSON in the file store")
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime] = mapped_column()
