"""Invented pregnancies: history, arm, blood, weight by week, the risk factors a midwife would write. No family is made here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

KEK_BELOW_CM = 23.5
ANAEMIA_BELOW = {1: 11.0, 2: 10.5, 3: 11.0}
"""Hb in g/dL by trimester."""
FIRST_SEEN_WEEKS, LAST_WEEKS = 5, 41

_WEEKLY_GAIN_KG = 0.33


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """One pregnancy of an invented family's mother; `family` is the number of that family.

    lmp_on: first day of the last period (HPHT). para: births before this one; abortus: losses; gravida counts this one too.
    last_birth_on: None before the first child. arm and blood are as on the first visit.
    """

    number: int
    family: int
    lmp_on: date
    para: int
    abortus: int
    last_birth_on: date | None
    weight_before_kg: float
    height_cm: float
    muac_cm: float
    hb: float
    has_hypertension: bool
    has_twins: bool

    @property
    def gravida(self) -> int:
        return self.para + self.abortus + 1

    def weeks(self, on: date) -> int:
        """Completed weeks of pregnancy on a date; negative before it."""
        return (on - self.lmp_on).days // 7

    def is_seen(self, on: date) -> bool:
        """Whether the mother is in the register on that date: from 5 to 41 weeks."""
        return FIRST_SEEN_WEEKS <= self.weeks(on) <= LAST_WEEKS


@dataclass(frozen=True, slots=True)
class PregnancyCheck:
    """What the midwife found: completed weeks, kg, cm of the arm, Hb in g/dL."""

    on: date
    weeks: int
    weight_kg: float
    muac_cm: float
    hb: float


def draw_pregnancy(rng: Random, *, number: int, family: int, mother_born_on: date, last_birth_on: date | None, lmp_on: date) -> Pregnancy:
    """A pregnancy with about one mother in six short of energy (KEK) and one in three anaemic."""
    age = (lmp_on - mother_born_on).days / 365.25
    para = 0 if last_birth_on is None else max(1, min(6, round(rng.gauss((age - 19) / 6, 0.8))))
    muac = min(36.0, max(19.0, rng.gauss(26.2, 2.8)))
    height = min(172.0, max(136.0, rng.gauss(151.5, 5.0)))
    bmi = max(15.5, 22.5 + 1.1 * (muac - 26.2) + rng.gauss(0, 1.0))
    return Pregnancy(
        number=number,
        family=family,
        lmp_on=lmp_on,
        para=para,
        abortus=int(rng.random() < 0.08) + int(rng.random() < 0.01),
        last_birth_on=last_birth_on,
        weight_before_kg=round(bmi * (height / 100) ** 2, 1),
        height_cm=round(height, 1),
        muac_cm=round(muac, 1),
        hb=round(min(14.5, max(6.8, rng.gauss(11.4, 1.1))), 1),
        has_hypertension=rng.random() < 0.05,
        has_twins=rng.random() < 0.012,
    )


def check(pregnancy: Pregnancy, on: date, *, effect: float = 0.0, since: date | None = None) -> PregnancyCheck:
    """The check of a mother on a date, always the same for the same pregnancy, date and effect.

    effect: what three months of help since `since` add to the arm in cm, and half as much to Hb in g/dL; 0 leaves her as she was.
    """
    rng = Random(f"{pregnancy.number} {pregnancy.lmp_on} {on}")
    weeks = pregnancy.weeks(on)
    helped = effect * min(1.5, max(0, (on - since).days) / 91) if since else 0.0
    gained = _WEEKLY_GAIN_KG * max(0, weeks - 10) * (1.25 if pregnancy.has_twins else 1.0)
    dilution = 0.5 * math.exp(-(((weeks - 27) / 7) ** 2))
    return PregnancyCheck(
        on=on,
        weeks=weeks,
        weight_kg=round(pregnancy.weight_before_kg + gained + 0.8 * helped + rng.gauss(0, 0.3), 1),
        muac_cm=round(pregnancy.muac_cm + helped + rng.gauss(0, 0.1), 1),
        hb=round(pregnancy.hb - dilution + 0.5 * helped + rng.gauss(0, 0.15), 1),
    )


def risk_factors(pregnancy: Pregnancy, found: PregnancyCheck, mother_born_on: date) -> list[str]:
    """The risk factors in the words of the register, empty when there are none."""
    age = (found.on - mother_born_on).days / 365.25
    spacing = (pregnancy.lmp_on - pregnancy.last_birth_on).days / 365.25 if pregnancy.last_birth_on else math.inf
    trimester = 1 if found.weeks < 14 else 2 if found.weeks < 28 else 3
    told = {
        "KEK": found.muac_cm < KEK_BELOW_CM,
        "Anemia": found.hb < ANAEMIA_BELOW[trimester],
        "Terlalu muda (< 20 th)": age < 20,
        "Terlalu tua (> 35 th)": age > 35,
        "Terlalu dekat (< 2 th)": spacing < 2,
        "Terlalu banyak (>= 3 anak)": pregnancy.para >= 3,
        "TB < 145 cm": pregnancy.height_cm < 145,
        "Hipertensi": pregnancy.has_hypertension,
        "Kehamilan ganda": pregnancy.has_twins,
    }
    return [words for words, holds in told.items() if holds]


def lmp_between(rng: Random, on: date) -> date:
    """The first day of a last period such that the pregnancy is under way on `on` or begins in the half year after it."""
    return on - timedelta(days=rng.randint(-180, 285))
