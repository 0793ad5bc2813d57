"""A small office with one midwife for the browser tests of the field: real cases on SQLite, and a way to sign a browser in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy.orm import Session

from audit.casework.installation import Installation
from audit.casework.schema import bring_up_to_date
from audit.people.sessions import open_session
from audit.settings import Settings
from audit.store.files import Files
from audit.store.session import make_engine, session_maker
from audit.web.desk import COOKIE
from tests.conftest import KEYRING
from tests.factory import World
from tests.web.conftest import Pages


@contextmanager
def field_pages(folder: Path) -> Iterator[Pages]:
    """Pages over a new SQLite home in this folder."""
    url = f"sqlite:///{folder / 'aks.db'}"
    engine = make_engine(url, KEYRING)
    bring_up_to_date(engine)
    with Session(engine, expire_on_commit=False) as session:
        world = World(session)
        session.commit()
        home = Settings(home=folder, database_url=url)
        yield Pages(world, engine, Installation(home, engine, session_maker(engine), Files(folder / "berkas", KEYRING)))
    engine.dispose()


def sign_in(page: Page, pages: Pages, base: str, username: str) -> None:
    """Let this browser be somebody, as if they had signed in a moment ago."""
    pages.world.session.commit()
    with pages.installation.sessions.begin() as session:
        opened = open_session(session, pages.world.people[username].id, how="password", at=pages.at, device="Chromium")
    page.context.add_cookies([{"name": COOKIE, "value": opened.token, "url": base}])
