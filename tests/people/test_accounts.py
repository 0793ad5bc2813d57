"""The accounts as the secretariat keeps them, and their history, which nobody can quietly edit."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from audit.errors import Refused, Stale
from audit.people import accounts as kept
from audit.people import invitations
from audit.people.account_history import WHAT_LABELS, What, account_events, verify_accounts
from audit.people.directory import people
from audit.people.roles import SYSTEM, Discipline, Person, Role
from audit.people.tables import Account
from audit.people.tokens import find_token, make_token
from tests.people.office import AT, Office, after, counted

NURSE = {"username": "gizi", "name": "Tutik Lestari, M.Gz", "roles": ["expert"], "discipline": "nutrition"}


def add(office: Office, **change: Any) -> Person:
    with office.sessions.begin() as session:
        return kept.add_account(session, {**NURSE, **change}, by=office.secretary, at=AT)


def change(office: Office, account_id: int, given: dict[str, Any], **how: Any) -> tuple[str, ...]:
    with office.sessions.begin() as session:
        return kept.change_account(session, account_id, given, **{"by": office.secretary, "at": AT, **how})


def refused_codes(office: Office, account_id: int, given: dict[str, Any], **how: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        change(office, account_id, given, **how)
    return [r.code for r in refused.value.reasons]


@pytest.mark.parametrize("others", [0, 30])
def test_the_list_takes_one_statement_however_many_accounts(office: Office, others: int) -> None:
    for n in range(others):
        add(office, username=f"gizi{n}")
    office.sign_in(at=after(hours=1))
    office.sign_in(at=after(hours=3))
    with office.sessions.begin() as session:
        invitations.invite(session, office.doctor.id, by=office.secretary, at=AT)
        with counted(session) as statements:
            lines = kept.accounts(session, at=after(hours=4))
            assert statements() == 1
        with counted(session) as statements:
            assert kept.account(session, office.midwife.id, at=after(hours=4)) in lines
            assert statements() == 1
    assert len(lines) == 3 + others and SYSTEM.id not in {line.person.id for line in lines}
    named = {line.person.username: line for line in lines}
    midwife, doctor = named["bidan.arjasa"], named["dr.anak"]
    assert (midwife.has_password, midwife.last_signed_in_at, midwife.invited_until) == (True, after(hours=3), None)
    assert (doctor.has_password, doctor.last_signed_in_at, doctor.invited_until) == (False, None, after(days=7))


def test_the_list_tells_what_the_secretariat_has_to_see(office: Office) -> None:
    office.turn_on_second_factor(office.midwife)
    for _ in range(5):
        with pytest.raises(Refused):
            office.sign_in(password="bukan kata sandinya")
    with office.sessions.begin() as session:
        line = kept.account(session, office.midwife.id, at=AT)
        assert (line.has_second_factor, line.is_locked, line.has_identity) == (True, True, False)
        assert not kept.account(session, office.midwife.id, at=after(minutes=15)).is_locked
        kept.unlock(session, office.midwife.id, by=office.secretary, at=AT)
        assert not kept.account(session, office.midwife.id, at=AT).is_locked
    office.sign_in()


def test_an_account_is_added_and_its_history_begins(office: Office) -> None:
    person = add(office)
    with office.sessions() as session:
        (event,) = account_events(session, person.id)
    assert (event.seq, event.what, event.by_name, event.username) == (1, What.MADE, "Endah Wulansari", "gizi")
    with pytest.raises(Refused, match="sudah dipakai"):
        add(office)


def test_a_change_says_what_differs_and_leaves_the_rest(office: Office) -> None:
    given = {
        "name": "Ninik Rahayu, A.Md.Keb",
        "areas": ["35.09.30"],
        "email": "ninik@contoh.go.id",
        "home_desa": "35.09.22.2001",
        "most_cases": 8,
    }
    assert change(office, office.midwife.id, given) == ("name", "areas", "home_desa", "most_cases", "email")
    with office.sessions() as session:
        person = kept.account(session, office.midwife.id, at=AT).person
        event = account_events(session, office.midwife.id)[0]
    assert (person.name, person.areas, person.most_cases) == ("Ninik Rahayu, A.Md.Keb", ("35.09.30",), 8)
    assert (person.username, person.roles) == ("bidan.arjasa", {Role.FIELD})
    assert event.details["before"] == {"name": "Ninik Rahayu", "areas": ["35.09.22"], "most_cases": None}
    assert event.details["after"] == {"name": "Ninik Rahayu, A.Md.Keb", "areas": ["35.09.30"], "most_cases": 8}
    assert "contoh.go.id" not in str(event.details) and "35.09.22.2001" not in str(event.details), "private, and here for ever"
    assert change(office, office.midwife.id, given) == ()
    assert change(office, office.midwife.id, {"email": "", "most_cases": "", "areas": [], "everywhere": True}) == (
        "areas",
        "most_cases",
        "email",
    )


def test_a_role_that_asks_for_more_is_taken_with_it(office: Office) -> None:
    assert refused_codes(office, office.midwife.id, {"roles": ["expert", "agency"]}) == ["discipline", "agency"]
    change(office, office.midwife.id, {"roles": ["expert", "field"], "discipline": "nutrition"})
    with office.sessions() as session:
        (found,) = [p for p in people(session, Role.EXPERT) if p.id == office.midwife.id]
    assert (found.discipline, found.roles) == (Discipline.NUTRITION, {Role.EXPERT, Role.FIELD})


def test_who_works_everywhere_stays_so_when_something_else_changes_and_who_begins_in_the_field_says_where(office: Office) -> None:
    change(office, office.midwife.id, {"areas": [], "everywhere": True})
    assert change(office, office.midwife.id, {"name": "Ninik Rahayu, A.Md.Keb"}) == ("name",)
    assert refused_codes(office, office.secretary.id, {"roles": ["secretary", "field"]}) == ["everywhere"]
    assert change(office, office.secretary.id, {"roles": ["secretary", "field"], "areas": ["35.09.22"]}) == ("roles", "areas")


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"roles": []}, ["roles"]),
        ({"roles": ["system"]}, ["roles"]),
        ({"areas": ["35.09.99"], "name": "x" * 201, "most_cases": "banyak"}, ["name", "areas", "most_cases"]),
        ({"email": "ninik"}, ["email"]),
        ({"email": "ninik@@contoh.id"}, ["email"]),
        ({"home_desa": "Arjasa"}, ["home_desa"]),
        ({"areas": []}, ["everywhere"]),
        ({"areas": [], "everywhere": False}, ["everywhere"]),
        ({"areas": ["35.09.22"], "everywhere": True}, ["everywhere"]),
        ({"areas": [], "everywhere": "semua"}, ["everywhere"]),
        ({"username": "lain"}, ["username"]),
        ({"is_active": False}, ["is_active"]),
        ({"password_hash": "x", "head_hash": "y"}, ["password_hash", "head_hash"]),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_with_every_reason(office: Office, given: dict[str, Any], codes: list[str]) -> None:
    before = len(events(office))
    assert refused_codes(office, office.midwife.id, given) == codes
    assert len(events(office)) == before


def events(office: Office) -> list[Any]:
    with office.sessions() as session:
        return account_events(session)


def test_a_change_based_on_an_old_page_is_not_made(office: Office) -> None:
    with office.sessions() as session:
        seen = kept.account(session, office.midwife.id, at=AT).version
    change(office, office.midwife.id, {"name": "Ninik R."}, seen_version=seen)
    with pytest.raises(Stale, match="sudah diubah orang lain"):
        change(office, office.midwife.id, {"name": "Ninik Rahayu"}, seen_version=seen)


def test_only_the_secretariat_keeps_accounts(office: Office) -> None:
    who = {"by": office.midwife, "at": AT}
    with office.sessions() as session:
        for attempt in (
            lambda: kept.add_account(session, NURSE, **who),
            lambda: kept.change_account(session, office.midwife.id, {"roles": ["secretary"]}, **who),
            lambda: kept.deactivate(session, office.doctor.id, **who),
            lambda: kept.reactivate(session, office.doctor.id, **who),
            lambda: kept.unlock(session, office.midwife.id, **who),
        ):
            with pytest.raises(Refused, match="Hanya sekretariat"):
                attempt()
        for account_id in (SYSTEM.id, 999):
            with pytest.raises(Refused, match="tidak ada"):
                kept.change_account(session, account_id, {"name": "x"}, by=office.secretary, at=AT)


def test_the_last_of_the_secretariat_stays(office: Office) -> None:
    assert refused_codes(office, office.secretary.id, {"roles": ["leader"]}) == ["last_secretariat"]
    other = add(office, username="wakil", roles=["secretary", "leader"], discipline=None)
    with office.sessions.begin() as session, pytest.raises(Refused, match="akun Anda sendiri"):
        kept.deactivate(session, office.secretary.id, by=office.secretary, at=AT)
    with office.sessions.begin() as session:
        kept.deactivate(session, office.secretary.id, by=other, at=AT)
    with office.sessions.begin() as session, pytest.raises(Refused, match="sekretariat terakhir"):
        kept.deactivate(session, other.id, by=SYSTEM, at=AT)
    assert refused_codes(office, other.id, {"roles": ["leader"]}, by=other) == ["last_secretariat"]


def test_two_of_the_secretariat_cannot_close_each_other_at_the_same_time(office: Office) -> None:
    other = add(office, username="wakil", roles=["secretary"], discipline=None)
    outcomes: list[str] = []

    def close(account_id: int, by: Person) -> None:
        try:
            with office.sessions.begin() as session:
                kept.deactivate(session, account_id, by=by, at=AT)
            outcomes.append("closed")
        except Refused as refused:
            outcomes.append(refused.reasons[0].code)

    pairs = [(other.id, office.secretary), (office.secretary.id, other)]
    threads = [threading.Thread(target=close, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["closed", "last_secretariat"]


def test_closing_and_opening_again(office: Office) -> None:
    with office.sessions.begin() as session:
        kept.deactivate(session, office.midwife.id, by=office.secretary, at=AT)
        with pytest.raises(Refused, match="sudah tidak aktif"):
            kept.deactivate(session, office.midwife.id, by=office.secretary, at=AT)
        assert not kept.account(session, office.midwife.id, at=AT).is_active
    with pytest.raises(Refused):
        office.sign_in()
    with office.sessions.begin() as session:
        kept.reactivate(session, office.midwife.id, by=office.secretary, at=AT)
        with pytest.raises(Refused, match="sudah aktif"):
            kept.reactivate(session, office.midwife.id, by=office.secretary, at=AT)
    office.sign_in()


def test_the_history_lists_everything_in_one_statement_newest_first(office: Office) -> None:
    change(office, office.midwife.id, {"areas": [], "everywhere": True})
    with office.sessions.begin() as session:
        make_token(session, office.midwife.id, name="Kalender", scopes=["calendar:read"], by=office.midwife, at=AT)
        with counted(session) as statements:
            lines = account_events(session, office.midwife.id)
            assert statements() == 1
    assert [line.what_label for line in lines] == [
        "Token aplikasi dibuat",
        "Data akun diubah",
        "Kata sandi dipasang",
        "Tautan kata sandi dibuat",
    ]
    assert [line.seq for line in lines] == [4, 3, 2, 1]
    assert len(events(office)) == 6 and set(WHAT_LABELS) == set(What)


def test_the_database_itself_refuses_to_change_the_history(office: Office) -> None:
    for statement in ("update account_event set at = at", "delete from account_event"):
        with office.sessions() as session, pytest.raises(DBAPIError, match="append-only"):
            session.execute(text(statement))


def without_guard(office: Office, statement: str) -> None:
    """What somebody can do who owns the database file."""
    with office.sessions.begin() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("drop trigger account_event_no_update"))
            session.execute(text("drop trigger account_event_no_delete"))
        else:
            session.execute(text("drop trigger account_event_append_only on account_event"))
        session.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("update account_event set by_id = 2 where account_id = 2 and seq = 2", "isinya diubah sesudah dicatat"),
        ("update account_event set details = '{}' where account_id = 2 and seq = 3", "isinya diubah sesudah dicatat"),
        ("delete from account_event where account_id = 2 and seq = 2", "peristiwa sebelumnya hilang"),
        ("delete from account_event where account_id = 2 and seq = 3", "akhir riwayat tidak cocok dengan akunnya"),
        ("delete from account_event where account_id = 2", "akhir riwayat tidak cocok dengan akunnya"),
    ],
)
def test_a_history_that_was_edited_is_found(office: Office, statement: str, what: str) -> None:
    change(office, office.midwife.id, {"name": "Ninik R."})
    with office.sessions() as session, counted(session) as statements:
        whole = verify_accounts(session)
        assert statements() == 2
    assert (whole.accounts, whole.events, whole.broken) == (4, 5, ())
    statement = statement.replace("by_id = 2", f"by_id = {office.doctor.id}").replace("account_id = 2", f"account_id = {office.midwife.id}")
    without_guard(office, statement)
    with office.sessions() as session:
        (broken,) = verify_accounts(session).broken
    assert (broken.username, broken.what) == ("bidan.arjasa", what)


def test_an_account_without_events_is_whole(office: Office) -> None:
    with office.sessions.begin() as session:
        session.execute(update(Account).where(Account.id == office.doctor.id).values(version=1))
    with office.sessions() as session:
        assert [b.username for b in verify_accounts(session).broken] == ["dr.anak"]


def test_what_ended_with_an_account_stays_ended_when_it_is_opened_again(office: Office) -> None:
    with office.sessions.begin() as session:
        token = make_token(session, office.midwife.id, name="Kalender", scopes=["calendar:read"], by=office.midwife, at=AT)
        link = invitations.invite(session, office.midwife.id, by=office.secretary, at=AT)
        kept.deactivate(session, office.midwife.id, by=office.secretary, at=AT)
        kept.reactivate(session, office.midwife.id, by=office.secretary, at=AT)
    with office.sessions() as session:
        assert find_token(session, token.token, at=AT) is None
        assert invitations.look_up(session, link.token, at=AT) is None
