"""The busy cycle of `panel_world`, made once and frozen once for all tests that only read."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from audit.store.session import make_engine
from tests.conftest import KEYRING
from tests.reports.panel.panel_world import NAMES, frozen, panel_world


@pytest.fixture(scope="session")
def snapshots(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, dict[str, Any]]:
    """Document name -> its snapshot of the busy cycle; read, never changed."""
    path = tmp_path_factory.mktemp("panel") / "aks.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}", KEYRING)
    with Session(engine, expire_on_commit=False) as session:
        world = panel_world(session)
        made = {name: frozen(world, name) for name in NAMES}
    engine.dispose()
    return made
