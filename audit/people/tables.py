"""The accounts and the history of each, and what the office has set for itself. How people sign in is in sign_in_tables.py; the command
line trusts the operating system's user.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.store.base import Base

NO_EVENT_BEFORE = "0" * 64


class Account(Base):
    """A person who works on the audit. Never a subject of it."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True, comment="0 is the system itself")
    username: Mapped[str] = mapped_column(String(60), unique=True, comment="short name used on the command line")
    name: Mapped[str] = mapped_column(String(200), comment="name and title as printed in minutes")
    roles: Mapped[list[Any]] = mapped_column(comment="codes of audit.people.roles.Role")
    areas: Mapped[list[Any]] = mapped_column(comment="Kemendagri codes; empty means everywhere")
    discipline: Mapped[str | None] = mapped_column(String(20), comment="of an expert")
    agency: Mapped[str | None] = mapped_column(String(20), comment="code of the OPD the person speaks for")
    puskesmas: Mapped[str | None] = mapped_column(String(120), comment="where a health worker works")
    home_desa: Mapped[str | None] = mapped_column(String(13), comment="where an expert lives, Kemendagri code: neighbours are not reviewed")
    most_cases: Mapped[int | None] = mapped_column(comment="cases of one cycle an expert takes at most; None: no limit of their own")
    email: Mapped[str | None] = mapped_column(String(200), comment="where notices go")
    is_active: Mapped[bool] = mapped_column(default=True, comment="false: may no longer do anything")
    created_at: Mapped[datetime] = mapped_column(comment="when the account was made")
    version: Mapped[int] = mapped_column(default=0, server_default="0", comment="number of its events; grows by one with every change")
    head_hash: Mapped[str] = mapped_column(
        String(64), default=NO_EVENT_BEFORE, server_default=NO_EVENT_BEFORE, comment="hash of its newest event; zeros when there is none"
    )


class AccountEvent(Base):
    """One link of the history of an account: who changed what. Append-only: the database refuses UPDATE and DELETE."""

    __tablename__ = "account_event"
    __table_args__ = (UniqueConstraint("account_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    seq: Mapped[int] = mapped_column(comment="1, 2, 3 … within the account")
    what: Mapped[str] = mapped_column(String(30), comment="code of audit.people.account_history.What")
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column()
    details: Mapped[dict[str, Any]] = mapped_column(comment="what changed, from what to what; never a secret")
    previous_hash: Mapped[str] = mapped_column(String(64), comment="of the event before; zeros for the first")
    hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 over everything above")


class OfficeSetting(Base):
    """One group of settings as the office gave it: what the next cycle starts from, or the names of agencies. Each change is a new row."""

    __tablename__ = "office_setting"
    __table_args__ = (UniqueConstraint("part", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(String(20), comment="code of SettingsPart")
    revision: Mapped[int] = mapped_column(comment="1 for the first of this part")
    value: Mapped[dict[str, Any]] = mapped_column(comment="what open_cycle is given for it; empty: back to the defaults")
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    changed_at: Mapped[datetime] = mapped_column()
