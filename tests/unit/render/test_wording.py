"""Indonesian wording, as worked examples."""

from __future__ import annotations

from datetime import date

import pytest

from audit.render import wording

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("value", "decimals", "worded"),
    [
        (2615874, 0, "2.615.874"),
        (30.4, 1, "30,4"),
        (-2.41, 2, "−2,41"),
        (-0.001, 2, "0,00"),
        (1234.5, 1, "1.234,5"),
        (0, 0, "0"),
        (None, 1, "–"),
        (float("nan"), 2, "–"),
    ],
)
def test_numbers_have_dots_commas_and_a_true_minus(value: float | None, decimals: int, worded: str) -> None:
    assert wording.number(value, decimals) == worded


def test_percent_share_and_unit_do_not_break_from_their_sign() -> None:
    assert wording.percent(30.4) == f"30,4{NBSP}%"
    assert wording.share(1, 8) == f"12,5{NBSP}%"
    assert wording.share(0, 0) == "–"
    assert wording.with_unit(9.8, "g/dL", 1) == f"9,8{NBSP}g/dL"
    assert wording.with_unit(None, "g/dL") == "–"


def test_changes_carry_their_sign() -> None:
    assert [wording.signed(value) for value in (0.35, -0.1, 0.001, None)] == ["+0,35", "−0,10", "0,00", "–"]


def test_dates() -> None:
    assert wording.date_words(date(2023, 11, 16)) == "16 November 2023"
    assert wording.date_short(date(2026, 8, 1)) == "1 Agt 2026"
    assert wording.date_words(None) == "–"


@pytest.mark.parametrize(
    ("start", "end", "worded"),
    [
        (date(2026, 6, 1), date(2026, 6, 30), "1 – 30 Juni 2026"),
        (date(2026, 5, 1), date(2026, 6, 30), "1 Mei – 30 Juni 2026"),
        (date(2025, 12, 1), date(2026, 1, 5), "1 Desember 2025 – 5 Januari 2026"),
        (date(2026, 6, 1), date(2026, 6, 1), "1 Juni 2026"),
        (date(2026, 6, 1), None, "mulai 1 Juni 2026"),
        (None, date(2026, 6, 1), "sampai 1 Juni 2026"),
        (None, None, "–"),
    ],
)
def test_date_ranges_do_not_repeat_what_is_the_same(start: date | None, end: date | None, worded: str) -> None:
    assert wording.date_range(start, end) == worded


@pytest.mark.parametrize(
    ("birth_on", "on", "worded"),
    [
        (date(2024, 10, 12), date(2026, 1, 12), "1 tahun 3 bulan"),
        (date(2024, 10, 12), date(2026, 1, 11), "1 tahun 2 bulan"),
        (date(2024, 10, 12), date(2026, 10, 12), "2 tahun"),
        (date(2026, 1, 1), date(2026, 1, 13), "12 hari"),
        (date(2026, 1, 1), date(2026, 8, 1), "7 bulan"),
        (date(2026, 1, 2), date(2026, 1, 1), "–"),
    ],
)
def test_ages_are_in_completed_months(birth_on: date, on: date, worded: str) -> None:
    assert wording.age_words(birth_on, on) == worded


def test_lists() -> None:
    assert wording.list_words(["Arjasa", "Jelbuk", "Silo"]) == "Arjasa, Jelbuk, dan Silo"
    assert wording.list_words(["balita", "ibu hamil"]) == "balita dan ibu hamil"
    assert wording.list_words(["balita"]) == "balita"
    assert wording.list_words([]) == "–"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("3509211203240034", "35092*********34"),
        ("NIK 350921120324003 kurang satu angka", "NIK 35092********03 kurang satu angka"),
        ("3509 2112 0324 0034", "35092*********34"),
        ("3.50921120324003E+15", "35092********03E+15"),
        ("081234567890", "08123*****90"),
        ("2024-08-17 00:00:00", "2024-08-17 00:00:00"),
        ("17.08.2024", "17.08.2024"),
        ("8,4 kg", "8,4 kg"),
        ("", ""),
    ],
)
def test_long_numbers_are_masked_and_dates_and_measures_are_not(text: str, shown: str) -> None:
    assert wording.with_masked_numbers(text) == shown


def test_a_masked_nik_keeps_its_length_and_little_else() -> None:
    assert wording.masked_nik("3509211203240034") == "35092*********34"
    assert wording.masked_nik("12345") == "*****"
    assert wording.masked_nik(None) == "–"


def test_a_hash_is_grouped_without_loss() -> None:
    assert wording.in_groups("0123456789abcdef") == ("01234567", "89abcdef")


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        ("Puskesmas", "ARJASA", "Puskesmas Arjasa"),
        ("Posyandu", "FLAMBOYAN 39", "Posyandu Flamboyan 39"),
        ("Puskesmas", "Puskesmas Arjasa", "Puskesmas Arjasa"),
        ("Puskesmas", "PUSKESMAS SILO II", "Puskesmas Silo II"),
        ("Posyandu", "Melati 3", "Posyandu Melati 3"),
        ("Posyandu", "", ""),
    ],
)
def test_a_facility_is_named_as_people_write_it(kind: str, name: str, words: str) -> None:
    assert wording.facility(kind, name) == words


def test_a_z_score_always_has_its_sign() -> None:
    assert [wording.z_score(z) for z in (-2.414, 0.351, 0.0, None)] == ["−2,41", "+0,35", "0,00", "–"]
    assert wording.z_with_unit(1.5) == "+1,50\u00a0SD" and wording.z_with_unit(None) == "–"


def test_a_sentence_ends_with_one_full_stop() -> None:
    assert [wording.as_sentence(text) for text in ("Ninik Rahayu, A.Md.Keb.", "Tutik Lestari", "")] == [
        "Ninik Rahayu, A.Md.Keb.",
        "Tutik Lestari.",
        "",
    ]


@pytest.mark.parametrize(
    ("address", "rt", "rw", "shown"),
    [
        ("Dusun Krajan RT 003 RW 001", "003", "001", "Dusun Krajan RT 003 RW 001"),
        ("Dusun Krajan", "003", "001", "Dusun Krajan RT 003 RW 001"),
        ("Jalan Kartini", None, "001", "Jalan Kartini RW 001"),
        ("", "003", None, "RT 003"),
        ("", None, None, ""),
    ],
)
def test_rt_and_rw_stand_once_in_an_address(address: str, rt: str | None, rw: str | None, shown: str) -> None:
    assert wording.home_words(address, rt, rw) == shown
