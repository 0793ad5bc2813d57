"""Which cells of a workbook hold an identity number as a number: Excel keeps 15 digits of it. The text of a cell no longer tells."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import polars as pl
from lxml import etree

from audit.steps.intake.reader.safety import Content

_CHUNK = 4 << 20
_LONGEST_CELL = 512
_NUMBER = re.compile(rb"<v>(\d{15}0(?:\.0+)?|\d(?:\.\d+)?[eE]\+?15)</v>")
_TEXT = re.compile(rb">\s*(\d{15}0)\s*<")
_STRINGS = "xl/sharedStrings.xml"
_PLACE = re.compile(rb'r="[A-Z]+(\d+)"')
_TEXTS = (b't="s"', b't="str"', b't="inlineStr"')
_IDS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def with_numbers_told(cells: pl.DataFrame, column: str, content: Content, sheet: str) -> pl.DataFrame:
    """`cells` with `.0` behind the 16 digits that end in 0 and stand in the sheet as a number: their last digit may be lost.

    Looks into the workbook only when there is such a text at all; formats other than .xlsx are left as they are.
    """
    may_be = cells[column].str.contains(r"^\s*\d{15}0\s*$").fill_null(False)
    if not may_be.any() or not content.data.startswith(b"PK"):
        return cells
    texts = set(cells[column].filter(may_be).str.strip_chars().to_list())
    rows = pl.Series(sorted(_numeric_rows(content, sheet, texts)), dtype=pl.UInt32)
    numbered = cells.with_row_index("row", offset=1)
    told = pl.when(may_be & pl.col("row").is_in(rows.implode())).then(pl.col(column) + ".0").otherwise(pl.col(column))
    return numbered.with_columns(told.alias(column)).drop("row")


def _numeric_rows(content: Content, sheet: str, texts: set[str]) -> set[int]:
    """The rows of a sheet with such a number. What is among the shared texts of the book is a text: then the sheet need not be searched."""
    with zipfile.ZipFile(io.BytesIO(content.data)) as archive:
        if _STRINGS in archive.namelist():
            texts -= {found.decode() for found in _TEXT.findall(archive.read(_STRINGS))}
        part = _part_of(archive, sheet) if texts else None
        return set(_rows_with_long_numbers(archive, part)) if part else set()


def _rows_with_long_numbers(archive: zipfile.ZipFile, part: str) -> Iterator[int]:
    kept = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            text = kept + chunk
            for found in _NUMBER.finditer(text):
                cell = text[text.rfind(b"<c ", 0, found.start()) : found.start()]
                place = _PLACE.search(cell)
                if place and not any(mark in cell for mark in _TEXTS):
                    yield int(place[1])
            kept = text[-_LONGEST_CELL:]


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The part that holds a sheet, by the book's own list; None in a book that is arranged in another way."""
    try:
        book = etree.fromstring(archive.read("xl/workbook.xml"))
        links = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, etree.XMLSyntaxError):
        return None
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    for one in book.iter("{*}sheet"):
        if one.get("name") == sheet:
            target = targets.get(one.get(_IDS), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return part if part in archive.namelist() else None
    return None
