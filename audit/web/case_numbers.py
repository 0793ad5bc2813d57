"""Case numbers inside the sentences of a page, so that a line never breaks within one. Whether there is such a case is not asked here."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_NUMBER = re.compile(r"\bAKS-[0-9]+(?:-[0-9]+)+\b")


def whole_numbers(text: str) -> str:
    """The text for a template, each case number ("AKS-3509-2026-2-007") in an element of its own that stays on one line.

    A text without a number comes back as it is, for the template to escape; one that has some is escaped.
    """
    if "AKS-" not in text:
        return text
    return Markup(_NUMBER.sub(r'<span class="code">\g<0></span>', str(escape(text))))
