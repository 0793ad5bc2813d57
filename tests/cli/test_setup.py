"""What comes before the first case: init, cycles, people, and the doctor who says whether all of it is fit."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Aks
from tests.factory import World

OPEN = ("cycle", "open", "--kabupaten", "35.09", "--year", 2027, "--number", 1, "--kecamatan", "Arjasa,Silo")


def test_init_makes_a_home_that_is_private_and_may_be_repeated(aks: Aks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AKS_DATABASE_URL", raising=False)
    home = tmp_path / "baru"
    first = aks("init", "--home", home, "--json")
    assert first.code == 0 and first.json["home"] == str(home) and len(first.json["done"]) == 3
    key = (home / "kunci.key").read_bytes()
    assert stat.S_IMODE((home / "kunci.key").stat().st_mode) == 0o600
    again = aks("init", "--home", home)
    assert again.code == 0 and "Basis data siap." in again.out and (home / "kunci.key").read_bytes() == key
    assert [p["username"] for p in aks("people", "list", "--home", home, "--json").json["people"]] == ["sekretariat"]


def test_init_where_nothing_can_be_written_is_a_sentence(aks: Aks, tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("bukan folder")
    done = aks("init", "--home", tmp_path / "berkas" / "rumah")
    assert done.code == 3 and "Folder AKS tidak dapat dibuat" in done.err


def test_a_cycle_is_opened_from_options(aks: Aks, world: World) -> None:
    opened = aks(
        *OPEN, "--group", "balita", "--group", "bumil", "--quota", "balita=4,bumil:Silo=2", "--dissemination", "21/06/2027", "--json"
    )
    assert opened.code == 0, opened.err
    assert opened.json["code"] == "2027-1" and opened.json["focus_areas"] == {"35.09.22": "Arjasa", "35.09.30": "Silo"}
    quotas = {(p["group"], p["kecamatan"]): p["quota"] for p in opened.json["places"]}
    assert quotas == {("balita", "Arjasa"): 4, ("balita", "Silo"): 4, ("bumil", "Arjasa"): 0, ("bumil", "Silo"): 2}
    shown = aks("cycle", "show", "2027-1")
    assert "21 Juni 2027" in shown.out and "1 Januari – 30 Juni 2027" in shown.out and "Arjasa dan Silo" in shown.out
    assert [c["code"] for c in aks("cycle", "list", "--json").json["cycles"]] == ["2027-1", "2026-2"]


def test_a_cycle_is_opened_from_a_file_and_options_win(aks: Aks, world: World, tmp_path: Path) -> None:
    file = tmp_path / "siklus.yaml"
    file.write_text(
        "kabupaten: 35.10\nyear: 2027\nnumber: 1\nfocus_areas: [Glagah]\ngroups: [balita]\nquotas:\n  balita: 3\n"
        "wording:\n  team: TP3S\nholidays: [2027-03-10]\nfollow_up_months: 3\n",
        encoding="utf-8",
    )
    opened = aks("cycle", "open", "--with", file, "--code", "BWI-1", "--json")
    assert opened.code == 0, opened.err
    assert (opened.json["code"], opened.json["kabupaten_code"], opened.json["places"][0]["quota"]) == ("BWI-1", "35.10", 3)


def test_a_cycle_that_exists_and_settings_that_cannot_be_are_refused(aks: Aks, world: World) -> None:
    taken = aks("cycle", "open", "--kabupaten", "35.09", "--year", 2026, "--number", 2, "--kecamatan", "Arjasa")
    assert taken.code == 1 and "sudah ada" in taken.err
    wrong = aks(*OPEN, "--group", "lansia", "--quota", "balita=9999", "--json")
    assert wrong.code == 1 and {p["place"] for p in wrong.json["problems"]} >= {"groups"}
    assert len(aks("cycle", "list", "--json").json["cycles"]) == 1


def test_only_the_secretariat_opens_cycles_and_adds_people(aks: Aks, world: World) -> None:
    for command in (OPEN, ("people", "add", "baru", "--role", "leader")):
        done = aks(*command, "--as", "dr.anak")
        assert done.code == 1 and "Hanya Sekretariat" in done.err


def test_the_only_open_cycle_is_the_default_and_several_ask_for_a_choice(aks: Aks, world: World) -> None:
    assert aks("cycle", "show", "--json").json["code"] == "2026-2"
    assert aks(*OPEN).code == 0
    several = aks("cycle", "show")
    assert several.code == 1 and "2027-1, 2026-2" in several.err and "--cycle" in several.err
    world.cycle.closed_at = world.at
    world.session.commit()
    assert aks("cycle", "show", "--json").json["code"] == "2027-1"


def test_a_person_is_added_from_options_and_listed(aks: Aks, world: World) -> None:
    added = aks("people", "add", "Psi.Retno", "--name", "Retno W., Psikolog", "--role", "expert", "--discipline", "psychology", "--json")
    assert added.code == 0 and added.json["added"][0] == {
        "username": "psi.retno",
        "name": "Retno W., Psikolog",
        "roles": ["expert"],
        "areas": [],
        "discipline": "psychology",
        "agency": None,
        "puskesmas": None,
    }
    listed = aks("people", "list", "--role", "expert")
    assert "psi.retno" in listed.out and "Psikolog" in listed.out and "ketua" not in listed.out


def test_people_of_a_file_are_added_together_or_not_at_all(aks: Aks, world: World, tmp_path: Path) -> None:
    file = tmp_path / "orang.yaml"
    good = "people:\n  - {username: dinsos, name: Kabid Dinsos, roles: agency, agency: dinsos}\n"
    file.write_text(good + "  - {username: ketua, roles: [chair]}\n")
    refused = aks("people", "add", "--with", file)
    assert refused.code == 1 and "“ketua” sudah dipakai" in refused.err
    assert "dinsos" not in {p["username"] for p in aks("people", "list", "--json").json["people"]}
    file.write_text(good)
    assert aks("people", "add", "--with", file).out == "Akun dinsos ditambahkan.\n"
    file.write_text("orang: []\n")
    assert aks("people", "add", "--with", file).code == 1


def test_where_a_field_worker_works_is_never_left_open(aks: Aks, world: World, tmp_path: Path) -> None:
    add = ("people", "add", "kader.baru", "--role", "field")
    for left_open in (add, (*add, "--area", "35.09.22", "--everywhere")):
        refused = aks(*left_open)
        assert refused.code == 1 and "Wilayah kerja:" in refused.err and "--everywhere" in refused.err
    file = tmp_path / "orang.yaml"
    file.write_text("people:\n  - {username: kader.arjasa, roles: field}\n")
    assert aks("people", "add", "--with", file).code == 1
    assert not {"kader.baru", "kader.arjasa"} & {p["username"] for p in aks("people", "list", "--json").json["people"]}
    file.write_text("people:\n  - {username: kader.arjasa, roles: field, everywhere: ya}\n")
    assert aks("people", "add", "--with", file).code == aks(*add, "--everywhere").code == 0
    assert aks("people", "add", "kader.desa", "--role", "field", "--area", "35.09.22.2001").code == 0


def test_an_unknown_user_is_refused_with_those_there_are(aks: Aks, world: World) -> None:
    done = aks("case", "list", "--as", "entah")
    assert done.code == 1 and "Tidak ada pengguna “entah”" in done.err


def test_the_doctor_finds_a_good_installation_fit(aks: Aks, world: World, home: Path) -> None:
    done = aks("doctor", "--json")
    states = {check["what"]: check["state"] for check in done.json["checks"]}
    assert done.code == 0 and done.json["is_fit"], done.json
    assert {"Python", "Folder AKS", "Ruang disk", "Kunci", "Basis data", "Pembuat PDF", "Mesin alur"} <= states.keys()
    assert set(states.values()) <= {"ok", "warn"} and "telemetri mati" in done.out
    assert "Semua siap." in aks("doctor").out


def test_the_doctor_says_what_is_wrong_and_what_to_do(aks: Aks, world: World, home: Path, tmp_path: Path) -> None:
    (home / "kunci.key").chmod(0o644)
    (home / "log").mkdir(exist_ok=True)
    (home / "log" / "aks.log").write_text("")
    (home / "log" / "aks.log").chmod(0o644)
    done = aks("doctor")
    assert done.code == 1 and "✗ Kunci: " in done.out and "chmod 600 kunci.key" in done.out and "! Catatan" in done.out
    nowhere = aks("doctor", "--home", tmp_path / "belum", "--json")
    failed = {check["what"] for check in nowhere.json["checks"] if check["state"] == "fail"}
    assert nowhere.code == 1 and failed == {"Folder AKS", "Kunci", "Basis data"} and not (tmp_path / "belum").exists()


def test_the_doctor_notices_a_key_of_another_database(aks: Aks, world: World, home: Path) -> None:
    (home / "kunci.key").unlink()
    (home / "kunci.key").write_bytes(b"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n")
    os.chmod(home / "kunci.key", 0o600)
    done = aks("doctor")
    assert done.code == 1 and "bukan kunci basis data ini" in done.out


def test_a_broken_history_is_named_and_ends_with_1(aks: Aks, world: World) -> None:
    case = world.open()
    world.session.commit()
    assert aks("history", "verify").out == "Riwayat utuh: 1 peristiwa dari 1 kasus.\n"
    assert aks("history", "verify", "--quiet").out == ""
    with world.session.get_bind().connect() as connection:  # type: ignore[union-attr]
        connection.exec_driver_sql("drop trigger case_event_no_update")
        connection.exec_driver_sql("update case_event set by_id = 2")
        connection.commit()
    done = aks("history", "verify", "--json")
    assert done.code == 1 and done.json["broken"] == [{"case": case.number, "seq": 1, "what": "isinya berubah sejak dicatat"}]
    assert f"{case.number}: peristiwa ke-1 isinya berubah sejak dicatat." in aks("history", "verify").out


def test_zscore_is_a_command_of_the_program(aks: Aks, tmp_path: Path) -> None:
    (tmp_path / "anak.csv").write_text("sex,age_days,weight_kg,height_cm,position,oedema\nP,730,9.8,80.5,h,n\n")
    done = aks("zscore", tmp_path / "anak.csv", tmp_path / "hasil.csv", "--json")
    assert done.code == 0 and done.json["rows"] == 1 and "-1.61" in (tmp_path / "hasil.csv").read_text()
    assert aks("zscore", tmp_path / "tidak-ada.csv", tmp_path / "hasil.csv").code == 1
