"""The drawing processes that the flows of this process share. They are started when something is to be drawn and end with the process."""

from __future__ import annotations

import atexit
import functools
import logging

from audit.render.pdf import check_engine
from audit.render.workers import Workers
from audit.reports.drawing import drawing_workers
from audit.settings import read_settings

log = logging.getLogger("aks.flows")


def workers() -> Workers:
    """The processes that draw, as many as the settings say. A heartbeat with one packet starts one, and the next finds it warm."""
    return _opened(read_settings().workers)


def engine_remarks() -> list[str]:
    """What is wrong with the PDF engine of this machine, in sentences; also written to the log."""
    remarks = check_engine()
    for sentence in remarks:
        log.warning("pdf engine remark: %s", sentence)
    return remarks


@functools.cache
def _opened(count: int) -> Workers:
    opened = drawing_workers(count)
    atexit.register(opened.close)
    return opened
