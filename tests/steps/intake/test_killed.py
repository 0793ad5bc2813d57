"""A process killed while it loads a file leaves nothing half-written, and the next one loads it whole."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.steps.intake.tables import Import, Measurement, Subject
from audit.store.sealed import Keyring
from audit.store.session import make_engine
from tests.steps.intake.sheets import AT, BUDI, HEADER, ON, cells, load, staff

_PROGRAM = """
import importlib, sys, time
from datetime import date, datetime, UTC
from pathlib import Path
from sqlalchemy.orm import Session
from audit.people.directory import person_named
from audit.store.sealed import Keyring
from audit.store.session import make_engine
admit = importlib.import_module("audit.steps.intake.actions.admit")
insert_rows = admit.insert_rows

def slowly(session, table, columns, rows):
    insert_rows(session, table, columns, rows)
    print(table.name, flush=True)
    time.sleep(60 if table.name == sys.argv[3] else 0)

admit.insert_rows = slowly
engine = make_engine(sys.argv[1], Keyring(bytes(range(32))))
with Session(engine) as session, session.begin():
    admit.admit(session, Path(sys.argv[2]), by=person_named(session, "sekretariat"), at=datetime(2026, 9, 1, 3, tzinfo=UTC),
                on=date(2026, 9, 1), kabupaten="35.09")
"""


@pytest.mark.parametrize("last_table", ["subject", "measurement"])
def test_a_killed_import_leaves_nothing_and_the_next_run_goes_on(last_table: str, sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "aks.db")
    url = f"sqlite:///{tmp_path / 'aks.db'}"
    engine = make_engine(url, Keyring(bytes(range(32))))
    with Session(engine, expire_on_commit=False) as session:
        by = staff(session)
    path = tmp_path / "a.csv"
    # enough rows that pages reach the write-ahead log before the end
    children = [{**BUDI, "NIK": f"35092214{4 + n // 900:02d}24{9001 + n % 900:04d}", "Nama": f"Anak {n}"} for n in range(2000)]
    path.write_text("\n".join(";".join("" if c is None else str(c) for c in line) for line in [HEADER, *map(cells, children)]))
    command = [sys.executable, "-c", _PROGRAM, url, str(path), last_table]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while process.stdout.readline().strip() != last_table:
            assert process.poll() is None
        time.sleep(0.1)
        os.kill(process.pid, signal.SIGKILL)
    with Session(engine, expire_on_commit=False) as session:
        assert [session.scalar(select(func.count()).select_from(t)) for t in (Import, Subject, Measurement)] == [0, 0, 0]
        session.rollback()
        report = load(session, path, by, on=ON)
        assert (report.rows, report.accepted, report.import_id) == (2000, 2000, 1)
        assert session.get_one(Import, 1).at == AT
    engine.dispose()
