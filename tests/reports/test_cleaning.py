"""What free text loses before it is frozen, and before it is printed."""

from __future__ import annotations

import pytest

from audit.reports.cleaning import Cleaner, printable, without_identity

BUNGA = {
    "name": "Bunga Anggraini",
    "parents": "Slamet Riyadi / Tutik",
    "birth_date": "2024-08-07",
    "phone": "0812 3456 789",
    "nik": "3509225708249001",
    "address": "Dusun Krajan RT 2",
}
OTHER = {"name": "Raka Wiranata", "husband": "Teguh"}
cleaner = Cleaner([BUNGA, OTHER])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ibu BUNGA  anggraini, dirujuk", "Ibu (nama), dirujuk"),
        ("anak Slamet Riyadi dan Tutik", "anak (nama) dan (nama)"),
        ("seperti kakaknya Raka Wiranata", "seperti kakaknya (nama)"),
        ("Teguh pada pendirian", "Teguh pada pendirian"),
        ("Bunga kol dimakan, Anggrainingsih", "Bunga kol dimakan, Anggrainingsih"),
        ("NIK 3509225708249001.", "NIK (NIK)."),
        ("NIK 3509 2257 0824 9001", "NIK (NIK)"),
        ("berat 8,1 kg, Rp350.000", "berat 8,1 kg, Rp350.000"),
        ("lahir 2024-08-07", "lahir (tanggal lahir)"),
        ("lahir 07/08/2024, 7-8-2024", "lahir (tanggal lahir), (tanggal lahir)"),
        ("lahir 7 Agustus 2024", "lahir (tanggal lahir)"),
        ("lahir 7/8/24, 7 Agt 24, 07-agustus-2024, 07082024", "lahir (tanggal lahir), (tanggal lahir), (tanggal lahir), (tanggal lahir)"),
        ("diukur 17/08/2024, berat 7.8 kg, 8 Agustus 2024", "diukur 17/08/2024, berat 7.8 kg, 8 Agustus 2024"),
        ("telepon 0812 3456 789", "telepon (telepon)"),
        ("telepon 08123456789, +62 812-3456-789", "telepon (telepon), (telepon)"),
        ("rumah di dusun krajan  RT 2, bukan RT 20", "rumah di (alamat), bukan RT 20"),
        ("Anggraini Bunga binti Slamet", "(nama) binti Slamet"),
        ("=1+1 <b>Bunga Anggraini</b>\n😀", "=1+1 <b>(nama)</b>\n😀"),
        (None, ""),
    ],
)
def test_a_text_loses_who_it_is_about_and_nothing_else(text: str | None, left: str) -> None:
    assert cleaner.clean(text, BUNGA) == left


def test_a_name_of_one_word_goes_from_its_own_case_only() -> None:
    assert cleaner.clean("Teguh pada pendirian", OTHER) == "(nama) pada pendirian"


def test_two_parts_beside_each_other_of_a_longer_name_are_a_name() -> None:
    child = {"name": "Siti Nur Aisyah Rahmawati", "parents": ["M. Saleh", "Ana"]}
    assert without_identity("Nur Aisyah dan Rahmawati, anak M. Saleh", child) == "(nama) dan Rahmawati, anak (nama)"
    assert without_identity("Siti Aisyah; siti, NUR RAHMAWATI; Ana; Anabel", child) == "(nama); siti, (nama); (nama); Anabel"


def test_a_long_name_full_of_signs_is_taken_literally() -> None:
    name = "Bunga (Ayu) [x] .* \\d+ " + " ".join(f"Kata{n}" for n in range(30))
    assert without_identity(f"Ibu {name}, 3 kg", {"name": name}) == "Ibu (nama), 3 kg"


def test_nothing_stays_nothing() -> None:
    assert without_identity(None, BUNGA) is None and without_identity("", BUNGA) == ""
    assert without_identity("berat 3 kg", {}) == "berat 3 kg"


def test_nobody_named_leaves_every_text_as_it_is() -> None:
    assert Cleaner([]).clean("Bunga Anggraini", {"birth_date": "tidak tahu"}) == "Bunga Anggraini"


def test_other_scripts_and_marks_of_direction_are_named_and_breaks_stay() -> None:
    assert printable(("a\u202eb 漢字", "baris\nbaru\u200b\u00a0ya")) == ["a[simbol]b [simbol]", "baris\nbaru\u200b\u00a0ya"]


def test_what_the_font_lacks_is_named_once_in_a_row_and_kept_elsewhere() -> None:
    assert printable({"a": ["ya 😀👍🏽\x07 ✓ ≥ −2", 3, None]}) == {"a": ["ya [simbol] ✓ ≥ −2", 3, None]}
