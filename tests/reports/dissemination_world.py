"""A cycle with cases in every state for tests of the dissemination report, made by real actions; every person is invented."""

from __future__ import annotations

from datetime import date
from itertools import cycle as endlessly
from typing import Any

from sqlalchemy.orm import Session

from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.people.directory import add_person
from audit.steps.identify.tables import Candidate
from audit.steps.intake.tables import Measurement, Subject
from tests import factory
from tests.factory import World

DESA = ("35.09.22.2001", "35.09.22.2004", "35.09.30.2006", "35.09.30.2008", "35.09.25.2002")
"""Villages whose names are no kecamatan's: Kemuninglor, Candijati, Mulyorejo, Garahan, Panduman."""

NAMES = (
    "Bunga Anggraini", "Raka Wiranata", "Sekar Paramita", "Dimas Prakoso", "Intan Maharani", "Galih Permana", "Ayu Larasati",
    "Bagas Nirwana", "Kirana Puspita", "Wulan Septiani", "Yoga Adiwijaya", "Melati Kusumo", "Tegar Samudra", "Ratih Purwanti",
    "Putri Ramadhani",
)  # fmt: skip

SETTINGS: dict[str, Any] = {
    "focus_areas": ["35.09.22", "35.09.25", "35.09.30"],
    "groups": ["baduta", "balita", "bumil"],
    "wording": {"team": "TP3S", "team_full": "Tim Percepatan Pencegahan dan Penurunan Stunting", "period": "semester"},
    "signatories": [
        {"office": "Ketua TP3S Kabupaten Jember", "name": "Haryo Danuarta", "below_name": "Wakil Bupati Jember"},
        {"office": "Ketua Tim Audit Kasus Stunting", "name": "dr. Endang Pertiwi, M.Kes.", "below_name": "NIP 19710101 199903 2 001"},
        {"office": "Perwakilan Tim Pakar", "name": "dr. Sasmita Adi, Sp.A", "below_name": "SIP 503/001/2025"},
    ],
    "decree": {
        "number": "188.45/120/2026",
        "about": "Tim Audit Kasus Stunting Kabupaten Jember Tahun 2026",
        "decided_on": "2026-07-01",
        "decided_by": "Bupati Jember",
    },
    "prevalence": [
        {"indicator": "Prevalensi stunting menurut survei", "value": 30.4, "basis": "836 balita sampel",
         "period": "2024", "source": "SSGI"},
        {"indicator": "Prevalensi stunting menurut pencatatan rutin", "value": 11.4, "basis": "156.000 balita ditimbang",
         "period": "November 2024", "source": "e-PPGBM, Dinas Kesehatan Kabupaten Jember"},
    ],
}  # fmt: skip

SAID_BY_AN_EXPERT = "Beban pengasuhan lebih menentukan daripada asupan."
EVIDENCE = "Foto serah terima dan daftar penerima"
OBSTACLE = "Bahan bangunan belum tersedia di toko desa"


_STEP_FROM = dict(
    zip(
        (
            Status.SELECTED,
            Status.READY,
            Status.UNDER_REVIEW,
            Status.REVIEWED,
            Status.RECOMMENDED,
            Status.PLANNED,
            Status.APPROVED,
            Status.FOLLOW_UP,
        ),
        factory._ROAD,
        strict=True,
    )
)
"""The straight road of the factory, so that it can be entered at any status."""


class ReportWorld(World):
    """The factory's world with more villages, people of several ages, and the detours of life."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.cycle.settings = {**self.cycle.settings, **SETTINGS}
        self.cycle.dissemination_on = date(2026, 12, 8)
        self.people["bidan.lain"] = add_person(
            session, {"username": "bidan.lain", "name": "Sri Widayati", "roles": ["field"], "areas": ["35.09"]}, at=self.at
        )
        self._names = endlessly(NAMES)
        self.made = 0

    def subject(self, group: Group, desa: str, *, months: int, is_male: bool) -> Case:
        """A new subject of this age with two measurements, and its case."""
        self.made += 1
        birth_on = date(2026 - (months + 7) // 12, 12 - (months + 6) % 12, 11)
        candidate = self.candidate(group, name=f"{next(self._names)} {self.made}")
        subject = self.session.get_one(Subject, candidate.subject_id)
        subject.identity = {
            "name": subject.identity["name"],
            "nik": f"350922{birth_on.day + 40 * (not is_male):02d}{birth_on:%m%y}{self.made:04d}",
            "birth_date": birth_on.isoformat(),
            "address": f"Dusun Krajan Nomor {self.made}",
        }
        subject.is_male, subject.desa_code = is_male, desa
        measurement = self.session.get_one(Measurement, candidate.measurement_id)
        measurement.age_months = months if group.is_child else None
        candidate.kecamatan_code = desa[:8]
        self.session.flush()
        return self._opened(candidate)

    def _opened(self, candidate: Candidate) -> Case:
        event = factory.open_case(self.session, candidate.id, by=self.people["sekretariat"], at=self.at)
        return self.session.get_one(Case, event.case_id)

    def bring(self, case: Case, status: Status) -> Case:
        """Along the straight road to a status, in the hands of people of its area."""
        while case.status != status:
            _STEP_FROM[Status(case.status)](self, case)
        return case

    def do(self, case: Case, action: Action, by: str, given: Any = None, *, seen_version: int | None = None) -> Any:
        """As in the factory; a field worker who may go everywhere stands in for the one of Arjasa."""
        by = "bidan.lain" if by == "bidan.arjasa" else by
        if given and given.get("person") == "bidan.arjasa":
            given = {"person": "bidan.lain"}
        return super().do(case, action, by, given, seen_version=seen_version)


def busy_world(session: Session) -> ReportWorld:
    """Fourteen cases: three evaluated and one of them carried over, followed up, late, escalated, moved away, divided, and just begun."""
    world = ReportWorld(session)
    children = [
        world.subject(group, desa, months=months, is_male=is_male)
        for group, desa, months, is_male in (
            (Group.BALITA, DESA[0], 26, False), (Group.BALITA, DESA[0], 31, True), (Group.BALITA, DESA[1], 40, True),
            (Group.BADUTA, DESA[1], 14, False), (Group.BADUTA, DESA[0], 9, True), (Group.BALITA, DESA[2], 33, True),
            (Group.BALITA, DESA[2], 28, False), (Group.BADUTA, DESA[3], 17, True), (Group.BALITA, DESA[3], 45, False),
            (Group.BADUTA, DESA[4], 20, True), (Group.BALITA, DESA[2], 25, True),
        )
    ]  # fmt: skip
    women = [
        world.subject(Group.BUMIL, desa, months=months, is_male=False)
        for desa, months in ((DESA[0], 19 * 12), (DESA[2], 27 * 12), (DESA[3], 38 * 12))
    ]
    for case in (*children[:9], *women[:2]):
        world.bring(case, Status.READY)
        factory._seat_and_open(world, case)
    _divide(world, children[1])
    for case in (*children[:8], *women[:2]):
        world.bring(case, Status.FOLLOW_UP)
    world.do(children[7], Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    _work(world, [*children[:7], *women[:2]])
    world.pass_days(37)
    for case in (*children[:6], *women[:2]):
        world.do(case, Action.EVALUATE, "sekretariat")
    world.do(children[5], Action.CARRY_OVER, "sekretariat")
    world.pass_days(2)
    return world


def _divide(world: ReportWorld, case: Case) -> None:
    """Two experts who name different main causes, and a consensus that keeps one of them as dissent."""
    other = {**factory.OPINION, "main_cause": "sanitation"}
    world.do(case, Action.SUBMIT_OPINION, "dr.anak", factory.OPINION)
    world.do(case, Action.SUBMIT_OPINION, "gizi", other)
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    agreed = {
        **factory.CONSENSUS,
        "indirect_causes": ["sanitation", "mental_health"],
        "dissent": [{"expert": "gizi", "text": SAID_BY_AN_EXPERT}],
    }
    world.do(case, Action.RECORD_CONSENSUS, "dr.anak", agreed)


def _work(world: ReportWorld, cases: list[Case]) -> None:
    """Visits with measurements that move by different amounts, progress reported, confirmed, stuck, and escalated when late."""
    world.pass_days(20)
    for place, case in enumerate(cases):
        if place % 4 != 3:
            world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "selesai", "evidence": EVIDENCE})
        if place % 2 == 0:
            world.do(
                case, Action.CONFIRM_ACTION, "bidan.lain", {"action": 1, "seen": "Makanan tambahan diterima."}
            ) if place % 4 != 3 else None
        if place % 3 == 0:
            world.do(case, Action.REPORT_PROGRESS, "perkim", {"action": 2, "status": "terkendala", "obstacle": OBSTACLE})
    world.pass_days(40)
    for place, case in enumerate(cases):
        measured = (
            {"weight_kg": 9.0 + 0.2 * place, "height_cm": 76.0 + 1.1 * place, "position": "lying"}
            if Group(case.target_group).is_child
            else {"weight_kg": 46.0, "muac_cm": 22.9, "hb_g_dl": 11.3}
        )
        given = {"visited_on": world.on, "note": "Anak mulai mau makan telur."} | (measured if place != 2 else {})
        world.do(case, Action.RECORD_VISIT, "bidan.lain", given)
        world.do(case, Action.MARK_VISIT_MISSED, "sistem")
        if place % 3 == 0:
            world.do(case, Action.ESCALATE, "sistem")
