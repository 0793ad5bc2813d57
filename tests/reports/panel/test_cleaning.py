"""What free text loses before it is frozen, and before it is printed."""

from __future__ import annotations

import pytest

from audit.reports.panel.cleaning import Cleaner, printable

BUNGA = {
    "name": "Bunga Anggraini",
    "parents": "Slamet Riyadi / Tutik",
    "birth_date": "2024-08-07",
    "phone": "0812 3456 789",
    "nik": "3509225708249001",
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
        ("telepon 0812 3456 789", "telepon (telepon)"),
        (None, ""),
    ],
)
def test_a_text_loses_who_it_is_about_and_nothing_else(text: str | None, left: str) -> None:
    assert cleaner.clean(text, BUNGA) == left


def test_a_name_of_one_word_goes_from_its_own_case_only() -> None:
    assert cleaner.clean("Teguh pada pendirian", OTHER) == "(nama) pada pendirian"


def test_nobody_named_leaves_every_text_as_it_is() -> None:
    assert Cleaner([]).clean("Bunga Anggraini", {"birth_date": "tidak tahu"}) == "Bunga Anggraini"


def test_what_the_font_lacks_is_named_once_in_a_row_and_kept_elsewhere() -> None:
    assert printable({"a": ["ya 😀👍🏽\x07 ✓ ≥ −2", 3, None]}) == {"a": ["ya [simbol] ✓ ≥ −2", 3, None]}
