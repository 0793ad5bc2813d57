"""Impor: upload, check, preview, load, undo, doubtful rows; what cannot be used; nobody but the secretariat."""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from audit.casework.tables import Errand
from audit.steps.intake.tables import DoubtfulMatch, Import, Measurement, Subject
from flows.errands import Worker
from tests.counting import selects
from tests.steps.intake.sheets import BUDI, SITI, write_children, write_xlsx
from tests.web.conftest import Pages, form_of, words

AT = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
DOUBTFUL: Mapping[str, Any] = {
    **BUDI, "NIK": None, "Nama Ortu": "Holifah", "Tanggal Pengukuran": "2026-07-14", "Usia Saat Ukur": None, "Berat": 9.5,
}  # fmt: skip
SECRETS = ("Budi Pratama", "Siti Aisyah", "3509221404249001", "kemarin")


class Office:
    """The secretariat in front of the pages, and the process beside them."""

    def __init__(self, pages: Pages, folder: Path) -> None:
        pages.at = pages.world.at = AT
        self.pages, self.folder, self.client = pages, folder, pages.as_("sekretariat")

    def upload(self, *files: tuple[str, bytes]) -> Any:
        fields = form_of(self.client.get("/impor").text)
        return self.client.post("/impor", data={"csrf": fields["csrf"][0]}, files=[("berkas", file) for file in files])

    def children(self, *rows: Mapping[str, Any], name: str = "eppgbm.xlsx") -> tuple[str, bytes]:
        return name, write_children(self.folder / "dibuat.xlsx", *rows).read_bytes()

    def work(self) -> None:
        self.pages.wait(60)
        Worker(self.pages.installation, Event(), lambda: self.pages.at).do_errands()
        self.pages.wait(60)

    def checked(self, *rows: Mapping[str, Any], name: str = "eppgbm.xlsx") -> str:
        """The address of a check that is over."""
        address: str = self.upload(self.children(*rows, name=name)).headers["location"]
        self.work()
        return address

    def loaded(self, *rows: Mapping[str, Any], name: str = "eppgbm.xlsx") -> int:
        """The id of an import."""
        fields = form_of(self.client.get(address := self.checked(*rows, name=name)).text)
        answer = self.client.post(address, data={**fields, "minta": "muat"})
        assert answer.status_code == 303, words(answer.text)
        self.work()
        return self.newest(Import).id

    def newest(self, table: Any) -> Any:
        with self.pages.installation.reading() as session:
            return session.scalars(select(table).order_by(table.id.desc()).limit(1)).one()

    def count(self, table: Any) -> int:
        with self.pages.installation.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def office(pages: Pages, tmp_path: Path) -> Office:
    return Office(pages, tmp_path)


def test_a_file_is_uploaded_checked_looked_at_loaded_and_taken_back(office: Office) -> None:
    before = office.count(Subject)
    answer = office.upload(office.children(BUDI, {**SITI, "Tgl Lahir": "kemarin"}))
    address = answer.headers["location"]
    waiting = office.client.get(address)
    assert "menunggu giliran" in words(waiting.text) and 'hx-trigger="every 2s"' in waiting.text and 'http-equiv="refresh"' in waiting.text
    office.work()
    shown = office.client.get(address)
    text = words(shown.text)
    assert "every 2s" not in shown.text and "http-equiv" not in shown.text
    assert "1 orang baru" in text and "kemarin" in text and "14 Mei 2026" in text, "the value, and what is expected"
    assert office.count(Import) == 0 and office.count(Subject) == before, "checking stores nothing"

    fields = form_of(shown.text)
    loaded = office.client.post(address, data={**fields, "minta": "muat"})
    office.work()
    told = words(office.client.get(loaded.headers["location"]).text)
    assert "Berkas dimuat" in told and office.count(Import) == 1 and office.count(Subject) == before + 1

    number = office.newest(Import).id
    one = words(office.client.get(f"/impor/{number}").text)
    assert "eppgbm.xlsx" in one and "kemarin" in one and "Batalkan impor ini" in one
    asked = office.client.get(f"/impor/{number}/batalkan")
    undone = office.client.post(f"/impor/{number}/batalkan", data=form_of(asked.text))
    office.work()
    assert "1 orang dihapus" in words(office.client.get(undone.headers["location"]).text)
    assert office.count(Subject) == before and office.count(Measurement) == 0
    assert "Dibatalkan" in words(office.client.get("/impor").text)


def test_a_nik_that_cannot_be_used_is_masked_on_the_page_and_whole_in_the_workbook(office: Office) -> None:
    short, grouped = "350922140424900", "3509 2214 0424 9001"
    address = office.checked({**BUDI, "NIK": short, "Tgl Lahir": "kemarin"}, {**SITI, "NIK": f"{grouped}7"}, {**SITI})
    fields = form_of(office.client.get(address).text)
    shown = [office.client.get(address).text]
    office.client.post(address, data={**fields, "minta": "muat"})
    office.work()
    shown.append(office.client.get(f"/impor/{office.newest(Import).id}").text)
    for page in shown:
        assert short not in page and grouped not in page and "35092********00" in words(page)
    sheet = openpyxl.load_workbook(io.BytesIO(office.client.get(f"{address}/perbaiki").content)).active
    assert sheet is not None and short in [str(cell.value) for row in sheet.iter_rows() for cell in row]


def test_the_refused_rows_come_back_as_the_workbook_with_reasons_and_no_formula(office: Office) -> None:
    address = office.checked(BUDI, {**SITI, "Tgl Lahir": "kemarin", "Nama Ortu": '=HYPERLINK("http://x","y")'}, name="data kéc..xlsx")
    answer = office.client.get(f"{address}/perbaiki")
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith('attachment; filename="perbaiki-data-kec')
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None and sheet.max_row == 2
    head, row = (list(line) for line in sheet.iter_rows())
    named = dict(zip((cell.value for cell in head), row, strict=True))
    assert named["Baris asal"].value == "3" and "Bukan tanggal" in str(named["Masalah"].value)
    assert named["Nama Ortu"].data_type == "s", "text, never a formula"


def test_several_files_at_once_and_the_one_that_is_none_is_named(office: Office) -> None:
    answer = office.upload(office.children(BUDI, name="satu.xlsx"), ("surat.pdf", b"%PDF-1.7 bukan tabel"))
    assert answer.status_code == 422
    assert "surat.pdf bukan buku kerja" in words(answer.text) and "Berkas lain tidak diterima" in words(answer.text)
    assert office.count(Errand) == 1
    both = office.upload(office.children(BUDI, name="dua.xlsx"), office.children(SITI, name="tiga.xlsx"))
    assert both.headers["location"] == "/impor" and office.count(Errand) == 3


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("kosong.xlsx", b"", "kosong.xlsx kosong"),
        ("foto.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0", "bukan buku kerja"),
        ("surat.csv", b"%PDF-1.7 surat", "bukan buku kerja"),
        ("rusak.xlsx", b"PK\x03\x04 ini bukan zip", "rusak.xlsx"),
        ("aneh.xls", b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "XML Spreadsheet"),
    ],
)
def test_the_type_is_told_by_the_content_not_by_the_name(office: Office, name: str, content: bytes, sentence: str) -> None:
    answer = office.upload((name, content))
    assert answer.status_code == 422 and sentence in words(answer.text) and office.count(Errand) == 0


def test_nothing_chosen_is_said_beside_the_field(office: Office) -> None:
    fields = form_of(office.client.get("/impor").text)
    answer = office.client.post("/impor", data=fields)
    assert answer.status_code == 422 and 'id="f-berkas-problem"' in answer.text and office.count(Errand) == 0


def test_a_form_that_is_too_large_is_not_read(office: Office) -> None:
    answer = office.client.post(
        "/impor", content=b"", headers={"content-length": "60000001", "content-type": "multipart/form-data; boundary=x"}
    )
    assert answer.status_code == 413 and "60 MB" in words(answer.text)


def test_a_file_without_a_header_is_told_on_the_page_of_the_check_and_can_be_asked_again(office: Office) -> None:
    content = write_xlsx(office.folder / "lain.xlsx", [["Tanggal", "Rupiah"], ["1 Mei", 2]]).read_bytes()
    address = office.upload(("lain.xlsx", content)).headers["location"]
    office.work()
    shown = office.client.get(address)
    assert "Tidak berhasil" in words(shown.text) and "Minta lagi" in words(shown.text)
    again = office.client.post(address, data={**form_of(shown.text), "minta": "ulang"})
    assert again.status_code == 303 and again.headers["location"] != address


def test_loading_twice_is_one_errand_and_one_import(office: Office) -> None:
    address = office.checked(BUDI)
    fields = {**form_of(office.client.get(address).text), "minta": "muat"}
    first, second = (office.client.post(address, data=fields) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    office.work()
    assert office.count(Import) == 1
    late = office.client.post(address, data=fields)
    assert late.status_code == 409 and "Catatan berubah sejak halaman ini dibuka" in words(late.text) and office.count(Import) == 1


def test_a_check_from_before_another_import_says_so_and_nothing_is_loaded(office: Office) -> None:
    address = office.checked(BUDI, name="a.xlsx")
    fields = {**form_of(office.client.get(address).text), "minta": "muat"}
    office.loaded(SITI, name="b.xlsx")
    assert "berubah sejak berkas ini diperiksa" in words(office.client.get(address).text)
    errands = office.count(Errand)
    assert office.client.post(address, data=fields).status_code == 409 and office.count(Errand) == errands


def test_a_file_that_brings_nothing_cannot_be_loaded_and_says_why(office: Office) -> None:
    office.loaded(BUDI)
    address = office.checked(BUDI, name="lagi.xlsx")
    shown = office.client.get(address)
    assert "Tidak ada baris baru" in words(shown.text)
    refused = office.client.post(address, data={**form_of(shown.text), "minta": "muat"})
    assert refused.status_code == 409 and office.count(Import) == 1


def test_an_import_that_was_undone_is_not_undone_again(office: Office) -> None:
    number = office.loaded(BUDI)
    address = f"/impor/{number}/batalkan"
    fields = form_of(office.client.get(address).text)
    first, second = (office.client.post(address, data=fields) for _ in range(2))
    assert first.headers["location"] == second.headers["location"], "asked twice, done once"
    office.work()
    late = office.client.post(address, data=fields)
    assert late.status_code == 409 and "sudah dibatalkan" in words(late.text)


def test_a_doubtful_row_is_compared_and_decided_once(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.loaded(BUDI)
    office.loaded(DOUBTFUL, name="juli.xlsx")
    waiting = office.newest(DoubtfulMatch)
    people, measured = office.count(Subject), office.count(Measurement)
    listed = words(office.client.get("/impor/ragu").text)
    assert "juli.xlsx" in listed and "Budi Pratama" not in listed
    address = f"/impor/ragu/{waiting.id}"
    with caplog.at_level(logging.INFO):
        shown = office.client.get(address)
    text = words(shown.text)
    assert "Budi Pratama" in text and "35092*********01" in text and "3509221404249001" not in shown.text
    assert "Slamet / Misnati" in text and "Holifah" in text and "berbeda" in text

    fields = form_of(shown.text)
    unanswered = office.client.post(address, data=fields)
    assert unanswered.status_code == 422 and 'id="f-keputusan-problem"' in unanswered.text
    for nonsense in ("same-999999", "same-", "same-x", "new-1", "<b>", "same-" + "9" * 40):
        assert office.client.post(address, data={**fields, "keputusan": nonsense}).status_code == 422
    assert office.count(Subject) == people and office.newest(DoubtfulMatch).decided is None

    same = {**fields, "keputusan": f"same-{waiting.subject_ids[0]}"}
    done = office.client.post(address, data=same)
    assert done.headers["location"] == "/impor/ragu" and office.count(Measurement) == measured + 1 and office.count(Subject) == people
    again = office.client.post(address, data=same)
    assert again.status_code == 303 and office.count(Measurement) == measured + 1
    other = office.client.post(address, data={**fields, "keputusan": "new"})
    assert other.status_code == 409 and "sudah diputuskan" in words(other.text) and office.count(Subject) == people
    assert not [secret for secret in SECRETS if secret in caplog.text]


def test_values_and_names_stand_only_where_they_are_needed(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        number = office.loaded(BUDI, {**SITI, "Tgl Lahir": "kemarin"})
        listed = office.client.get("/impor").text + office.client.get(f"/impor/{number}/batalkan").text
    assert not [secret for secret in SECRETS if secret in listed + caplog.text]


ADDRESSES = ("/impor", "/impor/ragu", "/impor/ragu/1", "/impor/1", "/impor/1/batalkan", "/impor/pekerjaan/1", "/impor/pekerjaan/1/perbaiki")


@pytest.mark.parametrize("username", ["ketua", "bidan.arjasa", "dr.anak", "perkim", "pimpinan"])
def test_nobody_but_the_secretariat_finds_anything_there(office: Office, username: str) -> None:
    office.loaded(BUDI, {**SITI, "Tgl Lahir": "kemarin"})
    client = office.pages.as_(username)
    nowhere = client.get("/tidak/ada").text
    for address in ADDRESSES:
        answer = client.get(address)
        assert (answer.status_code, answer.text) == (404, nowhere), address
    assert client.post("/impor", data={"csrf": "x"}).status_code == 404


@pytest.mark.parametrize("part", ["0", "999999", "x", "-1", "1.0", "9" * 30, "%00"])
def test_what_is_not_there_is_not_found(office: Office, part: str) -> None:
    for address in (f"/impor/{part}", f"/impor/{part}/batalkan", f"/impor/ragu/{part}", f"/impor/pekerjaan/{part}"):
        assert office.client.get(address).status_code == 404, address


def test_the_lists_take_as_many_statements_for_many_as_for_one(office: Office) -> None:
    office.loaded(BUDI, name="1.xlsx")
    office.loaded(DOUBTFUL, name="2.xlsx")

    def counted(address: str) -> int:
        with selects(office.pages.engine) as seen:
            assert office.client.get(address).status_code == 200
        return len(seen)

    before = {address: counted(address) for address in ("/impor", "/impor/ragu", "/impor/1")}
    office.loaded({**DOUBTFUL, "Tanggal Pengukuran": "2026-06-14"}, {**SITI, "Berat": "x"}, name="3.xlsx")
    office.loaded({**DOUBTFUL, "Tanggal Pengukuran": "2026-05-14"}, name="4.xlsx")
    assert {address: counted(address) for address in before} == before
