"""A phone without network in a real Chromium: what was typed is kept, sent once when there is network, and never merged unseen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Route
from sqlalchemy import func, select

from audit.casework.tables import FormDraft
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Status
from audit.steps.followup.tables import Visit
from audit.web.app import create_app
from tests.browser.conftest import PHONE
from tests.browser.field_pages import field_pages, sign_in
from tests.web.conftest import Pages

Open = Callable[..., Page]


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with field_pages(tmp_path) as made:
        yield made


@pytest.fixture
def base(pages: Pages, serve: Callable[..., str]) -> str:
    return serve(create_app(pages.installation, now=lambda: pages.at))


@pytest.fixture
def followed(pages: Pages) -> Case:
    case = pages.world.case_at(Status.FOLLOW_UP)
    pages.world.pass_days(2)
    pages.at = pages.world.at
    pages.world.session.commit()
    return case


@pytest.fixture
def phone(pages: Pages, followed: Case, base: str, page_at: Open) -> Page:
    """The midwife's phone. A lost connection is a fault in the console, and meant here."""
    assert followed, "the clock stands before somebody signs in"
    page = page_at(PHONE, base=base, is_watched=False)
    page.set_default_timeout(30_000)
    sign_in(page, pages, base, "bidan.arjasa")
    return page


def visits(pages: Pages, case: Case) -> int:
    with pages.installation.reading() as session:
        return session.scalar(select(func.count()).select_from(Visit).where(Visit.case_id == case.id, Visit.state == "done")) or 0


def fill(page: Page, case: Case) -> None:
    page.goto(f"/kasus/{case.number}/kunjungan")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Berat badan").fill("8,4")
    page.get_by_label("Panjang/tinggi badan").fill("75,2")
    page.get_by_text("Terlentang").click()


def record(page: Page) -> None:
    page.get_by_role("button", name="Catat kunjungan").click()


def record_without_network(page: Page) -> None:
    page.context.set_offline(True)
    record(page)
    page.get_by_text("Belum terkirim (1)").wait_for()


THE_LIST = re.compile(r":\d+/kunjungan$")
EVERYTHING_SENT = "localStorage.getItem('aks.belum-terkirim') === '[]'"


def until(page: Page, expression: str) -> None:
    """Waits until an expression is true; the pages forbid what Playwright's own waiting needs."""
    for _ in range(150):
        try:
            if page.evaluate(expression):
                return
        except Error:  # the page was left while it was asked
            pass
        page.wait_for_timeout(100)
    raise AssertionError(f"never true: {expression}")


def kept(page: Page) -> Any:
    return page.evaluate("JSON.parse(localStorage.getItem('aks.belum-terkirim') ?? '[]')")


def test_a_visit_typed_without_network_is_kept_and_taken_once_when_there_is_one(pages: Pages, phone: Page, followed: Case) -> None:
    fill(phone, followed)
    record_without_network(phone)
    assert "Isian disimpan di perangkat ini" in phone.locator("[data-saved]").inner_text()
    assert "1 isian belum terkirim" in phone.locator("#kabar").inner_text()
    record(phone)
    assert visits(pages, followed) == 0 and len(kept(phone)) == 1, "pressed twice, kept once"
    phone.context.set_offline(False)
    until(phone, EVERYTHING_SENT)
    assert visits(pages, followed) == 1


def test_nothing_that_is_kept_tells_who_it_is_about(phone: Page, followed: Case) -> None:
    fill(phone, followed)
    record_without_network(phone)
    text = str(phone.evaluate("JSON.stringify(localStorage)"))
    assert "75,2" in text and "Bunga" not in text and "3509225708249001" not in text and "csrf" not in text


def test_an_answer_that_was_lost_on_the_way_is_not_done_twice(pages: Pages, phone: Page, followed: Case) -> None:
    fill(phone, followed)

    def swallow(route: Route) -> None:
        route.fetch()
        route.abort()

    phone.route("**/kunjungan", swallow, times=1)
    record(phone)
    phone.get_by_text("Belum terkirim (1)").wait_for()
    assert visits(pages, followed) == 1, "the server has it; only the phone does not know"
    phone.unroute("**/kunjungan")
    phone.get_by_role("button", name="Kirim sekarang").click()
    phone.wait_for_url(THE_LIST)
    assert visits(pages, followed) == 1 and kept(phone) == []


def test_a_service_that_is_down_loses_nothing(pages: Pages, phone: Page, followed: Case) -> None:
    fill(phone, followed)
    phone.route(f"**/kasus/{followed.number}/kunjungan", lambda route: route.fulfill(status=503, body="gangguan"), times=1)
    record(phone)
    phone.get_by_text("Belum terkirim (1)").wait_for()
    phone.goto("/kunjungan")
    until(phone, EVERYTHING_SENT)
    assert visits(pages, followed) == 1, "it goes out when the next page is opened"


def test_a_conflict_made_meanwhile_is_shown_side_by_side_and_nothing_is_merged(pages: Pages, phone: Page, followed: Case) -> None:
    fill(phone, followed)
    record_without_network(phone)
    pages.world.do(
        followed, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": pages.world.on, "weight_kg": 8.1, "note": "Tablet posyandu"}
    )
    pages.world.session.commit()
    phone.context.set_offline(False)
    phone.get_by_text("perlu Anda periksa").wait_for()
    assert visits(pages, followed) == 1 and len(kept(phone)) == 1
    phone.get_by_role("button", name="Periksa", exact=True).click()
    phone.get_by_text("Ada dua catatan kunjungan").wait_for()
    assert (
        phone.locator(".compare").get_by_text("8,4 kg").is_visible()
        and phone.locator(".compare").get_by_text("Tablet posyandu").is_visible()
    )
    for row in phone.locator("tr.differs").all():
        row.locator("input[value=left]").check()
    phone.get_by_label("Tanggal kunjungan").fill("2026-07-07")
    phone.get_by_role("button", name="Catat dengan pilihan ini").click()
    phone.wait_for_url(THE_LIST)
    assert visits(pages, followed) == 2 and kept(phone) == []


def test_what_cannot_be_used_comes_back_from_the_list_with_what_was_typed(pages: Pages, phone: Page, followed: Case) -> None:
    fill(phone, followed)
    phone.get_by_label("Berat badan").fill("84")
    record_without_network(phone)
    phone.context.set_offline(False)
    phone.get_by_role("button", name="Periksa", exact=True).click()
    phone.locator(".summary").wait_for()
    assert phone.get_by_label("Panjang/tinggi badan").input_value() == "75,2"
    phone.get_by_label("Berat badan").fill("8,4")
    record(phone)
    phone.wait_for_url(THE_LIST)
    assert visits(pages, followed) == 1 and kept(phone) == []


def test_doubtful_numbers_sent_late_are_asked_back_and_nothing_is_lost(pages: Pages, phone: Page, followed: Case) -> None:
    fill(phone, followed)
    phone.get_by_label("Panjang/tinggi badan").fill("71")
    record_without_network(phone)
    phone.context.set_offline(False)
    phone.get_by_text("perlu Anda periksa").wait_for()
    assert visits(pages, followed) == 0
    phone.goto("/kunjungan")
    phone.get_by_role("button", name="Periksa", exact=True).click()
    phone.locator(".summary").get_by_text("Anak tidak menyusut").wait_for()
    phone.goto("/kunjungan")
    assert len(kept(phone)) == 1, "left while it was measured again: it is still there"
    phone.get_by_role("button", name="Periksa", exact=True).click()
    phone.get_by_text("Sudah diukur ulang").click()
    record(phone)
    phone.wait_for_url(THE_LIST)
    assert visits(pages, followed) == 1 and kept(phone) == []


def test_doubtful_numbers_sent_at_once_are_kept_until_they_were_taken_or_thrown_away(pages: Pages, phone: Page, followed: Case) -> None:
    fill(phone, followed)
    phone.get_by_label("Panjang/tinggi badan").fill("71")
    record(phone)
    phone.locator(".summary").wait_for()
    assert visits(pages, followed) == 0 and len(kept(phone)) == 1
    assert phone.locator("[data-unsent]").is_hidden(), "what stands on this page is not named twice"
    phone.goto(f"/kasus/{followed.number}/kunjungan")
    assert phone.get_by_label("Panjang/tinggi badan").input_value() == "71", "opened again, it is filled in again"
    record(phone)
    phone.get_by_role("link", name="Buang isian saya").click()
    phone.wait_for_url(THE_LIST)
    assert kept(phone) == [] and visits(pages, followed) == 0


def test_a_look_at_doubtful_numbers_keeps_the_tick_and_names_nothing_twice(pages: Pages, phone: Page, followed: Case) -> None:
    fill(phone, followed)
    phone.get_by_label("Panjang/tinggi badan").fill("71")
    record(phone)
    phone.get_by_text("Sudah diukur ulang").click()
    phone.get_by_role("button", name="Periksa dulu").click()
    phone.locator(".summary").wait_for(state="detached")
    assert phone.get_by_label("Sudah diukur ulang").is_checked() and visits(pages, followed) == 0
    assert len(kept(phone)) == 1 and phone.locator("[data-unsent]:visible").count() == 0
    record(phone)
    phone.wait_for_url(THE_LIST)
    assert visits(pages, followed) == 1 and kept(phone) == []


def test_a_session_that_ended_asks_to_sign_in_and_then_goes_on(pages: Pages, base: str, phone: Page, followed: Case) -> None:
    fill(phone, followed)
    phone.context.clear_cookies()
    record(phone)
    phone.get_by_text("Sesi Anda berakhir").wait_for()
    assert phone.get_by_role("link", name="Masuk lagi untuk mengirimnya").is_visible() and visits(pages, followed) == 0
    sign_in(phone, pages, base, "bidan.arjasa")
    phone.goto("/kunjungan")
    until(phone, EVERYTHING_SENT)
    assert visits(pages, followed) == 1


def test_another_account_on_the_same_phone_never_sends_it(pages: Pages, base: str, phone: Page, followed: Case) -> None:
    fill(phone, followed)
    record_without_network(phone)
    phone.context.clear_cookies()
    sign_in(phone, pages, base, "bidan.silo")
    phone.context.set_offline(False)
    until(phone, "JSON.parse(localStorage.getItem('aks.belum-terkirim'))[0].state === 'lain'")
    assert visits(pages, followed) == 0


def test_the_list_and_an_opened_form_are_there_without_network(pages: Pages, phone: Page, followed: Case) -> None:
    phone.goto("/kunjungan")
    until(phone, "navigator.serviceWorker.controller !== null")
    phone.goto("/kunjungan")
    fill(phone, followed)
    record_without_network(phone)
    phone.goto("/kunjungan")
    assert phone.get_by_text(f"Kasus {followed.number}").first.is_visible() and phone.get_by_text("Belum terkirim (1)").is_visible()
    phone.goto(f"/kasus/{followed.number}/kunjungan")
    assert phone.get_by_label("Panjang/tinggi badan").input_value() == "75,2", "what waits is filled in again"
    phone.context.set_offline(False)
    until(phone, EVERYTHING_SENT)
    assert visits(pages, followed) == 1


def test_a_page_with_a_name_on_it_is_never_kept(pages: Pages, phone: Page, followed: Case) -> None:
    phone.goto("/kunjungan")
    until(phone, "navigator.serviceWorker.controller !== null")
    phone.get_by_role("button", name="Buka nama").click()
    phone.get_by_text("Bunga Anggraini").wait_for()
    phone.goto(f"/kasus/{followed.number}/kunjungan")
    assert "Bunga" in phone.content()
    texts = phone.evaluate(KEPT_PAGES)
    assert all("Bunga" not in text for text in texts)


KEPT_PAGES = """async () => {
  const shelf = await caches.open('aks-halaman');
  return Promise.all((await shelf.keys()).map(async (key) => (await shelf.match(key)).text()));
}"""


def test_signing_out_leaves_nothing_on_the_phone(phone: Page, followed: Case) -> None:
    phone.goto("/kunjungan")
    until(phone, "navigator.serviceWorker.controller !== null")
    phone.goto("/kunjungan")
    until(phone, f"({KEPT_PAGES})().then(all => all.length > 0)")
    fill(phone, followed)
    phone.route(f"**/kasus/{followed.number}/kunjungan", lambda route: route.fulfill(status=503), times=2)
    record(phone)
    phone.get_by_text("Belum terkirim (1)").wait_for()
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.locator(".menu summary").click()
    phone.locator(".menu").get_by_role("button", name="Keluar").click()
    phone.wait_for_url("**/masuk**")
    assert phone.evaluate("localStorage.getItem('aks.belum-terkirim')") is None
    assert phone.evaluate(KEPT_PAGES) == []


def test_a_worksheet_typed_without_network_is_kept_and_saved_later(pages: Pages, phone: Page) -> None:
    case = pages.world.case_at(Status.SELECTED)
    pages.world.session.commit()
    phone.goto(f"/kasus/{case.number}/lembar-kerja?bagian=family")
    phone.get_by_label("Jumlah anggota keluarga").fill("5")
    phone.get_by_text("Tersimpan").wait_for()
    phone.context.set_offline(True)
    phone.get_by_label("Jumlah anggota keluarga").fill("6")
    phone.get_by_text("Tersimpan di perangkat ini saja").wait_for()
    phone.context.set_offline(False)
    until(phone, EVERYTHING_SENT)
    with pages.installation.reading() as session:
        draft = session.scalars(select(FormDraft)).one()
    assert draft.content["household_size"] == "6"


def test_a_worksheet_saved_on_another_device_meanwhile_stands_beside_it(pages: Pages, base: str, phone: Page, page_at: Open) -> None:
    case = pages.world.case_at(Status.SELECTED)
    pages.world.session.commit()
    address = f"/kasus/{case.number}/lembar-kerja?bagian=family"
    phone.goto(address)
    phone.context.set_offline(True)
    phone.get_by_label("Jumlah anggota keluarga").fill("6")
    phone.get_by_role("button", name="Simpan dan lanjut").click()
    phone.get_by_text("Belum terkirim (1)").wait_for()
    tablet = page_at(1280, base=base, java_script_enabled=False)
    sign_in(tablet, pages, base, "bidan.arjasa")
    tablet.goto(address)
    tablet.get_by_label("Jumlah anggota keluarga").fill("4")
    tablet.get_by_role("button", name="Simpan dan lanjut").click()
    phone.context.set_offline(False)
    phone.get_by_role("button", name="Periksa", exact=True).click()
    phone.get_by_text("Dua versi bagian").wait_for()
    phone.locator("tr.differs input[value=left]").check()
    phone.get_by_role("button", name="Simpan pilihan ini").click()
    phone.wait_for_url("**bagian=**")
    until(phone, EVERYTHING_SENT)
    with pages.installation.reading() as session:
        assert session.scalars(select(FormDraft)).one().content["household_size"] == "6"
