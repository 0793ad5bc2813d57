"""The list of cases and one case in a real Chromium: axe, no sideways scroll, targets for a thumb, the chart read by touch and key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from audit.casework.installation import Installation
from audit.casework.schema import bring_up_to_date
from audit.lifecycle.vocabulary import Status
from audit.people.sessions import open_session
from audit.settings import Settings
from audit.store.files import Files
from audit.store.sealed import Keyring
from audit.store.session import make_engine, session_maker
from audit.web.app import create_app
from audit.web.desk import COOKIE
from tests.browser.conftest import DESK, PHONE, too_small_to_touch, widest
from tests.factory import World


@pytest.fixture
def opened(tmp_path: Path, serve: Callable[..., str], page_at: Callable[..., Page]) -> Callable[[int, str], Page]:
    """`opened(PHONE, "/kasus/…")`: that page as the secretariat; "CASE" in the address is a case in its follow-up."""
    keyring, url = Keyring(bytes(32)), f"sqlite:///{tmp_path}/aks.db"
    engine = make_engine(url, keyring)
    bring_up_to_date(engine)
    with Session(engine, expire_on_commit=False) as session:
        world = World(session)
        case = world.case_at(Status.FOLLOW_UP)
        world.case_at(Status.READY)
        session.commit()
        installation = Installation(
            Settings(home=tmp_path, database_url=url), engine, session_maker(engine), Files(tmp_path / "berkas", keyring)
        )
        with installation.sessions.begin() as writing:
            token = open_session(writing, world.people["sekretariat"].id, how="password", at=world.at, device="Chromium").token
    base = serve(create_app(installation, now=lambda: world.at))

    def at(width: int, address: str) -> Page:
        page = page_at(width, base=base)
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": base}])
        page.goto(address.replace("CASE", case.number), wait_until="networkidle")
        return page

    return at


@pytest.mark.parametrize("address", ["/kasus", "/kasus/CASE"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_page_is_sound_at_this_width(opened: Callable[..., Page], check_axe: Callable[[Page], None], width: int, address: str) -> None:
    page = opened(width, address)
    page.evaluate("document.querySelectorAll('main details').forEach(it => it.open = true)")
    check_axe(page)
    assert widest(page) <= width
    if width == PHONE:
        assert too_small_to_touch(page) == []


def test_a_point_of_the_chart_is_read_by_key(opened: Callable[..., Page]) -> None:
    page = opened(DESK, "/kasus/CASE")
    page.locator("[data-chart-area]").first.focus()
    page.keyboard.press("ArrowRight")
    assert "TB/U −3,31 SD, sangat pendek" in page.locator("[data-chart-tip]").first.inner_text()
