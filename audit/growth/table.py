"""A table of children with their z-scores, flags and categories added. How a file becomes a table, and back, is in `audit.growth.files`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from audit.errors import Reason, Refused
from audit.growth.ages import LAST_DAY, Floats, age_days
from audit.growth.categories import CATEGORIES, MISSING, MUAC_CATEGORIES, OEDEMA_CATEGORY, Category, Codes, category, muac_category
from audit.growth.cells import OEDEMA, POSITION, SEX, Column, Parsed, Problem, codes, dates, in_order, numbers, outside
from audit.growth.indices import Position, Scores, score
from audit.growth.standards import Index

NUMBER_COLUMNS: Mapping[str, str] = {
    "weight_kg": "berat badan dalam kg, lebih dari 0",
    "height_cm": "panjang atau tinggi badan dalam cm, lebih dari 0",
    "head_cm": "lingkar kepala dalam cm, lebih dari 0",
    "muac_cm": "lingkar lengan atas dalam cm, lebih dari 0",
}
"""The measured columns and what a cell must hold."""

NEEDED = ("sex", "weight_kg", "height_cm")
AGE_NEEDED = "age_days, atau birth_date dan measured_on"
KNOWN = (*NEEDED, "age_days", "birth_date", "measured_on", "position", "oedema", "head_cm", "muac_cm")

ADDED: tuple[str, ...] = (
    *(index.value for index in Index),
    *(f"{index.value}_flag" for index in Index),
    *(f"{name}_{kind}" for name in (*(index.value for index in CATEGORIES), "muac", "oedema") for kind in ("category", "label")),
)
"""The columns that are added, in this order."""

AGE_EXPECTED = f"umur 0 sampai {LAST_DAY} hari"


@dataclass(frozen=True, slots=True)
class Scored:
    """The table with the added columns, what could not be used, and how many z-scores of each index there are."""

    frame: pl.DataFrame
    problems: Sequence[Problem]
    computed: Mapping[str, int]


def add_scores(frame: pl.DataFrame, *, first_row: int) -> Scored:
    """Every row and column of the table, in order, and after them `ADDED`; a missing z, its flag and its category are null.

    frame: columns sex (L/P, m/f, 1/2), age_days or birth_date and measured_on, weight_kg, height_cm; optional position
    (l/h, Terlentang/Berdiri), oedema (y/n), head_cm, muac_cm. Names in any case, values as text or as numbers and dates. Where age_days
    is empty the dates are used.
    first_row: what the person calls the first row of the table.
    Raises Refused when a column is absent, stands twice, or has the name of an added one, or when there is no row.
    """
    columns = _columns(frame, first_row)
    problems: list[Problem] = []

    def take(parsed: Parsed) -> Floats:
        problems.extend(parsed[1])
        return parsed[0]

    def words(name: str, meaning: Mapping[str, float], expected: str) -> Floats:
        return take(codes(columns[name], meaning, expected)) if name in columns else np.full(frame.height, np.nan)

    measured: dict[str, Floats | None] = dict.fromkeys(NUMBER_COLUMNS)
    for name, expected in NUMBER_COLUMNS.items():
        if name in columns:
            values = take(numbers(columns[name], expected))
            problems += outside(columns[name], values, values > 0, "not_positive", expected)
            measured[name] = values
    is_male = words("sex", SEX, "L atau P")
    position = np.nan_to_num(words("position", POSITION, "l (terlentang) atau h (berdiri)"), nan=float(Position.UNKNOWN))
    has_oedema = words("oedema", OEDEMA, "y atau n")
    age, age_problems = _age(columns, frame.height)
    problems += age_problems

    weight, height = measured["weight_kg"], measured["height_cm"]
    assert weight is not None and height is not None  # `_columns` refuses a table without them
    scores = score(
        age_days=age,
        is_male=is_male,
        weight_kg=weight,
        height_cm=height,
        position=position.astype(np.int8),
        has_oedema=has_oedema,
        head_cm=measured["head_cm"],
        muac_cm=measured["muac_cm"],
    )
    added = _score_columns(scores) + _category_columns(scores, measured["muac_cm"], age, has_oedema == 1)
    computed = {index.value: int((~np.isnan(scores.z(index))).sum()) for index in Index}
    return Scored(frame.hstack(added), in_order(problems), computed)


def _columns(frame: pl.DataFrame, first_row: int) -> dict[str, Column]:
    """The known columns by their plain name. Raises Refused with every fault of the header at once."""
    names = [name.strip().lower() for name in frame.columns]
    faults = []
    for wanted in NEEDED:
        if wanted not in names:
            faults.append(_fault("column_missing", f"Kolom {wanted} tidak ada."))
    if "age_days" not in names and not {"birth_date", "measured_on"} <= set(names):
        faults.append(_fault("column_missing", f"Kolom umur tidak ada: dibutuhkan {AGE_NEEDED}."))
    faults += [_fault("column_twice", f"Kolom {name} ada dua kali atau lebih; sisakan satu.") for name in KNOWN if names.count(name) > 1]
    taken = [name for name in ADDED if name in names]
    if taken:
        faults.append(_fault("column_taken", f"Nama kolom ini akan ditambahkan tetapi sudah ada: {', '.join(taken)}. Ganti namanya dulu."))
    if faults:
        faults.append(_fault("columns_found", f"Kolom yang ditemukan: {', '.join(name or '(tanpa nama)' for name in frame.columns)}."))
        raise Refused(*faults)
    if not frame.height:
        raise Refused.because("no_rows", "Berkas ini hanya berisi judul kolom, tanpa satu pun baris data.")
    return {
        name: Column(as_written, frame[as_written], first_row)
        for name, as_written in zip(names, frame.columns, strict=True)
        if name in KNOWN
    }


def _fault(code: str, sentence: str) -> Reason:
    return Reason(code, sentence)


def _age(columns: Mapping[str, Column], n: int) -> Parsed:
    """Days of age, from the column of that name, else from the two dates."""
    problems: list[Problem] = []
    age = np.full(n, np.nan)
    if "age_days" in columns:
        age, problems = numbers(columns["age_days"], AGE_EXPECTED)
        problems += outside(columns["age_days"], age, _is_child(age), "age_outside", AGE_EXPECTED)
    if not {"birth_date", "measured_on"} <= set(columns):
        return age, problems
    born, born_problems = dates(columns["birth_date"])
    measured, measured_problems = dates(columns["measured_on"])
    by_dates = np.where(np.isnan(age), age_days(born, measured), np.nan)
    problems += born_problems + measured_problems
    problems += outside(columns["measured_on"], by_dates, _is_child(by_dates), "age_outside", f"tanggal ukur pada {AGE_EXPECTED}")
    return np.where(np.isnan(age), by_dates, age), problems


def _is_child(age: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray((np.floor(age + 0.5) >= 0) & (np.floor(age + 0.5) <= LAST_DAY))


def _score_columns(scores: Scores) -> list[pl.Series]:
    z = [pl.Series(index.value, scores.z(index)).fill_nan(None) for index in Index]
    flags = [
        pl.Series(f"{index.value}_flag", scores.flag(index)).cast(pl.Int8).set(pl.Series(np.isnan(scores.z(index))), None)
        for index in Index
    ]
    return z + flags


def _category_columns(
    scores: Scores, muac: Floats | None, age: Floats, has_oedema: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> list[pl.Series]:
    """Code and label of each category. Oedema, which has no z, has its own two columns, so that those beside a z say what that z says."""
    columns = []
    for index, rows in CATEGORIES.items():
        columns += _words(index.value, category(index, scores.z(index)), rows)
    columns += _words("muac", muac_category(np.full(age.shape, np.nan) if muac is None else muac, age), MUAC_CATEGORIES)
    swollen = np.where(has_oedema, np.int8(OEDEMA_CATEGORY), np.int8(MISSING))
    return columns + _words("oedema", swollen, CATEGORIES[Index.WHZ])


def _words(name: str, places: Codes, rows: tuple[Category, ...]) -> list[pl.Series]:
    """The code and the label of each place, null for a missing one."""
    index = pl.Series(places).cast(pl.Int64)
    index = index.set(index < 0, None)
    return [
        pl.Series([row.code for row in rows]).gather(index).alias(f"{name}_category"),
        pl.Series([row.label for row in rows]).gather(index).alias(f"{name}_label"),
    ]
