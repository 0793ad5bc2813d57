"""Links for a password, and identities at the office's own sign-in service."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from audit.errors import Refused
from audit.people import external, invitations
from audit.people.account_history import account_events
from audit.people.accounts import deactivate
from audit.people.sign_in_tables import Invitation
from tests.people.office import AT, PASSWORD, PHONE, QUICK, Office, after, counted

NEW = "perahu biru di muara"
ISSUER = "https://masuk.contoh.go.id"


def link_for(office: Office, account_id: int | None = None) -> str:
    with office.sessions.begin() as session:
        made = invitations.invite(session, account_id or office.doctor.id, by=office.secretary, at=AT)
    assert made.token not in repr(made)
    return made.token


def accept(office: Office, token: str, password: str = NEW, **how_long: float) -> None:
    invitations.accept(office.sessions, token, password, at=after(**how_long), hashing=QUICK)


def test_a_link_gives_its_account_a_password_once(office: Office) -> None:
    token = link_for(office)
    with office.sessions() as session:
        session.connection()
        with counted(session) as statements:
            invitee = invitations.look_up(session, token, at=AT)
            assert statements() == 1
    assert invitee is not None
    assert (invitee.username, invitee.name, invitee.is_reset) == ("dr.anak", "dr. Sasmita Adi, Sp.A", False)
    accept(office, token, days=6)
    office.sign_in("dr.anak", NEW)
    with pytest.raises(Refused, match="sudah dipakai, sudah lewat tujuh hari, atau sudah diganti"):
        accept(office, token, "gunung tinggi berkabut", days=6)
    office.sign_in("dr.anak", NEW)
    with office.sessions() as session:
        assert invitations.look_up(session, token, at=AT) is None
        assert [e.what for e in account_events(session, office.doctor.id)] == ["password-set", "invited"]


def test_a_link_used_by_two_at_the_same_time_is_used_once(office: Office) -> None:
    token = link_for(office)
    outcomes: list[str] = []

    def use(password: str) -> None:
        try:
            accept(office, token, password)
            outcomes.append("used")
        except Refused as refused:
            outcomes.append(refused.reasons[0].code)

    threads = [threading.Thread(target=use, args=(f"perahu biru nomor {word}",)) for word in ("satu", "dua", "tiga", "empat")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["link", "link", "link", "used"]


def test_a_link_is_good_for_seven_days(office: Office) -> None:
    token = link_for(office)
    with office.sessions() as session:
        assert invitations.look_up(session, token, at=after(days=6, hours=23)) is not None
        assert invitations.look_up(session, token, at=after(days=7)) is None
    with pytest.raises(Refused, match="Mintalah tautan baru"):
        accept(office, token, days=7)


def test_a_newer_link_ends_the_older_one(office: Office) -> None:
    older, newer = link_for(office), link_for(office)
    with pytest.raises(Refused, match="sudah diganti"):
        accept(office, older)
    accept(office, newer)


def test_a_password_that_is_refused_does_not_use_the_link_up(office: Office) -> None:
    token = link_for(office)
    with pytest.raises(Refused, match="Panjang"):
        accept(office, token, "pendek")
    with pytest.raises(Refused, match="tidak boleh sama dengan nama"):
        accept(office, token, "dr. Sasmita Adi, Sp.A")
    accept(office, token)


def test_a_new_password_by_link_ends_sessions_and_a_lock_and_the_old_one_works_until_then(office: Office) -> None:
    opened = office.sign_in()
    token = link_for(office, office.midwife.id)
    office.sign_in()
    for _ in range(6):
        with pytest.raises(Refused):
            office.sign_in(password="bukan kata sandinya")
    accept(office, token)
    assert not office.is_open(opened)
    office.sign_in(password=NEW)
    with pytest.raises(Refused):
        office.sign_in(password=PASSWORD)


def test_links_are_made_by_the_secretariat_for_accounts_that_are_open(office: Office) -> None:
    with office.sessions() as session:
        with pytest.raises(Refused, match="Hanya sekretariat"):
            invitations.invite(session, office.doctor.id, by=office.midwife, at=AT)
        for account_id in (0, 999):
            with pytest.raises(Refused, match="tidak ada atau sedang tidak aktif"):
                invitations.invite(session, account_id, by=office.secretary, at=AT)
    token = link_for(office)
    with office.sessions.begin() as session:
        deactivate(session, office.doctor.id, by=office.secretary, at=AT)
        assert invitations.look_up(session, token, at=AT) is None
    with pytest.raises(Refused):
        accept(office, token)
    with office.sessions() as session, pytest.raises(Refused, match="sedang tidak aktif"):
        invitations.invite(session, office.doctor.id, by=office.secretary, at=AT)


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "x" * 10_000])
def test_what_is_no_link_is_none(office: Office, token: str) -> None:
    with pytest.raises(Refused, match="Tautan ini"):
        accept(office, token)


def test_an_identity_elsewhere_is_linked_by_invitation_and_signs_in(office: Office) -> None:
    token = link_for(office)
    with office.sessions.begin() as session:
        assert invitations.accept_with_identity(session, token, ISSUER, "a1b2", at=AT) == office.doctor
    with office.sessions.begin() as session:
        opened = external.sign_in_externally(session, ISSUER, "a1b2", at=AT, device=PHONE)
    assert office.signed_in(opened).person == office.doctor and office.signed_in(opened).how == "oidc"
    with office.sessions() as session, pytest.raises(Refused, match="Tautan ini"):
        invitations.accept_with_identity(session, token, ISSUER, "c3d4", at=AT)


@pytest.mark.parametrize(
    ("issuer", "subject"), [(ISSUER, "lain"), ("https://lain.contoh", "a1b2"), (ISSUER, ""), (ISSUER, "a\x00"), ("", "")]
)
def test_an_identity_that_nobody_linked_opens_nothing(office: Office, issuer: str, subject: str) -> None:
    with office.sessions.begin() as session:
        external.link(session, office.doctor.id, ISSUER, "a1b2", by=office.doctor, at=AT)
    with office.sessions() as session, pytest.raises(Refused, match="belum dihubungkan"):
        external.sign_in_externally(session, issuer, subject, at=AT, device=PHONE)


def test_an_identity_belongs_to_one_account_and_can_be_forgotten(office: Office) -> None:
    with office.sessions.begin() as session:
        external.link(session, office.doctor.id, ISSUER, "a1b2", by=office.secretary, at=AT)
        external.link(session, office.doctor.id, ISSUER, "a1b2", by=office.doctor, at=AT)
        with pytest.raises(Refused, match="akun AKS yang lain"):
            external.link(session, office.midwife.id, ISSUER, "a1b2", by=office.midwife, at=AT)
        with pytest.raises(Refused, match="Hanya sekretariat"):
            external.link(session, office.midwife.id, ISSUER, "e5", by=office.doctor, at=AT)
        (line,) = external.links(session, office.doctor.id)
        assert not external.unlink(session, line.id, account_id=office.midwife.id, by=office.secretary, at=AT)
        assert external.unlink(session, line.id, account_id=office.doctor.id, by=office.doctor, at=AT)
        assert external.links(session, office.doctor.id) == []
        assert [e.what for e in account_events(session, office.doctor.id)] == ["identity-unlinked", "identity-linked"]


def test_a_closed_account_does_not_come_in_through_the_service(office: Office) -> None:
    with office.sessions.begin() as session:
        external.link(session, office.doctor.id, ISSUER, "a1b2", by=office.doctor, at=AT)
        deactivate(session, office.doctor.id, by=office.secretary, at=AT)
    with office.sessions() as session:
        with pytest.raises(Refused, match="belum dihubungkan"):
            external.sign_in_externally(session, ISSUER, "a1b2", at=AT, device=PHONE)
        assert session.scalar(select(func.count()).select_from(Invitation)) == 2
