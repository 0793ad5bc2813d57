"""One case as one person may see it: plain values for `aks case show`. What may be seen is decided by lifecycle.access and review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from audit.casework.facts import gather
from audit.casework.worklists import Offer, offers
from audit.errors import Refused
from audit.lifecycle.access import PanelMatter, may_see_case, may_see_identity, may_see_of_panel
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.transitions import TRANSITIONS
from audit.lifecycle.vocabulary import GROUP_LABELS, STATUS_LABELS, Action, Status
from audit.people.directory import people_by_id
from audit.people.roles import SYSTEM, Person
from audit.regions import full_name
from audit.steps.evaluate.queries import newest_outcomes
from audit.steps.followup.queries import visits_of
from audit.steps.identify.queries import candidate_of
from audit.steps.intake.tables import Measurement, Subject
from audit.steps.packet.queries import measurements_of_subject, worksheet_of
from audit.steps.recommend.queries import consensus_of, current_actions, recommendations_of
from audit.steps.review.queries import answers_seen_by, events_seen_by, opinions_seen_by

if TYPE_CHECKING:
    from audit.cli.opening import Desk
    from audit.reports.document import DocumentEntry

_LABELS: Mapping[str, str] = {row.action: row.label for row in TRANSITIONS}


def case_of(here: Desk, number: str) -> tuple[Case, CaseFacts]:
    """The case with this number and its facts today. Refused in the same words when there is none and when it is not this person's."""
    wanted = number.strip().upper()
    found = here.session.execute(
        select(Case, Cycle).join(Cycle, Cycle.id == Case.cycle_id).where(func.upper(Case.number) == wanted)
    ).first()
    if found is not None:
        case, cycle = found
        facts = gather(here.session, select(Case.id).where(Case.id == case.id), on=here.on(cycle))[case.id]
        if may_see_case(facts, here.person):
            return case, facts
    raise Refused.because("no_such_case", "Kasus itu tidak ada atau bukan urusan Anda. Lihat kasus Anda dengan: aks case list")


def facts_behind(here: Desk, one: DocumentEntry, subject: str) -> CaseFacts | None:
    """The facts of the case a document with this subject is about; None for what is not about one case. Raises as `case_of`."""
    return case_of(here, subject.partition(":")[0])[1] if one.per.is_of_a_case else None


def next_moves(facts: CaseFacts, person: Person) -> dict[str, Any]:
    """What this person may do to the case now, what stands in the way of the rest, and what the system will do by itself."""
    return {
        "next": [_offer(offer) for offer in offers(facts, person)],
        "system": [_offer(offer) for offer in offers(facts, SYSTEM) if not offer.refusals and _may_know_of(offer, facts, person)],
    }


def _may_know_of(offer: Offer, facts: CaseFacts, person: Person) -> bool:
    """That a review can be closed tells that everybody answered: not for who sits on the panel."""
    told = may_see_of_panel(facts, person, PanelMatter.ANSWER, author_id=SYSTEM.id, is_unsealed=False)
    return told or offer.row.action is not Action.CLOSE_REVIEW


def case_view(here: Desk, case: Case, facts: CaseFacts) -> dict[str, Any]:
    """Everything `aks case show` tells this person. Keys whose value they may not see are null."""
    session, person = here.session, here.person
    cycle = session.get_one(Cycle, case.cycle_id)
    sees_identity = may_see_identity(facts, person)
    subject = session.get_one(Subject, case.subject_id)
    events = events_seen_by(session, facts, person)
    answered = answers_seen_by(session, facts, person)
    names = people_by_id(
        session, {e.by_id for e in events} | {seat.person_id for seat in facts.panel} | {facts.person_in_charge_id or SYSTEM.id}
    )
    candidate = candidate_of(session, cycle_id=case.cycle_id, subject_id=case.subject_id)
    return {
        **summary(facts),
        "cycle": cycle.code,
        "status_since": case.status_since,
        "place": full_name(case.desa_code),
        "puskesmas": case.puskesmas,
        "identity": subject.identity if sees_identity else None,
        "reasons": [reason["sentence"] for reason in candidate.reasons] if candidate else [],
        "measurements": [_measurement(m) for m in measurements_of_subject(session, subject.id)] if sees_identity else None,
        "worksheet": _worksheet(here, facts, sees_answers=sees_identity),
        "panel": [_seat(seat, names, answered) for seat in facts.panel],
        "opinions": [
            {"by": _name(names, o.person_id), "discipline": o.discipline, "submitted_at": o.submitted_at, "content": o.content}
            for o in opinions_seen_by(session, facts, person)
        ],
        "consensus": _consensus(here, facts, names),
        "actions": _actions(here, facts),
        "person_in_charge": _name(names, facts.person_in_charge_id) if facts.person_in_charge_id is not None else None,
        "follow_up_ends_on": facts.follow_up_ends_on,
        "visits": [
            {"planned_on": v.planned_on, "visited_on": v.visited_on, "state": v.state, "with_measurement": v.with_measurement}
            for v in visits_of(session, [case.id])
        ],
        "outcomes": [
            {
                "indicator": o.indicator,
                "is_primary": o.is_primary,
                "change": o.change,
                "verdict": o.verdict,
                "why_unknown": o.unknown_because,
            }
            for o in newest_outcomes(session, [case.id])
        ],
        **next_moves(facts, person),
        "history": [
            {
                "seq": e.seq,
                "at": e.at,
                "on": local_date(e.at, cycle.timezone),
                "action": e.action,
                "label": _LABELS[e.action],
                "from": e.from_status,
                "to": e.to_status,
                "by": _name(names, e.by_id),
                "hash": e.hash,
            }
            for e in events
        ],
    }


def summary(facts: CaseFacts) -> dict[str, Any]:
    """The line of a case in a list."""
    return {
        "number": facts.number,
        "group": facts.group,
        "group_label": GROUP_LABELS[facts.group],
        "desa_code": facts.desa_code,
        "puskesmas": facts.puskesmas,
        "status": facts.status,
        "status_label": STATUS_LABELS[Status(facts.status)],
        "version": facts.version,
        "worksheet_missing": facts.missing_total,
        "visits_overdue": facts.visits_overdue,
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "action": offer.row.action,
        "label": offer.row.label,
        "is_allowed": not offer.refusals,
        "refusals": [{"code": r.code, "sentence": r.sentence} for r in offer.refusals],
    }


def _name(names: Mapping[int, Person], person_id: int) -> str:
    return names[person_id].username if person_id in names else str(person_id)


def _seat(seat: Any, names: Mapping[int, Person], answered: Mapping[int, bool | None]) -> dict[str, Any]:
    return {
        "expert": _name(names, seat.person_id),
        "name": names[seat.person_id].name,
        "discipline": seat.discipline,
        "is_lead": seat.is_lead,
        "is_recused": seat.is_recused,
        "has_answered": answered[seat.person_id],
    }


def _measurement(m: Measurement) -> dict[str, Any]:
    plain = ("measured_on", "source", "age_months", "weight_kg", "height_cm", "muac_cm", "hb_g_dl", "recheck")
    scores = {name: None if (z := getattr(m, name)) is None else z / 100 for name in ("haz", "waz", "whz")}
    return {**{name: getattr(m, name) for name in plain}, **scores}


def _worksheet(here: Desk, facts: CaseFacts, *, sees_answers: bool) -> dict[str, Any] | None:
    worksheet = worksheet_of(here.session, facts.case_id)
    if worksheet is None:
        return None
    return {
        "state": worksheet.state,
        "missing": worksheet.missing,
        "unusual": worksheet.unusual,
        "returned_note": worksheet.returned_note if sees_answers else None,
        "answers": worksheet.answers if sees_answers else None,
    }


def _consensus(here: Desk, facts: CaseFacts, names: Mapping[int, Person]) -> dict[str, Any] | None:
    consensus = consensus_of(here.session, facts.case_id, facts.round) if facts.round else None
    if consensus is None:
        return None
    return {
        "summary": consensus.summary,
        "main_cause": consensus.main_cause,
        "avoidability": consensus.avoidability,
        "direct_causes": consensus.direct_causes,
        "indirect_causes": consensus.indirect_causes,
        "dissent": [{"by": _name(names, d["person_id"]), "text": d["text"]} for d in consensus.dissent or []],
        "recommendations": [
            {"number": r.number, "class": r.intervention_class, "cause": r.cause, "text": r.text}
            for r in recommendations_of(here.session, facts.case_id, facts.round)
        ],
    }


def _actions(here: Desk, facts: CaseFacts) -> list[dict[str, Any]]:
    columns = ("number", "activity", "owner_agency", "implementer", "starts_on", "ends_on", "funding", "status", "evidence", "obstacle")
    levels = ("reported_on", "confirmed_on", "is_effective", "escalated_on")
    return [{name: getattr(a, name) for name in (*columns, *levels)} for a in current_actions(here.session, [facts.case_id])]
