"""A worksheet while it is being filled in: what is stored, what this person typed over it, what can be used of it. Submitting is a move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.casework.form_drafts import DraftMoved, draft_for, is_of_another, save_draft
from audit.casework.tables import FormDraft
from audit.forms import Form, Problem, Problems, parse
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import CaseEvent
from audit.lifecycle.vocabulary import Action
from audit.people.roles import Person
from audit.people.tables import Account
from audit.steps.packet.forms import WORKSHEETS
from audit.steps.packet.queries import worksheet_of


@dataclass(frozen=True, slots=True)
class Usable:
    """What of typed answers can be used: values as `parse` gives them, the problems of the others, and what is unusual."""

    values: Mapping[str, Any]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Filling:
    """A worksheet as one person finds it.

    stored: values that were submitted. draft: field name -> text as typed since then, {} when nothing. revision: of the draft, 0 for none.
    seen_version: the version of the case on which the draft stands; without a draft the present one. saved_at: of the draft.
    state: "" before the first submission, else that of the worksheet. returned_note: what was asked for; returned_by: who asked.
    """

    form: Form
    stored: Mapping[str, Any]
    draft: Mapping[str, Any]
    revision: int
    seen_version: int
    saved_at: datetime | None
    state: str
    submitted_at: datetime | None
    submitted_by: str
    returned_note: str
    returned_by: str


def filling(session: Session, facts: CaseFacts, by: Person) -> Filling:
    """The worksheet of a case as this person finds it. Four statements at most."""
    form = WORKSHEETS[facts.group]
    worksheet = worksheet_of(session, facts.case_id)
    draft = session.scalar(
        select(FormDraft).where(
            FormDraft.case_id == facts.case_id, FormDraft.person_id == by.id, FormDraft.action == Action.SUBMIT_WORKSHEET
        )
    )
    submitter = session.get(Account, worksheet.submitted_by_id) if worksheet and worksheet.submitted_by_id else None
    is_returned = worksheet is not None and worksheet.state == "returned"
    return Filling(
        form=form,
        stored=worksheet.answers if worksheet else {},
        draft=draft.content if draft else {},
        revision=draft.revision if draft else 0,
        seen_version=draft.seen_version if draft else facts.version,
        saved_at=draft.saved_at if draft else None,
        state=worksheet.state if worksheet else "",
        submitted_at=worksheet.submitted_at if worksheet else None,
        submitted_by=submitter.name if submitter else "",
        returned_note=(worksheet.returned_note or "") if worksheet and is_returned else "",
        returned_by=_returned_by(session, facts) if is_returned else "",
    )


def save_part(
    session: Session,
    facts: CaseFacts,
    names: Sequence[str],
    answers: Mapping[str, Any],
    *,
    form_id: str,
    based_on: int,
    seen_version: int,
    by: Person,
    at: datetime,
) -> int:
    """Keep what was typed into one part of the worksheet and return the revision of the draft; the caller commits.

    names: the fields of that part; others stay as they are. form_id: of the page that sends. based_on: the revision it was opened with.
    Raises DraftMoved when another page saved something else for this part since then.
    """
    draft = draft_for(session, facts.case_id, Action.SUBMIT_WORKSHEET, by)
    kept = draft.content if draft else {}
    typed = {name: answers.get(name, "") for name in names}
    is_older = draft is not None and is_of_another(draft, based_on=based_on, form_id=form_id)
    if draft and is_older and any(kept.get(name, "") != text for name, text in typed.items()):
        raise DraftMoved(kept, draft.revision)
    stands_on = min(seen_version, draft.seen_version) if draft else seen_version
    saved = save_draft(
        session,
        replace(facts, version=stands_on),
        Action.SUBMIT_WORKSHEET,
        {**kept, **typed},
        based_on=draft.revision if draft else 0,
        form_id=form_id,
        by=by,
        at=at,
    )
    return saved.revision


def usable(form: Form, typed: Mapping[str, Any]) -> Usable:
    """What of these texts can be used; every other one with its problem."""
    try:
        parsed = parse(form, typed, partial=True)
        return Usable(parsed.values, (), parsed.warnings)
    except Problems as found:
        bad = {problem.place for problem in found.problems}
        parsed = parse(form, {name: value for name, value in typed.items() if name not in bad}, partial=True)
        return Usable(parsed.values, found.problems, parsed.warnings)


def _returned_by(session: Session, facts: CaseFacts) -> str:
    """Who sent the worksheet back: the secretariat by name, the panel as a whole."""
    row = session.execute(
        select(CaseEvent.action, Account.name)
        .join(Account, Account.id == CaseEvent.by_id)
        .where(CaseEvent.case_id == facts.case_id, CaseEvent.action.in_((Action.RETURN_WORKSHEET, Action.ASK_FOR_DATA)))
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    ).first()
    if row is None:
        return ""
    if row.action == Action.ASK_FOR_DATA:
        return "Tim pakar"
    return "Sekretariat" if row.name == "Sekretariat" else f"Sekretariat ({row.name})"
