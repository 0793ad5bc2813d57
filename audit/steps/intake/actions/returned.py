"""The rows that were refused, handed back as a workbook with the same header, to be repaired and loaded again. Nothing is stored."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import xlsxwriter

from audit.errors import Refused
from audit.steps.intake.actions.report import ImportReport
from audit.steps.intake.reader import read_rows
from audit.steps.intake.rules.codes import Severity

_WIDTH, _WIDE = 14, 80


def write_problems(report: ImportReport, source_path: Path, out_path: Path) -> int:
    """Write every refused row of the report to an .xlsx file and return how many there are.

    The header is the one of the file, with `Baris asal` and `Masalah` behind it; every cell is text, so that nothing is run as a formula.
    Refused (`changed_since`) when the source is no longer the file of the report, (`cannot_write`) when the target cannot be written.
    """
    source = read_rows(Path(source_path), {p.row for p in report.problems if p.severity is Severity.REJECT})
    if source.sha256 != report.sha256:
        raise Refused.because("changed_since", f"{report.file} berubah sejak dimuat; muat ulang dahulu, lalu buat berkas masalahnya.")
    sentences: dict[int, list[str]] = defaultdict(list)
    for problem in report.problems:
        sentences[problem.row].append(f"{problem.column}: {problem.message}")
    options = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        with xlsxwriter.Workbook(out_path, options) as book:
            bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
            sheet = book.add_worksheet("Perbaiki")
            head = [*source.header, "Baris asal", "Masalah"]
            for column, name in enumerate(head):
                sheet.write_string(0, column, name or "", bold)
            for line, (row, cells) in enumerate(source.rows, start=1):
                for column, cell in enumerate([*cells, str(row), "\n".join(sentences[row])]):
                    if cell:
                        sheet.write_string(line, column, cell, text)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(head) - 2, _WIDTH)
            sheet.set_column(len(head) - 1, len(head) - 1, _WIDE)
    except (OSError, xlsxwriter.exceptions.XlsxWriterException):
        raise Refused.because(
            "cannot_write", f"{Path(out_path).name} tidak dapat ditulis; periksa folder, hak akses, dan ruang disk."
        ) from None
    return len(source.rows)
