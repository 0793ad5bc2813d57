"""Rows of a file in the shape of the record: a subject, its sealed identity, a measurement. Who is who is known by now."""

from __future__ import annotations

import polars as pl

from audit.steps.intake.columns import Layout
from audit.steps.intake.queries import MEASURED

SUBJECT_COLUMNS = (
    "id", "kind", "is_male", "identity", "nik_index", "birth_index", "desa_code", "puskesmas", "posyandu",
    "birth_weight_g", "birth_length_cm", "gestation_weeks", "import_id",
)  # fmt: skip
MEASUREMENT_COLUMNS = ("subject_id", "measured_on", "source", "import_id", *MEASURED)

_IDENTITY = ("name", "nik", "kk", "parents", "husband", "address", "rt", "rw", "phone")
_OBSTETRIC = ("gravida", "parity", "abortions", "last_period_on", "delivered_on", "wedding_on", "risk")
_TEXTS = ("puskesmas", "posyandu")


def with_record_columns(values: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The checked rows with every column of the record, by its name and type; what the layout does not have is null."""
    have = values.columns
    kind = pl.lit(layout.subject) if layout.subject else pl.when("sex").then(pl.lit("man")).otherwise(pl.lit("woman"))
    weight_g = (pl.col("birth_weight_kg") * 1000).round(0).cast(pl.Int32) if "birth_weight_kg" in have else pl.lit(None, pl.Int32)
    made = {
        "kind": kind,
        "is_male": pl.col("sex"),
        "birth_weight_g": weight_g,
        "has_oedema": pl.col("oedema").fill_null(False) if "oedema" in have else pl.lit(False),
        "position": pl.col("position").fill_null(0) if "position" in have else pl.lit(0, pl.Int8),
        "weight_gain": pl.col("gain") if "gain" in have else pl.lit(None, pl.String),
        "age_months": pl.col("age_months").cast(pl.Int16, strict=False),
        **{name: pl.col(name).fill_null("") if name in have else pl.lit("") for name in _TEXTS},
        **{name: pl.lit(None, pl.Float64) for name in ("birth_length_cm", "gestation_weeks") if name not in have},
        **{name: pl.lit(None, dtype) for name, dtype in MEASURED.items() if name not in have and name not in _MADE},
    }
    values = values.with_columns(**made)
    return values.with_columns(pl.col(name).cast(dtype, strict=False) for name, dtype in MEASURED.items()).with_columns(
        pl.col("gestation_weeks").cast(pl.Int32, strict=False), pl.col("puskesmas").str.slice(0, 120), pl.col("posyandu").str.slice(0, 120)
    )


_MADE = ("has_oedema", "position", "weight_gain", "age_months")


def identities_of(values: pl.DataFrame) -> list[bytes]:
    """The identity of each row as JSON without what is unknown, in the order of the rows."""
    obstetric = [_plain(name, values[name].dtype) for name in _OBSTETRIC if name in values.columns]
    names = sorted({name for name in _IDENTITY if name in values.columns} | {"birth_date"} | ({"obstetric"} if obstetric else set()))
    made = {"birth_date": pl.col("birth_on").cast(pl.String).alias("birth_date")}
    if obstetric:
        known = pl.any_horizontal([field.is_not_null() for field in obstetric])
        made["obstetric"] = pl.when(known).then(pl.struct(obstetric)).alias("obstetric")
    written = values.select(pl.struct([made.get(name, pl.col(name)) for name in names]).struct.json_encode()).to_series()
    if written.str.contains(_UNKNOWN).any():
        written = written.str.replace_all(_UNKNOWN, "").str.replace_all(r",\}", "}")
    return written.cast(pl.Binary).to_list()


_UNKNOWN = r'"[a-z_]+":null,?'
"""A field without value. Inside a text this cannot stand: there a quotation mark has a backslash before it."""


def _plain(name: str, dtype: pl.DataType) -> pl.Expr:
    """Days as ISO text, counts as whole numbers."""
    if dtype == pl.Date:
        return pl.col(name).cast(pl.String)
    return pl.col(name).cast(pl.Int64) if dtype == pl.Float64 else pl.col(name)
