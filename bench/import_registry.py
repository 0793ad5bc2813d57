"""How long a kabupaten's monthly registry file takes to load, against the bare fastexcel read of the same file, in the same run.

Run: .venv/bin/python bench/import_registry.py [rows] [rounds]. Each measurement is a process of its own, the two kinds in turn.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

AT = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
MOST_TIMES_THE_READ = 4.0
MOST_GIGABYTES = 1.5


def read(path: Path, _home: Path) -> tuple[float, float]:
    """The peer: what anybody gets from the library with one line."""
    import fastexcel

    started = time.perf_counter(), time.process_time()
    fastexcel.read_excel(str(path)).load_sheet(0).to_polars()
    return time.perf_counter() - started[0], time.process_time() - started[1]


def load(path: Path, home: Path) -> tuple[float, float]:
    """The whole import into a new SQLite database: read, checked, matched, z computed, stored and committed."""
    from sqlalchemy.orm import Session

    from audit.casework.schema import bring_up_to_date
    from audit.people.directory import add_system_account
    from audit.people.roles import SYSTEM
    from audit.steps.intake.actions import admit
    from audit.store.sealed import Keyring
    from audit.store.session import make_engine

    engine = make_engine(f"sqlite:///{home / 'aks.db'}", Keyring(bytes(range(32))))
    bring_up_to_date(engine)
    with Session(engine) as session, session.begin():
        add_system_account(session, at=AT)
    started = time.perf_counter(), time.process_time()
    with Session(engine) as session, session.begin():
        report = admit(session, path, by=SYSTEM, at=AT, on=AT.date(), kabupaten="35.09")
    if report.accepted != report.rows:
        raise SystemExit(f"hanya {report.accepted} dari {report.rows} baris diterima")
    return time.perf_counter() - started[0], time.process_time() - started[1]


KINDS = {"read": read, "load": load}


def main(rows: int = 175_000, rounds: int = 5) -> int:
    """Print the medians, their ratio and the peak memory; 1 when a goal is missed."""
    from audit.demo.workbook import write_bulk

    wall: dict[str, list[float]] = {kind: [] for kind in KINDS}
    cpu: dict[str, list[float]] = {kind: [] for kind in KINDS}
    peak = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "eppgbm.xlsx"
        write_bulk(path, rows, month=date(2026, 8, 1))
        print(f"{rows} baris x 36 kolom, {path.stat().st_size / 1e6:.0f} MB, {rounds} putaran bergantian", flush=True)
        for _ in range(rounds):
            for kind in KINDS:
                found = _measured(kind, path)
                wall[kind].append(found["wall"])
                cpu[kind].append(found["cpu"])
                peak = max(peak, found["gigabytes"] if kind == "load" else 0.0)
                print(f"  {kind}: {found['wall']:6.2f} s, prosesor {found['cpu']:6.2f} s, {found['gigabytes']:.2f} GB", flush=True)
    ratio = _told("waktu", wall)
    _told("prosesor", cpu)
    print(f"puncak memori: {peak:.2f} GB (paling banyak {MOST_GIGABYTES:g})")
    return int(ratio > MOST_TIMES_THE_READ or peak > MOST_GIGABYTES)


def _told(what: str, seconds: dict[str, list[float]]) -> float:
    """Print the medians of one kind of time and return how many times the bare read the import takes."""
    medians = {kind: statistics.median(times) for kind, times in seconds.items()}
    ratio = medians["load"] / medians["read"]
    limit = f"{MOST_TIMES_THE_READ:g}"
    print(f"median {what}: read {medians['read']:.2f} s, load {medians['load']:.2f} s; {ratio:.2f} kali (paling banyak {limit})")
    return ratio


def _measured(kind: str, path: Path) -> dict[str, float]:
    """Wall and processor seconds of the work itself, and peak gigabytes, in a fresh process."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run([sys.executable, __file__, "--one", kind, str(path), home], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _one(kind: str, path: Path, home: Path) -> None:
    wall, cpu = KINDS[kind](path, home)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({"wall": wall, "cpu": cpu, "gigabytes": peak}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        _one(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
        sys.exit(0)
    sys.exit(main(*(int(given) for given in sys.argv[1:3])))
