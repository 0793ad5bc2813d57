"""What is done to a case in the packet step: the worksheet comes in, goes back, and the packet is frozen."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.forms import Parsed, Problem, Problems, parse
from audit.lifecycle.move import Move
from audit.lifecycle.vocabulary import Group
from audit.steps.packet.forms import SEND_BACK, WORKSHEETS
from audit.steps.packet.queries import worksheet_of
from audit.steps.packet.rules import still_needed
from audit.steps.packet.tables import Packet, Worksheet


def submit_worksheet(session: Session, move: Move) -> dict[str, Any]:
    """Keep the answers and count what is missing. New answers are laid over earlier ones, so that a supplement can be short.

    Raises Problems with every answer that cannot be used; then nothing is kept.
    """
    form = WORKSHEETS[Group(move.case.target_group)]
    parsed: Parsed = parse(form, move.given, partial=True)
    _refuse_unusable(parsed, move)
    worksheet = worksheet_of(session, move.case.id) or _new_worksheet(session, move)
    worksheet.answers = {**worksheet.answers, **parsed.values}
    worksheet.missing = still_needed(form, worksheet.answers)
    worksheet.unusual = len(parse(form, worksheet.answers, partial=True).warnings)
    worksheet.state = "submitted"
    worksheet.submitted_by_id, worksheet.submitted_at = move.by.id, move.at
    return {"answered": len(worksheet.answers), "missing": sum(map(len, worksheet.missing.values())), "unusual": worksheet.unusual}


def _refuse_unusable(parsed: Parsed, move: Move) -> None:
    if not parsed.values:
        raise Refused.because("nothing_answered", "Tidak ada isian yang dikirim. Isi sedikitnya satu pertanyaan kertas kerja.")
    visited_on = parsed.values.get("visited_on")
    if visited_on and visited_on > move.on:
        sentence = f"Tanggal kunjungan: {visited_on} belum terjadi; hari ini {move.on}."
        raise Problems([Problem("visited_on", str(visited_on), "future", sentence)])


def return_worksheet(session: Session, move: Move) -> dict[str, Any]:
    """Send the worksheet back to the field with what is asked for."""
    return _send_back(session, move)


def send_back_for_data(session: Session, move: Move) -> dict[str, Any]:
    """The same, asked for by the panel: the review starts again with a new packet when the answers are in."""
    return _send_back(session, move)


def freeze_packet(session: Session, move: Move) -> dict[str, Any]:
    """Record the packet that was rendered from the frozen snapshot.

    given: snapshot_sha256 and pdf_sha256, both already in the file store.
    """
    number = move.facts.round + 1
    snapshot, pdf = move.given["snapshot_sha256"], move.given["pdf_sha256"]
    session.add(Packet(case_id=move.case.id, round=number, snapshot_sha256=snapshot, pdf_sha256=pdf, frozen_at=move.at))
    return {"round": number, "snapshot": snapshot, "pdf": pdf}


def _send_back(session: Session, move: Move) -> dict[str, Any]:
    note = parse(SEND_BACK, move.given).values["note"]
    worksheet = worksheet_of(session, move.case.id)
    if worksheet is None:
        raise Refused.because("worksheet_not_submitted", "Kertas kerja belum ada.")
    worksheet.state, worksheet.returned_note = "returned", note
    return {"sent_back_to": worksheet.submitted_by_id}


def _new_worksheet(session: Session, move: Move) -> Worksheet:
    worksheet = Worksheet(case_id=move.case.id, state="draft", answers={}, missing={}, unusual=0)
    session.add(worksheet)
    return worksheet
