"""Ages: days, completed months, months turned into days, age corrected for preterm birth. Nothing is read at an age in here."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]
Dates: TypeAlias = NDArray[np.datetime64]

DAYS_PER_MONTH = 30.4375
"""365.25 / 12, the month of the WHO Child Growth Standards."""

LAST_DAY = 1826
"""The last day of the standards for children under five."""

TWO_YEARS = 731
"""From this day on a child is measured standing, and read in the height table. Source: WHO 2006, chapter 7."""

NINE_MONTHS = 274
"""Below this day nobody stands: a position "standing" is taken for a slip of the pen. Source: WHO R package anthro."""

TERM_WEEKS = 40
PRETERM_BELOW_WEEKS = 37
CORRECTED_UNTIL_DAY = 730


def age_days(birth_on: Any, measured_on: Any) -> Floats:
    """Days from birth to measurement, shape (n,), NaN where a date is unknown (NaT); negative when measured before birth.

    birth_on, measured_on: numpy datetime64[D] arrays, or dates, or ISO strings; a single date is used for every row.
    """
    birth, measured = _dates(birth_on), _dates(measured_on)
    days = (measured - birth).astype("timedelta64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(np.float64))


def completed_months(birth_on: Any, measured_on: Any) -> Floats:
    """Calendar months completed from birth to measurement, shape (n,), NaN where a date is unknown; negative when measured before birth.

    Born on the 31st, a month is completed on the 31st, or on the 1st of the month after one that is shorter.
    """
    birth, measured = _dates(birth_on), _dates(measured_on)
    birth_month, measured_month = birth.astype("datetime64[M]"), measured.astype("datetime64[M]")
    months = (measured_month - birth_month).astype("timedelta64[M]")
    too_early = (measured - measured_month).astype("timedelta64[D]") < (birth - birth_month).astype("timedelta64[D]")
    return np.where(np.isnat(months), np.nan, months.astype(np.float64) - too_early)


def days_of_months(months: ArrayLike) -> Floats:
    """The day at which an age in months is read: months * 30.4375, rounded half up. NaN stays NaN."""
    return half_up(np.asarray(months, dtype=np.float64) * DAYS_PER_MONTH)


def half_up(values: ArrayLike) -> Floats:
    """The nearest whole number, x.5 going up, as the standards round ages."""
    return np.asarray(np.floor(np.asarray(values, dtype=np.float64) + 0.5))


def corrected_age_days(age_days: ArrayLike, gestation_weeks: ArrayLike) -> Floats:
    """Age in days counted from term (40 weeks), for a child born before 37 weeks and not yet two years old; NaN for everybody else.

    Shown beside the chronological age, never instead of it. Negative before the day the child would have been born at term.
    gestation_weeks: completed weeks, NaN for unknown.
    """
    days, weeks = np.asarray(age_days, dtype=np.float64), np.asarray(gestation_weeks, dtype=np.float64)
    applies = (weeks < PRETERM_BELOW_WEEKS) & (days >= 0) & (days <= CORRECTED_UNTIL_DAY)
    return np.where(applies, days - 7 * (TERM_WEEKS - weeks), np.nan)


def _dates(values: Any) -> Dates:
    return np.atleast_1d(np.asarray(values, dtype="datetime64[D]"))
