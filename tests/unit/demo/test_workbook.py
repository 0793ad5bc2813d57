"""The registry files: the exact header, the same bytes from the same seed, every planted fault where the list says. Not the people."""

from __future__ import annotations

import hashlib
import html
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from audit.demo.families import District, make_district
from audit.demo.faults import BUMIL_KINDS, EPPGBM_KINDS, count_by_kind
from audit.demo.registry_rows import BUMIL_HEADER, EPPGBM_HEADER
from audit.demo.workbook import WrittenFaults, write_bulk, write_bumil, write_eppgbm
from audit.growth.ages import completed_months, days_of_months
from audit.growth.indices import score

ON = date(2026, 8, 1)
OFFICIAL_TEXT = (
    "No, NIK, Nama, JK, Tgl Lahir, BB Lahir, TB Lahir, Nama Ortu, Prov, Kab/Kota, Kec, Pukesmas, Desa/Kel, Posyandu, RT, RW, Alamat, "
    "Usia Saat Ukur, Tanggal Pengukuran, Berat, Tinggi, Cara Ukur, LiLA, BB/U, ZS BB/U, TB/U, ZS TB/U, BB/TB, ZS BB/TB, Naik Berat Badan, "
    "Jml Vit A, KPSP, KIA, Kelas Ibu Balita, MBG, Detail"
)
OFFICIAL = OFFICIAL_TEXT.split(", ")
ADDED_ROWS = {"implausibly_small", "repeated_row", "repeated_with_other_weight", "footer_total"}


@pytest.fixture(scope="module")
def district() -> District:
    return make_district(7, on=ON, kecamatan=["35.09.22", "35.09.25", "35.09.30"])


def cells(path: Path) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def delimited(path: Path, delimiter: str, encoding: str) -> list[list[str]]:
    return [line.split(delimiter) for line in path.read_bytes().decode(encoding).split("\r\n")[:-1]]


def web_page(path: Path) -> list[list[str]]:
    lines = re.findall(r"<tr>(.*?)</tr>", path.read_text(encoding="utf-8"))
    return [[html.unescape(cell) for cell in re.findall(r"<td>(.*?)</td>", line)] for line in lines]


READERS: dict[str, Callable[[Path], list[list[Any]]]] = {
    ".xlsx": cells,
    ".csv": lambda path: delimited(path, ";", "cp1252"),
    ".tsv": lambda path: delimited(path, "\t", "utf-8"),
    ".xls": web_page,
}


def test_the_header_is_that_of_the_registry_below_merged_titles(district: District, tmp_path: Path) -> None:
    written = write_eppgbm(tmp_path / "balita.xlsx", district, ON)
    sheet = openpyxl.load_workbook(written.path).worksheets[0]
    assert [cell.value for cell in sheet[written.header_row]] == OFFICIAL
    assert written.header_row == 5 and len(sheet.merged_cells.ranges) == 3


@pytest.mark.parametrize("suffix", READERS)
def test_the_same_district_and_month_give_the_same_bytes(suffix: str, district: District, tmp_path: Path) -> None:
    again = make_district(7, on=ON, kecamatan=["35.09.22", "35.09.25", "35.09.30"])
    digests = [
        hashlib.sha256(write_eppgbm(tmp_path / f"{i}{suffix}", one, ON).path.read_bytes()).hexdigest()
        for i, one in enumerate((district, again))
    ]
    assert digests[0] == digests[1]


def test_the_bytes_do_not_depend_on_the_process_or_the_day(district: District, tmp_path: Path) -> None:
    here = write_eppgbm(tmp_path / "here.xlsx", district, ON).path.read_bytes()
    program = (
        "import sys; from datetime import date; from pathlib import Path; from audit.demo import families, workbook; "
        "d = families.make_district(7, on=date(2026, 8, 1), kecamatan=['35.09.22', '35.09.25', '35.09.30']); "
        "workbook.write_eppgbm(Path(sys.argv[1]), d, date(2026, 8, 1))"
    )
    there = tmp_path / "there.xlsx"
    subprocess.run([sys.executable, "-c", program, str(there)], check=True, env={**os.environ, "PYTHONHASHSEED": "77"})
    assert there.read_bytes() == here
    with zipfile.ZipFile(there) as book:
        assert b"2026-01-01T00:00:00Z</dcterms:created>" in book.read("docProps/core.xml")


def test_another_seed_gives_other_bytes(district: District, tmp_path: Path) -> None:
    other = make_district(8, on=ON, kecamatan=["35.09.22", "35.09.25", "35.09.30"])
    files = [write_eppgbm(tmp_path / f"{one.seed}.csv", one, ON).path.read_bytes() for one in (district, other)]
    assert files[0] != files[1]


@pytest.mark.parametrize("suffix", READERS)
def test_every_listed_fault_stands_where_the_list_says(suffix: str, district: District, tmp_path: Path) -> None:
    written = write_eppgbm(tmp_path / f"balita{suffix}", district, ON)
    lines = READERS[suffix](written.path)
    for fault in written.faults:
        found = lines[fault.row - 1][EPPGBM_HEADER.index(fault.column)]
        if suffix == ".xlsx":
            assert found == fault.written, fault
        elif isinstance(fault.written, str) or fault.written is None:
            assert found == (fault.written or ""), fault
        else:
            assert float(found.replace(",", ".")) == pytest.approx(fault.written, rel=1e-5), fault


def test_every_kind_is_planted_and_no_row_has_two(district: District, tmp_path: Path) -> None:
    written = write_eppgbm(tmp_path / "balita.csv", district, ON)
    assert set(count_by_kind(written.faults)) == {kind.code for kind in EPPGBM_KINDS} | ADDED_ROWS
    rows = [fault.row for fault in written.faults]
    assert len(set(rows)) == len(rows)


def test_only_the_listed_cells_differ_from_the_clean_file(district: District, tmp_path: Path) -> None:
    faulty = write_eppgbm(tmp_path / "faulty.xlsx", district, ON)
    clean = write_eppgbm(tmp_path / "clean.xlsx", district, ON, faults=False)
    differ = {i + 1 for i, (a, b) in enumerate(zip(cells(faulty.path), cells(clean.path), strict=False)) if a != b}
    assert not clean.faults
    assert differ == {fault.row for fault in faulty.faults if fault.row <= clean.last_row}


def test_a_repeated_row_repeats_child_and_date_and_may_correct_the_weight(district: District, tmp_path: Path) -> None:
    written = write_eppgbm(tmp_path / "balita.xlsx", district, ON)
    lines = cells(written.path)[written.header_row : written.last_row]
    for fault in written.faults:
        if fault.kind.startswith("repeated"):
            first, last = (line for line in lines if line[1] == fault.written)
            assert lines.index(last) + written.first_row == fault.row
            assert first[18] == last[18] and (first[19] == last[19]) is (fault.kind == "repeated_row")


def test_the_footer_is_below_the_last_data_row_and_is_not_counted(district: District, tmp_path: Path) -> None:
    written = write_eppgbm(tmp_path / "balita.xlsx", district, ON)
    lines = cells(written.path)
    assert lines[written.last_row][:2] == ["Jumlah", written.rows] and len(lines) == written.last_row + 1


def test_z_scores_are_read_at_completed_months_in_a_clean_file(tmp_path: Path) -> None:
    district = make_district(11, on=ON, kecamatan=["35.09.22"])
    written = write_eppgbm(tmp_path / "balita.xlsx", district, ON, faults=False)
    rows = cells(written.path)[written.header_row :]
    column = {name: [row[i] for row in rows] for i, name in enumerate(EPPGBM_HEADER)}
    z = score(
        age_days=days_of_months(completed_months(column["Tgl Lahir"], column["Tanggal Pengukuran"])),
        is_male=[sex == "L" for sex in column["JK"]],
        weight_kg=column["Berat"],
        height_cm=column["Tinggi"],
        position=[2 if how == "Berdiri" else 1 for how in column["Cara Ukur"]],
    )
    assert (
        np.array_equal(z.haz, column["ZS TB/U"]) and np.array_equal(z.waz, column["ZS BB/U"]) and np.array_equal(z.whz, column["ZS BB/TB"])
    )


def test_age_is_told_in_years_months_and_days(district: District, tmp_path: Path) -> None:
    written = write_eppgbm(tmp_path / "balita.xlsx", district, ON, faults=False)
    for row in cells(written.path)[written.header_row :]:
        years, months, days = map(int, re.fullmatch(r"(\d) Tahun - (\d+) Bulan - (\d+) Hari", row[17]).groups())
        told = years * 365.25 + months * 30.44 + days
        assert abs(told - (date.fromisoformat(row[18]) - date.fromisoformat(row[4])).days) <= 3 and months < 12 and days < 31


def test_a_masked_file_shows_no_nik(district: District, tmp_path: Path) -> None:
    written = write_eppgbm(tmp_path / "balita.xlsx", district, ON, masked_nik=True)
    niks = {row[1] for row in cells(written.path)[written.header_row : written.last_row]}
    assert all(re.fullmatch(r"3509\d\*{11}", nik) for nik in niks)
    assert not [fault for fault in written.faults if fault.kind.startswith("nik_")]


def test_the_register_of_mothers_has_its_header_kek_and_every_kind_of_fault(tmp_path: Path) -> None:
    district = make_district(7, on=ON)
    written: WrittenFaults = write_bumil(tmp_path / "bumil.xlsx", district, ON)
    lines = cells(written.path)
    assert tuple(lines[written.header_row - 1]) == BUMIL_HEADER
    assert set(count_by_kind(written.faults)) == {kind.code for kind in BUMIL_KINDS} | {"footer_total"}
    for fault in written.faults:
        assert lines[fault.row - 1][BUMIL_HEADER.index(fault.column)] == fault.written, fault
    assert sum("KEK" in str(row[25]) for row in lines[written.header_row : written.last_row]) > 20


def test_the_large_workbook_has_the_asked_number_of_rows_and_a_child_in_each(tmp_path: Path) -> None:
    path = tmp_path / "besar.xlsx"
    assert write_bulk(path, rows=2_000) == 1
    lines = cells(path)
    assert lines[0] == OFFICIAL and len(lines) == 2_001 and len({line[1] for line in lines[1:]}) == 2_000


def test_another_suffix_is_an_error_of_the_caller(district: District, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.ods"):
        write_eppgbm(tmp_path / "balita.ods", district, ON)
