"""What is hidden in small tables, as worked examples: the table, and what may be published of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from audit.reports.disclosure import CHILD_BANDS, FEW, WITHHELD, WOMAN_BANDS, Published, Sum, age_band, protect


def row(parts: Sequence[int], *, keep_total: bool = False) -> list[Published]:
    """The published parts of one line with its total last."""
    names = tuple(f"c{place}" for place in range(len(parts)))
    cells = dict(zip(names, parts, strict=True)) | {"total": sum(parts)}
    return list(protect(cells, [Sum("total", names)], keep=("total",) if keep_total else ()).values())


@pytest.mark.parametrize(
    ("parts", "published", "why"),
    [
        ((12, 8, 5), [12, 8, 5, 25], "nothing is small, nothing is hidden"),
        ((0, 9, 7), [0, 9, 7, 16], "zero tells that there is nobody, it stays"),
        ((12, 3, 8), [12, FEW, WITHHELD, 23], "one hidden count would be the total less the rest: the next smallest goes with it"),
        ((3, 4, 9), [FEW, FEW, 9, 16], "two hidden counts of 7 together may be 3 and 4 or 4 and 3"),
        ((4, 4, 9), [FEW, FEW, WITHHELD, 17], "two counts under 5 that make 8 can only be 4 and 4"),
        ((1, 1, 9), [FEW, FEW, WITHHELD, 11], "two counts of at least 1 that make 2 can only be 1 and 1"),
        ((1, 1), [FEW, FEW, FEW], "the total is small as well, and then all three may be other numbers"),
        ((1, 1, 1, 1), [FEW, FEW, FEW, FEW, WITHHELD], "four counts in a total under 5 can only be 1 each: the total says nothing at all"),
        ((2, 0, 0), [FEW, 0, 0, FEW], "a line of one small count: part and total move together"),
        ((4,), [FEW, FEW], "a single count under 5"),
    ],
)
def test_one_line_and_its_total(parts: tuple[int, ...], published: list[Published], why: str) -> None:
    assert row(parts, keep_total=True) == published, why


def test_a_total_that_is_not_kept_goes_before_nothing_is_left_of_the_line() -> None:
    assert row((12, 3)) == [WITHHELD, FEW, 15]
    assert row((3, 0, 0, 20), keep_total=True) == [FEW, 0, 0, WITHHELD, 23]


def test_rows_and_columns_are_protected_together() -> None:
    """a   b  total        a    b  total
    x      10   2   12      x   –   <5   12
    y       9   7   16      y   –    –   16
    total  19   9   28          19   9   28
    """
    cells = {"xa": 10, "xb": 2, "x": 12, "ya": 9, "yb": 7, "y": 16, "a": 19, "b": 9, "all": 28}
    sums = [Sum("x", ("xa", "xb")), Sum("y", ("ya", "yb")), Sum("a", ("xa", "ya")), Sum("b", ("xb", "yb"))]
    sums += [Sum("all", ("x", "y")), Sum("all", ("a", "b"))]
    published = protect(cells, sums)
    assert [published[name] for name in ("xa", "xb", "ya", "yb")] == [WITHHELD, FEW, WITHHELD, WITHHELD]
    assert [published[name] for name in ("x", "y", "a", "b", "all")] == [12, 16, 19, 9, 28]


def test_no_more_is_withheld_than_is_needed() -> None:
    """Four counts of 1: with one of them withheld every "<5" of the margins can stay, and says more than a dash."""
    names = ("xa", "xb", "ya", "yb")
    cells = dict.fromkeys(names, 1) | {"x": 2, "y": 2, "a": 2, "b": 2, "all": 4}
    sums = [Sum("x", ("xa", "xb")), Sum("y", ("ya", "yb")), Sum("a", ("xa", "ya")), Sum("b", ("xb", "yb"))]
    published = protect(cells, [*sums, Sum("all", ("x", "y")), Sum("all", ("a", "b"))], keep=("all",))
    assert list(published.values()).count(WITHHELD) == 1
    assert {published[name] for name in ("x", "y", "a", "b", "all")} == {FEW}


def test_a_count_hidden_in_one_table_is_hidden_in_the_table_that_shares_its_margin() -> None:
    """Children by age and children by group have the same total; so have all cases by group and by kecamatan."""
    cells = {"cases": 20, "women": 3, "children": 17, "north": 11, "south": 9}
    sums = [Sum("cases", ("women", "children")), Sum("cases", ("north", "south"))]
    assert protect(cells, sums, keep=("cases",)) == {"cases": 20, "women": FEW, "children": WITHHELD, "north": 11, "south": 9}


def test_a_sum_whose_cells_are_not_all_printed_gives_nothing_away() -> None:
    assert protect({"total": 15, "a": 12}, [Sum("total", ("a", "b"))]) == {"total": 15, "a": 12}


def test_a_sum_that_does_not_add_up_is_said() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        protect({"total": 9, "a": 4, "b": 4}, [Sum("total", ("a", "b"))])
    with pytest.raises(ValueError, match="negative"):
        protect({"a": -1}, [])


@pytest.mark.parametrize(
    ("age_months", "band"),
    [(0, "0-5"), (5, "0-5"), (6, "6-11"), (23, "12-23"), (24, "24-35"), (59, "36-59"), (60, "unknown"), (None, "unknown")],
)
def test_children_are_put_into_bands_by_completed_months(age_months: int | None, band: str) -> None:
    assert age_band(age_months, CHILD_BANDS) == band


@pytest.mark.parametrize(("years", "band"), [(19, "<20"), (20, "20-35"), (35, "20-35"), (36, ">35")])
def test_women_are_put_into_bands_by_completed_years(years: int, band: str) -> None:
    assert age_band(years * 12 + 11, WOMAN_BANDS) == band
