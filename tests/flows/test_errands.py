"""The process beside the pages: errands done on a database of each kind, the heart, and one real process that is killed and goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.casework.errands import ErrandKind, ask_for, one_waits
from audit.casework.tables import Errand
from audit.errors import Refused
from audit.lifecycle.tables import Case, Document
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.steps.intake.tables import Import, Measurement, Subject
from flows.embedded import prepare
from flows.errand_kinds import Order, carry_out
from flows.errands import AT_THE_LATEST, BEAT_EVERY, QUIET_FOR, Heart, Stopped, Worker, newest_change, something_is_due
from tests.factory import worksheet_answers
from tests.flows.conftest import Office
from tests.steps.intake.sheets import BUDI, SITI, write_children

NAMES = (b"Budi Pratama", b"Siti Aisyah", b"3509221404249001")


@pytest.fixture
def desk(office: Office) -> Desk:
    prepare(office.settings)
    office.world.at = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
    office.world.session.commit()
    return Desk(office)


class Desk:
    """The secretariat that asks, and a worker in this process that does what is asked."""

    def __init__(self, office: Office) -> None:
        self.office, self.world = office, office.world
        self.worker = Worker(office.here, Event(), lambda: self.world.at)

    def ask(self, kind: ErrandKind, **parameters: Any) -> Errand:
        world = self.world
        errand = ask_for(world.session, kind, by=world.people["sekretariat"], at=world.at, cycle_id=world.cycle.id, parameters=parameters)
        world.session.commit()
        return errand

    def done(self, errand: Errand) -> Errand:
        self.worker.do_errands()
        self.world.session.expire_all()
        return errand

    def count(self, table: Any) -> int:
        return self.world.session.scalar(select(func.count()).select_from(table)) or 0


def upload(desk: Desk, folder: Path) -> dict[str, str]:
    """The parameters of an import as a page has them after an upload."""
    file = write_children(folder / "eppgbm.xlsx", BUDI, {**SITI, "Tgl Lahir": "kemarin"})
    return {"file_sha256": desk.office.here.files.put(file.read_bytes()), "file_name": "eppgbm.xlsx"}


def test_a_file_is_checked_then_loaded_then_undone(desk: Desk, tmp_path: Path) -> None:
    file = upload(desk, tmp_path)
    before = desk.count(Subject)
    checked = desk.done(desk.ask(ErrandKind.CHECK_IMPORT, **file))
    assert (checked.state, checked.result["rows"], checked.result["accepted"], checked.result["rejected"]) == ("done", 2, 1, 1)
    assert desk.count(Import) == 0 and desk.count(Subject) == before, "checking stores nothing"
    assert checked.report is not None
    assert [(p["row"], p["value"]) for p in checked.report["problems"] if p["severity"] == "reject"] == [(3, "kemarin")]
    assert desk.office.here.files.get(checked.result["failed_rows_sha256"]).startswith(b"PK")

    loaded = desk.done(desk.ask(ErrandKind.COMMIT_IMPORT, **file))
    assert (loaded.state, desk.count(Import), desk.count(Subject)) == ("done", 1, before + 1)

    undone = desk.done(desk.ask(ErrandKind.UNDO_IMPORT, import_id=loaded.result["import_id"]))
    assert (undone.state, undone.result["subjects"], desk.count(Measurement)) == ("done", 1, 0)
    again = desk.done(desk.ask(ErrandKind.UNDO_IMPORT, import_id=loaded.result["import_id"]))
    assert (again.state, again.sentence) == ("failed", f"Impor nomor {loaded.result['import_id']} sudah dibatalkan.")


def test_an_uploaded_file_lies_readable_nowhere_when_it_was_read(desk: Desk, tmp_path: Path) -> None:
    elsewhere = tmp_path / "unggahan"
    elsewhere.mkdir()
    desk.done(desk.ask(ErrandKind.COMMIT_IMPORT, **upload(desk, elsewhere)))
    left = [p for p in desk.office.settings.home.rglob("*") if p.is_file() and any(name in p.read_bytes() for name in NAMES)]
    assert left == [] and list((desk.office.settings.home / "sementara").iterdir()) == []


def test_what_a_killed_process_left_of_a_file_is_removed_at_the_next_start(desk: Desk) -> None:
    workshop = desk.office.settings.home / "sementara" / "x"
    workshop.mkdir(parents=True)
    (workshop / "eppgbm.xlsx").write_bytes(b"Budi Pratama")
    desk.worker.until.set()
    desk.worker.run()
    assert not workshop.exists()


@pytest.mark.parametrize("name", ["../../berkas.csv", "a/b\\c.csv", "", "…", "x" * 400 + ".csv", "nol\0.csv", ".csv"])
def test_a_file_name_leads_nowhere(desk: Desk, tmp_path: Path, name: str) -> None:
    file = {**upload(desk, tmp_path), "file_name": name}
    errand = desk.done(desk.ask(ErrandKind.CHECK_IMPORT, **file))
    assert errand.state in ("done", "failed") and errand.finished_at is not None
    assert list((desk.office.settings.home / "sementara").iterdir()) == []


def test_an_errand_that_fails_is_told_and_the_next_one_is_done(desk: Desk, tmp_path: Path) -> None:
    missing = desk.ask(ErrandKind.CHECK_IMPORT, file_sha256="f" * 64, file_name="hilang.xlsx")
    (tmp_path / "surat.xlsx").write_bytes(b"bukan buku kerja")
    strange = {"file_sha256": desk.office.here.files.put(b"bukan buku kerja"), "file_name": "surat.xlsx"}
    unreadable = desk.ask(ErrandKind.CHECK_IMPORT, **strange)
    screened = desk.ask(ErrandKind.SCREEN)
    desk.done(screened)
    assert (missing.state, missing.sentence) == ("failed", f"Dokumen {'f' * 12} tidak ada di folder berkas. Kembalikan dari cadangan.")
    assert unreadable.state == "failed" and unreadable.sentence is not None
    assert screened.state == "done" and screened.result["candidates"] == 0


def test_a_mistake_of_ours_is_told_without_a_value(desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    errand = desk.ask(ErrandKind.UNDO_IMPORT, import_id="Budi Pratama")
    desk.done(errand)
    assert errand.state == "failed" and errand.sentence is not None and "catatan nomor" in errand.sentence
    number = errand.sentence.rstrip(".").rpartition(" ")[2]
    assert number in caplog.text and "Budi" not in caplog.text + errand.sentence


def test_who_is_no_longer_the_secretariat_has_nothing_done(desk: Desk, tmp_path: Path) -> None:
    file = upload(desk, tmp_path)
    order = Order(
        desk.office.here, ErrandKind.COMMIT_IMPORT, file, desk.world.cycle.id, desk.world.people["ketua"].id, desk.world.at, lambda *_: None
    )  # fmt: skip
    with pytest.raises(Refused, match="bukan Sekretariat lagi"):
        carry_out(order)
    assert desk.count(Import) == 0


def test_an_errand_in_hand_is_put_back_when_the_process_is_told_to_stop(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    errand = desk.ask(ErrandKind.SCREEN)
    desk.worker.until.set()
    taken = desk.worker._next()
    assert taken is not None
    _, todo = taken
    with pytest.raises(Stopped):
        todo.watch(1, 10)
    desk.worker._do(errand.id, Order(todo.here, ErrandKind.UNDO_IMPORT, {"import_id": "x"}, None, todo.by_id, todo.at, todo.watch))
    desk.world.session.expire_all()
    assert (errand.state, errand.tries) == ("asked", 0)


def test_something_is_due_when_a_worksheet_is_complete(desk: Desk) -> None:
    world = desk.world
    case = world.open()
    before = newest_change(world.session)
    assert not something_is_due(world.session, at=world.at)
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(Group.BALITA))
    assert something_is_due(world.session, at=world.at) and newest_change(world.session) != before


class TestHeart:
    def beating(self) -> Heart:
        heart = Heart()
        assert heart.never_beat and heart.should_beat((0, 0), 100.0)
        heart.beats((0, 0), 100.0)
        return heart

    def test_it_rests_while_nothing_changes_until_a_quarter_of_an_hour_is_over(self) -> None:
        heart = self.beating()
        assert not any(heart.should_beat((0, 0), 100 + seconds) for seconds in range(1, int(BEAT_EVERY)))
        assert heart.should_beat((0, 0), 100 + BEAT_EVERY)

    def test_it_beats_when_people_pause_after_a_change(self) -> None:
        heart = self.beating()
        assert not heart.should_beat((1, 0), 110.0)
        assert not heart.should_beat((2, 0), 111.0)
        assert not heart.should_beat((2, 0), 111.0 + QUIET_FOR - 0.1)
        assert heart.should_beat((2, 0), 111.0 + QUIET_FOR)
        heart.beats((2, 0), 113.0)
        assert not heart.should_beat((2, 0), 120.0)

    def test_people_who_never_pause_do_not_keep_it_waiting_for_ever(self) -> None:
        heart = self.beating()
        waited = next(n for n in range(1, 100) if heart.should_beat((n, n), 200.0 + n))
        assert waited == AT_THE_LATEST + 1

    def test_it_can_be_hurried(self) -> None:
        heart = self.beating()
        heart.hurry()
        assert heart.should_beat((0, 0), 101.0)


@pytest.fixture
def start(office: Office) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start the real process; every one of them is ended with what it started."""
    started: list[subprocess.Popen[bytes]] = []
    command = [sys.executable, "-m", "audit.cli.main", "--home", str(office.settings.home), "work"]

    def begin() -> subprocess.Popen[bytes]:
        environment = os.environ | {"AKS_DATABASE_URL": office.settings.database_url}
        started.append(
            subprocess.Popen(
                command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                cwd=Path(__file__).parents[2],
            )
        )  # fmt: skip
        return started[-1]

    yield begin
    for process in started:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """As when the machine loses power: the process and everything it started, at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(what: str, is_so: Callable[[Session], Any], office: Office, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while True:
        with office.here.reading() as session:
            if is_so(session):
                return
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_killed_process_is_followed_by_one_that_finishes_and_a_worksheet_becomes_a_packet_within_seconds(
    office: Office, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    prepare(office.settings)
    world = office.world
    world.at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    world.case_at(Status.APPROVED)
    case = world.open(name="Anak Kedua")
    errand = ask_for(
        world.session,
        ErrandKind.DOCUMENTS,
        by=world.people["sekretariat"],
        at=world.at,
        cycle_id=world.cycle.id,
        parameters={"names": ["rtl", "diseminasi"]},
    )
    world.session.commit()
    errand_id, case_id = errand.id, case.id  # a look at a row of ours would open a transaction while the process writes

    first = start()
    wait_for("no document was made", lambda s: s.scalar(select(func.count()).select_from(Document)), office)
    end(first)
    world.session.expire_all()
    assert errand.state == "running", "it was over before it could be killed"
    world.session.rollback()  # nothing of ours may be open while the next one writes

    second = start()
    wait_for("the errand was not finished", lambda s: s.get_one(Errand, errand_id).state == "done", office)
    world.session.expire_all()
    assert errand.tries == 2 and errand.done == errand.total > 0 and errand.result["failed"] == 0
    assert errand.result["new"] < errand.result["documents"], "what the first had made was not made again"

    world.session.rollback()
    world.at += timedelta(days=1)
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(Group.BALITA))
    world.session.commit()
    wait_for("no packet", lambda s: s.get_one(Case, case_id).status == Status.UNDER_REVIEW, office, 90)

    second.send_signal(signal.SIGTERM)
    assert second.wait(timeout=60) == 0
    with office.here.reading() as session:
        assert not one_waits(session)
