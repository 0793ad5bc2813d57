"""The history of the accounts: the one writer of its events, the list of them, and the check of every chain. Not the changes themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from audit.people.tables import NO_EVENT_BEFORE, Account, AccountEvent
from audit.store.canonical import canonical_json, sha256_hex


class What(StrEnum):
    MADE = "made"
    CHANGED = "changed"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    INVITED = "invited"
    PASSWORD_SET = "password-set"
    PASSWORD_CHANGED = "password-changed"
    UNLOCKED = "unlocked"
    SECOND_FACTOR_ON = "second-factor-on"
    SECOND_FACTOR_OFF = "second-factor-off"
    RECOVERY_CODES_MADE = "recovery-codes-made"
    TOKEN_MADE = "token-made"
    TOKEN_ENDED = "token-ended"
    IDENTITY_LINKED = "identity-linked"
    IDENTITY_UNLINKED = "identity-unlinked"


WHAT_LABELS: Mapping[What, str] = {
    What.MADE: "Akun dibuat",
    What.CHANGED: "Data akun diubah",
    What.DEACTIVATED: "Akun dinonaktifkan",
    What.REACTIVATED: "Akun diaktifkan kembali",
    What.INVITED: "Tautan kata sandi dibuat",
    What.PASSWORD_SET: "Kata sandi dipasang",
    What.PASSWORD_CHANGED: "Kata sandi diganti",
    What.UNLOCKED: "Kunci sementara dibuka",
    What.SECOND_FACTOR_ON: "Verifikasi dua langkah dinyalakan",
    What.SECOND_FACTOR_OFF: "Verifikasi dua langkah dimatikan",
    What.RECOVERY_CODES_MADE: "Kode cadangan dibuat ulang",
    What.TOKEN_MADE: "Token aplikasi dibuat",
    What.TOKEN_ENDED: "Token aplikasi diakhiri",
    What.IDENTITY_LINKED: "Akun layanan masuk dihubungkan",
    What.IDENTITY_UNLINKED: "Hubungan dengan layanan masuk diputus",
}


PRIVATE = frozenset({"email", "home_desa"})


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event as it is listed. account_name, by_name: as they are called today. details: see `note`."""

    id: int
    account_id: int
    username: str
    account_name: str
    seq: int
    what: What
    what_label: str
    by_id: int
    by_name: str
    at: datetime
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BrokenAccount:
    """The first place where the history of an account no longer agrees with itself."""

    username: str
    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class AccountChainCheck:
    """What `verify_accounts` looked at and what it found; broken is empty when every chain holds."""

    accounts: int
    events: int
    broken: tuple[BrokenAccount, ...]


def note(
    session: Session, account_id: int, what: What, *, by_id: int, at: datetime, details: Mapping[str, Any] | None = None
) -> AccountEvent:
    """Write an event at the end of the history of an account and flush; the caller commits. Holds the account's row until then.

    details: from `difference`, or codes and ids; never a secret.
    """
    account = session.scalars(
        select(Account).where(Account.id == account_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    event = AccountEvent(
        account_id=account.id,
        seq=account.version + 1,
        what=what,
        by_id=by_id,
        at=at,
        details=dict(details or {}),
        previous_hash=account.head_hash,
        hash="",
    )
    event.hash = _hash(event)
    account.version, account.head_hash = event.seq, event.hash
    session.add(event)
    session.flush()
    return event


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What `note` is told of a change: the names of the fields that differ, and their values before and after.

    Of PRIVATE fields only the name: what is in this history cannot be taken out again. Empty when nothing differs.
    """
    fields = [key for key in before if before[key] != after[key]]
    shown = [key for key in fields if key not in PRIVATE]
    return {"fields": fields, "before": {k: before[k] for k in shown}, "after": {k: after[k] for k in shown}} if fields else {}


def account_events(
    session: Session, account_id: int | None = None, *, ids: Collection[int] | None = None, most: int = 200
) -> list[EventLine]:
    """The newest events (of one account, or with these ids, when given), newest first; one statement."""
    actor = aliased(Account)
    chosen = (
        select(AccountEvent, Account.username, Account.name, actor.name)
        .join(Account, Account.id == AccountEvent.account_id)
        .join(actor, actor.id == AccountEvent.by_id)
        .order_by(AccountEvent.id.desc())
        .limit(most)
    )
    if account_id is not None:
        chosen = chosen.where(AccountEvent.account_id == account_id)
    if ids is not None:
        chosen = chosen.where(AccountEvent.id.in_(ids))
    return [
        EventLine(
            id=event.id,
            account_id=event.account_id,
            username=username,
            account_name=name,
            seq=event.seq,
            what=What(event.what),
            what_label=WHAT_LABELS[What(event.what)],
            by_id=event.by_id,
            by_name=by_name,
            at=event.at,
            details=event.details,
        )
        for event, username, name, by_name in session.execute(chosen)
    ]


def verify_accounts(session: Session) -> AccountChainCheck:
    """Check the chain of every account; one is reported once, with its first broken event. Two statements."""
    accounts = session.execute(select(Account.id, Account.username, Account.version, Account.head_hash).order_by(Account.id)).all()
    ends: dict[int, tuple[int, str]] = {}
    faults: dict[int, tuple[int, str]] = {}
    events = 0
    for event in session.scalars(select(AccountEvent).order_by(AccountEvent.account_id, AccountEvent.seq)):
        events += 1
        seq, head = ends.get(event.account_id, (0, NO_EVENT_BEFORE))
        if fault := _fault(event, seq, head):
            faults.setdefault(event.account_id, (event.seq, fault))
        ends[event.account_id] = (event.seq, event.hash)
    for account_id, _username, version, head_hash in accounts:
        seq, head = ends.get(account_id, (0, NO_EVENT_BEFORE))
        if (seq, head) != (version, head_hash):
            faults.setdefault(account_id, (min(seq, version) + 1, "akhir riwayat tidak cocok dengan akunnya"))
    broken = tuple(BrokenAccount(username, *faults[account_id]) for account_id, username, _v, _h in accounts if account_id in faults)
    return AccountChainCheck(len(accounts), events, broken)


def _fault(event: AccountEvent, seq: int, head: str) -> str | None:
    if event.seq != seq + 1:
        return "peristiwa sebelumnya hilang"
    if event.previous_hash != head:
        return "tidak bersambung dengan peristiwa sebelumnya"
    return None if event.hash == _hash(event) else "isinya diubah sesudah dicatat"


def _hash(event: AccountEvent) -> str:
    """SHA-256 over the canonical JSON of everything the event says, the previous hash included."""
    return sha256_hex(
        canonical_json(
            {
                "account": event.account_id,
                "seq": event.seq,
                "what": event.what,
                "by": event.by_id,
                "at": event.at.astimezone(UTC).isoformat(),
                "details": event.details,
                "previous": event.previous_hash,
            }
        )
    )
