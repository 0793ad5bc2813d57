"""The summary for the Bupati in the book."""

from __future__ import annotations

from audit.reports.document import PUBLIC, RESTRICTED, DocumentEntry, Per, Readers
from audit.reports.summary.view import printed_summary, summary_snapshot

ENTRIES = (
    DocumentEntry(
        name="ringkasan", title="Ringkasan untuk Bupati", prefix="RB", per=Per.CYCLE, editions=(RESTRICTED, PUBLIC),
        readers=Readers.OFFICE, file_name="ringkasan-{cycle}-{edition}", subjects=lambda session, cycle_id: [""],
        freeze=summary_snapshot,  printed=printed_summary,
    ),
)  # fmt: skip
