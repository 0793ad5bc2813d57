"""Invented people and cases for tests. A case reaches a status only by real actions through the one door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from audit.casework.facts import facts_of
from audit.casework.perform import open_case, perform
from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.people.directory import add_people, add_system_account
from audit.people.roles import SYSTEM, Person
from audit.steps.followup.rules import DEFAULT_FOLLOW_UP_MONTHS, DEFAULT_VISITS
from audit.steps.identify.tables import Candidate
from audit.steps.intake.tables import Measurement, Subject
from audit.steps.packet.forms import WORKSHEETS
from audit.steps.review.rules import DEFAULT_QUORUM

START = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
DESA = "35.09.22.2001"
PUSKESMAS = "Puskesmas Arjasa"

PEOPLE: Sequence[Mapping[str, Any]] = (
    {"username": "sekretariat", "name": "Endah Wulansari", "roles": ["secretary"]},
    {"username": "ketua", "name": "Bambang Setyadi", "roles": ["chair"]},
    {"username": "bidan.arjasa", "name": "Ninik Rahayu", "roles": ["field"], "areas": ["35.09.22"], "puskesmas": PUSKESMAS},
    {"username": "bidan.silo", "name": "Lilik Handayani", "roles": ["field"], "areas": ["35.09.30"]},
    {"username": "dr.anak", "name": "dr. Sasmita Adi, Sp.A", "roles": ["expert"], "discipline": "paediatrics"},
    {"username": "dr.anak2", "name": "dr. Wening Pramudya, Sp.A", "roles": ["expert"], "discipline": "paediatrics"},
    {"username": "gizi", "name": "Tutik Lestari, M.Gz", "roles": ["expert"], "discipline": "nutrition"},
    {"username": "gizi2", "name": "Hari Nugraha, M.Gz", "roles": ["expert"], "discipline": "nutrition"},
    {"username": "dr.obgyn", "name": "dr. Laras Hapsari, Sp.OG", "roles": ["expert"], "discipline": "obstetrics"},
    {"username": "puskesmas", "name": "Kepala Puskesmas Arjasa", "roles": ["agency"], "agency": "puskesmas"},
    {"username": "perkim", "name": "Kabid Perkim", "roles": ["agency"], "agency": "perkim"},
    {"username": "pimpinan", "name": "Inspektur", "roles": ["leader"]},
)

OPINION: Mapping[str, Any] = {
    "summary": "Asupan protein kurang, diare berulang.",
    "direct_causes": ["intake_protein", "infection_repeated"],
    "indirect_causes": ["sanitation"],
    "main_cause": "intake_protein",
    "specific": "PMT lokal dengan protein hewani 90 hari.",
}
CONSENSUS: Mapping[str, Any] = {
    "summary": "Panel sepakat asupan protein kurang dengan jamban tidak layak.",
    "direct_causes": ["intake_protein"],
    "indirect_causes": ["sanitation"],
    "main_cause": "intake_protein",
    "recommendations": [
        {"class": "spesifik", "cause": "intake_protein", "text": "PMT lokal 90 hari"},
        {"class": "sensitif", "cause": "sanitation", "text": "Bantuan jamban sehat"},
    ],
}


def complete_plan(on: date) -> dict[str, Any]:
    """A plan that answers both recommendations of CONSENSUS with every column filled."""
    common = {
        "implementer": "Tim pendamping keluarga",
        "target": "Keluarga sasaran",
        "place_code": DESA,
        "starts_on": on,
        "ends_on": on + timedelta(days=30),
        "baseline": "0",
        "goal": "100 %",
        "indicator": "Terlaksana",
    }
    return {
        "actions": [
            {"recommendation": 1, "activity": "PMT lokal", "owner_agency": "puskesmas", "funding": "apbn_bok", **common},
            {"recommendation": 2, "activity": "Bangun jamban", "owner_agency": "perkim", "funding": "apbd", **common},
        ]
    }


def worksheet_answers(group: Group, *, without: Sequence[str] = ()) -> dict[str, Any]:
    """An answer to every required field of the group's worksheet, taken from the form itself."""
    answers: dict[str, Any] = {}
    for f in WORKSHEETS[group].fields:
        if not f.is_required or f.name in without:
            continue
        low, high = f.usual or (f.lowest or 0, f.highest or 10)
        answers[f.name] = {
            "text": "Ninik Rahayu",
            "whole": round((low + high) / 2),
            "number": (low + high) / 2,
            "date": date(2026, 7, 6),
            "yes_no": True,
            "choice": next(iter(f.choices), ""),
            "choices": [next(iter(f.choices), "")],
        }[f.kind]
    return answers


class World:
    """One cycle with its people, a clock that is moved by hand, and cases made by real actions."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.at = START
        add_system_account(session, at=self.at)
        self.people: dict[str, Person] = {person.username: person for person in add_people(session, PEOPLE, at=self.at)}
        self.people["sistem"] = SYSTEM
        self.cycle = Cycle(
            code="2026-2",
            kabupaten_code="35.09",
            year=2026,
            number=2,
            timezone="Asia/Jakarta",
            starts_on=date(2026, 7, 1),
            ends_on=date(2026, 12, 31),
            opened_at=self.at,
            settings={
                "focus_areas": ["35.09.22"],
                "groups": ["balita", "bumil"],
                "quorum": {group: dict(rows) for group, rows in DEFAULT_QUORUM.items()},
                "visits": dict(DEFAULT_VISITS),
                "follow_up_months": DEFAULT_FOLLOW_UP_MONTHS,
                "wording": {"team": "TP3S", "period": "semester"},
            },
        )
        session.add(self.cycle)
        session.flush()

    @property
    def on(self) -> date:
        return local_date(self.at, self.cycle.timezone)

    def pass_days(self, days: int) -> None:
        self.at += timedelta(days=days)

    def candidate(self, group: Group = Group.BALITA, *, name: str = "Bunga Anggraini", puskesmas: str = PUSKESMAS) -> Candidate:
        """A measured subject whom the screening pointed at."""
        subject = Subject(
            kind="child" if group.is_child else "woman",
            is_male=False,
            identity={"name": name, "nik": "3509225708249001", "birth_date": "2024-08-17" if group.is_child else "1996-02-03"},
            desa_code=DESA,
            puskesmas=puskesmas,
            posyandu="Melati 3",
        )
        self.session.add(subject)
        self.session.flush()
        child = {"weight_kg": 8.1, "height_cm": 74.0, "haz": -331, "waz": -266, "whz": -139, "age_months": 22}
        woman = {"weight_kg": 44.0, "height_cm": 149.0, "muac_cm": 22.1, "hb_g_dl": 10.2, "pregnancy_weeks": 20}
        measurement = Measurement(
            subject_id=subject.id,
            measured_on=date(2026, 6, 20),
            source="registry",
            position=1,
            **(child if group.is_child else woman),
        )
        self.session.add(measurement)
        self.session.flush()
        candidate = Candidate(
            cycle_id=self.cycle.id,
            subject_id=subject.id,
            measurement_id=measurement.id,
            target_group=group,
            kecamatan_code="35.09.22",
            score=5,
            rank=1,
            reasons=[{"code": "severe_stunting", "sentence": "TB/U −3,31 (sangat pendek)"}],
            needs_remeasuring=False,
            state="proposed",
            screened_at=self.at,
        )
        self.session.add(candidate)
        self.session.flush()
        return candidate

    def open(self, group: Group = Group.BALITA, **about: Any) -> Case:
        event = open_case(self.session, self.candidate(group, **about).id, by=self.people["sekretariat"], at=self.at)
        return self.session.get_one(Case, event.case_id)

    def do(
        self, case: Case, action: Action, by: str, given: Mapping[str, Any] | None = None, *, seen_version: int | None = None
    ) -> CaseEvent:
        return perform(self.session, case.id, action, by=self.people[by], at=self.at, given=given, seen_version=seen_version)

    def case_at(self, status: Status, group: Group = Group.BALITA, **about: Any) -> Case:
        """A case brought to `status` along the straight road."""
        case = self.open(group, **about)
        for step in _ROAD:
            if case.status == status:
                return case
            step(self, case)
        assert case.status == status, f"the straight road does not lead to {status}"
        return case

    def facts(self, case: Case) -> Any:
        return facts_of(self.session, case.id, on=self.on)


def _fill_and_freeze(world: World, case: Case) -> None:
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(Group(case.target_group)))
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "a" * 64, "pdf_sha256": "b" * 64})


def _seat_and_open(world: World, case: Case) -> None:
    doctor = "dr.anak" if Group(case.target_group).is_child else "dr.obgyn"
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": doctor})
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "gizi"})
    world.do(case, Action.OPEN_REVIEW, "sistem")


def _answer_and_close(world: World, case: Case) -> None:
    for seat in world.facts(case).seats:
        username = next(u for u, p in world.people.items() if p.id == seat.person_id)
        world.do(case, Action.SUBMIT_OPINION, username, OPINION)
    world.do(case, Action.CLOSE_REVIEW, "sistem")


def _agree(world: World, case: Case) -> None:
    lead = next(seat.person_id for seat in world.facts(case).seats if seat.is_lead)
    username = next(u for u, p in world.people.items() if p.id == lead)
    world.do(case, Action.RECORD_CONSENSUS, username, CONSENSUS)


def _plan(world: World, case: Case) -> None:
    world.do(case, Action.PLAN_ACTIONS, "sekretariat", complete_plan(world.on))
    world.do(case, Action.SUBMIT_PLAN, "sekretariat")


def _approve(world: World, case: Case) -> None:
    world.do(case, Action.APPROVE_PLAN, "ketua")


def _begin(world: World, case: Case) -> None:
    world.do(case, Action.NAME_PERSON_IN_CHARGE, "sekretariat", {"person": "bidan.arjasa"})
    world.do(case, Action.START_FOLLOW_UP, "sistem")


def _follow_up_and_judge(world: World, case: Case) -> None:
    world.pass_days(60)
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, "weight_kg": 9.4, "height_cm": 78.5, "position": "lying"})
    world.pass_days(40)
    world.do(case, Action.EVALUATE, "sekretariat")


_ROAD = (_fill_and_freeze, _seat_and_open, _answer_and_close, _agree, _plan, _approve, _begin, _follow_up_and_judge)
