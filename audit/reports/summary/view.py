"""What the summary is made from: the record of the second dissemination, cut down for each edition to what one page needs. No wording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from audit.people.roles import AGENCIES
from audit.reports.dissemination.record import dissemination_snapshot
from audit.reports.dissemination.view import exact_view, public_derivative
from audit.reports.document import PUBLIC

_PARTS = ("format", "stage", "is_draft", "on", "dated", "groups", "kecamatan", "cells", "history", "evaluation_by", "panel_is_named")
_CELLS = frozenset(
    {
        *("cases", "group", "kecamatan", "stage", "unfinished", "agreed", "cause", "with_plan", "actions", "level"),
        *("told", "seen", "late", "visits", "outcomes", "verdict"),
    }
)
"""What stands before the colon of the counts that the restricted page may speak of."""


def summary_snapshot(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    """The record of the second dissemination as it stands, finished or not; as many statements. It goes to the sealed store.

    Raises NoResultFound when there is no such cycle.
    """
    del subject  # the whole cycle
    return {**dissemination_snapshot(session, cycle_id, at=at, on=on), "kind": "summary"}


def printed_summary(snapshot: dict[str, Any], edition: str) -> dict[str, Any]:
    """What the file of an edition carries: counts, and in the restricted edition what is late with which agency; no case, nobody's name.

    The public one has the counts of `public_derivative`, all of them, since they go with it as a data set, and nothing on any agency.
    """
    view = public_derivative(snapshot) if edition == PUBLIC else exact_view(snapshot)
    cycle = {key: value for key, value in view["cycle"].items() if key not in ("map", "signatories", "decree")}
    content = {**{part: view[part] for part in _PARTS}, "kind": "summary", "cycle": cycle}
    if edition == PUBLIC:
        return {**content, "late": []}
    cells = {name: value for name, value in view["cells"].items() if name.partition(":")[0] in _CELLS and "|" not in name}
    return {**content, "cells": cells, "late": list(_late(snapshot))}


def _late(snapshot: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """For each agency with a late action: how many, the oldest deadline, and the days since then up to the day of the record."""
    found: dict[str, list[str]] = {}
    for action in (action for case in snapshot["cases"] for action in case["actions"] if action["is_late"]):
        found.setdefault(action["owner_agency"], []).append(action["ends_on"])
    on = date.fromisoformat(snapshot["on"])
    order = list(AGENCIES)
    for agency, deadlines in sorted(found.items(), key=lambda each: (min(each[1]), -len(each[1]), order.index(each[0]))):
        oldest = min(deadlines)
        yield {"agency": agency, "actions": len(deadlines), "oldest": oldest, "days": (on - date.fromisoformat(oldest)).days}
