"""The documents of the packet in the book."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Status
from audit.reports.document import RESTRICTED, DocumentEntry, Kept, Per, Readers
from audit.reports.packet.document import without_numbers
from audit.steps.packet.queries import newest_packet, packet_snapshot


def case_named(session: Session, cycle_id: int, number: str) -> Case:
    """The case of the cycle with this number. Raises Refused when there is none."""
    case = session.scalar(select(Case).where(Case.cycle_id == cycle_id, Case.number == number))
    if case is None:
        raise Refused.because("unknown_case", f"Kasus “{number}” tidak ada pada siklus ini; lihat: aks case list.")
    return case


def case_numbers(session: Session, cycle_id: int) -> list[str]:
    """The numbers of every case of the cycle."""
    return list(session.scalars(select(Case.number).where(Case.cycle_id == cycle_id).order_by(Case.number)))


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
