"""The data set beside a public edition: the cells of its tables as one CSV, and its schema. The cells come already suppressed."""

from __future__ import annotations

import csv
import io
from typing import Any

from audit.lifecycle.vocabulary import INTERVENTION_CLASSES
from audit.regions import region
from audit.reports.dissemination import texts
from audit.reports.dissemination.chapters import View, month_words
from audit.reports.dissemination.pages import DataField
from audit.reports.dissemination.stage import FIRST
from audit.reports.phrases import agency_name
from audit.steps.evaluate.rules import VERDICT_LABELS
from audit.store.canonical import canonical_json

_TABLES = {
    "kecamatan": "Kasus menurut kecamatan dan kelompok sasaran",
    "group": "Kasus menurut kelompok sasaran",
    "child": "Kasus anak menurut umur dan jenis kelamin",
    "woman": "Kasus ibu menurut umur",
    "stage": "Keadaan kasus",
    "agreement": "Kesepakatan pakar",
    "cause": "Penyebab yang disepakati panel",
    "agency": "Kegiatan menurut penanggung jawab dan jenis intervensi",
    "due": "Kegiatan menurut bulan tenggat",
    "level": "Keadaan kegiatan",
    "verdict": "Keadaan kasus setelah tindak lanjut",
}
"""Prefix of a cell's name -> the table it is printed in. Cells without one are totals and helpers that the sentences use."""

_NOT_IN_FIRST = ("level", "verdict", *(f"stage:{stage}" for stage in texts.AFTER_FIRST))

TABLE_NAME, SCHEMA_NAME = "data-publik.csv", "skema-data.json"
_COUNT = "^(0|[1-9][0-9]*|<5|–)$"

FIELDS = (
    DataField("tabel", "Tabel asal angka", "teks"),
    DataField("baris", "Kecamatan, kelompok umur, penyebab, bulan, atau penanggung jawab", "teks"),
    DataField("kolom", "Kelompok sasaran, jenis kelamin, atau jenis intervensi", "teks, kosong untuk jumlah"),
    DataField("jumlah", "Banyaknya kasus atau kegiatan", "bilangan, “<5”, atau “–”"),
)
"""The columns of the data set, as its schema and the annex of the report tell them."""


def public_table(view: View) -> bytes:
    """UTF-8 CSV with a header row and a byte order mark (so that spreadsheets read it right), one row for each cell of the tables."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(field.name for field in FIELDS)
    left_out = set(_NOT_IN_FIRST) if view["stage"] == FIRST else set()
    for name, count in view["cells"].items():
        row, _, column = name.partition("|")
        prefix = row.partition(":")[0]
        if prefix in _TABLES and ":" in row and not {prefix, row} & left_out:
            writer.writerow((_TABLES[prefix], _words(row, view), _words(column, view) if column else "", count))
    return file.getvalue().encode("utf-8-sig")


def data_schema(view: View) -> bytes:
    """The schema of the CSV as canonical JSON: a Tabular Data Resource with a Table Schema (specs.frictionlessdata.io), version 1."""
    constraints: dict[str, dict[str, Any]] = {
        "tabel": {"required": True, "enum": sorted(set(_TABLES.values()))},
        "baris": {"required": True},
        "kolom": {"required": False},
        "jumlah": {"required": True, "pattern": _COUNT},
    }
    fields = [
        {"name": f.name, "type": "string", "title": f.meaning, "description": f.values, "constraints": constraints[f.name]} for f in FIELDS
    ]
    return canonical_json(
        {
            "profile": "tabular-data-resource",
            "name": "data-publik",
            "title": f"Angka edisi publik, siklus {view['cycle']['code']}",
            "path": TABLE_NAME,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "header": True},
            "schema": {
                "fields": fields,
                "primaryKey": ["tabel", "baris", "kolom"],
                "missingValues": [""],
            },
            "notes": {
                "<5": "1 sampai 4, ditutup untuk melindungi identitas",
                "–": "ditutup karena membuka angka kecil lain; tidak berarti kecil dan tidak berarti nol",
            },
        }
    )


def _words(name: str, view: View) -> str:
    prefix, _, code = name.partition(":")
    if prefix == "kecamatan":
        return region(code).name
    if prefix == "due":
        return "Tanpa tenggat" if code == "none" else month_words(code)
    if prefix == "cause":
        return texts.cause_label(code)
    if prefix == "agency":
        return agency_name(view["cycle"], code)
    labels = {
        "group": texts.GROUP_SHORT,
        "child": texts.CHILD_BAND_LABELS,
        "sex": texts.SEX_LABELS,
        "woman": texts.WOMAN_BAND_LABELS,
        "stage": texts.STAGE_LABELS,
        "agreement": texts.AGREEMENT_LABELS,
        "class": INTERVENTION_CLASSES,
        "level": texts.LEVEL_LABELS,
        "verdict": VERDICT_LABELS,
    }
    return labels[prefix][code]
