"""Every z, missing, flag and label of the 1,000 rows that WHO's own R package computed, where that file is at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from audit.growth.ages import age_days, completed_months
from audit.growth.categories import CATEGORIES, category
from audit.growth.indices import Scores, score
from audit.growth.standards import Index

ORACLE = Path(__file__).resolve().parents[4] / "shared" / "data" / "growth_oracle_1000.csv"

pytestmark = pytest.mark.skipif(not ORACLE.is_file(), reason="the table of WHO's results is not beside the repository")

COLUMNS = {
    Index.HAZ: ("zlen", "flen", "kat_tbu"),
    Index.WAZ: ("zwei", "fwei", "kat_bbu"),
    Index.WHZ: ("zwfl", "fwfl", "kat_bbtb"),
    Index.BAZ: ("zbmi", "fbmi", "kat_imtu"),
    Index.HCZ: ("zhc", "fhc", None),
    Index.MCZ: ("zac", "fac", None),
}


@pytest.fixture(scope="module")
def oracle() -> pl.DataFrame:
    return pl.read_csv(ORACLE, infer_schema=False)


def column(oracle: pl.DataFrame, name: str) -> np.ndarray:
    return oracle[name].cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()


def coded(oracle: pl.DataFrame, name: str, **words: float) -> np.ndarray:
    return (
        oracle[name]
        .str.to_lowercase()
        .replace_strict({k.strip("_"): v for k, v in words.items()}, default=np.nan)
        .fill_null(np.nan)
        .to_numpy()
    )


@pytest.fixture(scope="module")
def ours(oracle: pl.DataFrame) -> Scores:
    return score(
        age_days=column(oracle, "age_days"),
        is_male=coded(oracle, "sex", _1=1.0, m=1.0, _2=0.0, f=0.0),
        weight_kg=column(oracle, "weight"),
        height_cm=column(oracle, "lenhei"),
        position=np.nan_to_num(coded(oracle, "measure", l=1.0, h=2.0)).astype(np.int8),
        has_oedema=coded(oracle, "oedema", y=1.0, _1=1.0),
        head_cm=column(oracle, "headc"),
        muac_cm=column(oracle, "armc"),
    )


@pytest.fixture(scope="module")
def is_clean(oracle: pl.DataFrame) -> np.ndarray:
    """The rows without a quirk of the R package that is known to be wrong (a z for a weight of 0, an infinite BMI)."""
    clean = oracle["quirk"].is_null().to_numpy()
    assert clean.sum() == 993
    return clean


@pytest.mark.parametrize("index", list(Index))
def test_every_z_and_every_missing_is_equal(oracle: pl.DataFrame, ours: Scores, is_clean: np.ndarray, index: Index) -> None:
    np.testing.assert_array_equal(ours.z(index)[is_clean], column(oracle, COLUMNS[index][0])[is_clean])


@pytest.mark.parametrize("index", list(Index))
def test_every_flag_is_equal(oracle: pl.DataFrame, ours: Scores, is_clean: np.ndarray, index: Index) -> None:
    np.testing.assert_array_equal(ours.flag(index)[is_clean], column(oracle, COLUMNS[index][1])[is_clean] == 1)


@pytest.mark.parametrize("index", list(CATEGORIES))
def test_every_label_is_equal(oracle: pl.DataFrame, ours: Scores, is_clean: np.ndarray, index: Index) -> None:
    places = category(index, ours.z(index))
    labels = pl.Series([CATEGORIES[index][place].label if place >= 0 else None for place in places], dtype=pl.String)
    wanted = oracle[COLUMNS[index][2] or ""]
    assert labels.filter(is_clean).to_list() == wanted.filter(is_clean).to_list()


def test_every_corrected_height_is_equal(oracle: pl.DataFrame, ours: Scores, is_clean: np.ndarray) -> None:
    np.testing.assert_allclose(ours.height_cm[is_clean], column(oracle, "clenhei")[is_clean], rtol=0, atol=1e-9)


def test_ages_in_days_and_in_completed_months_are_equal(oracle: pl.DataFrame) -> None:
    birth, measured = (oracle[name].str.to_date("%Y-%m-%d").to_numpy() for name in ("tgl_lahir", "tgl_ukur"))
    np.testing.assert_array_equal(age_days(birth, measured), column(oracle, "age_days"))
    np.testing.assert_array_equal(completed_months(birth, measured), column(oracle, "umur_bulan_penuh"))


def test_a_quirk_of_the_reference_is_missing_here(oracle: pl.DataFrame, ours: Scores, is_clean: np.ndarray) -> None:
    weightless = (oracle["quirk"] == "weight<=0").fill_null(False).to_numpy()
    flat = (oracle["quirk"] == "lenhei<=0").fill_null(False).to_numpy()
    assert np.isnan(ours.whz[weightless]).all() and np.isnan(ours.waz[weightless]).all() and np.isnan(ours.baz[flat]).all()
