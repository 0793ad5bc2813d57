"""What the review step looks up: seats, loads, what ties people to cases, and opinions and history as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from audit.lifecycle.access import PanelMatter, may_see_event, may_see_of_panel
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, CaseEvent
from audit.lifecycle.vocabulary import Action, Status
from audit.people.roles import Person
from audit.steps.review.rules import Absence, CaseTies, Declared
from audit.steps.review.tables import Assignment, ConflictDeclaration, Opinion, OpinionDraft, PanelComment, Unavailability

_ROUND = CaseEvent.details["round"].as_integer()
_CONTACTS = {
    Action.SUBMIT_WORKSHEET: "mengisi kertas kerjanya",
    Action.RECORD_VISIT: "mengunjunginya",
    Action.NAME_PERSON_IN_CHARGE: "menjadi penanggung jawab kasusnya",
}
"""Moves that make somebody a patient's own worker."""


def seat(session: Session, case_id: int, person_id: int) -> Assignment | None:
    """A person's seat on a case, recused or not."""
    return session.scalar(select(Assignment).where(Assignment.case_id == case_id, Assignment.person_id == person_id))


def load_of_experts(session: Session, cycle_id: int) -> Mapping[int, int]:
    """Person id -> number of cases of the cycle on which they sit, withdrawn ones left out; one statement."""
    loads = session.execute(
        select(Assignment.person_id, func.count())
        .join(Case, Case.id == Assignment.case_id)
        .where(Case.cycle_id == cycle_id, Case.status != Status.WITHDRAWN, Assignment.recused_at.is_(None))
        .group_by(Assignment.person_id)
    )
    return {person_id: count for person_id, count in loads}  # noqa: C416 - a Row is a tuple only at run time


def ties_of_cases(session: Session, case_ids: Iterable[int]) -> dict[int, CaseTies]:
    """Case id -> what a conflict of interest is measured against; three statements. Who had to do with a subject is asked of its history,
    in this cycle and in every one before.
    """
    cases = list(session.scalars(select(Case).where(Case.id.in_(list(case_ids)))))
    declared = [Declared(d.person_id, d.kind, d.value) for d in session.scalars(standing_conflicts())]
    earlier = aliased(Case)
    events = session.execute(
        select(Case.id, CaseEvent.action, CaseEvent.by_id, CaseEvent.details)
        .join(earlier, earlier.subject_id == Case.subject_id)
        .join(CaseEvent, CaseEvent.case_id == earlier.id)
        .where(Case.id.in_([case.id for case in cases]), CaseEvent.action.in_(_CONTACTS))
    )
    contacts: dict[int, dict[int, str]] = {case.id: {} for case in cases}
    for case_id, action, by_id, details in events:
        person_id = details["person"] if action == Action.NAME_PERSON_IN_CHARGE else by_id
        contacts[case_id].setdefault(person_id, _CONTACTS[Action(action)])
    return {case.id: CaseTies(case.number, case.puskesmas, case.desa_code, contacts[case.id], declared) for case in cases}


def standing_conflicts(person_id: int | None = None) -> Select[ConflictDeclaration]:
    """The declared conflicts of interest that hold (of one person, when given), in the order they were declared."""
    rows = select(ConflictDeclaration).where(ConflictDeclaration.withdrawn_at.is_(None)).order_by(ConflictDeclaration.id)
    return rows if person_id is None else rows.where(ConflictDeclaration.person_id == person_id)


def standing_absences(*, on: date, person_id: int | None = None) -> Select[Unavailability]:
    """The absences that hold and are not over on the day `on` (of one person, when given), the earliest first."""
    rows = (
        select(Unavailability)
        .where(Unavailability.withdrawn_at.is_(None), Unavailability.to_on >= on)
        .order_by(Unavailability.from_on, Unavailability.id)
    )
    return rows if person_id is None else rows.where(Unavailability.person_id == person_id)


def absences_by_person(session: Session, *, on: date) -> dict[int, list[Absence]]:
    """Person id -> their absences that are not over on the day `on`; one statement."""
    found: dict[int, list[Absence]] = {}
    for row in session.scalars(standing_absences(on=on)):
        found.setdefault(row.person_id, []).append(Absence(row.from_on, row.to_on))
    return found


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


def opinions_seen_by(session: Session, facts: CaseFacts, reader: Person, *, closed: Collection[int | None] | None = None) -> list[Opinion]:
    """The opinions of the current round that this reader may see now: their own, and for panel and secretariat all when it is closed.

    closed: the rounds whose review was closed, from who knows them already (`closed_in`); None: they are asked for.
    """
    is_unsealed = facts.round in (closed_rounds(session, facts.case_id) if closed is None else closed)
    opinions = session.scalars(_OPINIONS, {"case_id": facts.case_id, "round": facts.round})
    return [o for o in opinions if may_see_of_panel(facts, reader, PanelMatter.OPINION, author_id=o.person_id, is_unsealed=is_unsealed)]


def answers_seen_by(
    session: Session, facts: CaseFacts, reader: Person, *, closed: Collection[int | None] | None = None
) -> dict[int, bool | None]:
    """Person id -> whether this seat of the panel has answered, as far as the reader may know; None: they may not know.

    closed: as in `opinions_seen_by`.
    """
    is_unsealed = facts.round in (closed_rounds(session, facts.case_id) if closed is None else closed)
    return {
        seat.person_id: seat.has_answered
        if may_see_of_panel(facts, reader, PanelMatter.ANSWER, author_id=seat.person_id, is_unsealed=is_unsealed)
        else None
        for seat in facts.panel
    }


def comments_seen_by(session: Session, facts: CaseFacts, reader: Person) -> list[PanelComment]:
    """The discussion of the current round as far as this reader may see it, in the order it was written."""
    is_unsealed = facts.round in closed_rounds(session, facts.case_id)
    comments = session.scalars(
        select(PanelComment).where(PanelComment.case_id == facts.case_id, PanelComment.round == facts.round).order_by(PanelComment.id)
    )
    return [c for c in comments if may_see_of_panel(facts, reader, PanelMatter.COMMENT, author_id=c.person_id, is_unsealed=is_unsealed)]


def events_seen_by(session: Session, facts: CaseFacts, reader: Person) -> list[CaseEvent]:
    """The history of a case as this reader may see it, oldest first; one statement. Gaps in its numbers are what they may not see yet."""
    events = list(session.scalars(_EVENTS, {"case_id": facts.case_id}))
    closed = closed_in(events)
    return [
        event
        for event in events
        if may_see_event(
            facts,
            reader,
            event.action,
            by_id=event.by_id,
            about_id=event.details.get("expert") if event.action == Action.ENTER_OPINION else None,
            is_unsealed=event.details.get("round") in closed,
        )
    ]


# Put together once, for pages that are asked for all day: that costs as much as asking.
_EVENTS = select(CaseEvent).where(CaseEvent.case_id == bindparam("case_id")).order_by(CaseEvent.seq)
_OPINIONS = select(Opinion).where(Opinion.case_id == bindparam("case_id"), Opinion.round == bindparam("round")).order_by(Opinion.id)


def closed_in(events: Iterable[CaseEvent]) -> frozenset[int | None]:
    """The rounds of a case whose review was closed, from its history; whoever sees the whole case sees every closing."""
    return frozenset(event.details.get("round") for event in events if event.action == Action.CLOSE_REVIEW)


def closed_rounds(session: Session, case_id: int) -> frozenset[int]:
    """The rounds of a case whose review was closed; one statement.

    Asked of the history: a case that was withdrawn during its review keeps its opinions sealed.
    """
    events = select(_ROUND).where(CaseEvent.action == Action.CLOSE_REVIEW, CaseEvent.case_id == case_id)
    return frozenset(session.scalars(events))


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
