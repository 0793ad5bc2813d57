"""What a registry file leaves behind: the import, its problems, subjects, measurements, and matches that wait for a person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

import audit.lifecycle.tables
import audit.people.tables  # noqa: F401 - foreign keys of an import point there
from audit.store.base import Base
from audit.store.sealed import SealedJson, SealedText


class Import(Base):
    """One file that was loaded, as a unit that can be undone."""

    __tablename__ = "import"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(255), comment="last part of the path only")
    file_sha256: Mapped[str] = mapped_column(String(64), index=True)
    layout: Mapped[str] = mapped_column(String(20), comment="which table of columns.py matched: eppgbm, bumil, …")
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id"), comment="the cycle it was loaded for")
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column()
    rows: Mapped[int] = mapped_column(comment="data rows in the file")
    accepted: Mapped[int] = mapped_column(comment="rows stored as new or corrected")
    repeated: Mapped[int] = mapped_column(comment="rows that were already there")
    rejected: Mapped[int] = mapped_column(comment="rows that could not be used")
    recheck: Mapped[dict[str, Any]] = mapped_column(comment="how the file's own z-scores were found to be made, counts")
    undone_at: Mapped[datetime | None] = mapped_column()


class ImportProblem(Base):
    """One cell (or row) that was refused or doubted. Value and sentence may carry identity: sealed."""

    __tablename__ = "import_problem"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), index=True)
    row: Mapped[int] = mapped_column(comment="as in the sheet, titles counted")
    column: Mapped[str] = mapped_column(String(80), comment="header as in the file")
    value: Mapped[str | None] = mapped_column(SealedText)
    code: Mapped[str] = mapped_column(String(40))
    severity: Mapped[str] = mapped_column(String(10), comment="reject or warn")
    message: Mapped[str] = mapped_column(SealedText)


class Subject(Base):
    """A child or a woman of the registry. Everything that tells who it is lies in one sealed record."""

    __tablename__ = "subject"
    __table_args__ = (
        CheckConstraint("kind in ('child', 'woman', 'man')", name="kind"),
        Index("ix_subject_desa_kind", "desa_code", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(5), comment="child, woman or man")
    is_male: Mapped[bool | None] = mapped_column(comment="None when the registry does not say")
    identity: Mapped[dict[str, Any]] = mapped_column(
        SealedJson, comment="name, nik, kk, birth_date (ISO), parents, address, rt, rw, phone; missing keys are unknown"
    )
    nik_index: Mapped[str | None] = mapped_column(String(32), index=True, comment="blind index of the NIK; None when masked or missing")
    birth_index: Mapped[str | None] = mapped_column(String(32), index=True, comment="blind index of birth date and sex")
    desa_code: Mapped[str] = mapped_column(String(13), comment="Kemendagri code")
    puskesmas: Mapped[str] = mapped_column(String(120))
    posyandu: Mapped[str] = mapped_column(String(120))
    birth_weight_g: Mapped[int | None] = mapped_column(comment="grams")
    birth_length_cm: Mapped[float | None] = mapped_column()
    gestation_weeks: Mapped[int | None] = mapped_column(comment="at birth")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True, comment="the file that brought the subject")


class Measurement(Base):
    """One weighing or examination. Never changed: a correction is a newer row that replaces the older one."""

    __tablename__ = "measurement"
    __table_args__ = (
        Index("ix_measurement_subject", "subject_id", "measured_on"),
        CheckConstraint("source in ('registry', 'visit')", name="source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    measured_on: Mapped[date] = mapped_column()
    source: Mapped[str] = mapped_column(String(10), comment="registry: from a file; visit: from a follow-up visit")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True)
    replaced_by_import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True, comment="a later file")
    age_months: Mapped[int | None] = mapped_column(SmallInteger, comment="completed months; the exact age would tell the birth date")
    weight_kg: Mapped[float | None] = mapped_column()
    height_cm: Mapped[float | None] = mapped_column(comment="as measured, before the 0.7 cm correction")
    position: Mapped[int] = mapped_column(SmallInteger, comment="0 unknown, 1 lying, 2 standing")
    head_cm: Mapped[float | None] = mapped_column()
    muac_cm: Mapped[float | None] = mapped_column()
    has_oedema: Mapped[bool] = mapped_column(default=False)
    hb_g_dl: Mapped[float | None] = mapped_column(comment="haemoglobin, women")
    pregnancy_weeks: Mapped[int | None] = mapped_column(SmallInteger, comment="of a pregnant woman")
    haz: Mapped[int | None] = mapped_column(SmallInteger, comment="height for age, hundredths of z")
    waz: Mapped[int | None] = mapped_column(SmallInteger, comment="weight for age, hundredths of z")
    whz: Mapped[int | None] = mapped_column(SmallInteger, comment="weight for height, hundredths of z")
    baz: Mapped[int | None] = mapped_column(SmallInteger, comment="BMI for age, hundredths of z")
    flags: Mapped[int] = mapped_column(SmallInteger, default=0, comment="implausible z: 1 haz, 2 waz, 4 whz, 8 baz")
    source_haz: Mapped[int | None] = mapped_column(SmallInteger, comment="as printed in the file, hundredths")
    source_waz: Mapped[int | None] = mapped_column(SmallInteger)
    source_whz: Mapped[int | None] = mapped_column(SmallInteger)
    weight_gain: Mapped[str | None] = mapped_column(String(1), comment="N, T, O or B as the file says")
    recheck: Mapped[str | None] = mapped_column(String(30), comment="why to measure again; None when the file's z are explained")


class DoubtfulMatch(Base):
    """A row that may be somebody already known. It waits for a person; nothing is merged unseen."""

    __tablename__ = "doubtful_match"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), index=True)
    row: Mapped[int] = mapped_column(comment="as in the sheet")
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson, comment="the checked row: subject, identity and measurement")
    row_index: Mapped[str] = mapped_column(String(32), index=True, comment="blind index of the content: the same doubt is raised once")
    subject_ids: Mapped[list[Any]] = mapped_column(comment="who it may be, likeliest first")
    decided: Mapped[str | None] = mapped_column(String(10), comment="same or new; None while it waits")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column()
