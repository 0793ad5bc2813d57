"""What the workspace keeps beside the record: forms half filled, forms already received. None of it is a move of a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.store.base import Base
from audit.store.sealed import SealedJson


class FormDraft(Base):
    """What somebody has typed into a form of a case and not sent yet. One for each person, case and action."""

    __tablename__ = "form_draft"
    __table_args__ = (UniqueConstraint("case_id", "person_id", "action"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    action: Mapped[str] = mapped_column(String(30), comment="code of Action the form is for")
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson, comment="field name -> text as typed; not parsed")
    revision: Mapped[int] = mapped_column(comment="grows with every save; a save based on an older one is not merged")
    seen_version: Mapped[int] = mapped_column(comment="version of the case the form was opened on")
    saved_at: Mapped[datetime] = mapped_column()


class FormReceipt(Base):
    """A form that was taken: the same form sent again (a second tap, a phone that tries once more) is answered, not done twice."""

    __tablename__ = "form_receipt"
    __table_args__ = (Index("ix_form_receipt_received", "received_at"),)

    form_id: Mapped[str] = mapped_column(String(36), primary_key=True, comment="drawn by chance when the form was shown")
    person_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("audit_case.id"), comment="None when the form is about no case")
    event_id: Mapped[int | None] = mapped_column(ForeignKey("case_event.id"), comment="what came of it")
    received_at: Mapped[datetime] = mapped_column()
