"""How many statements a piece of work sends to the database, for tests. How many it may send is in the tests themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event


@contextmanager
def statements(bind: Any) -> Iterator[list[str]]:
    """The text of every statement that an engine sends while the block runs."""
    seen: list[str] = []

    def keep(*given: Any) -> None:
        seen.append(given[2])

    event.listen(bind, "before_cursor_execute", keep)
    try:
        yield seen
    finally:
        event.remove(bind, "before_cursor_execute", keep)


@contextmanager
def selects(bind: Any) -> Iterator[list[str]]:
    """As `statements`; when the block is left, only those that read are in the list."""
    with statements(bind) as seen:
        yield seen
    seen[:] = [each for each in seen if each.lstrip().upper().startswith("SELECT")]
