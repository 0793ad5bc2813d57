"""Kasus: who finds which case, narrowed, sorted, by pages, as a file, in as many statements as before."""

from __future__ import annotations

import csv
import io
import re

import pytest

from audit.lifecycle.vocabulary import Action, Group, Status
from tests.counting import statements
from tests.factory import OPINION
from tests.web.conftest import Pages, words

pytestmark = pytest.mark.both_databases


def numbers(html: str) -> list[str]:
    return re.findall(r'<th role="rowheader"[^>]*>\s*<a href="/kasus/([^"]+)"', html)


def test_the_list_says_what_a_case_is_where_it_stands_and_what_to_do(pages: Pages) -> None:
    case = pages.world.case_at(Status.READY)
    shown = words(pages.as_("sekretariat").get("/kasus").text)
    assert case.number in shown and "Balita" in shown and "Kec. Arjasa" in shown and "Paket siap" in shown
    assert "Tugaskan pakar" in shown and "hari lagi" in shown
    assert "Bunga" not in shown and "3509225708249001" not in shown


def test_everybody_finds_only_their_own_cases(pages: Pages) -> None:
    reviewed = pages.world.case_at(Status.UNDER_REVIEW)
    followed = pages.world.case_at(Status.FOLLOW_UP)
    fresh = pages.world.open(Group.BUMIL)
    found = {
        who: set(numbers(pages.as_(who).get("/kasus").text)) for who in ("sekretariat", "bidan.arjasa", "bidan.silo", "gizi", "perkim")
    }
    everything = {reviewed.number, followed.number, fresh.number}
    assert found == {
        "sekretariat": everything,
        "bidan.arjasa": everything,
        "bidan.silo": set(),
        "gizi": {reviewed.number, followed.number},
        "perkim": {followed.number},
    }


def test_who_stepped_back_finds_the_case_no_more_in_no_search_and_no_file(pages: Pages) -> None:
    case = pages.world.case_at(Status.UNDER_REVIEW)
    pages.world.do(case, Action.RECUSE, "gizi", {"reason": "Pasien saya sendiri."})
    client = pages.as_("gizi")
    for address in ("/kasus", f"/kasus?cari={case.number}", "/kasus?status=under_review", "/kasus.csv"):
        assert case.number not in client.get(address).text.replace(f'value="{case.number}"', "").replace(f"“{case.number}”", "")
    assert client.get(f"/kasus?cari={case.number}").text.count("Tidak ada kasus yang cocok") == 1


@pytest.mark.parametrize(
    ("asked", "finds"),
    [
        ("status=ready", {"ready"}),
        ("sasaran=bumil", {"bumil"}),
        ("kecamatan=35.09.22", {"ready", "bumil"}),
        ("tugas=ya", {"ready"}),
        ("terlambat=ya", set()),
        ("siklus=semua", {"ready", "bumil"}),
        ("siklus=2026-2", {"ready", "bumil"}),
    ],
)
def test_the_list_is_narrowed(pages: Pages, asked: str, finds: set[str]) -> None:
    made = {"ready": pages.world.case_at(Status.READY).number, "bumil": pages.world.open(Group.BUMIL).number}
    assert set(numbers(pages.as_("sekretariat").get(f"/kasus?{asked}").text)) == {made[one] for one in finds}


def test_what_is_late_says_so_and_stands_on_top(pages: Pages) -> None:
    old = pages.world.case_at(Status.READY)
    pages.world.pass_days(20)
    pages.at = pages.world.at
    new = pages.world.case_at(Status.READY)
    shown = pages.as_("sekretariat").get("/kasus").text
    assert numbers(shown) == [old.number, new.number] and re.search(r"Terlambat \d+ hari", words(shown))
    assert numbers(pages.as_("sekretariat").get("/kasus?urut=-nomor").text) == [new.number, old.number]
    assert numbers(pages.as_("sekretariat").get("/kasus?terlambat=ya").text) == [old.number]


@pytest.mark.parametrize(
    "asked",
    ["status=beku", "sasaran=%3Cb%3E", "kecamatan=99.99.99", "urut=nama",
     "urut=--nomor", "hal=0", "hal=-1", "hal=9999999", "hal=x", "cari=%25",
     "cari=_", "cari=" + "x" * 500, "terlambat=mungkin", "tugas=" + "y" * 9],
)  # fmt: skip
def test_an_address_that_nobody_offers_shows_a_list_all_the_same(pages: Pages, asked: str) -> None:
    case = pages.world.case_at(Status.SELECTED)
    shown = pages.as_("sekretariat").get(f"/kasus?{asked}")
    assert shown.status_code == 200 and (numbers(shown.text) == ([] if asked.startswith("cari") else [case.number]))


def test_an_unknown_cycle_is_not_found(pages: Pages) -> None:
    assert pages.as_("sekretariat").get("/kasus?siklus=1999-1").status_code == 404


def test_the_list_takes_as_many_statements_for_many_cases_as_for_few(pages: Pages) -> None:
    counted = []
    for more in (2, 12):
        for _ in range(more):
            pages.world.case_at(Status.READY)
        client = pages.as_("sekretariat")
        client.get("/kasus")
        with statements(pages.engine) as seen:
            client.get("/kasus")
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 7


def test_a_long_list_has_pages(pages: Pages) -> None:
    made = [pages.world.open().number for _ in range(53)]
    client = pages.as_("sekretariat")
    first, second = client.get("/kasus?urut=nomor").text, client.get("/kasus?urut=nomor&hal=2").text
    assert numbers(first) == made[:50] and numbers(second) == made[50:]
    assert "1–50 dari 53 kasus" in words(first) and "51–53 dari 53 kasus" in words(second)
    assert numbers(client.get("/kasus?urut=nomor&hal=99").text) == made[50:]


def test_the_file_holds_every_page_and_runs_nothing(pages: Pages) -> None:
    made = [pages.world.open().number for _ in range(52)]
    answer = pages.as_("sekretariat").get("/kasus.csv?urut=nomor")
    assert answer.headers["content-type"].startswith("text/csv") and "kasus.csv" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == made and all(len(row) == len(rows[0]) for row in rows)
    assert "Bunga" not in answer.text and "2024-08-17" not in answer.text


def test_whether_the_others_answered_is_not_told_by_a_deadline(pages: Pages) -> None:
    case = pages.world.case_at(Status.UNDER_REVIEW)
    pages.world.pass_days(30)
    pages.at = pages.world.at
    pages.world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    before = words(pages.as_("gizi").get("/kasus").text)
    pages.world.do(case, Action.SUBMIT_OPINION, "dr.anak", OPINION)
    assert words(pages.as_("gizi").get("/kasus").text) == before
    assert "Terlambat" not in before.split(case.number)[1]
