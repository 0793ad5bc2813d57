"""A small invented office in the middle of its semester: a case in every status on the day it is made, for looking around in a browser.

Days are counted back from today. The whole semester with all its documents is played in semester.py; people and stories are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.casework.cycles import open_cycle
from audit.casework.installation import Installation
from audit.casework.perform import open_case
from audit.demo import workbook
from audit.demo.cast import CYCLE, FOCUS, PEOPLE
from audit.demo.families import District, make_district
from audit.demo.follow_up import action_numbers, visit, visits_on
from audit.demo.stage import Player, RunFlow, Show, Stage
from audit.demo.story import consensus, opinion, plan, worksheet
from audit.errors import Fault
from audit.lifecycle.calendar import add_months, local_date
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.people.directory import add_person, people
from audit.settings import DEFAULT_TIMEZONE
from audit.steps.identify.actions import choose, screen_cycle
from audit.steps.identify.tables import Candidate
from audit.steps.intake.actions import admit
from audit.steps.intake.tables import Measurement, Subject

SEED = 20261101


class Part(StrEnum):
    """What a case is there to show."""

    EVALUATED = "evaluated"
    CARRIED_OVER = "carried-over"
    VISIT_TODAY = "visit-today"
    VISIT_OVERDUE = "visit-overdue"
    REPORTED = "reported"
    ACTION_OVERDUE = "action-overdue"
    NO_OPINION = "no-opinion"
    ONE_OPINION = "one-opinion"
    TWO_OPINIONS = "two-opinions"
    DIVIDED = "divided"
    RECOMMENDED = "recommended"
    PLANNED = "planned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    PARTIAL = "partial"
    EMPTY = "empty"
    MOTHER_FOLLOWED = "mother-followed"
    MOTHER_UNDER_REVIEW = "mother-under-review"
    MOTHER_READY = "mother-ready"


_MOTHERS = (Part.MOTHER_FOLLOWED, Part.MOTHER_UNDER_REVIEW, Part.MOTHER_READY)
_CHILDREN = tuple(part for part in Part if part not in _MOTHERS)
_FIRST = (Part.EVALUATED, Part.CARRIED_OVER)
_SECOND = (Part.VISIT_TODAY, Part.VISIT_OVERDUE, Part.REPORTED, Part.ACTION_OVERDUE, Part.MOTHER_FOLLOWED)
_LAST = (Part.PARTIAL, Part.EMPTY)
_THIRD = tuple(part for part in Part if part not in (*_FIRST, *_SECOND, *_LAST))
"""The cases come in four waves, as an office opens them."""

BEGAN = timedelta(days=126)
"""How long ago the office of the play opened its cycle."""
_REGISTER_MONTHS = 3
_DOUBTS = 8
"""Rows of the newest file whose child may be one that is known."""
_LATEST_WEEK = 38
"""Of a pregnancy, today."""
_NOBODY = "retno"
"""The only psychologist works at the puskesmas of one case, which therefore finds no panel: it waits as a packet that is ready."""

QUOTAS: Mapping[str, int] = {"balita": 6, "bumil": 3}
QUORUM: Mapping[str, Any] = {
    "balita": {"paediatrics": 1, "nutrition": 1},
    "bumil": {"obstetrics": 1, "nutrition": 1, "psychology": 1},
}


@dataclass(frozen=True, slots=True)
class OpenOffice:
    """What the play leaves."""

    cycle_code: str
    cases: int
    on: date


def play_office(here: Installation, registers: Path, run: RunFlow, show: Show, *, now: datetime, seed: int = SEED) -> OpenOffice:
    """Bring an installation that was just made to where an office stands on the day of `now`. registers: folder for the registry files.

    run: starts a flow by name (flows.embedded.run). Raises Fault when the invented district does not hold what the play needs.
    """
    return _Office(here, registers, run, show, now, seed).play()


class _Office(Stage):
    """The play; every method plays one part of it, oldest first."""

    def __init__(self, here: Installation, registers: Path, run: RunFlow, show: Show, now: datetime, seed: int) -> None:
        super().__init__(here, run, show)
        self.registers, self.now, self.seed, self.rng = registers, now, seed, Random(seed)
        self.today = local_date(now, DEFAULT_TIMEZONE)
        self.parts: dict[Part, int] = {}
        self.by_part: dict[Part, Player] = {}
        self.next_month = add_months((self.today - BEGAN).replace(day=1), -_REGISTER_MONTHS)
        self.avoided = ""

    def play(self) -> OpenOffice:
        self.open_the_cycle()
        self.show.stage("Kasus yang sudah selesai ditindaklanjuti", 4)
        self.review(_FIRST, days_ago=124)
        self.plan_and_approve(_FIRST, days_ago=110)
        self.start(_FIRST, days_ago=107)
        self.follow_up(_FIRST, first=106, last=14)
        self.evaluate(days_ago=13)
        self.show.stage("Kasus yang sedang ditindaklanjuti", 4)
        self.review(_SECOND, days_ago=52)
        self.plan_and_approve(_SECOND, days_ago=34)
        self.start([part for part in _SECOND if part is not Part.VISIT_TODAY], days_ago=30)
        self.start([Part.VISIT_TODAY], days_ago=28)
        self.follow_up(_SECOND, first=29, last=1)
        self.show.stage("Kasus yang baru dikaji", 5)
        self.review(_THIRD, days_ago=17)
        self.load_newest_register()
        self.choose_for(_LAST)
        self.open_cases(_LAST)
        self.at = self.now
        self.fill_worksheet(Part.PARTIAL)
        self.heartbeat()
        self.show.advance()
        return OpenOffice(self.cycle.code, len(self.players), self.today)

    def day(self, days_ago: int) -> date:
        return self.today - timedelta(days=days_ago)

    def go_back(self, days_ago: int) -> None:
        self.go_to(self.day(days_ago))

    def open_the_cycle(self) -> None:
        """District, people and cycle."""
        self.show.stage("Menyusun kabupaten rekaan")
        opening = self.day(BEGAN.days)
        self.district = make_district(self.seed, on=opening, kecamatan=list(FOCUS))
        with self.here.sessions.begin() as session:
            for one in PEOPLE:
                if one["username"] != _NOBODY:
                    add_person(session, one, at=self.now - BEGAN)
            self.cycle = open_cycle(session, _cycle(self.today, opening), at=self.now - BEGAN)
        with self.here.reading() as session:
            self.people = {p.username: p for p in people(session)}
        self.registers.mkdir(parents=True, exist_ok=True)
        self.show.advance()

    def load_registers(self) -> None:
        """The files of every month that has come since the last time, to the month before; then candidates are found."""
        until = min(add_months(self.at.date().replace(day=1), -1), add_months(self.today.replace(day=1), -2))
        while self.next_month <= until:
            self.load(self.next_month, faults=False)
            self.next_month = add_months(self.next_month, 1)
        mothers = self.registers / f"register-bumil-{until:%Y-%m}.xlsx"
        workbook.write_bumil(mothers, self.district, until, faults=False)
        self.admit(mothers)
        with self.here.sessions.begin() as session:
            screen_cycle(session, self.cycle.id, at=self.at, on=self.at.date())

    def choose_for(self, parts: Sequence[Part]) -> None:
        """Candidates for these parts, the kecamatan in turn. Mothers who would have given birth by today are left out."""
        with self.here.reading() as session:
            chosen = [c for c in choose(session, self.cycle.id, on=self.at.date()) if c.id not in self.parts.values()]
            of = self._mothers(session, [c for c in chosen if c.target_group == Group.BUMIL])
        children = sorted((c for c in chosen if Group(c.target_group).is_child), key=lambda c: (c.rank, c.kecamatan_code))
        mothers = [c for c in chosen if c.id in of and of[c.id] != self.avoided]
        wanted = [part for part in parts if part not in self.parts]
        first_mother = next(iter(mothers), None)
        if Part.MOTHER_READY in wanted and first_mother is not None:
            self.avoided = of[first_mother.id]  # whose case will find no panel
            self.parts[Part.MOTHER_READY] = first_mother.id
            mothers = [c for c in mothers if of[c.id] != self.avoided]
        for part in wanted:
            if part in self.parts:
                continue
            waiting = mothers if part in _MOTHERS else children
            if not waiting:
                raise Fault("Kabupaten rekaan ini tidak memuat cukup calon untuk kantor contoh.")
            self.parts[part] = waiting.pop(0).id

    def _mothers(self, session: Session, candidates: Sequence[Candidate]) -> dict[int, str]:
        """The puskesmas of each who is still expecting today, by candidate."""
        found = session.execute(
            select(Candidate.id, Subject.puskesmas, Measurement.pregnancy_weeks, Measurement.measured_on)
            .join(Subject, Subject.id == Candidate.subject_id)
            .join(Measurement, Measurement.id == Candidate.measurement_id)
            .where(Candidate.id.in_([c.id for c in candidates]))
        )
        return {
            candidate_id: puskesmas
            for candidate_id, puskesmas, weeks, measured_on in found
            if weeks is not None and weeks + (self.today - measured_on).days // 7 <= _LATEST_WEEK
        }

    def hire_psychologist(self) -> None:
        waiting = next(one for one in PEOPLE if one["username"] == _NOBODY)
        with self.here.sessions.begin() as session:
            add_person(session, {**waiting, "puskesmas": self.avoided}, at=self.at)
            self.people = {p.username: p for p in people(session)}

    def load(self, month: date, *, faults: bool) -> None:
        path = self.registers / f"eppgbm-{month:%Y-%m}.xlsx"
        district = _with_new_niks(self.district, month) if faults else self.district
        workbook.write_eppgbm(path, district, month, faults=faults)
        self.admit(path)

    def admit(self, path: Path) -> None:
        by, on = self.people["sekretariat"], self.at.date()
        with self.here.sessions.begin() as session:
            admit(session, path, by=by, at=self.at, on=on, kabupaten=self.cycle.kabupaten_code, cycle_id=self.cycle.id)

    def load_newest_register(self) -> None:
        """The file of last month as it comes: with rows that are refused and rows that may be somebody known."""
        self.load(add_months(self.today.replace(day=1), -1), faults=True)

    def open_cases(self, parts: Sequence[Part]) -> None:
        """Cases for these candidates, by the secretariat, in the order of the parts."""
        for part in parts:
            with self.here.sessions.begin() as session:
                candidate = session.get_one(Candidate, self.parts[part])
                case_id = open_case(session, candidate.id, by=self.people["sekretariat"], at=self.at).case_id
            [player] = self.find_players([case_id])
            self.by_part[part] = player

    def review(self, parts: Sequence[Part], *, days_ago: int) -> None:
        """From the opening of these cases to the consensus of their panels, in two weeks; those that stop on the way are left there."""
        self.go_back(days_ago)
        self.load_registers()
        if parts == _SECOND:
            self.choose_for([*parts, Part.MOTHER_READY])
            self.hire_psychologist()
        else:
            self.choose_for(parts)
        self.open_cases(parts)
        self.go_back(days_ago - 5)
        for part in parts:
            self.fill_worksheet(part)
        if Part.RETURNED in parts:
            note = {"note": "Keadaan jamban dan selera makan belum diisi."}
            self.do(self.by_part[Part.RETURNED], Action.RETURN_WORKSHEET, "sekretariat", note)
        self.go_back(days_ago - 6)
        self.heartbeat()
        self.show.advance()
        self.go_back(days_ago - 10)
        if Part.WITHDRAWN in parts:
            self.do(self.by_part[Part.WITHDRAWN], Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
        for part in parts:
            self.give_opinions(part)
        self.heartbeat()
        self.show.advance()
        self.go_back(days_ago - 13)
        for part in parts:
            if part in (*_FIRST, *_SECOND, Part.RECOMMENDED, Part.PLANNED, Part.APPROVED):
                self.agree(part)
        if parts == _THIRD:
            self.go_back(days_ago - 15)
            self.plan([Part.PLANNED, Part.APPROVED])
            self.go_back(days_ago - 16)
            self.do(self.by_part[Part.APPROVED], Action.APPROVE_PLAN, "ketua")
            self.show.advance()

    def fill_worksheet(self, part: Part) -> None:
        player = self.by_part[part]
        field = self.field_worker(player.desa_code)
        answers = worksheet(
            player.group, player.story, visited_on=self.at.date(), visited_by=field.name, known=self.known(player), rng=self.rng
        )  # fmt: skip
        if part in (Part.RETURNED, Part.PARTIAL):
            answers = {name: value for n, (name, value) in enumerate(answers.items()) if n < len(answers) // 2}
        self.do(player, Action.SUBMIT_WORKSHEET, field, answers)

    def give_opinions(self, part: Part) -> None:
        """As many opinions as the part asks for; the third expert of one panel is added by the secretariat."""
        player = self.by_part[part]
        facts = self.facts(player)
        if facts.status != Status.UNDER_REVIEW:
            return
        seats = [self.person(seat.person_id) for seat in facts.seats]
        if part is Part.TWO_OPINIONS:
            seated = {person.username for person in seats}
            second = next(name for name in ("dr.sasmita", "dr.wening") if name not in seated)
            self.do(player, Action.ASSIGN_EXPERT, "sekretariat", {"expert": second})
            seats = [person for person in seats if person.username.startswith("dr.")] + [self.people[second]]
        answering = {Part.NO_OPINION: 0, Part.ONE_OPINION: 1, Part.MOTHER_UNDER_REVIEW: 1}.get(part, len(seats))
        for turn, expert in enumerate(seats[:answering]):
            differs = part is Part.DIVIDED and turn > 0
            self.do(player, Action.SUBMIT_OPINION, expert, opinion(player.story, main_cause=player.story.rival_cause if differs else None))

    def agree(self, part: Part) -> None:
        player = self.by_part[part]
        lead = next(seat for seat in self.facts(player).seats if seat.is_lead)
        self.do(player, Action.RECORD_CONSENSUS, self.person(lead.person_id), consensus(player.story))

    def plan(self, parts: Sequence[Part]) -> None:
        for part in parts:
            player = self.by_part[part]
            self.do(player, Action.PLAN_ACTIONS, "sekretariat", plan(player.story, place_code=player.desa_code, on=self.at.date()))
            self.do(player, Action.SUBMIT_PLAN, "sekretariat")

    def plan_and_approve(self, parts: Sequence[Part], *, days_ago: int) -> None:
        self.go_back(days_ago + 1)
        self.plan(parts)
        self.go_back(days_ago)
        for part in parts:
            self.do(self.by_part[part], Action.APPROVE_PLAN, "ketua")

    def start(self, parts: Sequence[Part], *, days_ago: int) -> None:
        self.go_back(days_ago)
        for part in parts:
            player = self.by_part[part]
            person = {"person": self.field_worker(player.desa_code).username}
            self.do(player, Action.NAME_PERSON_IN_CHARGE, "sekretariat", person)
        self.heartbeat()
        self.show.advance()

    def follow_up(self, parts: Sequence[Part], *, first: int, last: int) -> None:
        """Visits on their days and reports of the agencies; what is to be late is left undone."""
        by_id = {self.by_part[part].case_id: part for part in parts}
        began = self.day(first + 1)
        for days_ago in range(first, last - 1, -1):
            today = self.day(days_ago)
            self.go_to(today)
            for case_id in visits_on(self, today):
                part = by_id.get(case_id)
                if part is not None and not (part is Part.VISIT_OVERDUE and days_ago <= 2):
                    visit(self, self.by_part[part], today, since=began)
            if days_ago == first - 12:
                self.report(parts)
        self.show.advance()

    def report(self, parts: Sequence[Part]) -> None:
        """Everything is done in the case that ends well; one thing in others, and it waits to be seen where no visit follows."""
        for part in parts:
            player = self.by_part[part]
            numbers = sorted(action_numbers(self, player).values())
            for number in numbers if part is Part.EVALUATED else numbers[:1]:
                self.report_one(player, number, "berjalan" if part in (Part.ACTION_OVERDUE, Part.REPORTED) else "selesai")

    def report_one(self, player: Player, number: int, status: str) -> None:
        action = next(a for a in self.facts(player).actions if a.id == self.action_id(player, number))
        by = next(p for p in self.people.values() if p.agency == action.owner_agency)
        given = {"action": number, "status": status, "evidence": "Laporan dan foto kegiatan di kantor."}
        self.do(player, Action.REPORT_PROGRESS, by, given)

    def action_id(self, player: Player, number: int) -> int:
        return next(action_id for action_id, n in action_numbers(self, player).items() if n == number)

    def evaluate(self, *, days_ago: int) -> None:
        self.go_back(days_ago)
        for part in _FIRST:
            self.do(self.by_part[part], Action.EVALUATE, "sekretariat")
        self.do(self.by_part[Part.CARRIED_OVER], Action.CARRY_OVER, "sekretariat")


def _with_new_niks(district: District, month: date) -> District:
    """The same district, but some children measured in the month have been written down with another NIK: nobody but a person can tell."""
    children = list(district.children)
    measured = district.measured_in(month).rows.tolist()
    for number in measured[:: max(1, len(measured) // _DOUBTS)][:_DOUBTS]:
        nik = children[number].nik
        children[number] = replace(children[number], nik=f"{nik[:12]}{(int(nik[12:]) + 5000) % 10_000:04d}")
    return replace(district, children=children)


def _cycle(today: date, opening: date) -> dict[str, Any]:
    """The settings of the demo's cycle for the semester of today, begun early enough for a follow-up to be over."""
    number = 1 if today.month <= 6 else 2
    ends = date(today.year, 6, 30) if number == 1 else date(today.year, 12, 31)
    return {
        **CYCLE,
        "year": today.year,
        "number": number,
        "starts_on": min(opening, date(today.year, 1 if number == 1 else 7, 1)),
        "ends_on": ends,
        "dissemination_on": min(ends, today + timedelta(days=21)),
        "quotas": dict(QUOTAS),
        "quorum": {group: dict(rows) for group, rows in QUORUM.items()},
        "decree": {**CYCLE["decree"], "number": f"188.45/000/1.12/{today.year} (contoh)", "decided_on": opening},
        "holidays": [],
    }
