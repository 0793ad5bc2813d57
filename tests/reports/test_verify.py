"""The answers of verify: what is told of a file as it was made, of one that was changed, and of one that was never ours."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pypdfium2
import pytest
from sqlalchemy import Engine, event, update
from sqlalchemy.orm import Session, sessionmaker

from audit.lifecycle.tables import Document
from audit.lifecycle.vocabulary import Status
from audit.render.pkcs12 import Pkcs12Signer, draw_stamp
from audit.reports import publish as publishing
from audit.reports.printing import made_with
from audit.reports.publish import Published, publish
from audit.reports.record import RECORD_FORMAT, RECORD_NAME, Record, make_record, read_record
from audit.reports.verdict import Answer, Verdict, sentences_of
from audit.reports.verify import LARGEST_FILE, verify_file
from audit.store.canonical import canonical_json, sha256_hex
from audit.store.files import Files
from audit.store.sealed import Keyring
from audit.store.session import make_engine, session_maker
from tests.factory import World
from tests.reports.test_head_of_then import tamper
from tests.unit.render.certificates import PASSPHRASE, officer

AT = datetime(2026, 7, 7, 3, 0, tzinfo=UTC)
ADDRESS = "https://aks.contoh.go.id"
draw_once = cache(publishing.draw)


@dataclass
class Office:
    """A home with one cycle, an approved plan, and what was published of it."""

    engine: Engine
    sessions: sessionmaker[Session]
    files: Files
    world: World

    def publish(self, name: str, subject: str = "", edition: str = "terbatas") -> Published:
        world = self.world
        world.session.commit()
        return publish(
            self.sessions, self.files, world.cycle.id, name, edition=edition, subject=subject, at=world.at, on=world.on, draw=draw_once
        )

    def judge(self, file: bytes) -> Verdict:
        self.world.session.commit()
        with Session(self.engine.execution_options(reading=True)) as session:
            return verify_file(file, session=session, files=self.files, draw=draw_once)


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path, keyring: Keyring) -> Iterator[Office]:
    shutil.copy(sqlite_template, tmp_path / "aks.db")
    engine = make_engine(f"sqlite:///{tmp_path / 'aks.db'}", keyring)
    sessions = session_maker(engine)
    with sessions() as session:
        world = World(session)
        world.cycle.settings = world.cycle.settings | {"office": {"verify_address": ADDRESS}}
        world.case_at(Status.APPROVED)
        yield Office(engine, sessions, Files(tmp_path / "berkas", keyring), world)
    engine.dispose()


@pytest.fixture
def sheet(office: Office) -> bytes:
    """The follow-up sheet of one agency, as published: one page, two rooms for signatures."""
    return office.files.get(office.publish("rtl", "puskesmas").file_sha256)


def alone(file: bytes) -> Verdict:
    """What is told where there is no office."""
    return verify_file(file, session=None, files=None, draw=draw_once)


def told(verdict: Verdict) -> str:
    return " ".join(sentences_of(verdict))


def changed(file: bytes, change: Callable[[pikepdf.Pdf], Any]) -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(file)) as opened:
        change(opened)
        opened.save(made)
    return made.getvalue()


def record_in(file: bytes) -> Record:
    with pikepdf.open(io.BytesIO(file)) as opened:
        return read_record(opened.attachments[RECORD_NAME].get_file().read_bytes())


def with_content(record: Record, **content: Any) -> Record:
    return make_record(
        document=record.document,
        edition=record.edition,
        subject=record.subject,
        number=record.number,
        revision=record.revision,
        at=record.at,
        content={**record.content, **content},
    )


def carrying(file: bytes, raw: bytes) -> bytes:
    """The file with another record inside."""

    def swap(opened: pikepdf.Pdf) -> None:
        inside = opened.attachments[RECORD_NAME].get_file().obj
        inside.write(zlib.compress(raw), filter=pikepdf.Name.FlateDecode)

    return changed(file, swap)


def signed(file: bytes, field: str = "ketua") -> bytes:
    signer = Pkcs12Signer(officer("Bambang Setyadi").p12, PASSPHRASE)
    stamp = draw_stamp(signer.signed_by, office="Ketua TP3S", at=AT)
    return signer.sign(file, field, stamp=stamp, reason="Menyetujui", at=AT)


def test_a_document_as_published_is_genuine_and_drawn_again_alike(office: Office, sheet: bytes) -> None:
    verdict = office.judge(sheet)
    assert (verdict.answer, verdict.is_genuine, verdict.is_issued, verdict.is_redrawn) == (Answer.REPRODUCIBLE, True, True, True)
    assert verdict.about is not None and verdict.about.number == "RTL-3509-2026-2-PUSKESMAS.1"
    assert told(verdict).startswith("ASLI. Lembar RTL perangkat daerah edisi terbatas, nomor RTL-3509-2026-2-PUSKESMAS.1, revisi 1,")


def test_without_an_office_it_is_told_what_is_proven_and_what_is_not(sheet: bytes) -> None:
    verdict = alone(sheet)
    assert (verdict.answer, verdict.is_genuine, verdict.is_issued) == (Answer.REPRODUCIBLE, True, None)
    assert "bukan siapa yang menerbitkannya" in told(verdict) and "ASLI" not in told(verdict)


def of_an_older_version(file: bytes) -> bytes:
    """The file as a version before this one might have written it."""
    here = made_with().encode()
    older = here.replace(b"AKS 0.1.0", b"AKS 0.0.9")

    def rename(opened: pikepdf.Pdf) -> None:
        opened.docinfo["/Creator"] = older.decode()

    return changed(file.replace(here, older), rename)


def test_a_file_of_an_older_version_is_known_by_its_hash(office: Office, sheet: bytes) -> None:
    old = of_an_older_version(sheet)
    with office.sessions.begin() as session:
        session.execute(update(Document).values(file_sha256=office.files.put(old), made_with=made_with().replace("0.1.0", "0.0.9")))
    verdict = office.judge(old)
    assert (verdict.answer, verdict.is_genuine, verdict.is_redrawn) == (Answer.GENUINE, True, False)
    assert "AKS 0.0.9" in told(verdict) and f"di sini terpasang {made_with()}" in told(verdict)
    assert office.judge(sheet).answer is Answer.REPRODUCIBLE, "the same record, drawn by this version"


def test_a_file_of_an_older_version_cannot_be_judged_without_an_office(sheet: bytes) -> None:
    verdict = alone(of_an_older_version(sheet))
    assert (verdict.answer, verdict.is_genuine) == (Answer.UNDECIDED, False)
    assert "TIDAK DAPAT DIPASTIKAN" in told(verdict) and "AKS 0.0.9" in told(verdict)


def paint_over(opened: pikepdf.Pdf) -> None:
    opened.pages[0].contents_add(b"0 0 0 rg 60 700 300 12 re f")


def put_a_note_on_top(opened: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[60, 600, 300, 640], Contents="Lunas")
    opened.pages[0].Annots.append(opened.make_indirect(note))


def add_a_page(opened: pikepdf.Pdf) -> None:
    opened.add_blank_page()


def attach(opened: pikepdf.Pdf) -> None:
    opened.attachments["lain.txt"] = b"lain"


def drop_the_record(opened: pikepdf.Pdf) -> None:
    del opened.attachments[RECORD_NAME]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (paint_over, "gambar pada halaman 1 berbeda"),
        (put_a_note_on_top, "gambar pada halaman 1 berbeda"),
        (add_a_page, "halamannya 2, seharusnya 1"),
        (attach, "lampiran lain.txt ditambahkan"),
        (drop_the_record, "rekaman yang seharusnya ada di dalamnya tidak ada"),
        (lambda opened: None, "isi halaman dan rekamannya sama, tetapi berkasnya ditulis ulang"),
    ],
)
def test_what_was_changed_is_told_with_and_without_an_office(
    office: Office, sheet: bytes, change: Callable[[pikepdf.Pdf], Any], said: str
) -> None:
    file = changed(sheet, change)
    for verdict in (office.judge(file), alone(file)):
        assert (verdict.answer, verdict.is_genuine) == (Answer.ALTERED, False)
        assert said in told(verdict)


def test_bytes_behind_the_end_are_counted(office: Office, sheet: bytes) -> None:
    verdict = office.judge(sheet + b"\n% lain\n")
    assert verdict.answer is Answer.ALTERED and verdict.differences == ("8 bita ditambahkan di belakangnya",)


def test_a_file_that_was_cut_off_is_altered(office: Office, sheet: bytes) -> None:
    verdict = office.judge(sheet[:-40])
    assert (verdict.answer, verdict.is_genuine) == (Answer.ALTERED, False) and "AKS" in told(verdict)
    for end in (len(sheet) // 2, 6_000, 20):
        assert not office.judge(sheet[:end]).is_genuine and "rusak atau terpotong" in told(office.judge(sheet[:end]))


def test_a_changed_record_does_not_fit_its_pages(office: Office, sheet: bytes) -> None:
    record = record_in(sheet)
    forged = with_content(record, dated="2026-07-07T00:00:00+00:00")
    verdict = office.judge(carrying(sheet, forged.raw))
    assert verdict.answer is Answer.ALTERED
    assert "rekaman di dalamnya bukan rekaman yang menjadi dasar berkas ini" in told(verdict) and "rekaman di dalamnya diubah" in told(
        verdict
    )
    assert "bukan rekaman yang menjadi dasar" in told(alone(carrying(sheet, forged.raw)))
    written_anew = json.dumps(json.loads(record.raw), indent=1).encode()
    assert "rusak atau bukan tulisan AKS" in told(office.judge(carrying(sheet, written_anew)))


def test_a_record_that_somebody_made_up_and_drew_is_not_of_this_office(office: Office, sheet: bytes) -> None:
    forged = with_content(record_in(sheet), dated="2026-07-07T00:00:00+00:00")
    file = draw_once(forged.raw)
    verdict = office.judge(file)
    assert (verdict.answer, verdict.is_issued, verdict.is_genuine) == (Answer.REPRODUCIBLE, False, False)
    assert "BUKAN TERBITAN KANTOR INI" in told(verdict) and "Nomor itu tercatat di sini untuk dokumen lain" in told(verdict)
    assert "bukan siapa yang menerbitkannya" in told(alone(file)), "where nobody knows, nobody says more"


def test_a_document_of_another_office_is_not_denied(office: Office, sheet: bytes) -> None:
    record = record_in(sheet)
    elsewhere = replace(record, number="RTL-3510-2026-2-PUSKESMAS.1")
    cycle = {**record.cycle, "kabupaten_code": "35.10"}
    file = draw_once(with_content(elsewhere, cycle=cycle).raw)
    verdict = office.judge(file)
    assert (verdict.answer, verdict.is_issued, verdict.is_genuine) == (Answer.REPRODUCIBLE, None, True)


@pytest.mark.parametrize(
    "content",
    [
        {"actions": "bukan daftar"},
        {"actions": [{}]},
        {"agency": ["puskesmas"]},
        {"approved_on": "kemarin"},
        {"cycle": {"code": "2026-2", "kabupaten_code": "35.09"}},
        {"cycle": {}},
        {"cycle": {"code": 7, "kabupaten_code": None}},
        {"history": {"events": "banyak", "last_at": 3, "head": None}},
    ],
    ids=str,
)
def test_a_record_that_cannot_be_drawn_is_an_answer_and_no_error(office: Office, sheet: bytes, content: dict[str, Any]) -> None:
    file = carrying(sheet, with_content(record_in(sheet), **content).raw)
    for verdict in (office.judge(file), alone(file)):
        assert verdict.answer is Answer.ALTERED and not verdict.is_genuine


def odd_record(**fields: Any) -> bytes:
    """Canonical bytes with the fields of a record and nothing that a document could be drawn from."""
    usual = {
        "at": "2026-07-06T00:00:00+00:00",
        "content": {"cycle": {"code": "2026-2", "kabupaten_code": "35.09"}},
        "document": "rtl",
        "edition": "terbatas",
        "format": RECORD_FORMAT,
        "number": "RTL-1",
        "revision": 1,
        "subject": "puskesmas",
    }
    return canonical_json(usual | fields)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        b'{"at":' + b"9" * 10_000 + b"}",
        b"\xff\xfe",
        odd_record(document=[], edition=1, number={}, revision=True, subject=0),
        odd_record(at="2026-07-06T00:00:00"),
        odd_record(content={"cycle": {"code": "a", "kabupaten_code": "b", "timezone": "../../etc/passwd"}}),
        odd_record(at="0001-01-01T00:00:00+00:00", content={"cycle": {"code": "a", "kabupaten_code": "b", "timezone": "America/Lima"}}),
        odd_record(number="9" * 10_000),
        odd_record(document="paket"),
        odd_record(document="bukan-dokumen"),
    ],
    ids=lambda raw: repr(raw[:12]),
)
def test_what_is_no_record_is_an_answer_and_no_error(office: Office, sheet: bytes, raw: bytes) -> None:
    for verdict in (office.judge(carrying(sheet, raw)), alone(carrying(sheet, raw))):
        assert verdict.answer is Answer.ALTERED and 50 < len(told(verdict)) < 2_000


def test_a_record_with_markup_and_addresses_is_only_text(office: Office, sheet: bytes, tmp_path: Path) -> None:
    secret = tmp_path / "rahasia.txt"
    secret.write_text("RAHASIA-42")
    record = record_in(sheet)
    bad = f'<link rel="attachment" href="file://{secret}"><img src="file://{secret}">{{{{ 7*7 }}}}'
    actions = [{**action, "activity": bad} for action in record.content["actions"]]
    file = draw_once(with_content(record, actions=actions).raw)
    with pikepdf.open(io.BytesIO(file)) as opened:
        assert list(opened.attachments) == [RECORD_NAME]
    document = pypdfium2.PdfDocument(file)
    words = "".join(page.get_textpage().get_text_range() for page in document)
    assert "RAHASIA-42" not in words and "7*7" in words
    assert alone(file).answer is Answer.REPRODUCIBLE


def blank_pdf(**how: Any) -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as opened:
        opened.add_blank_page()
        opened.save(made, **how)
    return made.getvalue()


def zipped(names: dict[str, str]) -> bytes:
    from zipfile import ZipFile

    made = io.BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (blank_pdf(), "tidak membawa rekaman atau tanda lain dari AKS"),
        (blank_pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "terkunci kata sandi"),
        (b"%PDF-1.7\nrusak", "rusak atau terpotong"),
        (b"", "bukan PDF"),
        (b"Nomor LD-3509-2026-2-P.1", "bukan PDF"),
        (zipped({"a.txt": "a"}), "bukan PDF"),
        (b"PK\x03\x04 rusak", "bukan PDF"),
        (zipped({"xl/workbook.xml": "<a/>", "docProps/core.xml": "<a/>"}), "Lembar kerja Excel hanya dikenali dari sidiknya"),
        (b"%PDF-" + bytes(LARGEST_FILE), "lebih besar dari 100 MB"),
    ],
    ids=["pdf", "encrypted", "broken", "empty", "text", "zip", "broken zip", "workbook", "huge"],
)
def test_what_is_not_ours_is_told_in_a_sentence(office: Office, file: bytes, said: str) -> None:
    for verdict in (office.judge(file), alone(file)):
        assert (verdict.answer, verdict.is_genuine, verdict.about) == (Answer.FOREIGN, False, None)
        assert "DOKUMEN AKS. " in told(verdict) and said in told(verdict)


def test_a_document_of_ours_with_a_password_is_not_taken_for_ours(office: Office, sheet: bytes) -> None:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(sheet)) as opened:
        opened.save(made, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert not office.judge(made.getvalue()).is_genuine and "terkunci kata sandi" in told(office.judge(made.getvalue()))


def test_a_workbook_is_known_by_its_hash_only(office: Office) -> None:
    made = office.publish("rtl-matriks")
    workbook = office.files.get(made.file_sha256)
    verdict = office.judge(workbook)
    assert (verdict.answer, verdict.is_genuine, verdict.kind) == (Answer.GENUINE, True, "xlsx") and made.number in told(verdict)
    written_again = io.BytesIO()
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    book.worksheets[0]["A1"] = "diubah"
    book.save(written_again)
    verdict = office.judge(written_again.getvalue())
    assert (verdict.answer, verdict.is_genuine) == (Answer.ALTERED, False) and made.number in told(verdict)
    for without in (alone(workbook), alone(written_again.getvalue())):
        assert without.answer is Answer.UNDECIDED and "hanya dikenali dari sidiknya" in told(without)


def test_a_signature_is_told_and_what_was_signed_is_compared(office: Office, sheet: bytes) -> None:
    verdict = office.judge(signed(signed(sheet), "penerima"))
    assert (verdict.answer, verdict.is_genuine) == (Answer.REPRODUCIBLE, True)
    assert verdict.unsigned_sha256 == sha256_hex(sheet) != verdict.file_sha256
    assert [each.field for each in verdict.signatures] == ["ketua", "penerima"]
    assert "Ditandatangani secara elektronik oleh Bambang Setyadi (ruang ketua)" in told(verdict)


def test_what_is_written_before_between_or_behind_signatures_alters_the_file(office: Office, sheet: bytes) -> None:
    increment = written_on(sheet)
    for file in (signed(increment), signed(sheet) + b"\n%%EOF\n", written_on(signed(sheet))):
        verdict = office.judge(file)
        assert (verdict.answer, verdict.is_genuine) == (Answer.ALTERED, False)
    broken = bytearray(signed(sheet))
    broken[2_000] ^= 1
    verdict = office.judge(bytes(broken))
    assert verdict.answer is Answer.ALTERED and "TIDAK SAH" in told(verdict)


def written_on(file: bytes) -> bytes:
    """The file and one more increment in which a page is painted over."""
    from pyhanko.pdf_utils.generic import StreamObject, pdf_name
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(file))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page[pdf_name("/Contents")] = writer.add_object(StreamObject(stream_data=b"0 0 0 rg 60 600 300 90 re f"))
    writer.update_container(page)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def test_a_signature_over_a_forgery_does_not_make_it_ours(office: Office, sheet: bytes) -> None:
    forged = draw_once(with_content(record_in(sheet), dated="2026-07-07T00:00:00+00:00").raw)
    assert not office.judge(signed(forged)).is_genuine


def test_an_older_revision_names_the_newer(office: Office, sheet: bytes) -> None:
    office.world.pass_days(1)
    office.world.case_at(Status.APPROVED)
    newer = office.files.get(office.publish("rtl", "puskesmas").file_sha256)
    assert "digantikan oleh RTL-3509-2026-2-PUSKESMAS.2 (revisi 2)" in told(office.judge(sheet))
    assert office.judge(sheet).is_genuine and office.judge(newer).superseded_by is None


def test_verifying_takes_the_same_few_statements_and_writes_nothing(office: Office, sheet: bytes) -> None:
    def count(file: bytes) -> int:
        seen: list[str] = []
        listener: Callable[..., None] = lambda *given: seen.append(given[2])  # noqa: E731 - to be taken off again
        event.listen(office.engine, "before_cursor_execute", listener)
        office.judge(file)
        event.remove(office.engine, "before_cursor_execute", listener)
        assert all(each.lstrip().upper().startswith("SELECT") for each in seen if not each.startswith("BEGIN"))
        return len([each for each in seen if each.lstrip().upper().startswith("SELECT")])

    assert count(sheet) <= 4
    for _ in range(3):
        office.world.case_at(Status.APPROVED)
    office.publish("rtl", "puskesmas")
    assert count(sheet) <= 4


def test_the_printed_history_is_held_against_the_events(office: Office) -> None:
    file = office.files.get(office.publish("diseminasi", edition="publik").file_sha256)
    office.world.open()
    office.world.session.commit()
    verdict = office.judge(file)
    assert verdict.history is not None and verdict.history.is_intact and verdict.is_genuine
    assert "Riwayat utuh sampai" in told(verdict)
    tamper(office.world.session, "update case_event set details = '{}' where seq = 3")
    office.world.session.commit()
    verdict = office.judge(file)
    assert verdict.history is not None and not verdict.history.is_intact
    assert "RIWAYAT BERUBAH" in told(verdict) and "AKS-3509-2026-2-001" in told(verdict)


# The code on paper


@pytest.mark.skipif(not (shutil.which("zbarimg") and shutil.which("pdftoppm")), reason="zbarimg or pdftoppm is not on this machine")
def test_the_code_on_a_page_reads_back_at_100_dots_per_inch(sheet: bytes, tmp_path: Path) -> None:
    (tmp_path / "lembar.pdf").write_bytes(sheet)
    subprocess.run(["pdftoppm", "-r", "100", "-png", "lembar.pdf", "halaman"], cwd=tmp_path, check=True)
    pages = sorted(str(page) for page in tmp_path.glob("halaman*.png"))
    done = subprocess.run(["zbarimg", "--raw", "-q", *pages], capture_output=True, text=True, check=False)
    assert done.stdout.split() == [f"{ADDRESS}/v/{record_in(sheet).code}"]
