"""What every document freezes of its cycle. What a document shows beside it is in its own room."""

from __future__ import annotations

from typing import Any

from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Cycle

_SETTINGS = ("wording", "signatories", "decree", "office", "texts")


def frozen_cycle(cycle: Cycle) -> dict[str, Any]:
    """What every document freezes of its cycle: code, place, days, the office's wording, signatories and texts."""
    return {
        "code": cycle.code,
        "kabupaten_code": cycle.kabupaten_code,
        "timezone": cycle.timezone,
        "opened_on": local_date(cycle.opened_at, cycle.timezone).isoformat(),
        "starts_on": cycle.starts_on.isoformat(),
        "ends_on": cycle.ends_on.isoformat(),
        "dissemination_on": cycle.dissemination_on.isoformat() if cycle.dissemination_on else None,
        **{name: cycle.settings.get(name) or ([] if name == "signatories" else {}) for name in _SETTINGS},
    }
