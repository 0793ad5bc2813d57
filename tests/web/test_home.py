"""Beranda: what waits for whom, soonest first; a digest instead of a flood; nothing of others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.casework.errands import ErrandKind, ask_for, finish, take_next
from audit.casework.facts import facts_of
from audit.casework.form_drafts import save_draft
from audit.lifecycle.vocabulary import Action, Group, Status
from tests.counting import selects
from tests.web.conftest import Pages, words

pytestmark = pytest.mark.both_databases


def home(pages: Pages, username: str) -> str:
    pages.at = pages.world.at
    shown = pages.as_(username).get("/")
    assert shown.status_code == 200
    return words(shown.text)


def test_a_worksheet_waits_for_the_field_worker_of_the_area_only(pages: Pages) -> None:
    case = pages.world.open()
    told = home(pages, "bidan.arjasa")
    assert f"Isi kertas kerja kasus {case.number}" in told and "14 hari lagi" in told
    assert case.number not in home(pages, "bidan.silo") and "Tidak ada yang menunggu Anda" in home(pages, "bidan.silo")


def test_what_is_late_comes_first_and_says_how_long(pages: Pages) -> None:
    old = pages.world.open()
    pages.world.pass_days(20)
    new = pages.world.open()
    told = home(pages, "bidan.arjasa")
    assert told.index(old.number) < told.index(new.number)
    assert "Terlambat 6 hari" in told


def test_a_returned_worksheet_and_a_half_filled_one_are_told(pages: Pages) -> None:
    returned, begun = pages.world.open(), pages.world.open()
    pages.world.do(returned, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"latrine": "none"})
    pages.world.do(returned, Action.RETURN_WORKSHEET, "sekretariat", {"note": "Lengkapi riwayat imunisasi."})
    world = pages.world
    facts = facts_of(world.session, begun.id, on=world.on)
    save_draft(world.session, facts, Action.SUBMIT_WORKSHEET, {"latrine": "none"}, based_on=0, by=world.people["bidan.arjasa"], at=world.at)
    told = home(pages, "bidan.arjasa")
    assert f"Lengkapi kertas kerja kasus {returned.number}" in told
    assert "sudah mulai diisi, belum dikirim" in told and told.count(begun.number) == 1


def test_an_opinion_waits_until_it_is_given(pages: Pages) -> None:
    from tests.factory import OPINION

    case = pages.world.case_at(Status.UNDER_REVIEW)
    assert f"Beri pendapat kasus {case.number}" in home(pages, "dr.anak")
    assert case.number not in home(pages, "dr.obgyn")
    pages.world.do(case, Action.SUBMIT_OPINION, "dr.anak", OPINION)
    told = home(pages, "dr.anak")
    assert "Beri pendapat kasus" not in told and "dari 1 kasus Anda" in told
    assert f"Beri pendapat kasus {case.number}" in home(pages, "gizi"), "that the other answered changes nothing for this one"


def test_whoever_stepped_back_finds_nothing_of_the_case(pages: Pages) -> None:
    case = pages.world.case_at(Status.UNDER_REVIEW)
    pages.world.do(case, Action.RECUSE, "dr.anak", {"reason": "Pasien saya sendiri."})
    told = home(pages, "dr.anak")
    assert case.number not in told and "dari 0 kasus Anda" in told


@pytest.mark.parametrize(
    ("status", "username", "line"),
    [
        (Status.REVIEWED, "dr.anak", "Catat kesepakatan kasus {}"),
        (Status.RECOMMENDED, "sekretariat", "Susun dan ajukan RTL kasus {}"),
        (Status.PLANNED, "ketua", "Periksa dan setujui RTL kasus {}"),
        (Status.APPROVED, "sekretariat", "Tunjuk penanggung jawab kasus {}"),
        (Status.READY, "sekretariat", "Lengkapi panel kasus {}"),
        (Status.FOLLOW_UP, "perkim", "Laporkan kegiatan: Bangun jamban Kasus {}"),
    ],
)
def test_every_role_finds_its_own_step(pages: Pages, status: Status, username: str, line: str) -> None:
    case = pages.world.case_at(status)
    assert line.format(case.number) in home(pages, username)


def test_a_visit_of_today_and_one_that_was_missed_wait(pages: Pages) -> None:
    case = pages.world.case_at(Status.FOLLOW_UP)
    pages.world.pass_days(1)
    while f"Kunjungi kasus {case.number}" not in (told := home(pages, "bidan.arjasa")):
        pages.world.pass_days(1)
    assert "Hari ini" in told
    pages.world.pass_days(1)
    assert "Terlambat 1 hari" in home(pages, "bidan.arjasa")


def test_the_figure_of_visits_and_the_lists_of_visits_say_the_same(pages: Pages) -> None:
    first = pages.world.case_at(Status.FOLLOW_UP)
    pages.world.pass_days(4)
    second = pages.world.case_at(Status.FOLLOW_UP)
    pages.world.pass_days(3)
    assert "Kunjungan hari ini 2 tidak ada yang terlambat" in home(pages, "bidan.arjasa")
    pages.world.pass_days(1)
    told = home(pages, "bidan.arjasa")
    assert "Kunjungan hari ini 2 2 di antaranya terlambat" in told
    assert f"Kunjungi kasus {first.number}" in told and f"Kunjungi kasus {second.number}" in told
    assert "2 kunjungan hari ini, 2 di antaranya terlambat" in words(pages.as_("bidan.arjasa").get("/kunjungan").text)
    pages.world.do(first, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": pages.world.on.isoformat()})
    told = home(pages, "bidan.arjasa")
    assert "Kunjungan hari ini 1 1 di antaranya terlambat" in told and f"Kunjungi kasus {first.number}" not in told


def test_many_actions_of_an_agency_name_the_one_that_is_due_first(pages: Pages) -> None:
    for _ in range(4):
        pages.world.case_at(Status.FOLLOW_UP)
    assert "4 kegiatan menunggu laporan" in (told := home(pages, "perkim")) and "Bangun jamban" in told


def test_an_agency_finds_its_actions_and_nothing_of_the_child(pages: Pages) -> None:
    case = pages.world.case_at(Status.FOLLOW_UP)
    told = home(pages, "perkim")
    assert "Kegiatan instansi Anda 1" in told and "Bunga" not in told and "Arjasa" not in told
    assert case.number in told


def test_many_alike_become_one_line_that_leads_to_their_list(pages: Pages) -> None:
    for _ in range(4):
        pages.world.open()
    pages.world.session.commit()
    told = home(pages, "bidan.arjasa")
    assert "4 kasus menunggu kertas kerja" in told and "Isi kertas kerja kasus" not in told
    assert 'href="/kasus?status=selected"' in pages.as_("bidan.arjasa").get("/").text


def test_the_secretariat_sees_what_is_late_with_others_and_what_failed(pages: Pages) -> None:
    world = pages.world
    world.open()
    world.pass_days(30)
    asked = ask_for(world.session, ErrandKind.IDENTIFY, by=world.people["sekretariat"], at=world.at, cycle_id=world.cycle.id)
    assert take_next(world.session, at=world.at) is asked
    finish(world.session, asked.id, at=world.at, failed=True, sentence="Basis data terkunci.")
    told = home(pages, "sekretariat")
    assert "Kirim kertas kerja: 1 kasus" in told and "Pada petugas lapangan" in told
    assert "“Tapis sasaran dan buka kasus” gagal" in told
    assert "Terlambat pada pihak lain" not in home(pages, "dr.anak")


def test_an_empty_page_says_what_comes_next(pages: Pages) -> None:
    assert "Muat berkas registri" in home(pages, "sekretariat")
    assert "begitu sekretariat mengajukannya" in home(pages, "ketua")
    pages.world.cycle.closed_at = pages.world.at
    assert "Buka siklus" in home(pages, "sekretariat")


def test_the_number_of_statements_does_not_grow_with_the_cases(pages: Pages) -> None:
    pages.world.case_at(Status.FOLLOW_UP)
    counted = []
    for _ in range(2):
        for username in ("sekretariat", "bidan.arjasa", "dr.anak"):
            client = pages.as_(username)
            with selects(pages.engine) as seen:
                client.get("/")
            counted.append(len(seen))
        for group in (Group.BALITA, Group.BUMIL, Group.BALITA):
            pages.world.case_at(Status.UNDER_REVIEW, group)
    assert counted[:3] == counted[3:] and max(counted) <= 11, counted


def test_no_name_is_on_the_page(pages: Pages) -> None:
    pages.world.open(name="Bunga Anggraini")
    pages.world.pass_days(timedelta(days=30).days)
    for username in ("sekretariat", "bidan.arjasa", "ketua", "pimpinan"):
        assert "Anggraini" not in home(pages, username)
