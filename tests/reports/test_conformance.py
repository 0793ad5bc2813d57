"""Every archival document of the book: PDF/A-3a and PDF/UA-1, its record inside, the same every time, signed as well as unsigned.

It walks the book, so a new document is tested without being named here. One world has cases far enough for all of them.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import page as validator
import pikepdf
import pypdfium2
import pytest
from sqlalchemy.orm import Session, sessionmaker

from audit.errors import Refused
from audit.lifecycle.tables import Case, CaseEvent
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.render.pkcs12 import Pkcs12Signer, draw_stamp
from audit.render.signing import read_signatures, signature_fields, unsigned_part
from audit.reports.book import BOOK, entry
from audit.reports.drawers import draw
from audit.reports.publish import Frozen, freeze
from audit.reports.record import RECORD_NAME, Record, read_record
from audit.steps.packet.queries import packet_snapshot
from audit.store.canonical import canonical_json
from audit.store.files import Files
from audit.store.session import make_engine, session_maker
from tests.conftest import KEYRING
from tests.factory import World
from tests.unit.render.certificates import PASSPHRASE, officer

ARCHIVAL = [(one.name, edition) for one in BOOK if one.is_archival for edition in one.editions]
FONT = "Source-Sans-3"
HEADINGS = frozenset(f"/H{level}" for level in range(1, 7))
SIGNED_AT = datetime(2026, 12, 1, 3, tzinfo=UTC)
OF_EARLIER_SIGNATURES = "PDFA3A-SIGNATURE-BYTERANGE-001"
"""Of several signatures only the last covers the whole file; see tests/unit/render/test_signatures.py."""

SIGNATORIES = [
    {"office": "Ketua TP3S Kabupaten Jember", "name": "Bambang Setyadi"},
    {"office": "Ketua Tim Audit Kasus Stunting", "name": "Endah Wulansari"},
    {"office": "Tim Pakar", "name": "dr. Sasmita Adi, Sp.A"},
]


class FrozenWorld(World):
    """The world of the factory, with packets that are really kept."""

    def __init__(self, session: Session, files: Files) -> None:
        self._files = files
        super().__init__(session)

    def do(self, case: Case, action: Action, by: str, given: Mapping[str, Any] | None = None, **more: Any) -> CaseEvent:
        if action is Action.FREEZE_PACKET:
            kept = self._files.put(canonical_json(packet_snapshot(self.session, case.id, on=self.on)))
            given = {"snapshot_sha256": kept, "pdf_sha256": kept}
        return super().do(case, action, by, given, **more)


class Shelf:
    """The records of every document in one world, frozen and drawn when they are first asked for."""

    def __init__(self, sessions: sessionmaker[Session], files: Files, world: World) -> None:
        self._sessions, self._files, self._world = sessions, files, world
        self._records: dict[tuple[str, str], Record] = {}
        self._drawn: dict[tuple[str, str], bytes] = {}

    def record(self, name: str, edition: str) -> Record:
        """Of the first subject for which there is such a document now."""
        if (name, edition) not in self._records:
            self._records[name, edition] = self._frozen(name, edition).record
        return self._records[name, edition]

    def file(self, name: str, edition: str) -> bytes:
        if (name, edition) not in self._drawn:
            self._drawn[name, edition] = draw(self.record(name, edition).raw)
        return self._drawn[name, edition]

    def _frozen(self, name: str, edition: str) -> Frozen:
        cycle_id, at, on = self._world.cycle.id, self._world.at, self._world.on
        with self._sessions() as session:
            subjects = entry(name).subjects(session, cycle_id)
        told = []
        for subject in subjects:
            try:
                made = freeze(self._sessions, self._files, cycle_id, name, edition=edition, subject=subject, at=at, on=on)
            except Refused as refused:
                told.append(str(refused))
                continue
            assert isinstance(made, Frozen)
            return made
        raise AssertionError(f"no case of this world is far enough for “{name}”: {subjects} {told[:1]}")


@pytest.fixture(scope="module")
def shelf(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder = tmp_path_factory.mktemp("rak")
    shutil.copy(sqlite_template, folder / "aks.db")
    engine = make_engine(f"sqlite:///{folder / 'aks.db'}", KEYRING)
    sessions, files = session_maker(engine), Files(folder / "berkas", KEYRING)
    with sessions() as session:
        world = FrozenWorld(session, files)
        world.cycle.settings = world.cycle.settings | {"signatories": SIGNATORIES}
        world.case_at(Status.EVALUATED)
        world.case_at(Status.FOLLOW_UP, Group.BUMIL, name="Lestari Puspita")
        for status in (Status.SELECTED, Status.READY, Status.UNDER_REVIEW, Status.REVIEWED, Status.RECOMMENDED, Status.APPROVED):
            world.case_at(status)
        session.commit()
        yield Shelf(sessions, files, world)
    engine.dispose()


every_archival_document = pytest.mark.parametrize(("name", "edition"), ARCHIVAL)


def failures(pdf: bytes) -> dict[str, str]:
    """Rule -> message of what the file breaks of PDF/A-3a and of PDF/UA-1."""
    profiles = (validator.ValidationProfile.PDF_A_3A, validator.ValidationProfile.PDF_UA_1)
    return {found.rule_id: found.message for each in profiles for found in validator.validate_pdf_bytes(pdf, profile=each).failures}


@every_archival_document
def test_it_is_archival_and_accessible(shelf: Shelf, name: str, edition: str) -> None:
    assert failures(shelf.file(name, edition)) == {}


@every_archival_document
def test_its_syntax_is_sound(shelf: Shelf, name: str, edition: str, tmp_path: Path) -> None:
    qpdf = shutil.which("qpdf")
    if qpdf is None:
        pytest.skip("qpdf is not on this machine")
    (tmp_path / "berkas.pdf").write_bytes(shelf.file(name, edition))
    done = subprocess.run([qpdf, "--check", str(tmp_path / "berkas.pdf")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@every_archival_document
def test_two_drawings_are_the_same_bytes(shelf: Shelf, name: str, edition: str) -> None:
    again = draw(shelf.record(name, edition).raw)
    assert again == shelf.file(name, edition)


@every_archival_document
def test_its_record_lies_inside_and_is_the_one_it_was_drawn_from(shelf: Shelf, name: str, edition: str) -> None:
    record = shelf.record(name, edition)
    with pikepdf.open(io.BytesIO(shelf.file(name, edition))) as file:
        raw = file.attachments[RECORD_NAME].get_file().read_bytes()
        assert file.attachments[RECORD_NAME].obj.AFRelationship == "/Source"
    assert raw == record.raw and read_record(raw).code == record.code
    printed = text_of(shelf.file(name, edition))
    assert record.number in printed and record.code in printed and record.sha256[:16] in printed


@every_archival_document
def test_only_our_font_is_in_it_and_all_of_it_is_embedded(shelf: Shelf, name: str, edition: str) -> None:
    with pikepdf.open(io.BytesIO(shelf.file(name, edition))) as file:
        fonts = [each for each in file.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"]
        assert fonts
        for font in fonts:
            assert FONT in str(font.FontName) and "/FontFile2" in font, str(font.FontName)


@every_archival_document
def test_it_tells_its_title_and_language_and_has_bookmarks(shelf: Shelf, name: str, edition: str) -> None:
    with pikepdf.open(io.BytesIO(shelf.file(name, edition))) as file:
        elements = list(structure(file.Root.StructTreeRoot.K))
        assert str(file.docinfo["/Title"]).strip() and file.Root.ViewerPreferences.DisplayDocTitle
        assert str(file.Root.Lang) == "id" and file.Root.MarkInfo.Marked
        headings = sum(element.S in HEADINGS for element in elements)
        with file.open_outline() as outline:
            assert headings >= 1 and (headings == 1 or len(outline.root) >= 1), f"{headings} headings"
        for figure in (element for element in elements if element.S == "/Figure"):
            assert str(figure.get("/Alt", "")).strip(), "a drawing without an alternative text"


@every_archival_document
def test_signed_in_every_place_it_stays_archival_and_whole(shelf: Shelf, name: str, edition: str) -> None:
    unsigned = shelf.file(name, edition)
    fields = signature_fields(unsigned)
    if not fields:
        return  # nobody signs it electronically
    assert len({field.label for field in fields}) == len(fields), "a screen reader could not tell the places apart"
    signer, signed = Pkcs12Signer(officer().p12, PASSPHRASE), unsigned
    stamp = draw_stamp(signer.signed_by, office="Ketua TP3S", at=SIGNED_AT)
    for number, field in enumerate(fields):
        signed = signer.sign(signed, field.name, stamp=stamp, reason="Uji", at=SIGNED_AT)
        if number in (0, len(fields) - 1):
            assert set(failures(signed)) == ({OF_EARLIER_SIGNATURES} if number else set())
    states = read_signatures(signed, [officer().root])
    assert [state.field for state in states] == [field.name for field in fields]
    assert all(state.is_intact and state.is_trusted for state in states) and states[-1].covers_whole_file
    assert unsigned_part(signed) == unsigned


def test_somebody_signs_something(shelf: Shelf) -> None:
    """Else the test above proves nothing."""
    assert any(signature_fields(shelf.file(name, edition)) for name, edition in ARCHIVAL)


def text_of(pdf: bytes) -> str:
    """Every word of every page, one line for each break of a line."""
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(page.get_textpage().get_text_range() for page in document)


def structure(element: Any) -> Iterator[Any]:
    """Every structure element below this one (or these), in the order of reading."""
    if isinstance(element, pikepdf.Array):
        for each in element:
            yield from structure(each)
    elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
        yield element
        yield from structure(element.get("/K"))
