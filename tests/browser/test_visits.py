"""The pages of the field at both widths: no finding of axe, nothing that scrolls sideways, large enough to touch, and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Status
from audit.web.app import create_app
from tests.browser.conftest import DESK, PHONE, too_small_to_touch, widest
from tests.browser.field_pages import field_pages, sign_in
from tests.web.conftest import Pages

Open = Callable[..., Page]


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with field_pages(tmp_path) as made:
        yield made


@pytest.fixture
def cases(pages: Pages) -> tuple[Case, Case]:
    """One in its follow-up, one whose worksheet was sent back."""
    followed = pages.world.case_at(Status.FOLLOW_UP, name="Bunga Anggraini Kusumawardhani Prameswari")
    pages.world.pass_days(2)
    returned = pages.world.open(name="Ahmad")
    pages.world.do(returned, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"latrine": "none", "household_size": 14})
    pages.world.do(returned, Action.RETURN_WORKSHEET, "sekretariat", {"note": "Hasil laboratorium ibu belum ada."})
    pages.at = pages.world.at
    return followed, returned


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_pages_of_the_field_hold_at_both_widths(
    pages: Pages, cases: tuple[Case, Case], serve: Callable[..., str], page_at: Open, check_axe: Callable[[Page], None], width: int
) -> None:
    base = serve(create_app(pages.installation, now=lambda: pages.at))
    page = page_at(width, base=base)
    sign_in(page, pages, base, "bidan.arjasa")
    followed, returned = cases
    below = f"/kasus/{returned.number}/lembar-kerja"
    for address in ("/kunjungan", f"/kasus/{followed.number}/kunjungan", f"{below}?bagian=family", f"{below}?bagian=kirim"):
        page.goto(address, wait_until="networkidle")
        check_axe(page)
        assert widest(page) <= width, address
        assert width != PHONE or too_small_to_touch(page) == [], address
    page.goto(f"/kasus/{followed.number}/kunjungan", wait_until="networkidle")
    page.get_by_label("Berat badan").fill("8,0")
    page.get_by_label("Panjang/tinggi badan").fill("71")
    page.get_by_text("Terlentang", exact=True).click()
    page.locator("#hasil svg").last.wait_for()
    assert page.get_by_text("Anak tidak menyusut: ukur ulang").is_visible()
    check_axe(page)
    assert widest(page) <= width


def test_a_visit_is_checked_and_recorded_without_scripts(
    pages: Pages, cases: tuple[Case, Case], serve: Callable[..., str], page_at: Open
) -> None:
    base = serve(create_app(pages.installation, now=lambda: pages.at))
    page = page_at(PHONE, base=base, java_script_enabled=False)
    sign_in(page, pages, base, "bidan.arjasa")
    page.goto(f"/kasus/{cases[0].number}/kunjungan")
    page.get_by_label("Panjang/tinggi badan").fill("75,2")
    page.get_by_role("button", name="Periksa dulu").click()
    page.get_by_text("Cara ukur belum dipilih").wait_for()
    page.get_by_text("Terlentang", exact=True).click()
    page.get_by_role("button", name="Catat kunjungan").click()
    page.get_by_text(f"Kunjungan kasus {cases[0].number} tercatat").wait_for()
