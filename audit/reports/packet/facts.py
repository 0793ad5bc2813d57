"""What a packet snapshot says, as typed values, and the record that each kind of subject fills. Nothing is worded or drawn here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from audit.growth.ages import TWO_YEARS, days_of_months
from audit.growth.indices import AGELESS_STANDS_FROM_CM, Position, corrected_height
from audit.growth.standards import Index
from audit.lifecycle.vocabulary import Group
from audit.render.wording import facility
from audit.reports.cleaning import printable
from audit.reports.packet.pages import Flag, Gap, Indicator
from audit.reports.pages import Figure, Level, Table
from audit.store.canonical import canonical_json, sha256_hex

FLAG_BITS: Mapping[Index, int] = {Index.HAZ: 1, Index.WAZ: 2, Index.WHZ: 4, Index.BAZ: 8}
"""As stored with a measurement."""

_SOURCE_NAMES = tuple((index, f"source_{index}") for index in FLAG_BITS)


@dataclass(frozen=True, slots=True)
class Reading:
    """One measurement of the subject. Numbers are None when unknown; registers write 0 for that, which is None here too.

    source: registry, visit or worksheet. z, source_z: whole z-scores by index, of this program and of the file; only those known.
    flagged: the indices whose z WHO calls implausible. gain_letter: N, T, O or B as the file says. recheck: why to measure again.
    """

    on: date
    source: str
    age_months: int | None
    weight_kg: float | None
    height_cm: float | None
    position: int
    muac_cm: float | None
    has_oedema: bool
    hb_g_dl: float | None
    pregnancy_weeks: int | None
    z: Mapping[Index, float]
    source_z: Mapping[Index, float]
    flagged: frozenset[Index]
    gain_letter: str | None
    recheck: str | None


@dataclass(frozen=True, slots=True)
class PacketFacts:
    """A packet snapshot, read. birth_on None: not known. is_male None: the registry does not say. readings: oldest first.

    sha256: of the snapshot itself, canonical. answers: of the worksheet, field name to value.
    """

    sha256: str
    number: str
    group: Group
    round: int
    desa_code: str
    puskesmas: str
    posyandu: str
    kabupaten_code: str
    cycle_code: str
    wording: Mapping[str, str]
    frozen_on: date
    is_male: bool | None
    birth_on: date | None
    birth_weight_g: int | None
    birth_length_cm: float | None
    gestation_weeks: int | None
    identity: Mapping[str, Any]
    reasons: tuple[str, ...]
    readings: tuple[Reading, ...]
    answers: Mapping[str, Any]

    @property
    def male(self) -> float:
        """The sex as the growth arithmetic wants it: 1, 0, or NaN."""
        return float("nan") if self.is_male is None else float(self.is_male)

    def newest(self, *names: str) -> Reading | None:
        """The newest reading that has all of these attributes, None when there is none."""
        return next((r for r in reversed(self.readings) if all(getattr(r, name) is not None for name in names)), None)

    def newest_with_z(self, index: Index) -> Reading | None:
        """The newest reading with a z of this index, None when there is none."""
        return next((r for r in reversed(self.readings) if index in r.z), None)

    def age_days(self, reading: Reading) -> float | None:
        """Age in days at a reading: from the birth date, else from the stored completed months; None when neither is known."""
        if self.birth_on is not None:
            return float((reading.on - self.birth_on).days)
        return None if reading.age_months is None else _days_of(reading.age_months)

    def is_read_standing(self, reading: Reading) -> bool:
        """Whether the height table is meant: from two years on; without an age, from 87 cm on."""
        days = self.age_days(reading)
        return days >= TWO_YEARS if days is not None else (reading.height_cm or 0) >= AGELESS_STANDS_FROM_CM

    def positioned_cm(self, reading: Reading) -> float | None:
        """Length below two years, height from then on, in cm: what the tables are read with. None when not measured."""
        days = self.age_days(reading)
        if reading.height_cm is None or days is None:
            return reading.height_cm
        return _positioned(reading.height_cm, days, reading.position if 0 <= reading.position <= Position.STANDING else 0)


@lru_cache(maxsize=1024)
def _days_of(months: float) -> float:
    return float(days_of_months(months))


@lru_cache(maxsize=8192)
def _positioned(height_cm: float, days: float, position: int) -> float:
    """One height at a time is dear in arrays, and every chart of a child asks for the same ones."""
    return float(corrected_height(np.array([height_cm]), np.array([days]), np.array([position], dtype=np.int8))[0])


@dataclass(frozen=True, slots=True)
class Part:
    """What the subject's own side of a packet is made of; the rest is the same for everybody. Fields as in `PacketPage`."""

    summary: str
    question: str
    chart: Figure
    indicators: tuple[Indicator, ...]
    gain: Figure | None
    gain_sentence: str
    flags: tuple[Flag, ...]
    gaps: tuple[Gap, ...]
    more_charts: tuple[Figure, ...]
    measurements: Table


def read_packet(snapshot: Mapping[str, Any]) -> PacketFacts:
    """The snapshot of `audit.steps.packet.queries.packet_snapshot` as typed values. Raises KeyError for one of another kind."""
    clean = printable(dict(snapshot))
    case, cycle, subject = clean["case"], clean["cycle"], clean["subject"]
    answers, group = clean["worksheet"]["answers"], Group(case["group"])
    of_child = answers if group.is_child else {}
    readings = [_reading(m) for m in clean["measurements"]]
    if not group.is_child and (examined := _examined(answers)) is not None:
        readings.append(examined)
    return PacketFacts(
        sha256=sha256_hex(canonical_json(snapshot)),
        number=case["number"],
        group=group,
        round=case["round"],
        desa_code=case["desa_code"],
        puskesmas=facility("Puskesmas", case["puskesmas"]),
        posyandu=facility("Posyandu", subject["posyandu"]),
        kabupaten_code=cycle["kabupaten_code"],
        cycle_code=cycle["code"],
        wording=cycle["wording"],
        frozen_on=date.fromisoformat(clean["frozen_on"]),
        is_male=subject["is_male"],
        birth_on=date_of(subject["identity"].get("birth_date")),
        birth_weight_g=_known(subject["birth_weight_g"]) or _known(of_child.get("birth_weight_g")),
        birth_length_cm=_known(subject["birth_length_cm"]) or _known(of_child.get("birth_length_cm")),
        gestation_weeks=_known(subject["gestation_weeks"]) or _known(of_child.get("gestation_weeks")),
        identity=subject["identity"],
        reasons=tuple(str(reason["sentence"]) for reason in clean["reasons"]),
        readings=tuple(sorted(readings, key=lambda r: r.on)),
        answers=answers,
    )


def date_of(text: Any) -> date | None:
    """The date of an ISO text; None when it is empty or is not one."""
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None


def by_loudness(flags: Sequence[Flag]) -> tuple[Flag, ...]:
    """The loudest first, otherwise in the order given; the same flag once."""
    order: tuple[Level, ...] = ("alarm", "watch", "unknown", "fine")
    return tuple(sorted(dict.fromkeys(flags), key=lambda flag: order.index(flag.level)))


def _reading(m: Mapping[str, Any]) -> Reading:
    return Reading(
        on=date.fromisoformat(m["measured_on"]),
        source=m["source"],
        age_months=m["age_months"],
        weight_kg=_known(m["weight_kg"]),
        height_cm=_known(m["height_cm"]),
        position=m["position"] or 0,
        muac_cm=_known(m["muac_cm"]),
        has_oedema=bool(m["has_oedema"]),
        hb_g_dl=_known(m["hb_g_dl"]),
        pregnancy_weeks=_known(m["pregnancy_weeks"]),
        z={index: m[index] / 100 for index in FLAG_BITS if m[index] is not None},
        source_z={index: m[name] / 100 for index, name in _SOURCE_NAMES if m.get(name) is not None},
        flagged=frozenset(index for index, bit in FLAG_BITS.items() if m["flags"] & bit) if m["flags"] else frozenset(),
        gain_letter=m["weight_gain"] or None,
        recheck=m["recheck"] or None,
    )


def _examined(answers: Mapping[str, Any]) -> Reading | None:
    """What the worksheet of a grown-up says of arm, blood, weight and height, as a reading of the day of the visit."""
    on = date_of(answers.get("visited_on"))
    found = {name: _known(answers.get(name)) for name in ("weight_kg", "height_cm", "muac_cm", "hb_g_dl", "pregnancy_weeks")}
    if on is None or not any(found[name] for name in ("weight_kg", "muac_cm", "hb_g_dl")):
        return None
    nothing: dict[str, Any] = {"age_months": None, "position": 0, "has_oedema": False, "z": {}, "source_z": {}}
    return Reading(on=on, source="worksheet", **nothing, **found, flagged=frozenset(), gain_letter=None, recheck=None)


def _known(value: Any) -> Any:
    return value if isinstance(value, (int, float)) and value > 0 else None
