"""What of a panel is seen by whom and when: every role, every matter, before and after the round is closed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.lifecycle.access import PanelMatter, may_see_event, may_see_of_panel
from audit.lifecycle.vocabulary import Action
from audit.people.roles import SYSTEM, Person, Role
from tests.spec.lifecycle.test_guards import ACTION, CASE, DIETITIAN, DOCTOR, GONE

FACTS = replace(CASE, panel=(DOCTOR, DIETITIAN), actions=(ACTION,), round=1)
WITHOUT_DOCTOR = replace(FACTS, panel=(GONE, DIETITIAN))
DOCTOR_ID, DIETITIAN_ID = DOCTOR.person_id, DIETITIAN.person_id


def person(*roles: Role, number: int = 9) -> Person:
    return Person(number, "x", "X", frozenset(roles), areas=("35.09.22",), agency="perkim")


WORDS = (PanelMatter.OPINION, PanelMatter.COMMENT, PanelMatter.PROPOSAL, PanelMatter.VOTE)
# of the dietitian: words and the answer before the round is closed, words and the answer after
SIGHT: dict[str, tuple[Person, tuple[bool, bool, bool, bool]]] = {
    "the author": (person(Role.EXPERT, number=DIETITIAN_ID), (True, True, True, True)),
    "a colleague on the panel": (person(Role.EXPERT, number=DOCTOR_ID), (False, False, True, True)),
    "a colleague who also leads the office": (person(Role.EXPERT, Role.LEADER, number=DOCTOR_ID), (False, False, True, True)),
    "a colleague who also is the secretary": (person(Role.EXPERT, Role.SECRETARY, number=DOCTOR_ID), (False, False, True, True)),
    "an expert of another case": (person(Role.EXPERT, number=7), (False, False, False, False)),
    "the secretariat": (person(Role.SECRETARY), (False, True, True, True)),
    "the system": (SYSTEM, (False, True, True, True)),
    "the chair": (person(Role.CHAIR), (False, True, False, True)),
    "the leadership": (person(Role.LEADER), (False, True, False, True)),
    "a field worker of the area": (person(Role.FIELD), (False, True, False, True)),
    "an agency with an action": (person(Role.AGENCY), (False, False, False, False)),
    "nobody": (person(), (False, False, False, False)),
}


@pytest.mark.parametrize("what", WORDS)
@pytest.mark.parametrize("who", SIGHT)
def test_words_of_the_panel(who: str, what: PanelMatter) -> None:
    reader, (sealed, _, unsealed, _) = SIGHT[who]
    assert may_see_of_panel(FACTS, reader, what, author_id=DIETITIAN_ID, is_unsealed=False) is sealed
    assert may_see_of_panel(FACTS, reader, what, author_id=DIETITIAN_ID, is_unsealed=True) is unsealed


@pytest.mark.parametrize("who", SIGHT)
def test_that_somebody_answered(who: str) -> None:
    reader, (_, before, _, after) = SIGHT[who]
    for is_unsealed, expected in ((False, before), (True, after)):
        assert may_see_of_panel(FACTS, reader, PanelMatter.ANSWER, author_id=DIETITIAN_ID, is_unsealed=is_unsealed) is expected
        told = may_see_event(FACTS, reader, Action.SUBMIT_OPINION, by_id=DIETITIAN_ID, is_unsealed=is_unsealed)
        entered = may_see_event(FACTS, reader, Action.ENTER_OPINION, by_id=1, about_id=DIETITIAN_ID, is_unsealed=is_unsealed)
        assert told is entered is expected


@pytest.mark.parametrize("what", PanelMatter)
@pytest.mark.parametrize("also", [(), (Role.FIELD,), (Role.LEADER,), (Role.CHAIR,), (Role.AGENCY,)])
def test_who_stepped_back_sees_nothing_not_even_their_own(also: tuple[Role, ...], what: PanelMatter) -> None:
    gone = person(Role.EXPERT, *also, number=DOCTOR_ID)
    for author in (DOCTOR_ID, DIETITIAN_ID):
        assert not may_see_of_panel(WITHOUT_DOCTOR, gone, what, author_id=author, is_unsealed=True)
    assert not any(may_see_event(WITHOUT_DOCTOR, gone, action, by_id=DOCTOR_ID, is_unsealed=True) for action in Action)


def test_a_secretary_who_stepped_back_from_the_panel_keeps_what_a_secretary_sees() -> None:
    both = person(Role.EXPERT, Role.SECRETARY, number=DOCTOR_ID)
    assert may_see_of_panel(WITHOUT_DOCTOR, both, PanelMatter.OPINION, author_id=DIETITIAN_ID, is_unsealed=True)
    assert not may_see_of_panel(WITHOUT_DOCTOR, both, PanelMatter.OPINION, author_id=DIETITIAN_ID, is_unsealed=False)


@pytest.mark.parametrize("action", [Action.COMMENT, Action.PROPOSE_CONSENSUS, Action.VOTE])
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("a colleague on the panel", True),
        ("the secretariat", True),
        ("the chair", True),
        ("the leadership", True),
        ("an expert of another case", False),
        ("a field worker of the area", False),
        ("an agency with an action", False),
    ],
)
def test_that_a_panel_discusses_is_its_own_affair(who: str, sees: bool, action: Action) -> None:
    assert may_see_event(FACTS, SIGHT[who][0], action, by_id=DIETITIAN_ID, is_unsealed=True) is sees


def test_who_entered_an_opinion_for_somebody_sees_that_they_did() -> None:
    both = person(Role.EXPERT, Role.SECRETARY, number=DOCTOR_ID)
    assert may_see_event(FACTS, both, Action.ENTER_OPINION, by_id=DOCTOR_ID, about_id=DIETITIAN_ID)
    assert not may_see_event(FACTS, both, Action.ENTER_OPINION, by_id=1, about_id=DIETITIAN_ID)


@pytest.mark.parametrize("action", Action)
def test_an_agency_is_told_what_becomes_of_the_plan_and_nothing_of_the_child(action: Action) -> None:
    owner = SIGHT["an agency with an action"][0]
    told = {
        Action.APPROVE_PLAN, Action.START_FOLLOW_UP, Action.REPORT_PROGRESS, Action.CONFIRM_ACTION, Action.ESCALATE,
        Action.EVALUATE, Action.CARRY_OVER, Action.WITHDRAW, Action.REOPEN,
    }  # fmt: skip
    assert may_see_event(FACTS, owner, action, by_id=1, is_unsealed=True) is (action in told)
