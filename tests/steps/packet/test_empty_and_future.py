"""A worksheet that says nothing, or was filled in tomorrow, is refused and leaves no event."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.forms import Problems
from audit.lifecycle.vocabulary import Action
from tests.factory import World


def test_a_worksheet_without_an_answer_is_refused(session: Session) -> None:
    world = World(session)
    case = world.open()
    with pytest.raises(Refused, match="Tidak ada isian yang dikirim"):
        world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"latrine": ""})
    assert case.version == 1


def test_a_visit_of_tomorrow_is_refused(session: Session) -> None:
    world = World(session)
    case = world.open()
    with pytest.raises(Problems, match="belum terjadi"):
        world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"visited_on": world.on + timedelta(days=1)})
    assert case.version == 1
