"""Freeze, render, keep: a document is made once, outside any transaction, and found again. On both databases."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from audit.errors import Fault, Refused
from audit.lifecycle.history import cycle_head
from audit.lifecycle.tables import Case, Cycle, Document
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.reports.book import BOOK, entry, file_name, record_of
from audit.reports.document import Per
from audit.reports.drawers import DRAWERS, draw, drawer_of
from audit.reports.publish import Frozen, Published, publish
from audit.reports.publish import freeze as freeze_document
from audit.reports.revisions import newest_document
from audit.steps.packet.queries import packet_snapshot
from audit.store.canonical import canonical_json
from audit.store.files import Files
from audit.store.sealed import Keyring
from audit.store.session import session_maker
from tests.factory import World, worksheet_answers

pytestmark = pytest.mark.both_databases

RTL_SHEETS = {name for name in (one.name for one in BOOK) if name.startswith("rtl")}
"""They share a prefix: the subject tells them apart."""


class Home:
    """A database with one cycle, its people, and a folder of files."""

    def __init__(self, engine: Engine, folder: Path, keyring: Keyring) -> None:
        self.engine = engine
        self.sessions: sessionmaker[Session] = session_maker(engine)
        self.files = Files(folder, keyring)
        self.folder, self.keyring = folder, keyring
        self._session = self.sessions()
        self.world = World(self._session)
        self._session.commit()

    def write(self, work: Callable[[World], Any]) -> Any:
        """Do something in the world and commit it."""
        made = work(self.world)
        self._session.commit()
        return made

    def publish(self, name: str, subject: str = "", *, edition: str = "terbatas", files: Files | None = None) -> Published:
        cycle_id = self.world.cycle.id
        return publish(
            self.sessions, files or self.files, cycle_id, name, edition=edition, subject=subject, at=self.world.at, on=self.world.on
        )

    def document(self, made: Published) -> Document:
        with self.sessions() as session:
            return session.get_one(Document, made.document_id)

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def home(engine: Engine, tmp_path: Path, keyring: Keyring) -> Any:
    made = Home(engine, tmp_path / "berkas", keyring)
    yield made
    made.close()


def with_plan(world: World) -> Case:
    return world.case_at(Status.APPROVED)


def test_a_document_is_frozen_rendered_kept_and_anchored_in_the_history(home: Home) -> None:
    home.write(with_plan)
    made = home.publish("rtl", "puskesmas")
    row = home.document(made)
    snapshot = json.loads(home.files.get(made.snapshot_sha256))
    assert made.is_new and (made.name, made.edition, made.subject) == ("rtl", "terbatas", "puskesmas")
    assert canonical_json(snapshot) == home.files.get(made.snapshot_sha256)
    record = record_of(entry("rtl"), snapshot, edition="terbatas", subject="puskesmas", revision=1)
    assert (row.record_sha256, row.code, row.number) == (record.sha256, record.code, "RTL-3509-2026-2-PUSKESMAS.1")
    assert home.files.get(made.file_sha256) == draw(record.raw)
    with home.sessions() as session:
        assert row.history_head == cycle_head(session, row.cycle_id)
    assert row.made_at == home.world.at and (row.snapshot_sha256, row.file_sha256) == (made.snapshot_sha256, made.file_sha256)


def test_a_document_is_frozen_while_somebody_else_is_writing(home: Home) -> None:
    home.write(with_plan)
    cycle_id, world = home.world.cycle.id, home.world
    with home.sessions.begin() as writer:
        writer.get_one(Cycle, cycle_id).settings = {}
        writer.flush()
        frozen = freeze_document(
            home.sessions, home.files, cycle_id, "rtl", edition="terbatas", subject="puskesmas", at=world.at, on=world.on
        )
    assert isinstance(frozen, Frozen) and frozen.record.number == "RTL-3509-2026-2-PUSKESMAS.1"


def test_the_same_snapshot_again_is_found_and_not_rendered(home: Home) -> None:
    home.write(with_plan)
    first = home.publish("rtl", "puskesmas")
    pdf_file = next(path for path in home.folder.rglob("*") if path.name == first.file_sha256)
    pdf_file.unlink()
    home.world.pass_days(1)
    again = home.publish("rtl", "puskesmas")
    assert again.document_id == first.document_id and not again.is_new
    assert not pdf_file.exists(), "it was drawn again"
    with home.sessions() as session:
        assert len(session.scalars(select(Document)).all()) == 1


def test_a_change_makes_a_new_row_and_leaves_the_old_one(home: Home) -> None:
    home.write(with_plan)
    first = home.publish("rtl", "puskesmas")
    home.world.pass_days(1)
    home.write(with_plan)
    second = home.publish("rtl", "puskesmas")
    assert (first.revision, second.revision) == (1, 2) and second.number == "RTL-3509-2026-2-PUSKESMAS.2" and first.code != second.code
    assert second.is_new and second.document_id != first.document_id and home.files.has(first.file_sha256)
    with home.sessions() as session:
        newest = newest_document(session, home.world.cycle.id, "rtl", "terbatas", "puskesmas")
        assert newest is not None and newest.id == second.document_id
        assert newest_document(session, home.world.cycle.id, "rtl", "terbatas", "perkim") is None
        assert newest_document(session, home.world.cycle.id, "rtl", "publik", "puskesmas") is None


def test_nothing_is_rendered_or_stored_inside_a_transaction(home: Home) -> None:
    busy: list[int] = []

    class Watching(Files):
        def put(self, content: bytes) -> str:
            busy.append(home.engine.pool.checkedout())  # type: ignore[attr-defined]  # every pool we use counts
            return super().put(content)

    home.write(with_plan)
    home.publish("rtl", "puskesmas", files=Watching(home.folder, home.keyring))
    assert busy == [0, 0], "once for the snapshot before the rendering, once for the PDF after it"


def test_who_is_second_with_the_same_snapshot_gets_the_row_of_the_first(home: Home) -> None:
    first: list[Published] = []

    class Overtaken(Files):
        """Another process publishes the same thing while this one renders."""

        def put(self, content: bytes) -> str:
            if not first:
                first.append(home.publish("rtl", "puskesmas"))
            return super().put(content)

    home.write(with_plan)
    second = home.publish("rtl", "puskesmas", files=Overtaken(home.folder, home.keyring))
    assert first[0].is_new and not second.is_new and second.document_id == first[0].document_id


def filled_in(world: World) -> Case:
    case = world.open()
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(Group(case.target_group)))
    return case


def freeze(home: Home, case: Case) -> tuple[str, str]:
    """The real freezing of a packet: rendered first, kept by hash, then the move."""
    with home.sessions() as session:
        snapshot = packet_snapshot(session, case.id, on=home.world.on)
    record = record_of(entry("paket"), snapshot, edition="terbatas", subject=case.number, revision=1)
    given = {"snapshot_sha256": home.files.put(canonical_json(snapshot)), "pdf_sha256": home.files.put(draw(record.raw))}
    home.write(lambda world: world.do(case, Action.FREEZE_PACKET, "sistem", given))
    return given["snapshot_sha256"], given["pdf_sha256"]


def test_a_frozen_packet_is_published_as_the_panel_saw_it(home: Home) -> None:
    case = home.write(filled_in)
    kept = freeze(home, case)
    home.world.pass_days(9)
    files_before = sorted(path.name for path in home.folder.rglob("*"))
    made = home.publish("paket", case.number)
    assert made.is_new and (made.snapshot_sha256, made.file_sha256) == kept
    assert sorted(path.name for path in home.folder.rglob("*")) == files_before, "something was frozen or drawn again"
    assert not home.publish("paket", case.number).is_new


def test_what_publish_froze_can_be_the_packet_of_the_case(home: Home) -> None:
    case = home.write(filled_in)
    draft = home.publish("paket", case.number)
    given = {"snapshot_sha256": draft.snapshot_sha256, "pdf_sha256": draft.file_sha256}
    home.write(lambda world: world.do(case, Action.FREEZE_PACKET, "sistem", given))
    home.world.pass_days(5)
    assert home.publish("paket", case.number).document_id == draft.document_id


def test_a_case_that_went_back_to_the_field_gets_a_packet_of_the_next_round(home: Home) -> None:
    case = home.write(filled_in)
    freeze(home, case)

    def ask(world: World) -> None:
        for expert in ("dr.anak", "gizi"):
            world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": expert})
        world.do(case, Action.OPEN_REVIEW, "sistem")
        world.do(case, Action.ASK_FOR_DATA, "gizi", {"note": "Ukur tinggi ibu"})

    home.write(ask)
    assert json.loads(home.files.get(home.publish("paket", case.number).snapshot_sha256))["case"]["round"] == 2


def test_a_packet_whose_files_are_gone_is_a_fault_and_writes_no_row(home: Home) -> None:
    case = home.write(lambda world: world.case_at(Status.READY))
    with pytest.raises(Fault, match="cadangan"):
        home.publish("paket", case.number)
    with home.sessions() as session:
        assert session.scalars(select(Document)).all() == []


def test_both_editions_of_the_report_are_made_from_one_snapshot(home: Home) -> None:
    home.write(with_plan)
    restricted, public = home.publish("diseminasi"), home.publish("diseminasi", edition="publik")
    assert restricted.is_new and public.is_new and restricted.snapshot_sha256 == public.snapshot_sha256
    assert restricted.file_sha256 != public.file_sha256
    assert home.publish("diseminasi", edition="publik") == replace(public, is_new=False)


@pytest.mark.parametrize(
    ("name", "edition", "subject", "code"),
    [
        ("surat", "terbatas", "", "unknown_document"),
        ("rtl", "publik", "puskesmas", "unknown_edition"),
        ("rtl", "terbatas", "", "subject_required"),
        ("rtl", "terbatas", "dinas-air", "unknown_agency"),
        ("paket", "terbatas", "AKS-3509-2026-2-999", "unknown_case"),
        ("diseminasi", "publik", "puskesmas", "subject_not_wanted"),
    ],
)
def test_what_the_book_does_not_have_is_refused_and_nothing_is_kept(home: Home, name: str, edition: str, subject: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        home.publish(name, subject, edition=edition)
    assert [reason.code for reason in refused.value.reasons] == [code]
    assert not home.folder.exists()


@pytest.mark.parametrize(
    ("name", "edition", "subject", "expected"),
    [
        ("diseminasi", "publik", "", "laporan-diseminasi-2026-2-publik.pdf"),
        ("paket", "terbatas", "AKS-3509-2026-2-007", "paket-AKS-3509-2026-2-007.pdf"),
        ("rtl", "terbatas", "dinkes", "rtl-dinkes-2026-2.pdf"),
    ],
)
def test_file_names_are_plain(name: str, edition: str, subject: str, expected: str) -> None:
    assert file_name(Document(name=name, edition=edition, subject=subject), Cycle(code="2026-2")) == expected
    odd = file_name(Document(name=name, edition=edition, subject=subject), Cycle(code="../uji coba"))
    assert "/" not in odd and " " not in odd


def test_every_document_of_the_book_has_its_drawer_and_no_other_has() -> None:
    assert set(DRAWERS) == {one.name for one in BOOK}
    assert all(callable(drawer_of(name)) for name in DRAWERS)


def test_a_drawing_process_loads_no_database_for_a_packet() -> None:
    """It is started for every core and stays: what it loads is paid as often."""
    code = "import sys; from audit.reports.drawers import drawer_of; drawer_of('paket'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "audit.reports.packet.document" in loaded
    assert not {"sqlalchemy", "pikepdf", "xlsxwriter", "rapidfuzz", "polars"} & set(loaded)


def test_the_book_lists_each_document_once_and_knows_what_there_is_one_of(home: Home) -> None:
    case = home.write(with_plan)
    names = [one.name for one in BOOK]
    assert len(names) == len(set(names)) and len({one.prefix for one in BOOK if one.name not in RTL_SHEETS}) == len(names) - len(RTL_SHEETS)
    with home.sessions() as session:
        found = {one.name: one.subjects(session, home.world.cycle.id) for one in BOOK}
    assert (found["paket"], found["diseminasi"], found["rtl"]) == ([case.number], [""], ["puskesmas", "perkim"])
    assert all(subjects == [""] for name, subjects in found.items() if entry(name).per is Per.CYCLE)
