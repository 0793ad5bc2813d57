"""What keeps an expert from a seat and is said by people: absences and conflicts of interest. No move of a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.forms import Problem, Problems, parse
from audit.people.roles import Person, Role
from audit.regions import is_region
from audit.steps.review.forms import ABSENCE, CONFLICT
from audit.steps.review.queries import standing_absences, standing_conflicts
from audit.steps.review.tables import ConflictDeclaration, Unavailability

LONGEST_ABSENCE_DAYS = 366


def declare_absence(session: Session, given: Mapping[str, Any], *, of: Person, by: Person, on: date, at: datetime) -> Unavailability:
    """Keep that somebody takes no new cases from `from_on` to `to_on`. Flushes; the caller commits. Seats they have stay theirs.

    given: answers of ABSENCE as they came. Raises Refused when `by` is neither this expert nor the secretariat, Problems otherwise.
    """
    _refuse_strangers(of, by)
    values = parse(ABSENCE, given).values
    from_on, to_on = values["from_on"], values["to_on"]
    problems = []
    if to_on < from_on:
        sentence = f"Sampai tanggal: {to_on:%d-%m-%Y} lebih awal daripada mulai {from_on:%d-%m-%Y}."
        problems.append(Problem("to_on", to_on.isoformat(), "ends_before_start", sentence))
    elif to_on < on:
        problems.append(Problem("to_on", to_on.isoformat(), "in_the_past", f"Sampai tanggal: {to_on:%d-%m-%Y} sudah lewat."))
    elif (to_on - from_on).days > LONGEST_ABSENCE_DAYS:
        sentence = f"Sampai tanggal: paling lama {LONGEST_ABSENCE_DAYS} hari; untuk yang lebih lama, nonaktifkan akunnya."
        problems.append(Problem("to_on", to_on.isoformat(), "too_long", sentence))
    if problems:
        raise Problems(problems)
    row = Unavailability(
        person_id=of.id, from_on=from_on, to_on=to_on, note=values.get("note"), declared_by_id=by.id, declared_at=at
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def declare_conflict(session: Session, given: Mapping[str, Any], *, of: Person, by: Person, at: datetime) -> ConflictDeclaration:
    """Keep that somebody must not judge cases of a puskesmas, of an area, or one case. Flushes; the caller commits.

    given: answers of CONFLICT as they came. A case number is not looked up, so that nobody learns whether there is one. A seat that
    somebody has already is not taken away: they step back from it themselves. Raises as `declare_absence`.
    """
    _refuse_strangers(of, by)
    values = parse(CONFLICT, given).values
    kind, value = values["kind"], " ".join(values["value"].split())
    if kind == "desa" and not is_region(value):
        sentence = f"Kode desa: “{value[:20]}” bukan kode wilayah; contoh yang benar: 35.09.22.2001."
        raise Problems([Problem("value", value, "unknown_region", sentence)])
    row = ConflictDeclaration(
        person_id=of.id,
        kind=kind,
        value=value.upper() if kind == "case" else value,
        note=values.get("note"),
        declared_by_id=by.id,
        declared_at=at,
    )
    session.add(row)
    session.flush()
    return row


def withdraw_absence(session: Session, absence_id: int, *, by: Person, at: datetime) -> None:
    """End an absence; the row stays. Raises Refused, in the same words, when there is none or it is not this person's to end."""
    _withdraw(session.get(Unavailability, absence_id), by=by, at=at)


def withdraw_conflict(session: Session, conflict_id: int, *, by: Person, at: datetime) -> None:
    """Take a declared conflict back; the row stays. Raises as `withdraw_absence`."""
    _withdraw(session.get(ConflictDeclaration, conflict_id), by=by, at=at)


def absences_seen_by(session: Session, reader: Person, *, on: date) -> list[Unavailability]:
    """The absences that are not over: all of them for the secretariat, their own for everybody else; one statement."""
    whose = None if reader.is_a(Role.SECRETARY) else reader.id
    return list(session.scalars(standing_absences(on=on, person_id=whose)))


def conflicts_seen_by(session: Session, reader: Person) -> list[ConflictDeclaration]:
    """The declared conflicts that hold: all of them for the secretariat, their own for everybody else; one statement."""
    return list(session.scalars(standing_conflicts(None if reader.is_a(Role.SECRETARY) else reader.id)))


def _refuse_strangers(of: Person, by: Person) -> None:
    if not by.is_a(Role.SECRETARY) and by.id != of.id:
        raise Refused.because("not_yours", "Hanya pakar itu sendiri atau Sekretariat yang dapat menyatakannya.")
    if not of.is_a(Role.EXPERT):
        raise Refused.because("not_an_expert", f"{of.name} bukan anggota tim pakar.")


def _withdraw(row: Unavailability | ConflictDeclaration | None, *, by: Person, at: datetime) -> None:
    if row is None or row.withdrawn_at is not None or not (by.is_a(Role.SECRETARY) or row.person_id == by.id):
        raise Refused.because("no_such_declaration", "Pernyataan itu tidak ada atau bukan milik Anda.")
    row.withdrawn_at = at
