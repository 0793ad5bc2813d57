"""One's own account: password, second factor, sessions, tokens; each only one's own, and secrets shown once."""

from __future__ import annotations

import re

import pyotp
import pytest

from audit.people.sessions import open_sessions
from audit.people.tokens import find_token
from tests.web.conftest import Pages, TestClient, form_of, send, words
from tests.web.test_sign_in import PASSWORD, cheap_hashing, set_password

__all__ = ["cheap_hashing"]
NEW = "sore teduh di Mayang"
FACTOR = "/akun/dua-langkah"


@pytest.fixture
def client(pages: Pages) -> TestClient:
    """A browser of somebody with a password."""
    return set_password(pages, "dr.anak")


def test_the_page_says_who_one_is_and_where_one_is_signed_in(pages: Pages, client: TestClient) -> None:
    page = words(client.get("/akun").text)
    for part in ("dr. Sasmita Adi, Sp.A", "Dokter spesialis anak", "Perangkat ini", "Tidak menyala"):
        assert part in page, part
    assert "Akun kantor" not in page and "/panel/saya" in client.get("/akun").text
    assert "/panel/saya" not in pages.as_("perkim").get("/akun").text


def test_a_new_password_ends_every_other_session(pages: Pages, client: TestClient) -> None:
    other = pages.visitor()
    send(other, "/masuk", {"username": "dr.anak", "password": PASSWORD})
    assert other.get("/akun").status_code == 200
    assert send(client, "/akun/sandi", {"old": PASSWORD, "password": NEW, "again": NEW}).status_code == 303
    assert client.get("/akun").status_code == 200 and other.get("/akun").status_code == 303
    assert send(pages.visitor(), "/masuk", {"username": "dr.anak", "password": NEW}).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "field"),
    [
        ("bukan ini", NEW, NEW, "old"),
        ("", NEW, NEW, "old"),
        (PASSWORD, "pendek", "pendek", "password"),
        (PASSWORD, PASSWORD, PASSWORD, "password"),
        (PASSWORD, "x" * 300, "x" * 300, "password"),
        (PASSWORD, NEW, NEW + "x", "again"),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(pages: Pages, client: TestClient, old: str, new: str, again: str, field: str) -> None:
    refused = send(client, "/akun/sandi", {"old": old, "password": new, "again": again})
    assert refused.status_code == 422 and f'id="f-{field}-problem"' in refused.text
    assert PASSWORD not in refused.text and NEW not in refused.text
    assert send(pages.visitor(), "/masuk", {"username": "dr.anak", "password": PASSWORD}).status_code == 303


def turn_on(pages: Pages, client: TestClient) -> tuple[pyotp.TOTP, list[str]]:
    send(client, FACTOR, {})
    shown = client.get(FACTOR).text
    found = re.search(r'<span class="code">([A-Z2-7 ]+)</span>', shown)
    assert found is not None and "<svg" in shown
    totp = pyotp.TOTP(found[1].replace(" ", ""))
    form = form_of_verb(shown, "nyalakan")
    wrong = client.post(FACTOR, data=form | {"code": ["000000"]})
    assert wrong.status_code == 422 and found[1] in wrong.text, "the same QR code after a slip"
    taken = client.post(FACTOR, data=form | {"code": [totp.at(pages.at)]})
    assert taken.status_code == 200
    pages.wait(60)
    return totp, re.findall(r'<li class="code">([^<]+)</li>', taken.text)


def form_of_verb(page: str, verb: str) -> dict[str, list[str]]:
    """The one of several forms of the page that does this."""
    part = next(part for part in re.split(r"(?=<form )", page) if f'value="{verb}"' in part)
    return form_of(part)


def test_the_second_factor_is_turned_on_with_ten_codes_shown_once_and_off_again(pages: Pages, client: TestClient) -> None:
    totp, codes = turn_on(pages, client)
    assert len(codes) == 10 and codes[0] not in client.get(FACTOR).text
    assert "Menyala" in words(client.get("/akun").text)
    renewed = client.post(FACTOR, data=form_of_verb(client.get(FACTOR).text, "kode-baru") | {"code": [totp.at(pages.at)]})
    assert renewed.status_code == 200 and codes[0] not in renewed.text
    pages.wait(60)
    wrong = client.post(FACTOR, data=form_of_verb(client.get(FACTOR).text, "matikan") | {"code": ["123"]})
    assert wrong.status_code == 422 and 'id="f-code-matikan-problem"' in wrong.text
    assert client.post(FACTOR, data=form_of_verb(client.get(FACTOR).text, "matikan") | {"code": [totp.at(pages.at)]}).status_code == 303
    assert "Tidak menyala" in words(client.get("/akun").text)


def test_who_has_no_password_is_told_so_and_nonsense_does_nothing(pages: Pages) -> None:
    client = pages.as_("gizi")
    refused = send(client, FACTOR, {})
    assert refused.status_code == 422 and "belum mempunyai kata sandi" in words(refused.text)
    for verb in ("", "hapus", "nyalakan", "matikan", "kode-baru"):
        assert send(client, FACTOR, {"lakukan": verb, "code": "123456"}).status_code == 422, verb


def test_sessions_are_ended_one_by_one_or_all_but_this(pages: Pages, client: TestClient) -> None:
    other, third = pages.as_("dr.anak"), pages.as_("dr.anak")
    stranger = pages.as_("gizi")
    with pages.installation.reading() as session:
        foreign = open_sessions(session, pages.world.people["gizi"].id, at=pages.at)[0].id
        newest = open_sessions(session, pages.world.people["dr.anak"].id, at=pages.at)[0].id
    for number in (foreign, "abc", 10**12, ""):
        send(client, "/akun", {"akhiri": str(number)}, at="/akun/sesi")
    assert stranger.get("/akun").status_code == 200, "somebody else's session stays"
    send(client, "/akun", {"akhiri": str(newest)}, at="/akun/sesi")
    assert third.get("/akun").status_code == 303 and other.get("/akun").status_code == 200
    send(client, "/akun", {"akhiri": "semua"}, at="/akun/sesi")
    assert other.get("/akun").status_code == 303 and client.get("/akun").status_code == 200


def test_a_token_is_shown_once_works_and_is_ended(pages: Pages, client: TestClient) -> None:
    made = send(client, "/akun/token", {"name": "Kalender", "scopes": ["calendar:read"], "days": "30"}, at="/akun/token")
    found = re.search(r"aks_[\w-]{43}", made.text)
    assert made.status_code == 200 and found is not None
    listed = client.get("/akun/token")
    assert found[0] not in listed.text and "Membaca kalender tenggat" in words(listed.text)
    with pages.installation.reading() as session:
        bearer = find_token(session, found[0], at=pages.at)
    assert bearer is not None and bearer.person.username == "dr.anak" and bearer.scopes == {"calendar:read"}
    send(pages.as_("gizi"), "/akun/token", {"akhiri": str(bearer.token_id)}, at="/akun/token/akhiri")
    with pages.installation.reading() as session:
        assert find_token(session, found[0], at=pages.at) is not None, "nobody ends somebody else's"
    ended = send(client, "/akun/token", {"akhiri": str(bearer.token_id)}, at="/akun/token/akhiri")
    assert ended.status_code == 303
    with pages.installation.reading() as session:
        assert find_token(session, found[0], at=pages.at) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 100),
        ("scopes", []),
        ("scopes", ["semua"]),
        ("days", ""),
        ("days", "0"),
        ("days", "9999"),
        ("days", "abc"),
    ],
)
def test_a_token_that_cannot_be_made_comes_back_with_what_was_typed(
    pages: Pages, client: TestClient, field: str, value: str | list[str]
) -> None:
    refused = send(
        client, "/akun/token", {"name": "Kalender", "scopes": ["calendar:read"], "days": "30"} | {field: value}, at="/akun/token"
    )
    assert refused.status_code == 422 and f'id="f-{field}-problem"' in refused.text
    if field != "name":
        assert "Kalender" in refused.text
