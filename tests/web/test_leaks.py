"""What somebody may not know, looked for as an attacker would: every page in reach, every address that can be guessed."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Status
from audit.web.app import PAGES
from tests.counting import statements
from tests.web.conftest import Pages, form_of, send
from tests.web.test_api import program
from tests.web.test_review import under_review
from tests.web.test_sign_in import PASSWORD, set_password

NAME, NIK, BORN = "Bunga Anggraini", "3509225708249001", ("2024-08-17", "17 Agustus 2024", "17-08-2024", "17/08/2024")
IDENTITY = (NAME, NIK, NIK[:12], *BORN)
SECRET = "RAHASIA pendapat dokter anak"
CHANGES = re.compile(
    r'name="csrf" value="[^"]*"|(?:content|data-csrf)="[A-Za-z0-9_=-]{80,}"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
)
"""What is another one in every answer: masks of the token, ids of forms."""
_BELOW_A_CASE = tuple(page.address for page in PAGES if "{number}" in page.address)


def addresses_below(case: Case) -> list[str]:
    """Every address below a case, actions included, also those that no page links to."""
    plain = [one.replace("{number}", case.number) for one in _BELOW_A_CASE if one.count("{") == 1]
    return [*plain, *(f"/kasus/{case.number}/tindakan/{action}" for action in Action)]


def nothing_of(told: Mapping[str, str], secrets: Sequence[str]) -> None:
    """No answer has any of these in it, in any case of letters."""
    found = [(address, secret) for address, text in told.items() for secret in secrets if secret.casefold() in text.casefold()]
    assert not found, found[:10]


@pytest.mark.parametrize(
    "where",
    ["/kasus?cari=", "/riwayat?kasus=", "/rtl?cari=", "/kandidat?cari=", "/dokumen?cari=", "/kasus.csv?cari=", "/riwayat.csv?kasus="],
)
@pytest.mark.parametrize("secret", [NAME, NIK, "Bunga"])
def test_no_search_knows_a_name(pages: Pages, where: str, secret: str) -> None:
    pages.world.case_at(Status.FOLLOW_UP)
    client = pages.as_("sekretariat")
    asked, nonsense = (CHANGES.sub("", client.get(where + one).text) for one in (secret, "Qqqqq"))
    assert asked.replace(secret, "") == nonsense.replace("Qqqqq", "")


@pytest.mark.parametrize("username", ["gizi2", "bidan.silo"])
def test_a_case_of_others_cannot_be_told_from_one_that_is_not_there(pages: Pages, username: str) -> None:
    """Every address of a case, looked at and posted to: the same status, headers and body, and the same statements to the database."""
    case = under_review(pages)
    client = pages.as_(username)
    token = form_of(client.get("/akun/token").text)["csrf"]
    client.get(f"/kasus/{case.number}")
    there, nowhere = (
        [_asked(pages, client, token, one.replace(case.number, number)) for one in addresses_below(case)]
        for number in (case.number, "AKS-3509-2026-2-999")
    )
    assert there == nowhere and len(there) > 30
    api = program(pages, username)
    told = [CHANGES.sub("", api.get(f"cases/{number}").text.replace(number, "")) for number in (case.number, "AKS-3509-2026-2-999")]
    assert told[0] == told[1]


def _asked(pages: Pages, client: TestClient, token: list[str], address: str) -> list[Any]:
    found: list[Any] = []
    for method in ("GET", "POST"):
        with statements(pages.engine) as sent:
            answer = client.request(method, address, data={"csrf": token} if method == "POST" else None)
        assert answer.status_code in (404, 405), (address, answer.status_code)
        found.append((answer.status_code, sorted(answer.headers.items()), answer.text, list(sent)))
    return found


def test_signing_in_does_the_same_work_and_says_the_same_for_known_unknown_and_locked(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_password(pages)
    work: list[str] = []
    real = Argon2Hasher.verify

    def counted(self: Argon2Hasher, *given: Any) -> bool:
        work.append("verify")
        return real(self, *given)

    monkeypatch.setattr(Argon2Hasher, "verify", counted)

    def ask(username: str) -> tuple[int, str, list[str], int]:
        visitor = pages.visitor()
        work.clear()
        answer = send(visitor, "/masuk", {"username": username, "password": "salah sekali lagi"})
        headers = sorted(name for name, _ in answer.headers.items())
        return answer.status_code, CHANGES.sub("", answer.text).replace(username, ""), headers, len(work)

    known, unknown = ask("dr.anak"), ask("dr.siapa")
    for _ in range(6):
        ask("dr.anak")
    assert send(pages.visitor(), "/masuk", {"username": "dr.anak", "password": PASSWORD}).status_code == 422, "it is locked"
    assert known == unknown == ask("dr.anak") and known[3] == 1


def test_what_cannot_be_taken_or_done_tells_nobody_who_it_is(pages: Pages, caplog: pytest.LogCaptureFixture) -> None:
    """A file that cannot be read and a move that is refused: neither the answer nor the log has a name in it."""
    case = pages.world.case_at(Status.SELECTED)
    client = pages.as_("sekretariat")
    with caplog.at_level(logging.DEBUG):
        data = form_of(client.get("/impor").text)
        upload = client.post("/impor", data=data, files={"berkas": (f"{NAME} {NIK}.xlsx", f"{NAME};{NIK}".encode())})
        refused = client.get(f"/kasus/{case.number}/tindakan/submit-plan").text
        wrong = send(client, f"/kasus/{case.number}/tindakan/withdraw", {"reason": "melarikan_diri"})
    assert upload.status_code in (303, 409, 422) and wrong.status_code == 422
    nothing_of({"log": caplog.text, "refused": refused, "wrong": wrong.text}, IDENTITY)
