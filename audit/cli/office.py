"""The invented office that `aks serve --demo` opens: made in a process of its own, then found again. Played in audit/demo."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from audit import clock
from audit.cli import show
from audit.errors import Fault
from audit.lifecycle.calendar import local_date
from audit.settings import DEFAULT_TIMEZONE, set_in_environment

FOLDER = Path("demo-kantor")
READY = ".aks-demo-siap"
"""The file that says the play came to its end, with the day it was played for; without it the folder is made anew."""


def demo_office(*, fresh: bool, folder: Path = FOLDER) -> Path:
    """The home of the demo office, made when it is not there yet, or wanted afresh. The environment of this process then points to it.

    Raises Refused when the folder holds something else, Fault when the play broke off.
    """
    folder = folder.resolve()
    if fresh or not (folder / READY).exists():
        _make(folder)
    else:
        _say_how_old(folder)
    home = folder / "aks"
    # Whatever AKS_DATABASE_URL says: nobody without a password may come near a real database.
    set_in_environment({"AKS_HOME": str(home), "AKS_DATABASE_URL": f"sqlite:///{home / 'aks.db'}"})
    return home


def _make(folder: Path) -> None:
    show.remark(f"Kantor contoh dibuat di {folder}; perlu satu sampai beberapa menit.")
    # In a process of its own: the engine of the flows would stay in memory beside the pages.
    command = [sys.executable, "-P", "-m", "audit.cli.main", "demo", "--office", "--out", str(folder)]
    if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode:
        raise Fault("Kantor contoh tidak dapat dibuat; sebabnya tertulis di atas.")


def _say_how_old(folder: Path) -> None:
    made_for = (folder / READY).read_text(encoding="utf-8").strip()
    if made_for != local_date(clock.now(), DEFAULT_TIMEZONE).isoformat():
        show.remark(f"Kantor contoh ini dibuat untuk tanggal {made_for}. Agar sesuai hari ini, tambahkan --fresh.")
