"""Files that cannot be read: each is refused with its own code and a sentence without anything of its content."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.errors import Refused
from audit.steps.intake.reader import read_registry, registry, safety
from tests.steps.intake.sheets import BUDI, HEADER, cells, write_children, write_xlsx


def refused(path: Path) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        read_registry(path)
    assert "Budi" not in str(caught.value)
    (reason,) = caught.value.reasons
    return reason.code, reason.sentence


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_missing_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "tidak.xlsx")[0] == "missing_file"


def test_a_folder(tmp_path: Path) -> None:
    assert refused(tmp_path)[0] == "is_folder"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = write_children(tmp_path / "a.xlsx", BUDI)
    path.chmod(0)
    assert refused(path)[0] == "no_permission"


def test_a_refusal_of_the_system_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_children(tmp_path / "a.xlsx", BUDI)

    def denied(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert refused(path)[0] == "no_permission"


CONTENTS: list[tuple[str, bytes, str]] = [
    ("kosong.xlsx", b"", "empty_file"),
    ("spasi.csv", b" \r\n\r\n", "empty_file"),
    ("gambar.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_a_workbook"),
    ("surat.pdf", b"%PDF-1.7 bukan tabel", "not_a_workbook"),
    ("catatan.csv", b"ini hanya kalimat\r\ntanpa tabel\r\n", "no_header"),
    ("terpotong.xlsx", b"PK\x03\x04terpotong", "damaged"),
    ("xml.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>', "xml_spreadsheet"),
    ("halaman.xls", b"<html><body><p>Sesi berakhir, silakan masuk</p></body></html>", "empty_workbook"),
    ("rusak.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000, "not_a_workbook"),
]


@pytest.mark.parametrize(("name", "data", "code"), CONTENTS)
def test_content_that_is_no_registry(name: str, data: bytes, code: str, tmp_path: Path) -> None:
    assert refused(written(tmp_path / name, data))[0] == code


def test_a_workbook_cut_off_in_the_middle(tmp_path: Path) -> None:
    whole = write_children(tmp_path / "a.xlsx", BUDI).read_bytes()
    assert refused(written(tmp_path / "b.xlsx", whole[: len(whole) // 2]))[0] == "damaged"


def test_another_kind_of_zip(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refused(written(tmp_path / "surat.docx", data.getvalue()))[0] == "not_a_workbook"


def test_an_empty_workbook(tmp_path: Path) -> None:
    assert refused(write_xlsx(tmp_path / "a.xlsx", []))[0] == "empty_workbook"


def test_a_header_without_rows(tmp_path: Path) -> None:
    assert refused(write_xlsx(tmp_path / "a.xlsx", [list(HEADER), [None] * 3, ["Jumlah", 0]]))[0] == "no_rows"


def test_a_missing_header_names_what_was_expected_and_what_comes_nearest(tmp_path: Path) -> None:
    header = ["Tanggl Pengukuran" if name == "Tanggal Pengukuran" else name for name in HEADER]
    code, sentence = refused(write_xlsx(tmp_path / "a.xlsx", [["DATA"], header, cells(BUDI)]))
    assert code == "no_header"
    assert "Yang kurang (Ekspor balita e-PPGBM dan turunannya): Tanggal Pengukuran." in sentence
    assert "Yang paling mirip: Tanggl Pengukuran." in sentence


def test_two_sheets_with_a_header(tmp_path: Path) -> None:
    lines = [list(HEADER), cells(BUDI)]
    code, sentence = refused(write_xlsx(tmp_path / "a.xlsx", lines, sheet="Arjasa", more={"Silo": lines}))
    assert code == "two_headers" and "“Arjasa” dan “Silo”" in sentence


def test_a_second_sheet_of_notes_is_no_hindrance(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["Catatan petugas"]], sheet="Catatan", more={"Data": [list(HEADER), cells(BUDI)]})
    assert read_registry(path).sheet.rows.height == 1


def test_a_password_on_an_xlsx(tmp_path: Path) -> None:
    data = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    assert refused(written(tmp_path / "a.xlsx", data))[0] == "password"


def test_a_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "besar.csv"
    with path.open("wb") as file:
        file.truncate(safety.LARGEST_FILE + 1)
    assert refused(path)[0] == "too_large"


def test_a_zip_bomb_that_says_how_large_it_is(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/worksheets/sheet1.xml", "w") as part:
        for _ in range(80):
            part.write(b"\0" * (1 << 20))
    assert refused(tmp_path / "a.xlsx")[0] == "zip_bomb"


def test_a_zip_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (60 << 20))
    data = path.read_bytes().replace(struct.pack("<I", 60 << 20), struct.pack("<I", 1000))
    assert refused(written(path, data))[0] == "zip_bomb"


def test_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_children(tmp_path / "a.xlsx", BUDI)
    read: Callable[..., object] = registry.data_rows

    def somebody_saves(*given: object) -> object:
        path.write_bytes(path.read_bytes() + b"lagi")
        return read(*given)

    monkeypatch.setattr(registry, "data_rows", somebody_saves)
    assert refused(path)[0] == "changed_while_read"


def test_a_name_that_no_file_can_have() -> None:
    with pytest.raises(Refused) as caught:
        read_registry(Path("a\0b.xlsx"))
    assert caught.value.reasons[0].code == "unreadable"
