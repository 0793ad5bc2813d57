"""The process beside the pages: it does errands one after the other and beats the heart. How one errand is done is in errand_kinds.py."""

from __future__ import annotations

import fcntl
import logging
import os
import time
import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from threading import Event
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit import clock
from audit.casework.errands import ErrandKind, finish, forget_old, one_waits, put_back, take_next, take_up_again, tell_how_far
from audit.casework.installation import Installation, open_installation
from audit.casework.worklists import due
from audit.errors import Fault, Refused
from audit.forms import Problems
from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import CaseEvent, Cycle, Outbox
from audit.lifecycle.transitions import rows_of_the_system
from audit.settings import Settings
from flows.embedded import prepare, run
from flows.errand_kinds import Order, carry_out, clear_leftovers

LOOK_EVERY = 1.0
"""Seconds between two looks for an errand or a change."""
QUIET_FOR, AT_THE_LATEST = 2.0, 10.0
"""Seconds after the last change of a case until the heart beats, and after the first of them when people do not stop."""
BEAT_EVERY = 15 * 60.0
DAILY_AT = time_of_day(5)
KEPT_FOR = timedelta(days=90)
"""How long an errand that is over can be looked up."""
TELL_EVERY = 1.0

log = logging.getLogger("aks.flows")


class Stopped(Exception):
    """The process was told to stop in the middle of an errand."""


def work_on(settings: Settings, *, until: Event, now: Callable[[], datetime] = clock.now) -> None:
    """Do errands and the moves of the system until `until` is set; what was begun then and can wait is put back.

    One process a home works; another waits until that one is gone. Raises Fault when the home cannot be opened.
    """
    prepare(settings)
    with _alone(settings, until) as is_alone:
        if not is_alone:
            return
        here = open_installation(settings)
        try:
            Worker(here, until, now).run()
        finally:
            here.close()


class Worker:
    """The loop. Whatever fails is logged and noted with the errand; the loop goes on."""

    def __init__(self, here: Installation, until: Event, now: Callable[[], datetime]) -> None:
        self.here, self.until, self.now = here, until, now
        self.heart = Heart()
        self.daily_on: date | None = None

    def run(self) -> None:
        clear_leftovers(self.here.settings)
        with self.here.sessions.begin() as session:
            left = take_up_again(session, at=self.now())
        log.info("errands taken up", extra={"left": left})
        while not self.until.is_set():
            for part in (self.do_errands, self.beat_when_due, self.daily):
                try:
                    part()
                except Exception as error:  # noqa: BLE001 - nothing may end the loop
                    _note(error)
                except BaseException:  # the engine of the flows answers a SIGTERM with one of these
                    if not self.until.is_set():
                        raise
            self.until.wait(LOOK_EVERY)
        log.info("errands laid down")

    def do_errands(self) -> None:
        """Every errand that waits, the oldest first."""
        while not self.until.is_set() and (order := self._next()) is not None:
            errand_id, todo = order
            log.info("errand begun", extra={"errand_id": errand_id, "kind": todo.kind.value})
            self._do(errand_id, todo)

    def beat_when_due(self) -> None:
        """The moves of the system, when something has changed, or a quarter of an hour has passed."""
        with self.here.reading() as session:
            newest = newest_change(session)
            is_first = self.heart.never_beat
            if not self.heart.should_beat(newest, time.monotonic()):
                return
            has_work = is_first or something_is_due(session, at=self.now())
        self.heart.beats(newest, time.monotonic())
        if has_work:  # the first beat also makes the engine ready, so that nobody waits for it later
            counts = run("semester", self.here.settings, at=self.now().isoformat())
            log.info("heart beat", extra=dict(counts))

    def daily(self) -> None:
        """Once a day, from five in the morning: old errands are forgotten, and the heart beats for what a new day made due."""
        here = self.now().astimezone(ZoneInfo(self.here.settings.timezone))
        if here.time() < DAILY_AT or self.daily_on == here.date():
            return
        self.daily_on = here.date()
        with self.here.sessions.begin() as session:
            forgotten = forget_old(session, before=self.now() - KEPT_FOR)
        self.heart.hurry()
        log.info("daily work done", extra={"errands_forgotten": forgotten})

    def _next(self) -> tuple[int, Order] | None:
        with self.here.reading() as session:
            if not one_waits(session):
                return None  # a look that finds nothing takes no write lock
        at = self.now()
        with self.here.sessions.begin() as session:
            errand = take_next(session, at=at)
            if errand is None:
                return None
            watch = self._watch(errand.id)
            todo = Order(self.here, ErrandKind(errand.kind), errand.parameters, errand.cycle_id, errand.by_id, at, watch)
            return errand.id, todo

    def _do(self, errand_id: int, todo: Order) -> None:
        try:
            outcome = carry_out(todo)
        except BaseException as error:
            if self.until.is_set() and not isinstance(error, Refused):
                with self.here.sessions.begin() as session:
                    put_back(session, errand_id)
                log.info("errand put back", extra={"errand_id": errand_id})
                return
            if not isinstance(error, Exception):
                raise
            sentence = _sentence(error)
            with self.here.sessions.begin() as session:
                finish(session, errand_id, at=self.now(), failed=True, sentence=sentence)
            log.info("errand failed", extra={"errand_id": errand_id})
            return
        with self.here.sessions.begin() as session:
            finish(session, errand_id, at=self.now(), result=outcome.result, report=outcome.report, sentence=outcome.sentence)
        log.info("errand done", extra={"errand_id": errand_id})

    def _watch(self, errand_id: int) -> Callable[[int, int], None]:
        told = 0.0

        def watch(done: int, total: int) -> None:
            nonlocal told
            if self.until.is_set():
                raise Stopped
            if time.monotonic() - told >= TELL_EVERY or done == total:
                told = time.monotonic()
                with self.here.sessions.begin() as session:
                    tell_how_far(session, errand_id, done=done, total=total)

        return watch


class Heart:
    """When the system's moves are looked for: soon after a change, once people pause, and every quarter of an hour."""

    def __init__(self) -> None:
        self._acted_on: tuple[int, int] | None = None
        self._seen: tuple[int, int] | None = None
        self._first_change = self._last_change = 0.0
        self._next_beat = 0.0

    @property
    def never_beat(self) -> bool:
        return self._acted_on is None

    def should_beat(self, newest: tuple[int, int], moment: float) -> bool:
        """Whether to beat now. newest: the newest change there is; moment: seconds of a clock that only runs forward."""
        if newest != self._seen:
            if self._seen == self._acted_on:
                self._first_change = moment
            self._seen, self._last_change = newest, moment
        if self.never_beat or moment >= self._next_beat:
            return True
        if newest == self._acted_on:
            return False
        return moment - self._last_change >= QUIET_FOR or moment - self._first_change >= AT_THE_LATEST

    def beats(self, newest: tuple[int, int], moment: float) -> None:
        """It beats now, for everything up to `newest`."""
        self._acted_on = self._seen = newest
        self._next_beat = moment + BEAT_EVERY

    def hurry(self) -> None:
        """Beat at the next look, whatever has changed."""
        self._next_beat = 0.0


def newest_change(session: Session) -> tuple[int, int]:
    """Ids of the newest event and notice; another pair means that something happened."""
    row = session.execute(select(select(func.max(CaseEvent.id)).scalar_subquery(), select(func.max(Outbox.id)).scalar_subquery())).one()
    return row[0] or 0, row[1] or 0


def something_is_due(session: Session, *, at: datetime) -> bool:
    """Whether any move of the system is due in an open cycle; asked before the engine of the flows is troubled."""
    actions = list(dict.fromkeys(row.action for row in rows_of_the_system()))
    cycles = session.execute(select(Cycle.id, Cycle.timezone).where(Cycle.closed_at.is_(None))).all()
    return any(due(session, action, on=local_date(at, zone), cycle_id=cycle_id) for cycle_id, zone in cycles for action in actions)


@contextmanager
def _alone(settings: Settings, until: Event) -> Iterator[bool]:
    """True when this process is the one of the home that works; waits for another to go. False when told to stop meanwhile."""
    handle = os.open(settings.home / "pekerjaan.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not until.is_set():
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                until.wait(LOOK_EVERY)
                continue
            yield True
            return
        yield False
    finally:
        os.close(handle)


def _sentence(error: Exception) -> str:
    """What to tell the person who asked; without identity."""
    if isinstance(error, Problems):  # what these say quotes values
        return f"Permintaan ini tidak dapat dikerjakan: {', '.join(sorted({r.code for r in error.reasons}))}."
    if isinstance(error, Refused | Fault):
        if isinstance(error, Fault):
            _note(error)
        return str(error)
    return f"Pekerjaan ini terputus karena gangguan pada program. Rinciannya, tanpa data sasaran, ada di catatan nomor {_note(error)}."


def _note(error: Exception) -> str:
    """Write where it broke, not what was in it; the id under which to look."""
    number = uuid.uuid4().hex[:8].upper()
    said = str(error) if isinstance(error, Fault) or type(error).__name__ == "BrokenOff" else ""  # these two name nobody
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("errand broke off id=%s kind=%s said=%r\n%s", number, type(error).__name__, said, where)
    return number
