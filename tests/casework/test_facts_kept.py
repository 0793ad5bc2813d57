"""The facts of a cycle are kept for those who look, and never a moment longer than they are true."""

from __future__ import annotations

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from audit.casework.facts import gather_cycle
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Status
from audit.store.session import reading, session_maker
from tests.counting import statements
from tests.factory import World


def looked(engine: Engine, world: World) -> tuple[dict[int, CaseFacts], int]:
    """What a session that only looks finds, and how many statements that takes."""
    with reading(session_maker(engine)) as session:
        session.connection()
        with statements(engine) as sent:
            found = gather_cycle(session, world.cycle.id, on=world.on)
    return found, len(sent)


def test_whoever_looks_again_asks_once_and_finds_the_same(engine: Engine, session: Session) -> None:
    world = World(session)
    world.case_at(Status.FOLLOW_UP)
    session.commit()
    first, second = looked(engine, world), looked(engine, world)
    assert first[0] == second[0] and (first[1], second[1]) == (4, 1)


def test_what_anybody_wrote_is_seen_at_once(engine: Engine, session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.PLANNED)
    session.commit()
    assert looked(engine, world)[0][case.id].status is Status.PLANNED
    world.do(case, Action.APPROVE_PLAN, "ketua")
    session.commit()
    assert looked(engine, world)[0][case.id].status is Status.APPROVED


def test_what_was_written_and_taken_back_is_never_seen(engine: Engine, session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.PLANNED)
    session.commit()
    looked(engine, world)
    with session_maker(engine)() as writing:  # the connection that looked, most likely
        writing.execute(update(Case).values(status=Status.WITHDRAWN))
        assert gather_cycle(writing, world.cycle.id, on=world.on)[case.id].status is Status.WITHDRAWN
        writing.rollback()
    assert looked(engine, world)[0][case.id].status is Status.PLANNED


def test_another_day_is_asked_for_anew(engine: Engine, session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.FOLLOW_UP)
    session.commit()
    today = looked(engine, world)[0][case.id].visits_overdue
    world.pass_days(60)
    assert today == 0 and looked(engine, world)[0][case.id].visits_overdue > 0
