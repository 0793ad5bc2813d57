"""Where the documents of the book are drawn: in limited processes. What a record is drawn as is decided in the book."""

from __future__ import annotations

from typing import Any

from audit.errors import Fault
from audit.render.workers import KINDS, LIMITS, Drawn, Job, Workers
from audit.reports.book import entry
from audit.reports.drawers import draw
from audit.reports.printing import made_with
from audit.reports.publish import Draw
from audit.reports.record import Record


def drawing_workers(count: int) -> Workers:
    """At most `count` processes that draw records of the book; started when there is something to draw."""
    return Workers(count, warm=made_with)


def job_of(record: Record, *, key: Any) -> Job:
    """The drawing of a record: that of one case has the limit of a packet, all others that of a report. key: as in `Job`."""
    is_small = entry(record.document).per.is_of_a_case
    return Job(key, draw, record.raw, LIMITS.packet if is_small else LIMITS.report)


def drawn_by(workers: Workers) -> Draw:
    """What `publish` draws with when one document is to be drawn by a worker; it raises Fault when the document is not drawn."""

    def draw_there(raw: bytes) -> bytes:
        (outcome,) = workers.draw_all([Job(None, draw, raw)])
        if isinstance(outcome, Drawn):
            return outcome.content
        raise Fault(outcome.sentence or f"Dokumen tidak dapat digambar: {KINDS[outcome.kind]} (catatan {outcome.id}).")

    return draw_there
