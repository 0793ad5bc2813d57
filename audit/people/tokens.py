"""Tokens for programs that act for a person, each within its scopes. What a scope opens is decided where the address is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from audit.errors import Reason, Refused
from audit.people.account_history import What, note
from audit.people.directory import as_person
from audit.people.may_manage import only_managers_or_owner
from audit.people.raw_tokens import new_token, token_hash
from audit.people.roles import Person
from audit.people.sign_in_tables import ApiToken
from audit.people.tables import Account

PREFIX = "aks_"
SCOPES: Mapping[str, str] = {
    "cases:read": "Membaca kasus",
    "cases:act": "Melakukan tindakan pada kasus",
    "documents:read": "Mengunduh dokumen",
    "calendar:read": "Membaca kalender tenggat",
}
USUAL_DAYS = 90
MOST_DAYS = 366
MOST_TOKENS = 20
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A token just made. token: to be shown once."""

    id: int
    token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"MadeToken(id={self.id})"


@dataclass(frozen=True, slots=True)
class Bearer:
    """For whom a program acts, and how far."""

    person: Person
    token_id: int
    scopes: frozenset[str]
    last_used_on: date | None

    def may(self, scope: str) -> bool:
        """Whether the token was made for this."""
        return scope in self.scopes


@dataclass(frozen=True, slots=True)
class TokenLine:
    """One token of an account as it is listed. last_used_on: None when it never was."""

    id: int
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    last_used_on: date | None


def make_token(
    session: Session, account_id: int, *, name: str, scopes: Sequence[str], days: int = USUAL_DAYS, by: Person, at: datetime
) -> MadeToken:
    """Make a token of one's own, good for `days` (1 to MOST_DAYS).

    Raises Refused ("name", "scopes", "days", "too_many"), or "not_allowed" for somebody else's account: nobody makes tokens for others.
    """
    if by.id != account_id:
        raise Refused.because("not_allowed", "Token hanya dapat dibuat oleh pemilik akunnya.")
    plain = name.strip()
    reasons = []
    if not plain or len(plain) > _LONGEST_NAME or not plain.isprintable():
        reasons.append(Reason("name", f"Nama token: tulis untuk apa token ini dipakai, 1–{_LONGEST_NAME} huruf."))
    if not scopes or (unknown := [s for s in scopes if s not in SCOPES]):
        found = f"Izin “{', '.join(s[:30] for s in unknown)}” tidak dikenal" if scopes else "Izin belum dipilih"
        reasons.append(Reason("scopes", f"{found}; pilih dari {', '.join(SCOPES)}."))
    if not 1 <= days <= MOST_DAYS:
        reasons.append(Reason("days", f"Masa berlaku {days} hari tidak dapat dipakai; isi 1–{MOST_DAYS} hari."))
    if len(tokens(session, account_id, at=at)) >= MOST_TOKENS:
        reasons.append(Reason("too_many", f"Akun ini sudah mempunyai {MOST_TOKENS} token. Akhiri yang tidak dipakai lagi."))
    if reasons:
        raise Refused(*reasons)
    token = new_token(PREFIX)
    row = ApiToken(
        account_id=account_id,
        name=plain,
        token_sha256=token_hash(token),
        scopes=sorted(set(scopes)),
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    note(session, account_id, What.TOKEN_MADE, by_id=by.id, at=at, details={"token": row.id, "scopes": row.scopes, "days": days})
    return MadeToken(row.id, token, row.expires_at)


def find_token(session: Session, token: str, *, at: datetime) -> Bearer | None:
    """For whom this token speaks; one statement. None: unknown, ended, expired, or the account is closed."""
    found = session.execute(
        select(ApiToken, Account)
        .join(Account, Account.id == ApiToken.account_id)
        .where(ApiToken.token_sha256 == token_hash(token), ApiToken.ended_at.is_(None), ApiToken.expires_at > at, Account.is_active)
    ).one_or_none()
    if found is None:
        return None
    row, account = found
    return Bearer(as_person(account), row.id, frozenset(row.scopes), row.last_used_on)


def touch_token(session: Session, token_id: int, *, on: date) -> None:
    """Note the day of use. Call it when `last_used_on` of the bearer is not today."""
    is_older = or_(ApiToken.last_used_on.is_(None), ApiToken.last_used_on < on)
    session.execute(update(ApiToken).where(ApiToken.id == token_id, is_older).values(last_used_on=on))


def tokens(session: Session, account_id: int, *, at: datetime) -> list[TokenLine]:
    """The tokens of an account that are still good, newest first; one statement."""
    rows = session.scalars(
        select(ApiToken)
        .where(ApiToken.account_id == account_id, ApiToken.ended_at.is_(None), ApiToken.expires_at > at)
        .order_by(ApiToken.id.desc())
    )
    return [TokenLine(r.id, r.name, tuple(r.scopes), r.made_at, r.expires_at, r.last_used_on) for r in rows]


def end_token(session: Session, token_id: int, *, account_id: int, by: Person, at: datetime) -> bool:
    """End one token of the account, by its owner or the secretariat; False when the account has no such one."""
    only_managers_or_owner(by, account_id)
    ended = session.scalar(
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.account_id == account_id, ApiToken.ended_at.is_(None))
        .values(ended_at=at)
        .returning(ApiToken.id)
    )
    if ended is None:
        return False
    note(session, account_id, What.TOKEN_ENDED, by_id=by.id, at=at, details={"token": ended})
    return True


def end_tokens(session: Session, account_id: int, *, at: datetime) -> None:
    """End every token of an account that is closed."""
    session.execute(update(ApiToken).where(ApiToken.account_id == account_id, ApiToken.ended_at.is_(None)).values(ended_at=at))
