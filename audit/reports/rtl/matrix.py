"""The RTL matrix of a whole cycle as values: every column of the plan, frozen without identity. How it becomes a workbook is next door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import GROUP_LABELS, INTERVENTION_CLASSES, Group
from audit.reports.cleaning import without_identity
from audit.reports.frozen import as_day
from audit.reports.phrases import place_words
from audit.reports.rtl.plan import Planned, frozen_action, in_approved_plan, plan_snapshot, planned_actions
from audit.reports.rtl.rows import funding_words
from audit.steps.recommend.rules import ACTION_STATUSES
from audit.steps.recommend.tables import Recommendation, RtlAction
from audit.steps.review.rules import CAUSE_BY_CODE

Row = Mapping[str, Any]
Cell = str | int | date | None
"""What stands in a cell: a text, a count, a day, or nothing."""


@dataclass(frozen=True, slots=True)
class MatrixColumn:
    """One column: its label, its width in characters, what it means, and how it is read off a frozen row."""

    label: str
    width: float
    meaning: str
    read: Callable[[Row], Cell]
    kind: Literal["text", "day", "number"] = "text"


MATRIX: tuple[MatrixColumn, ...] = (
    MatrixColumn("No.", 4.5, "Nomor urut dalam matriks ini.", lambda r: r["place"], "number"),
    MatrixColumn("Nomor kasus", 12, "Nomor kasus audit; identitas sasaran tidak dimuat.", lambda r: r["case_number"]),
    MatrixColumn("Kelompok sasaran", 10, "Kelompok sasaran audit dari kasus ini.", lambda r: GROUP_LABELS[Group(r["group"])]),
    MatrixColumn("Masalah/penyebab", 14, "Penyebab menurut kesepakatan panel.", lambda r: CAUSE_BY_CODE[r["cause"]].label),
    MatrixColumn("Rekomendasi", 18, "Rekomendasi tim pakar yang dijawab kegiatan.", lambda r: r["recommendation"]),
    MatrixColumn("Jenis", 10, "Spesifik, sensitif, atau koordinatif.", lambda r: INTERVENTION_CLASSES[r["class"]]),
    MatrixColumn("Kegiatan", 20, "Apa yang dilakukan.", lambda r: r["activity"]),
    MatrixColumn("Penanggung jawab", 13, "Perangkat daerah yang bertanggung jawab dan melapor.", lambda r: r["owner_name"]),
    MatrixColumn("Pelaksana", 11, "Siapa yang mengerjakan.", lambda r: r["implementer"]),
    MatrixColumn("Sasaran", 11, "Untuk siapa; nama dan NIK dihapus.", lambda r: r["target"]),
    MatrixColumn("Kode lokasi", 12.5, "Kode wilayah Kemendagri.", lambda r: r["place_code"]),
    MatrixColumn("Lokasi", 12, "Desa/kelurahan dan kecamatan dari kode lokasi.", lambda r: _place(r["place_code"])),
    MatrixColumn("Mulai", 9.5, "Tanggal mulai.", lambda r: as_day(r["starts_on"]), "day"),
    MatrixColumn("Selesai", 9.5, "Tenggat.", lambda r: as_day(r["ends_on"]), "day"),
    MatrixColumn("Sumber dana", 9, "Sumber pembiayaan.", lambda r: funding_words(r["funding"]) if r["funding"] else None),
    MatrixColumn("Indikator", 12, "Yang diukur.", lambda r: r["indicator"]),
    MatrixColumn("Keadaan awal", 8, "Nilai indikator sebelum kegiatan.", lambda r: r["baseline"]),
    MatrixColumn("Target", 8, "Nilai indikator yang hendak dicapai.", lambda r: r["goal"]),
    MatrixColumn("Status", 10, "Usulan, disetujui, berjalan, selesai, terkendala, atau batal.", lambda r: ACTION_STATUSES[r["status"]]),
    MatrixColumn("Lewat tenggat", 7.5, "Ya bila tenggat lewat dan kegiatan belum selesai.", lambda r: _yes_no(r["is_late"])),
    MatrixColumn("Dilaporkan", 9.5, "Tingkat 1: tanggal laporan terakhir penanggung jawab.", lambda r: as_day(r["reported_on"]), "day"),
    MatrixColumn("Dipastikan", 9.5, "Tingkat 2: tanggal orang lain melihatnya sendiri.", lambda r: as_day(r["confirmed_on"]), "day"),
    MatrixColumn("Efektif", 7, "Tingkat 3: ukuran kasus membaik; kosong bila belum dapat dikatakan.", lambda r: _yes_no(r["is_effective"])),
    MatrixColumn("Bukti", 13, "Bukti yang disebut pelapor.", lambda r: r["evidence"]),
    MatrixColumn("Kendala", 13, "Kendala yang disebut pelapor.", lambda r: r["obstacle"]),
    MatrixColumn("Petugas kasus", 11, "Petugas lapangan yang bertanggung jawab atas kasus.", lambda r: r["in_charge"]),
)  # fmt: skip
"""Every column of the matrix, in its order."""


def matrix_snapshot(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    """Every action of the approved plans of the cycle, ready for canonical JSON; 4 statements. In the order of case and number."""
    del subject  # the whole cycle
    cycle = session.get_one(Cycle, cycle_id)
    plan = planned_actions(session, cycle_id, at=at)
    plan.sort(key=lambda p: (p.case_number, p.row.number))
    asked_for: dict[int, str] = {
        row.id: row.text
        for row in session.execute(
            select(Recommendation.id, Recommendation.text)
            .join(RtlAction, RtlAction.recommendation_id == Recommendation.id)
            .join(Case, Case.id == RtlAction.case_id)
            .where(*in_approved_plan(cycle_id))
        )
    }
    rows = [_row(place, p, asked_for[p.row.recommendation_id], on) for place, p in enumerate(plan, start=1)]
    return plan_snapshot(session, cycle, plan, kind="rtl-matrix", on=on) | {"actions": rows}


def _row(place: int, planned: Planned, recommendation: str, on: date) -> dict[str, Any]:
    row = planned.row
    return frozen_action(planned, on, extra=("evidence",)) | {
        "place": place,
        "group": planned.target_group,
        "recommendation": without_identity(recommendation, planned.identity),
        "reported_on": row.reported_on.isoformat() if row.reported_on else None,
        "confirmed_on": row.confirmed_on.isoformat() if row.confirmed_on else None,
        "is_effective": row.is_effective,
    }


def _place(code: str | None) -> str | None:
    return place_words(code) if code else None


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "Ya" if value else "Tidak"
