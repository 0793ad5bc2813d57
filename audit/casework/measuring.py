"""A measurement held against the curves and against the ones before it, while the child is still there. Nothing is stored or drawn here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan, nan
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.growth.ages import TWO_YEARS
from audit.growth.categories import CATEGORIES, MUAC_CATEGORIES, category, muac_category
from audit.growth.indices import Position, Scores, score
from audit.growth.standards import MEANING, Index
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Group
from audit.render.wording import age_words, date_words, number, signed, with_unit, z_score, z_with_unit
from audit.steps.intake.tables import Measurement, Subject
from audit.steps.packet.queries import measurements_of_subject

SHOWN = (Index.HAZ, Index.WAZ, Index.WHZ)

SHRINKS_CM = 0.5
"""A child does not shrink; a loss up to this much is the error of a careful measurement."""

JUMP_Z: Mapping[Index, float] = {Index.HAZ: 1.0, Index.WAZ: 1.5, Index.WHZ: 2.0}
"""A change of more than this within JUMP_DAYS is rather a mistake than growth. House rule: length changes slowest, weight fastest."""

JUMP_DAYS = 200
LOST_SHARE = 0.1
"""More than a tenth of the weight lost since the last weighing is asked about."""

_MEASURED: Mapping[Index, str] = {Index.HAZ: "height_cm", Index.WAZ: "weight_kg", Index.WHZ: "weight_kg"}
"""The field that is measured again when an index is doubted; weight for height is wrong through the weight more often."""

_MUAC_RISK_CM = 23.5
_ANAEMIA_G_DL: Mapping[Group, float] = {Group.BUMIL: 11.0, Group.BUFAS: 12.0, Group.CATIN: 12.0}
"""Below these a woman counts as KEK or anaemic. Source: Kemenkes; the same as in the screening."""

_TONES = {
    "severely_stunted": "bad",
    "severely_underweight": "bad",
    "severely_wasted": "bad",
    "stunted": "warn",
    "underweight": "warn",
    "wasted": "warn",
    "risk_of_overweight": "warn",
    "possible_risk_of_overweight": "warn",
    "overweight": "warn",
    "obese": "bad",
}
_POSITIONS = {"lying": Position.LYING, "standing": Position.STANDING}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the measurement says: "TB/U", "−3,31 SD", "Sangat pendek". tone: as in audit/web/parts. change: against the one before."""

    label: str
    value: str
    words: str
    tone: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """One length or height of the child for the chart: age in days, cm as positioned for that age, the z, and whether WHO doubts it."""

    age_days: float
    height_cm: float
    z: float
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that is odd, in a sentence. place: its field, "" for none. is_asked: whether it is to be measured again first."""

    place: str
    sentence: str
    is_asked: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """What there is to say about one measurement. doubts: what is odd; empty when nothing is.

    spots: of the chart of length for age, oldest first, the new one last; empty without a birth date, a sex or a height.
    is_new_drawn: whether the last spot is the new one. age: in words, "" when not known.
    """

    findings: tuple[Finding, ...]
    doubts: tuple[Doubt, ...]
    spots: tuple[Spot, ...]
    is_new_drawn: bool
    is_male: bool | None
    age: str


@dataclass(frozen=True, slots=True)
class _Reading:
    on: date
    weight_kg: float
    height_cm: float
    position: Position
    has_oedema: bool


def check_measurement(session: Session, facts: CaseFacts, values: Mapping[str, Any], *, on: date) -> Checked:
    """What the measurement of a visit says at once; three statements, nothing written.

    values: as `parse` read the form of a visit. on: the day of the visit. A value that was not measured is not spoken of.
    """
    subject = session.scalars(select(Subject).join(Case, Case.subject_id == Subject.id).where(Case.id == facts.case_id)).one()
    before = [m for m in measurements_of_subject(session, subject.id) if m.measured_on < on]
    if facts.group.is_child:
        return _child(subject, before, values, on)
    return _woman(facts.group, before, values)


def _child(subject: Subject, before: Sequence[Measurement], values: Mapping[str, Any], on: date) -> Checked:
    told = subject.identity.get("birth_date")
    birth_on = date.fromisoformat(told) if told else None
    new = _Reading(
        on,
        values.get("weight_kg", nan),
        values.get("height_cm", nan),
        _POSITIONS.get(values.get("position", ""), Position.UNKNOWN),
        bool(values.get("oedema", False)),
    )
    readings = [*(_reading(m) for m in before), new]
    ages = np.array([(r.on - birth_on).days if birth_on else nan for r in readings], dtype=float)
    scores = score(
        age_days=ages,
        is_male=np.array([nan if subject.is_male is None else float(subject.is_male)] * len(readings)),
        weight_kg=np.array([r.weight_kg for r in readings]),
        height_cm=np.array([r.height_cm for r in readings]),
        position=np.array([r.position for r in readings], dtype=np.int8),
        has_oedema=np.array([r.has_oedema for r in readings]),
    )
    spots = _spots(ages, scores)
    return Checked(
        findings=(*_z_findings(scores, readings), *_arm(values, ages[-1])),
        doubts=(*_unknown(subject, birth_on, on), *_position_doubts(new, ages[-1]), *_growth_doubts(scores, readings)),
        spots=tuple(spots),
        is_new_drawn=bool(spots) and not isnan(float(scores.haz[-1])),
        is_male=subject.is_male,
        age=age_words(birth_on, on) if birth_on and birth_on <= on else "",
    )


def _reading(m: Measurement) -> _Reading:
    return _Reading(
        m.measured_on,
        nan if m.weight_kg is None else m.weight_kg,
        nan if m.height_cm is None else m.height_cm,
        Position(m.position),
        m.has_oedema,
    )


def _z_findings(scores: Scores, readings: Sequence[_Reading]) -> Iterator[Finding]:
    for index in SHOWN:
        z = float(scores.z(index)[-1])
        if readings[-1].has_oedema and index is Index.WHZ:
            yield Finding(MEANING[index].label, "edema", "Gizi buruk", "bad")
            continue
        if isnan(z):
            continue
        found = CATEGORIES[index][int(category(index, z)[0])]
        is_odd = bool(scores.flag(index)[-1])
        last = _last_with_z(scores, index)
        change = f"{signed(z - float(scores.z(index)[last]))} SD sejak {date_words(readings[last].on)}" if last is not None else ""
        words = "Di luar kewajaran, ukur ulang" if is_odd else found.label
        yield Finding(MEANING[index].label, z_with_unit(z), words, "bad" if is_odd else _TONES.get(found.code, "good"), change)


def _last_with_z(scores: Scores, index: Index) -> int | None:
    """The newest reading before the new one that has a plausible z; None when there is none."""
    usable = ~np.isnan(scores.z(index)[:-1]) & ~scores.flag(index)[:-1]
    places = np.flatnonzero(usable)
    return int(places[-1]) if places.size else None


def _spots(ages: Any, scores: Scores) -> list[Spot]:
    rows = zip(ages, scores.height_cm, scores.haz, scores.haz_flag, strict=True)
    return [Spot(float(age), float(cm), float(z), bool(odd)) for age, cm, z, odd in rows if not isnan(z)]


def _unknown(subject: Subject, birth_on: date | None, on: date) -> Iterator[Doubt]:
    if birth_on is None:
        told = "Tanggal lahir tidak tercatat, sehingga TB/U dan BB/U tidak dapat dihitung. Tanyakan pada keluarga atau lihat buku KIA."
        yield Doubt("", told, is_asked=False)
    elif birth_on > on:
        yield Doubt("visited_on", "Tanggal kunjungan mendahului tanggal lahir anak. Periksa tanggalnya.")
    if subject.is_male is None:
        yield Doubt("", "Jenis kelamin tidak tercatat, sehingga kurva pertumbuhan tidak dapat dipilih.", is_asked=False)


def _position_doubts(new: _Reading, age_days: float) -> Iterator[Doubt]:
    if isnan(new.height_cm):
        return
    if new.position is Position.UNKNOWN:
        yield Doubt("position", "Cara ukur belum dipilih: terlentang atau berdiri? Selisihnya 0,7 cm.", is_asked=False)
    elif age_days < TWO_YEARS and new.position is Position.STANDING:
        told = "Anak di bawah dua tahun diukur terlentang. Bila tetap diukur berdiri, hasilnya ditambah 0,7 cm."
        yield Doubt("position", told, is_asked=False)
    elif age_days >= TWO_YEARS and new.position is Position.LYING:
        told = "Anak dua tahun ke atas diukur berdiri. Bila tetap diukur terlentang, hasilnya dikurangi 0,7 cm."
        yield Doubt("position", told, is_asked=False)


def _growth_doubts(scores: Scores, readings: Sequence[_Reading]) -> Iterator[Doubt]:
    new = readings[-1]
    for index in SHOWN:
        if scores.flag(index)[-1]:
            z = z_score(float(scores.z(index)[-1]))
            told = f"{MEANING[index].label} {z} SD di luar kewajaran WHO. Periksa angka dan tanggalnya, lalu ukur ulang."
            yield Doubt(_MEASURED[index], told)
    tall = [n for n, cm in enumerate(scores.height_cm[:-1]) if not isnan(cm)]
    if tall and not isnan(scores.height_cm[-1]):
        lost = float(scores.height_cm[tall[-1]] - scores.height_cm[-1])
        if lost > SHRINKS_CM:
            then = f"{with_unit(readings[tall[-1]].height_cm, 'cm', 1)} pada {date_words(readings[tall[-1]].on)}"
            told = f"Lebih pendek {number(lost, 1)} cm daripada pengukuran sebelumnya ({then}). Anak tidak menyusut: ukur ulang."
            yield Doubt("height_cm", told)
    yield from _lost_weight(readings)
    for index, most in JUMP_Z.items():
        last = _last_with_z(scores, index)
        if last is None or (new.on - readings[last].on).days > JUMP_DAYS:
            continue
        change = float(scores.z(index)[-1] - scores.z(index)[last])
        if abs(change) > most and not scores.flag(index)[-1]:
            since = date_words(readings[last].on)
            yield Doubt(
                _MEASURED[index], f"{MEANING[index].label} berubah {signed(change)} SD sejak {since}; jarang secepat itu. Ukur ulang."
            )


def _lost_weight(readings: Sequence[_Reading]) -> Iterator[Doubt]:
    weighed = [r for r in readings[:-1] if not isnan(r.weight_kg)]
    if weighed and not isnan(readings[-1].weight_kg):
        lost = weighed[-1].weight_kg - readings[-1].weight_kg
        if lost > LOST_SHARE * weighed[-1].weight_kg:
            then = f"{with_unit(weighed[-1].weight_kg, 'kg', 1)} pada {date_words(weighed[-1].on)}"
            yield Doubt("weight_kg", f"Berat turun {number(lost, 1)} kg dari {then}. Timbang ulang; bila benar, rujuk hari ini.")


def _arm(values: Mapping[str, Any], age_days: float) -> Iterator[Finding]:
    if "muac_cm" not in values:
        return
    place = int(muac_category(values["muac_cm"], age_days)[0])
    found = MUAC_CATEGORIES[place] if place >= 0 else None
    words, tone = (found.label, _TONES.get(found.code, "good")) if found else ("Tidak dinilai pada umur ini", "neutral")
    yield Finding("LiLA", with_unit(values["muac_cm"], "cm", 1), words, tone)


def _woman(group: Group, before: Sequence[Measurement], values: Mapping[str, Any]) -> Checked:
    findings = []
    for name, label, unit, least, low in (
        ("muac_cm", "LiLA", "cm", _MUAC_RISK_CM, "Berisiko KEK"),
        ("hb_g_dl", "Hemoglobin", "g/dL", _ANAEMIA_G_DL[group], "Anemia"),
    ):
        if name in values:
            is_low = values[name] < least
            words = f"{low} (di bawah {number(least, 1)} {unit})" if is_low else f"Cukup (batas {number(least, 1)} {unit})"
            change = _change(before, name, values[name], unit)
            findings.append(Finding(label, with_unit(values[name], unit, 1), words, "warn" if is_low else "good", change))
    if "weight_kg" in values:
        told = _change(before, "weight_kg", values["weight_kg"], "kg")
        findings.append(Finding("Berat badan", with_unit(values["weight_kg"], "kg", 1), "Tercatat", "neutral", told))
    readings = [*(_reading(m) for m in before), _Reading(date.max, values.get("weight_kg", nan), nan, Position.UNKNOWN, has_oedema=False)]
    return Checked(tuple(findings), tuple(_lost_weight(readings)), (), is_new_drawn=False, is_male=None, age="")


def _change(before: Sequence[Measurement], name: str, value: float, unit: str) -> str:
    last = next((m for m in reversed(before) if getattr(m, name) is not None), None)
    return f"{signed(value - getattr(last, name), 1)} {unit} sejak {date_words(last.measured_on)}" if last else ""
