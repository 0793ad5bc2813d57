"""Walks over every page in reach: who has not answered, who stepped back, who may not know a name; single attacks are in test_leaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from starlette.testclient import TestClient

from audit.casework.form_drafts import save_draft
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Status
from audit.people.directory import add_person
from audit.web.app import PAGES
from tests.factory import CONSENSUS, OPINION, START
from tests.web.conftest import Pages, form_of, send
from tests.web.test_api import program
from tests.web.test_calendar_page import address_for
from tests.web.test_leaks import CHANGES, IDENTITY, NAME, NIK, SECRET, addresses_below, nothing_of
from tests.web.test_review import under_review

_ENTRANCES = (
    *(page.address for page in PAGES if page.show and "{" not in page.address),
    "/kasus?urut=status",
    "/kasus?urut=-status",
    "/kasus?urut=tenggat",
    "/kasus?urut=-tenggat",
    "/kasus?status=under_review",
    "/kasus?tugas=ya",
    "/kasus?terlambat=ya",
    "/riwayat?kasus=AKS",
    "/rtl?urut=tenggat",
)
_API = ("cycles", "cases", "cases/{n}", "cases/{n}/events", "cases/{n}/moves", "cases/{n}/opinions", "cases/{n}/actions", "worklist", "me")


def reached(client: TestClient, cases: Iterable[Case], *, most: int = 90) -> dict[str, str]:
    """Everything this person gets: every entrance, every address below the cases, links from there; status, headers and body in one.

    Masks and ids that are new in every answer are taken out, so that two walks can be compared.
    """
    waiting = [*_ENTRANCES, *(below for case in cases for below in addresses_below(case))]
    found: dict[str, str] = {}
    while waiting and len(found) < most:
        address = waiting.pop(0).partition("#")[0]
        if address in found or address.startswith("/static"):
            continue
        answer = client.get(address)
        headers = "\n".join(
            f"{name}: {value}" for name, value in sorted(answer.headers.items()) if name not in ("content-length", "set-cookie")
        )
        is_text = answer.headers.get("content-type", "").startswith(("text/", "application/json"))
        found[address] = CHANGES.sub("", f"{answer.status_code}\n{headers}\n{answer.text if is_text else ''}")
        if answer.status_code == 200 and "html" in answer.headers["content-type"]:
            links = lxml.html.fromstring(answer.text).xpath("//a/@href")
            waiting.extend(str(one) for one in links if str(one).startswith("/") and "unduh" not in one)
    return found


def asked_by_program(client: TestClient, case: Case) -> dict[str, str]:
    """What the API gives a program about a case."""
    return {one: f"{(a := client.get(one.replace('{n}', case.number))).status_code} {a.headers.get('etag')} {a.text}" for one in _API}


def add(pages: Pages, username: str, **about: Any) -> None:
    pages.world.people[username] = add_person(pages.world.session, {"username": username, "name": "Rangkap Jabatan", **about}, at=START)


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """What became another answer; the check of the chain, which the secretariat has, counts every event of the whole database."""
    return [address for address in {**before, **after} if before.get(address) != after.get(address) and address != "/riwayat/rantai"]


@pytest.mark.parametrize("also", [(), ("chair", "leader", "secretary")], ids=["expert", "expert-who-is-all-else"])
def test_an_expert_who_has_not_answered_gets_the_same_bytes_whether_others_answered_or_not(pages: Pages, also: tuple[str, ...]) -> None:
    """Pages, lists in every order, counts, files, calendar, API, versions: all of it before and after two others answered."""
    world = pages.world
    add(pages, "rangkap", roles=["expert", *also], discipline="nutrition")
    cases = [under_review(pages, more=["rangkap"]), under_review(pages, name="Citra Lestari", more=["rangkap"])]
    expert, machine, feed = pages.as_("rangkap"), program(pages, "rangkap"), address_for(pages, "rangkap")

    def everything() -> dict[str, str]:
        world.session.commit()
        calendar = pages.visitor().get(feed).text
        return {**reached(expert, cases), **asked_by_program(machine, cases[0]), feed: calendar}

    asked_by_program(machine, cases[0])  # a token that was used once says so ever after
    before = everything()
    if not also:
        typed = form_of(expert.get(f"/kasus/{cases[1].number}/telaah").text)
    world.do(cases[0], Action.SUBMIT_OPINION, "dr.anak", {**OPINION, "summary": SECRET})
    world.do(cases[1], Action.SUBMIT_OPINION, "dr.anak", {**OPINION, "summary": SECRET})
    world.session.commit()
    after = everything()
    assert len(before) > 40 and differing(before, after) == []
    nothing_of(after, [SECRET])
    if not also:
        sent = expert.post(f"/kasus/{cases[1].number}/telaah", data={**typed, **OPINION, "kirim": "ya"})
        assert sent.status_code == 303, "a form from before the others answered is not old"
        world.do(cases[0], Action.SUBMIT_OPINION, "gizi", OPINION)
        world.do(cases[0], Action.CLOSE_REVIEW, "sistem")
        opened = everything()
        assert any(SECRET in text for text in opened.values()), "the same walk finds it once the round is closed"


@pytest.mark.parametrize("also", [("chair", "leader"), ("field", "agency")], ids="-and-".join)
def test_who_stepped_back_finds_the_case_nowhere_whatever_else_they_are(pages: Pages, also: tuple[str, ...]) -> None:
    world = pages.world
    more: dict[str, Any] = {"areas": ["35.09.22"], "agency": "puskesmas"} if "field" in also else {}
    add(pages, "rangkap", roles=["expert", *also], discipline="nutrition", **more)
    case, other = under_review(pages, more=["rangkap"]), under_review(pages, name="Citra Lestari", more=["rangkap"])
    expert, machine, feed = pages.as_("rangkap"), program(pages, "rangkap"), address_for(pages, "rangkap")
    assert case.number in str(reached(expert, [case], most=30)), "the same walk finds the case of who sits on it"
    facts, own = world.facts(case), world.people["rangkap"]
    save_draft(world.session, facts, Action.SUBMIT_OPINION, {"summary": SECRET}, based_on=0, by=own, at=world.at)
    world.do(case, Action.RECUSE, "rangkap", {"reason": "Keluarga dekat"})
    world.do(case, Action.SUBMIT_OPINION, "dr.anak", OPINION)
    world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    pages.add("paket", "terbatas", case.number, number="03/TP3S/VII/2026")
    told = {**reached(expert, [other]), **asked_by_program(machine, other), feed: pages.visitor().get(feed).text}
    assert len(told) > 30
    nothing_of(told, [case.number, SECRET])
    assert {expert.get(one).status_code for one in addresses_below(case)} <= {404, 405}
    searched, unknown = (expert.get(f"/kasus?cari={number}").text for number in (case.number, "AKS-3509-2026-2-999"))
    assert CHANGES.sub("", searched).replace(case.number, "") == CHANGES.sub("", unknown).replace("AKS-3509-2026-2-999", "")
    assert {text[:3] for one, text in asked_by_program(machine, case).items() if "{n}" in one} == {"404"}


@pytest.mark.parametrize("username", ["perkim", "pimpinan", "ketua"])
def test_everything_somebody_reaches_is_without_identity_and_sealed_words(pages: Pages, username: str) -> None:
    """Whoever has no right to know who it is: pages, files, titles, drawings, API; with a case in every part of the road."""
    world = pages.world
    review = under_review(pages)
    world.do(review, Action.SUBMIT_OPINION, "dr.anak", {**OPINION, "summary": SECRET})
    cases = [review, *(world.case_at(status) for status in (Status.SELECTED, Status.REVIEWED, Status.PLANNED, Status.FOLLOW_UP))]
    world.session.commit()
    told = {**reached(pages.as_(username), cases), **asked_by_program(program(pages, username), cases[-1])}
    nothing_of(told, [*IDENTITY, SECRET])
    if username == "perkim":
        of_the_child = ("Melati 3", "TB/U", "8,1", "PMT lokal", CONSENSUS["summary"], OPINION["summary"], "dr. Sasmita", "balita")
        about = {one: text for one, text in told.items() if "/kasus" in one or "/rtl" in one or "cases" in one}
        nothing_of(_without_choices(about), of_the_child)
        assert any("Bangun jamban" in text for text in about.values()), "its own action is there"


def _without_choices(told: Mapping[str, str]) -> dict[str, str]:
    """Without what a filter offers to everybody."""
    return {one: re.sub(r"<option.*?</option>", "", text, flags=re.DOTALL) for one, text in told.items()}


@pytest.mark.parametrize("username", ["sekretariat", "gizi"])
def test_a_name_is_masked_everywhere_until_it_is_opened_and_again_after_twelve_hours(pages: Pages, username: str) -> None:
    """The source of pages, titles, drawings, lists, files, API: nothing before, the case alone after, nothing again half a day later."""
    world = pages.world
    case = under_review(pages)
    other = under_review(pages, name="Citra Lestari")
    followed = world.case_at(Status.FOLLOW_UP)
    world.session.commit()
    client = pages.as_(username)
    told = {**reached(client, [case, followed]), **asked_by_program(program(pages, username), case)}
    nothing_of(told, [*IDENTITY, "Citra Lestari"])
    send(client, f"/kasus/{case.number}/tindakan/open-identity", {"reason": "contact"})
    page = f"/kasus/{case.number}"
    assert NAME in client.get(page).text
    assert NAME not in client.get("/kasus.csv").text and NAME not in client.get(f"/kasus/{followed.number}").text
    nothing_of({"other": client.get(f"/kasus/{other.number}").text}, ["Citra Lestari", NIK])
    told = reached(client, [case])
    nothing_of({one: text.partition("</title>")[0] for one, text in told.items()}, IDENTITY)
    pages.at += timedelta(hours=12, seconds=1)
    nothing_of(reached(pages.as_(username), [case]), [*IDENTITY, "Citra Lestari"])
