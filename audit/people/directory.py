"""Finding people and adding them. What an account may say is in reading.py; every rule about what people may do is in audit/lifecycle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.people.reading import read_person
from audit.people.roles import SYSTEM, SYSTEM_USERNAME, Discipline, Person, Role
from audit.people.tables import Account


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
    return {a.id: as_person(a) for a in session.scalars(_BY_IDS, {"ids": list(set(ids))})}


# Put together once, for pages that are asked for all day: that costs as much as asking.
_BY_IDS = select(Account).where(Account.id.in_(bindparam("ids", expanding=True)))


def add_system_account(session: Session, *, at: datetime) -> None:
    """The account in whose name flows act; made once by `aks init`."""
    if session.get(Account, SYSTEM.id) is None:
        session.add(_account(Person(SYSTEM.id, SYSTEM_USERNAME, SYSTEM.name, SYSTEM.roles), at))


def add_person(session: Session, given: Mapping[str, Any], *, at: datetime) -> Person:
    """Add an account from plain values: username, name, roles, and where they apply areas, discipline, agency, puskesmas,
    home_desa, most_cases, email; "everywhere" where the whole district is meant.

    Raises Refused with a sentence for every value that cannot be used; the code of each is the name of the value.
    """
    (person,) = add_people(session, [given], at=at)
    return person


def add_people(session: Session, given: Iterable[Mapping[str, Any]], *, at: datetime) -> list[Person]:
    """Add accounts, each as `add_person` does, all or none; two statements however many."""
    read = [read_person(one) for one in given]
    taken = set(session.scalars(select(Account.username).where(Account.username.in_([person.username for person in read]))))
    for person in read:
        if person.username in taken:
            raise Refused.because("username_taken", f"Nama pengguna “{person.username}” sudah dipakai; pilih nama lain.")
        taken.add(person.username)
    accounts = [_account(person, at) for person in read]
    session.add_all(accounts)
    session.flush()
    return [as_person(account) for account in accounts]


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
