"""An office for the flows: a home with the tests' key, a database of each kind, and a world in it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from audit.casework.installation import Installation, open_installation
from audit.settings import Settings
from tests.conftest import flows_in_this_process
from tests.factory import World


@dataclass
class Office:
    """A home with a world in it, and the flows run there."""

    settings: Settings
    here: Installation
    world: World

    def run(self, name: str, **parameters: Any) -> dict[str, int]:
        from flows.embedded import run

        cycle_id = self.world.cycle.id
        self.world.session.commit()  # nothing of ours may be open while the flow writes
        counts = dict(run(name, self.settings, cycle_id=cycle_id, at=self.world.at.isoformat(), **parameters))
        self.world.session.expire_all()
        return counts


@pytest.fixture
def office(database_url: str, tmp_path: Path, prefect_template: Path) -> Iterator[Office]:
    settings = Settings(home=tmp_path / "aks", database_url=database_url)
    settings.home.mkdir()
    settings.key_file.write_bytes(base64.b64encode(bytes(range(32))))
    settings.key_file.chmod(0o600)
    here = open_installation(settings)
    with flows_in_this_process(prefect_template, settings.home), Session(here.engine, expire_on_commit=False) as session:
        yield Office(settings, here, World(session))
    here.close()
