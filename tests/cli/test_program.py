"""The edge of the program: exit codes, what goes to which stream, what reaches the log, and how fast the help is there."""

from __future__ import annotations

import errno
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from audit import clock
from audit.cli.known_faults import sentence_for
from audit.lifecycle.vocabulary import Status
from tests.cli.conftest import Aks
from tests.factory import World

PROGRAM = (sys.executable, "-m", "audit.cli.main")


def log_of(home: Path) -> str:
    return (home / "log" / "aks.log").read_text()


def test_the_help_is_indonesian_and_lists_every_command(aks: Aks) -> None:
    shown = aks("--help")
    assert shown.code == 0 and "Cara pakai:" in shown.out and "Usage" not in shown.out
    for name in ["init", "demo", "cycle", "import", "identify", "case", "run", "report", "zscore", "history", "doctor", "people"]:
        assert f"  {name} " in shown.out, name


@pytest.mark.parametrize("command", ["cycle open", "import load", "import undo", "case do", "case form", "report", "zscore", "people add"])
def test_the_help_of_a_command_has_no_english_left(aks: Aks, command: str) -> None:
    shown = aks(*command.split(), "--help")
    assert shown.code == 0
    for english in ("Usage", "Options", "Arguments", "Show this", "[required]", "[OPTIONS]", "<str>", "<path>", "{"):
        assert english not in shown.out, english


def test_the_help_imports_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys; from audit.cli.main import main; code = main(['--help']); "
        "heavy = [m for m in ('polars', 'weasyprint', 'prefect', 'sqlalchemy', 'numpy', 'fastexcel') if m in sys.modules]; "
        "print(heavy, file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Perintah:"),
        (("siklus",), "Perintah “siklus” tidak ada."),
        (("cycl",), "Mungkin maksudnya: cycle."),
        (("case", "show"), "NOMOR belum disebut."),
        (("case", "list", "--semua"), "Pilihan --semua tidak ada."),
        (("case", "list", "--status", "entah"), "pilih dari selected"),
        (("case", "do", "AKS-1", "entah"), "“entah” tidak dikenal"),
        (("import", "undo", "satu"), "tulis bilangan bulat"),
        (("import", "a.xlsx", "b.xlsx", "--problems", "c.xlsx"), "hanya untuk satu berkas"),
        (("import", "decide", "1"), "--same atau --new"),
        (("cycle", "open", "--quota", "balita"), "balita=5"),
        (("report", "entah"), "kesenjangan, paket, kajian"),
        (("report", "rtl", "--edition", "entah"), "publik, terbatas"),
        (("people", "add"), "nama pengguna"),
        (("people", "list", "--role", "entah"), "tidak dikenal"),
        (("zscore", "a.csv"), "KELUARAN belum disebut."),
        (("zscore", "a.csv", "b.csv", "c.csv"), "Terlalu banyak isian"),
        (("--home",), "Pilihan --home memerlukan isi."),
    ],
)
def test_a_command_typed_wrongly_ends_with_2_and_a_sentence(aks: Aks, home: Path, arguments: tuple[str, ...], said: str) -> None:
    done = aks(*arguments)
    assert done.code == 2 and said in done.err and done.out == ""


def test_a_usage_error_is_one_object_with_json(aks: Aks) -> None:
    done = aks("case", "show", "--json")
    assert done.code == 2 and done.json["refused"][0]["code"] == "usage"


def test_a_refusal_ends_with_1_and_its_sentences(aks: Aks, world: World) -> None:
    done = aks("cycle", "show", "1999-1")
    assert done.code == 1 and done.out == "" and done.err == "Siklus “1999-1” tidak ada. Yang ada: 2026-2.\n"
    as_json = aks("cycle", "show", "1999-1", "--json")
    assert as_json.code == 1
    assert as_json.json == {"refused": [{"code": "unknown_cycle", "sentence": done.err.strip()}], "problems": []}


def test_answers_that_cannot_be_used_come_with_their_places(aks: Aks, world: World) -> None:
    done = aks("cycle", "open", "--kabupaten", "35.09", "--year", 1900, "--number", 1, "--json")
    assert done.code == 1
    places = {problem["place"] for problem in done.json["problems"]}
    assert {"year", "focus_areas"} <= places
    assert all(set(problem) == {"place", "value", "code", "message"} for problem in done.json["problems"])


def test_without_a_home_the_program_says_what_to_do_and_ends_with_3(aks: Aks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKS_HOME", str(tmp_path / "belum"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    done = aks("cycle", "list", "--json")
    assert done.code == 3 and "Jalankan: aks init" in done.json["fault"]["sentence"]
    (log,) = tmp_path.glob("aks-*/aks.log")
    assert done.json["fault"]["id"] in log.read_text() and not (tmp_path / "belum").exists()


def test_a_home_that_is_not_ours_gets_no_log(aks: Aks, tmp_path: Path) -> None:
    (tmp_path / "dokumen").mkdir()
    aks("--home", tmp_path / "dokumen", "cycle", "list")
    assert list((tmp_path / "dokumen").iterdir()) == []


def test_a_missing_key_is_a_fault_and_nothing_is_lost(aks: Aks, world: World, home: Path) -> None:
    (home / "kunci.key").rename(home / "lain.key")
    for command in (("cycle", "list"), ("init",)):
        done = aks(*command)
        assert done.code == 3 and "kunci.key tidak ada" in done.err
    (home / "lain.key").rename(home / "kunci.key")
    assert aks("cycle", "list", "--json").json["cycles"][0]["code"] == "2026-2"


def test_an_unexpected_error_has_an_id_in_the_log_and_shows_no_identity(aks: Aks, world: World, home: Path) -> None:
    case = world.case_at(Status.SELECTED)
    world.session.commit()
    with world.session.get_bind().connect() as connection:  # type: ignore[union-attr]
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        connection.execute(text("update audit_case set status = 'Bunga Anggraini' where id = :id"), {"id": case.id})
        connection.commit()
    done = aks("case", "list", "--json")
    fault = done.json["fault"]
    assert done.code == 3 and "Terjadi kesalahan" in fault["sentence"] and fault["id"] in done.err
    log = log_of(home)
    assert fault["id"] in log and "builtins.KeyError" in log and "facts.py" in log
    assert "Bunga" not in log + done.err + done.out


def test_the_log_is_private_and_tells_events_with_fields(aks: Aks, world: World, home: Path) -> None:
    aks("history", "verify")
    assert stat.S_IMODE((home / "log" / "aks.log").stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "log").stat().st_mode) == 0o700
    assert "history verified cases=0 events=0 broken=0" in log_of(home)


def test_the_log_is_cut_before_it_grows_too_large(aks: Aks, world: World, home: Path) -> None:
    aks("history", "verify")
    log = home / "log" / "aks.log"
    log.write_text("lama\n" * 1_000_001)
    aks("history", "verify")
    assert log.stat().st_size < 1000 and (home / "log" / "aks.log.1").stat().st_size > 5_000_000
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_home_may_stand_behind_any_command(aks: Aks, world: World, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AKS_HOME")
    for arguments in (("--home", home, "cycle", "list"), ("cycle", "list", "--home", home), ("cycle", f"--home={home}", "list")):
        assert aks(*arguments, "--json").json["cycles"][0]["code"] == "2026-2"


def test_an_interrupted_command_ends_with_130_and_a_sentence(aks: Aks, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(clock, "now", interrupt)
    done = aks("cycle", "list")
    assert done.code == 130 and done.err.startswith("Dihentikan.")


def test_ctrl_c_while_a_file_is_read_ends_with_130(world: World, tmp_path: Path) -> None:
    pipe = tmp_path / "isian.yaml"
    os.mkfifo(pipe)
    code = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from audit.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "cycle", "open", "--with", str(pipe)]  # a test run in the background ignores Ctrl-C
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        try:
            with pipe.open("wb"):  # open once the program reads it
                time.sleep(0.2)
                running.send_signal(signal.SIGINT)
            _, err = running.communicate(timeout=60)
        finally:
            running.kill()
    assert running.returncode == 130 and err.startswith("Dihentikan.")


def test_a_closed_pipe_is_no_error(world: World) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*PROGRAM, "cycle", "list", "--json"], stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_behind_the_output_is_a_sentence(world: World) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*PROGRAM, "cycle", "list", "--json"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3 and done.stderr.startswith("Disk penuh")


def test_what_the_machine_cannot_do_has_a_sentence() -> None:
    assert "Disk penuh" in str(sentence_for(OSError(errno.ENOSPC, "No space left on device")))
    assert "Memori" in str(sentence_for(MemoryError()))
    assert sentence_for(ValueError("Bunga Anggraini")) is None


def test_a_full_database_has_a_sentence(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "penuh.db")
    connection.execute("pragma max_page_count = 2")
    connection.execute("create table t (x)")
    with pytest.raises(sqlite3.OperationalError) as full:
        connection.execute("insert into t values (zeroblob(100000))")
    connection.close()
    wrapped = RuntimeError("while storing")
    wrapped.__cause__ = full.value
    assert "Disk penuh" in str(sentence_for(wrapped))


def test_the_program_runs_as_a_process_with_one_object_on_stdout(world: World) -> None:
    done = subprocess.run([*PROGRAM, "cycle", "show", "--json"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["code"] == "2026-2" and done.stderr == ""


def test_control_characters_of_a_name_do_not_reach_the_terminal(aks: Aks, world: World) -> None:
    case = world.case_at(Status.SELECTED, name="Bunga\x1b[2J Anggraini")
    world.session.commit()
    assert "\x1b" not in aks("case", "show", case.number).out
