"""Cases that do not go straight: withdrawn and taken up again, asked about again, returned twice. The road must work to its end."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.casework.worklists import due
from audit.errors import Refused
from audit.lifecycle import history
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Status
from audit.steps.evaluate.queries import newest_outcomes
from audit.steps.followup.queries import follow_up_started_on, visits_of
from audit.steps.packet.tables import Packet
from audit.steps.recommend.queries import consensus_of, current_actions
from audit.steps.recommend.tables import RtlAction
from tests.factory import CONSENSUS, OPINION, World, complete_plan


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def walk_to_the_end(world: World, case: Case) -> None:
    """From a frozen worksheet to the evaluation, with the panel that sits."""
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "e" * 64, "pdf_sha256": "f" * 64})
    names = {person.id: username for username, person in world.people.items()}
    for username in ("dr.anak", "gizi"):
        if world.people[username].id not in {s.person_id for s in world.facts(case).seats}:
            world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": username})
    world.do(case, Action.OPEN_REVIEW, "sistem")
    for seat in world.facts(case).seats:
        world.do(case, Action.SUBMIT_OPINION, names[seat.person_id], OPINION)
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    world.do(case, Action.RECORD_CONSENSUS, "dr.anak", CONSENSUS)
    assert due(world.session, Action.PLAN_ACTIONS, on=world.on) == [case.id], "the system drafts the plan of the new consensus"
    world.do(case, Action.PLAN_ACTIONS, "sistem")
    world.do(case, Action.PLAN_ACTIONS, "sekretariat", complete_plan(world.on))
    world.do(case, Action.SUBMIT_PLAN, "sekretariat")
    world.do(case, Action.APPROVE_PLAN, "ketua")
    world.do(case, Action.NAME_PERSON_IN_CHARGE, "sekretariat", {"person": "bidan.arjasa"})
    world.do(case, Action.START_FOLLOW_UP, "sistem")
    world.pass_days(60)
    world.do(case, Action.MARK_VISIT_MISSED, "sistem")
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, "weight_kg": 9.9, "height_cm": 80.5, "position": "lying"})
    world.pass_days(40)
    world.do(case, Action.EVALUATE, "sekretariat", {"note": "Keluarga kembali"})


BEFORE_EVALUATION = [s for s in Status if s not in (Status.SELECTED, Status.EVALUATED, Status.CARRIED_OVER, Status.WITHDRAWN)]


@pytest.mark.parametrize("status", BEFORE_EVALUATION)
def test_a_case_withdrawn_anywhere_and_taken_up_again_walks_to_its_end(world: World, status: Status) -> None:
    case = world.case_at(status)
    was_in_follow_up = status is Status.FOLLOW_UP
    if was_in_follow_up:
        world.pass_days(4)
        world.do(
            case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, "weight_kg": 8.2, "height_cm": 74.5, "position": "lying"}
        )
    world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    world.pass_days(3)
    world.do(case, Action.REOPEN, "sekretariat")
    walk_to_the_end(world, case)
    assert case.status == Status.EVALUATED
    assert history.verify(world.session).broken == ()
    packets = world.session.scalar(select(func.max(Packet.round)).where(Packet.case_id == case.id))
    assert packets == 2 == world.facts(case).round
    assert consensus_of(world.session, case.id, 2) is not None
    current = current_actions(world.session, [case.id])
    assert [a.number for a in current] == [1, 2] and len(world.facts(case).actions) == 2
    (haz,) = [o for o in newest_outcomes(world.session, [case.id]) if o.is_primary]
    assert (haz.attempt, haz.indicator, haz.verdict) == (1, "haz", "improved")


def test_the_second_follow_up_has_its_own_start_plan_and_baseline(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    first_start = follow_up_started_on(world.session, case.id, timezone="Asia/Jakarta")
    assert first_start == world.on
    world.pass_days(4)
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, "weight_kg": 8.2, "height_cm": 76.0, "position": "lying"})
    world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    world.do(case, Action.REOPEN, "sekretariat")
    walk_to_the_end(world, case)
    assert follow_up_started_on(world.session, case.id, timezone="Asia/Jakarta") == first_start.replace(day=first_start.day + 4)
    made = [v for v in visits_of(world.session, [case.id]) if v.state == "done"]
    (haz,) = [o for o in newest_outcomes(world.session, [case.id]) if o.is_primary]
    assert [haz.before_id, haz.after_id] == [v.measurement_id for v in made]


def test_who_sat_on_the_panel_still_sits_and_who_stepped_back_does_not_return(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.RECUSE, "gizi", {"reason": "Keluarga dekat"})
    world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    world.do(case, Action.REOPEN, "sekretariat")
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "e" * 64, "pdf_sha256": "f" * 64})
    assert [s.person_id for s in world.facts(case).seats] == [world.people["dr.anak"].id]
    with pytest.raises(Refused, match="pernah mengundurkan diri"):
        world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "gizi"})
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "gizi2"})
    world.do(case, Action.OPEN_REVIEW, "sistem")


def test_an_evaluated_case_taken_up_again_keeps_its_first_outcome_beside_the_second(world: World) -> None:
    case = world.case_at(Status.EVALUATED)
    started_on = follow_up_started_on(world.session, case.id, timezone="Asia/Jakarta")
    world.do(case, Action.REOPEN, "sekretariat")
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, "weight_kg": 11, "height_cm": 83, "position": "lying"})
    assert follow_up_started_on(world.session, case.id, timezone="Asia/Jakarta") == started_on
    world.do(case, Action.EVALUATE, "sekretariat")
    assert {o.attempt for o in newest_outcomes(world.session, [case.id])} == {2}


def test_after_a_request_for_data_another_panel_may_judge_the_second_packet(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    world.do(case, Action.ASK_FOR_DATA, "dr.anak", {"note": "Mantoux?"})
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"illness_notes": "Negatif"})
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "c" * 64, "pdf_sha256": "d" * 64})
    for old, new in (("gizi", "gizi2"), ("dr.anak", "dr.anak2")):
        world.do(case, Action.RECUSE, old, {"reason": "Cuti"})
        world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": new})
    world.do(case, Action.OPEN_REVIEW, "sistem")
    for expert in ("gizi2", "dr.anak2"):
        world.do(case, Action.SUBMIT_OPINION, expert, {**OPINION, "main_cause": "sanitation"})
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    event = world.do(case, Action.RECORD_CONSENSUS, "dr.anak2", CONSENSUS)
    assert event.details["divided"] is False
    consensus = consensus_of(world.session, case.id, 2)
    assert consensus is not None and consensus.agreement["main_causes"] == {"sanitation": 2}, (
        "the opinion of the first round does not count"
    )


def test_a_plan_returned_twice_ends_with_one_current_plan_and_no_old_remark(world: World) -> None:
    case = world.case_at(Status.PLANNED)
    world.do(case, Action.RETURN_PLAN, "ketua", {"note": "Jamban dari Dana Desa"})
    world.do(case, Action.PLAN_ACTIONS, "sekretariat", complete_plan(world.on))
    world.do(case, Action.SUBMIT_PLAN, "sekretariat")
    world.do(case, Action.RETURN_PLAN, "ketua", {"note": "Tanggal masih salah"})
    assert [a.obstacle for a in current_actions(world.session, [case.id])] == ["Tanggal masih salah"] * 2
    world.do(case, Action.SUBMIT_PLAN, "sekretariat")
    world.do(case, Action.APPROVE_PLAN, "ketua")
    assert [(a.number, a.status, a.obstacle) for a in current_actions(world.session, [case.id])] == [
        (1, "disetujui", None),
        (2, "disetujui", None),
    ]
    assert world.session.scalar(select(func.count()).select_from(RtlAction).where(RtlAction.case_id == case.id)) == 4
