"""What is odd about a visit is asked back by the one door, after everything that is refused and before anything is written."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from audit.casework.perform import perform
from audit.errors import Refused
from audit.forms import Doubted, Problems
from audit.lifecycle.tables import Case, CaseEvent
from audit.lifecycle.vocabulary import Action, Group, Status
from tests.counting import statements
from tests.factory import World

ODD = {"visited_on": "2026-07-08", "weight_kg": 8.4, "height_cm": 71, "position": "lying"}


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def followed(world: World, group: Group = Group.BALITA) -> Case:
    case = world.case_at(Status.FOLLOW_UP, group)
    world.pass_days(2)
    return case


def record(world: World, case: Case, given: dict[str, Any], confirmed: str | None = "", by: str = "bidan.arjasa") -> CaseEvent:
    person = world.people[by]
    return perform(world.session, case.id, Action.RECORD_VISIT, by=person, at=world.at, given=given, confirmed_doubts=confirmed)


def doubts(world: World, case: Case, given: dict[str, Any], confirmed: str = "") -> Doubted:
    with pytest.raises(Doubted) as raised:
        record(world, case, given, confirmed)
    return raised.value


def test_who_can_be_asked_is_asked_until_the_stamp_of_these_numbers_comes_along(world: World) -> None:
    case = followed(world)
    asked = doubts(world, case, ODD)
    assert {(p.place, p.value, p.code) for p in asked.problems} == {("height_cm", "71", "measure_again")}
    assert doubts(world, case, {**ODD, "weight_kg": 8.5}, asked.stamp).stamp != asked.stamp
    with_note = {**ODD, "height_cm": "71,0", "note": "Anak ceria"}
    assert record(world, case, with_note, asked.stamp).details["measurement"], "the same number written otherwise, and a note is no number"


def test_where_nobody_can_be_asked_the_measurement_is_kept_as_it_is(world: World) -> None:
    case = followed(world)
    assert record(world, case, ODD, None).details["measurement"]


def test_a_visit_without_a_measurement_or_with_a_likely_one_is_not_asked_about(world: World) -> None:
    for given in ({"visited_on": "2026-07-08", "note": "Anak tidur"}, {**ODD, "height_cm": 75.2}):
        assert record(world, followed(world), given)


def test_a_woman_who_lost_a_tenth_of_her_weight_is_asked_about_too(world: World) -> None:
    [problem] = doubts(world, followed(world, Group.BUMIL), {"visited_on": "2026-07-08", "weight_kg": 39}).problems
    assert problem.place == "weight_kg" and "Berat turun 5,0 kg" in problem.message


@pytest.mark.parametrize(
    ("given", "by", "why"),
    [
        ({"muac_cm": 99}, "bidan.arjasa", Problems),
        ({"visited_on": "2026-07-09"}, "bidan.arjasa", Problems),
        ({"weight_kg": 88}, "bidan.arjasa", Problems),
        ({}, "sekretariat", Refused),
        ({}, "bidan.silo", Refused),
    ],
)
def test_what_is_refused_anyway_is_refused_first(world: World, given: dict[str, Any], by: str, why: type[Refused]) -> None:
    case = followed(world)
    with pytest.raises(why) as raised:
        record(world, case, {**ODD, **given}, by=by)
    assert type(raised.value) is why


def test_a_day_that_has_its_visit_is_refused_before_its_numbers_are_doubted(world: World) -> None:
    case = followed(world)
    record(world, case, {**ODD, "height_cm": 75.2})
    with pytest.raises(Refused, match="sudah dicatat") as raised:
        record(world, case, ODD)
    assert not isinstance(raised.value, Doubted)


def test_nothing_is_written_when_it_is_asked_back(world: World) -> None:
    case = followed(world)
    world.session.flush()
    with statements(world.session.get_bind()) as sent:
        doubts(world, case, ODD)
    assert sent and not [one for one in sent if one.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert not world.session.new and not world.session.dirty
