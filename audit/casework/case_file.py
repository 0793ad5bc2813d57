"""One case as one person may see it: every record of it that the page, the command line and the API show. Nothing is worded here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from audit.casework.deadlines import Deadline, deadlines, holidays_of
from audit.casework.worklists import Offer, offers
from audit.lifecycle.access import PanelMatter, may_see_identity, may_see_of_panel, may_see_whole_case
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import AssignedExpert, CaseFacts
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.lifecycle.vocabulary import Action
from audit.people.directory import people_by_id
from audit.people.roles import SYSTEM, Person, Role
from audit.steps.evaluate.queries import newest_outcomes
from audit.steps.evaluate.tables import Outcome
from audit.steps.followup.queries import visits_of
from audit.steps.followup.tables import Visit
from audit.steps.identify.queries import reasons_of
from audit.steps.intake.tables import Subject
from audit.steps.packet.queries import measured, newest_packet, worksheet_of
from audit.steps.packet.tables import Packet, Worksheet
from audit.steps.recommend.queries import consensus_of, current_actions, recommendations_of
from audit.steps.recommend.tables import Consensus, Recommendation, RtlAction
from audit.steps.review.queries import answers_seen_by, closed_in, events_seen_by, opinions_seen_by
from audit.steps.review.tables import Opinion


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What this person may see of a case; what they may not see is None, or is not in the list.

    is_whole: False for an agency that sees only its own actions. subject, measured: for whoever may be shown the identity; whether it
    is shown now is another matter (`cases_opened_by`). answered: seat -> whether it answered, None when this reader may not know.
    system: what happens by itself next, as far as this reader may know it. names: everybody who is named in here, by id.
    """

    case: Case
    cycle: Cycle
    facts: CaseFacts
    is_whole: bool
    subject: Subject | None
    reasons: tuple[str, ...]
    measured: Sequence[Mapping[str, Any]] | None
    worksheet: Worksheet | None
    packet: Packet | None
    panel: tuple[AssignedExpert, ...]
    answered: Mapping[int, bool | None]
    opinions: Sequence[Opinion]
    consensus: Consensus | None
    recommendations: Sequence[Recommendation]
    actions: Sequence[RtlAction]
    visits: Sequence[Visit]
    outcomes: Sequence[Outcome]
    events: Sequence[CaseEvent]
    owed: Sequence[Deadline]
    offers: Sequence[Offer]
    system: Sequence[Offer]
    names: Mapping[int, Person]

    @property
    def since(self) -> date:
        """The day on which the case came into its status."""
        return local_date(self.case.status_since, self.cycle.timezone)

    def name(self, person_id: int | None) -> str:
        """The name of somebody in here; "" for nobody."""
        found = None if person_id is None else self.names.get(person_id)
        return found.name if found else ""


def read_case_file(session: Session, facts: CaseFacts, reader: Person) -> CaseFile:
    """Everything of a case that this reader, who may see it (`find_case`), may see. At most 14 statements, however much there is."""
    case, cycle = session.execute(_CASE_AND_CYCLE, {"case_id": facts.case_id}).one()
    is_whole, sees_child = may_see_whole_case(facts, reader), may_see_identity(facts, reader)
    reasons = reasons_of(session, cycle_id=case.cycle_id, subject_id=case.subject_id) if is_whole and sees_child else ()
    consensus = consensus_of(session, case.id, facts.round) if is_whole and facts.round else None
    actions = [one for one in current_actions(session, [case.id]) if is_whole or one.owner_agency == reader.agency]
    events = events_seen_by(session, facts, reader)
    closed = closed_in(events)
    visits = visits_of(session, [case.id]) if is_whole else []
    panel = facts.panel if is_whole else ()
    since = local_date(case.status_since, cycle.timezone)
    return CaseFile(
        case=case,
        cycle=cycle,
        facts=facts,
        is_whole=is_whole,
        subject=session.get_one(Subject, case.subject_id) if sees_child else None,
        reasons=tuple(str(reason["sentence"]) for reason in reasons),
        measured=measured(session, case.subject_id) if sees_child else None,
        worksheet=worksheet_of(session, case.id) if is_whole else None,
        packet=newest_packet(session, case.id) if is_whole else None,
        panel=panel,
        answered=answers_seen_by(session, facts, reader, closed=closed) if panel else {},
        opinions=opinions_seen_by(session, facts, reader, closed=closed) if is_whole else (),
        consensus=consensus,
        recommendations=recommendations_of(session, case.id, facts.round) if consensus else (),
        actions=actions,
        visits=visits,
        outcomes=newest_outcomes(session, [case.id]) if is_whole else (),
        events=events,
        owed=deadlines(facts, reader=reader, since=since, holidays=holidays_of(cycle)),
        offers=offers(facts, reader),
        system=system_moves(facts, reader),
        names=people_by_id(session, _who(facts, events, visits, actions)),
    )


# Put together once, for pages that are asked for all day: that costs as much as asking.
_CASE_AND_CYCLE = select(Case, Cycle).join(Cycle, Cycle.id == Case.cycle_id).where(Case.id == bindparam("case_id"))


def system_moves(facts: CaseFacts, reader: Person) -> list[Offer]:
    """What the system does next by itself, as far as this reader may know. That a review closes tells a panel that everybody answered."""
    if not may_see_whole_case(facts, reader):
        return []
    told = may_see_of_panel(facts, reader, PanelMatter.ANSWER, author_id=SYSTEM.id, is_unsealed=False)
    return [offer for offer in offers(facts, SYSTEM) if not offer.refusals and (told or offer.row.action is not Action.CLOSE_REVIEW)]


def who_acts_next(owed: Sequence[Deadline]) -> tuple[Role, ...]:
    """The roles for whom a case waits, those whose day comes first in front."""
    return tuple(dict.fromkeys(role for one in owed for role in sorted(one.by) if role is not Role.SYSTEM))


def _who(facts: CaseFacts, events: Sequence[CaseEvent], visits: Sequence[Visit], actions: Sequence[RtlAction]) -> set[int]:
    named: set[int | None] = {event.by_id for event in events}
    named |= {event.details.get(key) for event in events for key in ("expert", "person", "new_lead")}
    named |= {seat.person_id for seat in facts.panel} | {facts.person_in_charge_id}
    named |= {visit.visited_by_id for visit in visits}
    named |= {who for action in actions for who in (action.reported_by_id, action.confirmed_by_id)}
    return {one for one in named if isinstance(one, int)}
