"""Filling the empty seats of panels: the least loaded expert of each discipline without a conflict of interest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from audit.casework.facts import facts_of
from audit.casework.perform import perform
from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import Action
from audit.people.directory import people
from audit.people.roles import DISCIPLINE_LABELS, SYSTEM, Discipline, Role
from audit.steps.review.queries import load_of_experts
from audit.steps.review.rules import propose_panel


@dataclass(frozen=True, slots=True)
class Filled:
    """What was done for one case. lacking: disciplines for which nobody is free."""

    case_number: str
    seats: int
    lacking: tuple[Discipline, ...]

    @property
    def sentence(self) -> str:
        names = ", ".join(DISCIPLINE_LABELS[d] for d in self.lacking)
        return f"Kasus {self.case_number}: tidak ada {names} yang bebas. Tambah pakar, atau tugaskan sendiri." if self.lacking else ""


def fill_seats(session: Session, case_ids: Sequence[int], *, at: datetime) -> list[Filled]:
    """Seat an expert on every empty seat of these cases, balancing the load of the cycle. The caller commits."""
    experts = people(session, Role.EXPERT)
    loads: dict[int, Counter[int]] = {}
    result = []
    for case_id in case_ids:
        case = session.get_one(Case, case_id)
        load = loads.setdefault(case.cycle_id, Counter(load_of_experts(session, case.cycle_id)))
        facts = facts_of(session, case_id, on=local_date(at, session.get_one(Cycle, case.cycle_id).timezone))
        proposals = propose_panel(
            facts.group,
            puskesmas=facts.puskesmas,
            quorum=facts.quorum,
            seated=[(s.person_id, s.discipline, s.is_lead) for s in facts.seats],
            recused=frozenset(s.person_id for s in facts.panel if s.is_recused),
            experts=experts,
            load=load,
        )
        for p in proposals:
            if p.person_id is not None:
                perform(session, case_id, Action.ASSIGN_EXPERT, by=SYSTEM, at=at, given={"person_id": p.person_id, "lead": p.is_lead})
                load[p.person_id] += 1
        lacking = tuple(p.discipline for p in proposals if p.person_id is None)
        result.append(Filled(case.number, len(proposals) - len(lacking), lacking))
    return result
