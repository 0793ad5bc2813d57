"""Absences, conflicts of interest and saved phrases: who may say them, what becomes of them, and that nobody else sees them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from audit.casework import declarations as d
from audit.casework.panels import fill_seats, propose
from audit.casework.phrases import MOST_PHRASES, forget_phrase, phrases_of, save_phrase
from audit.errors import Refused
from audit.forms import Problems
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import Action, Status
from audit.people.directory import as_person
from audit.people.tables import Account
from audit.steps.review.tables import ConflictDeclaration, SavedPhrase, Unavailability
from tests.factory import DESA, World, worksheet_answers

HOLIDAY = {"from_on": "2026-07-01", "to_on": "2026-08-10", "note": "Cuti melahirkan"}


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def absent(world: World, of: str, by: str | None = None, given: Mapping[str, Any] = HOLIDAY) -> Unavailability:
    return d.declare_absence(world.session, given, of=world.people[of], by=world.people[by or of], on=world.on, at=world.at)


def conflict(world: World, of: str, kind: str, value: str, by: str | None = None) -> ConflictDeclaration:
    given = {"kind": kind, "value": value, "note": "Keponakan"}
    return d.declare_conflict(world.session, given, of=world.people[of], by=world.people[by or of], at=world.at)


def change(world: World, username: str, **columns: Any) -> None:
    account = world.session.get_one(Account, world.people[username].id)
    for name, value in columns.items():
        setattr(account, name, value)
    world.session.flush()
    world.people[username] = as_person(account)


def seated(world: World, case: Case) -> set[str]:
    names = {person.id: username for username, person in world.people.items()}
    return {names[seat.person_id] for seat in world.facts(case).seats}


def fill(world: World, *cases: Case) -> None:
    fill_seats(world.session, [case.id for case in cases], at=world.at)


@pytest.mark.parametrize("by", ["dr.anak", "sekretariat"])
def test_who_is_away_gets_no_case_until_it_is_withdrawn(world: World, by: str) -> None:
    row = absent(world, "dr.anak", by)
    first = world.case_at(Status.READY)
    fill(world, first)
    assert seated(world, first) == {"dr.anak2", "gizi"}
    d.withdraw_absence(world.session, row.id, by=world.people[by], at=world.at)
    second = world.case_at(Status.READY)
    fill(world, second)
    assert seated(world, second) == {"dr.anak", "gizi2"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "required"),
        ({"from_on": "2026-07-10", "to_on": "2026-07-09"}, "ends_before_start"),
        ({"from_on": "2026-06-01", "to_on": "2026-06-09"}, "in_the_past"),
        ({"from_on": "2026-07-01", "to_on": "2029-07-01"}, "too_long"),
        ({"from_on": "besok", "to_on": "lusa"}, "not_a_date"),
    ],
)
def test_an_absence_that_cannot_be_is_named(world: World, given: Mapping[str, Any], code: str) -> None:
    with pytest.raises(Problems) as refused:
        absent(world, "dr.anak", given=given)
    assert refused.value.problems[0].code == code
    assert d.absences_seen_by(world.session, world.people["sekretariat"], on=world.on) == []


def test_only_the_expert_and_the_secretariat_declare_and_withdraw_and_see(world: World) -> None:
    for of, by, code in (("dr.anak", "gizi", "not_yours"), ("dr.anak", "ketua", "not_yours"), ("ketua", "sekretariat", "not_an_expert")):
        with pytest.raises(Refused) as refused:
            absent(world, of, by)
        assert refused.value.reasons[0].code == code
    away, tie = absent(world, "dr.anak"), conflict(world, "dr.anak", "case", "AKS-3509-2026-2-999")
    for reader, sees in (("dr.anak", 1), ("sekretariat", 1), ("gizi", 0), ("ketua", 0)):
        person = world.people[reader]
        assert len(d.absences_seen_by(world.session, person, on=world.on)) == sees
        assert len(d.conflicts_seen_by(world.session, person)) == sees
    for stranger in ("gizi", "ketua"):
        for withdraw, number in ((d.withdraw_absence, away.id), (d.withdraw_conflict, tie.id), (d.withdraw_absence, 9999)):
            with pytest.raises(Refused, match="tidak ada atau bukan milik Anda"):
                withdraw(world.session, number, by=world.people[stranger], at=world.at)
    d.withdraw_conflict(world.session, tie.id, by=world.people["dr.anak"], at=world.at)
    with pytest.raises(Refused, match="tidak ada atau bukan"):
        d.withdraw_conflict(world.session, tie.id, by=world.people["dr.anak"], at=world.at)
    assert d.conflicts_seen_by(world.session, world.people["sekretariat"]) == []


@pytest.mark.parametrize(("kind", "value"), [("puskesmas", "PKM  Arjasa"), ("desa", DESA), ("case", "aks-3509-2026-2-001")])
def test_a_declared_conflict_keeps_the_expert_off_by_every_way(world: World, kind: str, value: str) -> None:
    conflict(world, "dr.anak", kind, value)
    case = world.case_at(Status.READY)
    with pytest.raises(Refused, match="menyatakan benturan kepentingan"):
        world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak"})
    fill(world, case)
    assert seated(world, case) == {"dr.anak2", "gizi"}


@pytest.mark.parametrize(
    ("kind", "value", "code"), [("desa", "35.99.99", "unknown_region"), ("kota", "x", "not_a_choice"), ("case", "", "required")]
)
def test_a_conflict_that_cannot_be_is_named(world: World, kind: str, value: str, code: str) -> None:
    with pytest.raises(Problems) as refused:
        conflict(world, "dr.anak", kind, value)
    assert code in [p.code for p in refused.value.problems]


def test_a_neighbour_and_an_own_patient_are_found_without_being_told(world: World) -> None:
    change(world, "dr.anak", home_desa=DESA)
    change(world, "gizi", roles=["expert", "field"], areas=["35.09.22"])
    case = world.open()
    world.do(case, Action.SUBMIT_WORKSHEET, "gizi", worksheet_answers(world.facts(case).group))
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "a" * 64, "pdf_sha256": "b" * 64})
    plan = propose(world.session, world.cycle.id, on=world.on).plan
    why = {one.name: one.why for seat in plan.seats for one in seat.passed_over}
    assert why["dr. Sasmita Adi, Sp.A"] == "tinggal di desa yang sama dengan sasaran"
    assert why["Tutik Lestari, M.Gz"] == "pernah menangani sasaran ini (mengisi kertas kerjanya)"
    with pytest.raises(Refused, match="pernah menangani sasaran ini"):
        world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "gizi"})
    fill(world, case)
    assert seated(world, case) == {"dr.anak2", "gizi2"}


def test_who_was_in_charge_of_the_child_in_an_earlier_cycle_is_found(world: World) -> None:
    change(world, "gizi", roles=["expert", "field"], areas=["35.09.30"])
    earlier = world.case_at(Status.APPROVED)
    world.do(earlier, Action.NAME_PERSON_IN_CHARGE, "sekretariat", {"person": "gizi"})
    columns = {c.key: getattr(world.cycle, c.key) for c in world.cycle.__table__.columns if c.key != "id"}
    before = Cycle(**{**columns, "code": "2026-1", "number": 1})
    world.session.add(before)
    world.session.flush()
    later = world.case_at(Status.READY)
    earlier.cycle_id, later.subject_id = before.id, earlier.subject_id
    world.session.flush()
    with pytest.raises(Refused, match="menjadi penanggung jawab kasusnya"):
        world.do(later, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "gizi"})


def test_a_limit_is_kept_and_told_with_its_repair(world: World) -> None:
    change(world, "dr.anak", most_cases=1)
    change(world, "dr.anak2", most_cases=1)
    cases = [world.case_at(Status.READY) for _ in range(3)]
    proposal = propose(world.session, world.cycle.id, on=world.on)
    assert [seat.case_number for seat in proposal.plan.seats if seat.discipline == "paediatrics"] == [cases[0].number, cases[1].number]
    assert [repair.sentence for repair in proposal.plan.repairs] == [
        f"Naikkan batas dr. Sasmita Adi, Sp.A dari 1 menjadi 2 kasus, untuk kasus {cases[2].number}."
    ]
    assert all(world.facts(case).panel == () for case in cases), "a proposal wrote something"
    filled = fill_seats(world.session, [case.id for case in cases], at=world.at)
    assert [one.seats for one in filled] == [2, 2, 1]
    world.do(cases[2], Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak"})
    assert "dr.anak" in seated(world, cases[2]), "the secretariat may go beyond a limit that the system keeps"


def test_who_sits_already_and_declares_a_conflict_later_is_asked_to_step_back(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    conflict(world, "gizi", "case", case.number)
    assert propose(world.session, world.cycle.id, on=world.on).standing_conflicts == (
        f"Tutik Lestari, M.Gz duduk pada kasus {case.number}, tetapi menyatakan benturan kepentingan dengan kasus ini. "
        "Mintalah mengundurkan diri.",
    )


def test_a_proposal_takes_as_many_statements_however_many_cases(world: World) -> None:
    counted: list[str] = []
    world.case_at(Status.READY)
    event.listen(world.session.get_bind(), "before_cursor_execute", lambda *args: counted.append(args[2]))
    propose(world.session, world.cycle.id, on=world.on)
    one = len(counted)
    for _ in range(4):
        world.case_at(Status.READY)
    counted.clear()
    assert propose(world.session, world.cycle.id, on=world.on).cases == 5
    assert len(counted) == one == 9


def test_phrases_are_kept_once_for_their_question_and_only_for_their_owner(world: World) -> None:
    gizi, other = world.people["gizi"], world.people["gizi2"]
    kept = save_phrase(world.session, {"field": "specific", "text": "PMT lokal 90 hari"}, of=gizi, at=world.at)
    again = save_phrase(world.session, {"field": "specific", "text": "PMT lokal 90 hari "}, of=gizi, at=world.at)
    save_phrase(world.session, {"field": "summary", "text": "PMT lokal 90 hari"}, of=gizi, at=world.at)
    assert again.id == kept.id
    assert [p.text for p in phrases_of(world.session, gizi, field="specific")] == ["PMT lokal 90 hari"]
    assert len(phrases_of(world.session, gizi)) == 2 and phrases_of(world.session, other) == []
    with pytest.raises(Refused, match="tidak ada atau bukan milik Anda"):
        forget_phrase(world.session, kept.id, of=other)
    forget_phrase(world.session, kept.id, of=gizi)
    assert phrases_of(world.session, gizi, field="specific") == []


def test_a_phrase_that_cannot_be_kept_is_refused(world: World) -> None:
    gizi = world.people["gizi"]
    for given, code in (({"field": "main_cause", "text": "a"}, "not_a_choice"), ({"field": "specific"}, "required")):
        with pytest.raises(Problems) as problems:
            save_phrase(world.session, given, of=gizi, at=world.at)
        assert problems.value.problems[0].code == code
    with pytest.raises(Refused, match="Hanya anggota tim pakar"):
        save_phrase(world.session, {"field": "specific", "text": "a"}, of=world.people["ketua"], at=world.at)
    world.session.add_all(SavedPhrase(person_id=gizi.id, field="summary", text=f"{n}", saved_at=world.at) for n in range(MOST_PHRASES))
    world.session.flush()
    with pytest.raises(Refused, match=f"paling banyak {MOST_PHRASES}"):
        save_phrase(world.session, {"field": "specific", "text": "a"}, of=gizi, at=world.at)


def test_an_absence_of_the_past_is_no_longer_listed(world: World) -> None:
    absent(world, "dr.anak")
    assert d.absences_seen_by(world.session, world.people["dr.anak"], on=date(2026, 8, 11)) == []
