"""Invented names, identity numbers and telephone numbers that cannot be anybody's by rule. No family is put together here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from random import Random

FIRST_INVENTED_SERIAL = 9001
"""The last four digits of a NIK count the people registered in one kecamatan with one birth date and sex, from 0001 up. A kecamatan has
at most a few dozen births of one sex a day, so a serial from 9001 on is never given out: it marks our people as invented."""

FICTIONAL_PHONE_BLOCK = "0860"
"""No operator in Indonesia has this prefix (the mobile ones begin with 081, 082, 083, 085, 087, 088, 089), so nobody can be called."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_BOYS_FIRST = _words(
    """
    Ahmad Muhammad Moch. Abdul Fathur Zainul Rizki Dimas Bagas Arif Fajar Galang Hafid Ilham Imam Irfan Khoirul Lutfi
    Nizar Rafa Raihan Rendra Satria Syaiful Wahyu Yusuf Zaki Alfin Azka Bima Danu Farel Gilang Habibi Jalal Kafka Misbah
    Naufal Reza Sholeh
    """
)
_BOYS_LAST = _words(
    """
    Pratama Maulana Firmansyah Ramadhan Saputra Hidayat Rohman Prasetyo Wijaya Nugroho Setiawan Fauzi Alfarizi Mubarok
    Romadhoni Hakim Kurniawan Arifin Efendi Hasan Anwar Santoso Permana Adiputra Firdaus Wibowo Abidin Muttaqin
    """
)
_GIRLS_FIRST = _words(
    """
    Siti Nur Aisyah Putri Dewi Fitri Kirana Nabila Zahra Khansa Laila Maulida Naila Qonita Rani Salsa Tiara Ulfa Wulan
    Yasmin Zulfa Alya Anisa Bilqis Cahya Dinda Elok Faiza Hilya Intan Jihan Kamila Mazaya Najwa Rahma Safira Shofia Vina
    """
)
_GIRLS_LAST = _words(
    """
    Rahmawati Lestari Azzahra Ramadhani Maharani Safitri Khoirunnisa Puspita Anggraini Wulandari Hasanah Aulia Kholifah
    Nuraini Handayani Oktavia Permatasari Mufidah Salsabila Ayuningtyas Fauziyah Romlah Humaira Cahyani Jannah Kusuma
    """
)
_MEN = _words(
    """
    Suparman Tohari Buhari Slamet Misnadi Suryadi Hartono Mulyono Supriyadi Sugianto Nasir Hosen Jumadi Samsul Ponidi
    Marsuki Sahri Niman Bunari Hariyanto Sutrisno Wagiman Mistar Asmuni Abdullah Juhari Edi Sunarto Rofik Holil Sanusi
    Matsari Busri Faisol Rudi Agus Bambang Didik Eko Heri
    """
)
_MEN_LAST = _words(
    """
    Hidayat Santoso Susanto Efendi Rohman Prayitno Wahyudi Utomo Setiawan Purnomo Hariyadi Budiono Saputra Arifin Fauzi
    Hasan Iskandar Basuki
    """
)
_WOMEN = _words(
    """
    Sumiati Misnati Suharti Holifah Sutinah Maryam Fatimah Kholila Halimah Romlah Juma'ati Supiyati Mutmainah Nurhayati
    Susilowati Yuliati Endang Sri Siti Dewi Ika Lilik Luluk Nur Rini Tutik Umi Wiwik Yanti Zubaidah Anik Devi Erna
    Hosnia Indah Kiptiyah Linda Mariyati Novi Titin
    """
)
_WOMEN_LAST = _words(
    """
    Aminah Wahyuni Rahayu Handayani Hasanah Ningsih Lestari Fadilah Agustina Astutik Kurniawati Maisaroh Utami Wati
    Zahro Andriani Rosida
    """
)


def child_name(rng: Random, *, is_male: bool) -> str:
    """Two or three common given names put together."""
    first, last = (_BOYS_FIRST, _BOYS_LAST) if is_male else (_GIRLS_FIRST, _GIRLS_LAST)
    parts = [_one(rng, first), _one(rng, last)]
    if rng.random() < 0.3:
        parts.insert(1, _one(rng, first))
    return " ".join(dict.fromkeys(parts))


def adult_name(rng: Random, *, is_male: bool) -> str:
    """One or two common given names, as the parents of the district are called."""
    first, last = (_MEN, _MEN_LAST) if is_male else (_WOMEN, _WOMEN_LAST)
    given = _one(rng, first)
    return given if rng.random() < 0.45 else f"{given} {_one(rng, last)}"


def phone(rng: Random) -> str:
    """A twelve-digit number of the fictional block."""
    return f"{FICTIONAL_PHONE_BLOCK}{rng.randrange(10**8):08d}"


@dataclass(slots=True)
class Registrar:
    """Gives out identity numbers by the real rule, each once: 6 digits of the kecamatan, birth date (day + 40 for women), 4 of serial."""

    _given: Counter[str] = field(default_factory=Counter)

    def nik(self, kecamatan_code: str, birth_on: date, *, is_male: bool) -> str:
        """The next free NIK of this kecamatan, date and sex; its serial begins at 9001. ValueError when 999 are given out."""
        day = birth_on.day + (0 if is_male else 40)
        return self._next(f"{kecamatan_code.replace('.', '')}{day:02d}{birth_on:%m%y}")

    def family_card(self, kecamatan_code: str, issued_on: date) -> str:
        """The next free number of a family card (KK): as a NIK, with the day of issue."""
        return self._next(f"{kecamatan_code.replace('.', '')}{issued_on:%d%m%y}")

    def _next(self, head: str) -> str:
        serial = FIRST_INVENTED_SERIAL + self._given[head]
        if serial > 9999:
            raise ValueError(f"tidak ada nomor urut bebas lagi untuk {head[:6]} pada satu tanggal")
        self._given[head] += 1
        return f"{head}{serial:04d}"


def _one(rng: Random, parts: tuple[str, ...]) -> str:
    return parts[int(rng.random() * len(parts))]
