"""The LMS formulas of the growth standards, both ways: a measurement to its z, a z to its measurement. No table is in here."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from audit.growth.ages import Floats

RESTRICTED_BEYOND = 3.0
"""Beyond 3 SD the z of skewed measurements goes on in steps of the distance from SD2 to SD3. Source: WHO 2006, chapter 7."""


def z_score(y: Floats, *, l: Floats, m: Floats, s: Floats) -> Floats:  # noqa: E741  # the letters of the method
    """Standard deviations of the measurement y from the median m, shape of y; NaN for y <= 0. l is never 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        z = ((y / m) ** l - 1.0) / (l * s)
    return np.where(y > 0, z, np.nan)


def restricted_z_score(y: Floats, *, l: Floats, m: Floats, s: Floats) -> Floats:  # noqa: E741
    """As `z_score`, but linear beyond 3 SD on either side; used for weight, BMI and arm circumference."""
    z = z_score(y, l=l, m=m, s=s)
    beyond = np.abs(z) > RESTRICTED_BEYOND
    z[beyond] = linear_z(y[beyond], z[beyond], l=l[beyond], m=m[beyond], s=s[beyond])
    return z


def linear_z(y: Floats, z: Floats, *, l: Floats, m: Floats, s: Floats) -> Floats:  # noqa: E741
    """The z of measurements known to be beyond 3 SD, on the side that the plain z names."""
    side = np.where(z > 0, 1.0, -1.0)
    sd2, sd3 = _value(side * 2.0, l=l, m=m, s=s), _value(side * 3.0, l=l, m=m, s=s)
    return np.asarray(side * (3.0 + (y - sd3) / (sd3 - sd2)))


def measurement(z: ArrayLike, *, l: Floats, m: Floats, s: Floats, restricted: bool) -> Floats:  # noqa: E741
    """The measurement that has this z: M(1 + L·S·z)^(1/L), and linear beyond 3 SD where the index is restricted.

    NaN where no measurement can have it (1 + L·S·z not positive).
    """
    wanted = np.broadcast_to(np.asarray(z, dtype=np.float64), l.shape)
    if not restricted:
        return _value(wanted, l=l, m=m, s=s)
    inner = np.clip(wanted, -RESTRICTED_BEYOND, RESTRICTED_BEYOND)
    side = np.where(wanted > 0, 1.0, -1.0)
    sd2, sd3 = _value(side * 2.0, l=l, m=m, s=s), _value(side * 3.0, l=l, m=m, s=s)
    beyond = (np.abs(wanted) - RESTRICTED_BEYOND) * (sd3 - sd2)
    return np.asarray(np.where(np.abs(wanted) > RESTRICTED_BEYOND, sd3 + beyond, _value(inner, l=l, m=m, s=s)))


def _value(z: Floats, *, l: Floats, m: Floats, s: Floats) -> Floats:  # noqa: E741
    with np.errstate(invalid="ignore"):
        return np.asarray(m * (1.0 + l * s * z) ** (1.0 / l))
