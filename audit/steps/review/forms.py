"""What the panel is asked: the opinion (kajian), seats, the discussion, and what keeps somebody from a seat. As data."""

from __future__ import annotations

from audit.forms import Field, Form, Kind, Section
from audit.steps.review.rules import AVOIDABILITY, CAUSE_BY_CODE, CONFLICT_KINDS, DIRECT_CAUSES, INDIRECT_CAUSES

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
                Field("avoidability", "Keterhindaran", Kind.CHOICE, choices=AVOIDABILITY),
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
    Field("expert", "Pakar", Kind.TEXT, highest=60, is_required=True),
    Field("lead", "Pakar utama", Kind.YES_NO, help="bila kosong, menurut disiplin utama kelompok"),
)
SEATING = _one(
    "kursi",
    "Kursi dari sistem",
    Field("person_id", "Nomor akun pakar", Kind.WHOLE, lowest=1, highest=2**31 - 1, is_required=True),
    Field("lead", "Pakar utama", Kind.YES_NO),
)
ENTRY = _one("masukkan", "Masukkan kajian dari kertas", Field("expert", "Pakar", Kind.TEXT, highest=60, is_required=True))
RECUSAL = _one("undur-diri", "Undurkan diri", Field("reason", "Alasan", Kind.TEXT, highest=2000, is_required=True))
COMMENT = _one("diskusi", "Diskusi panel", Field("text", "Tanggapan", Kind.TEXT, highest=2000, is_required=True))
ABSENCE = _one(
    "berhalangan",
    "Berhalangan",
    Field("from_on", "Mulai tanggal", Kind.DATE, is_required=True),
    Field("to_on", "Sampai tanggal", Kind.DATE, is_required=True),
    Field("note", "Keterangan", Kind.TEXT, highest=500),
)
CONFLICT = _one(
    "benturan-kepentingan",
    "Benturan kepentingan",
    Field("kind", "Dengan apa", Kind.CHOICE, choices=CONFLICT_KINDS, is_required=True),
    Field("value", "Nama puskesmas, kode desa, atau nomor kasus", Kind.TEXT, highest=120, is_required=True),
    Field("note", "Keterangan", Kind.TEXT, highest=500),
)
PHRASE = _one(
    "ungkapan",
    "Ungkapan tersimpan",
    Field(
        "field",
        "Untuk isian",
        Kind.CHOICE,
        choices={f.name: f.label for f in OPINION.fields if f.kind is Kind.TEXT},
        is_required=True,
    ),
    Field("text", "Ungkapan", Kind.TEXT, highest=2000, is_required=True),
)
