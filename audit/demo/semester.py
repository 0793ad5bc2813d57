"""One invented semester, played through the same doors that users go through, under a virtual clock, with what goes wrong in life.

The days and the detours are here; who plays is in cast.py, what families tell in story.py, the district in families.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select

from audit.casework.cycles import open_cycle
from audit.casework.facts import facts_of
from audit.casework.installation import Installation
from audit.casework.perform import perform
from audit.demo import workbook
from audit.demo.cast import CYCLE, PEOPLE
from audit.demo.families import Child, District, make_district
from audit.demo.pregnancies import Pregnancy, check
from audit.demo.story import Story, consensus, opinion, plan, story_for, worksheet
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.people.directory import add_person, people
from audit.people.roles import Person, Role
from audit.steps.followup.tables import Visit
from audit.steps.intake.actions import admit
from audit.steps.intake.tables import Subject
from audit.steps.recommend.queries import current_actions
from audit.steps.recommend.tables import RtlAction

SEED = 20260101
REGISTER_MONTHS = (date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1))

OPENING = date(2026, 2, 2)
WORKSHEETS_IN = date(2026, 2, 9)
PACKETS = date(2026, 2, 10)
RECUSAL = date(2026, 2, 11)
OPINIONS = date(2026, 2, 13)
CONSENSUS = date(2026, 2, 18)
PLANS = date(2026, 2, 20)
APPROVAL = date(2026, 2, 23)
FOLLOW_UP = date(2026, 2, 24)
EVALUATION = date(2026, 5, 26)
DISSEMINATION = date(2026, 6, 22)

RETURNED_WORKSHEET, RECUSED, DIVIDED, ASKED_FOR_DATA, RETURNED_PLAN, MISSED_VISIT, MOVED_AWAY = range(7)
"""Which child's case meets which detour: the place among the children's cases, by number."""
OVERDUE_AGENCY = "perkim"
"""The agency that lets its dates pass."""
MOVING_DAY = date(2026, 4, 13)

RunFlow = Callable[..., Mapping[str, Any]]


class Show(Protocol):
    """Where the play reports how far it is."""

    def stage(self, title: str, total: int = 1) -> None:
        """A new stage of so many steps begins."""

    def advance(self) -> None:
        """One step of it is done."""

    def note(self, sentence: str) -> None:
        """Something worth telling happened."""


@dataclass(frozen=True, slots=True)
class Player:
    """One case of the play: its story, and the invented child or mother behind it."""

    case_id: int
    number: str
    group: Group
    desa_code: str
    story: Story
    child: Child | None
    pregnancy: Pregnancy | None


@dataclass(frozen=True, slots=True)
class Played:
    """What the play leaves: the cycle, the registry files, and how many of everything."""

    cycle_id: int
    cycle_code: str
    registers: tuple[Path, ...]
    children: int
    cases: int
    evaluated: int


def play(
    here: Installation,
    registers: Path,
    run: RunFlow,
    show: Show,
    *,
    seed: int = SEED,
    kecamatan: Sequence[str] | None = None,
    quotas: Mapping[str, Any] = CYCLE["quotas"],
) -> Played:
    """Play the semester in an installation that was just made; registry files are written to `registers`.

    run: starts a flow by name (flows.embedded.run), so that the system's moves are made by the real flows.
    kecamatan: the part of the district that is made, None for all of it; the focus areas must be in it.
    quotas: cases per kecamatan for each group; the detours want at least seven children in all.
    """
    return _Semester(here, registers, run, show, seed, kecamatan, quotas).play()


class _Semester:
    """The play itself. `at` is the virtual clock; every method plays one day or one stage."""

    def __init__(
        self,
        here: Installation,
        registers: Path,
        run: RunFlow,
        show: Show,
        seed: int,
        kecamatan: Sequence[str] | None,
        quotas: Mapping[str, Any],
    ) -> None:
        self.here, self.registers, self.run_flow, self.show = here, registers, run, show
        self.rng = Random(seed)
        self.seed, self.kecamatan, self.quotas = seed, kecamatan, quotas
        self.at = datetime(2026, 2, 2, 1, 0, tzinfo=UTC)
        self.people: dict[str, Person] = {}
        self.players: list[Player] = []

    def play(self) -> Played:
        files = self.fill_the_register()
        self.open_cases()
        self.fill_worksheets()
        self.convene_panel()
        self.agree()
        self.plan()
        self.follow_up()
        self.evaluate()
        self.publish()
        with self.here.reading() as session:
            statuses = list(session.scalars(select(Case.status).where(Case.cycle_id == self.cycle.id)))
        ended = sum(status in (Status.EVALUATED, Status.CARRIED_OVER) for status in statuses)
        return Played(self.cycle.id, self.cycle.code, tuple(files), len(self.district.children), len(statuses), ended)

    def fill_the_register(self) -> list[Path]:
        """Make the district, write its registry files, open the cycle, and load the files as the secretariat would."""
        self.show.stage("Menyusun kabupaten rekaan dan berkas e-PPGBM", 1 + len(REGISTER_MONTHS) + 1)
        self.district: District = make_district(self.seed, on=OPENING, kecamatan=self.kecamatan)
        self.show.advance()
        self.registers.mkdir(parents=True, exist_ok=True)
        files = []
        for month in REGISTER_MONTHS:
            is_last = month == REGISTER_MONTHS[-1]
            path = self.registers / f"eppgbm-jember-{month:%Y-%m}.xlsx"
            workbook.write_eppgbm(path, self.district, month, faults=is_last)
            files.append(path)
            self.show.advance()
        mothers = self.registers / f"register-bumil-{REGISTER_MONTHS[-1]:%Y-%m}.xlsx"
        workbook.write_bumil(mothers, self.district, REGISTER_MONTHS[-1])
        files.append(mothers)
        self.show.advance()
        with self.here.sessions.begin() as session:
            for one in PEOPLE:
                add_person(session, one, at=self.at)
            self.cycle: Cycle = open_cycle(session, {**CYCLE, "quotas": dict(self.quotas)}, at=self.at)
            self.people = {p.username: p for p in people(session)}
        self.show.stage("Memuat dan memeriksa berkas", len(files))
        for path in files:
            self.load(path)
            self.show.advance()
        return files

    def load(self, path: Path) -> None:
        with self.here.sessions.begin() as session:
            report = admit(
                session, path, by=self.people["sekretariat"], at=self.at, on=OPENING, kabupaten="35.09", cycle_id=self.cycle.id
            )  # fmt: skip
        self.show.note(
            f"{report.file}: {report.rows} baris, {report.accepted} diterima, {report.repeated} berulang, "
            f"{report.rejected} ditolak, {len(report.problems)} catatan"
        )

    def open_cases(self) -> None:
        self.show.stage("Menapis sasaran dan membuka kasus")
        found = self.flow("identify", by_id=self.people["sekretariat"].id)
        self.show.note(f"{found['candidates']} calon ditapis, {found['opened']} kasus dibuka")
        children = {(c.name, c.birth_on): c for c in self.district.children}
        mothers = {(f.mother.name, f.mother.birth_on): p for p in self.district.pregnancies for f in [self.district.families[p.family]]}
        with self.here.reading() as session:
            rows = session.execute(
                select(Case, Subject)
                .join(Subject, Subject.id == Case.subject_id)
                .where(Case.cycle_id == self.cycle.id)
                .order_by(Case.number)
            ).all()
        turns = {True: 0, False: 0}
        for case, subject in rows:
            group = Group(case.target_group)
            who = (subject.identity["name"], date.fromisoformat(subject.identity["birth_date"]))
            story = story_for(group, turns[group.is_child])
            turns[group.is_child] += 1
            self.players.append(Player(case.id, case.number, group, case.desa_code, story, children.get(who), mothers.get(who)))
        self.show.advance()

    def fill_worksheets(self) -> None:
        self.show.stage("Kertas kerja diisi di lapangan", len(self.players))
        self.go_to(WORKSHEETS_IN)
        for player in self.players:
            field = self.field_worker(player.desa_code)
            answers = worksheet(
                player.group, player.story, visited_on=WORKSHEETS_IN, visited_by=field.name, known=self.known(player), rng=self.rng
            )  # fmt: skip
            if player is self.child(RETURNED_WORKSHEET):
                held_back = {name: answers.pop(name) for name in ("latrine", "appetite")}
            self.do(player, Action.SUBMIT_WORKSHEET, field, answers)
            self.show.advance()
        returned = self.child(RETURNED_WORKSHEET)
        self.do(returned, Action.RETURN_WORKSHEET, "sekretariat", {"note": "Keadaan jamban dan selera makan belum diisi."})
        self.go_to(PACKETS)
        self.do(returned, Action.SUBMIT_WORKSHEET, self.field_worker(returned.desa_code), held_back)
        self.show.note(f"Kertas kerja {returned.number} dikembalikan karena tidak lengkap, lalu dilengkapi")

    def convene_panel(self) -> None:
        """Packets are frozen, seats filled; one expert steps back, another asks for data; then everybody answers, sealed."""
        self.show.stage("Paket dibekukan dan panel ditugaskan", 3)
        self.heartbeat()
        self.show.advance()
        self.go_to(RECUSAL)
        recused = self.child(RECUSED)
        stepping_back = next(s for s in self.facts(recused).seats if s.is_lead)
        self.do(recused, Action.RECUSE, self.person(stepping_back.person_id), {"reason": "Keluarga sasaran adalah pasien praktik saya."})
        self.show.note(f"Pakar utama kasus {recused.number} mengundurkan diri; penggantinya ditugaskan sistem")
        asked = self.child(ASKED_FOR_DATA)
        asking = self.person(self.facts(asked).seats[0].person_id)
        self.do(asked, Action.ASK_FOR_DATA, asking, {"note": "Mohon riwayat rawat inap dan berat lahir menurut buku KIA."})
        self.heartbeat()
        self.show.advance()
        supplement = {"illness_notes": "Dirawat tiga hari karena diare, November 2025; berat lahir sesuai buku KIA."}
        self.do(asked, Action.SUBMIT_WORKSHEET, self.field_worker(asked.desa_code), supplement)
        self.heartbeat()
        self.show.advance()
        self.show.note(f"Panel meminta data tambahan untuk {asked.number}; paket putaran kedua dibekukan")
        self.go_to(OPINIONS)
        self.show.stage("Pendapat pakar masuk, tersegel", len(self.players))
        for player in self.players:
            for turn, seat in enumerate(self.facts(player).seats):
                differs = player is self.child(DIVIDED) and turn > 0
                answers = opinion(player.story, main_cause=player.story.rival_cause if differs else None)
                self.do(player, Action.SUBMIT_OPINION, self.person(seat.person_id), answers)
            self.show.advance()
        self.heartbeat()

    def agree(self) -> None:
        self.show.stage("Sidang panel", len(self.players))
        self.go_to(CONSENSUS)
        for player in self.players:
            seats = self.facts(player).seats
            lead = next(s for s in seats if s.is_lead)
            dissent = []
            if player is self.child(DIVIDED):
                other = next(s for s in seats if not s.is_lead)
                dissent = [
                    {"expert": self.person(other.person_id).username, "text": "Asupan protein tetap masalah pertama; TB baru dugaan."}
                ]
                self.show.note(f"Panel kasus {player.number} terbelah; pendapat berbeda dicatat")
            self.do(player, Action.RECORD_CONSENSUS, self.person(lead.person_id), consensus(player.story, dissent=dissent))
            self.show.advance()
        self.heartbeat()

    def plan(self) -> None:
        self.show.stage("RTL disusun dan disetujui", len(self.players))
        for player in self.players:
            self.go_to(PLANS)
            self.do(player, Action.PLAN_ACTIONS, "sekretariat", plan(player.story, place_code=player.desa_code, on=FOLLOW_UP))
            self.do(player, Action.SUBMIT_PLAN, "sekretariat")
            self.go_to(APPROVAL)
            if player is self.child(RETURNED_PLAN):
                self.do(player, Action.RETURN_PLAN, "ketua", {"note": "Pakai Dana Desa untuk jamban, bukan APBD."})
                self.do(player, Action.PLAN_ACTIONS, "sekretariat", plan(player.story, place_code=player.desa_code, on=FOLLOW_UP))
                self.do(player, Action.SUBMIT_PLAN, "sekretariat")
                self.show.note(f"RTL kasus {player.number} dikembalikan Ketua, lalu diperbaiki")
            self.do(player, Action.APPROVE_PLAN, "ketua")
            self.show.advance()
        self.go_to(FOLLOW_UP)
        for player in self.players:
            self.do(player, Action.NAME_PERSON_IN_CHARGE, "sekretariat", {"person": self.field_worker(player.desa_code).username})
        self.heartbeat()

    def follow_up(self) -> None:
        """Three months, day by day: visits and measurements, reports and confirmations, what is missed and what is late."""
        days = (EVALUATION - FOLLOW_UP).days
        self.show.stage("Tindak lanjut tiga bulan", days)
        by_id = {p.case_id: p for p in self.players}
        for n in range(1, days + 1):
            today = FOLLOW_UP + timedelta(days=n)
            self.go_to(today)
            if today == MOVING_DAY:
                moved = self.child(MOVED_AWAY)
                self.do(moved, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
                self.show.note(f"Keluarga kasus {moved.number} pindah; kasus dikeluarkan dari audit")
            for case_id in self.visits_on(today):
                player = by_id[case_id]
                skipped = player is self.child(MISSED_VISIT) and timedelta(days=15) < today - FOLLOW_UP < timedelta(days=40)
                if not skipped:
                    self.visit(player, today)
            self.agencies_report(today)
            if today.weekday() == 0:
                self.heartbeat()
            self.show.advance()

    def visit(self, player: Player, today: date) -> None:
        field = self.field_worker(player.desa_code)
        values: dict[str, Any] = {"visited_on": today, "note": "Kunjungan rumah, keluarga ditemui."}
        values |= self.measured(player, today)
        self.do(player, Action.RECORD_VISIT, field, values)
        for action in self.facts(player).actions:
            if action.is_reported_done and action.is_open:
                number = self.action_numbers(player)[action.id]
                self.do(player, Action.CONFIRM_ACTION, field, {"action": number, "seen": "Terlihat saat kunjungan rumah."})

    def agencies_report(self, today: date) -> None:
        """Each agency reports an action as under way after three weeks and as done three days before its date, except the late one."""
        for player, action in self.actions_in_hand():
            by = next(p for p in self.people.values() if p.agency == action.owner_agency)
            is_late_one = action.owner_agency == OVERDUE_AGENCY
            if today == FOLLOW_UP + timedelta(days=21) and action.status == "disetujui":
                self.do(player, Action.REPORT_PROGRESS, by, {"action": action.number, "status": "berjalan"})
            elif action.ends_on and today == action.ends_on - timedelta(days=3) and not is_late_one:
                done = {"action": action.number, "status": "selesai", "evidence": "Laporan dan foto kegiatan di kantor."}
                self.do(player, Action.REPORT_PROGRESS, by, done)
            elif action.ends_on and today == action.ends_on + timedelta(days=10) and is_late_one:
                late = {"action": action.number, "status": "terkendala", "obstacle": "Menunggu pencairan anggaran tahap kedua."}
                self.do(player, Action.REPORT_PROGRESS, by, late)

    def evaluate(self) -> None:
        self.show.stage("Evaluasi hasil", len(self.players))
        self.go_to(EVALUATION + timedelta(days=1))
        for player in self.players:
            if self.facts(player).status == Status.FOLLOW_UP:
                self.do(player, Action.EVALUATE, "sekretariat")
                if sum(action.is_open for action in self.facts(player).actions):
                    self.do(player, Action.CARRY_OVER, "sekretariat")
            self.show.advance()

    def publish(self) -> None:
        self.show.stage("Laporan diseminasi dan lembar RTL")
        self.go_to(DISSEMINATION)
        self.flow("dissemination")
        self.show.advance()

    def known(self, player: Player) -> dict[str, Any]:
        """What the registry says of this child or mother and the worksheet asks again."""
        if player.child:
            child = player.child
            return {
                "birth_weight_g": round(child.birth_weight_kg * 1000),
                "birth_length_cm": round(child.birth_length_cm, 1),
                "gestation_weeks": child.gestation_weeks,
            }
        if player.pregnancy:
            found = check(player.pregnancy, WORKSHEETS_IN)
            return {
                "gravida": player.pregnancy.gravida, "para": player.pregnancy.para, "abortus": player.pregnancy.abortus,
                "last_period_on": player.pregnancy.lmp_on, "pregnancy_weeks": found.weeks, "weight_kg": found.weight_kg,
                "weight_before_kg": player.pregnancy.weight_before_kg, "height_cm": player.pregnancy.height_cm,
                "muac_cm": found.muac_cm, "hb_g_dl": found.hb,
            }  # fmt: skip
        return {}

    def measured(self, player: Player, today: date) -> dict[str, Any]:
        """What the scales say on a visit of the plan that measures, nothing on the others."""
        with self.here.reading() as session:
            visit = session.scalar(select(Visit).where(Visit.case_id == player.case_id, Visit.planned_on == today))
        if visit is None or not visit.with_measurement:
            return {}
        if player.child:
            [m] = self.district.follow_up(player.child, [today], since=FOLLOW_UP, effect=player.story.effect)
            return {"weight_kg": m.weight_kg, "height_cm": m.height_cm, "position": "standing" if m.is_standing else "lying"}
        if player.pregnancy:
            found = check(player.pregnancy, today, effect=player.story.effect, since=FOLLOW_UP)
            return {"weight_kg": found.weight_kg, "muac_cm": found.muac_cm, "hb_g_dl": found.hb}
        return {}

    def actions_in_hand(self) -> list[tuple[Player, RtlAction]]:
        """The actions of the cases still followed up, with their case."""
        with self.here.reading() as session:
            open_ids = set(session.scalars(select(Case.id).where(Case.cycle_id == self.cycle.id, Case.status == Status.FOLLOW_UP)))
            actions = current_actions(session, open_ids)
        by_id = {p.case_id: p for p in self.players}
        return [(by_id[a.case_id], a) for a in actions if a.confirmed_on is None]

    def action_numbers(self, player: Player) -> dict[int, int]:
        with self.here.reading() as session:
            return {a.id: a.number for a in current_actions(session, [player.case_id])}

    def visits_on(self, today: date) -> list[int]:
        with self.here.reading() as session:
            return list(
                session.scalars(
                    select(Visit.case_id)
                    .join(Case, Case.id == Visit.case_id)
                    .where(Visit.planned_on == today, Visit.state == "planned", Case.status == Status.FOLLOW_UP)
                    .order_by(Visit.case_id)
                )
            )

    def child(self, place: int) -> Player:
        """The case that meets a detour."""
        return [p for p in self.players if p.group.is_child][place]

    def field_worker(self, desa_code: str) -> Person:
        return next(p for p in self.people.values() if p.is_a(Role.FIELD) and any(desa_code.startswith(a) for a in p.areas))

    def person(self, person_id: int) -> Person:
        return next(p for p in self.people.values() if p.id == person_id)

    def facts(self, player: Player) -> CaseFacts:
        with self.here.reading() as session:
            return facts_of(session, player.case_id, on=self.at.date())

    def do(self, player: Player, action: Action, by: Person | str, given: Mapping[str, Any] | None = None) -> None:
        person = self.people[by] if isinstance(by, str) else by
        with self.here.sessions.begin() as session:
            perform(session, player.case_id, action, by=person, at=self.at, given=given)

    def flow(self, name: str, **parameters: Any) -> Mapping[str, Any]:
        return self.run_flow(name, self.here.settings, cycle_id=self.cycle.id, at=self.at.isoformat(), **parameters)

    def heartbeat(self) -> None:
        self.flow("semester")

    def go_to(self, day: date) -> None:
        """Nine o'clock in the morning of a day, local time."""
        self.at = datetime.combine(day, time(9), tzinfo=ZoneInfo(self.cycle.timezone)).astimezone(UTC)
