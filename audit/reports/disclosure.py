"""Disclosure control: which published counts are hidden so that no small one can be worked out. Knows numbers and sums, no case.

A count of 1 to 4 is printed "<5". Where that is not enough, because totals and other cells give it away, further counts are withheld and
printed "–": that mark says nothing about the value. A hidden count is safe when the published numbers leave it at least two possible
values; `protect` hides until it can show such a second possibility for every hidden count, so whoever subtracts never gets one exactly.
Two editions laid side by side are subtracted as well: `Remembered` says which counts are hidden because an earlier edition showed others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

SMALLEST_SHOWN = 5
FEW = "<5"
WITHHELD = "–"

Published: TypeAlias = int | str
"""A count as it is printed: the number itself, FEW, or WITHHELD."""

_MOST_CHANGED = 14
_MOST_TRIED = 4000


@dataclass(frozen=True, slots=True)
class Sum:
    """A total and the cells that add up to it, by their names. A cell may stand in many sums: that is how tables are linked."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """An earlier published edition: what its cells were, and what they were printed as."""

    exact: Mapping[str, int]
    shown: Mapping[str, Published]


@dataclass(frozen=True, slots=True)
class Remembered:
    """What earlier published editions mean for the next one.

    hide: cell -> its mark, for cells whose change since an edition is a small count, or would give one away, and for cells that every
    edition so far has hidden: what is shown now would have been the same then.
    known: cells an edition showed as they still are; to withhold them protects little, since they can be looked up there.
    """

    hide: Mapping[str, str]
    known: frozenset[str]


def remembered(cells: Mapping[str, int], sums: Iterable[Sum], earlier: Sequence[Edition], *, keep: Collection[str] = ()) -> Remembered:
    """How to treat the cells of an edition after these earlier ones. sums, keep: as in `protect`.

    The differences to an edition are a table of their own, with the same sums, that every reader of both can write down: it is protected
    like any other, and its zeros count as known, also under a mark. Where a count has become smaller they are no counts, and then
    everything that changed is hidden.
    """
    hide: dict[str, str] = {}
    known: set[str] = set()
    linked = list(sums)
    for edition in earlier:
        change = {name: value - edition.exact[name] for name, value in cells.items() if name in edition.exact}
        covered = {name: WITHHELD for name, by in change.items() if by and is_hidden(edition.shown[name])}
        known |= {name for name, by in change.items() if by == 0 and not is_hidden(edition.shown[name])}
        if min(change.values(), default=0) < 0:
            hide |= {name: WITHHELD for name, by in change.items() if by}
            continue
        both = [one for one in linked if _adds_up(one, change)]
        told = protect(change, both, keep=keep, hide=covered)
        hide |= {name: WITHHELD for name in change if is_hidden(told[name]) and name not in covered}
    for name, value in cells.items():
        printed = {edition.shown[name] for edition in earlier if name in edition.shown}
        if printed and printed <= {FEW, WITHHELD}:
            hide[name] = FEW if 0 < value < SMALLEST_SHOWN and FEW in printed else WITHHELD
        elif name in hide and 0 < value < SMALLEST_SHOWN:
            hide[name] = FEW
    return Remembered(hide, frozenset(known))


def protect(
    cells: Mapping[str, int], sums: Iterable[Sum], *, keep: Collection[str] = (), hide: Mapping[str, str] | None = None
) -> dict[str, Published]:
    """Every cell as it may be published, in the order given.

    cells: counts, not negative, of everything that is printed anywhere. sums: every relation between them that a reader can know; cells
    not among `cells` are not printed and not known. keep: cells that are withheld only when nothing else helps, such as the grand total.
    hide: cell -> mark, where a count must not be shown whatever it is (see `remembered`). A zero of others stays as long as possible.
    Raises ValueError when a sum does not add up or a count is negative.
    """
    linked = [each for one in sums if (each := _known(one, cells))]
    if any(value < 0 for value in cells.values()):
        raise ValueError("a count is negative")
    asked = {name: mark for name, mark in (hide or {}).items() if name in cells}
    marks = {name: FEW for name, value in cells.items() if 0 < value < SMALLEST_SHOWN} | asked
    system = _System(cells, linked, keep, asked)
    settled: set[str] = set()
    while (open_cell := system.first_unsafe(marks, settled)) is not None:
        to_hide = system.next_to_hide(open_cell, marks)
        if to_hide is None:  # all that is linked is withheld: twice every number would do as well, so only a zero can be known
            settled.add(open_cell)
        else:
            marks[to_hide] = WITHHELD
    system.give_back(marks)
    return {name: marks.get(name, value) for name, value in cells.items()}


def is_hidden(shown: Published) -> bool:
    """Whether a published count is one of the two marks."""
    return not isinstance(shown, int)


def age_band(age_months: int | None, bands: Sequence[tuple[int, str]]) -> str:
    """The code of the band an age falls into; "unknown" without an age or beyond the last. bands: (first month after it, code), rising."""
    if age_months is None or age_months < 0:
        return "unknown"
    return next((code for end, code in bands if age_months < end), "unknown")


CHILD_BANDS: tuple[tuple[int, str], ...] = ((6, "0-5"), (12, "6-11"), (24, "12-23"), (36, "24-35"), (60, "36-59"))
"""Completed months."""

WOMAN_BANDS: tuple[tuple[int, str], ...] = ((20 * 12, "<20"), (36 * 12, "20-35"), (120 * 12, ">35"))
"""Completed years, cut where the 4T rule cuts."""


class _System:
    """The cells and their sums, and the search for a second possibility of a hidden one."""

    def __init__(self, cells: Mapping[str, int], sums: Sequence[Sum], keep: Collection[str], hide: Collection[str]) -> None:
        self.cells = cells
        self.keep = frozenset(keep)
        self.hide = frozenset(hide)
        self.sums = sums
        self.sums_of: dict[str, list[Sum]] = defaultdict(list)
        for one in sums:
            for name in {one.total, *one.parts}:
                self.sums_of[name].append(one)
        self._tried = 0

    def first_unsafe(self, marks: Mapping[str, str], settled: Collection[str] = ()) -> str | None:
        """The first hidden and not settled cell for which no second possibility was found, None when all are safe."""
        hidden = (name for name in self.cells if name in marks and name not in settled)
        return next((name for name in hidden if not self._has_another_value(name, marks)), None)

    def next_to_hide(self, name: str, marks: Mapping[str, str]) -> str | None:
        """The cell to withhold for an unsafe one: the cheapest near it, or one near it that is "<5" so far; None when all are withheld.

        Parts go before totals, small before large; then a zero, because "none" is worth saying; and last of all what is to be kept.
        """
        rings = list(self._rings(name))
        for ring in rings:
            if visible := [c for c in ring if c not in marks and self.cells[c] > 0 and c not in self.keep]:
                return min(visible, key=self._worth)
            if weaker := [c for c in ring if marks.get(c) == FEW]:
                return max(weaker, key=self._worth)
        left = [c for ring in rings for c in ring if c not in marks]
        return min(left, key=lambda c: c in self.keep, default=None)

    def give_back(self, marks: dict[str, str]) -> None:
        """Take back what turned out not to be needed, the worthiest first: hiding one by one hides too much."""
        withheld = [name for name, mark in marks.items() if mark == WITHHELD and name not in self.hide]
        for name in sorted(withheld, key=lambda c: (c in self.keep, *self._worth(c)), reverse=True):
            if marks.get(name) == WITHHELD and (lighter := self._without(name, marks)) is not None:
                marks.clear()
                marks.update(lighter)

    def _without(self, name: str, marks: Mapping[str, str]) -> dict[str, str] | None:
        """The marks without withholding this cell, nor those that are no secret once it is shown; None when that opens a small one."""
        lighter = dict(marks)
        opened: str | None = name
        while opened is not None:
            if lighter[opened] != WITHHELD or opened in self.hide:
                return None
            del lighter[opened]
            if 0 < self.cells[opened] < SMALLEST_SHOWN:
                lighter[opened] = FEW
            opened = self.first_unsafe(lighter)
        return lighter

    def _worth(self, name: str) -> tuple[bool, int, str]:
        return self._is_total(name), self.cells[name], name

    def _rings(self, name: str) -> Iterator[list[str]]:
        """The cells that share a sum with this one, then those that share a sum with them, and so on."""
        seen, ring = {name}, [name]
        while ring:
            near = {cell for c in ring for one in self.sums_of[c] for cell in (one.total, *one.parts)} - seen
            ring = sorted(near)
            yield [*ring, name] if len(seen) == 1 else ring
            seen |= near

    def _is_total(self, name: str) -> bool:
        return any(one.total == name for one in self.sums_of[name])

    def _has_another_value(self, name: str, marks: Mapping[str, str]) -> bool:
        """Whether the numbers could be one more or one less here, and still agree with all that is published."""
        for step in (1, -1):
            if self._may_be(name, step, marks):
                self._tried = 0
                if self._completed({name: step}, marks):
                    return True
        return False

    def _completed(self, change: dict[str, int], marks: Mapping[str, str]) -> bool:
        """Whether further steps of one, each cell once, make every sum add up again; a search that gives up says no."""
        self._tried += 1
        if self._tried > _MOST_TRIED or len(change) > _MOST_CHANGED:
            return False
        broken = self._broken(change)
        if broken is None:
            return True
        one, excess = broken
        sides = [(name, -1 if excess > 0 else 1) for name in one.parts] + [(one.total, 1 if excess > 0 else -1)]
        for name, step in sides:
            if name not in change and self._may_be(name, step, marks):
                change[name] = step
                if self._completed(change, marks):
                    return True
                del change[name]
        return False

    def _broken(self, change: Mapping[str, int]) -> tuple[Sum, int] | None:
        for name in change:
            for one in self.sums_of[name]:
                excess = sum(change.get(part, 0) for part in one.parts) - change.get(one.total, 0)
                if excess:
                    return one, excess
        return None

    def _may_be(self, name: str, step: int, marks: Mapping[str, str]) -> bool:
        value = self.cells[name] + step
        mark = marks.get(name)
        return value >= 0 if mark == WITHHELD else 0 < value < SMALLEST_SHOWN if mark == FEW else False


def _adds_up(one: Sum, cells: Mapping[str, int]) -> bool:
    names = (one.total, *one.parts)
    return all(name in cells for name in names) and sum(cells[part] for part in one.parts) == cells[one.total]


def _known(one: Sum, cells: Mapping[str, int]) -> Sum | None:
    """The sum when a reader can use it: all its cells are printed. Raises ValueError when it does not add up."""
    if one.total not in cells or any(part not in cells for part in one.parts):
        return None
    if sum(cells[part] for part in one.parts) != cells[one.total]:
        raise ValueError(f"the parts of {one.total} do not add up to it")
    return one
