"""The accounts as the secretariat keeps them: listed, added, changed, closed, opened again, unlocked; each change goes into its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from audit.errors import Reason, Refused, Stale
from audit.people.account_history import What, difference, note
from audit.people.directory import add_person, as_person
from audit.people.invitations import end_invitations
from audit.people.lock_out import clear
from audit.people.may_manage import only_managers
from audit.people.reading import EVERYWHERE, GIVEN, read_person, works_in_a_place
from audit.people.roles import SYSTEM, Person, Role
from audit.people.sessions import end_sessions
from audit.people.sign_in_tables import BrowserSession, Credential, ExternalIdentity, Invitation
from audit.people.tables import Account
from audit.people.tokens import end_tokens

CHANGEABLE = tuple(key for key in GIVEN if key != "username")
"""What may be changed later. A username stays: it stands in the minutes and on the command line."""


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account as it is listed. version: grows with every change, for `seen_version`.

    invited_until: None when no link is open. last_signed_in_at: None when never. is_locked: after failed tries, for a while.
    """

    person: Person
    is_active: bool
    version: int
    has_password: bool
    has_second_factor: bool
    has_identity: bool
    is_locked: bool
    invited_until: datetime | None
    last_signed_in_at: datetime | None
    created_at: datetime


def accounts(session: Session, *, at: datetime) -> list[AccountLine]:
    """Every account but the system's, the active ones first, by name; one statement."""
    rows = session.execute(_lines(at).order_by(Account.is_active.desc(), func.lower(Account.name), Account.id))
    return [_line(row, at) for row in rows]


def account(session: Session, account_id: int, *, at: datetime) -> AccountLine:
    """One account; one statement. Raises Refused ("unknown_account")."""
    row = session.execute(_lines(at).where(Account.id == account_id)).one_or_none()
    if row is None:
        raise _unknown()
    return _line(row, at)


def add_account(session: Session, given: Mapping[str, Any], *, by: Person, at: datetime) -> Person:
    """Add an account from the values `audit.people.reading` knows. Secretariat only; Refused names each value that cannot be used."""
    only_managers(by)
    person = add_person(session, given, at=at)
    note(session, person.id, What.MADE, by_id=by.id, at=at, details={"username": person.username, "roles": sorted(person.roles)})
    return person


def change_account(
    session: Session, account_id: int, given: Mapping[str, Any], *, by: Person, at: datetime, seen_version: int | None = None
) -> tuple[str, ...]:
    """Change what is given and leave the rest; the names of what differs now, empty when nothing does. Secretariat only.

    given: any of CHANGEABLE, and EVERYWHERE beside the areas. Raises Refused with each value that cannot be used, or
    "last_secretariat"; Stale when the account was changed since `seen_version`.
    """
    only_managers(by)
    row = _held(session, account_id)
    if seen_version is not None and seen_version != row.version:
        raise Stale(Reason("stale", "Akun ini sudah diubah orang lain sejak halaman Anda dibuka. Bandingkan dahulu, lalu simpan lagi."))
    if unknown := [key for key in given if key not in (*CHANGEABLE, EVERYWHERE)]:
        raise Refused(*(Reason(key, f"“{key[:40]}” tidak dapat diubah di sini.") for key in unknown))
    before = _values(as_person(row))
    was_said = {EVERYWHERE: works_in_a_place(before) and not before["areas"]} if "areas" not in given else {}
    after = _values(read_person({**before, **was_said, **given}))
    changed = difference(before, after)
    if not changed:
        return ()
    if Role.SECRETARY in before["roles"] and Role.SECRETARY not in after["roles"]:
        _refuse_without_secretariat(session, row)
    for key in CHANGEABLE:
        setattr(row, key, after[key])
    session.flush()
    note(session, account_id, What.CHANGED, by_id=by.id, at=at, details=changed)
    return tuple(changed["fields"])


def deactivate(session: Session, account_id: int, *, by: Person, at: datetime) -> None:
    """Close an account: sessions, tokens and links end, and nothing more may be done with it; history keeps its name. Secretariat only.

    Raises Refused ("self", "last_secretariat", "not_active").
    """
    only_managers(by)
    row = _held(session, account_id)
    if row.id == by.id:
        raise Refused.because("self", "Anda tidak dapat menonaktifkan akun Anda sendiri; mintalah rekan sekretariat.")
    if not row.is_active:
        raise Refused.because("not_active", "Akun ini sudah tidak aktif.")
    _refuse_without_secretariat(session, row)
    row.is_active = False
    end_sessions(session, account_id, at=at)
    end_tokens(session, account_id, at=at)
    end_invitations(session, account_id, at=at)
    note(session, account_id, What.DEACTIVATED, by_id=by.id, at=at)


def reactivate(session: Session, account_id: int, *, by: Person, at: datetime) -> None:
    """Open a closed account again; the password is as it was, what was ended stays ended. Secretariat only. Raises Refused ("active")."""
    only_managers(by)
    row = _held(session, account_id)
    if row.is_active:
        raise Refused.because("active", "Akun ini sudah aktif.")
    row.is_active = True
    note(session, account_id, What.REACTIVATED, by_id=by.id, at=at)


def unlock(session: Session, account_id: int, *, by: Person, at: datetime) -> None:
    """Forget the failed tries of an account, so that its owner may try at once. Secretariat only."""
    only_managers(by)
    clear(session, account_id)
    _held(session, account_id)
    note(session, account_id, What.UNLOCKED, by_id=by.id, at=at)


def _lines(at: datetime) -> Select[*tuple[Any, ...]]:
    of_account = BrowserSession.account_id == Account.id
    last = select(func.max(BrowserSession.created_at)).where(of_account, BrowserSession.needs_second_factor.is_(False)).scalar_subquery()
    is_open = (Invitation.used_at.is_(None), Invitation.ended_at.is_(None), Invitation.expires_at > at)
    invited = select(func.max(Invitation.expires_at)).where(Invitation.account_id == Account.id, *is_open).scalar_subquery()
    linked = exists().where(ExternalIdentity.account_id == Account.id)
    return (
        select(Account, Credential.account_id, Credential.totp_confirmed_at, Credential.locked_until, linked, invited, last)
        .outerjoin(Credential, Credential.account_id == Account.id)
        .where(Account.id != SYSTEM.id)
    )


def _line(row: Any, at: datetime) -> AccountLine:
    found, has_password, confirmed_at, locked_until, has_identity, invited_until, last_signed_in_at = row
    return AccountLine(
        person=as_person(found),
        is_active=found.is_active,
        version=found.version,
        has_password=has_password is not None,
        has_second_factor=confirmed_at is not None,
        has_identity=bool(has_identity),
        is_locked=locked_until is not None and at < locked_until,
        invited_until=invited_until,
        last_signed_in_at=last_signed_in_at,
        created_at=found.created_at,
    )


def _held(session: Session, account_id: int) -> Account:
    """The account, with every other one held until the transaction ends: two of the secretariat cannot close each other's at once."""
    rows = session.scalars(select(Account).order_by(Account.id).with_for_update().execution_options(populate_existing=True)).all()
    row = next((one for one in rows if one.id == account_id and one.id != SYSTEM.id), None)
    if row is None:
        raise _unknown()
    return row


def _refuse_without_secretariat(session: Session, leaving: Account) -> None:
    """Raises Refused when nobody else of the secretariat is active."""
    others = session.scalars(select(Account.roles).where(Account.is_active, Account.id != leaving.id))
    if Role.SECRETARY in leaving.roles and not any(Role.SECRETARY in roles for roles in others):
        raise Refused.because("last_secretariat", "Ini akun sekretariat terakhir. Beri peran sekretariat kepada orang lain dahulu.")


def _values(person: Person) -> dict[str, Any]:
    """The values of GIVEN as they are stored."""
    values = {key: value for key, value in asdict(person).items() if key in GIVEN}
    return {**values, "roles": sorted(person.roles), "areas": list(person.areas)}


def _unknown() -> Refused:
    return Refused.because("unknown_account", "Akun ini tidak ada.")
