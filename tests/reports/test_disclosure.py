"""Attackers on published tables: one bounds, one solves the equations, one tries every number. None may find a hidden count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.reports.disclosure import FEW, WITHHELD, Edition, Published, Sum, is_hidden, protect, remembered

COUNTS = st.sampled_from([0, 0, 1, 1, 2, 3, 4, 4, 5, 6, 9, 14])
FAR = 10_000


def crossed(table: Sequence[Sequence[int]]) -> tuple[dict[str, int], list[Sum]]:
    """A table with its margins and grand total, as cells and sums."""
    rows, columns = range(len(table)), range(len(table[0]))
    cells = {f"{r}|{c}": table[r][c] for r in rows for c in columns}
    cells |= {f"row{r}": sum(table[r]) for r in rows} | {f"column{c}": sum(table[r][c] for r in rows) for c in columns}
    cells["all"] = sum(map(sum, table))
    sums = [Sum(f"row{r}", tuple(f"{r}|{c}" for c in columns)) for r in rows]
    sums += [Sum(f"column{c}", tuple(f"{r}|{c}" for r in rows)) for c in columns]
    return cells, [*sums, Sum("all", tuple(f"row{r}" for r in rows)), Sum("all", tuple(f"column{c}" for c in columns))]


def linked(first: Sequence[Sequence[int]], second: Sequence[int]) -> tuple[dict[str, int], list[Sum]]:
    """A crossed table and a single line that splits the first column of it in another way."""
    cells, sums = crossed(first)
    rest = cells["column0"]
    parts = []
    for place, wanted in enumerate(second):
        parts.append(min(wanted, rest))
        rest -= parts[-1]
        cells[f"line{place}"] = parts[-1]
    cells["rest"] = rest
    return cells, [*sums, Sum("column0", (*(f"line{place}" for place in range(len(second))), "rest"))]


def found_by_bounds(published: Mapping[str, Published], sums: Sequence[Sum]) -> set[str]:
    """Hidden cells whose bounds meet when every sum is used again and again."""
    low = {n: v if isinstance(v, int) else 1 if v == FEW else 0 for n, v in published.items()}
    high = {n: v if isinstance(v, int) else 4 if v == FEW else FAR for n, v in published.items()}
    for _ in range(200):
        before = (dict(low), dict(high))
        for one in sums:
            low[one.total] = max(low[one.total], sum(low[p] for p in one.parts))
            high[one.total] = min(high[one.total], sum(high[p] for p in one.parts))
            for part in one.parts:
                others = [p for p in one.parts if p != part]
                high[part] = min(high[part], high[one.total] - sum(low[p] for p in others))
                low[part] = max(low[part], low[one.total] - sum(high[p] for p in others))
        if before == (low, high):
            break
    return {n for n, v in published.items() if is_hidden(v) and low[n] == high[n]}


def found_by_elimination(published: Mapping[str, Published], sums: Sequence[Sum]) -> set[str]:
    """Hidden cells that the equations alone determine (Gauss, exact fractions)."""
    unknown = [n for n, v in published.items() if is_hidden(v)]
    rows = []
    for one in sums:
        row = [Fraction(0)] * len(unknown)
        for name, sign in [*((p, 1) for p in one.parts), (one.total, -1)]:
            if name in unknown:
                row[unknown.index(name)] += sign
        rows.append(row)
    reduced, rank = rows, 0
    for column in range(len(unknown)):
        pivot = next((r for r in range(rank, len(reduced)) if reduced[r][column]), None)
        if pivot is None:
            continue
        reduced[rank], reduced[pivot] = reduced[pivot], reduced[rank]
        reduced[rank] = [x / reduced[rank][column] for x in reduced[rank]]
        for r in range(len(reduced)):
            if r != rank and reduced[r][column]:
                reduced[r] = [a - reduced[r][column] * b for a, b in zip(reduced[r], reduced[rank], strict=True)]
        rank += 1
    return {unknown[row.index(1)] for row in reduced if sum(map(bool, row)) == 1}


def worlds(published: Mapping[str, Published], highest: int) -> Iterator[dict[str, int]]:
    """Every 2 x 2 table, no inner count over `highest`, that could stand behind what is published."""
    inner = ["0|0", "0|1", "1|0", "1|1"]
    for values in product(*(_possible(published[name], highest) for name in inner)):
        cells, _ = crossed([values[:2], values[2:]])
        if all(_agrees(cells[name], shown) for name, shown in published.items()):
            yield cells


def _possible(shown: Published, highest: int) -> Sequence[int]:
    return [shown] if isinstance(shown, int) else range(1, 5) if shown == FEW else range(highest + 1)


def _agrees(value: int, shown: Published) -> bool:
    return value == shown if isinstance(shown, int) else 1 <= value <= 4 if shown == FEW else True


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_whoever_subtracts_in_a_table_finds_no_hidden_count(table: list[list[int]]) -> None:
    cells, sums = crossed(table)
    published = protect(cells, sums, keep=("all",))
    assert not found_by_bounds(published, sums)
    assert not found_by_elimination(published, sums)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(COUNTS, min_size=2, max_size=2), min_size=2, max_size=4), st.lists(COUNTS, min_size=1, max_size=4))
def test_a_second_table_with_the_same_margin_helps_nobody(table: list[list[int]], line: list[int]) -> None:
    cells, sums = linked(table, line)
    published = protect(cells, sums, keep=("all",))
    assert not found_by_bounds(published, sums)
    assert not found_by_elimination(published, sums)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=3).filter(len), min_size=1, max_size=1), st.booleans())
def test_relations_that_force_a_zero_open_nothing_but_that_zero(table: list[list[int]], is_hidden_elsewhere: bool) -> None:
    cells, sums = crossed(table)
    cells["none"] = 0
    sums.append(Sum("all", ("row0", "none")))
    if is_hidden_elsewhere:
        cells |= {"also": cells["all"] + 1, "one": 1}
        sums.append(Sum("also", ("all", "one")))
    published = protect(cells, sums)
    for name in found_by_bounds(published, sums) | found_by_elimination(published, sums):
        assert cells[name] == 0, (name, published)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=2, max_size=2))
def test_trying_every_number_leaves_at_least_two_for_each_hidden_count(table: list[list[int]]) -> None:
    cells, sums = crossed(table)
    published = protect(cells, sums)
    hidden = [name for name, shown in published.items() if is_hidden(shown)]
    seen: dict[str, set[int]] = {name: set() for name in hidden}
    for world in worlds(published, highest=9):
        for name in hidden:
            seen[name].add(world[name])
    assert all(len(values) > 1 for values in seen.values()), published


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(COUNTS, min_size=2, max_size=4).filter(len), min_size=1, max_size=1))
def test_every_small_count_is_hidden_and_every_shown_one_is_true(table: list[list[int]]) -> None:
    cells, sums = crossed(table)
    published = protect(cells, sums)
    for name, shown in published.items():
        assert (shown in (FEW, WITHHELD)) if 0 < cells[name] < 5 else (shown in (cells[name], WITHHELD))
        assert shown != FEW or 0 < cells[name] < 5


def side_by_side(
    first: Mapping[str, Published], second: Mapping[str, Published], sums: Sequence[Sum], unchanged: Sequence[str]
) -> tuple[dict[str, Published], list[Sum]]:
    """Two editions as one system of numbers, for a reader who also knows which counts have not changed."""
    published = {f"1:{name}": shown for name, shown in first.items()} | {f"2:{name}": shown for name, shown in second.items()}
    both = [Sum(f"{e}:{one.total}", tuple(f"{e}:{part}" for part in one.parts)) for one in sums for e in (1, 2)]
    return published, both + [Sum(f"1:{name}", (f"2:{name}",)) for name in unchanged]


GROWTH = st.sampled_from([0, 0, 0, 0, 1, 1, 2, 5, 6])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(COUNTS, min_size=2, max_size=2), min_size=2, max_size=4),
    st.lists(st.lists(GROWTH, min_size=2, max_size=2), min_size=4, max_size=4),
)
def test_whoever_subtracts_two_editions_finds_no_small_difference(table: list[list[int]], growth: list[list[int]]) -> None:
    old, sums = crossed(table)
    new, _ = crossed([[a + b for a, b in zip(*lines, strict=True)] for lines in zip(table, growth, strict=False)])
    first = protect(old, sums, keep=("all",))
    after = remembered(new, sums, [Edition(old, first)])
    second = protect(new, sums, keep={"all", *after.known}, hide=after.hide)
    unchanged = [name for name in old if old[name] == new[name]]
    for name, shown in second.items():
        before = first[name]
        assert is_hidden(shown) or is_hidden(before) or abs(int(shown) - int(before)) not in range(1, 5), (name, first, second)
    published, both = side_by_side(first, second, sums, unchanged)
    found = found_by_elimination(published, both)
    values = {f"1:{name}": value for name, value in old.items()} | {f"2:{name}": value for name, value in new.items()}
    assert not {name for name in found if 0 < values[name] < 5 or 0 < new[name[2:]] - old[name[2:]] < 5}, (first, second)
    assert not found_by_bounds(first, sums) and not found_by_bounds(second, sums)


def test_two_careless_editions_tell_one_case_apart() -> None:
    old, sums = crossed([[6, 7], [9, 8]])
    new, _ = crossed([[6, 8], [9, 8]])
    first, second = protect(old, sums), protect(new, sums)
    assert [name for name in old if int(second[name]) - int(first[name]) == 1] == ["0|1", "row0", "column1", "all"]
    after = remembered(new, sums, [Edition(old, first)])
    assert set(after.hide) == {"0|1", "row0", "column1", "all"} and len(after.known) == 5


def test_the_attackers_find_what_is_there_to_find() -> None:
    cells, sums = crossed([[12, 3], [9, 8]])
    careless: dict[str, Published] = {name: FEW if 0 < value < 5 else value for name, value in cells.items()}
    assert found_by_bounds(careless, sums) == found_by_elimination(careless, sums) == {"0|1"}
    cells, sums = crossed([[4, 4, 9]])
    two_fours: dict[str, Published] = {**cells, "0|0": FEW, "0|1": FEW, "column0": FEW, "column1": FEW}
    assert {"0|0", "0|1"} <= found_by_bounds(two_fours, sums)
