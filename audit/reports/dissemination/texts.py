"""Words of the dissemination report that depend on no case: labels, the law, public activities, cautions. No number is worded here."""

from __future__ import annotations

from collections.abc import Mapping

from audit.lifecycle.vocabulary import Action
from audit.steps.review.rules import CAUSE_BY_CODE

GROUP_SHORT: Mapping[str, str] = {
    "baduta": "Baduta",
    "balita": "Balita",
    "bumil": "Ibu hamil",
    "bufas": "Ibu nifas",
    "catin": "Calon pengantin",
}
"""Target groups as the head of a column, and in lower case within a sentence."""

SUBJECT_NOUN: Mapping[str, str] = {
    "baduta": "Baduta",
    "balita": "Balita",
    "bumil": "Ibu hamil",
    "bufas": "Ibu nifas",
    "catin": "Calon pengantin",
}

SEX_LABELS: Mapping[str, str] = {"male": "Laki-laki", "female": "Perempuan", "unknown": "Tidak tercatat"}

CHILD_BAND_LABELS: Mapping[str, str] = {
    "0-5": "0–5 bulan",
    "6-11": "6–11 bulan",
    "12-23": "12–23 bulan",
    "24-35": "24–35 bulan",
    "36-59": "36–59 bulan",
    "unknown": "Tidak diketahui",
}
WOMAN_BAND_LABELS: Mapping[str, str] = {
    "<20": "Di bawah 20 tahun",
    "20-35": "20–35 tahun",
    ">35": "Di atas 35 tahun",
    "unknown": "Tidak diketahui",
}

STAGE_LABELS: Mapping[str, str] = {
    "worksheet": "Kertas kerja dan paket kasus",
    "review": "Kajian tim pakar",
    "plan": "Rekomendasi dan penyusunan RTL",
    "approved": "RTL disetujui",
    "follow_up": "Tindak lanjut berjalan",
    "evaluated": "Selesai dievaluasi",
    "carried_over": "Dievaluasi dan dilanjutkan ke siklus berikut",
    "withdrawn": "Dikeluarkan dari audit",
}

AFTER_FIRST = ("follow_up", "evaluated", "carried_over")
"""Stages that the first dissemination does not know."""

AGREEMENT_LABELS: Mapping[str, str] = {
    "unanimous": "Semua pakar menyebut penyebab utama yang sama",
    "majority": "Lebih dari separuh pakar menyebut penyebab utama yang sama",
    "divided": "Pendapat terbagi, diputuskan dalam sidang panel",
}

LEVEL_LABELS: Mapping[str, str] = {
    "proposed": "Belum disetujui",
    "todo": "Berjalan, belum dilaporkan selesai",
    "stuck": "Terkendala",
    "cancelled": "Dibatalkan",
    "reported": "Dilaporkan selesai oleh penanggung jawab",
    "confirmed": "Dipastikan pihak lain",
    "effective": "Dipastikan dan efektif",
}
"""Where an action stands, as a row of the table; in the matrix the same words."""

STEPS: tuple[tuple[str, tuple[Action, ...]], ...] = (
    ("Identifikasi dan penetapan kasus", (Action.OPEN_CASE,)),
    ("Kertas kerja audit dan paket kasus", (Action.SUBMIT_WORKSHEET, Action.RETURN_WORKSHEET, Action.FREEZE_PACKET)),
    ("Kajian tim pakar", (Action.ASSIGN_EXPERT, Action.OPEN_REVIEW, Action.SUBMIT_OPINION, Action.CLOSE_REVIEW)),
    ("Kesepakatan panel dan penyusunan RTL", (Action.RECORD_CONSENSUS, Action.PLAN_ACTIONS, Action.SUBMIT_PLAN)),
    ("Persetujuan RTL", (Action.APPROVE_PLAN,)),
    ("Pelaksanaan tindak lanjut", (Action.START_FOLLOW_UP, Action.RECORD_VISIT, Action.REPORT_PROGRESS, Action.CONFIRM_ACTION)),
    ("Evaluasi hasil", (Action.EVALUATE,)),
)
"""Steps of the schedule, each with the actions whose first and last day bound it."""

LEGAL_BASIS: tuple[str, ...] = (
    "Undang-Undang Nomor 27 Tahun 2022 tentang Pelindungan Data Pribadi.",
    "Peraturan Presiden Nomor 72 Tahun 2021 tentang Percepatan Penurunan Stunting.",
    "Peraturan Menteri Kesehatan Nomor 2 Tahun 2020 tentang Standar Antropometri Anak.",
    "Peraturan Badan Kependudukan dan Keluarga Berencana Nasional Nomor 12 Tahun 2021 tentang Rencana Aksi Nasional Percepatan "
    "Penurunan Angka Stunting Indonesia Tahun 2021–2024.",
)
"""In order of rank; the decree of the team follows from the settings of the cycle."""

PUBLIC_ACTIVITY: Mapping[str, str] = {
    "intake_energy": "Perbaikan asupan makan dan pemberian makanan tambahan",
    "intake_protein": "Pemberian makanan tambahan kaya protein hewani dan pendampingan makan",
    "breastfeeding": "Konseling dan pendampingan menyusui",
    "complementary_feeding": "Konseling dan praktik MPASI sesuai umur",
    "infection_repeated": "Pengobatan dan pencegahan infeksi berulang",
    "worms": "Pemberian obat cacing dan penyuluhan kebersihan",
    "congenital": "Rujukan dan tata laksana penyakit penyerta",
    "low_birth_weight": "Pemantauan khusus anak lahir kecil atau prematur",
    "maternal_energy": "Pemberian makanan tambahan bagi ibu KEK",
    "maternal_anaemia": "Tablet tambah darah dan pemantauan hemoglobin",
    "pregnancy_complication": "Rujukan dan tata laksana penyulit kehamilan atau nifas",
    "caregiving": "Pendampingan pengasuhan dan stimulasi anak",
    "food_insecurity": "Penguatan pangan keluarga",
    "poverty": "Pengusulan bantuan sosial",
    "health_insurance": "Pengusulan jaminan kesehatan",
    "drinking_water": "Perbaikan akses air minum layak",
    "sanitation": "Perbaikan jamban dan sanitasi",
    "housing": "Perbaikan rumah tidak layak huni",
    "smoke": "Pengurangan paparan asap rokok di rumah",
    "birth_spacing": "Konseling perencanaan kehamilan",
    "no_contraception": "Konseling dan pelayanan KB",
    "early_marriage": "Pencegahan dan pendampingan perkawinan usia anak",
    "no_civil_record": "Pengurusan dokumen kependudukan",
    "service_access": "Pendekatan layanan dan kunjungan rutin",
    "coordination": "Penataan pendampingan dan rujukan antarpihak",
    "other_direct": "Tata laksana penyebab langsung lain",
    "other_indirect": "Pendampingan penyebab tidak langsung lain",
}
"""What an action against a cause is called in public, where the words of the plan itself are not printed."""

FOLDED_CAUSES: Mapping[str, str] = {"other_direct": "Penyebab langsung lain", "other_indirect": "Penyebab tidak langsung lain"}

PUBLIC_INDICATOR: Mapping[str, str] = {
    "spesifik": "Kegiatan dipastikan; berat, tinggi, atau LiLA membaik",
    "sensitif": "Kegiatan dipastikan terlaksana",
    "koordinatif": "Kegiatan dipastikan terlaksana",
}

PROGRESS_LABELS: Mapping[str, str] = {"none": "Belum ada yang dipastikan", "some": "Sebagian dipastikan", "all": "Semua dipastikan"}

CAUTION = (
    "Jumlah kasus sedikit, dan kasus dipilih justru karena keadaannya paling berat. Sebagian ukuran akan membaik pada pengukuran "
    "berikutnya tanpa tindakan apa pun (regresi ke rata-rata), dan selisih yang kecil dapat berasal dari ketelitian alat serta cara "
    "ukur. Karena itu angka di atas menerangkan apa yang terjadi pada kasus yang diaudit, tidak membuktikan pengaruh satu kegiatan, "
    "dan tidak dapat dibandingkan dengan prevalensi."
)

CAUTION_AHEAD = (
    "Kasus dipilih justru karena keadaannya paling berat, dan jumlahnya sedikit. Sebagian ukuran akan membaik pada pengukuran berikutnya "
    "tanpa tindakan apa pun (regresi ke rata-rata). Karena itu ukuran dan batasnya ditetapkan sekarang, sebelum hasilnya diketahui, dan "
    "hasilnya kelak tidak dibaca sebagai bukti pengaruh satu kegiatan."
)

ALL_ACTIONS = "Semua kegiatan dalam RTL"
THREE_LEVELS: tuple[tuple[str, str], ...] = (
    ("told", "Tingkat 1: dilaporkan selesai oleh penanggung jawab"),
    ("seen", "Tingkat 2: dipastikan pihak lain"),
    ("level:effective", "Tingkat 3: dipastikan, dan ukuran kasusnya membaik"),
)
"""Cells of the three levels and their words; each level is part of the one before."""

INDICATOR_SHORT: Mapping[str, str] = {"haz": "TB/U", "waz": "BB/U", "whz": "BB/TB", "muac": "LiLA", "hb": "Hb"}

LEVELS_NOTE = "tingkat 2 adalah bagian dari tingkat 1, dan tingkat 3 bagian dari tingkat 2."

FEW_CASES_NOTE = "rata-rata dari sedikit kasus mudah berubah oleh satu kasus; bacalah bersama banyaknya kasus."

MULTIPLE_CAUSES = "satu kasus dapat mempunyai lebih dari satu penyebab, sehingga jumlahnya melebihi jumlah kasus."

SUPPRESSION_NOTE = "“<5” berarti 1 sampai 4; “–” menutup angka yang dapat membuka angka kecil itu."

SUPPRESSION: tuple[str, ...] = (
    "Jumlah 1 sampai 4 ditulis “<5” dalam tabel dan “kurang dari 5” dalam kalimat; angka nol tetap ditulis.",
    "Bila angka kecil masih dapat dihitung dari jumlah baris, jumlah kolom, atau tabel lain, angka lain ikut ditutup dan ditulis “–” "
    "(dalam kalimat “sejumlah”). Tanda “–” tidak berarti kecil dan tidak berarti nol.",
    "Persentase dan rata-rata yang berasal dari angka tertutup tidak dicantumkan, dan grafik tidak menggambar batangnya.",
    "Umur disajikan dalam kelompok, tempat paling rinci tingkat kecamatan, dan waktu tahapan tingkat bulan.",
    "Infeksi yang berstigma serta temuan kejiwaan dihitung sebagai penyebab lain. Kegiatan ditulis menurut jenisnya, bukan menurut catatan "
    "kasusnya.",
    "Jumlah petugas dan pakar tidak ditutup karena mereka bukan sasaran audit.",
)
"""How small numbers were hidden, one sentence each, for the annex of the public edition."""


def cause_label(code: str) -> str:
    """A cause of a view in words, also a folded one."""
    return FOLDED_CAUSES[code] if code in FOLDED_CAUSES else CAUSE_BY_CODE[code].label
