"""What is refused before a file is opened, and the bytes of one that is not. What is inside a table is not looked at."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from audit.errors import Refused

LARGEST_FILE = 300 * 1024 * 1024
LARGEST_CONTENT = 3 * 1024**3
"""A workbook of a large kabupaten unpacks to about a quarter of a gigabyte."""

HIGHEST_RATIO = 200
RATIO_COUNTS_FROM = 50 * 1024 * 1024
"""Sheets of numbers pack to a tenth or a twentieth; a part that packs better than this and is large was made to do harm."""

_INFLATE_STEP = 1 << 20
_BLANK = b"\0 \t\r\n\xef\xbb\xbf"
_FILEPASS, _RECORDS_BEFORE_FILEPASS = 0x2F, 4
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


class Form(StrEnum):
    """How the bytes are arranged, as their content says; the suffix is not asked."""

    WORKBOOK = "workbook"
    HTML = "html"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file, read once. sha256: 64 hexadecimal digits."""

    name: str
    data: bytes
    sha256: str
    form: Form


def read_content(path: Path) -> Content:
    """The content of a registry file. Refused, in Indonesian, for everything that cannot be one or is not safe to open."""
    before = _stat(path)
    if stat.S_ISDIR(before.st_mode):
        raise Refused.because("is_folder", f"{path.name} adalah folder; sebutkan berkasnya.")
    if not stat.S_ISREG(before.st_mode):
        raise Refused.because("not_a_file", f"{path.name} bukan berkas biasa.")
    if before.st_size > LARGEST_FILE:
        size = round(before.st_size / 1024**2)
        raise Refused.because(
            "too_large", f"{path.name} berukuran {size} MB; paling besar 300 MB. Pecah per kecamatan, lalu muat satu per satu."
        )
    try:
        data = path.read_bytes()
    except PermissionError:
        raise Refused.because("no_permission", f"{path.name} tidak boleh dibaca oleh pengguna ini; periksa hak aksesnya.") from None
    except OSError as error:
        raise Refused.because("unreadable", f"{path.name} tidak dapat dibaca: {error.strerror}.") from None
    if _identity(before) != _identity(_stat(path)) or len(data) != before.st_size:
        raise _changed(path)
    return Content(path.name, data, hashlib.sha256(data).hexdigest(), form_of(path.name, data))


def check_unchanged(path: Path, content: Content) -> None:
    """Refused when the file is no longer the one that was read: somebody is still writing it."""
    try:
        now = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        raise _changed(path) from None
    if now != content.sha256:
        raise _changed(path)


def _changed(path: Path) -> Refused:
    return Refused.because("changed_while_read", f"{path.name} berubah selagi dibaca; tunggu sampai selesai disimpan, lalu ulangi.")


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except FileNotFoundError:
        raise Refused.because("missing_file", f"{path.name} tidak ada di folder itu; periksa nama dan letaknya.") from None
    except PermissionError:
        raise Refused.because("no_permission", f"{path.name} tidak boleh dibaca oleh pengguna ini; periksa hak aksesnya.") from None
    except (OSError, ValueError):
        raise Refused.because("unreadable", "Nama berkas itu tidak dapat dibuka; periksa nama dan letaknya.") from None


def _identity(found: os.stat_result) -> tuple[int, int, int, int]:
    return found.st_ino, found.st_dev, found.st_size, found.st_mtime_ns


def form_of(name: str, data: bytes) -> Form:
    """How the bytes of a registry file are arranged. Refused, in Indonesian, when they cannot be one, or are not safe to open."""
    if not data[:65536].strip(_BLANK) and not data.strip(_BLANK):
        raise Refused.because("empty_file", f"{name} kosong.")
    if data.startswith(b"PK"):
        _check_zip(name, data)
        return Form.WORKBOOK
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data or _is_locked_xls(data):
            raise password_protected(name)
        return Form.WORKBOOK
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Form.TEXT
    if start.startswith(b"<"):
        if b"schemas-microsoft-com:office:spreadsheet" in start:
            raise Refused.because("xml_spreadsheet", f"{name} adalah XML Spreadsheet 2003; buka di Excel, lalu simpan sebagai .xlsx.")
        return Form.HTML
    if b"\0" in data[:65536] or start.startswith((b"%pdf", b"{\\rtf")):
        raise not_a_workbook(name)
    return Form.TEXT


def _is_locked_xls(data: bytes) -> bool:
    """Whether the first records of an old workbook say that the rest is encrypted. Source: [MS-CFB] 2.2 and 2.6, [MS-XLS] 2.4.117."""
    entry = data.find("Workbook\0".encode("utf-16-le"))
    if entry < 0 or len(data) < entry + 120:
        return False
    sector_size = 1 << min(data[30], 12)
    at = (int.from_bytes(data[entry + 116 : entry + 120], "little") + 1) * sector_size
    for _ in range(_RECORDS_BEFORE_FILEPASS):
        if int.from_bytes(data[at : at + 2], "little") == _FILEPASS:
            return True
        at += 4 + int.from_bytes(data[at + 2 : at + 4], "little")
    return False


def not_a_workbook(name: str) -> Refused:
    """The file is something else altogether."""
    return Refused.because(
        "not_a_workbook", f"{name} bukan buku kerja atau tabel; yang dapat dimuat: .xlsx, .xls, .csv, .tsv, dan tabel HTML."
    )


def password_protected(name: str) -> Refused:
    """The workbook needs a password to be opened."""
    return Refused.because("password", f"{name} dilindungi kata sandi; buka di Excel, hapus kata sandinya, simpan, lalu ulangi.")


def damaged(name: str) -> Refused:
    """The workbook cannot be read to its end."""
    return Refused.because("damaged", f"{name} rusak atau terpotong; unduh atau simpan ulang, lalu ulangi.")


def _check_zip(name: str, data: bytes) -> None:
    """Refuse what is not a workbook, and what would unpack to more than it says or more than is reasonable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise damaged(name) from None
    if not any(part.filename.startswith("xl/") for part in parts):
        raise not_a_workbook(name)
    if any(part.flag_bits & 1 for part in parts):
        raise password_protected(name)
    bomb = Refused.because("zip_bomb", f"{name} mengembang tidak wajar ketika dibuka, jadi tidak dibuka; simpan ulang dari Excel.")
    if sum(part.file_size for part in parts) > LARGEST_CONTENT:
        raise bomb
    for part in parts:
        if part.file_size > RATIO_COUNTS_FROM and part.file_size > HIGHEST_RATIO * max(1, part.compress_size):
            raise bomb
        if not _unpacks_as_said(data, part):
            raise bomb


def _unpacks_as_said(data: bytes, part: zipfile.ZipInfo) -> bool:
    """Whether a part holds no more than its header says: a liar would get past every limit. Nothing is kept in memory."""
    if part.compress_type != zipfile.ZIP_DEFLATED:
        return part.compress_type == zipfile.ZIP_STORED and part.compress_size <= max(part.file_size, 0)
    at = part.header_offset
    start = at + 30 + int.from_bytes(data[at + 26 : at + 28], "little") + int.from_bytes(data[at + 28 : at + 30], "little")
    inflate, left, given = zlib.decompressobj(-15), memoryview(data)[start : start + part.compress_size], 0
    try:
        feed: bytes | memoryview = left
        while True:
            given += len(inflate.decompress(feed, _INFLATE_STEP))
            if given > part.file_size:
                return False
            feed = inflate.unconsumed_tail
            if inflate.eof or not feed:
                return True
    except zlib.error:
        return True  # damaged, not a bomb: reading it will say so
