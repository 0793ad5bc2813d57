"""What the workspace keeps beside the record: forms half filled, forms already received, errands. None of it is a move of a case."""

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
    form_id: Mapped[str] = mapped_column(String(36), default="", comment="of the page that saved it last; that page may go on saving")
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


class Errand(Base):
    """Work that takes longer than a page may: asked for by a person, done by the process that waits for it, its outcome kept."""

    __tablename__ = "errand"
    __table_args__ = (Index("ix_errand_state", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), comment="code of ErrandKind")
    parameters: Mapped[dict[str, Any]] = mapped_column(comment="ids, fingerprints, names of the book, the name of a file")
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), comment="who asked for it")
    asked_at: Mapped[datetime] = mapped_column()
    started_at: Mapped[datetime | None] = mapped_column()
    finished_at: Mapped[datetime | None] = mapped_column()
    state: Mapped[str] = mapped_column(String(10), comment="asked, running, done or failed")
    same_as: Mapped[str | None] = mapped_column(String(64), unique=True, comment="what makes two errands one, as long as it counts")
    tries: Mapped[int] = mapped_column(default=0, comment="how often it was begun")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0, comment="0: nobody can say how many")
    result: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="counts, codes and fingerprints; never identity")
    report: Mapped[dict[str, Any] | None] = mapped_column(SealedJson, comment="what was found in a registry file, with the values")
    sentence: Mapped[str | None] = mapped_column(String(2000), comment="what went wrong or is left to do; without identity")
