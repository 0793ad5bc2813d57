"""The screening rules as data, how a cycle may change them, and the screening itself. No database and no file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audit.forms import Problem, Problems
from audit.lifecycle.vocabulary import Group
from audit.steps.identify.columns import MEASURES, Measure, group_of, newest

G = Group
Rows: TypeAlias = NDArray[np.intp]
Values: TypeAlias = NDArray[np.float64]


class Comparison(StrEnum):
    """How a measure is held against a threshold."""

    BELOW = "<"
    ABOVE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to look at somebody.

    measure: code of MEASURES. weight: what it adds to the score, 0 switches it off. sentence: the reason in words, with the {value}
    found and the {threshold}. points_alone: False when it only adds weight to somebody whom another rule points at.
    source: where the threshold comes from.
    """

    code: str
    group: Group
    measure: str
    comparison: Comparison
    threshold: float
    weight: int
    sentence: str
    source: str
    points_alone: bool = True


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a cycle screens by. measured_within_months: a subject whose newest measurement is older is not screened."""

    rules: tuple[Rule, ...]
    measured_within_months: int


HIGHEST_WEIGHT = 20
MEASURED_WITHIN_MONTHS = 6
IDENTITY_OPEN_FOR = timedelta(hours=12)
"""How long an opened identity stays open: a working day in the field; after that it is asked for again."""

_PERMENKES = "Permenkes 2/2020"
_WHO_MUAC = "WHO/UNICEF 2009, tata laksana gizi buruk"
_BIRTH = "Kemenkes: BBLR < 2.500 gram, PBLR < 48 cm, prematur < 37 minggu"
_KEK = "Kemenkes: KEK bila LiLA < 23,5 cm"
_HB = "WHO 2011: Hb ibu hamil 11,0 (trimester 2: 10,5), perempuan tidak hamil 12,0 g/dL"
_FOUR_TOO = "BKKBN: 4 Terlalu"
_MARRIAGE = "UU 16/2019 (19 tahun); anjuran BKKBN 21 dan 25 tahun"
_BMI_SOURCE = "Kemenkes, pedoman gizi seimbang: IMT 18,5 sampai < 25"

_BELOW, _ABOVE, _AT_LEAST = Comparison.BELOW, Comparison.ABOVE, Comparison.AT_LEAST


def _for(group: Group, *rows: tuple[Any, ...]) -> tuple[Rule, ...]:
    return tuple(Rule(f"{group}.{name}", group, *rest) for name, *rest in rows)


_CHILD = (
    # name                   measure              compare   threshold weight sentence                                            source
    ("severely_stunted", "haz", _BELOW, -3.0, 5, "TB/U {value} (sangat pendek)", _PERMENKES),
    ("stunted", "haz", _BELOW, -2.0, 3, "TB/U {value} (pendek)", _PERMENKES),
    ("severely_wasted", "whz", _BELOW, -3.0, 5, "BB/TB {value} (gizi buruk)", _PERMENKES),
    ("wasted", "whz", _BELOW, -2.0, 3, "BB/TB {value} (gizi kurang)", _PERMENKES),
    ("oedema", "oedema", _AT_LEAST, 1.0, 6, "Edema pada kedua kaki (gizi buruk)", _PERMENKES),
    ("below_red_line", "waz", _BELOW, -3.0, 3, "BB/U {value} (di bawah garis merah)", "Kemenkes, KMS balita"),
    ("muac_severe", "child_muac_cm", _BELOW, 11.5, 5, "LiLA {value} cm (gizi buruk)", _WHO_MUAC),
    ("muac_low", "child_muac_cm", _BELOW, 12.5, 3, "LiLA {value} cm (gizi kurang)", _WHO_MUAC),
    ("two_t", "months_without_gain", _AT_LEAST, 2.0, 2, "Berat badan tidak naik {value} bulan berturut-turut", "Kemenkes, KMS balita: 2T"),
    ("low_birth_weight", "birth_weight_g", _BELOW, 2500.0, 3, "Berat lahir {value} gram (BBLR)", _BIRTH),
    ("short_at_birth", "birth_length_cm", _BELOW, 48.0, 2, "Panjang lahir {value} cm (PBLR)", _BIRTH),
    ("preterm", "gestation_weeks", _BELOW, 37.0, 2, "Lahir pada usia kehamilan {value} minggu (prematur)", _BIRTH, False),
)  # fmt: skip
_FIRST_1000_DAYS = (
    "first_1000_days",
    "age_months",
    _BELOW,
    24.0,
    1,
    "Usia {value} bulan saat ditapis (masa 1.000 hari pertama)",
    "RAN PASTI",
    False,
)

RULES: tuple[Rule, ...] = (
    *_for(G.BADUTA, *_CHILD),
    *_for(G.BALITA, *_CHILD, _FIRST_1000_DAYS),
    *_for(
        G.BUMIL,
        ("kek", "woman_muac_cm", _BELOW, 23.5, 4, "LiLA {value} cm (KEK)", _KEK),
        ("anaemia_second_trimester", "hb_second_trimester_g_dl", _BELOW, 10.5, 3, "Hb {value} g/dL (anemia)", _HB),
        ("anaemia", "hb_other_trimester_g_dl", _BELOW, 11.0, 3, "Hb {value} g/dL (anemia)", _HB),
        ("too_young", "age_years", _BELOW, 20.0, 2, "Usia {value} tahun (terlalu muda)", _FOUR_TOO),
        ("too_old", "age_years", _ABOVE, 35.0, 2, "Usia {value} tahun (terlalu tua)", _FOUR_TOO),
        ("short", "woman_height_cm", _BELOW, 145.0, 2, "Tinggi badan {value} cm (di bawah {threshold} cm)", "Kemenkes, buku KIA"),
    ),
    *_for(
        G.BUFAS,
        ("kek", "woman_muac_cm", _BELOW, 23.5, 3, "LiLA {value} cm (KEK)", _KEK),
        ("anaemia", "woman_hb_g_dl", _BELOW, 12.0, 2, "Hb {value} g/dL (anemia)", _HB),
        ("low_birth_weight", "birth_weight_g", _BELOW, 2500.0, 4, "Bayi lahir {value} gram (BBLR)", _BIRTH),
        ("short_at_birth", "birth_length_cm", _BELOW, 48.0, 3, "Panjang lahir bayi {value} cm (PBLR)", _BIRTH),
        ("preterm", "gestation_weeks", _BELOW, 37.0, 3, "Bersalin pada usia kehamilan {value} minggu (prematur)", _BIRTH),
        ("too_young", "age_years", _BELOW, 20.0, 2, "Usia {value} tahun (terlalu muda)", _FOUR_TOO),
        ("too_old", "age_years", _ABOVE, 35.0, 1, "Usia {value} tahun (terlalu tua)", _FOUR_TOO, False),
    ),
    *_for(
        G.CATIN,
        ("kek", "woman_muac_cm", _BELOW, 23.5, 4, "LiLA {value} cm (KEK)", _KEK),
        ("anaemia", "woman_hb_g_dl", _BELOW, 12.0, 3, "Hb {value} g/dL (anemia)", _HB),
        (
            "woman_under_age",
            "woman_age_years",
            _BELOW,
            19.0,
            4,
            "Usia {value} tahun (di bawah usia kawin menurut undang-undang)",
            _MARRIAGE,
        ),
        ("woman_young", "woman_age_years", _BELOW, 21.0, 1, "Usia {value} tahun (di bawah anjuran {threshold} tahun)", _MARRIAGE, False),
        ("man_under_age", "man_age_years", _BELOW, 19.0, 3, "Usia {value} tahun (di bawah usia kawin menurut undang-undang)", _MARRIAGE),
        ("man_young", "man_age_years", _BELOW, 25.0, 1, "Usia {value} tahun (di bawah anjuran {threshold} tahun)", _MARRIAGE, False),
        ("thin", "woman_bmi", _BELOW, 18.5, 2, "IMT {value} (kurus)", _BMI_SOURCE),
        ("overweight", "woman_bmi", _AT_LEAST, 25.0, 1, "IMT {value} (gemuk)", _BMI_SOURCE, False),
    ),
)
"""The defaults. Thresholds have their source beside them; the weights are this program's proposal, for each cycle's team to decide."""

DEFAULT_CRITERIA = Criteria(RULES, MEASURED_WITHIN_MONTHS)


def criteria_from(given: Mapping[str, Any]) -> Criteria:
    """The criteria of a cycle: what was frozen with it, or the defaults with the changes that were asked for.

    given: {"rules": …, "measured_within_months": n}, both optional. rules as a mapping changes the defaults, code -> {"threshold",
    "weight"}; rules as a list is the whole set, as `as_settings` wrote it. Raises Problems naming every value that cannot be used.
    """
    problems = [
        _problem(f"criteria.{key}", "", "unknown", "isian ini tidak dikenal; yang ada: rules, measured_within_months")
        for key in given
        if key not in ("rules", "measured_within_months")
    ]
    rules = given.get("rules") or {}
    found = _with_changes(rules, problems) if isinstance(rules, Mapping) else _as_frozen(rules, problems)
    months = given.get("measured_within_months", MEASURED_WITHIN_MONTHS)
    if isinstance(months, bool) or not isinstance(months, int) or not 1 <= months <= 24:
        problems.append(_problem("criteria.measured_within_months", months, "out_of_range", "harus bilangan bulat 1 sampai 24 bulan"))
    if problems:
        raise Problems(problems)
    return Criteria(found, months)


def as_settings(criteria: Criteria) -> dict[str, Any]:
    """The whole of the criteria as JSON values; `criteria_from` reads them back whatever the defaults have become since."""
    return {"rules": [asdict(rule) for rule in criteria.rules], "measured_within_months": criteria.measured_within_months}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A candidate nobody has decided on, as `within_quotas` sees it."""

    id: int
    target_group: str
    kecamatan_code: str
    rank: int
    needs_remeasuring: bool


@dataclass(frozen=True, slots=True)
class Screened:
    """What a screening found.

    rows: subject_id, measurement_id, target_group, kecamatan_code, score, rank, reasons ([{code, sentence}]), needs_remeasuring; one
    row per subject that a rule points at, in the order of kecamatan, group and rank. subjects: looked at.
    measured_too_long_ago, in_no_group: how many of them were left out, and why.
    """

    rows: pl.DataFrame
    subjects: int
    measured_too_long_ago: int
    in_no_group: int


def screen(weighings: pl.DataFrame, criteria: Criteria, *, groups: Collection[Group], on: date) -> Screened:
    """Hold every subject against the rules of its group.

    weighings: the columns of `columns.GIVEN`, the newest few measurements of each subject, none later than `on`.
    Of several thresholds on one measure only the one furthest out counts. Rank 1 is first within kecamatan and group: the score, then
    the worse TB/U (LiLA of a grown-up), then the subject id; those who must be measured again come after all the others.
    """
    subjects = newest(weighings, on=on).with_columns(
        target_group=group_of(groups), kecamatan_code=pl.col("desa_code").str.slice(0, len("35.09.22"))
    )
    has_group = pl.col("target_group").is_not_null()
    is_recent = pl.col("months_ago") <= criteria.measured_within_months
    looked_at = subjects.filter(has_group & is_recent).with_columns(
        needs_remeasuring=pl.col("recheck").is_not_null() | (pl.col("flags").fill_null(0) != 0),
        worse=pl.when(pl.col("kind") == "child").then(pl.col("haz") / 100).otherwise(pl.col("muac_cm")),
    )
    return Screened(
        rows=_ranked(_pointed_at(looked_at, criteria.rules)),
        subjects=subjects.height,
        measured_too_long_ago=subjects.filter(has_group & ~is_recent).height,
        in_no_group=subjects.filter(~has_group).height,
    )


def within_quotas(
    waiting: Iterable[Waiting], *, quotas: Mapping[str, Mapping[str, int]], taken: Mapping[tuple[str, str], int]
) -> list[Waiting]:
    """Who is picked: in each group and kecamatan the best-ranked, until its quota is full; nobody who must be measured again.

    quotas: group -> kecamatan code -> how many cases. taken: (group, kecamatan code) -> cases that already count.
    """
    left = {(group, place): n - taken.get((group, place), 0) for group, places in quotas.items() for place, n in places.items()}
    picked = []
    for one in sorted(waiting, key=lambda w: (w.target_group, w.kecamatan_code, w.rank, w.id)):
        cell = (one.target_group, one.kecamatan_code)
        if left.get(cell, 0) > 0 and not one.needs_remeasuring:
            left[cell] -= 1
            picked.append(one)
    return picked


def _pointed_at(subjects: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """The subjects that a rule points at, with score and reasons, in the order of the rules."""
    score = np.zeros(subjects.height, dtype=np.int64)
    is_pointed = np.zeros(subjects.height, dtype=np.bool_)
    reasons: dict[int, list[dict[str, str]]] = {}
    place = {rule.code: number for number, rule in enumerate(rules)}
    for rule, rows, values in sorted(_hits(subjects, rules), key=lambda hit: place[hit[0].code]):
        score[rows] += rule.weight
        is_pointed[rows] |= rule.points_alone
        found = values.tolist()
        said = {value: {"code": rule.code, "sentence": _sentence(rule, value)} for value in set(found)}
        for row, value in zip(rows.tolist(), found, strict=True):
            reasons.setdefault(row, []).append(said[value])
    kept = np.flatnonzero(is_pointed)
    return subjects[kept].with_columns(
        score=pl.Series(score[kept], dtype=pl.Int64),
        reasons=pl.Series([reasons[row] for row in kept.tolist()], dtype=pl.Object),
    )


def _hits(subjects: pl.DataFrame, rules: Sequence[Rule]) -> Iterator[tuple[Rule, Rows, Values]]:
    """Each rule with the rows it holds for and the values found; within a measure a row belongs to the threshold furthest out."""
    group = subjects["target_group"].to_numpy()
    families: dict[tuple[str, str, str], list[Rule]] = {}
    for rule in rules:
        if rule.weight:
            families.setdefault((rule.group, rule.measure, rule.comparison), []).append(rule)
    values = subjects.select(**{code: MEASURES[code].value.cast(pl.Float64) for code in {rule.measure for rule in rules}})
    for (group_code, measure, comparison), family in families.items():
        found = values[measure].fill_null(float("nan")).to_numpy()
        left = group == group_code
        for rule in sorted(family, key=lambda r: r.threshold, reverse=comparison != Comparison.BELOW):
            holds = left & _holds(found, rule)
            left &= ~holds
            rows = np.flatnonzero(holds)
            yield rule, rows, found[rows]


def _holds(values: Values, rule: Rule) -> NDArray[np.bool_]:
    match rule.comparison:
        case Comparison.BELOW:
            return values < rule.threshold
        case Comparison.ABOVE:
            return values > rule.threshold
        case Comparison.AT_LEAST:
            return values >= rule.threshold


def _ranked(pointed: pl.DataFrame) -> pl.DataFrame:
    ordered = pointed.sort(
        "kecamatan_code", "target_group", "needs_remeasuring", "score", "worse", "subject_id",
        descending=[False, False, False, True, False, False], nulls_last=True,
    )  # fmt: skip
    rank = pl.int_range(1, pl.len() + 1).over("kecamatan_code", "target_group")
    return ordered.select(
        "subject_id", "measurement_id", "target_group", "kecamatan_code", "score", rank.alias("rank"), "reasons", "needs_remeasuring"
    )


def _sentence(rule: Rule, value: float) -> str:
    measure = MEASURES[rule.measure]
    return rule.sentence.format(value=in_words(value, measure), threshold=in_words(rule.threshold, measure))


def in_words(value: float, measure: Measure) -> str:
    """A value as people write it: "−3,41", "2.180", "23,4"; "23,46" where one decimal would hide on which side of 23,5 it lies."""
    decimals = measure.decimals if round(value, measure.decimals) == value else 2
    text = f"{abs(value):,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    return f"−{text}" if value < 0 else text


def _with_changes(changes: Mapping[str, Any], problems: list[Problem]) -> tuple[Rule, ...]:
    known = {rule.code for rule in RULES}
    for code in changes:
        if code not in known:
            expected = f"aturan “{code}” tidak ada; yang ada: {', '.join(sorted(known))}"
            problems.append(_problem(f"criteria.rules.{code}", "", "unknown_rule", expected))
    return tuple(_changed(rule, changes.get(rule.code), problems) for rule in RULES)


def _changed(rule: Rule, change: Any, problems: list[Problem]) -> Rule:
    """The rule with a new threshold or weight; what cannot be used is added to `problems`."""
    place = f"criteria.rules.{rule.code}"
    if change is None:
        return rule
    if not isinstance(change, Mapping) or any(key not in ("threshold", "weight") for key in change):
        problems.append(_problem(place, change, "unknown", "yang dapat diubah hanya threshold dan weight"))
        return rule
    changed = replace(rule, **change)
    found = list(_impossible(changed, place))
    problems += found
    return rule if found else replace(changed, threshold=float(changed.threshold), weight=int(changed.weight))


def _impossible(rule: Rule, place: str) -> Iterator[Problem]:
    measure = MEASURES[rule.measure]
    if not _is_number(rule.threshold) or not measure.lowest <= rule.threshold <= measure.highest:
        lowest, highest = in_words(measure.lowest, measure), in_words(measure.highest, measure)
        expected = f"ambang {measure.label} harus {lowest} sampai {highest} {measure.unit}".rstrip()
        yield _problem(f"{place}.threshold", rule.threshold, "out_of_range", expected)
    if not _is_number(rule.weight) or not 0 <= rule.weight <= HIGHEST_WEIGHT or rule.weight != int(rule.weight):
        expected = f"bobot harus bilangan bulat 0 sampai {HIGHEST_WEIGHT} (0 mematikan aturan)"
        yield _problem(f"{place}.weight", rule.weight, "out_of_range", expected)


def _as_frozen(rows: Any, problems: list[Problem]) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for number, row in enumerate(rows if isinstance(rows, (list, tuple)) else [rows], start=1):
        place = f"criteria.rules[{number}]"
        try:
            rule = Rule(**{**row, "group": Group(row["group"]), "comparison": Comparison(row["comparison"])})
            found = list(_impossible(rule, place))
        except (KeyError, TypeError, ValueError):
            found = [_problem(place, "", "not_a_rule", "bukan aturan yang utuh; beri perubahan sebagai kode: {threshold, weight}")]
        else:
            rules.append(rule)
        problems += found
    return tuple(rules)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _problem(place: str, value: Any, code: str, expected: str) -> Problem:
    shown = str(value)[:60]
    return Problem(place, shown, code, f"{place}: {f'“{shown}” tidak dapat dipakai; ' if shown else ''}{expected}.")
