"""The panel talks after its opinions are open: comments, a proposal, votes; who disagreed stands in the consensus in their own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from audit.casework.discussion import consensus_to_record, discussion_of
from audit.errors import Refused
from audit.forms import Problems
from audit.lifecycle.tables import Case, CaseEvent
from audit.lifecycle.vocabulary import Action, Status
from audit.steps.recommend.queries import consensus_of
from audit.steps.recommend.tables import ConsensusProposal, Vote
from audit.steps.review.tables import PanelComment
from tests.factory import CONSENSUS, OPINION, World

DISAGREE = {"vote": "disagree", "text": "Sanitasi lebih menentukan"}
PROPOSED = {**CONSENSUS, "avoidability": "possible"}


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


@pytest.fixture
def case(world: World) -> Case:
    return world.case_at(Status.REVIEWED)


def refused_code(world: World, case: Case, action: Action, by: str, given: Mapping[str, Any] | None = None) -> str:
    before = (case.version, case.head_hash)
    with pytest.raises(Refused) as refused:
        world.do(case, action, by, given)
    assert (case.version, case.head_hash) == before
    return refused.value.reasons[0].code


@pytest.mark.parametrize("by", ["gizi", "dr.anak", "sekretariat"])
def test_the_panel_and_the_secretariat_comment_and_the_history_has_no_word_of_it(world: World, case: Case, by: str) -> None:
    happened = world.do(case, Action.COMMENT, by, {"text": "Selera makan belum dinilai"})
    (comment,) = world.session.scalars(select(PanelComment))
    assert (comment.text, comment.person_id, comment.round) == ("Selera makan belum dinilai", world.people[by].id, 1)
    assert case.status == Status.REVIEWED and "makan" not in str(happened.details)


def test_who_does_not_belong_to_the_panel_does_not_comment_and_nobody_says_nothing(world: World, case: Case) -> None:
    assert refused_code(world, case, Action.COMMENT, "dr.anak2", {"text": "a"}) == "not_assigned"
    assert refused_code(world, case, Action.COMMENT, "ketua", {"text": "a"}) == "wrong_role"
    assert refused_code(world, case, Action.COMMENT, "gizi", {"text": " "}) == "required"
    assert refused_code(world, case, Action.COMMENT, "gizi", {"text": "a" * 2001}) == "too_long"


def test_nobody_comments_before_the_opinions_are_open(world: World) -> None:
    assert refused_code(world, world.case_at(Status.UNDER_REVIEW), Action.COMMENT, "gizi", {"text": "a"}) == "wrong_status"


def test_the_lead_proposes_and_a_new_proposal_has_no_votes(world: World, case: Case) -> None:
    world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak", CONSENSUS)
    world.do(case, Action.VOTE, "gizi", DISAGREE)
    world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak", PROPOSED)
    seen = discussion_of(world.session, world.facts(case), world.people["gizi"])
    assert seen.proposal is not None and seen.proposal["avoidability"] == "possible"
    assert seen.votes == () and seen.waiting_for == ("dr. Sasmita Adi, Sp.A", "Tutik Lestari, M.Gz")
    old, new = world.session.scalars(select(ConsensusProposal).order_by(ConsensusProposal.id))
    assert old.superseded_at is not None and new.superseded_at is None
    world.do(case, Action.RECORD_CONSENSUS, "dr.anak", CONSENSUS)
    consensus = consensus_of(world.session, case.id, 1)
    assert consensus is not None and consensus.dissent is None, "a vote on a proposal that was replaced became dissent"


def test_only_the_lead_proposes_and_every_wrong_answer_is_named(world: World, case: Case) -> None:
    assert refused_code(world, case, Action.PROPOSE_CONSENSUS, "gizi", CONSENSUS) == "not_lead"
    assert refused_code(world, case, Action.PROPOSE_CONSENSUS, "sekretariat", CONSENSUS) == "wrong_role"
    wrong = {**CONSENSUS, "main_cause": "worms", "avoidability": "mungkin", "recommendations": [], "dissent": []}
    with pytest.raises(Problems) as refused:
        world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak", wrong)
    assert {p.place for p in refused.value.problems} == {"avoidability", "recommendations", "dissent"}
    assert refused_code(world, case, Action.PROPOSE_CONSENSUS, "dr.anak", {**CONSENSUS, "main_cause": "worms"}) == "not_among_causes"


def test_a_vote_may_be_changed_and_counts_once(world: World, case: Case) -> None:
    world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak", CONSENSUS)
    happened = world.do(case, Action.VOTE, "gizi", DISAGREE)
    assert "disagree" not in str(happened.details) and "Sanitasi" not in str(happened.details)
    world.do(case, Action.VOTE, "gizi", {"vote": "Setuju"})
    assert [one.content for one in world.session.scalars(select(Vote))] == [{"vote": "agree"}]
    (vote,) = discussion_of(world.session, world.facts(case), world.people["dr.anak"]).votes
    assert (vote.by, vote.agrees, vote.text) == ("Tutik Lestari, M.Gz", True, None)


def test_a_vote_needs_a_proposal_a_seat_and_words_for_a_no(world: World, case: Case) -> None:
    assert refused_code(world, case, Action.VOTE, "gizi", {"vote": "agree"}) == "no_proposal"
    world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak", CONSENSUS)
    assert refused_code(world, case, Action.VOTE, "dr.anak2", {"vote": "agree"}) == "not_assigned"
    assert refused_code(world, case, Action.VOTE, "sekretariat", {"vote": "agree"}) == "wrong_role"
    assert refused_code(world, case, Action.VOTE, "gizi", {"vote": "disagree"}) == "required"
    assert refused_code(world, case, Action.VOTE, "gizi", {"vote": "abstain"}) == "not_a_choice"
    assert world.session.scalars(select(Vote)).all() == []


def test_who_voted_against_dissents_in_their_own_words(world: World, case: Case) -> None:
    world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak", PROPOSED)
    world.do(case, Action.VOTE, "gizi", DISAGREE)
    given = consensus_to_record(world.session, world.facts(case), world.people["dr.anak"])
    other_words = {**given, "dissent": [{"expert": "gizi", "text": "Tidak ada"}]}
    assert refused_code(world, case, Action.RECORD_CONSENSUS, "dr.anak", other_words) == "said_by_vote"
    happened = world.do(case, Action.RECORD_CONSENSUS, "dr.anak", given)
    consensus = consensus_of(world.session, case.id, 1)
    assert consensus is not None and consensus.avoidability == "possible" and consensus.summary == CONSENSUS["summary"]
    assert consensus.dissent == [{"person_id": world.people["gizi"].id, "discipline": "nutrition", "text": DISAGREE["text"]}]
    assert happened.details["dissent"] == 1
    assert refused_code(world, case, Action.VOTE, "gizi", {"vote": "agree"}) == "wrong_status"


def test_dissent_written_down_by_the_lead_stands_beside_that_of_votes(world: World, case: Case) -> None:
    world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak", CONSENSUS)
    world.do(case, Action.VOTE, "gizi", DISAGREE)
    differing = [{"expert": "gizi", "text": DISAGREE["text"]}, {"expert": "dr.anak", "text": "Setuju dengan catatan"}]
    world.do(case, Action.RECORD_CONSENSUS, "dr.anak", {**CONSENSUS, "dissent": differing})
    consensus = consensus_of(world.session, case.id, 1)
    assert consensus is not None and [d["text"] for d in consensus.dissent or ()] == [DISAGREE["text"], "Setuju dengan catatan"]


def test_a_vote_against_is_enough_for_a_divided_panel(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.SUBMIT_OPINION, "dr.anak", {**OPINION, "avoidability": "likely"})
    world.do(case, Action.SUBMIT_OPINION, "gizi", {**OPINION, "main_cause": "sanitation"})
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    assert refused_code(world, case, Action.RECORD_CONSENSUS, "dr.anak", CONSENSUS) == "dissent_required"
    world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak", CONSENSUS)
    world.do(case, Action.VOTE, "gizi", DISAGREE)
    world.do(case, Action.RECORD_CONSENSUS, "dr.anak", CONSENSUS)
    consensus = consensus_of(world.session, case.id, 1)
    assert consensus is not None and consensus.agreement["avoidability"] == {"likely": 1} and consensus.avoidability is None


def test_a_comment_or_a_vote_does_not_make_the_leads_form_old_but_a_proposal_makes_a_voters(world: World, case: Case) -> None:
    seen = case.version
    world.do(case, Action.COMMENT, "gizi", {"text": "Setuju"})
    world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak", CONSENSUS, seen_version=seen)
    seen = case.version
    world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak", PROPOSED)
    with pytest.raises(Refused, match="sudah berubah"):
        world.do(case, Action.VOTE, "gizi", {"vote": "agree"}, seen_version=seen)


@pytest.mark.parametrize(
    ("reader", "sees"),
    [("gizi", True), ("dr.anak", True), ("sekretariat", True), ("sistem", True), ("dr.anak2", False), ("ketua", False)]
    + [(name, False) for name in ("pimpinan", "bidan.arjasa", "puskesmas")],
)
def test_the_discussion_is_for_the_panel_and_the_secretariat(world: World, case: Case, reader: str, sees: bool) -> None:
    world.do(case, Action.COMMENT, "gizi", {"text": "Selera makan"})
    world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak", CONSENSUS)
    world.do(case, Action.VOTE, "gizi", {"vote": "agree"})
    seen = discussion_of(world.session, world.facts(case), world.people[reader])
    assert [len(seen.comments), len(seen.votes), seen.proposal is not None, len(seen.waiting_for)] == [sees, sees, sees, sees]
    assert consensus_to_record(world.session, world.facts(case), world.people[reader]) == ({} if not sees else dict(CONSENSUS))


def test_a_new_round_begins_with_an_empty_discussion(world: World, case: Case) -> None:
    world.do(case, Action.COMMENT, "gizi", {"text": "Selera makan"})
    world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak", CONSENSUS)
    world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    world.do(case, Action.REOPEN, "sekretariat")
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "c" * 64, "pdf_sha256": "d" * 64})
    seen = discussion_of(world.session, world.facts(case), world.people["sekretariat"])
    assert (seen.comments, seen.proposal, world.facts(case).has_proposal) == ((), None, False)


def test_a_discussion_takes_as_many_statements_however_long_it_is(world: World, case: Case) -> None:
    world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak", CONSENSUS)
    counted: list[str] = []
    facts, reader = world.facts(case), world.people["gizi"]
    event.listen(world.session.get_bind(), "before_cursor_execute", lambda *args: counted.append(args[2]))
    discussion_of(world.session, facts, reader)
    few = len(counted)
    for n in range(5):
        world.do(case, Action.COMMENT, "gizi", {"text": f"Tanggapan {n}"})
    world.do(case, Action.VOTE, "gizi", {"vote": "agree"})
    world.do(case, Action.VOTE, "dr.anak", {"vote": "agree"})
    counted.clear()
    assert len(discussion_of(world.session, facts, reader).comments) == 5
    assert len(counted) == few == 8
    assert world.session.scalars(select(CaseEvent).where(CaseEvent.action == Action.COMMENT)).all()
