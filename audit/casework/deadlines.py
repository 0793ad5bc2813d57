"""What of a case is owed, by whom and until when, as its reader may know it. What may be done at all is the transition table's business."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from audit.lifecycle import guards
from audit.lifecycle.access import PanelMatter, may_see_of_panel, may_see_whole_case
from audit.lifecycle.calendar import add_working_days
from audit.lifecycle.facts import CaseFacts, PlannedAction
from audit.lifecycle.tables import Cycle
from audit.lifecycle.transitions import transitions_from
from audit.lifecycle.vocabulary import Action, Status
from audit.people.roles import SYSTEM, Person, Role


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that is owed. by: the roles that owe it. due_on: the last day for it; None: its days have passed one after the other."""

    what: str
    action: Action
    by: frozenset[Role]
    due_on: date | None

    def days_left(self, on: date) -> int:
        """Days from `on` to the last day; negative when that has passed. Without a last day: one too late."""
        return -1 if self.due_on is None else (self.due_on - on).days

    def is_late(self, on: date) -> bool:
        return self.days_left(on) < 0


def deadlines(facts: CaseFacts, *, reader: Person, since: date, holidays: frozenset[date] = frozenset()) -> list[Deadline]:
    """Everything that is owed on a case, soonest first, counted in working days from the day it came into its status (`since`).

    The evaluation counts from the end of the follow-up, an action of the plan has its own last day. A reader learns no more than they may:
    whoever sits on a panel finds only their own opinion owed, an agency only its own actions.
    """
    sees_all = may_see_whole_case(facts, reader)
    of_the_case = _owed_by_the_case(facts, reader, since, holidays) if sees_all else ()
    found = [*of_the_case, *_owed_by_the_plan(facts, reader, sees_all=sees_all)]
    return sorted(found, key=lambda one: (one.days_left(facts.on), one.what))


def holidays_of(cycle: Cycle) -> frozenset[date]:
    """The days of a cycle on which nobody works, beside the weekends."""
    return frozenset(date.fromisoformat(day) for day in cycle.settings.get("holidays", []))


def _owed_by_the_case(facts: CaseFacts, reader: Person, since: date, holidays: frozenset[date]) -> Iterator[Deadline]:
    for row in _WITH_A_LIMIT[facts.status]:
        is_owed = _STILL_TO_DO.get(row.action)
        if row.working_days is None or (is_owed is not None and not is_owed(facts, reader)):
            continue
        start = facts.follow_up_ends_on if row.action is Action.EVALUATE and facts.follow_up_ends_on else since
        yield Deadline(row.label, row.action, row.by, _last_day(start, row.working_days, holidays))
    if facts.status is Status.FOLLOW_UP and facts.visits_overdue:
        yield Deadline(f"{facts.visits_overdue} kunjungan terlewat", Action.RECORD_VISIT, frozenset({Role.FIELD}), None)


def _owed_by_the_plan(facts: CaseFacts, reader: Person, *, sees_all: bool) -> Iterator[Deadline]:
    if facts.status is not Status.FOLLOW_UP:
        return
    for action in facts.actions:
        if _is_unreported(action) and action.ends_on and (sees_all or action.owner_agency == reader.agency):
            late = action.ends_on < facts.on
            what = "Kegiatan RTL lewat tenggat" if late else "Kegiatan RTL"
            yield Deadline(what, Action.REPORT_PROGRESS, frozenset({Role.AGENCY}), action.ends_on)


@lru_cache(maxsize=4096)
def _last_day(start: date, days: int, holidays: frozenset[date]) -> date:
    """Many cases come into a status on the same day."""
    return add_working_days(start, days, holidays)


def _is_unreported(action: PlannedAction) -> bool:
    return action.is_open and not action.is_reported_done


def _an_opinion_is_owed(facts: CaseFacts, reader: Person) -> bool:
    """For the panel whether one's own is; that the others answered is not for them to know."""
    if may_see_of_panel(facts, reader, PanelMatter.ANSWER, author_id=SYSTEM.id, is_unsealed=False):
        return guards.quorum_is_in(facts, SYSTEM) is not None
    return any(seat.person_id == reader.id and not seat.has_answered for seat in facts.seats)


_STILL_TO_DO: Mapping[Action, Callable[[CaseFacts, Person], bool]] = {
    Action.SUBMIT_WORKSHEET: lambda facts, reader: facts.worksheet_state != "submitted",
    Action.ASSIGN_EXPERT: lambda facts, reader: guards.quorum_is_assigned(facts, SYSTEM) is not None,
    Action.SUBMIT_OPINION: _an_opinion_is_owed,
    Action.NAME_PERSON_IN_CHARGE: lambda facts, reader: facts.person_in_charge_id is None,
    Action.EVALUATE: lambda facts, reader: guards.follow_up_is_over(facts, SYSTEM) is None,
}
"""When a move is still owed that leaves the case in its status or waits for a day of its own; any other is owed while it can be done."""

_WITH_A_LIMIT = {status: tuple(row for row in transitions_from(status) if row.working_days is not None) for status in Status}
