"""The facts of cases, for the guards: three statements, however many cases are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from audit.lifecycle.facts import AssignedExpert, CaseFacts, PlannedAction
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.lifecycle.vocabulary import QUIET_ACTIONS, Group, Status
from audit.people.roles import Discipline
from audit.steps.followup.tables import Visit
from audit.steps.packet.tables import Packet, Worksheet
from audit.steps.recommend.rules import REQUIRED_COLUMNS
from audit.steps.recommend.tables import ConsensusProposal, Recommendation, RtlAction
from audit.steps.review.tables import Assignment, Opinion, OpinionDraft


def gather(session: Session, cases: Select[int], *, on: date) -> dict[int, CaseFacts]:
    """Case id -> facts on the day `on`, for the cases whose ids `cases` selects, ordered by id. Takes 3 statements."""
    rows = session.execute(_case_rows(cases, on)).all()
    panels = _panels(session, cases)
    actions = _actions(session, cases)
    return {row.id: _facts(row, panels.get(row.id, ()), actions.get(row.id, ()), on) for row in rows}


def facts_of(session: Session, case_id: int, *, on: date) -> CaseFacts:
    """The facts of one case. Raises KeyError when there is no such case."""
    return gather(session, select(Case.id).where(Case.id == case_id), on=on)[case_id]


def _case_rows(cases: Select[int], on: date) -> Select[*tuple[Any, ...]]:
    newest = func.max(Packet.round).label("round")
    packets = select(Packet.case_id, newest).where(Packet.case_id.in_(cases)).group_by(Packet.case_id).subquery()
    visits = (
        select(
            Visit.case_id,
            func.count().label("planned"),
            func.count().filter(Visit.state == "done").label("done"),
            func.count().filter(and_(Visit.state == "planned", Visit.late_after < on)).label("overdue"),
            func.count(Visit.measurement_id).label("measured"),
        )
        .where(Visit.case_id.in_(cases))
        .group_by(Visit.case_id)
        .subquery()
    )
    current = and_(Recommendation.case_id == Case.id, Recommendation.round == packets.c.round)
    answered = exists().where(RtlAction.recommendation_id == Recommendation.id, RtlAction.superseded_at.is_(None))
    recommended = select(func.count()).select_from(Recommendation).where(current).correlate(Case, packets).scalar_subquery()
    unanswered = select(func.count()).select_from(Recommendation).where(current, ~answered).correlate(Case, packets).scalar_subquery()
    standing = and_(
        ConsensusProposal.case_id == Case.id,
        ConsensusProposal.round == packets.c.round,
        ConsensusProposal.superseded_at.is_(None),
    )
    proposed = select(func.count()).select_from(ConsensusProposal).where(standing).correlate(Case, packets).scalar_subquery()
    # Answers, comments and openings leave every form as good as it was; a version that counted them would tell that somebody answered.
    stands_on = select(func.max(CaseEvent.seq)).where(CaseEvent.case_id == Case.id, CaseEvent.action.not_in(QUIET_ACTIONS))
    return (
        select(
            Case.id,
            Case.cycle_id,
            Case.number,
            Case.target_group,
            Case.status,
            stands_on.correlate(Case).scalar_subquery().label("version"),
            Case.desa_code,
            Case.puskesmas,
            Case.person_in_charge_id,
            Case.follow_up_ends_on,
            Cycle.closed_at,
            Cycle.settings["quorum"].label("quorum"),
            Worksheet.state.label("worksheet_state"),
            Worksheet.missing,
            packets.c.round,
            visits.c.planned,
            visits.c.done,
            visits.c.overdue,
            visits.c.measured,
            recommended.label("recommended"),
            unanswered.label("unanswered"),
            proposed.label("proposed"),
        )
        .join(Cycle, Cycle.id == Case.cycle_id)
        .outerjoin(Worksheet, Worksheet.case_id == Case.id)
        .outerjoin(packets, packets.c.case_id == Case.id)
        .outerjoin(visits, visits.c.case_id == Case.id)
        .where(Case.id.in_(cases))
        .order_by(Case.id)
    )


def _panels(session: Session, cases: Select[int]) -> Mapping[int, Sequence[Row[Any]]]:
    """Case id -> its seats, each with the round of the newest opinion given from it and of the newest form that waits.

    Columns, not records: a list of 500 cases would spend a quarter of its time on making a thousand records.
    """
    statement = (
        select(
            Assignment.case_id,
            Assignment.person_id,
            Assignment.discipline,
            Assignment.is_lead,
            Assignment.recused_at.is_not(None).label("is_recused"),
            func.max(Opinion.round).label("answered"),
            func.max(OpinionDraft.round).label("drafted"),
        )
        .outerjoin(Opinion, and_(Opinion.case_id == Assignment.case_id, Opinion.person_id == Assignment.person_id))
        .outerjoin(OpinionDraft, and_(OpinionDraft.case_id == Assignment.case_id, OpinionDraft.person_id == Assignment.person_id))
        .where(Assignment.case_id.in_(cases))
        .group_by(Assignment.id)
        .order_by(Assignment.id)
    )
    panels: dict[int, list[Row[Any]]] = defaultdict(list)
    for seat in session.execute(statement):
        panels[seat.case_id].append(seat)
    return panels


def _actions(session: Session, cases: Select[int]) -> Mapping[int, Sequence[PlannedAction]]:
    is_complete = and_(*(getattr(RtlAction, name).is_not(None) for name in REQUIRED_COLUMNS))
    statement = (
        select(
            RtlAction.id,
            RtlAction.case_id,
            RtlAction.owner_agency,
            RtlAction.ends_on,
            RtlAction.status,
            RtlAction.reported_on,
            RtlAction.confirmed_on,
            RtlAction.escalated_on,
            is_complete.label("is_complete"),
        )
        .where(RtlAction.case_id.in_(cases), RtlAction.superseded_at.is_(None))
        .order_by(RtlAction.case_id, RtlAction.number)
    )
    actions: dict[int, list[PlannedAction]] = defaultdict(list)
    for row in session.execute(statement):
        actions[row.case_id].append(
            PlannedAction(
                id=row.id,
                owner_agency=row.owner_agency,
                is_complete=bool(row.is_complete),
                ends_on=row.ends_on,
                is_reported_done=row.status == "selesai" and row.reported_on is not None,
                is_confirmed=row.confirmed_on is not None,
                is_cancelled=row.status == "batal",
                escalated_on=row.escalated_on,
            )
        )
    return actions


def _facts(row: Row[Any], panel: Sequence[Row[Any]], actions: Sequence[PlannedAction], on: date) -> CaseFacts:
    group = Group(row.target_group)
    current_round = row.round or 0
    quorum = (row.quorum or {}).get(group, {})
    return CaseFacts(
        case_id=row.id,
        cycle_id=row.cycle_id,
        number=row.number,
        group=group,
        status=Status(row.status),
        version=row.version or 0,
        on=on,
        desa_code=row.desa_code,
        puskesmas=row.puskesmas,
        person_in_charge_id=row.person_in_charge_id,
        worksheet_state=row.worksheet_state or "none",
        missing={asked_by: len(names) for asked_by, names in (row.missing or {}).items()},
        round=current_round,
        quorum={Discipline(d): int(n) for d, n in quorum.items()},
        panel=tuple(
            AssignedExpert(
                person_id=seat.person_id,
                discipline=Discipline(seat.discipline),
                is_lead=seat.is_lead,
                is_recused=bool(seat.is_recused),
                has_answered=seat.answered is not None and seat.answered == current_round,
                has_draft=seat.drafted is not None and seat.drafted == current_round,
            )
            for seat in panel
        ),
        recommendations=row.recommended,
        recommendations_without_action=row.unanswered,
        actions=tuple(actions),
        follow_up_ends_on=row.follow_up_ends_on,
        visits_planned=row.planned or 0,
        visits_done=row.done or 0,
        visits_overdue=row.overdue or 0,
        measured_in_follow_up=bool(row.measured),
        cycle_is_closed=row.closed_at is not None,
        has_proposal=bool(row.proposed),
    )
