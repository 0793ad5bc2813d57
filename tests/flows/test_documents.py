"""The documents of a cycle are made once each, by several processes; what fails is told, what was killed is gone on with."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from audit.errors import Refused
from audit.lifecycle.tables import Case, Document
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.render.workers import Limits, Time
from audit.reports import drawing
from audit.reports.book import BOOK
from audit.settings import Settings, read_settings
from audit.steps.packet.tables import Packet
from flows.embedded import run
from tests.factory import worksheet_answers
from tests.flows.conftest import Office

CASES = 5
USED_UP = Time(clock=60, processor=-1)
"""A limit that no document keeps, however fast the machine."""

RUN = """
import sys
from pathlib import Path
from audit.settings import Settings
from flows.embedded import run
settings = Settings(home=Path(sys.argv[1]), database_url=sys.argv[2], workers=1)
run("documents", settings, cycle_id=int(sys.argv[3]), at=sys.argv[4], names=["paket"])
"""


def rows(office: Office) -> list[Document]:
    office.world.session.expire_all()
    return list(office.world.session.scalars(select(Document).order_by(Document.id)))


def answered(office: Office, name: str = "Bunga Anggraini") -> Case:
    """A case with a complete worksheet, whose packet is not frozen yet."""
    case = office.world.open(name=name)
    office.world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(Group.BALITA))
    return case


def counts(result: dict[str, Any]) -> tuple[int, int, int]:
    return result["documents"], result["new"], result["failed"]


def test_every_document_named_is_made_once_and_the_second_run_makes_nothing(office: Office) -> None:
    numbers = [answered(office, f"Anak Contoh {n}").number for n in range(3)]
    told: list[tuple[int, int]] = []
    cycle_id = office.world.cycle.id
    office.world.session.commit()
    result = run(
        "documents", office.settings, cycle_id=cycle_id, at=office.world.at.isoformat(), names=["diseminasi", "paket"],
        watch=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert counts(dict(result)) == (5, 5, 0)
    assert told[0] == (0, 5) and told[-1] == (5, 5) and [done for done, _ in told] == list(range(6))
    made = rows(office)
    assert {(d.name, d.edition, d.subject) for d in made} == {
        *(("paket", "terbatas", number) for number in numbers),
        ("diseminasi", "terbatas", ""),
        ("diseminasi", "publik", ""),
    }
    assert all(office.here.files.get(d.file_sha256).startswith(b"%PDF-") for d in made)
    assert counts(office.run("documents", names=["diseminasi", "paket"])) == (5, 0, 0)
    assert [d.id for d in rows(office)] == [d.id for d in made]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_packet_that_was_frozen_with_its_case_is_listed_as_it_is(office: Office) -> None:
    case = answered(office)
    office.run("expert_review")
    kept = office.world.session.scalars(select(Packet).where(Packet.case_id == case.id)).one()
    assert counts(office.run("documents", names=["paket"])) == (1, 1, 0)
    assert [d.file_sha256 for d in rows(office)] == [kept.pdf_sha256]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_document_that_cannot_be_frozen_is_told_and_the_rest_is_made(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    gone = office.world.case_at(Status.READY)  # its packet names files that are not there
    answered(office)
    with caplog.at_level(logging.ERROR):
        result = office.run("documents", names=["paket"])
    assert counts(result) == (2, 1, 1)
    failure = result["failures"][0]
    assert (failure["document"], failure["edition"], failure["subject"], failure["kind"]) == ("paket", "terbatas", gone.number, "broke")
    assert failure["id"] and failure["id"] in caplog.text
    assert "Bunga" not in str(result) + caplog.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_document_over_its_limit_is_told_and_made_by_the_next_run(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(office)
    names = ["diseminasi", "paket"]
    with monkeypatch.context() as changed:
        changed.setattr(drawing, "LIMITS", Limits(report=USED_UP))
        result = office.run("documents", names=names)
    assert counts(result) == (3, 1, 2)
    assert {(f["document"], f["edition"], f["kind"]) for f in result["failures"]} == {
        ("diseminasi", "terbatas", "processor"),
        ("diseminasi", "publik", "processor"),
    }
    assert counts(office.run("documents", names=names)) == (3, 2, 0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_name_that_the_book_does_not_have_is_refused(office: Office) -> None:
    with pytest.raises(Refused, match="surat-cinta"):
        office.run("documents", names=["surat-cinta"])
    assert rows(office) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_cycle_without_a_case_has_the_documents_of_the_whole_cycle(office: Office) -> None:
    result = office.run("documents")
    assert result["failed"] == 0, result["failures"]
    assert result["documents"] == result["new"] == len(rows(office)) > 0
    assert {d.name for d in rows(office)} <= {one.name for one in BOOK}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_killed_run_is_finished_by_the_next_and_nothing_is_made_twice(office: Office) -> None:
    for n in range(CASES):
        answered(office, f"Anak Contoh {n}")
    cycle_id = office.world.cycle.id
    office.world.session.commit()
    started = subprocess.Popen(
        [sys.executable, "-c", RUN, str(office.settings.home), office.settings.database_url, str(cycle_id), office.world.at.isoformat()],
        cwd=Path(__file__).parents[2],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 240
    try:
        while not rows(office):
            assert time.monotonic() < deadline, "no document was made in time"
            office.world.session.commit()
            time.sleep(0.02)
    finally:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()
    before = rows(office)
    assert 1 <= len(before) < CASES, "it was over before it could be killed"
    assert counts(office.run("documents", names=["paket"])) == (CASES, CASES - len(before), 0)
    after = rows(office)
    assert [(d.id, d.file_sha256) for d in after[: len(before)]] == [(d.id, d.file_sha256) for d in before]
    assert len({d.subject for d in after}) == len(after) == CASES and {d.revision for d in after} == {1}


def test_the_number_of_workers_is_a_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for text, number in (("3", 3), ("900", 32), ("", Settings(tmp_path, "").workers), ("0", Settings(tmp_path, "").workers)):
        monkeypatch.setenv("AKS_WORKERS", text)
        assert read_settings(tmp_path).workers == number
    assert 1 <= Settings(tmp_path, "").workers <= 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_packet_that_cannot_be_drawn_holds_up_nobody_and_is_counted_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    late = answered(office)
    with monkeypatch.context() as changed:
        changed.setattr(drawing, "LIMITS", Limits(packet=USED_UP))
        approved = office.world.case_at(Status.APPROVED, name="Dewi Kartika")
        office.world.do(approved, Action.NAME_PERSON_IN_CHARGE, "sekretariat", {"person": "bidan.arjasa"})
        assert office.run("semester") == {"started": 1, "undrawn": 1}
    assert late.status == Status.SELECTED
