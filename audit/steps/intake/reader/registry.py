"""From a path to the one sheet of data in the file: its header, its layout, its rows as text. The refusals say what was expected."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from audit.errors import Refused
from audit.steps.intake.reader.numbers import with_numbers_told
from audit.steps.intake.reader.safety import Content, check_unchanged, read_content
from audit.steps.intake.reader.tables import Table, no_table, tables_of
from audit.steps.intake.rules.sheet import HEADER_WITHIN, Header, Sheet, data_rows, find_header, nearest_header


@dataclass(frozen=True, slots=True)
class RegistryFile:
    """A registry file as read. name: the last part of the path. sha256: of the bytes that were read."""

    name: str
    sha256: str
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class WrittenRows:
    """Some rows as they stand in the file: the header, and row number with its cells."""

    sha256: str
    header: Sequence[str | None]
    rows: Sequence[tuple[int, Sequence[str | None]]]


def read_registry(path: Path) -> RegistryFile:
    """Read a registry file of any layout and form. Refused with a code and a sentence when there is no single table to read.

    Codes: missing_file, is_folder, not_a_file, no_permission, unreadable, too_large, changed_while_read, empty_file, not_a_workbook,
    xml_spreadsheet, password, damaged, zip_bomb, empty_workbook, no_header, two_headers, no_rows.
    """
    content, table, header = _open(path)
    cells = table.cells
    if "nik" in header.position:
        cells = with_numbers_told(cells, cells.columns[header.position["nik"]], content, table.name)
    sheet = data_rows(cells, header)
    if not sheet.rows.height:
        raise Refused.because("no_rows", f"{content.name} hanya berisi judul kolom; tidak ada baris data di bawahnya.")
    check_unchanged(path, content)
    return RegistryFile(content.name, content.sha256, sheet)


def read_rows(path: Path, wanted: Collection[int]) -> WrittenRows:
    """Some rows of a registry file, by their numbers in the sheet, with every cell as written. Refused as `read_registry`."""
    content, table, header = _open(path)
    picked = table.cells.with_row_index("row", offset=1).filter(pl.col("row").is_in(pl.Series(list(wanted), dtype=pl.UInt32).implode()))
    return WrittenRows(content.sha256, header.cells, [(row[0], row[1:]) for row in picked.rows()])


def _open(path: Path) -> tuple[Content, Table, Header]:
    """The one table of the file that has a header."""
    content = read_content(path)
    found: list[tuple[Table, Header]] = []
    without: list[Table] = []
    for table in tables_of(content):
        header = find_header(table.top)
        if header is not None:
            found.append((table, header))
        else:
            without.append(Table(table.name, table.cells.head(HEADER_WITHIN)))
    if len(found) > 1:
        names = " dan ".join(f"“{table.name}”" for table, _ in found[:3])
        raise Refused.because("two_headers", f"{content.name} berisi lebih dari satu tabel data: {names}; sisakan satu lembar saja.")
    if not found:
        raise _no_header(content.name, without)
    return content, *found[0]


def _no_header(name: str, tables: list[Table]) -> Refused:
    if not tables:
        return no_table(name)
    layout, missing, instead = max((nearest_header(table.top) for table in tables), key=lambda near: (-len(near[1]), len(near[2])))
    sentence = (
        f"{name} tidak memuat baris judul kolom dalam {HEADER_WITHIN} baris pertama. Yang kurang ({layout.label}): {', '.join(missing)}."
    )
    if instead:
        sentence += f" Yang paling mirip: {', '.join(instead)}."
    return Refused.because("no_header", sentence)
