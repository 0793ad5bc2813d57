"""The letters of the growth card, one child's year at a time."""

from __future__ import annotations

import numpy as np
import pytest

from audit.growth.gain import STATUSES, Gain, minimum_gain, minimum_gain_g, weight_gain


def card(*weighings: tuple[str, float], birth: str = "2024-01-10", is_male: float = 1.0, child: object = "Sari", **more: object) -> Gain:
    """One child's weighings."""
    return weight_gain(
        child=[child] * len(weighings),
        birth_on=birth,
        measured_on=[date for date, _ in weighings],
        is_male=is_male,
        weight_kg=[weight for _, weight in weighings],
        **more,  # type: ignore[arg-type]  # `follows_curve` only
    )


def letters(gain: Gain) -> str:
    return "".join(STATUSES[place].code if place >= 0 else "-" for place in gain.status)


@pytest.mark.parametrize(
    ("month", "boys", "girls"),
    [(0, 800, 800), (1, 800, 800), (2, 900, 900), (6, 400, 400), (7, 400, 300), (11, 300, 200), (12, 200, 200), (50, 200, 200)],
)
def test_the_least_gain_by_age_and_sex(month: int, boys: float, girls: float) -> None:
    assert minimum_gain_g(month, 1.0)[0] == boys and minimum_gain_g(month, 0.0)[0] == girls


def test_the_table_says_where_it_comes_from_and_what_is_open() -> None:
    table = minimum_gain()
    assert len(table["boys"]) == len(table["girls"]) == 11
    assert table["version"] == 1 and table["source"] and "belum terkonfirmasi" in table["status"]


def test_the_first_weighing_is_new_and_a_gain_of_exactly_the_minimum_is_enough() -> None:
    gain = card(("2024-02-12", 4.0), ("2024-03-12", 4.9), ("2024-04-12", 5.699))
    assert letters(gain) == "BNT"
    assert gain.gain_g.tolist()[1:] == [900, 799] and gain.minimum_g.tolist()[1:] == [900, 800]


def test_a_month_without_weighing_is_o_and_no_gain_is_counted() -> None:
    gain = card(("2024-02-12", 4.0), ("2024-04-12", 6.5), ("2024-05-12", 7.2))
    assert letters(gain) == "BON" and np.isnan(gain.gain_g[1])


def test_neighbouring_months_join_over_new_year() -> None:
    assert letters(card(("2024-12-20", 8.0), ("2025-01-03", 8.3))) == "BN"


def test_two_t_in_a_row_is_2t_and_one_is_not() -> None:
    gain = card(("2024-06-05", 7.0), ("2024-07-05", 7.0), ("2024-08-05", 7.1), ("2024-09-05", 7.6))
    assert letters(gain) == "BTTN" and gain.is_two_t.tolist() == [False, False, True, False]


def test_t_after_a_gap_is_not_2t() -> None:
    gain = card(("2024-05-05", 7.0), ("2024-06-05", 7.0), ("2024-08-05", 7.0), ("2024-09-05", 7.0))
    assert letters(gain) == "BTOT" and not gain.is_two_t.any()


def test_the_last_weighing_of_a_month_counts_for_the_next() -> None:
    gain = card(("2024-06-05", 7.0), ("2024-06-25", 7.3), ("2024-07-05", 7.6))
    assert letters(gain) == "BBT" and gain.gain_g[2] == 300


def test_a_curve_that_follows_its_line_is_a_gain() -> None:
    assert letters(card(("2024-06-05", 7.0), ("2024-07-05", 7.1), follows_curve=[np.nan, 1.0])) == "BN"


def test_a_weighing_that_cannot_be_used_has_no_letter_and_is_a_gap() -> None:
    gain = card(("2024-05-05", 7.0), ("2024-06-05", np.nan), ("2024-07-05", 7.9), ("NaT", 8.0))
    assert letters(gain) == "B-O-"


def test_an_unknown_sex_gives_no_verdict() -> None:
    gain = card(("2024-05-05", 7.0), ("2024-06-05", 7.9), is_male=np.nan)
    assert letters(gain) == "B-" and np.isnan(gain.minimum_g).all()


def test_children_do_not_mix_and_rows_keep_their_order() -> None:
    gain = weight_gain(
        child=["Budi", "Sari", "Budi", "Sari"],
        birth_on=["2024-01-10", "2023-05-02", "2024-01-10", "2023-05-02"],
        measured_on=["2024-07-05", "2024-06-09", "2024-06-05", "2024-07-09"],
        is_male=[1.0, 0.0, 1.0, 0.0],
        weight_kg=[7.1, 8.0, 7.0, 8.4],
    )
    assert letters(gain) == "TBBN"


def test_below_the_red_line_is_below_minus_three() -> None:
    gain = card(("2024-07-10", 5.6), ("2024-07-11", 6.4))
    assert gain.is_below_red_line.tolist() == [True, False]


def test_no_weighings_give_no_letters() -> None:
    assert card().status.shape == (0,)
