"""The z-scores of a checked file, the recheck of those it brought, who is to be measured again. The arithmetic is in audit/growth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audit.growth.ages import age_days
from audit.growth.indices import Scores, score
from audit.growth.recheck import Reason, Recheck, recheck
from audit.growth.standards import Index
from audit.steps.intake.rules.findings import Findings

INDICES = (Index.HAZ, Index.WAZ, Index.WHZ, Index.BAZ)
"""In the order of the bits of `flags`: 1, 2, 4, 8."""

IMPLAUSIBLE = "implausible"
"""Why to measure again when the z cannot be right, or weight and height do not go together."""

_TINY_KG, _TINY_CM, _NEWBORN_DAYS = 2.0, 45.0, 60
"""Below both, or below one when older than this, a child is measured again: the tables of BB/TB begin at 45 cm."""


@dataclass(frozen=True, slots=True)
class Grown:
    """What growth adds to the checked rows, and what the recheck found of the whole file."""

    values: pl.DataFrame
    summary: Mapping[str, Any]


def with_scores(values: pl.DataFrame, findings: Findings) -> Grown:
    """`values` of children with haz, waz, whz, baz, source_haz, source_waz, source_whz (hundredths, null if undefined), flags, recheck."""
    given = _arrays(values)
    scores = score(age_days=age_days(given["birth_on"], given["measured_on"]), **_measures(given))
    imported = {index: given[index.value] for index in (Index.WAZ, Index.HAZ, Index.WHZ)}
    checked = recheck(birth_on=given["birth_on"], measured_on=given["measured_on"], **_measures(given), imported=imported)
    flags = sum((scores.flag(index).astype(np.int16) << bit for bit, index in enumerate(INDICES)), start=np.zeros(values.height, np.int16))
    reasons = _remeasure(given, scores, checked)
    added = {index.value: _hundredths(scores.z(index)) for index in INDICES}
    added |= {f"source_{index.value}": _hundredths(imported[index]) for index in (Index.HAZ, Index.WAZ, Index.WHZ)}
    grown = values.with_columns(
        **{name: pl.Series(hundredths, dtype=pl.Int16) for name, hundredths in added.items()},
        flags=pl.Series(flags.astype(np.int16)),
        recheck=pl.Series(reasons, dtype=pl.String),
    )
    _report(grown, checked, findings)
    return Grown(grown, _summary(checked, grown))


def without_scores(values: pl.DataFrame) -> Grown:
    """The same columns for women and men: nothing to compute."""
    names = ("haz", "waz", "whz", "baz", "source_haz", "source_waz", "source_whz")
    nothing = {name: pl.lit(None, pl.Int16) for name in names}
    return Grown(values.with_columns(**nothing, flags=pl.lit(0, pl.Int16), recheck=pl.lit(None, pl.String)), {})


def _arrays(values: pl.DataFrame) -> dict[str, NDArray[Any]]:
    numbers = ("weight_kg", "height_cm", "muac_cm", "head_cm", "waz", "haz", "whz")
    return {
        "birth_on": values["birth_on"].to_numpy().astype("datetime64[D]"),
        "measured_on": values["measured_on"].to_numpy().astype("datetime64[D]"),
        "is_male": values["sex"].cast(pl.Float64).fill_null(float("nan")).to_numpy(),
        "position": values["position"].fill_null(0).cast(pl.Int8).to_numpy(),
        "has_oedema": values["oedema"].fill_null(False).cast(pl.Float64).to_numpy(),
        **{name: values[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in numbers},
    }


def _measures(given: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    return {name: given[name] for name in ("is_male", "weight_kg", "height_cm", "position", "has_oedema")}


def _hundredths(z: NDArray[np.float64]) -> list[int | None]:
    return pl.Series(np.rint(z * 100)).fill_nan(None).clip(-32768, 32767).cast(pl.Int16).to_list()


def _remeasure(given: Mapping[str, NDArray[Any]], scores: Scores, checked: Recheck) -> list[str | None]:
    tiny_kg, tiny_cm = given["weight_kg"] < _TINY_KG, given["height_cm"] < _TINY_CM
    old = age_days(given["birth_on"], given["measured_on"]) > _NEWBORN_DAYS
    doubtful = (tiny_kg & tiny_cm) | ((tiny_kg | tiny_cm) & old)
    for index in INDICES:
        doubtful |= scores.flag(index)
    reasons: list[str | None] = [None] * len(doubtful)
    for at in np.flatnonzero(checked.category_differs):
        reasons[at] = Reason(int(checked.reason[at])).code
    for at in np.flatnonzero(doubtful):
        reasons[at] = IMPLAUSIBLE
    return reasons


def _report(grown: pl.DataFrame, checked: Recheck, findings: Findings) -> None:
    pair = pl.concat_str(
        [pl.col("weight_kg").cast(pl.String), pl.lit(" kg / "), pl.col("height_cm").cast(pl.String), pl.lit(" cm")], ignore_nulls=True
    )
    implausible = grown.filter(pl.col("recheck") == IMPLAUSIBLE).select(
        "row", value=pair.str.replace_all(".", ",", literal=True), months="age_months"
    )
    findings.add("implausible_pair", "weight_kg", implausible, words=["months"])
    labels = pl.Series([_label(Reason(int(reason))) for reason in checked.reason[checked.category_differs]], dtype=pl.String)
    differs = grown.filter(pl.Series(checked.category_differs)).select("row", value=_z_text())
    findings.add("z_differs", "haz", differs.with_columns(reason=labels), words=["reason"])


def _label(reason: Reason) -> str:
    """The reason in the middle of a sentence."""
    return (reason.label[:1].lower() + reason.label[1:]) if reason.label else "penyebab belum diketahui"


def _z_text() -> pl.Expr:
    return (pl.col("source_haz") / 100).cast(pl.String).str.replace(".", ",", literal=True)


def _summary(checked: Recheck, grown: pl.DataFrame) -> dict[str, Any]:
    return {
        "method": checked.method.code if checked.n_compared else None,
        "is_certain": checked.is_certain,
        "compared": checked.n_compared,
        "matched": checked.n_matched,
        "unexplained": int((~checked.is_explained & checked.is_compared).sum()),
        "category_differs": int(checked.category_differs.sum()),
        "measure_again": int(grown["recheck"].is_not_null().sum()),
        "sentence": checked.sentence,
    }
