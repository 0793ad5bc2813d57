"""The process that works beside the pages, started with them, started again when it dies, ended with them. What it does is in work.py."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType
from typing import IO

from audit.cli import show
from audit.settings import Settings

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds until a process that died is started again; doubled each time it dies young."""
YOUNG = 60.0
PATIENCE = 10.0
"""Seconds a process has to end by itself when it is told to."""

_log = logging.getLogger(__name__)


class Beside:
    """A context in which the process runs. Its input is a leash: when this process is gone, however it went, the other one ends."""

    def __init__(self, settings: Settings, *, command: Sequence[str] | None = None) -> None:
        self._settings = settings
        self._command = command or [sys.executable, "-P", "-m", "audit.cli.main", "--home", str(settings.home), "work", "--leash"]
        self._stopping = Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = Thread(target=self._keep, daemon=True)

    def __enter__(self) -> Beside:
        self._keeper.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopping.set()
        if (process := self._process) is not None and process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()  # the leash
            with suppress(ProcessLookupError):
                process.terminate()
        self._keeper.join(PATIENCE)
        if process is not None:
            _end_all_of(process)
            self._keeper.join(PATIENCE)

    def _keep(self) -> None:
        wait = FIRST_WAIT
        while not self._stopping.is_set():
            began = time.monotonic()
            code = self._run()
            if self._stopping.is_set():
                return
            wait = FIRST_WAIT if time.monotonic() - began > YOUNG else wait
            _log.warning("work process ended and is started again", extra={"code": code, "in_seconds": wait})
            show.remark(f"Proses pekerjaan berhenti (kode {code}) dan dijalankan lagi; lihat catatan di folder AKS.")
            self._stopping.wait(wait)
            wait = min(LONGEST_WAIT, wait * 2)

    def _run(self) -> int:
        """One life of the process, its exit code; whatever it started goes with it."""
        # A session of its own: Ctrl-C is for us, and we tell it to stop in our own time.
        with (
            self._output() as output,
            subprocess.Popen(
                list(self._command), stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            ) as process,
        ):
            self._process = process
            if self._stopping.is_set():  # told to stop while it was being started
                process.terminate()
            _log.info("work process started", extra={"pid": process.pid})
            code = process.wait()
        _end_all_of(process)
        return code

    def _output(self) -> IO[bytes]:
        """Where what it prints goes: beside the logs, from its latest life only, readable by the owner only."""
        path = self._settings.log_file.with_name("pekerjaan.keluaran")
        path.parent.mkdir(exist_ok=True, mode=0o700)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _end_all_of(process: subprocess.Popen[bytes]) -> None:
    """The process and everything it started and left behind."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
