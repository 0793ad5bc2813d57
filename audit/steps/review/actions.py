"""What is done to a case in the review step: seats are taken and left, opinions come in sealed, the review closes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.forms import Problem, Problems, parse
from audit.lifecycle.move import Move
from audit.lifecycle.vocabulary import Group
from audit.people.directory import people_by_id, person_named
from audit.people.roles import DISCIPLINE_LABELS, Person, Role
from audit.steps.packet.actions import send_back_for_data
from audit.steps.review.forms import ASSIGNMENT, OPINION, RECUSAL, SEATING
from audit.steps.review.queries import seat
from audit.steps.review.rules import conflict_of_interest, lead_discipline
from audit.steps.review.tables import Assignment, Opinion


def assign_expert(session: Session, move: Move) -> dict[str, Any]:
    """Give one expert a seat. given: `expert` (username; from the system `person_id`); `lead`, by default the leading discipline if free.

    Somebody who sits here already can be made lead while nobody is. Raises Refused when the person is no expert, already sits here, stepped
    back before, or has a conflict of interest.
    """
    values = parse(SEATING if move.by.is_a(Role.SYSTEM) else ASSIGNMENT, move.given).values
    expert = _expert(session, values)
    has_lead = any(s.is_lead for s in move.facts.seats)
    if taken := seat(session, move.case.id, expert.id):
        if taken.recused_at is None and values.get("lead") and not has_lead:
            taken.is_lead = True
            return {"expert": expert.id, "discipline": taken.discipline, "lead": True}
        raise Refused.because("already_seated", f"{expert.name} sudah ditugaskan atau pernah mengundurkan diri dari kasus ini.")
    if conflict := conflict_of_interest(expert, puskesmas=move.case.puskesmas):
        raise Refused.because("conflict_of_interest", f"{expert.name} tidak dapat ditugaskan: {conflict}.")
    assert expert.discipline is not None, "an expert has a discipline, see directory.add_person"
    leads: bool = values.get("lead", not has_lead and expert.discipline is lead_discipline(Group(move.case.target_group)))
    if leads and has_lead:
        raise Refused.because("lead_taken", "Kasus ini sudah punya pakar utama.")
    session.add(
        Assignment(case_id=move.case.id, person_id=expert.id, discipline=expert.discipline, is_lead=leads, assigned_at=move.at)
    )  # fmt: skip
    return {"expert": expert.id, "discipline": expert.discipline, "lead": leads}


def recuse(session: Session, move: Move) -> dict[str, Any]:
    """Step back from a case. given: `reason`. The seat stays on record; a lead passes to a colleague of the same discipline, if any.

    With none, the next expert of the leading discipline takes it; when that seat is filled already, whoever sits in it.
    """
    reason = parse(RECUSAL, move.given).values["reason"]
    assignment = _own_seat(session, move)
    led = assignment.is_lead
    assignment.recused_at, assignment.recusal_reason, assignment.is_lead = move.at, reason, False
    session.flush()
    others = [s for s in move.facts.seats if s.person_id != move.by.id]
    leading = lead_discipline(Group(move.case.target_group))
    heir = next((s for d in (assignment.discipline, leading) for s in others if s.discipline == d), None)
    if led and heir:
        _seat_on(session, move, heir.person_id).is_lead = True
    return {"expert": move.by.id, "discipline": assignment.discipline, "new_lead": heir.person_id if led and heir else None}


def open_review(session: Session, move: Move) -> dict[str, Any]:
    """The panel may read the packet now."""
    return {"round": move.facts.round, "experts": [s.person_id for s in move.facts.seats]}


def submit_opinion(session: Session, move: Move) -> dict[str, Any]:
    """Keep the opinion, sealed. The history gets its fingerprint, not its words. Raises Problems with every answer that cannot be used."""
    answers = dict(parse(OPINION, move.given).values)
    if answers["main_cause"] not in [*answers["direct_causes"], *answers.get("indirect_causes", [])]:
        sentence = "Penyebab utama: harus salah satu dari penyebab langsung atau tidak langsung yang dipilih."
        raise Problems([Problem("main_cause", answers["main_cause"], "not_among_causes", sentence)])
    assignment = _own_seat(session, move)
    opinion = Opinion(
        case_id=move.case.id,
        person_id=move.by.id,
        discipline=assignment.discipline,
        round=move.facts.round,
        content=answers,
        submitted_at=move.at,
    )
    session.add(opinion)
    session.flush()
    return {"opinion": opinion.id, "round": opinion.round, "discipline": opinion.discipline}


def ask_for_data(session: Session, move: Move) -> dict[str, Any]:
    """Send the case back to the field for more data. given: `note`. The next packet is a new round, read by the same panel."""
    return {"expert": move.by.id, **send_back_for_data(session, move)}


def close_review(session: Session, move: Move) -> dict[str, Any]:
    """The quorum is in: the opinions are unsealed to the panel and the secretariat."""
    return {"round": move.facts.round, "opinions": sum(s.has_answered for s in move.facts.seats)}


def _own_seat(session: Session, move: Move) -> Assignment:
    return _seat_on(session, move, move.by.id)


def _seat_on(session: Session, move: Move, person_id: int) -> Assignment:
    assignment = seat(session, move.case.id, person_id)
    assert assignment is not None, "the facts name this person among the seats"
    return assignment


def _expert(session: Session, values: Mapping[str, Any]) -> Person:
    if "person_id" in values:
        found = people_by_id(session, [values["person_id"]]).get(values["person_id"])
    else:
        found = person_named(session, values["expert"])
    if found is None or not found.is_a(Role.EXPERT):
        raise Refused.because("not_an_expert", f"Yang ditunjuk bukan anggota tim pakar ({', '.join(DISCIPLINE_LABELS.values())}).")
    return found
