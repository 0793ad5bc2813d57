"""The curves of a growth chart against the values WHO prints, and the tables they are drawn from. No picture is drawn in here."""

from __future__ import annotations

import numpy as np
import pytest

from audit.errors import Fault
from audit.growth import standards
from audit.growth.standards import Index, TableName, check_content, curve, table

PRINTED = [
    # index, is_male, day, the curves of -3, -2, 0, +2, +3 SD as WHO prints them
    (Index.HAZ, True, 731, (78.0, 81.0, 87.1, 93.2, 96.3)),
    (Index.HAZ, False, 731, (76.0, 79.3, 85.7, 92.2, 95.4)),
    (Index.HAZ, True, 0, (44.2, 46.1, 49.9, 53.7, 55.6)),
]


@pytest.mark.parametrize(("index", "is_male", "day", "wanted"), PRINTED)
def test_the_curve_passes_through_the_printed_value(index: Index, is_male: bool, day: int, wanted: tuple[float, ...]) -> None:
    for z, y in zip((-3.0, -2.0, 0.0, 2.0, 3.0), wanted, strict=True):
        x, curve_y = curve(index, is_male=is_male, z=z)
        assert round(float(curve_y[x == day][0]), 1) == y


def test_height_for_age_jumps_down_where_the_pen_is_lifted() -> None:
    x, y = curve(Index.HAZ, is_male=True, z=0.0)
    steps = np.diff(y)
    assert x[1:][steps < 0].tolist() == [standards.BREAK_AT_DAY]


@pytest.mark.parametrize(
    ("index", "standing", "first", "last"),
    [
        (Index.HAZ, True, 0, 1826),
        (Index.MCZ, True, 91, 1826),
        (Index.WHZ, True, 65.0, 120.0),
        (Index.WHZ, False, 45.0, 110.0),
    ],
)
def test_a_curve_runs_over_its_whole_table(index: Index, standing: bool, first: float, last: float) -> None:
    x, y = curve(index, is_male=False, z=-2.0, standing=standing)
    assert (x[0], x[-1]) == (first, last) and x.shape == y.shape and np.isfinite(y).all()


def test_every_table_is_the_published_one() -> None:
    for name in TableName:
        lms = table(name).lms
        assert lms.shape[0] == 2 and (lms[:, :, 1:] > 0).all() and not lms.flags.writeable


def test_a_changed_table_is_a_fault() -> None:
    with pytest.raises(Fault, match="rusak"):
        check_content(b"not the table", "0" * 64, "weight_for_age")


def test_indices_without_restriction_have_l_of_one_in_every_row() -> None:
    for name in (TableName.HEIGHT_FOR_AGE, TableName.HEAD_FOR_AGE):
        assert (table(name).lms[:, :, 0] == 1.0).all()
