"""What is done to a case in the follow-up step: somebody is put in charge, visits are made or missed, actions progress or are escalated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import delete
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.forms import Problem, Problems, parse
from audit.growth.ages import completed_months
from audit.growth.indices import score
from audit.lifecycle.move import Move
from audit.people.directory import person_named
from audit.people.roles import Role
from audit.steps.followup.forms import CONFIRMATION, MEASURES, MOST_OF_A_CHILD, PERSON_IN_CHARGE, PROGRESS, VISIT
from audit.steps.followup.queries import follow_up_started_on, overdue_visits, visit_for, visit_made_on
from audit.steps.followup.rules import follow_up_end, plan_visits
from audit.steps.followup.tables import Visit
from audit.steps.intake.tables import Measurement, Subject
from audit.steps.recommend.queries import current_actions
from audit.steps.recommend.tables import RtlAction

_FLAG_BITS = {"haz": 1, "waz": 2, "whz": 4, "baz": 8}


def name_person_in_charge(session: Session, move: Move) -> dict[str, Any]:
    """Name who waits on this case. given: `person` (username of a field worker)."""
    person = person_named(session, parse(PERSON_IN_CHARGE, move.given).values["person"])
    if not person.is_a(Role.FIELD):
        raise Refused.because("not_field", f"{person.name} bukan petugas lapangan; tunjuk orang yang dapat berkunjung.")
    move.case.person_in_charge_id = person.id
    return {"person": person.id}


def start_follow_up(session: Session, move: Move) -> dict[str, Any]:
    """Lay out the visits and begin. The length and rhythm come from the cycle's settings.

    A case that was withdrawn from its follow-up and taken up again begins anew: visits of the old plan that never fell due make room.
    """
    session.execute(delete(Visit).where(Visit.case_id == move.case.id, Visit.state == "planned"))
    months = int(move.cycle.settings["follow_up_months"])
    planned = plan_visits(move.on, months=months, visits=move.cycle.settings["visits"])
    session.add_all(
        Visit(case_id=move.case.id, planned_on=v.on, late_after=v.late_after, with_measurement=v.with_measurement, state="planned")
        for v in planned
    )
    move.case.follow_up_ends_on = follow_up_end(move.on, months)
    return {"visits": len(planned), "ends_on": move.case.follow_up_ends_on.isoformat()}


def record_visit(session: Session, move: Move) -> dict[str, Any]:
    """Keep a visit and its measurement with z-scores worked out at once. Raises as `usable_visit` does."""
    values = usable_visit(session, move)
    visited_on: date = values["visited_on"]
    visit = visit_for(session, move.case.id, visited_on) or _extra_visit(session, move, visited_on)
    subject = session.get_one(Subject, move.case.subject_id)
    measurement = _measurement(session, subject, values, visited_on) if MEASURES & values.keys() else None
    visit.state, visit.visited_on, visit.visited_by_id = "done", visited_on, move.by.id
    visit.measurement_id, visit.note, visit.recorded_at = measurement.id if measurement else None, values.get("note"), move.at
    session.flush()
    return {"visit": visit.id, "measurement": visit.measurement_id}


def usable_visit(session: Session, move: Move) -> Mapping[str, Any]:
    """The values of a visit that can be kept; nothing is written.

    Raises Problems with every answer that cannot be used, Refused when the visit of that day is kept already.
    """
    values = parse(VISIT, move.given).values
    visited_on: date = values["visited_on"]
    if visited_on > move.on:
        raise Problems(
            [Problem("visited_on", str(visited_on), "future", f"Tanggal kunjungan: {visited_on} belum terjadi; hari ini {move.on}.")]
        )
    if visited_on < move.on - timedelta(days=120):
        raise Problems(
            [Problem("visited_on", str(visited_on), "too_old", f"Tanggal kunjungan: {visited_on} lebih dari 120 hari yang lalu.")]
        )
    started_on = follow_up_started_on(session, move.case.id, timezone=move.cycle.timezone)
    if started_on and visited_on < started_on:
        sentence = f"Tanggal kunjungan: {visited_on} mendahului tindak lanjut, yang mulai {started_on}."
        raise Problems([Problem("visited_on", str(visited_on), "before_follow_up", sentence)])
    if session.get_one(Subject, move.case.subject_id).kind == "child":
        _refuse_what_no_child_measures(values)
    if visit_made_on(session, move.case.id, visited_on):
        raise Refused.because("already_recorded", f"Kunjungan {visited_on} sudah dicatat.")
    return values


def mark_visit_missed(session: Session, move: Move) -> dict[str, Any]:
    """Mark every overdue visit of the case; the person in charge is told. A late record still turns a missed visit into a done one."""
    missed = overdue_visits(session, move.case.id, on=move.on)
    for visit in missed:
        visit.state = "missed"
    return {"visits": [visit.id for visit in missed]}


def report_progress(session: Session, move: Move) -> dict[str, Any]:
    """Level 1: the owning agency reports. given: action (number), status, evidence, obstacle."""
    values = parse(PROGRESS, move.given).values
    action = _action(session, move, values["action"])
    if action.owner_agency != move.by.agency:
        raise Refused.because("not_your_action", f"Kegiatan {action.number} bukan milik instansi Anda.")
    if action.confirmed_on is not None:
        raise Refused.because("already_confirmed", f"Kegiatan {action.number} sudah dipastikan selesai.")
    wanted = {"selesai": "evidence", "terkendala": "obstacle", "batal": "obstacle"}.get(values["status"])
    if wanted and not values.get(wanted):
        label = next(f.label for f in PROGRESS.fields if f.name == wanted)
        raise Problems([Problem(wanted, "", "required", f"{label}: wajib diisi bila kegiatan {values['status']}.")])
    action.status = values["status"]
    action.evidence, action.obstacle = values.get("evidence", action.evidence), values.get("obstacle", action.obstacle)
    action.reported_by_id, action.reported_on = move.by.id, move.on
    return {"action": action.id, "status": action.status}


def confirm_action(session: Session, move: Move) -> dict[str, Any]:
    """Level 2: somebody else has seen it. given: action (number), seen."""
    values = parse(CONFIRMATION, move.given).values
    action = _action(session, move, values["action"])
    if action.status != "selesai" or action.reported_on is None:
        raise Refused.because("not_reported", f"Kegiatan {action.number} belum dilaporkan selesai.")
    if action.reported_by_id == move.by.id:
        raise Refused.because("same_person", "Yang memastikan harus orang lain daripada yang melapor.")
    action.confirmed_by_id, action.confirmed_on = move.by.id, move.on
    return {"action": action.id}


def escalate(session: Session, move: Move) -> dict[str, Any]:
    """Tell the chair of actions past their date and not reported done; once for each action."""
    late = [a for a in current_actions(session, [move.case.id]) if _is_late(a, move.on)]
    for action in late:
        action.escalated_on = move.on
    return {"actions": [action.id for action in late]}


def _is_late(action: RtlAction, on: date) -> bool:
    is_open = action.confirmed_on is None and action.status not in ("selesai", "batal")
    return is_open and action.escalated_on is None and action.ends_on is not None and action.ends_on < on


def _action(session: Session, move: Move, number: int) -> RtlAction:
    actions = {a.number: a for a in current_actions(session, [move.case.id])}
    if number not in actions:
        known = ", ".join(map(str, actions))
        raise Problems([Problem("action", str(number), "no_such_action", f"Kegiatan {number} tidak ada; pilih dari {known}.")])
    return actions[number]


def _extra_visit(session: Session, move: Move, visited_on: date) -> Visit:
    visit = Visit(case_id=move.case.id, planned_on=visited_on, late_after=visited_on, with_measurement=False, state="planned")
    session.add(visit)
    return visit


def _refuse_what_no_child_measures(values: Mapping[str, Any]) -> None:
    problems = []
    for name, (label, unit, most) in MOST_OF_A_CHILD.items():
        if values.get(name, 0) > most:
            found = f"{values[name]:g}".replace(".", ",")
            sentence = f"{label}: {found} {unit} di luar batas balita; paling banyak {most} {unit}."
            problems.append(Problem(name, found, "out_of_range", sentence))
    if problems:
        raise Problems(problems)


def _measurement(session: Session, subject: Subject, values: Mapping[str, Any], measured_on: date) -> Measurement:
    measurement = Measurement(
        subject_id=subject.id,
        measured_on=measured_on,
        source="visit",
        position={"lying": 1, "standing": 2}.get(values.get("position", ""), 0),
        has_oedema=bool(values.get("oedema", False)),
        **{name: values.get(name) for name in ("weight_kg", "height_cm", "head_cm", "muac_cm", "hb_g_dl")},
    )
    birth_on = subject.identity.get("birth_date")
    if subject.kind == "child" and birth_on:
        _score(measurement, date.fromisoformat(birth_on), subject.is_male)
    session.add(measurement)
    session.flush()
    return measurement


def _score(measurement: Measurement, birth_on: date, is_male: bool | None) -> None:
    """Work out age and z-scores of one child's measurement, in place."""
    scores = score(
        age_days=np.array([(measurement.measured_on - birth_on).days], dtype=float),
        is_male=np.array([np.nan if is_male is None else float(is_male)]),
        weight_kg=np.array([np.nan if measurement.weight_kg is None else measurement.weight_kg]),
        height_cm=np.array([np.nan if measurement.height_cm is None else measurement.height_cm]),
        position=np.array([measurement.position], dtype=np.int8),
        has_oedema=np.array([measurement.has_oedema]),
    )
    measurement.age_months = int(
        completed_months(np.array([birth_on], "datetime64[D]"), np.array([measurement.measured_on], "datetime64[D]"))[0]
    )
    measurement.flags = 0
    for name, bit in _FLAG_BITS.items():
        z = float(getattr(scores, name)[0])
        setattr(measurement, name, None if np.isnan(z) else int(np.clip(np.rint(z * 100), -32768, 32767)))  # as the column holds
        measurement.flags |= bit * bool(getattr(scores, f"{name}_flag")[0])
