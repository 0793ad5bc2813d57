"""Registry files from the command line: loaded, checked only, listed, undone, doubts decided, refused rows handed back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from audit.demo.families import make_district
from audit.demo.workbook import write_eppgbm
from audit.steps.intake.tables import Import, Measurement
from tests.cli.conftest import Aks
from tests.factory import World

HEADER = "No;NIK;Nama;JK;Tgl Lahir;Nama Ortu;Prov;Kab/Kota;Kec;Pukesmas;Desa/Kel;Posyandu;Tanggal Pengukuran;Berat;Tinggi;Cara Ukur"
PLACE = "JAWA TIMUR;JEMBER;ARJASA;ARJASA;ARJASA;MELATI 3"
SARI = f"1;3509225708239001;SARI DEWI;P;2023-08-17;RUDI;{PLACE};2026-06-10;9,8;80,5;Terlentang"
BUDI = f"2;3509220503249002;BUDI SANTOSO;L;2024-03-05;HOLIL;{PLACE};2026-06-10;10,1;82,0;Terlentang"
TANPA_TANGGAL = f"3;3509221104249003;ANI LESTARI;P;2024-04-11;SLAMET;{PLACE};;9,1;79,0;Terlentang"


def stored(world: World, what: Any) -> Any:
    """One value of the database, without keeping it locked for the program."""
    value = world.session.scalar(what)
    world.session.commit()
    return value


def registry(folder: Path, rows: Sequence[str] = (SARI, BUDI, TANPA_TANGGAL), name: str = "registri.csv") -> Path:
    file = folder / name
    file.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return file


def test_a_file_is_loaded_and_json_has_exactly_the_promised_keys(aks: Aks, world: World, tmp_path: Path) -> None:
    done = aks("import", registry(tmp_path), "--json")
    assert done.code == 0, done.err
    assert list(done.json) == ["import_id", "file", "rows", "accepted", "repeated", "rejected", "problems"]
    counts = {key: done.json[key] for key in ("import_id", "file", "rows", "accepted", "repeated", "rejected")}
    assert counts == {"import_id": 1, "file": "registri.csv", "rows": 3, "accepted": 2, "repeated": 0, "rejected": 1}
    rejected = [p for p in done.json["problems"] if p["severity"] == "reject"]
    assert [list(p) for p in rejected] == [["row", "column", "value", "code", "severity", "message"]]
    assert (rejected[0]["row"], rejected[0]["column"]) == (4, "Tanggal Pengukuran")
    assert stored(world, select(Import.cycle_id)) == world.cycle.id


def test_the_same_file_twice_changes_nothing(aks: Aks, world: World, tmp_path: Path) -> None:
    aks("import", registry(tmp_path))
    again = aks("import", "load", registry(tmp_path), "--json").json
    assert (again["accepted"], again["repeated"]) == (0, 2)
    assert stored(world, select(func.count()).select_from(Measurement)) == 2


def test_a_dry_run_writes_nothing(aks: Aks, world: World, tmp_path: Path) -> None:
    done = aks("import", "--dry-run", registry(tmp_path))
    assert done.code == 0 and "tidak ada yang disimpan" in done.out and "3 baris: 2 diterima (2 orang baru)" in done.out
    assert stored(world, select(func.count()).select_from(Import)) == 0
    assert aks("import", registry(tmp_path), "--dry-run", "--json").json["import_id"] is None


def test_people_read_what_became_of_the_rows_and_problems_go_to_stderr(aks: Aks, world: World, tmp_path: Path) -> None:
    done = aks("import", registry(tmp_path))
    assert "impor nomor 1" in done.out and "1 ditolak" in done.out and "Berikutnya: aks identify" in done.out
    assert "Baris 4, Tanggal Pengukuran [ditolak]:" in done.err and "Baris 4" not in done.out


def test_refused_rows_come_back_as_a_workbook(aks: Aks, world: World, tmp_path: Path) -> None:
    out = tmp_path / "perbaiki.xlsx"
    done = aks("import", registry(tmp_path), "--problems", out, "--json")
    assert done.code == 0 and out.read_bytes().startswith(b"PK") and "1 baris yang ditolak" in done.err
    none = aks("import", registry(tmp_path, [SARI], name="baik.csv"), "--problems", tmp_path / "kosong.xlsx")
    assert "tidak ditulis" in none.err and not (tmp_path / "kosong.xlsx").exists()


def test_several_files_are_several_imports_and_one_bad_file_spoils_only_itself(aks: Aks, world: World, tmp_path: Path) -> None:
    bad = tmp_path / "bukan.xlsx"
    bad.write_bytes(b"\x00\x01 bukan buku kerja")
    good = registry(tmp_path)
    done = aks("import", good, bad, "--json")
    assert done.code == 1
    first, second = done.json["imports"]
    assert first["accepted"] == 2 and second["file"] == "bukan.xlsx" and second["refused"][0]["sentence"]
    for_people = aks("import", bad, good)
    assert for_people.code == 1 and "bukan.xlsx: ditolak." in for_people.err and "2 sudah ada" in for_people.out


def test_a_file_with_nothing_usable_ends_with_1(aks: Aks, world: World, tmp_path: Path) -> None:
    done = aks("import", registry(tmp_path, [TANPA_TANGGAL]), "--json")
    assert done.code == 1 and (done.json["rows"], done.json["rejected"]) == (1, 1)


def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(aks: Aks, world: World, tmp_path: Path) -> None:
    (tmp_path / "kosong.csv").write_bytes(b"")
    for name in ("tidak-ada.xlsx", "kosong.csv"):
        done = aks("import", tmp_path / name, "--json")
        assert done.code == 1 and done.json["refused"][0]["sentence"] in done.err
    assert stored(world, select(func.count()).select_from(Import)) == 0


def test_an_import_is_listed_and_undone_as_one(aks: Aks, world: World, tmp_path: Path) -> None:
    assert aks("import", "list").out == "Belum ada berkas.\n"
    aks("import", registry(tmp_path))
    assert [(i["id"], i["accepted"]) for i in aks("import", "list", "--cycle", "2026-2", "--json").json["imports"]] == [(1, 2)]
    assert aks("import", "undo", 1, "--json").json == {"import_id": 1, "measurements": 2, "subjects": 2, "restored": 0}
    assert "dibatalkan" in aks("import", "list").out
    again = aks("import", "undo", 1)
    assert again.code == 1 and "sudah dibatalkan" in again.err
    assert aks("import", "undo", 99).code == 1
    assert aks("import", registry(tmp_path), "--json").json["accepted"] == 2


def test_a_doubtful_row_waits_for_a_person(aks: Aks, world: World, tmp_path: Path) -> None:
    aks("import", registry(tmp_path, [SARI]))
    like_sari = f"1;;SARI DEWY;P;2023-08-17;ANDIK;{PLACE};2026-07-10;10,0;81,2;Terlentang"
    second = aks("import", registry(tmp_path, [like_sari], name="juli.csv"))
    assert second.code == 0 and "1 meragukan" in second.out
    (doubt,) = aks("import", "match", "--json").json["doubts"]
    assert doubt["written"]["name"] == "SARI DEWY" and doubt["may_be"][0]["identity"]["name"] == "SARI DEWI"
    listed = aks("import", "match", "--import", doubt["import_id"])
    assert "SARI DEWY" in listed.out and "3509225708239001" not in listed.out
    decided = aks("import", "decide", doubt["id"], "--same", "--json").json
    assert decided == {"id": doubt["id"], "decision": "same", "subject_id": doubt["may_be"][0]["subject_id"]}
    assert aks("import", "match").out == "Tidak ada baris yang meragukan.\n"
    assert aks("import", "decide", doubt["id"], "--new").code == 1


@pytest.mark.parametrize(
    "command", [("import", "registri.csv"), ("import", "undo", "1"), ("import", "match"), ("import", "decide", "1", "--new")]
)
def test_only_the_secretariat_handles_registry_files(aks: Aks, world: World, command: tuple[str, ...]) -> None:
    done = aks(*command, "--as", "bidan.arjasa")
    assert done.code == 1 and "Hanya Sekretariat" in done.err


def test_without_an_open_cycle_the_kabupaten_must_be_named(aks: Aks, world: World, tmp_path: Path) -> None:
    world.cycle.closed_at = world.at
    world.session.commit()
    refused = aks("import", registry(tmp_path))
    assert refused.code == 1 and "--kabupaten" in refused.err
    assert aks("import", registry(tmp_path), "--kabupaten", "35.99").code == 1
    assert "sudah ditutup" in aks("import", registry(tmp_path), "--cycle", "2026-2").err
    assert aks("import", registry(tmp_path), "--kabupaten", "35.09", "--json").json["accepted"] == 2


def test_the_log_counts_rows_and_names_nobody(aks: Aks, world: World, home: Path, tmp_path: Path) -> None:
    aks("import", registry(tmp_path, name="sari dewi.csv"))
    aks("import", tmp_path / "budi santoso.xlsx")
    log = (home / "log" / "aks.log").read_text()
    assert "registry file loaded import_id=1 rows=3 accepted=2 repeated=0 rejected=1" in log
    assert "sari" not in log.lower() and "budi" not in log.lower()


def test_a_real_workbook_with_its_usual_faults_is_loaded(aks: Aks, world: World, tmp_path: Path) -> None:
    district = make_district(3, on=world.on, children_per_desa=6, kecamatan=["35.09.22"])
    written = write_eppgbm(tmp_path / "eppgbm.xlsx", district, world.on.replace(day=1))
    done = aks("import", tmp_path / "eppgbm.xlsx", "--json")
    assert done.code == 0 and done.json["rows"] == written.rows
    assert done.json["accepted"] + done.json["repeated"] + done.json["rejected"] <= written.rows
