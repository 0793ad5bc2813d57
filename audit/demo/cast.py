"""Who works on the invented audit: the accounts of the demo and the settings its cycle is opened with. Nobody here exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

FOCUS: Mapping[str, str] = {"35.09.22": "Arjasa", "35.09.25": "Jelbuk", "35.09.30": "Silo"}

PEOPLE: Sequence[Mapping[str, Any]] = (
    {"username": "ketua", "name": "Drs. Wirajaya Kusnadi", "roles": ["chair"]},
    {
        "username": "bidan.arjasa",
        "name": "Ninik Rahayu, A.Md.Keb.",
        "roles": ["field"],
        "areas": ["35.09.22"],
        "puskesmas": "Puskesmas Arjasa",
    },
    {
        "username": "bidan.jelbuk",
        "name": "Sri Hartatik, A.Md.Keb.",
        "roles": ["field"],
        "areas": ["35.09.25"],
        "puskesmas": "Puskesmas Jelbuk",
    },
    {
        "username": "bidan.silo",
        "name": "Lilik Handayani, A.Md.Keb.",
        "roles": ["field"],
        "areas": ["35.09.30"],
        "puskesmas": "Puskesmas Silo 1",
    },
    {"username": "dr.sasmita", "name": "dr. Sasmita Adi, Sp.A", "roles": ["expert"], "discipline": "paediatrics"},
    {"username": "dr.wening", "name": "dr. Wening Pramudya, Sp.A", "roles": ["expert"], "discipline": "paediatrics"},
    {"username": "tutik", "name": "Tutik Lestari, M.Gz.", "roles": ["expert"], "discipline": "nutrition"},
    {"username": "hari", "name": "Hari Nugraha, M.Gz.", "roles": ["expert"], "discipline": "nutrition"},
    {"username": "dr.laras", "name": "dr. Laras Hapsari, Sp.OG", "roles": ["expert"], "discipline": "obstetrics"},
    {"username": "dr.bagus", "name": "dr. Bagus Prakoso, Sp.OG", "roles": ["expert"], "discipline": "obstetrics"},
    {"username": "retno", "name": "Retno Wulandari, M.Psi., Psikolog", "roles": ["expert"], "discipline": "psychology"},
    {"username": "opd.puskesmas", "name": "Koordinator puskesmas lokus", "roles": ["agency"], "agency": "puskesmas"},
    {"username": "opd.dinkes", "name": "Kabid Kesmas Dinas Kesehatan", "roles": ["agency"], "agency": "dinkes"},
    {"username": "opd.perkim", "name": "Kabid Perumahan", "roles": ["agency"], "agency": "perkim"},
    {"username": "opd.dinsos", "name": "Kabid Perlindungan Sosial", "roles": ["agency"], "agency": "dinsos"},
    {"username": "opd.pangan", "name": "Kabid Ketersediaan Pangan", "roles": ["agency"], "agency": "pangan"},
    {"username": "opd.dp3akb", "name": "Kabid KB DP3AKB", "roles": ["agency"], "agency": "dp3akb"},
    {"username": "opd.kecamatan", "name": "Camat lokus", "roles": ["agency"], "agency": "kecamatan", "everywhere": True},
    {"username": "pimpinan", "name": "Inspektur Daerah", "roles": ["leader"]},
)

_FOREWORD = """
Pada {{ siklus }} {{ tim }} {{ kabupaten }} mengaudit {{ jumlah_kasus }}. Setiap kasus dikunjungi, dikaji beberapa pakar tanpa saling
melihat pendapat, dibahas bersama, dan dijawab dengan rencana yang jelas penanggung jawab serta tenggatnya.

Audit ini tidak mencari kesalahan keluarga atau petugas. Yang dicari sebabnya, supaya anak dan ibu yang bersangkutan tertolong dan kasus
serupa dapat dicegah.

{% if tanggal_diseminasi %}
Hasilnya dibahas bersama perangkat daerah, camat, dan kepala puskesmas pada {{ tanggal_diseminasi }}.
{% endif %}

Kami berterima kasih kepada keluarga yang bersedia dikunjungi, dan kepada semua yang bekerja di lapangan.
"""

CYCLE: Mapping[str, Any] = {
    "kabupaten": "35.09",
    "year": 2026,
    "number": 1,
    "starts_on": date(2026, 1, 5),
    "ends_on": date(2026, 6, 30),
    "dissemination_on": date(2026, 6, 25),
    "focus_areas": list(FOCUS),
    "groups": ["balita", "bumil"],
    "quotas": {"balita": 6, "bumil": 2},
    "wording": {"team": "TP3S", "team_full": "Tim Percepatan Pencegahan dan Penurunan Stunting", "period": "semester"},
    "decree": {
        "number": "188.45/000/1.12/2026 (contoh)",
        "about": "Tim Audit Kasus Stunting Kabupaten Jember Tahun 2026",
        "decided_on": date(2026, 1, 5),
        "decided_by": "Bupati Jember",
    },
    "signatories": [
        {"office": "Ketua TP3S Kabupaten Jember", "name": "Drs. Wirajaya Kusnadi"},
        {"office": "Ketua Tim Audit Kasus Stunting", "name": "Endah Wulansari, S.Sos."},
        {"office": "Tim Pakar", "name": "dr. Sasmita Adi, Sp.A"},
    ],
    "prevalence": [
        {
            "indicator": "Prevalensi stunting balita Kabupaten Jember",
            "value": 30.4,
            "basis": "836 balita sampel",
            "period": "2024",
            "source": "SSGI 2024, sebagaimana diberitakan Tribun Jatim",
        },
    ],
    "office": {
        "name": "Sekretariat TP3S Kabupaten Jember (contoh)",
        "address": "Jalan Contoh Nomor 1, Jember",
        "contact": "telepon 0331 000000, surel aks@jember.example",
        "verify_address": "https://aks.jember.example",
    },
    "texts": {
        "foreword": _FOREWORD,
        "closing": "Laporan ini contoh: {{ kabupaten }} memang ada, tetapi semua keluarga, ukuran, dan kegiatan di dalamnya rekaan.",
        "letter_closing": "Terima kasih atas waktu Bapak, Ibu, dan keluarga. Salam hangat dari {{ tim }} {{ kabupaten }}.",
    },
    "holidays": [date(2026, 3, 20), date(2026, 3, 21), date(2026, 5, 1), date(2026, 5, 14), date(2026, 6, 1)],
}
"""The cycle of the demo. Decree, signatories and office are invented, as their wording says; nobody can register a name under .example."""
