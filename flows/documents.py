"""The documents of a cycle: frozen one after the other, drawn by several processes, kept. What there is to make, the book knows.

A document that cannot be made is told at the end, and the rest is made. Killed in the middle and started again, the flow goes on with
what is missing: what has a row is found by its snapshot and not drawn again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from prefect import flow

from audit.casework.installation import Installation
from audit.errors import Refused
from audit.render.workers import Drawn, Job
from audit.reports.book import BOOK, entry
from audit.reports.document import Per
from audit.reports.drawing import job_of
from audit.reports.publish import Frozen, Published, freeze, keep
from flows.drawing import engine_remarks, workers
from flows.embedded import tell_progress
from flows.tasks import BrokenOff, day, installation, instant, step_task, without_values

T = TypeVar("T")


@flow(name="documents", persist_result=False, validate_parameters=False)
def documents(cycle_id: int, at: str | None = None, names: list[str] | None = None) -> dict[str, Any]:
    """Make every document of the cycle that is missing or no longer up to date. names: of the book; None: all of them.

    Returns documents (how many there are), new, failed, and failures: for each one that could not be made which it is, what kind of
    failure, and the id in the log. A second run makes nothing.
    """
    engine_remarks()
    return make_documents(cycle_id, instant(at).isoformat(), names)


@step_task("make-documents")
def make_documents(cycle_id: int, at: str, names: list[str] | None) -> dict[str, Any]:
    """Freeze, draw and keep what `names` asks for; the counts of `documents`."""
    here = installation()
    batch = Batch(here, cycle_id, instant(at), day(cycle_id, at), wanted(here, cycle_id, names))
    batch.make()
    return {
        "documents": len(batch.requests),
        "new": batch.new,
        "failed": len(batch.failures),
        "failures": [asdict(failure) for failure in batch.failures],
    }


@dataclass(frozen=True, slots=True)
class Request:
    """One document to be made."""

    name: str
    edition: str
    subject: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that was not made. subject: a code or a place, without the user name of a seat. kind: "refused", or as in the workers.

    sentence: what is said to people, or empty. id: in the log, or empty.
    """

    document: str
    edition: str
    subject: str
    kind: str
    sentence: str = ""
    id: str = ""


def wanted(here: Installation, cycle_id: int, names: Sequence[str] | None) -> list[Request]:
    """Every edition of every subject of the documents named, packets first. Raises Refused for a name the book does not have."""
    chosen = [one for one in BOOK if one.name in {entry(name).name for name in names}] if names else BOOK
    with here.reading() as session:
        return [
            Request(one.name, edition, subject)
            for one in sorted(chosen, key=lambda one: one.per is not Per.CASE)
            for subject in one.subjects(session, cycle_id)
            for edition in one.editions
        ]


@dataclass
class Batch:
    """The documents of one run, and how far it is."""

    here: Installation
    cycle_id: int
    at: datetime
    on: date
    requests: Sequence[Request]
    new: int = 0
    done: int = 0
    failures: list[Failure] = field(default_factory=list)
    _frozen: dict[Request, Frozen] = field(default_factory=dict)

    def make(self) -> None:
        """Make them all; one that fails is noted."""
        tell_progress(0, len(self.requests))
        for outcome in workers().draw_all(self._to_draw()):
            request: Request = outcome.key
            frozen = self._frozen.pop(request)
            if isinstance(outcome, Drawn):
                self._keep(request, frozen, outcome.content)
            else:
                self._fail(request, outcome.kind, outcome.sentence, outcome.id)

    def _to_draw(self) -> Iterator[Job]:
        """Freeze one after the other; only what is new and not kept already goes to the workers."""
        for request in self.requests:
            frozen = self._tried(request, partial(self._freeze, request))
            if isinstance(frozen, Published):
                self._advance()
            elif frozen is not None and frozen.is_drawn:
                self._keep(request, frozen, None)
            elif frozen is not None:
                self._frozen[request] = frozen
                yield job_of(frozen.record, key=request)

    def _freeze(self, request: Request) -> Frozen | Published:
        here = self.here
        return freeze(
            here.sessions, here.files, self.cycle_id, request.name, edition=request.edition, subject=request.subject, at=self.at, on=self.on
        )

    def _keep(self, request: Request, frozen: Frozen, content: bytes | None) -> None:
        published = self._tried(request, partial(keep, self.here.sessions, self.here.files, frozen, content))
        if published is not None:
            self.new += published.is_new
            self._advance()

    def _tried(self, request: Request, work: Callable[[], T]) -> T | None:
        """What the work gives; None when it failed, and then that is noted. A busy database is raised: the whole run is tried again."""
        try:
            with without_values():
                return work()
        except Refused as refused:
            self._fail(request, "refused", str(refused), "")
        except BrokenOff as broken:
            self._fail(request, "broke", "", str(broken).rpartition(" ")[2])
        return None

    def _fail(self, request: Request, kind: str, sentence: str, failure_id: str) -> None:
        subject = request.subject.partition(":")[0] if entry(request.name).per is Per.SEAT else request.subject
        self.failures.append(Failure(request.name, request.edition, subject, kind, sentence, failure_id))
        self._advance()

    def _advance(self) -> None:
        self.done += 1
        tell_progress(self.done, len(self.requests))
