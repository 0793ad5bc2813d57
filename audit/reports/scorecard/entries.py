"""The scorecard in the book."""

from __future__ import annotations

from audit.reports.document import RESTRICTED, DocumentEntry, Per, Readers
from audit.reports.scorecard.card import scorecard_snapshot, scores_of_cycle

ENTRIES = (
    DocumentEntry(
        name="rapor", title="Rapor triwulan", prefix="RP", per=Per.SCORE, editions=(RESTRICTED,), readers=Readers.OWNER,
        file_name="rapor-{subject}-{cycle}", subjects=scores_of_cycle, freeze=scorecard_snapshot,
    ),
)  # fmt: skip
