"""The sheets of the follow-up plan in the book."""

from __future__ import annotations

from audit.reports.document import RESTRICTED, DocumentEntry, Per, Readers
from audit.reports.rtl.agency import agencies_with_actions, rtl_agency_snapshot
from audit.reports.rtl.matrix import matrix_snapshot
from audit.reports.rtl.place import desa_with_actions, kecamatan_with_actions, rtl_desa_snapshot, rtl_kecamatan_snapshot

ENTRIES = (
    DocumentEntry(
        name="rtl", title="Lembar RTL perangkat daerah", prefix="RTL", per=Per.AGENCY, editions=(RESTRICTED,), readers=Readers.OWNER,
        file_name="rtl-{subject}-{cycle}", subjects=agencies_with_actions, freeze=rtl_agency_snapshot,
    ),
    DocumentEntry(
        name="rtl-kecamatan", title="Lembar RTL kecamatan", prefix="RTL", per=Per.KECAMATAN, editions=(RESTRICTED,), readers=Readers.AREA,
        file_name="rtl-{subject}-{cycle}", subjects=kecamatan_with_actions, freeze=rtl_kecamatan_snapshot,
    ),
    DocumentEntry(
        name="rtl-desa", title="Lembar RTL desa/kelurahan", prefix="RTL", per=Per.DESA, editions=(RESTRICTED,), readers=Readers.AREA,
        file_name="rtl-{subject}-{cycle}", subjects=desa_with_actions, freeze=rtl_desa_snapshot,
    ),
    DocumentEntry(
        name="rtl-matriks", title="Matriks RTL (.xlsx)", prefix="RTL", per=Per.CYCLE, editions=(RESTRICTED,), readers=Readers.OFFICE,
        file_name="matriks-rtl-{cycle}", subjects=lambda session, cycle_id: [""], freeze=matrix_snapshot,
        suffix="xlsx", is_archival=False,
    ),
)  # fmt: skip
