"""What an expert is asked (kajian), as data."""

from __future__ import annotations

from audit.forms import Field, Form, Kind, Section
from audit.steps.review.rules import CAUSE_BY_CODE, DIRECT_CAUSES, INDIRECT_CAUSES

OPINION = Form(
    "kajian",
    "Kajian tim pakar",
    (
        Section(
            "finding",
            "Temuan",
            (
                Field("summary", "Ringkasan masalah", Kind.TEXT, highest=2000, is_required=True),
                Field("diagnosis", "Diagnosis/status gizi", Kind.TEXT, highest=500),
                Field("icd10", "Kode ICD-10", Kind.TEXT, highest=60),
                Field("risk_factors", "Faktor risiko", Kind.TEXT, highest=1000),
                Field("direct_causes", "Penyebab langsung", Kind.CHOICES, choices=DIRECT_CAUSES, is_required=True),
                Field("indirect_causes", "Penyebab tidak langsung", Kind.CHOICES, choices=INDIRECT_CAUSES),
                Field(
                    "main_cause", "Penyebab utama", Kind.CHOICE, choices={c.code: c.label for c in CAUSE_BY_CODE.values()}, is_required=True
                ),
                Field("data_gaps", "Data yang kurang", Kind.TEXT, highest=1000),
            ),
        ),
        Section(
            "recommendation",
            "Rekomendasi",
            (
                Field("specific", "Rekomendasi spesifik", Kind.TEXT, highest=2000),
                Field("sensitive", "Rekomendasi sensitif", Kind.TEXT, highest=2000),
                Field("coordinating", "Rekomendasi koordinatif", Kind.TEXT, highest=2000),
                Field("licence_number", "Nomor SIP", Kind.TEXT, highest=60),
            ),
        ),
    ),
)


def _one(code: str, title: str, *fields: Field) -> Form:
    return Form(code, title, (Section(code, title, fields),))


ASSIGNMENT = _one(
    "tugaskan",
    "Tugaskan pakar",
    Field("expert", "Nama pengguna pakar", Kind.TEXT, highest=60, is_required=True),
    Field("lead", "Pakar utama", Kind.YES_NO, help="tulis ya atau tidak; bila kosong, menurut disiplin utama kelompok"),
)
SEATING = _one(
    "kursi",
    "Kursi dari sistem",
    Field("person_id", "Nomor akun pakar", Kind.WHOLE, lowest=1, highest=2**31 - 1, is_required=True),
    Field("lead", "Pakar utama", Kind.YES_NO),
)
ENTRY = _one("masukkan", "Masukkan kajian dari kertas", Field("expert", "Nama pengguna pakar", Kind.TEXT, highest=60, is_required=True))
RECUSAL = _one("undur-diri", "Undurkan diri", Field("reason", "Alasan", Kind.TEXT, highest=2000, is_required=True))
