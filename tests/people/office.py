"""A small office for the tests of signing in: invented people, a quick argon2, a count of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from audit.people import invitations, second_factor, sign_in
from audit.people.directory import add_person, add_system_account
from audit.people.passwords import Hashing
from audit.people.roles import Person
from audit.people.sessions import Opened, SignedIn, find_session

AT = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
QUICK = Hashing(time_cost=1, memory_kib=8)
PASSWORD = "sawah hijau di tepi sungai"
PHONE = "Chrome di Android"
WRONG = "sawah kering di tepi sungai"


@dataclass
class Office:
    """sessions: of the database; secretary and midwife have the password PASSWORD, the doctor was never invited."""

    sessions: sessionmaker[Session]
    secretary: Person
    midwife: Person
    doctor: Person

    def sign_in(self, username: str = "bidan.arjasa", password: str = PASSWORD, *, at: datetime = AT) -> Opened:
        return sign_in.sign_in(self.sessions, username, password, at=at, device=PHONE, hashing=QUICK)

    def signed_in(self, opened: Opened, *, at: datetime = AT) -> SignedIn:
        with self.sessions() as session:
            found = find_session(session, opened.token, at=at)
        assert found is not None
        return found

    def is_open(self, opened: Opened, *, at: datetime = AT) -> bool:
        with self.sessions() as session:
            return find_session(session, opened.token, at=at) is not None

    def turn_on_second_factor(self, person: Person, *, at: datetime = AT) -> tuple[pyotp.TOTP, tuple[str, ...]]:
        """The app on the person's phone, and the recovery codes; the code of `at` is used up."""
        with self.sessions.begin() as session:
            app = pyotp.TOTP(second_factor.begin(session, person.id).secret)
            return app, second_factor.confirm(session, person.id, app.at(at), at=at)


def make_office(sessions: sessionmaker[Session]) -> Office:
    with sessions.begin() as session:
        add_system_account(session, at=AT)
        secretary = add_person(session, {"username": "sekretariat", "name": "Endah Wulansari", "roles": ["secretary"]}, at=AT)
        midwife = {"username": "bidan.arjasa", "name": "Ninik Rahayu", "roles": ["field"], "areas": ["35.09.22"]}
        doctor = {"username": "dr.anak", "name": "dr. Sasmita Adi, Sp.A", "roles": ["expert"], "discipline": "paediatrics"}
        office = Office(sessions, secretary, add_person(session, midwife, at=AT), add_person(session, doctor, at=AT))
    for person in (office.secretary, office.midwife):
        with sessions.begin() as session:
            link = invitations.invite(session, person.id, by=office.secretary, at=AT)
        invitations.accept(sessions, link.token, PASSWORD, at=AT, hashing=QUICK)
    return office


@contextmanager
def counted(session: Session) -> Iterator[Callable[[], int]]:
    """How many statements the database was sent."""
    seen: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield lambda: len(seen)
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def after(**how_long: float) -> datetime:
    return AT + timedelta(**how_long)
