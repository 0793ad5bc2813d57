"""Writing a table as a puskesmas would save it: workbook, CSV, TSV, a web page called `.xls`. What the cells mean is not known."""

from __future__ import annotations

import html
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from audit.demo.registry_rows import Cell, Row

CREATED_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""Written into every workbook, so that the same rows give the same bytes."""

SUFFIXES = (".xlsx", ".csv", ".tsv", ".xls")

_LETTERS = tuple(xl_col_to_name(column) for column in range(64))
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XLSX_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}
"""What a workbook of one sheet needs besides the sheet and its strings. Source: ECMA-376 part 1."""


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


def write_large_xlsx(path: Path, lines: Iterable[Row]) -> None:
    """Write a workbook of one sheet with shared strings and nothing else, in a fifth of xlsxwriter's time. Same lines, same bytes."""
    strings: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book:
        with book.open(_deflated("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            sheet.write(f"{_XML}<worksheet {_MAIN}><sheetData>".encode())
            for number, line in enumerate(lines, start=1):
                sheet.write(_xml_line(number, line, strings).encode())
            sheet.write(b"</sheetData></worksheet>")
        for name, content in _XLSX_PARTS.items():
            book.writestr(_deflated(name), _XML + content)
        shared = "".join(f"<si><t>{html.escape(text, quote=False)}</t></si>" for text in strings)
        book.writestr(_deflated("xl/sharedStrings.xml"), f'{_XML}<sst {_MAIN} uniqueCount="{len(strings)}">{shared}</sst>')


def _xml_line(number: int, line: Row, strings: dict[str, int]) -> str:
    """One row of the sheet; a string is numbered when it is first met."""
    cells = [
        f'<c r="{letters}{number}" t="s"><v>{strings.setdefault(cell, len(strings))}</v></c>'
        if isinstance(cell, str)
        else f'<c r="{letters}{number}"><v>{cell!r}</v></c>'
        for letters, cell in zip(_LETTERS, line, strict=False)
        if cell is not None
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _deflated(name: str) -> zipfile.ZipInfo:
    """A member dated 1980, whatever the day."""
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


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
