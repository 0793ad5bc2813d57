"""The one door: check, store, move, write history and outbox, in one transaction. Every change to a case comes through here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

import audit.steps.evaluate.actions as evaluate
import audit.steps.followup.actions as followup
import audit.steps.identify.actions as identify
import audit.steps.packet.actions as packet
import audit.steps.recommend.actions as recommend
import audit.steps.review.actions as review
from audit.casework.asking_back import ask_back
from audit.casework.facts import facts_of
from audit.errors import Reason, Refused, Stale
from audit.lifecycle import history
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.move import Handler, Move
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.lifecycle.transitions import TRANSITIONS, Transition, transition, where_possible
from audit.lifecycle.vocabulary import QUIET_ACTIONS, STATUS_LABELS, Action, Status
from audit.people.roles import ROLE_LABELS, Person
from audit.store.session import keyring

HANDLERS: Mapping[Action, Handler] = {
    Action.SUBMIT_WORKSHEET: packet.submit_worksheet,
    Action.RETURN_WORKSHEET: packet.return_worksheet,
    Action.FREEZE_PACKET: packet.freeze_packet,
    Action.ASSIGN_EXPERT: review.assign_expert,
    Action.RECUSE: review.recuse,
    Action.OPEN_REVIEW: review.open_review,
    Action.SUBMIT_OPINION: review.submit_opinion,
    Action.ENTER_OPINION: review.enter_opinion,
    Action.ASK_FOR_DATA: review.ask_for_data,
    Action.CLOSE_REVIEW: review.close_review,
    Action.COMMENT: review.comment,
    Action.PROPOSE_CONSENSUS: recommend.propose_consensus,
    Action.VOTE: recommend.vote,
    Action.RECORD_CONSENSUS: recommend.record_consensus,
    Action.PLAN_ACTIONS: recommend.plan_actions,
    Action.SUBMIT_PLAN: recommend.submit_plan,
    Action.APPROVE_PLAN: recommend.approve_plan,
    Action.RETURN_PLAN: recommend.return_plan,
    Action.NAME_PERSON_IN_CHARGE: followup.name_person_in_charge,
    Action.START_FOLLOW_UP: followup.start_follow_up,
    Action.RECORD_VISIT: followup.record_visit,
    Action.MARK_VISIT_MISSED: followup.mark_visit_missed,
    Action.REPORT_PROGRESS: followup.report_progress,
    Action.CONFIRM_ACTION: followup.confirm_action,
    Action.ESCALATE: followup.escalate,
    Action.EVALUATE: evaluate.evaluate,
    Action.CARRY_OVER: evaluate.carry_over,
    Action.WITHDRAW: identify.withdraw,
    Action.REOPEN: identify.reopen,
    Action.OPEN_IDENTITY: identify.open_identity,
}


def perform(
    session: Session,
    case_id: int,
    action: Action,
    *,
    by: Person,
    at: datetime,
    given: Mapping[str, Any] | None = None,
    seen_version: int | None = None,
    confirmed_doubts: str | None = None,
) -> CaseEvent:
    """Do `action` to the case and return the event written; the caller commits (and rolls back when this raises).

    given: the answers of the action's form, as they came. seen_version: the version the person looked at. confirmed_doubts: the stamp of
    the doubts that somebody said are none, "" when nobody did; None: there is nobody to ask, and what is odd is kept as it is.
    Raises Refused (reasons for the person; Problems when answers cannot be used, Doubted when they are to be confirmed first) or Stale
    (the case changed since `seen_version`).
    """
    case = session.scalar(select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True))
    if case is None:
        raise Refused.because("no_such_case", "Kasus itu tidak ada atau bukan urusan Anda.")
    cycle = session.get_one(Cycle, case.cycle_id)
    on = local_date(at, cycle.timezone)
    facts = facts_of(session, case.id, on=on)
    if seen_version is not None and seen_version != case.version and _changed_since(session, case, seen_version):
        raise Stale(Reason("stale", f"Kasus {case.number} sudah berubah sejak Anda membukanya. Muat ulang, lalu periksa lagi."))
    row = _row(action, facts)
    if reasons := row.refusals(facts, by):
        raise Refused(*reasons)
    move = Move(case=case, cycle=cycle, facts=facts, by=by, at=at, on=on, given=given or {})
    if confirmed_doubts is not None:
        ask_back(session, action, move, confirmed_doubts)
    details = HANDLERS[action](session, move)
    if given:
        details = {**details, "content": keyring(session).fingerprint(dict(given))}
    return history.append(session, case, row, by=by, at=at, details=details)


def open_case(session: Session, candidate_id: int, *, by: Person, at: datetime) -> CaseEvent:
    """Make the case of a candidate and write its first event. Raises Refused when the candidate already has one."""
    row = transition(Action.OPEN_CASE, None)
    if not by.roles & row.by:
        who = " atau ".join(ROLE_LABELS[r] for r in sorted(row.by))
        raise Refused.because("wrong_role", f"Hanya {who} yang dapat membuka kasus.")
    case = identify.open_case_row(session, candidate_id, at=at)
    return history.append(session, case, row, by=by, at=at, details={"candidate": candidate_id})


def _changed_since(session: Session, case: Case, seen_version: int) -> bool:
    """Whether something happened after `seen_version` on which a form may stand; somebody opening the identity is no such thing."""
    if seen_version > case.version:
        return True
    return (
        session.scalar(
            select(exists().where(CaseEvent.case_id == case.id, CaseEvent.seq > seen_version, CaseEvent.action.not_in(QUIET_ACTIONS)))
        )
        is True
    )


def _row(action: Action, facts: CaseFacts) -> Transition:
    try:
        return transition(action, Status(facts.status))
    except KeyError:
        label = next(row.label for row in TRANSITIONS if row.action is action)
        sentence = f"“{label}” tidak dapat dilakukan pada kasus {facts.number} yang berstatus “{STATUS_LABELS[facts.status]}”"
        possible = where_possible(action)
        raise Refused.because("wrong_status", f"{sentence}; dapat dilakukan pada {possible}." if possible else f"{sentence}.") from None
