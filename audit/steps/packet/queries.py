"""What the packet step looks up: worksheets, packets, and everything a frozen packet shows, as one plain snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from audit.lifecycle.tables import Case, Cycle
from audit.steps.identify.queries import reasons_of
from audit.steps.intake.tables import Measurement, Subject
from audit.steps.packet.tables import Packet, Worksheet

SNAPSHOT_FORMAT = 2


def worksheet_of(session: Session, case_id: int) -> Worksheet | None:
    """The worksheet of a case, None before the first submission."""
    return session.get(Worksheet, case_id)


def newest_packet(session: Session, case_id: int) -> Packet | None:
    """The packet of the newest round, None before the first."""
    return session.scalar(_NEWEST_PACKET, {"case_id": case_id})


# Put together once, for pages that are asked for all day: that costs as much as asking.
_NEWEST_PACKET = select(Packet).where(Packet.case_id == bindparam("case_id")).order_by(Packet.round.desc()).limit(1)


def packet_snapshot(session: Session, case_id: int, *, on: date) -> dict[str, Any]:
    """Everything the packet of a case shows, plain and ready for canonical JSON: the packet is rendered from this and nothing else.

    Carries identity: it goes into the sealed file store and the restricted packet only. z-scores are hundredths.
    """
    case = session.get_one(Case, case_id)
    cycle, subject = session.get_one(Cycle, case.cycle_id), session.get_one(Subject, case.subject_id)
    return snapshot_of(
        case,
        cycle,
        subject,
        on=on,
        packet=newest_packet(session, case_id),
        worksheet=worksheet_of(session, case_id),
        measured=measured(session, subject.id),
        reasons=reasons_of(session, cycle_id=cycle.id, subject_id=subject.id),
    )


def snapshot_of(
    case: Case,
    cycle: Cycle,
    subject: Subject,
    *,
    on: date,
    packet: Packet | None,
    worksheet: Worksheet | None,
    measured: Sequence[Mapping[str, Any]],
    reasons: Sequence[Any],
) -> dict[str, Any]:
    """The same from what was read before: nothing is asked of the database. packet: of the newest round, None before the first."""
    return {
        "format": SNAPSHOT_FORMAT,
        "kind": "packet",
        "case": {
            "number": case.number,
            "group": case.target_group,
            "round": (packet.round if packet else 0) + 1,
            "desa_code": case.desa_code,
            "puskesmas": case.puskesmas,
        },
        "cycle": {
            "code": cycle.code,
            "kabupaten_code": cycle.kabupaten_code,
            "wording": cycle.settings.get("wording") or {},
            "office": cycle.settings.get("office") or {},
        },
        "dated": datetime.combine(on, time(), UTC).isoformat(),
        "frozen_on": on.isoformat(),
        "subject": {
            "is_male": subject.is_male,
            "posyandu": subject.posyandu,
            "birth_weight_g": subject.birth_weight_g,
            "birth_length_cm": subject.birth_length_cm,
            "gestation_weeks": subject.gestation_weeks,
            "identity": subject.identity,
        },
        "reasons": list(reasons),
        "measurements": [{**one, "measured_on": one["measured_on"].isoformat()} for one in measured],
        "worksheet": {
            "answers": worksheet.answers if worksheet else {},
            "submitted_at": worksheet.submitted_at.isoformat() if worksheet and worksheet.submitted_at else None,
        },
    }


_MEASURED = (
    "measured_on", "source", "age_months", "weight_kg", "height_cm", "position", "head_cm", "muac_cm", "has_oedema", "hb_g_dl",
    "pregnancy_weeks", "haz", "waz", "whz", "baz", "flags", "source_haz", "source_waz", "source_whz", "weight_gain", "recheck",
)  # fmt: skip
"""The columns of a measurement that are shown."""


def measured(session: Session, subject_id: int) -> list[dict[str, Any]]:
    """Every measurement that stands (not corrected by a later file), oldest first, as plain values by column; for who only shows them.

    Asked of the connection: rows cost a third of what objects cost, and some subjects have sixty.
    """
    session.flush()
    rows = session.connection().execute(_STANDING, {"subject_id": subject_id})
    return [dict(zip(_MEASURED, row, strict=True)) for row in rows]


_STANDING = (
    select(*(getattr(Measurement, name) for name in _MEASURED))
    .where(Measurement.subject_id == bindparam("subject_id"), Measurement.replaced_by_import_id.is_(None))
    .order_by(Measurement.measured_on, Measurement.id)
)


def measurements_of_subject(session: Session, subject_id: int) -> list[Measurement]:
    """Every measurement that stands (not corrected by a later file), oldest first."""
    return list(
        session.scalars(
            select(Measurement)
            .where(Measurement.subject_id == subject_id, Measurement.replaced_by_import_id.is_(None))
            .order_by(Measurement.measured_on, Measurement.id)
        )
    )
