"""What the review step looks up: seats, loads, and opinions as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from audit.lifecycle.access import may_see_opinions
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, CaseEvent
from audit.lifecycle.vocabulary import Action
from audit.people.roles import Person
from audit.steps.review.rules import may_read_opinion
from audit.steps.review.tables import Assignment, Opinion, OpinionDraft

_ROUND = CaseEvent.details["round"].as_integer()


def seat(session: Session, case_id: int, person_id: int) -> Assignment | None:
    """A person's seat on a case, recused or not."""
    return session.scalar(select(Assignment).where(Assignment.case_id == case_id, Assignment.person_id == person_id))


def load_of_experts(session: Session, cycle_id: int) -> Mapping[int, int]:
    """Person id -> number of cases of the cycle on which they sit; one statement."""
    loads = session.execute(
        select(Assignment.person_id, func.count())
        .join(Case, Case.id == Assignment.case_id)
        .where(Case.cycle_id == cycle_id, Assignment.recused_at.is_(None))
        .group_by(Assignment.person_id)
    )
    return {person_id: count for person_id, count in loads}  # noqa: C416 - a Row is a tuple only at run time


def opinions_of_round(session: Session, case_ids: Iterable[int]) -> dict[int, list[Opinion]]:
    """Case id -> opinions on the newest round whose review was closed, in the order they came; never a sealed one."""
    newest = _closed_rounds().subquery()
    found: dict[int, list[Opinion]] = {}
    for opinion in session.scalars(
        select(Opinion)
        .join(newest, (newest.c.case_id == Opinion.case_id) & (newest.c.round == Opinion.round))
        .where(Opinion.case_id.in_(list(case_ids)))
        .order_by(Opinion.case_id, Opinion.id)
    ):
        found.setdefault(opinion.case_id, []).append(opinion)
    return found


def opinions_seen_by(session: Session, facts: CaseFacts, reader: Person) -> list[Opinion]:
    """The opinions of the current round that this reader may see now: their own, and for panel and secretariat all when it is closed.

    Whether it was closed is asked of the history: a case that was withdrawn during its review keeps its opinions sealed.
    """
    closed = session.scalar(_closed_rounds().with_only_columns(func.max(_ROUND)).where(CaseEvent.case_id == facts.case_id))
    is_unsealed = closed == facts.round and may_see_opinions(facts, reader)
    opinions = session.scalars(select(Opinion).where(Opinion.case_id == facts.case_id, Opinion.round == facts.round).order_by(Opinion.id))
    return [o for o in opinions if may_read_opinion(author_id=o.person_id, reader_id=reader.id, is_unsealed=is_unsealed)]


def draft_of(session: Session, case_id: int, person_id: int) -> OpinionDraft | None:
    """The newest form of this expert that was read for the case and waits for confirmation; of an earlier round it is stale. None: none."""
    return session.scalar(
        select(OpinionDraft)
        .where(OpinionDraft.case_id == case_id, OpinionDraft.person_id == person_id)
        .order_by(OpinionDraft.round.desc())
        .limit(1)
    )


def drafts_of_case(session: Session, case_id: int) -> list[OpinionDraft]:
    """Every form read for the case that was not confirmed, the newest round first; one statement."""
    return list(
        session.scalars(
            select(OpinionDraft).where(OpinionDraft.case_id == case_id).order_by(OpinionDraft.round.desc(), OpinionDraft.person_id)
        )
    )


def _closed_rounds() -> Select[int, int]:
    """Case id and the newest round whose review was closed, for the cases that have one."""
    return (
        select(CaseEvent.case_id, func.max(_ROUND).label("round"))
        .where(CaseEvent.action == Action.CLOSE_REVIEW)
        .group_by(CaseEvent.case_id)
    )
