"""How answers are shown: tables and sentences on stdout, one JSON object for programs, remarks on stderr. No answer is made here."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

if TYPE_CHECKING:
    from rich.console import Console

Json = Annotated[bool, typer.Option("--json", help="Cetak satu objek JSON ke stdout.")]
"""The option that every command has."""

_WIDTH_OF_A_PIPE = 160


def answer(as_json: bool, value: Any, for_people: Callable[[], None]) -> None:
    """Print `value` as one JSON object, or call what prints it for people."""
    if as_json:
        print(to_json(value))
    else:
        for_people()


def to_json(value: Any) -> str:
    """One line of JSON; dates as ISO 8601, dataclasses as objects."""
    return json.dumps(asdict(value) if is_dataclass(value) and not isinstance(value, type) else value, ensure_ascii=False, default=_plain)


def say(*sentences: str) -> None:
    """Each sentence on a line of its own on stdout."""
    for sentence in sentences:
        print(clean(sentence))


def remark(*sentences: str) -> None:
    """Each sentence on a line of its own on stderr: for people, never part of the answer."""
    for sentence in sentences:
        print(clean(sentence), file=sys.stderr)


def heading(text: str) -> None:
    """A line that begins a part of the answer."""
    from rich.text import Text

    console().print()
    console().print(Text(clean(text), style="bold"))


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Iterable[int] = ()) -> None:
    """A table on stdout; None is a dash. right: numbers of the columns that are set to the right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    to_the_right = set(right)
    for n, column in enumerate(columns):
        drawn.add_column(column, justify="right" if n in to_the_right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text("–" if cell is None or cell == "" else clean(str(cell))) for cell in row))
    console().print(drawn)


def pairs(rows: Iterable[tuple[str, Any]]) -> None:
    """Names with their values, one a line, aligned; None is a dash."""
    listed = list(rows)
    width = max((len(name) for name, _ in listed), default=0)
    for name, value in listed:
        say(f"{name:<{width}}  {'–' if value is None or value == '' else value}")


def console(stream: TextIO | None = None) -> Console:
    """A console that takes every text literally; as wide as the terminal, wide enough for a table in a pipe."""
    from rich.console import Console

    target = stream or sys.stdout
    return Console(
        file=target, markup=False, highlight=False, emoji=False, soft_wrap=False, width=None if target.isatty() else _WIDTH_OF_A_PIPE
    )


def clean(text: str) -> str:
    """The text without control characters: what a file brought along must not steer a terminal. Line breaks and tabs stay."""
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf") else "\ufffd" for c in text)


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)
