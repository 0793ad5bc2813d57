"""What this office calls its agencies, as it last said. What that means is in agencies.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.people.tables import OfficeSetting

PART = "agencies"
"""The part of the office's settings under which the names are kept."""


def own_names(session: Session) -> dict[str, str]:
    """Code -> name, of the agencies that this office calls otherwise than AGENCIES; one statement."""
    newest = select(OfficeSetting.value).where(OfficeSetting.part == PART).order_by(OfficeSetting.revision.desc()).limit(1)
    found: Mapping[str, Any] = session.scalar(newest) or {}
    return {code: str(name) for code, name in found.items()}
