"""What signing in needs: passwords, second factors, browser sessions, links, tokens, identities elsewhere. Not the accounts themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from audit.store.base import Base
from audit.store.sealed import SealedJson, SealedText


class Credential(Base):
    """The password of an account, its second factor, and how often somebody failed to give them."""

    __tablename__ = "credential"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(String(200), comment="argon2id with its parameters")
    password_changed_at: Mapped[datetime] = mapped_column()
    totp_secret: Mapped[str | None] = mapped_column(SealedText, comment="base32; None: no second factor was ever begun")
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(comment="None: not asked for when signing in")
    last_totp_step: Mapped[int | None] = mapped_column(comment="30-second step of the newest code taken; it and older ones are refused")
    recovery_codes: Mapped[list[Any] | None] = mapped_column(SealedJson, comment="SHA-256 of each code not used yet")
    failed_in_row: Mapped[int] = mapped_column(default=0, comment="tries since the last one that succeeded")
    locked_until: Mapped[datetime | None] = mapped_column(comment="until then every try is refused")


class BrowserSession(Base):
    """A browser in which somebody signed in. The token is in the browser's cookie, its hash is here."""

    __tablename__ = "browser_session"
    __table_args__ = (
        CheckConstraint("how in ('password', 'oidc', 'demo')", name="how"),
        Index("ix_browser_session_account", "account_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    how: Mapped[str] = mapped_column(String(10), comment="password, oidc, or demo")
    needs_second_factor: Mapped[bool] = mapped_column(comment="true: the password was right, the code is still to come")
    device: Mapped[str] = mapped_column(String(60), comment="in words, e.g. Chrome di Android; never what the browser sent")
    created_at: Mapped[datetime] = mapped_column()
    last_seen_at: Mapped[datetime] = mapped_column(comment="to five minutes")
    expires_at: Mapped[datetime] = mapped_column(comment="however much it is used")
    ended_at: Mapped[datetime | None] = mapped_column()


class Invitation(Base):
    """A link with which somebody chooses a password: the first one, or a new one."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    is_reset: Mapped[bool] = mapped_column(comment="true: the account had a password when the link was made")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column(comment="a newer link took its place, or the account was closed")


class ApiToken(Base):
    """A token with which a program acts for a person, within its scopes."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(80), comment="what it is for, in the person's words")
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[Any]] = mapped_column(comment="codes of audit.people.tokens.SCOPES")
    made_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    last_used_on: Mapped[date | None] = mapped_column(comment="day in UTC")
    ended_at: Mapped[datetime | None] = mapped_column()


class ExternalIdentity(Base):
    """Who an account is at the office's own sign-in service (OpenID Connect)."""

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(200), comment="address of the service")
    subject: Mapped[str] = mapped_column(String(255), comment="what the service calls the person; opaque")
    linked_at: Mapped[datetime] = mapped_column()
