"""Reading one cell that is not written in the plain way: dates, numbers, NIK, telephone numbers. Whole columns are in check.py."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")

FIRST_YEAR, LAST_YEAR = 1900, 2100
EXCEL_EPOCH = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 15_000, 73_050
"""Excel days taken for a date: 1941 to 2099."""

SENTINELS = frozenset({8888.0, 888.8, 888.88, 9999.0, 999.9, 999.99, 99999.0})
"""Numbers that source systems write for "not measured". Source: real e-PPGBM and Elsimil files."""

EMPTY = frozenset({"", "-", "--", "null", "none", "nan", "n/a", "na", "#n/a", "nil", "."})
"""What people write for nothing, in lower case."""

MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan januari january", "feb febr februari february pebruari peb", "mar mrt maret march", "apr april", "mei may",
         "jun juni june", "jul juli july", "agu ags agt agst aug agustus august", "sep sept september", "okt oct oktober october",
         "nov november nopember nop", "des dec desember december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4})(?:[ T]\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)?")
_NAMED = re.compile(r"(?:[a-z']+,\s*)?(\d{1,2})[-/. ]*([a-z]+)[-/., ]*(\d{4})")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d{1,2})?")
_UNIT = re.compile(r"\s*(?:kg|kilo|gram|gr|g|cm|g/dl|gr%|g%|minggu|mgg|bulan|bln|sd)\.?$")
_PHONE = re.compile(r"(?:0|62|8)\d{8,13}")


@dataclass(frozen=True, slots=True)
class Cell(Generic[T]):
    """What became of a cell: a value, or the code of the problem; both None for an empty cell, both set when used with a remark."""

    value: T | None = None
    code: str | None = None


def read_date(text: str) -> Cell[date]:
    """A day from any way it is written in registry files; day before month. Codes: date_invalid, date_impossible."""
    plain = _plain(text)
    if plain in EMPTY:
        return Cell()
    if serial := re.fullmatch(r"(\d{4,6})(?:[.,]\d+)?", plain):
        return _from_serial(int(serial[1]))
    if iso := _ISO.fullmatch(plain):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if day_first := _DAY_FIRST.fullmatch(plain):
        return _day(int(day_first[3]), int(day_first[2]), int(day_first[1]))
    if (named := _NAMED.fullmatch(plain)) and named[2] in MONTHS:
        return _day(int(named[3]), MONTHS[named[2]], int(named[1]))
    return Cell(code="date_invalid")


def read_number(text: str) -> Cell[float]:
    """A measure: decimal comma or point, a unit behind it. Codes: not_a_number, sentinel, zero, date_in_measure, phone_in_measure."""
    plain = _plain(text)
    if plain in EMPTY:
        return Cell()
    digits = re.sub(r"[ .+()/-]", "", plain)
    if _PHONE.fullmatch(digits):
        return Cell(code="phone_in_measure")
    if _ISO.fullmatch(plain) or _DAY_FIRST.fullmatch(plain):
        return Cell(code="date_in_measure")
    bare = _UNIT.sub("", plain).replace(" ", "")
    if not _NUMBER.fullmatch(bare):
        return Cell(code="not_a_number")
    value = float(bare.replace(",", "."))
    return Cell(value, code_of_number(value))


def code_of_number(value: float) -> str | None:
    """zero, sentinel or date_in_measure for numbers that are not a measure, else None."""
    if value == 0:
        return "zero"
    if value in SENTINELS:
        return "sentinel"
    return "date_in_measure" if value.is_integer() and FIRST_SERIAL <= value <= LAST_SERIAL else None


def read_nik(text: str) -> Cell[str]:
    """The 16 digits of a NIK. Codes: nik_masked, nik_digits_lost, nik_invalid. An empty cell is neither value nor problem."""
    plain = _plain(text).strip("`'’‘´\"= ")
    if plain in EMPTY or plain == "0":
        return Cell()
    if "*" in plain or re.fullmatch(r"\d{2,12}[x#•]{3,}\d*", plain):
        return Cell(code="nik_masked")
    if number := re.fullmatch(r"(\d)[.,]?(\d*)e\+?(\d+)", plain):
        digits = number[1] + number[2]
        if number[3] == "15" and len(digits) == 16:
            return _checked_nik(digits)
        return Cell(code="nik_digits_lost")
    if re.fullmatch(r"\d{15}0[.,]0+", plain):
        return Cell(code="nik_digits_lost")  # Excel keeps 15 digits of a number
    return _checked_nik(re.sub(r"[.,]0+$", "", plain).replace(" ", "").replace(".", "").replace("-", ""))


def nik_birth(nik: str) -> tuple[int, int, int, bool] | None:
    """Day, month, two-digit year and whether male, as written in the 16 digits; None when there is no such day.

    Digits 7 to 12 are ddmmyy, the day plus 40 for a woman. Source: the structure of the NIK.
    """
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    is_male = day <= 40
    day = day if is_male else day - 40
    return (day, month, year, is_male) if 1 <= day <= 31 and 1 <= month <= 12 else None


def read_phone(text: str) -> Cell[str]:
    """The first telephone number in the cell, digits only. Codes: two_phones (with the value), phone_invalid."""
    plain = _plain(text).strip("`'’= ")
    if plain in EMPTY or plain == "0":
        return Cell()
    parts = [re.sub(r"[^\d]", "", part) for part in re.split(r"[/;,&|]|\bdan\b|\batau\b|\s{2,}|\s(?=0)", plain)]
    numbers = [part for part in parts if 8 <= len(part) <= 15]
    if not numbers:
        return Cell(code="phone_invalid")
    first = "0" + numbers[0] if numbers[0].startswith("8") else numbers[0]
    return Cell(first, "two_phones" if len(numbers) > 1 else None)


def read_age_months(text: str) -> Cell[int]:
    """Completed months from `1 Tahun - 3 Bulan - 5 Hari`, `15 bln` or a bare number. Code: age_unreadable."""
    plain = _plain(text)
    if plain in EMPTY:
        return Cell()
    if re.fullmatch(r"\d{1,3}([.,]\d+)?", plain):
        return Cell(int(float(plain.replace(",", "."))))
    parts = {unit: number for number, unit in re.findall(r"(\d{1,4})\s*(tahun|thn|th|bulan|bln|bl|hari|hr)", plain)}
    if not parts:
        return Cell(code="age_unreadable")
    years = next((int(parts[u]) for u in ("tahun", "thn", "th") if u in parts), 0)
    months = next((int(parts[u]) for u in ("bulan", "bln", "bl") if u in parts), 0)
    return Cell(years * 12 + months)


def _plain(text: str) -> str:
    """Lower case, odd spaces made plain, ends stripped."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def _checked_nik(digits: str) -> Cell[str]:
    if not (len(digits) == 16 and digits.isascii() and digits.isdigit()):
        return Cell(code="nik_invalid")
    if digits.endswith("0000"):
        return Cell(code="nik_digits_lost")
    return Cell(digits) if nik_birth(digits) and not digits.startswith("0") else Cell(code="nik_invalid")


def _from_serial(serial: int) -> Cell[date]:
    if FIRST_SERIAL <= serial <= LAST_SERIAL:
        return Cell(EXCEL_EPOCH + timedelta(days=serial))
    return Cell(code="date_impossible" if serial > LAST_SERIAL else "date_invalid")


def _day(year: int, month: int, day: int) -> Cell[date]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Cell(code="date_impossible")
    try:
        return Cell(date(year, month, day))
    except ValueError:
        return Cell(code="date_impossible")
