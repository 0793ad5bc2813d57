"""`aks sign` on the real program: list, sign, copy; the passphrase is read from a file and is nowhere afterwards."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit.lifecycle.vocabulary import Status
from audit.render.signing import read_signatures
from tests.factory import World
from tests.unit.render.certificates import PASSPHRASE, officer

Aks = Callable[..., Any]
NUMBER = "RTL-3509-2026-2-PUSKESMAS.1"


@pytest.fixture
def folder(aks: Aks, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where somebody stands with a published sheet, a certificate and its passphrase. The certificate holds until the end of 2027."""
    world.case_at(Status.APPROVED)
    world.session.commit()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ketua.p12").write_bytes(officer().p12)
    (tmp_path / "sandi.txt").write_text(PASSPHRASE + "\n", encoding="utf-8")
    assert aks("report", "rtl", "--subject", "puskesmas", "--cycle", "2026-2").code == 0
    return tmp_path


def test_list_sign_and_copy_again(aks: Aks, folder: Path) -> None:
    before = aks("sign", NUMBER, "--json").json
    assert {place["field"]: place["signed_by"] for place in before["places"]} == {"ketua": None, "penerima": None}
    made = aks("sign", NUMBER.lower(), "--as-field", "ketua", "--p12", "ketua.p12", "--passphrase-file", "sandi.txt")
    assert made.code == 0, made.err
    assert "oleh Bambang Setyadi: rtl-puskesmas-2026-2-bertanda-tangan.pdf" in made.out and "masih kosong: penerima" in made.out
    copied = folder / "rtl-puskesmas-2026-2-bertanda-tangan.pdf"
    assert stat.S_IMODE(copied.stat().st_mode) == 0o600
    assert [(s.field, s.is_intact) for s in read_signatures(copied.read_bytes())] == [("ketua", True)]
    listed = aks("sign", NUMBER, "--out", "lagi.pdf")
    assert "Bambang Setyadi" in listed.out and "WIB" in listed.out
    assert (folder / "lagi.pdf").read_bytes() == copied.read_bytes()


def test_the_passphrase_is_in_no_file_and_no_answer(aks: Aks, folder: Path, home: Path) -> None:
    made = aks("sign", NUMBER, "--as-field", "ketua", "--p12", "ketua.p12", "--passphrase-file", "sandi.txt", "--json")
    assert made.code == 0 and PASSPHRASE not in made.out + made.err
    found = [path.name for path in folder.rglob("*") if path.is_file() and PASSPHRASE.encode() in path.read_bytes()]
    assert found == ["sandi.txt"]


P12 = ("--p12", "ketua.p12")
SECRET = ("--passphrase-file", "sandi.txt")
WRONG = (
    (("RTL-3509-2026-2-DINKES.9",), 1, "tidak ada. Nomornya tercetak di kaki setiap halaman"),
    ((NUMBER, "--as-field", "ketua"), 2, "--as-field dan --p12 bersama-sama"),
    ((NUMBER, "--as-field", "ketua", "--p12", "tiada.p12", *SECRET), 1, "tiada.p12 tidak ada"),
    ((NUMBER, "--as-field", "ketua", *P12, "--passphrase-file", "ketua.p12"), 1, "UTF-8 satu baris"),
    ((NUMBER, "--as-field", "ketua", *P12), 1, "pakai --passphrase-file"),
    ((NUMBER, "--as-field", "ketua", "--p12", "sandi.txt", *SECRET), 1, "bukan PKCS#12"),
    ((NUMBER, "--as-field", "bupati", *P12, *SECRET), 1, "Ruang tanda tangan “bupati” tidak ada pada dokumen ini"),
    ((NUMBER, "--as-field", "ketua", *P12, *SECRET, "--out", "tiada/x.pdf"), 1, "Folder tiada"),
    ((NUMBER, "--as", "bidan.arjasa"), 1, "hanya untuk Sekretariat"),
)


def test_what_is_wrong_is_told_and_nothing_is_signed(aks: Aks, folder: Path) -> None:
    for arguments, code, told in WRONG:
        outcome = aks("sign", *arguments)
        assert outcome.code == code and told in outcome.err, (arguments, outcome.err)
    assert not list(folder.glob("*-bertanda-tangan.pdf"))
    assert {place["signed_by"] for place in aks("sign", NUMBER, "--json").json["places"]} == {None}
