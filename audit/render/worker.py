"""What runs in a drawing process, and what it says to the one that started it. Starting, waiting and stopping are in workers.py.

Answers are JSON and bytes, never pickled objects: the starter believes nothing that a process says which has drawn a stranger's text.
An error leaves the process as its kind and the places it passed; its message may quote a person and stays behind.
"""

from __future__ import annotations

import gc
import json
import logging
import resource
import signal
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from audit.errors import Fault, Refused

_SIZE = 4
_PAGE = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document; or "ready", when the process has imported what it needs.

    seconds: of processor time. resident: bytes of memory held. error: kind of an error, where: the places it passed, sentence: what an
    error of ours says. remarks: logger, level and message of what the program logged meanwhile.
    """

    state: Literal["ready", "drawn", "memory", "broke"]
    content: bytes = b""
    seconds: float = 0.0
    resident: int = 0
    error: str = ""
    where: str = ""
    sentence: str = ""
    remarks: Sequence[tuple[str, int, str]] = ()

    def write(self) -> bytes:
        """One message: the length of the head, the head as JSON, the content."""
        head = json.dumps({name: value for name, value in asdict(self).items() if name != "content"}).encode()
        return len(head).to_bytes(_SIZE, "big") + head + self.content

    @classmethod
    def read(cls, message: bytes) -> Outcome:
        """What `write` wrote."""
        end = _SIZE + int.from_bytes(message[:_SIZE], "big")
        head = json.loads(message[_SIZE:end])
        head["remarks"] = [tuple(remark) for remark in head["remarks"]]
        return cls(content=message[end:], **head)


def serve(pipe: Connection) -> None:
    """Draw what comes through the pipe until it closes.

    First comes (what to call before the first document or None, bytes of address space, processor seconds for that call), then for each
    document (the function, its bytes, its processor seconds). Over its processor seconds the process is ended by the system.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the starter, which stops us
    warm, memory, seconds = pipe.recv()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what is in our memory must not be written to the disk
    _limit_memory(memory)
    _limit_processor(seconds)
    remarks = _Remarks()
    logging.getLogger().addHandler(remarks)
    if warm is not None:
        warm()
    gc.collect()
    gc.freeze()
    gc.disable()  # a document is drawn an eighth faster when nobody looks for its cycles meanwhile; they are collected between documents
    try:
        pipe.send_bytes(Outcome("ready").write())
        while True:
            work, raw, seconds = pipe.recv()
            _limit_processor(seconds)
            outcome = _drawn(work, raw)
            pipe.send_bytes(replace(outcome, resident=_resident(), remarks=remarks.taken()).write())
            del work, raw, outcome
            gc.collect()
    except (EOFError, OSError):
        return  # the starter is gone, or has no more work


def _drawn(work: Callable[[bytes], bytes], raw: bytes) -> Outcome:
    before = _processor_seconds()
    try:
        content = work(raw)
    except MemoryError as error:
        return Outcome("memory", error=type(error).__name__, where=_where(error))
    except (Fault, Refused) as error:
        return Outcome("broke", error=type(error).__name__, where=_where(error), sentence=str(error))
    except Exception as error:  # noqa: BLE001 - the edge of a process: told to the starter as a kind, which logs it
        return Outcome("broke", error=type(error).__name__, where=_where(error))
    return Outcome("drawn", content, seconds=_processor_seconds() - before)


def _where(error: BaseException) -> str:
    """The places an error passed, the innermost last: file, line and function, without the text of the line."""
    frames = traceback.extract_tb(error.__traceback__)[-30:]
    return " ".join(f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno}({frame.name})" for frame in frames)


def _limit_memory(wanted: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, soft))


def _limit_processor(more: int) -> None:
    """Let the system end this process when it has worked `more` seconds from now."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = ceil(_processor_seconds()) + more
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _resident() -> int:
    """Bytes this process holds now; where the system does not tell, the most it ever held."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class _Remarks(logging.Handler):
    """Warnings of our own modules, kept until the starter is told; those of libraries stay here."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self._kept: list[tuple[str, int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] == "audit" and len(self._kept) < 50:
            self._kept.append((record.name, record.levelno, record.getMessage()))

    def taken(self) -> list[tuple[str, int, str]]:
        """What was kept, once."""
        kept, self._kept = self._kept, []
        return kept
