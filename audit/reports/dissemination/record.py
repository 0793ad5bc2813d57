"""The frozen record of the dissemination report: what is looked up, once, for both editions. No counting, no wording, no name of a subject.

Everything is plain and ready for canonical JSON. z-scores are hundredths, LiLA is in millimetres and Hb in tenths of g/dL as in the tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.lifecycle.calendar import local_date
from audit.lifecycle.history import cycle_head
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.people.directory import people_by_id
from audit.people.roles import Person, Role
from audit.people.tables import Account
from audit.render.wording import months_between
from audit.reports.record import frozen_cycle
from audit.steps.evaluate.queries import newest_outcomes
from audit.steps.evaluate.tables import Outcome
from audit.steps.followup.tables import Visit
from audit.steps.identify.tables import Candidate
from audit.steps.intake.tables import Import, Measurement, Subject
from audit.steps.recommend.queries import current_actions
from audit.steps.recommend.tables import Consensus, Recommendation, RtlAction
from audit.steps.review.tables import Assignment

FORMAT = 2
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
)
_COUNTED_ROLES = (Role.SECRETARY, Role.FIELD, Role.EXPERT, Role.CHAIR, Role.AGENCY)
_MEASURES = (
    "source", "age_months", "weight_kg", "height_cm", "position", "muac_cm", "hb_g_dl", "pregnancy_weeks", "haz", "waz", "whz", "flags",
)  # fmt: skip
_ACTION_TEXTS = (
    "number", "intervention_class", "cause", "activity", "owner_agency", "implementer", "target", "place_code", "funding", "indicator",
    "baseline", "goal", "status", "evidence", "obstacle", "is_effective",
)  # fmt: skip
_ACTION_DATES = ("starts_on", "ends_on", "reported_on", "confirmed_on", "escalated_on")


def dissemination_snapshot(session: Session, cycle_id: int, *, at: datetime, on: date) -> dict[str, Any]:
    """Everything both editions of the report show, in 17 statements however many cases the cycle has.

    at: the instant of freezing, kept by the caller beside the record and not in it, so that an unchanged audit gives an unchanged record.
    on: the printed date; measurements after it are left out. Holds no name, NIK, birth date or address of a subject; notes of experts and
    agencies are in it, so it goes to the sealed store. Raises NoResultFound when there is no such cycle.
    """
    del at
    cycle = session.scalars(select(Cycle).where(Cycle.id == cycle_id)).one()
    cases = list(session.scalars(select(Case).where(Case.cycle_id == cycle_id).order_by(Case.number)))
    found = _Found(session, cycle, cases, on)
    return {
        "format": FORMAT,
        "kind": "dissemination",
        "on": on.isoformat(),
        "dated": _utc(found.last_at or cycle.opened_at),
        "cycle": _cycle(cycle),
        "screening": _screening(session, cycle_id),
        "people": _people(session, cycle_id),
        "cases": [found.case(case) for case in cases],
        "steps": found.steps,
        "history": {
            "events": sum(step["count"] for step in found.steps),
            "last_at": _utc(found.last_at or cycle.opened_at),
            "head": cycle_head(session, cycle_id),
        },
    }


class _Found:
    """What was looked up of all cases at once, and how one case is put together from it."""

    def __init__(self, session: Session, cycle: Cycle, cases: list[Case], on: date) -> None:
        ids = [case.id for case in cases]
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
        self.subjects = {
            row.id: (row.is_male, row.identity.get("birth_date"))
            for row in session.execute(select(Subject.id, Subject.is_male, Subject.identity).where(Subject.id.in_(subjects)))
        }
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
        self.steps, self.last_at = _steps(session, cycle)
        self.people = people_by_id(session, self._everybody(cases))

    def case(self, case: Case) -> dict[str, Any]:
        """One case as both editions know it."""
        is_male, birth_on = self.subjects[case.subject_id]
        agreed = self.consensus.get(case.id)
        return {
            "number": case.number,
            "group": case.target_group,
            "is_male": is_male,
            "age_months": self._age_months(case, birth_on),
            "desa_code": case.desa_code,
            "puskesmas": case.puskesmas,
            "status": case.status,
            "withdrawn_reason": case.withdrawn_reason,
            "continues": case.continues_case_id is not None,
            "person_in_charge": self._name(case.person_in_charge_id),
            "follow_up_ends_on": _iso(case.follow_up_ends_on),
            "reasons": [reason["sentence"] for reason in self.screened.get(case.subject_id, (None, []))[1]],
            "panel": [
                {"name": self._name(s.person_id), "discipline": s.discipline, "is_lead": s.is_lead, "is_recused": s.recused_at is not None}
                for s in self.seats[case.id]
            ],
            "consensus": self._agreed(agreed) if agreed else None,
            "actions": [self._action(action) for action in self.actions[case.id]],
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

    def _agreed(self, row: Consensus) -> dict[str, Any]:
        return {
            "recorded_on": local_date(row.recorded_at, self.zone).isoformat(),
            "direct_causes": row.direct_causes,
            "indirect_causes": row.indirect_causes,
            "main_cause": row.main_cause,
            "summary": row.summary,
            "opinions": row.agreement.get("opinions", 0),
            "main_causes": row.agreement.get("main_causes", {}),
            "dissent": [
                {"name": self._name(one["person_id"]), "discipline": one["discipline"], "text": one["text"]} for one in row.dissent or ()
            ],
            "recommendations": [
                {"number": r.number, "class": r.intervention_class, "cause": r.cause, "text": r.text}
                for r in self.recommendations[row.case_id]
                if r.round == row.round
            ],
        }

    def _action(self, action: RtlAction) -> dict[str, Any]:
        asked = next(r for r in self.recommendations[action.case_id] if r.id == action.recommendation_id)
        return {
            **{name: getattr(action, name) for name in _ACTION_TEXTS},
            **{name: _iso(getattr(action, name)) for name in _ACTION_DATES},
            "recommendation": asked.text,
        }

    def _everybody(self, cases: list[Case]) -> set[int]:
        seats = {seat.person_id for seats in self.seats.values() for seat in seats}
        differing = {one["person_id"] for row in self.consensus.values() for one in row.dissent or ()}
        return seats | differing | {case.person_in_charge_id for case in cases if case.person_in_charge_id is not None}

    def _name(self, person_id: int | None) -> str:
        person: Person | None = None if person_id is None else self.people.get(person_id)
        return person.name if person else ""


def _cycle(cycle: Cycle) -> dict[str, Any]:
    names = ("code", "kabupaten_code", "year", "number", "starts_on", "ends_on", "dissemination_on")
    return (
        {name: _iso(value) if isinstance(value := getattr(cycle, name), date) else value for name in names}
        | {name: cycle.settings.get(name) for name in _CYCLE_SETTINGS}
        | frozen_cycle(cycle)
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


def _people(session: Session, cycle_id: int) -> dict[str, int]:
    """How many people of each role did something to a case of the cycle; somebody of two roles counts in both."""
    acted = select(CaseEvent.by_id).join(Case, Case.id == CaseEvent.case_id).where(Case.cycle_id == cycle_id)
    roles = [row.roles for row in session.execute(select(Account.roles).where(Account.id.in_(acted)))]
    return {role.value: sum(role in of_one for of_one in roles) for role in _COUNTED_ROLES}


def _steps(session: Session, cycle: Cycle) -> tuple[list[dict[str, Any]], datetime | None]:
    """For each action its first and last day and how often it was done; and the instant of the newest event, None without one."""
    rows = session.execute(
        select(CaseEvent.action, func.min(CaseEvent.at), func.max(CaseEvent.at), func.count())
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.cycle_id == cycle.id)
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


def _iso(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
