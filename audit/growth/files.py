"""A table read from CSV, XLSX or Parquet, and written whole or not at all. What its columns mean is in `audit.growth.table`."""

from __future__ import annotations

import csv
import errno
import io
import logging
import re
import secrets
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import xlsxwriter

from audit.errors import Refused
from audit.growth.table import KNOWN

FORMATS = ".csv, .tsv, .xlsx, atau .parquet"

MOST_UNPACKED_BYTES = 2 * 1024**3
"""A workbook that unpacks to more is a mistake or an attack."""

MOST_SHEET_ROWS = 1_048_575
"""What Excel can show below one header."""

TITLE_ROWS = 20
"""The header of a sheet is looked for this far down."""

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

_SAID_SEPARATOR = re.compile(r"sep=([,;\t])\n")
"""The first line that Excel writes, and hides, in some text tables."""

_LOCKED_OR_OLD = b"\xd0\xcf\x11\xe0"

logging.getLogger("fastexcel").setLevel(logging.ERROR)  # a column without any value is no news to the person


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text table was written, so that it can be written the same way."""

    encoding: str = "utf-8"
    separator: str = ","
    has_decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table, how it was written, and what a person calls its first row (2 below a header, 1 in a Parquet file)."""

    frame: pl.DataFrame
    dialect: Dialect
    first_row: int


def read_table(source: Path) -> Table:
    """The table in a file, its format told by the suffix. Text tables come as text, the others with their types.

    Raises Refused when the file is absent, empty, damaged, locked, of another format, or changes while it is read.
    """
    reader = _READERS.get(source.suffix.lower())
    if reader is None:
        raise Refused.because("unknown_format", f"Format berkas {source.name} tidak dikenal. Gunakan {FORMATS}.")
    try:
        before = source.stat()
        if not source.is_file():
            raise Refused.because("not_a_file", f"{source.name} bukan berkas.")
        if not before.st_size:
            raise Refused.because("empty_file", f"Berkas {source.name} kosong.")
        table = reader(source)
        after = source.stat()
    except FileNotFoundError:
        raise Refused.because("file_missing", f"Berkas {source.name} tidak ditemukan.") from None
    except OSError as error:
        raise Refused.because("file_unreadable", f"Berkas {source.name} tidak dapat dibaca: {_why(error)}.") from error
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise Refused.because("file_changed", f"Berkas {source.name} berubah selagi dibaca. Tutup program lain, lalu ulangi.")
    return table


def write_table(frame: pl.DataFrame, target: Path, dialect: Dialect) -> None:
    """Write the table in the format of the suffix: beside the target first, then in its place, so that no half file is ever seen.

    Raises Refused when the format is unknown, the rows are too many for a sheet, or the place cannot be written.
    """
    writer = _WRITERS.get(target.suffix.lower())
    if writer is None:
        raise Refused.because("unknown_format", f"Format berkas {target.name} tidak dikenal. Gunakan {FORMATS}.")
    beside = target.with_name(f".{target.stem}-{secrets.token_hex(4)}{target.suffix}")
    try:
        writer(frame, beside, dialect)
        beside.replace(target)
    except OSError as error:
        raise Refused.because("target_unwritable", f"Berkas {target.name} tidak dapat ditulis: {_why(error)}.") from error
    except pl.exceptions.PolarsError as error:  # what a full disk becomes on its way through polars
        raise Refused.because("target_unwritable", f"Berkas {target.name} tidak dapat ditulis: penulisan terputus.") from error
    finally:
        beside.unlink(missing_ok=True)


def _why(error: OSError) -> str:
    reasons = {
        errno.ENOSPC: "ruang penyimpanan penuh",
        errno.EACCES: "tidak ada izin",
        errno.EPERM: "tidak ada izin",
        errno.EROFS: "tempat itu hanya dapat dibaca",
        errno.ENOENT: "foldernya tidak ada",
        errno.ENOTDIR: "foldernya tidak ada",
        errno.EISDIR: "itu sebuah folder",
    }
    return reasons.get(error.errno or 0, f"galat sistem {error.errno}")


def _read_text(source: Path) -> Table:
    text, encoding = _decoded(source)
    said = _SAID_SEPARATOR.match(text)
    text = text[said.end() :] if said else text
    separator = said[1] if said else _separator(text.split("\n", 1)[0])
    content = io.BytesIO(text.encode("utf-8"))
    try:
        raw = pl.read_csv(content, has_header=False, separator=separator, infer_schema=False)
    except pl.exceptions.PolarsError:
        raise _uneven(text, separator, source.name) from None
    if not raw.height:
        raise Refused.because("empty_file", f"Berkas {source.name} kosong.")
    frame = _with_header(raw.slice(1), [cell or "" for cell in raw.row(0)], source.name)
    return Table(frame, Dialect(encoding, separator, separator != "," and _has_decimal_comma(frame)), first_row=3 if said else 2)


def _decoded(source: Path) -> tuple[str, str]:
    """The text of a file, its lines ended alike, and its encoding: by its mark, else UTF-8, else Windows-1252."""
    content = source.read_bytes()
    if content.startswith((b"PK\x03\x04", _LOCKED_OR_OLD)):
        raise Refused.because("not_text", f"{source.name} berisi buku kerja Excel, bukan CSV. Ganti akhiran namanya menjadi .xlsx.")
    marked = next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            if not text.strip():
                raise Refused.because("empty_file", f"Berkas {source.name} kosong.")
            return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n", encoding
    raise Refused.because("not_text", f"Isi {source.name} bukan teks CSV. Simpan ulang sebagai CSV UTF-8.")


def _separator(header_line: str) -> str:
    """The separator that shows most of the known columns in the header; of equals the one that cuts most."""

    def shows(separator: str) -> tuple[int, int]:
        names = [name.strip().lower() for name in next(csv.reader([header_line], delimiter=separator), [])]
        return len(set(names) & set(KNOWN)), len(names)

    return max((",", ";", "\t"), key=shows)


def _uneven(text: str, separator: str, name: str) -> Refused:
    """The refusal for a text table whose rows are not of one length, naming the first such row."""
    wanted = 0
    with suppress(csv.Error):
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=separator), start=1):
            wanted = wanted or len(row)
            if len(row) > wanted:
                found = f"Berkas {name}, baris {number}: ada {len(row)} kolom, padahal judulnya {wanted}."
                return Refused.because("uneven_row", f"{found} Periksa tanda pemisah dan kutip.")
    return Refused.because("damaged", f"Berkas {name} tidak dapat dibaca sebagai CSV. Periksa tanda kutip yang tidak ditutup.")


def _has_decimal_comma(frame: pl.DataFrame) -> bool:
    """Whether the measurements are written with a decimal comma."""
    measured = [name for name in frame.columns if name.strip().lower() in {"weight_kg", "height_cm", "head_cm", "muac_cm"}]
    return any(bool(frame[name].str.contains(r"^\s*\d+,\d+\s*$").any()) for name in measured)


def _with_header(frame: pl.DataFrame, header: Sequence[str], name: str) -> pl.DataFrame:
    """The rows under their own column names; a column without a name is called after its place."""
    names = [cell.strip() or f"kolom_{place}" for place, cell in enumerate(header, start=1)]
    twice = sorted({cell for cell in names if names.count(cell) > 1})
    if twice:
        raise Refused.because("column_twice", f"Berkas {name}: kolom {', '.join(twice)} ada dua kali atau lebih. Beri nama yang berbeda.")
    return frame.rename(dict(zip(frame.columns, names, strict=True)))


def _read_sheet(source: Path) -> Table:
    _refuse_bad_workbook(source)
    try:
        book = fastexcel.read_excel(source)
        sheet, row, header = _only_header({sheet: _first_rows(book, sheet) for sheet in book.sheet_names}, source.name)
        raw = book.load_sheet(sheet, header_row=None, skip_rows=row + 1, schema_sample_rows=None).to_polars()
    except fastexcel.FastExcelError as error:
        raise Refused.because("damaged", f"Buku kerja {source.name} rusak atau bukan XLSX yang sah. Simpan ulang dari Excel.") from error
    width = max(raw.width, len(header))
    frame = _with_dates(raw).with_columns(pl.lit(None, dtype=pl.String).alias(f"c{place}") for place in range(raw.width, width))
    return Table(_with_header(frame, [*header, *[""] * (width - len(header))], source.name), Dialect(), first_row=row + 2)


def _with_dates(frame: pl.DataFrame) -> pl.DataFrame:
    """Instants that are all at midnight are the dates a person typed."""
    midnight = [
        name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime) and bool((frame[name].dt.time() == time(0)).all())
    ]
    return frame.with_columns(pl.col(midnight).cast(pl.Date)) if midnight else frame


def _refuse_bad_workbook(source: Path) -> None:
    with source.open("rb") as file:
        start = file.read(4)
    if start == _LOCKED_OR_OLD:
        raise Refused.because(
            "locked", f"{source.name} dikunci kata sandi atau berformat Excel lama. Simpan ulang sebagai .xlsx tanpa sandi."
        )
    try:
        with zipfile.ZipFile(source) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise Refused.because("damaged", f"{source.name} bukan buku kerja XLSX yang sah. Simpan ulang dari Excel.") from error
    if unpacked > MOST_UNPACKED_BYTES:
        raise Refused.because("too_big", f"Isi {source.name} terlalu besar setelah dibuka. Gunakan CSV atau Parquet.")


def _first_rows(book: fastexcel.ExcelReader, sheet: str) -> list[tuple[str, ...]]:
    """The first rows of a sheet as text, from its very top."""
    top = book.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=TITLE_ROWS, dtypes="string").to_polars()
    return [tuple(cell or "" for cell in row) for row in top.iter_rows()]


def _only_header(tops: Mapping[str, Sequence[tuple[str, ...]]], name: str) -> tuple[str, int, tuple[str, ...]]:
    """The sheet and row that name the columns, and the names; titles may stand above.

    Where no row does, the first row that holds anything, so that the refusal can say what was found.
    Raises Refused when several sheets have such a row, or all are empty.
    """
    rows = [(sheet, place, row) for sheet, top in tops.items() for place, row in enumerate(top) if any(row)]
    fitting = [found for found in rows if {"sex", "weight_kg"} <= {cell.strip().lower() for cell in found[2]}]
    sheets = list(dict.fromkeys(sheet for sheet, _, _ in fitting))
    if len(sheets) > 1:
        raise Refused.because("two_sheets", f"{name} berisi data di lebih dari satu lembar ({', '.join(sheets)}). Sisakan satu.")
    if not rows:
        raise Refused.because("empty_file", f"Buku kerja {name} kosong.")
    return (fitting or rows)[0]


def _read_parquet(source: Path) -> Table:
    try:
        return Table(pl.read_parquet(source), Dialect(), first_row=1)
    except pl.exceptions.PolarsError as error:
        raise Refused.because("damaged", f"{source.name} bukan berkas Parquet yang sah.") from error


def _write_text(frame: pl.DataFrame, target: Path, dialect: Dialect) -> None:
    separator = "\t" if target.suffix.lower() == ".tsv" else dialect.separator
    content = frame.write_csv(separator=separator, decimal_comma=dialect.has_decimal_comma)
    target.write_bytes(content.encode(dialect.encoding))


# A text stays a text: no formula, no link. In memory, so that a full disk is met in one place.
_AS_IT_IS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}


def _write_sheet(frame: pl.DataFrame, target: Path, _: Dialect) -> None:
    if frame.height > MOST_SHEET_ROWS:
        raise Refused.because("too_many_rows", f"{frame.height} baris tidak muat dalam satu lembar Excel. Gunakan CSV atau Parquet.")
    plain: Mapping[Any, str] = {name: "General" for name, dtype in frame.schema.items() if dtype.is_numeric()}
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _AS_IT_IS) as book:
        frame.write_excel(book, worksheet="zscore", column_formats=plain, autofilter=False)
    target.write_bytes(content.getvalue())


def _write_parquet(frame: pl.DataFrame, target: Path, _: Dialect) -> None:
    frame.write_parquet(target)


_READERS: Mapping[str, Callable[[Path], Table]] = {
    ".csv": _read_text,
    ".tsv": _read_text,
    ".txt": _read_text,
    ".xlsx": _read_sheet,
    ".parquet": _read_parquet,
}

_WRITERS: Mapping[str, Callable[[pl.DataFrame, Path, Dialect], None]] = {
    ".csv": _write_text,
    ".tsv": _write_text,
    ".txt": _write_text,
    ".xlsx": _write_sheet,
    ".parquet": _write_parquet,
}
