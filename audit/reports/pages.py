"""The parts that the records of printed documents share: facts, tables, figures, signatures, foot lines. Not the documents themselves.

Every value is already worded in Indonesian (`audit.render.wording`): a template copies it and never computes, compares or formats.
An empty string means "leave the place blank"; a dash ("–") is a value like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

Level = Literal["alarm", "watch", "fine", "unknown"]
"""How loud something is printed (a CSS class): alarm = filled mark, watch = outlined mark, fine = plain, unknown = dashed."""

Kind = Literal["text", "number", "code", "mark"]
"""How a column is set (a CSS class): text left, number right with equal digits, code unbroken, mark centred."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value, as in an identity block. An empty value is printed as "belum diisi"."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a printed table.

    width: whole percent of the table, 3 to 60; the widths of a table add up to 100.
    """

    label: str
    width: int
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption. Rows have as many cells as there are columns; the first cell is the heading of its row.

    number: "Tabel 2.1" ("" for a table outside the list of tables); anchor: an id that is unique in the document.
    total: one more row, set bold, or None. source: where the numbers come from; note: what a reader must know (suppression).
    empty: the sentence printed when there is no row.
    """

    anchor: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    number: str = ""
    total: tuple[str, ...] | None = None
    source: str = ""
    note: str = ""
    empty: str = "Tidak ada data."


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its caption. `drawing` comes from `audit.render.charts` only and carries its own alternative text.

    number: "Gambar 2.1" ("" for a figure outside the list of figures); anchor: an id that is unique in the document.
    """

    anchor: str
    caption: str
    drawing: Markup
    number: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: the office ("Ketua TPPS Kabupaten Jember"), the name, and the line under it (NIP, SIP or rank; "" leaves it out).

    field: name of the signature field for an electronic signature, unique in the document ("ketua"); "" for a signature on paper only.
    """

    office: str
    name: str
    below_name: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands on every page and in the metadata of the file.

    title: of the file. mark: the edition ("TERBATAS – RAHASIA", "EDISI PUBLIK"). reference: case number or report number.
    cycle: "Semester 1 Tahun 2026". snapshot: the first 16 characters of the sha256 of the frozen record; snapshot_full: all 64.
    author: the office that issues it. created: ISO instant in UTC ("2026-06-30T08:00:00Z") of the snapshot, never of the rendering.
    code: of the verification page; verify_url: its address, "" where the office has none; qr: the drawing of the address, else of the code.
    revision: "1". generator: the versions that decide the bytes of the file. Made by `audit.reports.printing.foot_of`.
    """

    title: str
    mark: str
    reference: str
    cycle: str
    snapshot: str
    snapshot_full: str
    author: str
    created: str
    description: str
    code: str
    verify_url: str
    qr: Markup
    revision: str
    generator: str
