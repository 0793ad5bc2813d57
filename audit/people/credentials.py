"""The credential of an account as a row that is held while it is changed. What a failed try costs is in lock_out.py."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.people.sign_in_tables import Credential


def held_credential(session: Session, account_id: int) -> Credential | None:
    """The credential, held until the transaction ends so that two tries at once are both counted. None: no password was ever set."""
    return session.scalars(
        select(Credential).where(Credential.account_id == account_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def set_password(session: Session, account_id: int, password_hash: str, *, at: datetime) -> None:
    """Make this the password of the account and forget failed tries; the second factor stays as it is."""
    credential = held_credential(session, account_id)
    if credential is None:
        session.add(Credential(account_id=account_id, password_hash=password_hash, password_changed_at=at, failed_in_row=0))
    else:
        credential.password_hash, credential.password_changed_at = password_hash, at
        credential.failed_in_row, credential.locked_until = 0, None
    session.flush()
