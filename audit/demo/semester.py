"""One invented semester, played through the same doors that users go through, under a virtual clock, with what goes wrong in life.

The road from the registry to the reports is here, the follow-up in follow_up.py. Days and detours are in days.py, who plays in cast.py,
what families tell in story.py, the district in families.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from audit.casework.cycles import open_cycle
from audit.casework.installation import Installation
from audit.demo import workbook
from audit.demo.cast import CYCLE, PEOPLE
from audit.demo.days import (
    APPROVAL,
    ASKED_FOR_DATA,
    CONSENSUS,
    DISSEMINATION,
    DIVIDED,
    EVALUATION,
    FOLLOW_UP,
    OPENING,
    OPINIONS,
    PACKETS,
    PLANS,
    RECUSAL,
    RECUSED,
    REGISTER_MONTHS,
    RETURNED_PLAN,
    RETURNED_WORKSHEET,
    WORKSHEETS_IN,
)
from audit.demo.families import make_district
from audit.demo.follow_up import follow_up
from audit.demo.stage import RunFlow, Show, Stage
from audit.demo.story import consensus, opinion, plan, worksheet
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Status
from audit.people.directory import add_person, people
from audit.steps.intake.actions import admit

SEED = 20260101


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


class _Semester(Stage):
    """The play itself; every method plays one day or one part."""

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
        super().__init__(here, run, show)
        self.registers, self.rng = registers, Random(seed)
        self.seed, self.kecamatan, self.quotas = seed, kecamatan, quotas

    def play(self) -> Played:
        files = self.fill_the_register()
        self.open_cases()
        self.documents("Lembar kesenjangan untuk puskesmas", "kesenjangan")
        self.fill_worksheets()
        self.convene_panel()
        self.documents("Formulir kajian untuk pakar", "kajian")
        self.give_opinions()
        self.agree()
        self.plan()
        self.documents("Diseminasi pertama, kartu kunjungan, surat keluarga", "diseminasi", "kartu-kunjungan", "surat-keluarga")
        follow_up(self)
        self.evaluate()
        self.go_to(DISSEMINATION)
        self.documents("Semua dokumen siklus, termasuk diseminasi kedua")
        with self.here.reading() as session:
            statuses = list(session.scalars(select(Case.status).where(Case.cycle_id == self.cycle.id)))
        ended = sum(status in (Status.EVALUATED, Status.CARRIED_OVER) for status in statuses)
        return Played(self.cycle.id, self.cycle.code, tuple(files), len(self.district.children), len(statuses), ended)

    def fill_the_register(self) -> list[Path]:
        """Make the district, write its registry files, open the cycle, and load the files as the secretariat would."""
        self.show.stage("Menyusun kabupaten rekaan dan berkas e-PPGBM", 1 + len(REGISTER_MONTHS) + 1)
        self.district = make_district(self.seed, on=OPENING, kecamatan=self.kecamatan)
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
            self.cycle = open_cycle(session, {**CYCLE, "quotas": dict(self.quotas)}, at=self.at)
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
        self.find_players()
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
        """Packets are frozen, seats filled; one expert steps back, another asks for data."""
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

    def give_opinions(self) -> None:
        """Everybody answers, sealed."""
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

    def evaluate(self) -> None:
        self.show.stage("Evaluasi hasil", len(self.players))
        self.go_to(EVALUATION + timedelta(days=1))
        for player in self.players:
            if self.facts(player).status == Status.FOLLOW_UP:
                self.do(player, Action.EVALUATE, "sekretariat")
                if sum(action.is_open for action in self.facts(player).actions):
                    self.do(player, Action.CARRY_OVER, "sekretariat")
            self.show.advance()
