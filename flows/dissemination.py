"""What a dissemination needs: both editions of the report and the sheets of the follow-up plan, as a selection of the documents."""

from __future__ import annotations

from typing import Any

from prefect import flow

from flows.documents import make_documents
from flows.drawing import engine_remarks
from flows.tasks import instant

NAMES = ("diseminasi", "rtl")


@flow(name="dissemination", persist_result=False, validate_parameters=False)
def dissemination(cycle_id: int, at: str | None = None) -> dict[str, Any]:
    """Publish what a dissemination needs; the counts of `documents`. Documents whose record did not change are not made again."""
    engine_remarks()
    return make_documents(cycle_id, instant(at).isoformat(), list(NAMES))
