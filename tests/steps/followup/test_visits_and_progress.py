"""Visits and the progress of actions: each act allowed and refused, at the edges of days, ranges and repeats."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.forms import Problems
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.people.directory import add_person
from audit.steps.followup.queries import visits_of
from audit.steps.followup.tables import Visit
from audit.steps.intake.tables import Measurement
from tests.factory import World


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def states(world: World, case: Any) -> dict[date, str]:
    return {v.planned_on: v.state for v in visits_of(world.session, [case.id]) if v.state != "planned"}


def test_a_visit_is_measured_and_scored_at_once(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    world.pass_days(2)
    given = {"visited_on": world.on, "weight_kg": "8,4", "height_cm": "75,2", "position": "Terlentang", "oedema": "tidak"}
    event = world.do(case, Action.RECORD_VISIT, "bidan.arjasa", given)
    m = world.session.get_one(Measurement, event.details["measurement"])
    assert (m.source, m.position, m.age_months, m.flags) == ("visit", 1, 22, 0)
    assert m.haz is not None and m.waz is not None and m.whz is not None and -400 < m.haz < -250


def test_a_visit_without_a_measurement_and_one_of_a_woman_have_no_z(world: World) -> None:
    child, woman = world.case_at(Status.FOLLOW_UP), world.case_at(Status.FOLLOW_UP, Group.BUMIL)
    event = world.do(child, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, "note": "Anak tidur"})
    assert event.details["measurement"] is None
    event = world.do(
        woman, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, "weight_kg": 120, "height_cm": 171, "muac_cm": 38}
    )
    m = world.session.get_one(Measurement, event.details["measurement"])
    assert (m.haz, m.waz, m.age_months, m.weight_kg) == (None, None, None, 120)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"weight_kg": 58.5}, "58,5 kg di luar batas balita; paling banyak 58"),
        ({"height_cm": 151}, "paling banyak 150"),
        ({"muac_cm": 36}, "paling banyak 35"),
        ({"weight_kg": "nan"}, "bukan angka"),
        ({"note": "a\x00b"}, "karakter yang tidak dapat dicetak"),
        ({"catatan": "x"}, "isian ini tidak ada"),
    ],
)
def test_what_no_child_measures_is_refused_and_nothing_is_kept(world: World, given: dict[str, Any], says: str) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    with pytest.raises(Problems, match=says):
        world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, **given})
    assert states(world, case) == {}


def test_even_an_absurd_pair_of_values_is_kept_flagged_on_both_databases(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    event = world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, "weight_kg": 58, "height_cm": 45.5})
    world.session.flush()
    m = world.session.get_one(Measurement, event.details["measurement"])
    assert m.flags & 4 and m.whz is not None and m.whz > 3000


def test_a_day_is_recorded_once(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    world.pass_days(9)
    world.do(case, Action.MARK_VISIT_MISSED, "sistem")
    missed = [day for day, state in states(world, case).items() if state == "missed"]
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on})
    with pytest.raises(Refused, match="sudah dicatat"):
        world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, "weight_kg": 8.4})
    assert [day for day, state in states(world, case).items() if state == "missed"] == missed


def test_a_visit_on_the_next_day_does_not_make_up_for_older_missed_ones(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    planned = [v.planned_on for v in visits_of(world.session, [case.id])]
    world.pass_days((planned[2] - world.on).days)
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": planned[2]})
    world.pass_days(1)
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on})
    assert states(world, case) == {planned[2]: "done", world.on: "done"}
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": planned[1]})
    assert states(world, case) == {planned[1]: "done", planned[2]: "done", world.on: "done"}


def test_a_visit_on_the_day_of_the_start_is_extra_and_one_before_it_is_refused(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on})
    assert states(world, case) == {world.on: "done"}
    with pytest.raises(Problems, match="mendahului tindak lanjut"):
        world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on - timedelta(days=1)})


def test_a_visit_late_in_the_evening_belongs_to_the_day_of_the_district(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    world.at = datetime(2026, 7, 7, 17, 30, tzinfo=UTC)  # half past midnight in Jember
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": "2026-07-08"})
    assert list(world.session.scalars(select(Visit.visited_on).where(Visit.state == "done"))) == [date(2026, 7, 8)]
    world.at = datetime(2026, 7, 8, 16, 59, tzinfo=UTC)  # one minute to midnight
    with pytest.raises(Problems, match="belum terjadi"):
        world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": "2026-07-09"})


def test_a_visit_becomes_overdue_the_day_after_its_days_of_grace(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    first = visits_of(world.session, [case.id])[0]
    world.pass_days((first.late_after - world.on).days)
    assert world.facts(case).visits_overdue == 0
    world.pass_days(1)
    assert world.facts(case).visits_overdue == 1


def test_the_days_of_grace_end_at_midnight_in_the_district(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    last = visits_of(world.session, [case.id])[0].late_after
    world.at = datetime(last.year, last.month, last.day, 16, 59, tzinfo=UTC)
    with pytest.raises(Refused, match="Tidak ada kunjungan yang terlewat"):
        world.do(case, Action.MARK_VISIT_MISSED, "sistem")
    world.at += timedelta(minutes=1)
    world.do(case, Action.MARK_VISIT_MISSED, "sistem")


@pytest.mark.parametrize(("person", "says"), [("", "wajib diisi"), ("ketua", "bukan petugas lapangan"), ("siapa", "Tidak ada pengguna")])
def test_only_a_field_worker_can_be_put_in_charge(world: World, person: str, says: str) -> None:
    case = world.case_at(Status.APPROVED)
    with pytest.raises(Refused, match=says):
        world.do(case, Action.NAME_PERSON_IN_CHARGE, "sekretariat", {"person": person})
    world.do(case, Action.NAME_PERSON_IN_CHARGE, "sekretariat", {"person": "bidan.silo"})
    assert world.facts(case).person_in_charge_id == world.people["bidan.silo"].id


def test_who_reported_an_action_cannot_confirm_it_and_a_confirmed_one_is_closed(world: World) -> None:
    about = {"username": "kapus", "name": "Kapus", "roles": ["agency", "field"], "agency": "puskesmas", "areas": ["35.09.22"]}
    world.people["kapus"] = add_person(world.session, about, at=world.at)
    case = world.case_at(Status.FOLLOW_UP)
    world.do(case, Action.REPORT_PROGRESS, "kapus", {"action": 1, "status": "selesai", "evidence": "Foto"})
    with pytest.raises(Refused, match="orang lain daripada yang melapor"):
        world.do(case, Action.CONFIRM_ACTION, "kapus", {"action": 1, "seen": "Ada"})
    with pytest.raises(Refused, match="Kegiatan 2 belum dilaporkan selesai"):
        world.do(case, Action.CONFIRM_ACTION, "bidan.arjasa", {"action": 2, "seen": "Ada"})
    with pytest.raises(Problems, match=r"Kegiatan 3 tidak ada; pilih dari 1, 2\."):
        world.do(case, Action.CONFIRM_ACTION, "bidan.arjasa", {"action": 3, "seen": "Ada"})
    world.do(case, Action.CONFIRM_ACTION, "bidan.arjasa", {"action": 1, "seen": "Ada"})
    with pytest.raises(Refused, match="sudah dipastikan selesai"):
        world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "berjalan"})


@pytest.mark.parametrize(("status", "needs"), [("selesai", "evidence"), ("terkendala", "obstacle"), ("batal", "obstacle")])
def test_a_report_says_what_shows_it_or_what_stands_in_its_way(world: World, status: str, needs: str) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    label = {"evidence": "Bukti", "obstacle": "Kendala"}[needs]
    with pytest.raises(Problems, match=f"{label}: wajib diisi bila kegiatan {status}"):
        world.do(case, Action.REPORT_PROGRESS, "perkim", {"action": 2, "status": status})
    world.do(case, Action.REPORT_PROGRESS, "perkim", {"action": 2, "status": status, needs: "Berita acara"})
    facts = world.facts(case).actions[1]
    assert (facts.is_reported_done, facts.is_cancelled, facts.is_open) == (status == "selesai", status == "batal", status != "batal")


def test_a_cancelled_or_reported_action_is_not_escalated(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    world.do(case, Action.REPORT_PROGRESS, "perkim", {"action": 2, "status": "batal", "obstacle": "Tanah sengketa"})
    world.pass_days(31)
    assert len(world.do(case, Action.ESCALATE, "sistem").details["actions"]) == 1


def test_an_action_is_late_the_day_after_its_end(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    world.pass_days(30)
    with pytest.raises(Refused, match="Tidak ada kegiatan yang lewat"):
        world.do(case, Action.ESCALATE, "sistem")
    world.pass_days(1)
    assert len(world.do(case, Action.ESCALATE, "sistem").details["actions"]) == 2
