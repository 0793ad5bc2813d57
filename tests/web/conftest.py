"""The pages over a real home on each kind of database: one cycle, its people, and rows of documents as publishing writes them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.casework.installation import Installation
from audit.lifecycle.tables import Document, DocumentSignature
from audit.reports.record import code_of
from audit.settings import Settings
from audit.store.canonical import sha256_hex
from audit.store.files import Files
from audit.store.sealed import Keyring
from audit.store.session import session_maker
from audit.web.app import create_app
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


@pytest.fixture
def pages(engine: Engine, database_url: str, tmp_path: Path, keyring: Keyring) -> Iterator[Pages]:
    home = Settings(home=tmp_path, database_url=database_url)
    with Session(engine, expire_on_commit=False) as session:
        world = World(session)
        session.commit()
        yield Pages(world, engine, Installation(home, engine, session_maker(engine), Files(tmp_path / "berkas", keyring)))
