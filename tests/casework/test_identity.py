"""Opening the identity behind a case: who may, what is written, how long it lasts, and whose forms it leaves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from audit.errors import Refused, Stale
from audit.forms import Problems
from audit.lifecycle.vocabulary import Action, Status
from audit.steps.identify.queries import cases_opened_by
from tests.factory import World


def test_an_opening_is_in_the_history_and_ends_by_itself(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.SELECTED)
    event = world.do(case, Action.OPEN_IDENTITY, "bidan.arjasa", {"reason": "visit"})
    assert event.details["reason"] == "visit" and event.from_status == event.to_status == Status.SELECTED
    midwife = world.people["bidan.arjasa"]
    assert list(cases_opened_by(session, midwife.id, at=world.at)) == [case.id]
    assert cases_opened_by(session, midwife.id, at=world.at + timedelta(hours=12)) == {}
    assert cases_opened_by(session, world.people["sekretariat"].id, at=world.at) == {}


@pytest.mark.parametrize("username", ["bidan.silo", "dr.anak", "ketua", "pimpinan", "perkim"])
def test_who_is_not_entitled_is_refused_and_nothing_is_written(session: Session, username: str) -> None:
    world = World(session)
    case = world.case_at(Status.SELECTED)
    before = case.version
    with pytest.raises(Refused):
        world.do(case, Action.OPEN_IDENTITY, username, {"reason": "visit"})
    assert case.version == before and cases_opened_by(session, world.people[username].id, at=world.at) == {}


@pytest.mark.parametrize("given", [{}, {"reason": "curious"}, {"reason": "other"}, {"reason": "other", "note": " "}])
def test_an_opening_wants_a_usable_reason(session: Session, given: dict[str, str]) -> None:
    world = World(session)
    case = world.case_at(Status.SELECTED)
    with pytest.raises(Problems):
        world.do(case, Action.OPEN_IDENTITY, "sekretariat", given)


def test_an_opening_makes_nobody_elses_form_out_of_date(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.READY)
    seen = case.version
    world.do(case, Action.OPEN_IDENTITY, "sekretariat", {"reason": "contact"})
    world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"}, seen_version=seen)
    with pytest.raises(Stale):
        world.do(case, Action.REOPEN, "sekretariat", seen_version=seen)
    with pytest.raises(Stale):
        world.do(case, Action.REOPEN, "sekretariat", seen_version=case.version + 1)
