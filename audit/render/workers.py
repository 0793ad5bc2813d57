"""Processes that draw documents, each within limits of time and memory: a bad document stops its process, never the others.

A job is a function of a module and bytes; what is drawn is decided elsewhere. A worker is a plain Python process that is told its work
over a socket: it imports neither the program that started it nor Prefect, so it stays small. Not for Windows, which has no `resource`.
"""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Literal

from audit.errors import Fault
from audit.render.worker import Outcome

_log = logging.getLogger(__name__)

Kind = Literal["time", "memory", "processor", "died", "broke"]
"""What became of a document: over its time, its memory, its processor seconds; its process died twice; drawing it raised an error."""

KINDS: dict[str, str] = {
    "time": "melewati batas waktu",
    "memory": "melewati batas memori",
    "processor": "melewati batas kerja prosesor",
    "died": "prosesnya berhenti mendadak dua kali",
    "broke": "penggambarannya gagal",
}
"""Kind -> words for people."""

_XCPU = -24
_STARTS = 2
_BOOTSTRAP = (
    "import sys; from multiprocessing.connection import Connection; c = Connection(int(sys.argv[1])); sys.path[:] = c.recv(); "
    "from audit.render.worker import serve; serve(c)"
)


@dataclass(frozen=True, slots=True)
class Time:
    """How long one document may take: seconds on the clock, and seconds of one processor (the second stops what its starter cannot)."""

    clock: float
    processor: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may use. packet, report: see `Time`; start: what the first document of a worker has besides, for the engine is
    imported, and templates and styles are read, before it. Without that a busy machine would stop every worker at its first document.

    memory: bytes of address space of a worker (RLIMIT_AS). A packet takes 0.4 s and 36 pages of a report 5 s on a quiet machine.
    """

    packet: Time = Time(clock=15, processor=12)
    report: Time = Time(clock=120, processor=100)
    start: Time = Time(clock=120, processor=60)
    memory: int = 1_500_000_000


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Job:
    """One document to draw. key: the caller's name for it. work: a function at the top of a module, bytes -> bytes. raw: what it gets."""

    key: Any
    work: Callable[[bytes], bytes]
    raw: bytes
    limit: Time = LIMITS.report


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished document. seconds: of processor time; resident: bytes of memory its worker holds afterwards."""

    key: Any
    content: bytes
    seconds: float
    resident: int


@dataclass(frozen=True, slots=True)
class Failed:
    """A document that was not drawn. id: to look it up in our log. error: kind of the error raised ("" when none was).

    sentence: what a Fault or Refused of ours says, which names nobody; "" for every other error, whose words may quote a person.
    """

    key: Any
    kind: Kind
    id: str
    error: str = ""
    sentence: str = ""


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    pipe: Connection
    job: Job | None = None
    tries: int = 0
    deadline: float = 0.0
    is_ready: bool = False
    has_drawn: bool = False


@dataclass
class Workers:
    """At most `count` worker processes, started when there is work for them and kept until `close`.

    warm: called once in each worker before its first document, to import what is slow. Not for two threads at once.
    """

    count: int
    limits: Limits = LIMITS
    warm: Callable[[], object] | None = None
    _workers: list[_Worker] = field(default_factory=list)
    _is_drawing: bool = False

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every worker."""
        for worker in list(self._workers):
            self._end(worker)

    @property
    def process_ids(self) -> list[int]:
        """Of the workers that run now."""
        return [worker.process.pid for worker in self._workers]

    def draw_all(self, jobs: Iterable[Job]) -> Iterator[Drawn | Failed]:
        """Every document, in the order in which they are finished. A document over its limit fails and no other does.

        jobs: taken from as the workers need them, one ahead for each. A document whose process died by itself is tried once more.
        Raises Fault when no worker can be started, or when another drawing is not at its end.
        """
        if self._is_drawing:
            raise Fault("Pekerja dokumen masih mengerjakan kumpulan yang lain.")
        self._is_drawing = True
        coming = iter(jobs)
        ready: deque[tuple[Job, int]] = deque()
        try:
            is_over = False
            while True:
                while not is_over and len(ready) < self.count:
                    job = next(coming, None)
                    if job is None:
                        is_over = True
                    else:
                        ready.append((job, 0))
                    self._hand_out(ready)
                self._hand_out(ready)
                if not self._busy():
                    return
                for outcome in self._finished(ready):
                    self._hand_out(ready)
                    yield outcome
        finally:
            self._is_drawing = False
            for worker in self._busy():  # the caller went away in the middle
                self._end(worker)

    def _busy(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.job is not None]

    def _hand_out(self, ready: deque[tuple[Job, int]]) -> None:
        while ready:
            idle = next((w for w in self._workers if w.job is None), None)
            if idle is None and len(self._workers) >= self.count:
                return
            worker = idle or self._start()
            job, tries = ready.popleft()
            worker.job, worker.tries = job, tries + 1
            worker.deadline = time.monotonic() + job.limit.clock + (0 if worker.has_drawn else self.limits.start.clock)
            with suppress(OSError):  # when it died while idle, the next look finds it dead
                worker.pipe.send((job.work, job.raw, job.limit.processor))

    def _finished(self, ready: deque[tuple[Job, int]]) -> list[Drawn | Failed]:
        """Wait until a worker answers, dies or is over its time; what came of it. A document to be tried again goes back to `ready`."""
        busy = self._busy()
        pipes = {worker.pipe: worker for worker in busy}
        patience = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
        told = [self._answer(pipes[pipe], ready) for pipe in wait(list(pipes), patience) if isinstance(pipe, Connection)]
        now = time.monotonic()
        late = [worker for worker in self._busy() if worker.deadline <= now and not worker.pipe.poll()]
        return [one for one in [*told, *(self._over_time(worker) for worker in late)] if one is not None]

    def _answer(self, worker: _Worker, ready: deque[tuple[Job, int]]) -> Drawn | Failed | None:
        job = worker.job
        assert job is not None
        try:
            outcome = Outcome.read(worker.pipe.recv_bytes())
        except (EOFError, OSError):
            return self._died(worker, job, ready)
        for name, level, message in outcome.remarks:
            logging.getLogger(name).log(level, "%s", message)
        if outcome.state == "ready":
            worker.is_ready = True
            return None
        worker.job, worker.has_drawn = None, True
        if outcome.state == "drawn":
            return Drawn(job.key, outcome.content, outcome.seconds, outcome.resident)
        if outcome.state == "memory":
            self._end(worker)  # who knows what was left half done
            return _failed(job, "memory", outcome)
        return _failed(job, "broke", outcome)

    def _died(self, worker: _Worker, job: Job, ready: deque[tuple[Job, int]]) -> Failed | None:
        was_ready, tries = worker.is_ready, worker.tries
        code = self._end(worker, patience=1.0)
        if code == _XCPU:
            return _failed(job, "processor")
        if tries < _STARTS:
            _log.warning("drawing process died, code %s; its document is tried again", code)
            ready.appendleft((job, tries))
            return None
        if not was_ready:
            raise Fault("Pekerja dokumen tidak dapat dijalankan di mesin ini. Periksa dengan: aks doctor")
        return _failed(job, "died")

    def _over_time(self, worker: _Worker) -> Failed:
        job = worker.job
        assert job is not None
        self._end(worker)
        return _failed(job, "time")

    def _start(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = subprocess.Popen(
                    [sys.executable, "-c", _BOOTSTRAP, str(theirs.fileno())],
                    pass_fds=(theirs.fileno(),),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,  # what a library of C says there may quote a document
                )
            except OSError as error:
                ours.close()
                raise Fault(f"Pekerja dokumen tidak dapat dijalankan: {error.strerror}. Tutup program lain, lalu ulangi.") from None
        worker = _Worker(process, Connection(ours.detach()))
        self._workers.append(worker)
        with suppress(OSError):  # when it died at once, the next look finds it dead
            worker.pipe.send(sys.path)
            worker.pipe.send((self.warm, self.limits.memory, self.limits.start.processor))
        return worker

    def _end(self, worker: _Worker, *, patience: float = 0) -> int:
        """Stop a worker; its exit code, below zero the signal that ended it. patience: seconds for one that is dying by itself."""
        self._workers.remove(worker)
        worker.pipe.close()
        try:
            return worker.process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            worker.process.kill()
            return worker.process.wait()


def _failed(job: Job, kind: Kind, outcome: Outcome | None = None) -> Failed:
    number = uuid.uuid4().hex[:8]
    error, where = (outcome.error, outcome.where) if outcome else ("", "")
    _log.error("document not drawn", extra={"failure_id": number, "failure": kind, "error": error, "origin": where})
    return Failed(job.key, kind, number, error, outcome.sentence if outcome else "")
