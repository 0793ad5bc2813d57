"""`aks serve` as people start it: one command, a process beside it that is kept alive, and nothing left when it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from audit.cli import beside
from audit.cli.beside import Beside
from audit.settings import Settings
from tests.cli.conftest import Aks

Serve = Callable[..., "Served"]


class Served:
    """The running program, its address, and what it said."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [sys.executable, "-m", "audit.cli.main", "serve", "--port", "0", *options]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AKS_")} | {"HOME": str(folder)}
        self.errors = folder / "err.txt"
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment, preexec_fn=_hears_ctrl_c
            )  # fmt: skip
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        found = re.search(r"http://[\d.:]+", said)
        assert found is not None, self.errors.read_text()
        self.address = found[0]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)
        return self.process.returncode


def _hears_ctrl_c() -> None:
    """A test run in the background ignores it, and so would what it starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    running: list[Served] = []

    def start(*options: str) -> Served:
        running.append(Served(tmp_path, *options))
        return running[-1]

    yield start
    for one in running:
        one.process.kill()
        one.process.wait()
        if one.process.stdout is not None:
            one.process.stdout.close()


def test_one_command_makes_a_new_office_and_says_how_to_begin(serve: Serve, tmp_path: Path) -> None:
    office = serve("--pages-only")
    assert office.process.stdout is not None
    assert re.fullmatch(r"Belum ada akun yang dapat masuk\. Kode awal .*: \d{8}\n", office.process.stdout.readline())
    with urllib.request.urlopen(f"{office.address}/v", timeout=60) as answer:
        assert answer.status == 200
    assert office.stop() == 0
    said = office.errors.read_text()
    assert f"Folder AKS baru: {tmp_path / 'aks'}" in said and "Kunci dibuat" in said and said.endswith("Berhenti.\n")
    code = re.compile(r"\b\d{8}\b")
    assert not code.search((tmp_path / "aks" / "log" / "aks.log").read_text()), "the start code is told to whoever started it, only"


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGHUP])
def test_several_processes_serve_and_all_of_them_end(serve: Serve, told: signal.Signals) -> None:
    office = serve("--pages-only", "--processes", "2")
    for _ in range(20):
        with urllib.request.urlopen(f"{office.address}/v", timeout=60) as answer:
            assert answer.status == 200
    serving = descendants(office.process.pid)
    assert len(serving) >= 2
    office.process.send_signal(told)
    office.process.communicate(timeout=60)
    assert office.process.returncode == 0 and all(is_gone(one) for one in serving)


def test_nobody_serves_on_when_the_program_is_killed(serve: Serve) -> None:
    office = serve("--pages-only", "--processes", "2")
    urllib.request.urlopen(f"{office.address}/v", timeout=60).close()
    serving = descendants(office.process.pid)
    office.process.kill()
    assert len(serving) >= 2 and all(is_gone(one) for one in serving)


def descendants(process: int) -> list[int]:
    """The processes that this one started, and not those that they started."""
    return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def test_a_folder_with_something_else_in_it_is_left_alone(aks: Aks, tmp_path: Path) -> None:
    (tmp_path / "foto").mkdir()
    (tmp_path / "foto" / "keluarga.jpg").write_bytes(b"foto")
    done = aks("--home", tmp_path / "foto", "serve", "--port", 0)
    assert done.code == 3 and "aks init" in done.err
    assert [p.name for p in (tmp_path / "foto").iterdir()] == ["keluarga.jpg"]


@pytest.mark.parametrize("options", [("--host", "0.0.0.0"), ("--behind-https",)])
def test_a_demo_without_passwords_never_leaves_the_machine(aks: Aks, options: tuple[str, ...], tmp_path: Path) -> None:
    done = aks("serve", "--demo", "--port", 0, *options)
    assert done.code == 1 and "siapa pun dapat masuk" in done.err


def test_fresh_is_for_the_demo_only(aks: Aks, home: Path) -> None:
    assert aks("serve", "--fresh").code == 2


SLEEPER = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open(sys.argv[1], "a") as file:
    print(os.getpid(), child.pid, file=file)
sys.stdin.read()
"""
"""A process with a child of its own that writes both ids down, and lives until its leash is let go."""


def lives(file: Path, count: int) -> list[list[int]]:
    """The ids that so many lives of the sleeper wrote down."""
    deadline = time.monotonic() + 30
    while True:
        lines = file.read_text().splitlines() if file.exists() else []
        if len(lines) >= count:
            return [[int(word) for word in line.split()] for line in lines]
        assert time.monotonic() < deadline, f"{len(lines)} of {count} lives"
        time.sleep(0.05)


def is_gone(process: int) -> bool:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "aks").mkdir()
    return Settings(home=tmp_path / "aks", database_url="sqlite://")


def test_a_process_that_is_killed_is_started_again_and_leaves_nobody_behind(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pids = tmp_path / "pids"
    with Beside(settings, command=[sys.executable, "-c", SLEEPER, str(pids)]):
        [[first, its_child]] = lives(pids, 1)
        os.kill(first, signal.SIGKILL)
        _, [second, other_child] = lives(pids, 2)
        assert is_gone(first) and is_gone(its_child), "what it had started goes with it"
    assert is_gone(second) and is_gone(other_child)
    assert "dijalankan lagi" in capsys.readouterr().err


def test_a_process_that_dies_at_once_is_not_started_again_and_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "FIRST_WAIT", 0.2)
    pids = tmp_path / "pids"
    program = "import sys; print(1, file=open(sys.argv[1], 'a'))"
    with Beside(settings, command=[sys.executable, "-c", program, str(pids)]):
        time.sleep(2.5)
    assert 2 <= len(pids.read_text().splitlines()) <= 4, "0.2, 0.4, 0.8, 1.6 seconds between them"


def test_a_process_whose_holder_is_gone_ends_by_itself(settings: Settings, home: Path) -> None:
    process = subprocess.Popen([sys.executable, "-m", "audit.cli.main", "--home", str(home), "work", "--leash"], stdin=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not (home / "pekerjaan.lock").exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert process.stdin is not None
    process.stdin.close()  # as when whoever started it is killed
    assert process.wait(timeout=90) == 0
