"""Two at once, one killed half-way, ids in bulk: what a database must keep whole, tried on both kinds."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from audit.casework.perform import perform
from audit.errors import Refused, Stale
from audit.lifecycle import history
from audit.lifecycle.tables import Case, CaseEvent, Outbox
from audit.lifecycle.transitions import transition
from audit.lifecycle.vocabulary import Action, Status
from audit.steps.intake.tables import Measurement, Subject
from audit.store.session import make_engine, reserve_ids, session_maker, take_import_lock
from tests.conftest import KEYRING
from tests.factory import OPINION, World

PROGRAM = Path(__file__).parents[2]


def at_once(*jobs: Callable[[], None]) -> list[Exception | None]:
    """Run the jobs in threads that start together; what each raised."""
    barrier = threading.Barrier(len(jobs))
    raised: list[Exception | None] = [None] * len(jobs)

    def run(n: int) -> None:
        barrier.wait()
        try:
            jobs[n]()
        except Exception as error:  # noqa: BLE001 - a thread hands over whatever it met
            raised[n] = error

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.parametrize("seen", [True, False])
def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told(engine: Engine, session: Session, seen: bool) -> None:
    world = World(session)
    case = world.case_at(Status.PLANNED)
    session.commit()
    version = case.version

    def approve() -> None:
        with session_maker(engine).begin() as own:
            perform(own, case.id, Action.APPROVE_PLAN, by=world.people["ketua"], at=world.at, seen_version=version if seen else None)

    raised = at_once(approve, approve, approve)
    lost = [error for error in raised if error is not None]
    assert len(lost) == 2 and all(type(error) is (Stale if seen else Refused) for error in lost)
    session.expire_all()
    assert (case.status, case.version) == (Status.APPROVED, version + 1)
    assert history.verify(session).broken == ()
    assert session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.action == Action.APPROVE_PLAN)) == 1


def test_different_answers_to_one_case_at_once_are_both_kept_in_one_chain(engine: Engine, session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.UNDER_REVIEW)
    session.commit()

    def answer(username: str) -> Callable[[], None]:
        def job() -> None:
            with session_maker(engine).begin() as own:
                perform(own, case.id, Action.SUBMIT_OPINION, by=world.people[username], at=world.at, given=OPINION)

        return job

    assert at_once(answer("dr.anak"), answer("gizi")) == [None, None]
    session.expire_all()
    assert history.verify(session).broken == ()
    assert [seat.has_answered for seat in world.facts(case).seats] == [True, True]


def test_a_process_killed_before_its_commit_leaves_nothing(session: Session, database_url: str) -> None:
    world = World(session)
    case = world.case_at(Status.PLANNED)
    session.commit()
    before = (case.version, case.head_hash, case.status)
    script = (
        "import os, signal, sys; from datetime import datetime, UTC\n"
        "from audit.casework.perform import perform; from audit.lifecycle.vocabulary import Action\n"
        "from audit.people.directory import person_named; from audit.store.sealed import Keyring\n"
        "from audit.store.session import make_engine, session_maker; from sqlalchemy.orm import Session\n"
        "session = Session(make_engine(sys.argv[1], Keyring(bytes(range(32)))))\n"
        "perform(session, int(sys.argv[2]), Action.APPROVE_PLAN, by=person_named(session, 'ketua'), at=datetime(2026, 8, 1, tzinfo=UTC))\n"
        "session.flush()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, database_url, str(case.id)], cwd=PROGRAM, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    session.expire_all()
    assert (case.version, case.head_hash, case.status) == before
    world.do(case, Action.APPROVE_PLAN, "ketua")
    assert case.status == Status.APPROVED
    assert history.verify(session).broken == ()
    assert session.scalar(select(func.count()).select_from(Outbox).where(Outbox.action == Action.APPROVE_PLAN)) == 1


def test_a_move_that_is_refused_after_it_began_is_undone_whole(engine: Engine, session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.PLANNED)
    session.commit()
    maker = session_maker(engine)

    def fails() -> None:
        with maker.begin() as own:
            perform(own, case.id, Action.APPROVE_PLAN, by=world.people["ketua"], at=world.at)
            perform(own, case.id, Action.APPROVE_PLAN, by=world.people["ketua"], at=world.at)

    with pytest.raises(Refused):
        fails()
    session.expire_all()
    assert case.status == Status.PLANNED
    assert session.scalar(select(func.count()).select_from(Outbox).where(Outbox.action == Action.APPROVE_PLAN)) == 0


def test_every_move_writes_the_notice_its_row_asks_for_and_no_other(session: Session) -> None:
    world = World(session)
    world.case_at(Status.EVALUATED)
    events = list(session.scalars(select(CaseEvent)))
    notices = {n.event_id: n for n in session.scalars(select(Outbox))}
    for event in events:
        row = transition(Action(event.action), Status(event.from_status) if event.from_status else None)
        notice = notices.pop(event.id, None)
        told = (notice.role, notice.case_id, notice.action, notice.at, notice.told_at) if notice else None
        assert told == ((row.notify, event.case_id, event.action, event.at, None) if row.notify else None)
    assert notices == {}


@pytest.mark.parametrize(
    "statement", ["update case_event set details = '{}'", "delete from case_event", "update case_event set hash = 'x'"]
)
def test_history_is_append_only_in_a_filled_database(session: Session, statement: str) -> None:
    world = World(session)
    world.case_at(Status.READY)
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))
    session.rollback()
    assert history.verify(session).broken == ()


def test_a_status_changed_beside_the_history_is_noticed(session: Session) -> None:
    world = World(session)
    case, other = world.case_at(Status.PLANNED), world.case_at(Status.READY)
    session.execute(text("update audit_case set status = 'approved' where id = :id"), {"id": case.id})
    session.expire_all()
    check = history.verify(session)
    assert [(b.case_number, b.seq, b.what) for b in check.broken] == [(case.number, case.version, "status kasus diubah di luar riwayat")]
    assert check.cases == 2 and check.events == case.version + other.version


def test_the_events_of_a_deleted_case_are_noticed(session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL does not let a case go while it has events; the next test shows that")
    world = World(session)
    world.open()
    session.commit()
    session.connection().exec_driver_sql("commit")
    for statement in ("PRAGMA foreign_keys=OFF", "delete from audit_case"):
        session.connection().exec_driver_sql(statement)
    session.expunge_all()
    assert [(b.seq, b.what) for b in history.verify(session).broken] == [(1, "kasusnya terhapus dari basis data")]


def test_the_database_lets_no_case_go_while_it_has_events(session: Session) -> None:
    World(session).open()
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(text("delete from audit_case"))


def subject(session: Session, **about: object) -> Subject:
    row = Subject(kind="child", identity={}, desa_code="35.09.22.2001", puskesmas="P", posyandu="Q", **about)
    session.add(row)
    return row


def test_reserved_ids_are_free_in_one_run_and_later_rows_do_not_take_them(engine: Engine) -> None:
    with session_maker(engine).begin() as session:
        first = subject(session)
        session.flush()
        take_import_lock(session)
        ids = reserve_ids(session, "subject", 3)
        assert len(ids) == 3 and first.id not in ids
        for number in ids:
            subject(session, id=number)
        session.flush()
        subject(session)
        session.flush()
    with session_maker(engine).begin() as session:
        again = reserve_ids(session, "subject", 2)
        after = [subject(session, id=number) for number in again]
        session.flush()
        assert len({row.id for row in after} | set(session.scalars(select(Subject.id)))) == 7
        assert len(reserve_ids(session, "subject", 0)) == 0


def test_ids_are_not_reserved_over_a_row_that_another_has_written_and_not_committed(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    with session_maker(engine).begin() as session:
        owner = subject(session)
        session.flush()
        owner_id = owner.id
    with Session(engine) as visiting, Session(engine) as loading:
        waiting = Measurement(subject_id=owner_id, measured_on=date(2026, 8, 1), source="visit", position=1)
        visiting.add(waiting)
        visiting.flush()
        ids = reserve_ids(loading, "measurement", 5)
        assert waiting.id not in ids
        visiting.commit()


def test_ten_processes_worth_of_ids_never_overlap(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    taken: list[int] = []
    lock = threading.Lock()

    def draw() -> None:
        for _ in range(5):
            with session_maker(engine).begin() as session:
                ids = reserve_ids(session, "subject", 200)
                with lock:
                    taken.extend(ids)

    assert at_once(*[draw] * 4) == [None] * 4
    assert len(taken) == len(set(taken)) == 4000


def test_a_second_engine_sees_what_the_first_committed_and_nothing_else(engine: Engine, session: Session, database_url: str) -> None:
    world = World(session)
    session.commit()
    other = make_engine(database_url, KEYRING)
    with Session(other.execution_options(reading=True)) as looking:
        case = world.open()
        assert looking.get(Case, case.id) is None
        looking.rollback()
        session.commit()
        assert looking.get(Case, case.id) is not None
    other.dispose()
