"""What a case still lacks before its packet can be frozen, item by item, and who can supply each. Pure; nothing is worded into a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from audit.forms import Field, Kind
from audit.lifecycle.vocabulary import Group
from audit.people.roles import Discipline
from audit.steps.packet.forms import FAMILY, WORKSHEETS
from audit.steps.packet.rules import CONSENT, still_needed

OLD_AFTER_DAYS = 92
"""A newest measurement older than three months is taken again."""

EVERYBODY = "Semua pakar"

_ASKERS: Mapping[str, str] = {
    FAMILY: EVERYBODY,
    Discipline.PAEDIATRICS: "Dokter anak",
    Discipline.OBSTETRICS: "Dokter obgin",
    Discipline.NUTRITION: "Ahli gizi",
    Discipline.PSYCHOLOGY: "Psikolog",
}
"""Whose question it is, in words that fit a narrow column; what the family section asks, everybody reads."""

_VISIT, _HANDBOOK, _SCALE = "Wawancara keluarga", "Buku KIA atau bidan", "Ukur di tempat"
_BOTH = "Keluarga, buku KIA"
_CLINIC = "Periksa di puskesmas"

_FROM_ASKER: Mapping[str, str] = {
    FAMILY: _VISIT,
    Discipline.PSYCHOLOGY: _VISIT,
    Discipline.NUTRITION: _VISIT,
    Discipline.PAEDIATRICS: _HANDBOOK,
    Discipline.OBSTETRICS: _HANDBOOK,
}
"""Who asks -> where the answer usually lies."""

_FROM_FIELD: Mapping[str, str] = {
    "visited_on": "Petugas yang berkunjung",
    "visited_by": "Petugas yang berkunjung",
    "latrine": "Lihat di rumah",
    "water": "Lihat di rumah",
    "house": "Lihat di rumah",
    "birth_order": _VISIT,
    "tb_contact": _VISIT,
    "illnesses": _BOTH,
    "gravida": _BOTH,
    "age_years": _VISIT,
    "mother_height_cm": _SCALE,
    "weight_kg": _SCALE,
    "height_cm": _SCALE,
    "muac_cm": _SCALE,
    "systolic": _SCALE,
    "diastolic": _SCALE,
    "hb_g_dl": _CLINIC,
    "triple_test": _CLINIC,
    "iron_tablets": f"{_VISIT}, hitung bungkusnya",
}
"""Where the answer to one question lies, where it is not that of the asker."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """One thing a case lacks. hint: how it is written down (unit or choices), empty for free text."""

    label: str
    asked_by: str
    source: str
    hint: str


@dataclass(frozen=True, slots=True)
class Weighing:
    """The newest measurement that stands, as far as it matters here; numbers are None (registers write 0) when not measured."""

    on: date
    weight_kg: float | None
    height_cm: float | None
    is_doubted: bool


def lacking(
    group: Group, answers: Mapping[str, Any], *, newest: Weighing | None, has_birth_date: bool, knows_sex: bool, on: date
) -> tuple[Lacking, ...]:
    """Everything that is missing: first what is measured, then the form in its order.

    The answers of grown-ups hold their measurements, so only a child is measured beside the form. answers: as parsed, maybe empty.
    on: the day against which a measurement is old.
    """
    return (
        *_of_register(group, has_birth_date=has_birth_date, knows_sex=knows_sex),
        *_of_scale(group, newest, on),
        *_of_form(group, answers),
    )


def _of_register(group: Group, *, has_birth_date: bool, knows_sex: bool) -> Iterator[Lacking]:
    if not has_birth_date:
        yield Lacking("Tanggal lahir", EVERYBODY, "KK atau akta", "Betulkan di register, jangan ditulis di sini")
    if group.is_child and not knows_sex:
        yield Lacking("Jenis kelamin", EVERYBODY, "KK atau akta", "Laki-laki / Perempuan")


def _of_scale(group: Group, newest: Weighing | None, on: date) -> Iterator[Lacking]:
    if not group.is_child:
        return
    why = _why_again(newest, on)
    if why or newest is None or not newest.weight_kg:
        yield Lacking(f"Berat badan{why}", EVERYBODY, _SCALE, "kg, satu desimal")
    if why or newest is None or not newest.height_cm:
        yield Lacking(f"Panjang atau tinggi badan{why}", EVERYBODY, _SCALE, "cm, satu desimal; telentang / berdiri")


def _why_again(newest: Weighing | None, on: date) -> str:
    if newest is None:
        return ""
    if newest.is_doubted:
        return " (ukur ulang, hasil terakhir diragukan)"
    return " (ukur lagi, hasil terakhir lebih dari tiga bulan)" if (on - newest.on).days > OLD_AFTER_DAYS else ""


def _of_form(group: Group, answers: Mapping[str, Any]) -> Iterator[Lacking]:
    form = WORKSHEETS[group]
    needed = {name for names in still_needed(form, answers).values() for name in names}
    for f in form.fields:
        if f.name in needed:
            was_refused = f.name == CONSENT and answers.get(CONSENT) is False
            label = f"{f.label} (tadinya tidak; jelaskan dan tanyakan lagi)" if was_refused else f.label
            yield Lacking(label, _ASKERS.get(f.asked_by, EVERYBODY), _source(f), _hint(f))


def _source(f: Field) -> str:
    return _FROM_FIELD.get(f.name) or _FROM_ASKER.get(f.asked_by, _VISIT)


def _hint(f: Field) -> str:
    if f.kind is Kind.YES_NO:
        return "Ya / Tidak"
    if f.kind is Kind.DATE:
        return "tanggal-bulan-tahun"
    return _choices(tuple(f.choices.values())) if f.choices else f.unit


def _choices(labels: Sequence[str]) -> str:
    return " / ".join(labels)
