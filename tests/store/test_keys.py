"""The key file and what it seals: whole, private, never replaced; a wrong, missing or damaged key is a clear fault."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import Fault
from audit.store.sealed import Keyring, make_key_file, read_key_file

PROGRAM = Path(__file__).parents[2]


def test_a_new_key_is_private_random_and_opens_what_it_sealed(tmp_path: Path) -> None:
    first, second = tmp_path / "a.key", tmp_path / "b.key"
    make_key_file(first)
    make_key_file(second)
    assert first.stat().st_mode & 0o777 == 0o600
    assert first.read_bytes() != second.read_bytes()
    assert len(base64.b64decode(first.read_bytes())) == 32
    assert read_key_file(first).open(read_key_file(first).seal(b"Sekar Ayu")) == b"Sekar Ayu"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.key", "b.key"]


def test_an_existing_key_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "kunci.key"
    make_key_file(path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        make_key_file(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["kunci.key"]


def test_a_disk_that_takes_no_key_leaves_no_half_a_key(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys; from pathlib import Path; from audit.store.sealed import make_key_file\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        "from audit.errors import Fault\n"
        "try: make_key_file(Path(sys.argv[1]))\n"
        "except Fault as fault: print(fault)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "kunci.key")], cwd=PROGRAM, capture_output=True, text=True, check=True
    )
    assert "tidak dapat ditulis" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "kunci.key"
    make_key_file(path)
    path.chmod(mode)
    with pytest.raises(Fault, match="chmod 600"):
        read_key_file(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", base64.b64encode(bytes(31)), base64.b64encode(bytes(33)), base64.b64encode(bytes(32))[:-3], b"\xff" * 44, b"bukan kunci"],
)
def test_a_key_that_is_not_whole_is_a_fault(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "kunci.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(Fault, match="kunci"):
        read_key_file(path)


def test_a_missing_key_says_that_nothing_is_lost_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"tidak ada.*cadangan.*data tidak hilang"):
        read_key_file(tmp_path / "kunci.key")


def test_a_folder_in_place_of_the_key_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="tidak dapat dibaca"):
        read_key_file(tmp_path)


def test_the_same_value_is_sealed_differently_every_time_and_only_for_its_purpose(keyring: Keyring) -> None:
    assert keyring.seal(b"Bunga") != keyring.seal(b"Bunga")
    sealed = keyring.seal(b"Bunga", about=b"a")
    assert keyring.open(sealed, about=b"a") == b"Bunga"
    with pytest.raises(Fault):
        keyring.open(sealed, about=b"b")


def test_another_key_opens_nothing(keyring: Keyring) -> None:
    with pytest.raises(Fault, match="berkas kunci yang asli"):
        Keyring(os.urandom(32)).open(keyring.seal(b"Bunga"))


@given(st.data())
def test_a_sealed_value_with_any_byte_changed_or_cut_is_a_fault(data: st.DataObject) -> None:
    ring = Keyring(bytes(range(32)))
    sealed = ring.seal(data.draw(st.binary(max_size=50)))
    if data.draw(st.booleans()):
        broken = sealed[: data.draw(st.integers(0, len(sealed) - 1))]
    else:
        place = data.draw(st.integers(0, len(sealed) - 1))
        broken = sealed[:place] + bytes([sealed[place] ^ data.draw(st.integers(1, 255))]) + sealed[place + 1 :]
    with pytest.raises(Fault):
        ring.open(broken)


def test_the_blind_index_finds_equal_parts_and_says_nothing_without_the_key(keyring: Keyring) -> None:
    assert keyring.blind_index("3509225708249001") == keyring.blind_index("3509225708249001")
    assert keyring.blind_index("a", "bc") != keyring.blind_index("ab", "c")
    assert keyring.blind_index("3509225708249001") != Keyring(bytes(32)).blind_index("3509225708249001")
    assert keyring.blind_indexes(["3509225708249001", "", None]) == [keyring.blind_index("3509225708249001"), None, None]


def test_a_fingerprint_depends_on_the_content_and_on_the_key_but_not_on_the_order(keyring: Keyring) -> None:
    assert keyring.fingerprint({"a": 1, "b": "é"}) == keyring.fingerprint({"b": "é", "a": 1})
    assert keyring.fingerprint({"a": 1}) != keyring.fingerprint({"a": 2})
    assert keyring.fingerprint({"a": 1}) != Keyring(bytes(32)).fingerprint({"a": 1})
