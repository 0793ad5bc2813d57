"""Writes the smallest workbook that Excel 97 would open: a compound file with one BIFF8 stream. Only for the tests of the reader."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def write_xls(path: Path, lines: Sequence[Sequence[Any]], *, has_password: bool = False) -> Path:
    """Texts as LABEL, numbers as NUMBER records. Source of the layout: [MS-XLS] and [MS-CFB]."""
    path.write_bytes(_compound(_workbook(lines, has_password=has_password)))
    return path


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _text(text: str, count: str) -> bytes:
    return struct.pack(count, len(text)) + b"\x01" + text.encode("utf-16-le")


def _workbook(lines: Sequence[Sequence[Any]], *, has_password: bool) -> bytes:
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    if has_password:
        begin += _record(0x002F, struct.pack("<HHH", 1, 1, 1) + b"\0" * 48)
    begin += _record(0x0042, struct.pack("<H", 1200))
    name = _text("Data", "<B")
    length = len(begin) + 4 + 6 + len(name) + 4
    globals_ = begin + _record(0x0085, struct.pack("<IBB", length, 0, 0) + name) + _record(0x000A)
    cells = b"".join(_cell(row, column, cell) for row, line in enumerate(lines) for column, cell in enumerate(line) if cell is not None)
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)) + cells + _record(0x000A)
    return globals_ + sheet


def _cell(row: int, column: int, cell: Any) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    return _record(0x0204, place + _text(cell, "<H")) if isinstance(cell, str) else _record(0x0203, place + struct.pack("<d", cell))


def _compound(stream: bytes) -> bytes:
    """Sector 0 is the table of sectors, 1 the directory, the stream from 2 on."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    sectors = len(stream) // _SECTOR
    assert sectors + 2 <= _SECTOR // 4
    table = [_FAT, _END, *range(3, sectors + 2), _END]
    fat = struct.pack(f"<{len(table)}I", *table).ljust(_SECTOR, b"\xff")
    root = _entry("Root Entry", 5, child=1, start=_END, size=0)
    directory = (root + _entry("Workbook", 2, child=_FREE, start=2, size=len(stream))).ljust(_SECTOR, b"\0")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16
    header += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    return header.ljust(_SECTOR, b"\xff") + fat + directory + stream


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", _FREE, _FREE, child)
    return text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links + b"\0" * 36 + struct.pack("<IQ", start, size)
