"""Collecting the problems of a file while its columns are checked, without drowning a person in ten thousand equal ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from audit.steps.intake.columns import KIND_LABELS, Column
from audit.steps.intake.rules.codes import CODES, Problem, Severity, problem
from audit.steps.intake.rules.sheet import Header

ALIKE_FROM = 1000
ALIKE_SHARE = 0.1
"""Equal remarks on one column become one, on the row of the header, when there are more than both. Refused rows are always named."""


@dataclass(slots=True)
class Findings:
    """The problems found so far, and the rows (numbers of the sheet) that they refuse."""

    header: Header
    row_count: int
    problems: list[Problem] = field(default_factory=list)
    rejected: set[int] = field(default_factory=set)

    def add(self, code: str, name: str, found: pl.DataFrame, *, words: Sequence[str] = (), **same: object) -> None:
        """One problem for each row of `found`, which has the columns `row`, `value` and those of `words`, which differ by row.

        name: the field whose header is named. same: words of the sentence that are equal in all rows.
        """
        if not found.height:
            return
        same = {"range": "", "wanted": "", "suggestion": "", **_words_of(self._column(name), code), **same}
        column = self.header.name(name)
        chosen = CODES[code]
        if chosen.severity is Severity.REJECT:
            self.rejected.update(found["row"].to_list())
        elif found.height > max(ALIKE_FROM, ALIKE_SHARE * self.row_count):
            sentence = chosen.sentence.format(**{**same, **dict.fromkeys(words, "…")})
            many = problem("many_alike", row=self.header.row + 1, column=column, value=None, count=found.height, sentence=sentence)
            self.problems.append(Problem(many.row, many.column, None, code, many.severity, many.message))
            return
        rows, values = found["row"].to_list(), found["value"].to_list()
        if not words:
            message = chosen.sentence.format(**same)
            self.problems.extend(
                Problem(row, column, value, code, chosen.severity, message) for row, value in zip(rows, values, strict=True)
            )
            return
        for row, value, *differing in zip(rows, values, *(found[w].to_list() for w in words), strict=True):
            sentence = chosen.sentence.format(**{**same, **dict(zip(words, differing, strict=True))})
            self.problems.append(Problem(row, column, value, code, chosen.severity, sentence))

    def in_order(self) -> list[Problem]:
        """Every problem by row, as a person reads the sheet."""
        return sorted(self.problems, key=lambda p: (p.row, p.severity is not Severity.REJECT, p.column))

    def _column(self, name: str) -> Column:
        return self.header.layout.column(name)


def range_text(limits: tuple[float, float] | None, unit: str) -> str:
    """A range as it is printed: `0,9–58 kg`."""
    if limits is None:
        return ""
    low, high = (f"{end:g}".replace(".", ",").replace("-", "−") for end in limits)
    return f"{low}–{high} {unit}".strip()


def _words_of(column: Column, code: str) -> dict[str, object]:
    limits = column.usual if code == "unusual" else column.hard
    if code == "date_impossible":
        return {"range": "tahun 1900–2100"}
    return {"range": range_text(limits, column.unit), "wanted": KIND_LABELS[column.kind]}
