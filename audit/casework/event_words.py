"""The history of a case in plain words: what happened, and the one detail worth a line. Who may read which event is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from audit.lifecycle.tables import CaseEvent
from audit.lifecycle.vocabulary import STATUS_LABELS, WITHDRAWAL_REASONS, Action, Status
from audit.people.roles import DISCIPLINE_LABELS, Discipline, Person
from audit.render.wording import as_sentence, date_words
from audit.steps.identify.forms import OPENING_REASONS
from audit.steps.recommend.rules import ACTION_STATUSES

Names = Mapping[int, Person]

HAPPENED: Mapping[Action, str] = {
    Action.OPEN_CASE: "Kasus dibuka",
    Action.SUBMIT_WORKSHEET: "Kertas kerja dikirim",
    Action.RETURN_WORKSHEET: "Kertas kerja dikembalikan",
    Action.FREEZE_PACKET: "Paket dibekukan",
    Action.ASSIGN_EXPERT: "Pakar ditugaskan",
    Action.RECUSE: "Pakar mengundurkan diri",
    Action.OPEN_REVIEW: "Kajian dibuka",
    Action.SUBMIT_OPINION: "Pendapat dikirim",
    Action.ENTER_OPINION: "Kajian dari kertas dimasukkan",
    Action.ASK_FOR_DATA: "Data tambahan diminta",
    Action.CLOSE_REVIEW: "Kajian ditutup",
    Action.COMMENT: "Tanggapan ditulis dalam diskusi panel",
    Action.PROPOSE_CONSENSUS: "Kesepakatan diusulkan",
    Action.VOTE: "Suara diberikan",
    Action.RECORD_CONSENSUS: "Kesepakatan panel dicatat",
    Action.PLAN_ACTIONS: "RTL disusun",
    Action.SUBMIT_PLAN: "RTL diajukan",
    Action.APPROVE_PLAN: "RTL disetujui",
    Action.RETURN_PLAN: "RTL dikembalikan",
    Action.NAME_PERSON_IN_CHARGE: "Penanggung jawab kasus ditunjuk",
    Action.START_FOLLOW_UP: "Tindak lanjut dimulai",
    Action.RECORD_VISIT: "Kunjungan dicatat",
    Action.MARK_VISIT_MISSED: "Kunjungan terlewat",
    Action.REPORT_PROGRESS: "Kemajuan kegiatan dilaporkan",
    Action.CONFIRM_ACTION: "Kegiatan dipastikan terlaksana",
    Action.ESCALATE: "Kegiatan terlambat dieskalasi",
    Action.EVALUATE: "Hasil dievaluasi",
    Action.CARRY_OVER: "Kasus dilanjutkan ke siklus berikut",
    Action.WITHDRAW: "Kasus dikeluarkan dari audit",
    Action.REOPEN: "Kasus dibuka kembali",
    Action.OPEN_IDENTITY: "Identitas dibuka",
}
"""What an event is called after it happened."""


def happened(event: CaseEvent) -> str:
    """What happened, in a few words."""
    return HAPPENED[Action(event.action)]


def detail(event: CaseEvent, names: Names) -> str:
    """The one thing worth knowing beside it: whom, how many, why. "" when there is nothing. Never identity: the history has none."""
    told = _DETAILS.get(Action(event.action))
    return told(event.details, names) if told else ""


def moved(event: CaseEvent) -> str:
    """Where the case went by it: "Status menjadi “Paket siap”"; "" when it stayed where it was."""
    if event.from_status in (None, event.to_status):
        return ""
    return f"Status menjadi “{STATUS_LABELS[Status(event.to_status)]}”."


def _expert(details: Mapping[str, Any], names: Names) -> str:
    found = names.get(details.get("expert", -1))
    discipline = details.get("discipline")
    field = f" ({DISCIPLINE_LABELS[Discipline(discipline)].lower()})" if discipline else ""
    lead = ", sebagai pakar utama" if details.get("lead") else ""
    return as_sentence(f"{found.name}{field}{lead}") if found else ""


def _recused(details: Mapping[str, Any], names: Names) -> str:
    heir = names.get(details.get("new_lead") or -1)
    return f"{_expert(details, names)} {as_sentence(f'Pakar utama sekarang {heir.name}')}" if heir else _expert(details, names)


def _person(details: Mapping[str, Any], names: Names) -> str:
    found = names.get(details.get("person", -1))
    return as_sentence(found.name) if found else ""


def _worksheet(details: Mapping[str, Any], names: Names) -> str:
    lacking, odd = details.get("missing", 0), details.get("unusual", 0)
    words = [f"{details.get('answered', 0)} isian terjawab", f"{lacking} isian wajib belum" if lacking else "isian wajib lengkap"]
    return f"{', '.join([*words, *([f'{odd} tidak lazim'] if odd else [])])}."


def _opening(details: Mapping[str, Any], names: Names) -> str:
    return f"Alasan: {OPENING_REASONS.get(str(details.get('reason')), str(details.get('reason'))).lower()}."


def _round(details: Mapping[str, Any], names: Names) -> str:
    return f"Paket ke-{details['round']}." if "round" in details else ""


def _listed(key: str, what: str) -> Callable[[Mapping[str, Any], Names], str]:
    return lambda details, names: f"{len(details[key])} {what}." if details.get(key) else ""


def _withdrawn(details: Mapping[str, Any], names: Names) -> str:
    reason = str(details.get("reason"))
    return f"Alasan: {WITHDRAWAL_REASONS.get(reason, reason).lower()}."


def _until(details: Mapping[str, Any], names: Names) -> str:
    ends = details.get("ends_on")
    return f"{details.get('visits', 0)} kunjungan direncanakan sampai {date_words(date.fromisoformat(ends))}." if ends else ""


def _progress(details: Mapping[str, Any], names: Names) -> str:
    status = str(details.get("status"))
    return f"Keadaan: {ACTION_STATUSES[status].lower()}." if status in ACTION_STATUSES else ""


_DETAILS: Mapping[Action, Callable[[Mapping[str, Any], Names], str]] = {
    Action.SUBMIT_WORKSHEET: _worksheet,
    Action.FREEZE_PACKET: _round,
    Action.ASSIGN_EXPERT: _expert,
    Action.RECUSE: _recused,
    Action.ENTER_OPINION: _expert,
    Action.NAME_PERSON_IN_CHARGE: _person,
    Action.START_FOLLOW_UP: _until,
    Action.MARK_VISIT_MISSED: _listed("visits", "kunjungan"),
    Action.REPORT_PROGRESS: _progress,
    Action.ESCALATE: _listed("actions", "kegiatan"),
    Action.PLAN_ACTIONS: _listed("actions", "kegiatan"),
    Action.WITHDRAW: _withdrawn,
    Action.OPEN_IDENTITY: _opening,
}
