"""A person's decision about a doubtful match: the same as somebody on record, or somebody new. Only the row that waited is stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.people.roles import Person
from audit.steps.intake.queries import COMPARED
from audit.steps.intake.tables import DoubtfulMatch, Import, Measurement, Subject


def decide(
    session: Session,
    doubtful_id: int,
    *,
    decision: Literal["same", "new"],
    subject_id: int | None = None,
    by: Person,
    at: datetime,
) -> int:
    """Store the row that waited, under the subject chosen or under a new one, and return the subject's id.

    subject_id: who it is when `same`; may be left out when only one was proposed. Refused (`unknown_doubt`, `already_decided`,
    `unknown_decision`, `choose_subject`) otherwise; then nothing is stored.
    """
    doubt = session.get(DoubtfulMatch, doubtful_id, with_for_update=True)
    if doubt is None:
        raise Refused.because("unknown_doubt", f"Tidak ada kecocokan meragukan nomor {doubtful_id}.")
    if doubt.decided is not None:
        raise Refused.because("already_decided", f"Kecocokan nomor {doubtful_id} sudah diputuskan.")
    if decision == "same":
        subject = _chosen(session, doubt, subject_id)
    elif decision == "new":
        subject = _new_subject(doubt)
        session.add(subject)
        session.flush()
    else:
        raise Refused.because("unknown_decision", "Keputusan harus “same” (orang yang sama) atau “new” (orang baru).")
    entry = session.get_one(Import, doubt.import_id)
    if _store_measurement(session, doubt, subject.id):
        entry.accepted += 1
    else:
        entry.repeated += 1
    doubt.decided, doubt.decided_by_id, doubt.decided_at = decision, by.id, at
    session.flush()
    return subject.id


def _chosen(session: Session, doubt: DoubtfulMatch, subject_id: int | None) -> Subject:
    chosen = doubt.subject_ids[0] if subject_id is None and len(doubt.subject_ids) == 1 else subject_id
    if chosen not in doubt.subject_ids:
        proposed = ", ".join(str(one) for one in doubt.subject_ids)
        raise Refused.because("choose_subject", f"Pilih salah satu orang yang diusulkan untuk nomor {doubt.id}: {proposed}.")
    return session.get_one(Subject, chosen)


def _new_subject(doubt: DoubtfulMatch) -> Subject:
    return Subject(identity=doubt.content["identity"], import_id=doubt.import_id, **doubt.content["subject"])


def _store_measurement(session: Session, doubt: DoubtfulMatch, subject_id: int) -> bool:
    """Whether the row said something that was not there yet."""
    given: Mapping[str, Any] = {
        **doubt.content["measurement"],
        "measured_on": date.fromisoformat(doubt.content["measurement"]["measured_on"]),
    }
    there = session.scalars(
        select(Measurement).where(
            Measurement.subject_id == subject_id,
            Measurement.measured_on == given["measured_on"],
            Measurement.source == "registry",
            Measurement.replaced_by_import_id.is_(None),
        )
    ).all()
    if any(all(getattr(old, name) == given[name] for name in COMPARED) for old in there):
        return False
    for old in there:
        old.replaced_by_import_id = doubt.import_id
    session.add(Measurement(subject_id=subject_id, source="registry", import_id=doubt.import_id, **given))
    return True
