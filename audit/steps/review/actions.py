"""What is done to a case in the review step: seats are taken and left, opinions come in sealed, the review closes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.forms import Problem, Problems, parse
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.move import Move
from audit.lifecycle.vocabulary import Group
from audit.people.directory import people_by_id, person_named
from audit.people.roles import DISCIPLINE_LABELS, Person, Role
from audit.steps.packet.actions import send_back_for_data
from audit.steps.review.forms import ASSIGNMENT, COMMENT, ENTRY, OPINION, RECUSAL, SEATING
from audit.steps.review.queries import draft_of, seat, ties_of_cases
from audit.steps.review.rules import conflict_of_interest, lead_discipline
from audit.steps.review.tables import Assignment, Opinion, OpinionDraft, PanelComment
from audit.store.session import keyring


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
    if conflict := conflict_of_interest(expert, ties_of_cases(session, [move.case.id])[move.case.id]):
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
    return _keep_opinion(session, move, move.by.id, opinion_answers(move.given))


def enter_opinion(session: Session, move: Move) -> dict[str, Any]:
    """Keep what was read from the form an expert returned on paper or by mail. given: `expert` (username).

    Who entered it is the `by` of the event; the history gets the fingerprint of the answers and the SHA-256 of the form.
    Raises Refused when no form of this expert waits, or the opinion is in already.
    """
    expert = person_named(session, parse(ENTRY, move.given).values["expert"])
    taken = next((s for s in move.facts.seats if s.person_id == expert.id), None)
    draft = draft_of(session, move.case.id, expert.id)
    if taken is None or draft is None or draft.round != move.facts.round:
        raise Refused.because("no_draft", f"Tidak ada formulir {expert.name} yang menunggu untuk paket ini. Baca dahulu formulirnya.")
    if taken.has_answered:
        raise Refused.because("already_answered", f"Pendapat {expert.name} untuk paket ini sudah masuk dan tersegel.")
    content, form = opinion_answers(draft.content), draft.file_sha256
    kept = _keep_opinion(session, move, expert.id, content)
    return {**kept, "expert": expert.id, "form": form, "answers": keyring(session).fingerprint(content)}


def opinion_answers(given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of the opinion form, checked and typed. Raises Problems with every answer that cannot be used."""
    answers = dict(parse(OPINION, given).values)
    if answers["main_cause"] not in [*answers["direct_causes"], *answers.get("indirect_causes", [])]:
        sentence = "Penyebab utama: harus salah satu dari penyebab langsung atau tidak langsung yang dipilih."
        raise Problems([Problem("main_cause", answers["main_cause"], "not_among_causes", sentence)])
    return answers


def keep_draft(
    session: Session, facts: CaseFacts, *, expert_id: int, answers: Mapping[str, Any], file_sha256: str, by: Person, at: datetime
) -> OpinionDraft:
    """Keep what a returned form says until somebody confirms it; a form read again replaces the one before. Flushes; no move of the case.

    answers: as `opinion_answers` gives them. That the form is this expert's and of this round was checked before.
    """
    draft = draft_of(session, facts.case_id, expert_id)
    if draft is None or draft.round != facts.round:
        draft = OpinionDraft(case_id=facts.case_id, person_id=expert_id, round=facts.round)
        session.add(draft)
    draft.content, draft.file_sha256 = dict(answers), file_sha256
    draft.read_by_id, draft.read_at = by.id, at
    session.flush()
    return draft


def ask_for_data(session: Session, move: Move) -> dict[str, Any]:
    """Send the case back to the field for more data. given: `note`. The next packet is a new round, read by the same panel."""
    return {"expert": move.by.id, **send_back_for_data(session, move)}


def close_review(session: Session, move: Move) -> dict[str, Any]:
    """The quorum is in: the opinions are unsealed to the panel and the secretariat."""
    return {"round": move.facts.round, "opinions": sum(s.has_answered for s in move.facts.seats)}


def comment(session: Session, move: Move) -> dict[str, Any]:
    """Say something in the discussion of the panel. given: `text`; kept sealed, the history gets its fingerprint."""
    text = parse(COMMENT, move.given).values["text"]
    said = PanelComment(case_id=move.case.id, round=move.facts.round, person_id=move.by.id, text=text, at=move.at)
    session.add(said)
    session.flush()
    return {"comment": said.id, "round": said.round}


def _keep_opinion(session: Session, move: Move, person_id: int, answers: dict[str, Any]) -> dict[str, Any]:
    """Seal the answers, and forget every form of this expert that waited: those of earlier rounds are of no more use either."""
    opinion = Opinion(
        case_id=move.case.id,
        person_id=person_id,
        discipline=_seat_on(session, move, person_id).discipline,
        round=move.facts.round,
        content=answers,
        submitted_at=move.at,
    )
    session.add(opinion)
    session.execute(delete(OpinionDraft).where(OpinionDraft.case_id == move.case.id, OpinionDraft.person_id == person_id))
    session.flush()
    return {"opinion": opinion.id, "round": opinion.round, "discipline": opinion.discipline}


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
