"""From an empty home to printed documents by commands alone, flows included, as processes; and the same commands on PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from audit import clock
from audit.lifecycle.tables import CaseEvent
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.people.tables import Account
from audit.store.sealed import Keyring
from audit.store.session import make_engine
from tests.cli.conftest import Aks, write_key
from tests.cli.test_imports import HEADER, PLACE
from tests.conftest import prepare_flows
from tests.factory import World, worksheet_answers


def run(home: Path, *arguments: object) -> Any:
    """The object that the program printed as a process of its own; it must have ended well and said nothing else on stdout."""
    environment = {**os.environ, "AKS_HOME": str(home)}
    command = [sys.executable, "-m", "audit.cli.main", *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout)


def stunted_children(folder: Path, today: date) -> Path:
    """Two girls far below the curve in Arjasa, measured three weeks ago."""
    measured, born = today - timedelta(days=21), today - timedelta(days=700)
    rows = [
        f"{n};35092257{born:%m%y}90{n:02d};{name};P;{born};RUDI {n};{PLACE};{measured};8,0;74,0;Terlentang"
        for n, name in enumerate(("SARI DEWI", "ANI LESTARI"), start=1)
    ]
    file = folder / "registri.csv"
    file.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return file


def answers_file(folder: Path, answers: Mapping[str, Any]) -> Path:
    file = folder / "isian.yaml"
    file.write_text(json.dumps(answers, default=str), encoding="utf-8")  # JSON is YAML
    return file


def test_a_home_goes_from_nothing_to_a_packet_and_a_report(
    aks: Aks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefect_template: Path
) -> None:
    for name in ("AKS_DATABASE_URL", "AKS_USER", "AKS_TIMEZONE"):
        monkeypatch.delenv(name, raising=False)
    home, today = tmp_path / "rumah", clock.now().date()
    monkeypatch.setenv("AKS_HOME", str(home))

    def here(*arguments: object) -> Any:
        done = aks(*arguments, "--json")
        assert done.code == 0, done.out + done.err
        return done.json

    here("init")
    prepare_flows(prefect_template, home)
    here("people", "add", "bidan.arjasa", "--role", "field", "--area", "35.09.22")
    here("people", "add", "dr.anak", "--role", "expert", "--discipline", "paediatrics")
    here("people", "add", "gizi", "--role", "expert", "--discipline", "nutrition")
    here(
        *("cycle", "open", "--kabupaten", "35.09", "--year", today.year, "--number", 1 if today.month <= 6 else 2),
        *("--kecamatan", "Arjasa", "--group", "balita", "--quota", "balita=1"),
        *("--starts", today - timedelta(days=60), "--ends", today + timedelta(days=60)),
    )
    assert here("import", stunted_children(tmp_path, today))["accepted"] == 2

    identified = run(home, "identify")
    assert (identified["candidates"], identified["opened"], identified["cases"]) == (2, 1, 1)
    (case,) = here("case", "list")["cases"]
    sheet = answers_file(tmp_path, worksheet_answers(Group.BALITA))
    here("case", "do", case["number"], "submit-worksheet", "--as", "bidan.arjasa", "--with", sheet)
    assert run(home, "run")["moved"]
    assert here("case", "show", case["number"])["status"] == Status.UNDER_REVIEW

    packet = here("report", "paket", "--subject", case["number"], "--out", tmp_path / "paket.pdf")
    assert (tmp_path / "paket.pdf").read_bytes().startswith(b"%PDF") and packet["edition"] == "terbatas"
    first = here("report", "diseminasi", "--out", tmp_path / "publik.pdf")
    again = here("report", "diseminasi", "--out", tmp_path / "lagi.pdf")
    assert first["edition"] == "publik" and first["is_new"] and not again["is_new"]
    assert (tmp_path / "publik.pdf").read_bytes() == (tmp_path / "lagi.pdf").read_bytes()
    assert here("history", "verify")["broken"] == []
    log = (home / "log" / "aks.log").read_text()
    assert "cycle screened" in log and "document published" in log
    assert not any(secret in log for secret in ("SARI", "ANI LESTARI", "35092257"))


def test_restricted_documents_are_for_those_who_may_read_them(aks: Aks, world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.session.commit()
    outsider = aks("report", "paket", "--subject", case.number, "--as", "bidan.silo")
    assert outsider.code == 1 and "tidak ada atau bukan urusan Anda" in outsider.err
    leader = aks("report", "paket", "--subject", case.number, "--as", "pimpinan")
    assert leader.code == 1 and "memuat identitas" in leader.err
    assert aks("report", "paket").code == 1 and aks("report", "paket", "--edition", "publik").code == 1
    for user in ("dr.anak", "perkim"):
        refused = aks("report", "diseminasi", "--edition", "terbatas", "--as", user)
        assert refused.code == 1 and "edisi terbatas hanya untuk" in refused.err
    assert "edisi terbatas" in aks("report", "rtl", "--subject", "puskesmas", "--as", "perkim").err


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_commands_work_on_postgresql(
    database_url: str, keyring: Keyring, aks: Aks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "rumah"
    home.mkdir()
    write_key(home)
    monkeypatch.setenv("AKS_HOME", str(home))
    monkeypatch.setenv("AKS_DATABASE_URL", database_url.replace("postgresql+psycopg://", "postgresql://"))
    assert aks("init").code == 0 and not (home / "aks.db").exists()
    engine = make_engine(database_url, keyring)
    with Session(engine, expire_on_commit=False) as session:
        session.execute(delete(Account))  # the factory brings its own people
        world = World(session)
        case = world.case_at(Status.SELECTED)
        session.commit()
    assert aks("cycle", "show", "--json").json["cases"] == 1
    sheet = answers_file(tmp_path, worksheet_answers(Group.BALITA))
    done = aks("case", "do", case.number, Action.SUBMIT_WORKSHEET, "--as", "bidan.arjasa", "--with", sheet, "--json")
    assert done.code == 0 and done.json["version"] == 2
    assert aks("import", stunted_children(tmp_path, world.on), "--json").json["accepted"] == 2
    assert aks("import", "undo", 1).code == 0
    assert aks("history", "verify", "--json").json == {"cases": 1, "events": 2, "broken": []}
    assert "PostgreSQL" in aks("doctor").out
    with Session(engine) as session:
        assert len(session.scalars(select(CaseEvent)).all()) == 2
    engine.dispose()


def test_a_database_that_does_not_answer_is_a_sentence_without_its_password(aks: Aks, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKS_DATABASE_URL", "postgresql://aks:rahasia@127.0.0.1:1/aks")
    done = aks("cycle", "list", "--json")
    assert done.code == 3 and "AKS_DATABASE_URL" in done.err
    assert "rahasia" not in done.err + done.out + (home / "log" / "aks.log").read_text()
