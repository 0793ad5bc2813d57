"""Writing a table as a puskesmas would save it: workbook, CSV, TSV, a web page called `.xls`. What the cells mean is not known."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from audit.demo.registry_rows import Cell, Row

CREATED_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""Written into every workbook, so that the same rows give the same bytes."""

SUFFIXES = (".xlsx", ".csv", ".tsv", ".xls")


def write_sheet(path: Path, *, titles: Sequence[str], header: Sequence[str], rows: Sequence[Row], footer: Sequence[Row]) -> int:
    """Write the table in the format that the suffix names and return the row of the header, counted from 1.

    .xlsx: a workbook whose title cells are merged. .csv: `;`, cp1252, decimal comma, as an Indonesian Excel saves it.
    .tsv: tab, UTF-8, decimal point. .xls: a `<table>` in a web page. One empty row stands between titles and header. ValueError for
    another suffix.
    """
    above: list[Row] = [[title] for title in titles]
    lines: list[Row] = [*above, [], list(header), *rows, *footer]
    match path.suffix:
        case ".xlsx":
            _write_xlsx(path, lines, titles=len(titles), width=len(header))
        case ".csv":
            path.write_bytes(_delimited(lines, ";", len(header), decimal=",").encode("cp1252"))
        case ".tsv":
            path.write_bytes(_delimited(lines, "\t", len(header), decimal=".").encode())
        case ".xls":
            path.write_bytes(_web_page(lines, len(header)).encode())
        case other:
            raise ValueError(f"akhiran {other!r} tidak dikenal; yang ada: {', '.join(SUFFIXES)}")
    return len(titles) + 2


def _write_xlsx(path: Path, lines: Sequence[Row], *, titles: int, width: int) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": "Data peragaan, bukan orang sungguhan", "created": CREATED_AT.replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("Data")
        for number, line in enumerate(lines):
            if number < titles:
                sheet.merge_range(number, 0, number, width - 1, line[0], bold)
            else:
                _write_line(sheet, number, line, bold if number == titles + 1 else None)
        sheet.freeze_panes(titles + 2, 0)
        sheet.set_column(0, width - 1, 14)


def _write_line(sheet: xlsxwriter.worksheet.Worksheet, number: int, line: Row, cell_format: object) -> None:
    for column, cell in enumerate(line):
        if isinstance(cell, str):
            sheet.write_string(number, column, cell, cell_format)
        elif cell is not None:
            sheet.write_number(number, column, cell, cell_format)


def _delimited(lines: Sequence[Row], delimiter: str, width: int, *, decimal: str) -> str:
    """CRLF lines of equal width; a cell with the delimiter or a quote is quoted."""
    return "".join(delimiter.join(_quoted(_text(cell, decimal), delimiter) for cell in _padded(line, width)) + "\r\n" for line in lines)


def _quoted(text: str, delimiter: str) -> str:
    return '"' + text.replace('"', '""') + '"' if delimiter in text or '"' in text else text


def _web_page(lines: Sequence[Row], width: int) -> str:
    body = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(_text(cell, '.'))}</td>" for cell in _padded(line, width)) + "</tr>" for line in lines
    )
    return f'<html><head><meta charset="utf-8"></head><body><table border="1">\n{body}\n</table></body></html>\n'


def _padded(line: Row, width: int) -> Row:
    return line + [None] * (width - len(line))


def _text(cell: Cell, decimal: str) -> str:
    """As a spreadsheet shows it: nothing for None, a very long number in powers of ten."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return (f"{cell:.5E}" if cell >= 1e12 else f"{cell:g}" if cell == int(cell) else repr(cell)).replace(".", decimal)
    return str(cell)
