"""How the invented children grow and how they are measured: latent z, faltering, errors of the scales. Who they are is not here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from audit.growth.ages import DAYS_PER_MONTH, LAST_DAY, TWO_YEARS, Dates, Floats
from audit.growth.indices import STANDING_LOSES_CM
from audit.growth.lms import measurement
from audit.growth.standards import Table, TableName, table

Rows: TypeAlias = NDArray[np.intp]
Bools: TypeAlias = NDArray[np.bool_]

LAST_MONTH = 72
"""Latent growth is drawn to this month of age, so that a child of 59 months can be followed up for a year."""

# Chosen so that about a quarter of the children of 0 to 59 months are stunted, some 7 % wasted and 8 % born with less than 2.5 kg:
# a district that worries, without being hopeless. Invented; no survey was fitted.
_HAZ_MEAN, _HAZ_SD = -1.38, 0.95
_WHZ_MEAN, _WHZ_SD = -0.35, 0.88
_MONTHS_TO_OWN_CHANNEL = 7.0
_KEPT_FROM_LAST_MONTH = 0.85
_FALTERING_SHARE = 0.15
_CM_A_DAY_AFTER_FIVE = 6.5 / 365

_STANDS_AT_DAY = TWO_YEARS
_WRONG_POSITION_SHARE = 0.03
_HEIGHT_ERROR_CM = 0.35
_WEIGHT_ERROR_KG = 0.06
_ROUND_HALVES_SHARE = 0.2
_MUAC_FROM_DAY = 183


@dataclass(frozen=True, slots=True)
class Bodies:
    """What n children are made of; row i is child i.

    haz, whz: float32 of shape (n, LAST_MONTH + 1), latent TB/U and BB/TB at each completed month of age.
    muac_extra: how far the arm departs from what the weight suggests, in SD.
    """

    is_male: Bools
    birth_on: Dates
    gestation_weeks: NDArray[np.int64]
    birth_weight_kg: Floats
    birth_length_cm: Floats
    haz: NDArray[np.float32]
    whz: NDArray[np.float32]
    muac_extra: Floats


@dataclass(frozen=True, slots=True)
class Size:
    """What the scales would show of k children if they did not err: kg, cm (lying below 731 days, then standing), cm of the arm."""

    weight_kg: Floats
    height_cm: Floats
    muac_cm: Floats


@dataclass(frozen=True, slots=True)
class Reading:
    """What was written down for k children: as `Size`, rounded to 0.1 with the usual liking for .0 and .5, and how they were held.

    muac_cm is NaN below six months. height_cm is as read, not corrected for the position.
    """

    weight_kg: Floats
    height_cm: Floats
    muac_cm: Floats
    is_standing: Bools


def draw_bodies(rng: np.random.Generator, *, is_male: Bools, birth_on: Dates, lean: Floats) -> Bodies:
    """Bodies for n children. lean: shift of the long-term TB/U of each, in SD, for poorer kecamatan and families; shape (n,)."""
    n = len(is_male)
    gestation = np.clip(np.round(rng.normal(38.9, 1.4, n) - 3.0 * (rng.random(n) < 0.04)), 29, 42)
    early = np.maximum(0.0, 38.0 - gestation)
    length_z = rng.normal(0.05, 0.9, n) + 0.3 * lean - 0.26 * early
    weight_z = 0.6 * length_z + rng.normal(-0.35, 0.75, n) - 0.12 * early
    own = _HAZ_MEAN + 0.25 * length_z + lean + rng.normal(0.0, _HAZ_SD, n)
    falter = _faltering(rng, n)
    return Bodies(
        is_male=is_male,
        birth_on=birth_on,
        gestation_weeks=gestation.astype(np.int64),
        birth_weight_kg=np.round(_at(table(TableName.WEIGHT_FOR_AGE), is_male, np.zeros(n), weight_z, restricted=True), 2),
        birth_length_cm=np.round(_at(table(TableName.HEIGHT_FOR_AGE), is_male, np.zeros(n), length_z, restricted=False), 1),
        haz=(_towards(length_z, own) + _wander(rng, n, 0.05) - 0.8 * falter).astype(np.float32),
        whz=(rng.normal(_WHZ_MEAN, _WHZ_SD, n)[:, None] + _wander(rng, n, 0.16) - 1.3 * _lately(falter)).astype(np.float32),
        muac_extra=rng.normal(0.0, 0.4, n),
    )


def true_size(bodies: Bodies, rows: Rows, age_days: Floats, *, haz_gain: Floats | float = 0.0, whz_gain: Floats | float = 0.0) -> Size:
    """The size of the children of these rows at these ages (shape (k,), 0 to about 2190 days), after a gain in latent z, if any."""
    is_male = bodies.is_male[rows]
    haz = np.clip(_between_months(bodies.haz, rows, age_days) + haz_gain, -5.2, 3.5)
    whz = np.clip(_between_months(bodies.whz, rows, age_days) + whz_gain, -4.5, 4.0)
    day = np.minimum(age_days, LAST_DAY)
    height = _at(table(TableName.HEIGHT_FOR_AGE), is_male, day, haz, restricted=False)
    height = height + np.maximum(0.0, age_days - LAST_DAY) * _CM_A_DAY_AFTER_FIVE
    lying, standing = table(TableName.WEIGHT_FOR_LENGTH), table(TableName.WEIGHT_FOR_HEIGHT)
    by_length, by_height = _at(lying, is_male, height, whz, restricted=True), _at(standing, is_male, height, whz, restricted=True)
    # Below 45 cm, where the table of weight begins, weight goes with the cube of length.
    weight = np.where(day < TWO_YEARS, by_length, by_height) * np.minimum(1.0, height / lying.first) ** 3
    muac_z = 0.8 * whz + 0.15 * haz + bodies.muac_extra[rows]
    return Size(weight, height, _at(table(TableName.MUAC_FOR_AGE), is_male, np.maximum(day, 91), muac_z, restricted=True))


def read_size(size: Size, age_days: Floats, *, noise: Floats, luck: Floats) -> Reading:
    """What is written down of these sizes. noise: standard normals of shape (k, 3); luck: uniforms of shape (k, 4)."""
    should_stand = age_days >= _STANDS_AT_DAY
    is_wrong = (luck[:, 0] < _WRONG_POSITION_SHARE) & (age_days > 420)
    is_standing = should_stand ^ is_wrong
    held = size.height_cm + STANDING_LOSES_CM * (should_stand.astype(float) - is_standing.astype(float))
    return Reading(
        weight_kg=_written(size.weight_kg + _WEIGHT_ERROR_KG * noise[:, 0], luck[:, 1]),
        height_cm=_written(held + _HEIGHT_ERROR_CM * noise[:, 1], luck[:, 2]),
        muac_cm=np.where(age_days >= _MUAC_FROM_DAY, _written(size.muac_cm + 0.2 * noise[:, 2], luck[:, 3]), np.nan),
        is_standing=is_standing,
    )


def _written(values: Floats, luck: Floats) -> Floats:
    """Rounded to 0.1; a share of the readings to the nearest .0 or .5, as a hurried hand does."""
    return np.asarray(np.round(np.where(luck < _ROUND_HALVES_SHARE, np.round(values * 2) / 2, values), 1), dtype=np.float64)


def _towards(birth_z: Floats, own_z: Floats) -> Floats:
    """From the z at birth towards the child's own channel, shape (n, LAST_MONTH + 1)."""
    left = np.exp(-np.arange(LAST_MONTH + 1) / _MONTHS_TO_OWN_CHANNEL)
    return own_z[:, None] + (birth_z - own_z)[:, None] * left


def _wander(rng: np.random.Generator, n: int, step_sd: float) -> Floats:
    """First-order autoregressive noise, shape (n, LAST_MONTH + 1)."""
    steps = rng.normal(0.0, step_sd, (n, LAST_MONTH + 1))
    for month in range(1, LAST_MONTH + 1):
        steps[:, month] += _KEPT_FROM_LAST_MONTH * steps[:, month - 1]
    return steps


def _faltering(rng: np.random.Generator, n: int) -> Floats:
    """For the children who falter (0 for the others): rises to 0.6–1.4 within four months of an illness or weaning, then fades slowly."""
    begins = rng.integers(4, 30, n)
    depth = np.where(rng.random(n) < _FALTERING_SHARE, rng.uniform(0.6, 1.4, n), 0.0)
    since = np.arange(LAST_MONTH + 1)[None, :] - begins[:, None]
    return np.asarray(depth[:, None] * np.clip(since / 4, 0.0, 1.0) * np.exp(-np.maximum(0, since - 4) / 24))


def _lately(falter: Floats) -> Floats:
    """The part of the faltering gained in the last six months: weight for height falls and comes back sooner than height."""
    before = np.concatenate([np.zeros((len(falter), 6)), falter[:, :-6]], axis=1)
    return np.asarray(np.maximum(0.0, falter - before))


def _between_months(latent: NDArray[np.float32], rows: Rows, age_days: Floats) -> Floats:
    months = np.clip(age_days / DAYS_PER_MONTH, 0.0, LAST_MONTH - 0.001)
    whole = months.astype(np.intp)
    part = months - whole
    return np.asarray(latent[rows, whole] * (1 - part) + latent[rows, whole + 1] * part)


def _at(chosen: Table, is_male: Bools, x: Floats, z: Floats, *, restricted: bool) -> Floats:
    """The measurement with this z at the row of the table nearest to x; x outside the table takes its first or last row."""
    row = np.clip(np.round((x - chosen.first) / chosen.step), 0, chosen.lms.shape[1] - 1).astype(np.intp)
    l, m, s = chosen.lms[is_male.astype(np.intp), row].T  # noqa: E741  # the letters of the method
    return measurement(z, l=l, m=m, s=s, restricted=restricted)
