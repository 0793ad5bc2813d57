"""Candidates: who was screened for a cycle, why, and in which order. Openings: who was shown the name behind a case, why, how long."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.store.base import Base
from audit.store.sealed import SealedText


class Candidate(Base):
    """A subject that at least one rule of the cycle points at."""

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("cycle_id", "subject_id"),
        CheckConstraint("state in ('proposed', 'chosen', 'dropped')", name="state"),
        Index("ix_candidate_cycle_group", "cycle_id", "target_group", "rank"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id", ondelete="CASCADE"), index=True)
    measurement_id: Mapped[int] = mapped_column(
        ForeignKey("measurement.id", ondelete="CASCADE"), comment="the newest one the screening looked at"
    )
    target_group: Mapped[str] = mapped_column(String(10))
    kecamatan_code: Mapped[str] = mapped_column(String(8))
    score: Mapped[int] = mapped_column(comment="sum of the weights of the rules that point here")
    rank: Mapped[int] = mapped_column(comment="1 is first, within kecamatan and group")
    reasons: Mapped[list[Any]] = mapped_column(comment="[{code, sentence}] in the order of the rules")
    needs_remeasuring: Mapped[bool] = mapped_column(comment="the z-scores of the file could not be explained: measure again first")
    state: Mapped[str] = mapped_column(String(10), comment="proposed: within the screening; chosen: has a case; dropped: decided against")
    screened_at: Mapped[datetime] = mapped_column()
    drop_reason: Mapped[str | None] = mapped_column(String(20), comment="code of forms.DROP_REASONS; None unless dropped")
    dropped_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    dropped_at: Mapped[datetime | None] = mapped_column()


class IdentityOpening(Base):
    """Somebody was shown the identity behind a case. The move itself is in the history; here is until when, and the note."""

    __tablename__ = "identity_opening"
    __table_args__ = (Index("ix_identity_opening_person", "person_id", "expires_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(20), comment="code of forms.OPENING_REASONS")
    note: Mapped[str | None] = mapped_column(SealedText)
    opened_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column(comment="from then on it is masked again")
