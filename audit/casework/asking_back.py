"""What is asked back before it is recorded: a measurement that is odd. How odd it is, is judged in measuring.py; a page, the API and the
command line ask back by this one rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from audit.casework.measuring import check_measurement
from audit.forms import Doubted, Problem, decimal_words
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.move import Move
from audit.lifecycle.vocabulary import Action
from audit.steps.followup.actions import usable_visit
from audit.steps.followup.forms import MEASURES
from audit.store.canonical import canonical_json, sha256_hex

DOUBTED = "measure_again"
"""Code of a number that is to be measured again first."""


def ask_back(session: Session, action: Action, move: Move, confirmed_doubts: str) -> None:
    """Nothing, or Doubted when the answers are odd and `confirmed_doubts` is not the stamp of these answers with these doubts.

    Nothing is written. What the step itself would refuse is refused first, so that only what could be recorded is asked about.
    """
    if action is not Action.RECORD_VISIT:
        return
    found = visit_doubts(session, move.facts, usable_visit(session, move))
    if found is not None and found.stamp != confirmed_doubts:
        raise found


def visit_doubts(session: Session, facts: CaseFacts, values: Mapping[str, Any]) -> Doubted | None:
    """What is to be measured again before this visit is recorded, None for nothing; at most three statements.

    values: as `parse` read the whole form of a visit.
    """
    if not MEASURES & values.keys():
        return None
    doubts = [doubt for doubt in check_measurement(session, facts, values, on=values["visited_on"]).doubts if doubt.is_asked]
    if not doubts:
        return None
    numbers = {name: value for name, value in values.items() if name != "note"}  # a note is no reason to ask again
    problems = [Problem(doubt.place, _as_found(values.get(doubt.place)), DOUBTED, doubt.sentence) for doubt in doubts]
    return Doubted(problems, stamp=stamp_of([numbers, [doubt.sentence for doubt in doubts]]))


def stamp_of(asked_about: Any) -> str:
    """Stands for this, as plain values that `canonical_json` takes, and for nothing else: 16 hexadecimal digits."""
    return sha256_hex(canonical_json(asked_about))[:16]


def _as_found(value: Any) -> str:
    return decimal_words(value) if isinstance(value, float) else str(value or "")
