"""An opinion on paper: a form that was read waits until it is confirmed, by the expert or for them, and stays sealed all the while."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.casework.drafts import check_handed_in, confirm_opinion, keep_returned_opinion, waiting_forms
from audit.casework.facts import gather
from audit.casework.worklists import offers
from audit.errors import Refused
from audit.forms import Problems
from audit.lifecycle.tables import Case, Outbox
from audit.lifecycle.vocabulary import Action, Status
from audit.steps.review.queries import opinions_seen_by
from audit.steps.review.tables import Opinion, OpinionDraft
from audit.store.canonical import sha256_hex
from audit.store.files import Files
from audit.store.sealed import Keyring
from tests.factory import OPINION, World

RETURNED = b"%PDF- the form as it came back"
FILE = sha256_hex(RETURNED)


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


@pytest.fixture
def files(tmp_path: Path, keyring: Keyring) -> Files:
    return Files(tmp_path / "berkas", keyring)


@pytest.fixture
def case(world: World) -> Case:
    return world.case_at(Status.UNDER_REVIEW)


def hand_in(
    world: World, files: Files, case: Case, expert: str, by: str, given: Mapping[str, Any] = OPINION, *, form_round: int = 1
) -> OpinionDraft:
    """A form read for a case, as `aks opinion read` does it once the file is known to be good."""
    person = world.people[by]
    taken = check_handed_in(world.session, case_number=case.number, expert=expert, form_round=form_round, by=person, at=world.at)
    return keep_returned_opinion(world.session, files, taken, given, returned=RETURNED, by=person, at=world.at)


def confirm(world: World, case: Case, expert: str, by: str) -> Any:
    return confirm_opinion(world.session, world.facts(case), expert=world.people[expert], by=world.people[by], at=world.at)


def refused_code(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reasons[0].code


def test_the_secretariat_enters_what_was_read_and_the_history_says_who_and_from_which_form(world: World, files: Files, case: Case) -> None:
    hand_in(world, files, case, "gizi", "sekretariat")
    world.pass_days(1)
    event = confirm(world, case, "gizi", "sekretariat")
    (opinion,) = world.session.scalars(select(Opinion))
    assert (event.action, event.by_id) == ("enter-opinion", world.people["sekretariat"].id)
    assert (opinion.person_id, opinion.discipline, opinion.round, opinion.content) == (world.people["gizi"].id, "nutrition", 1, OPINION)
    assert event.details["expert"] == world.people["gizi"].id and event.details["form"] == FILE
    assert len(event.details["answers"]) == 64 and "protein" not in str(event.details)
    assert world.session.scalars(select(OpinionDraft)).all() == [], "a confirmed form still waits"
    told = world.session.scalars(select(Outbox).where(Outbox.action == "enter-opinion")).all()
    assert [notice.role for notice in told] == ["expert"]


def test_the_expert_submits_what_was_read_as_if_it_had_been_typed(world: World, files: Files, case: Case) -> None:
    hand_in(world, files, case, "gizi", "gizi")
    event = confirm(world, case, "gizi", "gizi")
    assert (event.action, event.by_id) == ("submit-opinion", world.people["gizi"].id)
    assert world.session.scalars(select(OpinionDraft)).all() == []


def test_an_opinion_entered_from_paper_stays_sealed_and_counts_for_the_quorum(world: World, files: Files, case: Case) -> None:
    for expert in ("gizi", "dr.anak"):
        hand_in(world, files, case, expert, "sekretariat")
        confirm(world, case, expert, "sekretariat")
    facts = world.facts(case)
    for reader in ("sekretariat", "ketua", "dr.anak"):
        seen = {o.person_id for o in opinions_seen_by(world.session, facts, world.people[reader])}
        assert seen <= {world.people[reader].id}
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    assert case.status == Status.REVIEWED


def test_the_secretariat_sees_that_a_form_was_read_and_only_its_author_what_it_says(world: World, files: Files, case: Case) -> None:
    hand_in(world, files, case, "gizi", "sekretariat")
    facts = world.facts(case)
    (for_office,) = waiting_forms(world.session, facts, world.people["sekretariat"])
    (for_author,) = waiting_forms(world.session, facts, world.people["gizi"])
    assert for_office.content is None and set(for_office.answered) == set(OPINION) and for_office.read_by == "sekretariat"
    assert for_author.content == OPINION
    for other in ("dr.anak", "ketua", "bidan.arjasa"):
        assert waiting_forms(world.session, facts, world.people[other]) == []


def test_a_form_read_again_replaces_the_one_before_until_it_is_confirmed(world: World, files: Files, case: Case) -> None:
    hand_in(world, files, case, "gizi", "sekretariat")
    hand_in(world, files, case, "gizi", "gizi", {**OPINION, "summary": "Diperbaiki."})
    (draft,) = world.session.scalars(select(OpinionDraft))
    assert draft.content["summary"] == "Diperbaiki." and draft.read_by_id == world.people["gizi"].id
    confirm(world, case, "gizi", "sekretariat")
    assert refused_code(lambda: hand_in(world, files, case, "gizi", "gizi")) == "already_answered"


@pytest.mark.parametrize(("by", "told"), [("gizi", "poverty"), ("sekretariat", "")])
def test_answers_that_cannot_be_used_are_not_kept_and_quoted_to_their_author_only(
    world: World, files: Files, case: Case, by: str, told: str
) -> None:
    with pytest.raises(Problems) as refused:
        hand_in(world, files, case, "gizi", by, {**OPINION, "main_cause": "poverty"})
    assert [(p.place, p.value) for p in refused.value.problems] == [("main_cause", told)]
    assert world.session.scalars(select(OpinionDraft)).all() == [] and not files.has(FILE)


def test_whoever_may_not_hand_in_is_told_why(world: World, files: Files, case: Case) -> None:
    assert refused_code(lambda: hand_in(world, files, case, "gizi", "dr.anak")) == "wrong_expert"
    assert refused_code(lambda: hand_in(world, files, case, "gizi", "ketua")) == "wrong_expert"
    assert refused_code(lambda: hand_in(world, files, case, "gizi2", "sekretariat")) == "not_seated"
    assert refused_code(lambda: hand_in(world, files, case, "gizi", "sekretariat", form_round=2)) == "wrong_round"
    world.do(case, Action.RECUSE, "gizi", {"reason": "Cuti"})
    assert refused_code(lambda: hand_in(world, files, case, "gizi", "gizi")) == "recused"
    with pytest.raises(Refused) as unknown:
        check_handed_in(
            world.session, case_number="AKS-3509-2026-2-999", expert="gizi", form_round=1, by=world.people["gizi"], at=world.at
        )  # fmt: skip
    assert unknown.value.reasons[0].code == "unknown_case"


def test_a_case_that_is_not_under_review_and_a_closed_cycle_take_no_form(world: World, files: Files, case: Case) -> None:
    world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    assert refused_code(lambda: hand_in(world, files, case, "gizi", "sekretariat")) == "not_under_review"
    world.cycle.closed_at = world.at
    world.session.flush()
    assert refused_code(lambda: hand_in(world, files, case, "gizi", "sekretariat")) == "wrong_cycle"


def test_a_new_round_makes_a_waiting_form_stale_and_it_is_gone_with_the_next_opinion(world: World, files: Files, case: Case) -> None:
    hand_in(world, files, case, "gizi", "sekretariat")
    world.do(case, Action.ASK_FOR_DATA, "dr.anak", {"note": "Mantoux?"})
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"illness_notes": "Negatif"})
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "c" * 64, "pdf_sha256": "d" * 64})
    world.do(case, Action.OPEN_REVIEW, "sistem")
    assert not any(seat.has_draft for seat in world.facts(case).seats)
    assert [one.is_stale for one in waiting_forms(world.session, world.facts(case), world.people["sekretariat"])] == [True]
    assert refused_code(lambda: confirm(world, case, "gizi", "sekretariat")) == "no_draft"
    assert refused_code(lambda: confirm(world, case, "gizi", "gizi")) == "stale_draft"
    world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    assert world.session.scalars(select(OpinionDraft)).all() == []


@pytest.mark.parametrize("person", ["ketua", "dr.anak", "bidan.arjasa", "sistem"])
def test_only_the_secretariat_enters_for_others(world: World, files: Files, case: Case, person: str) -> None:
    hand_in(world, files, case, "gizi", "sekretariat")
    assert refused_code(lambda: world.do(case, Action.ENTER_OPINION, person, {"expert": "gizi"})) == "wrong_role"


def test_entering_needs_a_form_of_that_very_expert(world: World, files: Files, case: Case) -> None:
    offered = {o.row.action: [r.code for r in o.refusals] for o in offers(world.facts(case), world.people["sekretariat"])}
    assert offered[Action.ENTER_OPINION] == ["no_draft"]
    assert refused_code(lambda: world.do(case, Action.ENTER_OPINION, "sekretariat", {"expert": "gizi"})) == "no_draft"
    hand_in(world, files, case, "gizi", "sekretariat")
    assert refused_code(lambda: world.do(case, Action.ENTER_OPINION, "sekretariat", {"expert": "dr.anak"})) == "no_draft"
    assert refused_code(lambda: world.do(case, Action.ENTER_OPINION, "sekretariat", {})) == "required"
    world.do(case, Action.RECUSE, "gizi", {"reason": "Cuti"})
    assert refused_code(lambda: world.do(case, Action.ENTER_OPINION, "sekretariat", {"expert": "gizi"})) == "no_draft"


def test_a_waiting_form_and_an_answer_are_told_apart_for_every_seat(world: World, files: Files, case: Case) -> None:
    hand_in(world, files, case, "gizi", "sekretariat")
    world.do(case, Action.SUBMIT_OPINION, "dr.anak", OPINION)
    facts = gather(world.session, select(Case.id), on=world.on)[case.id]
    names = {p.id: u for u, p in world.people.items()}
    assert {names[s.person_id]: (s.has_draft, s.has_answered) for s in facts.seats} == {"gizi": (True, False), "dr.anak": (False, True)}
