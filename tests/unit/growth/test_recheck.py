"""Recheck finds the method behind imported z-scores and the reason of the rows it does not explain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from audit.growth.indices import Position
from audit.growth.recheck import METHODS, Method, Reason, Recheck, recheck
from audit.growth.recheck import _Children as Children  # the same children, scored by a method, are what a foreign system exports
from audit.growth.recheck import _day_month_swapped as day_month_swapped
from audit.growth.recheck import _months_later as months_later
from audit.growth.standards import Index

WANTED = (Index.WAZ, Index.HAZ, Index.WHZ)


def invented(n: int = 600, seed: int = 5) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    birth = np.datetime64("2021-01-04", "D") + rng.integers(0, 900, n)
    measured = birth + rng.integers(20, 1700, n)
    age = (measured - birth).astype(float)
    return {
        "birth_on": birth,
        "measured_on": measured,
        "is_male": rng.integers(0, 2, n).astype(float),
        "weight_kg": np.round(3.4 + 14 * (age / 1826) ** 0.7 + rng.normal(0, 0.8, n), 1),
        "height_cm": np.round(50 + 57 * (age / 1826) ** 0.65 + rng.normal(0, 2.5, n), 1),
        "position": rng.integers(1, 3, n).astype(np.int8),
    }


def exported(children: Mapping[str, Any], method: Method) -> dict[Index, np.ndarray]:
    n = children["weight_kg"].size
    return dict(Children(**children, has_oedema=np.zeros(n)).z(method, WANTED))


def checked(children: Mapping[str, Any], imported: Mapping[Index, np.ndarray]) -> Recheck:
    return recheck(**children, imported=imported)


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.code)
def test_the_method_of_a_file_is_found(method: Method) -> None:
    children = invented()
    found = checked(children, exported(children, method))
    assert found.method == method and found.share == 1.0 and found.is_certain
    assert found.is_explained.all() and not found.category_differs.any() and (found.reason == Reason.NONE).all()


def test_the_finding_is_said_in_indonesian() -> None:
    children = invented(n=1200)
    imported = exported(children, METHODS[1])
    imported[Index.HAZ][:6] += 0.5
    found = checked(children, imported)
    assert found.sentence == "Metode terdeteksi: umur dalam bulan penuh, cocok 99,5 % dari 1.200 baris."


def test_a_file_that_no_method_explains_names_none() -> None:
    children = invented()
    imported = {index: z + 0.37 for index, z in exported(children, METHODS[0]).items()}
    found = checked(children, imported)
    assert not found.is_certain and found.sentence.startswith("Metode tidak dapat dipastikan")


def test_values_cut_instead_of_rounded_are_the_same() -> None:
    children = invented()
    imported = {index: np.trunc((z + 0.004) * 100) / 100 for index, z in exported(children, METHODS[0]).items()}
    assert checked(children, imported).is_explained.all()


def test_a_hundredth_and_a_half_is_not_the_same() -> None:
    children = invented()
    imported = exported(children, METHODS[0])
    imported[Index.WAZ][3] += 0.015
    assert np.flatnonzero(~checked(children, imported).is_explained).tolist() == [3]


def with_fault(children: dict[str, Any], row: int, **changes: Any) -> dict[str, Any]:
    spoilt = {name: values.copy() for name, values in children.items()}
    for name, value in changes.items():
        spoilt[name][row] = value
    return spoilt


def one_year_later(date: np.datetime64) -> np.datetime64:
    month = date.astype("datetime64[M]")
    return (month + 12).astype("datetime64[D]") + (date - month.astype("datetime64[D]"))


@pytest.mark.parametrize(
    ("reason", "spoil"),
    [
        (Reason.SEX, lambda c, r: {"is_male": 1 - c["is_male"][r]}),
        (Reason.POSITION, lambda c, r: {"position": Position.LYING if c["position"][r] == Position.STANDING else Position.STANDING}),
        (Reason.BIRTH_DATE, lambda c, r: {"birth_on": one_year_later(c["birth_on"][r])}),
        (Reason.BIRTH_DAY_MONTH, lambda c, r: {"birth_on": np.datetime64("2022-03-09")}),
        (Reason.MEASURED_DAY_MONTH, lambda c, r: {"measured_on": np.datetime64("2025-10-02")}),
        (Reason.UNIT, lambda c, r: {"weight_kg": c["weight_kg"][r] * 10}),
        (Reason.UNIT, lambda c, r: {"height_cm": c["height_cm"][r] / 100}),
        (Reason.NOT_COMPUTABLE, lambda c, r: {"is_male": np.nan}),
        (Reason.UNKNOWN, lambda c, r: {"weight_kg": c["weight_kg"][r] + 1.37}),
    ],
)
def test_the_likeliest_reason_is_named(reason: Reason, spoil: Any) -> None:
    children = invented()
    row = 41
    children["birth_on"][row], children["measured_on"][row] = np.datetime64("2022-09-03"), np.datetime64("2025-02-10")
    children["weight_kg"][row], children["height_cm"][row] = 11.4, 87.3
    found = checked(with_fault(children, row, **spoil(children, row)), exported(children, METHODS[0]))
    assert Reason(found.reason[row]) is reason
    assert not found.is_explained[row] and found.is_explained.sum() == found.is_explained.size - 1


def test_a_row_of_another_age_rule_is_explained_and_said_so() -> None:
    children = invented()
    imported, other = exported(children, METHODS[0]), exported(children, METHODS[1])
    row = int(np.flatnonzero(np.abs(imported[Index.HAZ] - other[Index.HAZ]) > 0.05)[0])
    for index in WANTED:
        imported[index][row] = other[index][row]
    found = checked(children, imported)
    assert found.is_explained[row] and found.reason[row] == Reason.OTHER_AGE_RULE and found.method == METHODS[0]


def test_a_category_differs_only_where_no_method_explains() -> None:
    children = invented()
    imported = exported(children, METHODS[0])
    rows = np.flatnonzero((imported[Index.HAZ] < -1.5) & (imported[Index.HAZ] >= -2.0))[:4]
    imported[Index.HAZ][rows[:2]] = -2.51
    imported[Index.HAZ][rows[2:]] = -1.2
    found = checked(children, imported)
    assert np.flatnonzero(found.category_differs).tolist() == rows[:2].tolist()
    assert found.difference[Index.HAZ][rows[0]] == pytest.approx(-2.51 - exported(children, METHODS[0])[Index.HAZ][rows[0]])


def test_no_category_differs_by_a_rounding_or_by_another_age_rule() -> None:
    children = invented(n=4000)
    imported, other = exported(children, METHODS[0]), exported(children, METHODS[1])
    edge = int(np.flatnonzero(imported[Index.WAZ] == 1.0)[0])
    imported[Index.WAZ][edge], imported[Index.HAZ][edge] = 1.01, imported[Index.HAZ][edge] + 0.03
    crossed = int(np.flatnonzero((imported[Index.HAZ] < -2.02) & (other[Index.HAZ] > -1.98) & (np.arange(4000) != edge))[0])
    for index in WANTED:
        imported[index][crossed] = other[index][crossed]
    found = checked(children, imported)
    assert not found.is_explained[edge] and found.is_explained[crossed] and found.method == METHODS[0]
    assert not found.category_differs[[edge, crossed]].any()


def test_a_date_of_the_twelfth_can_be_swapped_and_of_the_thirteenth_not() -> None:
    dates = np.array(["2024-02-12", "2024-02-13", "2023-01-01", "NaT"], dtype="datetime64[D]")
    np.testing.assert_array_equal(day_month_swapped(dates), np.array(["2024-12-02", "NaT", "2023-01-01", "NaT"], dtype="datetime64[D]"))


@pytest.mark.parametrize(
    ("date", "months", "wanted"), [("2024-01-31", 1, "2024-02-29"), ("2024-02-29", -12, "2023-02-28"), ("NaT", 1, "NaT")]
)
def test_a_month_later_is_the_last_day_of_a_shorter_one(date: str, months: int, wanted: str) -> None:
    np.testing.assert_array_equal(months_later(np.array([date], dtype="datetime64[D]"), months), np.array([wanted], dtype="datetime64[D]"))


def test_rows_without_an_imported_z_are_not_compared() -> None:
    children = invented()
    imported = exported(children, METHODS[0])
    for index in WANTED:
        imported[index][:5] = np.nan
    found = checked(children, imported)
    assert found.n_compared == 595 and not found.is_compared[:5].any() and (found.reason[:5] == Reason.NONE).all()


def test_nothing_imported_is_said() -> None:
    assert checked(invented(), {}).sentence == "Tidak ada nilai ZS impor yang dapat dibandingkan."


def test_every_reason_but_none_has_words() -> None:
    assert [reason for reason in Reason if not reason.label] == [Reason.NONE]
