"""Outcomes at their edges: no visit, the day of the start, too soon, implausible, replaced; and what they say of actions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.forms import Problems
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.steps.evaluate.queries import newest_outcomes
from audit.steps.evaluate.tables import Outcome
from audit.steps.intake.tables import Measurement
from audit.steps.recommend.queries import current_actions
from tests.factory import World


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def visit(world: World, case: Case, day: date, **measured: Any) -> None:
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": day, "position": "lying", **measured})


def judged(world: World, case: Case) -> Outcome:
    """The primary outcome after the follow-up has ended."""
    ends_on = world.facts(case).follow_up_ends_on
    world.pass_days((ends_on - world.on).days)
    world.do(case, Action.EVALUATE, "sekretariat")
    (primary,) = [o for o in newest_outcomes(world.session, [case.id]) if o.is_primary]
    return primary


def test_without_a_visit_nothing_can_be_said_and_the_reason_is_kept(world: World) -> None:
    outcome = judged(world, world.case_at(Status.FOLLOW_UP))
    assert (outcome.verdict, outcome.unknown_because, outcome.change) == ("unknown", "no_later_measurement", None)
    assert (outcome.before_value, outcome.after_value) == (-331, None)


def test_without_any_measurement_there_is_no_baseline(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    for m in world.session.query(Measurement):
        m.haz = m.waz = m.whz = None
    assert judged(world, case).unknown_because == "no_baseline"


def test_a_measurement_on_the_day_of_the_start_is_the_baseline(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    started_on = world.on
    visit(world, case, started_on, height_cm=75)
    world.pass_days(60)
    visit(world, case, world.on, height_cm=80)
    outcome = judged(world, case)
    before, after = (world.session.get_one(Measurement, n).measured_on for n in (outcome.before_id, outcome.after_id))
    assert (before, after) == (started_on, started_on + timedelta(days=60))
    assert outcome.verdict == "improved"


def test_measurements_too_close_say_nothing(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    visit(world, case, world.on, height_cm=75)
    world.pass_days(27)
    visit(world, case, world.on, height_cm=80)
    assert judged(world, case).unknown_because == "too_soon"


def test_an_implausible_measurement_gives_no_verdict_unless_a_plausible_one_stands_beside_it(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    world.pass_days(60)
    visit(world, case, world.on, height_cm=140)
    outcome = judged(world, case)
    assert (outcome.verdict, outcome.unknown_because) == ("unknown", "implausible")
    world.do(case, Action.REOPEN, "sekretariat")
    visit(world, case, world.on, height_cm=81)
    assert judged(world, case).verdict == "improved"


def test_a_wasted_child_is_judged_by_weight_for_height_unless_that_baseline_was_impossible(world: World) -> None:
    wasted, impossible = world.case_at(Status.FOLLOW_UP), world.case_at(Status.FOLLOW_UP)
    for case, whz, flags in ((wasted, -250, 0), (impossible, -700, 4)):
        for m in world.session.query(Measurement).filter_by(subject_id=case.subject_id):
            m.whz, m.flags = whz, flags
    start = world.at
    assert judged(world, wasted).indicator == "whz"
    world.at = start
    assert judged(world, impossible).indicator == "haz"


@pytest.mark.parametrize(("muac", "verdict"), [(22.7, "improved"), (22.5, "unchanged"), (21.6, "worse")])
def test_a_pregnant_woman_is_judged_by_her_arm(world: World, muac: float, verdict: str) -> None:
    case = world.case_at(Status.FOLLOW_UP, Group.BUMIL)
    world.pass_days(60)
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, "muac_cm": muac})
    outcome = judged(world, case)
    assert (outcome.indicator, outcome.verdict) == ("muac", verdict)


def test_an_action_is_effective_only_when_somebody_saw_it_done(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "selesai", "evidence": "Foto"})
    world.do(case, Action.REPORT_PROGRESS, "perkim", {"action": 2, "status": "selesai", "evidence": "Foto"})
    world.do(case, Action.CONFIRM_ACTION, "bidan.arjasa", {"action": 1, "seen": "Ada"})
    world.pass_days(60)
    visit(world, case, world.on, height_cm=80)
    judged(world, case)
    assert [a.is_effective for a in current_actions(world.session, [case.id])] == [True, None]


def test_the_evaluation_can_be_done_on_the_last_day_and_not_before(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    world.pass_days((world.facts(case).follow_up_ends_on - world.on).days - 1)
    with pytest.raises(Refused, match="masih 1 hari lagi"):
        world.do(case, Action.EVALUATE, "sekretariat")
    world.pass_days(1)
    with pytest.raises(Problems, match="isian ini tidak ada"):
        world.do(case, Action.EVALUATE, "sekretariat", {"verdict": "improved"})
    world.do(case, Action.EVALUATE, "sekretariat", {"note": "Selesai"})


def test_only_a_case_with_something_left_is_carried_over(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    for number, agency in ((1, "puskesmas"), (2, "perkim")):
        world.do(case, Action.REPORT_PROGRESS, agency, {"action": number, "status": "batal", "obstacle": "Pindah"})
    judged(world, case)
    with pytest.raises(Refused, match="Semua kegiatan RTL sudah tuntas"):
        world.do(case, Action.CARRY_OVER, "sekretariat")
