"""The page on registry files: the columns of every layout and every problem a row can have. How a file is read is not told here."""

from __future__ import annotations

import re

from audit.manual.markdown import code, lines, page, section, span, table, yes
from audit.steps.intake.columns import KIND_LABELS, LAYOUTS, Column, Kind, Layout
from audit.steps.intake.rules.codes import CODES, Severity

SEVERITY_LABELS = {Severity.REJECT: "baris ditolak", Severity.WARN: "diperiksa"}

SUBJECT_LABELS = {"child": "anak", "woman": "perempuan", None: "laki-laki atau perempuan, menurut kolom jenis kelamin"}

BLANKS = {
    "range": "rentang",
    "wanted": "bentuk yang diminta",
    "expected": "yang diharapkan",
    "today": "hari ini",
    "months": "bulan",
    "limit": "batas",
    "reason": "alasan",
    "suggestion": "saran bila ada",
    "other": "nomor baris",
    "count": "jumlah",
    "sentence": "kalimatnya",
}
"""What stands in a sentence of a problem -> the word printed for it here; any other is printed as it is."""


def registry_page() -> str:
    """Every layout with its columns, and the table of problems."""
    return page(
        "Berkas registri",
        "Yang dapat dimuat: `.xlsx`, `.xls`, HTML yang disimpan sebagai `.xls`, `.csv`, dan `.tsv`. Judul kolom dicari di bawah baris "
        "judul, dengan urutan apa pun; huruf besar, spasi, dan tanda baca tidak berpengaruh. Kolom lain diabaikan.",
        *(_layout(layout) for layout in LAYOUTS),
        section(
            "Catatan pemeriksaan",
            "“Baris ditolak” berarti baris itu tidak dipakai. “Diperiksa” berarti selebihnya dari baris itu tetap dipakai.",
            table(
                ("Kode", "Akibat", "Kalimat"),
                ((code(one.code), SEVERITY_LABELS[one.severity], _sentence(one.sentence)) for one in CODES.values()),
            ),
        ),
    )


def _layout(layout: Layout) -> str:
    used = [column for column in layout.columns if column.kind is not Kind.IGNORED]
    ignored = [column.header for column in layout.columns if column.kind is Kind.IGNORED]
    at_least = ", ".join(f"“{layout.column(field).header}”" for field in layout.measures)
    return section(
        layout.label,
        f"Kode {code(layout.code)}. Sasaran: {SUBJECT_LABELS[layout.subject]}. Sedikitnya satu dari {at_least} harus dapat dipakai."
        + (f" Umur di atas {layout.max_months} bulan diberi catatan." if layout.max_months else ""),
        table(("Kolom", "Wajib ada", "Isi", "Batas", "Lazim", "Nama lain"), map(_column, used)),
        f"Dikenali, tidak dipakai: {', '.join(ignored)}." if ignored else "",
    )


def _column(column: Column) -> tuple[object, ...]:
    hard = span(*column.hard, column.unit) if column.hard else ""
    usual = span(*column.usual, column.unit) if column.usual else ""
    return (column.header, yes(column.is_required), KIND_LABELS[column.kind], hard, usual, lines(column.aliases))


def _sentence(template: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda blank: f"‹{BLANKS.get(blank[1], blank[1])}›", template)
