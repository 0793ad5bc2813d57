"""How the counts of a view are printed: in tables, in sentences and as bars, hidden or not. Nothing is counted and nothing hidden here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from audit.render import wording
from audit.render.charts import Bar
from audit.reports.disclosure import FEW, WITHHELD, Published, is_hidden
from audit.reports.dissemination.texts import SUPPRESSION_NOTE
from audit.reports.pages import Column, Table


class Numbers:
    """The cells of a view, each as it stands in a table, a sentence or a drawing. A name that is not there counts as 0."""

    def __init__(self, cells: Mapping[str, Published]) -> None:
        self._cells = cells

    def names(self) -> Iterable[str]:
        """The names of all counts, in their order."""
        return self._cells.keys()

    def value(self, name: str) -> int | None:
        """The count, None when it is hidden."""
        found = self._cells.get(name, 0)
        return found if isinstance(found, int) else None

    def is_hidden(self, name: str) -> bool:
        return is_hidden(self._cells.get(name, 0))

    def is_covered(self, name: str) -> bool:
        """Whether a dash hides this count: it may be any number, also 0."""
        return self._cells.get(name, 0) == WITHHELD

    def some(self, name: str) -> bool:
        """Whether there is anything to say: a hidden count, or one above 0."""
        return self._cells.get(name, 0) != 0

    def surely(self, name: str) -> bool:
        """Whether there is certainly something: a count above 0 that no dash hides. A sentence that needs one is left out otherwise."""
        return self.some(name) and not self.is_covered(name)

    def shown(self, name: str) -> str:
        """As in a table: "1.214", "<5", "–"."""
        found = self._cells.get(name, 0)
        return wording.number(found) if isinstance(found, int) else found

    def words(self, name: str, noun: str = "") -> str:
        """As in a sentence: "12 kasus", "kurang dari 5 kasus", "sejumlah kasus"."""
        found = self._cells.get(name, 0)
        if isinstance(found, int):
            return f"{wording.number(found)} {noun}".rstrip()
        return f"{'kurang dari 5' if found == FEW else 'sejumlah'} {noun}".rstrip()

    def share(self, part: str, whole: str) -> str:
        """The part in percent of the whole; a dash when one of them is hidden or the whole is empty."""
        a, b = self.value(part), self.value(whole)
        return wording.MISSING if a is None or b is None else wording.share(a, b)

    def with_share(self, part: str, whole: str, noun: str = "") -> str:
        """ "7 kasus (58,3 %)", without the percentage when it cannot be said."""
        percentage = self.share(part, whole)
        return self.words(part, noun) + ("" if percentage == wording.MISSING else f" ({percentage})")

    def bar(self, name: str, label: str) -> Bar:
        """A bar of this length; a hidden count has none, only its mark."""
        value = self.value(name)
        return Bar(label, None if value is None else float(value), self.shown(name))

    def any_bar(self, named: Iterable[tuple[str, str]]) -> bool:
        """Whether at least one of these would be drawn with a length."""
        return any(self.value(name) for name, _ in named)

    def ranked(self, names: Iterable[str]) -> list[str]:
        """The names that have something to say: shown counts first, from the largest, then hidden ones in the order given."""
        left = [name for name in names if self.some(name)]
        return sorted(left, key=lambda name: -(self.value(name) or 0))

    def listed(self, named: Iterable[tuple[str, str]]) -> str:
        """(cell, noun) in words, without those that are 0: "8 balita dan kurang dari 5 ibu hamil"."""
        return wording.list_words([self.words(name, noun) for name, noun in named if self.some(name)])


@dataclass(slots=True)
class Numbering:
    """Gives tables and figures their number in the order in which they are asked for."""

    _used: dict[str, int] = field(default_factory=dict)

    def next(self, kind: str, chapter: int) -> str:
        """ "Tabel 2.1", then "Tabel 2.2"; each kind and chapter counts for itself."""
        key = f"{kind} {chapter}"
        self._used[key] = self._used.get(key, 0) + 1
        return f"{key}.{self._used[key]}"


def counted_table(
    anchor: str,
    caption: str,
    head: tuple[Column, ...],
    rows: Sequence[tuple[str, ...]],
    *,
    number: Callable[[], str],
    total: tuple[str, ...] | None = None,
    source: str = "",
    note: str = "",
    empty: str = "Tidak ada data.",
) -> Table:
    """A table of counts; when a mark stands in it, the note says what the marks mean. Without a row only `empty` is said.

    number: asked for only when there is a table. Where every count of every row is hidden, a sentence stands in its place, unnumbered.
    """
    if not rows:
        return Table(anchor, caption, head, (), number(), empty=empty)
    counts = [cell for row in rows for cell, column in zip(row, head, strict=True) if column.kind == "number"]
    if all(cell in (FEW, WITHHELD) for cell in counts):
        return Table(anchor, "", head, (), empty=f"{caption} tidak ditabelkan: setiap angkanya ditutup untuk melindungi identitas.")
    made = Table(anchor, caption, head, tuple(rows), number(), total, source, note, empty)
    if any(cell == FEW for row in (*rows, total or ()) for cell in row):
        return replace(made, note=" ".join(filter(None, (note, SUPPRESSION_NOTE))))
    return made


def share_table(
    numbers: Numbers,
    anchor: str,
    caption: str,
    label: str,
    rows: Iterable[tuple[str, str]],
    *,
    whole: str,
    noun: str,
    number: Callable[[], str],
    source: str = "",
    note: str = "",
    empty: str,
    has_total: bool = True,
    keep: Callable[[str], bool] = lambda name: True,
) -> Table:
    """Rows of (cell, words) with their count and their percentage of `whole`; no row at all when the whole is 0."""
    head = (Column(label, 62), Column(noun, 17, "number"), Column("Persen", 21, "number"))
    lines = [(words, numbers.shown(name), numbers.share(name, whole)) for name, words in rows if keep(name)]
    total = ("Jumlah", numbers.shown(whole), numbers.share(whole, whole)) if has_total else None
    printed = lines if numbers.some(whole) else []
    return counted_table(anchor, caption, head, printed, number=number, total=total, source=source, note=note, empty=empty)
