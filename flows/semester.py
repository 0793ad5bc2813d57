"""The heartbeat: every move of the system that is due, in every open cycle, step after step, until none is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from prefect import flow

from audit.lifecycle.transitions import rows_of_the_system
from audit.lifecycle.vocabulary import Action
from flows.expert_review import expert_review
from flows.follow_up import follow_up
from flows.recommendation import recommendation
from flows.tasks import due_cases, instant, open_cycles

STEPS: Mapping[str, Callable[..., dict[str, int]]] = {
    "packet": expert_review,
    "review": expert_review,
    "recommend": recommendation,
    "followup": follow_up,
}
"""Step of the transition table -> the flow that walks its system rows."""

MOST_PASSES = 10
"""A safety stop; one pass opens at most the way for the next, and the longest road of system moves has four."""


@flow(name="semester", persist_result=False, validate_parameters=False)
def semester(cycle_id: int | None = None, at: str | None = None) -> dict[str, int]:
    """Run the flow of every step that has something due, again and again until a pass moves nothing; what was moved, counted.

    "undrawn": packets that could not be drawn in the last pass; they move nothing.
    """
    moment = instant(at).isoformat()
    moved: Counter[str] = Counter()
    for cycle in [cycle_id] if cycle_id is not None else open_cycles():
        for _ in range(MOST_PASSES):
            this_pass: Counter[str] = Counter()
            for step in flows_with_work(cycle, moment):
                this_pass.update(step(cycle, moment))
            undrawn = this_pass.pop("undrawn", 0)
            moved.update(this_pass)
            if not this_pass.total():
                break
        moved["undrawn"] += undrawn
    return {name: count for name, count in moved.items() if count}


def flows_with_work(cycle_id: int, at: str) -> list[Callable[..., Any]]:
    """The step flows for which at least one case is due, in the order of the steps. An idle heartbeat starts none."""
    busy = {STEPS[row.step] for row in _one_row_per_action() if due_cases(row.action, cycle_id, at)}
    return [flow for flow in dict.fromkeys(STEPS.values()) if flow in busy]


def _one_row_per_action() -> list[Any]:
    rows: dict[Action, Any] = {}
    for row in rows_of_the_system():
        rows.setdefault(row.action, row)
    return list(rows.values())
