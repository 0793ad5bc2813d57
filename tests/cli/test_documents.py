"""`aks documents` from the outside: who makes, who may copy what, what is said, and where it goes."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from audit.lifecycle.tables import Document
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.render import pdf
from tests.cli.conftest import Aks
from tests.conftest import flows_in_this_process
from tests.factory import World, worksheet_answers

KEYS = ["cycle", "is_made", "documents", "new", "failed", "failures", "copied", "withheld"]


@pytest.fixture(autouse=True)
def prefect(home: Path, prefect_template: Path) -> Iterator[None]:
    with flows_in_this_process(prefect_template, home):
        yield


def answered(world: World) -> str:
    case = world.open()
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(Group.BALITA))
    world.session.commit()
    return case.number


def made(world: World) -> list[int]:
    """Ids of the documents there are, without keeping the database locked for the program."""
    found = list(world.session.scalars(select(Document.id)))
    world.session.commit()
    return found


def test_documents_are_made_copied_merged_and_archived_and_then_found_again(aks: Aks, world: World, tmp_path: Path) -> None:
    number = answered(world)
    targets = ("--out", tmp_path / "salinan", "--printer", tmp_path / "cetak.pdf", "--archive", tmp_path / "arsip.zip")
    done = aks("documents", "--only", "paket,diseminasi", *targets, "--json")
    assert done.code == 0, done.err
    assert list(done.json)[: len(KEYS)] == KEYS
    assert {key: done.json[key] for key in KEYS[1:]} == {
        "is_made": True, "documents": 3, "new": 3, "failed": 0, "failures": [], "copied": 3, "withheld": 0
    }  # fmt: skip
    assert (tmp_path / "salinan" / "paket" / f"paket-{number}.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "cetak.pdf").stat().st_size > 0 and done.json["printer_pages"] >= 8
    with zipfile.ZipFile(tmp_path / "arsip.zip") as archive:
        assert archive.namelist()[-2:] == ["manifest.json", "SHA256SUMS"] and len(archive.namelist()) == 5
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("cetak.pdf", "arsip.zip")} == {0o600}
    again = aks("documents", "--only", "paket", "--only", "diseminasi")
    assert again.code == 0 and "3 dokumen; 0 dibuat, 3 sudah mutakhir, 0 gagal." in again.out
    public = aks("documents", "--public", "--existing", "--archive", tmp_path / "publik.zip")
    assert public.code == 0 and "1 dokumen terbaru disalin." in public.out
    assert stat.S_IMODE((tmp_path / "publik.zip").stat().st_mode) == 0o644
    assert "Bunga" not in done.out + done.err + again.out + again.err


def test_others_copy_what_is_theirs_and_make_nothing(aks: Aks, world: World, tmp_path: Path) -> None:
    answered(world)
    aks("documents", "--only", "paket,diseminasi")
    world.session.commit()
    for user, copied, withheld in (("pimpinan", 2, 1), ("bidan.silo", 1, 2), ("bidan.arjasa", 2, 1)):
        done = aks("documents", "--as", user, "--out", tmp_path / user, "--json")
        assert done.code == 0, done.err
        assert (done.json["is_made"], done.json["copied"], done.json["withheld"]) == (False, copied, withheld), user
        assert len(list((tmp_path / user).rglob("*.pdf"))) == copied
    assert len(made(world)) == 3
    said = aks("documents", "--as", "bidan.silo", "--out", tmp_path / "lagi")
    assert "2 dokumen terbatas tidak disalin karena bukan untuk Anda." in said.err


def test_a_document_that_fails_is_named_the_rest_is_made_and_the_exit_code_tells(aks: Aks, world: World) -> None:
    lost = world.case_at(Status.READY).number
    number = answered(world)
    done = aks("documents", "--only", "paket")
    assert done.code == 3 and "2 dokumen; 1 dibuat, 0 sudah mutakhir, 1 gagal." in done.out
    assert f"Gagal: paket {lost}, edisi terbatas: penggambarannya gagal (catatan " in done.err and number not in done.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--only", "surat-cinta"), 2, "surat-cinta"),
        (("--only", "paket", "--public"), 1, "tidak punya edisi publik"),
        (("--printer", "cetak.zip"), 2, ".pdf"),
        (("--archive", "arsip.pdf"), 2, ".zip"),
        (("--out", "/tidak/ada/folder"), 1, "tidak ada; buat dahulu"),
        (("--existing", "--out", "salinan"), 1, "Belum ada dokumen"),
        (("--cycle", "2031-1"), 1, "2031-1"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_made(
    aks: Aks, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = aks("documents", *arguments)
    assert done.code == code and said in done.err, done.err
    assert made(world) == [] and not (tmp_path / "salinan").exists()


def test_a_machine_that_draws_slowly_is_told_so_first(aks: Aks, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = pdf._engine()
    world.session.commit()
    monkeypatch.setattr(pdf, "_engine", lambda: replace(fast, has_subsetter=False))
    done = aks("documents", "--only", "rtl")
    assert done.code == 0 and "libharfbuzz-subset0" in done.err and "apt-get install" in done.err
