"""The two disseminations: what the first leaves out of the record, which stages each waits for, and what is late. Pure; no wording.

The first is held when the plans are approved, the second after the follow-up. The first must stay as it was shown, so it ends where the
follow-up of a case begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from audit.lifecycle.vocabulary import Action, Status

FIRST, SECOND = "first", "second"

FOLLOW_UP_STATUSES = (Status.FOLLOW_UP, Status.EVALUATED, Status.CARRIED_OVER)
STARTING = (Action.NAME_PERSON_IN_CHARGE, Action.START_FOLLOW_UP)
"""Actions that prepare the follow-up while the case is still approved."""

_BEFORE_APPROVAL = ("worksheet", "review", "plan")
UNFINISHED_STAGES: Mapping[str, tuple[str, ...]] = {FIRST: _BEFORE_APPROVAL, SECOND: (*_BEFORE_APPROVAL, "approved", "follow_up")}
"""The stages in which a case still keeps a dissemination from being final; a withdrawn case keeps nothing."""

_CLOSED = ("usulan", "selesai", "batal")
_NOT_YET: Mapping[str, Any] = {
    "reported_on": None,
    "confirmed_on": None,
    "escalated_on": None,
    "evidence": None,
    "obstacle": None,
    "is_effective": None,
    "is_late": False,
}


def as_first(snapshot: Mapping[str, Any], *, seen_on: date, left_later: set[str]) -> dict[str, Any]:
    """The record as the first dissemination shows it: every case as it stood when its plan was approved.

    Left out: who accompanies a case, visits and what was measured on them, progress, proof, obstacles and confirmations of actions,
    escalations, outcomes, and a withdrawal during the follow-up (left_later: numbers of those cases). Measurements after `seen_on`, the day
    of the newest event it shows, are left out too. Kept as they are: findings, causes, dissent, recommendations and the plan itself.
    """
    return {**snapshot, "cases": [_case(case, seen_on.isoformat(), case["number"] in left_later) for case in snapshot["cases"]]}


def is_late(status: str, confirmed_on: date | None, ends_on: date | None, on: date) -> bool:
    """Whether an action was not said to be done although its last day has passed."""
    return confirmed_on is None and status not in _CLOSED and ends_on is not None and ends_on < on


def _case(case: Mapping[str, Any], seen_on: str, left_later: bool) -> dict[str, Any]:
    is_past = case["status"] in FOLLOW_UP_STATUSES or left_later
    return {
        **case,
        "status": Status.APPROVED.value if is_past else case["status"],
        "withdrawn_reason": None if left_later else case["withdrawn_reason"],
        "person_in_charge": "",
        "follow_up_ends_on": None,
        "actions": [_action(action) for action in case["actions"]],
        "visits": {"planned": 0, "done": 0, "missed": 0, "measured": 0},
        "measurements": [m for m in case["measurements"] if m["source"] != "visit" and m["measured_on"] <= seen_on],
        "outcomes": [],
    }


def _action(action: Mapping[str, Any]) -> dict[str, Any]:
    return {**action, **_NOT_YET, "status": "usulan" if action["status"] == "usulan" else "disetujui"}
