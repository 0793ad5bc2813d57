"""How often somebody may fail before an account is closed for a while, counted by account and in the database: however many processes serve
the pages, and from wherever somebody tries, it is one count. How often an address may ask is not here."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from audit.people.sign_in_tables import Credential

FREE_TRIES = 5
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=24)
_MOST_DOUBLINGS = 10


def lock_after(failed_in_row: int) -> timedelta | None:
    """For how long an account is closed after so many failures in a row; None: not at all.

    | failures | 1–4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 and more |
    | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
    | closed | no | 15 min | 30 min | 1 h | 2 h | 4 h | 8 h | 16 h | 24 h |
    """
    if failed_in_row < FREE_TRIES:
        return None
    doublings = min(failed_in_row - FREE_TRIES, _MOST_DOUBLINGS)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def is_locked(credential: Credential, *, at: datetime) -> bool:
    """Whether every try is refused for now."""
    return credential.locked_until is not None and at < credential.locked_until


def charge(credential: Credential, *, at: datetime) -> bool:
    """Count a try as failed before it is looked at, so that many at once are all counted; False: locked, not counted, not to be looked at.

    The caller holds the row and commits before the slow check; `forgive` or `clear` takes it back when the try was right.
    """
    if is_locked(credential, at=at):
        return False
    credential.failed_in_row += 1
    lock = lock_after(credential.failed_in_row)
    credential.locked_until = None if lock is None else at + lock
    return True


def charge_nobody(session: Session) -> None:
    """The statement of a charge that meets no row: an account that is not there takes as long as one that is."""
    session.execute(update(Credential).where(Credential.account_id == -1).values(failed_in_row=0, locked_until=None))


def forgive(session: Session, account_id: int) -> None:
    """Take back the one charge of a right password whose code is still to come; failures before it stay counted."""
    session.execute(
        update(Credential)
        .where(Credential.account_id == account_id, Credential.failed_in_row > 0)
        .values(failed_in_row=Credential.failed_in_row - 1, locked_until=None)
    )


def clear(session: Session, account_id: int) -> None:
    """Forget every failure: the person came in, or the secretariat says so."""
    session.execute(update(Credential).where(Credential.account_id == account_id).values(failed_in_row=0, locked_until=None))
