"""One page of a long list: which rows, and the links to the others. What is listed is not known here."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from audit.render.wording import number
from audit.web.parts import PageLink, Pager

_SHOWN_AROUND = 1


def page_asked(text: str, *, total: int, size: int) -> int:
    """The number of the page of an address (?hal=3), from 1; what is none or too far leads to the nearest there is."""
    last = max(1, -(-total // size))
    asked = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
    return min(max(asked, 1), last)


def pager(address: str, query: Mapping[str, str], *, at: int, total: int, size: int, what: str) -> Pager | None:
    """The links below page `at` (from 1) of a list of `total`; None when all fits on one. what: "masalah", "kasus"."""
    last = -(-total // size)
    if last < 2:
        return None

    def link(n: int) -> str:
        return f"{address}?{urlencode({**{k: v for k, v in query.items() if v}, 'hal': n})}"

    near = sorted({1, last, *range(max(1, at - _SHOWN_AROUND), min(last, at + _SHOWN_AROUND) + 1)})
    links: list[PageLink] = []
    for before, n in zip([0, *near], near, strict=False):
        if n - before > 1:
            links.append(PageLink("…"))
        links.append(PageLink(number(n), link(n), is_current=n == at))
    return Pager(
        words=f"{number((at - 1) * size + 1)}–{number(min(at * size, total))} dari {number(total)} {what}",
        previous=link(at - 1) if at > 1 else "",
        next=link(at + 1) if at < last else "",
        pages=tuple(links),
    )
