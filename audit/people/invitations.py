"""Links with which somebody chooses a password, the first one or a new one. How a link reaches the person is not decided here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, sessionmaker

from audit.errors import Refused
from audit.people.account_history import What, note
from audit.people.credentials import set_password
from audit.people.directory import as_person
from audit.people.external import keep_identity
from audit.people.may_manage import only_managers
from audit.people.passwords import STANDARD, Hashing, check_new
from audit.people.raw_tokens import new_token, token_hash
from audit.people.roles import SYSTEM, Person
from audit.people.sessions import end_sessions
from audit.people.sign_in_tables import Credential, Invitation
from audit.people.tables import Account

GOOD_FOR = timedelta(days=7)
_NO_LINK = "Tautan ini sudah dipakai, sudah lewat tujuh hari, atau sudah diganti. Mintalah tautan baru kepada sekretariat."


@dataclass(frozen=True, slots=True)
class Invited:
    """A link just made. token: to be shown once. is_reset: the account had a password already."""

    token: str
    expires_at: datetime
    is_reset: bool

    def __repr__(self) -> str:
        return f"Invited(expires_at={self.expires_at})"


@dataclass(frozen=True, slots=True)
class Invitee:
    """For whom a link is, as its page greets them."""

    account_id: int
    username: str
    name: str
    expires_at: datetime
    is_reset: bool


def invite(session: Session, account_id: int, *, by: Person, at: datetime) -> Invited:
    """Make a link for an active account; older ones end. Secretariat only. The password in use stays until the link is used."""
    only_managers(by)
    account = session.get(Account, account_id)
    if account is None or not account.is_active or account.id == SYSTEM.id:
        raise Refused.because("unknown_account", "Akun ini tidak ada atau sedang tidak aktif, sehingga tautan tidak dapat dibuat.")
    end_invitations(session, account_id, at=at)
    token, is_reset = new_token(), bool(session.scalar(select(exists().where(Credential.account_id == account_id))))
    session.add(
        Invitation(
            account_id=account_id,
            token_sha256=token_hash(token),
            is_reset=is_reset,
            made_by_id=by.id,
            made_at=at,
            expires_at=at + GOOD_FOR,
        )
    )
    note(session, account_id, What.INVITED, by_id=by.id, at=at, details={"is_reset": is_reset})
    return Invited(token, at + GOOD_FOR, is_reset)


def look_up(session: Session, token: str, *, at: datetime) -> Invitee | None:
    """For whom the link is; one statement. None: unknown, used, replaced, too old, or the account is closed."""
    found = session.execute(
        select(Invitation, Account)
        .join(Account, Account.id == Invitation.account_id)
        .where(Invitation.token_sha256 == token_hash(token), *_is_open(at), Account.is_active)
    ).one_or_none()
    if found is None:
        return None
    invitation, account = found
    return Invitee(account.id, account.username, account.name, invitation.expires_at, invitation.is_reset)


def accept(sessions: sessionmaker[Session], token: str, password: str, *, at: datetime, hashing: Hashing = STANDARD) -> Person:
    """Use the link: this is the password from now on, and every session of the account ends. Commits; argon2 runs in between.

    Raises Refused ("link" or "password"); a refused password does not use the link up.
    """
    with sessions.begin() as session:
        invitee = look_up(session, token, at=at)
    if invitee is None:
        raise Refused.because("link", _NO_LINK)
    check_new(password, username=invitee.username, name=invitee.name)
    password_hash = hashing.hash(password)
    with sessions.begin() as session:
        account = _use(session, token, at)
        set_password(session, account.id, password_hash, at=at)
        note(session, account.id, What.PASSWORD_SET, by_id=account.id, at=at)
        return as_person(account)


def accept_with_identity(session: Session, token: str, issuer: str, subject: str, *, at: datetime) -> Person:
    """Use the link without a password: the account is this identity at the office's sign-in service.

    Raises Refused ("link" or "identity"); the caller rolls back then.
    """
    account = _use(session, token, at)
    keep_identity(session, account.id, issuer, subject, by_id=account.id, at=at)
    return as_person(account)


def end_invitations(session: Session, account_id: int, *, at: datetime) -> None:
    """Whatever link of the account is still good is so no more."""
    still = (Invitation.account_id == account_id, Invitation.used_at.is_(None), Invitation.ended_at.is_(None))
    session.execute(update(Invitation).where(*still).values(ended_at=at))


def _use(session: Session, token: str, at: datetime) -> Account:
    """Mark the link as used, which only one of two at the same time can do, and end the sessions of its account."""
    used = session.scalar(
        update(Invitation)
        .where(Invitation.token_sha256 == token_hash(token), *_is_open(at))
        .values(used_at=at)
        .returning(Invitation.account_id)
    )
    account = session.get(Account, used) if used is not None else None
    if account is None or not account.is_active:
        raise Refused.because("link", _NO_LINK)
    end_sessions(session, account.id, at=at)
    return account


def _is_open(at: datetime) -> tuple[Any, ...]:
    return Invitation.used_at.is_(None), Invitation.ended_at.is_(None), Invitation.expires_at > at
