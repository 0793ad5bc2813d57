"""Documents by their SHA-256: kept once, sealed, whole or not there; a changed, missing or unreadable one is a clear fault."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from audit.errors import Fault
from audit.store.files import Files, write_whole
from audit.store.sealed import Keyring

PROGRAM = Path(__file__).parents[2]
PAPER = b"Paket kasus Bunga Anggraini, NIK 3509225708249001" * 40


@pytest.fixture
def files(tmp_path: Path, keyring: Keyring) -> Files:
    return Files(tmp_path / "berkas", keyring)


def stored(tmp_path: Path) -> list[Path]:
    return sorted(p for p in (tmp_path / "berkas").rglob("*") if p.is_file())


def test_a_document_is_named_by_its_hash_sealed_on_disk_and_comes_back_the_same(files: Files, tmp_path: Path) -> None:
    name = files.put(PAPER)
    assert name == hashlib.sha256(PAPER).hexdigest()
    assert files.get(name) == PAPER
    assert files.has(name) and not files.has("0" * 64)
    (path,) = stored(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"Bunga" not in path.read_bytes() and b"35092" not in path.read_bytes()


def test_keeping_the_same_document_twice_changes_nothing(files: Files, tmp_path: Path) -> None:
    name = files.put(PAPER)
    before = [(p, p.read_bytes(), p.stat().st_mtime_ns) for p in stored(tmp_path)]
    assert files.put(PAPER) == name
    assert [(p, p.read_bytes(), p.stat().st_mtime_ns) for p in stored(tmp_path)] == before


def test_an_empty_document_can_be_kept(files: Files) -> None:
    assert files.get(files.put(b"")) == b""


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b[:-1] + bytes([b[-1] ^ 1]), lambda b: b"", lambda b: b[:5], lambda b: b"9" + b[1:]]
)
def test_a_document_that_was_changed_on_disk_is_a_fault(files: Files, tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    name = files.put(PAPER)
    (path,) = stored(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(Fault):
        files.get(name)


def test_one_document_in_the_place_of_another_is_a_fault(files: Files, tmp_path: Path) -> None:
    name, other = files.put(PAPER), files.put(b"lain")
    (tmp_path / "berkas" / name[:2] / name).write_bytes((tmp_path / "berkas" / other[:2] / other).read_bytes())
    with pytest.raises(Fault):
        files.get(name)


def test_a_missing_document_and_one_that_cannot_be_read_are_faults(files: Files, tmp_path: Path) -> None:
    with pytest.raises(Fault, match="tidak ada di folder berkas"):
        files.get("0" * 64)
    (tmp_path / "berkas" / "11" / ("1" * 64)).mkdir(parents=True)
    with pytest.raises(Fault, match="tidak dapat dibaca"):
        files.get("1" * 64)


def test_a_folder_that_cannot_be_made_is_a_fault(tmp_path: Path, keyring: Keyring) -> None:
    (tmp_path / "berkas").write_text("bukan folder")
    with pytest.raises(Fault, match="tidak dapat disimpan"):
        Files(tmp_path / "berkas", keyring).put(PAPER)


def test_a_full_disk_is_a_fault_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from audit.errors import Fault; from audit.store.files import Files; from audit.store.sealed import Keyring\n"
        "files = Files(Path(sys.argv[1]), Keyring(bytes(range(32))))\n"
        "files.put(b'kecil')\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: files.put(b'besar' * 1000)\n"
        "except Fault as fault: print(fault)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "berkas")], cwd=PROGRAM, capture_output=True, text=True, check=True)
    assert "tidak dapat disimpan" in done.stdout and "ruang disk" in done.stdout
    (kept,) = stored(tmp_path)
    assert kept.name == hashlib.sha256(b"kecil").hexdigest()


def test_writing_over_a_file_replaces_it_whole_and_a_failure_keeps_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "laporan.pdf"
    write_whole(path, b"lama")
    write_whole(path, b"baru", mode=0o600)
    assert path.read_bytes() == b"baru" and path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(TypeError):
        write_whole(path, "bukan bita")  # type: ignore[arg-type]
    assert path.read_bytes() == b"baru"
    assert [p.name for p in tmp_path.iterdir()] == ["laporan.pdf"]
