"""What the recommend step looks up: proposals and votes as far as the reader may see them, consensus, recommendations, the current plan."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from audit.lifecycle.access import PanelMatter, may_see_of_panel
from audit.lifecycle.facts import CaseFacts
from audit.people.roles import Person
from audit.steps.recommend.tables import Consensus, ConsensusProposal, Recommendation, RtlAction, Vote
from audit.steps.review.queries import closed_rounds


def consensus_of(session: Session, case_id: int, round: int) -> Consensus | None:
    """The consensus on one round of a case."""
    return session.scalar(_CONSENSUS, {"case_id": case_id, "round": round})


def recommendations_of(session: Session, case_id: int, round: int) -> list[Recommendation]:
    """The recommendations of one round, by number."""
    return list(
        session.scalars(
            select(Recommendation).where(Recommendation.case_id == case_id, Recommendation.round == round).order_by(Recommendation.number)
        )
    )


def current_actions(session: Session, case_ids: Iterable[int]) -> list[RtlAction]:
    """The rows of the current plans of the cases, by case and number; one statement."""
    return list(session.scalars(_ACTIONS, {"case_ids": list(case_ids)}))


# Put together once, for pages that are asked for all day: that costs as much as asking.
_CONSENSUS = select(Consensus).where(Consensus.case_id == bindparam("case_id"), Consensus.round == bindparam("round"))
_ACTIONS = (
    select(RtlAction)
    .where(RtlAction.case_id.in_(bindparam("case_ids", expanding=True)), RtlAction.superseded_at.is_(None))
    .order_by(RtlAction.case_id, RtlAction.number)
)


def standing_proposal(session: Session, case_id: int, round: int) -> ConsensusProposal | None:
    """The consensus that stands proposed to the panel on one round; None when none was proposed."""
    return session.scalar(
        select(ConsensusProposal).where(
            ConsensusProposal.case_id == case_id, ConsensusProposal.round == round, ConsensusProposal.superseded_at.is_(None)
        )
    )


def votes_on(session: Session, proposal_id: int) -> list[Vote]:
    """The votes on one proposal, in the order they were first given. For the door; a person reads `votes_seen_by`."""
    return list(session.scalars(select(Vote).where(Vote.proposal_id == proposal_id).order_by(Vote.id)))


def proposal_seen_by(session: Session, facts: CaseFacts, reader: Person) -> ConsensusProposal | None:
    """The standing proposal on the current round, if there is one and this reader may see it."""
    proposal = standing_proposal(session, facts.case_id, facts.round)
    if proposal is None:
        return None
    is_unsealed = facts.round in closed_rounds(session, facts.case_id)
    author = proposal.proposed_by_id
    return proposal if may_see_of_panel(facts, reader, PanelMatter.PROPOSAL, author_id=author, is_unsealed=is_unsealed) else None


def votes_seen_by(session: Session, facts: CaseFacts, reader: Person) -> list[Vote]:
    """The votes on the standing proposal of the current round that this reader may see, in the order they were first given."""
    proposal = standing_proposal(session, facts.case_id, facts.round)
    if proposal is None:
        return []
    is_unsealed = facts.round in closed_rounds(session, facts.case_id)
    return [
        vote
        for vote in votes_on(session, proposal.id)
        if may_see_of_panel(facts, reader, PanelMatter.VOTE, author_id=vote.person_id, is_unsealed=is_unsealed)
    ]
