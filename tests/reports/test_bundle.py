"""The newest documents together: copied out, as an archive that checks itself, as one file for the printer. Real documents of one cycle."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import Fault
from audit.lifecycle.tables import Cycle, Document, DocumentSignature
from audit.lifecycle.vocabulary import Action, Group
from audit.render import html
from audit.render.merging import Merged
from audit.reports.bundle import Bundled, copy_out, newest_documents, write_archive
from audit.reports.document import PUBLIC
from audit.reports.printer_file import printer_file_page, write_printer_file
from audit.reports.publish import publish
from audit.store.canonical import sha256_hex
from audit.store.files import Files
from audit.store.session import make_engine, session_maker
from tests.conftest import KEYRING
from tests.counting import selects
from tests.factory import World, worksheet_answers


def anything(*_: object) -> bool:
    return True


@dataclass
class Shelf:
    """A cycle with published documents."""

    session: Session
    files: Files
    cycle: Cycle
    numbers: list[str]

    def listed(self, **about: Any) -> list[Bundled]:
        return newest_documents(self.session, self.cycle, **{"may_read": anything, **about})[0]


@pytest.fixture(scope="module")
def shelf(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Two packets (the second in two revisions, the first signed) and both editions of the report."""
    folder = tmp_path_factory.mktemp("rak")
    shutil.copy(sqlite_template, folder / "aks.db")
    engine = make_engine(f"sqlite:///{folder / 'aks.db'}", KEYRING)
    sessions, files = session_maker(engine), Files(folder / "berkas", KEYRING)
    with sessions() as session:
        world = World(session)
        cases = [world.open(name=f"Anak Contoh {n}") for n in range(2)]
        session.commit()

        def make(name: str, edition: str, subject: str = "") -> int:
            made = publish(sessions, files, world.cycle.id, name, edition=edition, subject=subject, at=world.at, on=world.on)
            return made.document_id

        first = make("paket", "terbatas", cases[0].number)
        make("paket", "terbatas", cases[1].number)
        make("diseminasi", "terbatas")
        make("diseminasi", "publik")
        world.pass_days(1)
        world.do(cases[1], Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(Group.BALITA))
        session.commit()
        make("paket", "terbatas", cases[1].number)
        signed = files.put(files.get(session.get_one(Document, first).file_sha256) + b"\n% tanda tangan")
        session.add(
            DocumentSignature(
                document_id=first, place="ketua", signed_by="Ketua", by_id=world.people["ketua"].id, signed_at=world.at, file_sha256=signed
            )
        )
        session.commit()
        yield Shelf(session, files, world.cycle, [case.number for case in cases])
    engine.dispose()


def test_the_newest_revision_of_each_document_is_listed_in_the_order_of_the_book(shelf: Shelf) -> None:
    listed = shelf.listed()
    assert [(str(one.path), one.is_signed) for one in listed] == [
        (f"paket/paket-{shelf.numbers[0]}.pdf", True),
        (f"paket/paket-{shelf.numbers[1]}.pdf", False),
        ("diseminasi/laporan-diseminasi-2026-2-publik.pdf", False),
        ("diseminasi/laporan-diseminasi-2026-2-terbatas.pdf", False),
    ]
    of_the_second = select(Document.id).where(Document.subject == shelf.numbers[1]).order_by(Document.id)
    older, newer = shelf.session.scalars(of_the_second)
    assert listed[1].document.id == newer != older
    assert shelf.files.get(listed[0].file_sha256).endswith(b"tanda tangan")


def test_what_may_not_be_read_is_counted_and_left_out(shelf: Shelf) -> None:
    listed, withheld = newest_documents(shelf.session, shelf.cycle, may_read=lambda one, edition, subject: edition == PUBLIC)
    assert ([one.document.edition for one in listed], withheld) == (["publik"], 3)
    assert [one.document.name for one in shelf.listed(names=["paket"])] == ["paket", "paket"]


def test_listing_takes_two_statements(shelf: Shelf) -> None:
    shelf.cycle.code  # noqa: B018 - loaded before the counting begins
    with selects(shelf.session.get_bind()) as seen:
        shelf.listed()
    assert len(seen) == 2


def test_two_places_with_the_same_plain_name_do_not_replace_each_other(shelf: Shelf) -> None:
    with shelf.session.begin_nested() as undone:
        for n, subject in enumerate(("Puskesmas Silo", "Puskesmas/Silo")):
            shelf.session.add(
                Document(
                    cycle_id=shelf.cycle.id, name="paket", edition="terbatas", subject=subject, number=f"X.{n}", revision=1,
                    code=f"{n}ABC-0000-0000-0000", snapshot_sha256=f"{n}" * 64, record_sha256="", file_sha256="", made_with="",
                    history_head="", made_at=shelf.cycle.opened_at,
                )
            )  # fmt: skip
        shelf.session.flush()
        paths = [one.path.name for one in shelf.listed() if "Silo" in one.path.name]
        undone.rollback()
    assert paths == ["paket-Puskesmas-Silo.pdf", "paket-Puskesmas-Silo-1ABC.pdf"]


def test_copies_are_whole_private_and_in_folders_by_name(shelf: Shelf, tmp_path: Path) -> None:
    listed = shelf.listed()
    copy_out(shelf.files, listed, tmp_path / "salinan")
    for one in listed:
        file = tmp_path / "salinan" / one.path
        assert sha256_hex(file.read_bytes()) == one.file_sha256
        assert stat.S_IMODE(file.stat().st_mode) == (0o644 if one.document.edition == PUBLIC else 0o600)
    assert stat.S_IMODE((tmp_path / "salinan" / "paket").stat().st_mode) == 0o700
    copy_out(shelf.files, listed, tmp_path / "salinan")
    assert len([path for path in (tmp_path / "salinan").rglob("*") if path.is_file()]) == len(listed)


def test_the_archive_checks_itself_and_says_what_is_in_it(shelf: Shelf, tmp_path: Path) -> None:
    listed = shelf.listed()
    target = tmp_path / "arsip.zip"
    write_archive(shelf.files, listed, shelf.cycle, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600 and os.listdir(tmp_path) == ["arsip.zip"]
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "isi")
    environment = {**os.environ, "LC_ALL": "C"}
    checked = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "isi", capture_output=True, text=True, check=False, env=environment
    )
    assert checked.returncode == 0 and checked.stdout.count(": OK") == len(listed) + 1, checked.stderr
    manifest = json.loads((tmp_path / "isi" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["cycle"], len(manifest["documents"])) == ("2026-2", len(listed))
    for row, one in zip(manifest["documents"], listed, strict=True):
        content = (tmp_path / "isi" / row["path"]).read_bytes()
        assert (row["sha256"], row["size"]) == (sha256_hex(content), len(content))
        assert (row["number"], row["revision"], row["edition"]) == (one.document.number, one.document.revision, one.document.edition)
        assert (row["record_sha256"], row["history_head"]) == (one.document.record_sha256, one.document.history_head)
        with pikepdf.open(io.BytesIO(content)) as opened:
            assert sha256_hex(opened.attachments["rekaman.json"].get_file().read_bytes()) == row["record_sha256"]
    with zipfile.ZipFile(target) as archive:
        assert all(about.compress_type == zipfile.ZIP_STORED for about in archive.infolist())
        assert archive.getinfo(manifest["documents"][0]["path"]).date_time[:3] == (2026, 7, 6)


def test_the_same_documents_give_the_same_archive_and_a_public_one_is_open(shelf: Shelf, tmp_path: Path) -> None:
    listed = shelf.listed()
    for name in ("a.zip", "b.zip"):
        write_archive(shelf.files, listed, shelf.cycle, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    public = [one for one in listed if one.document.edition == PUBLIC]
    write_archive(shelf.files, public, shelf.cycle, tmp_path / "publik.zip")
    assert stat.S_IMODE((tmp_path / "publik.zip").stat().st_mode) == 0o644
    with zipfile.ZipFile(tmp_path / "publik.zip") as archive:
        assert archive.namelist() == ["diseminasi/laporan-diseminasi-2026-2-publik.pdf", "manifest.json", "SHA256SUMS"]
        assert b"Anak Contoh" not in archive.read("manifest.json")


def test_a_bundle_that_breaks_in_the_middle_leaves_nothing(shelf: Shelf, tmp_path: Path) -> None:
    listed = shelf.listed()
    lost = [*listed, Bundled(listed[0].entry, listed[0].document, listed[0].path, "0" * 64, False)]
    for write, name in ((write_archive, "arsip.zip"), (write_printer_file, "cetak.pdf")):
        with pytest.raises(Fault, match="cadangan"):
            write(shelf.files, lost, shelf.cycle, tmp_path / name)  # type: ignore[operator]
    assert os.listdir(tmp_path) == []


def test_the_printer_file_lists_what_is_inside_and_says_that_it_is_no_archive(shelf: Shelf, tmp_path: Path) -> None:
    target = tmp_path / "cetak.pdf"
    listed = shelf.listed()
    pages = write_printer_file(shelf.files, listed, shelf.cycle, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600 and pages % 2 == 0
    opened = pypdfium2.PdfDocument(target)
    front = " ".join(opened[0].get_textpage().get_text_bounded().split())
    assert len(opened) == pages and "Bukan arsip." in front and "TERBATAS – RAHASIA" in front and "halaman rekaman" not in front
    with pikepdf.open(target) as merged:
        assert b"pdfaid" not in merged.Root.Metadata.read_bytes()
        where = {page.obj.objgen: n for n, page in enumerate(merged.pages, start=1)}
        with merged.open_outline() as outline:
            begins = [where[item.destination[0].objgen] for item in outline.root]
    assert begins[0] == 1 and all(page % 2 for page in begins)
    for one, page in zip(listed, begins[1:], strict=True):
        assert f"{one.document.number} " in front and one.document.number in opened[page - 1].get_textpage().get_text_bounded()
        assert f" {page}" in front.partition(one.document.number)[2]
    opened.close()


def test_awkward_titles_and_many_documents_are_listed_whole(shelf: Shelf) -> None:
    odd = "Siti <b>Nurhayati</b> =1+1 😀 " + "Kusumawardhani " * 13
    one = shelf.listed()[0]
    page = printer_file_page([(one, Merged(odd, 1, 4))] * 300, shelf.cycle, "Berkas cetak", before=8, left_out=2)
    assert "dibuat 7 Juli 2026" in printer_file_page([(last, Merged("", 1, 1)) for last in shelf.listed()], shelf.cycle, "", before=2).about
    assert page.groups[0].count == "300 dokumen, 1.200 halaman" and "2 dokumen berupa buku kerja" in page.note
    text = html.render("report/printer_file/report.html", page)
    assert "&lt;b&gt;Nurhayati&lt;/b&gt; =1+1 😀" in text and text.count("<tr>") == 301
    assert "Belum ada dokumen" in html.render(
        "report/printer_file/report.html", printer_file_page([], shelf.cycle, "Berkas cetak", before=2)
    )
