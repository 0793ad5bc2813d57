"""Beranda, Siklus and Kandidat in a real Chromium at both widths: nothing for axe, nothing cut off, used without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from audit.casework.installation import Installation
from audit.lifecycle.vocabulary import Group, Status
from audit.people.sessions import open_session
from audit.settings import Settings
from audit.store.files import Files
from audit.store.sealed import Keyring
from audit.store.session import make_engine, session_maker
from audit.web.app import create_app
from audit.web.desk import COOKIE
from tests.browser.conftest import DESK, PHONE, too_small_to_touch, widest
from tests.factory import World

ADDRESSES = ("/", "/siklus", "/siklus/2026-2", "/siklus/baru", "/kandidat")
Open = Callable[..., Page]


@pytest.fixture
def opened(sqlite_template: Path, tmp_path: Path, keyring: Keyring, serve: Callable[..., str], page_at: Open) -> Iterator[Open]:
    """`opened("/siklus", PHONE)`: the page as the secretariat sees it in the middle of a semester."""
    path = tmp_path / "aks.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{path}", keyring)
    with Session(engine, expire_on_commit=False) as session:
        world = World(session)
        world.cycle.dissemination_on = date(2026, 9, 30)
        world.cycle.settings = {**world.cycle.settings, "quotas": {"balita": {"35.09.22": 6}, "bumil": {"35.09.22": 3}}}
        for status in (Status.SELECTED, Status.READY, Status.UNDER_REVIEW, Status.PLANNED, Status.FOLLOW_UP):
            world.case_at(status)
        world.pass_days(25)
        world.candidate(Group.BUMIL).needs_remeasuring = True
        world.candidate()
        person = world.people["sekretariat"]
        opening = open_session(session, person.id, how="password", at=world.at, device="Chrome di Android")
        session.commit()
        now = world.at
    installation = Installation(
        Settings(home=tmp_path, database_url=f"sqlite:///{path}"), engine, session_maker(engine), Files(tmp_path / "berkas", keyring)
    )
    base = serve(create_app(installation, now=lambda: now))

    def at(address: str, width: int, **more: object) -> Page:
        page = page_at(width, base=base, **more)
        page.context.add_cookies([{"name": COOKIE, "value": opening.token, "url": base}])
        page.goto(address, wait_until="networkidle")
        return page

    yield at
    engine.dispose()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_pages_are_readable_at_this_width(opened: Open, check_axe: Callable[[Page], None], width: int) -> None:
    page = opened(ADDRESSES[0], width)
    for address in ADDRESSES:
        page.goto(address, wait_until="networkidle")
        assert widest(page) <= width, address
        check_axe(page)
        if width == PHONE:
            assert too_small_to_touch(page) == [], address


def test_a_case_is_opened_without_scripts(opened: Open) -> None:
    page = opened("/kandidat?sasaran=balita", DESK, java_script_enabled=False)
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Buka kasus", exact=True).click()
    assert page.get_by_text("1 kasus dibuka: AKS-3509-2026-2-006.").is_visible()


def test_work_that_was_asked_for_is_looked_at_again_by_itself(opened: Open) -> None:
    page = opened("/siklus/2026-2", DESK)
    with page.expect_navigation():
        page.get_by_role("button", name="Jalankan langkah sistem").click()
    with page.expect_response(lambda answer: "/pekerjaan?dari=siklus" in answer.url and answer.ok, timeout=8000):
        page.wait_for_timeout(100)
    assert page.get_by_text("menunggu giliran").is_visible()
