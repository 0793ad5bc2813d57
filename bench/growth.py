"""Rows per second of the growth kernel beside a literal version of the same formulas, and of recheck. Nothing is tested in here.

Run: python bench/growth.py [--rows 1000000] [--rounds 7]
Each round times every candidate once, one after the other, so that a busy machine is busy for all; medians are printed.
Times are of the processor, not of the clock: rows per second of one core.
`pygrowup2`, one child at a time, is timed too where it is installed.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from audit.growth.ages import age_days
from audit.growth.indices import Position, score
from audit.growth.lms import restricted_z_score, z_score
from audit.growth.recheck import recheck
from audit.growth.standards import Index, TableName, table

FOUR = (Index.HAZ, Index.WAZ, Index.WHZ, Index.BAZ)
RECHECK_ROWS = 175_000
WANTED_ROWS_PER_SECOND = 2_000_000


def children(n: int) -> dict[str, Any]:
    """Invented children of all ages, as arguments of `score`."""
    rng = np.random.default_rng(20)
    age = rng.integers(0, 1827, n).astype(np.float64)
    return {
        "age_days": age,
        "is_male": rng.integers(0, 2, n).astype(np.float64),
        "weight_kg": np.round(3.3 + 14 * (age / 1826) ** 0.7 + rng.normal(0, 1.2, n), 2),
        "height_cm": np.round(50 + 57 * (age / 1826) ** 0.65 + rng.normal(0, 4, n), 1),
        "position": rng.integers(0, 3, n).astype(np.int8),
        "has_oedema": (rng.random(n) < 0.002).astype(np.float64),
    }


def literal(given: Mapping[str, Any]) -> dict[Index, np.ndarray[Any, Any]]:
    """The four z-scores with whole columns, one look-up for each of L, M and S, and powers: the method as it is printed."""
    age = np.floor(given["age_days"] + 0.5)
    day, sex = age.astype(int), given["is_male"].astype(int)
    young, position = age < 731, given["position"]
    height = given["height_cm"].copy()
    height[young & (age >= 274) & (position == Position.STANDING)] += 0.7
    height[~young & (position == Position.LYING)] -= 0.7
    weight = np.where(given["has_oedema"] == 1, np.nan, given["weight_kg"])

    def at_age(name: TableName) -> dict[str, Any]:
        lms = table(name).lms
        return {letter: lms[sex, day, place] for place, letter in enumerate("lms")}

    parts: list[np.ndarray[Any, Any]] = []
    for place in range(3):
        by_length, by_height = (table(n).lms[:, :, place] for n in (TableName.WEIGHT_FOR_LENGTH, TableName.WEIGHT_FOR_HEIGHT))
        values = np.full(age.shape, np.nan)
        for rows, lms, first, last in ((young, by_length, 45.0, 110.0), (~young, by_height, 65.0, 120.0)):
            x = first + 0.1 * np.arange(lms.shape[1])
            for s in (0, 1):
                some = rows & (sex == s) & (height >= first - 1e-6) & (height <= last + 1e-6)
                values[some] = np.interp(height[some], x, lms[s])
        parts.append(values)
    return {
        Index.HAZ: z_score(height, **at_age(TableName.HEIGHT_FOR_AGE)).round(2),
        Index.WAZ: restricted_z_score(weight, **at_age(TableName.WEIGHT_FOR_AGE)).round(2),
        Index.WHZ: restricted_z_score(weight, l=parts[0], m=parts[1], s=parts[2]).round(2),
        Index.BAZ: restricted_z_score(weight / (height / 100) ** 2, **at_age(TableName.BMI_FOR_AGE)).round(2),
    }


def one_by_one(given: Mapping[str, Any], n: int) -> Callable[[], object] | None:
    """The first n children through `pygrowup2`, where that is installed."""
    try:
        from pygrowup import Observation
    except ImportError:
        return None

    def run() -> None:
        for row in range(n):
            sex = Observation.MALE if given["is_male"][row] else Observation.FEMALE
            child = Observation(sex, age_in_days=int(given["age_days"][row]) or 1)
            for measure, name in ((given["height_cm"][row], "length_or_height_for_age"), (given["weight_kg"][row], "weight_for_age")):
                getattr(child, name)(Decimal(str(measure)))

    return run


def rechecked(n: int) -> Callable[[], object]:
    """A recheck of n rows, one in fifty spoilt."""
    given = children(n)
    birth = np.datetime64("2020-06-15", "D") + np.random.default_rng(3).integers(0, 900, n)
    measured = birth + given.pop("age_days").astype(int)
    scores = score(age_days=age_days(birth, measured), **given, only=FOUR)
    imported = {index: scores.z(index) for index in (Index.WAZ, Index.HAZ, Index.WHZ)}
    given["weight_kg"] = np.where(np.arange(n) % 50 == 0, given["weight_kg"] + 1.31, given["weight_kg"])
    return lambda: recheck(birth_on=birth, measured_on=measured, imported=imported, **given)


def seconds(run: Callable[[], object]) -> float:
    """How long one run keeps the processor."""
    started = time.process_time()
    run()
    return time.process_time() - started


def main() -> None:
    """Print medians of interleaved rounds, rows per second, and ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    given, few = children(options.rows), 2000

    theirs, ours = literal(given), score(**given, only=FOUR)
    different = sum(int((~np.isclose(theirs[index], ours.z(index), equal_nan=True, atol=1e-9)).sum()) for index in FOUR)
    runs: dict[str, tuple[Callable[[], object], int]] = {
        "kernel, four z": (lambda: score(**given, only=FOUR), options.rows),
        "literal, four z": (lambda: literal(given), options.rows),
        f"recheck of {RECHECK_ROWS:,} rows": (rechecked(RECHECK_ROWS), RECHECK_ROWS),
    }
    alone = one_by_one(given, few)
    if alone:
        runs["pygrowup2, two z"] = (alone, few)
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(options.rounds):
        for name, (run, _rows) in runs.items():
            times[name].append(seconds(run))

    print(f"{options.rows:,} rows, {options.rounds} rounds; values that differ between kernel and literal: {different}")
    rate = {name: rows / statistics.median(times[name]) for name, (_, rows) in runs.items()}
    for name, per_second in rate.items():
        print(f"{name:28} median {statistics.median(times[name]):8.3f} s  {per_second / 1e6:8.3f} M rows/s")
    print(f"kernel / literal: {rate['kernel, four z'] / rate['literal, four z']:.2f}")
    if alone:
        print(f"kernel / pygrowup2: {rate['kernel, four z'] / rate['pygrowup2, two z']:.0f}")
    print(f"kernel / wanted {WANTED_ROWS_PER_SECOND:,} rows/s: {rate['kernel, four z'] / WANTED_ROWS_PER_SECOND:.2f}")


if __name__ == "__main__":
    main()
