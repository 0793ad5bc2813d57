"""What a family is told of each cause, and what it can do at home: plain sentences as data, for revision by the secretariat.

No blame, no diagnosis, no index. Causes that a neighbour must not guess at share their words with causes that anybody may know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit.lifecycle.vocabulary import Group

HEALTH_CHECK, COMPANY = "health_check", "company"
"""The neutral words: what is told of every cause that is kept in confidence."""

_NEUTRAL: Mapping[str, str] = {
    "tuberculosis": HEALTH_CHECK,
    "congenital": HEALTH_CHECK,
    "pregnancy_complication": HEALTH_CHECK,
    "mental_health": COMPANY,
    "early_marriage": COMPANY,
    "caregiving": COMPANY,
    "service_access": COMPANY,
    "coordination": COMPANY,
}
"""Cause -> the words it shares; a record for a family never holds the code on the left."""


@dataclass(frozen=True, slots=True)
class CauseWords:
    """What one cause is in a letter. need: what the person needs ("{who} perlu …"), of a child and of a grown-up; "" tells it of the home.

    home: what the family is helped to have ("Keluarga juga dibantu supaya …"). tip, tip_adult: one thing to do at home; "" has none.
    """

    need: str = ""
    need_adult: str = ""
    home: str = ""
    tip: str = ""
    tip_adult: str = ""


_EAT_MORE = "Makan tiga kali sehari, ditambah dua kali makanan selingan."
_EAT_FLESH = "Makan telur, ikan, ayam, atau hati setiap hari. Sedikit pun berguna."
_WASH = "Cuci tangan pakai sabun sebelum makan dan sesudah dari kamar kecil."

CAUSE_WORDS: Mapping[str, CauseWords] = {
    "intake_energy": CauseWords(
        "makan lebih banyak dan lebih sering",
        "makan lebih banyak dan lebih sering",
        tip="Beri makan tiga kali sehari, ditambah dua kali makanan selingan.",
        tip_adult=_EAT_MORE,
    ),
    "intake_protein": CauseWords(
        "lebih sering makan telur, ikan, ayam, atau hati",
        "lebih sering makan telur, ikan, ayam, atau hati",
        tip="Beri telur, ikan, ayam, atau hati setiap hari. Sedikit pun berguna.",
        tip_adult=_EAT_FLESH,
    ),
    "breastfeeding": CauseWords(
        "mendapat ASI dan makanan yang cocok dengan umurnya",
        "dibantu supaya menyusui lancar",
        tip="Susui kapan pun anak mau. Bila ASI sudah berhenti, tanyakan penggantinya kepada petugas.",
        tip_adult="Susui bayi kapan pun ia mau, siang dan malam.",
    ),
    "complementary_feeding": CauseWords(
        "makan makanan yang cocok dengan umurnya",
        "dibantu menyiapkan makanan anak",
        tip="Beri makanan yang kental, bukan encer, dan tambah sedikit minyak atau santan.",
        tip_adult="Mulai umur enam bulan, beri bayi makanan yang kental selain ASI.",
    ),
    "infection_repeated": CauseWords("dijaga supaya tidak sering sakit", "dijaga supaya tidak sering sakit", tip=_WASH, tip_adult=_WASH),
    "worms": CauseWords(
        "minum obat cacing",
        "minum obat cacing",
        tip="Pakai alas kaki di luar rumah dan potong kuku anak setiap pekan.",
        tip_adult="Pakai alas kaki di luar rumah dan cuci sayur sampai bersih.",
    ),
    "low_birth_weight": CauseWords(
        "ditimbang dan diukur lebih sering, karena lahir kecil atau lebih awal",
        "dibantu merawat bayi yang lahir kecil atau lebih awal",
        tip="Bawa anak ke posyandu setiap bulan, juga saat ia tampak sehat.",
        tip_adult="Dekap bayi di dada supaya hangat, dan susui sesering mungkin.",
    ),
    "maternal_energy": CauseWords(
        need_adult="makan lebih banyak supaya badan kuat",
        home="ibu cukup makan dan kuat",
        tip="Ibu juga makan cukup: tambah satu piring sehari.",
        tip_adult=_EAT_MORE,
    ),
    "maternal_anaemia": CauseWords(
        need_adult="menambah darah supaya tidak mudah lelah",
        home="ibu cukup darah dan tidak mudah lelah",
        tip="Ibu minum tablet tambah darah sesuai petunjuk bidan.",
        tip_adult="Minum tablet tambah darah sesuai petunjuk bidan, dengan air putih atau air jeruk.",
    ),
    "food_insecurity": CauseWords(
        home="bahan makanan di rumah cukup",
        tip="Bila persediaan makanan menipis, sampaikan kepada kader. Tidak perlu sungkan.",
        tip_adult="Bila persediaan makanan menipis, sampaikan kepada kader. Tidak perlu sungkan.",
    ),
    "poverty": CauseWords(home="bantuan dari pemerintah sampai ke rumah"),
    "health_insurance": CauseWords(home="berobat dijamin BPJS"),
    "drinking_water": CauseWords(
        home="air minum di rumah bersih", tip="Masak air minum sampai mendidih.", tip_adult="Masak air minum sampai mendidih."
    ),
    "sanitation": CauseWords(home="ada jamban yang sehat", tip=_WASH, tip_adult=_WASH),
    "housing": CauseWords(
        home="rumah lebih sehat ditinggali",
        tip="Buka jendela setiap pagi supaya udara berganti.",
        tip_adult="Buka jendela setiap pagi supaya udara berganti.",
    ),
    "smoke": CauseWords(
        home="udara di rumah bebas asap rokok",
        tip="Yang merokok, merokoklah di luar rumah dan ganti baju sebelum menggendong anak.",
        tip_adult="Minta yang merokok melakukannya di luar rumah.",
    ),
    "birth_spacing": CauseWords(home="kehamilan berikutnya dapat direncanakan"),
    "no_contraception": CauseWords(home="dapat memilih cara KB yang cocok"),
    "no_civil_record": CauseWords(home="surat keluarga lengkap (KTP, KK, akta)"),
    HEALTH_CHECK: CauseWords("diperiksa kesehatannya lebih lanjut", "diperiksa kesehatannya lebih lanjut"),
    COMPANY: CauseWords(home="ada petugas yang mendampingi"),
}

_AGREED = "Datang ke posyandu setiap bulan, dan simpan Buku KIA baik-baik."

DEFAULT_TIPS: Mapping[Group, tuple[str, ...]] = {
    Group.BADUTA: (_AGREED, "Beri telur, ikan, ayam, atau hati setiap hari. Sedikit pun berguna.", _WASH),
    Group.BALITA: (_AGREED, "Beri telur, ikan, ayam, atau hati setiap hari. Sedikit pun berguna.", _WASH),
    Group.BUMIL: (
        "Periksa kehamilan sesuai jadwal bidan, dan bawa Buku KIA.",
        "Minum tablet tambah darah sesuai petunjuk bidan, dengan air putih atau air jeruk.",
        _EAT_FLESH,
    ),
    Group.BUFAS: ("Susui bayi kapan pun ia mau, siang dan malam.", "Istirahat saat bayi tidur, dan minta keluarga membantu.", _EAT_FLESH),
    Group.CATIN: (_EAT_FLESH, "Periksa kesehatan di puskesmas sebelum menikah.", "Tidur cukup dan jauhi asap rokok."),
}
"""What is always good advice, in the order in which it fills the three points."""

LOOKED_AT: Mapping[Group, str] = {
    Group.BADUTA: "catatan timbang dan ukur di posyandu, catatan puskesmas, dan hasil kunjungan petugas ke rumah",
    Group.BALITA: "catatan timbang dan ukur di posyandu, catatan puskesmas, dan hasil kunjungan petugas ke rumah",
    Group.BUMIL: "catatan pemeriksaan kehamilan, catatan puskesmas, dan hasil kunjungan petugas ke rumah",
    Group.BUFAS: "catatan persalinan dan nifas, catatan puskesmas, dan hasil kunjungan petugas ke rumah",
    Group.CATIN: "hasil pemeriksaan kesehatan sebelum menikah dan hasil kunjungan petugas ke rumah",
}

TIPS = 3
MOST_NEEDS = 3
"""More than three things in one sentence are no longer read."""


def told_causes(main: str, causes: Sequence[str]) -> list[str]:
    """The causes as a family may be told of them: the main one first, what is in confidence under its neutral name, each once."""
    return list(dict.fromkeys(_NEUTRAL.get(cause, cause) for cause in (main, *causes)))


def needs(causes: Sequence[str], *, is_child: bool) -> tuple[str, ...]:
    """What the person needs, as the end of "… perlu"; at most three, the heaviest first."""
    found = [words.need if is_child else words.need_adult for words in map(CAUSE_WORDS.__getitem__, causes)]
    return tuple(dict.fromkeys(need for need in found if need))[:MOST_NEEDS]


def helps(causes: Sequence[str], *, is_child: bool) -> tuple[str, ...]:
    """What the family is helped to have, as the end of "… dibantu supaya"; at most three. A grown-up's own needs are not told again."""
    found = [words.home for words in map(CAUSE_WORDS.__getitem__, causes) if is_child or not words.need_adult]
    return tuple(dict.fromkeys(home for home in found if home))[:MOST_NEEDS]


def tips(causes: Sequence[str], group: Group) -> tuple[str, ...]:
    """Three things to do at home: those that answer the causes, then what is always good."""
    found = [words.tip if group.is_child else words.tip_adult for words in map(CAUSE_WORDS.__getitem__, causes)]
    return tuple(dict.fromkeys(tip for tip in (*found, *DEFAULT_TIPS[group]) if tip))[:TIPS]
