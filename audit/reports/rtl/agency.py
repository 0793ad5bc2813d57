"""The follow-up sheet of one agency: frozen, worded, printed. It names cases and villages; never a subject, a NIK or a birth date."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.calendar import add_working_days
from audit.lifecycle.tables import Case, Cycle
from audit.people.roles import AGENCIES
from audit.render.wording import date_words, number
from audit.reports.cleaning import printable
from audit.reports.frozen import as_day
from audit.reports.pages import Fact
from audit.reports.phrases import agency_head, agency_name, cycle_words, region_words, secretariat_words
from audit.reports.printing import foot_of, print_document
from audit.reports.record import Record
from audit.reports.rtl.pages import RtlAgencyPage
from audit.reports.rtl.plan import in_approved_plan, plan_snapshot, planned_actions
from audit.reports.rtl.rows import owned_action, place_and_date, receiver, sender
from audit.steps.recommend.tables import RtlAction

TEMPLATE = "report/rtl_agency"

REPLY_WORKING_DAYS = 10
"""An agency returns the sheet within two working weeks of the newest approval."""


def agencies_with_actions(session: Session, cycle_id: int) -> list[str]:
    """Codes of the agencies that own an action of an approved plan of this cycle, in the order of AGENCIES; one statement."""
    owners = set(
        session.scalars(
            select(RtlAction.owner_agency).join(Case, Case.id == RtlAction.case_id).where(*in_approved_plan(cycle_id)).distinct()
        )
    )
    return [code for code in AGENCIES if code in owners]


def rtl_agency_snapshot(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    """Everything the sheet of an agency (subject: its code) shows, plain and ready for canonical JSON; 3 statements.

    Only approved plans, and approvals up to `at`; see `plan.plan_snapshot` for what `on` decides.
    Raises Refused for an agency that is not known.
    """
    agency = subject
    if agency not in AGENCIES:
        raise Refused.because("unknown_agency", f"Perangkat daerah “{agency}” tidak dikenal; pilih dari {', '.join(AGENCIES)}.")
    cycle = session.get_one(Cycle, cycle_id)
    plan = planned_actions(session, cycle_id, RtlAction.owner_agency == agency, at=at)
    snapshot = plan_snapshot(session, cycle, plan, kind="rtl-agency", on=on)
    approved_on = as_day(snapshot["approved_on"])
    holidays = [date.fromisoformat(day) for day in cycle.settings.get("holidays", [])]
    reply_by = add_working_days(approved_on, REPLY_WORKING_DAYS, holidays).isoformat() if approved_on else None
    return snapshot | {"agency": agency, "reply_by": reply_by}


def rtl_agency_page(record: Record) -> RtlAgencyPage:
    """The page record of the sheet, every sentence worded. record: its content is as `rtl_agency_snapshot` froze it."""
    snapshot = printable(record.content)
    cycle, agency = snapshot["cycle"], agency_name(snapshot["cycle"], snapshot["agency"])
    kabupaten, actions = cycle["kabupaten_code"], snapshot["actions"]
    deadlines = [as_day(a["ends_on"]) for a in actions if a["ends_on"] and not a["is_over"]]
    return RtlAgencyPage(
        foot=foot_of(record, title=f"Lembar RTL {agency}", description=f"Rencana tindak lanjut untuk {agency}"),
        agency=agency,
        region=region_words(kabupaten),
        facts=(
            Fact("Siklus", cycle_words(cycle["code"], cycle["wording"])),
            Fact("Jumlah kegiatan", number(len(actions))),
            Fact("Tenggat terdekat", date_words(min((d for d in deadlines if d), default=None))),
            Fact("Disetujui", date_words(as_day(snapshot["approved_on"]))),
            Fact("Keadaan per", date_words(as_day(snapshot["changed_on"]))),
        ),
        actions=tuple(owned_action(place, action) for place, action in enumerate(actions, start=1)),
        reply_by=date_words(as_day(snapshot["reply_by"])) if snapshot["reply_by"] else "tanggal yang disepakati",
        contact=secretariat_words(kabupaten, cycle["wording"]),
        place_and_date=place_and_date(kabupaten),
        sender=sender(cycle),
        receiver=receiver(agency_head(cycle, snapshot["agency"])),
    )


def draw_rtl_agency(record: Record) -> bytes:
    """The sheet as an archival PDF; equal records give equal bytes."""
    return print_document(rtl_agency_page(record), record, template=TEMPLATE)
