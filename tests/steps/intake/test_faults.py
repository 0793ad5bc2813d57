"""The faults that registry files have: planted in the files of the invented district, and one by one in small files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from audit.demo.families import District, make_district
from audit.demo.workbook import WrittenFaults, write_bumil, write_eppgbm
from audit.steps.intake.columns import BUMIL, EPPGBM, LAYOUTS, match_header
from audit.steps.intake.reader import read_registry
from audit.steps.intake.rules.check import read_columns
from audit.steps.intake.rules.codes import CODES, Problem, Severity
from audit.steps.intake.rules.findings import Findings
from audit.steps.intake.rules.growth import with_scores
from audit.steps.intake.rules.rows import check_rows, usable
from tests.steps.intake.sheets import BUDI, HEADER, KABUPATEN, ON, SITI, cells, write_children, write_xlsx

MONTH = date(2026, 8, 1)


def checked(path: Path, *, on: date = ON) -> tuple[pl.DataFrame, Findings]:
    """The usable rows and every problem, as the import finds them before anybody is matched."""
    sheet = read_registry(path).sheet
    findings = Findings(sheet.header, sheet.rows.height)
    values = usable(check_rows(sheet, read_columns(sheet, findings), findings, on=on, kabupaten_code=KABUPATEN), findings)
    return (with_scores(values, findings).values if sheet.header.layout.subject == "child" else values), findings


def problems_of(child: Mapping[str, Any], tmp_path: Path) -> list[tuple[str, str, str]]:
    """Column, code and severity of every problem of one child."""
    _, findings = checked(write_children(tmp_path / "satu.xlsx", child))
    assert all(p.row == 2 for p in findings.problems)
    return [(p.column, p.code, str(p.severity)) for p in findings.in_order()]


def test_a_clean_row_has_no_problem(tmp_path: Path) -> None:
    assert problems_of(BUDI, tmp_path) == [] and problems_of(SITI, tmp_path) == []


ONE_FAULT: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"NIK": "35092***********"}, [("NIK", "nik_masked")]),
    ({"NIK": 3509221404249000}, [("NIK", "nik_digits_lost")]),
    ({"NIK": "3.50922E+15"}, [("NIK", "nik_digits_lost")]),
    ({"NIK": None}, [("NIK", "nik_missing")]),
    ({"NIK": "12345"}, [("NIK", "nik_invalid")]),
    ({"NIK": "3509221504249001"}, [("NIK", "nik_birth_differs")]),
    ({"NIK": "3509225404249001"}, [("NIK", "nik_sex_differs")]),
    ({"Nama": None}, [("Nama", "name_missing")]),
    ({"JK": None}, [("JK", "sex_unknown")]),
    ({"JK": "X"}, [("JK", "sex_unknown")]),
    ({"Tgl Lahir": None}, [("Tgl Lahir", "birth_missing")]),
    ({"Tgl Lahir": "14/4"}, [("Tgl Lahir", "date_invalid")]),
    ({"Tgl Lahir": "31/04/2024"}, [("Tgl Lahir", "date_impossible")]),
    ({"Tanggal Pengukuran": None}, [("Tanggal Pengukuran", "measured_missing")]),
    ({"Tanggal Pengukuran": "2028-08-14"}, [("Usia Saat Ukur", "age_differs"), ("Tanggal Pengukuran", "measured_in_future")]),
    ({"Berat": 8888}, [("Berat", "sentinel")]),
    ({"LiLA": 999.99}, [("LiLA", "sentinel")]),
    ({"Tinggi": 0}, [("Tinggi", "zero")]),
    ({"BB Lahir": 0}, [("BB Lahir", "zero")]),
    ({"Tinggi": 46248}, [("Tinggi", "date_in_measure")]),
    ({"LiLA": "086012345678"}, [("LiLA", "phone_in_measure")]),
    ({"Berat": "sakit"}, [("Berat", "not_a_number")]),
    ({"Berat": 98}, [("Berat", "out_of_range")]),
    ({"Berat": None}, [("Berat", "measure_missing")]),
    ({"Cara Ukur": "duduk"}, [("Cara Ukur", "choice_unknown")]),
    ({"Usia Saat Ukur": "1 Tahun - 3 Bulan - 5 Hari"}, [("Usia Saat Ukur", "age_differs")]),
    ({"Desa/Kel": "XX BELUM DIISI"}, [("Desa/Kel", "desa_unknown")]),
    ({"Desa/Kel": None}, [("Desa/Kel", "desa_missing")]),
    ({"Desa/Kel": "KEMUNING LR"}, [("Desa/Kel", "desa_respelled")]),
    ({"Kab/Kota": "BONDOWOSO"}, [("Kab/Kota", "other_kabupaten")]),
    ({"Berat": None, "Tinggi": 0, "LiLA": None}, [("Berat", "measure_missing"), ("Tinggi", "zero"), ("Berat", "nothing_measured")]),
    ({"Berat": 1.82, "Tinggi": 43, "ZS TB/U": -3.6}, [("Berat", "unusual"), ("Tinggi", "unusual"), ("Berat", "implausible_pair")]),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "expected"), ONE_FAULT, ids=[" ".join(code for _, code in e) for _, e in ONE_FAULT])
def test_a_fault_is_named_at_its_column(fault: dict[str, Any], expected: list[tuple[str, str]], tmp_path: Path) -> None:
    found = problems_of({**BUDI, **fault}, tmp_path)
    assert sorted(found) == sorted((column, code, str(CODES[code].severity)) for column, code in expected)


HARMLESS: list[tuple[dict[str, Any], str, Any]] = [
    ({"NIK": "`3509221404249001"}, "nik", "3509221404249001"),
    ({"NIK": "'3509221404249001"}, "nik", "3509221404249001"),
    ({"NIK": 3509221404249001}, "nik", "3509221404249001"),
    ({"Tgl Lahir": "14/04/2024"}, "birth_on", date(2024, 4, 14)),
    ({"Tgl Lahir": "14-04-2024"}, "birth_on", date(2024, 4, 14)),
    ({"Tgl Lahir": 45396}, "birth_on", date(2024, 4, 14)),
    ({"Tgl Lahir": "14 April 2024"}, "birth_on", date(2024, 4, 14)),
    ({"Berat": "9,8"}, "weight_kg", 9.8),
    ({"Berat": "9.8 kg"}, "weight_kg", 9.8),
    ({"BB Lahir": 2400}, "birth_weight_kg", 2.4),
    ({"JK": "Laki-laki"}, "sex", True),
    ({"Desa/Kel": "Desa Kemuning Lor "}, "desa_code", "35.09.22.2001"),
    ({"Kab/Kota": "Kab. Jember"}, "kabupaten", "Kab. Jember"),
    ({"Nama Ortu": "SLAMET / MISNATI"}, "parents", "SLAMET / MISNATI"),
]


@pytest.mark.parametrize(("written", "field", "value"), HARMLESS)
def test_a_harmless_way_of_writing_is_read_without_a_word(written: dict[str, Any], field: str, value: object, tmp_path: Path) -> None:
    values, findings = checked(write_children(tmp_path / "satu.xlsx", {**BUDI, **written}))
    found = values[field][0] if field != "desa_code" else values[field][0][:8]
    assert found == (value if field != "desa_code" else str(value)[:8])
    assert findings.problems == []


def test_measured_before_birth_is_refused(tmp_path: Path) -> None:
    found = problems_of({**BUDI, "Tgl Lahir": "2026-08-20", "NIK": None, "Usia Saat Ukur": None}, tmp_path)
    assert ("Tanggal Pengukuran", "measured_before_birth", "reject") in found


def test_a_child_above_five_years_is_kept_and_pointed_out(tmp_path: Path) -> None:
    old = {**BUDI, "Tgl Lahir": "2021-07-14", "NIK": "3509221407219001", "Usia Saat Ukur": None}
    values, findings = checked(write_children(tmp_path / "satu.xlsx", old))
    assert [p.code for p in findings.problems] == ["too_old"] and values.height == 1 and values["haz"][0] is None


def test_a_sentence_names_the_valid_range(tmp_path: Path) -> None:
    _, findings = checked(write_children(tmp_path / "satu.xlsx", {**BUDI, "Berat": 98}))
    assert findings.problems == [
        Problem(2, "Berat", "98", "out_of_range", Severity.WARN, "Di luar rentang yang sah 0,9–58 kg, jadi tidak dipakai.")
    ]


def test_an_unknown_desa_comes_with_the_nearest_one(tmp_path: Path) -> None:
    _, findings = checked(write_children(tmp_path / "satu.xlsx", {**BUDI, "Desa/Kel": "KEMUNG"}))
    assert "mungkin Desa Kemuninglor, Kecamatan Arjasa" in findings.problems[0].message


def test_ten_thousand_equal_remarks_are_one(tmp_path: Path) -> None:
    lines = ["NIK;Nama;JK;Tgl Lahir;Desa/Kel;Kec;Tanggal Pengukuran;Berat;Tinggi"]
    lines += [f"35092***********;Anak {n};L;2024-04-14;KEMUNING LOR;ARJASA;2026-08-14;9,8;82,1" for n in range(1500)]
    path = tmp_path / "tersamar.csv"
    path.write_text("\n".join(lines))
    _, findings = checked(path)
    (only,) = findings.problems
    assert (only.row, only.column, only.code, only.value) == (1, "NIK", "nik_masked", None) and only.message.startswith("1500 sel")


HANDMADE = ("Posyandu", "Nama Lengkap Balita", "Tgl Lahir Tgl/Bln/Thn", "L/P", "Nama Desa", "KECAMATAN", "BB (kg)", "PB/TB (cm)",
            "Tgl. Ukur", "PB-TB/U", "BB/PB-TB", "Nomor KK", "Berat Lahir - Sasaran (kg)", "catatan kader")  # fmt: skip


def test_a_list_made_by_hand_is_read_by_its_names_in_any_order(tmp_path: Path) -> None:
    row = (
        "Mawar",
        "Budi Pratama",
        "14/04/2024",
        "L",
        "Kemuning Lor",
        "Arjasa",
        "9,8",
        "82,1",
        "14/08/2026",
        "Pendek",
        "Baik",
        "3509",
        "2,4",
        "x",
    )
    path = write_xlsx(
        tmp_path / "a.xlsx", [["Puskesmas Arjasa"], [], HANDMADE, row, [str(n) for n in range(1, 15)], [None], ["Jumlah", "1"]]
    )
    sheet = read_registry(path).sheet
    assert sheet.rows["row"].to_list() == [4] and sheet.header.unknown == ["catatan kader"]
    values, findings = checked(path)
    assert values.select("name", "weight_kg", "height_cm", "birth_weight_kg").rows() == [("Budi Pratama", 9.8, 82.1, 2.4)]
    assert [(p.row, p.code) for p in findings.problems] == [(3, "nik_missing")]


def test_a_header_in_two_rows_is_put_together(tmp_path: Path) -> None:
    above = [name if name not in ("Berat", "Tinggi") else None for name in HEADER]
    below = [name if name in ("Berat", "Tinggi") else None for name in HEADER]
    above[HEADER.index("Berat")] = "Antropometri"
    sheet = read_registry(write_xlsx(tmp_path / "a.xlsx", [above, below, cells(BUDI)])).sheet
    assert sheet.rows["row"].to_list() == [3] and sheet.rows["weight_kg"].to_list() == ["9.8"]


def test_a_repeated_header_and_the_signatures_below_are_no_data(tmp_path: Path) -> None:
    foot = [["Total", 2], [None, "Mengetahui,"], [None, "Kepala Puskesmas"], [None, None, "dr. Ratna"]]
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, cells(BUDI), HEADER, cells(SITI), *foot])
    assert read_registry(path).sheet.rows["row"].to_list() == [2, 4]


def test_a_row_that_only_lost_its_birth_date_is_not_taken_for_a_footer(tmp_path: Path) -> None:
    path = write_children(tmp_path / "a.xlsx", {**BUDI, "Tgl Lahir": None}, SITI)
    assert read_registry(path).sheet.rows["row"].to_list() == [2, 3]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.code)
def test_every_name_of_a_layout_leads_to_one_column(layout: Any) -> None:
    own = [column.header for column in layout.columns]
    assert match_header(own, layout) == {column.field: at for at, column in enumerate(layout.columns)}


def test_the_export_header_is_known_to_its_last_column() -> None:
    assert len(match_header(HEADER, EPPGBM)) == len(HEADER) == 36


@pytest.fixture(scope="module")
def district() -> District:
    return make_district(11, on=MONTH, children_per_desa=5)


EXPECTED: Mapping[str, str | None] = {
    "nik_masked": "nik_masked", "nik_backtick": None, "nik_apostrophe": None, "nik_as_number": "nik_digits_lost",
    "nik_missing": "nik_missing",
    "nik_too_short": "nik_invalid", "date_with_dashes": None, "date_with_slashes": None, "date_as_serial": None,
    "birth_date_missing": "birth_missing", "desa_misspelled": "desa_", "desa_unknown": "desa_unknown", "kecamatan_misspelled": None,
    "desa_with_prefix": None, "decimal_comma": None, "measured_on_with_slashes": None, "measured_on_as_serial": None,
    "measured_on_missing": "measured_missing", "measured_in_future": "measured_in_future", "born_after_measurement": "",
    "sex_spelled_out": None, "sex_contradicts_nik": "", "sex_missing": "sex_unknown", "sentinel_8888": "sentinel",
    "sentinel_999_99": "sentinel", "zero_not_recorded": "zero", "serial_in_length": "date_in_measure", "phone_in_muac": "phone_in_measure",
    "birth_weight_in_grams": None, "weight_without_point": "", "weight_is_text": "not_a_number", "height_missing": "measure_missing",
    "unit_in_cell": None, "both_parents": None, "implausibly_small": "unusual",
    "muac_in_mm": "out_of_range", "two_phones": "two_phones", "checked_in_future": "measured_in_future", "weeks_is_text": "not_a_number",
    "lmp_after_check": "period_after_check",
}  # fmt: skip
"""What the intake says about a planted fault at its cell: None nothing, because the value is read; "" something elsewhere in the row."""


def assert_found(written: WrittenFaults, findings: Findings) -> None:
    by_row: dict[int, list[Problem]] = {}
    for problem in findings.problems:
        by_row.setdefault(problem.row, []).append(problem)
    for fault in written.faults:
        expected = EXPECTED.get(fault.kind, "not here")
        there = by_row.get(fault.row, [])
        codes_at = [p.code for p in there if p.column == fault.column]
        if expected is None:
            assert codes_at == [], fault
        elif expected == "":
            assert there, fault
        elif expected != "not here":
            assert any(code.startswith(expected) for code in codes_at), (fault.kind, fault.row, there)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".tsv", ".xls"])
def test_every_planted_fault_of_the_child_register_is_found_in_every_form(suffix: str, district: District, tmp_path: Path) -> None:
    written = write_eppgbm(tmp_path / f"balita{suffix}", district, MONTH)
    sheet = read_registry(written.path).sheet
    assert (sheet.rows.height, sheet.rows["row"][0], sheet.rows["row"][-1]) == (written.rows, written.first_row, written.last_row)
    _, findings = checked(written.path)
    assert {fault.kind for fault in written.faults} > {"nik_as_number", "implausibly_small", "footer_total"}
    assert_found(written, findings)


def test_every_planted_fault_of_the_register_of_mothers_is_found(tmp_path: Path) -> None:
    district = make_district(11, on=MONTH, children_per_desa=60, kecamatan=["35.09.22", "35.09.25", "35.09.30"])
    written = write_bumil(tmp_path / "bumil.xlsx", district, MONTH)
    assert len(written.faults) > 20
    assert read_registry(written.path).sheet.header.layout is BUMIL
    assert_found(written, checked(written.path)[1])


def test_a_clean_register_has_next_to_no_problem(district: District, tmp_path: Path) -> None:
    _, findings = checked(write_eppgbm(tmp_path / "balita.xlsx", district, MONTH, faults=False).path)
    assert findings.rejected == set() and {p.code for p in findings.problems} <= {"unusual", "too_old"}
