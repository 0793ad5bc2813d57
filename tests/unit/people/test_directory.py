"""Accounts: every value that cannot be used is refused in words, and who left is not found among the active."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.people.directory import add_person, add_system_account, people, people_by_id, person_named
from audit.people.roles import SYSTEM, Discipline, Role
from audit.people.tables import Account

AT = datetime(2026, 7, 1, tzinfo=UTC)
EXPERT: dict[str, Any] = {
    "username": " Dr.Anak ",
    "name": "dr. Sasmita",
    "roles": ["expert", "field"],
    "discipline": "paediatrics",
    "areas": ["35.09.22"],
}


def test_an_account_comes_back_as_the_person_the_rules_see(session: Session) -> None:
    added = add_person(session, {**EXPERT, "puskesmas": "Puskesmas Arjasa"}, at=AT)
    session.commit()
    session.expire_all()
    assert person_named(session, "dr.anak") == added
    assert added.roles == {Role.EXPERT, Role.FIELD}
    assert (added.username, added.discipline, added.areas, added.puskesmas) == (
        "dr.anak",
        Discipline.PAEDIATRICS,
        ("35.09.22",),
        "Puskesmas Arjasa",
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"username": ""}, "username"),
        ({"username": "dua kata"}, "username"),
        ({"username": "a\x00b"}, "username"),
        ({"username": "a" * 61}, "username"),
        ({"name": "a" * 201}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"puskesmas": "a" * 121}, "puskesmas"),
        ({"roles": []}, "roles"),
        ({"roles": "expert"}, "roles"),
        ({"roles": ["system"]}, "roles"),
        ({"roles": ["expert", "bupati"]}, "roles"),
        ({"discipline": None}, "discipline"),
        ({"discipline": "dukun"}, "discipline"),
        ({"roles": ["field"], "discipline": "dukun"}, "discipline"),
        ({"roles": ["agency"], "discipline": None}, "agency"),
        ({"roles": ["field"], "discipline": None, "agency": "kodim"}, "agency"),
        ({"areas": "35.09.22"}, "areas"),
        ({"areas": ["Arjasa"]}, "areas"),
        ({"areas": ["35.09.99"]}, "areas"),
        ({"areas": [35.09]}, "areas"),
        ({"areas": []}, "everywhere"),
        ({"areas": [], "everywhere": "tidak"}, "everywhere"),
        ({"areas": [], "everywhere": "barangkali"}, "everywhere"),
        ({"everywhere": True}, "everywhere"),
        ({"roles": ["agency"], "agency": "kecamatan", "discipline": None, "areas": None}, "everywhere"),
        ({"roles": ["agency"], "agency": "desa", "discipline": None, "areas": []}, "everywhere"),
        ({"roles": 5, "discipline": None}, "roles"),
        ({"agency": ["desa"]}, "agency"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(session: Session, change: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        add_person(session, {**EXPERT, **change}, at=AT)
    assert [r.code for r in refused.value.reasons] == [code]
    assert people(session) == []


@pytest.mark.parametrize(
    "about",
    [
        {"everywhere": True},
        {"everywhere": "ya"},
        {"roles": ["expert"]},
        {"roles": ["agency"], "agency": "perkim", "discipline": None},
        {"roles": ["secretary"], "discipline": None},
    ],
)
def test_no_area_is_for_whose_work_is_in_no_place_and_for_whom_it_is_said(session: Session, about: dict[str, Any]) -> None:
    assert add_person(session, {**EXPERT, "areas": [], **about}, at=AT).areas == ()


def test_a_username_is_given_once_and_never_the_systems(session: Session) -> None:
    add_system_account(session, at=AT)
    add_system_account(session, at=AT)
    add_person(session, EXPERT, at=AT)
    for username in ("dr.anak", "DR.ANAK", "sistem"):
        with pytest.raises(Refused, match="sudah dipakai"):
            add_person(session, {**EXPERT, "username": username}, at=AT)


def test_who_left_is_named_by_history_only(session: Session) -> None:
    add_system_account(session, at=AT)
    stays = add_person(session, EXPERT, at=AT)
    left = add_person(session, {**EXPERT, "username": "gizi", "discipline": "nutrition", "roles": ["expert"]}, at=AT)
    session.get_one(Account, left.id).is_active = False
    session.flush()
    assert people(session) == people(session, Role.FIELD) == [stays]
    assert people_by_id(session, [left.id, SYSTEM.id, 999]).keys() == {left.id, SYSTEM.id}
    with pytest.raises(Refused, match=r"Tidak ada pengguna “gizi”\. Yang ada: dr\.anak\."):
        person_named(session, "gizi")


@pytest.mark.parametrize("username", ["", "a\x00", "'; drop table account; --", "x" * 500, "\ud800"])
def test_a_name_that_nobody_has_is_refused_on_every_database(session: Session, username: str) -> None:
    with pytest.raises(Refused, match="Yang ada: belum ada"):
        person_named(session, username)
