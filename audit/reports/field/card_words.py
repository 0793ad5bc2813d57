"""What the visit card teaches, as data: danger signs that are referred the same day, and how to measure. For revision by clinicians.

Sources: Buku KIA (Kemenkes 2020, 2023), Bagan MTBS 2022, Permenkes 2/2020; WHO, Training Course on Child Growth Assessment (2008).
"""

from __future__ import annotations

from collections.abc import Mapping

from audit.lifecycle.vocabulary import Group
from audit.render.wording import number
from audit.reports.packet.woman import KEK_BELOW_CM

_CHILD_SIGNS = (
    "Tidak bisa minum atau menyusu",
    "Memuntahkan semua yang dimakan dan diminum",
    "Kejang",
    "Sangat lemas, sulit dibangunkan, atau tidak sadar",
    "Napas cepat atau sesak, dada tertarik ke dalam",
    "Diare berdarah, atau mata cekung dan malas minum",
    "Demam tiga hari atau lebih, atau disertai bintik merah",
    "Bengkak di kedua punggung kaki (edema)",
    "Tampak sangat kurus, atau LiLA di bawah 11,5 cm (umur 6–59 bulan)",
)

DANGER_SIGNS: Mapping[Group, tuple[str, ...]] = {
    Group.BADUTA: _CHILD_SIGNS,
    Group.BALITA: _CHILD_SIGNS,
    Group.BUMIL: (
        "Perdarahan dari jalan lahir",
        "Sakit kepala hebat, pandangan kabur, atau nyeri ulu hati",
        "Bengkak pada wajah dan tangan",
        "Tekanan darah 140/90 mmHg atau lebih",
        "Kejang",
        "Demam tinggi, atau muntah terus dan tidak bisa makan",
        "Keluar air ketuban sebelum waktunya",
        "Gerakan janin berkurang atau tidak terasa",
        "Sesak napas, jantung berdebar, atau sangat pucat dan lemas",
    ),
    Group.BUFAS: (
        "Perdarahan banyak dari jalan lahir, atau cairan berbau",
        "Demam, atau nyeri perut hebat",
        "Sakit kepala hebat, pandangan kabur, bengkak wajah dan tangan, atau kejang",
        "Payudara bengkak, merah, dan sangat nyeri",
        "Sedih atau cemas terus, atau berpikir menyakiti diri atau bayi",
        "Bayi tidak mau menyusu, atau menyusu sangat lemah",
        "Bayi kejang, sesak, merintih, atau kulitnya biru",
        "Bayi demam, teraba dingin, atau kuning sampai tangan dan kaki",
        "Tali pusat merah, bernanah, atau berbau",
    ),
    Group.CATIN: (
        "Sangat pucat, pusing berkunang-kunang, atau pingsan",
        "Sesak napas atau jantung berdebar tanpa sebab",
        "Batuk dua minggu atau lebih, atau demam yang tidak turun",
        "Berat badan turun terus tanpa sebab",
        "Perdarahan haid sangat banyak atau lebih dari tujuh hari",
    ),
}
"""Any one of them: refer today, do not wait for the next visit."""

_WEIGHT = ("Berat", "Timbangan datar dan menunjuk nol; pakaian setipis mungkin, tanpa alas kaki dan popok basah. Catat satu desimal.")
_ARM = ("LiLA", "Lengan kiri, titik tengah antara bahu dan siku, lengan lurus santai; pita pas, tidak menekan.")
_BLOOD = ("Hb", "Ujung jari manis, usap tetes pertama, pakai tetes kedua; catat satu desimal.")

MEASURING: Mapping[bool, tuple[tuple[str, str], ...]] = {
    True: (
        _WEIGHT,
        (
            "Panjang (di bawah 24 bulan)",
            "Telentang di papan ukur, dua orang: kepala menyentuh papan, lutut lurus, telapak kaki tegak lurus.",
        ),
        (
            "Tinggi (mulai 24 bulan)",
            "Berdiri tanpa alas kaki: kepala belakang, punggung, bokong, betis, dan tumit menempel; pandangan lurus.",
        ),
        ("Ulangi", "Ukur dua kali; bila bedanya lebih dari 0,5 cm atau 0,1 kg, ukur lagi. Bila cara lain terpaksa dipakai, tuliskan."),
        _ARM,
        ("Edema", "Tekan kedua punggung kaki dengan ibu jari tiga detik; bila lekukan tertinggal di keduanya, tulis +."),
    ),
    False: (
        _WEIGHT,
        _ARM,
        _BLOOD,
        ("Tekanan darah", "Duduk tenang lima menit, lengan setinggi jantung; bila 140/90 atau lebih, ulangi sesudah 15 menit."),
        ("Tablet tambah darah", "Tanyakan, lalu hitung bungkus yang kosong sejak kunjungan terakhir."),
    ),
}
"""Whether of a child -> what is measured and how, in the order in which it is done."""


def limits_words(group: Group, *, is_male: bool | None) -> str:
    """What an examination of a grown-up is held against, in a sentence."""
    arm = f"LiLA di bawah {number(KEK_BELOW_CM, 1)} cm atau "
    if group is Group.BUMIL:
        return f"Rujuk ke puskesmas bila {arm}Hb di bawah 11,0 g/dL (trimester 2: di bawah 10,5 g/dL)."
    return "Rujuk ke puskesmas bila Hb di bawah 13,0 g/dL." if is_male else f"Rujuk ke puskesmas bila {arm}Hb di bawah 12,0 g/dL."


def danger_signs(group: Group, *, is_male: bool | None) -> tuple[str, ...]:
    """The signs of the group; those of menstruation only where they can be."""
    return tuple(sign for sign in DANGER_SIGNS[group] if not (is_male and "haid" in sign))
