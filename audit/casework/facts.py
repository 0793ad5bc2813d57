"""The facts of cases, for the guards: three statements, however many cases are asked for. Those of a whole cycle are kept for lists."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, Row, Select, String, Text, and_, bindparam, cast, exists, func, select
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
from audit.store.session import change_stamp, is_reading


def gather(session: Session, cases: Select[int], *, on: date) -> dict[int, CaseFacts]:
    """Case id -> facts on the day `on`, for the cases whose ids `cases` selects, ordered by id. Takes 3 statements."""
    return _read(session, _statements(cases), {"on": on})


def gather_cycle(session: Session, cycle_id: int, *, on: date) -> dict[int, CaseFacts]:
    """The same for every case of a cycle. A session that only looks finds them kept, for one statement, until anybody writes anything."""
    asked = {"on": on, "cycle_id": cycle_id}
    if not is_reading(session):
        return _read(session, _of_one_cycle(), asked)
    connection = session.connection()
    stamp = change_stamp(connection)
    kept: _Kept = connection.info.get(_KEPT, (None, {}))
    if kept[0] != stamp:
        kept = connection.info[_KEPT] = (stamp, {})
    if (cycle_id, on) not in kept[1]:
        kept[1][cycle_id, on] = _read(session, _of_one_cycle(), asked)
    return dict(kept[1][cycle_id, on])


_Kept = tuple[object, dict[tuple[int, date], dict[int, CaseFacts]]]
_KEPT = "facts of whole cycles"
"""Where a connection of the pool keeps them, with the stamp of what they were read from."""


def facts_of(session: Session, case_id: int, *, on: date) -> CaseFacts:
    """The facts of one case. Raises KeyError when there is no such case."""
    return _read(session, _of_one_case(), {"on": on, "case_id": case_id})[case_id]


def facts_of_number(session: Session, number: str, *, on: date) -> CaseFacts | None:
    """The facts of the case with this number as it is written, None when there is none. Three statements either way."""
    return next(iter(_read(session, _of_one_number(), {"on": on, "case_number": number}).values()), None)


class _Statements(NamedTuple):
    """What is asked of the database, with the day as a parameter `on`: the cases, their panels, their plans."""

    cases: Select[*tuple[Any, ...]]
    panels: Select[*tuple[Any, ...]]
    actions: Select[*tuple[Any, ...]]


def _statements(cases: Select[int]) -> _Statements:
    return _Statements(_case_rows(cases), _panels(cases), _actions(cases))


@cache
def _of_one_case() -> _Statements:
    """Made once: to put the statements together costs as much as to ask them of one case."""
    return _statements(select(Case.id).where(Case.id == bindparam("case_id", type_=Integer)))


@cache
def _of_one_number() -> _Statements:
    return _statements(select(Case.id).where(Case.number == bindparam("case_number", type_=String)))


@cache
def _of_one_cycle() -> _Statements:
    return _statements(select(Case.id).where(Case.cycle_id == bindparam("cycle_id", type_=Integer)))


def _read(session: Session, ask: _Statements, given: Mapping[str, Any]) -> dict[int, CaseFacts]:
    """Rows are taken apart by place, and what many cases share is made once: a list of 500 cases takes half the time.

    They are asked of the connection: columns need nothing of what the session would do for them but that what waits is written first.
    """
    session.flush()
    connection = session.connection()
    rows = connection.execute(ask.cases, given).all()
    panels: dict[int, list[AssignedExpert]] = defaultdict(list)
    newest = {row.id: row.round or 0 for row in rows}
    for case_id, person_id, discipline, is_lead, is_recused, answered, drafted in connection.execute(ask.panels, given).all():
        current = newest.get(case_id)
        panels[case_id].append(_seat(person_id, discipline, bool(is_lead), bool(is_recused), answered == current, drafted == current))
    actions: dict[int, list[PlannedAction]] = defaultdict(list)
    of_plans = connection.execute(ask.actions, given).all()
    for id_, case_id, owner, ends_on, status, reported_on, confirmed_on, escalated_on, is_complete in of_plans:
        is_done = status == "selesai" and reported_on is not None
        planned = PlannedAction(id_, owner, bool(is_complete), ends_on, is_done, confirmed_on is not None, status == "batal", escalated_on)
        actions[case_id].append(planned)
    on = given["on"]
    return {row.id: _facts(row, tuple(panels.get(row.id, ())), tuple(actions.get(row.id, ())), on) for row in rows}


def _case_rows(cases: Select[int]) -> Select[*tuple[Any, ...]]:
    newest = func.max(Packet.round).label("round")
    packets = select(Packet.case_id, newest).where(Packet.case_id.in_(cases)).group_by(Packet.case_id).subquery()
    visits = (
        select(
            Visit.case_id,
            func.count().label("planned"),
            func.count().filter(Visit.state == "done").label("done"),
            func.count().filter(and_(Visit.state == "planned", Visit.late_after < bindparam("on", type_=Date))).label("overdue"),
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
    # The newest one is looked for from the end: the greatest of all would read the whole history of every case.
    stands_on = select(CaseEvent.seq).where(CaseEvent.case_id == Case.id, CaseEvent.action.not_in(QUIET_ACTIONS))
    stands_on = stands_on.order_by(CaseEvent.seq.desc()).limit(1)
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
            Cycle.closed_at.is_not(None).label("is_closed"),
            cast(Cycle.settings["quorum"], Text).label("quorum"),
            Worksheet.state.label("worksheet_state"),
            cast(Worksheet.missing, Text).label("missing"),
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


def _panels(cases: Select[int]) -> Select[*tuple[Any, ...]]:
    """The seats, each with the round of the newest opinion given from it and of the newest form that waits."""
    return (
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


def _actions(cases: Select[int]) -> Select[*tuple[Any, ...]]:
    is_complete = and_(*(getattr(RtlAction, name).is_not(None) for name in REQUIRED_COLUMNS))
    return (
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


@lru_cache(maxsize=4096)
def _seat(person_id: int, discipline: str, is_lead: bool, is_recused: bool, has_answered: bool, has_draft: bool) -> AssignedExpert:
    """One expert sits on many panels."""
    return AssignedExpert(person_id, Discipline(discipline), is_lead, is_recused, has_answered, has_draft)


@lru_cache(maxsize=1024)
def _quorum(text: str | None, group: str) -> Mapping[Discipline, int]:
    """The quorum of a target group from the settings of a cycle as the database holds them."""
    by_group = json.loads(text) if text else None
    return MappingProxyType({Discipline(d): int(n) for d, n in ((by_group or {}).get(group) or {}).items()})


@lru_cache(maxsize=4096)
def _missing(text: str | None) -> Mapping[str, int]:
    """How many worksheet fields each discipline still needs, from what the database holds: their names."""
    by_discipline = json.loads(text) if text else None
    return MappingProxyType({asked_by: len(names) for asked_by, names in (by_discipline or {}).items()})


def _facts(row: Row[Any], panel: tuple[AssignedExpert, ...], actions: tuple[PlannedAction, ...], on: date) -> CaseFacts:
    """Columns in the order of `_case_rows`, fields in the order of `CaseFacts`: by name it would take twice as long."""
    values: Sequence[Any] = row
    case_id, cycle_id, number, group, status, version, desa_code, puskesmas, in_charge, follow_up_ends_on, is_closed, quorum = values[:12]
    worksheet_state, missing, of_round, planned, done, overdue, measured, recommended, unanswered, proposed = values[12:]
    return CaseFacts(
        case_id,
        cycle_id,
        number,
        _GROUPS[group],
        _STATUSES[status],
        version or 0,
        on,
        desa_code,
        puskesmas,
        in_charge,
        worksheet_state or "none",
        _missing(missing),
        of_round or 0,
        _quorum(quorum, group),
        panel,
        recommended,
        unanswered,
        actions,
        follow_up_ends_on,
        planned or 0,
        done or 0,
        overdue or 0,
        bool(measured),
        bool(is_closed),
        bool(proposed),
    )


_GROUPS: Mapping[str, Group] = {group.value: group for group in Group}
_STATUSES: Mapping[str, Status] = {status.value: status for status in Status}
