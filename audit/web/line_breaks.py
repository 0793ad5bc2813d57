"""Where a line of a page may break: never within a case number, anywhere within a word that is longer than words are."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

LONGEST_WORD = 24
"""“mempertanggungjawabkan” has 22 letters. What is longer is a file name, an address or a slip; it must not push a column off the page."""

_LONG = re.compile(rf"[^\s-]{{{LONGEST_WORD + 1},}}")
_NUMBER_OR_LONG = re.compile(rf"(?P<number>\bAKS-[0-9]+(?:-[0-9]+)+\b)|{_LONG.pattern}")


def as_lines(text: str) -> str:
    """The text for a template. A case number ("AKS-3509-2026-2-007") is in an element that stays on one line, a word of more than
    LONGEST_WORD letters in one that breaks anywhere. Whether there is such a case is not asked here.

    A text with neither comes back as it is, for the template to escape; another is escaped.
    """
    if "AKS-" not in text and not _LONG.search(text):
        return text
    # Escaped first: what escaping writes ("&amp;") has neither space nor hyphen, so that no word begins or ends within it.
    return Markup(_NUMBER_OR_LONG.sub(_marked, str(escape(text))))


def _marked(found: re.Match[str]) -> str:
    return f'<span class="{"code" if found["number"] else "long-word"}">{found[0]}</span>'
