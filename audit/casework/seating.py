"""Carrying out a plan of panels that the secretariat agreed to: what was shown, all of it or nothing. The plan itself is in panels."""

from __future__ import annotations

import json
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.casework.facts import gather
from audit.casework.panels import propose
from audit.casework.perform import perform
from audit.errors import Reason, Refused, Stale
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.transitions import TRANSITIONS
from audit.lifecycle.vocabulary import Action
from audit.people.directory import people_by_id
from audit.people.roles import Person, Role
from audit.steps.review.rules import Plan
from audit.store.canonical import sha256_hex

_SEATING = [row.source for row in TRANSITIONS if row.action is Action.ASSIGN_EXPERT and row.source]


def cases_with_seats(session: Session, cycle_id: int, *, on: date) -> list[CaseFacts]:
    """The facts of every case of a cycle whose seats can still be given, by number; three statements."""
    cases = select(Case.id).where(Case.cycle_id == cycle_id, Case.status.in_(_SEATING))
    return sorted(gather(session, cases, on=on).values(), key=lambda facts: facts.number)


def print_of(plan: Plan) -> str:
    """What tells one plan from another: a short fingerprint of its seats, 16 hex digits."""
    seats = [[seat.case_id, seat.person_id, seat.is_lead] for seat in plan.seats]
    return sha256_hex(json.dumps(seats).encode())[:16]


def carry_out(session: Session, cycle: Cycle, *, seen: str, by: Person, at: datetime) -> int:
    """Give every seat of the plan of this cycle, in the name of `by`, and return how many; the caller commits.

    seen: `print_of` the plan that was agreed to. Raises Refused for anybody but the secretariat and when there is nothing to give, Stale
    when the plan is no longer the one that was seen.
    """
    if not by.is_a(Role.SECRETARY):
        raise Refused.because("wrong_role", "Hanya Sekretariat yang menerapkan usulan panel.")
    plan = propose(session, cycle.id, on=local_date(at, cycle.timezone)).plan
    if print_of(plan) != seen:
        raise Stale(Reason("plan_moved", "Usulan panel sudah berubah sejak Anda membukanya. Periksa usulan yang baru, lalu terapkan."))
    if not plan.seats:
        raise Refused.because("nothing_to_seat", "Tidak ada kursi yang dapat diisi sekarang.")
    names = {person_id: person.username for person_id, person in people_by_id(session, [s.person_id for s in plan.seats]).items()}
    for seat in plan.seats:
        given = {"expert": names[seat.person_id], "lead": "ya" if seat.is_lead else "tidak"}
        perform(session, seat.case_id, Action.ASSIGN_EXPERT, by=by, at=at, given=given)
    return len(plan.seats)
