"""Who a case is, for somebody who opened that with a reason and still may see it. Opening it is a move like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.lifecycle.access import may_see_identity
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case
from audit.people.roles import Person
from audit.steps.identify.queries import cases_opened_by
from audit.steps.intake.tables import Subject


@dataclass(frozen=True, slots=True)
class ShownIdentity:
    """The identity behind a case, and until when this person is shown it."""

    identity: Mapping[str, Any]
    until: datetime


def identity_seen_by(session: Session, facts: CaseFacts, reader: Person, *, at: datetime) -> ShownIdentity | None:
    """Who the case is; None unless this reader has it open at `at` and may still see it. Two statements, one when it is closed."""
    until = cases_opened_by(session, reader.id, at=at).get(facts.case_id)
    if until is None or not may_see_identity(facts, reader):
        return None
    identity = session.scalar(select(Subject.identity).join(Case, Case.subject_id == Subject.id).where(Case.id == facts.case_id))
    return ShownIdentity(identity or {}, until)
