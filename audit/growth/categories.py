"""What a z-score or an arm circumference is called by Permenkes 2/2020: codes to store, labels to print. No z is computed in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audit.growth.ages import LAST_DAY, Floats
from audit.growth.standards import Index

Codes: TypeAlias = NDArray[np.int8]

MISSING = -1
"""The category of a child without a z-score."""


@dataclass(frozen=True, slots=True)
class Category:
    """One row of the table of Permenkes 2/2020.

    low: the category begins here; includes_low: whether a z of exactly `low` belongs to it. The lowest begins at minus infinity.
    """

    code: str
    label: str
    low: float
    includes_low: bool


def _rows(*rows: tuple[str, str, float, bool]) -> tuple[Category, ...]:
    return tuple(Category(*row) for row in rows)


_BELOW = -np.inf
_WASTING = _rows(
    # code                            label                   begins   with the boundary
    ("severely_wasted",               "Gizi buruk",           _BELOW,  True),
    ("wasted",                        "Gizi kurang",          -3.0,    True),
    ("normal",                        "Gizi baik",            -2.0,    True),
    ("possible_risk_of_overweight",   "Berisiko gizi lebih",   1.0,    False),
    ("overweight",                    "Gizi lebih",            2.0,    False),
    ("obese",                         "Obesitas",              3.0,    False),
)  # fmt: skip

CATEGORIES: Mapping[Index, tuple[Category, ...]] = {
    Index.WAZ: _rows(
        ("severely_underweight",      "Berat badan sangat kurang", _BELOW, True),
        ("underweight",               "Berat badan kurang",        -3.0,   True),
        ("normal",                    "Berat badan normal",        -2.0,   True),
        ("risk_of_overweight",        "Risiko berat badan lebih",   1.0,   False),
    ),
    Index.HAZ: _rows(
        ("severely_stunted",          "Sangat pendek",             _BELOW, True),
        ("stunted",                   "Pendek",                    -3.0,   True),
        ("normal",                    "Normal",                    -2.0,   True),
        ("tall",                      "Tinggi",                     3.0,   False),
    ),
    Index.WHZ: _WASTING,
    Index.BAZ: _WASTING,
}  # fmt: skip
"""The categories of each index that has them, from the lowest up: the int8 code of a category is its place here."""

MUAC_CATEGORIES: tuple[Category, ...] = _rows(
    ("severely_wasted",               "Gizi buruk",                _BELOW, True),
    ("wasted",                        "Gizi kurang",               11.5,   True),
    ("normal",                        "Gizi baik",                 12.5,   True),
)  # fmt: skip
"""Arm circumference in cm, for children of 6 to 59 months."""

MUAC_FROM_DAY = 183
"""The first day on which six months of 30.4375 days are completed."""

OEDEMA_CATEGORY = 0
"""Oedema of both feet is gizi buruk whatever the weight says: the first of BB/TB and IMT/U. Source: Permenkes 2/2020."""


def category(index: Index, z: ArrayLike, has_oedema: ArrayLike | None = None) -> Codes:
    """The place of each z in `CATEGORIES[index]`, int8 of shape (n,), -1 where z is NaN.

    z: rounded to 2 decimals before it is compared, so that -2.996 is -3.00 and "pendek".
    has_oedema: True makes BB/TB and IMT/U gizi buruk, even without a z; it changes nothing for BB/U and TB/U.
    Raises KeyError for head and arm z, which Permenkes does not classify.
    """
    rounded: Floats = np.atleast_1d(np.asarray(z, dtype=np.float64)).round(2)
    codes = _place(rounded, CATEGORIES[index])
    if has_oedema is None or index not in (Index.WHZ, Index.BAZ):
        return codes
    oedema = np.asarray(has_oedema, dtype=np.float64) == 1
    return np.where(oedema, np.int8(OEDEMA_CATEGORY), codes)


def muac_category(muac_cm: ArrayLike, age_days: ArrayLike) -> Codes:
    """The place of each arm circumference in `MUAC_CATEGORIES`, int8 of shape (n,).

    -1 when unknown, not positive, or when the child is not 6 to 59 months old (183 to 1826 days).
    """
    muac, age = np.broadcast_arrays(
        np.atleast_1d(np.asarray(muac_cm, dtype=np.float64)), np.atleast_1d(np.asarray(age_days, dtype=np.float64))
    )
    applies = (age >= MUAC_FROM_DAY) & (age <= LAST_DAY) & (muac > 0)
    return _place(np.where(applies, muac, np.nan), MUAC_CATEGORIES)


def _place(values: Floats, categories: tuple[Category, ...]) -> Codes:
    codes = np.full(values.shape, MISSING, dtype=np.int8)
    for place, row in enumerate(categories):
        codes[(values >= row.low) if row.includes_low else (values > row.low)] = place
    return codes
