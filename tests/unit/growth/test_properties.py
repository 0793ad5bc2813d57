"""What must hold for any child: order, inverses, agreement with the formula written out, and independence of rows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.growth.indices import CHUNK, Position, score
from audit.growth.standards import MEANING, TABLE_OF, Index, TableName, curve, table

AGES = st.integers(0, 1826)
SEXES = st.booleans()
BY_MEASURE = {Index.HAZ: "height_cm", Index.WAZ: "weight_kg", Index.HCZ: "head_cm", Index.MCZ: "muac_cm"}


def literal_z(index: Index, *, y: float, is_male: bool, row: int, name: TableName) -> float:
    """Chapter 7 of the standards, as printed, for one child at one row of a table."""
    l, m, s = (float(v) for v in table(name).lms[int(is_male), row])  # noqa: E741

    def sd(k: int) -> float:
        return m * (1 + l * s * k) ** (1 / l)

    z = ((y / m) ** l - 1) / (l * s)
    if MEANING[index].restricted and z > 3:
        z = 3 + (y - sd(3)) / (sd(3) - sd(2))
    elif MEANING[index].restricted and z < -3:
        z = -3 + (y - sd(-3)) / (sd(-2) - sd(-3))
    return z


@given(age=AGES, is_male=SEXES, share=st.floats(0.5, 1.8), index=st.sampled_from(list(BY_MEASURE)))
@settings(deadline=None)
def test_z_is_the_printed_formula_rounded(age: int, is_male: bool, share: float, index: Index) -> None:
    name = TABLE_OF[index]
    row = age - int(table(name).first)
    if row < 0:
        return
    y = float(table(name).lms[int(is_male), row, 1]) * share
    measures = {"weight_kg": math.nan, "height_cm": math.nan} | {BY_MEASURE[index]: y}
    z = score(age_days=age, is_male=is_male, **measures).z(index)[0]
    assert z == pytest.approx(literal_z(index, y=y, is_male=is_male, row=row, name=name), abs=0.005 + 1e-9)


@given(z=st.floats(-5.5, 5.5), is_male=SEXES, index=st.sampled_from(list(Index)), place=st.floats(0, 1), standing=st.booleans())
@settings(deadline=None)
def test_the_z_of_a_point_on_a_curve_is_the_z_of_the_curve(z: float, is_male: bool, index: Index, place: float, standing: bool) -> None:
    x, y = curve(index, is_male=is_male, z=z, standing=standing)
    at = int(place * (x.size - 1))
    on, value = float(x[at]), float(y[at])
    if index is Index.WHZ:
        scores = score(age_days=1000 if standing else 500, is_male=is_male, weight_kg=value, height_cm=on)
    elif index is Index.BAZ:
        scores = score(age_days=on, is_male=is_male, weight_kg=value * 0.64, height_cm=80.0)
    else:
        scores = score(age_days=on, is_male=is_male, **({"weight_kg": math.nan, "height_cm": math.nan} | {BY_MEASURE[index]: value}))
    assert scores.z(index)[0] == pytest.approx(z, abs=0.005 + 1e-6)


@given(age=AGES, is_male=SEXES, weight=st.floats(1.0, 40.0), position=st.sampled_from(list(Position)))
@settings(max_examples=40, deadline=None)
def test_a_taller_child_has_a_higher_tb_u_and_a_lower_plausible_bb_tb(age: int, is_male: bool, weight: float, position: Position) -> None:
    height = np.linspace(46.0, 118.0, 400)
    scores = score(age_days=age, is_male=is_male, weight_kg=weight, height_cm=height, position=position)
    assert (np.diff(scores.haz) >= 0).all()
    plausible = scores.whz[~np.isnan(scores.whz) & ~scores.whz_flag]  # far below, the straight line of the standards turns up again
    assert (np.diff(plausible) <= 0).all() and (np.diff(scores.baz) <= 0).all()


@given(age=AGES, is_male=SEXES, height=st.floats(46.0, 118.0))
@settings(max_examples=40, deadline=None)
def test_a_heavier_child_has_higher_weight_scores(age: int, is_male: bool, height: float) -> None:
    scores = score(age_days=age, is_male=is_male, weight_kg=np.linspace(0.5, 60.0, 500), height_cm=height)
    assert (np.diff(scores.waz) >= 0).all() and (np.diff(scores.baz) >= 0).all()
    assert (np.diff(scores.whz[~np.isnan(scores.whz)]) >= 0).all()


def test_a_child_scores_the_same_alone_and_in_a_file() -> None:
    rng = np.random.default_rng(11)
    n = CHUNK * 2 + 17
    many = {
        "age_days": rng.integers(-5, 1840, n).astype(float),
        "is_male": rng.choice([0.0, 1.0, np.nan], n),
        "weight_kg": rng.uniform(-1, 30, n),
        "height_cm": rng.uniform(40, 125, n),
        "position": rng.integers(0, 3, n).astype(np.int8),
        "has_oedema": rng.choice([0.0, 1.0, np.nan], n, p=[0.8, 0.1, 0.1]),
        "head_cm": rng.uniform(30, 55, n),
        "muac_cm": rng.uniform(8, 25, n),
    }
    many["age_days"][::50] = np.nan
    whole = score(**many)
    for row in (0, 50, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, n - 1):
        alone = score(**{name: values[row] for name, values in many.items()})
        for index in Index:
            np.testing.assert_array_equal(alone.z(index)[0], whole.z(index)[row])
            assert alone.flag(index)[0] == whole.flag(index)[row]


def test_only_the_wanted_indices_are_computed() -> None:
    scores = score(age_days=500, is_male=True, weight_kg=9.0, height_cm=75.0, only=(Index.HAZ,))
    assert not np.isnan(scores.haz[0]) and np.isnan(scores.waz[0]) and np.isnan(scores.whz[0])


def test_no_rows_give_no_scores() -> None:
    assert score(age_days=[], is_male=[], weight_kg=[], height_cm=[]).haz.shape == (0,)


def test_rows_of_different_number_are_an_error() -> None:
    with pytest.raises(ValueError, match="broadcast"):
        score(age_days=[1, 2, 3], is_male=[True, False], weight_kg=5.0, height_cm=60.0)


def test_no_z_is_minus_zero() -> None:
    scores = score(age_days=0, is_male=False, weight_kg=np.linspace(3.22, 3.25, 50), height_cm=49.14)
    assert not np.signbit(scores.waz[scores.waz == 0]).any() and not np.signbit(scores.haz[scores.haz == 0]).any()
