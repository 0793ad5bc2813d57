"""The documents for the field and the families in the book."""

from __future__ import annotations

from audit.reports.document import RESTRICTED, DocumentEntry, Per, Readers
from audit.reports.field.gap_sheet import gap_sheet_snapshot, puskesmas_with_gaps
from audit.reports.field.letter import cases_with_letter, family_letter_snapshot
from audit.reports.field.visit_card import cases_in_follow_up, visit_card_snapshot

ENTRIES = (
    DocumentEntry(
        name="kesenjangan", title="Lembar kesenjangan", prefix="KS", per=Per.PUSKESMAS, editions=(RESTRICTED,), readers=Readers.AREA,
        file_name="kesenjangan-{subject}-{cycle}", subjects=puskesmas_with_gaps, freeze=gap_sheet_snapshot,
    ),
    DocumentEntry(
        name="kartu-kunjungan", title="Kartu kunjungan", prefix="KK", per=Per.CASE, editions=(RESTRICTED,), readers=Readers.IDENTITY,
        file_name="kartu-kunjungan-{subject}", subjects=cases_in_follow_up, freeze=visit_card_snapshot,
    ),
    DocumentEntry(
        name="surat-keluarga", title="Surat keluarga", prefix="SF", per=Per.CASE, editions=(RESTRICTED,), readers=Readers.IDENTITY,
        file_name="surat-keluarga-{subject}", subjects=cases_with_letter, freeze=family_letter_snapshot,
    ),
)  # fmt: skip
