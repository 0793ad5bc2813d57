"""Identity at rest: encrypted columns, the blind index that finds them again, and the key file that both need.

A sealed value is `1` + nonce (12 bytes) + AES-256-GCM ciphertext and tag. The key file lies outside the database, mode 0600.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from audit.errors import Fault
from audit.store.canonical import canonical_json

_VERSION = b"\x01"
_NONCE = 12


class Keyring:
    """The keys derived from one master key (32 bytes): for columns and files, for the blind index, for fingerprints."""

    def __init__(self, master: bytes) -> None:
        if len(master) != 32:
            raise Fault("Berkas kunci tidak berisi kunci 256 bit.")
        self._seal = AESGCM(_derive(master, b"seal"))
        self._index = _derive(master, b"index")
        self._fingerprint = _derive(master, b"fingerprint")

    def seal(self, plain: bytes, *, about: bytes = b"") -> bytes:
        """`plain` encrypted; `about` (the column or the file) must be given again to open it."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._seal.encrypt(nonce, plain, about)

    def open(self, sealed: bytes, *, about: bytes = b"") -> bytes:
        """What was sealed. Raises Fault with another key, for another `about`, or when a byte was changed."""
        if sealed[:1] != _VERSION or len(sealed) <= 1 + _NONCE:
            raise Fault("Data tersandi tidak dikenal bentuknya; berkas atau basis data mungkin rusak.")
        try:
            return self._seal.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], about)
        except InvalidTag:
            raise Fault("Data tersandi tidak dapat dibuka dengan kunci ini. Pasang berkas kunci yang asli, lalu ulangi.") from None

    def blind_index(self, *parts: str) -> str:
        """A keyed hash of the parts (32 hexadecimal digits): equal for equal parts, tells nothing without the key."""
        return hmac.digest(self._index, "\x1f".join(parts).encode(), "sha256")[:16].hex()

    def blind_indexes(self, values: Iterable[str | None]) -> list[str | None]:
        """`blind_index` of each value, None for None or an empty one; for whole columns."""
        key = self._index
        return [hmac.digest(key, v.encode(), "sha256")[:16].hex() if v else None for v in values]

    def fingerprint(self, value: Any) -> str:
        """A keyed hash of any JSON value: puts content into the history without writing it there."""
        return hmac.digest(self._fingerprint, canonical_json(value), "sha256").hex()


def make_key_file(path: Path) -> None:
    """Write a new random key, mode 0600, whole or not at all; never over an existing one (FileExistsError). Raises Fault on a full disk."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".kunci-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(base64.b64encode(os.urandom(32)) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(beside, path)  # unlike a rename it never replaces a key that is there
        finally:
            os.unlink(beside)
    except FileExistsError:
        raise
    except OSError as error:
        raise Fault(f"Berkas kunci {path.name} tidak dapat ditulis: {error.strerror}. Periksa ruang disk dan hak akses.") from None


def read_key_file(path: Path) -> Keyring:
    """The keyring of a key file. Raises Fault when it is missing, readable by others, or not a key."""
    try:
        mode = path.stat().st_mode
        text = path.read_bytes()
    except FileNotFoundError:
        raise Fault(
            f"Berkas kunci {path.name} tidak ada. Kembalikan dari cadangan; tanpa kunci itu identitas tidak dapat dibaca "
            "(data tidak hilang). Untuk pemasangan baru jalankan: aks init"
        ) from None
    except OSError as error:
        raise Fault(f"Berkas kunci {path.name} tidak dapat dibaca: {error.strerror}.") from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Fault(f"Berkas kunci {path.name} dapat dibaca orang lain. Perbaiki dengan: chmod 600 {path.name}")
    try:
        return Keyring(base64.b64decode(text.strip(), validate=True))
    except ValueError:
        raise Fault(f"Berkas kunci {path.name} bukan kunci AKS yang utuh. Kembalikan dari cadangan.") from None


def keyring_of(dialect: Dialect) -> Keyring:
    """The keyring that `audit.store.session.make_engine` hung on the engine's dialect."""
    keyring: Keyring | None = getattr(dialect, "aks_keyring", None)
    if keyring is None:
        raise Fault("Basis data dibuka tanpa kunci; ini kesalahan program.")
    return keyring


class SealedText(TypeDecorator[str]):
    """A text encrypted at rest. None stays NULL."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).seal(value.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring_of(dialect).open(value).decode()


class SealedJson(TypeDecorator[Any]):
    """A JSON value encrypted at rest (canonical form). None stays NULL; change it by assigning a new value."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).seal(canonical_json(value))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(keyring_of(dialect).open(value))


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=b"audit-kasus-stunting", info=purpose).derive(master)
