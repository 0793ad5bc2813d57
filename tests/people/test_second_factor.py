"""The code after the password: taken once, within half a minute on either side; recovery codes; turning it off."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from audit.errors import Refused
from audit.people import second_factor
from audit.people.account_history import account_events
from audit.people.roles import Person
from audit.people.second_factor import RECOVERY_CODES, state
from audit.people.sessions import Opened, open_sessions
from audit.people.sign_in import change_password, pass_second_factor
from audit.people.sign_in_tables import Credential
from tests.people.office import AT, PASSWORD, QUICK, WRONG, Office, after

LATER = after(hours=1)


def enter(office: Office, code: str, *, at: datetime = LATER) -> Opened:
    half = office.sign_in(at=at)
    return pass_second_factor(office.sessions, office.signed_in(half, at=at), code, at=at)


def refused_code(office: Office, code: str, *, at: datetime = LATER) -> None:
    with pytest.raises(Refused) as refused:
        enter(office, code, at=at)
    assert [r.code for r in refused.value.reasons] == ["code"]


def test_after_the_password_a_session_is_only_half_until_the_code(office: Office) -> None:
    app, _ = office.turn_on_second_factor(office.midwife)
    half = office.sign_in(at=LATER)
    assert half.needs_second_factor and office.signed_in(half, at=LATER).needs_second_factor
    with office.sessions() as session:
        assert open_sessions(session, office.midwife.id, at=LATER) == []
    whole = pass_second_factor(office.sessions, office.signed_in(half, at=LATER), app.at(LATER), at=LATER)
    assert whole.session_id == half.session_id and whole.token != half.token
    assert not office.signed_in(whole, at=LATER).needs_second_factor
    assert not office.is_open(half, at=LATER), "the token from before the code is worth nothing"


def test_half_a_session_ends_after_ten_minutes_and_changes_no_password(office: Office) -> None:
    office.turn_on_second_factor(office.midwife)
    half = office.sign_in(at=LATER)
    assert office.is_open(half, at=after(hours=1, minutes=9, seconds=59)) and not office.is_open(half, at=after(hours=1, minutes=10))
    with pytest.raises(Refused, match="lama tidak cocok"):
        change_password(office.sessions, office.signed_in(half, at=LATER), PASSWORD, "perahu biru di muara", at=LATER, hashing=QUICK)


def test_a_code_is_taken_once_and_an_older_one_never_after_it(office: Office) -> None:
    app, _ = office.turn_on_second_factor(office.midwife)
    enter(office, app.at(LATER))
    refused_code(office, app.at(LATER))
    refused_code(office, app.at(LATER, counter_offset=-1))
    enter(office, app.at(LATER, counter_offset=1))


def test_the_code_that_turned_it_on_is_used_up_too(office: Office) -> None:
    app, _ = office.turn_on_second_factor(office.midwife)
    refused_code(office, app.at(AT), at=AT)


@pytest.mark.parametrize(("offset", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_half_a_minute(office: Office, offset: int, is_taken: bool) -> None:
    app, _ = office.turn_on_second_factor(office.midwife)
    code = app.at(LATER, counter_offset=offset)
    if is_taken:
        enter(office, f" {code[:3]} {code[3:]} ")
    else:
        refused_code(office, code)


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "١٢٣٤٥٦", "0" * 5000, "\x00", "AAAAA-AAAAA"])
def test_what_is_no_code_is_refused(office: Office, code: str) -> None:
    office.turn_on_second_factor(office.midwife)
    refused_code(office, code)


def test_a_recovery_code_is_good_once(office: Office) -> None:
    _, codes = office.turn_on_second_factor(office.midwife)
    assert len(set(codes)) == RECOVERY_CODES
    enter(office, codes[3].lower().replace("-", " "))
    with office.sessions() as session:
        assert state(session, office.midwife.id) == second_factor.SecondFactor(True, RECOVERY_CODES - 1, AT)
    refused_code(office, codes[3])
    enter(office, codes[4])


def test_wrong_codes_lock_the_account_although_the_password_is_right_each_time(office: Office) -> None:
    app, codes = office.turn_on_second_factor(office.midwife)
    for _ in range(4):
        refused_code(office, "000000")
    half = office.sign_in(at=LATER)  # a right password takes back no wrong code
    with pytest.raises(Refused):
        pass_second_factor(office.sessions, office.signed_in(half, at=LATER), "000000", at=LATER)
    for code in (app.at(LATER), codes[0]):
        with pytest.raises(Refused):
            pass_second_factor(office.sessions, office.signed_in(half, at=LATER), code, at=LATER)
    with pytest.raises(Refused, match="kata sandi tidak cocok"):
        office.sign_in(at=LATER)
    enter(office, codes[0], at=after(hours=1, minutes=15))


def test_a_wrong_password_still_counts_with_a_second_factor(office: Office) -> None:
    app, _ = office.turn_on_second_factor(office.midwife)
    for _ in range(4):
        with pytest.raises(Refused):
            office.sign_in(password=WRONG, at=LATER)
    enter(office, app.at(LATER))
    with office.sessions() as session:
        assert session.get_one(Credential, office.midwife.id).failed_in_row == 0


def test_it_is_not_asked_for_before_it_was_confirmed(office: Office) -> None:
    with office.sessions.begin() as session:
        enrolment = second_factor.begin(session, office.midwife.id)
    assert enrolment.uri.startswith("otpauth://totp/AKS:bidan.arjasa?") and enrolment.secret in enrolment.uri
    assert enrolment.secret not in repr(enrolment)
    assert not office.sign_in().needs_second_factor
    with office.sessions() as session, pytest.raises(Refused, match="Kode tidak cocok"):
        second_factor.confirm(session, office.midwife.id, "000000", at=AT)
    with office.sessions() as session, pytest.raises(Refused, match="belum dimulai"):
        second_factor.confirm(session, office.secretary.id, "000000", at=AT)
    with office.sessions() as session, pytest.raises(Refused, match="belum mempunyai kata sandi"):
        second_factor.begin(session, office.doctor.id)
    with office.sessions() as session:
        assert not state(session, office.doctor.id).is_on and not state(session, office.midwife.id).is_on


def test_it_is_not_begun_over_one_that_is_on(office: Office) -> None:
    office.turn_on_second_factor(office.midwife)
    with office.sessions() as session, pytest.raises(Refused, match="sudah menyala"):
        second_factor.begin(session, office.midwife.id)


def test_new_recovery_codes_take_the_place_of_the_old_ones(office: Office) -> None:
    app, old = office.turn_on_second_factor(office.midwife)
    signed_in = office.signed_in(enter(office, old[0]), at=LATER)
    with pytest.raises(Refused, match="Kode tidak cocok"):
        second_factor.new_recovery_codes(office.sessions, signed_in, "000000", at=LATER)
    new = second_factor.new_recovery_codes(office.sessions, signed_in, app.at(LATER), at=LATER)
    assert len(new) == RECOVERY_CODES and not set(new) & set(old)
    refused_code(office, old[1])
    enter(office, new[1])


def test_ones_own_is_turned_off_with_a_code(office: Office) -> None:
    app, codes = office.turn_on_second_factor(office.midwife)
    signed_in = office.signed_in(enter(office, codes[0]), at=LATER)
    with pytest.raises(Refused, match="Kode tidak cocok"):
        second_factor.turn_off_own(office.sessions, signed_in, "000000", at=LATER)
    second_factor.turn_off_own(office.sessions, signed_in, app.at(LATER), at=LATER)
    assert not office.sign_in(at=LATER).needs_second_factor
    with office.sessions() as session:
        assert session.scalars(select(Credential.totp_secret)).all() == [None, None]
        assert [e.what for e in account_events(session, office.midwife.id)][:2] == ["second-factor-off", "second-factor-on"]


def test_a_lost_phone_is_the_secretariats_matter_and_ends_the_sessions(office: Office) -> None:
    app, _ = office.turn_on_second_factor(office.midwife)
    opened = enter(office, app.at(LATER))

    def turn_off(account_id: int, by: Person) -> None:
        with office.sessions.begin() as session:
            second_factor.turn_off(session, account_id, by=by, at=LATER)

    with pytest.raises(Refused, match="Hanya sekretariat"):
        turn_off(office.secretary.id, office.midwife)
    with pytest.raises(Refused, match="akun Anda sendiri"):
        turn_off(office.secretary.id, office.secretary)
    with pytest.raises(Refused, match="tidak menyala"):
        turn_off(office.doctor.id, office.secretary)
    turn_off(office.midwife.id, office.secretary)
    assert not office.is_open(opened, at=LATER)
    assert not office.sign_in(at=LATER).needs_second_factor
