"""The real program on a real home: the database of the test run copied, its key beside it, people and cases made by real actions."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from audit.cli.main import main
from audit.store.sealed import Keyring
from audit.store.session import make_engine
from tests.factory import World


@dataclass(frozen=True)
class Outcome:
    """What one run of the program gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on stdout; anything else there fails the test."""
        return json.loads(self.out)


Aks = Callable[..., Outcome]


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home as `aks init` leaves it, without accounts."""
    folder = tmp_path / "rumah"
    folder.mkdir(mode=0o700)
    shutil.copy(sqlite_template, folder / "aks.db")
    write_key(folder)
    monkeypatch.setenv("AKS_HOME", str(folder))
    for name in ("AKS_DATABASE_URL", "AKS_USER", "AKS_TIMEZONE"):
        monkeypatch.delenv(name, raising=False)
    return folder


def write_key(folder: Path) -> None:
    """The key that the test databases were made with."""
    key = folder / "kunci.key"
    key.write_bytes(base64.b64encode(bytes(range(32))))
    key.chmod(0o600)


@pytest.fixture
def world(home: Path, keyring: Keyring) -> Iterator[World]:
    """The people and the cycle of the factory in that home; commit what the program should see."""
    engine = make_engine(f"sqlite:///{home / 'aks.db'}", keyring)
    with Session(engine, expire_on_commit=False) as session:
        world = World(session)
        session.commit()
        yield world
    engine.dispose()


@pytest.fixture
def aks(capsys: pytest.CaptureFixture[str]) -> Aks:
    """Run the program in this process."""

    def run(*arguments: object) -> Outcome:
        capsys.readouterr()
        code = main([str(one) for one in arguments])
        captured = capsys.readouterr()
        outcome = Outcome(code, captured.out, captured.err)
        assert "Traceback" not in outcome.out + outcome.err
        return outcome

    return run
