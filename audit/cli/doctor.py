"""`aks doctor`: whether this machine and this installation are fit to work, one line a matter, with what to do. Nothing is changed."""

from __future__ import annotations

import logging
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import typer

from audit.cli import show
from audit.cli.opening import current_settings
from audit.errors import Fault
from audit.settings import Settings

_log = logging.getLogger(__name__)

OLDEST_PYTHON = (3, 11)
LITTLE_SPACE, TOO_LITTLE_SPACE = 2_000_000_000, 200_000_000
MARKS = {"ok": "✓", "warn": "!", "fail": "✗"}


@dataclass(frozen=True, slots=True)
class Check:
    """One matter: what was looked at, how it is, what was found, and what to do about it (empty when nothing)."""

    what: str
    state: Literal["ok", "warn", "fail"]
    found: str
    advice: str = ""


def doctor_command(as_json: show.Json = False) -> None:
    """Periksa mesin dan pemasangan: Python, folder, kunci, basis data, ruang disk, pembuat PDF, mesin alur.

    Kode keluar 1 bila ada yang harus dibereskan.
    """
    settings = current_settings()
    checks = [check for look in CHECKS for check in look(settings)]
    failed = sum(check.state == "fail" for check in checks)
    _log.info("installation examined", extra={"failed": failed, "warned": sum(c.state == "warn" for c in checks)})

    def for_people() -> None:
        for check in checks:
            show.say(f"{MARKS[check.state]} {check.what}: {check.found}")
            if check.advice:
                show.say(f"    {check.advice}")
        show.say("", "Semua siap." if not failed else f"{failed} hal harus dibereskan dahulu.")

    show.answer(as_json, {"is_fit": not failed, "checks": [asdict(check) for check in checks]}, for_people)
    if failed:
        raise typer.Exit(1)


def check_python(_settings: Settings) -> Iterator[Check]:
    """The version that runs this."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        yield Check("Python", "ok", found)
    else:
        yield Check("Python", "fail", found, "Pasang Python 3.11 atau lebih baru.")


def check_home(settings: Settings) -> Iterator[Check]:
    """The folder, and the space that is left where it is."""
    if not settings.home.is_dir():
        yield Check("Folder AKS", "fail", f"{settings.home} belum ada", "Jalankan: aks init")
        return
    yield Check("Folder AKS", "ok", str(settings.home))
    free = shutil.disk_usage(settings.home).free
    found = f"{free / 1e9:.1f} GB kosong".replace(".", ",")
    if free < TOO_LITTLE_SPACE:
        yield Check("Ruang disk", "fail", found, "Kosongkan disk sebelum memuat berkas atau membuat laporan.")
    elif free < LITTLE_SPACE:
        yield Check("Ruang disk", "warn", found, "Sisakan sedikitnya 2 GB.")
    else:
        yield Check("Ruang disk", "ok", found)


def check_key(settings: Settings) -> Iterator[Check]:
    """The key file: there, whole, readable by its owner only."""
    from audit.store.sealed import read_key_file

    try:
        read_key_file(settings.key_file)
    except Fault as fault:
        yield Check("Kunci", "fail", str(fault))
        return
    mode = stat.S_IMODE(settings.key_file.stat().st_mode)
    yield Check("Kunci", "ok", f"{settings.key_file.name}, hak akses {mode:04o}", "Pastikan salinannya ada di tempat lain yang aman.")


def check_database(settings: Settings) -> Iterator[Check]:
    """The database: reachable, of this version, belonging to this key."""
    from audit.casework.installation import open_installation
    from audit.store.session import sqlite_path

    kind = "SQLite" if sqlite_path(settings.database_url) is not None else "PostgreSQL"
    try:
        open_installation(settings).close()
    except Fault as fault:
        yield Check("Basis data", "fail", f"{kind}: {fault}")
        return
    yield Check("Basis data", "ok", f"{kind}, dapat dibuka dan mutakhir")


def check_documents(_settings: Settings) -> Iterator[Check]:
    """Fonts and the engine that makes PDF files."""
    from audit.render.pdf import check_engine, engine_versions

    problems = check_engine()
    if not problems:
        found = ", ".join(f"{name} {number}" for name, number in engine_versions().items())
        yield Check("Pembuat PDF", "ok", found)
    for sentence in problems:
        is_only_slow = "libharfbuzz-subset0" in sentence and "libpango" not in sentence
        found, _, advice = sentence.partition(" Pasang dengan: ")
        yield Check("Pembuat PDF", "warn" if is_only_slow else "fail", found, f"Pasang dengan: {advice}" if advice else "")


def check_flows(settings: Settings) -> Iterator[Check]:
    """The engine of the flows: installed, and telling nobody about us."""
    from audit.cli.flows import flow_engine_tells

    try:
        number = version("prefect")
    except PackageNotFoundError:
        yield Check("Mesin alur", "fail", "Prefect tidak terpasang", "Pasang ulang AKS.")
        return
    if not settings.home.is_dir():
        yield Check("Mesin alur", "warn", f"Prefect {number}; belum dapat diperiksa tanpa folder AKS", "Jalankan: aks init")
        return
    try:
        tells = flow_engine_tells()
    except ImportError as problem:
        yield Check("Mesin alur", "fail", f"Prefect {number} tidak dapat dimuat ({type(problem).__name__})", "Pasang ulang AKS.")
        return
    if tells:
        yield Check("Mesin alur", "fail", f"Prefect {number} mengirim telemetri", "Setel PREFECT_SERVER_ANALYTICS_ENABLED=false.")
    else:
        yield Check("Mesin alur", "ok", f"Prefect {number}, telemetri mati")


def check_log(settings: Settings) -> Iterator[Check]:
    """The log: readable by its owner only."""
    file: Path = settings.log_file
    if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield Check("Catatan", "warn", f"{file} dapat dibaca orang lain", f"Perbaiki dengan: chmod 600 {file}")
    elif file.exists():
        yield Check("Catatan", "ok", str(file))


CHECKS: tuple[Callable[[Settings], Iterator[Check]], ...] = (
    check_python,
    check_home,
    check_key,
    check_database,
    check_documents,
    check_flows,
    check_log,
)
