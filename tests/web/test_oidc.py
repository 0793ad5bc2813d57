"""Signing in with the office's own service, against a real one over HTTP: who is known comes in, and no lie of a token opens anything."""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import func, select

from audit.errors import Fault
from audit.people.external import link
from audit.people.invitations import invite
from audit.people.sign_in_tables import BrowserSession, ExternalIdentity
from audit.people.tables import Account
from audit.settings import OfficeSignIn
from audit.web.desk import COOKIE
from audit.web.office_sign_in import check
from tests.web.conftest import Pages, TestClient, form_of, words
from tests.web.office_provider import CLIENT_ID, CLIENT_SECRET, OfficeProvider, serving

START, BACK = "/masuk/kantor", "/masuk/kantor/kembali"


@pytest.fixture
def provider(pages: Pages) -> Iterator[OfficeProvider]:
    with serving(pages.at) as provider:
        yield provider


@pytest.fixture
def service(provider: OfficeProvider, tmp_path: Path) -> OfficeSignIn:
    (tmp_path / "rahasia").write_text(CLIENT_SECRET + "\n")
    return OfficeSignIn(provider.issuer, CLIENT_ID, tmp_path / "rahasia")


def known(pages: Pages, provider: OfficeProvider, username: str = "gizi") -> None:
    """The account is already linked to the service's user."""
    pages.world.session.commit()
    with pages.installation.sessions.begin() as session:
        person = pages.world.people[username]
        link(session, person.id, provider.issuer, provider.subject, by=person, at=pages.at)


def sessions_of(pages: Pages) -> int:
    with pages.installation.reading() as session:
        return session.scalar(select(func.count()).select_from(BrowserSession)) or 0


def through(client: TestClient, provider: OfficeProvider, address: str = START) -> Any:
    """Out to the service, recognised there, and back."""
    return client.get(provider.recognises(client.get(address).headers["location"]))


def test_who_is_linked_comes_in_and_goes_on(pages: Pages, provider: OfficeProvider, service: OfficeSignIn) -> None:
    known(pages, provider)
    client = pages.visitor(oidc=service)
    assert "Masuk dengan akun kantor" in client.get("/masuk").text
    back = through(client, provider, START + "?lanjut=/kasus")
    assert back.status_code == 303 and back.headers["location"] == "/kasus", words(back.text)
    assert client.get("/kasus").status_code == 200


def test_who_is_not_linked_gets_a_sentence_and_no_account(pages: Pages, provider: OfficeProvider, service: OfficeSignIn) -> None:
    pages.world.session.commit()
    with pages.installation.reading() as session:
        before = session.scalar(select(func.count()).select_from(Account))
    back = through(pages.visitor(oidc=service), provider)
    assert back.status_code == 422 and "belum dihubungkan" in words(back.text) and COOKIE not in back.cookies
    with pages.installation.reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == before


OTHER_KEY = RSAKey.generate_key(2048, {"kid": "kantor"})
LIES: dict[str, dict[str, Any]] = {
    "nonce": {"lies": {"nonce": "lain"}},
    "no nonce": {"lies": {"nonce": None}},
    "aud": {"lies": {"aud": "aplikasi-lain"}},
    "azp": {"lies": {"aud": [CLIENT_ID, "lain"], "azp": "lain"}},
    "iss": {"lies": {"iss": "https://jahat.test"}},
    "expired": {"lies": {"exp": 1_000_000_000}},
    "no exp": {"lies": {"exp": None}},
    "from the future": {"lies": {"iat": 4_000_000_000}},
    "no subject": {"lies": {"sub": None}},
    "empty subject": {"lies": {"sub": ""}},
    "subject no text": {"lies": {"sub": 17}},
    "another key": {"signs_with": OTHER_KEY},
    "another issuer": {"calls_itself": "https://jahat.test"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_lies_opens_nothing(
    pages: Pages, provider: OfficeProvider, service: OfficeSignIn, lie: str, caplog: pytest.LogCaptureFixture
) -> None:
    known(pages, provider)
    client = pages.visitor(oidc=service)
    out = client.get(START).headers["location"]
    for name, value in LIES[lie].items():
        setattr(provider, name, value)
    with caplog.at_level(logging.DEBUG):
        back = client.get(provider.recognises(out))
    assert back.status_code == 422 and "tidak dapat dipercaya" in words(back.text) and sessions_of(pages) == 0
    assert provider.subject not in caplog.text and "eyJ" not in caplog.text


def test_an_unsigned_token_opens_nothing(pages: Pages, provider: OfficeProvider, service: OfficeSignIn) -> None:
    def unsigned(asked: dict[str, str]) -> str:
        at = int(provider.now.timestamp())
        claims = {"iss": provider.issuer, "sub": provider.subject, "aud": CLIENT_ID, "iat": at, "exp": at + 300, "nonce": asked["nonce"]}
        parts = (base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in ({"alg": "none"}, claims))
        return ".".join((*parts, ""))

    known(pages, provider)
    provider.token = unsigned  # type: ignore[method-assign]
    back = through(pages.visitor(oidc=service), provider)
    assert back.status_code == 422 and sessions_of(pages) == 0


def test_a_way_back_that_another_browser_began_opens_nothing(pages: Pages, provider: OfficeProvider, service: OfficeSignIn) -> None:
    known(pages, provider)
    theirs, mine = pages.visitor(oidc=service), pages.visitor(oidc=service)
    back = provider.recognises(theirs.get(START).headers["location"])
    mine.get(START)
    for client in (mine, pages.visitor(oidc=service)):
        refused = client.get(back)
        assert refused.status_code == 422 and "sudah lewat" in words(refused.text)
    assert sessions_of(pages) == 0


def test_a_way_back_is_good_once(pages: Pages, provider: OfficeProvider, service: OfficeSignIn) -> None:
    known(pages, provider)
    client = pages.visitor(oidc=service)
    back = provider.recognises(client.get(START).headers["location"])
    assert client.get(back).status_code == 303
    client.cookies.delete(COOKIE)
    assert client.get(back).status_code == 422


@pytest.mark.parametrize(
    "query",
    [{}, {"state": ""}, {"code": "x"}, {"error": "access_denied"}, {"code": "x" * 9000}, {"iss": "https://jahat.test", "code": "x"}],
)
def test_nonsense_on_the_way_back_is_answered_with_a_sentence(
    pages: Pages, provider: OfficeProvider, service: OfficeSignIn, query: dict[str, str]
) -> None:
    client = pages.visitor(oidc=service)
    out = client.get(START).headers["location"]
    found = re.search(r"state=([\w-]+)", out)
    assert found is not None
    refused = client.get(f"{BACK}?{urlencode({'state': found[1]} | query)}")
    assert refused.status_code == 422 and "Belum masuk" in refused.text
    client.cookies.set("aks_kantor", "bukan-base64!")
    assert client.get(f"{BACK}?state=x&code=y").status_code == 422


def test_a_link_of_the_secretariat_links_the_account_without_a_password(
    pages: Pages, provider: OfficeProvider, service: OfficeSignIn
) -> None:
    pages.world.session.commit()
    with pages.installation.sessions.begin() as session:
        token = invite(session, pages.world.people["gizi"].id, by=pages.world.people["sekretariat"], at=pages.at).token
    client = pages.visitor(oidc=service)
    shown = client.post("/undangan", data={"link": token})
    onward = client.post(START, data=form_of(shown.text, address=START))
    found = re.search(rf'href="({re.escape(provider.issuer)}[^"]+)"', onward.text)
    assert onward.status_code == 200 and found is not None and token not in onward.text
    assert client.get(provider.recognises(unescape(found[1]))).headers["location"] == "/"
    assert client.get("/akun").status_code == 200 and provider.issuer in client.get("/akun").text
    assert through(pages.visitor(oidc=service), provider).status_code == 303


def test_one_links_ones_own_account_and_not_one_of_somebody_else(pages: Pages, provider: OfficeProvider, service: OfficeSignIn) -> None:
    client = pages.as_("gizi", oidc=service)
    onward = client.post(START, data=form_of(client.get("/akun").text, address=START))
    found = re.search(rf'href="({re.escape(provider.issuer)}[^"]+)"', onward.text)
    assert found is not None
    assert client.get(provider.recognises(unescape(found[1]))).headers["location"] == "/akun"
    other = pages.as_("dr.anak", oidc=service)
    onward = other.post(START, data=form_of(other.get("/akun").text, address=START))
    found = re.search(rf'href="({re.escape(provider.issuer)}[^"]+)"', onward.text)
    assert found is not None
    refused = other.get(provider.recognises(unescape(found[1])))
    assert refused.status_code == 422 and "akun AKS yang lain" in words(refused.text)
    with pages.installation.reading() as session:
        assert session.scalars(select(ExternalIdentity.account_id)).all() == [pages.world.people["gizi"].id]


def test_the_last_way_to_come_in_is_not_taken_away(pages: Pages, provider: OfficeProvider, service: OfficeSignIn) -> None:
    known(pages, provider)
    client = pages.as_("gizi", oidc=service)
    form = form_of(client.get("/akun").text, address="/akun/hubungan")
    with pages.installation.reading() as session:
        number = str(session.scalars(select(ExternalIdentity.id)).one())
    assert client.post("/akun/hubungan", data=form | {"putuskan": [number]}).status_code == 303
    assert "satu-satunya cara" in words(client.get("/akun").text)
    with pages.installation.reading() as session:
        assert session.scalar(select(func.count()).select_from(ExternalIdentity)) == 1


def test_linking_needs_a_session_and_its_token(pages: Pages, provider: OfficeProvider, service: OfficeSignIn) -> None:
    assert pages.visitor(oidc=service).post(START, data={}).headers["location"] == "/masuk"
    assert pages.as_("gizi", oidc=service).post(START, data={}).status_code == 403


def test_a_service_that_does_not_answer_is_said(pages: Pages, service: OfficeSignIn) -> None:
    away = OfficeSignIn("http://127.0.0.1:9", CLIENT_ID)
    refused = pages.visitor(oidc=away).get(START)
    assert refused.status_code == 422 and "tidak menjawab" in words(refused.text)


def test_where_there_is_no_service_there_is_no_such_page(pages: Pages) -> None:
    client = pages.visitor()
    assert "akun kantor" not in client.get("/masuk").text
    for address in (START, BACK):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "service",
    [
        OfficeSignIn("http://kantor.test", CLIENT_ID),
        OfficeSignIn("kantor", CLIENT_ID),
        OfficeSignIn("https://kantor.test", ""),
        OfficeSignIn("https://kantor.test", CLIENT_ID, Path("tidak-ada")),
    ],
)
def test_settings_that_cannot_work_are_said_at_the_start(service: OfficeSignIn) -> None:
    with pytest.raises(Fault):
        check(service)
