"""One case as one person may see it: plain values for `aks case show`. What may be seen is decided by lifecycle.access and review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from audit.casework.case_file import CaseFile, read_case_file, system_moves
from audit.casework.facts import gather
from audit.casework.worklists import Offer, offers
from audit.errors import Refused
from audit.lifecycle.access import may_see_case
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.transitions import TRANSITIONS
from audit.lifecycle.vocabulary import GROUP_LABELS, STATUS_LABELS, Status
from audit.people.agencies import agency_words
from audit.people.agency_queries import own_names
from audit.people.roles import Person
from audit.regions import full_name
from audit.steps.recommend.tables import RtlAction

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
        "system": [_offer(offer) for offer in system_moves(facts, person)],
    }


def case_view(here: Desk, case: Case, facts: CaseFacts) -> dict[str, Any]:
    """Everything `aks case show` tells this person. Keys whose value they may not see are null."""
    file = read_case_file(here.session, facts, here.person)
    names, agencies = file.names, own_names(here.session)
    return {
        **summary(facts),
        "cycle": file.cycle.code,
        "status_since": case.status_since,
        "place": full_name(case.desa_code),
        "puskesmas": case.puskesmas,
        "identity": file.subject.identity if file.subject else None,
        "reasons": list(file.reasons),
        "measurements": [_measurement(m) for m in file.measured] if file.measured is not None else None,
        "worksheet": _worksheet(file),
        "panel": [_seat(seat, names, file.answered) for seat in file.panel],
        "opinions": [
            {"by": _name(names, o.person_id), "discipline": o.discipline, "submitted_at": o.submitted_at, "content": o.content}
            for o in file.opinions
        ],
        "consensus": _consensus(file),
        "actions": [_action(one, agencies) for one in file.actions],
        "person_in_charge": _name(names, facts.person_in_charge_id) if facts.person_in_charge_id is not None else None,
        "follow_up_ends_on": facts.follow_up_ends_on,
        "visits": [
            {"planned_on": v.planned_on, "visited_on": v.visited_on, "state": v.state, "with_measurement": v.with_measurement}
            for v in file.visits
        ],
        "outcomes": [
            {
                "indicator": o.indicator,
                "is_primary": o.is_primary,
                "change": o.change,
                "verdict": o.verdict,
                "why_unknown": o.unknown_because,
            }
            for o in file.outcomes
        ],
        "next": [_offer(offer) for offer in file.offers],
        "system": [_offer(offer) for offer in file.system],
        "history": [
            {
                "seq": e.seq,
                "at": e.at,
                "on": local_date(e.at, file.cycle.timezone),
                "action": e.action,
                "label": _LABELS[e.action],
                "from": e.from_status,
                "to": e.to_status,
                "by": _name(names, e.by_id),
                "hash": e.hash,
            }
            for e in file.events
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


def _measurement(one: Mapping[str, Any]) -> dict[str, Any]:
    plain = ("measured_on", "source", "age_months", "weight_kg", "height_cm", "muac_cm", "hb_g_dl", "recheck")
    scores = {name: None if (z := one[name]) is None else z / 100 for name in ("haz", "waz", "whz")}
    return {**{name: one[name] for name in plain}, **scores}


def _worksheet(file: CaseFile) -> dict[str, Any] | None:
    sheet, sees_answers = file.worksheet, file.subject is not None
    if sheet is None:
        return None
    return {
        "state": sheet.state,
        "missing": sheet.missing,
        "unusual": sheet.unusual,
        "returned_note": sheet.returned_note if sees_answers else None,
        "answers": sheet.answers if sees_answers else None,
    }


def _consensus(file: CaseFile) -> dict[str, Any] | None:
    consensus = file.consensus
    if consensus is None:
        return None
    return {
        "summary": consensus.summary,
        "main_cause": consensus.main_cause,
        "avoidability": consensus.avoidability,
        "direct_causes": consensus.direct_causes,
        "indirect_causes": consensus.indirect_causes,
        "dissent": [{"by": _name(file.names, d["person_id"]), "text": d["text"]} for d in consensus.dissent or []],
        "recommendations": [
            {"number": r.number, "class": r.intervention_class, "cause": r.cause, "text": r.text} for r in file.recommendations
        ],
    }


def _action(one: RtlAction, agencies: Mapping[str, str]) -> dict[str, Any]:
    columns = ("number", "activity", "owner_agency", "implementer", "starts_on", "ends_on", "funding", "status", "evidence", "obstacle")
    levels = ("reported_on", "confirmed_on", "is_effective", "escalated_on")
    return {name: getattr(one, name) for name in (*columns, *levels)} | {"owner": agency_words(one.owner_agency, agencies)}
