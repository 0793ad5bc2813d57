"""Finding people and adding them. Every rule about what they may do is in audit/lifecycle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.people.roles import AGENCIES, SYSTEM, SYSTEM_USERNAME, Discipline, Person, Role
from audit.people.tables import Account
from audit.regions import is_region

_LONGEST = {"username": 60, "name": 200, "puskesmas": 120, "email": 200}
_MOST_CASES = 200


def person_named(session: Session, username: str) -> Person:
    """The active person with this username. Raises Refused, naming the usernames that exist, when there is none."""
    shown = "".join(c if c.isprintable() else "�" for c in username[:60])
    account = session.scalar(select(Account).where(Account.username == shown, Account.is_active))
    if account is None:
        known = session.scalars(select(Account.username).where(Account.is_active, Account.id != SYSTEM.id).order_by(Account.username))
        raise Refused.because("unknown_user", f"Tidak ada pengguna “{shown}”. Yang ada: {', '.join(known) or 'belum ada'}.")
    return as_person(account)


def people(session: Session, role: Role | None = None) -> list[Person]:
    """Every active person (of one role, when given) by id; never the system itself."""
    found = [as_person(a) for a in session.scalars(select(Account).where(Account.is_active, Account.id != SYSTEM.id).order_by(Account.id))]
    return [p for p in found if role is None or p.is_a(role)]


def people_by_id(session: Session, ids: Iterable[int]) -> dict[int, Person]:
    """The people with these ids, active or not: history keeps naming those who left."""
    return {a.id: as_person(a) for a in session.scalars(select(Account).where(Account.id.in_(set(ids))))}


def add_system_account(session: Session, *, at: datetime) -> None:
    """The account in whose name flows act; made once by `aks init`."""
    if session.get(Account, SYSTEM.id) is None:
        session.add(_account(Person(SYSTEM.id, SYSTEM_USERNAME, SYSTEM.name, SYSTEM.roles), at))


def add_person(session: Session, given: Mapping[str, Any], *, at: datetime) -> Person:
    """Add an account from plain values: username, name, roles, and where they apply areas, discipline, agency, puskesmas,
    home_desa, most_cases, email.

    Raises Refused with a sentence for every value that cannot be used.
    """
    person = _read_person(given)
    if session.scalar(select(Account.id).where(Account.username == person.username)) is not None:
        raise Refused.because("username_taken", f"Nama pengguna “{person.username}” sudah dipakai; pilih nama lain.")
    account = _account(person, at)
    session.add(account)
    session.flush()
    return as_person(account)


def as_person(account: Account) -> Person:
    """The row as the rules see it."""
    return Person(
        id=account.id,
        username=account.username,
        name=account.name,
        roles=frozenset(Role(r) for r in account.roles),
        areas=tuple(account.areas),
        discipline=Discipline(account.discipline) if account.discipline else None,
        agency=account.agency,
        puskesmas=account.puskesmas,
        home_desa=account.home_desa,
        most_cases=account.most_cases,
        email=account.email,
    )


def _read_person(given: Mapping[str, Any]) -> Person:
    username, name, puskesmas = (_short_text(given, key) for key in ("username", "name", "puskesmas"))
    username = username.lower()
    roles, areas = _listed(given, "roles"), _listed(given, "areas")
    wanted = [r.value for r in Role if r is not Role.SYSTEM]
    if not username.replace(".", "").replace("-", "").isalnum():
        raise Refused.because("username", f"username “{username}” tidak dapat dipakai; gunakan huruf, angka, titik, atau tanda hubung.")
    if not roles or any(r not in wanted for r in roles):
        raise Refused.because("roles", f"roles untuk {username}: {roles} tidak dikenal; pilih dari {', '.join(wanted)}.")
    discipline, agency = given.get("discipline"), given.get("agency")
    if (Role.EXPERT in roles or discipline) and discipline not in list(Discipline):
        raise Refused.because("discipline", f"discipline untuk {username}: {discipline} tidak dikenal; pilih dari {', '.join(Discipline)}.")
    if unknown := [a for a in areas if not (isinstance(a, str) and is_region(a))]:
        raise Refused.because("areas", f"areas untuk {username}: {unknown} bukan kode wilayah; contoh yang benar: 35.09.22.")
    if (Role.AGENCY in roles or agency) and agency not in list(AGENCIES):
        raise Refused.because("agency", f"agency untuk {username}: {agency} tidak dikenal; pilih dari {', '.join(AGENCIES)}.")
    return Person(
        id=-1,
        username=username,
        name=name or username,
        roles=frozenset(Role(r) for r in roles),
        areas=tuple(areas),
        discipline=Discipline(discipline) if discipline else None,
        agency=agency,
        puskesmas=puskesmas or None,
        home_desa=_home(given, username),
        most_cases=_most_cases(given, username),
        email=_short_text(given, "email") or None,
    )


def _short_text(given: Mapping[str, Any], key: str) -> str:
    text, longest = str(given.get(key) or "").strip(), _LONGEST[key]
    if len(text) > longest or not text.isprintable():
        raise Refused.because(key, f"{key}: paling panjang {longest} huruf, tanpa karakter yang tidak dapat dicetak.")
    return text


def _home(given: Mapping[str, Any], username: str) -> str | None:
    code = str(given.get("home_desa") or "").strip()
    if code and not is_region(code):
        raise Refused.because("home_desa", f"home_desa untuk {username}: {code[:20]} bukan kode desa; contoh yang benar: 35.09.22.2001.")
    return code or None


def _most_cases(given: Mapping[str, Any], username: str) -> int | None:
    most = given.get("most_cases")
    if most in (None, ""):
        return None
    if isinstance(most, bool) or not str(most).isdecimal() or not 1 <= int(most) <= _MOST_CASES:
        raise Refused.because("most_cases", f"most_cases untuk {username}: “{str(most)[:20]}” bukan bilangan 1–{_MOST_CASES}.")
    return int(most)


def _listed(given: Mapping[str, Any], key: str) -> list[Any]:
    many = given.get(key) or []
    if not isinstance(many, (list, tuple)):
        raise Refused.because(key, f"{key}: tulis sebagai daftar, misalnya [{many}].")
    return list(many)


def _account(person: Person, at: datetime) -> Account:
    return Account(
        id=person.id if person.id >= 0 else None,
        username=person.username,
        name=person.name,
        roles=sorted(person.roles),
        areas=list(person.areas),
        discipline=person.discipline,
        agency=person.agency,
        puskesmas=person.puskesmas,
        home_desa=person.home_desa,
        most_cases=person.most_cases,
        email=person.email,
        created_at=at,
    )
