"""The documents of the packet in the book."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from audit.lifecycle.vocabulary import Status
from audit.reports.cases import case_named, case_numbers
from audit.reports.document import RESTRICTED, DocumentEntry, Kept, Per, Readers
from audit.reports.packet.document import without_numbers
from audit.steps.packet.queries import newest_packet, packet_snapshot


def _freeze(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    del at  # a packet is dated with a day
    return packet_snapshot(session, case_named(session, cycle_id, subject).id, on=on)


def _kept(session: Session, cycle_id: int, subject: str) -> Kept | None:
    """The packet the panel saw. While the worksheet is (again) with the field the next one is not frozen yet, and None is said."""
    case = case_named(session, cycle_id, subject)
    found = newest_packet(session, case.id) if case.status != Status.SELECTED else None
    return Kept(found.snapshot_sha256, found.pdf_sha256) if found else None


ENTRIES = (
    DocumentEntry(
        name="paket", title="Paket kasus", prefix="PK", per=Per.CASE, editions=(RESTRICTED,), readers=Readers.IDENTITY,
        file_name="paket-{subject}", subjects=case_numbers, freeze=_freeze,  printed=without_numbers, kept=_kept,
        revision=lambda snapshot: int(snapshot["case"]["round"]),
    ),
)  # fmt: skip
