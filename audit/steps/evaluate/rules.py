"""What came of a case, decided without a database: the change of its indicators, a verdict, or why nobody can say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audit.lifecycle.vocabulary import Group


@dataclass(frozen=True, slots=True)
class Indicator:
    """One measure of change, in whole units. better_by: a change of at least this much is called improved, of minus this much worse.

    For z-scores 0.20 is about the technical error of a length measurement at this age; smaller changes are called unchanged.
    """

    code: str
    label: str
    unit: str
    per_unit: int
    better_by: int


INDICATORS: Mapping[str, Indicator] = {
    i.code: i
    for i in (
        Indicator("haz", "Panjang/tinggi menurut umur (TB/U)", "SD", 100, 20),
        Indicator("waz", "Berat menurut umur (BB/U)", "SD", 100, 20),
        Indicator("whz", "Berat menurut tinggi (BB/TB)", "SD", 100, 20),
        Indicator("muac", "Lingkar lengan atas (LiLA)", "cm", 10, 5),
        Indicator("hb", "Hemoglobin", "g/dL", 10, 5),
    )
}

INDICATORS_OF: Mapping[Group, Sequence[str]] = {
    Group.BADUTA: ("haz", "waz", "whz"),
    Group.BALITA: ("haz", "waz", "whz"),
    Group.BUMIL: ("muac", "hb"),
    Group.BUFAS: ("muac", "hb"),
    Group.CATIN: ("muac", "hb"),
}

LEAST_DAYS_APART = 28
"""Two measurements closer than four weeks say nothing about growth."""

UNKNOWN_BECAUSE: Mapping[str, str] = {
    "no_baseline": "tidak ada pengukuran awal yang dapat dipakai",
    "no_later_measurement": "tidak ada pengukuran selama tindak lanjut",
    "too_soon": f"jarak kedua pengukuran kurang dari {LEAST_DAYS_APART} hari",
    "implausible": "salah satu pengukuran tidak masuk akal dan harus diulang",
}

VERDICT_LABELS: Mapping[str, str] = {
    "improved": "Membaik",
    "unchanged": "Tetap",
    "worse": "Memburuk",
    "unknown": "Tidak dapat disimpulkan",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one indicator, in whole units. is_plausible: not flagged as impossible by WHO's limits."""

    measurement_id: int
    on: date
    value: int
    is_plausible: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What one indicator did between baseline and follow-up. change is None when unknown_because says why."""

    indicator: str
    before: Reading | None
    after: Reading | None
    change: int | None
    verdict: str
    unknown_because: str | None


def change_of(indicator: str, readings: Sequence[Reading], *, follow_up_from: date) -> Change:
    """The change from the last reading before the follow-up to the last one in it; readings in any order.

    An implausible reading is passed over when a plausible one stands on the same side.
    """
    before = _last([r for r in readings if r.on <= follow_up_from])
    after = _last([r for r in readings if r.on > follow_up_from])
    reason = _why_unknown(before, after)
    if reason or before is None or after is None:
        return Change(indicator, before, after, None, "unknown", reason)
    change = after.value - before.value
    least = INDICATORS[indicator].better_by
    verdict = "improved" if change >= least else "worse" if change <= -least else "unchanged"
    return Change(indicator, before, after, change, verdict, None)


def primary_indicator(group: Group, *, whz_before: int | None) -> str:
    """What the case is judged by: height for age, weight for height for a child who was wasted, the arm for an adult."""
    if not group.is_child:
        return "muac"
    return "whz" if whz_before is not None and whz_before < -200 else "haz"


def is_effective(verdict: str, *, is_confirmed: bool) -> bool | None:
    """Level 3 of an action: it was seen done and the case's measure moved; None while nobody can say."""
    if not is_confirmed or verdict == "unknown":
        return None
    return verdict == "improved"


def _last(readings: Sequence[Reading]) -> Reading | None:
    usable = [r for r in readings if r.is_plausible] or list(readings)
    return max(usable, key=lambda r: (r.on, r.measurement_id), default=None)


def _why_unknown(before: Reading | None, after: Reading | None) -> str | None:
    if before is None:
        return "no_baseline"
    if after is None:
        return "no_later_measurement"
    if not (before.is_plausible and after.is_plausible):
        return "implausible"
    return "too_soon" if (after.on - before.on).days < LEAST_DAYS_APART else None
