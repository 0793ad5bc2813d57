"""The frozen record of the dissemination reports: what is looked up, once, for both editions. What the first leaves out is in stage.py.

No counting, no wording, no name of a subject. Everything is plain and ready for canonical JSON. z-scores are hundredths, LiLA is in
millimetres and Hb in tenths of g/dL as in the tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from audit.lifecycle.calendar import add_months, local_date
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.lifecycle.vocabulary import Action, Status
from audit.people.directory import people_by_id
from audit.people.roles import Person, Role
from audit.people.tables import Account
from audit.render.wording import months_between
from audit.reports.cleaning import without_identity
from audit.reports.dissemination.stage import FIRST, FOLLOW_UP_STATUSES, SECOND, STARTING, as_first, is_late
from audit.reports.frozen import frozen_cycle, iso_day
from audit.steps.evaluate.queries import newest_outcomes
from audit.steps.evaluate.tables import Outcome
from audit.steps.followup.tables import Visit
from audit.steps.identify.tables import Candidate
from audit.steps.intake.tables import Import, Measurement, Subject
from audit.steps.recommend.queries import current_actions
from audit.steps.recommend.tables import Consensus, Recommendation, RtlAction
from audit.steps.review.tables import Assignment
from audit.store.canonical import canonical_json, sha256_hex

FORMAT = 3
_CYCLE_SETTINGS = (
    "groups",
    "focus_areas",
    "follow_up_months",
    "visits",
    "wording",
    "signatories",
    "decree",
    "prevalence",
    "office",
    "texts",
    "map",
)
_COUNTED_ROLES = (Role.SECRETARY, Role.FIELD, Role.EXPERT, Role.CHAIR, Role.AGENCY)
_MEASURES = (
    "source", "age_months", "weight_kg", "height_cm", "position", "muac_cm", "hb_g_dl", "pregnancy_weeks", "haz", "waz", "whz", "flags",
)  # fmt: skip
_ACTION_VALUES = ("number", "intervention_class", "cause", "owner_agency", "place_code", "funding", "status", "is_effective")
_ACTION_TEXTS = ("activity", "implementer", "target", "indicator", "baseline", "goal", "evidence", "obstacle")
_ACTION_DATES = ("starts_on", "ends_on", "reported_on", "confirmed_on", "escalated_on")


def dissemination_snapshot(session: Session, cycle_id: int, *, at: datetime, on: date, stage: str = SECOND) -> dict[str, Any]:
    """Everything both editions of a dissemination report show, in 19 statements however many cases the cycle has.

    stage: FIRST freezes the audit up to the approval of the plans and leaves out all that follows (see `stage.as_first`), so that no visit,
    progress or evaluation changes it; SECOND freezes everything. `at` is not in it and `on` only decides what is late: the record tells the
    day of the newest thing it shows ("on"), so an unchanged audit has an unchanged record on any day.
    history: of the whole cycle up to last_at, so that it can be worked out again later; head as in `lifecycle.history.cycle_head`.
    Holds no name, NIK, birth date or address of a subject, also where somebody wrote one into a text; the notes of experts and agencies are
    in it, so it goes to the sealed store.
    Raises NoResultFound when there is no such cycle.
    """
    del at
    cycle = session.scalars(select(Cycle).where(Cycle.id == cycle_id)).one()
    cases = list(session.scalars(select(Case).where(Case.cycle_id == cycle_id).order_by(Case.number)))
    shown = _before_follow_up() if stage == FIRST else true()
    found = _Found(session, cycle, cases, on, shown)
    last_at = found.last_at or cycle.opened_at
    snapshot: dict[str, Any] = {
        "format": FORMAT,
        "kind": "dissemination",
        "stage": stage,
        "cycle": _cycle(session, cycle),
        "screening": _screening(session, cycle_id),
        "people": _people(session, cycle_id, shown),
        "cases": [found.case(case) for case in cases],
        "steps": found.steps,
        "evaluation_by": _evaluation_by(found.steps, cycle),
        "history": _history(session, cycle, last_at),
    }
    seen_on = local_date(last_at, cycle.timezone)
    if stage == FIRST:
        snapshot = as_first(snapshot, seen_on=seen_on, left_later=_left_in_follow_up(session, cycle_id))
    newest = max([seen_on, *_days_that_tell(snapshot["cases"])])
    dated = last_at if newest == seen_on else datetime.combine(newest, time(), ZoneInfo(cycle.timezone))
    return {**snapshot, "on": newest.isoformat(), "dated": _utc(dated)}


class _Found:
    """What was looked up of all cases at once, and how one case is put together from it."""

    def __init__(self, session: Session, cycle: Cycle, cases: list[Case], on: date, shown: ColumnElement[bool]) -> None:
        ids = [case.id for case in cases]
        self.on = on
        self.zone = cycle.timezone
        of_cycle = select(Case.id).where(Case.cycle_id == cycle.id)
        subjects = select(Case.subject_id).where(Case.cycle_id == cycle.id)
        self.actions = _by_case(current_actions(session, ids))
        self.outcomes = _by_case(newest_outcomes(session, ids))
        self.seats = _by_case(session.scalars(select(Assignment).where(Assignment.case_id.in_(of_cycle)).order_by(Assignment.id)))
        agreed = session.scalars(select(Consensus).where(Consensus.case_id.in_(of_cycle)).order_by(Consensus.case_id, Consensus.round))
        self.consensus = {row.case_id: row for row in agreed}
        self.recommendations = _by_case(
            session.scalars(
                select(Recommendation).where(Recommendation.case_id.in_(of_cycle)).order_by(Recommendation.case_id, Recommendation.number)
            )
        )
        self.visits = _visits(session, cycle.id)
        identities = session.execute(select(Subject.id, Subject.is_male, Subject.identity).where(Subject.id.in_(subjects)))
        self.subjects = {row.id: (row.is_male, row.identity) for row in identities}
        self.measurements: dict[int, list[Measurement]] = defaultdict(list)
        for m in session.scalars(
            select(Measurement)
            .where(Measurement.subject_id.in_(subjects), Measurement.replaced_by_import_id.is_(None), Measurement.measured_on <= on)
            .order_by(Measurement.measured_on, Measurement.id)
        ):
            self.measurements[m.subject_id].append(m)
        chosen = session.execute(
            select(Candidate.subject_id, Candidate.measurement_id, Candidate.reasons).where(
                Candidate.cycle_id == cycle.id, Candidate.subject_id.in_(subjects)
            )
        )
        self.screened = {row.subject_id: (row.measurement_id, row.reasons) for row in chosen}
        self.steps, self.last_at = _steps(session, cycle, shown)
        self.people = people_by_id(session, self._everybody(cases))

    def case(self, case: Case) -> dict[str, Any]:
        """One case as both editions know it."""
        is_male, identity = self.subjects[case.subject_id]
        agreed = self.consensus.get(case.id)
        return {
            "number": case.number,
            "group": case.target_group,
            "is_male": is_male,
            "age_months": self._age_months(case, identity.get("birth_date")),
            "desa_code": case.desa_code,
            "puskesmas": case.puskesmas,
            "status": case.status,
            "withdrawn_reason": case.withdrawn_reason,
            "continues": case.continues_case_id is not None,
            "person_in_charge": self._name(case.person_in_charge_id),
            "follow_up_ends_on": iso_day(case.follow_up_ends_on),
            "reasons": [reason["sentence"] for reason in self.screened.get(case.subject_id, (None, []))[1]],
            "panel": [
                {"name": self._name(s.person_id), "discipline": s.discipline, "is_lead": s.is_lead, "is_recused": s.recused_at is not None}
                for s in self.seats[case.id]
            ],
            "consensus": self._agreed(agreed, identity) if agreed else None,
            "actions": [self._action(action, identity, is_out=case.status == Status.WITHDRAWN) for action in self.actions[case.id]],
            "visits": self.visits.get(case.id, {"planned": 0, "done": 0, "missed": 0, "measured": 0}),
            "measurements": [_measurement(m) for m in self.measurements[case.subject_id]],
            "outcomes": [_outcome(outcome) for outcome in self.outcomes[case.id]],
        }

    def _age_months(self, case: Case, birth_on: str | None) -> int | None:
        """Completed months at the measurement the screening looked at; from it nobody can tell the birth date."""
        wanted = self.screened.get(case.subject_id, (None, []))[0]
        m = next((m for m in self.measurements[case.subject_id] if m.id == wanted), None)
        if m is None or birth_on is None:
            return None if m is None else m.age_months
        return months_between(date.fromisoformat(birth_on), m.measured_on)

    def _agreed(self, row: Consensus, identity: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "recorded_on": local_date(row.recorded_at, self.zone).isoformat(),
            "direct_causes": row.direct_causes,
            "indirect_causes": row.indirect_causes,
            "main_cause": row.main_cause,
            "avoidability": row.avoidability,
            "summary": without_identity(row.summary, identity),
            "opinions": row.agreement.get("opinions", 0),
            "main_causes": row.agreement.get("main_causes", {}),
            "dissent": [
                {"name": self._name(one["person_id"]), "discipline": one["discipline"], "text": without_identity(one["text"], identity)}
                for one in row.dissent or ()
            ],
            "recommendations": [
                {"number": r.number, "class": r.intervention_class, "cause": r.cause, "text": without_identity(r.text, identity)}
                for r in self.recommendations[row.case_id]
                if r.round == row.round
            ],
        }

    def _action(self, action: RtlAction, identity: Mapping[str, Any], *, is_out: bool) -> dict[str, Any]:
        asked = next(r for r in self.recommendations[action.case_id] if r.id == action.recommendation_id)
        return {
            **{name: getattr(action, name) for name in _ACTION_VALUES},
            **{name: without_identity(getattr(action, name), identity) for name in _ACTION_TEXTS},
            **{name: iso_day(getattr(action, name)) for name in _ACTION_DATES},
            "recommendation": without_identity(asked.text, identity),
            "is_late": not is_out and is_late(action.status, action.confirmed_on, action.ends_on, self.on),
        }

    def _everybody(self, cases: list[Case]) -> set[int]:
        seats = {seat.person_id for seats in self.seats.values() for seat in seats}
        differing = {one["person_id"] for row in self.consensus.values() for one in row.dissent or ()}
        return seats | differing | {case.person_in_charge_id for case in cases if case.person_in_charge_id is not None}

    def _name(self, person_id: int | None) -> str:
        person: Person | None = None if person_id is None else self.people.get(person_id)
        return person.name if person else ""


def _cycle(session: Session, cycle: Cycle) -> dict[str, Any]:
    names = ("code", "kabupaten_code", "year", "number", "starts_on", "ends_on", "dissemination_on")
    return (
        {name: iso_day(value) if isinstance(value := getattr(cycle, name), date) else value for name in names}
        | {name: cycle.settings.get(name) for name in _CYCLE_SETTINGS}
        | frozen_cycle(session, cycle)
    )


def _screening(session: Session, cycle_id: int) -> dict[str, Any]:
    """Files loaded for the cycle, their data rows, and its candidates by kecamatan and group."""
    files, rows = session.execute(
        select(func.count(), func.coalesce(func.sum(Import.rows), 0)).where(Import.cycle_id == cycle_id, Import.undone_at.is_(None))
    ).one()
    counted = session.execute(
        select(Candidate.kecamatan_code, Candidate.target_group, func.count())
        .where(Candidate.cycle_id == cycle_id)
        .group_by(Candidate.kecamatan_code, Candidate.target_group)
        .order_by(Candidate.kecamatan_code, Candidate.target_group)
    )
    return {"files": files, "rows": int(rows), "candidates": [{"kecamatan": k, "group": g, "count": n} for k, g, n in counted]}


def _before_follow_up() -> ColumnElement[bool]:
    """Whether an event belongs to the first dissemination: it happened before the follow-up of its case, and did not start it."""
    from_status = func.coalesce(CaseEvent.from_status, "")
    return from_status.not_in(FOLLOW_UP_STATUSES) & CaseEvent.action.not_in(STARTING)


def _left_in_follow_up(session: Session, cycle_id: int) -> set[str]:
    """Numbers of the withdrawn cases that were in follow-up when they left."""
    return set(
        session.scalars(
            select(Case.number)
            .join(CaseEvent, (CaseEvent.case_id == Case.id) & (CaseEvent.seq == Case.version))
            .where(Case.cycle_id == cycle_id, Case.status == Status.WITHDRAWN, CaseEvent.from_status == Status.FOLLOW_UP)
        )
    )


def _days_that_tell(cases: Iterable[Mapping[str, Any]]) -> Iterable[date]:
    """Days without an event on which something of the record became so: a measurement, and the day after a deadline that passed."""
    for case in cases:
        yield from (date.fromisoformat(m["measured_on"]) for m in case["measurements"])
        ended = (date.fromisoformat(action["ends_on"]) for action in case["actions"] if action["is_late"])
        yield from (day + timedelta(days=1) for day in ended)


def _evaluation_by(steps: Iterable[Mapping[str, Any]], cycle: Cycle) -> str | None:
    """The last day on which the follow-up of a case can end, counted from the newest approval; None before any approval."""
    approved = next((step["last_on"] for step in steps if step["action"] == Action.APPROVE_PLAN), None)
    months = cycle.settings.get("follow_up_months")
    return add_months(date.fromisoformat(approved), months).isoformat() if approved and months else None


def _history(session: Session, cycle: Cycle, last_at: datetime) -> dict[str, Any]:
    """Number of events of the cycle up to an instant, that instant to the microsecond, and the hash over the newest event of each case."""
    newest = (
        select(CaseEvent.case_id, func.max(CaseEvent.seq).label("seq"))
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.cycle_id == cycle.id, CaseEvent.at <= last_at)
        .group_by(CaseEvent.case_id)
        .subquery()
    )
    heads = session.execute(
        select(Case.number, CaseEvent.hash, CaseEvent.seq)
        .join(newest, newest.c.case_id == Case.id)
        .join(CaseEvent, (CaseEvent.case_id == Case.id) & (CaseEvent.seq == newest.c.seq))
    ).all()
    head = sha256_hex(canonical_json(sorted([number, hash_] for number, hash_, _ in heads)))
    return {"events": sum(seq for _, _, seq in heads), "last_at": _utc(last_at), "head": head}


def _people(session: Session, cycle_id: int, shown: ColumnElement[bool]) -> dict[str, int]:
    """How many people of each role did something to a case of the cycle; somebody of two roles counts in both."""
    acted = select(CaseEvent.by_id).join(Case, Case.id == CaseEvent.case_id).where(Case.cycle_id == cycle_id, shown)
    roles = [row.roles for row in session.execute(select(Account.roles).where(Account.id.in_(acted)))]
    return {role.value: sum(role in of_one for of_one in roles) for role in _COUNTED_ROLES}


def _steps(session: Session, cycle: Cycle, shown: ColumnElement[bool]) -> tuple[list[dict[str, Any]], datetime | None]:
    """For each action its first and last day and how often it was done; and the instant of the newest event, None without one."""
    rows = session.execute(
        select(CaseEvent.action, func.min(CaseEvent.at), func.max(CaseEvent.at), func.count())
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.cycle_id == cycle.id, shown)
        .group_by(CaseEvent.action)
        .order_by(CaseEvent.action)
    ).all()
    steps = [
        {
            "action": action,
            "first_on": local_date(first, cycle.timezone).isoformat(),
            "last_on": local_date(last, cycle.timezone).isoformat(),
            "count": count,
        }
        for action, first, last, count in rows
    ]
    return steps, max((last for _, _, last, _ in rows), default=None)


def _visits(session: Session, cycle_id: int) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for case_id, state, count, measured in session.execute(
        select(Visit.case_id, Visit.state, func.count(), func.count(Visit.measurement_id))
        .join(Case, Case.id == Visit.case_id)
        .where(Case.cycle_id == cycle_id)
        .group_by(Visit.case_id, Visit.state)
    ):
        row = found.setdefault(case_id, {"planned": 0, "done": 0, "missed": 0, "measured": 0})
        row[state] = count
        row["measured"] += measured
    return found


def _measurement(m: Measurement) -> dict[str, Any]:
    return {"measured_on": m.measured_on.isoformat(), **{name: getattr(m, name) for name in _MEASURES}}


def _outcome(o: Outcome) -> dict[str, Any]:
    names = ("indicator", "is_primary", "before_value", "after_value", "change", "verdict", "unknown_because", "note")
    return {name: getattr(o, name) for name in names}


def _by_case(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
