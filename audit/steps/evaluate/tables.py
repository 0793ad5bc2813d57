"""Outcomes: what changed for the case, or why nobody can say."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.store.base import Base
from audit.store.sealed import SealedText


class Outcome(Base):
    """One indicator of one case at evaluation. A reopened case gets new rows under a new attempt."""

    __tablename__ = "outcome"
    __table_args__ = (
        UniqueConstraint("case_id", "indicator", "attempt"),
        CheckConstraint("verdict in ('improved', 'unchanged', 'worse', 'unknown')", name="verdict"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    attempt: Mapped[int] = mapped_column(comment="1 for the first evaluation of the case")
    indicator: Mapped[str] = mapped_column(String(10), comment="haz, waz, whz (hundredths of z); muac (mm); hb (tenths of g/dL)")
    is_primary: Mapped[bool] = mapped_column(comment="the one the case is judged by")
    before_id: Mapped[int | None] = mapped_column(ForeignKey("measurement.id"))
    after_id: Mapped[int | None] = mapped_column(ForeignKey("measurement.id"))
    before_value: Mapped[int | None] = mapped_column()
    after_value: Mapped[int | None] = mapped_column()
    change: Mapped[int | None] = mapped_column(comment="after minus before, in the indicator's unit; None when it cannot be said")
    verdict: Mapped[str] = mapped_column(String(10))
    unknown_because: Mapped[str | None] = mapped_column(String(30), comment="code of the reason when the change cannot be said")
    note: Mapped[str | None] = mapped_column(SealedText)
    evaluated_at: Mapped[datetime] = mapped_column()
