"""The flows do what is due, and a second run finds nothing to do."""

from __future__ import annotations

from sqlalchemy import func, select

from audit.lifecycle.tables import Case, CaseEvent, Document, Outbox
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.people.tables import Account
from audit.steps.identify.tables import Candidate
from audit.steps.packet.tables import Packet
from tests.factory import CONSENSUS, OPINION, worksheet_answers
from tests.flows.conftest import Office


def test_the_heartbeat_takes_a_complete_worksheet_to_an_open_review_and_then_rests(office: Office) -> None:
    world = office.world
    child, mother = world.open(), world.open(Group.BUMIL, name="Sulastri Ningsih")
    waiting = world.open(name="Dewi Kartika")
    for case in (child, mother):
        world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(world.facts(case).group))
    assert office.run("semester") == {"frozen": 2, "seated": 4, "opened": 2}
    assert [child.status, mother.status, waiting.status] == [Status.UNDER_REVIEW, Status.UNDER_REVIEW, Status.SELECTED]
    packet = world.session.scalars(select(Packet).where(Packet.case_id == child.id)).one()
    assert office.here.files.get(packet.pdf_sha256).startswith(b"%PDF-")
    assert b"Bunga Anggraini" in office.here.files.get(packet.snapshot_sha256)
    events = world.session.scalar(select(func.count()).select_from(CaseEvent))
    assert office.run("semester") == {}
    assert world.session.scalar(select(func.count()).select_from(CaseEvent)) == events


def test_the_heartbeat_closes_on_quorum_drafts_the_plan_and_tells_the_owners(office: Office) -> None:
    world = office.world
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    assert office.run("semester") == {}
    world.do(case, Action.SUBMIT_OPINION, "dr.anak", OPINION)
    assert office.run("expert_review")["closed"] == 1
    world.do(case, Action.RECORD_CONSENSUS, "dr.anak", CONSENSUS)
    assert office.run("recommendation") == {"drafted": 1}
    assert office.run("recommendation") == {"drafted": 0}
    told = set(world.session.scalars(select(Outbox.action).where(Outbox.case_id == case.id)))
    assert {Action.CLOSE_REVIEW, Action.RECORD_CONSENSUS} <= told


def test_follow_up_starts_marks_what_was_missed_and_escalates_what_is_late_once(office: Office) -> None:
    world = office.world
    case = world.case_at(Status.APPROVED)
    assert office.run("follow_up") == {"started": 0, "missed": 0, "escalated": 0}
    world.do(case, Action.NAME_PERSON_IN_CHARGE, "sekretariat", {"person": "bidan.arjasa"})
    assert office.run("follow_up")["started"] == 1
    world.pass_days(45)
    assert office.run("follow_up") == {"started": 0, "missed": 1, "escalated": 1}
    assert office.run("follow_up") == {"started": 0, "missed": 0, "escalated": 0}


def test_identify_opens_cases_by_quota_and_no_more_the_second_time(office: Office) -> None:
    world = office.world
    for n in range(3):
        world.candidate(name=f"Anak Contoh {n}")
    world.cycle.settings = {**world.cycle.settings, "quotas": {"balita": {"35.09.22": 2}, "bumil": {"35.09.22": 1}}, "criteria": {}}
    by_id = world.people["sekretariat"].id
    assert office.run("identify", by_id=by_id) == {"candidates": 3, "opened": 2}
    assert office.run("identify", by_id=by_id) == {"candidates": 3, "opened": 0}
    assert world.session.scalar(select(func.count()).select_from(Case)) == 2
    assert world.session.scalar(select(func.count()).select_from(Candidate).where(Candidate.state == "chosen")) == 2


def test_dissemination_makes_each_document_once(office: Office) -> None:
    office.world.case_at(Status.EVALUATED)
    assert office.run("dissemination") == {"documents": 4, "new": 4, "failed": 0, "failures": []}
    assert office.run("dissemination") == {"documents": 4, "new": 0, "failed": 0, "failures": []}
    made = office.world.session.scalars(select(Document)).all()
    assert {(d.name, d.edition, d.subject) for d in made} == {
        ("diseminasi", "terbatas", ""),
        ("diseminasi", "publik", ""),
        ("rtl", "terbatas", "puskesmas"),
        ("rtl", "terbatas", "perkim"),
    }
    assert all(office.here.files.get(d.file_sha256).startswith(b"%PDF-") for d in made)


def test_a_seat_that_nobody_can_take_stays_empty_and_the_case_waits(office: Office) -> None:
    world = office.world
    case = world.case_at(Status.READY)
    for username in ("gizi", "gizi2"):
        world.session.get_one(Account, world.people[username].id).is_active = False
    assert office.run("semester") == {"seated": 1}
    assert case.status == Status.READY
