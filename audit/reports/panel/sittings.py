"""What the minutes of the panel show, frozen: per day the panel and its cases. Nothing is worded here, and no subject is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.lifecycle.vocabulary import Action, Status
from audit.people.directory import people
from audit.people.roles import Discipline, Role
from audit.people.tables import Account
from audit.reports.cleaning import Cleaner
from audit.reports.frozen import frozen_cycle
from audit.steps.intake.tables import Subject
from audit.steps.recommend.tables import Consensus, Recommendation
from audit.steps.review.tables import Assignment, Opinion

SNAPSHOT_FORMAT = 1

_OUTCOMES = {
    Action.SUBMIT_PLAN: "submitted",
    Action.RETURN_PLAN: "returned",
    Action.APPROVE_PLAN: "approved",
    Action.WITHDRAW: "withdrawn",
    Action.REOPEN: "reopened",
}
"""What can become of an agreement; without any of these its plan is being drafted."""

_SHOWN = (Action.RECORD_CONSENSUS, Action.ASK_FOR_DATA, *_OUTCOMES)


def minutes_snapshot(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    """Everything the minutes of a cycle show, plain and ready for canonical JSON; 9 statements however many cases.

    Every agreement of the cycle, by day, also one that a later agreement on the same case replaced. Texts go through `Cleaner`; the reason
    of an expert who stepped back is not looked up.
    """
    del subject, at, on  # the whole cycle, as it stands in the record
    cycle = session.get_one(Cycle, cycle_id)
    found = _Found(session, cycle)
    secretaries = people(session, Role.SECRETARY)
    sittings = [found.sitting(day, rows) for day, rows in sorted(found.by_day().items())]
    waiting = found.waiting()
    return {
        "format": SNAPSHOT_FORMAT,
        "kind": "minutes",
        "cycle": frozen_cycle(session, cycle),
        "dated": found.newest.astimezone(UTC).isoformat(),
        "secretary": secretaries[0].name if len(secretaries) == 1 else "",
        "sittings": sittings,
        "waiting": waiting,
    }


class _Found:
    """What was looked up of all cases at once, and how a day and a case are put together from it. newest: of what it told so far."""

    def __init__(self, session: Session, cycle: Cycle) -> None:
        self.zone, self.newest = cycle.timezone, cycle.opened_at
        of_cycle = select(Case.id).where(Case.cycle_id == cycle.id)
        rows = session.execute(
            select(Case, Subject.identity)
            .join(Subject, Subject.id == Case.subject_id)
            .where(Case.cycle_id == cycle.id)
            .order_by(Case.number)
        ).all()
        self.cases = {case.id: case for case, _ in rows}
        self.identities: dict[int, Mapping[str, Any]] = {case.id: identity for case, identity in rows}
        self.cleaner = Cleaner(self.identities.values())
        agreed = session.scalars(select(Consensus).where(Consensus.case_id.in_(of_cycle)).order_by(Consensus.id))
        self.agreed: Mapping[int, Sequence[Consensus]] = _by_case(agreed)
        asked = session.scalars(select(Recommendation).where(Recommendation.case_id.in_(of_cycle)).order_by(Recommendation.number))
        self.advice: Mapping[int, Sequence[Recommendation]] = _by_case(asked)
        self.seats: dict[int, list[tuple[Assignment, str]]] = defaultdict(list)
        for seat, name in session.execute(
            select(Assignment, Account.name)
            .join(Account, Account.id == Assignment.person_id)
            .where(Assignment.case_id.in_(of_cycle))
            .order_by(Assignment.is_lead.desc(), Assignment.id)
        ):
            self.seats[seat.case_id].append((seat, name))
        events = session.scalars(
            select(CaseEvent)
            .where(CaseEvent.case_id.in_(of_cycle), CaseEvent.action.in_(_SHOWN))
            .order_by(CaseEvent.case_id, CaseEvent.seq)
        )
        self.events: Mapping[int, Sequence[CaseEvent]] = _by_case(events)
        self.gaps: dict[tuple[int, int], list[Opinion]] = defaultdict(list)
        for opinion in session.scalars(
            select(Opinion)
            .join(Consensus, (Consensus.case_id == Opinion.case_id) & (Consensus.round == Opinion.round))
            .where(Opinion.case_id.in_(of_cycle))
            .order_by(Opinion.id)
        ):
            if opinion.content.get("data_gaps"):
                self.gaps[opinion.case_id, opinion.round].append(opinion)

    def by_day(self) -> Mapping[date, list[Consensus]]:
        """The agreements of each day of the panel, by case number."""
        days: dict[date, list[Consensus]] = defaultdict(list)
        for case_id in self.cases:
            for row in self.agreed.get(case_id, ()):
                days[local_date(row.recorded_at, self.zone)].append(row)
        return days

    def sitting(self, day: date, rows: Sequence[Consensus]) -> dict[str, Any]:
        """One day: who sat, and its cases."""
        return {"on": day.isoformat(), "panel": self._panel({row.case_id for row in rows}), "cases": [self._case(row) for row in rows]}

    def waiting(self) -> list[dict[str, Any]]:
        """Requests for data since the newest agreement of their case, for cases still in the audit."""
        found = []
        for case_id, case in self.cases.items():
            if case.status != Status.WITHDRAWN:
                since = max((e.seq for e in self.events.get(case_id, ()) if e.action == Action.RECORD_CONSENSUS), default=0)
                about = {"number": case.number, **_about(case), "is_answered": case.status != Status.SELECTED}
                found += [{**about, **request} for request in self._requests(case_id, after=since, before=None)]
        return found

    def _panel(self, case_ids: set[int]) -> list[dict[str, Any]]:
        """Everybody with a seat on these cases, by discipline and name: on how many they sat, led, and stepped back."""
        people: dict[int, dict[str, Any]] = {}
        for case_id in case_ids:
            for seat, name in self.seats[case_id]:
                row = people.setdefault(
                    seat.person_id, {"name": name, "discipline": seat.discipline, "cases": 0, "led": 0, "stepped_back": 0}
                )
                row["cases"] += seat.recused_at is None
                row["led"] += seat.is_lead
                row["stepped_back"] += seat.recused_at is not None
        order = list(Discipline)
        return sorted(people.values(), key=lambda row: (order.index(row["discipline"]), row["name"]))

    def _case(self, row: Consensus) -> dict[str, Any]:
        case, events = self.cases[row.case_id], self.events[row.case_id]
        marks = [e.seq for e in events if e.action == Action.RECORD_CONSENSUS]
        place = self.agreed[row.case_id].index(row)
        start, end = marks[place - 1] if place else 0, marks[place + 1] if place + 1 < len(marks) else None
        self._tell(row.recorded_at, *(seat.recused_at for seat, _ in self.seats[row.case_id]))
        return {
            "number": case.number,
            **_about(case),
            "panel": [
                {"name": name, "discipline": seat.discipline, "is_lead": seat.is_lead, "is_recused": seat.recused_at is not None}
                for seat, name in self.seats[row.case_id]
            ],
            "summary": self._clean(row.case_id, row.summary),
            "opinions": row.agreement.get("opinions", 0),
            "named": row.agreement.get("named", {}),
            "main_causes": row.agreement.get("main_causes", {}),
            "agreed_causes": [*row.direct_causes, *row.indirect_causes],
            "main_cause": row.main_cause,
            "avoidability": row.avoidability,
            "grades": row.agreement.get("avoidability", {}),
            "dissent": [
                {
                    "name": self._name(row.case_id, one["person_id"]),
                    "discipline": one["discipline"],
                    "text": self._clean(row.case_id, one["text"]),
                }
                for one in row.dissent or ()
            ],
            "advice": [
                {"class": r.intervention_class, "cause": r.cause, "text": self._clean(row.case_id, r.text)}
                for r in self.advice.get(row.case_id, ())
                if r.round == row.round
            ],
            "gaps": [
                {"discipline": o.discipline, "text": self._clean(row.case_id, o.content["data_gaps"])}
                for o in self.gaps.get((row.case_id, row.round), ())
            ],
            "requests": self._requests(row.case_id, after=start, before=marks[place]),
            "outcome": self._outcome(events, after=marks[place], before=end),
            "is_replaced": end is not None,
        }

    def _requests(self, case_id: int, *, after: int, before: int | None) -> list[dict[str, Any]]:
        found = [e for e in self.events.get(case_id, ()) if e.action == Action.ASK_FOR_DATA and _is_between(e, after, before)]
        self._tell(*(e.at for e in found))
        disciplines = {seat.person_id: seat.discipline for seat, _ in self.seats[case_id]}
        return [
            {
                "on": local_date(e.at, self.zone).isoformat(),
                "name": self._name(case_id, e.by_id),
                "discipline": disciplines.get(e.by_id, ""),
            }
            for e in found
        ]

    def _outcome(self, events: Sequence[CaseEvent], *, after: int, before: int | None) -> dict[str, Any]:
        """What became of the plan: the last of _OUTCOMES; a case opened again for follow-up keeps its approved plan."""
        told = [
            e
            for e in events
            if e.action in _OUTCOMES
            and _is_between(e, after, before)
            and not (e.action == Action.REOPEN and e.to_status == Status.FOLLOW_UP)
        ]
        if not told:
            return {"kind": "drafted", "on": None, "actions": 0}
        self._tell(told[-1].at)
        return {
            "kind": _OUTCOMES[Action(told[-1].action)],
            "on": local_date(told[-1].at, self.zone).isoformat(),
            "actions": len(told[-1].details.get("actions", ())),
        }

    def _clean(self, case_id: int, text: str) -> str:
        return self.cleaner.clean(text, self.identities[case_id])

    def _name(self, case_id: int, person_id: int) -> str:
        return next((name for seat, name in self.seats[case_id] if seat.person_id == person_id), "")

    def _tell(self, *instants: datetime | None) -> None:
        self.newest = max(self.newest, *(at for at in instants if at is not None), self.newest)


def _about(case: Case) -> dict[str, str]:
    """What may be told of the case beside its number: nothing finer than the kecamatan."""
    return {"group": case.target_group, "kecamatan": case.desa_code.rpartition(".")[0]}


def _is_between(event: CaseEvent, after: int, before: int | None) -> bool:
    return event.seq > after and (before is None or event.seq < before)


def _by_case(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found
