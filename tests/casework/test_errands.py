"""Errands in the database of each kind: asked once, taken once, finished, and taken up again when a process died."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from audit.casework.errands import (
    ASKED,
    DONE,
    FAILED,
    LEFT_TOO_OFTEN,
    MOST_TRIES,
    RUNNING,
    TERMS,
    ErrandKind,
    ask_for,
    errands_of,
    finish,
    forget_old,
    is_over,
    put_back,
    take_next,
    take_up_again,
    tell_how_far,
)
from audit.casework.tables import Errand
from audit.errors import Refused
from audit.store.session import session_maker
from tests.factory import World

FILE = {"file_sha256": "a" * 64, "file_name": "eppgbm.xlsx"}


@pytest.fixture
def world(session: Session) -> World:
    world = World(session)
    session.commit()
    return world


def ask(world: World, kind: ErrandKind = ErrandKind.DOCUMENTS, by: str = "sekretariat", **about: object) -> Errand:
    cycle_id = world.cycle.id if TERMS[kind].of_a_cycle else None
    return ask_for(world.session, kind, by=world.people[by], at=world.at, cycle_id=cycle_id, parameters=about)


def test_an_errand_asked_for_twice_is_one_as_long_as_it_waits(world: World) -> None:
    first = ask(world, names=["paket"])
    assert ask(world, names=["paket"]).id == first.id
    assert ask(world, names=["rtl"]).id != first.id
    world.session.commit()
    assert world.session.scalar(select(func.count()).select_from(Errand)) == 2


def test_documents_asked_for_while_they_are_made_are_made_again_and_a_file_is_not_loaded_twice(world: World) -> None:
    documents, file = ask(world), ask(world, ErrandKind.COMMIT_IMPORT, **FILE)
    for _ in range(2):
        take_next(world.session, at=world.at)
    assert {documents.state, file.state} == {RUNNING}
    assert ask(world).id != documents.id
    assert ask(world, ErrandKind.COMMIT_IMPORT, **FILE).id == file.id
    finish(world.session, file.id, at=world.at, result={"rows": 3})
    assert ask(world, ErrandKind.COMMIT_IMPORT, **FILE).id != file.id, "a file that was undone may be loaded again"


@pytest.mark.parametrize("by", ["ketua", "bidan.arjasa", "gizi", "puskesmas", "pimpinan"])
def test_only_the_secretariat_may_ask(world: World, by: str) -> None:
    with pytest.raises(Refused, match="Hanya Sekretariat"):
        ask(world, by=by)
    assert errands_of(world.session) == []


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [(ErrandKind.UNDO_IMPORT, {}), (ErrandKind.COMMIT_IMPORT, {"file_sha256": "a"}), (ErrandKind.SEMESTER, {"name": "Bunga"})],
)
def test_parameters_that_do_not_fit_are_a_mistake_of_the_page(world: World, kind: ErrandKind, parameters: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="wanted"):
        ask(world, kind, **parameters)


def test_what_is_about_a_cycle_names_one(world: World) -> None:
    with pytest.raises(ValueError, match="needs a cycle"):
        ask_for(world.session, ErrandKind.SCREEN, by=world.people["sekretariat"], at=world.at)


def test_the_oldest_is_taken_first_and_nothing_is_taken_when_none_waits(world: World) -> None:
    first, second = ask(world, names=["paket"]), ask(world, names=["rtl"])
    assert [take_next(world.session, at=world.at).id for _ in range(2)] == [first.id, second.id]  # type: ignore[union-attr]
    assert take_next(world.session, at=world.at) is None


def test_two_processes_that_take_at_the_same_moment_never_take_the_same(world: World, engine: Engine) -> None:
    for n in range(6):
        ask(world, names=[str(n)])
    world.session.commit()
    taken: list[int] = []
    together = Barrier(3)

    def work() -> None:
        together.wait()
        while True:
            with session_maker(engine).begin() as session:
                errand = take_next(session, at=world.at)
                if errand is None:
                    return
                taken.append(errand.id)

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 6


def test_two_pages_that_ask_at_the_same_moment_get_one_errand(world: World, engine: Engine) -> None:
    got: list[int] = []
    together = Barrier(4)

    def asking() -> None:
        together.wait()
        with session_maker(engine).begin() as session:
            by = world.people["sekretariat"]
            got.append(ask_for(session, ErrandKind.SCREEN, by=by, at=world.at, cycle_id=world.cycle.id).id)

    threads = [Thread(target=asking) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 4 and len(set(got)) == 1


def test_progress_and_outcome_are_told_and_found_values_are_sealed(world: World, engine: Engine) -> None:
    errand = ask(world, ErrandKind.CHECK_IMPORT, **FILE)
    take_next(world.session, at=world.at)
    tell_how_far(world.session, errand.id, done=3, total=10)
    world.session.refresh(errand)
    assert (errand.state, errand.done, errand.total, is_over(errand)) == (RUNNING, 3, 10, False)
    report = {"problems": [{"row": 7, "value": "Bunga Anggraini"}]}
    finish(world.session, errand.id, at=world.at, result={"rejected": 1}, report=report)
    world.session.commit()
    world.session.expire_all()
    assert (errand.state, errand.result, errand.report, errand.same_as) == (DONE, {"rejected": 1}, report, None)
    with engine.connect().execution_options(reading=True) as connection:
        assert b"Bunga" not in bytes(connection.exec_driver_sql("select report from errand").scalar_one())


def test_what_a_dead_process_left_is_begun_again_but_not_for_ever(world: World) -> None:
    errand = ask(world)
    for _ in range(MOST_TRIES - 1):
        take_next(world.session, at=world.at)
        assert take_up_again(world.session, at=world.at) == 1
        assert errand.state == ASKED
    take_next(world.session, at=world.at)
    assert take_up_again(world.session, at=world.at) == 1
    assert (errand.state, errand.sentence) == (FAILED, LEFT_TOO_OFTEN)
    assert take_up_again(world.session, at=world.at) == 0


def test_an_errand_put_back_counts_as_not_begun(world: World) -> None:
    errand = ask(world)
    for _ in range(MOST_TRIES + 1):
        assert take_next(world.session, at=world.at) is errand
        put_back(world.session, errand.id)
    assert (errand.state, errand.tries) == (ASKED, 0)


def test_a_list_of_errands_is_one_statement_newest_first(world: World) -> None:
    asked = [ask(world, names=[str(n)]).id for n in range(5)]
    ask(world, ErrandKind.SEMESTER)
    world.session.commit()
    statements: list[str] = []
    event.listen(world.session.get_bind(), "before_cursor_execute", lambda *a: statements.append(a[2]))
    assert [one.id for one in errands_of(world.session, world.cycle.id, limit=3)] == asked[:1:-1]
    assert len([one for one in statements if not one.startswith("BEGIN")]) == 1


def test_old_errands_are_forgotten_and_open_ones_are_not(world: World) -> None:
    over, waiting = ask(world, names=["paket"]), ask(world, names=["rtl"])
    take_next(world.session, at=world.at)
    finish(world.session, over.id, at=world.at)
    assert forget_old(world.session, before=world.at) == 0
    assert forget_old(world.session, before=world.at + timedelta(days=1)) == 1
    assert [one.id for one in errands_of(world.session)] == [waiting.id]
