"""Coming in with a name and a password: right, wrong, unknown, locked; one sentence and the same work for all that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event, select, update
from sqlalchemy.orm import Session, sessionmaker

from audit.errors import Refused
from audit.people import sign_in
from audit.people.account_history import account_events, verify_accounts
from audit.people.accounts import deactivate
from audit.people.directory import add_person, add_system_account
from audit.people.lock_out import LONGEST_LOCK, lock_after
from audit.people.passwords import Checked, Hashing
from audit.people.sessions import find_session
from audit.people.sign_in_tables import Credential
from tests.people.office import AT, PASSWORD, PHONE, QUICK, WRONG, Office, after


class Counting(Hashing):
    """The real hashing that counts how often it worked."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_kib=8)
        self.checks = 0

    def check(self, password: str, kept: str | None) -> Checked:
        self.checks += 1
        return super().check(password, kept)


def refusal(what: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        what()
    assert len(refused.value.reasons) == 1
    return refused.value.reasons[0].code + ": " + refused.value.reasons[0].sentence


def fail(office: Office, times: int, *, at: datetime = AT) -> None:
    for _ in range(times):
        refusal(lambda: office.sign_in(password=WRONG, at=at))


def credential_of(office: Office) -> Credential:
    with office.sessions() as session:
        return session.get_one(Credential, office.midwife.id)


def test_the_right_password_opens_a_session_of_that_person(office: Office) -> None:
    opened = office.sign_in(" Bidan.Arjasa ")
    signed_in = office.signed_in(opened)
    assert signed_in.person == office.midwife
    assert (signed_in.how, signed_in.device, signed_in.needs_second_factor) == ("password", PHONE, False)
    assert opened.token not in repr(opened) + repr(signed_in) and signed_in.csrf not in repr(signed_in)


def test_whatever_is_wrong_the_sentence_is_the_same(office: Office) -> None:
    sentence = refusal(lambda: office.sign_in(password=WRONG))
    assert sentence.startswith("sign_in: Nama pengguna atau kata sandi tidak cocok.")
    assert refusal(lambda: office.sign_in("tidak.ada")) == sentence
    assert refusal(lambda: office.sign_in("dr.anak")) == sentence, "an account without a password"
    assert refusal(lambda: office.sign_in("sistem")) == sentence
    assert refusal(lambda: office.sign_in(password="")) == sentence
    fail(office, 4)
    assert refusal(office.sign_in) == sentence, "locked, and the right password"
    with office.sessions.begin() as session:
        deactivate(session, office.midwife.id, by=office.secretary, at=AT)
    assert refusal(lambda: office.sign_in(at=after(days=2))) == sentence, "closed"


@pytest.mark.parametrize("username", ["", "a\x00b", "x" * 5000, "'; drop table account; --", "\ud800", "bidan%"])
def test_a_name_that_nobody_has_is_refused_like_any_other(office: Office, username: str) -> None:
    assert refusal(lambda: office.sign_in(username)).startswith("sign_in:")


def test_argon2_works_once_and_as_many_statements_run_whoever_is_asked_for(office: Office, engine: Engine) -> None:
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))

    def work(username: str, password: str) -> tuple[int, int]:
        seen.clear()
        counting = Counting()
        refusal(lambda: sign_in.sign_in(office.sessions, username, password, at=AT, device=PHONE, hashing=counting))
        return counting.checks, len([s for s in seen if not s.startswith("BEGIN")])

    wrong = work("bidan.arjasa", WRONG)
    assert wrong[0] == 1
    assert work("tidak.ada", WRONG) == work("dr.anak", WRONG) == wrong
    fail(office, 4)
    assert work("bidan.arjasa", PASSWORD) == wrong, "locked"


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 0), (4, 0), (5, 15), (6, 30), (7, 60), (8, 120), (11, 960), (12, 1440), (13, 1440), (10_000, 1440)]
)
def test_an_account_is_closed_for_twice_as_long_after_each_failure(failures: int, minutes: int) -> None:
    assert lock_after(failures) == (timedelta(minutes=minutes) if minutes else None)
    assert (lock_after(failures) or timedelta()) <= LONGEST_LOCK


def test_the_fifth_failure_locks_the_sixth_locks_twice_as_long_and_coming_in_forgets_them(office: Office) -> None:
    fail(office, 4)
    office.sign_in()
    fail(office, 4)
    assert credential_of(office).locked_until is None, "the failures before were forgotten"
    fail(office, 1)
    assert credential_of(office).locked_until == after(minutes=15)
    fail(office, 3)
    assert credential_of(office).failed_in_row == 5, "tries while it is locked are not looked at"
    refusal(lambda: office.sign_in(at=after(minutes=14, seconds=59)))
    fail(office, 1, at=after(minutes=15))
    assert credential_of(office).locked_until == after(minutes=45)
    office.sign_in(at=after(minutes=45))
    assert (credential_of(office).failed_in_row, credential_of(office).locked_until) == (0, None)


def test_many_guesses_at_once_are_no_more_than_five(office: Office) -> None:
    counting = Counting()
    looked_at: list[bool] = []
    real = counting.check

    def check(password: str, kept: str | None) -> Checked:
        looked_at.append(kept is not None)
        return real(password, kept)

    counting.check = check  # type: ignore[method-assign]  # the real check, watched

    def guess() -> None:
        refusal(lambda: sign_in.sign_in(office.sessions, "bidan.arjasa", WRONG, at=AT, device=PHONE, hashing=counting))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(looked_at), sum(looked_at)) == (12, 5)


def test_a_hash_of_an_older_cost_is_renewed_when_its_owner_comes_in(office: Office) -> None:
    with office.sessions.begin() as session:
        old = Hashing(time_cost=2, memory_kib=8).hash(PASSWORD)
        session.execute(update(Credential).where(Credential.account_id == office.midwife.id).values(password_hash=old))
    office.sign_in()
    assert "t=1,p=1" in credential_of(office).password_hash
    office.sign_in()


def test_a_new_password_ends_the_other_sessions_and_goes_into_the_history(office: Office) -> None:
    here, elsewhere = office.sign_in(), office.sign_in()
    new = "perahu biru di muara"
    sign_in.change_password(office.sessions, office.signed_in(here), PASSWORD, new, at=AT, hashing=QUICK)
    assert office.is_open(here) and not office.is_open(elsewhere)
    refusal(office.sign_in)
    office.sign_in(password=new)
    with office.sessions() as session:
        assert account_events(session, office.midwife.id)[0].what_label == "Kata sandi diganti"


def test_a_new_password_needs_the_old_one_and_must_be_another_and_a_good_one(office: Office) -> None:
    signed_in = office.signed_in(office.sign_in())

    def change(old: str, new: str) -> str:
        return refusal(lambda: sign_in.change_password(office.sessions, signed_in, old, new, at=AT, hashing=QUICK))

    assert change(PASSWORD, PASSWORD).startswith("password: Kata sandi baru sama")
    assert change(PASSWORD, "pendek").startswith("password: Panjang")
    assert credential_of(office).failed_in_row == 0
    for _ in range(5):
        assert change(WRONG, "perahu biru di muara").startswith("old: ")
    assert change(PASSWORD, "perahu biru di muara").startswith("old: "), "locked: an open browser is no way to guess on"
    office.sign_in(at=after(minutes=15))


def test_a_password_changed_while_it_was_being_checked_opens_nothing(office: Office) -> None:
    class Slow(Hashing):
        def check(self, password: str, kept: str | None) -> Checked:
            checked = super().check(password, kept)
            with office.sessions.begin() as session:
                session.execute(update(Credential).values(password_hash=QUICK.hash("perahu biru di muara")))
            return checked

    slow = Slow(time_cost=1, memory_kib=8)
    refusal(lambda: sign_in.sign_in(office.sessions, "bidan.arjasa", PASSWORD, at=AT, device=PHONE, hashing=slow))


FIRST = {"username": "endah", "name": "Endah Wulansari, S.KM", "password": PASSWORD}


@pytest.fixture
def new_home(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """As `aks init` leaves it."""
    with sessions.begin() as session:
        add_system_account(session, at=AT)
        add_person(session, {"username": "sekretariat", "name": "Sekretariat", "roles": ["secretary"]}, at=AT)
    return sessions


def test_the_first_account_is_the_one_of_init_with_a_name_and_a_password(new_home: sessionmaker[Session]) -> None:
    with new_home() as session:
        assert sign_in.needs_first_account(session)
    person = sign_in.make_first_account(new_home, FIRST, at=AT, hashing=QUICK)
    assert (person.id, person.username, person.name, person.roles) == (1, "endah", "Endah Wulansari, S.KM", {"secretary"})
    opened = sign_in.sign_in(new_home, "endah", PASSWORD, at=AT, device=PHONE, hashing=QUICK)
    with new_home() as session:
        assert not sign_in.needs_first_account(session)
        found = find_session(session, opened.token, at=AT)
        assert found is not None and found.person == person
        assert [e.what for e in account_events(session)] == ["password-set", "changed"]
        assert verify_accounts(session).broken == ()


def test_the_first_account_is_made_where_there_is_none(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        add_system_account(session, at=AT)
    assert sign_in.make_first_account(sessions, FIRST, at=AT, hashing=QUICK).username == "endah"


def test_the_first_account_is_made_once_even_by_two_at_the_same_time(new_home: sessionmaker[Session]) -> None:
    outcomes: list[str] = []

    def make(username: str) -> None:
        try:
            sign_in.make_first_account(new_home, {**FIRST, "username": username}, at=AT, hashing=QUICK)
            outcomes.append("made")
        except Refused as refused:
            outcomes.append(refused.reasons[0].code)

    threads = [threading.Thread(target=make, args=(f"orang{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done"] * 5 + ["made"]
    with new_home() as session:
        assert len(session.scalars(select(Credential)).all()) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"username": "dua kata"}, "username"),
        ({"username": "sistem"}, "username"),
        ({"name": " "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"password": "pendek"}, "password"),
        ({"password": "Endah Wulansari, S.KM"}, "password"),
    ],
)
def test_a_first_account_that_cannot_be_used_writes_nothing(new_home: sessionmaker[Session], change: dict[str, str], code: str) -> None:
    assert refusal(lambda: sign_in.make_first_account(new_home, {**FIRST, **change}, at=AT, hashing=QUICK)).startswith(f"{code}: ")
    with new_home() as session:
        assert sign_in.needs_first_account(session)
        assert account_events(session) == []
