"""Recheck of imported z-scores: how they were computed, which rows no method explains, and the likeliest why. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audit.growth.ages import DAYS_PER_MONTH, Dates, Floats, age_days, completed_months, days_of_months, half_up
from audit.growth.categories import MISSING, Codes, category
from audit.growth.indices import Bools, Position, score
from audit.growth.standards import Index

WITHIN = 0.01
"""Imported values have two decimals, cut or rounded: this far is the same. Source: domain practice of e-PPGBM exports."""

CERTAIN_FROM = 0.9
"""Below this share of reproduced rows the method of a file counts as not found."""

RECHECKED = (Index.WAZ, Index.HAZ, Index.WHZ)

_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class AgeRule:
    """A way to turn two dates into the day at which the standards are read."""

    code: str
    label: str
    day: Callable[[Dates, Dates], Floats]


AGE_RULES: tuple[AgeRule, ...] = (
    AgeRule("daily", "umur dalam hari", age_days),
    AgeRule("completed_months", "umur dalam bulan penuh", lambda birth, measured: days_of_months(completed_months(birth, measured))),
    AgeRule(
        "nearest_month",
        "umur dibulatkan ke bulan terdekat",
        lambda birth, measured: days_of_months(half_up(age_days(birth, measured) / DAYS_PER_MONTH)),
    ),
    AgeRule("thirty_days", "bulan dihitung 30 hari", lambda birth, measured: days_of_months(np.floor(age_days(birth, measured) / 30))),
)


@dataclass(frozen=True, slots=True)
class Method:
    """An age rule, with or without the 0.7 cm between lying and standing."""

    age_rule: AgeRule
    corrects_position: bool

    @property
    def code(self) -> str:
        """A stable name for storing."""
        return self.age_rule.code if self.corrects_position else f"{self.age_rule.code}_uncorrected"

    @property
    def label(self) -> str:
        """The method in Indonesian."""
        return self.age_rule.label if self.corrects_position else f"{self.age_rule.label}, tanpa koreksi 0,7 cm"


METHODS: tuple[Method, ...] = tuple(Method(rule, corrects) for corrects in (True, False) for rule in AGE_RULES)
"""The candidates; of two that reproduce as many rows, the earlier is taken."""


class Reason(IntEnum):
    """The likeliest reason why the file's method does not reproduce a row; the number is what is stored."""

    NONE = -1
    UNKNOWN = 0
    OTHER_AGE_RULE = 1
    POSITION = 2
    SEX = 3
    BIRTH_DAY_MONTH = 4
    BIRTH_DATE = 5
    MEASURED_DAY_MONTH = 6
    UNIT = 7
    NOT_COMPUTABLE = 8

    @property
    def code(self) -> str:
        """A stable name for storing and for programs."""
        return self.name.lower()

    @property
    def label(self) -> str:
        """The reason in Indonesian; empty when there is nothing to explain."""
        return _REASON_LABELS[self]


_REASON_LABELS: Mapping[Reason, str] = {
    Reason.NONE: "",
    Reason.UNKNOWN: "Penyebab belum diketahui",
    Reason.OTHER_AGE_RULE: "Umur dihitung dengan aturan lain daripada baris lainnya",
    Reason.POSITION: "Koreksi 0,7 cm: cara ukur telentang atau berdiri kemungkinan keliru",
    Reason.SEX: "Jenis kelamin kemungkinan tertukar",
    Reason.BIRTH_DAY_MONTH: "Tanggal dan bulan lahir kemungkinan tertukar",
    Reason.BIRTH_DATE: "Tanggal lahir kemungkinan salah satu bulan atau satu tahun",
    Reason.MEASURED_DAY_MONTH: "Tanggal dan bulan pengukuran kemungkinan tertukar",
    Reason.UNIT: "Satuan atau letak koma berat atau tinggi kemungkinan keliru",
    Reason.NOT_COMPUTABLE: "Tidak dapat dihitung dari data baris ini (umur, jenis kelamin, atau ukuran di luar tabel)",
}


@dataclass(frozen=True, slots=True)
class Recheck:
    """How a file's z-scores were computed, and what is left when that is known.

    n_compared: rows with at least one imported z. n_matched: those whose every imported z the method gives within 0.01.
    n_matched_by: the same for each candidate, by its code. Rows, shape (n,): is_compared; is_explained (by the method, or by another
    age rule, whose reason is then OTHER_AGE_RULE); category_differs (never where explained); reason (`Reason` as int8, -1 where the
    method fits). z and difference (imported minus z), by index: under the method found, NaN where either is missing.
    """

    method: Method
    n_compared: int
    n_matched: int
    n_matched_by: Mapping[str, int]
    is_compared: Bools
    is_explained: Bools
    category_differs: Bools
    reason: Codes
    z: Mapping[Index, Floats]
    difference: Mapping[Index, Floats]

    @property
    def share(self) -> float:
        """The share of compared rows that the method reproduces, 0 to 1; 0 when nothing was compared."""
        return self.n_matched / self.n_compared if self.n_compared else 0.0

    @property
    def is_certain(self) -> bool:
        """Whether the method may be named: it reproduces at least nine rows in ten."""
        return self.share >= CERTAIN_FROM

    @property
    def sentence(self) -> str:
        """The finding in Indonesian, for the page of the import."""
        if not self.n_compared:
            return "Tidak ada nilai ZS impor yang dapat dibandingkan."
        percent = f"{self.share * 100:.1f} %".replace(".", ",")
        count = f"{self.n_compared:,}".replace(",", ".")
        if self.is_certain:
            return f"Metode terdeteksi: {self.method.label}, cocok {percent} dari {count} baris."
        return f"Metode tidak dapat dipastikan: yang paling mendekati {self.method.label}, cocok {percent} dari {count} baris."


@dataclass(frozen=True, slots=True)
class _Children:
    """The data of the rows a z is computed from."""

    birth_on: Dates
    measured_on: Dates
    is_male: Floats
    weight_kg: Floats
    height_cm: Floats
    position: NDArray[np.int8]
    has_oedema: Floats

    def pick(self, rows: Any) -> _Children:
        """The same for some rows only."""
        return _Children(**{name: getattr(self, name)[rows] for name in self.__slots__})

    def z(self, method: Method, wanted: tuple[Index, ...], ages: Floats | None = None) -> Mapping[Index, Floats]:
        """The z-scores by this method."""
        scores = score(
            age_days=method.age_rule.day(self.birth_on, self.measured_on) if ages is None else ages,
            is_male=self.is_male,
            weight_kg=self.weight_kg,
            height_cm=self.height_cm,
            position=self.position if method.corrects_position else None,
            has_oedema=self.has_oedema,
            only=wanted,
        )
        return {index: scores.z(index) for index in wanted}


def recheck(
    *,
    birth_on: Any,
    measured_on: Any,
    is_male: ArrayLike,
    weight_kg: ArrayLike,
    height_cm: ArrayLike,
    position: ArrayLike | None = None,
    has_oedema: ArrayLike | None = None,
    imported: Mapping[Index, ArrayLike],
) -> Recheck:
    """Find the method that reproduces most of a file's imported z-scores, then the rows it does not explain.

    Arguments as for `audit.growth.indices.score`, with dates (datetime64[D], NaT for unknown) instead of an age.
    imported: z-scores of waz, haz and whz as in the file, NaN where empty; other indices are not looked at.
    """
    given = {index: np.atleast_1d(np.asarray(imported[index], dtype=np.float64)) for index in RECHECKED if index in imported}
    wanted = tuple(given)
    n = next(iter(given.values())).size if given else np.atleast_1d(np.asarray(weight_kg)).size
    children = _children(n, birth_on, measured_on, is_male, weight_kg, height_cm, position, has_oedema)
    is_compared = np.zeros(n, dtype=np.bool_)
    for values in given.values():
        is_compared |= ~np.isnan(values)

    matches = {}
    for method in METHODS:
        matches[method] = is_compared & _reproduces(given, children.z(method, wanted))
    counts = {method: int(rows.sum()) for method, rows in matches.items()}
    best = max(METHODS, key=lambda method: counts[method])
    z = children.z(best, wanted)
    fits = matches[best] | ~is_compared
    by_other_rule = _any(n, (rows for m, rows in matches.items() if m.corrects_position == best.corrects_position)) & ~fits

    reason = np.full(n, Reason.NONE, dtype=np.int8)
    reason[by_other_rule] = Reason.OTHER_AGE_RULE
    left = np.flatnonzero(~fits & ~by_other_rule)
    reason[left] = _reasons(children.pick(left), {i: v[left] for i, v in given.items()}, {i: v[left] for i, v in z.items()}, best)
    return Recheck(
        method=best,
        n_compared=int(is_compared.sum()),
        n_matched=counts[best],
        n_matched_by={method.code: count for method, count in counts.items()},
        is_compared=is_compared,
        is_explained=fits | by_other_rule,
        category_differs=_category_differs(given, z, n) & ~fits & ~by_other_rule,
        reason=reason,
        z=z,
        difference={index: (given[index] - z[index]).round(2) for index in wanted},
    )


def _children(n: int, birth_on: Any, measured_on: Any, *numbers: ArrayLike | None) -> _Children:
    dates = [np.broadcast_to(np.asarray(d, dtype="datetime64[D]"), (n,)) for d in (birth_on, measured_on)]
    male, weight, height, position, oedema = numbers
    floats = [np.broadcast_to(np.asarray(v, dtype=np.float64), (n,)) for v in (male, weight, height, 0.0 if oedema is None else oedema)]
    places = np.broadcast_to(np.asarray(Position.UNKNOWN if position is None else position, dtype=np.int8), (n,))
    return _Children(dates[0], dates[1], floats[0], floats[1], floats[2], places, floats[3])


def _reproduces(imported: Mapping[Index, Floats], z: Mapping[Index, Floats]) -> Bools:
    """Whether every imported z of a row is the computed one; true where nothing was imported."""
    every: Bools = np.asarray(True)
    for index, values in imported.items():
        every = every & (np.isnan(values) | (np.abs(values - z[index]) <= WITHIN + _SLACK))
    return every


def _any(n: int, rows: Iterator[Bools]) -> Bools:
    found = np.zeros(n, dtype=np.bool_)
    for some in rows:
        found |= some
    return found


def _category_differs(imported: Mapping[Index, Floats], z: Mapping[Index, Floats], n: int) -> Bools:
    differs = np.zeros(n, dtype=np.bool_)
    for index, values in imported.items():
        theirs, ours = category(index, values), category(index, z[index])
        is_apart = np.abs(values - z[index]) > WITHIN + _SLACK
        differs |= is_apart & (theirs != MISSING) & (ours != MISSING) & (theirs != ours)
    return differs


def _reasons(children: _Children, imported: Mapping[Index, Floats], z: Mapping[Index, Floats], method: Method) -> Codes:
    """The first change of the data under which the method gives the imported values."""
    reason = np.full(children.weight_kg.shape, Reason.UNKNOWN, dtype=np.int8)
    for index, values in imported.items():
        reason[~np.isnan(values) & np.isnan(z[index])] = Reason.NOT_COMPUTABLE
    undecided = np.arange(reason.size)
    for candidate, change, as_method in _SUSPICIONS:
        if not undecided.size:
            break
        changed = change(children.pick(undecided))
        some = {index: values[undecided] for index, values in imported.items()}
        found = _reproduces(some, changed.z(as_method(method), tuple(imported)))
        reason[undecided[found]] = candidate
        undecided = undecided[~found]
    return reason


def _as_found(method: Method) -> Method:
    return method


def _corrected(method: Method) -> Method:
    return replace(method, corrects_position=True)


def _measured(position: Position) -> Callable[[_Children], _Children]:
    return lambda c: replace(c, position=np.full(c.weight_kg.shape, position, dtype=np.int8))


def _born_later(months: int) -> Callable[[_Children], _Children]:
    return lambda c: replace(c, birth_on=_months_later(c.birth_on, months))


def _weighs(times: float) -> Callable[[_Children], _Children]:
    return lambda c: replace(c, weight_kg=c.weight_kg * times)


def _is_tall(times: float) -> Callable[[_Children], _Children]:
    return lambda c: replace(c, height_cm=c.height_cm * times)


def _months_later(dates: Dates, months: int) -> Dates:
    """The same day some months later; the last day of the month where there is no such day."""
    month = dates.astype("datetime64[M]")
    day = dates - month.astype("datetime64[D]")
    moved = month + months
    length = (moved + 1).astype("datetime64[D]") - moved.astype("datetime64[D]")
    return np.asarray(moved.astype("datetime64[D]") + np.minimum(day, length - 1))


def _day_month_swapped(dates: Dates) -> Dates:
    """The date with day and month exchanged, NaT where there is no such date."""
    month = dates.astype("datetime64[M]")
    year = dates.astype("datetime64[Y]")
    day_number = (dates - month.astype("datetime64[D]")).astype(np.int64)
    month_number = (month - year.astype("datetime64[M]")).astype(np.int64)
    possible = ~np.isnat(dates) & (day_number < 12)
    swapped = (year.astype("datetime64[M]") + np.where(possible, day_number, 0)).astype("datetime64[D]") + month_number * possible
    return np.where(possible, swapped, np.datetime64("NaT"))


_SUSPICIONS: tuple[tuple[Reason, Callable[[_Children], _Children], Callable[[Method], Method]], ...] = (
    (Reason.POSITION, _measured(Position.UNKNOWN), _corrected),
    (Reason.POSITION, _measured(Position.LYING), _corrected),
    (Reason.POSITION, _measured(Position.STANDING), _corrected),
    (Reason.SEX, lambda c: replace(c, is_male=1.0 - c.is_male), _as_found),
    (Reason.BIRTH_DAY_MONTH, lambda c: replace(c, birth_on=_day_month_swapped(c.birth_on)), _as_found),
    (Reason.MEASURED_DAY_MONTH, lambda c: replace(c, measured_on=_day_month_swapped(c.measured_on)), _as_found),
    (Reason.BIRTH_DATE, _born_later(12), _as_found),
    (Reason.BIRTH_DATE, _born_later(-12), _as_found),
    (Reason.BIRTH_DATE, _born_later(1), _as_found),
    (Reason.BIRTH_DATE, _born_later(-1), _as_found),
    (Reason.UNIT, _weighs(0.1), _as_found),
    (Reason.UNIT, _weighs(10.0), _as_found),
    (Reason.UNIT, _weighs(0.001), _as_found),
    (Reason.UNIT, _is_tall(0.1), _as_found),
    (Reason.UNIT, _is_tall(10.0), _as_found),
    (Reason.UNIT, _is_tall(100.0), _as_found),
)
"""What may have gone wrong, likeliest first, and how the row would read without it."""
