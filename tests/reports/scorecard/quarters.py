"""A cycle that goes on for two quarters, for the tests of the scorecard; everybody in it is invented."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Status
from audit.reports.book import entry, record_of
from audit.reports.record import Record
from audit.reports.scorecard.document import scorecard_page
from audit.reports.scorecard.pages import ScorecardPage
from audit.store.canonical import canonical_json
from tests.factory import World

PUSKESMAS = "2026-3:opd:puskesmas"
KECAMATAN = "2026-3:kecamatan:35.09.22"


class Term:
    """A world whose cases are in follow-up, with short verbs for what happens to their first action."""

    def __init__(self, session: Session, cases: int) -> None:
        self.world = World(session)
        self.cases = [self.world.case_at(Status.FOLLOW_UP) for _ in range(cases)]

    def go_to(self, day: date) -> None:
        """Let the days pass until this one."""
        self.world.pass_days((day - self.world.on).days)

    def report(self, case: Case, status: str, by: str = "puskesmas") -> None:
        told = {"selesai": {"evidence": "Foto"}, "terkendala": {"obstacle": "Stok habis"}, "batal": {"obstacle": "Keluarga pindah"}}
        given = {"action": 1 if by == "puskesmas" else 2, "status": status, **told.get(status, {})}
        self.world.do(case, Action.REPORT_PROGRESS, by, given)

    def confirm(self, case: Case) -> None:
        self.world.do(case, Action.CONFIRM_ACTION, "bidan.arjasa", {"action": 1, "seen": "Sudah terlihat"})

    def visit(self, case: Case, height_cm: float = 78.5) -> None:
        given = {"visited_on": self.world.on, "weight_kg": 9.6, "height_cm": height_cm, "position": "lying"}
        self.world.do(case, Action.RECORD_VISIT, "bidan.arjasa", given)

    def frozen(self, subject: str = PUSKESMAS) -> dict[str, Any]:
        world = self.world
        made = entry("rapor").freeze(world.session, world.cycle.id, subject, at=world.at, on=world.on)
        return json.loads(canonical_json(made))  # type: ignore[no-any-return]  # as it is read back

    def record(self, subject: str = PUSKESMAS) -> Record:
        return record_of(entry("rapor"), self.frozen(subject), edition="terbatas", subject=subject, revision=1)

    def page(self, subject: str = PUSKESMAS) -> ScorecardPage:
        return scorecard_page(self.record(subject))

    def subjects(self) -> list[str]:
        return entry("rapor").subjects(self.world.session, self.world.cycle.id)


def two_quarters(session: Session) -> Term:
    """Seven cases from 6 July, deadlines on 5 August; one of each state, then evaluations in October."""
    term = Term(session, 7)
    on_time, late, running, stuck, _silent, cancelled, confirmed = term.cases
    term.go_to(date(2026, 7, 20))
    term.report(on_time, "selesai")
    term.report(confirmed, "selesai")
    term.confirm(confirmed)
    term.report(running, "berjalan")
    term.report(stuck, "terkendala")
    term.report(cancelled, "batal")
    term.go_to(date(2026, 8, 15))
    term.report(late, "selesai")
    term.go_to(date(2026, 9, 15))
    term.visit(on_time)
    term.visit(confirmed)
    term.go_to(date(2026, 10, 12))
    for case in (on_time, confirmed):
        term.world.do(case, Action.EVALUATE, "sekretariat")
    term.world.at += timedelta(hours=1)
    return term
