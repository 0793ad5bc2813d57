"""Who is pointed at, and why, in words: one worked example a row."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from audit.forms import Problems
from audit.lifecycle.vocabulary import Group
from audit.steps.identify.columns import GIVEN, MEASURES, newest
from audit.steps.identify.rules import (
    DEFAULT_CRITERIA,
    RULES,
    Comparison,
    Criteria,
    Waiting,
    as_settings,
    criteria_from,
    screen,
    within_quotas,
)

ON = date(2026, 8, 20)
EVERY_GROUP = tuple(Group)
CHILD: dict[str, Any] = {
    "subject_id": 1, "kind": "child", "is_male": True, "desa_code": "35.09.22.2001", "layout": "eppgbm", "measurement_id": 10,
    "measured_on": date(2026, 8, 5), "age_months": 30, "weight_kg": 11.8, "height_cm": 90.0, "has_oedema": False,
    "haz": -50, "waz": -40, "whz": -20, "flags": 0,
}  # fmt: skip
WOMAN: dict[str, Any] = {
    "subject_id": 1, "kind": "woman", "is_male": False, "desa_code": "35.09.22.2001", "layout": "bumil", "measurement_id": 10,
    "measured_on": date(2026, 8, 5), "age_months": 28 * 12, "weight_kg": 52.0, "height_cm": 154.0, "muac_cm": 25.0, "has_oedema": False,
    "hb_g_dl": 12.4, "pregnancy_weeks": 20, "flags": 0,
}  # fmt: skip
BUFAS = WOMAN | {"layout": "bufas", "pregnancy_weeks": None}
CATIN = WOMAN | {"layout": "catin", "pregnancy_weeks": None}
MAN = CATIN | {"kind": "man", "is_male": True}


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in GIVEN} for row in rows], schema=GIVEN)


def found(*rows: dict[str, Any], groups: tuple[Group, ...] = EVERY_GROUP, criteria: Criteria = DEFAULT_CRITERIA) -> list[dict[str, Any]]:
    return screen(table(*rows), criteria, groups=groups, on=ON).rows.to_dicts()


EXAMPLES = [
    # who, what is different, score, reasons
    (CHILD, {"haz": -301}, 5, ["TB/U −3,01 (sangat pendek)"]),
    (CHILD, {"haz": -341}, 5, ["TB/U −3,41 (sangat pendek)"]),
    (CHILD, {"haz": -300}, 3, ["TB/U −3,00 (pendek)"]),
    (CHILD, {"haz": -201}, 3, ["TB/U −2,01 (pendek)"]),
    (CHILD, {"haz": -200}, None, []),
    (CHILD, {"haz": None, "waz": None, "whz": None}, None, []),
    (CHILD, {"whz": -305}, 5, ["BB/TB −3,05 (gizi buruk)"]),
    (CHILD, {"whz": -300}, 3, ["BB/TB −3,00 (gizi kurang)"]),
    (CHILD, {"whz": -200}, None, []),
    (CHILD, {"waz": -301}, 3, ["BB/U −3,01 (di bawah garis merah)"]),
    (CHILD, {"waz": -300}, None, []),
    (CHILD, {"has_oedema": True, "whz": None}, 6, ["Edema pada kedua kaki (gizi buruk)"]),
    (CHILD, {"muac_cm": 11.4}, 5, ["LiLA 11,4 cm (gizi buruk)"]),
    (CHILD, {"muac_cm": 11.5}, 3, ["LiLA 11,5 cm (gizi kurang)"]),
    (CHILD, {"muac_cm": 12.5}, None, []),
    (CHILD, {"muac_cm": 11.0, "age_months": 5}, None, []),
    (CHILD, {"muac_cm": 0.0}, None, []),
    (CHILD, {"birth_weight_g": 2180}, 3, ["Berat lahir 2.180 gram (BBLR)"]),
    (CHILD, {"birth_weight_g": 2500}, None, []),
    (CHILD, {"birth_weight_g": 0}, None, []),
    (CHILD, {"birth_length_cm": 47.5}, 2, ["Panjang lahir 47,5 cm (PBLR)"]),
    (CHILD, {"birth_length_cm": 47.96}, 2, ["Panjang lahir 47,96 cm (PBLR)"]),
    (CHILD, {"birth_length_cm": 48.0}, None, []),
    (CHILD, {"gestation_weeks": 34}, None, []),
    (CHILD, {"gestation_weeks": 34, "haz": -250}, 5, ["TB/U −2,50 (pendek)", "Lahir pada usia kehamilan 34 minggu (prematur)"]),
    (CHILD, {"gestation_weeks": 37, "haz": -250}, 3, ["TB/U −2,50 (pendek)"]),
    (
        CHILD,
        {"haz": -350, "whz": -210, "waz": -320, "birth_weight_g": 2400, "birth_length_cm": 46.0},
        16,
        [
            "TB/U −3,50 (sangat pendek)",
            "BB/TB −2,10 (gizi kurang)",
            "BB/U −3,20 (di bawah garis merah)",
            "Berat lahir 2.400 gram (BBLR)",
            "Panjang lahir 46,0 cm (PBLR)",
        ],
    ),
    (WOMAN, {"muac_cm": 23.4}, 4, ["LiLA 23,4 cm (KEK)"]),
    (WOMAN, {"muac_cm": 23.46}, 4, ["LiLA 23,46 cm (KEK)"]),
    (WOMAN, {"muac_cm": 23.5}, None, []),
    (WOMAN, {"hb_g_dl": 10.9, "pregnancy_weeks": 13}, 3, ["Hb 10,9 g/dL (anemia)"]),
    (WOMAN, {"hb_g_dl": 10.9, "pregnancy_weeks": 14}, None, []),
    (WOMAN, {"hb_g_dl": 10.9, "pregnancy_weeks": 27}, None, []),
    (WOMAN, {"hb_g_dl": 10.9, "pregnancy_weeks": 28}, 3, ["Hb 10,9 g/dL (anemia)"]),
    (WOMAN, {"hb_g_dl": 10.9, "pregnancy_weeks": None}, None, []),
    (WOMAN, {"hb_g_dl": 10.4, "pregnancy_weeks": 20}, 3, ["Hb 10,4 g/dL (anemia)"]),
    (WOMAN, {"hb_g_dl": 10.4, "pregnancy_weeks": None}, 3, ["Hb 10,4 g/dL (anemia)"]),
    (WOMAN, {"hb_g_dl": 11.0, "pregnancy_weeks": 10}, None, []),
    (WOMAN, {"age_months": 20 * 12 - 1}, 2, ["Usia 19 tahun (terlalu muda)"]),
    (WOMAN, {"age_months": 20 * 12}, None, []),
    (WOMAN, {"age_months": 36 * 12 - 1}, None, []),
    (WOMAN, {"age_months": 36 * 12}, 2, ["Usia 36 tahun (terlalu tua)"]),
    (WOMAN, {"height_cm": 144.5}, 2, ["Tinggi badan 144,5 cm (di bawah 145,0 cm)"]),
    (WOMAN, {"height_cm": 145.0}, None, []),
    (BUFAS, {"muac_cm": 23.0}, 3, ["LiLA 23,0 cm (KEK)"]),
    (BUFAS, {"hb_g_dl": 11.9}, 2, ["Hb 11,9 g/dL (anemia)"]),
    (BUFAS, {"birth_weight_g": 2300}, 4, ["Bayi lahir 2.300 gram (BBLR)"]),
    (BUFAS, {"birth_length_cm": 47.0}, 3, ["Panjang lahir bayi 47,0 cm (PBLR)"]),
    (BUFAS, {"gestation_weeks": 35}, 3, ["Bersalin pada usia kehamilan 35 minggu (prematur)"]),
    (BUFAS, {"age_months": 18 * 12}, 2, ["Usia 18 tahun (terlalu muda)"]),
    (BUFAS, {"age_months": 38 * 12}, None, []),
    (BUFAS, {"age_months": 38 * 12, "hb_g_dl": 11.0}, 3, ["Hb 11,0 g/dL (anemia)", "Usia 38 tahun (terlalu tua)"]),
    (CATIN, {"muac_cm": 22.0}, 4, ["LiLA 22,0 cm (KEK)"]),
    (CATIN, {"hb_g_dl": 11.5}, 3, ["Hb 11,5 g/dL (anemia)"]),
    (CATIN, {"age_months": 18 * 12}, 4, ["Usia 18 tahun (di bawah usia kawin menurut undang-undang)"]),
    (CATIN, {"age_months": 20 * 12}, None, []),
    (CATIN, {"age_months": 20 * 12, "muac_cm": 22.0}, 5, ["LiLA 22,0 cm (KEK)", "Usia 20 tahun (di bawah anjuran 21 tahun)"]),
    (CATIN, {"weight_kg": 43.0, "height_cm": 155.0}, 2, ["IMT 17,90 (kurus)"]),
    (CATIN, {"weight_kg": 62.5, "height_cm": 155.0}, None, []),
    (CATIN, {"weight_kg": 62.5, "height_cm": 155.0, "hb_g_dl": 11.5}, 4, ["Hb 11,5 g/dL (anemia)", "IMT 26,01 (gemuk)"]),
    (MAN, {"age_months": 18 * 12}, 3, ["Usia 18 tahun (di bawah usia kawin menurut undang-undang)"]),
    (MAN, {"muac_cm": 21.0, "hb_g_dl": 11.0}, None, []),
]


@pytest.mark.parametrize(("who", "different", "score", "sentences"), EXAMPLES)
def test_a_subject_is_pointed_at_with_its_reasons_in_words(
    who: dict[str, Any], different: dict[str, Any], score: int | None, sentences: list[str]
) -> None:
    rows = found(who | different)
    assert [[reason["sentence"] for reason in row["reasons"]] for row in rows] == ([sentences] if sentences else [])
    assert [row["score"] for row in rows] == ([score] if sentences else [])


def test_every_rule_is_reached_by_an_example() -> None:
    two_t: list[dict[str, Any]] = [CHILD | {"weight_gain": "T", "measured_on": date(2026, month, 5)} for month in (7, 8)]
    toddler = CHILD | {"haz": -250, "age_months": 18}
    seen = _codes(*two_t) | _codes(*[weighing | {"age_months": 10} for weighing in two_t]) | _codes(toddler, groups=(Group.BALITA,))
    seen |= _codes(MAN | {"age_months": 24 * 12}, criteria=_without_support())
    for who, different, *_ in EXAMPLES:
        seen |= _codes(who | different)
        if who is CHILD:
            seen |= _codes(who | different | {"age_months": 18})
    assert {rule.code for rule in RULES} - seen == set()


def _codes(*rows: dict[str, Any], **how: Any) -> set[str]:
    return {reason["code"] for row in found(*rows, **how) for reason in row["reasons"]}


def _without_support() -> Criteria:
    frozen = as_settings(DEFAULT_CRITERIA)
    return criteria_from({"rules": [rule | {"points_alone": True} for rule in frozen["rules"]]})


GROUPS = [
    # who, what is different, groups of the cycle, group
    (CHILD, {"age_months": 23}, (Group.BADUTA, Group.BALITA), "baduta"),
    (CHILD, {"age_months": 24}, (Group.BADUTA, Group.BALITA), "balita"),
    (CHILD, {"age_months": 23}, (Group.BALITA,), "balita"),
    (CHILD, {"age_months": 24}, (Group.BADUTA,), None),
    (CHILD, {"age_months": 59}, (Group.BALITA,), "balita"),
    (CHILD, {"age_months": 60}, (Group.BALITA,), None),
    (CHILD, {"age_months": None}, (Group.BALITA,), None),
    # 23 months when weighed in June is 25 months on 20 August.
    (CHILD, {"age_months": 23, "measured_on": date(2026, 6, 20)}, (Group.BADUTA, Group.BALITA), "balita"),
    (CHILD, {"age_months": 23, "measured_on": date(2026, 7, 21)}, (Group.BADUTA, Group.BALITA), "baduta"),
    (WOMAN, {}, (Group.BUMIL,), "bumil"),
    (WOMAN, {"layout": None}, (Group.BUMIL,), "bumil"),
    (WOMAN, {"layout": None, "pregnancy_weeks": None}, (Group.BUMIL,), None),
    (BUFAS, {}, (Group.BUMIL, Group.BUFAS), "bufas"),
    (BUFAS, {}, (Group.BUMIL,), None),
    (CATIN, {}, (Group.CATIN,), "catin"),
    (MAN, {"age_months": 18 * 12}, (Group.CATIN,), "catin"),
    (WOMAN, {}, (Group.BALITA,), None),
]


@pytest.mark.parametrize(("who", "different", "groups", "group"), GROUPS)
def test_a_subject_is_in_one_group_of_the_cycle(
    who: dict[str, Any], different: dict[str, Any], groups: tuple[Group, ...], group: str | None
) -> None:
    ill = {"haz": -350, "muac_cm": 15.0}
    screened = screen(table(who | ill | different), _without_support(), groups=groups, on=ON)
    assert screened.rows["target_group"].to_list() == ([group] if group else [])
    assert screened.in_no_group == (0 if group else 1)


GAINS = [
    # weighings of one child, oldest first: (month, weight, letter of the register); months without gain
    ([(8, 9.0, "T")], 1),
    ([(7, 9.0, "T"), (8, 9.0, "T")], 2),
    ([(6, 9.0, "T"), (7, 9.0, "T"), (8, 9.0, "T")], 3),
    ([(6, 9.0, "T"), (7, 9.3, "N"), (8, 9.3, "T")], 1),
    ([(7, 9.0, "T"), (8, 9.4, "N")], 0),
    ([(6, 9.0, "T"), (8, 9.0, "T")], 1),  # not weighed in July: not in a row
    ([(6, 9.0, None), (7, 9.1, None), (8, 9.2, None)], 2),  # 100 g twice, the least gain is 200 g
    ([(6, 9.0, None), (7, 9.1, None), (8, 9.3, None)], 0),
    ([(8, 9.0, None)], 0),
]


@pytest.mark.parametrize(("weighings", "months"), GAINS)
def test_months_without_gain_are_counted_in_a_row(weighings: list[tuple[int, float, str | None]], months: int) -> None:
    rows = [
        CHILD | {"measurement_id": m, "measured_on": date(2026, m, 5), "age_months": 12 + m, "weight_kg": kg, "weight_gain": letter}
        for m, kg, letter in weighings
    ]
    assert newest(table(*rows), on=ON)["months_without_gain"].to_list() == [months]


def test_of_two_weighings_in_a_month_the_later_counts() -> None:
    rows = [
        CHILD | {"measurement_id": n, "measured_on": date(2026, 8, day), "weight_gain": letter}
        for n, day, letter in [(1, 3, "T"), (2, 17, "N")]
    ]
    assert newest(table(*rows), on=ON).select("measurement_id", "months_without_gain").rows() == [(2, 0)]


def test_rank_is_by_score_then_by_the_worse_height_then_by_id_within_kecamatan_and_group() -> None:
    rows = found(
        CHILD | {"subject_id": 5, "haz": -310},
        CHILD | {"subject_id": 4, "haz": -340},
        CHILD | {"subject_id": 3, "haz": -340},
        CHILD | {"subject_id": 2, "haz": -250},
        CHILD | {"subject_id": 1, "haz": -310, "whz": -310},
        CHILD | {"subject_id": 6, "haz": -210, "desa_code": "35.09.30.2001"},
        CHILD | {"subject_id": 7, "haz": -210, "age_months": 10},
    )
    order: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in rows:
        order.setdefault((row["kecamatan_code"], row["target_group"]), []).append((row["rank"], row["subject_id"]))
    assert order == {
        ("35.09.22", "balita"): [(1, 1), (2, 3), (3, 4), (4, 5), (5, 2)],
        ("35.09.22", "baduta"): [(1, 7)],
        ("35.09.30", "balita"): [(1, 6)],
    }


@pytest.mark.parametrize("different", [{"recheck": "sex"}, {"flags": 1}, {"flags": 8}])
def test_who_must_be_measured_again_stays_a_candidate_after_all_others(different: dict[str, Any]) -> None:
    rows = found(CHILD | {"subject_id": 1, "haz": -590} | different, CHILD | {"subject_id": 2, "haz": -210})
    assert [(row["subject_id"], row["rank"], row["needs_remeasuring"]) for row in rows] == [(2, 1, False), (1, 2, True)]


def test_a_measurement_too_long_ago_is_counted_and_not_screened() -> None:
    rows = [CHILD | {"subject_id": n, "haz": -350, "measured_on": day} for n, day in [(1, date(2026, 1, 19)), (2, date(2026, 1, 21))]]
    screened = screen(table(*rows), DEFAULT_CRITERIA, groups=EVERY_GROUP, on=ON)
    assert (screened.rows["subject_id"].to_list(), screened.measured_too_long_ago, screened.subjects) == ([2], 1, 2)


def test_an_empty_register_points_at_nobody() -> None:
    screened = screen(table(), DEFAULT_CRITERIA, groups=EVERY_GROUP, on=ON)
    assert (screened.rows.height, screened.subjects) == (0, 0)


def test_a_cycle_may_change_thresholds_and_weights_or_switch_a_rule_off() -> None:
    changes = {"balita.stunted": {"threshold": -2.5}, "balita.low_birth_weight": {"weight": 7}, "balita.wasted": {"weight": 0}}
    criteria = criteria_from({"rules": changes})
    assert found(CHILD | {"haz": -240}, criteria=criteria) == []
    assert found(CHILD | {"whz": -240}, criteria=criteria) == []
    assert [row["score"] for row in found(CHILD | {"birth_weight_g": 2000}, criteria=criteria)] == [7]


def test_criteria_come_back_from_the_settings_whole() -> None:
    criteria = criteria_from({"rules": {"bumil.kek": {"threshold": 23}}, "measured_within_months": 3})
    assert criteria_from(as_settings(criteria)) == criteria != DEFAULT_CRITERIA
    assert criteria_from({}) == DEFAULT_CRITERIA


IMPOSSIBLE = [
    ({"rules": {"balita.pendek": {}}}, "criteria.rules.balita.pendek", "aturan “balita.pendek” tidak ada"),
    ({"rules": {"balita.stunted": {"threshold": -20}}}, "criteria.rules.balita.stunted.threshold", "harus −6,00 sampai 3,00 SD"),
    ({"rules": {"balita.stunted": {"threshold": "dua"}}}, "criteria.rules.balita.stunted.threshold", "“dua” tidak dapat dipakai"),
    ({"rules": {"balita.stunted": {"threshold": float("nan")}}}, "criteria.rules.balita.stunted.threshold", "“nan” tidak dapat dipakai"),
    ({"rules": {"bumil.kek": {"threshold": 235}}}, "criteria.rules.bumil.kek.threshold", "harus 15,0 sampai 50,0 cm"),
    ({"rules": {"bumil.kek": {"weight": 2.5}}}, "criteria.rules.bumil.kek.weight", "bilangan bulat 0 sampai 20"),
    ({"rules": {"bumil.kek": {"weight": float("inf")}}}, "criteria.rules.bumil.kek.weight", "bilangan bulat 0 sampai 20"),
    ({"rules": {"bumil.kek": {"group": "balita"}}}, "criteria.rules.bumil.kek", "hanya threshold dan weight"),
    ({"rules": {"bumil.kek": 23}}, "criteria.rules.bumil.kek", "hanya threshold dan weight"),
    ({"rules": [{"code": "x"}]}, "criteria.rules[1]", "bukan aturan yang utuh"),
    ({"rules": 7}, "criteria.rules[1]", "bukan aturan yang utuh"),
    ({"measured_within_months": 0}, "criteria.measured_within_months", "1 sampai 24 bulan"),
    ({"ambang": 1}, "criteria.ambang", "isian ini tidak dikenal"),
]


@pytest.mark.parametrize(("given", "place", "sentence"), IMPOSSIBLE)
def test_an_impossible_criterion_is_refused_with_its_place_and_what_is_expected(given: dict[str, Any], place: str, sentence: str) -> None:
    with pytest.raises(Problems) as refused:
        criteria_from(given)
    assert [problem.place for problem in refused.value.problems] == [place]
    assert sentence in refused.value.problems[0].message


def test_every_default_rule_is_possible_has_a_source_and_a_code_of_its_own() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    for rule in RULES:
        measure = MEASURES[rule.measure]
        assert rule.source and measure.lowest <= rule.threshold <= measure.highest and rule.comparison in Comparison


WAITING = [
    Waiting(1, "balita", "35.09.22", 1, False),
    Waiting(2, "balita", "35.09.22", 2, False),
    Waiting(3, "balita", "35.09.22", 3, False),
    Waiting(4, "balita", "35.09.22", 4, True),
    Waiting(5, "balita", "35.09.30", 1, False),
    Waiting(6, "bumil", "35.09.22", 1, False),
]
PICKS = [
    # quotas, cases that count already, who is picked
    ({"balita": {"35.09.22": 2, "35.09.30": 1}, "bumil": {"35.09.22": 1}}, {}, [1, 2, 5, 6]),
    ({"balita": {"35.09.22": 2}}, {("balita", "35.09.22"): 1}, [1]),
    ({"balita": {"35.09.22": 2}}, {("balita", "35.09.22"): 3}, []),
    ({"balita": {"35.09.22": 9}}, {}, [1, 2, 3]),
    ({}, {}, []),
]


@pytest.mark.parametrize(("quotas", "taken", "picked"), PICKS)
def test_the_best_ranked_are_picked_until_the_quota_is_full(
    quotas: dict[str, dict[str, int]], taken: dict[tuple[str, str], int], picked: list[int]
) -> None:
    assert [one.id for one in within_quotas(reversed(WAITING), quotas=quotas, taken=taken)] == picked
