"""Forms half filled: what somebody typed is kept until they send it. A save based on an older one is refused, never merged. No move."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from audit.casework.tables import FormDraft
from audit.errors import Reason, Stale
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import Action
from audit.people.roles import Person


class DraftMoved(Stale):
    """The draft was saved elsewhere since this copy of it was opened; nothing was written.

    kept: what is stored; revision: of it.
    """

    def __init__(self, kept: Mapping[str, Any], revision: int) -> None:
        super().__init__(Reason("draft_moved", "Isian ini sudah disimpan dari perangkat lain sejak Anda membukanya. Pilih salah satunya."))
        self.kept, self.revision = kept, revision


def draft_for(session: Session, case_id: int, action: Action, by: Person) -> FormDraft | None:
    """What this person has typed into this form and not sent yet; None when nothing."""
    return session.scalar(_the_one(case_id, action, by).with_for_update())


def save_draft(
    session: Session,
    facts: CaseFacts,
    action: Action,
    content: Mapping[str, Any],
    *,
    based_on: int,
    form_id: str = "",
    by: Person,
    at: datetime,
) -> FormDraft:
    """Keep what was typed; flushed, the caller commits.

    content: field name -> text as typed, not parsed. based_on: the revision this copy was opened with, 0 for a new one.
    form_id: of the page that saves, "" when unknown; a page is never in its own way, also when it did not hear that a save had arrived.
    Raises DraftMoved, with what is kept, when somebody saved another copy meanwhile and it says something else.
    """
    draft = draft_for(session, facts.case_id, action, by)
    if draft is None:
        draft = FormDraft(case_id=facts.case_id, person_id=by.id, action=action, content={}, revision=0)
        session.add(draft)
    elif draft.content == dict(content):
        return draft
    elif is_of_another(draft, based_on=based_on, form_id=form_id):
        raise DraftMoved(draft.content, draft.revision)
    draft.content, draft.revision, draft.form_id = dict(content), draft.revision + 1, form_id
    draft.seen_version, draft.saved_at = facts.version, at
    session.flush()
    return draft


def is_of_another(draft: FormDraft, *, based_on: int, form_id: str) -> bool:
    """Whether another page saved the draft since this one was opened with the revision `based_on`."""
    return draft.revision != based_on and not (form_id and draft.form_id == form_id)


def forget_draft(session: Session, case_id: int, action: Action, by: Person) -> None:
    """Drop what was typed: it was sent, or given up."""
    session.execute(delete(FormDraft).where(FormDraft.case_id == case_id, FormDraft.person_id == by.id, FormDraft.action == action))


def drafts_of(session: Session, by: Person) -> dict[tuple[int, str], datetime]:
    """(case id, action) -> when it was saved, for every form this person has not sent yet. One statement."""
    rows = session.execute(select(FormDraft.case_id, FormDraft.action, FormDraft.saved_at).where(FormDraft.person_id == by.id))
    return {(case_id, action): saved_at for case_id, action, saved_at in rows}


def _the_one(case_id: int, action: Action, by: Person) -> Select[FormDraft]:
    return select(FormDraft).where(FormDraft.case_id == case_id, FormDraft.person_id == by.id, FormDraft.action == action)
