"""The office that the tests of signing in work with, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from audit.store.session import session_maker
from tests.people.office import Office, make_office


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return session_maker(engine)


@pytest.fixture
def office(sessions: sessionmaker[Session]) -> Office:
    return make_office(sessions)
