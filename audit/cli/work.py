"""`aks work`: errands and the moves of the system, one after the other, until it is told to stop. What they are is in flows/errands.py."""

from __future__ import annotations

import os
import signal
import sys
from threading import Event, Thread
from typing import Annotated

import typer

from audit.cli.flows import work_flows
from audit.cli.log import start_logging
from audit.cli.opening import current_settings


def work_command(
    leash: Annotated[bool, typer.Option("--leash", hidden=True, help="Berhenti bila masukan baku ditutup.")] = False,
) -> None:
    """Kerjakan yang diminta dari halaman web dan semua langkah sistem, terus-menerus, sampai dihentikan.

    aks serve menjalankannya sendiri. Pakai perintah ini bila halaman dan pekerjaan dijalankan sebagai dua layanan terpisah.
    """
    settings = current_settings()
    if settings.key_file.exists():
        start_logging(settings.log_file.with_name("pekerjaan.log"))  # two processes cannot take turns with one file
    stop = Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    if leash:
        Thread(target=_hold, args=(stop,), daemon=True).start()
    work_flows(settings, stop)


def _hold(stop: Event) -> None:
    """Wait until whoever holds the other end of our input lets go, or is gone."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    stop.set()
