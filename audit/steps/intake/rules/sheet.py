"""Where in a sheet the header is, which rows below it are data, and which layout it is. The cells themselves are not judged here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from rapidfuzz import fuzz, process

from audit.steps.intake.columns import LAYOUTS, Kind, Layout, match_header, plain_header

HEADER_WITHIN = 30
"""The header is looked for in this many first rows."""

_FOOTER = r"(?i)^\W*(total|jumlah|grand total|rata-rata|rerata|mengetahui|dicetak|sumber|keterangan|catatan|kepala puskesmas|petugas|nip\b)"

_TELLS_WHO = (("nik", r"\d{5}"), ("birth_on", r"\S"), ("sex", r"\S"))
"""A row in which none of these columns looks like this is nobody's: the second cell of a footer is often a count or a word."""

_SHORTEST_DATE = 5
"""A cell under the birth date with a digit and so many characters (a day number of Excel) makes a row ordinary: nothing more is asked."""


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was found: its row (0 is the first of the sheet), its cells, its layout, and where each field is."""

    row: int
    cells: tuple[str | None, ...]
    layout: Layout
    position: dict[str, int]

    def name(self, field: str) -> str:
        """The header as in the file; the layout's own name for a column the file does not have."""
        at = self.position.get(field)
        return " ".join((self.cells[at] or "").split()) if at is not None else self.layout.column(field).header

    @property
    def unknown(self) -> list[str]:
        """Headers that no column of the layout has: they are not read."""
        known = set(self.position.values())
        return [" ".join(cell.split()) for at, cell in enumerate(self.cells) if cell and cell.strip() and at not in known]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The data rows of a file. rows: every cell as text, one column per field that is used, plus `row`
    (as in the sheet, from 1)."""

    header: Header
    rows: pl.DataFrame


def find_header(top: Sequence[Sequence[str | None]]) -> Header | None:
    """The header among the first rows of a sheet, also when it is written in two rows; None when there is none."""
    for row, cells in enumerate(top[:HEADER_WITHIN]):
        below = top[row + 1] if row + 1 < len(top) else ()
        both = [(b or a) for a, b in zip(cells, below, strict=False)] if below else []
        for last, candidate in ((row, cells), (row + 1, both)):
            found = _layout_of(candidate)
            if found is not None:
                layout, position = found
                if last > row and _layout_of(below) is not None:
                    continue
                return Header(last, tuple(candidate), layout, position)
    return None


def nearest_header(top: Sequence[Sequence[str | None]]) -> tuple[Layout, list[str], list[str]]:
    """For a sheet without header: the layout that comes nearest, the names that are missing, and what stands there instead."""
    best: tuple[int, Layout, list[str], list[str]] = (-1, LAYOUTS[0], [LAYOUTS[0].column(f).header for f in LAYOUTS[0].required], [])
    for cells in top[:HEADER_WITHIN]:
        for layout in LAYOUTS:
            position = match_header(cells, layout)
            missing = [layout.column(f).header for f in layout.required if f not in position]
            if len(position) > best[0] and position:
                left = [c for at, c in enumerate(cells) if c and plain_header(c) and at not in position.values()]
                best = (len(position), layout, missing, [_like(name, left) for name in missing])
    return best[1], best[2], [name for name in best[3] if name]


def data_rows(whole: pl.DataFrame, header: Header) -> Sheet:
    """The rows below the header that hold data: without blank rows, rows of column numbers, repeated headers and footer totals.

    whole: every row of the sheet from its first, all text, columns in the order of the sheet.
    """
    below = whole.with_row_index("row", offset=1).slice(header.row + 1)
    kept = {field: whole.columns[at] for field, at in header.position.items()}
    used = [field for field in kept if header.layout.column(field).kind is not Kind.IGNORED]
    born = pl.col(kept["birth_on"]) if "birth_on" in kept else pl.lit("")
    ordinary = below.select(((born.str.len_bytes() >= _SHORTEST_DATE) & born.str.contains(r"\d")).fill_null(False).alias("is")).to_series()
    rows = below.select("row", **{field: pl.col(kept[field]) for field in used})
    if ordinary.all():
        return Sheet(header, rows)
    last = max(below["row"].filter(ordinary).to_list(), default=0)
    odd = _that_hold_data(below.filter(~ordinary), header, kept, last_person=last)
    return Sheet(header, rows.filter(ordinary | below["row"].is_in(odd.implode())))


def _that_hold_data(odd: pl.DataFrame, header: Header, kept: dict[str, str], *, last_person: int) -> pl.Series:
    """Of the rows without a date of birth, the numbers of those that somebody's data stand in."""
    names = [name for name in odd.columns if name != "row"]
    required = header.layout.required
    filled = pl.any_horizontal([_has_text(pl.col(name)) for name in names])
    repeats = pl.all_horizontal([_same_header(pl.col(kept[f]), header.cells[header.position[f]]) for f in required])
    numbered = pl.all_horizontal([pl.col(kept[f]).str.strip_chars("() ") == str(header.position[f] + 1) for f in required])
    odd = odd.filter(filled & ~(repeats | numbered).fill_null(False))
    nobody = ~pl.any_horizontal([pl.col(kept[f]).str.contains(look).fill_null(False) for f, look in _TELLS_WHO if f in kept])
    spoken = pl.any_horizontal([pl.col(name).str.contains(_FOOTER).fill_null(False) for name in names])
    suspects = odd.filter(nobody).select("row", foot=spoken)
    feet = suspects.filter("foot")["row"].to_list()
    if not feet:
        return odd["row"]
    begins = max(min(feet), last_person)
    foot = suspects.filter(pl.col("foot") | (pl.col("row") > begins))["row"]
    return odd.filter(~pl.col("row").is_in(foot.implode()))["row"]


def _layout_of(cells: Sequence[str | None]) -> tuple[Layout, dict[str, int]] | None:
    fits = []
    for layout in LAYOUTS:
        position = match_header(cells, layout)
        if all(field in position for field in layout.required):
            fits.append((len(position), layout, position))
    if not fits:
        return None
    _, layout, position = max(fits, key=lambda fit: fit[0])
    return layout, position


def _like(wanted: str, left: list[str]) -> str:
    found = process.extractOne(wanted, left, scorer=fuzz.WRatio, score_cutoff=60)
    return " ".join(found[0].split()) if found else ""


def _has_text(column: pl.Expr) -> pl.Expr:
    return column.str.strip_chars().str.len_bytes().fill_null(0) > 0


def _same_header(column: pl.Expr, name: str | None) -> pl.Expr:
    return column.str.to_lowercase().str.strip_chars() == (name or "").lower().strip()
