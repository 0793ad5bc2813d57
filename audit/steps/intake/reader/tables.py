"""The tables inside a file as text, row by row of the sheet: workbook by calamine, delimited text by polars, HTML by lxml."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import fastexcel
import polars as pl
from lxml import etree

from audit.errors import Refused
from audit.steps.intake.reader.safety import Content, Form, damaged, not_a_workbook, password_protected
from audit.steps.intake.rules.sheet import HEADER_WITHIN, find_header

_TOP = HEADER_WITHIN + 10
_DELIMITERS = (";", ",", "\t", "|")
_LONGEST_SPAN = 200
_HTML_CELLS = ("td", "th")


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet or table: its name, every cell as text (columns c0, c1, …; the first row of the frame is row 1 of the sheet)."""

    name: str
    cells: pl.DataFrame

    @property
    def top(self) -> list[tuple[str | None, ...]]:
        """The first rows, where a header may be."""
        return self.cells.head(_TOP).rows()


def tables_of(content: Content) -> Iterator[Table]:
    """Every table of the file that is not empty. Refused when the file cannot be read as what it says it is."""
    match content.form:
        case Form.WORKBOOK:
            yield from _sheets(content)
        case Form.HTML:
            yield from _html_tables(content)
        case Form.TEXT:
            yield _delimited(content)


def _sheets(content: Content) -> Iterator[Table]:
    try:
        reader = fastexcel.read_excel(content.data)
        names = reader.sheet_names
        for name in names:
            sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            frame = sheet.to_polars()
            del sheet
            if frame.width and frame.height:
                yield Table(name, frame.rename({old: f"c{at}" for at, old in enumerate(frame.columns)}))
    except fastexcel.FastExcelError as error:
        message = str(error).lower()
        if "password" in message or "encrypt" in message:
            raise password_protected(content.name) from None
        if "cannot detect" in message:
            raise not_a_workbook(content.name) from None
        raise damaged(content.name) from None


def _delimited(content: Content) -> Table:
    text = _decoded(content)
    delimiter = max(_DELIMITERS, key=lambda d: _score(text, d))
    try:
        width = max((len(row) for row in _head(text, delimiter)), default=1)
        schema = {f"c{at}": pl.String for at in range(width)}
        frame = pl.read_csv(
            io.BytesIO(_with_blank_lines(text, delimiter).encode()),
            has_header=False,
            schema=schema,
            separator=delimiter,
            infer_schema=False,
            truncate_ragged_lines=True,
            missing_columns="insert",
        )
    except (pl.exceptions.PolarsError, csv.Error):
        raise damaged(content.name) from None
    return Table(content.name, frame)


def _decoded(content: Content) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else cp1252, as Excel saves CSV in Indonesia."""
    if content.data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.data.decode("utf-16", errors="replace")
    try:
        return content.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.data.decode("cp1252", errors="replace")


def _with_blank_lines(text: str, delimiter: str) -> str:
    """Line ends of one kind, and blank lines filled, which would otherwise not be counted as rows."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\n\n" not in text and not text.startswith("\n"):
        return text
    return "\n".join(line or delimiter for line in text.split("\n"))


def _head(text: str, delimiter: str) -> list[list[str]]:
    """The first rows as the csv module reads them."""
    lines = io.StringIO(text[: 1 << 18].replace("\r\n", "\n").replace("\r", "\n"))
    return [row for row, _ in zip(csv.reader(lines, delimiter=delimiter), range(_TOP), strict=False)]


def _score(text: str, delimiter: str) -> tuple[bool, int]:
    """A delimiter under which a header is found is the right one; else the one that makes the widest table."""
    try:
        rows = _head(text, delimiter)
    except csv.Error:
        return False, 0
    return find_header([tuple(row) for row in rows]) is not None, max((len(row) for row in rows), default=0)


def _html_tables(content: Content) -> Iterator[Table]:
    """Each <table>, a row at a time, so that a large page does not have to stand in memory as a tree."""
    encoding = "utf-8" if _is_utf8(content.data) else "cp1252"
    rows: list[list[str | None]] = []
    try:
        events = etree.iterparse(io.BytesIO(content.data), events=("end",), html=True, encoding=encoding, huge_tree=True)
        for _, element in events:
            if element.tag == "tr":
                rows.append(_html_row(element))
                element.clear()
            elif element.tag == "table" and rows:
                yield _html_table(rows)
                rows = []
    except etree.XMLSyntaxError:
        raise not_a_workbook(content.name) from None
    if rows:
        yield _html_table(rows)


def _html_row(element: etree._Element) -> list[str | None]:
    cells: list[str | None] = []
    for cell in element.iterchildren(*_HTML_CELLS):
        cells.append("".join(cell.itertext()).replace("\xa0", " ").strip() or None)
        span = cell.get("colspan", "1")
        cells.extend([None] * (min(int(span), _LONGEST_SPAN) - 1 if span.isdecimal() else 0))
    return cells


def _html_table(rows: list[list[str | None]]) -> Table:
    width = max(1, *(len(row) for row in rows))
    columns = {f"c{at}": pl.Series([row[at] if at < len(row) else None for row in rows], dtype=pl.String) for at in range(width)}
    return Table("tabel HTML", pl.DataFrame(columns))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def no_table(name: str) -> Refused:
    """The workbook opens, but nothing is written in it."""
    return Refused.because("empty_workbook", f"{name} tidak berisi apa-apa.")
