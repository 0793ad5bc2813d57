"""Cases as lists: which of those a person may see are wanted, in which order, one page of them. What a page looks like is not in here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from audit.casework.deadlines import Deadline, deadlines, holidays_of
from audit.casework.facts import gather, gather_cycle
from audit.casework.worklists import Offer, offers
from audit.lifecycle.access import may_see_case, may_see_whole_case
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.people.roles import Person
from audit.regions import full_name

PAGE_SIZE = 50


class Sort(StrEnum):
    """What a list can be sorted by. Nothing in here tells what its reader may not see."""

    NUMBER = "number"
    GROUP = "group"
    PLACE = "place"
    STATUS = "status"
    SINCE = "since"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to. None and "": everything. number: any part of a case number, in any spelling. page: from 1.

    is_late: something is owed that is late. is_mine: the reader may do something that brings the case further.
    """

    cycle_id: int | None = None
    status: Status | None = None
    group: Group | None = None
    kecamatan: str = ""
    number: str = ""
    is_late: bool = False
    is_mine: bool = False
    sort: Sort = Sort.DUE
    is_descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list, as this reader may see it. next_due: what is owed first; None: nothing has a day. group: None: not for them."""

    facts: CaseFacts
    cycle_code: str
    since: date
    next_due: Deadline | None
    can: tuple[Offer, ...]
    group: Group | None

    @property
    def days_left(self) -> int | None:
        return None if self.next_due is None else self.next_due.days_left(self.facts.on)


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of a list. total: how many there are on all pages; page and pages count from 1."""

    lines: tuple[CaseLine, ...]
    total: int
    page: int
    pages: int


NO_STEP_OF_THE_PROCESS = frozenset({Action.WITHDRAW, Action.OPEN_IDENTITY, Action.RECUSE, Action.REOPEN})
"""What may be done at any time and does not bring a case further: it is nobody's task."""


def page_of_cases(
    session: Session, reader: Person, cycles: Sequence[Cycle], wanted: Wanted, *, at: datetime, size: int = PAGE_SIZE
) -> CasePage:
    """One page of the cases this reader may see and wants, sorted. Four statements, however many cases.

    cycles: every cycle there is. A page beyond the last is the last one.
    """
    chosen = _chosen(session, reader, cycles, wanted, at=at)
    pages = max(1, -(-len(chosen) // size))
    page = min(max(1, wanted.page), pages)
    shown = chosen[(page - 1) * size : page * size]
    return CasePage(tuple(_with_moves(line, reader) for line in shown), len(chosen), page, pages)


def all_cases(session: Session, reader: Person, cycles: Sequence[Cycle], wanted: Wanted, *, at: datetime) -> Sequence[CaseLine]:
    """Every case this reader may see and wants, sorted; for an export. Four statements."""
    return [_with_moves(line, reader) for line in _chosen(session, reader, cycles, wanted, at=at)]


def _chosen(session: Session, reader: Person, cycles: Sequence[Cycle], wanted: Wanted, *, at: datetime) -> list[CaseLine]:
    """The lines without what the reader may do, unless that is what was asked for: it is looked at for those that are shown."""
    by_id = {cycle.id: cycle for cycle in cycles}
    ids = _ids(wanted)
    if not by_id:
        return []
    zone = cycles[0].timezone
    since = {row.id: row.status_since for row in session.execute(select(Case.id, Case.status_since).where(Case.id.in_(ids)))}
    on = local_date(at, zone)
    is_narrowed = bool(wanted.status or wanted.group or wanted.kecamatan or wanted.number)
    if wanted.cycle_id is not None and not is_narrowed:
        found = gather_cycle(session, wanted.cycle_id, on=on)
    else:
        found = gather(session, ids, on=on)
    seen = [facts for facts in found.values() if may_see_case(facts, reader)]
    if wanted.group is not None:  # asking for a group must not tell of which group a case is
        seen = [facts for facts in seen if may_see_whole_case(facts, reader)]
    holidays = {cycle.id: holidays_of(cycle) for cycle in cycles}
    lines = []
    for facts in seen:
        group = facts.group if may_see_whole_case(facts, reader) else None
        came_on = local_date(since[facts.case_id], by_id[facts.cycle_id].timezone)
        owed = deadlines(facts, reader=reader, since=came_on, holidays=holidays[facts.cycle_id])
        line = CaseLine(facts, by_id[facts.cycle_id].code, came_on, owed[0] if owed else None, (), group)
        if (not wanted.is_late or (line.days_left or 0) < 0) and (not wanted.is_mine or _moves(facts, reader)):
            lines.append(line)
    lines.sort(key=lambda line: line.facts.number)
    lines.sort(key=_SORT_KEYS[wanted.sort], reverse=wanted.is_descending)
    return lines


def _with_moves(line: CaseLine, reader: Person) -> CaseLine:
    return replace(line, can=_moves(line.facts, reader))


def _moves(facts: CaseFacts, reader: Person) -> tuple[Offer, ...]:
    return tuple(offer for offer in offers(facts, reader) if not offer.refusals and offer.row.action not in NO_STEP_OF_THE_PROCESS)


def _ids(wanted: Wanted) -> Select[int]:
    ids = select(Case.id)
    if wanted.cycle_id is not None:
        ids = ids.where(Case.cycle_id == wanted.cycle_id)
    if wanted.status is not None:
        ids = ids.where(Case.status == wanted.status)
    if wanted.group is not None:
        ids = ids.where(Case.target_group == wanted.group)
    if wanted.kecamatan:
        ids = ids.where(Case.desa_code.startswith(wanted.kecamatan + ".", autoescape=True))
    if wanted.number:
        ids = ids.where(Case.number.contains(wanted.number.strip().upper(), autoescape=True))
    return ids


_FAR = 10**6
_STATUS_ORDER: Mapping[Status, int] = {status: n for n, status in enumerate(Status)}
_GROUP_ORDER: Mapping[Group, int] = {group: n for n, group in enumerate(Group)}
_SORT_KEYS: Mapping[Sort, Callable[[CaseLine], Any]] = {
    Sort.NUMBER: lambda line: line.facts.number,
    Sort.GROUP: lambda line: _FAR if line.group is None else _GROUP_ORDER[line.group],
    Sort.PLACE: lambda line: full_name(line.facts.desa_code),
    Sort.STATUS: lambda line: _STATUS_ORDER[line.facts.status],
    Sort.SINCE: lambda line: line.since,
    Sort.DUE: lambda line: _FAR if line.days_left is None else line.days_left,
}
