"""A form is taken once: sent again (a second tap, a phone that tries once more) it is answered with what came of it the first time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.casework.form_drafts import forget_draft
from audit.casework.perform import perform
from audit.casework.tables import FormReceipt
from audit.errors import Reason, Refused, Stale
from audit.lifecycle.tables import CaseEvent
from audit.lifecycle.vocabulary import Action
from audit.people.roles import Person
from audit.store.session import keyring

LONGEST_FORM_ID = 36


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a form. is_again: it had been taken before, and nothing was done now."""

    event: CaseEvent
    is_again: bool


def do_once(
    session: Session,
    case_id: int,
    action: Action,
    *,
    form_id: str,
    by: Person,
    at: datetime,
    given: Mapping[str, Any] | None = None,
    seen_version: int | None = None,
    confirmed_doubts: str = "",
) -> Taken:
    """Do `action` as `perform` does, unless this form was taken already; the caller commits. What was typed for it is forgotten.

    form_id: 1 to 36 characters, drawn when the form was shown. A form is always asked back when its answers are odd. Raises what `perform`
    raises, Refused for a form of somebody else, and Stale for one that was taken with other answers: somebody went back, changed them and
    sent it again.
    """
    before = receipt_of(session, form_id, by)
    if before is not None and before.event_id is not None and before.case_id == case_id:
        return Taken(_same(session, session.get_one(CaseEvent, before.event_id), given), is_again=True)
    event = perform(session, case_id, action, by=by, at=at, given=given, seen_version=seen_version, confirmed_doubts=confirmed_doubts)
    keep_receipt(session, form_id, by=by, at=at, case_id=case_id, event_id=event.id)
    forget_draft(session, case_id, action, by)
    return Taken(event, is_again=False)


def _same(session: Session, event: CaseEvent, given: Mapping[str, Any] | None) -> CaseEvent:
    """The event, unless these answers are other ones than it came of; what was sent from a draft comes without any the second time."""
    if given and event.details.get("content") != keyring(session).fingerprint(dict(given)):
        raise Stale(
            Reason("sent_already", "Formulir ini sudah terkirim dengan isi yang lain. Buka lagi halamannya untuk mengirim yang baru.")
        )
    return event


def receipt_of(session: Session, form_id: str, by: Person) -> FormReceipt | None:
    """What is known of a form that this person sent; None when it was never taken. Refused for an id that no form of theirs can have."""
    if not 0 < len(form_id) <= LONGEST_FORM_ID or not form_id.isascii() or not form_id.isprintable():
        raise Refused.because("form_id", "Formulir ini tidak lengkap. Muat ulang halamannya, lalu isi lagi.")
    found = session.scalar(select(FormReceipt).where(FormReceipt.form_id == form_id))
    if found is not None and found.person_id != by.id:
        raise Refused.because("form_id", "Formulir ini tidak lengkap. Muat ulang halamannya, lalu isi lagi.")
    return found


def keep_receipt(
    session: Session, form_id: str, *, by: Person, at: datetime, case_id: int | None = None, event_id: int | None = None
) -> None:
    """Remember that this form was taken; flushed, so that the same form sent at the same moment waits and then fails as a whole."""
    session.add(FormReceipt(form_id=form_id, person_id=by.id, case_id=case_id, event_id=event_id, received_at=at))
    session.flush()
