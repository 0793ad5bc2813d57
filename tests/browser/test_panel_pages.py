"""The pages of experts and panels in a real browser: axe, no sideways scroll, big enough to touch; a draft kept while one types."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from audit.lifecycle.vocabulary import Action, Status
from audit.people.sessions import open_session
from audit.web.app import create_app
from audit.web.desk import COOKIE
from tests.browser.conftest import DESK, PHONE, too_small_to_touch, widest
from tests.factory import CONSENSUS, OPINION
from tests.web.conftest import Pages, pages  # noqa: F401 - the fixture
from tests.web.test_review import under_review

Opened = Callable[[str, str, int], Page]


@pytest.fixture
def opened(pages: Pages, serve: Callable[..., str], page_at: Callable[..., Page]) -> Opened:  # noqa: F811
    """`opened(username, address, width)`: a page of the workspace in Chromium, signed in."""
    bases: list[str] = []

    def open_(username: str, address: str, width: int) -> Page:
        pages.world.session.commit()
        if not bases:
            bases.append(serve(create_app(pages.installation, now=lambda: pages.at)))
        with pages.installation.sessions.begin() as session:
            token = open_session(session, pages.world.people[username].id, how="password", at=pages.at, device="Chromium").token
        page = page_at(width, base=bases[0])
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": bases[0]}])
        assert page.goto(address, wait_until="networkidle")
        return page

    return open_


def prepared(pages: Pages) -> dict[str, str]:  # noqa: F811
    """Addresses of every page, each with something on it: name of the page -> address."""
    world = pages.world
    case = under_review(pages)
    discussed = world.case_at(Status.UNDER_REVIEW, name="Dewi Murni")
    world.do(discussed, Action.SUBMIT_OPINION, "dr.anak", OPINION)
    world.do(discussed, Action.SUBMIT_OPINION, "gizi", {**OPINION, "main_cause": "sanitation", "avoidability": "likely"})
    world.do(discussed, Action.CLOSE_REVIEW, "sistem")
    world.do(discussed, Action.COMMENT, "gizi", {"text": "Jamban lebih dahulu"})
    world.do(discussed, Action.PROPOSE_CONSENSUS, "dr.anak", CONSENSUS)
    world.do(discussed, Action.VOTE, "gizi", {"vote": "disagree", "text": "Jamban lebih dahulu"})
    world.case_at(Status.READY, name="Sari Utami")
    meeting = f"/kasus/{discussed.number}/sidang"
    return {
        "list": "/telaah",
        "review": f"/kasus/{case.number}/telaah",
        "meetings": "/sidang",
        "meeting": meeting,
        "propose": f"{meeting}/usul",
        "record": f"{meeting}/catat",
        "own": "/panel/saya",
        "phrases": "/telaah/ungkapan",
    }


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_page_of_experts_is_whole_at_both_widths(
    pages: Pages,  # noqa: F811
    opened: Opened,
    check_axe: Callable[[Page], None],
    width: int,
) -> None:
    asked = [("dr.anak", address) for address in prepared(pages).values()]
    for username, address in [*asked, ("sekretariat", "/panel"), ("sekretariat", "/panel/pernyataan"), ("sekretariat", "/sidang")]:
        page = opened(username, address, width)
        assert page.locator("h1").count() == 1, address
        check_axe(page)
        assert widest(page) <= width, address
        if width == PHONE:
            assert too_small_to_touch(page) == [], address


def test_a_draft_is_kept_while_one_types_and_the_main_cause_is_asked_beside_what_was_ticked(pages: Pages, opened: Opened) -> None:  # noqa: F811
    address = prepared(pages)["review"]
    page = opened("dr.anak", address, DESK)
    mains = page.locator("input[name=main_cause]")
    assert not any(mains.nth(n).is_visible() for n in range(mains.count()))
    page.get_by_label("Kecacingan", exact=True).check()
    page.get_by_label("Kecacingan: penyebab utama").check()
    page.get_by_label("Ringkasan masalah").click()
    page.keyboard.type("Perut buncit")
    page.locator("#pendapat-saved", has_text="Tersimpan pukul 09.00").wait_for()
    assert page.locator("#pendapat-revision").input_value() != "0"
    page.keyboard.type(", pucat")
    with page.expect_response("**/telaah/simpan") as second:
        pass
    assert "Tersimpan" in second.value.text(), "the next save goes on from the one before"
    page.reload(wait_until="networkidle")
    assert page.get_by_label("Ringkasan masalah").input_value() == "Perut buncit, pucat"
    assert page.get_by_label("Kecacingan: penyebab utama").is_checked()


def test_an_opinion_is_sent_without_scripts(
    pages: Pages,  # noqa: F811
    opened: Opened,
    page_at: Callable[..., Page],
) -> None:
    address = prepared(pages)["review"]
    watched = opened("gizi", address, PHONE)
    page = page_at(PHONE, base=watched.url.split("/kasus")[0], java_script_enabled=False)
    page.context.add_cookies(watched.context.cookies())
    page.goto(address)
    page.get_by_label("Ringkasan masalah").fill("Asupan kurang")
    page.get_by_label("Asupan protein hewani kurang", exact=True).check()
    page.get_by_label("Asupan protein hewani kurang: penyebab utama").check()
    page.get_by_role("button", name="Kirim pendapat", exact=True).click()
    assert page.get_by_text("masuk dan tersegel").first.is_visible()
