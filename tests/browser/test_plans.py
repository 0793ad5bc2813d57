"""The pages of the plan in a real browser, on a phone and on a desk: no finding of axe, nothing sideways, nothing too small to touch."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from starlette.types import ASGIApp

from audit.lifecycle.vocabulary import Action, Status
from audit.people.sessions import open_session
from audit.web.app import create_app
from audit.web.desk import COOKIE
from tests.browser.conftest import DESK, PHONE, too_small_to_touch, widest
from tests.web.conftest import Pages, pages

__all__ = ["pages"]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_board_table_editor_and_decision_fit_and_can_be_read_by_all(
    pages: Pages,
    serve: Callable[[ASGIApp], str],
    page_at: Callable[..., Page],
    check_axe: Callable[[Page], None],
    width: int,
) -> None:
    world = pages.world
    written, waiting, running = (world.case_at(s) for s in (Status.RECOMMENDED, Status.PLANNED, Status.FOLLOW_UP))
    world.do(running, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "selesai", "evidence": "Foto"})
    world.session.commit()
    base = serve(create_app(pages.installation, now=lambda: pages.at))
    for username, addresses in (
        ("sekretariat", ("/rtl", "/rtl?tampilan=tabel", f"/kasus/{written.number}/rtl", "/akun/kalender")),
        ("ketua", (f"/kasus/{waiting.number}/persetujuan", f"/kasus/{running.number}/rtl")),
        ("perkim", ("/rtl",)),
    ):
        page = page_at(width, base=base)
        with pages.installation.sessions.begin() as session:
            opened = open_session(session, world.people[username].id, how="password", at=pages.at, device="Chrome di Android")
        page.context.add_cookies([{"name": COOKIE, "value": opened.token, "url": base}])
        for address in addresses:
            page.goto(address)
            assert widest(page) <= width, address
            check_axe(page)
            if width == PHONE:
                assert not too_small_to_touch(page), address
