"""What every page has around its own part, and how a page record becomes an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import HTMLResponse

from audit.render import html
from audit.web.assets import assets


@dataclass(frozen=True, slots=True)
class Shell:
    """title: of the window. stylesheet, icon: addresses."""

    title: str
    stylesheet: str
    icon: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A page that only says something."""

    shell: Shell
    heading: str
    sentences: tuple[str, ...]


def shell(title: str) -> Shell:
    """The shell of a page with this title."""
    found = assets()
    return Shell(f"{title} · AKS", found["aks.css"].address, found["aks.svg"].address)


def answer(template: str, page: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """The page drawn with its record."""
    return HTMLResponse(html.render(template, page), status_code=status, headers=headers)
