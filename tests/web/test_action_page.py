"""The general page of an action: asked, done once, refused, come back with what was typed."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from audit.lifecycle.tables import CaseEvent
from audit.lifecycle.vocabulary import Action, Status
from tests.factory import OPINION
from tests.web.conftest import Pages, form_of, send, words


def events_of(pages: Pages, case_id: int) -> int:
    with pages.installation.reading() as session:
        return session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.case_id == case_id)) or 0


def test_an_action_is_asked_done_and_told_on_the_next_page(pages: Pages) -> None:
    case = pages.world.case_at(Status.SELECTED)
    secretary = pages.as_("sekretariat")
    done = send(secretary, f"/kasus/{case.number}/tindakan/withdraw", {"reason": "moved_away"})
    assert (done.status_code, done.headers["location"]) == (303, f"/kasus/{case.number}")
    assert pages.now(case).status == Status.WITHDRAWN
    assert "“Keluarkan dari audit” tercatat" in words(secretary.get("/").text)
    assert "tercatat" not in words(secretary.get("/").text), "it is said once"


def test_the_same_form_sent_twice_is_done_once(pages: Pages) -> None:
    case = pages.world.case_at(Status.SELECTED)
    secretary, address = pages.as_("sekretariat"), f"/kasus/{case.number}/tindakan/withdraw"
    fields = {**form_of(secretary.get(address).text), "reason": ["moved_away"]}
    secretary.post(address, data=fields)
    before = events_of(pages, case.id)
    again = secretary.post(address, data=fields)
    assert again.status_code == 303 and events_of(pages, case.id) == before


def test_a_form_sent_again_with_other_answers_is_not_taken_for_the_first(pages: Pages) -> None:
    case = pages.world.case_at(Status.REVIEWED)
    expert, address = pages.as_("dr.anak"), f"/kasus/{case.number}/tindakan/comment"
    fields = {**form_of(expert.get(address).text), "text": ["Pertama"]}
    assert expert.post(address, data=fields).status_code == 303
    before = events_of(pages, case.id)
    other = expert.post(address, data={**fields, "text": ["Kedua"]})
    assert other.status_code == 409 and "sudah terkirim dengan isi yang lain" in words(other.text) and "Kedua" in other.text
    assert events_of(pages, case.id) == before
    again = {**form_of(other.text), "text": ["Kedua"]}
    assert expert.post(address, data=again).status_code == 303 and events_of(pages, case.id) == before + 1


def test_the_version_in_a_form_does_not_tell_that_a_colleague_answered(pages: Pages) -> None:
    case = pages.world.case_at(Status.UNDER_REVIEW)
    address = f"/kasus/{case.number}/tindakan/ask-for-data"
    before = form_of(pages.as_("gizi").get(address).text)["seen_version"]
    pages.world.do(case, Action.SUBMIT_OPINION, "dr.anak", OPINION)
    assert form_of(pages.as_("gizi").get(address).text)["seen_version"] == before


def test_what_cannot_be_used_comes_back_with_its_sentence_and_nothing_is_written(pages: Pages) -> None:
    case = pages.world.case_at(Status.REVIEWED)
    lead, address = pages.as_("dr.anak"), f"/kasus/{case.number}/tindakan/record-consensus"
    before = events_of(pages, case.id)
    shown = send(lead, address, {"summary": "<b>Sepakat</b> 🦠", "main_cause": "sanitation", "recommendations.1.text": "x" * 2001})
    assert shown.status_code == 422 and events_of(pages, case.id) == before
    assert "&lt;b&gt;Sepakat&lt;/b&gt; 🦠" in shown.text and "x" * 2001 in shown.text
    text = words(shown.text)
    assert "Penyebab langsung: wajib diisi." in text and "2001 huruf; paling banyak 2000" in text
    assert 'id="f-recommendations.1.text-problem"' in shown.text


def test_a_form_from_before_the_case_moved_on_says_so_and_keeps_what_was_typed(pages: Pages) -> None:
    case = pages.world.case_at(Status.SELECTED)
    secretary, address = pages.as_("sekretariat"), f"/kasus/{case.number}/tindakan/withdraw"
    fields = {**form_of(secretary.get(address).text), "reason": ["died"]}
    pages.world.do(case, Action.OPEN_IDENTITY, "sekretariat", {"reason": "contact"})
    pages.world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"latrine": "none"})
    pages.world.session.commit()
    before = events_of(pages, case.id)
    answer = secretary.post(address, data=fields)
    assert answer.status_code == 409 and "sudah berubah sejak Anda membukanya" in words(answer.text)
    assert "died" in [value for values in form_of(answer.text).values() for value in values] and events_of(pages, case.id) == before


@pytest.mark.parametrize("username", ["bidan.silo", "perkim"])
def test_a_case_of_others_is_as_unknown_as_one_that_is_not_there(pages: Pages, username: str) -> None:
    case = pages.world.case_at(Status.SELECTED)
    there = pages.as_(username).get(f"/kasus/{case.number}/tindakan/withdraw")
    nowhere = pages.as_(username).get("/kasus/AKS-3509-2026-2-999/tindakan/withdraw")
    assert there.status_code == nowhere.status_code == 404 and there.text == nowhere.text


def test_a_form_without_the_token_of_this_session_is_not_taken(pages: Pages) -> None:
    case = pages.world.case_at(Status.SELECTED)
    address = f"/kasus/{case.number}/tindakan/withdraw"
    fields = {**form_of(pages.as_("sekretariat").get(address).text), "reason": ["died"]}
    other = pages.as_("sekretariat")
    assert other.post(address, data=fields).status_code == 403
    assert other.post(address, data={**fields, "csrf": ["nonsense"]}).status_code == 403
    own = {**form_of(other.get(address).text), "reason": ["died"]}
    assert other.post(address, data=own, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert pages.visitor().post(address, data=own).status_code == 401
    assert pages.now(case).status == Status.SELECTED and events_of(pages, case.id) == 1
