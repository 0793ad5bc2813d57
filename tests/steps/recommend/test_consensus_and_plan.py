"""Consensus and plan: every wrong answer named with its place, and what a plan must say before it goes up."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.forms import Problems
from audit.lifecycle.vocabulary import Action, Status
from audit.steps.recommend.queries import consensus_of, current_actions, recommendations_of
from tests.factory import CONSENSUS, OPINION, World, complete_plan


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def test_problems_of_the_consensus_and_of_every_row_are_told_at_once(world: World) -> None:
    case = world.case_at(Status.REVIEWED)
    wrong = {
        **CONSENSUS,
        "main_cause": "nasib",
        "recommendations": [{"class": "spesifik", "cause": "worms", "text": "Obat"}, {"class": "x"}, "teks"],
        "dissent": {"expert": "gizi"},
        "catatan": 1,
    }
    with pytest.raises(Problems) as refused:
        world.do(case, Action.RECORD_CONSENSUS, "dr.anak", wrong)
    assert {p.place for p in refused.value.problems} == {
        "catatan",
        "main_cause",
        "recommendations[2].class",
        "recommendations[2].cause",
        "recommendations[2].text",
        "recommendations[3]",
        "dissent[1].text",
    }
    assert consensus_of(world.session, case.id, 1) is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"recommendations": []}, "recommendations: 0 baris; yang dapat diterima 1–99"),
        ({"recommendations": [CONSENSUS["recommendations"][0]] * 100}, "100 baris"),
        ({"main_cause": "worms"}, "harus salah satu dari penyebab yang dipilih"),
        ({"summary": "a\x00"}, "karakter yang tidak dapat dicetak"),
        ({"dissent": [{"expert": "gizi2", "text": "Tidak setuju"}]}, "bukan pakar yang ditugaskan"),
        ({"dissent": [{"expert": "siapa", "text": "Tidak setuju"}]}, "Tidak ada pengguna"),
    ],
)
def test_a_consensus_that_cannot_be_used_is_refused(world: World, change: dict[str, Any], says: str) -> None:
    case = world.case_at(Status.REVIEWED)
    with pytest.raises(Refused, match=says):
        world.do(case, Action.RECORD_CONSENSUS, "dr.anak", {**CONSENSUS, **change})
    assert recommendations_of(world.session, case.id, 1) == []


def test_dissent_keeps_who_and_what_with_emoji_and_all(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    world.do(case, Action.SUBMIT_OPINION, "dr.anak", {**OPINION, "main_cause": "sanitation"})
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    words = "Bukan jamban 🚽 tetapi asupan.\nLihat kurva."
    world.do(case, Action.RECORD_CONSENSUS, "dr.anak", {**CONSENSUS, "dissent": {"expert": "gizi", "text": words}})
    consensus = consensus_of(world.session, case.id, 1)
    assert consensus is not None
    assert consensus.dissent == [{"person_id": world.people["gizi"].id, "discipline": "nutrition", "text": words}]
    assert consensus.agreement["main_causes"] == {"intake_protein": 1, "sanitation": 1}


def test_the_systems_draft_says_what_follows_from_the_recommendations_and_no_more(world: World) -> None:
    case = world.case_at(Status.RECOMMENDED)
    world.do(case, Action.PLAN_ACTIONS, "sistem")
    rows = current_actions(world.session, [case.id])
    assert [(r.number, r.owner_agency, r.intervention_class, r.status, r.funding) for r in rows] == [
        (1, "puskesmas", "spesifik", "usulan", None),
        (2, "perkim", "sensitif", "usulan", None),
    ]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"recommendation": 3}, "actions[1].recommendation"),
        ({"recommendation": 10**20}, "actions[1].recommendation"),
        ({"ends_on": "2026-01-01"}, "actions[1].ends_on"),
        ({"place_code": "35.09.99.9999"}, "actions[1].place_code"),
        ({"place_code": "Desa Arjasa"}, "actions[1].place_code"),
        ({"owner_agency": "kodim"}, "actions[1].owner_agency"),
        ({"activity": ""}, "actions[1].activity"),
        ({"anggaran": 1}, "actions[1].anggaran"),
    ],
)
def test_a_row_of_the_plan_that_cannot_be_used_is_named(world: World, change: dict[str, Any], place: str) -> None:
    case = world.case_at(Status.RECOMMENDED)
    first, second = complete_plan(world.on)["actions"]
    with pytest.raises(Problems) as refused:
        world.do(case, Action.PLAN_ACTIONS, "sekretariat", {"actions": [{**first, **change}, second]})
    assert [p.place for p in refused.value.problems] == [place]
    assert current_actions(world.session, [case.id]) == []


def test_a_plan_without_rows_or_with_a_stray_answer_is_refused(world: World) -> None:
    case = world.case_at(Status.RECOMMENDED)
    with pytest.raises(Problems, match="actions: 0 baris"):
        world.do(case, Action.PLAN_ACTIONS, "sekretariat", {})
    with pytest.raises(Problems, match="kegiatan: isian ini tidak ada"):
        world.do(case, Action.PLAN_ACTIONS, "sekretariat", {**complete_plan(world.on), "kegiatan": []})


def test_a_place_left_open_is_the_subjects_desa_and_the_class_the_recommendations(world: World) -> None:
    case = world.case_at(Status.RECOMMENDED)
    rows = [{k: v for k, v in row.items() if k != "place_code"} for row in complete_plan(world.on)["actions"]]
    world.do(case, Action.PLAN_ACTIONS, "sekretariat", {"actions": [rows[0], {**rows[1], "class": "koordinatif"}]})
    assert [(r.place_code, r.intervention_class) for r in current_actions(world.session, [case.id])] == [
        (case.desa_code, "spesifik"),
        (case.desa_code, "koordinatif"),
    ]


@pytest.mark.parametrize(
    ("status", "action", "by"), [(Status.PLANNED, Action.APPROVE_PLAN, "ketua"), (Status.RECOMMENDED, Action.SUBMIT_PLAN, "sekretariat")]
)
def test_a_move_that_asks_nothing_does_not_swallow_an_answer(world: World, status: Status, action: Action, by: str) -> None:
    case = world.case_at(status)
    if status is Status.RECOMMENDED:
        world.do(case, Action.PLAN_ACTIONS, "sekretariat", complete_plan(world.on))
    with pytest.raises(Problems, match="tidak ada isian yang diminta"):
        world.do(case, action, by, {"note": "Setuju dengan syarat"})
    world.do(case, action, by)


@pytest.mark.parametrize("note", ["", "  ", None])
def test_a_plan_goes_back_only_with_what_has_to_change(world: World, note: str | None) -> None:
    case = world.case_at(Status.PLANNED)
    with pytest.raises(Problems, match="wajib diisi"):
        world.do(case, Action.RETURN_PLAN, "ketua", {"note": note})
