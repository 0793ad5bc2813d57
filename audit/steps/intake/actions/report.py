"""What a person is told about a loaded file. How it is printed is decided by the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from audit.steps.intake.rules.codes import Problem


@dataclass(frozen=True, slots=True)
class ImportReport:
    """rows = accepted + repeated + rejected + doubtful, data rows only.

    import_id: None after a dry run; of the earlier import when the file brought nothing new. accepted: stored as new or corrected.
    repeated: already there, or overruled by a later row of the file. doubtful: wait for a person. new_subjects: people not known before.
    corrected: accepted rows that replace an older measurement. recheck: how the file's own z-scores were found to be made, counts.
    unknown_columns: headers that are not read.
    """

    import_id: int | None
    file: str
    sha256: str
    layout: str
    rows: int
    accepted: int
    repeated: int
    rejected: int
    doubtful: int
    new_subjects: int
    corrected: int
    problems: Sequence[Problem]
    recheck: Mapping[str, Any]
    unknown_columns: Sequence[str] = field(default=())

    @property
    def is_usable(self) -> bool:
        """Whether at least one row of the file could be used."""
        return self.rejected < self.rows

    def as_json(self) -> dict[str, Any]:
        """The object that `aks import --json` prints."""
        problems = [
            {"row": p.row, "column": p.column, "value": p.value, "code": p.code, "severity": str(p.severity), "message": p.message}
            for p in self.problems
        ]
        counts = {"rows": self.rows, "accepted": self.accepted, "repeated": self.repeated, "rejected": self.rejected}
        return {"import_id": self.import_id, "file": self.file, **counts, "problems": problems}
