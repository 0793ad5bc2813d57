"""Beranda: what waits for this person."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from audit.web.desk import Desk, Page
from audit.web.parts import PageHead, Shell


@dataclass(frozen=True, slots=True)
class HomePage:
    """The first page after signing in."""

    shell: Shell
    head: PageHead


def show(desk: Desk) -> Response:
    """What waits for this person, soonest first."""
    return desk.draw("web/home.html", HomePage(desk.frame("Beranda", place="beranda"), PageHead("Beranda")))


PAGES = (Page("/", show),)
