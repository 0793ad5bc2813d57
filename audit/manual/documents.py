"""The page on printed documents, from the book that lists them. What stands in a document is in its template."""

from __future__ import annotations

from audit.manual.markdown import code, page, table
from audit.reports.book import BOOK

PER_LABELS = {"case": "setiap kasus", "cycle": "seluruh siklus", "agency": "setiap perangkat daerah yang punya kegiatan"}
SUBJECT_LABELS = {"case": "`--subject NOMOR_KASUS`", "cycle": "", "agency": "`--subject KODE_OPD`"}


def documents_page() -> str:
    """Every document with its editions and how it is asked for."""
    return page(
        "Dokumen",
        "Dibuat dengan `aks report NAMA --cycle KODE`. Isi sebuah dokumen dibekukan lebih dahulu, lalu dicetak dari bekuan itu; catatan "
        "yang sama memberi berkas yang sama. Setiap dokumen disimpan tersandi menurut SHA-256-nya dan tidak pernah ditimpa.",
        table(
            ("Nama", "Dokumen", "Satu untuk", "Edisi", "Pilihan"),
            ((code(one.name), one.title, PER_LABELS[one.per], " dan ".join(one.editions), SUBJECT_LABELS[one.per]) for one in BOOK),
        ),
    )
