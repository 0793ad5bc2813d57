"""Siklus: the list, one cycle with its calendar and what is late with whom, opening one, and work of the system on request."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from audit.casework.cycles import cycle_by_code
from audit.casework.errands import errands_of, finish, take_next
from audit.casework.tables import Errand
from audit.lifecycle.tables import Cycle
from audit.lifecycle.vocabulary import Action, Group, Status
from tests.counting import selects
from tests.web.conftest import Pages, form_of, send, words

ONE, NEW, WORK = "/siklus/2026-2", "/siklus/baru", "/siklus/2026-2/pekerjaan"
NEXT = {"year": "2027", "number": "1"}


def shown(pages: Pages, username: str = "sekretariat", address: str = ONE) -> str:
    pages.at = pages.world.at
    answer = pages.as_(username).get(address)
    assert answer.status_code == 200
    return words(answer.text)


def cycles(pages: Pages) -> int:
    with pages.installation.reading() as session:
        return session.scalar(select(func.count()).select_from(Cycle)) or 0


def test_the_list_leads_to_each_cycle_and_only_the_secretariat_may_open_one(pages: Pages) -> None:
    told = pages.as_("ketua").get("/siklus").text
    assert 'href="/siklus/2026-2"' in told and "Buka siklus baru" not in told
    assert "Buka siklus baru" in shown(pages, address="/siklus")


def test_the_calendar_counts_back_from_the_dissemination_over_holidays(pages: Pages) -> None:
    pages.world.cycle.dissemination_on = date(2026, 9, 30)
    plain = shown(pages)
    assert "RTL diajukan 23 September 2026" in plain and "62 hari kerja sampai diseminasi" in plain
    pages.world.cycle.settings = {**pages.world.cycle.settings, "holidays": ["2026-09-28"]}
    told = shown(pages)
    assert "RTL diajukan 22 September 2026" in told and "61 hari kerja sampai diseminasi" in told


def test_what_was_due_before_the_cycle_was_opened_is_not_late(pages: Pages) -> None:
    world = pages.world
    world.cycle.dissemination_on = world.on + timedelta(days=10)
    told = pages.as_("sekretariat").get("/siklus/2026-2").text
    assert "Sudah lewat ketika siklus dibuka" in words(told) and "tone-bad" not in calendar_of(told)
    world.cycle.opened_at -= timedelta(days=200)
    told = pages.as_("sekretariat").get("/siklus/2026-2").text
    assert "Kasus seharusnya dibuka" in words(told) and "tone-bad" in calendar_of(told), "there was time"


def calendar_of(page: str) -> str:
    return page.partition("</svg>Kalender")[2].partition("Kasus menurut tahap")[0]


def test_without_a_day_of_dissemination_the_page_says_so(pages: Pages) -> None:
    assert "Tanggal diseminasi belum ditetapkan" in shown(pages)


def test_the_planner_says_how_late_the_panel_will_be_and_what_would_do(pages: Pages) -> None:
    world = pages.world
    quotas = {"balita": {"35.09.22": 60}}
    world.cycle.settings = {**world.cycle.settings, "quotas": quotas}
    world.cycle.dissemination_on = date(2026, 9, 10)
    late = shown(pages)
    assert "Dengan 3 paket per pakar per hari" in late and "masih 120 pendapat" in late
    assert "Dihitung dari kuota penuh" in late and "hari kerja terlambat" not in late
    slow = shown(pages, address=f"{ONE}?per_hari=1")
    assert "Dengan 1 paket per pakar per hari, selesai" in slow and "hari kerja terlambat" in slow
    assert "Dengan 2 paket masih tepat waktu." in slow


def test_the_planner_names_a_discipline_without_an_expert(pages: Pages) -> None:
    world = pages.world
    world.cycle.settings = {**world.cycle.settings, "quotas": {"balita": {"35.09.22": 2}}, "quorum": {"balita": {"psychology": 1}}}
    assert "tidak ada psikolog di antara pakar" in shown(pages)


@pytest.mark.parametrize("asked", ["0", "abc", "13", "-1", "1e3", "9" * 50, "²"])
def test_a_number_that_is_none_keeps_what_was_typed_and_says_what_is_expected(pages: Pages, asked: str) -> None:
    answer = pages.as_("sekretariat").get(ONE, params={"per_hari": asked})
    assert answer.status_code == 200 and "tulis bilangan bulat 1 sampai 12" in words(answer.text)
    assert f'value="{asked}"' in answer.text


def test_what_is_late_stands_with_whom_it_waits(pages: Pages) -> None:
    world = pages.world
    worksheet, opinion = world.open(), world.case_at(Status.UNDER_REVIEW)
    world.pass_days(30)
    told = shown(pages, "ketua")
    assert f"{worksheet.number} Terpilih, kertas kerja diisi Kirim kertas kerja Puskesmas Arjasa" in told
    assert f"{opinion.number} Dikaji tim pakar Kirim pendapat dr. Sasmita Adi, Sp.A dan Tutik Lestari, M.Gz" in told


def test_a_chair_who_sits_on_the_panel_does_not_learn_who_answered(pages: Pages) -> None:
    from dataclasses import replace

    from audit.people.roles import Role
    from audit.people.tables import Account
    from tests.factory import OPINION

    world = pages.world
    case = world.case_at(Status.UNDER_REVIEW)
    account = world.session.get_one(Account, world.people["gizi"].id)
    account.roles = ["chair", "expert"]
    world.people["gizi"] = replace(world.people["gizi"], roles=frozenset({Role.CHAIR, Role.EXPERT}))
    world.pass_days(30)
    before = shown(pages, "gizi")
    world.do(case, Action.SUBMIT_OPINION, "dr.anak", OPINION)
    assert shown(pages, "gizi") == before
    world.do(case, Action.RECUSE, "gizi", {"reason": "Pasien saya."})
    assert case.number not in shown(pages, "gizi")


def test_quotas_are_told_for_each_place(pages: Pages) -> None:
    world = pages.world
    world.cycle.settings = {**world.cycle.settings, "quotas": {"balita": {"35.09.22": 2}, "bumil": {"35.09.22": 1}}}
    world.candidate(Group.BUMIL)
    world.open()
    told = shown(pages)
    assert "Arjasa Balita 2 1 0 0 Kurang 1, calon habis" in told and "Arjasa Ibu hamil 1 0 1 0 Kurang 1" in told


def test_the_number_of_statements_does_not_grow_with_the_cases(pages: Pages) -> None:
    counted = []
    for _ in range(2):
        for status in (Status.SELECTED, Status.UNDER_REVIEW, Status.FOLLOW_UP):
            pages.world.case_at(status)
        client = pages.as_("sekretariat")
        with selects(pages.engine) as seen:
            client.get(ONE)
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 9, counted


@pytest.mark.parametrize("username", ["bidan.arjasa", "dr.anak", "perkim"])
def test_nobody_else_finds_a_cycle(pages: Pages, username: str) -> None:
    client = pages.as_(username)
    assert {client.get(address).status_code for address in ("/siklus", ONE, NEW, WORK)} == {404}
    assert client.post(WORK, data={"pekerjaan": "semester"}).status_code == 404
    assert pages.as_("sekretariat").get("/siklus/1999-9").status_code == 404


def test_work_is_asked_for_once_and_told_until_it_is_over(pages: Pages) -> None:
    secretary = pages.as_("sekretariat")
    fields = {**form_of(secretary.get(ONE).text, address=WORK), "pekerjaan": ["identify"]}
    assert [secretary.post(WORK, data=fields).status_code for _ in range(2)] == [303, 303]
    with pages.installation.reading() as session:
        assert [(one.kind, one.state) for one in errands_of(session)] == [("identify", "asked")]
    page = secretary.get(ONE).text
    assert "menunggu giliran" in words(page) and 'hx-get="/siklus/2026-2/pekerjaan?dari=siklus"' in page
    assert secretary.get(WORK).headers["location"] == "/siklus/2026-2#pekerjaan"
    part = secretary.get(f"{WORK}?dari=siklus", headers={"HX-Request": "true"})
    assert part.status_code == 200 and "<html" not in part.text and "HX-Refresh" not in part.headers
    with pages.installation.sessions.begin() as session:
        errand = take_next(session, at=pages.at)
        assert isinstance(errand, Errand)
        finish(session, errand.id, at=pages.at, result={"candidates": 31, "opened": 8})
    over = secretary.get(f"{WORK}?dari=siklus", headers={"HX-Request": "true"})
    assert over.headers["HX-Refresh"] == "true" and "31 calon dan 8 kasus dibuka." in words(over.text) and "hx-get" not in over.text


def test_work_for_a_closed_cycle_and_work_that_there_is_not_is_refused(pages: Pages) -> None:
    secretary = pages.as_("sekretariat")
    fields = form_of(secretary.get(ONE).text, address=WORK)
    assert secretary.post(WORK, data={**fields, "pekerjaan": ["undo-import"]}).status_code == 400
    pages.world.cycle.closed_at = pages.world.at
    pages.world.session.commit()
    refused = secretary.post(WORK, data={**fields, "pekerjaan": ["semester"]})
    assert refused.status_code == 409 and "sudah ditutup" in words(refused.text)


def test_a_cycle_is_opened_with_what_was_asked_and_what_came_before(pages: Pages) -> None:
    secretary = pages.as_("sekretariat")
    answers = {
        **NEXT,
        "dissemination_on": "2027-06-10",
        "focus_areas": ["35.09.22", "35.09.30"],
        "groups": ["balita", "catin"],
        "quota_catin": "4",
        "quorum_balita_psychology": "1",
        "visits_per_week": "2",
        "follow_up_months": "4",
        "holidays": "01/01/2027\n2027-05-01, 17/02/2027",
    }
    done = send(secretary, NEW, answers)
    assert (done.status_code, done.headers["location"]) == (303, "/siklus/2027-1")
    with pages.installation.reading() as session:
        cycle = cycle_by_code(session, "2027-1")
    settings = cycle.settings
    assert (cycle.dissemination_on, settings["focus_areas"], settings["groups"]) == (
        date(2027, 6, 10),
        ["35.09.22", "35.09.30"],
        ["balita", "catin"],
    )
    assert settings["quotas"]["catin"] == {"35.09.22": 4, "35.09.30": 4}
    assert settings["quorum"]["balita"] == {"paediatrics": 1, "nutrition": 1, "psychology": 1}
    assert (settings["visits"]["per_week"], settings["follow_up_months"], settings["wording"]["team"]) == (2, 4, "TP3S")
    assert settings["holidays"] == ["2027-01-01", "2027-02-17", "2027-05-01"]
    assert "Siklus 2027-1 dibuka" in words(secretary.get("/siklus/2027-1").text)


@pytest.mark.parametrize(
    ("answers", "field", "sentence"),
    [
        ({"year": ""}, "year", "Tahun: wajib diisi."),
        ({"year": "dua ribu"}, "year", "“dua ribu” bukan angka"),
        ({"year": "1990"}, "year", "1990 di luar batas"),
        ({"year": "2026", "number": "2"}, "number", "siklus ini sudah dibuka"),
        ({"starts_on": "31/02/2027"}, "starts_on", "bukan tanggal"),
        ({"starts_on": "2027-03-01", "ends_on": "2027-02-01"}, "ends_on", "lebih awal dari mulai"),
        ({"dissemination_on": "2020-01-01"}, "dissemination_on", "lebih awal dari mulai"),
        ({"focus_areas": []}, "focus_areas", "Kecamatan lokus: wajib diisi."),
        ({"focus_areas": ["99.99.99"]}, "focus_areas", "tidak dikenal"),
        ({"groups": ["naga"]}, "groups", "tidak dikenal"),
        ({"quota_balita": "501"}, "quota_balita", "501 di luar batas"),
        ({"quota_balita": "-1"}, "quota_balita", "di luar batas"),
        ({"quorum_balita_nutrition": "6"}, "quorum_balita_nutrition", "6 di luar batas"),
        ({"quorum_balita_paediatrics": "0", "quorum_balita_nutrition": "0"}, "quorum_balita_paediatrics", "sedikitnya satu pakar"),
        ({"visits_per_week": "0"}, "visits_per_week", "0 di luar batas"),
        ({"follow_up_months": "1,5"}, "follow_up_months", "bukan bilangan bulat"),
        ({"holidays": "17/08/2027, besok"}, "holidays", "“besok” bukan tanggal"),
        ({"wording_team": "T" * 41}, "wording_team", "41 huruf; paling banyak 40"),
        ({"office_name": "Kantor\x00"}, "office_name", "tidak dapat dicetak"),
    ],
)
def test_what_cannot_be_used_comes_back_beside_its_field(
    pages: Pages, answers: dict[str, str | list[str]], field: str, sentence: str
) -> None:
    back = send(pages.as_("sekretariat"), NEW, {**NEXT, **answers})
    assert back.status_code == 422 and cycles(pages) == 1
    assert f'href="#f-{field}"' in back.text and f'id="f-{field}-problem"' in back.text
    assert sentence in words(back.text) and "aks cycle" not in back.text
    for value in answers.values():
        if isinstance(value, str) and value.isprintable():
            assert value in back.text


def test_every_problem_is_told_at_once(pages: Pages) -> None:
    back = words(send(pages.as_("sekretariat"), NEW, {"year": "", "holidays": "besok", "visits_per_week": "9"}).text)
    assert "Tahun: wajib diisi." in back and "“besok” bukan tanggal" in back and "9 di luar batas" in back


def test_the_same_form_sent_twice_opens_one_cycle(pages: Pages) -> None:
    secretary = pages.as_("sekretariat")
    fields = {**form_of(secretary.get(NEW).text), "year": ["2027"], "number": ["1"]}
    assert [secretary.post(NEW, data=fields).status_code for _ in range(2)] == [303, 303]
    assert cycles(pages) == 2


def test_the_form_asks_for_the_kabupaten_when_it_cannot_know_it(pages: Pages) -> None:
    secretary = pages.as_("sekretariat")
    wrong = secretary.get(f"{NEW}?kabupaten=99.99")
    assert wrong.status_code == 200 and "99.99" in wrong.text and 'id="f-kabupaten-problem"' in wrong.text
    assert '<option value="Kabupaten Jember, Jawa Timur">' in wrong.text, "names are offered"
    unknown = secretary.get(NEW, params={"kabupaten": "Jembr"})
    assert "Mungkin maksudnya Kabupaten Jember, Jawa Timur" in words(unknown.text) and 'value="Jembr"' in unknown.text
    assert "Kabupaten Banyuwangi" in words(secretary.get(NEW, params={"kabupaten": "banyuwangi"}).text)
    other = words(secretary.get(f"{NEW}?kabupaten=35.10").text)
    assert "Kabupaten Banyuwangi" in other and "Isian dimulai dari siklus" not in other
