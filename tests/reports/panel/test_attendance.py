"""The attendance list: who is invited, in which order, and that the page is filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.orm import Session

from audit.lifecycle.vocabulary import Action, Status
from audit.people.directory import add_person
from audit.people.tables import Account
from audit.reports.panel.attendance import LEAST_EMPTY_ROWS, attendance_page
from audit.reports.panel.pages import AttendancePage
from audit.store.canonical import canonical_json
from tests.factory import World
from tests.reports.panel.panel_world import as_record, frozen

pytestmark = pytest.mark.both_databases


def page_of(world: World) -> AttendancePage:
    return attendance_page(as_record("daftar-hadir", frozen(world, "daftar-hadir")))


def named(page: AttendancePage) -> list[tuple[str, str, str]]:
    return [(row.name, row.institution, row.function) for row in page.rows if row.function]


@pytest.fixture(scope="module")
def busy(snapshots: Mapping[str, Any]) -> AttendancePage:
    return attendance_page(as_record("daftar-hadir", snapshots["daftar-hadir"]))


def test_those_invited_stand_first_by_their_part_in_the_audit(busy: AttendancePage) -> None:
    assert named(busy) == [
        ("Bambang Setyadi", "TP3S Kabupaten Jember", "Ketua"),
        ("Endah Wulansari", "Sekretariat TP3S Kabupaten Jember", "Sekretariat"),
        ("dr. Sasmita Adi, Sp.A", "", "Dokter spesialis anak"),
        ("dr. Wening Pramudya, Sp.A", "", "Dokter spesialis anak"),
        ("dr. Laras Hapsari, Sp.OG", "", "Dokter spesialis obstetri dan ginekologi"),
        ("Tutik Lestari, M.Gz", "", "Ahli gizi"),
        ("Ninik Rahayu", "Puskesmas Arjasa", "Petugas lapangan"),
        ("Kepala Puskesmas Arjasa", "Puskesmas", "Penanggung jawab RTL"),
        ("Kabid Perkim", "Dinas Perumahan dan Kawasan Permukiman", "Penanggung jawab RTL"),
    ]


def test_after_them_come_empty_rows_numbered_on(busy: AttendancePage) -> None:
    empty = [row for row in busy.rows if not row.function]
    assert len(empty) >= LEAST_EMPTY_ROWS and all(row.name == row.institution == "" for row in empty)
    assert [row.number for row in busy.rows] == [str(n) for n in range(1, len(busy.rows) + 1)]


def test_signatures_go_left_and_right_by_turns(busy: AttendancePage) -> None:
    assert [(row.left, row.right) for row in busy.rows[:4]] == [("1", ""), ("", "2"), ("3", ""), ("", "4")]


def test_the_day_is_that_of_the_event_or_a_line(session: Session, busy: AttendancePage) -> None:
    assert busy.facts[0].value.startswith("....") and busy.facts[1].value.endswith("WIB")
    world = World(session)
    world.cycle.dissemination_on = world.on
    world.cycle.timezone = "Asia/Makassar"
    page = page_of(world)
    assert page.facts[0].value == "Senin, 6 Juli 2026" and page.facts[1].value.endswith("WITA")


def test_an_agency_that_nobody_speaks_for_has_a_line_without_a_name(session: Session) -> None:
    world = World(session)
    session.query(Account).filter_by(username="perkim").one().is_active = False
    world.case_at(Status.RECOMMENDED)
    assert all("Perumahan" not in row[1] for row in named(page_of(world)))
    world.do(world.case_at(Status.RECOMMENDED), Action.PLAN_ACTIONS, "sistem")
    assert named(page_of(world))[-1] == (
        "",
        "Dinas Perumahan dan Kawasan Permukiman",
        "Kepala Dinas Perumahan dan Kawasan Permukiman",
    )


@pytest.mark.parametrize(
    ("areas", "institution"),
    [
        (["35.09.22.2001"], "Desa Kemuninglor, Kecamatan Arjasa"),
        (["35.09"], "Kabupaten Jember"),
        ([], ""),
        (["35.09.30"], None),
        (["35.09.22.2001", "35.09.22.2002", "35.09.22.2003", "35.09.22.2004"], "4 wilayah lokus"),
    ],
)
def test_a_field_worker_is_invited_when_a_focus_area_is_theirs(session: Session, areas: list[str], institution: str | None) -> None:
    world = World(session)
    add_person(
        session, {"username": "kader", "name": "Yuyun Wahyuni", "roles": ["field"], "areas": areas, "everywhere": not areas}, at=world.at
    )
    found = [row for row in named(page_of(world)) if row[0] == "Yuyun Wahyuni"]
    assert found == ([] if institution is None else [("Yuyun Wahyuni", institution, "Petugas lapangan")])


def test_somebody_with_two_roles_is_listed_once_and_who_left_is_not(session: Session) -> None:
    world = World(session)
    add_person(session, {"username": "dua", "name": "Yuli Astuti", "roles": ["field", "secretary"], "everywhere": True}, at=world.at)
    session.query(Account).filter_by(username="ketua").one().is_active = False
    rows = named(page_of(world))
    assert [row[2] for row in rows if row[0] == "Yuli Astuti"] == ["Sekretariat"]
    assert "Bambang Setyadi" not in {row[0] for row in rows} and "Sistem" not in {row[0] for row in rows}


def test_an_expert_without_a_seat_or_who_stepped_back_is_not_invited(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.READY)
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak"})
    assert [row[0] for row in named(page_of(world)) if "spesialis" in row[2]] == ["dr. Sasmita Adi, Sp.A"]
    world.do(case, Action.RECUSE, "dr.anak", {"reason": "Kerabat"})
    assert not [row for row in named(page_of(world)) if "spesialis" in row[2]]


def test_the_list_does_not_change_with_the_days_and_is_dated_with_its_newest_name(session: Session) -> None:
    world = World(session)
    world.case_at(Status.APPROVED)
    before = canonical_json(frozen(world, "daftar-hadir"))
    world.pass_days(4)
    assert canonical_json(frozen(world, "daftar-hadir")) == before
    add_person(session, {"username": "baru", "name": "Yuli Astuti", "roles": ["secretary"]}, at=world.at)
    assert frozen(world, "daftar-hadir")["dated"] == "2026-07-10T02:00:00+00:00"


def test_an_empty_cycle_still_invites_the_office(session: Session) -> None:
    page = page_of(World(session))
    assert [row[2] for row in named(page)] == ["Ketua", "Sekretariat", "Petugas lapangan"]
    assert page.chair.office == "Ketua TP3S Kabupaten Jember" and page.chair.field == "ketua"
