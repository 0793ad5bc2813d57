"""What may be chosen in the forms of a case now: experts with a free seat, field workers, actions, recommendations. Codes with labels."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from audit.lifecycle.access import is_in_area
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import INTERVENTION_CLASSES, Action
from audit.people.agencies import agencies
from audit.people.agency_queries import own_names
from audit.people.directory import people, people_by_id
from audit.people.roles import DISCIPLINE_LABELS, Person, Role
from audit.regions import desa_of, full_name
from audit.steps.recommend.queries import current_actions, recommendations_of

_LONGEST_LABEL = 90


def choices_for(session: Session, facts: CaseFacts, action: Action, *, by: Person) -> Mapping[str, Mapping[str, str]]:
    """Field name -> code -> label, for fields whose form does not tell what may be chosen now; at most two statements."""
    if action is Action.ASSIGN_EXPERT:
        seated = {seat.person_id for seat in facts.panel if seat.is_recused or any(s.is_lead for s in facts.seats)}
        free = [p for p in people(session, Role.EXPERT) if p.id not in seated]
        return {"expert": {p.username: _expert(p) for p in free}}
    if action is Action.ENTER_OPINION:
        waiting = people_by_id(session, {s.person_id for s in facts.seats if s.has_draft and not s.has_answered})
        return {"expert": {p.username: _expert(p) for p in waiting.values()}}
    if action is Action.NAME_PERSON_IN_CHARGE:
        there = [p for p in people(session, Role.FIELD) if is_in_area(facts.desa_code, p.areas)]
        return {"person": {p.username: ", ".join(part for part in (p.name, p.puskesmas) if part) for p in there}}
    if action in (Action.REPORT_PROGRESS, Action.CONFIRM_ACTION):
        rows = current_actions(session, [facts.case_id])
        mine = [a for a in rows if (a.owner_agency == by.agency if action is Action.REPORT_PROGRESS else a.status == "selesai")]
        return {"action": {str(a.number): f"{a.number}. {_short(a.activity)}" for a in mine if a.confirmed_on is None}}
    if action is Action.RECORD_CONSENSUS:
        panel = people_by_id(session, {s.person_id for s in facts.seats})
        return {"expert": {p.username: _expert(p) for p in panel.values()}}
    if action is Action.PLAN_ACTIONS:
        asked = recommendations_of(session, facts.case_id, facts.round)
        labels = {str(r.number): f"{r.number}. {INTERVENTION_CLASSES[r.intervention_class]}: {_short(r.text)}" for r in asked}
        return {"recommendation": labels, "place_code": _desa_around(facts.desa_code), "owner_agency": agencies(own_names(session))}
    return {}


def _expert(person: Person) -> str:
    return f"{person.name} · {DISCIPLINE_LABELS[person.discipline]}" if person.discipline else person.name


def _desa_around(desa_code: str) -> dict[str, str]:
    """The desa of the case first, then the others of its kecamatan by name."""
    others = sorted((desa for desa in desa_of(desa_code.rpartition(".")[0]) if desa.code != desa_code), key=lambda desa: desa.name)
    return {desa_code: full_name(desa_code), **{desa.code: f"{desa.level.capitalize()} {desa.name}" for desa in others}}


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1] + "…"
