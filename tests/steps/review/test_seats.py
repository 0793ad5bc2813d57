"""Seats of the panel: given once, by who may, to who may; a case never loses its way to a lead."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from audit.casework.panels import fill_seats
from audit.errors import Refused
from audit.forms import Problems
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.people.directory import add_person
from audit.people.tables import Account
from tests.factory import OPINION, World


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def seats(world: World, case: Case) -> list[tuple[str, bool]]:
    names = {person.id: username for username, person in world.people.items()}
    return [(names[s.person_id], s.is_lead) for s in world.facts(case).seats]


def test_the_system_fills_what_the_quorum_lacks_and_balances_the_load(world: World) -> None:
    cases = [world.case_at(Status.READY) for _ in range(4)]
    filled = fill_seats(world.session, [c.id for c in cases], at=world.at)
    assert [f.seats for f in filled] == [2, 2, 2, 2]
    assert [seats(world, c) for c in cases] == [
        [("dr.anak", True), ("gizi", False)],
        [("dr.anak2", True), ("gizi2", False)],
    ] * 2
    assert [f.seats for f in fill_seats(world.session, [c.id for c in cases], at=world.at)] == [0, 0, 0, 0]


def test_a_discipline_without_anybody_free_is_told_and_the_rest_is_seated(world: World) -> None:
    case = world.case_at(Status.READY, Group.BUMIL)
    world.session.get_one(Account, world.people["dr.obgyn"].id).is_active = False
    world.session.flush()
    (filled,) = fill_seats(world.session, [case.id], at=world.at)
    assert (filled.seats, len(filled.lacking)) == (1, 1)
    assert filled.sentence == (
        f"Kasus {case.number}: tidak ada Dokter spesialis obstetri dan ginekologi yang bebas. Tambah pakar, atau tugaskan sendiri."
    )
    assert seats(world, case) == [("gizi", False)]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Pakar: wajib"),
        ({"expert": "bidan.arjasa"}, "bukan anggota tim pakar"),
        ({"expert": "tidak.ada"}, "Tidak ada pengguna “tidak.ada”"),
        ({"expert": "a\x00b"}, "karakter yang tidak dapat dicetak"),
        ({"person_id": 5}, "isian ini tidak ada"),
        ({"expert": "dr.anak", "lead": "mungkin"}, "tulis ya atau tidak"),
    ],
)
def test_a_seat_for_who_cannot_take_it_is_refused(world: World, given: dict[str, Any], says: str) -> None:
    case = world.case_at(Status.READY)
    with pytest.raises(Refused, match=says):
        world.do(case, Action.ASSIGN_EXPERT, "sekretariat", given)
    assert seats(world, case) == []


@pytest.mark.parametrize("given", [{}, {"person_id": "abc"}, {"person_id": 2**40}, {"person_id": 0}])
def test_the_system_cannot_seat_nobody(world: World, given: dict[str, Any]) -> None:
    with pytest.raises(Problems):
        world.do(world.case_at(Status.READY), Action.ASSIGN_EXPERT, "sistem", given)


def test_a_conflict_of_interest_keeps_an_expert_off_the_case(world: World) -> None:
    about = {"username": "gizi.arjasa", "name": "Rini", "roles": ["expert"], "discipline": "nutrition", "puskesmas": "Arjasa"}
    world.people["gizi.arjasa"] = add_person(world.session, about, at=world.at)
    with pytest.raises(Refused, match="tidak dapat ditugaskan: bekerja di Puskesmas Arjasa"):
        world.do(world.case_at(Status.READY), Action.ASSIGN_EXPERT, "sekretariat", {"expert": "gizi.arjasa"})


@pytest.mark.parametrize("no", ["tidak", False, "false"])
def test_a_lead_that_is_declined_in_words_is_not_a_lead_and_can_be_named_later(world: World, no: Any) -> None:
    case = world.case_at(Status.READY)
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak", "lead": no})
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "gizi"})
    with pytest.raises(Refused, match="Belum ada pakar utama"):
        world.do(case, Action.OPEN_REVIEW, "sistem")
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "gizi", "lead": "ya"})
    assert seats(world, case) == [("dr.anak", False), ("gizi", True)]
    with pytest.raises(Refused, match="sudah ditugaskan"):
        world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak", "lead": "ya"})
    with pytest.raises(Refused, match="sudah punya pakar utama"):
        world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak2", "lead": "ya"})
    world.do(case, Action.OPEN_REVIEW, "sistem")


def test_a_lead_who_steps_back_hands_over_to_the_same_discipline_first(world: World) -> None:
    case = world.case_at(Status.READY)
    for expert in ("gizi", "dr.anak", "dr.anak2"):
        world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": expert})
    world.do(case, Action.RECUSE, "dr.anak", {"reason": "Cuti"})
    assert seats(world, case) == [("gizi", False), ("dr.anak2", True)]


def test_a_lead_of_a_discipline_that_nobody_else_has_hands_over_to_the_leading_one(world: World) -> None:
    case = world.case_at(Status.READY)
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "gizi", "lead": True})
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak"})
    world.do(case, Action.RECUSE, "gizi", {"reason": "Cuti"})
    assert seats(world, case) == [("dr.anak", True)]


def test_stepping_back_needs_a_reason_and_a_seat_and_no_opinion_yet(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    with pytest.raises(Problems, match="Alasan: wajib"):
        world.do(case, Action.RECUSE, "gizi", {"reason": " "})
    with pytest.raises(Refused, match="tidak ditugaskan"):
        world.do(case, Action.RECUSE, "gizi2", {"reason": "Cuti"})
    world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    with pytest.raises(Refused, match="sudah masuk dan tersegel"):
        world.do(case, Action.RECUSE, "gizi", {"reason": "Cuti"})


def test_a_quorum_without_the_leading_discipline_still_gets_a_lead_from_the_system(world: World) -> None:
    world.cycle.settings = {**world.cycle.settings, "quorum": {"balita": {"nutrition": 2}}}
    case = world.case_at(Status.READY)
    fill_seats(world.session, [case.id], at=world.at)
    assert seats(world, case) == [("gizi", True), ("gizi2", False)]
    world.do(case, Action.OPEN_REVIEW, "sistem")


@pytest.mark.parametrize("quorum", [{}, {"bumil": {"nutrition": 1}}])
def test_a_group_without_a_quorum_never_opens_a_review_by_itself(world: World, quorum: dict[str, Any]) -> None:
    world.cycle.settings = {**world.cycle.settings, "quorum": quorum}
    case = world.case_at(Status.READY)
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak"})
    with pytest.raises(Refused, match="kuorum siklus ini belum ditetapkan"):
        world.do(case, Action.OPEN_REVIEW, "sistem")


def test_a_main_cause_outside_the_named_causes_is_refused(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    with pytest.raises(Problems, match="harus salah satu"):
        world.do(case, Action.SUBMIT_OPINION, "gizi", {**OPINION, "main_cause": "worms"})
    assert not any(s.has_answered for s in world.facts(case).seats)
