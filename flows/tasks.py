"""The tasks that the flows share: one transaction a case, retries where a retry can help, and nothing but ids and counts in or out."""

from __future__ import annotations

import functools
import logging
import traceback
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, ParamSpec, TypeVar, cast

from prefect import task
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from audit import clock
from audit.casework.installation import Installation, open_installation
from audit.casework.perform import perform
from audit.casework.worklists import due
from audit.errors import Fault, Reason, Refused
from audit.forms import Problems
from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Cycle
from audit.lifecycle.vocabulary import Action
from audit.people.roles import SYSTEM
from audit.settings import read_settings

CHUNK = 500
"""Cases a task works on; the retryable unit."""

WAITS: list[float] = [2, 10]
"""Seconds before each further try of a task."""

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger("aks.flows")


def chunks(case_ids: Sequence[int]) -> Iterator[list[int]]:
    """The ids in lists of at most CHUNK."""
    for start in range(0, len(case_ids), CHUNK):
        yield list(case_ids[start : start + CHUNK])


@functools.cache
def _opened(home: str, database_url: str) -> Installation:
    return open_installation(read_settings())


def installation() -> Installation:
    """The installation that the environment names (see flows.embedded.prepare), opened once for each process."""
    settings = read_settings()
    return _opened(str(settings.home), settings.database_url)


def instant(at: str | None) -> datetime:
    """The instant a flow works at: as given (ISO 8601 with zone), else now."""
    return datetime.fromisoformat(at) if at else clock.now()


def day(cycle_id: int, at: str | None) -> date:
    """The date of that instant where the cycle takes place."""
    with installation().reading() as session:
        return local_date(instant(at), session.get_one(Cycle, cycle_id).timezone)


class BrokenOff(Exception):
    """A task broke. Carries an id to look up in our log; never a value, because Prefect stores what an exception says."""


class TryAgain(Exception):
    """The database was busy or away; a later try may succeed."""


@contextmanager
def without_values() -> Iterator[None]:
    """Let nothing leave a task but a kind and an id: what errors say quotes values, and values are people."""
    try:
        yield
    except Problems as problems:
        raise Refused(*(Reason(r.code, f"{p.place}: {r.code}") for p, r in zip(problems.problems, problems.reasons, strict=True))) from None
    except Refused:
        raise  # its sentences name codes, offices and dates, never a subject
    except OperationalError as error:
        raise TryAgain(type(error.orig).__name__) from None
    except Exception as error:  # noqa: BLE001 - the edge of a task; logged, then raised again without its values
        raise BrokenOff(f"{type(error).__name__}, catatan {_logged(error)}") from None


def _logged(error: Exception) -> str:
    """Write where it broke, not what was in it; the id under which to look."""
    number = uuid.uuid4().hex[:8]
    said = str(error) if isinstance(error, Fault) else ""  # a Fault's sentence is ours and names nobody
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("task broke off id=%s kind=%s said=%r\n%s", number, type(error).__name__, said, where)
    return number


def can_help(_task: Any, _run: Any, state: Any) -> bool:
    """Whether another try may succeed."""
    return isinstance(state.result(raise_on_failure=False), TryAgain)


def step_task(name: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A task of ours: three tries where a retry can help, nothing persisted, no value in an exception."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            with without_values():
                return function(*args, **kwargs)

        settings: dict[str, Any] = {"retries": len(WAITS), "retry_delay_seconds": WAITS, "retry_condition_fn": can_help}
        return cast(Callable[P, T], task(name=name, persist_result=False, **settings)(guarded))

    return decorate


@step_task("walk")
def walk(action: str, case_ids: list[int], at: str) -> int:
    """Do one action of the system to each case, each in its own transaction; how many moved.

    A case that moved on in the meantime is passed over: the next heartbeat looks again.
    """
    moved = 0
    for case_id in case_ids:
        try:
            with installation().sessions.begin() as session:
                perform(session, case_id, Action(action), by=SYSTEM, at=instant(at))
        except Refused as refused:
            log.info("case passed over", extra={"case_id": case_id, "action": action, "codes": [r.code for r in refused.reasons]})
            continue
        moved += 1
    return moved


def walk_all_due(action: Action, cycle_id: int, at: str) -> int:
    """Do one action of the system to every case of a cycle to which it is due; how many moved."""
    case_ids = due_cases(action, cycle_id, at)
    return sum(walk(action.value, chunk, at) for chunk in chunks(case_ids))


def due_cases(action: Action, cycle_id: int, at: str) -> list[int]:
    """Ids of the cases of a cycle to which the system may do `action` now."""
    with installation().reading() as session:
        return due(session, action, on=day(cycle_id, at), cycle_id=cycle_id)


def open_cycles() -> list[int]:
    """Ids of the cycles that are not closed, oldest first."""
    with installation().reading() as session:
        return list(session.scalars(select(Cycle.id).where(Cycle.closed_at.is_(None)).order_by(Cycle.id)))
