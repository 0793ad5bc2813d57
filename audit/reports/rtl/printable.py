"""Text that the bundled font can print: what it has no letter for is named, not left as an empty box. Nothing is cleaned here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # fontTools carries no types

from audit.render.fonts import FOLDER

INSTEAD = "[simbol]"
"""What stands for one or more characters in a row that cannot be printed, an emoji for example."""

_LAID_OUT = frozenset(map(ord, "\n\r\t\u00a0\u00ad\u200b"))
"""Blanks and break hints: the engine sets them without a glyph."""


def printable(value: Any) -> Any:
    """The same text, or the same plain value with its texts, with `INSTEAD` for what every weight of the font cannot print.

    A file with such a character is no PDF/A: it would show an empty box and say nothing to a screen reader.
    """
    if isinstance(value, str):
        letters = _letters()
        marked = "".join(each if ord(each) in letters else "\0" for each in value)
        return re.sub("\0+", INSTEAD, marked)
    if isinstance(value, Mapping):
        return {key: printable(each) for key, each in value.items()}
    return [printable(each) for each in value] if isinstance(value, list) else value


@cache
def _letters() -> frozenset[int]:
    """The code points that all bundled weights have; read once in a process."""
    found = []
    for path in sorted(FOLDER.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            found.append(frozenset(font.getBestCmap() or {}))
    return frozenset.intersection(*found) | _LAID_OUT
