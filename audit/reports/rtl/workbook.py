"""The RTL matrix as an Excel workbook: the matrix, counts by owner, and what it is. Drawn from its record; no cell is a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter

from audit.people.roles import AGENCIES
from audit.render.wording import date_words, number
from audit.reports.frozen import as_day
from audit.reports.phrases import cycle_words, region_words, secretariat_words
from audit.reports.printing import MARKS
from audit.reports.record import Record
from audit.reports.rtl.matrix import MATRIX, Cell, Row
from audit.reports.rtl.rows import with_owners
from audit.steps.recommend.rules import ACTION_STATUSES

MATRIX_SHEET, RECAP_SHEET, ABOUT_SHEET = "Matriks RTL", "Rekap OPD", "Keterangan"

_A4 = 9
_MATRIX_PAGES_WIDE = 2
"""26 columns on one A4 sheet would print at half size; on two, with the case number repeated, they can be read."""
_AS_IT_IS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_ACCENT = "#0B5563"
_LINE = "#C6CED3"
_BASE = {"font_name": "Calibri", "font_size": 9, "valign": "top"}
_CELL = _BASE | {"text_wrap": True, "border": 1, "border_color": _LINE}
_FORMATS: Mapping[str, Mapping[str, Any]] = {
    "head": _CELL | {"bold": True, "font_color": "#FFFFFF", "bg_color": _ACCENT, "valign": "vcenter"},
    "text": _CELL | {"num_format": "@"},
    "day": _CELL | {"num_format": "dd/mm/yyyy", "align": "left"},
    "number": _CELL | {"num_format": "#,##0"},
    "total": _CELL | {"num_format": "#,##0", "bold": True, "top": 2, "top_color": _ACCENT},
    "title": _BASE | {"bold": True, "font_size": 14, "font_color": _ACCENT},
    "label": _BASE | {"bold": True, "text_wrap": True},
    "plain": _BASE | {"text_wrap": True, "num_format": "@"},
}

NOTHING = "Belum ada kegiatan dari rencana tindak lanjut yang disetujui pada siklus ini."


def draw_matrix(record: Record) -> bytes:
    """The workbook of a record that `matrix_snapshot` froze; equal records give equal bytes."""
    content, actions = BytesIO(), with_owners(record.content)
    with xlsxwriter.Workbook(content, _AS_IT_IS) as book:
        book.set_properties(
            {
                "title": f"Matriks RTL {cycle_words(record.cycle['code'], record.cycle['wording'])}",
                "subject": record.number,
                "author": secretariat_words(record.cycle["kabupaten_code"], record.cycle["wording"]),
                "comments": f"Sidik rekaman (SHA-256) {record.sha256}",
                "created": record.at,
            }
        )
        formats = {name: book.add_format(dict(given)) for name, given in _FORMATS.items()}
        _matrix(_sheet(book, record, MATRIX_SHEET), formats, actions)
        _recap(_sheet(book, record, RECAP_SHEET), formats, actions)
        _about(_sheet(book, record, ABOUT_SHEET), formats, record)
    return content.getvalue()


def _sheet(book: Any, record: Record, name: str) -> Any:
    """A new sheet for A4 paper lying, as wide as the page, with what it is at the head and foot of every page."""
    sheet = book.add_worksheet(name)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.25, right=0.25, top=0.6, bottom=0.6)
    cycle = cycle_words(record.cycle["code"], record.cycle["wording"])
    place = region_words(record.cycle["kabupaten_code"])
    sheet.set_header(f"&L&9{_safe(f'Matriks RTL {place} – {cycle}')}&R&9{_safe(MARKS[record.edition])}")
    sheet.set_footer(f"&L&8{_safe(f'{record.number} · rekaman {record.sha256[:16]}')}&R&8Halaman &P dari &N")
    return sheet


def _matrix(sheet: Any, formats: Mapping[str, Any], actions: Sequence[Row]) -> None:
    for place, column in enumerate(MATRIX):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.label, formats["head"])
    for line, action in enumerate(actions, start=1):
        for place, column in enumerate(MATRIX):
            _write(sheet, line, place, column.read(action), formats[column.kind])
    if actions:
        sheet.autofilter(0, 0, len(actions), len(MATRIX) - 1)
    else:
        sheet.write_string(1, 0, NOTHING)
    sheet.freeze_panes(1, 2)
    sheet.set_row(0, 30)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, 1)
    sheet.fit_to_pages(_MATRIX_PAGES_WIDE, 0)
    sheet.print_area(0, 0, max(len(actions), 1), len(MATRIX) - 1)


def _recap(sheet: Any, formats: Mapping[str, Any], actions: Sequence[Row]) -> None:
    """Owners down, statuses across, with those past their deadline and a total."""
    head = ("Penanggung jawab", *ACTION_STATUSES.values(), "Jumlah", "Lewat tenggat", "Dipastikan")
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, len(head) - 1, 12)
    for place, label in enumerate(head):
        sheet.write_string(0, place, label, formats["head"])
    names = {action["owner"]: action["owner_name"] for action in actions}
    owners = [code for code in AGENCIES if code in names]
    for line, code in enumerate(owners, start=1):
        sheet.write_string(line, 0, names[code], formats["text"])
        _counts(sheet, line, [action for action in actions if action["owner"] == code], formats["number"])
    sheet.write_string(len(owners) + 1, 0, "Jumlah", formats["total"])
    _counts(sheet, len(owners) + 1, actions, formats["total"])
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)


def _counts(sheet: Any, line: int, actions: Sequence[Row], form: Any) -> None:
    counts = [sum(action["status"] == status for action in actions) for status in ACTION_STATUSES]
    late, seen = (sum(action[name] for action in actions) for name in ("is_late", "is_confirmed"))
    for place, count in enumerate((*counts, len(actions), late, seen), start=1):
        sheet.write_number(line, place, count, form)


def _about(sheet: Any, formats: Mapping[str, Any], record: Record) -> None:
    cycle = record.cycle
    facts = (
        ("Daerah", region_words(cycle["kabupaten_code"])),
        ("Siklus", cycle_words(cycle["code"], cycle["wording"])),
        ("Disusun oleh", secretariat_words(cycle["kabupaten_code"], cycle["wording"])),
        ("Keadaan per", date_words(as_day(record.content["changed_on"]))),
        ("Jumlah kegiatan", number(len(record.content["actions"]))),
        ("Nomor dokumen", record.number),
        ("Revisi", str(record.revision)),
        ("Kode pemeriksaan", record.code),
        ("Sidik rekaman (SHA-256)", record.sha256),
        ("Sifat", f"{MARKS[record.edition]}: memuat nomor kasus dan desa, tanpa identitas sasaran. Jangan diteruskan di luar tim audit."),
    )
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, "Matriks rencana tindak lanjut (RTL)", formats["title"])
    for line, (label, value) in enumerate(facts, start=2):
        sheet.write_string(line, 0, label, formats["label"])
        sheet.write_string(line, 1, value, formats["plain"])
    top = len(facts) + 3
    sheet.write_string(top, 0, "Kolom", formats["head"])
    sheet.write_string(top, 1, "Arti", formats["head"])
    for line, column in enumerate(MATRIX, start=top + 1):
        sheet.write_string(line, 0, column.label, formats["text"])
        sheet.write_string(line, 1, column.meaning, formats["text"])


def _write(sheet: Any, line: int, place: int, value: Cell, form: Any) -> None:
    """A text as a text, whatever it begins with; a count as a number, a day as a day, nothing as an empty cell."""
    if value is None or value == "":
        sheet.write_blank(line, place, None, form)
    elif isinstance(value, str):
        sheet.write_string(line, place, value, form)
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, form)
    else:
        sheet.write_number(line, place, value, form)


def _safe(text: str) -> str:
    """A text for a header or footer, where an ampersand begins a code."""
    return text.replace("&", "&&")
