"""What is done to a case in the evaluate step: its outcome is worked out and kept, and what is left goes into the next cycle."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from audit.forms import parse
from audit.lifecycle.move import Move
from audit.lifecycle.vocabulary import Group
from audit.steps.evaluate.forms import EVALUATION, NOTHING
from audit.steps.evaluate.queries import attempts_so_far, readings_of
from audit.steps.evaluate.rules import INDICATORS_OF, change_of, is_effective, primary_indicator
from audit.steps.evaluate.tables import Outcome
from audit.steps.followup.queries import follow_up_started_on
from audit.steps.recommend.queries import current_actions


def evaluate(session: Session, move: Move) -> dict[str, Any]:
    """Work out every indicator of the group, judge the case by its primary one, and carry that to its confirmed actions.

    given: `note`, optional. The rule is the same for every case; nobody types an outcome.
    """
    group = Group(move.case.target_group)
    note = parse(EVALUATION, move.given).values.get("note")
    started_on = follow_up_started_on(session, move.case.id, timezone=move.cycle.timezone)
    assert started_on is not None, "a case comes to follow-up by starting it"
    changes = [change_of(i, readings_of(session, move.case.subject_id, i), follow_up_from=started_on) for i in INDICATORS_OF[group]]
    whz = next((c.before.value for c in changes if c.indicator == "whz" and c.before and c.before.is_plausible), None)
    primary = primary_indicator(group, whz_before=whz)
    attempt = attempts_so_far(session, move.case.id) + 1
    session.add_all(
        Outcome(
            case_id=move.case.id,
            attempt=attempt,
            indicator=c.indicator,
            is_primary=c.indicator == primary,
            before_id=c.before.measurement_id if c.before else None,
            after_id=c.after.measurement_id if c.after else None,
            before_value=c.before.value if c.before else None,
            after_value=c.after.value if c.after else None,
            change=c.change,
            verdict=c.verdict,
            unknown_because=c.unknown_because,
            note=note,
            evaluated_at=move.at,
        )
        for c in changes
    )
    verdict = next(c.verdict for c in changes if c.indicator == primary)
    for action in current_actions(session, [move.case.id]):
        action.is_effective = is_effective(verdict, is_confirmed=action.confirmed_on is not None)
    return {"attempt": attempt, "primary": primary, "verdict": verdict}


def carry_over(session: Session, move: Move) -> dict[str, Any]:
    """Mark the case as one that the next cycle starts from; its open actions go along."""
    parse(NOTHING, move.given)
    return {"open_actions": [action.id for action in move.facts.actions if action.is_open]}
