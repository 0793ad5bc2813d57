"""Names of two hundred letters, a word that does not end, sixty measurements: no page grows wider than its window, no button leaves it,
and on a desk no column of a list is pushed out of sight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select, update

from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Status
from audit.people.tables import Account
from audit.steps.intake.tables import Measurement, Subject
from audit.web.app import create_app
from tests.browser.conftest import DESK, PHONE, widest
from tests.browser.field_pages import field_pages, sign_in
from tests.factory import OPINION, complete_plan
from tests.steps.intake.sheets import BUDI, SITI
from tests.web.conftest import Pages
from tests.web.test_imports import Office
from tests.web.test_review import under_review

Open = Callable[..., Page]

UNBROKEN = "Sumbermulyorejosarikulonwetanlorkidulpanjangsekali"
LONG = f"Raden Ayu {UNBROKEN} binti Kartodikromo Wiryosumarto Hadiningrat Mangkuprojo Sastrowardoyo Prawirodirjo Kusumonegoro Adiwinata"
OFFICE = f"Sekretariat Tim Percepatan Pencegahan dan Penurunan Stunting Kabupaten Administratif Kepulauan {UNBROKEN}"
MEASUREMENTS = 60
OUTSIDE = """() => [...document.querySelectorAll('main button, main a.btn, main input:not([type=hidden]), main select, main textarea')]
  .filter(it => it.checkVisibility() && !it.closest('.visually-hidden, .compact'))
  .map(it => [it.textContent.trim().slice(0, 40) || it.name, it.getBoundingClientRect()])
  .filter(([, box]) => box.left < -0.5 || box.right > innerWidth + 0.5).map(([words]) => words)"""

PUSHED = """() => [...document.querySelectorAll('main .table-area')].filter(it => it.scrollWidth > it.clientWidth + 1)
  .map(it => `“${it.querySelector('caption').textContent}” is ${it.scrollWidth} px in ${it.clientWidth} px`)"""


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[tuple[Pages, list[tuple[str, str]]]]:
    """Pages over people, places and words as long as the record takes; and who opens which address there."""
    with field_pages(tmp_path) as pages:
        world = pages.world
        _lengthen_people(pages)
        followed = world.case_at(Status.FOLLOW_UP, name=LONG, puskesmas=f"Puskesmas {UNBROKEN}"[:120])
        _measure_often(pages, followed)
        asked = under_review(pages, name=LONG)
        discussed = world.case_at(Status.UNDER_REVIEW, name=LONG)
        for expert in ("dr.anak", "gizi"):
            world.do(discussed, Action.SUBMIT_OPINION, expert, {**OPINION, "summary": LONG, "specific": UNBROKEN})
        world.do(discussed, Action.CLOSE_REVIEW, "sistem")
        world.do(discussed, Action.COMMENT, "gizi", {"text": f"{LONG} {UNBROKEN * 2}"})
        planned = world.case_at(Status.RECOMMENDED, name=LONG)
        open_cases = [followed, asked, discussed, planned]
        for case in open_cases[:2]:
            world.do(case, Action.OPEN_IDENTITY, "bidan.arjasa", {"reason": "visit"})
        world.cycle.settings = {**world.cycle.settings, "office": {"name": OFFICE}}
        world.session.commit()
        account = world.people["gizi2"].id
        yield (
            pages,
            [
                *(("sekretariat", f"/kasus/{case.number}") for case in open_cases),
                *(
                    ("sekretariat", address)
                    for address in ("/", "/kasus", "/kandidat", "/panel", "/rtl", "/rtl?tampilan=tabel", "/riwayat")
                ),
                *(("sekretariat", address) for address in ("/sidang", "/pengaturan/akun", f"/pengaturan/akun/{account}", "/siklus/2026-2")),
                *(("sekretariat", f"/kasus/{planned.number}/{below}") for below in ("rtl", "lembar-kerja")),
                *(("bidan.arjasa", f"/kasus/{case.number}") for case in open_cases[:2]),
                *(("bidan.arjasa", address) for address in ("/kunjungan?semua=ya", f"/kasus/{followed.number}/kunjungan")),
                *(("dr.anak", address) for address in ("/telaah", f"/kasus/{asked.number}/telaah", f"/kasus/{discussed.number}/sidang")),
            ],
        )


def _lengthen_people(pages: Pages) -> None:
    """Before any case: what is printed of a person is written into the history as it is then."""
    world = pages.world
    world.session.execute(update(Account).where(Account.id != 0).values(name=LONG, email=f"{UNBROKEN}@{UNBROKEN}.example"))
    world.people = {name: replace(person, name=LONG) if person.id else person for name, person in world.people.items()}
    world.session.commit()


def _measure_often(pages: Pages, case: Case) -> None:
    session = pages.world.session
    subject = session.scalars(select(Subject).order_by(Subject.id).limit(1)).one()
    subject.posyandu = f"Posyandu {UNBROKEN} {UNBROKEN}"[:120]
    subject.identity = {**subject.identity, "address": f"Dusun {UNBROKEN}, {LONG}", "parents": LONG}
    for n in range(MEASUREMENTS):
        day = date(2026, 6, 19) - timedelta(days=10 * n)
        weight, height = 8.1 - n * 0.07, 74.0 - n * 0.3
        session.add(
            Measurement(subject_id=subject.id, measured_on=day, source="registry", position=1, weight_kg=weight, height_cm=height, haz=-300)
        )


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_no_page_is_wider_than_its_window_with_very_long_names(
    crowded: tuple[Pages, list[tuple[str, str]]], serve: Callable[..., str], page_at: Open, width: int
) -> None:
    pages, addresses = crowded
    base = serve(create_app(pages.installation, now=lambda: pages.at))
    browsers = {}
    found = []
    for username, address in addresses:
        if username not in browsers:
            browsers[username] = page_at(width, base=base)
            sign_in(browsers[username], pages, base, username)
        page = browsers[username]
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, (username, address)
        if (seen := widest(page)) > width:
            found.append(f"{username} {address}: {seen} px wide")
        found += [f"{username} {address}: “{words}” is outside" for words in page.evaluate(OUTSIDE)]
    assert not found, "\n".join(found)


def test_a_word_of_fifty_letters_pushes_no_column_of_a_list_out_of_sight(
    crowded: tuple[Pages, list[tuple[str, str]]], tmp_path: Path, serve: Callable[..., str], page_at: Open
) -> None:
    pages, addresses = crowded
    number, imported, checked = _with_lists(pages, tmp_path)
    base = serve(create_app(pages.installation, now=lambda: pages.at))
    lists = [address for username, address in addresses if username == "sekretariat"]
    found = []
    for username, opened in (
        ("sekretariat", [*lists, f"/kasus/{number}", "/impor", f"/impor/{imported}", checked, "/rapor", "/siklus"]),
        ("perkim", ["/rtl?tampilan=tabel", "/kasus"]),
    ):
        page = page_at(DESK, base=base)
        sign_in(page, pages, base, username)
        for address in opened:
            answer = page.goto(address)
            assert answer is not None and answer.status == 200, (username, address)
            found += [f"{username} {address}: {words}" for words in page.evaluate(PUSHED)]
    assert not found, "\n".join(found)


def _with_lists(pages: Pages, folder: Path) -> tuple[str, int, str]:
    """A plan, candidates and registry files with such a word: the number of the case, of an import, and the address of a check."""
    world = pages.world
    planned = world.case_at(Status.RECOMMENDED, name=LONG, puskesmas=f"Puskesmas {UNBROKEN}")
    words = {"activity": f"Bangun {UNBROKEN} bersama warga", **dict.fromkeys(("implementer", "indicator", "target"), UNBROKEN)}
    plan = complete_plan(world.on)
    world.do(planned, Action.PLAN_ACTIONS, "sekretariat", {"actions": [{**one, **words} for one in plan["actions"]]})
    world.do(planned, Action.SUBMIT_PLAN, "sekretariat")
    world.candidate(name=LONG, puskesmas=f"Puskesmas {UNBROKEN}")
    world.session.execute(update(Account).where(Account.username == "gizi2").values(username=UNBROKEN.lower()))
    world.session.commit()
    sheets = folder / "registri"
    sheets.mkdir()
    office = Office(pages, sheets)
    imported = office.loaded({**BUDI, "Posyandu": UNBROKEN}, {**SITI, "Tgl Lahir": UNBROKEN}, name=f"{UNBROKEN}.xlsx")
    return planned.number, imported, office.checked({**SITI, "Tgl Lahir": UNBROKEN}, name=f"{UNBROKEN}_lagi.xlsx")
