"""Browser sessions on the server: opened, found by their token, ended, listed. Not the check of a password: that is sign_in.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Select, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from audit.people.directory import as_person
from audit.people.raw_tokens import derived, new_token, token_hash
from audit.people.roles import Person
from audit.people.sign_in_tables import BrowserSession
from audit.people.tables import Account

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
PENDING = timedelta(minutes=10)
TOUCH = timedelta(minutes=5)
KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened. token: for the cookie; it is nowhere else. needs_second_factor: the code is still to come."""

    token: str
    session_id: int
    expires_at: datetime
    needs_second_factor: bool

    def __repr__(self) -> str:
        return f"Opened(session_id={self.session_id})"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who asks, in which session. csrf: what a form must send back. how: password, oidc, or demo.

    needs_second_factor: only the page that asks for the code may be shown. is_due_for_touch: `touch_session` should be called.
    """

    person: Person
    session_id: int
    csrf: str
    needs_second_factor: bool
    how: str
    device: str
    is_due_for_touch: bool

    def __repr__(self) -> str:
        return f"SignedIn(account={self.person.id}, session_id={self.session_id})"


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One of a person's own sessions as it is listed."""

    id: int
    device: str
    how: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


def open_session(session: Session, account_id: int, *, how: str, at: datetime, device: str, needs_second_factor: bool = False) -> Opened:
    """Open a session of an account whose owner was recognised. how: password, oidc, or demo. device: from `device_words`.

    With needs_second_factor it lasts PENDING, otherwise ABSOLUTE, and IDLE without use.
    """
    token = new_token()
    row = BrowserSession(
        account_id=account_id,
        token_sha256=token_hash(token),
        how=how,
        needs_second_factor=needs_second_factor,
        device=device[:60],
        created_at=at,
        last_seen_at=at,
        expires_at=at + (PENDING if needs_second_factor else ABSOLUTE),
    )
    session.add(row)
    session.flush()
    return Opened(token, row.id, row.expires_at, needs_second_factor)


def find_session(session: Session, token: str, *, at: datetime) -> SignedIn | None:
    """Whose session this token opens; one statement. None: unknown, ended, expired, unused for IDLE, or the account is closed."""
    found = session.execute(_by_token(), {"token_sha256": token_hash(token), "at": at, "idle_since": at - IDLE}).one_or_none()
    if found is None:
        return None
    row, account = found
    return SignedIn(
        person=as_person(account),
        session_id=row.id,
        csrf=derived(token, "csrf"),
        needs_second_factor=row.needs_second_factor,
        how=row.how,
        device=row.device,
        is_due_for_touch=at - row.last_seen_at >= TOUCH,
    )


@cache
def _by_token() -> Select[BrowserSession, Account]:
    """Put together once: it is asked before every page."""
    is_open = _is_open(bindparam("at"), bindparam("idle_since"))
    return (
        select(BrowserSession, Account)
        .join(Account, Account.id == BrowserSession.account_id)
        .where(BrowserSession.token_sha256 == bindparam("token_sha256"), *is_open, Account.is_active)
    )


def touch_session(session: Session, session_id: int, *, at: datetime) -> None:
    """Note that the session is used. Call it when `is_due_for_touch`, so that not every page writes."""
    session.execute(update(BrowserSession).where(BrowserSession.id == session_id, BrowserSession.last_seen_at < at).values(last_seen_at=at))


def promote_session(session: Session, session_id: int, *, at: datetime) -> Opened:
    """The session whose second factor was just given, whole from now on and with a new token: one that was seen before is worth nothing."""
    row = session.get_one(BrowserSession, session_id)
    token = new_token()
    row.token_sha256, row.needs_second_factor = token_hash(token), False
    row.last_seen_at, row.expires_at = at, at + ABSOLUTE
    session.flush()
    return Opened(token, row.id, row.expires_at, needs_second_factor=False)


def end_session(session: Session, session_id: int, *, account_id: int, at: datetime) -> bool:
    """End one session of an account; False when the account has no such open session."""
    return _end(session, at, BrowserSession.id == session_id, BrowserSession.account_id == account_id) == 1


def end_sessions(session: Session, account_id: int, *, at: datetime, keep: int | None = None) -> int:
    """End every session of an account but `keep`; how many there were."""
    return _end(session, at, BrowserSession.account_id == account_id, BrowserSession.id != (keep if keep is not None else -1))


def open_sessions(session: Session, account_id: int, *, at: datetime) -> list[SessionLine]:
    """Where this account is signed in, the one used last first; one statement."""
    rows = session.scalars(
        select(BrowserSession)
        .where(BrowserSession.account_id == account_id, *_is_open(at, at - IDLE), BrowserSession.needs_second_factor.is_(False))
        .order_by(BrowserSession.last_seen_at.desc(), BrowserSession.id.desc())
    )
    return [SessionLine(r.id, r.device, r.how, r.created_at, r.last_seen_at, r.expires_at) for r in rows]


def delete_old_sessions(session: Session, *, at: datetime) -> int:
    """Delete what ended or expired more than KEPT ago; how many. The newest of each account stays: it says when somebody last came."""
    newest = select(func.max(BrowserSession.id)).group_by(BrowserSession.account_id)
    before = at - KEPT
    gone = or_(BrowserSession.ended_at < before, BrowserSession.expires_at < before)
    return _changed(session.execute(delete(BrowserSession).where(gone, BrowserSession.id.not_in(newest))))


def _is_open(at: Any, idle_since: Any) -> tuple[Any, ...]:
    return BrowserSession.ended_at.is_(None), BrowserSession.expires_at > at, BrowserSession.last_seen_at > idle_since


def _end(session: Session, at: datetime, *which: Any) -> int:
    return _changed(session.execute(update(BrowserSession).where(BrowserSession.ended_at.is_(None), *which).values(ended_at=at)))


def _changed(result: Any) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
