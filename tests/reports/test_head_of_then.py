"""The head of a cycle's history as it was at an instant: worked out again, and changed by whatever is changed. On both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from audit.lifecycle.history import cycle_head, head_at
from audit.lifecycle.vocabulary import Action, Status
from tests.factory import World

pytestmark = pytest.mark.both_databases


def test_the_head_of_then_comes_out_again_after_more_was_done(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.UNDER_REVIEW)
    world.case_at(Status.APPROVED)
    last_at, head = world.at, cycle_head(session, world.cycle.id)
    count = head_at(session, world.cycle.id, last_at=last_at).events
    assert head_at(session, world.cycle.id, last_at=last_at).head == head
    world.open()
    assert head_at(session, world.cycle.id, last_at=last_at, events=count).head == head, "more was done in the same second"
    world.pass_days(1)
    world.do(case, Action.ASK_FOR_DATA, "gizi", {"note": "Ukur tinggi ibu"})
    found = head_at(session, world.cycle.id, last_at=last_at, events=count)
    assert (found.head, found.events, found.broken) == (head, count, ())
    assert head_at(session, world.cycle.id, last_at=world.at).head == cycle_head(session, world.cycle.id) != head


def test_a_changed_event_changes_the_head_and_is_named(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.READY)
    before = head_at(session, world.cycle.id, last_at=world.at)
    tamper(session, "update case_event set details = '{}' where case_id = :id and seq = 2", id=case.id)
    after = head_at(session, world.cycle.id, last_at=world.at)
    assert [(one.case_number, one.seq) for one in after.broken] == [(case.number, 2)] and not before.broken


def test_the_head_takes_one_statement_however_many_cases(session: Session, engine: Engine) -> None:
    world = World(session)
    for _ in range(3):
        world.open()
    session.commit()
    session.expunge_all()
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    head_at(session, world.cycle.id, last_at=world.at)
    assert len([each for each in seen if each.lstrip().upper().startswith("SELECT")]) == 1


def tamper(session: Session, statement: str, **values: Any) -> None:
    """Change what cannot be changed, as somebody with the database in their hands would."""
    session.flush()
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("drop trigger case_event_no_update"))
    else:
        session.execute(text("alter table case_event disable trigger case_event_append_only"))
    session.execute(text(statement), values)
    session.expire_all()
