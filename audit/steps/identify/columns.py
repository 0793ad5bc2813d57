"""What the screening looks at: the columns it is given and the measures made from them, as data. No threshold is in here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audit.growth.gain import minimum_gain_g
from audit.lifecycle.vocabulary import Group

BADUTA_MONTHS, BALITA_MONTHS = 24, 60
"""A child under two, and under five, in completed months. Source: BKKBN; domain of the audit."""

WEIGHINGS_KEPT = 5
"""How many measurements of a subject the screening is given, newest first: enough for three months without gain."""

GIVEN: Mapping[str, type[pl.DataType]] = {
    "subject_id": pl.Int64,
    "kind": pl.String,
    "is_male": pl.Boolean,
    "desa_code": pl.String,
    "birth_weight_g": pl.Int64,
    "birth_length_cm": pl.Float64,
    "gestation_weeks": pl.Int64,
    "layout": pl.String,
    "measurement_id": pl.Int64,
    "measured_on": pl.Date,
    "age_months": pl.Int64,
    "weight_kg": pl.Float64,
    "height_cm": pl.Float64,
    "muac_cm": pl.Float64,
    "has_oedema": pl.Boolean,
    "hb_g_dl": pl.Float64,
    "pregnancy_weeks": pl.Int64,
    "haz": pl.Int64,
    "waz": pl.Int64,
    "whz": pl.Int64,
    "flags": pl.Int64,
    "weight_gain": pl.String,
    "recheck": pl.String,
}
"""The columns of the table that is screened, one row per measurement. haz, waz, whz in hundredths; layout: of the register it came from."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Something a rule may compare: where it comes from, how it is printed, and which thresholds make sense.

    value: an expression over the columns of `newest`, null when unknown or when it does not apply. decimals: as printed.
    lowest, highest: the thresholds that can be meant.
    """

    label: str
    unit: str
    decimals: int
    lowest: float
    highest: float
    value: pl.Expr


_WOMAN = pl.col("kind") == "woman"
_MAN = pl.col("kind") == "man"
# Trimester 2 is week 14 to 27. A woman whose weeks are unknown is held to its lower limit: anaemic whatever the trimester.
_SECOND_TRIMESTER = pl.col("pregnancy_weeks").is_between(14, 27).fill_null(True)


def _known(column: str) -> pl.Expr:
    """The column where it is above zero: registers write 0 for what was not recorded."""
    return pl.when(pl.col(column) > 0).then(pl.col(column).cast(pl.Float64))


def _z(column: str) -> pl.Expr:
    return pl.col(column) / 100


_AGE_YEARS = pl.col("age_months_now") // 12
_MUAC = _known("muac_cm")
_HB = _known("hb_g_dl")
_BMI = pl.when((pl.col("weight_kg") > 0) & (pl.col("height_cm") > 0)).then(pl.col("weight_kg") / (pl.col("height_cm") / 100) ** 2)

MEASURES: Mapping[str, Measure] = {
    "haz": Measure("TB/U", "SD", 2, -6, 3, _z("haz")),
    "waz": Measure("BB/U", "SD", 2, -6, 5, _z("waz")),
    "whz": Measure("BB/TB", "SD", 2, -5, 5, _z("whz")),
    "child_muac_cm": Measure("LiLA anak 6–59 bulan", "cm", 1, 6, 20, pl.when(pl.col("age_months").is_between(6, 59)).then(_MUAC)),
    "oedema": Measure("Edema kedua kaki (1 ada, 0 tidak)", "", 0, 1, 1, pl.col("has_oedema").cast(pl.Float64)),
    "months_without_gain": Measure("Bulan berturut-turut tidak naik berat badan", "bulan", 0, 1, 3, pl.col("months_without_gain")),
    "birth_weight_g": Measure("Berat lahir", "gram", 0, 500, 6000, _known("birth_weight_g")),
    "birth_length_cm": Measure("Panjang lahir", "cm", 1, 25, 60, _known("birth_length_cm")),
    "gestation_weeks": Measure("Usia kehamilan saat lahir", "minggu", 0, 22, 44, _known("gestation_weeks")),
    "age_months": Measure("Usia anak", "bulan", 0, 0, 60, pl.col("age_months_now")),
    "age_years": Measure("Usia", "tahun", 0, 10, 60, _AGE_YEARS),
    "woman_age_years": Measure("Usia perempuan", "tahun", 0, 10, 60, pl.when(_WOMAN).then(_AGE_YEARS)),
    "man_age_years": Measure("Usia laki-laki", "tahun", 0, 10, 60, pl.when(_MAN).then(_AGE_YEARS)),
    "woman_height_cm": Measure("Tinggi badan ibu", "cm", 1, 120, 200, pl.when(_WOMAN).then(_known("height_cm"))),
    "woman_muac_cm": Measure("LiLA perempuan", "cm", 1, 15, 50, pl.when(_WOMAN).then(_MUAC)),
    "woman_hb_g_dl": Measure("Hb perempuan tidak hamil", "g/dL", 1, 3, 20, pl.when(_WOMAN).then(_HB)),
    "woman_bmi": Measure("IMT perempuan tidak hamil", "kg/m²", 1, 10, 50, pl.when(_WOMAN).then(_BMI)),
    "hb_second_trimester_g_dl": Measure("Hb pada trimester 2", "g/dL", 1, 3, 20, pl.when(_SECOND_TRIMESTER).then(_HB)),
    "hb_other_trimester_g_dl": Measure("Hb pada trimester 1 dan 3", "g/dL", 1, 3, 20, pl.when(~_SECOND_TRIMESTER).then(_HB)),
}
"""Every measure a rule may name, by its code."""


def newest(weighings: pl.DataFrame, *, on: date) -> pl.DataFrame:
    """One row per subject: the newest measurement, with `months_without_gain`, `age_months_now` and `months_ago` added.

    weighings: the columns of GIVEN, up to WEIGHINGS_KEPT rows per subject in any order. age_months_now: completed months at the
    measurement and the calendar months since; the birth date itself is sealed, so the day may come out up to one month young.
    """
    ordered = weighings.sort("subject_id", "measured_on", "measurement_id", descending=[False, True, True])
    months_ago = _month_number(pl.lit(on)) - _month_number(pl.col("measured_on")) - (pl.col("measured_on").dt.day() > on.day).cast(pl.Int64)
    return (
        ordered.unique("subject_id", keep="first", maintain_order=True)
        .with_columns(months_ago=months_ago)
        .with_columns(age_months_now=pl.col("age_months") + pl.col("months_ago"))
        .join(_months_without_gain(ordered), on="subject_id", how="left", maintain_order="left")
    )


def group_of(groups: Collection[Group]) -> pl.Expr:
    """The one group a row of `newest` is screened in, null when the cycle has none for it.

    A child under 24 months is baduta when the cycle has that group, else balita like every child under 60 months. A grown-up belongs to
    the group of the register it came from; a woman with weeks of pregnancy and no such register to the pregnant.
    """
    age, is_child = pl.col("age_months_now"), pl.col("kind") == "child"
    registers = [g.value for g in Group if not g.is_child]
    is_pregnant = (pl.col("kind") == "woman") & pl.col("pregnancy_weeks").is_not_null()
    register = (
        pl.when(pl.col("layout").is_in(registers)).then(pl.col("layout")).when(is_pregnant).then(pl.lit(Group.BUMIL.value)).otherwise(None)
    )
    return (
        pl.when(is_child & age.is_between(0, BADUTA_MONTHS - 1) & pl.lit(Group.BADUTA in groups))
        .then(pl.lit(Group.BADUTA.value))
        .when(is_child & age.is_between(0, BALITA_MONTHS - 1) & pl.lit(Group.BALITA in groups))
        .then(pl.lit(Group.BALITA.value))
        .when(~is_child & register.is_in([g.value for g in groups if not g.is_child]))
        .then(register)
        .otherwise(None)
    )


def _months_without_gain(ordered: pl.DataFrame) -> pl.DataFrame:
    """subject_id, months_without_gain: how many T in a row end with the newest weighing, in adjacent calendar months; at most 3.

    The letter of the register counts; where it has none, the gain since the month before is held against the least gain (KBM).
    """
    monthly = (
        ordered.filter(pl.col("kind") == "child")
        .with_columns(month=_month_number(pl.col("measured_on")))
        .unique(["subject_id", "month"], keep="first", maintain_order=True)
    )
    least_g = minimum_gain_g(_numbers(monthly["age_months"]), _numbers(monthly["is_male"]))
    subject, month, weight = pl.col("subject_id"), pl.col("month"), pl.col("weight_kg")
    # Rows run from newest to oldest, so the row below is the month before.
    follows = ((subject.shift(-1) == subject) & (month - month.shift(-1) == 1)).fill_null(False)
    gain_g = ((weight - weight.shift(-1)) * 1000).round()
    failed = (
        pl.when(pl.col("weight_gain").is_in(["N", "T", "O", "B"]))
        .then(pl.col("weight_gain") == "T")
        .when(follows)
        .then(gain_g < pl.col("least_g"))
        .otherwise(False)
    )
    return (
        monthly.with_columns(least_g=pl.Series(least_g, dtype=pl.Float64).fill_nan(None))
        .with_columns(follows=follows, failed=failed.fill_null(False))
        .with_columns(run=_run(3))
        .unique("subject_id", keep="first", maintain_order=True)
        .select("subject_id", months_without_gain="run")
    )


def _run(longest: int) -> pl.Expr:
    """How many rows from this one down are `failed` without a gap, at most `longest`."""
    run = pl.col("failed").cast(pl.Int64)
    for _ in range(longest - 1):
        run = pl.col("failed").cast(pl.Int64) * (1 + pl.col("follows").cast(pl.Int64) * run.shift(-1, fill_value=0))
    return run


def _numbers(column: pl.Series) -> NDArray[np.float64]:
    return column.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _month_number(day: pl.Expr) -> pl.Expr:
    return day.dt.year().cast(pl.Int64) * 12 + day.dt.month().cast(pl.Int64)
