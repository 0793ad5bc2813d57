"""Small registry files for the tests of the intake: invented children, one row at a time. What becomes of them is in the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy.orm import Session

from audit.people.directory import add_person, add_system_account, person_named
from audit.people.roles import Person
from audit.steps.intake.actions import ImportReport, admit

AT = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
ON = date(2026, 9, 1)
KABUPATEN = "35.09"

HEADER = (
    "No", "NIK", "Nama", "JK", "Tgl Lahir", "BB Lahir", "TB Lahir", "Nama Ortu", "Prov", "Kab/Kota", "Kec", "Pukesmas", "Desa/Kel",
    "Posyandu", "RT", "RW", "Alamat", "Usia Saat Ukur", "Tanggal Pengukuran", "Berat", "Tinggi", "Cara Ukur", "LiLA", "BB/U", "ZS BB/U",
    "TB/U", "ZS TB/U", "BB/TB", "ZS BB/TB", "Naik Berat Badan", "Jml Vit A", "KPSP", "KIA", "Kelas Ibu Balita", "MBG", "Detail",
)  # fmt: skip

BUDI: Mapping[str, Any] = {
    "No": 1,
    "NIK": "3509221404249001",
    "Nama": "Budi Pratama",
    "JK": "L",
    "Tgl Lahir": "2024-04-14",
    "BB Lahir": 2.4,
    "TB Lahir": 47,
    "Nama Ortu": "Slamet / Misnati",
    "Prov": "JAWA TIMUR",
    "Kab/Kota": "JEMBER",
    "Kec": "ARJASA",
    "Pukesmas": "ARJASA",
    "Desa/Kel": "KEMUNING LOR",
    "Posyandu": "MELATI 1",
    "RT": "001",
    "RW": "002",
    "Alamat": "Dusun Krajan",
    "Usia Saat Ukur": "2 Tahun - 4 Bulan - 0 Hari",
    "Tanggal Pengukuran": "2026-08-14",
    "Berat": 9.8,
    "Tinggi": 82.1,
    "Cara Ukur": "Berdiri",
    "LiLA": 13.5,
    "Naik Berat Badan": "T",
}
"""A boy of 28 months. Nobody: the serial of the NIK is one that is never given out."""

SITI: Mapping[str, Any] = {
    **BUDI,
    "No": 2,
    "NIK": "3509225203259001",
    "Nama": "Siti Aisyah",
    "JK": "P",
    "Tgl Lahir": "2025-03-12",
    "Nama Ortu": "Holifah",
    "Usia Saat Ukur": "1 Tahun - 5 Bulan - 2 Hari",
    "Berat": 8.1,
    "Tinggi": 74.2,
    "Cara Ukur": "Terlentang",
}


def cells(child: Mapping[str, Any], header: Sequence[str] = HEADER) -> list[Any]:
    """A child as a row under this header."""
    return [child.get(name) for name in header]


def write_xlsx(
    path: Path, lines: Sequence[Sequence[Any]], *, sheet: str = "Data", more: Mapping[str, Sequence[Sequence[Any]]] | None = None
) -> Path:
    """A workbook of these lines as they are; numbers as numbers. more: further sheets by name."""
    with xlsxwriter.Workbook(path) as book:
        for name, content in {sheet: lines, **(more or {})}.items():
            page = book.add_worksheet(name)
            for row, line in enumerate(content):
                for column, cell in enumerate(line):
                    if isinstance(cell, str):
                        page.write_string(row, column, cell)
                    elif cell is not None:
                        page.write(row, column, cell)
    return path


def write_children(path: Path, *children: Mapping[str, Any], header: Sequence[str] = HEADER) -> Path:
    """A workbook with the header in row 1 and one child in each row from 2 on."""
    return write_xlsx(path, [list(header), *(cells(child, header) for child in children)])


def staff(session: Session) -> Person:
    """The secretary who loads files."""
    add_system_account(session, at=AT)
    add_person(session, {"username": "sekretariat", "name": "Endah Wulansari", "roles": ["secretary"]}, at=AT)
    session.commit()
    return person_named(session, "sekretariat")


def load(session: Session, path: Path, by: Person, *, dry_run: bool = False, on: date = ON) -> ImportReport:
    """The file loaded and committed."""
    report = admit(session, path, by=by, at=AT, on=on, kabupaten=KABUPATEN, dry_run=dry_run)
    session.commit()
    return report


def codes(report: ImportReport) -> list[tuple[int, str, str]]:
    """Row, column and code of every problem."""
    return [(p.row, p.column, p.code) for p in report.problems]
