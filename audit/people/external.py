"""Who an account is at the office's own sign-in service (OpenID Connect). The conversation with that service is the web's matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.people.account_history import What, note
from audit.people.may_manage import only_managers_or_owner
from audit.people.roles import Person
from audit.people.sessions import Opened, open_session
from audit.people.sign_in_tables import ExternalIdentity
from audit.people.tables import Account

_LONGEST_ISSUER, _LONGEST_SUBJECT = 200, 255


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One identity of an account elsewhere, as it is listed; what the service calls the person is not shown."""

    id: int
    issuer: str
    linked_at: datetime


def sign_in_externally(session: Session, issuer: str, subject: str, *, at: datetime, device: str) -> Opened:
    """Open a session for whom the service has recognised; a second factor is the service's matter. Raises Refused ("sign_in")."""
    account_id = session.scalar(
        select(Account.id)
        .join(ExternalIdentity, ExternalIdentity.account_id == Account.id)
        .where(ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject, Account.is_active)
        if _is_usable(issuer, subject)
        else select(Account.id).where(Account.id == -1)
    )
    if account_id is None:
        raise Refused.because(
            "sign_in", "Akun layanan kantor ini belum dihubungkan dengan akun AKS. Mintalah tautan undangan kepada sekretariat."
        )
    return open_session(session, account_id, how="oidc", at=at, device=device)


def link(session: Session, account_id: int, issuer: str, subject: str, *, by: Person, at: datetime) -> None:
    """Say who an account is at the service; one's own, or by the secretariat. Raises Refused ("identity") when it is another account's."""
    only_managers_or_owner(by, account_id)
    keep_identity(session, account_id, issuer, subject, by_id=by.id, at=at)


def unlink(session: Session, identity_id: int, *, account_id: int, by: Person, at: datetime) -> bool:
    """Forget one identity of the account; False when the account has no such one."""
    only_managers_or_owner(by, account_id)
    issuer = session.scalar(
        delete(ExternalIdentity)
        .where(ExternalIdentity.id == identity_id, ExternalIdentity.account_id == account_id)
        .returning(ExternalIdentity.issuer)
    )
    if issuer is None:
        return False
    note(session, account_id, What.IDENTITY_UNLINKED, by_id=by.id, at=at, details={"issuer": issuer})
    return True


def links(session: Session, account_id: int) -> list[LinkLine]:
    """The identities of an account elsewhere, oldest first; one statement."""
    rows = session.scalars(select(ExternalIdentity).where(ExternalIdentity.account_id == account_id).order_by(ExternalIdentity.id))
    return [LinkLine(row.id, row.issuer, row.linked_at) for row in rows]


def keep_identity(session: Session, account_id: int, issuer: str, subject: str, *, by_id: int, at: datetime) -> None:
    """Write it down; the same again changes nothing. Raises Refused ("identity"). Who may is asked before."""
    if not _is_usable(issuer, subject):
        raise Refused.because("identity", "Layanan masuk mengirim keterangan yang tidak dapat dipakai. Beri tahu pengelola layanan itu.")
    owner = session.scalar(
        select(ExternalIdentity.account_id).where(ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject)
    )
    if owner == account_id:
        return
    if owner is not None:
        raise Refused.because("identity", "Akun layanan ini sudah dihubungkan dengan akun AKS yang lain. Hubungi sekretariat.")
    session.add(ExternalIdentity(account_id=account_id, issuer=issuer, subject=subject, linked_at=at))
    note(session, account_id, What.IDENTITY_LINKED, by_id=by_id, at=at, details={"issuer": issuer})


def _is_usable(issuer: str, subject: str) -> bool:
    is_short = 0 < len(issuer) <= _LONGEST_ISSUER and 0 < len(subject) <= _LONGEST_SUBJECT
    return is_short and issuer.isprintable() and subject.isprintable()
