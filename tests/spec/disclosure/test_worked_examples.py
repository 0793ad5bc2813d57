"""What is hidden in small tables, as worked examples: the table, and what may be published of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from audit.reports.disclosure import CHILD_BANDS, FEW, WITHHELD, WOMAN_BANDS, Edition, Published, Sum, age_band, protect, remembered


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


@pytest.mark.parametrize(
    ("table", "published", "why"),
    [
        (
            ((7, 2), (9, 8)),
            ((WITHHELD, FEW, 9), (WITHHELD, WITHHELD, 17), (16, 10, 26)),
            "a small count in a corner: its row, its column, and the corner opposite, so that each line hides two",
        ),
        (
            ((7, 0), (9, 8)),
            ((7, 0, 7), (9, 8, 17), (16, 8, 24)),
            "a zero is no small count: nothing is hidden",
        ),
        (
            ((9, 2), (0, 0)),
            ((WITHHELD, FEW, 11), (0, 0, 0), (WITHHELD, FEW, 11)),
            "a row of zeros gives no cover, so the margins of the columns go with the cells and only the row tells its total",
        ),
        (
            ((1, 1), (1, 1)),
            ((FEW, FEW, FEW), (WITHHELD, FEW, FEW), (FEW, FEW, FEW)),
            "every count is small: a single dash is enough, and every other mark still says “1 to 4”",
        ),
    ],
)
def test_a_crossed_table(table: Sequence[Sequence[int]], published: Sequence[Sequence[Published]], why: str) -> None:
    rows, columns = ("x", "y"), ("a", "b")
    cells = {f"{r}{c}": table[i][j] for i, r in enumerate(rows) for j, c in enumerate(columns)}
    cells |= {r: sum(table[i]) for i, r in enumerate(rows)} | {c: sum(line[j] for line in table) for j, c in enumerate(columns)}
    cells["all"] = sum(map(sum, table))
    sums = [Sum(r, tuple(f"{r}{c}" for c in columns)) for r in rows] + [Sum(c, tuple(f"{r}{c}" for r in rows)) for c in columns]
    shown = protect(cells, [*sums, Sum("all", rows), Sum("all", columns)], keep=("all",))
    assert tuple(tuple(shown[name] for name in line) for line in (("xa", "xb", "x"), ("ya", "yb", "y"), ("a", "b", "all"))) == published, (
        why
    )


@pytest.mark.parametrize(
    ("cells", "sums", "published", "why"),
    [
        (
            {"cases": 20, "women": 8, "children": 12, "boys": 9, "girls": 3},
            [Sum("cases", ("women", "children")), Sum("children", ("boys", "girls"))],
            {"cases": 20, "women": 8, "children": 12, "boys": WITHHELD, "girls": FEW},
            "the second table hangs below a cell of the first: two counts hidden in it are enough",
        ),
        (
            {"cases": 20, "women": 17, "children": 3, "boys": 3, "girls": 0},
            [Sum("cases", ("women", "children")), Sum("children", ("boys", "girls"))],
            {"cases": 20, "women": WITHHELD, "children": FEW, "boys": FEW, "girls": 0},
            "part and total of the lower table move together, and the upper one hides its other part",
        ),
        (
            {"plans": 14, "north": 14, "actions": 30, "health": 28, "housing": 2},
            [Sum("actions", ("health", "housing")), Sum("plans", ("north",))],
            {"plans": 14, "north": 14, "actions": 30, "health": WITHHELD, "housing": FEW},
            "tables without a cell in common do not disturb each other",
        ),
    ],
)
def test_linked_tables(cells: dict[str, int], sums: list[Sum], published: dict[str, Published], why: str) -> None:
    assert protect(cells, sums, keep=("cases",)) == published, why


@pytest.mark.parametrize(
    ("earlier", "now", "mark", "why"),
    [
        ([(11, 11)], 12, WITHHELD, "12 less the 11 of the first edition is one case"),
        ([(12, 12)], 11, WITHHELD, "one case that left is as easily found"),
        ([(11, 11)], 15, WITHHELD, "four are still few"),
        ([(11, 11)], 16, 16, "five that came together tell nobody from the others"),
        ([(11, 11)], 11, 11, "what did not change tells nothing new"),
        ([(6, 6), (11, 11)], 11, 11, "unchanged since the newest, five more than the oldest"),
        ([(6, 6), (11, 11)], 10, WITHHELD, "every edition still lies somewhere: 10 less 6 is four"),
        ([(4, FEW)], 5, WITHHELD, "an edition hid it: shown now, it would tell that it was 4, or 5 less the newcomers"),
        ([(30, WITHHELD)], 30, WITHHELD, "hidden for another count's sake, which it would open if it has not changed"),
        ([(30, WITHHELD), (30, 30)], 30, 30, "one edition showed it, so it is known"),
        ([(3, FEW)], 3, FEW, "small then and now"),
        ([(0, 0)], 2, FEW, "a new small count is small, and says so"),
        ([(3, FEW)], 0, WITHHELD, "a zero now would tell that all of them left"),
        ([], 12, 12, "no edition printed it"),
    ],
)
def test_a_count_after_earlier_editions(earlier: list[tuple[int, Published]], now: int, mark: Published, why: str) -> None:
    after = remembered({"cell": now}, [], [Edition({"cell": exact}, {"cell": shown}) for exact, shown in earlier])
    assert protect({"cell": now}, [], hide=after.hide) == {"cell": mark}, why


def test_one_more_case_is_hidden_wherever_it_is_counted_and_nowhere_else() -> None:
    """first   exact now   second
    cases         11        12        –
    children       6         7        –
    women          5         5        5
    north          6         6        6
    south          5         6        –
    """
    sums = [Sum("cases", ("children", "women")), Sum("cases", ("north", "south"))]
    then = {"cases": 11, "children": 6, "women": 5, "north": 6, "south": 5}
    first = protect(then, sums, keep=("cases",))
    assert FEW not in first.values() and WITHHELD not in first.values()
    now = {"cases": 12, "children": 7, "women": 5, "north": 6, "south": 6}
    after = remembered(now, sums, [Edition(then, first)])
    second = protect(now, sums, keep={"cases", *after.known}, hide=after.hide)
    assert second == {"cases": WITHHELD, "children": WITHHELD, "women": 5, "north": 6, "south": WITHHELD}


def test_many_new_cases_do_not_uncover_a_single_one_among_them() -> None:
    """The five in the north could be shown, but with them and the total the one in the south would be found: the north is withheld too."""
    sums = [Sum("cases", ("north", "south", "west"))]
    then = {"cases": 21, "north": 6, "south": 5, "west": 10}
    first = protect(then, sums)
    now = {"cases": 27, "north": 11, "south": 6, "west": 10}
    after = remembered(now, sums, [Edition(then, first)])
    second = protect(now, sums, keep=after.known, hide=after.hide)
    assert second == {"cases": 27, "north": WITHHELD, "south": WITHHELD, "west": 10}
