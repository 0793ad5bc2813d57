"""What came of a case: the change of an indicator, the one it is judged by, and what that says of an action."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from audit.lifecycle.vocabulary import Group
from audit.steps.evaluate.rules import (
    INDICATORS,
    INDICATORS_OF,
    UNKNOWN_BECAUSE,
    VERDICT_LABELS,
    Reading,
    change_of,
    is_effective,
    primary_indicator,
)

START = date(2026, 9, 1)


def reading(day: int, value: int, *, plausible: bool = True, number: int | None = None) -> Reading:
    return Reading(number if number is not None else 1000 + day, START + timedelta(days=day), value, plausible)


@pytest.mark.parametrize(
    ("indicator", "readings", "change", "verdict", "because"),
    [
        ("haz", [(0, -330), (60, -310)], 20, "improved", None),
        ("haz", [(0, -330), (60, -311)], 19, "unchanged", None),
        ("haz", [(0, -330), (60, -349)], -19, "unchanged", None),
        ("haz", [(0, -330), (60, -350)], -20, "worse", None),
        ("muac", [(0, 221), (60, 226)], 5, "improved", None),
        ("muac", [(0, 221), (60, 225)], 4, "unchanged", None),
        ("hb", [(0, 102), (60, 97)], -5, "worse", None),
        ("haz", [], None, "unknown", "no_baseline"),
        ("haz", [(60, -310)], None, "unknown", "no_baseline"),
        ("haz", [(-10, -310), (0, -300)], None, "unknown", "no_later_measurement"),
        ("haz", [(0, -330), (27, -250)], None, "unknown", "too_soon"),
        ("haz", [(0, -330), (28, -250)], 80, "improved", None),
        ("haz", [(-30, -330), (1, -250)], 80, "improved", None),
        ("haz", [(-40, -400), (0, -330), (30, -320), (60, -300)], 30, "improved", None),
        ("haz", [(60, -300), (0, -330)], 30, "improved", None),
    ],
)
def test_the_change_is_from_the_last_reading_before_to_the_last_one_in_the_follow_up(
    indicator: str, readings: list[tuple[int, int]], change: int | None, verdict: str, because: str | None
) -> None:
    found = change_of(indicator, [reading(*r) for r in readings], follow_up_from=START)
    assert (found.change, found.verdict, found.unknown_because) == (change, verdict, because)


def test_an_implausible_reading_counts_only_when_nothing_better_stands_on_its_side() -> None:
    before, after, wild = reading(0, -330), reading(50, -300), reading(60, 500, plausible=False)
    assert change_of("haz", [before, after, wild], follow_up_from=START).change == 30
    alone = change_of("haz", [before, wild], follow_up_from=START)
    assert (alone.unknown_because, alone.after) == ("implausible", wild)
    assert change_of("haz", [reading(0, 900, plausible=False), reading(60, 1)], follow_up_from=START).unknown_because == "implausible"


def test_of_two_readings_of_one_day_the_one_written_later_counts() -> None:
    found = change_of("haz", [reading(0, -330), reading(60, -300, number=9), reading(60, -250, number=8)], follow_up_from=START)
    assert found.change == 30


@pytest.mark.parametrize(
    ("group", "whz", "primary"),
    [
        (Group.BALITA, None, "haz"),
        (Group.BALITA, -200, "haz"),
        (Group.BALITA, -201, "whz"),
        (Group.BADUTA, -350, "whz"),
        (Group.BUMIL, None, "muac"),
        (Group.BUMIL, -350, "muac"),
        (Group.CATIN, None, "muac"),
    ],
)
def test_a_case_is_judged_by_what_was_wrong_with_it(group: Group, whz: int | None, primary: str) -> None:
    assert primary_indicator(group, whz_before=whz) == primary
    assert primary in INDICATORS_OF[group]


@pytest.mark.parametrize(
    ("verdict", "confirmed", "effective"),
    [
        ("improved", True, True),
        ("unchanged", True, False),
        ("worse", True, False),
        ("unknown", True, None),
        ("improved", False, None),
        ("worse", False, None),
    ],
)
def test_an_action_is_effective_when_it_was_seen_and_the_measure_moved(verdict: str, confirmed: bool, effective: bool | None) -> None:
    assert is_effective(verdict, is_confirmed=confirmed) is effective


def test_every_group_is_judged_by_indicators_that_exist_in_words_that_exist() -> None:
    assert {i for codes in INDICATORS_OF.values() for i in codes} == set(INDICATORS)
    assert set(UNKNOWN_BECAUSE) == {"no_baseline", "no_later_measurement", "too_soon", "implausible"}
    assert set(VERDICT_LABELS) == {"improved", "unchanged", "worse", "unknown"}
