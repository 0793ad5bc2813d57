"""The API: tokens and scopes, the same sight and door as the pages, errors with reasons, lists in a constant number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from audit.lifecycle.tables import Case, CaseEvent
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.people.tokens import SCOPES, end_token, make_token, tokens
from audit.web.desk import COOKIE
from tests.counting import selects
from tests.factory import OPINION
from tests.web.conftest import Pages

ALL = tuple(SCOPES)


def program(pages: Pages, username: str, scopes: Sequence[str] = ALL) -> TestClient:
    """A program with a token of this person."""
    pages.world.session.commit()
    person = pages.world.people[username]
    with pages.installation.sessions.begin() as session:
        made = make_token(session, person.id, name="uji", scopes=list(scopes), by=person, at=pages.at)
    client = pages.visitor()
    client.base_url = client.base_url.join("/api/v1/")
    client.headers["Authorization"] = f"Bearer {made.token}"
    return client


def codes(answer: Any) -> list[str]:
    return [reason["code"] for reason in answer.json()["reasons"]]


def events_of(pages: Pages, case: Case) -> int:
    with pages.installation.reading() as session:
        return session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.case_id == case.id)) or 0


def form(**given: Any) -> dict[str, Any]:
    return {"form_id": str(uuid4()), **given}


READS = {
    "cases:read": (
        "cycles",
        "cases",
        "cases/{n}",
        "cases/{n}/events",
        "cases/{n}/moves",
        "cases/{n}/opinions",
        "cases/{n}/actions",
        "worklist",
    ),
    "documents:read": ("documents", "cases/{n}/documents", "documents/1/file"),
}


def test_the_document_is_openapi_3_1_and_there_is_no_page_from_elsewhere(pages: Pages) -> None:
    visitor = pages.visitor()
    document = visitor.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1") and document["servers"] == [{"url": "/api/v1"}]
    assert all("security" in does for path in document["paths"].values() for does in path.values())
    for page in ("docs", "redoc", "", "nothing"):
        answer = visitor.get(f"/api/v1/{page}")
        assert answer.status_code == 404 and answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("username", ["sekretariat", "ketua", "pimpinan", "bidan.arjasa", "dr.anak", "perkim"])
def test_a_token_opens_what_it_was_made_for_and_nothing_else(pages: Pages, username: str) -> None:
    case = pages.world.case_at(Status.FOLLOW_UP)
    for scope in SCOPES:
        client = program(pages, username, [scope])
        assert client.get("me").status_code == 200 and client.get("me").json()["scopes"] == [scope]
        for wanted, addresses in READS.items():
            for address in addresses:
                answer = client.get(address.format(n=case.number))
                expected = (200, 404) if wanted == scope else (403,)
                assert answer.status_code in expected, (scope, address, answer.status_code)
        moved = client.post(f"cases/{case.number}/moves/approve-plan", json=form())
        assert moved.status_code == (409 if scope == "cases:act" else 403)


def test_without_a_good_token_nothing_opens_not_even_with_a_cookie(pages: Pages) -> None:
    case = pages.world.case_at(Status.SELECTED)
    signed_in = pages.as_("sekretariat")
    assert COOKIE in signed_in.cookies
    for headers in ({}, {"Authorization": "Bearer aks_nonsense"}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer "}):
        answer = signed_in.get("/api/v1/cases", headers=headers)
        assert answer.status_code == 401 and codes(answer) == ["no_token"] and answer.headers["www-authenticate"] == "Bearer"
    before = events_of(pages, case)
    assert signed_in.post(f"/api/v1/cases/{case.number}/moves/withdraw", json=form(given={"reason": "died"})).status_code == 401
    assert events_of(pages, case) == before


def test_an_ended_or_expired_token_and_a_closed_account_open_nothing(pages: Pages) -> None:
    client = program(pages, "ketua")
    person = pages.world.people["ketua"]
    token_id = 1
    with pages.installation.sessions.begin() as session:
        assert end_token(session, token_id, account_id=person.id, by=person, at=pages.at)
    assert client.get("me").status_code == 401
    other = program(pages, "ketua")
    pages.wait(91 * 24 * 3600)
    assert other.get("me").status_code == 401


@pytest.mark.parametrize("username", ["bidan.silo", "perkim", "gizi2"])
def test_a_case_of_others_is_as_unknown_as_one_that_is_not_there(pages: Pages, username: str) -> None:
    case = pages.world.case_at(Status.SELECTED)
    client = program(pages, username)
    for below in ("", "/events", "/moves", "/opinions", "/actions", "/documents"):
        there, nowhere = (client.get(f"cases/{number}{below}") for number in (case.number, "AKS-3509-2026-2-999"))
        assert there.status_code == nowhere.status_code == 404 and there.content == nowhere.content
    there, nowhere = (client.post(f"cases/{number}/moves/withdraw", json=form()) for number in (case.number, "AKS-3509-2026-2-999"))
    assert there.status_code == nowhere.status_code == 404 and there.content == nowhere.content
    assert client.get("cases").json()["total"] == 0


def test_identity_is_in_no_list_and_only_with_who_opened_it_as_long_as_that_lasts(pages: Pages) -> None:
    case = pages.world.case_at(Status.SELECTED)
    client, other = program(pages, "sekretariat"), program(pages, "bidan.arjasa")
    assert client.get(f"cases/{case.number}").json()["identity"] is None
    opened = client.post(f"cases/{case.number}/moves/open-identity", json=form(given={"reason": "contact"}))
    assert opened.status_code == 200, opened.text
    assert client.get(f"cases/{case.number}").json()["identity"]["name"] == "Bunga Anggraini"
    assert other.get(f"cases/{case.number}").json()["identity"] is None
    for address in ("cases", "worklist", f"cases/{case.number}/events", f"cases/{case.number}/moves"):
        assert "Bunga" not in client.get(address).text and "3509225708249001" not in client.get(address).text
    pages.wait(7 * 24 * 3600)
    assert client.get(f"cases/{case.number}").json()["identity"] is None


def test_an_agency_finds_its_own_actions_and_nothing_of_the_child(pages: Pages) -> None:
    case = pages.world.case_at(Status.FOLLOW_UP)
    client = program(pages, "perkim")
    assert [one["activity"] for one in client.get(f"cases/{case.number}/actions").json()] == ["Bangun jamban"]
    shown = client.get(f"cases/{case.number}").json()
    assert [shown[name] for name in ("group", "puskesmas", "panel", "worksheet_missing", "identity")] == [None] * 5
    line = client.get("cases").json()["cases"][0]
    assert line["group"] is None and line["number"] == case.number
    assert len(program(pages, "ketua").get(f"cases/{case.number}/actions").json()) == 2


def test_sealed_opinions_stay_sealed_until_the_round_is_closed(pages: Pages) -> None:
    case = pages.world.case_at(Status.UNDER_REVIEW)
    pages.world.do(case, Action.SUBMIT_OPINION, "dr.anak", OPINION)
    own, colleague, office = (program(pages, name) for name in ("dr.anak", "gizi", "sekretariat"))
    assert [len(one.get(f"cases/{case.number}/opinions").json()) for one in (own, colleague, office)] == [1, 0, 0]
    assert "submit-opinion" not in [one["action"] for one in colleague.get(f"cases/{case.number}/events").json()]
    seats = {one["expert"]: one["has_answered"] for one in colleague.get(f"cases/{case.number}").json()["panel"]}
    assert seats["dr.anak"] is None and seats["gizi"] is False
    pages.world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    pages.world.do(case, Action.CLOSE_REVIEW, "sistem")
    pages.world.session.commit()
    assert len(colleague.get(f"cases/{case.number}/opinions").json()) == 2


def test_a_move_is_done_once_and_told_as_the_history_has_it(pages: Pages) -> None:
    case = pages.world.case_at(Status.PLANNED)
    client = program(pages, "ketua")
    offered = client.get(f"cases/{case.number}/moves").json()
    assert {"approve-plan", "return-plan"} <= {one["action"] for one in offered["moves"] if one["is_allowed"]}
    sent = form(seen_version=offered["version"])
    first, again = (client.post(f"cases/{case.number}/moves/approve-plan", json=sent) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert (first.json()["is_again"], again.json()["is_again"]) == (False, True) and first.json()["event"] == again.json()["event"]
    assert pages.now(case).status == Status.APPROVED
    assert client.get(f"cases/{case.number}/events").json()[-1] == first.json()["event"]


@pytest.mark.parametrize(
    ("username", "status", "action", "sent", "code", "reason"),
    [
        ("bidan.arjasa", Status.PLANNED, "approve-plan", {}, 409, "wrong_role"),
        ("ketua", Status.SELECTED, "approve-plan", {}, 409, "wrong_status"),
        ("ketua", Status.PLANNED, "approve-plan", {"seen_version": 1}, 409, "stale"),
        ("ketua", Status.PLANNED, "return-plan", {}, 422, "required"),
        ("ketua", Status.PLANNED, "return-plan", {"given": {"note": "x" * 2001}}, 422, "too_long"),
        ("ketua", Status.PLANNED, "return-plan", {"given": {"note": ["a"]}}, 422, "not_a_text"),
        ("ketua", Status.PLANNED, "return-plan", {"given": {"note": "\x00"}}, 422, "not_printable"),
        ("ketua", Status.PLANNED, "approve-plan", {"given": {"extra": 1}}, 422, "unknown_field"),
        ("ketua", Status.PLANNED, "return-plan", {"form_id": ""}, 422, "invalid"),
        ("ketua", Status.PLANNED, "return-plan", {"form_id": "x" * 37}, 422, "invalid"),
        ("ketua", Status.PLANNED, "return-plan", {"seen_version": -1}, 422, "invalid"),
        ("ketua", Status.PLANNED, "return-plan", {"given": []}, 422, "invalid"),
        ("ketua", Status.PLANNED, "return-plan", {"unknown": 1}, 422, "invalid"),
        ("ketua", Status.PLANNED, "fly-away", {}, 422, "invalid"),
    ],
)
def test_what_cannot_be_done_says_why_and_writes_nothing(
    pages: Pages, username: str, status: Status, action: str, sent: dict[str, Any], code: int, reason: str
) -> None:
    case = pages.world.case_at(status)
    client = program(pages, username)
    before = events_of(pages, case)
    answer = client.post(f"cases/{case.number}/moves/{action}", json={**form(), **sent})
    assert (answer.status_code, codes(answer)[0]) == (code, reason), answer.text
    assert events_of(pages, case) == before and all(one["sentence"] for one in answer.json()["reasons"])
    if code == 422:
        assert answer.json()["problems"][0]["place"] or reason == "unknown_field"


VISIT = {"visited_on": "2026-07-08", "weight_kg": 8.4, "height_cm": 75.2, "position": "lying"}


def followed(pages: Pages) -> tuple[Case, TestClient, str]:
    """A case in its follow-up since two days, the program of its midwife, and where visits are sent."""
    case = pages.world.case_at(Status.FOLLOW_UP)
    pages.world.pass_days(2)
    pages.at = pages.world.at
    return case, program(pages, "bidan.arjasa"), f"cases/{case.number}/moves/record-visit"


def test_a_doubtful_measurement_is_asked_back_and_recorded_when_it_was_measured_again(pages: Pages) -> None:
    case, client, address = followed(pages)
    before, sent = events_of(pages, case), form(given={**VISIT, "height_cm": 71})
    asked = client.post(address, json=sent)
    problem, stamp = asked.json()["problems"][0], asked.json()["doubts_stamp"]
    assert asked.status_code == 422 and (problem["place"], problem["value"]) == ("height_cm", "71")
    assert set(codes(asked)) == {problem["code"]} == {"measure_again"} and "Lebih pendek 3,0 cm" in problem["sentence"]
    for unsaid in ({}, {"confirmed_doubts": ""}, {"confirmed_doubts": "0" * 16}):
        assert client.post(address, json={**sent, **unsaid}).json()["doubts_stamp"] == stamp
    other = client.post(address, json={**sent, "given": {**VISIT, "height_cm": 70}, "confirmed_doubts": stamp})
    assert other.status_code == 422 and other.json()["doubts_stamp"] not in (None, stamp), "said of other numbers"
    assert events_of(pages, case) == before
    told = [client.post(address, json={**sent, "confirmed_doubts": stamp}) for _ in range(2)]
    assert [(one.status_code, one.json()["is_again"]) for one in told] == [(200, False), (200, True)]
    assert events_of(pages, case) == before + 1


def test_a_measurement_without_doubts_is_recorded_at_once(pages: Pages) -> None:
    case, client, address = followed(pages)
    before = events_of(pages, case)
    assert client.post(address, json=form(given=VISIT)).status_code == 200 and events_of(pages, case) == before + 1


@pytest.mark.parametrize(
    ("username", "given", "code", "reason"),
    [
        ("perkim", {}, 409, "wrong_role"),
        ("sekretariat", {}, 409, "wrong_role"),
        ("bidan.arjasa", {"muac_cm": 99}, 422, "out_of_range"),
        ("bidan.arjasa", {"visited_on": "2026-07-01"}, 422, "before_follow_up"),
    ],
)
def test_what_is_refused_anyway_says_nothing_of_the_measurements_before(
    pages: Pages, username: str, given: dict[str, Any], code: int, reason: str
) -> None:
    _, _, address = followed(pages)
    answer = program(pages, username).post(address, json=form(given={**VISIT, "height_cm": 71, **given}))
    assert (answer.status_code, codes(answer)[0]) == (code, reason), answer.text
    assert "measure_again" not in codes(answer) and answer.json()["doubts_stamp"] is None


def test_the_document_says_how_doubts_are_confirmed(pages: Pages) -> None:
    document = pages.visitor().get("/api/v1/openapi.json").json()
    schemas, move = document["components"]["schemas"], document["paths"]["/cases/{number}/moves/{action}"]["post"]
    assert "doubts_stamp" in schemas["Errors"]["properties"] and "confirmed_doubts" in schemas["MoveIn"]["properties"]
    assert "measure_again" in move["responses"]["422"]["description"] and "confirmed_doubts" in schemas["Errors"]["description"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"form_id": "a", "given": {"note": NaN}}', b"[" * 100_000])
def test_a_body_that_cannot_be_read_is_answered_with_reasons(pages: Pages, body: bytes) -> None:
    case = pages.world.case_at(Status.PLANNED)
    client = program(pages, "ketua")
    answer = client.post(f"cases/{case.number}/moves/return-plan", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 409, 422) and answer.json()["reasons"] and pages.now(case).status == Status.PLANNED


def test_a_body_that_is_too_large_is_not_read(pages: Pages) -> None:
    case = pages.world.case_at(Status.PLANNED)
    client = program(pages, "ketua")
    answer = client.post(f"cases/{case.number}/moves/return-plan", json=form(given={"note": "x" * 1_100_000}))
    assert answer.status_code in (400, 413) and answer.json()["reasons"] and pages.now(case).status == Status.PLANNED


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_another_way_of_asking_is_answered_as_json(pages: Pages, method: str) -> None:
    answer = getattr(program(pages, "ketua"), method)("cases")
    assert answer.status_code == 405 and answer.headers["allow"] == "GET" and codes(answer) == ["method"]


def test_a_token_that_asks_too_often_waits_while_others_go_on(pages: Pages) -> None:
    hasty, other = program(pages, "ketua"), program(pages, "pimpinan")
    other.app = hasty.app
    answers = [hasty.get("me").status_code for _ in range(301)]
    assert answers == [200] * 300 + [429]
    slowed = hasty.get("me")
    assert codes(slowed) == ["too_many"] and slowed.headers["retry-after"] == "60"
    pages.wait(60)
    assert hasty.get("me").status_code == 200 and other.get("me").status_code == 200


def test_who_tries_tokens_is_stopped(pages: Pages) -> None:
    visitor = pages.visitor()
    answers = [visitor.get("/api/v1/me", headers={"Authorization": f"Bearer aks_{n}"}).status_code for n in range(61)]
    assert answers == [401] * 60 + [429]


def test_the_day_of_use_is_noted(pages: Pages) -> None:
    client = program(pages, "ketua")
    assert client.get("me").status_code == 200
    with pages.installation.reading() as session:
        assert tokens(session, pages.world.people["ketua"].id, at=pages.at)[0].last_used_on is not None


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("", 3),
        ("?status=planned", 1),
        ("?group=bumil", 1),
        ("?kecamatan=35.09.30", 0),
        ("?cycle=2026-2&size=2", 2),
        ("?size=2&page=2", 1),
        ("?page=99&size=2", 1),
    ],
)
def test_lists_are_narrowed_and_come_by_pages(pages: Pages, asked: str, numbers: int) -> None:
    pages.world.case_at(Status.PLANNED)
    pages.world.case_at(Status.SELECTED)
    pages.world.case_at(Status.SELECTED, Group.BUMIL)
    found = program(pages, "sekretariat").get(f"cases{asked}")
    assert found.status_code == 200 and len(found.json()["cases"]) == numbers


@pytest.mark.parametrize("asked", ["?status=x", "?page=0", "?page=x", "?size=201", "?kecamatan=%00", "?cycle=2031-9", "?late=perhaps"])
def test_a_question_that_cannot_be_answered_says_so(pages: Pages, asked: str) -> None:
    answer = program(pages, "sekretariat").get(f"cases{asked}")
    assert answer.status_code in (404, 422) and answer.json()["reasons"]


def test_the_worklist_is_what_waits_for_this_person(pages: Pages) -> None:
    case = pages.world.case_at(Status.PLANNED)
    found = program(pages, "ketua").get("worklist").json()
    assert [(one["action"], one["case_number"]) for one in found] == [("approve-plan", case.number)] and found[0]["days_left"] == 7
    assert program(pages, "pimpinan").get("worklist").json() == []


def test_documents_are_listed_and_handed_out_to_who_may_read_them(pages: Pages) -> None:
    pages.add(number="DIS/1")
    row = pages.add("rtl", "terbatas", "perkim", number="RTL/1")
    with pages.installation.sessions.begin() as session:
        kept = session.get_one(type(row), row.id)
        kept.file_sha256 = pages.installation.files.put(b"%PDF-1.7 uji")
    names = {name: [one["name"] for one in program(pages, name).get("documents").json()] for name in ("sekretariat", "perkim", "gizi")}
    assert names == {"sekretariat": ["diseminasi", "rtl"], "perkim": ["diseminasi", "rtl"], "gizi": ["diseminasi"]}
    answer = program(pages, "sekretariat").get(f"documents/{row.id}/file")
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF") and "attachment" in answer.headers["content-disposition"]
    there, nowhere = (program(pages, "gizi").get(f"documents/{n}/file") for n in (row.id, 9999))
    assert there.status_code == nowhere.status_code == 404 and there.content == nowhere.content


@pytest.mark.parametrize("address", ["cases", "worklist", "documents"])
def test_a_list_takes_the_same_statements_however_much_there_is(pages: Pages, address: str) -> None:
    pages.world.case_at(Status.FOLLOW_UP)
    client = program(pages, "sekretariat")
    client.get(address)
    with selects(pages.engine) as one:
        client.get(address)
    for n in range(3):
        pages.world.case_at(Status.FOLLOW_UP, name=f"Anak Rekaan {n}")
    pages.world.session.commit()
    with selects(pages.engine) as four:
        client.get(address)
    assert len(one) == len(four) <= 12
