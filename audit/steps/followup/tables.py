"""Visits: planned, done, missed. Progress of the actions is kept with them in recommend/tables.py; its story is the history."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.store.base import Base
from audit.store.sealed import SealedText


class Visit(Base):
    """One visit of the plan, or an extra one (planned_on equals visited_on)."""

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("state in ('planned', 'done', 'missed')", name="state"),
        UniqueConstraint("case_id", "planned_on"),
        Index("ix_visit_state", "state", "planned_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"))
    planned_on: Mapped[date] = mapped_column()
    late_after: Mapped[date] = mapped_column(comment="after this day an unrecorded visit counts as missed")
    with_measurement: Mapped[bool] = mapped_column(comment="the monthly measurement falls on this visit")
    state: Mapped[str] = mapped_column(String(10))
    visited_on: Mapped[date | None] = mapped_column()
    visited_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    measurement_id: Mapped[int | None] = mapped_column(ForeignKey("measurement.id"))
    note: Mapped[str | None] = mapped_column(SealedText)
    recorded_at: Mapped[datetime | None] = mapped_column()
