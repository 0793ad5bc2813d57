"""The form for an opinion in the book."""

from __future__ import annotations

from audit.reports.document import RESTRICTED, DocumentEntry, Per, Readers
from audit.reports.opinion_form.document import form_snapshot, packet_under, seats_to_answer
from audit.reports.packet.document import without_numbers

ENTRIES = (
    DocumentEntry(
        name="kajian", title="Formulir kajian pakar", prefix="KJ", per=Per.SEAT, editions=(RESTRICTED,), readers=Readers.IDENTITY,
        file_name="kajian-{subject}", subjects=seats_to_answer, freeze=form_snapshot,  printed=without_numbers,
        is_archival=False, base=packet_under,
    ),
)  # fmt: skip
