"""The calendar: a feed of one person's days under an address of its own, and the page where such addresses are made and ended."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from audit.lifecycle.vocabulary import Action, Status
from audit.people.tokens import make_token
from tests.counting import selects
from tests.web.conftest import Pages, form_of, send, words


def address_for(pages: Pages, username: str, *, name: str = "Telepon") -> str:
    """Make an address on the page, as a person would, and read it off the answer."""
    page = send(pages.as_(username), "/akun/kalender", {"name": name})
    assert page.status_code == 200
    found = re.search(r'value="http://testserver(/kalender/aks_[^"]+\.ics)"', page.text)
    assert found is not None
    return found[1]


def days(pages: Pages, address: str) -> list[tuple[str, str]]:
    answer = pages.visitor().get(address)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/calendar")
    return [(str(e["summary"]), e["dtstart"].dt.isoformat()) for e in Calendar.from_ical(answer.content).walk("VEVENT")]


def test_the_chair_finds_the_plan_to_approve_on_its_last_day(pages: Pages) -> None:
    case = pages.world.case_at(Status.PLANNED)
    found = days(pages, address_for(pages, "ketua"))
    assert (f"Setujui RTL: {case.number}", "2026-07-13") in found and ("Akhir siklus 2026-2", "2026-12-31") in found


def test_an_agency_finds_its_own_actions_and_the_field_its_visits(pages: Pages) -> None:
    case = pages.world.case_at(Status.FOLLOW_UP)
    ends = (pages.world.on + timedelta(days=30)).isoformat()
    own = [day for day in days(pages, address_for(pages, "perkim")) if case.number in day[0]]
    assert own == [(f"Kegiatan RTL selesai: {case.number}", ends)]
    visits = [day for day in days(pages, address_for(pages, "bidan.arjasa")) if day[0].startswith("Kunjungan")]
    assert len(visits) > 5 and any("pengukuran" in title for title, _ in visits)
    assert not [day for day in days(pages, address_for(pages, "bidan.silo")) if case.number in day[0]]


def test_days_are_whole_keep_their_name_and_tell_nobody_who_it_is(pages: Pages) -> None:
    pages.world.case_at(Status.FOLLOW_UP)
    address = address_for(pages, "bidan.arjasa")
    first, second = (pages.visitor().get(address).text for _ in range(2))
    pages.wait(3600)
    uids = [sorted(re.findall(r"UID:(.+)\r", text)) for text in (first, second, pages.visitor().get(address).text)]
    assert uids[0] == uids[1] == uids[2] and len(set(uids[0])) == len(uids[0]) > 3
    assert "VALARM" not in first and "VALUE=DATE" in first and "DTSTART:" not in first
    for secret in ("Bunga", "3509225708249001", "Arjasa", "Ninik", "balita"):
        assert secret not in first


@pytest.mark.parametrize("scopes", [["cases:read"], ["calendar:read", "cases:read"], ["documents:read", "cases:act"]])
def test_a_token_that_is_good_for_more_is_not_taken_in_an_address(pages: Pages, scopes: list[str]) -> None:
    pages.world.session.commit()
    person = pages.world.people["ketua"]
    with pages.installation.sessions.begin() as session:
        token = make_token(session, person.id, name="uji", scopes=scopes, by=person, at=pages.at).token
    there, nowhere = (pages.visitor().get(f"/kalender/{one}.ics") for one in (token, "aks_nonsense"))
    assert there.status_code == nowhere.status_code == 404 and there.text == nowhere.text


def test_a_token_of_the_calendar_opens_nothing_else(pages: Pages) -> None:
    token = address_for(pages, "sekretariat").removeprefix("/kalender/").removesuffix(".ics")
    answer = pages.visitor().get("/api/v1/cases", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403


def test_an_address_is_shown_once_and_ended_by_its_owner(pages: Pages) -> None:
    address = address_for(pages, "ketua", name="Laptop <b>kantor</b>")
    chair = pages.as_("ketua")
    page = chair.get("/akun/kalender").text
    assert "aks_" not in page and "Laptop &lt;b&gt;kantor&lt;/b&gt;" in page
    number = re.search(r'name="akhiri" value="(\d+)"', page)
    assert number is not None
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token is not None
    stranger = pages.as_("pimpinan")
    theirs = form_of(stranger.get("/akun/kalender").text)
    assert "sudah tidak berlaku" in _said(stranger, {"csrf": theirs["csrf"], "akhiri": number[1]})
    assert pages.visitor().get(address).status_code == 200
    assert "diakhiri" in _said(chair, {"csrf": token[1], "akhiri": number[1]})
    assert pages.visitor().get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "sentence"), [("", "wajib diisi"), ("   ", "wajib diisi"), ("x" * 81, "1–80 huruf"), ("a\x00b", "1–80 huruf")]
)
def test_a_name_that_cannot_be_used_is_told_beside_its_field(pages: Pages, name: str, sentence: str) -> None:
    answer = send(pages.as_("ketua"), "/akun/kalender", {"name": name})
    assert answer.status_code == 422 and sentence in words(answer.text) and "aks_" not in answer.text
    assert 'id="f-name-problem"' in answer.text


def test_the_same_form_sent_twice_makes_one_address(pages: Pages) -> None:
    chair = pages.as_("ketua")
    fields = {**form_of(chair.get("/akun/kalender").text), "name": ["Telepon"]}
    assert "aks_" in chair.post("/akun/kalender", data=fields).text
    again = chair.post("/akun/kalender", data=fields)
    assert "aks_" not in again.text and "hanya ditampilkan sekali" in words(again.text)
    assert chair.get("/akun/kalender").text.count('name="akhiri"') == 1


def test_who_tries_addresses_is_stopped(pages: Pages) -> None:
    visitor = pages.visitor()
    assert [visitor.get(f"/kalender/aks_{n}.ics").status_code for n in range(61)] == [404] * 60 + [429]


def test_a_feed_takes_the_same_statements_however_many_cases_there_are(pages: Pages) -> None:
    pages.world.case_at(Status.FOLLOW_UP)
    address = address_for(pages, "bidan.arjasa")
    pages.visitor().get(address)
    with selects(pages.engine) as one:
        pages.visitor().get(address)
    for n in range(3):
        case = pages.world.case_at(Status.FOLLOW_UP, name=f"Anak Rekaan {n}")
        pages.world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "selesai", "evidence": "Foto"})
    pages.world.session.commit()
    with selects(pages.engine) as four:
        pages.visitor().get(address)
    assert len(one) == len(four) <= 14


def _said(client: object, data: dict[str, object]) -> str:
    answer = client.post("/akun/kalender", data=data)  # type: ignore[attr-defined]  # a TestClient
    assert answer.status_code == 303
    return words(client.get("/akun/kalender").text)  # type: ignore[attr-defined]
