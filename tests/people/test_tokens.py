"""Tokens for programs: their scopes, their end, and what they are found by."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.errors import Refused
from audit.people.account_history import account_events
from audit.people.accounts import deactivate
from audit.people.tokens import MOST_TOKENS, MadeToken, end_token, find_token, make_token, tokens, touch_token
from tests.people.office import AT, Office, after, counted


def made(office: Office, **change: Any) -> MadeToken:
    given = {"name": "Kalender telepon", "scopes": ["calendar:read", "cases:read"], "by": office.midwife, "at": AT, **change}
    with office.sessions.begin() as session:
        return make_token(session, office.midwife.id, **given)


def test_a_token_speaks_for_its_person_within_its_scopes_in_one_statement(office: Office) -> None:
    token = made(office)
    assert token.token.startswith("aks_") and len(token.token) == 47 and token.token not in repr(token)
    with office.sessions() as session:
        session.connection()
        with counted(session) as statements:
            bearer = find_token(session, token.token, at=AT)
            assert statements() == 1
    assert bearer is not None
    assert (bearer.person, bearer.may("cases:read"), bearer.may("cases:act")) == (office.midwife, True, False)


def test_a_token_ends_by_time_by_hand_and_with_the_account(office: Office) -> None:
    by_time, by_hand, with_account = made(office, days=1), made(office), made(office)
    with office.sessions.begin() as session:
        assert find_token(session, by_time.token, at=after(hours=23)) and not find_token(session, by_time.token, at=after(days=1))
        assert not end_token(session, by_hand.id, account_id=office.secretary.id, by=office.secretary, at=AT)
        with pytest.raises(Refused, match="Hanya sekretariat"):
            end_token(session, by_hand.id, account_id=office.midwife.id, by=office.doctor, at=AT)
        assert end_token(session, by_hand.id, account_id=office.midwife.id, by=office.secretary, at=AT)
        assert not end_token(session, by_hand.id, account_id=office.midwife.id, by=office.midwife, at=AT)
        assert find_token(session, by_hand.token, at=AT) is None
        assert [t.id for t in tokens(session, office.midwife.id, at=AT)] == [with_account.id, by_time.id]
        deactivate(session, office.midwife.id, by=office.secretary, at=AT)
        assert find_token(session, with_account.token, at=AT) is None
        assert [e.what for e in account_events(session, office.midwife.id)][:2] == ["deactivated", "token-ended"]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"name": " "}, ["name"]),
        ({"name": "a\x00"}, ["name"]),
        ({"name": "x" * 81}, ["name"]),
        ({"scopes": []}, ["scopes"]),
        ({"scopes": ["cases:read", "semua"]}, ["scopes"]),
        ({"days": 0}, ["days"]),
        ({"days": 367}, ["days"]),
        ({"name": "", "scopes": [], "days": -1}, ["name", "scopes", "days"]),
    ],
)
def test_a_token_that_cannot_be_made_is_refused_with_every_reason(office: Office, change: dict[str, Any], codes: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        made(office, **change)
    assert [r.code for r in refused.value.reasons] == codes


def test_nobody_makes_a_token_for_somebody_else(office: Office) -> None:
    with pytest.raises(Refused, match="pemilik akunnya"):
        made(office, by=office.secretary)


def test_an_account_has_only_so_many_tokens(office: Office) -> None:
    for _ in range(MOST_TOKENS):
        made(office)
    with pytest.raises(Refused, match="sudah mempunyai 20 token"):
        made(office)


def test_the_day_of_use_is_noted_and_never_backwards(office: Office) -> None:
    token = made(office)
    with office.sessions.begin() as session:
        for day in (7, 6):
            touch_token(session, token.id, on=date(2026, 7, day))
        bearer = find_token(session, token.token, at=AT)
        assert bearer is not None and bearer.last_used_on == date(2026, 7, 7)


@pytest.mark.parametrize("token", ["", "aks_", "aks_" + "x" * 43, "\x00", "\ud800"])
def test_what_is_no_token_speaks_for_nobody(office: Office, token: str) -> None:
    made(office)
    with office.sessions() as session:
        assert find_token(session, token, at=AT) is None
