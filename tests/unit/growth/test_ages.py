"""Ages in days and months, one date at a time."""

from __future__ import annotations

import numpy as np
import pytest

from audit.growth.ages import age_days, completed_months, corrected_age_days, days_of_months


@pytest.mark.parametrize(
    ("birth", "measured", "days", "months"),
    [
        ("2024-03-15", "2024-03-15", 0, 0),
        ("2024-03-15", "2024-04-14", 30, 0),
        ("2024-03-15", "2024-04-15", 31, 1),
        ("2024-01-31", "2024-02-29", 29, 0),
        ("2024-01-31", "2024-03-01", 30, 1),
        ("2024-02-29", "2025-02-28", 365, 11),
        ("2024-02-29", "2025-03-01", 366, 12),
        ("2023-12-31", "2024-01-30", 30, 0),
        ("2024-03-15", "2024-03-14", -1, -1),
    ],
)
def test_days_and_completed_months_between_two_dates(birth: str, measured: str, days: float, months: float) -> None:
    assert age_days(birth, measured)[0] == days
    assert completed_months(birth, measured)[0] == months


def test_an_unknown_date_gives_no_age() -> None:
    birth = np.array(["2024-01-01", "NaT"], dtype="datetime64[D]")
    assert np.isnan(age_days(birth, "2024-02-01")).tolist() == [False, True]
    assert np.isnan(completed_months(birth, "NaT")).all()


@pytest.mark.parametrize(("months", "day"), [(0, 0), (1, 30), (2, 61), (8, 244), (9, 274), (24, 731), (59, 1796), (60, 1826)])
def test_months_are_read_at_the_day_rounded_half_up(months: float, day: float) -> None:
    assert days_of_months(months) == day


@pytest.mark.parametrize(
    ("age", "weeks", "corrected"),
    [
        (365, 32, 309),
        (365, 36, 337),
        (365, 37, np.nan),
        (365, np.nan, np.nan),
        (730, 32, 674),
        (731, 32, np.nan),
        (10, 30, -60),
        (-1, 30, np.nan),
    ],
)
def test_preterm_age_is_counted_from_term_until_two_years(age: float, weeks: float, corrected: float) -> None:
    np.testing.assert_equal(float(corrected_age_days(age, weeks)), corrected)
