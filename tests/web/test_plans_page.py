"""The board and the table of all actions: who sees which, narrowed, sorted, by pages, as a file, in a constant number of statements."""

from __future__ import annotations

import csv
import io
from typing import Any

import lxml.html
import pytest

from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Status
from tests.counting import selects
from tests.factory import complete_plan
from tests.web.conftest import Pages, words


def reported(pages: Pages) -> Case:
    """A case in follow-up whose first action the puskesmas reported done."""
    case = pages.world.case_at(Status.FOLLOW_UP)
    pages.world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "selesai", "evidence": "Daftar hadir 90 hari"})
    pages.world.session.commit()
    return case


def board(page: str) -> dict[str, list[str]]:
    """Title of a column -> titles of its cards."""
    found: dict[str, list[str]] = {}
    for column in lxml.html.fromstring(page).find_class("board-column"):
        title = "".join(column.xpath("h2/text()")).strip()
        found[title] = [card.text_content() for card in column.find_class("board-title")]
    return found


def rows(page: str) -> list[list[str]]:
    table = lxml.html.fromstring(page).xpath("//table//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in table]


def as_file(answer: Any) -> list[list[str]]:
    assert answer.text.startswith("\ufeff") and "attachment" in answer.headers["content-disposition"]
    return list(csv.reader(io.StringIO(answer.text[1:]), delimiter=";"))


def test_the_board_shows_each_action_where_it_stands(pages: Pages) -> None:
    reported(pages)
    shown = board(pages.as_("sekretariat").get("/rtl").text)
    assert shown["Dilaporkan selesai"] == ["PMT lokal"] and shown["Disetujui"] == ["Bangun jamban"]
    assert list(shown) == ["Usulan", "Disetujui", "Berjalan", "Terkendala", "Dilaporkan selesai", "Dipastikan", "Batal"]


def test_an_agency_finds_its_own_actions_and_no_other_anywhere(pages: Pages) -> None:
    case = reported(pages)
    agency = pages.as_("perkim")
    for address in ("/rtl", "/rtl?tampilan=tabel", "/rtl?opd=puskesmas", f"/kasus/{case.number}/rtl", "/rtl.csv"):
        page = agency.get(address)
        assert page.status_code == 200 and "PMT lokal" not in page.text and "Daftar hadir" not in page.text, address
    shown = words(agency.get(f"/kasus/{case.number}/rtl").text)
    assert "Bangun jamban" in shown
    for secret in ("Anak di bawah lima tahun", "Asupan", "Bunga", "Rekomendasi panel", "PMT lokal 90 hari"):
        assert secret not in shown
    assert "dari 1 kegiatan" in words(agency.get("/rtl").text)


def test_field_workers_see_their_area_and_experts_have_no_board(pages: Pages) -> None:
    case = reported(pages)
    assert "PMT lokal" in pages.as_("bidan.arjasa").get("/rtl").text
    other = pages.as_("bidan.silo").get("/rtl")
    assert other.status_code == 200 and case.number not in other.text and "Belum ada kegiatan" in words(other.text)
    for username in ("dr.anak", "gizi2"):
        assert pages.as_(username).get("/rtl").status_code == pages.as_(username).get("/rtl.csv").status_code == 404


@pytest.mark.parametrize("username", ["ketua", "pimpinan"])
def test_chair_and_leadership_see_all_and_may_do_nothing_here(pages: Pages, username: str) -> None:
    reported(pages)
    page = pages.as_(username).get("/rtl?tampilan=tabel").text
    assert len(rows(page)) == 2 and "Laporkan kemajuan" not in page and "/tindakan/confirm-action" not in page


def test_who_may_report_or_confirm_gets_there_with_the_action_chosen(pages: Pages) -> None:
    case = reported(pages)
    secretary, agency = pages.as_("sekretariat"), pages.as_("perkim")
    confirm = f"/kasus/{case.number}/tindakan/confirm-action?kegiatan=1"
    report = f"/kasus/{case.number}/tindakan/report-progress?kegiatan=2"
    assert f'href="{confirm}"' in secretary.get("/rtl").text and f'href="{report}"' in agency.get("/rtl").text
    assert "report-progress" not in secretary.get("/rtl").text
    asked = lxml.html.fromstring(agency.get(report).text)
    assert asked.xpath("//*[@id='f-action']//option[@selected]/@value") == ["2"]
    for nonsense in ("", "abc", "99", "9" * 50, "²"):
        assert agency.get(f"/kasus/{case.number}/tindakan/report-progress", params={"kegiatan": nonsense}).status_code == 200


def test_late_actions_stand_out_and_can_be_asked_for(pages: Pages) -> None:
    reported(pages)
    pages.wait(40 * 24 * 3600)
    secretary = pages.as_("sekretariat")
    page = secretary.get("/rtl?tampilan=tabel&tenggat=terlambat").text
    assert [row[0].split(" Intervensi")[0] for row in rows(page)] == ["Bangun jamban"] and "terlambat 10 hari" in page
    assert rows(secretary.get("/rtl?tampilan=tabel&tenggat=dekat").text) == []


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("", ["Bangun jamban", "PMT lokal"]),
        ("&urut=kasus", ["PMT lokal", "Bangun jamban"]),
        ("&urut=-kasus", ["Bangun jamban", "PMT lokal"]),
        ("&urut=opd", ["Bangun jamban", "PMT lokal"]),
        ("&keadaan=dilaporkan", ["PMT lokal"]),
        ("&opd=perkim", ["Bangun jamban"]),
        ("&kecamatan=35.09.22", ["Bangun jamban", "PMT lokal"]),
        ("&kecamatan=35.09.30", []),
        ("&saya=pastikan", ["PMT lokal"]),
        ("&keadaan=x&opd=x&urut=x&tenggat=x&saya=x&hal=x", ["Bangun jamban", "PMT lokal"]),
        ("&hal=999&hal=-1", ["Bangun jamban", "PMT lokal"]),
        ("&opd=%00%ff&kecamatan=%3Cscript%3E", []),
    ],
)
def test_the_table_is_narrowed_and_sorted_as_asked(pages: Pages, asked: str, titles: list[str]) -> None:
    reported(pages)
    page = pages.as_("sekretariat").get(f"/rtl?tampilan=tabel{asked}")
    assert page.status_code == 200 and [row[0].split(" Intervensi")[0] for row in rows(page.text)] == titles
    assert "<script>" not in page.text.replace("<script src", "")


def test_the_file_has_what_the_page_has_and_runs_nothing(pages: Pages) -> None:
    case = pages.world.case_at(Status.RECOMMENDED)
    plan = complete_plan(pages.world.on)
    plan["actions"][0]["activity"] = '=HYPERLINK("http://x";"PMT")'
    pages.world.do(case, Action.PLAN_ACTIONS, "sekretariat", plan)
    table = as_file(pages.as_("sekretariat").get("/rtl.csv?urut=kasus"))
    assert len(table) == 3 and table[0][0] == "Nomor kasus"
    assert table[1][2] == '\'=HYPERLINK("http://x";"PMT")' and table[1][0] == case.number
    assert "Bunga" not in str(table) and len(as_file(pages.as_("perkim").get("/rtl.csv"))) == 2


def test_a_withdrawn_case_leaves_the_board(pages: Pages) -> None:
    case = reported(pages)
    pages.world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    assert case.number not in pages.as_("sekretariat").get("/rtl").text


def test_many_actions_come_by_pages_and_the_columns_lead_to_the_rest(pages: Pages) -> None:
    case = pages.world.case_at(Status.RECOMMENDED)
    plan = complete_plan(pages.world.on)
    plan["actions"] = [{**plan["actions"][n % 2], "activity": f"Kegiatan uji {n:03}"} for n in range(120)]
    pages.world.do(case, Action.PLAN_ACTIONS, "sekretariat", plan)
    secretary = pages.as_("sekretariat")
    first, last = (rows(secretary.get(f"/rtl?tampilan=tabel&urut=kasus&hal={page}").text) for page in (1, 3))
    assert (len(first), len(last)) == (50, 20) and last[-1][0].startswith("Kegiatan uji 119")
    assert "112 lagi di tabel" in words(secretary.get("/rtl").text)
    assert len(as_file(secretary.get("/rtl.csv"))) == 121


def test_before_the_first_cycle_and_the_first_plan_the_page_says_what_will_be_here(pages: Pages) -> None:
    shown = words(pages.as_("sekretariat").get("/rtl").text)
    assert "Belum ada kegiatan" in shown and "setelah panel menyepakati" in shown
    assert pages.as_("sekretariat").get("/rtl?siklus=2031-9").status_code == 404


@pytest.mark.parametrize(("address", "most"), [("/rtl", 8), ("/rtl?tampilan=tabel", 8), ("/rtl.csv", 7)])
def test_the_page_takes_the_same_statements_however_many_cases_there_are(pages: Pages, address: str, most: int) -> None:
    pages.world.case_at(Status.FOLLOW_UP)
    secretary = pages.as_("sekretariat")
    with selects(pages.engine) as one:
        secretary.get(address)
    for n in range(4):
        pages.world.case_at(Status.FOLLOW_UP, name=f"Anak Rekaan {n}")
    pages.world.session.commit()
    with selects(pages.engine) as five:
        secretary.get(address)
    assert len(one) == len(five) <= most
