"""The door, one's own account, history and settings at both widths: no finding of axe, nothing scrolls sideways, no script needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from audit.lifecycle.vocabulary import Status
from audit.people.credentials import set_password
from audit.people.invitations import invite
from audit.people.passwords import Hashing
from audit.people.second_factor import begin
from audit.settings import OfficeSignIn
from audit.web.app import create_app
from tests.browser.conftest import DESK, PHONE, too_small_to_touch, widest
from tests.browser.field_pages import field_pages, sign_in
from tests.web.conftest import Pages

Open = Callable[..., Page]
PASSWORD = "pagi cerah di Arjasa"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with field_pages(tmp_path) as made:
        made.world.case_at(Status.UNDER_REVIEW)
        made.world.session.commit()
        yield made


def invited(pages: Pages, username: str = "gizi2") -> str:
    with pages.installation.sessions.begin() as session:
        return invite(session, pages.world.people[username].id, by=pages.world.people["sekretariat"], at=pages.at).token


def hold(page: Page, check_axe: Callable[[Page], None], width: int, address: str) -> None:
    page.goto(address, wait_until="networkidle")
    check_axe(page)
    assert widest(page) <= width, address
    assert width != PHONE or not too_small_to_touch(page), address


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_pages_of_the_office_hold_at_both_widths(
    pages: Pages, serve: Callable[..., str], page_at: Open, check_axe: Callable[[Page], None], width: int
) -> None:
    service = OfficeSignIn("http://127.0.0.1:9", "aks")
    base = serve(create_app(pages.installation, now=lambda: pages.at, oidc=service))
    page = page_at(width, base=base)
    for address in ("/masuk", "/undangan"):
        hold(page, check_axe, width, address)
    person = pages.world.people["sekretariat"]
    with pages.installation.sessions.begin() as session:
        set_password(session, person.id, Hashing(time_cost=1, memory_kib=8).hash(PASSWORD), at=pages.at)
        begin(session, person.id)
    sign_in(page, pages, base, "sekretariat")
    one = f"/pengaturan/akun/{pages.world.people['gizi2'].id}"
    own = ("/akun", "/akun/sandi", "/akun/dua-langkah", "/akun/token")
    history = ("/riwayat", "/riwayat/rantai")
    settings = ("/pengaturan", "/pengaturan/akun", "/pengaturan/akun/baru", one, f"{one}/nonaktifkan")
    parts = ("/pengaturan/bawaan/criteria", "/pengaturan/bawaan/office", "/pengaturan/bawaan/signatories")
    for address in (*own, *history, *settings, *parts):
        hold(page, check_axe, width, address)
    page.goto(f"{one}/undang")
    page.get_by_role("button", name="Buat tautan kata sandi").click()
    expect(page.get_by_role("heading", name="Tautan undangan", level=1)).to_be_visible()
    check_axe(page)
    assert widest(page) <= width


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_first_account_and_the_demo_door_hold_at_both_widths(
    pages: Pages, serve: Callable[..., str], page_at: Open, check_axe: Callable[[Page], None], width: int
) -> None:
    first = serve(create_app(pages.installation, now=lambda: pages.at, start_code="12345678"))
    hold(page_at(width, base=first), check_axe, width, "/mulai")
    demo = serve(create_app(pages.installation, now=lambda: pages.at, is_demo=True))
    page = page_at(width, base=demo)
    hold(page, check_axe, width, "/masuk")
    page.get_by_role("button", name="Sekretariat · Endah Wulansari").click()
    expect(page).to_have_url(f"{demo}/")


def test_a_link_fills_its_code_in_and_leaves_no_trace_of_it(pages: Pages, serve: Callable[..., str], page_at: Open) -> None:
    token = invited(pages)
    asked: list[str] = []
    base = serve(create_app(pages.installation, now=lambda: pages.at))
    page = page_at(PHONE, base=base)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/undangan#{token}")
    page.get_by_label("Kata sandi baru").fill(PASSWORD)
    page.get_by_label("Kata sandi sekali lagi").fill(PASSWORD)
    page.get_by_role("button", name="Pasang kata sandi dan masuk").click()
    expect(page).to_have_url(f"{base}/")
    expect(page.get_by_text("Kata sandi terpasang")).to_be_visible()
    assert token not in page.url and not [address for address in asked[1:] if token in address]


def test_without_scripts_the_code_is_typed(pages: Pages, serve: Callable[..., str], page_at: Open) -> None:
    token = invited(pages)
    base = serve(create_app(pages.installation, now=lambda: pages.at))
    page = page_at(PHONE, base=base, java_script_enabled=False)
    page.goto("/undangan")
    page.get_by_label("Kode undangan").fill(token)
    page.get_by_role("button", name="Lanjutkan").click()
    page.get_by_label("Kata sandi baru").fill(PASSWORD)
    page.get_by_label("Kata sandi sekali lagi").fill(PASSWORD)
    page.get_by_role("button", name="Pasang kata sandi dan masuk").click()
    expect(page).to_have_url(f"{base}/")
