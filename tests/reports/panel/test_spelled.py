"""Numbers and dates in words, as worked examples."""

from __future__ import annotations

from datetime import date

import pytest

from audit.reports.panel.spelled import HIGHEST, counted, date_in_words, day_and_date, spelled


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (1, "satu"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (31, "tiga puluh satu"),
        (99, "sembilan puluh sembilan"),
        (100, "seratus"),
        (101, "seratus satu"),
        (111, "seratus sebelas"),
        (210, "dua ratus sepuluh"),
        (999, "sembilan ratus sembilan puluh sembilan"),
        (1000, "seribu"),
        (1001, "seribu satu"),
        (1100, "seribu seratus"),
        (1945, "seribu sembilan ratus empat puluh lima"),
        (2000, "dua ribu"),
        (2026, "dua ribu dua puluh enam"),
        (11000, "sebelas ribu"),
        (100000, "seratus ribu"),
        (HIGHEST, "sembilan ratus sembilan puluh sembilan ribu sembilan ratus sembilan puluh sembilan"),
    ],
)
def test_a_number_is_spelled_as_it_is_spoken(number: int, words: str) -> None:
    assert spelled(number) == words


def test_no_two_numbers_are_spelled_alike() -> None:
    assert len({spelled(number) for number in range(10000)}) == 10000


@pytest.mark.parametrize("number", [-1, HIGHEST + 1])
def test_a_number_out_of_reach_is_not_spelled(number: int) -> None:
    with pytest.raises(ValueError, match=str(HIGHEST)):
        spelled(number)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 7, 6), "Senin, tanggal enam bulan Juli tahun dua ribu dua puluh enam (06-07-2026)"),
        (date(2027, 1, 31), "Minggu, tanggal tiga puluh satu bulan Januari tahun dua ribu dua puluh tujuh (31-01-2027)"),
        (date(2000, 2, 29), "Selasa, tanggal dua puluh sembilan bulan Februari tahun dua ribu (29-02-2000)"),
    ],
)
def test_a_date_is_spelled_with_its_day(on: date, words: str) -> None:
    assert date_in_words(on).replace("\u2011", "-") == words


def test_a_date_that_is_not_known_leaves_a_line_for_each_part() -> None:
    day, rest = date_in_words(None).split(", tanggal ")
    assert [set(part) for part in (day, *rest.replace("bulan", "tahun").split(" tahun "))] == [{"."}] * 4


def test_a_count_has_its_figure_and_its_words() -> None:
    assert counted(12, "kasus") == "12\u00a0(dua belas) kasus"
    assert day_and_date(date(2026, 8, 17)) == "Senin, 17 Agustus 2026"
