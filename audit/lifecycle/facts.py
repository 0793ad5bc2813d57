"""What the guards may know of a case: plain values, gathered by audit/casework/facts.py for any number of cases at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from audit.lifecycle.vocabulary import Group, Status
from audit.people.roles import Discipline


@dataclass(frozen=True, slots=True)
class AssignedExpert:
    """One seat of the panel of a case, for the packet of the current round.

    has_answered: the opinion is in. has_draft: a returned form was read and nobody confirmed it yet.
    """

    person_id: int
    discipline: Discipline
    is_lead: bool
    is_recused: bool
    has_answered: bool
    has_draft: bool = False


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """One current row of the RTL. is_complete: every column that a plan needs is filled."""

    id: int
    owner_agency: str
    is_complete: bool
    ends_on: date | None
    is_reported_done: bool
    is_confirmed: bool
    is_cancelled: bool
    escalated_on: date | None

    @property
    def is_open(self) -> bool:
        return not (self.is_confirmed or self.is_cancelled)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case on a day.

    round: number of the current packet, 0 before the first. quorum: how many opinions of each discipline close the review.
    version: of the newest event a form can stand on (not of answers, comments, openings: see vocabulary.QUIET_ACTIONS).
    missing: worksheet fields still needed, by discipline. visits_overdue: planned visits whose day has passed unrecorded.
    has_proposal: a consensus on the current packet was proposed to the panel and stands.
    """

    case_id: int
    cycle_id: int
    number: str
    group: Group
    status: Status
    version: int
    on: date
    desa_code: str
    puskesmas: str
    person_in_charge_id: int | None
    worksheet_state: str
    missing: Mapping[str, int]
    round: int
    quorum: Mapping[Discipline, int]
    panel: tuple[AssignedExpert, ...]
    recommendations: int
    recommendations_without_action: int
    actions: tuple[PlannedAction, ...]
    follow_up_ends_on: date | None
    visits_planned: int
    visits_done: int
    visits_overdue: int
    measured_in_follow_up: bool
    cycle_is_closed: bool
    has_proposal: bool = False

    @property
    def seats(self) -> tuple[AssignedExpert, ...]:
        """The panel without those who stepped back."""
        return tuple(expert for expert in self.panel if not expert.is_recused)

    @property
    def missing_total(self) -> int:
        return sum(self.missing.values())
