"""Worksheets and packets: supplements laid over answers, what is missing and unusual, what a snapshot holds."""

from __future__ import annotations

import json

import pytest
from sqlalchemy.orm import Session

from audit.casework.worklists import due
from audit.errors import Refused
from audit.forms import Problems
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.steps.packet.queries import newest_packet, packet_snapshot, worksheet_of
from audit.store.canonical import canonical_json
from tests.factory import World, worksheet_answers


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def test_a_supplement_is_laid_over_earlier_answers_and_unusual_ones_still_count(world: World) -> None:
    case = world.case_at(Status.SELECTED)
    first = {**worksheet_answers(Group.BALITA, without=["latrine"]), "birth_weight_g": 1400, "birth_length_cm": "40,5"}
    event = world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", first)
    assert (event.details["missing"], event.details["unusual"]) == (1, 2)
    event = world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"latrine": "none", "birth_length_cm": 48})
    assert (event.details["missing"], event.details["unusual"]) == (0, 1)
    worksheet = worksheet_of(world.session, case.id)
    assert worksheet is not None
    assert (worksheet.answers["birth_weight_g"], worksheet.answers["birth_length_cm"], worksheet.unusual) == (1400, 48.0, 1)


def test_an_empty_answer_in_a_supplement_takes_nothing_away(world: World) -> None:
    case = world.case_at(Status.SELECTED)
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(Group.BALITA))
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"latrine": "", "water": None, "sewage": "open"})
    assert world.facts(case).missing_total == 0


def test_a_wrong_answer_leaves_the_earlier_worksheet_as_it_was(world: World) -> None:
    case = world.case_at(Status.SELECTED)
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"latrine": "none"})
    with pytest.raises(Problems):
        world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"latrine": "septic", "birth_weight_g": 99999})
    worksheet = worksheet_of(world.session, case.id)
    assert worksheet is not None and worksheet.answers == {"latrine": "none"}


def test_a_worksheet_just_begun_lacks_everything_required_by_who_is_asked(world: World) -> None:
    case = world.case_at(Status.SELECTED)
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"sewage": "open"})
    assert world.facts(case).missing == {"family": 9, "paediatrics": 7, "nutrition": 6, "psychology": 1}
    assert due(world.session, Action.FREEZE_PACKET, on=world.on) == []


@pytest.mark.parametrize("note", ["", None, "a\x00b", "x" * 2001])
def test_a_worksheet_goes_back_only_with_a_usable_note(world: World, note: str | None) -> None:
    case = world.case_at(Status.SELECTED)
    with pytest.raises(Refused, match="belum dikirim"):
        world.do(case, Action.RETURN_WORKSHEET, "sekretariat", {"note": "Jamban?"})
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(Group.BALITA))
    with pytest.raises(Problems, match="Data apa yang harus dilengkapi"):
        world.do(case, Action.RETURN_WORKSHEET, "sekretariat", {"note": note})
    assert due(world.session, Action.FREEZE_PACKET, on=world.on) == [case.id]
    world.do(case, Action.RETURN_WORKSHEET, "sekretariat", {"note": "Jamban?"})
    assert due(world.session, Action.FREEZE_PACKET, on=world.on) == []


def test_the_snapshot_is_plain_the_same_twice_and_counts_the_coming_round(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    snapshot = packet_snapshot(world.session, case.id, on=world.on)
    world.session.flush()
    world.session.expire_all()
    assert json.loads(canonical_json(snapshot)) == snapshot
    assert canonical_json(packet_snapshot(world.session, case.id, on=world.on)) == canonical_json(snapshot)
    packet = newest_packet(world.session, case.id)
    assert packet is not None and snapshot["case"]["round"] == packet.round + 1 == 2
    assert snapshot["measurements"][0]["measured_on"] == "2026-06-20"
