"""What a visit asks, and what an agency reports, as data."""

from __future__ import annotations

from audit.forms import Field, Form, Kind, Section
from audit.steps.recommend.forms import PROGRESS_STATUSES

VISIT = Form(
    "kunjungan",
    "Catatan kunjungan",
    (
        Section(
            "visit",
            "Kunjungan",
            (
                Field("visited_on", "Tanggal kunjungan", Kind.DATE, is_required=True),
                Field("note", "Catatan", Kind.TEXT, highest=1000),
            ),
        ),
        Section(
            "measurement",
            "Pengukuran",
            (
                Field("weight_kg", "Berat badan", Kind.NUMBER, "kg", lowest=0.9, highest=150),
                Field("height_cm", "Panjang/tinggi badan", Kind.NUMBER, "cm", lowest=38, highest=200),
                Field("position", "Cara ukur", Kind.CHOICE, choices={"lying": "Terlentang", "standing": "Berdiri"}),
                Field("head_cm", "Lingkar kepala", Kind.NUMBER, "cm", lowest=25, highest=64),
                Field("muac_cm", "Lingkar lengan atas (LiLA)", Kind.NUMBER, "cm", lowest=6, highest=50),
                Field("hb_g_dl", "Hemoglobin", Kind.NUMBER, "g/dL", lowest=3, highest=20),
                Field("oedema", "Bengkak kedua punggung kaki", Kind.YES_NO),
            ),
        ),
    ),
)

PROGRESS = Form(
    "kemajuan",
    "Laporan kemajuan",
    (
        Section(
            "progress",
            "Kemajuan",
            (
                Field("action", "Nomor kegiatan", Kind.WHOLE, lowest=1, highest=300, is_required=True),
                Field("status", "Keadaan", Kind.CHOICE, choices=PROGRESS_STATUSES, is_required=True),
                Field("evidence", "Bukti", Kind.TEXT, highest=1000),
                Field("obstacle", "Kendala", Kind.TEXT, highest=1000),
            ),
        ),
    ),
)

CONFIRMATION = Form(
    "kepastian",
    "Kepastian kegiatan",
    (
        Section(
            "confirmation",
            "Kepastian",
            (
                Field("action", "Nomor kegiatan", Kind.WHOLE, lowest=1, highest=300, is_required=True),
                Field("seen", "Apa yang dilihat", Kind.TEXT, highest=1000, is_required=True),
            ),
        ),
    ),
)

MEASURES = frozenset(f.name for f in VISIT.sections[1].fields) - {"position", "oedema"}

MOST_OF_A_CHILD = {
    "weight_kg": ("Berat badan", "kg", 58),
    "height_cm": ("Panjang/tinggi badan", "cm", 150),
    "muac_cm": ("Lingkar lengan atas (LiLA)", "cm", 35),
}
"""What a child under five can measure at most (hard limits of WHO Anthro); the form serves women, too."""

PERSON_IN_CHARGE = Form(
    "penanggung-jawab",
    "Tunjuk penanggung jawab kasus",
    (
        Section(
            "person",
            "Penanggung jawab",
            (Field("person", "Petugas lapangan", Kind.TEXT, highest=60, is_required=True),),
        ),
    ),
)
