"""Approved plans -> visits laid out; missed visits marked; late actions escalated."""

from __future__ import annotations

from prefect import flow

from audit.lifecycle.vocabulary import Action
from flows.tasks import instant, walk_all_due


@flow(name="follow-up", persist_result=False, validate_parameters=False)
def follow_up(cycle_id: int, at: str | None = None) -> dict[str, int]:
    """The daily sweep. Timers are dates in the database, so a sweep that did not run is made good by the next one."""
    moment = instant(at).isoformat()
    return {
        "started": walk_all_due(Action.START_FOLLOW_UP, cycle_id, moment),
        "missed": walk_all_due(Action.MARK_VISIT_MISSED, cycle_id, moment),
        "escalated": walk_all_due(Action.ESCALATE, cycle_id, moment),
    }
