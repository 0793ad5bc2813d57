"""The weight-gain strip of a packet: one mark for each month, and the sentence that says what they mean. No z-score is looked at here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from audit.growth.gain import STATUSES, weight_gain
from audit.render.charts import Gain, gain_strip
from audit.render.wording import MISSING, MONTHS, date_short, number
from audit.reports.packet.facts import PacketFacts
from audit.reports.pages import Figure

_ON_PAPER, _ON_SCREEN = (12, 640.0), (6, 376.0)
"""Months and drawing units of the strip. Twelve months across a phone could not be read."""


@dataclass(frozen=True, slots=True)
class GainStory:
    """figure: None with fewer than two weighings. marks: the letter of every reading, in their order, a dash without a weight.

    two_t_months: "Mei dan Juni 2026", empty unless the newest weighing is the second T in a row.
    """

    figure: Figure | None
    sentence: str
    marks: tuple[str, ...]
    is_two_t: bool
    two_t_months: str


def gain_story(facts: PacketFacts, *, for_screen: bool = False) -> GainStory:
    """N, T, O and B from the weights alone; where the register wrote another letter at the newest weighing, the sentence says so.

    for_screen: a short strip of the newest months, as large on a phone as the words around it.
    """
    readings = facts.readings
    weights = np.array([np.nan if r.weight_kg is None else r.weight_kg for r in readings], dtype=np.float64)
    nothing = GainStory(None, "Belum ada penimbangan.", (MISSING,) * len(readings), False, "")
    if not readings or np.isnan(weights).all():
        return nothing
    found = weight_gain(
        child=np.zeros(len(readings)),
        birth_on=np.datetime64(facts.birth_on, "D") if facts.birth_on else np.datetime64("NaT", "D"),
        measured_on=np.array([r.on for r in readings], dtype="datetime64[D]"),
        is_male=facts.male,
        weight_kg=weights,
    )
    marks = tuple(STATUSES[code].code if code >= 0 else MISSING for code in found.status)
    months = _by_month(facts)
    last = max(months.values())
    is_two_t = bool(found.is_two_t[last])
    two_t = _pair_of_months(facts, last) if is_two_t else ""
    sentence = _sentence(facts, marks[last], last, is_two_t=is_two_t, two_t=two_t)
    if len(months) < 2:
        return GainStory(None, sentence, marks, is_two_t, two_t)
    most, width = _ON_SCREEN if for_screen else _ON_PAPER
    gains = _gains(months, marks, found.gain_g, found.minimum_g, most=most)
    title = f"Kenaikan berat badan tiap bulan, {gains[0].label} sampai {gains[-1].label}. {sentence}"
    drawing = gain_strip(gains, title=title, width=width)
    return GainStory(Figure("strip-berat", "", drawing), sentence, marks, is_two_t, two_t)


def _by_month(facts: PacketFacts) -> dict[int, int]:
    """Number of the calendar month -> place of its last weighing, oldest first."""
    return {r.on.year * 12 + r.on.month - 1: place for place, r in enumerate(facts.readings) if r.weight_kg is not None}


def _gains(months: dict[int, int], marks: tuple[str, ...], gain_g: np.ndarray, minimum_g: np.ndarray, *, most: int) -> list[Gain]:
    newest = max(months)
    first = max(min(months), newest - most + 1)
    gains = []
    for month in range(first, newest + 1):
        label = MONTHS[month % 12][:3] if month % 12 != 7 else "Agt"
        place = months.get(month)
        if place is None:
            gains.append(Gain(label, None, None, MISSING))
            continue
        gains.append(Gain(label, _finite(gain_g[place]), _finite(minimum_g[place]), marks[place]))
    return gains


def _finite(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _pair_of_months(facts: PacketFacts, last: int) -> str:
    on = facts.readings[last].on
    before = MONTHS[(on.month - 2) % 12] + (f" {on.year - 1}" if on.month == 1 else "")
    return f"{before} dan {MONTHS[on.month - 1]} {on.year}"


def _sentence(facts: PacketFacts, mark: str, last: int, *, is_two_t: bool, two_t: str) -> str:
    on, weight = facts.readings[last].on, number(facts.readings[last].weight_kg, 1)
    month = f"{MONTHS[on.month - 1]} {on.year}"
    said = {
        "N": f"Berat badan naik cukup pada {month}.",
        "T": f"Berat badan tidak naik cukup pada {month} (T).",
        "O": f"Sebelum {month} ada bulan tanpa penimbangan, jadi kenaikan berat badan belum dapat dinilai (O).",
        "B": f"Baru satu kali ditimbang ({date_short(on)}, {weight} kg); kenaikan berat badan belum dapat dinilai.",
    }
    sentence = f"Berat badan tidak naik cukup dua kali berturut-turut (2T): {two_t}." if is_two_t else said.get(mark, "")
    letter = facts.readings[last].gain_letter
    if letter and mark in ("N", "T") and letter in ("N", "T") and letter != mark:
        sentence += f" Register mencatat {letter}."
    return sentence or "Umur atau jenis kelamin tidak diketahui, jadi kenaikan berat badan belum dapat dinilai."
