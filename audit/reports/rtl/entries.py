"""The sheets of the follow-up plan in the book."""

from __future__ import annotations

from audit.reports.document import RESTRICTED, DocumentEntry, Per, Readers
from audit.reports.rtl.agency import agencies_with_actions, draw_rtl_agency, rtl_agency_snapshot

ENTRIES = (
    DocumentEntry(
        name="rtl", title="Lembar RTL perangkat daerah", prefix="RTL", per=Per.AGENCY, editions=(RESTRICTED,), readers=Readers.OWNER,
        file_name="rtl-{subject}-{cycle}", subjects=agencies_with_actions, freeze=rtl_agency_snapshot, draw=draw_rtl_agency,
    ),
)  # fmt: skip
