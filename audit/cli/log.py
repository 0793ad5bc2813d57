"""The log file of the command line: events in the past tense with fields, never identity, never a value of a variable. Not the history."""

from __future__ import annotations

import json
import logging
import os
import secrets
import tempfile
import time
import traceback
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Any

LARGEST_LOG = 5_000_000
KEPT_LOGS = 5
OWN_LOGGERS = ("audit", "flows", "aks")

_log = logging.getLogger("audit.cli")


class _PrivateFile(RotatingFileHandler):
    """A log that only its owner can read, a new one as well as the one before; a log that cannot be written disturbs nobody."""

    def _open(self) -> IO[str]:  # type: ignore[override]  # TextIOWrapper is what fdopen gives for text
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0), 0o600)
        return os.fdopen(handle, "a", encoding="utf-8")

    def handleError(self, record: logging.LogRecord) -> None:
        pass


class _Line(logging.Formatter):
    """Instant in UTC, level, logger, event, fields; of an exception only where it came from."""

    converter = staticmethod(time.gmtime)
    _STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:
        fields = {name: value for name, value in record.__dict__.items() if name not in self._STANDARD}
        return " ".join([super().formatMessage(record), *(f"{name}={_one_word(value)}" for name, value in fields.items())])

    def formatException(self, ei: Any) -> str:
        return "raised: " + " <- ".join(_origins(ei[1]))


def start_logging(file: Path) -> bool:
    """Write the events of this run to `file` (mode 0600, kept small); its folder is made, not the one above.

    False when the disk does not let us; then nothing is logged.
    """
    stop_logging()
    try:
        file.parent.mkdir(exist_ok=True, mode=0o700)
        handler = _PrivateFile(file, maxBytes=LARGEST_LOG, backupCount=KEPT_LOGS, encoding="utf-8")
    except OSError:
        return False
    handler.setFormatter(_Line())
    for name in OWN_LOGGERS:
        logging.getLogger(name).addHandler(handler)
        logging.getLogger(name).setLevel(logging.INFO)
        logging.getLogger(name).propagate = False  # a library that sets up the root logger must not show our events to people
    return True


def stop_logging() -> None:
    """Close the log file of an earlier run in this process."""
    for name in OWN_LOGGERS:
        logger = logging.getLogger(name)
        logger.propagate = True
        for handler in [h for h in logger.handlers if isinstance(h, _PrivateFile)]:
            logger.removeHandler(handler)
            handler.close()


def write_fault(error: BaseException) -> tuple[str, Path | None]:
    """Log where an error came from; the new id it has in the log, and the log. The error's message is left out: it may quote a person.

    Without a home to log in, a private folder among the temporary files is used; None when not even that can be written.
    """
    if _current() is None:
        start_logging(_without_home())
    fault_id = secrets.token_hex(4).upper()
    _log.error("fault raised", extra={"fault_id": fault_id, "origin": " <- ".join(_origins(error))})
    return fault_id, _current()


def _current() -> Path | None:
    """The file that is written to now."""
    handlers = (h for h in logging.getLogger(OWN_LOGGERS[0]).handlers if isinstance(h, _PrivateFile))
    return next((Path(h.baseFilename) for h in handlers), None)


def _without_home() -> Path:
    return Path(tempfile.gettempdir()) / f"aks-{os.getuid() if hasattr(os, 'getuid') else 0}" / "aks.log"


def _origins(error: BaseException | None) -> Iterator[str]:
    """Each error of the chain, the outermost first: its type, and the places it passed, innermost last."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = traceback.extract_tb(error.__traceback__)
        places = " ".join(f"{_short(frame.filename)}:{frame.lineno}({frame.name})" for frame in frames)
        yield f"{type(error).__module__}.{type(error).__qualname__} at {places or '-'}"
        error = error.__cause__ or error.__context__


def _short(filename: str) -> str:
    """The last three parts of a path: enough to find the line, without the folders of the machine."""
    return "/".join(Path(filename).parts[-3:])


def _one_word(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if any(c.isspace() for c in text) or not text else text
