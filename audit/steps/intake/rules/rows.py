"""What the cells of a row mean together: dates in order, NIK against birth date and sex, the desa, something measured. Not who is who."""

from __future__ import annotations

from datetime import date

import polars as pl

from audit.regions import full_name, kabupaten, match_desa, plain_name
from audit.steps.intake.rules.findings import Findings
from audit.steps.intake.rules.sheet import Sheet

_AGE_SLACK_MONTHS = 1
"""An age in completed months may be counted in another way by one month; more is a contradiction."""

_INDONESIAN_DATE = "%d-%m-%Y"


def check_rows(sheet: Sheet, values: pl.DataFrame, findings: Findings, *, on: date, kabupaten_code: str) -> pl.DataFrame:
    """`values` with `age_months` and `desa_code` beside; every contradiction is added to the findings. on: today in the district."""
    values = values.with_columns(age_months=_completed_months(pl.col("birth_on"), pl.col("measured_on")))
    _check_who(sheet, values, findings)
    _check_dates(sheet, values, findings, on)
    _check_nik(sheet, values, findings)
    values = _with_desa(values, findings, kabupaten_code)
    measures = [m for m in sheet.header.layout.measures if m in values.columns]
    nothing = values.filter(pl.all_horizontal(pl.col(measures).is_null()))
    findings.add("nothing_measured", measures[0], nothing.select("row", value=pl.lit(None, pl.String)))
    return values


def usable(values: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """The rows that no problem refuses."""
    if not findings.rejected:
        return values
    return values.filter(~pl.col("row").is_in(pl.Series(list(findings.rejected), dtype=pl.UInt32).implode()))


def _check_who(sheet: Sheet, values: pl.DataFrame, findings: Findings) -> None:
    findings.add("name_missing", "name", values.filter(pl.col("name").is_null()).select("row", value=pl.lit(None, pl.String)))
    for field, code in (("birth_on", "birth_missing"), ("measured_on", "measured_missing")):
        empty = sheet.rows[field].str.strip_chars().fill_null("").is_in(["", "-", "--", "NULL", "null", "#N/A"])
        findings.add(code, field, values.filter(empty).select("row", value=pl.lit(None, pl.String)))


def _check_dates(sheet: Sheet, values: pl.DataFrame, findings: Findings, on: date) -> None:
    today = on.strftime(_INDONESIAN_DATE)
    born, measured = pl.col("birth_on"), pl.col("measured_on")
    findings.add("measured_in_future", "measured_on", _shown(values.filter(measured > on), "measured_on"), today=today)
    findings.add("born_in_future", "birth_on", _shown(values.filter(born > on), "birth_on"), today=today)
    findings.add("measured_before_birth", "measured_on", _shown(values.filter((measured < born) & (born <= on)), "measured_on"))
    if "last_period_on" in values.columns:
        late = values.filter(pl.col("last_period_on") > measured)
        findings.add("period_after_check", "last_period_on", _shown(late, "last_period_on"))
    limit = sheet.header.layout.max_months
    if limit is not None:
        old = values.filter(pl.col("age_months") >= limit)
        shown = _shown(old, "birth_on").with_columns(months=old["age_months"])
        findings.add("too_old", "birth_on", shown, words=["months"], limit=limit)
    if "age" in values.columns:
        differs = (pl.col("age") - pl.col("age_months")).abs() > _AGE_SLACK_MONTHS
        wrong = (
            values.join(sheet.rows.select("row", value="age"), on="row").filter(differs & (pl.col("age_months") >= 0))
            if ("age" in sheet.rows.columns)
            else values.clear().with_columns(value=pl.lit(None, pl.String))
        )
        findings.add("age_differs", "age", wrong.select("row", "value", expected="age_months"), words=["expected"])


def _check_nik(sheet: Sheet, values: pl.DataFrame, findings: Findings) -> None:
    day = pl.col("nik").str.slice(6, 2).cast(pl.Int16)
    written = values.filter(pl.col("nik").is_not_null()).select(
        "row",
        "birth_on",
        "sex",
        value="nik",
        male=day <= 40,
        day=pl.when(day > 40).then(day - 40).otherwise(day),
        month=pl.col("nik").str.slice(8, 2).cast(pl.Int16),
        year=pl.col("nik").str.slice(10, 2).cast(pl.Int16),
    )
    born = pl.col("birth_on").dt
    differs = (born.day() != pl.col("day")) | (born.month() != pl.col("month")) | (born.year() % 100 != pl.col("year"))
    as_text = pl.concat_str([pl.col(c).cast(pl.String).str.zfill(2) for c in ("day", "month", "year")], separator="-")
    findings.add("nik_birth_differs", "nik", written.filter(differs).with_columns(expected=as_text), words=["expected"])
    other_sex = written.filter(pl.col("male") != pl.col("sex"))
    named = pl.when("male").then(pl.lit("laki-laki")).otherwise(pl.lit("perempuan"))
    findings.add("nik_sex_differs", "nik", other_sex.with_columns(expected=named), words=["expected"])


def _with_desa(values: pl.DataFrame, findings: Findings, kabupaten_code: str) -> pl.DataFrame:
    """`desa_code` from the names of kecamatan and desa; each different pair is looked up once."""
    here = kabupaten(kabupaten_code)
    elsewhere = [k for k in values["kabupaten"].unique().drop_nulls() if not _is_named(k, here.name, here.code)]
    others = values.filter(pl.col("kabupaten").is_in(elsewhere))
    findings.add("other_kabupaten", "kabupaten", others.select("row", value="kabupaten"), expected=here.name)
    findings.add("desa_missing", "desa", values.filter(pl.col("desa").is_null()).select("row", value="desa"))

    pairs = values.select("kecamatan", "desa").unique().filter(pl.col("desa").is_not_null())
    found = match_desa(pairs["kecamatan"].to_list(), pairs["desa"].to_list(), kabupaten=kabupaten_code)
    pairs = pairs.with_columns(
        desa_code=pl.Series([m.code for m in found], dtype=pl.String),
        suggestion=pl.Series([f"; mungkin {full_name(m.nearest.code)}" if m.nearest else "" for m in found], dtype=pl.String),
        expected=pl.Series([full_name(m.code) if m.code and not m.is_exact else None for m in found], dtype=pl.String),
    )
    joined = values.join(pairs, on=["kecamatan", "desa"], how="left", nulls_equal=True, maintain_order="left")
    unknown = joined.filter(
        pl.col("desa_code").is_null() & pl.col("desa").is_not_null() & ~pl.col("kabupaten").is_in(elsewhere).fill_null(False)
    )
    findings.add("desa_unknown", "desa", unknown.select("row", "suggestion", value="desa"), words=["suggestion"])
    respelled = joined.filter(pl.col("expected").is_not_null())
    findings.add("desa_respelled", "desa", respelled.select("row", "expected", value="desa"), words=["expected"])
    return joined.drop("suggestion", "expected")


def _is_named(written: str, name: str, code: str) -> bool:
    """Whether the cell names this kabupaten, by name with or without its leading word, or by code."""
    return plain_name(written) == plain_name(name) or written.replace(".", "").strip() == code.replace(".", "")


def _completed_months(birth: pl.Expr, measured: pl.Expr) -> pl.Expr:
    months = (
        (measured.dt.year() - birth.dt.year()).cast(pl.Int32) * 12 + measured.dt.month().cast(pl.Int32) - birth.dt.month().cast(pl.Int32)
    )
    return months - (measured.dt.day() < birth.dt.day()).cast(pl.Int32)


def _shown(found: pl.DataFrame, field: str) -> pl.DataFrame:
    return found.select("row", value=pl.col(field).dt.strftime(_INDONESIAN_DATE))
