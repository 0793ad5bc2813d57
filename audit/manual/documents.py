"""The page on printed documents, from the book that lists them. What stands in a document is in its template."""

from __future__ import annotations

from audit.manual.markdown import code, page, table
from audit.reports.book import BOOK
from audit.reports.document import Per

PER_LABELS = {
    Per.CASE: "setiap kasus",
    Per.SEAT: "setiap pakar pada setiap kasus",
    Per.CYCLE: "seluruh siklus",
    Per.AGENCY: "setiap perangkat daerah yang punya kegiatan",
    Per.PUSKESMAS: "setiap puskesmas yang punya kasus",
    Per.KECAMATAN: "setiap kecamatan yang punya kasus",
    Per.DESA: "setiap desa yang punya kasus",
    Per.SCORE: "setiap unit, setiap triwulan",
}
SUBJECT_LABELS = {
    Per.CASE: "`--subject NOMOR_KASUS`",
    Per.SEAT: "`--subject NOMOR_KASUS:PAKAR`",
    Per.CYCLE: "",
    Per.AGENCY: "`--subject KODE_OPD`",
    Per.PUSKESMAS: "`--subject NAMA_PUSKESMAS`",
    Per.KECAMATAN: "`--subject KODE_KECAMATAN`",
    Per.DESA: "`--subject KODE_DESA`",
    Per.SCORE: "`--subject TRIWULAN:JENIS:UNIT`",
}


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
