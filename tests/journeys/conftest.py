"""One invented semester, played once in a program of its own, for every test that looks at what it left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from audit.casework.installation import Installation, open_installation
from audit.demo.cast import FOCUS
from audit.settings import Settings

QUOTAS = {"balita": {"35.09.22": 3, "35.09.25": 2, "35.09.30": 2}, "bumil": {"35.09.22": 1, "35.09.25": 0, "35.09.30": 0}}
"""The fewest cases that meet every detour: seven children, and one mother."""

PLAY = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from audit.casework.installation import initialise, open_installation
from audit.demo.outcome import write_out
from audit.demo.semester import play
from audit.settings import Settings
from flows.embedded import run

out, kecamatan = Path(sys.argv[1]), sys.argv[2].split(",")
settings = Settings(home=out / "aks", database_url=sys.argv[3])
initialise(settings, at=datetime(2026, 1, 5, tzinfo=UTC))
here = open_installation(settings)

class Quiet:
    def stage(self, title, total=1): pass
    def advance(self): pass
    def note(self, sentence): pass

played = play(here, out / "berkas-masuk", run, Quiet(), kecamatan=kecamatan, quotas=json.loads(sys.argv[4]))
summary = write_out(here, played, out)
print(json.dumps({name: getattr(summary, name) for name in summary.__slots__}))
"""


@dataclass(frozen=True)
class PlayedSemester:
    """What the play printed and left; `here` is open for looking."""

    out: Path
    summary: dict[str, Any]
    here: Installation


@pytest.fixture(scope="module", params=["postgresql", "sqlite"] if os.environ.get("AKS_TEST_BOTH") else ["postgresql"])
def semester(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayedSemester]:
    """The semester of the demo over its three kecamatan, on PostgreSQL; in tests/browser a semester is played on SQLite.

    With AKS_TEST_BOTH=1 on both: it draws more than a hundred documents.
    """
    out = tmp_path_factory.mktemp("semester").resolve()
    if request.param == "sqlite":
        database_url = f"sqlite:///{out / 'aks' / 'aks.db'}"
    else:
        database_url = request.getfixturevalue("empty_postgresql_database")
    done = subprocess.run(
        [sys.executable, "-c", PLAY, str(out), ",".join(FOCUS), database_url, json.dumps(QUOTAS)],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    here = open_installation(Settings(home=out / "aks", database_url=database_url))
    yield PlayedSemester(out, json.loads(done.stdout.splitlines()[-1]), here)
    here.close()
