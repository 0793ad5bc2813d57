"""No way to another's opinion before the review was closed, and none at all for who does not sit on the case."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.casework.worklists import cases_seen_by
from audit.lifecycle.access import may_see_case, may_see_identity
from audit.lifecycle.tables import Case, CaseEvent
from audit.lifecycle.vocabulary import ANSWERING_ACTIONS, Action, Status
from audit.people.directory import as_person
from audit.people.tables import Account
from audit.steps.review.queries import answers_seen_by, events_seen_by, opinions_of_round, opinions_seen_by
from tests.factory import OPINION, World


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def authors(world: World, case: Case, reader: str) -> list[str]:
    names = {person.id: username for username, person in world.people.items()}
    return [names[o.person_id] for o in opinions_seen_by(world.session, world.facts(case), world.people[reader])]


def half_answered(world: World) -> Case:
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    return case


EVERYBODY = ("sekretariat", "ketua", "pimpinan", "bidan.arjasa", "dr.anak", "dr.anak2", "gizi2", "puskesmas", "sistem")


@pytest.mark.parametrize("reader", EVERYBODY)
def test_a_sealed_opinion_is_seen_by_its_author_and_by_nobody_else(world: World, reader: str) -> None:
    case = half_answered(world)
    assert authors(world, case, reader) == []
    assert authors(world, case, "gizi") == ["gizi"]
    assert opinions_of_round(world.session, [case.id]) == {}


@pytest.mark.parametrize("reader", EVERYBODY)
def test_withdrawing_a_case_does_not_open_its_sealed_opinions(world: World, reader: str) -> None:
    case = half_answered(world)
    world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    assert authors(world, case, reader) == []
    assert opinions_of_round(world.session, [case.id]) == {}
    world.do(case, Action.REOPEN, "sekretariat")
    assert authors(world, case, reader) == []


def test_asking_for_data_leaves_the_opinions_of_the_round_sealed_for_good(world: World) -> None:
    case = half_answered(world)
    world.do(case, Action.ASK_FOR_DATA, "dr.anak", {"note": "Mantoux?"})
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"illness_notes": "Negatif"})
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "c" * 64, "pdf_sha256": "d" * 64})
    world.do(case, Action.OPEN_REVIEW, "sistem")
    assert authors(world, case, "dr.anak") == authors(world, case, "sekretariat") == []
    world.do(case, Action.SUBMIT_OPINION, "dr.anak", OPINION)
    assert authors(world, case, "gizi") == []


@pytest.mark.parametrize(
    ("reader", "sees"), [("sekretariat", 2), ("sistem", 2), ("dr.anak", 2), ("gizi", 2), ("dr.anak2", 0), ("gizi2", 0)]
)
def test_once_closed_the_panel_and_the_secretariat_see_all(world: World, reader: str, sees: int) -> None:
    assert len(authors(world, world.case_at(Status.REVIEWED), reader)) == sees


@pytest.mark.parametrize("reader", ["ketua", "pimpinan", "bidan.arjasa", "bidan.silo", "puskesmas", "perkim"])
def test_who_is_neither_panel_nor_secretariat_never_reads_an_opinion(world: World, reader: str) -> None:
    assert authors(world, world.case_at(Status.APPROVED), reader) == []


def test_closed_opinions_stay_open_through_withdrawal_and_come_in_one_statement(world: World) -> None:
    case, sealed = world.case_at(Status.RECOMMENDED), half_answered(world)
    world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    assert authors(world, case, "sekretariat") == ["dr.anak", "gizi"]
    found = opinions_of_round(world.session, [case.id, sealed.id])
    assert {case_id: len(opinions) for case_id, opinions in found.items()} == {case.id: 2}


def test_who_stepped_back_sees_neither_the_case_nor_an_opinion(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.RECUSE, "dr.anak", {"reason": "Keluarga dekat"})
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak2"})
    for expert in ("dr.anak2", "gizi"):
        world.do(case, Action.SUBMIT_OPINION, expert, OPINION)
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    gone = world.people["dr.anak"]
    assert authors(world, case, "dr.anak") == []
    assert not may_see_case(world.facts(case), gone) and not may_see_identity(world.facts(case), gone)


def test_the_history_tells_that_somebody_answered_but_not_a_word_of_it(world: World) -> None:
    case = half_answered(world)
    event = world.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq.desc())).first()
    assert event is not None
    assert set(event.details) == {"opinion", "round", "discipline", "content"}
    assert not any(word in str(event.details) for word in ("protein", "intake_protein", "sanitation"))


def told(world: World, case: Case, reader: str) -> list[str]:
    """Who answered, as the history tells it to this reader."""
    names = {person.id: username for username, person in world.people.items()}
    events = events_seen_by(world.session, world.facts(case), world.people[reader])
    return [names[event.by_id] for event in events if event.action in ANSWERING_ACTIONS]


def known(world: World, case: Case, reader: str) -> dict[str, bool | None]:
    names = {person.id: username for username, person in world.people.items()}
    return {names[i]: state for i, state in answers_seen_by(world.session, world.facts(case), world.people[reader]).items()}


def test_a_colleague_does_not_learn_that_or_when_another_answered_before_the_round_is_closed(world: World) -> None:
    case = half_answered(world)
    assert (told(world, case, "dr.anak"), known(world, case, "dr.anak")) == ([], {"dr.anak": False, "gizi": None})
    assert (told(world, case, "gizi"), known(world, case, "gizi")) == (["gizi"], {"dr.anak": None, "gizi": True})
    assert (told(world, case, "sekretariat"), known(world, case, "sekretariat")) == (["gizi"], {"dr.anak": False, "gizi": True})
    assert told(world, case, "dr.anak2") == [] and events_seen_by(world.session, world.facts(case), world.people["dr.anak2"]) == []
    world.do(case, Action.SUBMIT_OPINION, "dr.anak", OPINION)
    assert told(world, case, "dr.anak") == ["dr.anak"], "their own opinion is in, but the round is not closed"
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    assert told(world, case, "dr.anak") == ["gizi", "dr.anak"]
    assert known(world, case, "dr.anak") == {"dr.anak": True, "gizi": True}


def test_asking_for_data_does_not_tell_the_panel_who_had_answered(world: World) -> None:
    case = half_answered(world)
    world.do(case, Action.ASK_FOR_DATA, "dr.anak", {"note": "Mantoux?"})
    seen = [event.action for event in events_seen_by(world.session, world.facts(case), world.people["dr.anak"])]
    assert Action.ASK_FOR_DATA in seen and told(world, case, "dr.anak") == []
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"illness_notes": "Negatif"})
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "c" * 64, "pdf_sha256": "d" * 64})
    world.do(case, Action.OPEN_REVIEW, "sistem")
    for expert in ("dr.anak", "gizi"):
        world.do(case, Action.SUBMIT_OPINION, expert, OPINION)
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    assert told(world, case, "dr.anak") == ["dr.anak", "gizi"], "an opinion of a round that never closed was told"
    assert authors(world, case, "dr.anak") == ["dr.anak", "gizi"]


def test_who_stepped_back_loses_the_history_too_even_as_a_leader(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    account = world.session.get_one(Account, world.people["dr.anak"].id)
    account.roles = ["expert", "leader"]
    world.people["dr.anak"] = as_person(account)
    assert events_seen_by(world.session, world.facts(case), world.people["dr.anak"]) != []
    world.do(case, Action.RECUSE, "dr.anak", {"reason": "Keluarga dekat"})
    assert events_seen_by(world.session, world.facts(case), world.people["dr.anak"]) == []
    assert cases_seen_by(world.session, world.people["dr.anak"], on=world.on) == []
