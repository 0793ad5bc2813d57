"""Checking a registry file column by column: from text to values, every unusable cell a problem. What rows mean together is in rows.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from audit.steps.intake.columns import Column, Kind
from audit.steps.intake.rules import cells
from audit.steps.intake.rules.cells import EMPTY, Cell
from audit.steps.intake.rules.findings import Findings
from audit.steps.intake.rules.sheet import Sheet

_PLAIN_BELOW = 10_000.0
"""Numbers of at least this size are looked at one by one: they may be dates or telephone numbers."""

LYING, STANDING = 1, 2

_CHOICES: Mapping[Kind, tuple[Any, Mapping[str, Any]]] = {
    Kind.SEX: (
        pl.Boolean,
        {"l": True, "lk": True, "laki-laki": True, "laki": True, "laki laki": True, "lakilaki": True, "m": True, "male": True, "pria": True,
         "p": False, "pr": False, "perempuan": False, "f": False, "female": False, "wanita": False, "1": True, "2": False},
    ),
    Kind.POSITION: (
        pl.Int8,
        {"terlentang": LYING, "telentang": LYING, "l": LYING, "baring": LYING, "berbaring": LYING, "pb": LYING, "lying": LYING,
         "berdiri": STANDING, "h": STANDING, "tb": STANDING, "standing": STANDING},
    ),
    Kind.YES_NO: (
        pl.Boolean,
        {"ya": True, "y": True, "yes": True, "ada": True, "1": True, "tidak": False, "tdk": False, "t": False, "n": False, "no": False,
         "tidak ada": False, "0": False},
    ),
    Kind.GAIN: (
        pl.String,
        {"n": "N", "naik": "N", "ya": "N", "y": "N", "t": "T", "tidak naik": "T", "tidak": "T", "turun": "T", "o": "O",
         "tidak ditimbang": "O", "b": "B", "baru": "B", "-": None},
    ),
}  # fmt: skip


def read_columns(sheet: Sheet, findings: Findings) -> pl.DataFrame:
    """One typed column for every field of the layout that is used, null where empty or unusable, beside `row`.

    Texts are stripped; numbers are float64 inside their hard range; sex is true for male, false where
    the layout is of women only; position 1 lying, 2 standing.
    """
    made: dict[str, pl.Series] = {"row": sheet.rows["row"]}
    for column in sheet.header.layout.columns:
        if column.kind is Kind.IGNORED:
            continue
        if column.field not in sheet.rows.columns:
            if column.kind is Kind.NIK:
                header = pl.DataFrame({"row": [sheet.header.row + 1], "value": [None]}, schema={"row": pl.UInt32, "value": pl.String})
                findings.add("nik_missing", column.field, header)
            made[column.field] = pl.Series([None], dtype=_DTYPES[column.kind]).extend_constant(None, sheet.rows.height)[: sheet.rows.height]
            continue
        made[column.field] = _READERS[column.kind](_trimmed(sheet.rows[column.field]), column, sheet.rows["row"], findings)
    frame = pl.DataFrame({name: values.rename(name) for name, values in made.items()})
    return frame if "sex" in made else frame.with_columns(sex=pl.lit(False))


def _trimmed(text: pl.Series) -> pl.Series:
    """Ends stripped, doubled spaces and line breaks made one space, blank and dash null."""
    text = text.str.strip_chars()
    if text.str.contains_any(["  ", "\n", "\r", "\t", "\u00a0"]).any():
        text = text.str.replace_all(r"[\s\u00a0]+", " ").str.strip_chars()
    return text.set(text.is_in(["", "-", "--", "NULL", "null", "#N/A"]), None)


def _text(text: pl.Series, column: Column, rows: pl.Series, findings: Findings) -> pl.Series:
    return text


def _number(text: pl.Series, column: Column, rows: pl.Series, findings: Findings) -> pl.Series:
    pointed = text.str.replace(",", ".", literal=True) if text.str.contains(",", literal=True).any() else text
    plain = pointed.cast(pl.Float64, strict=False)
    if column.is_required:
        findings.add("measure_missing", column.field, _at(text.is_null(), rows, text))
    usable = (plain.abs() < _PLAIN_BELOW) & (plain != 0) & ~plain.is_in(list(cells.SENTINELS))
    if column.field in _ZERO_IS_A_VALUE:
        usable = (plain.abs() < _PLAIN_BELOW) & ~plain.is_in(list(cells.SENTINELS))
    values = _with_odd_cells(text, plain.set(~usable.fill_null(False), None), _read_number(column), column, rows, findings)
    if column.field == "birth_weight_kg":
        values = _in_kilograms(values)
    if column.hard is not None:
        low, high = column.hard
        outside = ((values < low) | (values > high)).fill_null(False)
        findings.add("out_of_range", column.field, _at(outside, rows, text))
        values = values.set(outside, None)
    if column.usual is not None:
        low, high = column.usual
        findings.add("unusual", column.field, _at(((values < low) | (values > high)).fill_null(False), rows, text))
    return values


_ZERO_IS_A_VALUE = frozenset({"waz", "haz", "whz", "gravida", "parity", "abortions"})


def _read_number(column: Column) -> Callable[[str], Cell[float]]:
    def read(text: str) -> Cell[float]:
        cell = cells.read_number(text)
        if cell.code == "zero" and column.field in _ZERO_IS_A_VALUE:
            return Cell(0.0)
        if cell.code == "phone_in_measure" and column.unit not in ("cm", "kg", "g/dL"):
            return Cell(code="out_of_range")
        return Cell(code=cell.code) if cell.code else cell

    return read


def _in_kilograms(values: pl.Series) -> pl.Series:
    """Birth weight is in kilograms in e-PPGBM and often in grams in lists made by hand: from 500 up it is grams."""
    return pl.select(pl.when((values >= 500) & (values <= 6000)).then(values / 1000).otherwise(values).alias(values.name)).to_series()


def _date(text: pl.Series, column: Column, rows: pl.Series, findings: Findings) -> pl.Series:
    nothing = pl.Series(text.name, [None], dtype=pl.Date).new_from_index(0, len(text))
    return _with_odd_cells(text, nothing, _read_date(column), column, rows, findings)


def _read_date(column: Column) -> Callable[[str], Cell[Any]]:
    """Dates that a row cannot do without refuse it; any other is only left out."""
    if column.field in ("birth_on", "measured_on"):
        return cells.read_date
    return lambda text: Cell(code="other_date_unreadable") if cells.read_date(text).code else cells.read_date(text)


def _nik(text: pl.Series, column: Column, rows: pl.Series, findings: Findings) -> pl.Series:
    bare = text.str.strip_chars("`'’")
    day = bare.str.slice(6, 2).cast(pl.Int16, strict=False)
    month = bare.str.slice(8, 2).cast(pl.Int16, strict=False)
    whole = bare.str.contains(r"^[1-9][0-9]{15}$") & ~bare.str.ends_with("0000") & month.is_between(1, 12)
    whole &= day.is_between(1, 31) | day.is_between(41, 71)
    niks = _with_odd_cells(text, bare.set(~whole.fill_null(False), None), cells.read_nik, column, rows, findings)
    findings.add("nik_missing", column.field, _at(text.is_null(), rows, text))
    return niks


def _choice(text: pl.Series, column: Column, rows: pl.Series, findings: Findings) -> pl.Series:
    dtype, words = _CHOICES[column.kind]
    code = "sex_unknown" if column.kind is Kind.SEX else "choice_unknown"

    def read(cell: str) -> Cell[Any]:
        plain = " ".join(cell.lower().strip(". ").split())
        if column.kind is not Kind.SEX and plain in EMPTY | {"0"} and plain not in words:
            return Cell()
        return Cell(words[plain]) if plain in words else Cell(code=code)

    nothing = pl.Series(text.name, [None], dtype=dtype).new_from_index(0, len(text))
    values = _with_odd_cells(text, nothing, read, column, rows, findings)
    if column.kind is Kind.SEX:
        findings.add("sex_unknown", column.field, _at(text.is_null(), rows, text))
    return values


def _phone(text: pl.Series, column: Column, rows: pl.Series, findings: Findings) -> pl.Series:
    plain = text.set(~text.str.contains(r"^0[0-9]{8,13}$").fill_null(False), None)
    return _with_odd_cells(text, plain, cells.read_phone, column, rows, findings)


def _age(text: pl.Series, column: Column, rows: pl.Series, findings: Findings) -> pl.Series:
    nothing = pl.Series(text.name, [None], dtype=pl.Int64).new_from_index(0, len(text))
    return _with_odd_cells(text, nothing, cells.read_age_months, column, rows, findings)


def _with_odd_cells(
    text: pl.Series, values: pl.Series, read: Callable[[str], Cell[Any]], column: Column, rows: pl.Series, findings: Findings
) -> pl.Series:
    """`values` with the cells filled in that are not plain: each different text is read once, what cannot be used becomes a problem."""
    odd = text.is_not_null() & values.is_null()
    if not odd.any():
        return values
    different = text.filter(odd).unique().to_list()
    read_cells = [read(one) for one in different]
    found = pl.DataFrame(
        {
            "text": pl.Series(different, dtype=pl.String),
            "found": pl.Series([c.value for c in read_cells], dtype=values.dtype),
            "code": pl.Series([c.code for c in read_cells], dtype=pl.String),
        }
    )
    at = pl.DataFrame({"text": text, "row": rows, "plain": values}).join(found, on="text", how="left", maintain_order="left")
    wrong = at.filter(pl.col("code").is_not_null() & odd).select("row", "code", value="text")
    for code in wrong["code"].unique().sort():
        findings.add(code, column.field, wrong.filter(pl.col("code") == code))
    return at.select(pl.coalesce("plain", pl.when(odd).then("found"))).to_series()


def _at(mask: pl.Series, rows: pl.Series, text: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"row": rows.filter(mask), "value": text.filter(mask)})


_READERS: Mapping[Kind, Callable[[pl.Series, Column, pl.Series, Findings], pl.Series]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.NIK: _nik,
    Kind.SEX: _choice,
    Kind.POSITION: _choice,
    Kind.YES_NO: _choice,
    Kind.GAIN: _choice,
    Kind.PHONE: _phone,
    Kind.AGE: _age,
}

_DTYPES: Mapping[Kind, Any] = {
    Kind.TEXT: pl.String,
    Kind.NUMBER: pl.Float64,
    Kind.DATE: pl.Date,
    Kind.NIK: pl.String,
    Kind.SEX: pl.Boolean,
    Kind.POSITION: pl.Int8,
    Kind.YES_NO: pl.Boolean,
    Kind.GAIN: pl.String,
    Kind.PHONE: pl.String,
    Kind.AGE: pl.Int64,
}
