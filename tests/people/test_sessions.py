"""Sessions on the server: found by their token in one statement, ended by time, by their owner, and with the account."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from audit.people.accounts import deactivate, reactivate
from audit.people.sessions import (
    KEPT,
    Opened,
    delete_old_sessions,
    end_session,
    end_sessions,
    find_session,
    open_session,
    open_sessions,
    touch_session,
)
from audit.people.sign_in_tables import BrowserSession
from audit.people.tables import Account
from audit.people.tokens import find_token, make_token
from tests.people.office import AT, PHONE, Office, after, counted


def test_a_session_is_found_in_one_statement_and_the_person_with_it(office: Office) -> None:
    opened = office.sign_in()
    with office.sessions() as session:
        session.connection()
        with counted(session) as statements:
            found = find_session(session, opened.token, at=AT)
            assert statements() == 1
    assert found is not None and found.person == office.midwife and len(found.csrf) == 64


@pytest.mark.parametrize("token", ["", "x", "x" * 100_000, "a\x00b", "\ud800", "' or 1=1 --"])
def test_what_is_no_token_opens_nothing(office: Office, token: str) -> None:
    office.sign_in()
    with office.sessions() as session:
        assert find_session(session, token, at=AT) is None


def test_what_a_form_sends_back_is_another_secret_in_every_session_and_not_the_token(office: Office) -> None:
    one, other = office.sign_in(), office.sign_in()
    assert office.signed_in(one).csrf == office.signed_in(one).csrf != office.signed_in(other).csrf
    assert office.signed_in(one).csrf not in one.token


def test_unused_for_twelve_hours_it_is_over(office: Office) -> None:
    opened = office.sign_in()
    assert office.is_open(opened, at=after(hours=11, minutes=59)) and not office.is_open(opened, at=after(hours=12))


def test_in_use_it_lasts_seven_days_and_no_longer(office: Office) -> None:
    opened = office.sign_in()
    for hours in range(10, 7 * 24, 10):
        signed_in = office.signed_in(opened, at=after(hours=hours))
        assert signed_in.is_due_for_touch
        with office.sessions.begin() as session:
            touch_session(session, signed_in.session_id, at=after(hours=hours))
    assert office.is_open(opened, at=after(days=6, hours=23)) and not office.is_open(opened, at=after(days=7))


def test_use_is_noted_every_five_minutes_and_never_backwards(office: Office) -> None:
    opened = office.sign_in()
    assert not office.signed_in(opened, at=after(minutes=4)).is_due_for_touch
    assert office.signed_in(opened, at=after(minutes=5)).is_due_for_touch
    with office.sessions.begin() as session:
        touch_session(session, opened.session_id, at=after(minutes=5))
        touch_session(session, opened.session_id, at=after(minutes=1))
    assert not office.signed_in(opened, at=after(minutes=9)).is_due_for_touch


def test_one_ends_ones_own_session_and_nobody_elses(office: Office) -> None:
    mine, others = office.sign_in(), office.sign_in("sekretariat")
    with office.sessions.begin() as session:
        assert not end_session(session, others.session_id, account_id=office.midwife.id, at=AT)
        assert end_session(session, mine.session_id, account_id=office.midwife.id, at=AT)
        assert not end_session(session, mine.session_id, account_id=office.midwife.id, at=AT)
    assert office.is_open(others) and not office.is_open(mine)


def test_all_others_end_but_the_one_in_hand(office: Office) -> None:
    opened = [office.sign_in() for _ in range(3)]
    others = office.sign_in("sekretariat")
    with office.sessions.begin() as session:
        assert end_sessions(session, office.midwife.id, at=AT, keep=opened[1].session_id) == 2
    assert [office.is_open(one) for one in (*opened, others)] == [False, True, False, True]
    with office.sessions.begin() as session:
        assert end_sessions(session, office.midwife.id, at=AT) == 1


def test_the_list_of_ones_own_sessions_takes_one_statement_however_many(office: Office) -> None:
    opened = [office.sign_in(at=after(minutes=n)) for n in range(5)]
    with office.sessions() as session:
        session.connection()
        with counted(session) as statements:
            lines = open_sessions(session, office.midwife.id, at=after(minutes=9))
            assert statements() == 1
    assert [line.id for line in lines] == [one.session_id for one in reversed(opened)]
    assert {(line.device, line.how) for line in lines} == {(PHONE, "password")}


def test_a_closed_account_has_no_session_and_gets_none_back_when_opened_again(office: Office) -> None:
    opened = office.sign_in()
    with office.sessions.begin() as session:
        deactivate(session, office.midwife.id, by=office.secretary, at=AT)
    assert not office.is_open(opened)
    with office.sessions.begin() as session:
        reactivate(session, office.midwife.id, by=office.secretary, at=AT)
    assert not office.is_open(opened)
    assert office.is_open(office.sign_in())


def test_old_sessions_are_deleted_but_the_last_one_of_each_account(office: Office) -> None:
    def demo(session: Session, days: int) -> Opened:
        return open_session(session, office.doctor.id, how="demo", at=after(days=days), device=PHONE)

    office.sign_in()
    with office.sessions.begin() as session:
        old, newer = demo(session, 0), demo(session, 1)
        end_session(session, newer.session_id, account_id=office.doctor.id, at=after(days=1))
    with office.sessions.begin() as session:
        assert delete_old_sessions(session, at=after(days=7) + KEPT) == 0
        assert delete_old_sessions(session, at=after(days=8) + KEPT) == 1
        left = session.scalars(select(BrowserSession.id)).all()
    assert old.session_id not in left and newer.session_id in left and len(left) == 2


def test_a_session_or_token_of_a_closed_account_opens_nothing_even_when_it_was_not_ended(office: Office) -> None:
    opened = office.sign_in()
    with office.sessions.begin() as session:
        token = make_token(session, office.midwife.id, name="Kalender", scopes=["calendar:read"], by=office.midwife, at=AT)
        session.execute(update(Account).where(Account.id == office.midwife.id).values(is_active=False))
    with office.sessions() as session:
        assert find_session(session, opened.token, at=AT) is None
        assert find_token(session, token.token, at=AT) is None
