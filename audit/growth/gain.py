"""Weight gain between months as on the growth card: N, T, O, B, two T in a row, below the red line. No clinical faltering in here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audit.growth.ages import Floats, age_days, completed_months
from audit.growth.categories import Codes
from audit.growth.indices import Bools, Rows, score
from audit.growth.standards import Index

MISSING = -1
"""The status of a row without a child, a date or a weight."""

BELOW_RED_LINE = -3.0


@dataclass(frozen=True, slots=True)
class Status:
    """One letter of the growth card."""

    code: str
    label: str


STATUSES: tuple[Status, ...] = (
    Status("B", "Baru: penimbangan pertama"),
    Status("O", "Bulan lalu tidak ditimbang"),
    Status("N", "Naik"),
    Status("T", "Tidak naik"),
)
"""The int8 code of a status is its place here."""

_B, _O, _N, _T = range(4)


@dataclass(frozen=True, slots=True)
class Gain:
    """What the growth card says at each weighing, in the order of the rows given.

    status: place in `STATUSES`, -1 without a usable weighing. gain_g: since the weighing of the month before, NaN when there was none.
    minimum_g: the least gain expected at this age, NaN when age or sex is unknown. is_two_t: T now and T the month before.
    is_below_red_line: BB/U below -3 ("bawah garis merah").
    """

    status: Codes
    gain_g: Floats
    minimum_g: Floats
    is_two_t: Bools
    is_below_red_line: Bools


@cache
def minimum_gain() -> Mapping[str, Any]:
    """The table of least gains with its version, source and status, as published in `data/kbm.json`."""
    content: Mapping[str, Any] = json.loads((files("audit.growth") / "data" / "kbm.json").read_text(encoding="utf-8"))
    return content


def minimum_gain_g(age_months: ArrayLike, is_male: ArrayLike) -> Floats:
    """The least gain in grams expected in the month before a weighing at this age, shape (n,); NaN when age or sex is unknown.

    age_months: completed months at the weighing; the last number of the table holds from 12 months on.
    """
    months, male = np.broadcast_arrays(
        np.atleast_1d(np.asarray(age_months, dtype=np.float64)), np.atleast_1d(np.asarray(is_male, dtype=np.float64))
    )
    rows = minimum_gain()
    table = np.array([[*rows["girls"], rows["later"]], [*rows["boys"], rows["later"]]], dtype=np.float64)
    known = (months >= 0) & ((male == 0) | (male == 1))
    month = np.where(known, np.clip(months, 1, table.shape[1]) - 1, 0).astype(np.intp)
    return np.where(known, table[np.where(known, male, 0).astype(np.intp), month], np.nan)


def weight_gain(
    *,
    child: ArrayLike,
    birth_on: Any,
    measured_on: Any,
    is_male: ArrayLike,
    weight_kg: ArrayLike,
    follows_curve: ArrayLike | None = None,
) -> Gain:
    """N, T, O or B for every weighing of every child; the rows may come in any order.

    N when the weight curve follows its line or the gain reaches the minimum, T when neither, O when the child was not weighed in
    the calendar month before, B at the first weighing. Of several weighings in one month, the last counts for the next month.
    child: anything that tells children apart, shape (n,). weight_kg: NaN, or not positive, is no weighing.
    follows_curve: what the posyandu saw on the card, True or 1; None: only the grams decide.
    """
    ids = np.asarray(child)
    measured = np.asarray(measured_on, dtype="datetime64[D]")
    weight, male = np.asarray(weight_kg, dtype=np.float64), np.broadcast_to(np.asarray(is_male, dtype=np.float64), ids.shape)
    usable = (weight > 0) & ~np.isnat(measured)
    before = _last_of_earlier_month(ids, measured, usable)
    month = measured.astype("datetime64[M]")
    was_last_month = (before >= 0) & ((month - month[before]).astype("timedelta64[M]") == np.timedelta64(1, "M"))

    gain_g = np.where(was_last_month, np.round((weight - weight[before]) * 1000.0), np.nan)
    minimum_g = minimum_gain_g(completed_months(birth_on, measured), male)
    follows = np.zeros(ids.shape, dtype=np.bool_) if follows_curve is None else np.asarray(follows_curve, dtype=np.float64) == 1
    knows = usable & was_last_month & (follows | ~np.isnan(minimum_g))

    status = np.full(ids.shape, MISSING, dtype=np.int8)
    status[usable & (before < 0)] = _B
    status[usable & (before >= 0) & ~was_last_month] = _O
    status[knows] = np.where(follows | (gain_g >= minimum_g), _N, _T)[knows]

    is_two_t = (status == _T) & (status[before] == _T)  # who has a T has a weighing before
    waz = score(age_days=age_days(birth_on, measured), is_male=male, weight_kg=weight, height_cm=np.nan, only=(Index.WAZ,)).waz
    return Gain(status, gain_g, minimum_g, is_two_t, waz < BELOW_RED_LINE)


def _last_of_earlier_month(ids: NDArray[Any], measured: NDArray[np.datetime64], usable: Bools) -> Rows:
    """For each row, the last usable row of the same child in an earlier calendar month, or -1."""
    _, number = np.unique(ids, return_inverse=True)
    rows = np.flatnonzero(usable)
    order = rows[np.lexsort((rows, measured[rows], number[rows]))]
    child, month = number[order], measured[order].astype("datetime64[M]").astype(np.int64)
    first_of_child = np.ones(order.shape, dtype=np.bool_)
    first_of_child[1:] = child[1:] != child[:-1]
    first_of_month = first_of_child.copy()
    first_of_month[1:] |= month[1:] != month[:-1]

    place = np.arange(order.size)
    run_start = np.maximum.accumulate(np.where(first_of_month, place, 0)) if order.size else place
    before = np.full(ids.shape, -1, dtype=np.intp)
    has_one = ~first_of_child[run_start]
    before[order[has_one]] = order[run_start[has_one] - 1]
    return before
