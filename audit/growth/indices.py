"""From a measured child to six z-scores and their flags, for a whole file at once. What a z is called is in `audit.growth.categories`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audit.growth.ages import LAST_DAY, NINE_MONTHS, TWO_YEARS, Floats
from audit.growth.lms import linear_z
from audit.growth.standards import MEANING, TABLE_OF, Index, TableName, table

Bools: TypeAlias = NDArray[np.bool_]
Rows: TypeAlias = NDArray[np.intp]

STANDING_LOSES_CM = 0.7
"""A child is this much longer lying than standing. Source: WHO 2006, chapter 7."""

AGELESS_STANDS_FROM_CM = 87.0
"""Without age and position, a child this tall is taken for two years old. Source: WHO R package anthro."""

CHUNK = 8192
"""Rows worked on at a time: everything a chunk needs stays in the second-level cache."""

_EDGE_CM = 1e-6
"""44.3 + 0.7 must be 45.0 although floating point cannot say so."""


class Position(IntEnum):
    """How the length or height was taken; unknown means it is used as it is."""

    UNKNOWN = 0
    LYING = 1
    STANDING = 2


@dataclass(frozen=True, slots=True)
class Scores:
    """The z-scores of n children: float64 of shape (n,), rounded to 2 decimals, NaN where not defined.

    A flag says that its z is outside the plausible range; the z is kept. height_cm is what was read in the tables: corrected
    for a child measured lying who should stand, or the other way round; NaN when unknown or not positive.
    """

    haz: Floats
    waz: Floats
    whz: Floats
    baz: Floats
    hcz: Floats
    mcz: Floats
    haz_flag: Bools
    waz_flag: Bools
    whz_flag: Bools
    baz_flag: Bools
    hcz_flag: Bools
    mcz_flag: Bools
    height_cm: Floats

    def z(self, index: Index) -> Floats:
        """The z-scores of one index."""
        chosen: Floats = getattr(self, index.value)
        return chosen

    def flag(self, index: Index) -> Bools:
        """The flags of one index."""
        chosen: Bools = getattr(self, f"{index.value}_flag")
        return chosen


def score(
    *,
    age_days: ArrayLike,
    is_male: ArrayLike,
    weight_kg: ArrayLike,
    height_cm: ArrayLike,
    position: ArrayLike | None = None,
    has_oedema: ArrayLike | None = None,
    head_cm: ArrayLike | None = None,
    muac_cm: ArrayLike | None = None,
    only: Collection[Index] = tuple(Index),
) -> Scores:
    """The z-scores of every child by the WHO Child Growth Standards 2006.

    Every argument has shape (n,) or is one value for all; the answer has shape (n,), also for n = 1.
    age_days: 0 to 1826, parts of a day rounded half up; outside, every z is NaN. NaN for an unknown age leaves only BB/TB, in the
    table of the position, or without one in the length table below 87 cm and the height table from there on.
    is_male: 1 or True, 0 or False; anything else: every z is NaN.
    weight_kg, height_cm, head_cm, muac_cm: NaN for unknown; not positive gives NaN, as does a height outside the table for BB/TB.
    position: `Position` values as int8; standing below 274 days counts as unknown. None: unknown for all.
    has_oedema: True or 1 removes BB/U, BB/TB and IMT/U. None: nobody.
    only: the indices wanted; the others are NaN, and cost nothing.
    Source: WHO Child Growth Standards 2006, chapter 7; worked examples in tests/spec/growth/.
    """
    given = _Given.of(age_days, is_male, weight_kg, height_cm, position, has_oedema, head_cm, muac_cm)
    z = {index: np.full(given.n, np.nan) for index in Index}
    flags = {index: np.zeros(given.n, dtype=np.bool_) for index in Index}
    corrected = np.empty(given.n)
    for start in range(0, given.n, CHUNK):
        rows = slice(start, start + CHUNK)
        chunk = _Chunk(given, rows)
        corrected[rows] = chunk.height
        for index in Index:
            if index in only and chunk.has(index):
                z[index][rows] = chunk.z(index)
                flags[index][rows] = _flags(index, z[index][rows])
    by_name: dict[str, Any] = {index.value: z[index] for index in Index} | {f"{index.value}_flag": flags[index] for index in Index}
    return Scores(**by_name, height_cm=corrected)


def corrected_height(height_cm: Floats, age: Floats, position: NDArray[np.int8]) -> Floats:
    """Length below 731 days, height from then on, in cm; age in whole days. An unknown position changes nothing."""
    young = age < TWO_YEARS
    plus = young & (age >= NINE_MONTHS) & (position == Position.STANDING)
    minus = (age >= TWO_YEARS) & (position == Position.LYING)
    return np.asarray(height_cm + STANDING_LOSES_CM * (plus.astype(np.float64) - minus))


def _flags(index: Index, z: Floats) -> Bools:
    meaning = MEANING[index]
    return np.asarray((z < meaning.flag_below) | (z > meaning.flag_above))


@dataclass(frozen=True, slots=True)
class _Given:
    """The arguments of `score`, every one of shape (n,)."""

    n: int
    age: Floats
    is_male: Floats
    weight: Floats
    height: Floats
    position: NDArray[np.int8]
    has_oedema: NDArray[Any] | None
    head: Floats | None
    muac: Floats | None

    @classmethod
    def of(cls, *given: ArrayLike | None) -> _Given:
        types = (np.float64, np.float64, np.float64, np.float64, np.int8, np.float64, np.float64, np.float64)
        arrays = [None if g is None else np.atleast_1d(np.asarray(g, dtype=t)) for g, t in zip(given, types, strict=True)]
        if arrays[4] is None:
            arrays[4] = np.zeros(1, dtype=np.int8)
        shape = np.broadcast_shapes(*(a.shape for a in arrays if a is not None))
        whole = [None if a is None else np.broadcast_to(a, shape) for a in arrays]
        return cls(shape[0], *whole)  # type: ignore[arg-type]  # the first five are never None


class _Chunk:
    """Some thousand children, with what several indices need worked out once."""

    def __init__(self, given: _Given, rows: slice) -> None:
        def part(values: NDArray[Any] | None) -> Any:
            return None if values is None else values[rows]

        age = np.floor(given.age[rows] + 0.5)
        is_male = given.is_male[rows]
        has_sex = (is_male == 0) | (is_male == 1)
        self.inside = (age >= 0) & (age <= LAST_DAY) & has_sex
        self.ageless = np.isnan(age) & has_sex
        self.day = np.where(self.inside, age, 0).astype(np.intp)
        self.sex = np.where(has_sex, is_male, 0).astype(np.intp)
        self.position = given.position[rows]
        height = given.height[rows]
        self.height = corrected_height(np.where(height > 0, height, np.nan), age, self.position)
        oedema = part(given.has_oedema)
        self.swollen = None if oedema is None else oedema == 1
        self.weight, self.head, self.muac = given.weight[rows], part(given.head), part(given.muac)

    def has(self, index: Index) -> bool:
        """Whether anything was measured for this index."""
        return {Index.HCZ: self.head, Index.MCZ: self.muac}.get(index, self.weight) is not None

    def z(self, index: Index) -> Floats:
        """The rounded z of every child of the chunk, NaN where not defined."""
        usable, z = _METHODS[index](self)
        if self.swollen is not None and index in _BY_WEIGHT:
            usable = usable & ~self.swollen
        np.multiply(z, 100.0, out=z)
        np.rint(z, out=z)
        z += 0.0  # no minus zero
        z /= 100.0
        z[~usable] = np.nan
        return z

    def at_age(self, index: Index, y: Floats) -> tuple[Bools, Floats]:
        """Which children have an age in the table, and their unrounded z."""
        name = TABLE_OF[index]
        packed, first = _packed(name), int(table(name).first)
        rows_of_one_sex = packed.shape[0] // 2
        usable = self.inside & (y > 0)
        row = self.day + self.sex * rows_of_one_sex - first
        if first:
            usable &= self.day >= first
        lms = packed.take(np.where(usable, row, 0), axis=0)
        return usable, _z(np.where(usable, y, 1.0), lms[:, 0], lms[:, 1], lms[:, 2], restricted=MEANING[index].restricted)

    def stands(self) -> Bools:
        """Who is read in the height table: by age, or by position and height where the age is unknown."""
        stands = self.day >= TWO_YEARS
        if self.ageless.any():
            unknown = self.position == Position.UNKNOWN
            tall = np.where(unknown, self.height >= AGELESS_STANDS_FROM_CM, self.position == Position.STANDING)
            stands = np.where(self.ageless, tall, stands)
        return stands

    def bmi(self) -> tuple[Bools, Floats]:
        """As `at_age`, for weight over the square of the corrected height."""
        metres = self.height / 100.0
        return self.at_age(Index.BAZ, self.weight / (metres * metres))

    def at_height(self) -> tuple[Bools, Floats]:
        """As `at_age`, for weight at the corrected height, between two rows of the table that the age calls for."""
        stands = self.stands()
        first, last, offset, per_sex = (np.where(stands, tall, small) for small, tall in _HEIGHT_TABLES)
        usable = (self.inside | self.ageless) & (self.weight > 0) & (self.height > first - _EDGE_CM) & (self.height < last + _EDGE_CM)
        tenths = np.where(usable, np.maximum((self.height - first) * 10.0, 0.0), 0.0)
        below = np.minimum(np.floor(tenths + _EDGE_CM), per_sex - 1)
        share = tenths - below
        lms = _packed_heights().take((offset + self.sex * per_sex + below).astype(np.intp), axis=0)
        l, m, s = (lms[:, part] + share * lms[:, part + 3] for part in range(3))  # noqa: E741  # the letters of the method
        return usable, _z(np.where(usable, self.weight, 1.0), l, m, s, restricted=True)


def _z(y: Floats, l: Floats, m: Floats, s: Floats, *, restricted: bool) -> Floats:  # noqa: E741
    """The z of positive measurements; plain indices have L = 1 in every row, which saves the power and keeps every bit."""
    z: Floats = y / m
    if not restricted:
        z -= 1.0
        z /= s
        return z
    np.log(z, out=z)
    z *= l
    np.exp(z, out=z)
    z -= 1.0
    z /= l * s
    beyond = np.flatnonzero(np.abs(z) > 3.0)
    if beyond.size:
        z[beyond] = linear_z(y[beyond], z[beyond], l=l[beyond], m=m[beyond], s=s[beyond])
    return z


_BY_WEIGHT = frozenset({Index.WAZ, Index.WHZ, Index.BAZ})

_METHODS: dict[Index, Callable[[_Chunk], tuple[Bools, Floats]]] = {
    Index.HAZ: lambda chunk: chunk.at_age(Index.HAZ, chunk.height),
    Index.WAZ: lambda chunk: chunk.at_age(Index.WAZ, chunk.weight),
    Index.WHZ: _Chunk.at_height,
    Index.BAZ: _Chunk.bmi,
    Index.HCZ: lambda chunk: chunk.at_age(Index.HCZ, chunk.head),
    Index.MCZ: lambda chunk: chunk.at_age(Index.MCZ, chunk.muac),
}

# first cm, last cm, place in `_packed_heights`, rows of one sex: by length below two years, by height from then on
_HEIGHT_TABLES = ((45.0, 65.0), (110.0, 120.0), (0, 1302), (651, 551))


@cache
def _packed(name: TableName) -> Floats:
    """One row of L, M, S for each day, girls then boys, so that one look-up fetches all three."""
    lms = table(name).lms
    return np.pad(lms.reshape(-1, 3), ((0, 0), (0, 1)))


@cache
def _packed_heights() -> Floats:
    """L, M, S of each tenth of a centimetre and the way to the next one; lengths of girls, of boys, heights of girls, of boys."""
    parts = []
    for name in (TableName.WEIGHT_FOR_LENGTH, TableName.WEIGHT_FOR_HEIGHT):
        lms = table(name).lms
        step = np.diff(lms, axis=1, append=lms[:, -1:, :])
        parts.append(np.concatenate([lms, step, np.zeros_like(lms[:, :, :2])], axis=2).reshape(-1, 8))
    return np.concatenate(parts)
