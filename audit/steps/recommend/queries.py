"""What the recommend step looks up: consensus, recommendations, and the current plan."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.steps.recommend.tables import Consensus, Recommendation, RtlAction


def consensus_of(session: Session, case_id: int, round: int) -> Consensus | None:
    """The consensus on one round of a case."""
    return session.scalar(select(Consensus).where(Consensus.case_id == case_id, Consensus.round == round))


def recommendations_of(session: Session, case_id: int, round: int) -> list[Recommendation]:
    """The recommendations of one round, by number."""
    return list(
        session.scalars(
            select(Recommendation).where(Recommendation.case_id == case_id, Recommendation.round == round).order_by(Recommendation.number)
        )
    )


def current_actions(session: Session, case_ids: Iterable[int]) -> list[RtlAction]:
    """The rows of the current plans of the cases, by case and number; one statement."""
    return list(
        session.scalars(
            select(RtlAction)
            .where(RtlAction.case_id.in_(list(case_ids)), RtlAction.superseded_at.is_(None))
            .order_by(RtlAction.case_id, RtlAction.number)
        )
    )
