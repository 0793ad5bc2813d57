"""The second factor: six digits from an app (TOTP, RFC 6238), and recovery codes for when the phone is gone. Not the signing in itself."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from audit.errors import Reason, Refused
from audit.people.account_history import What, note
from audit.people.credentials import held_credential
from audit.people.lock_out import charge, clear
from audit.people.may_manage import only_managers
from audit.people.roles import Person
from audit.people.sessions import SignedIn, end_sessions
from audit.people.sign_in_tables import Credential
from audit.people.tables import Account

ISSUER = "AKS"
STEP_SECONDS = 30
WINDOW = 1
RECOVERY_CODES = 10

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 10
WRONG_CODE = Reason(
    "code", "Kode tidak cocok atau sudah dipakai. Tunggu kode berikutnya di aplikasi Anda, lalu coba lagi, atau pakai satu kode cadangan."
)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an app needs to know once. secret: base32, for typing; uri: the same for a QR code."""

    secret: str
    uri: str

    def __repr__(self) -> str:
        return "Enrolment(…)"


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """confirmed_at: None when it is off."""

    is_on: bool
    recovery_codes_left: int
    confirmed_at: datetime | None


def begin(session: Session, account_id: int) -> Enrolment:
    """Draw a secret for the account; nothing is asked for until `confirm`. Beginning again draws another.

    Raises Refused when there is no password or the second factor is on already.
    """
    credential = held_credential(session, account_id)
    if credential is None:
        raise Refused.because("no_password", "Akun ini belum mempunyai kata sandi, sehingga verifikasi dua langkah belum dapat dinyalakan.")
    if credential.totp_confirmed_at is not None:
        raise Refused.because("already_on", "Verifikasi dua langkah sudah menyala. Matikan dahulu bila Anda berganti telepon.")
    credential.totp_secret, credential.last_totp_step = pyotp.random_base32(), None
    session.flush()
    return _enrolment(session, account_id, credential.totp_secret)


def begun(session: Session, account_id: int) -> Enrolment | None:
    """What `begin` drew and nobody has confirmed yet, so that a mistyped code need not begin anew; None: not begun, or on already."""
    credential = session.get(Credential, account_id)
    if credential is None or credential.totp_secret is None or credential.totp_confirmed_at is not None:
        return None
    return _enrolment(session, account_id, credential.totp_secret)


def _enrolment(session: Session, account_id: int, secret: str) -> Enrolment:
    username = session.scalars(select(Account.username).where(Account.id == account_id)).one()
    return Enrolment(secret, pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=username, issuer_name=ISSUER))


def confirm(session: Session, account_id: int, code: str, *, at: datetime) -> tuple[str, ...]:
    """Turn it on with a first code from the app; the recovery codes, shown this once. Raises Refused ("code")."""
    credential = held_credential(session, account_id)
    if credential is None or credential.totp_secret is None or credential.totp_confirmed_at is not None:
        raise Refused.because("code", "Verifikasi dua langkah belum dimulai atau sudah menyala. Muat ulang halaman ini.")
    if not _takes_digits(credential, _plain(code), at):
        raise Refused(WRONG_CODE)
    credential.totp_confirmed_at = at
    codes = _renew_recovery_codes(credential)
    note(session, account_id, What.SECOND_FACTOR_ON, by_id=account_id, at=at)
    return codes


def takes(credential: Credential, code: str, *, at: datetime) -> bool:
    """Whether the code is right for an account whose second factor is on; it is used up by that. Spaces and case do not matter."""
    if credential.totp_confirmed_at is None:
        return False
    plain = _plain(code)
    return _takes_digits(credential, plain, at) or _takes_recovery_code(credential, plain)


def new_recovery_codes(sessions: sessionmaker[Session], signed_in: SignedIn, code: str, *, at: datetime) -> tuple[str, ...]:
    """Ten new recovery codes in place of those left, shown this once. Commits; a wrong code counts as a failed try.

    Raises Refused ("code").
    """
    with sessions.begin() as session:
        credential = _proven(session, signed_in, code, at)
        if credential is not None:
            codes = _renew_recovery_codes(credential)
            note(session, signed_in.person.id, What.RECOVERY_CODES_MADE, by_id=signed_in.person.id, at=at)
            return codes
    raise Refused(WRONG_CODE)


def turn_off_own(sessions: sessionmaker[Session], signed_in: SignedIn, code: str, *, at: datetime) -> None:
    """Turn one's own second factor off. Commits; a wrong code counts as a failed try. Raises Refused ("code")."""
    with sessions.begin() as session:
        credential = _proven(session, signed_in, code, at)
        if credential is not None:
            _forget(session, credential, by=signed_in.person, at=at)
            return
    raise Refused(WRONG_CODE)


def turn_off(session: Session, account_id: int, *, by: Person, at: datetime) -> None:
    """Turn off somebody else's, whose phone and recovery codes are gone, and end every session of theirs. Secretariat only.

    Raises Refused when it is one's own (`turn_off_own` asks for a code) or it is not on.
    """
    only_managers(by)
    if by.id == account_id:
        raise Refused.because("self", "Untuk akun Anda sendiri, matikan verifikasi dua langkah dengan sebuah kode di halaman akun Anda.")
    credential = held_credential(session, account_id)
    if credential is None or credential.totp_confirmed_at is None:
        raise Refused.because("not_on", "Verifikasi dua langkah akun ini tidak menyala.")
    _forget(session, credential, by=by, at=at)
    end_sessions(session, account_id, at=at)


def state(session: Session, account_id: int) -> SecondFactor:
    """Whether it is on and how many recovery codes are left; one statement."""
    credential = session.scalars(select(Credential).where(Credential.account_id == account_id)).one_or_none()
    if credential is None or credential.totp_confirmed_at is None:
        return SecondFactor(is_on=False, recovery_codes_left=0, confirmed_at=None)
    return SecondFactor(is_on=True, recovery_codes_left=len(credential.recovery_codes or []), confirmed_at=credential.totp_confirmed_at)


def _proven(session: Session, signed_in: SignedIn, code: str, at: datetime) -> Credential | None:
    credential = held_credential(session, signed_in.person.id)
    if signed_in.needs_second_factor or credential is None or not charge(credential, at=at) or not takes(credential, code, at=at):
        return None
    session.flush()
    clear(session, signed_in.person.id)
    return credential


def _forget(session: Session, credential: Credential, *, by: Person, at: datetime) -> None:
    credential.totp_secret = credential.totp_confirmed_at = credential.last_totp_step = credential.recovery_codes = None
    note(session, credential.account_id, What.SECOND_FACTOR_OFF, by_id=by.id, at=at)


def _takes_digits(credential: Credential, plain: str, at: datetime) -> bool:
    """Whether it is the code of this half minute, the one before or the one after, and newer than the last one taken (RFC 6238, 5.2)."""
    if credential.totp_secret is None:
        return False
    totp, now = pyotp.TOTP(credential.totp_secret, interval=STEP_SECONDS), int(at.timestamp()) // STEP_SECONDS
    found = None
    for step in range(now - WINDOW, now + WINDOW + 1):
        is_this = hmac.compare_digest(totp.generate_otp(step), plain)
        if is_this and step > (credential.last_totp_step or 0):
            found = step
    if found is None:
        return False
    credential.last_totp_step = found
    return True


def _takes_recovery_code(credential: Credential, plain: str) -> bool:
    left, given = list(credential.recovery_codes or []), _hash(plain)
    if len(plain) != _LENGTH or given not in left:
        return False
    left.remove(given)
    credential.recovery_codes = left
    return True


def _renew_recovery_codes(credential: Credential) -> tuple[str, ...]:
    drawn = ["".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(RECOVERY_CODES)]
    credential.recovery_codes = [_hash(code) for code in drawn]
    return tuple(f"{code[:5]}-{code[5:]}" for code in drawn)


def _plain(code: str) -> str:
    return "".join(c for c in code[:40].upper() if c.isascii() and c.isalnum())


def _hash(plain: str) -> str:
    """49 random bits under a plain hash are enough because the column is sealed as well."""
    return hashlib.sha256(plain.encode()).hexdigest()
