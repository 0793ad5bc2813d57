"""What a handler gets when an action is being done to a case: the locked row, the facts, who, when, and what was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, Cycle
from audit.people.roles import Person


@dataclass(frozen=True, slots=True)
class Move:
    """case: the locked row. on: the date of `at` in the district. given: answers as they came, not yet parsed."""

    case: Case
    cycle: Cycle
    facts: CaseFacts
    by: Person
    at: datetime
    on: date
    given: Mapping[str, Any]


Handler = Callable[[Session, Move], dict[str, Any]]
"""Stores what the action means for its step and returns the event's details: codes and ids, never identity."""
