"""The data set beside the public edition: the cells of its tables as one CSV. The cells come already suppressed."""

from __future__ import annotations

import csv
import io

from audit.lifecycle.vocabulary import INTERVENTION_CLASSES
from audit.people.roles import AGENCIES
from audit.regions import region
from audit.reports.dissemination import texts
from audit.reports.dissemination.chapters import View
from audit.steps.evaluate.rules import VERDICT_LABELS

_TABLES = {
    "kecamatan": "Kasus menurut kecamatan dan kelompok sasaran",
    "group": "Kasus menurut kelompok sasaran",
    "child": "Kasus anak menurut umur dan jenis kelamin",
    "woman": "Kasus ibu menurut umur",
    "stage": "Keadaan kasus",
    "agreement": "Kesepakatan pakar",
    "cause": "Penyebab yang disepakati panel",
    "agency": "Kegiatan menurut penanggung jawab dan jenis intervensi",
    "level": "Keadaan kegiatan",
    "verdict": "Keadaan kasus setelah tindak lanjut",
}
"""Prefix of a cell's name -> the table it is printed in. Cells without one are totals and helpers that the sentences use."""


def public_table(view: View) -> bytes:
    """UTF-8 CSV with a header row and a byte order mark (so that spreadsheets read it right), one row for each cell of the tables."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(("tabel", "baris", "kolom", "jumlah"))
    for name, count in view["cells"].items():
        row, _, column = name.partition("|")
        prefix = row.partition(":")[0]
        if prefix in _TABLES and ":" in row:
            writer.writerow((_TABLES[prefix], _words(row), _words(column) if column else "", count))
    return file.getvalue().encode("utf-8-sig")


def _words(name: str) -> str:
    prefix, _, code = name.partition(":")
    if prefix == "kecamatan":
        return region(code).name
    if prefix == "cause":
        return texts.cause_label(code)
    labels = {
        "group": texts.GROUP_SHORT,
        "child": texts.CHILD_BAND_LABELS,
        "sex": texts.SEX_LABELS,
        "woman": texts.WOMAN_BAND_LABELS,
        "stage": texts.STAGE_LABELS,
        "agreement": texts.AGREEMENT_LABELS,
        "agency": AGENCIES,
        "class": INTERVENTION_CLASSES,
        "level": texts.LEVEL_LABELS,
        "verdict": VERDICT_LABELS,
    }
    return labels[prefix][code]
