"""The follow-up sheet of one agency: frozen, worded, printed. It names cases and villages; never a subject, a NIK or a birth date."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.calendar import add_working_days, local_date
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.lifecycle.vocabulary import INTERVENTION_CLASSES, Action, Status
from audit.people.roles import AGENCIES
from audit.render.wording import MISSING, date_words, number
from audit.reports.pages import Fact, Signatory
from audit.reports.phrases import cycle_words, period_words, place_words, region_words, secretariat_words
from audit.reports.printing import foot_of, print_document
from audit.reports.record import Record, frozen_cycle
from audit.reports.rtl.pages import OwnedAction, RtlAgencyPage
from audit.steps.intake.tables import Subject
from audit.steps.recommend.rules import ACTION_STATUSES, FUNDING
from audit.steps.recommend.tables import RtlAction
from audit.steps.review.rules import CAUSE_BY_CODE

TEMPLATE = "report/rtl_agency"
SNAPSHOT_FORMAT = 1

REPLY_WORKING_DAYS = 10
"""An agency returns the sheet within two working weeks of the newest approval."""

_HAS_PLAN = (Status.APPROVED, Status.FOLLOW_UP, Status.EVALUATED, Status.CARRIED_OVER)
_TEXTS = ("activity", "implementer", "target", "indicator", "baseline", "goal", "obstacle")
_MAY_HAVE_OBSTACLE = ("berjalan", "terkendala", "batal")
"""Before an agency has reported, the obstacle of a row is the note with which the chair returned an earlier plan."""

_HEADS: Mapping[str, str] = {
    "rsud": "Direktur Rumah Sakit Umum Daerah",
    "kecamatan": "Camat",
    "desa": "Kepala Desa/Lurah",
    "mitra": "Pimpinan lembaga mitra",
}
"""Who receives the sheet where it is not the head ("Kepala") of the agency by its own name."""


def agencies_with_actions(session: Session, cycle_id: int) -> list[str]:
    """Codes of the agencies that own an action of an approved plan of this cycle, in the order of AGENCIES; one statement."""
    owners = set(
        session.scalars(
            select(RtlAction.owner_agency)
            .join(Case, Case.id == RtlAction.case_id)
            .where(Case.cycle_id == cycle_id, Case.status.in_(_HAS_PLAN), RtlAction.superseded_at.is_(None))
            .distinct()
        )
    )
    return [code for code in AGENCIES if code in owners]


def rtl_agency_snapshot(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    """Everything the sheet of an agency (subject: its code) shows, plain and ready for canonical JSON; 3 statements.

    Only approved plans, and approvals up to `at`. Nothing tells the day it was frozen, so an unchanged plan has an unchanged snapshot;
    `on` decides only whether an action is late. A subject's full name or a NIK that somebody wrote into a text is left out.
    Raises Refused for an agency that is not known.
    """
    agency = subject
    if agency not in AGENCIES:
        raise Refused.because("unknown_agency", f"Perangkat daerah “{agency}” tidak dikenal; pilih dari {', '.join(AGENCIES)}.")
    cycle = session.get_one(Cycle, cycle_id)
    approvals: dict[int, datetime] = {
        row.case_id: row.approved_at
        for row in session.execute(
            select(CaseEvent.case_id, func.max(CaseEvent.at).label("approved_at"))
            .join(Case, Case.id == CaseEvent.case_id)
            .where(Case.cycle_id == cycle_id, CaseEvent.action == Action.APPROVE_PLAN, CaseEvent.at <= at)
            .group_by(CaseEvent.case_id)
        )
    }
    rows = session.execute(
        select(RtlAction, Case.number, Subject.identity)
        .join(Case, Case.id == RtlAction.case_id)
        .join(Subject, Subject.id == Case.subject_id)
        .where(
            Case.cycle_id == cycle_id,
            Case.status.in_(_HAS_PLAN),
            RtlAction.owner_agency == agency,
            RtlAction.superseded_at.is_(None),
        )
        .order_by(RtlAction.ends_on, Case.number, RtlAction.number)
    ).all()
    approved_on = max((local_date(approvals[a.case_id], cycle.timezone) for a, _, _ in rows if a.case_id in approvals), default=None)
    holidays = [date.fromisoformat(day) for day in cycle.settings.get("holidays", [])]
    changed = [day for a, _, _ in rows for day in (a.reported_on, a.confirmed_on, a.escalated_on) if day is not None]
    changed_on = max([*changed, *([approved_on] if approved_on else [])], default=None)
    return {
        "format": SNAPSHOT_FORMAT,
        "kind": "rtl-agency",
        "agency": agency,
        "cycle": frozen_cycle(cycle),
        "dated": _instant(changed_on or local_date(cycle.opened_at, cycle.timezone)),
        "approved_on": _iso(approved_on),
        "changed_on": _iso(changed_on),
        "reply_by": _iso(add_working_days(approved_on, REPLY_WORKING_DAYS, holidays) if approved_on else None),
        "actions": [_frozen(action, case_number, identity, on) for action, case_number, identity in rows],
    }


def rtl_agency_page(record: Record) -> RtlAgencyPage:
    """The page record of the sheet, every sentence worded. record: its content is as `rtl_agency_snapshot` froze it."""
    snapshot = record.content
    cycle, agency = snapshot["cycle"], AGENCIES[snapshot["agency"]]
    kabupaten, wording = cycle["kabupaten_code"], cycle["wording"]
    actions = snapshot["actions"]
    region_name = region_words(kabupaten)
    deadlines = [_day(a["ends_on"]) for a in actions if a["ends_on"] and not a["is_over"]]
    return RtlAgencyPage(
        foot=foot_of(record, title=f"Lembar RTL {agency}", description=f"Rencana tindak lanjut untuk {agency}"),
        agency=agency,
        region=region_name,
        facts=(
            Fact("Siklus", cycle_words(cycle["code"], wording)),
            Fact("Jumlah kegiatan", number(len(actions))),
            Fact("Tenggat terdekat", date_words(min((d for d in deadlines if d), default=None))),
            Fact("Disetujui", date_words(_day(snapshot["approved_on"]))),
            Fact("Keadaan per", date_words(_day(snapshot["changed_on"]))),
        ),
        actions=tuple(_owned(place, action) for place, action in enumerate(actions, start=1)),
        reply_by=date_words(_day(snapshot["reply_by"])) if snapshot["reply_by"] else "tanggal yang disepakati",
        contact=secretariat_words(kabupaten, wording),
        place_and_date=f"{region_name.removeprefix('Kabupaten ').removeprefix('Kota ')}, ........................................",
        sender=_sender(cycle["signatories"], wording),
        receiver=Signatory(_HEADS.get(snapshot["agency"], f"Kepala {agency}"), ""),
    )


def draw_rtl_agency(record: Record) -> bytes:
    """The sheet as an archival PDF; equal records give equal bytes."""
    return print_document(rtl_agency_page(record), record, template=TEMPLATE)


def _frozen(action: RtlAction, case_number: str, identity: Mapping[str, Any], on: date) -> dict[str, Any]:
    is_over = action.confirmed_on is not None or action.status in ("selesai", "batal")
    return {
        "case_number": case_number,
        "number": action.number,
        "class": action.intervention_class,
        "cause": action.cause,
        "place_code": action.place_code,
        "starts_on": _iso(action.starts_on),
        "ends_on": _iso(action.ends_on),
        "funding": action.funding,
        "status": action.status,
        "is_confirmed": action.confirmed_on is not None,
        "is_over": is_over,
        "is_late": not is_over and action.ends_on is not None and action.ends_on < on,
        **{name: _without_identity(getattr(action, name), identity) for name in _TEXTS},
    }


def _without_identity(text: str | None, identity: Mapping[str, Any]) -> str | None:
    """The text without the subject's full name and without anything that looks like a NIK."""
    if text is None:
        return None
    name = str(identity.get("name") or "").strip()
    if name:
        text = re.sub(rf"\b{re.escape(name)}\b", "(nama sasaran)", text, flags=re.IGNORECASE)
    return re.sub(r"\b\d{16}\b", "(NIK)", text)


def _owned(place: int, action: Mapping[str, Any]) -> OwnedAction:
    goal, baseline = action["goal"] or MISSING, action["baseline"]
    by = f" (pelaksana: {action['implementer']})" if action["implementer"] else ""
    return OwnedAction(
        number=str(place),
        case_number=action["case_number"],
        action_class=INTERVENTION_CLASSES[action["class"]],
        activity=action["activity"],
        reason=f"{CAUSE_BY_CODE[action['cause']].label}{by}",
        beneficiary=action["target"] or MISSING,
        place=place_words(action["place_code"]),
        period=period_words(_day(action["starts_on"]), _day(action["ends_on"])),
        funding=FUNDING.get(action["funding"] or "", action["funding"] or MISSING),
        indicator=action["indicator"] or MISSING,
        target=f"{goal} (awal {baseline})" if baseline else goal,
        status=_status(action),
    )


def _status(action: Mapping[str, Any]) -> str:
    told = ACTION_STATUSES[action["status"]]
    if action["is_confirmed"]:
        told += ", sudah dipastikan"
    if action["is_late"]:
        told += ", lewat tenggat"
    has_obstacle = action["obstacle"] and action["status"] in _MAY_HAVE_OBSTACLE
    return f"{told}. Kendala: {action['obstacle']}" if has_obstacle else told


def _sender(signatories: Sequence[Mapping[str, Any]], wording: Mapping[str, str]) -> Signatory:
    """The first signatory of the cycle who is a chair, else the first, else the chair of the team without a name."""
    chosen = next((s for s in signatories if "ketua" in s["office"].lower()), signatories[0] if signatories else None)
    if chosen is None:
        return Signatory(f"Ketua {wording.get('team') or 'TPPS'}", "")
    return Signatory(chosen["office"], chosen.get("name") or "", chosen.get("below_name") or "")


def _instant(day: date) -> str:
    """Midnight of the day of the newest change: the instant the document is dated with."""
    return datetime.combine(day, time(), UTC).isoformat()


def _day(value: Any) -> date | None:
    return None if value is None else date.fromisoformat(str(value))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
