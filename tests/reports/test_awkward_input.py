"""Bad input, through every document of the book: each is drawn without a warning, with every text inside the page and none lost in silence.

A name of 200 characters, HTML, a formula and an emoji in every note, no measurement, one measurement, 300 actions, a cycle without a case.
It walks the book. There is no missing photo: the program neither takes nor prints one.
"""

from __future__ import annotations

import io
import json
import logging
import re
import shutil
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from audit.errors import Refused
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.reports.book import BOOK
from audit.reports.document import Per
from audit.reports.drawers import draw
from audit.reports.publish import Frozen, freeze
from audit.steps.followup.tables import Visit
from audit.steps.intake.tables import Measurement, Subject
from audit.steps.recommend.tables import Consensus, RtlAction
from audit.steps.review.tables import Opinion
from audit.store.files import Files
from audit.store.session import make_engine, session_maker
from tests.conftest import KEYRING
from tests.factory import complete_plan
from tests.reports.test_conformance import FrozenWorld

LONG_NAME = ("Siti Nurhayatiningsih Kusumawardhani " * 4 + "Ke" + "su" * 40)[:200]
NOTE = '=1+1 <b>"tebal"</b> & <script>alert(1)</script> {{ 7*7 }}'
EMOJI = f"{NOTE} 😀"
ACTIONS = 300
PLACES = ("35.09.22.2001", "35.09.30.2006", "35.09.30.2008")
EDITIONS = [(one.name, edition) for one in BOOK for edition in one.editions]
OF_CYCLE = [(one.name, edition) for one in BOOK for edition in one.editions if one.per is Per.CYCLE]
SLACK = 0.5
"""Points by which a glyph may hang over the edge it was set to."""


class Shelf:
    """Documents of one world by name and edition, each frozen and drawn when it is first asked for."""

    def __init__(self, sessions: sessionmaker[Session], files: Files, world: FrozenWorld) -> None:
        self.sessions, self.files, self.world = sessions, files, world
        self._made: dict[tuple[str, str], Drawn] = {}

    def drawn(self, name: str, edition: str) -> Drawn:
        """Of the first subject there is such a document for: the case with the long name, the agency with 300 actions."""
        if (name, edition) not in self._made:
            self._made[name, edition] = Drawn(self._frozen(name, edition))
        return self._made[name, edition]

    def _frozen(self, name: str, edition: str) -> Frozen:
        one = next(each for each in BOOK if each.name == name)
        about: dict[str, Any] = {"at": self.world.at, "on": self.world.on}
        with self.sessions() as session:
            subjects = one.subjects(session, self.world.cycle.id)
        told = []
        for subject in sorted(subjects, key=lambda each: "puskesmas" not in each.lower()):
            try:
                made = freeze(self.sessions, self.files, self.world.cycle.id, name, edition=edition, subject=subject, **about)
            except Refused as refused:
                told.append(str(refused))
                continue
            assert isinstance(made, Frozen)
            return made
        raise AssertionError(f"nothing to draw “{name}” of: {subjects} {told[:1]}")


class Drawn:
    """A file with its text and what the engine warned of."""

    def __init__(self, frozen: Frozen) -> None:
        self.record = frozen.record
        warned = _Warned()
        logging.getLogger("audit").addHandler(warned)
        try:
            self.file = draw(frozen.record.raw)
        finally:
            logging.getLogger("audit").removeHandler(warned)
        self.warnings = warned.told

    @cached_property
    def text(self) -> str:
        """Without blanks and hyphens, since lines are broken at them."""
        if self.file.startswith(b"PK"):
            book = openpyxl.load_workbook(io.BytesIO(self.file))
            return _squeezed(" ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell))
        opened = pypdfium2.PdfDocument(self.file)
        told = _squeezed(" ".join(sheet.get_textpage().get_text_range() for sheet in opened))
        opened.close()
        return told

    def outside(self) -> list[str]:
        """Pieces of text that are not wholly on their page."""
        found = []
        opened = pypdfium2.PdfDocument(self.file)
        for number, sheet in enumerate(opened, start=1):
            width, height = sheet.get_size()
            content = sheet.get_textpage()
            for place in range(content.count_rects()):
                left, bottom, right, top = content.get_rect(place)
                if left < -SLACK or bottom < -SLACK or right > width + SLACK or top > height + SLACK:
                    found.append(f"page {number}: {content.get_text_bounded(left, bottom, right, top)[:60]}")
        opened.close()
        return found


class _Warned(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad\u200b\ufffe\u0002-]+", "", text)


def _shelf(template: Path, folder: Path) -> tuple[Session, Shelf]:
    shutil.copy(template, folder / "aks.db")
    sessions, files = session_maker(make_engine(f"sqlite:///{folder / 'aks.db'}", KEYRING)), Files(folder / "berkas", KEYRING)
    session = sessions()
    return session, Shelf(sessions, files, FrozenWorld(session, files))


@pytest.fixture(scope="module")
def awkward(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    session, shelf = _shelf(sqlite_template, tmp_path_factory.mktemp("janggal"))
    with session:
        world = shelf.world
        world.cycle.settings = world.cycle.settings | {"signatories": [{"office": f"Ketua {EMOJI}", "name": LONG_NAME}]}
        first = world.case_at(Status.EVALUATED, name=LONG_NAME)
        without, one_only = world.open(), world.case_at(Status.APPROVED, Group.BUMIL)
        _measured(session, without, 0)
        _measured(session, one_only, 1)
        world.case_at(Status.FOLLOW_UP, name=LONG_NAME)
        world.open()
        for case in (without, world.open()):
            factory_steps(world, case)
        for place in range(ACTIONS // 100):
            _planned(world, 100, place)
        _written(session, first)
        session.commit()
        yield shelf
        session.get_bind().dispose()  # type: ignore[union-attr]  # an engine


def factory_steps(world: FrozenWorld, case: Case) -> None:
    """A worksheet, a packet and two seats: far enough for a packet and a form."""
    from tests import factory

    factory._fill_and_freeze(world, case)
    factory._seat_and_open(world, case)


def _measured(session: Session, case: Case, times: int) -> None:
    """Leaves that many usable measurements."""
    for m in session.scalars(select(Measurement).where(Measurement.subject_id == case.subject_id)).all()[times:]:
        for name in ("weight_kg", "height_cm", "muac_cm", "hb_g_dl", "haz", "waz", "whz", "age_months"):
            setattr(m, name, None)
    session.flush()


def _planned(world: FrozenWorld, count: int, place: int) -> None:
    case = world.case_at(Status.RECOMMENDED)
    first, second = complete_plan(world.on)["actions"]
    where = {"place_code": PLACES[place]}
    rows = [first | where | {"activity": f"Kegiatan {place}-{n} {EMOJI if n == 7 else ''}"} for n in range(count - 1)]
    world.do(case, Action.PLAN_ACTIONS, "sekretariat", {"actions": [*rows, second]})
    world.do(case, Action.SUBMIT_PLAN, "sekretariat")
    world.do(case, Action.APPROVE_PLAN, "ketua")


def _written(session: Session, case: Case) -> None:
    """What people write, in every text there is of this case."""
    subject = session.get_one(Subject, case.subject_id)
    subject.identity = {**subject.identity, "parents": f"{LONG_NAME[:90]} / Tutik", "address": f"Dusun {EMOJI}", "phone": "0812 3456 789"}
    for consensus in session.scalars(select(Consensus).where(Consensus.case_id == case.id)):
        consensus.summary = f"Ringkasan {EMOJI}"
    for opinion in session.scalars(select(Opinion).where(Opinion.case_id == case.id)):
        opinion.content = {**opinion.content, "summary": f"Pendapat {EMOJI}", "data_gaps": f"Kurang {EMOJI}"}
    for action in session.scalars(select(RtlAction).where(RtlAction.case_id == case.id)):
        for name in ("activity", "implementer", "target", "indicator", "evidence", "obstacle"):
            setattr(action, name, f"{name} {EMOJI}")
    for visit in session.scalars(select(Visit).where(Visit.case_id == case.id)):
        visit.note = f"Catatan {EMOJI}"
    session.flush()


@pytest.fixture(scope="module")
def empty(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    session, shelf = _shelf(sqlite_template, tmp_path_factory.mktemp("kosong"))
    with session:
        session.commit()
        yield shelf
        session.get_bind().dispose()  # type: ignore[union-attr]  # an engine


@pytest.mark.parametrize(("name", "edition"), EDITIONS)
def test_a_document_of_awkward_input_is_whole(awkward: Shelf, name: str, edition: str) -> None:
    made = awkward.drawn(name, edition)
    assert made.warnings == []
    assert "Traceback" not in made.text and "None" not in made.text
    if made.file.startswith(b"%PDF-"):
        assert made.outside() == []


@pytest.mark.parametrize(("name", "edition"), EDITIONS)
def test_what_people_wrote_is_printed_as_written(awkward: Shelf, name: str, edition: str) -> None:
    """Each text of the record with the note in it stands in the file as text, or is visibly cut with an ellipsis."""
    made = awkward.drawn(name, edition)
    note = _squeezed(NOTE)
    shown = {key: value for key, value in made.record.content.items() if key != "cycle"}  # a draft does not print who signs
    if NOTE in json.dumps(shown, ensure_ascii=False).replace('\\"', '"'):
        assert note in made.text or re.search(re.escape(note[:8]) + r"[^…]{0,80}…", made.text), made.text[:300]
    assert "49" not in made.text.partition("{{")[2][:3]
    assert ("😀" in made.text) is (name == "rtl-matriks")  # a spreadsheet brings its own fonts


@pytest.mark.parametrize("name", ["paket", "kartu-kunjungan", "surat-keluarga"])
def test_a_name_of_two_hundred_characters_is_printed_to_its_end(awkward: Shelf, name: str) -> None:
    assert len(LONG_NAME) == 200
    assert _squeezed(LONG_NAME) in awkward.drawn(name, "terbatas").text


def test_three_hundred_actions_are_all_there(awkward: Shelf) -> None:
    for name, places in (("rtl", 3), ("rtl-matriks", 3), ("diseminasi", 3), ("rtl-kecamatan", 1), ("rtl-desa", 1)):
        told = awkward.drawn(name, "terbatas").text
        missing = [f"{place}-{n}" for place in range(places) for n in range(99) if f"Kegiatan{place}{n}" not in told]
        assert missing == [], (name, missing[:5])


@pytest.mark.parametrize(("name", "edition"), OF_CYCLE)
def test_a_cycle_without_a_case_has_its_documents(empty: Shelf, name: str, edition: str) -> None:
    made = empty.drawn(name, edition)
    assert made.warnings == [] and "None" not in made.text and len(made.text) > 200
    assert name == "daftar-hadir" or re.search("[Bb]elum|[Tt]idakada", made.text)  # a list to be signed has its rows all the same
    if made.file.startswith(b"%PDF-"):
        assert made.outside() == []


def test_a_cycle_without_a_case_has_nothing_else(empty: Shelf) -> None:
    with empty.sessions() as session:
        others = {one.name: one.subjects(session, empty.world.cycle.id) for one in BOOK if one.per is not Per.CYCLE}
    assert {name for name, subjects in others.items() if subjects} <= {"rapor"}


def test_text_beyond_the_page_is_seen() -> None:
    """The eye of these tests, tried on a page with a word over its edge."""
    import pikepdf

    with pikepdf.new() as pdf:
        sheet = pdf.add_blank_page(page_size=(200, 200))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        sheet.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        sheet.Contents = pdf.make_stream(b"BT /F 20 Tf 170 100 Td (terlalu panjang) Tj ET")
        content = io.BytesIO()
        pdf.save(content)
    made = object.__new__(Drawn)
    made.file = content.getvalue()
    assert made.outside() and made.outside()[0].startswith("page 1")
