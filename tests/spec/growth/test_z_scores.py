"""Worked examples of a child's z-scores, one row each, computed by hand from the published tables. Categories have their own file."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from audit.growth.indices import Position, Scores, score
from audit.growth.standards import Index

ORDER = (Index.HAZ, Index.WAZ, Index.WHZ, Index.BAZ, Index.HCZ, Index.MCZ)


class E(NamedTuple):
    """A child, and the six z-scores wanted: TB/U, BB/U, BB/TB, IMT/U, LK/U, LiLA/U; None for a missing one."""

    what: str
    age_days: int | None
    sex: str
    weight_kg: float | None
    height_cm: float | None
    position: str
    oedema: str
    head_cm: float | None
    muac_cm: float | None
    z: tuple[float | None, ...]


EXAMPLES = (
    E("newborn girl, lying", 0, "f", 3.2, 49.1, "l", "n", 33.9, None, (-0.03, -0.07, 0.09, -0.05, 0.02, None)),
    E("newborn boy, small", 0, "m", 2.1, 44.2, "l", "n", 32.0, None, (-3.0, -2.95, None, -2.39, -1.94, None)),
    E("day 30, light boy", 30, "m", 3.0, 50.0, "l", "n", None, None, (-2.4, -2.81, -1.19, -2.34, None, None)),
    E("arm not read on day 90", 90, "f", 5.4, 58.2, "l", "n", 38.5, 11.6, (-0.71, -0.59, -0.01, -0.27, -0.79, None)),
    E("arm read from day 91", 91, "f", 5.4, 58.2, "l", "n", 38.5, 11.6, (-0.75, -0.62, -0.01, -0.27, -0.82, -1.42)),
    E("day 273, standing is not believed", 273, "m", 8.0, 68.0, "h", "n", None, None, (-1.75, -0.97, 0.05, 0.09, None, None)),
    E("day 274, standing gains 0.7", 274, "m", 8.0, 68.0, "h", "n", None, None, (-1.46, -0.98, -0.19, -0.16, None, None)),
    E("day 274, lying", 274, "m", 8.0, 68.7, "l", "n", None, None, (-1.46, -0.98, -0.19, -0.16, None, None)),
    E("day 274, position unknown", 274, "m", 8.0, 68.0, "", "n", None, None, (-1.77, -0.98, 0.05, 0.1, None, None)),
    E("day 730, standing gains 0.7", 730, "f", 9.8, 80.5, "h", "n", 46.0, 14.0, (-1.61, -1.3, -0.61, -0.42, -0.85, -0.75)),
    E("day 730, lying", 730, "f", 9.8, 80.5, "l", "n", 46.0, 14.0, (-1.83, -1.3, -0.44, -0.22, -0.85, -0.75)),
    E("day 731, standing", 731, "f", 9.8, 80.5, "h", "n", 46.0, 14.0, (-1.62, -1.31, -0.61, -0.44, -0.85, -0.75)),
    E("day 731, lying loses 0.7", 731, "f", 9.8, 80.5, "l", "n", 46.0, 14.0, (-1.84, -1.31, -0.44, -0.23, -0.85, -0.75)),
    E("the last day", 1826, "m", 14.2, 100.3, "h", "n", 49.5, 15.2, (-2.08, -1.93, -1.03, -0.87, -0.83, -0.98)),
    E("the day after the last", 1827, "m", 14.2, 100.3, "h", "n", 49.5, 15.2, (None, None, None, None, None, None)),
    E("before birth", -1, "m", 3.2, 50.0, "l", "n", 34.0, None, (None, None, None, None, None, None)),
    E("length 45.0, the first", 10, "f", 2.0, 45.0, "l", "n", None, None, (-3.08, -3.44, -2.39, -2.79, None, None)),
    E("length 44.9, too short for BB/TB", 10, "f", 2.0, 44.9, "l", "n", None, None, (-3.14, -3.44, None, -2.75, None, None)),
    E("44.3 standing is 45.0 lying, at 300 days", 300, "f", 2.4, 44.3, "h", "n", None, None, (-10.69, -7.82, -0.28, -3.92, None, None)),
    E("length 110.0, the last", 700, "m", 18.0, 110.0, "l", "n", None, None, (7.7, 3.65, -0.17, -0.78, None, None)),
    E("length 110.1, too long", 700, "m", 18.0, 110.1, "l", "n", None, None, (7.73, 3.65, None, -0.8, None, None)),
    E("109.3 standing is 110.0 lying", 700, "m", 18.0, 109.3, "h", "n", None, None, (7.7, 3.65, -0.17, -0.78, None, None)),
    E("height 65.0, the first", 800, "f", 6.5, 65.0, "h", "n", None, None, (-6.78, -4.87, -1.21, -0.18, None, None)),
    E("65.7 lying is 65.0 standing", 800, "f", 6.5, 65.7, "l", "n", None, None, (-6.78, -4.87, -1.21, -0.18, None, None)),
    E("height 64.9, too low", 800, "f", 6.5, 64.9, "h", "n", None, None, (-6.81, -4.87, None, -0.15, None, None)),
    E("height 120.0, the last", 1800, "m", 24.0, 120.0, "h", "n", None, None, (2.28, 2.02, 0.75, 1.03, None, None)),
    E("height 120.1, too tall", 1800, "m", 24.0, 120.1, "h", "n", None, None, (2.3, 2.02, None, 1.01, None, None)),
    E("103.1 lying is 102.4 standing", 1500, "m", 15.5, 103.1, "l", "n", None, None, (-0.39, -0.52, -0.42, -0.43, None, None)),
    E("102.4 standing", 1500, "m", 15.5, 102.4, "h", "n", None, None, (-0.39, -0.52, -0.42, -0.43, None, None)),
    E("between two tenths", 1000, "f", 12.34, 88.37, "h", "n", None, None, (-1.21, -0.57, 0.09, 0.26, None, None)),
    E("oedema leaves height, head and arm", 900, "m", 10.5, 84.0, "h", "y", 48.0, 13.5, (-2.25, None, None, None, -0.64, -1.75)),
    E("sex unknown", 900, "", 10.5, 84.0, "h", "n", 48.0, 13.5, (None, None, None, None, None, None)),
    E("age unknown, lying: length table", None, "m", 10.5, 84.0, "l", "n", 48.0, 13.5, (None, None, -0.87, None, None, None)),
    E("age unknown, standing: height table", None, "m", 10.5, 84.0, "h", "n", 48.0, 13.5, (None, None, -1.05, None, None, None)),
    E("age and position unknown, 86.9 cm: length table", None, "f", 11.0, 86.9, "", "n", None, None, (None, None, -0.7, None, None, None)),
    E("age and position unknown, 87.0 cm: height table", None, "f", 11.0, 87.0, "", "n", None, None, (None, None, -0.89, None, None, None)),
    E("weight 0", 500, "f", 0, 75.0, "l", "n", 45.0, None, (-1.44, None, None, None, -0.69, None)),
    E("height 0, standing", 500, "f", 9.0, 0, "h", "n", 45.0, None, (None, -0.79, None, None, -0.69, None)),
    E("height 0", 500, "f", 9.0, 0, "l", "n", 45.0, None, (None, -0.79, None, None, -0.69, None)),
    E("head 0, arm below 0", 500, "f", 9.0, 75.0, "l", "n", 0, -1.0, (-1.44, -0.79, -0.18, 0.1, None, None)),
    E("weight unknown", 500, "f", None, 75.0, "l", "n", None, None, (-1.44, None, None, None, None, None)),
    E("height unknown", 500, "f", 9.0, None, "l", "n", None, None, (None, -0.79, None, None, None, None)),
    E("wasted beyond 3 SD", 600, "m", 6.0, 78.0, "l", "n", None, 9.0, (-2.12, -5.15, -6.03, -6.17, None, -5.99)),
    E("obese beyond 3 SD", 1200, "f", 26.0, 95.0, "h", "n", None, 22.0, (-0.6, 4.28, 7.37, 7.42, None, 3.84)),
    E("stunted beyond 6 SD, flagged and kept", 1100, "m", 9.5, 70.0, "h", "n", None, None, (-7.05, -3.42, 1.21, 2.65, None, None)),
    E("arm beyond 5 SD", 1400, "f", 15.0, 97.0, "h", "n", 42.0, 25.5, (-1.07, -0.34, 0.44, 0.47, -5.09, 5.37)),
)


def of_example(example: E) -> Scores:
    return score(
        age_days=np.nan if example.age_days is None else example.age_days,
        is_male={"m": 1.0, "f": 0.0}.get(example.sex, np.nan),
        weight_kg=np.nan if example.weight_kg is None else example.weight_kg,
        height_cm=np.nan if example.height_cm is None else example.height_cm,
        position={"l": Position.LYING, "h": Position.STANDING}.get(example.position, Position.UNKNOWN),
        has_oedema=example.oedema == "y",
        head_cm=np.nan if example.head_cm is None else example.head_cm,
        muac_cm=np.nan if example.muac_cm is None else example.muac_cm,
    )


def as_found(scores: Scores) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(z := scores.z(index)[0]) else float(z) for index in ORDER)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.what)
def test_the_z_scores_of_the_example(example: E) -> None:
    assert as_found(of_example(example)) == example.z


@pytest.mark.parametrize(
    ("what", "index"),
    [
        ("stunted beyond 6 SD, flagged and kept", Index.HAZ),
        ("44.3 standing is 45.0 lying, at 300 days", Index.WAZ),
        ("wasted beyond 3 SD", Index.WHZ),
        ("wasted beyond 3 SD", Index.BAZ),
        ("wasted beyond 3 SD", Index.MCZ),
        ("arm beyond 5 SD", Index.HCZ),
        ("obese beyond 3 SD", Index.WHZ),
    ],
)
def test_an_implausible_z_is_flagged_and_kept(what: str, index: Index) -> None:
    scores = of_example(next(e for e in EXAMPLES if e.what == what))
    assert scores.flag(index)[0] and not np.isnan(scores.z(index)[0])


@pytest.mark.parametrize(
    ("index", "last_plausible_below", "last_plausible_above"),
    [
        (Index.HAZ, -6.0, 6.0),
        (Index.WAZ, -6.0, 5.0),
        (Index.WHZ, -5.0, 5.0),
        (Index.BAZ, -5.0, 5.0),
        (Index.HCZ, -5.0, 5.0),
        (Index.MCZ, -5.0, 5.0),
    ],
)
def test_a_flag_begins_beyond_its_limit_on_the_rounded_z(index: Index, last_plausible_below: float, last_plausible_above: float) -> None:
    y = np.linspace(1.0, 130.0, 200_001)
    given = {"weight_kg": np.nan, "height_cm": 80.0} | {
        Index.HAZ: {"height_cm": y},
        Index.WAZ: {"weight_kg": y},
        Index.WHZ: {"weight_kg": y},
        Index.BAZ: {"weight_kg": y},
        Index.HCZ: {"head_cm": y},
        Index.MCZ: {"muac_cm": y},
    }[index]
    scores = score(age_days=400, is_male=1.0, **given)
    z, flag = scores.z(index), scores.flag(index)
    assert z[~flag].min() == last_plausible_below and z[~flag].max() == last_plausible_above
    assert z[flag & (z < 0)].max() <= last_plausible_below - 0.01 + 1e-9
    assert z[flag & (z > 0)].min() >= last_plausible_above + 0.01 - 1e-9


def test_nothing_missing_is_flagged() -> None:
    scores = score(age_days=2000, is_male=1.0, weight_kg=50.0, height_cm=60.0)
    assert not any(scores.flag(index)[0] for index in Index)


def test_part_of_a_day_is_rounded_half_up() -> None:
    half, before, after = (
        score(age_days=a, is_male=1.0, weight_kg=8.0, height_cm=68.0, position=Position.STANDING) for a in (273.5, 273.49, 274)
    )
    assert as_found(half) == as_found(after) != as_found(before)


@pytest.mark.parametrize("is_male", [np.nan, 2.0, -1.0, 0.5])
def test_a_sex_that_is_neither_leaves_nothing(is_male: float) -> None:
    assert as_found(score(age_days=500, is_male=is_male, weight_kg=9.0, height_cm=75.0)) == (None,) * 6
