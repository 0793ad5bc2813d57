"""One column of a person's table turned into numbers, with every cell that cannot be used named. No file is read in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audit.growth.ages import Dates, Floats
from audit.growth.indices import Bools, Position


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that cannot be used: its row as the person counts them, its column, what was found and what was expected (in Indonesian)."""

    row: int
    column: str
    value: str
    code: str
    message: str


Parsed: TypeAlias = tuple[Floats, list[Problem]]

EMPTY = frozenset({"", "-", ".", "na", "n/a", "nan", "null", "none", "#n/a"})
"""What people and programs write where nothing is known, in small letters."""

SEX: Mapping[str, float] = {
    **dict.fromkeys(("l", "m", "1", "lk", "laki-laki", "laki laki", "male"), 1.0),
    **dict.fromkeys(("p", "f", "2", "pr", "perempuan", "female"), 0.0),
}
POSITION: Mapping[str, float] = {
    **dict.fromkeys(("l", "terlentang", "telentang", "lying"), float(Position.LYING)),
    **dict.fromkeys(("h", "berdiri", "standing"), float(Position.STANDING)),
}
OEDEMA: Mapping[str, float] = {
    **dict.fromkeys(("y", "ya", "yes", "1", "true"), 1.0),
    **dict.fromkeys(("n", "t", "tidak", "no", "2", "0", "false"), 0.0),
}

_FIRST_SERIAL, _LAST_SERIAL = 25569, 73050
"""Excel writes a date as a count of days; these are 1970 and 2100."""

_EXCEL_EPOCH = np.datetime64("1899-12-30", "D")


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it came, its name in the person's table, and the row number of its first cell."""

    name: str
    cells: pl.Series
    first_row: int

    def problems(self, unusable: Bools, code: str, expected: str) -> list[Problem]:
        """One problem for each unusable cell, in order."""
        rows = np.flatnonzero(unusable)
        values = self.cells.gather(rows).cast(pl.String, strict=False).fill_null("")
        return [
            Problem(self.first_row + int(row), self.name, value, code, f"isi “{value}” tidak dapat dipakai; seharusnya {expected}")
            for row, value in zip(rows, values, strict=True)
        ]

    def text(self) -> pl.Series:
        """The cells in small letters without spaces around them, null where nothing is known."""
        text = self.cells.cast(pl.String, strict=False).str.strip_chars(" \t\r\n\u00a0`'").str.to_lowercase()
        return text.set(text.is_in(list(EMPTY)), None)


def numbers(column: Column, expected: str) -> Parsed:
    """A number for each cell, NaN where empty or unusable; a decimal comma is read as a point. `expected` names what was wanted."""
    if column.cells.dtype.is_numeric():
        values = column.cells.cast(pl.Float64).fill_null(np.nan).to_numpy()
        is_filled = ~np.isnan(values)
    else:
        text = column.text()
        values = text.str.replace(r"^([^.,]*),([^.,]*)$", "$1.$2").cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
        is_filled = text.is_not_null().to_numpy()
    unusable = is_filled & ~np.isfinite(values)
    return np.where(unusable, np.nan, values), column.problems(unusable, "not_a_number", expected)


def codes(column: Column, words: Mapping[str, float], expected: str) -> Parsed:
    """The number that each word stands for, NaN where empty or unknown."""
    cells = column.cells
    if cells.dtype.is_float():
        column = Column(column.name, cells.cast(pl.String).str.strip_suffix(".0"), column.first_row)
    text = column.text()
    values = text.replace_strict(words, default=None, return_dtype=pl.Float64).fill_null(np.nan).to_numpy()
    unusable = text.is_not_null().to_numpy() & np.isnan(values)
    return values, column.problems(unusable, "unknown_word", expected)


def dates(column: Column) -> tuple[Dates, list[Problem]]:
    """The date in each cell, NaT where empty or unusable.

    Dates and instants of the file itself, 2024-10-05, 5/10/2024, 5-10-2024 (day first), or Excel's count of days.
    """
    cells = column.cells
    if isinstance(cells.dtype, pl.Date | pl.Datetime):
        return _as_days(cells.cast(pl.Date)), []
    text = column.text()
    day = text.str.replace(r"[ t]\d{1,2}:\d{2}.*$", "")
    iso = day.set(~day.str.contains(r"^\d{4}-\d{1,2}-\d{1,2}$"), None).str.to_date("%Y-%m-%d", strict=False)
    ours = day.str.replace_all(r"[/.-]", "/")
    ours = ours.set(~day.str.contains(r"^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}$"), None).str.to_date("%d/%m/%Y", strict=False)
    found = np.where(iso.is_not_null(), _as_days(iso), _as_days(ours))

    serial = day.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
    is_serial = (serial >= _FIRST_SERIAL) & (serial <= _LAST_SERIAL)
    counted = _EXCEL_EPOCH + np.where(is_serial, serial, 0).astype(np.int64)
    found = np.where(is_serial, counted, found)
    unusable = text.is_not_null().to_numpy() & np.isnat(found)
    return found, column.problems(unusable, "not_a_date", "tanggal seperti 2024-10-05 atau 05/10/2024")


def outside(column: Column, values: Floats, usable: Bools, code: str, expected: str) -> list[Problem]:
    """One problem for each number that is known but cannot be so."""
    return column.problems(~np.isnan(values) & ~usable, code, expected)


def in_order(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The problems by row; those of one row as they were found."""
    return tuple(sorted(problems, key=lambda problem: problem.row))


def _as_days(values: pl.Series) -> NDArray[np.datetime64]:
    return values.to_numpy().astype("datetime64[D]")
