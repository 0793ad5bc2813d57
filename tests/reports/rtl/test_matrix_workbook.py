"""The RTL matrix as a workbook, read back with another library: every column, no formula, the same bytes, ready to print."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.lifecycle.vocabulary import Action, Status
from audit.reports.book import entry, record_of
from audit.reports.drawers import draw
from audit.reports.record import Record
from audit.reports.rtl.matrix import MATRIX
from audit.reports.rtl.workbook import ABOUT_SHEET, MATRIX_SHEET, NOTHING, RECAP_SHEET
from audit.store.canonical import canonical_json
from tests.factory import World
from tests.reports.rtl.plans import AWKWARD, many_planned, planned, selects


def frozen(world: World) -> dict[str, Any]:
    made = entry("rtl-matriks").freeze(world.session, world.cycle.id, "", at=world.at, on=world.on)
    return json.loads(canonical_json(made))  # type: ignore[no-any-return]  # as it is read back


def record(world: World) -> Record:
    return record_of(entry("rtl-matriks"), frozen(world), edition="terbatas", subject="", revision=1)


def read(file: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(file))


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    lines = list(sheet.iter_rows(values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_every_column_of_an_action_is_there(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.FOLLOW_UP)
    world.pass_days(20)
    world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "selesai", "evidence": "Foto dan daftar terima"})
    world.do(case, Action.CONFIRM_ACTION, "bidan.arjasa", {"action": 1, "seen": "Sudah diterima"})
    world.pass_days(20)
    first, second = rows_of(read(draw(record(world).raw))[MATRIX_SHEET])
    assert all(isinstance(first[name], datetime) for name in ("Mulai", "Selesai", "Dilaporkan", "Dipastikan"))
    first = {name: value.date() if isinstance(value, datetime) else value for name, value in first.items()}
    assert list(first) == [column.label for column in MATRIX]
    assert first == {
        "No.": 1,
        "Nomor kasus": "AKS-3509-2026-2-001",
        "Kelompok sasaran": "Anak di bawah lima tahun (balita)",
        "Masalah/penyebab": "Asupan protein hewani kurang",
        "Rekomendasi": "PMT lokal 90 hari",
        "Jenis": "Intervensi spesifik",
        "Kegiatan": "PMT lokal",
        "Penanggung jawab": "Puskesmas",
        "Pelaksana": "Tim pendamping keluarga",
        "Sasaran": "Keluarga sasaran",
        "Kode lokasi": "35.09.22.2001",
        "Lokasi": "Desa Kemuninglor, Kecamatan Arjasa",
        "Mulai": date(2026, 7, 6),
        "Selesai": date(2026, 8, 5),
        "Sumber dana": "APBN/DAK BOK",
        "Indikator": "Terlaksana",
        "Keadaan awal": "0",
        "Target": "100 %",
        "Status": "Selesai",
        "Lewat tenggat": "Tidak",
        "Dilaporkan": date(2026, 7, 26),
        "Dipastikan": date(2026, 7, 26),
        "Efektif": None,
        "Bukti": "Foto dan daftar terima",
        "Kendala": None,
        "Petugas kasus": "Ninik Rahayu",
    }
    assert (second["Status"], second["Lewat tenggat"], second["Dilaporkan"]) == ("Disetujui", "Ya", None)


@pytest.mark.parametrize("begins", ["=1+1", "+62 812", "-5 %", "@SUM(A1)", "\t=2", '=HYPERLINK("http://x.example")', "'=1"])
def test_a_text_is_never_a_formula_or_a_link(session: Session, begins: str) -> None:
    world = World(session)
    planned(world, activity=f"x{begins}", implementer=begins, target=begins, indicator=begins, baseline=begins, goal=begins)
    book = read(draw(record(world).raw))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert cells and not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    first, _ = rows_of(book[MATRIX_SHEET])
    assert first["Indikator"] == begins.strip() and first["Kegiatan"] == f"x{begins}"


def test_no_identity_is_in_the_workbook(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.FOLLOW_UP)
    evidence = {"action": 1, "status": "selesai", "evidence": "Foto Bunga Anggraini, NIK 3509225708249001"}
    world.do(case, Action.REPORT_PROGRESS, "puskesmas", evidence)
    kept = canonical_json(frozen(world)).decode()
    assert "Anggraini" not in kept and "3509225708249001" not in kept
    first, _ = rows_of(read(draw(record(world).raw))[MATRIX_SHEET])
    assert first["Bukti"] == "Foto (nama), NIK (NIK)"


def test_it_is_ready_to_read_and_to_print(session: Session) -> None:
    world = World(session)
    planned(world)
    book = read(draw(record(world).raw))
    assert book.sheetnames == [MATRIX_SHEET, RECAP_SHEET, ABOUT_SHEET]
    sheet = book[MATRIX_SHEET]
    assert sheet.freeze_panes == "C2" and sheet.auto_filter.ref == "A1:Z3" and sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (2, 0)
    assert sheet["M2"].number_format == "dd/mm/yyyy" and sheet["G2"].alignment.wrap_text
    assert "Matriks RTL Kabupaten Jember – Semester 2 Tahun 2026" in sheet.oddHeader.left.text
    assert "TERBATAS" in sheet.oddHeader.right.text


def test_the_recapitulation_counts_by_owner_and_status(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.FOLLOW_UP)
    world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "berjalan"})
    planned(world)
    rows = rows_of(read(draw(record(world).raw))[RECAP_SHEET])
    assert [row["Penanggung jawab"] for row in rows] == ["Puskesmas", "Dinas Perumahan dan Kawasan Permukiman", "Jumlah"]
    assert [(row["Disetujui"], row["Berjalan"], row["Selesai"], row["Jumlah"]) for row in rows] == [
        (1, 1, 0, 2),
        (2, 0, 0, 2),
        (3, 1, 0, 4),
    ]


def test_it_says_what_it_is(session: Session) -> None:
    world = World(session)
    planned(world)
    made = record(world)
    book = read(draw(made.raw))
    about = {row[0]: row[1] for row in book[ABOUT_SHEET].iter_rows(values_only=True) if row[0]}
    assert about["Nomor dokumen"] == made.number == "RTL-3509-2026-2.1" and about["Revisi"] == "1"
    assert about["Kode pemeriksaan"] == made.code and about["Sidik rekaman (SHA-256)"] == made.sha256
    assert about["Keadaan per"] == "6 Juli 2026"
    assert all(about[column.label] == column.meaning for column in MATRIX)
    assert book.properties.created == made.at.replace(tzinfo=None) and book.properties.creator == "Sekretariat TP3S Kabupaten Jember"


def test_three_hundred_rows_are_all_there_and_give_the_same_bytes(session: Session, engine: Engine) -> None:
    world = World(session)
    many_planned(world, 300)
    session.flush()
    session.expire_all()
    assert selects(engine, lambda: frozen(world)) == 4
    made = record(world)
    file = draw(made.raw)
    rows = rows_of(read(file)[MATRIX_SHEET])
    assert [row["No."] for row in rows] == list(range(1, 301)) and rows[3]["Kegiatan"] == AWKWARD
    assert file == draw(made.raw)
    assert [row["Nomor kasus"] for row in rows] == sorted(row["Nomor kasus"] for row in rows)


def test_an_empty_cycle_says_so(session: Session) -> None:
    world = World(session)
    book = read(draw(record(world).raw))
    assert book[MATRIX_SHEET]["A2"].value == NOTHING
    assert [row["Jumlah"] for row in rows_of(book[RECAP_SHEET])] == [0]
