"""Every part of a page in every state, in a real Chromium at both widths: seen, touched, read aloud, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page

from tests.browser.catalogue import REFUSAL, catalogue_app
from tests.browser.conftest import DESK, PHONE, too_small_to_touch, widest

Open = Callable[..., Page]


@pytest.fixture
def opened(serve: Callable[..., str], page_at: Open) -> Open:
    """`opened(PHONE)`: the catalogue in a window of that width."""
    base = serve(catalogue_app())

    def at(width: int, **more: object) -> Page:
        page = page_at(width, base=base, **more)
        page.goto("/", wait_until="networkidle")
        return page

    return at


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_nothing_is_wrong_in_the_eyes_of_axe(opened: Open, check_axe: Callable[[Page], None], width: int) -> None:
    check_axe(opened(width))


@pytest.mark.parametrize("width", [320, PHONE, 768, 1000, DESK])
def test_no_page_scrolls_sideways(opened: Open, width: int) -> None:
    assert widest(opened(width)) <= width


def test_what_is_pressed_on_a_phone_is_large_enough(opened: Open) -> None:
    page = opened(PHONE)
    page.locator(".menu summary").click()
    assert too_small_to_touch(page) == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_menu_leads_everywhere_without_scripts(opened: Open, width: int) -> None:
    page = opened(width, java_script_enabled=False)
    if width == PHONE:
        page.locator(".menu summary").click()
    place = page.get_by_role("link", name="Dokumen")
    assert place.is_visible() and page.get_by_role("button", name="Keluar", exact=True).is_visible()


def test_a_form_is_sent_without_scripts(opened: Open) -> None:
    page = opened(DESK, java_script_enabled=False)
    page.get_by_label("Kegiatan").nth(1).fill("Kelas ibu balita di posyandu")
    page.get_by_role("button", name="Kirim pendapat").click()
    assert "isian diterima" in page.content()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_button_that_cannot_be_pressed_says_why_where_it_stands(opened: Open, width: int) -> None:
    page = opened(width)
    button = page.get_by_role("button", name="Kirim kertas kerja")
    assert button.get_attribute("aria-disabled") == "true"
    reason = page.locator(f"[id='{button.get_attribute('aria-describedby')}']")
    assert reason.is_visible() and REFUSAL in reason.inner_text()
    button.focus()
    assert page.evaluate("document.activeElement.textContent").strip() == "Kirim kertas kerja", "it can be reached by keys"
    button.click(force=True)
    assert page.title() == "Katalog · AKS"


def test_a_problem_is_found_from_the_summary_and_belongs_to_its_field(opened: Open) -> None:
    page = opened(PHONE)
    assert page.evaluate("document.activeElement.matches('.summary')"), "what is wrong is read first"
    page.get_by_role("link", name="Berat badan: 84 di luar batas").click()
    field = page.get_by_role("textbox", name="Berat badan")
    assert field.evaluate("it => it === document.activeElement") and field.get_attribute("aria-invalid") == "true"
    for key in str(field.get_attribute("aria-describedby")).split():
        assert page.locator(f"[id='{key}']").is_visible()
    assert field.input_value() == "84", "what was typed is still there"


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_field_is_never_under_a_bar_when_it_is_jumped_to(opened: Open, width: int) -> None:
    page = opened(width)
    page.get_by_role("link", name="Kegiatan pada rekomendasi 2").click()
    page.wait_for_timeout(200)
    box = page.locator("[id='f-what-1']").bounding_box()
    assert box
    on_top = page.evaluate("([x, y]) => document.elementFromPoint(x, y)?.id", [box["x"] + 20, box["y"] + 20])
    assert on_top == "f-what-1"


def test_the_chart_is_read_by_hover_tap_and_keys(opened: Open) -> None:
    page = opened(DESK)
    marks, tip = page.locator("[data-tip]"), page.locator("[data-chart-tip]")
    marks.nth(1).hover()
    assert tip.inner_text() == "8 bulan: 64,0 cm, −2,4 SD"
    page.locator("[data-chart-area]").focus()
    page.keyboard.press("ArrowRight")
    assert tip.inner_text() == "16 bulan: 71,5 cm, −3,4 SD" and marks.nth(2).evaluate("it => it.matches('.is-read')")
    phone = opened(PHONE)
    phone.locator("[data-tip]").nth(0).tap()
    assert phone.locator("[data-chart-tip]").inner_text() == "2 bulan: 55,2 cm, −1,2 SD"


def test_a_counter_counts_and_takes_nothing_away(opened: Open) -> None:
    page = opened(DESK)
    field, counter = page.get_by_label("Ringkasan satu baris"), page.locator("[data-counter='f-short']")
    assert counter.inner_text() == "11 huruf terlalu panjang"
    field.fill("Berat tidak naik")
    assert counter.inner_text() == "Masih 4 huruf"
    field.fill("a" * 500)
    assert len(field.input_value()) == 500, "the server says that it is too long; nothing is cut off unseen"


def test_a_draft_is_kept_while_one_types_and_leaving_asks_only_before_that(opened: Open) -> None:
    page = opened(DESK)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay)
    page.get_by_label("Alasan").first.click()
    page.keyboard.type("Dan sakit.")
    with page.expect_response("**/simpan"):
        pass
    page.locator("#pendapat-saved", has_text="Tersimpan pukul 10.42").wait_for()
    page.reload(wait_until="networkidle")
    assert asked == []
    page.get_by_label("Alasan").first.click()
    page.keyboard.type("Belum tersimpan.")
    page.reload(wait_until="networkidle")
    assert asked == ["beforeunload"]


def test_when_the_network_is_gone_the_page_says_that_the_draft_is_only_here(opened: Open) -> None:
    page = opened(PHONE, is_watched=False)
    page.context.set_offline(True)
    page.get_by_label("Alasan").first.click()
    page.keyboard.type("Ibu bekerja di sawah.")
    page.locator("#pendapat-saved", has_text="Belum tersimpan").wait_for()
    assert "Ibu bekerja di sawah." in page.get_by_label("Alasan").first.input_value()


def test_nothing_from_elsewhere_and_nothing_inline_would_run(opened: Open) -> None:
    """The policy is real: what a hole would let in is stopped by the browser."""
    page = opened(DESK, is_watched=False)
    ran = page.evaluate(
        """async () => {
          const stopped = [];
          document.addEventListener("securitypolicyviolation", (event) => stopped.push(event.effectiveDirective));
          document.body.insertAdjacentHTML("beforeend", '<p id="x" style="color:red" onclick="window.ran=1">x</p>');
          const script = document.createElement("script"); script.textContent = "window.ran = 1"; document.body.append(script);
          document.getElementById("x").click();
          await new Promise((done) => setTimeout(done, 100));
          return [window.ran ?? 0, stopped.sort()];
        }"""
    )
    assert ran[0] == 0 and {"style-src-attr", "script-src-attr", "script-src-elem"} <= set(ran[1])


def test_on_paper_there_is_the_page_and_nothing_to_press(opened: Open) -> None:
    page = opened(DESK)
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible() and page.locator(".facts").first.is_visible()
    for gone in (".side", ".bottom", ".buttons", ".tabs", ".demo"):
        assert not page.locator(gone).first.is_visible()
