"""Opinions that came back on a form: checked against the case, kept until confirmed, confirmed. Not the reading of the file.

A draft is no move of the case. Confirming is: by the expert as if it had been typed in, by the secretariat on the expert's behalf.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.casework.facts import facts_of
from audit.casework.perform import perform
from audit.errors import Refused
from audit.forms import Problems
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.lifecycle.vocabulary import Action
from audit.people.directory import people_by_id, person_named
from audit.people.roles import Person, Role
from audit.steps.review.actions import keep_draft, opinion_answers
from audit.steps.review.queries import draft_of, drafts_of_case
from audit.steps.review.rules import may_not_hand_in
from audit.steps.review.tables import OpinionDraft
from audit.store.files import Files


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A form that this case can take now, and whose it is."""

    facts: CaseFacts
    expert: Person


@dataclass(frozen=True, slots=True)
class Waiting:
    """A form that was read and not confirmed. answered: names of its questions with an answer. is_stale: of an earlier packet.

    content: None for everybody but its author.
    """

    expert: Person
    round: int
    read_by: str
    read_at: datetime
    answered: tuple[str, ...]
    is_stale: bool
    content: Mapping[str, Any] | None


def check_handed_in(session: Session, *, case_number: str, expert: str, form_round: int, by: Person, at: datetime) -> HandedIn:
    """Whether the case can take the form of this expert (username) from this person now. Raises Refused with the reason when not."""
    where = select(Case.id, Cycle.timezone).join(Cycle, Cycle.id == Case.cycle_id).where(Case.number == case_number)
    found = session.execute(where).first()
    if found is None:
        raise Refused.because("unknown_case", f"Kasus {case_number} pada formulir ini tidak ada dalam catatan.")
    facts, whose = facts_of(session, found.id, on=local_date(at, found.timezone)), person_named(session, expert)
    if (reason := may_not_hand_in(facts, expert=whose, form_round=form_round, by=by)) is not None:
        raise Refused(reason)
    return HandedIn(facts, whose)


def keep_returned_opinion(
    session: Session, files: Files, handed_in: HandedIn, given: Mapping[str, Any], *, returned: bytes, by: Person, at: datetime
) -> OpinionDraft:
    """Keep the answers of a returned form as a draft, and the file itself; a form read again replaces the draft. The caller commits.

    given: as they came. Raises Problems with every answer that cannot be used, and then keeps nothing; what was answered is told only to
    who answered it.
    """
    try:
        answers = opinion_answers(given)
    except Problems as unusable:
        if by.id == handed_in.expert.id:
            raise
        raise Problems([replace(problem, value="") for problem in unusable.problems]) from None
    kept_as = files.put(returned)
    return keep_draft(session, handed_in.facts, expert_id=handed_in.expert.id, answers=answers, file_sha256=kept_as, by=by, at=at)


def waiting_forms(session: Session, facts: CaseFacts, reader: Person) -> list[Waiting]:
    """The forms of a case that wait: to the secretariat that they were read, to an expert their own with its answers; others see none."""
    drafts = [d for d in drafts_of_case(session, facts.case_id) if reader.is_a(Role.SECRETARY) or d.person_id == reader.id]
    names = people_by_id(session, {d.person_id for d in drafts} | {d.read_by_id for d in drafts})
    return [
        Waiting(
            expert=names[d.person_id],
            round=d.round,
            read_by=names[d.read_by_id].username,
            read_at=d.read_at,
            answered=tuple(d.content),
            is_stale=d.round != facts.round,
            content=d.content if d.person_id == reader.id else None,
        )
        for d in drafts
    ]


def confirm_opinion(session: Session, facts: CaseFacts, *, expert: Person, by: Person, at: datetime) -> CaseEvent:
    """Make the opinion of a form that waits; the caller commits. Raises Refused when none waits, or the case does not take it any more."""
    if expert.id != by.id:
        return perform(session, facts.case_id, Action.ENTER_OPINION, by=by, at=at, given={"expert": expert.username})
    draft = draft_of(session, facts.case_id, by.id)
    if draft is None:
        raise Refused.because("no_draft", "Tidak ada formulir Anda yang sudah dibaca untuk kasus ini. Baca dahulu berkas formulirnya.")
    if draft.round != facts.round:
        sentence = f"Formulir Anda dari paket putaran {draft.round}, sedangkan sekarang putaran {facts.round}. Isi formulir yang baru."
        raise Refused.because("stale_draft", sentence)
    return perform(session, facts.case_id, Action.SUBMIT_OPINION, by=by, at=at, given=draft.content)
