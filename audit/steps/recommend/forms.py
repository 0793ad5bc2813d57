"""What the panel agrees on and what a plan says of each action, as data."""

from __future__ import annotations

from audit.forms import Field, Form, Kind, Section
from audit.lifecycle.vocabulary import INTERVENTION_CLASSES
from audit.people.roles import AGENCIES
from audit.steps.recommend.rules import ACTION_STATUSES, FUNDING
from audit.steps.review.rules import AVOIDABILITY, CAUSES, DIRECT_CAUSES, INDIRECT_CAUSES

_ALL_CAUSES = {cause.code: cause.label for cause in CAUSES}

CONSENSUS = Form(
    "kesepakatan",
    "Kesepakatan sidang panel",
    (
        Section(
            "consensus",
            "Kesepakatan",
            (
                Field("summary", "Kesimpulan panel", Kind.TEXT, highest=3000, is_required=True),
                Field("direct_causes", "Penyebab langsung", Kind.CHOICES, choices=DIRECT_CAUSES, is_required=True),
                Field("indirect_causes", "Penyebab tidak langsung", Kind.CHOICES, choices=INDIRECT_CAUSES),
                Field("main_cause", "Penyebab utama", Kind.CHOICE, choices=_ALL_CAUSES, is_required=True),
                Field("avoidability", "Keterhindaran", Kind.CHOICE, choices=AVOIDABILITY),
            ),
        ),
    ),
)

VOTES = {"agree": "Setuju", "disagree": "Tidak setuju"}
VOTE = Form(
    "suara",
    "Suara atas usul kesepakatan",
    (
        Section(
            "vote",
            "Suara",
            (
                Field("vote", "Suara Anda", Kind.CHOICE, choices=VOTES, is_required=True),
                Field("text", "Pendapat berbeda", Kind.TEXT, highest=2000, help="wajib diisi bila tidak setuju; dicatat atas nama Anda"),
            ),
        ),
    ),
)

DISSENT = Form(
    "pendapat-berbeda",
    "Pendapat berbeda",
    (
        Section(
            "dissent",
            "Pendapat berbeda",
            (
                Field("expert", "Pakar", Kind.TEXT, highest=60, is_required=True),
                Field("text", "Isi pendapat", Kind.TEXT, highest=2000, is_required=True),
            ),
        ),
    ),
)

RECOMMENDATION = Form(
    "rekomendasi",
    "Rekomendasi",
    (
        Section(
            "recommendation",
            "Rekomendasi",
            (
                Field("class", "Jenis", Kind.CHOICE, choices=INTERVENTION_CLASSES, is_required=True),
                Field("cause", "Penyebab yang dijawab", Kind.CHOICE, choices=_ALL_CAUSES, is_required=True),
                Field("text", "Rekomendasi", Kind.TEXT, highest=2000, is_required=True),
            ),
        ),
    ),
)

ACTION = Form(
    "kegiatan-rtl",
    "Kegiatan RTL",
    (
        Section(
            "action",
            "Kegiatan",
            (
                Field("recommendation", "Nomor rekomendasi yang dijawab", Kind.WHOLE, lowest=1, highest=99, is_required=True),
                Field("class", "Jenis", Kind.CHOICE, choices=INTERVENTION_CLASSES),
                Field("activity", "Kegiatan", Kind.TEXT, highest=1000, is_required=True),
                Field("owner_agency", "Penanggung jawab (OPD)", Kind.CHOICE, choices=AGENCIES, is_required=True),
                Field("implementer", "Pelaksana", Kind.TEXT, highest=200),
                Field("target", "Sasaran", Kind.TEXT, highest=200),
                Field("place_code", "Lokasi (kode desa)", Kind.TEXT, highest=13),
                Field("starts_on", "Mulai", Kind.DATE),
                Field("ends_on", "Selesai", Kind.DATE),
                Field("funding", "Sumber dana", Kind.CHOICE, choices=FUNDING),
                Field("indicator", "Indikator", Kind.TEXT, highest=300),
                Field("baseline", "Keadaan awal", Kind.TEXT, highest=200),
                Field("goal", "Target", Kind.TEXT, highest=200),
            ),
        ),
    ),
)

PROGRESS_STATUSES = {code: ACTION_STATUSES[code] for code in ("berjalan", "selesai", "terkendala", "batal")}

PLAN_RETURN = Form(
    "kembalikan-rtl",
    "Kembalikan RTL",
    (Section("note", "Permintaan", (Field("note", "Apa yang harus diperbaiki", Kind.TEXT, highest=2000, is_required=True),)),),
)
NOTHING = Form("rtl", "Rencana tindak lanjut", ())
