"""Permenkes 2/2020 at every boundary: which class a z of exactly that value belongs to."""

from __future__ import annotations

import numpy as np
import pytest

from audit.growth.categories import CATEGORIES, MUAC_CATEGORIES, category, muac_category
from audit.growth.standards import Index

WASTING = [
    (-9.0, "Gizi buruk"),
    (-3.01, "Gizi buruk"),
    (-3.00, "Gizi kurang"),
    (-2.01, "Gizi kurang"),
    (-2.00, "Gizi baik"),
    (1.00, "Gizi baik"),
    (1.01, "Berisiko gizi lebih"),
    (2.00, "Berisiko gizi lebih"),
    (2.01, "Gizi lebih"),
    (3.00, "Gizi lebih"),
    (3.01, "Obesitas"),
]

BOUNDARIES = {
    Index.WAZ: [
        (-3.01, "Berat badan sangat kurang"),
        (-3.00, "Berat badan kurang"),
        (-2.01, "Berat badan kurang"),
        (-2.00, "Berat badan normal"),
        (1.00, "Berat badan normal"),
        (1.01, "Risiko berat badan lebih"),
        (8.0, "Risiko berat badan lebih"),
    ],
    Index.HAZ: [
        (-3.01, "Sangat pendek"),
        (-3.00, "Pendek"),
        (-2.01, "Pendek"),
        (-2.00, "Normal"),
        (3.00, "Normal"),
        (3.01, "Tinggi"),
    ],
    Index.WHZ: WASTING,
    Index.BAZ: WASTING,
}


@pytest.mark.parametrize(("index", "z", "label"), [(index, z, label) for index, rows in BOUNDARIES.items() for z, label in rows])
def test_the_boundary_belongs_to_the_better_class(index: Index, z: float, label: str) -> None:
    assert CATEGORIES[index][category(index, z)[0]].label == label


@pytest.mark.parametrize(("z", "code"), [(-2.996, "stunted"), (-3.004, "stunted"), (-3.006, "severely_stunted"), (-1.996, "normal")])
def test_z_is_rounded_before_it_is_classified(z: float, code: str) -> None:
    assert CATEGORIES[Index.HAZ][category(Index.HAZ, z)[0]].code == code


def test_a_missing_z_has_no_category() -> None:
    for index in CATEGORIES:
        assert category(index, [np.nan, 0.0]).tolist()[0] == -1 < category(index, [np.nan, 0.0])[1]


@pytest.mark.parametrize(("index", "wanted"), [(Index.WHZ, 0), (Index.BAZ, 0), (Index.WAZ, -1), (Index.HAZ, -1)])
def test_oedema_is_gizi_buruk_even_without_a_z(index: Index, wanted: int) -> None:
    assert category(index, np.nan, has_oedema=True)[0] == wanted
    assert category(index, np.nan, has_oedema=np.nan)[0] == -1


@pytest.mark.parametrize("index", [Index.HCZ, Index.MCZ])
def test_head_and_arm_z_have_no_category(index: Index) -> None:
    with pytest.raises(KeyError):
        category(index, 0.0)


@pytest.mark.parametrize(
    ("muac_cm", "age_days", "label"),
    [
        (11.4, 400, "Gizi buruk"),
        (11.5, 400, "Gizi kurang"),
        (12.4, 400, "Gizi kurang"),
        (12.5, 400, "Gizi baik"),
        (11.0, 183, "Gizi buruk"),
        (11.0, 182, None),
        (11.0, 1826, "Gizi buruk"),
        (11.0, 1827, None),
        (0.0, 400, None),
        (np.nan, 400, None),
        (11.0, np.nan, None),
    ],
)
def test_arm_circumference_is_classified_from_6_to_59_months(muac_cm: float, age_days: float, label: str | None) -> None:
    place = muac_category(muac_cm, age_days)[0]
    assert (MUAC_CATEGORIES[place].label if place >= 0 else None) == label


def test_codes_are_unique_and_begin_in_order() -> None:
    for rows in (*CATEGORIES.values(), MUAC_CATEGORIES):
        assert len({row.code for row in rows}) == len(rows)
        assert [row.low for row in rows] == sorted(row.low for row in rows)
