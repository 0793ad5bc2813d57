"""Coming in: the first account, the password, the code, an invitation; and what is never told on the way."""

from __future__ import annotations

import importlib
import logging
import re

import pyotp
import pytest
from sqlalchemy import delete

from audit.people.invitations import invite
from audit.people.passwords import Hashing
from audit.people.second_factor import begin, confirm
from audit.people.sign_in import NOT_RIGHT
from audit.people.sign_in_tables import Credential
from audit.web.desk import COOKIE
from tests.web.conftest import Pages, TestClient, form_of, send, words

PASSWORD = "pagi cerah di Arjasa"
CHEAP = Hashing(time_cost=1, memory_kib=8)


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same argon2 with less work, so that fifty passwords do not take a minute."""
    for module in ("sign_in", "invitations"):
        for name in ("sign_in", "make_first_account", "accept", "change_password"):
            found = getattr(importlib.import_module(f"audit.people.{module}"), name, None)
            if found is not None and found.__kwdefaults__:
                monkeypatch.setitem(found.__kwdefaults__, "hashing", CHEAP)


def link_of(pages: Pages, username: str) -> str:
    pages.world.session.commit()
    with pages.installation.sessions.begin() as session:
        people = pages.world.people
        return invite(session, people[username].id, by=people["sekretariat"], at=pages.at).token


def set_password(pages: Pages, username: str = "dr.anak") -> TestClient:
    """A browser in which somebody has just used an invitation."""
    visitor = pages.visitor()
    token = link_of(pages, username)
    shown = visitor.post("/undangan", data={"link": token})
    answers = form_of(shown.text) | {"password": [PASSWORD], "again": [PASSWORD]}
    taken = visitor.post("/undangan", data=answers)
    assert taken.status_code == 303, words(taken.text)
    return visitor


def test_an_invitation_shows_for_whom_it_is_takes_a_password_and_signs_in(pages: Pages) -> None:
    visitor = set_password(pages)
    assert visitor.get("/").status_code == 200 and visitor.cookies.get(COOKIE)
    other = pages.visitor()
    assert send(other, "/masuk", {"username": "dr.anak", "password": PASSWORD}).headers["location"] == "/"


def test_a_link_is_good_once_and_its_code_is_in_no_address_and_no_log(pages: Pages, caplog: pytest.LogCaptureFixture) -> None:
    token = link_of(pages, "dr.anak")
    visitor = pages.visitor()
    with caplog.at_level(logging.DEBUG):
        shown = visitor.post("/undangan", data={"link": token})
        assert pages.world.people["dr.anak"].name in words(shown.text)
        visitor.post("/undangan", data={"link": token, "password": PASSWORD, "again": PASSWORD})
        again = visitor.post("/undangan", data={"link": token, "password": PASSWORD, "again": PASSWORD})
    assert again.status_code == 422 and "sudah dipakai" in words(again.text)
    assert token not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("audit"))


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("pendek", "pendek", "paling sedikit"),
        (PASSWORD, PASSWORD + "x", "tidak sama"),
        ("", "", "paling sedikit"),
        ("a" * 300, "a" * 300, "300 huruf"),
    ],
)
def test_a_password_that_will_not_do_leaves_the_link_good(pages: Pages, password: str, again: str, said: str) -> None:
    token = link_of(pages, "dr.anak")
    visitor = pages.visitor()
    refused = visitor.post("/undangan", data={"link": token, "password": password, "again": again})
    assert refused.status_code == 422 and said in words(refused.text).lower()
    assert visitor.post("/undangan", data={"link": token, "password": PASSWORD, "again": PASSWORD}).status_code == 303


@pytest.mark.parametrize("code", ["", "bukan kode", "x" * 5000, "'; drop table invitation"])
def test_a_code_that_opens_nothing_is_said_at_its_field(pages: Pages, code: str) -> None:
    refused = pages.visitor().post("/undangan", data={"link": code})
    assert refused.status_code == 422 and 'id="f-link-problem"' in refused.text


def test_wrong_unknown_and_locked_are_one_sentence(pages: Pages) -> None:
    set_password(pages)
    visitor = pages.visitor()
    for username, password in [("dr.anak", "salah sekali"), ("tidak.ada", PASSWORD), ("", ""), ("x" * 3000, "y" * 3000)]:
        refused = send(visitor, "/masuk", {"username": username, "password": password})
        assert refused.status_code == 422 and NOT_RIGHT.sentence in words(refused.text) and COOKIE not in refused.cookies
    for _ in range(6):
        send(visitor, "/masuk", {"username": "dr.anak", "password": "salah sekali"})
    locked = send(visitor, "/masuk", {"username": "dr.anak", "password": PASSWORD})
    assert locked.status_code == 422 and NOT_RIGHT.sentence in words(locked.text)


def test_tries_at_several_processes_are_one_count_of_the_account(pages: Pages) -> None:
    set_password(pages)
    doors = [TestClient(pages.visitor().app, client=(f"203.0.113.{n}", 1), follow_redirects=False) for n in range(6)]
    for door in doors[:5]:
        assert send(door, "/masuk", {"username": "dr.anak", "password": "keliru sekali"}).status_code == 422
    assert send(doors[5], "/masuk", {"username": "dr.anak", "password": PASSWORD}).status_code == 422, "closed, whoever asks and whomever"
    pages.wait(16 * 60)
    assert send(doors[5], "/masuk", {"username": "dr.anak", "password": PASSWORD}).status_code == 303


def test_somebody_goes_on_to_where_they_wanted_but_never_to_another_site(pages: Pages) -> None:
    set_password(pages)
    for wanted, led in [("/kasus?status=ready", "/kasus?status=ready"), ("//jahat.test/", "/"), ("https://jahat.test", "/"), ("/\\x", "/")]:
        visitor = pages.visitor()
        answers = {"lanjut": wanted, "username": "dr.anak", "password": PASSWORD}
        assert visitor.post("/masuk", data=answers).headers["location"] == led


def test_a_form_from_another_site_is_not_taken(pages: Pages) -> None:
    set_password(pages)
    visitor = pages.visitor()
    for address in ("/masuk", "/undangan", "/mulai", "/masuk/kode"):
        sent = visitor.post(address, data={"username": "dr.anak", "password": PASSWORD}, headers={"Sec-Fetch-Site": "cross-site"})
        assert sent.status_code == 403, address


def second_factor(pages: Pages, username: str = "dr.anak") -> tuple[pyotp.TOTP, tuple[str, ...]]:
    with pages.installation.sessions.begin() as session:
        account_id = pages.world.people[username].id
        totp = pyotp.TOTP(begin(session, account_id).secret)
        codes = confirm(session, account_id, totp.at(pages.at), at=pages.at)
    pages.wait(60)
    return totp, codes


def test_with_a_second_factor_the_password_alone_opens_nothing(pages: Pages) -> None:
    set_password(pages)
    totp, _ = second_factor(pages)
    visitor = pages.visitor()
    half = send(visitor, "/masuk?lanjut=/kasus", {"username": "dr.anak", "password": PASSWORD})
    assert half.headers["location"] == "/masuk/kode?lanjut=%2Fkasus"
    assert visitor.get("/kasus").headers["location"] == "/masuk/kode"
    before = visitor.cookies[COOKIE]
    wrong = send(visitor, half.headers["location"], {"code": "000000"})
    assert wrong.status_code == 422 and "f-code-problem" in wrong.text
    right = send(visitor, half.headers["location"], {"code": totp.at(pages.at)})
    assert right.status_code == 303 and right.headers["location"] == "/kasus"
    assert visitor.cookies[COOKIE] != before and visitor.get("/kasus").status_code == 200


def test_a_recovery_code_is_taken_once(pages: Pages) -> None:
    set_password(pages)
    _, codes = second_factor(pages)
    for expected in (303, 422):
        visitor = pages.visitor()
        send(visitor, "/masuk", {"username": "dr.anak", "password": PASSWORD})
        assert send(visitor, "/masuk/kode", {"code": codes[0]}).status_code == expected


def test_the_code_page_needs_the_token_of_its_session_and_a_session(pages: Pages) -> None:
    set_password(pages)
    totp, _ = second_factor(pages)
    visitor = pages.visitor()
    assert visitor.get("/masuk/kode").headers["location"] == "/masuk"
    assert visitor.post("/masuk/kode", data={"code": "123456"}).headers["location"] == "/masuk"
    send(visitor, "/masuk", {"username": "dr.anak", "password": PASSWORD})
    assert visitor.post("/masuk/kode", data={"code": totp.at(pages.at)}).status_code == 403


def test_who_is_in_is_not_asked_again(pages: Pages) -> None:
    assert pages.as_("dr.anak").get("/masuk?lanjut=/kasus").headers["location"] == "/kasus"


FIRST = {"start_code": "12345678", "name": "Rina Astuti, S.KM.", "username": "rina", "password": PASSWORD, "again": PASSWORD}


def test_the_first_account_is_made_once_with_the_code_of_the_machine(pages: Pages) -> None:
    visitor = pages.visitor(start_code="12345678")
    assert visitor.get("/masuk").headers["location"] == "/mulai"
    made = send(visitor, "/mulai", FIRST)
    assert made.status_code == 303 and visitor.get("/pengaturan").status_code in (200, 404)
    assert visitor.get("/").status_code == 200
    assert visitor.get("/mulai").headers["location"] == "/masuk"
    assert visitor.post("/mulai", data=FIRST).headers["location"] == "/masuk"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start_code", "87654321"),
        ("start_code", ""),
        ("start_code", "é"),
        ("name", ""),
        ("name", "x" * 300),
        ("username", "ada spasi"),
        ("username", "x" * 80),
        ("password", "pendek"),
        ("again", "lain sama sekali"),
    ],
)
def test_what_cannot_be_used_for_the_first_account_is_said_at_its_field(pages: Pages, field: str, value: str) -> None:
    visitor = pages.visitor(start_code="12345678")
    answers = FIRST | {field: value}
    if field == "password":
        answers["again"] = value
    refused = send(visitor, "/mulai", answers)
    assert refused.status_code == 422 and f'id="f-{field}-problem"' in refused.text
    assert PASSWORD not in refused.text
    with pages.installation.reading() as session:
        assert session.query(Credential).count() == 0


def test_nobody_makes_a_first_account_where_somebody_can_sign_in(pages: Pages) -> None:
    set_password(pages)
    visitor = pages.visitor(start_code="12345678")
    assert visitor.get("/mulai").headers["location"] == "/masuk"
    with pages.installation.sessions.begin() as session:
        session.execute(delete(Credential))
    assert pages.visitor().get("/mulai").headers["location"] == "/masuk"


def test_signing_out_ends_the_session_on_the_server(pages: Pages) -> None:
    client = pages.as_("dr.anak")
    token = client.cookies[COOKIE]
    page = client.get("/")
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None
    assert client.post("/keluar", data={"csrf": found[1]}).headers["location"] == "/masuk"
    client.cookies.set(COOKIE, token)
    assert client.get("/kasus").status_code == 303


def test_in_the_demo_district_the_door_is_a_choice_of_people(pages: Pages) -> None:
    visitor = pages.visitor(is_demo=True)
    assert "Pilih peran" in visitor.get("/masuk").text
    assert visitor.post("/demo/ganti", data={"akun": "dr.anak"}).headers["location"] == "/"
    assert visitor.get("/").status_code == 200
    assert visitor.post("/demo/ganti", data={"akun": "tidak-ada"}).status_code == 404
    assert pages.visitor().post("/demo/ganti", data={"akun": "dr.anak"}).status_code == 404
