"""Single cells as people write them, as worked examples and by chance."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.steps.intake.rules import cells
from audit.steps.intake.rules.codes import CODES

DATES = [
    ("2024-05-14", date(2024, 5, 14), None),
    ("2024-05-14 00:00:00", date(2024, 5, 14), None),
    ("14/05/2024", date(2024, 5, 14), None),
    ("14-05-2024", date(2024, 5, 14), None),
    ("3/4/2024", date(2024, 4, 3), None),
    ("14 Mei 2024", date(2024, 5, 14), None),
    ("5 Agt 2024", date(2024, 8, 5), None),
    ("17-Agu-2024", date(2024, 8, 17), None),
    ("Senin, 1 Januari 2024", date(2024, 1, 1), None),
    ("45426", date(2024, 5, 14), None),
    ("45426.5", date(2024, 5, 14), None),
    ("29/02/2024", date(2024, 2, 29), None),
    ("29/02/2023", None, "date_impossible"),
    ("2024-13-01", None, "date_impossible"),
    ("01/01/0024", None, "date_impossible"),
    ("14/05/24", None, "date_invalid"),
    ("kemarin", None, "date_invalid"),
    ("-", None, None),
]


@pytest.mark.parametrize(("text", "value", "code"), DATES)
def test_a_date_is_read_however_it_is_written(text: str, value: date | None, code: str | None) -> None:
    assert cells.read_date(text) == cells.Cell(value, code)


NUMBERS = [
    ("8.5", 8.5, None),
    ("8,5", 8.5, None),
    (" 8,5 kg ", 8.5, None),
    ("82 cm", 82.0, None),
    ("0", 0.0, "zero"),
    ("0,00", 0.0, "zero"),
    ("8888", 8888.0, "sentinel"),
    ("999.99", 999.99, "sentinel"),
    ("46248", 46248.0, "date_in_measure"),
    ("14/08/2026", None, "date_in_measure"),
    ("081234567890", None, "phone_in_measure"),
    ("+62 860-1234-5678", None, "phone_in_measure"),
    ("sakit", None, "not_a_number"),
    ("1.234.5", None, "not_a_number"),
    ("", None, None),
]


@pytest.mark.parametrize(("text", "value", "code"), NUMBERS)
def test_a_measure_is_read_or_named(text: str, value: float | None, code: str | None) -> None:
    assert cells.read_number(text) == cells.Cell(value, code)


NIKS = [
    ("3509221404249001", "3509221404249001", None),
    ("`3509221404249001", "3509221404249001", None),
    ("'3509221404249001", "3509221404249001", None),
    ("3509 2214 0424 9001", "3509221404249001", None),
    ("3509221404249001.0", "3509221404249001", None),
    ("3.509221404249001E+15", "3509221404249001", None),
    ("3.50922E+15", None, "nik_digits_lost"),
    ("3,50922E+15", None, "nik_digits_lost"),
    ("3509221404249000.0", None, "nik_digits_lost"),
    ("3509221404240000", None, "nik_digits_lost"),
    ("02022**********", None, "nik_masked"),
    ("35092***********", None, "nik_masked"),
    ("350922140424900", None, "nik_invalid"),
    ("3509229904249001", None, "nik_invalid"),
    ("0509221404249001", None, "nik_invalid"),
    ("belum ada", None, "nik_invalid"),
    ("0", None, None),
    ("-", None, None),
]


@pytest.mark.parametrize(("text", "value", "code"), NIKS)
def test_a_nik_is_read_or_said_to_be_unknown(text: str, value: str | None, code: str | None) -> None:
    assert cells.read_nik(text) == cells.Cell(value, code)


AGES = [("1 Tahun - 3 Bulan - 5 Hari", 15, None), ("15 bln", 15, None), ("15", 15, None), ("2 th", 24, None), ("3 hari", 0, None),
        ("balita", None, "age_unreadable")]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "code"), AGES)
def test_an_age_text_becomes_completed_months(text: str, value: int | None, code: str | None) -> None:
    assert cells.read_age_months(text) == cells.Cell(value, code)


PHONES = [("086012345678", "086012345678", None), ("86012345678", "086012345678", None), ("0860-1234-5678", "086012345678", None),
          ("086012345678 / 086087654321", "086012345678", "two_phones"), ("086012345678 atau 086087654321", "086012345678", "two_phones"),
          ("tidak punya", None, "phone_invalid"), ("0", None, None)]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "code"), PHONES)
def test_of_two_telephone_numbers_the_first_is_kept(text: str, value: str | None, code: str | None) -> None:
    assert cells.read_phone(text) == cells.Cell(value, code)


PARSERS = [cells.read_date, cells.read_number, cells.read_nik, cells.read_phone, cells.read_age_months]
NEARLY = st.from_regex(r"[`']?[-+]?[0-9]{0,18}[.,/\- *eE]{0,2}[0-9]{0,6}[-/ ]?[0-9A-Za-z]{0,8}", fullmatch=True)


@settings(max_examples=400, deadline=None)
@given(text=st.one_of(st.text(max_size=40), NEARLY), parser=st.sampled_from(PARSERS))
def test_every_text_is_a_value_a_problem_or_empty(text: str, parser) -> None:  # type: ignore[no-untyped-def]  # five result types
    cell = parser(text)
    assert cell.code is None or cell.code in CODES
    assert cell.value is None or isinstance(cell.value, (str, float, int, date))
    if cell.value is None and cell.code is None:
        plain = " ".join(unicodedata.normalize("NFKC", text).lower().split())
        assert plain.strip("`'’‘´\"= ") in cells.EMPTY | {"0"}


@settings(max_examples=200, deadline=None)
@given(day=st.dates(min_value=date(1942, 1, 1), max_value=date(2098, 12, 31)))
def test_one_day_is_the_same_in_every_way_of_writing(day: date) -> None:
    ways = [day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%d-%m-%Y}", f"{day.day}/{day.month}/{day.year}", str((day - cells.EXCEL_EPOCH).days)]
    assert {cells.read_date(way).value for way in ways} == {day}
