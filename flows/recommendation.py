"""Consensus -> a first draft of the plan. What people decide (completing, submitting, approving it) waits in the database."""

from __future__ import annotations

from prefect import flow

from audit.lifecycle.vocabulary import Action
from flows.tasks import instant, walk_all_due


@flow(name="recommendation", persist_result=False, validate_parameters=False)
def recommendation(cycle_id: int, at: str | None = None) -> dict[str, int]:
    """Draft the RTL of every case whose consensus is recorded and whose plan is still empty. A second run drafts nothing."""
    moment = instant(at).isoformat()
    return {"drafted": walk_all_due(Action.PLAN_ACTIONS, cycle_id, moment)}
