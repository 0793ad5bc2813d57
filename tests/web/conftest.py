"""The pages over a real home on each kind of database: one cycle, its people, and rows of documents as publishing writes them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.casework.installation import Installation
from audit.lifecycle.tables import Case, Document, DocumentSignature
from audit.people.sessions import open_session
from audit.reports.record import code_of
from audit.settings import Settings
from audit.store.canonical import sha256_hex
from audit.store.files import Files
from audit.store.sealed import Keyring
from audit.store.session import session_maker
from audit.web.app import create_app
from audit.web.desk import COOKIE
from tests.factory import START, World

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would like httpx2 better; httpx is what Prefect brings
    from starlette.testclient import TestClient


@dataclass
class Pages:
    """A visitor, the world behind the pages, and a clock that is moved by hand."""

    world: World
    engine: Engine
    installation: Installation
    at: datetime = START

    def visitor(self, **how: Any) -> TestClient:
        app = create_app(self.installation, now=lambda: self.at, **how)
        return TestClient(app, follow_redirects=False, raise_server_exceptions=True)

    def as_(self, username: str, **how: Any) -> TestClient:
        """A browser in which this person of the world is signed in."""
        self.world.session.commit()
        with self.installation.sessions.begin() as session:
            person = self.world.people[username]
            opened = open_session(session, person.id, how="password", at=self.at, device="Firefox di Linux")
        client = self.visitor(**how)
        client.cookies.set(COOKIE, opened.token)
        return client

    def now(self, case: Case) -> Case:
        """The case as it is in the database now; the world's own session would hold SQLite's write lock."""
        with self.installation.reading() as session:
            return session.get_one(Case, case.id)

    def wait(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)

    def add(self, name: str = "diseminasi", edition: str = "publik", subject: str = "", *, number: str, revision: int = 1) -> Document:
        """A row as `publish` writes it; nothing is drawn."""
        record = sha256_hex(f"{number} {revision}".encode())
        row = Document(
            cycle_id=self.world.cycle.id,
            name=name,
            edition=edition,
            subject=subject,
            number=number,
            revision=revision,
            code=code_of(record),
            snapshot_sha256=sha256_hex(record.encode()),
            record_sha256=record,
            file_sha256=sha256_hex(b"berkas" + record.encode()),
            made_with="AKS 0.1.0",
            history_head="0" * 64,
            made_at=self.world.at,
        )
        self.world.session.add(row)
        self.world.session.commit()
        return row

    def sign(self, row: Document, place: str, signed_by: str) -> None:
        self.world.session.add(
            DocumentSignature(
                document_id=row.id,
                place=place,
                signed_by=signed_by,
                by_id=self.world.people["sekretariat"].id,
                signed_at=self.world.at,
                file_sha256=sha256_hex(place.encode()),
            )
        )
        self.world.session.commit()


def words(page: str) -> str:
    """What somebody reads on a page, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def form_of(page: str, *, address: str = "") -> dict[str, list[str]]:
    """What a browser would send if somebody pressed the button at once: every field of the (only, or so addressed) form that posts."""
    found = [form for form in lxml.html.fromstring(page).forms if form.method == "POST" and not _is_of_the_frame(form)]
    form = next(one for one in found if not address or one.action == address)
    fields: dict[str, list[str]] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value.removeprefix("\n"))  # as browsers do: the first line break in a textarea is not its text
    return fields


def send(client: TestClient, address: str, answers: Mapping[str, str | Sequence[str]], *, at: str = "") -> Any:
    """Open the page, answer its form, send it: the answer to the POST. at: where the form posts to, when that is another address."""
    shown = client.get(address)
    assert shown.status_code == 200, (address, shown.status_code)
    fields = form_of(shown.text, address=at)
    fields.update({name: [value] if isinstance(value, str) else list(value) for name, value in answers.items()})
    return client.post(at or address, data=fields)


def _is_of_the_frame(form: Any) -> bool:
    """Signing out and changing places are on every page."""
    return form.action in ("/keluar", "/demo/ganti")


@pytest.fixture
def pages(engine: Engine, database_url: str, tmp_path: Path, keyring: Keyring) -> Iterator[Pages]:
    home = Settings(home=tmp_path, database_url=database_url)
    with Session(engine, expire_on_commit=False) as session:
        world = World(session)
        session.commit()
        yield Pages(world, engine, Installation(home, engine, session_maker(engine), Files(tmp_path / "berkas", keyring)))
