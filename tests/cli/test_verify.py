"""`aks verify` and `aks serve` as people run them: with and without an office, for people and for programs."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError

import pytest

from audit.lifecycle.vocabulary import Status
from tests.cli.conftest import Aks
from tests.factory import World

NUMBER = "RTL-3509-2026-2-PUSKESMAS.1"


@pytest.fixture
def sheet(aks: Aks, world: World, tmp_path: Path) -> Path:
    """The sheet of one agency, made by the program."""
    world.case_at(Status.APPROVED)
    world.session.commit()
    file = tmp_path / "lembar.pdf"
    assert aks("report", "rtl", "--subject", "puskesmas", "--out", file).code == 0
    return file


def test_a_document_of_this_office_is_genuine(aks: Aks, sheet: Path) -> None:
    done = aks("verify", sheet)
    assert done.code == 0 and done.out.startswith("ASLI. Lembar RTL") and NUMBER in done.out and done.err == ""
    assert re.search(r"^sha256 [0-9a-f]{64}$", done.out, re.MULTILINE)
    found = aks("verify", sheet, "--json").json
    assert (found["is_genuine"], found["answer"], found["is_issued"], found["about"]["number"]) == (True, "reproducible", True, NUMBER)
    assert found["about"]["dated_at"].endswith("+00:00") and found["signatures"] == []


def test_without_an_office_the_record_inside_is_asked(aks: Aks, sheet: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "tidak-ada"
    done = aks("--home", elsewhere, "verify", sheet)
    assert done.code == 0 and done.out.startswith("ISI COCOK.") and "bukan siapa yang menerbitkannya" in done.out
    assert aks("--home", elsewhere, "verify", sheet, "--json").json["is_issued"] is None
    assert not elsewhere.exists(), "looking makes no home"


def test_a_changed_file_and_a_strange_one_end_with_1(aks: Aks, sheet: Path, tmp_path: Path) -> None:
    sheet.write_bytes(sheet.read_bytes() + b"\n")
    changed = aks("verify", sheet)
    assert changed.code == 1 and changed.out.startswith("BERUBAH.") and "1 bita ditambahkan di belakangnya" in changed.out
    strange = tmp_path / "lain.pdf"
    strange.write_text("bukan pdf")
    assert (aks("verify", strange).code, aks("verify", strange, "--json").json["answer"]) == (1, "foreign")


def test_a_file_that_is_not_there_too_large_or_a_folder_is_a_sentence(aks: Aks, home: Path, tmp_path: Path) -> None:
    huge = tmp_path / "besar.pdf"
    with huge.open("wb") as file:
        file.truncate(200_000_000)
    for path, said in ((tmp_path / "tiada.pdf", "tidak ada"), (tmp_path, "sebuah folder"), (huge, "lebih besar dari 100 MB")):
        done = aks("verify", path)
        assert done.code == 1 and said in done.err and done.out == ""


def test_the_log_tells_the_answer_and_no_name_of_a_file(aks: Aks, home: Path, tmp_path: Path) -> None:
    strange = tmp_path / "Bunga Anggraini.pdf"
    strange.write_text("bukan pdf")
    aks("verify", strange)
    log = (home / "log" / "aks.log").read_text()
    assert "file verified answer=foreign" in log and "Bunga" not in log


@pytest.fixture
def pages(sheet: Path, home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running program and its address."""
    command = [sys.executable, "-m", "audit.cli.main", "serve", "--port", "0", "--pages-only"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=_hears_ctrl_c) as running:
        try:
            assert running.stdout is not None
            found = re.search(r"http://[\d.:]+", running.stdout.readline())
            assert found is not None and "Kode awal" in running.stdout.readline()
            yield running, found[0]
        finally:
            running.kill()


def _hears_ctrl_c() -> None:
    """A test run in the background ignores it, and so would what it starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_the_pages_are_served_quietly_until_ctrl_c(aks: Aks, sheet: Path, home: Path, pages: tuple[subprocess.Popen[str], str]) -> None:
    running, address = pages
    code = aks("verify", sheet, "--json").json["about"]["code"]
    with urllib.request.urlopen(f"{address}/v/{code}", timeout=30) as answer:
        shown = answer.read().decode()
        assert NUMBER in shown and answer.headers["Server"] is None
    with pytest.raises(HTTPError, match="404"):
        urllib.request.urlopen(f"{address}/v/{code[:-1]}Z", timeout=30)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (0, "", "Berhenti.\n")
    assert code not in (home / "log" / "aks.log").read_text()


def test_an_address_that_is_taken_is_a_sentence(aks: Aks, home: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        done = aks("serve", "--port", taken.getsockname()[1])
    assert done.code == 1 and "Tidak dapat mendengarkan di 127.0.0.1" in done.err
