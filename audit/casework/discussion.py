"""The discussion of a panel as one reader may see it: comments, the proposal, the votes, what a record would start from. No moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from audit.lifecycle.facts import CaseFacts
from audit.people.directory import people_by_id
from audit.people.roles import Person
from audit.steps.recommend.queries import proposal_seen_by, votes_seen_by
from audit.steps.recommend.tables import ConsensusProposal
from audit.steps.review.queries import comments_seen_by


@dataclass(frozen=True, slots=True)
class Said:
    """One comment. by_id: so that a page may tell the reader's own."""

    by_id: int
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class CastVote:
    """One vote on the standing proposal. text: the dissenting words, None when there are none."""

    by_id: int
    by: str
    at: datetime
    agrees: bool
    text: str | None


@dataclass(frozen=True, slots=True)
class Discussion:
    """proposal: the answers of the consensus form that stand proposed, None when there are none. waiting_for: seats without a vote.

    Empty for who may not see it; nothing tells an empty discussion from a hidden one.
    """

    comments: tuple[Said, ...]
    proposal: Mapping[str, Any] | None
    proposed_by: str
    proposed_at: datetime | None
    votes: tuple[CastVote, ...]
    waiting_for: tuple[str, ...]


def discussion_of(session: Session, facts: CaseFacts, reader: Person) -> Discussion:
    """The discussion of the current round as this reader may see it; eight statements."""
    comments, votes = comments_seen_by(session, facts, reader), votes_seen_by(session, facts, reader)
    proposal = proposal_seen_by(session, facts, reader)
    ids = {c.person_id for c in comments} | {v.person_id for v in votes} | {seat.person_id for seat in facts.seats}
    names = people_by_id(session, ids | ({proposal.proposed_by_id} if proposal else set()))
    voted = {vote.person_id for vote in votes}
    return Discussion(
        comments=tuple(Said(c.person_id, names[c.person_id].name, c.at, c.text) for c in comments),
        proposal=proposal.content if proposal else None,
        proposed_by=names[proposal.proposed_by_id].name if proposal else "",
        proposed_at=proposal.proposed_at if proposal else None,
        votes=tuple(
            CastVote(v.person_id, names[v.person_id].name, v.voted_at, v.content["vote"] == "agree", v.content.get("text")) for v in votes
        ),
        waiting_for=tuple(names[seat.person_id].name for seat in facts.seats if proposal and seat.person_id not in voted),
    )


def consensus_to_record(session: Session, facts: CaseFacts, reader: Person) -> dict[str, Any]:
    """The answers a form for recording starts from: the standing proposal, or nothing. Dissent is not among them: it comes by votes."""
    proposal: ConsensusProposal | None = proposal_seen_by(session, facts, reader)
    return dict(proposal.content) if proposal else {}
