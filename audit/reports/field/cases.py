"""What the visit card and the family letter both look up of one case: plan, visits, who waits on it, and when each thing happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.lifecycle.vocabulary import Action, Group
from audit.people.tables import Account
from audit.reports.cases import HAS_PLAN, unknown_case
from audit.reports.phrases import agency_name
from audit.steps.followup.queries import visits_of
from audit.steps.followup.tables import Visit
from audit.steps.intake.tables import Subject
from audit.steps.recommend.queries import current_actions
from audit.steps.recommend.tables import RtlAction

GROUP_WORDS: Mapping[Group, str] = {
    Group.BADUTA: "Baduta",
    Group.BALITA: "Balita",
    Group.BUMIL: "Ibu hamil",
    Group.BUFAS: "Ibu nifas",
    Group.CATIN: "Calon pengantin",
}
"""The groups where there is no room for their full names."""

AGENCY_WORDS: Mapping[str, str] = {
    "dinkes": "Dinas Kesehatan",
    "puskesmas": "Puskesmas",
    "rsud": "Rumah sakit daerah",
    "dp3akb": "Dinas keluarga berencana (DP3AKB)",
    "dinsos": "Dinas Sosial",
    "perkim": "Dinas perumahan",
    "pangan": "Dinas pangan",
    "dukcapil": "Dinas Dukcapil (KTP dan akta)",
    "dpmd": "Dinas pemberdayaan desa",
    "kemenag": "Kantor Kementerian Agama (KUA)",
    "disdik": "Dinas Pendidikan",
    "kecamatan": "Kantor kecamatan",
    "desa": "Kantor desa atau kelurahan",
    "bpjs": "BPJS Kesehatan",
    "mitra": "Lembaga mitra",
}
"""The agencies of a plan as a family calls them."""


@dataclass(frozen=True, slots=True)
class FieldCase:
    """A case with what its family and its field worker are told of. moves: action -> instant of its newest event up to `at`.

    actions: of the approved plan, cancelled ones left out. visits: of the newest follow-up. officer: name of the person in charge.
    """

    case: Case
    cycle: Cycle
    subject: Subject
    officer: str | None
    moves: Mapping[Action, datetime]
    actions: Sequence[RtlAction]
    visits: Sequence[Visit]

    @property
    def group(self) -> Group:
        return Group(self.case.target_group)

    @property
    def starts_on(self) -> date | None:
        """The day on which the newest follow-up began, None before the first."""
        began = self.moves.get(Action.START_FOLLOW_UP)
        return local_date(began, self.cycle.timezone) if began else None

    def newest(self, actions: Iterable[Action]) -> datetime:
        """The instant of the newest of these moves; that of the cycle's opening when none was made."""
        return max((self.moves[action] for action in actions if action in self.moves), default=self.cycle.opened_at)


def field_case(session: Session, cycle_id: int, number: str, *, at: datetime) -> FieldCase:
    """The case of the cycle with this number; 4 statements. Raises Refused when there is none, or when it has no approved plan."""
    row = session.execute(
        select(Case, Cycle, Subject, Account.name)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(Subject, Subject.id == Case.subject_id)
        .outerjoin(Account, Account.id == Case.person_in_charge_id)
        .where(Case.cycle_id == cycle_id, Case.number == number)
    ).one_or_none()
    if row is None:
        raise unknown_case(number)
    case, cycle, subject, officer = row
    if case.status not in HAS_PLAN:
        raise Refused.because("no_approved_plan", f"Kasus {number} belum punya RTL yang disetujui; setujui dahulu rencananya.")
    moves = {
        Action(action): moved_at
        for action, moved_at in session.execute(
            select(CaseEvent.action, func.max(CaseEvent.at))
            .where(CaseEvent.case_id == case.id, CaseEvent.at <= at)
            .group_by(CaseEvent.action)
        )
    }
    actions = [action for action in current_actions(session, [case.id]) if action.status != "batal"]
    began = moves.get(Action.START_FOLLOW_UP)
    first = local_date(began, cycle.timezone) if began else date.min
    visits = [visit for visit in visits_of(session, [case.id]) if visit.planned_on >= first]
    return FieldCase(case, cycle, subject, officer, moves, actions, visits)


def who_acts(agency: str, puskesmas: str, cycle: Mapping[str, Any]) -> str:
    """Who acts, as a family calls them, or as the office does where it has a name of its own. puskesmas: the family's own, worded."""
    if agency == "puskesmas" and puskesmas:
        return puskesmas
    return AGENCY_WORDS[agency] if agency in AGENCY_WORDS and agency not in cycle.get("agencies", {}) else agency_name(cycle, agency)
