"""Documents kept by the SHA-256 of their content, encrypted, written once and never replaced."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from audit.errors import Fault
from audit.store.canonical import sha256_hex
from audit.store.sealed import Keyring


class Files:
    """The documents of one home. A file that is there is whole: it is written beside and moved into place."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self._folder = folder
        self._keyring = keyring

    def put(self, content: bytes) -> str:
        """Keep `content` and return its SHA-256 (64 hex digits). Keeping it twice changes nothing. Raises Fault on a full disk."""
        name = sha256_hex(content)
        path = self._path(name)
        if not path.exists():
            try:
                write_whole(path, self._keyring.seal(content, about=name.encode()), mode=0o600)
            except OSError as error:
                raise Fault(f"Dokumen tidak dapat disimpan: {error.strerror}. Periksa ruang disk dan hak akses.") from None
        return name

    def get(self, name: str) -> bytes:
        """The document with this SHA-256. Raises Fault when it is missing or was changed."""
        try:
            sealed = self._path(name).read_bytes()
        except FileNotFoundError:
            raise Fault(f"Dokumen {name[:12]} tidak ada di folder berkas. Kembalikan dari cadangan.") from None
        except OSError as error:
            raise Fault(f"Dokumen {name[:12]} tidak dapat dibaca: {error.strerror}. Periksa hak akses folder berkas.") from None
        content = self._keyring.open(sealed, about=name.encode())
        if sha256_hex(content) != name:
            raise Fault(f"Dokumen {name[:12]} berubah sejak disimpan. Kembalikan dari cadangan.")
        return content

    def has(self, name: str) -> bool:
        return self._path(name).exists()

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that it is either whole or not there; its folder is made where it is missing. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path, mode=mode) as file:
        file.write(content)


@contextmanager
def whole_file(path: Path, *, mode: int) -> Iterator[BinaryIO]:
    """A file to write to that appears under its name when it is whole, and not at all when something fails. Raises OSError.

    It is written beside, flushed to disk, then renamed. mode: the rights it appears with.
    """
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".tulis-")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, mode)
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
