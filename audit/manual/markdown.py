"""How a reference page is put together as Markdown: headings, tables, diagrams. What a page says is in the other modules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

COMMAND = "python -m audit.manual docs/reference"
"""What writes every page again; printed at the foot of each."""

NOTHING = "–"
"""A cell that has nothing to say."""


def page(title: str, *parts: str) -> str:
    """One page: its title, its parts with a blank line between them, and where it came from."""
    foot = f"---\n\n*Halaman ini ditulis oleh programnya sendiri (`{COMMAND}`); jangan disunting dengan tangan.*"
    return "\n\n".join([f"# {title}", *(part for part in parts if part), foot]) + "\n"


def section(title: str, *parts: str, level: int = 2) -> str:
    """A heading and what stands below it. level: 2 for a chapter of a page, 3 for a part of one."""
    return "\n\n".join([f"{'#' * level} {title}", *(part for part in parts if part)])


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[int] = ()) -> str:
    """A Markdown table; an empty cell is printed as a dash. right: places of the columns set to the right.

    Raises ValueError when a row has another number of cells than there are heads.
    """
    aligned = set(right)
    rule = ["---:" if place in aligned else "---" for place in range(len(heads))]
    lines = [list(heads), rule, *([cell(value) for value in row] for row in rows)]
    for line in lines:
        if len(line) != len(heads):
            raise ValueError(f"a row of {len(line)} cells in a table of {len(heads)} columns")
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(value: object) -> str:
    """A value as the text of one cell: no line break, no stray bar, a dash for nothing."""
    text = " ".join(str(value).split()) if value is not None else ""
    return text.replace("|", "\\|") or NOTHING


def code(text: object) -> str:
    """A word that is typed as it stands."""
    return f"`{text}`"


def codes(texts: Iterable[object]) -> str:
    """Several such words, with commas."""
    return ", ".join(code(text) for text in texts)


def lines(texts: Iterable[str]) -> str:
    """Several sentences in one cell, each on a line of its own."""
    return "<br>".join(texts)


def bullets(texts: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {text}" for text in texts)


def fenced(text: str, language: str) -> str:
    """A block of code or of a diagram."""
    return f"```{language}\n{text.strip()}\n```"


def yes(value: bool) -> str:
    """Ya, or nothing."""
    return "ya" if value else ""


def decimal(value: float | None, *, is_counted: bool = True) -> str:
    """A number as people write it: "23,5", "2.500", "−3"; empty for None. is_counted: False for a year, which takes no points."""
    if value is None:
        return ""
    text = f"{abs(value):,.10f}".rstrip("0").rstrip(".").translate(str.maketrans(",.", ".,"))
    text = text if is_counted else text.replace(".", "")
    return f"−{text}" if value < 0 else text


def span(low: float | None, high: float | None, unit: str = "") -> str:
    """A range with its unit: "38–150 cm", "−6 sampai 6 SD", "2021–2100"; empty when it has no ends."""
    if low is None and high is None:
        return ""
    if low is None or high is None:
        words = f"paling sedikit {decimal(low)}" if low is not None else f"paling banyak {decimal(high)}"
    else:
        between = " sampai " if low < 0 else "–"
        words = between.join(decimal(end, is_counted=bool(unit)) for end in (low, high))
    return f"{words} {unit}".strip()
