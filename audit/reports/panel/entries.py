"""The papers of the panel and of the meeting about its plan in the book."""

from __future__ import annotations

from audit.reports.document import RESTRICTED, DocumentEntry, Per, Readers
from audit.reports.panel.attendance import attendance_snapshot
from audit.reports.panel.official_minutes import official_minutes_snapshot
from audit.reports.panel.sittings import minutes_snapshot

ENTRIES = (
    DocumentEntry(
        name="notulen", title="Notulen sidang panel", prefix="NT", per=Per.CYCLE, editions=(RESTRICTED,), readers=Readers.PANEL,
        file_name="notulen-panel-{cycle}", subjects=lambda session, cycle_id: [""], freeze=minutes_snapshot,
    ),
    DocumentEntry(
        name="berita-acara", title="Berita acara kesepakatan RTL", prefix="BA", per=Per.CYCLE, editions=(RESTRICTED,),
        readers=Readers.OFFICE, file_name="berita-acara-{cycle}", subjects=lambda session, cycle_id: [""],
        freeze=official_minutes_snapshot,
    ),
    DocumentEntry(
        name="daftar-hadir", title="Daftar hadir", prefix="DH", per=Per.CYCLE, editions=(RESTRICTED,), readers=Readers.OFFICE,
        file_name="daftar-hadir-{cycle}", subjects=lambda session, cycle_id: [""], freeze=attendance_snapshot,
    ),
)  # fmt: skip
