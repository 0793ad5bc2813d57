"""Impor, Dokumen and Rapor in a real browser: a file from upload to undoing, and every page at both widths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Page, expect
from starlette.types import ASGIApp

from audit.lifecycle.vocabulary import Status
from audit.web.app import create_app
from flows.errands import Worker
from tests.browser.conftest import DESK, PHONE, too_small_to_touch, widest
from tests.browser.field_pages import field_pages, sign_in
from tests.steps.intake.sheets import BUDI, SITI, write_children
from tests.web.conftest import Pages

AT = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
DOUBTFUL = {**BUDI, "NIK": None, "Nama Ortu": "Holifah", "Tanggal Pengukuran": "2026-07-14", "Usia Saat Ukur": None}

Opener = Callable[..., Page]


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with field_pages(tmp_path) as made:
        made.world.case_at(Status.FOLLOW_UP)
        made.at = made.world.at = AT
        made.world.session.commit()
        yield made


@pytest.fixture
def secretariat(pages: Pages, page_at: Opener, serve: Callable[[ASGIApp], str]) -> Opener:
    """`secretariat(PHONE)`: a page in which the secretariat is signed in."""
    base = serve(create_app(pages.installation, now=lambda: pages.at))

    def opened(width: int, **more: object) -> Page:
        page = page_at(width, base=base, **more)
        sign_in(page, pages, base, "sekretariat")
        return page

    return opened


def work(pages: Pages) -> None:
    pages.wait(60)
    Worker(pages.installation, Event(), lambda: pages.at).do_errands()
    pages.wait(60)


def upload(page: Page, file: Path) -> None:
    page.goto("/impor")
    page.get_by_label("Berkas registri").set_input_files(file)
    page.get_by_role("button", name="Unggah dan periksa").click()


def held(page: Page, check_axe: Callable[[Page], None]) -> None:
    """What every page is held to at its width."""
    check_axe(page)
    assert widest(page) <= page.viewport_size["width"], page.url  # type: ignore[index]
    if page.viewport_size["width"] == PHONE:  # type: ignore[index]
        assert not too_small_to_touch(page), page.url


def test_a_file_goes_from_upload_to_undoing_and_the_page_follows_by_itself(
    pages: Pages, secretariat: Opener, check_axe: Callable[[Page], None], tmp_path: Path
) -> None:
    page = secretariat(PHONE)
    upload(page, write_children(tmp_path / "eppgbm.xlsx", BUDI, {**SITI, "Tgl Lahir": "kemarin"}))
    expect(page.get_by_text("Menunggu giliran", exact=True)).to_be_visible()
    held(page, check_axe)
    work(pages)
    page.get_by_role("button", name="Muat berkas ini").wait_for(timeout=15_000)
    held(page, check_axe)
    with page.expect_download() as waited:
        page.get_by_role("link", name="Unduh 1 baris yang ditolak").click()
    assert waited.value.suggested_filename == "perbaiki-eppgbm.xlsx"
    page.get_by_role("button", name="Muat berkas ini").click()
    work(pages)
    page.get_by_role("link", name="Buka impor nomor 1").click(timeout=15_000)
    held(page, check_axe)
    page.get_by_role("link", name="Batalkan impor ini").click()
    held(page, check_axe)
    page.get_by_role("button", name="Batalkan impor").click()
    work(pages)
    expect(page.get_by_text("1 orang dihapus")).to_be_visible(timeout=15_000)


def test_without_scripts_the_page_of_a_check_reloads_itself(pages: Pages, secretariat: Opener, tmp_path: Path) -> None:
    page = secretariat(DESK, java_script_enabled=False)
    upload(page, write_children(tmp_path / "eppgbm.xlsx", BUDI))
    work(pages)
    expect(page.get_by_role("button", name="Muat berkas ini")).to_be_visible(timeout=15_000)


def test_a_doubtful_row_is_decided_beside_who_it_may_be(
    pages: Pages, secretariat: Opener, check_axe: Callable[[Page], None], tmp_path: Path
) -> None:
    for width, day in ((PHONE, "2026-07-14"), (DESK, "2026-06-14")):
        page = secretariat(width)
        for row, name in ((BUDI, "agustus"), ({**DOUBTFUL, "Tanggal Pengukuran": day}, f"lain-{width}")):
            upload(page, write_children(tmp_path / f"{name}.xlsx", row))
            work(pages)
            loads = page.get_by_role("button", name="Muat berkas ini")
            loads.wait_for(timeout=15_000)
            if loads.get_attribute("aria-disabled") != "true":
                loads.click()
                expect(page.locator("h1")).to_have_text(f"{name}.xlsx")
                work(pages)
        page.goto("/impor/ragu")
        held(page, check_axe)
        page.get_by_role("link", name="Mulai memutuskan").click()
        held(page, check_axe)
        page.get_by_label("Orang yang sama").check()
        page.get_by_role("button", name="Simpan dan lanjut").click()
        expect(page.get_by_text("Tidak ada lagi baris yang menunggu")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_other_pages_hold_at_both_widths(pages: Pages, secretariat: Opener, check_axe: Callable[[Page], None], width: int) -> None:
    row = pages.add("rtl", "terbatas", "perkim", number="RTL-3509-2026-2-PERKIM.1")
    pages.sign(row, "kepala", "Ir. Raden Mas Bambang Setyadi Kusumawardhana, M.T.")
    page = secretariat(width)
    card = "/rapor/kartu?unit=2026-3:opd:perkim"
    for address in ("/impor", "/dokumen", f"/dokumen/{row.id}", "/dokumen/buat", "/dokumen/formulir", "/rapor", card):
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
        held(page, check_axe)
