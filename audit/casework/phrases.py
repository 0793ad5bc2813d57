"""Phrases an expert keeps for using them again in an opinion: saved, listed, forgotten. They are nobody else's business."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.forms import parse
from audit.people.roles import Person, Role
from audit.steps.review.forms import PHRASE
from audit.steps.review.tables import SavedPhrase

MOST_PHRASES = 200
"""Of one person: more than anybody looks through."""


def save_phrase(session: Session, given: Mapping[str, Any], *, of: Person, at: datetime) -> SavedPhrase:
    """Keep a phrase for a question of the opinion form; the same words again are kept once. Flushes; the caller commits.

    given: answers of PHRASE as they came. Raises Refused when the person is no expert or keeps MOST_PHRASES, Problems for the answers.
    """
    if not of.is_a(Role.EXPERT):
        raise Refused.because("not_an_expert", "Hanya anggota tim pakar yang menyimpan ungkapan.")
    values = parse(PHRASE, given).values
    kept = phrases_of(session, of, field=values["field"])
    if same := next((one for one in kept if one.text == values["text"]), None):
        return same
    count = session.scalar(select(func.count()).where(SavedPhrase.person_id == of.id)) or 0
    if count >= MOST_PHRASES:
        raise Refused.because(
            "too_many_phrases", f"Sudah ada {count} ungkapan tersimpan, paling banyak {MOST_PHRASES}; hapus yang tidak dipakai."
        )
    phrase = SavedPhrase(person_id=of.id, field=values["field"], text=values["text"], saved_at=at)
    session.add(phrase)
    session.flush()
    return phrase


def phrases_of(session: Session, person: Person, *, field: str | None = None) -> list[SavedPhrase]:
    """The phrases of one person (for one question, when given), by question and age; one statement."""
    rows = select(SavedPhrase).where(SavedPhrase.person_id == person.id).order_by(SavedPhrase.field, SavedPhrase.id)
    return list(session.scalars(rows if field is None else rows.where(SavedPhrase.field == field)))


def forget_phrase(session: Session, phrase_id: int, *, of: Person) -> None:
    """Delete one of one's own phrases. Raises Refused, in the same words, when there is none or it is somebody else's."""
    phrase = session.get(SavedPhrase, phrase_id)
    if phrase is None or phrase.person_id != of.id:
        raise Refused.because("no_such_phrase", "Ungkapan itu tidak ada atau bukan milik Anda.")
    session.delete(phrase)
    session.flush()
