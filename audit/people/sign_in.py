"""Coming in: with a name and a password, with the code after it, the first time ever, and changing one's own password. Not OIDC, not links.

Each function opens its own short transactions and commits them: argon2 does not run while the database is held, and a failed try stays
counted although Refused is raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, sessionmaker

from audit.errors import Reason, Refused
from audit.people.account_history import What, difference, note
from audit.people.credentials import held_credential, set_password
from audit.people.directory import add_person, as_person
from audit.people.invitations import end_invitations
from audit.people.lock_out import charge, charge_nobody, clear, forgive
from audit.people.passwords import STANDARD, Hashing, check_new
from audit.people.reading import read_name, read_username
from audit.people.roles import Person, Role
from audit.people.second_factor import WRONG_CODE, takes
from audit.people.sessions import Opened, SignedIn, end_sessions, open_session, promote_session
from audit.people.sign_in_tables import Credential, ExternalIdentity
from audit.people.tables import Account

FIRST_USERNAME = "sekretariat"
NOT_RIGHT = Reason(
    "sign_in",
    "Nama pengguna atau kata sandi tidak cocok. Setelah lima kali keliru, akun ditutup sementara; "
    "bila Anda lupa, mintalah tautan kata sandi baru kepada sekretariat.",
)
"""The one sentence for a wrong password, an unknown name, a closed account and a locked one: it must not tell which."""


@dataclass(frozen=True, slots=True)
class _Known:
    account_id: int
    password_hash: str


def sign_in(
    sessions: sessionmaker[Session], username: str, password: str, *, at: datetime, device: str, hashing: Hashing = STANDARD
) -> Opened:
    """Open a session for who gives the right password. With a second factor it is only good for `pass_second_factor`.

    Raises Refused ("sign_in"), the same sentence after the same work whatever was wrong.
    """
    with sessions.begin() as session:
        known = _charged(session, username, at)
    checked = hashing.check(password, known.password_hash if known else None)
    if known is None or not checked.is_right:
        raise Refused(NOT_RIGHT)
    with sessions.begin() as session:
        credential = held_credential(session, known.account_id)
        if credential is None or credential.password_hash != known.password_hash:
            raise Refused(NOT_RIGHT)
        if checked.renewed:
            credential.password_hash = checked.renewed
        is_half = credential.totp_confirmed_at is not None
        (forgive if is_half else clear)(session, known.account_id)
        return open_session(session, known.account_id, how="password", at=at, device=device, needs_second_factor=is_half)


def pass_second_factor(sessions: sessionmaker[Session], signed_in: SignedIn, code: str, *, at: datetime) -> Opened:
    """Complete a session with the code from the app, or with a recovery code; the session has a new token from then on.

    Raises Refused ("code"); a wrong code counts like a wrong password.
    """
    with sessions.begin() as session:
        credential = held_credential(session, signed_in.person.id)
        if credential is not None and charge(credential, at=at) and takes(credential, code, at=at):
            session.flush()
            clear(session, signed_in.person.id)
            return promote_session(session, signed_in.session_id, at=at)
    raise Refused(WRONG_CODE)


def change_password(
    sessions: sessionmaker[Session], signed_in: SignedIn, old: str, new: str, *, at: datetime, hashing: Hashing = STANDARD
) -> None:
    """Change one's own password; every other session and open link of the account ends.

    Raises Refused ("old" or "password"); a wrong old password counts as a failed try.
    """
    person = signed_in.person
    check_new(new, username=person.username, name=person.name)
    if new == old:
        raise Refused.because("password", "Kata sandi baru sama dengan yang lama. Pilih yang lain.")
    with sessions.begin() as session:
        known = None if signed_in.needs_second_factor else _charged(session, person.username, at)
    if not hashing.check(old, known.password_hash if known else None).is_right:
        raise Refused.because("old", "Kata sandi lama tidak cocok. Setelah lima kali keliru, akun ditutup sementara.")
    password_hash = hashing.hash(new)
    with sessions.begin() as session:
        set_password(session, person.id, password_hash, at=at)
        end_sessions(session, person.id, at=at, keep=signed_in.session_id)
        end_invitations(session, person.id, at=at)
        note(session, person.id, What.PASSWORD_CHANGED, by_id=person.id, at=at)


def needs_first_account(session: Session) -> bool:
    """Whether nobody can sign in yet: no password, no identity elsewhere; one statement."""
    return not session.scalar(select(exists(select(Credential.account_id)) | exists(select(ExternalIdentity.id))))


def make_first_account(sessions: sessionmaker[Session], given: Mapping[str, Any], *, at: datetime, hashing: Hashing = STANDARD) -> Person:
    """Give the secretariat's account that `aks init` made a username, a name and a password, or make one when there is none.

    given: username, name, password. Raises Refused with the field of each value that cannot be used, and "done" when somebody was first.
    """
    username, name, password = read_username(given), read_name(given), str(given.get("password") or "")
    check_new(password, username=username, name=name)
    password_hash = hashing.hash(password)
    with sessions.begin() as session:
        accounts = list(session.scalars(select(Account).order_by(Account.id).with_for_update()))  # held: only one can be first
        if not needs_first_account(session):
            raise Refused.because("done", "Akun pertama sudah dibuat. Masuklah dengan akun Anda, atau mintalah tautan kepada sekretariat.")
        account = _first_secretary(accounts)
        if any(a.username == username and a is not account for a in accounts):
            raise Refused.because("username", f"Nama pengguna “{username}” sudah dipakai; pilih nama lain.")
        if account is None:
            person = add_person(session, {"username": username, "name": name, "roles": [Role.SECRETARY]}, at=at)
            account = session.get_one(Account, person.id)
        before = {"username": account.username, "name": account.name}
        account.username, account.name = username, name
        session.flush()
        set_password(session, account.id, password_hash, at=at)
        if changed := difference(before, {"username": username, "name": name}):
            note(session, account.id, What.CHANGED, by_id=account.id, at=at, details=changed)
        note(session, account.id, What.PASSWORD_SET, by_id=account.id, at=at)
        return as_person(account)


def _charged(session: Session, username: str, at: datetime) -> _Known | None:
    """The active account of this name after one try was charged to it; None when there is none, it has no password, or it is locked."""
    plain = username.strip().lower()
    found = session.execute(
        select(Credential, Account.id)
        .join(Account, Account.id == Credential.account_id)
        .where(Account.username == (plain if plain.isprintable() and len(plain) <= 60 else ""), Account.is_active)
        .with_for_update(of=Credential)
    ).one_or_none()
    if found is None or not charge(found[0], at=at):
        charge_nobody(session)
        return None
    return _Known(found[1], found[0].password_hash)


def _first_secretary(accounts: list[Account]) -> Account | None:
    """The account of `aks init`, or the only active secretary there is."""
    secretaries = [a for a in accounts if a.is_active and Role.SECRETARY in a.roles]
    named = [a for a in secretaries if a.username == FIRST_USERNAME]
    return (named or secretaries)[0] if named or len(secretaries) == 1 else None
