"""The dissemination reports, first and second, in the book."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from audit.reports.dissemination.record import dissemination_snapshot
from audit.reports.dissemination.stage import FIRST, SECOND
from audit.reports.dissemination.view import public_derivative
from audit.reports.document import PUBLIC, RESTRICTED, DocumentEntry, Per, Readers


def _freeze(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date, stage: str) -> dict[str, Any]:
    del subject  # the whole cycle
    return dissemination_snapshot(session, cycle_id, at=at, on=on, stage=stage)


def _printed(content: dict[str, Any], edition: str) -> dict[str, Any]:
    return public_derivative(content) if edition == PUBLIC else content


ENTRIES = (
    DocumentEntry(
        name="diseminasi", title="Laporan diseminasi pertama", prefix="LD", per=Per.CYCLE, editions=(RESTRICTED, PUBLIC),
        readers=Readers.OFFICE, file_name="laporan-diseminasi-{cycle}-{edition}", subjects=lambda session, cycle_id: [""],
        freeze=partial(_freeze, stage=FIRST),  printed=_printed,
    ),
    DocumentEntry(
        name="diseminasi-2", title="Laporan diseminasi kedua", prefix="LD2", per=Per.CYCLE, editions=(RESTRICTED, PUBLIC),
        readers=Readers.OFFICE, file_name="laporan-diseminasi-2-{cycle}-{edition}", subjects=lambda session, cycle_id: [""],
        freeze=partial(_freeze, stage=SECOND),  printed=_printed,
    ),
)  # fmt: skip
