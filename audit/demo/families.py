"""The invented district: families with their children, pregnancies, and what the posyandu measures each month. Not how it is filed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import numpy as np
from numpy.typing import NDArray

from audit.demo import growth_model, names, places, pregnancies
from audit.demo.growth_model import Bodies, Reading, Rows
from audit.demo.places import Home, Village
from audit.demo.pregnancies import Pregnancy
from audit.growth.ages import LAST_DAY, Dates, Floats

JEMBER = "35.09"
CHILDREN_PER_DESA = 30

# Shifts of long-term TB/U in SD: kecamatan differ, and the demo's focus areas are worse off than the rest.
_KECAMATAN_SD, _FAMILY_SD, _FOCUS_SHIFT = 0.12, 0.15, -0.3
FOCUS = ("35.09.22", "35.09.25", "35.09.30")
"""Arjasa, Jelbuk, Silo."""

_SIBLING_SHARE, _TWIN_SHARE = 0.13, 0.012
_MONTH_NOISE, _VISIT_NOISE = 7, 8


@dataclass(frozen=True, slots=True)
class Parent:
    """A mother or father."""

    name: str
    nik: str
    birth_on: date


@dataclass(frozen=True, slots=True)
class Family:
    """A household; `number` is its place in `District.families`."""

    number: int
    card_number: str
    father: Parent
    mother: Parent
    home: Home
    phone: str


@dataclass(frozen=True, slots=True)
class Child:
    """A child; `number` is its place in `District.children` and its row in `District.bodies`."""

    number: int
    family: Family
    nik: str
    name: str
    is_male: bool
    birth_on: date
    birth_weight_kg: float
    birth_length_cm: float
    gestation_weeks: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement of one child as written down; muac_cm is None below six months. height_cm is as read, not corrected."""

    on: date
    age_days: int
    weight_kg: float
    height_cm: float
    muac_cm: float | None
    is_standing: bool


@dataclass(frozen=True, slots=True)
class Month:
    """Everybody measured in one calendar month: rows of the district's children, and in the same order when, how old, what was read."""

    rows: Rows
    on: Dates
    age_days: Floats
    reading: Reading


@dataclass(frozen=True, slots=True, eq=False)
class District:
    """A kabupaten of invented families, as on the date `on`. The same seed, date and size give the same district, to the byte."""

    seed: int
    on: date
    kabupaten: str
    villages: Sequence[Village]
    families: Sequence[Family]
    children: Sequence[Child]
    pregnancies: Sequence[Pregnancy]
    bodies: Bodies
    attendance: Floats
    posyandu_day: NDArray[np.int64]
    _months: dict[date, Month] = field(default_factory=dict, repr=False)

    def measured_in(self, month: date) -> Month:
        """Who came to the posyandu in the calendar month of this date (about 87 % of the children of 0 to 59 months), any month."""
        first = month.replace(day=1)
        if first not in self._months:
            self._months[first] = self._measure(first)
        return self._months[first]

    def measurements(self, child: Child, month: date) -> Measurement | None:
        """The measurement of a child in the calendar month of this date, None when it was not brought (or not born, or five)."""
        seen = self.measured_in(month)
        at = int(np.searchsorted(seen.rows, child.number))
        if at == len(seen.rows) or seen.rows[at] != child.number:
            return None
        return _measurement(seen.on[at].item(), int(seen.age_days[at]), seen.reading, at)

    def follow_up(self, child: Child, on: Sequence[date], *, since: date, effect: float) -> tuple[Measurement, ...]:
        """The child measured at home on these dates, with what the help begun on `since` has changed; always the same for the same call.

        effect: what three months add to latent TB/U in SD (0.3 is a good result, 0 no help, negative worse). BB/TB answers at first
        twice as much. The gain goes on for six months and stays.
        """
        visits = list(on)
        age = np.array([(day - child.birth_on).days for day in visits], dtype=np.float64)
        quarters = np.clip(np.array([(day - since).days for day in visits]) / 91, 0.0, 2.0)
        rows = np.full(len(visits), child.number)
        size = growth_model.true_size(self.bodies, rows, age, haz_gain=effect * quarters, whz_gain=2 * effect * np.minimum(quarters, 1.0))
        rngs = [np.random.default_rng([self.seed, _VISIT_NOISE, child.number, day.toordinal()]) for day in visits]
        noise, luck = (np.array([draw(rng) for rng in rngs]).reshape(len(visits), -1) for draw in (_noise, _luck))
        reading = growth_model.read_size(size, age, noise=noise, luck=luck)
        return tuple(_measurement(day, int(age[i]), reading, i) for i, day in enumerate(visits))

    def child_of(self, nik: str) -> Child | None:
        """The child with this NIK, None when there is none. For many children keep a dictionary instead."""
        return next((child for child in self.children if child.nik == nik), None)

    def pregnancy_of(self, nik: str) -> Pregnancy | None:
        """The pregnancy of the mother with this NIK, None when there is none."""
        return next((one for one in self.pregnancies if self.families[one.family].mother.nik == nik), None)

    def _measure(self, first: date) -> Month:
        n = len(self.children)
        rng = np.random.default_rng([self.seed, _MONTH_NOISE, first.year, first.month])
        noise, luck, late = rng.standard_normal((n, 3)), rng.random((n, 4)), rng.integers(0, 3, n)
        came = rng.random(n) < self.attendance
        on = np.datetime64(first) + (self.posyandu_day + late - 1).astype("timedelta64[D]")
        age = (on - self.bodies.birth_on).astype(np.float64)
        rows = np.flatnonzero(came & (age >= 0) & (age <= LAST_DAY))
        size = growth_model.true_size(self.bodies, rows, age[rows])
        return Month(rows, on[rows], age[rows], growth_model.read_size(size, age[rows], noise=noise[rows], luck=luck[rows]))


def make_district(
    seed: int, *, on: date, children_per_desa: int = CHILDREN_PER_DESA, kecamatan: Sequence[str] | None = None, kabupaten: str = JEMBER
) -> District:
    """Invent a district whose children are 0 to 59 months old on the date `on`.

    children_per_desa: on average; each desa has 70 to 130 % of it. kecamatan: only these codes, None for all. Refused for an unknown code.
    About one pregnancy to nine children.
    """
    rng = Random(f"{seed} {kabupaten}")
    settled = places.villages(rng, kabupaten=kabupaten, kecamatan=kecamatan)
    people = _People(rng, on)
    for village in settled:
        people.settle(village, round(children_per_desa * rng.uniform(0.7, 1.3)))
    bodies = _bodies(seed, people)
    children = [
        Child(i, family, nik, name, is_male, born, float(bodies.birth_weight_kg[i]), float(bodies.birth_length_cm[i]), int(weeks))
        for i, ((family, nik, name, is_male, born), weeks) in enumerate(zip(people.children, bodies.gestation_weeks, strict=True))
    ]
    return District(
        seed=seed,
        on=on,
        kabupaten=kabupaten,
        villages=settled,
        families=people.families,
        children=children,
        pregnancies=people.pregnancies,
        bodies=bodies,
        attendance=np.array([0.5 if rng.random() < 0.08 else 0.9 for _ in children]),
        posyandu_day=np.array([child.family.home.posyandu_day for child in children], dtype=np.int64),
    )


@dataclass(slots=True)
class _People:
    """The families while they are being invented, village by village."""

    rng: Random
    on: date
    registrar: names.Registrar = field(default_factory=names.Registrar)
    families: list[Family] = field(default_factory=list)
    children: list[tuple[Family, str, str, bool, date]] = field(default_factory=list)
    pregnancies: list[Pregnancy] = field(default_factory=list)

    def settle(self, village: Village, children: int) -> None:
        """Families for this many children of the village, and its pregnancies."""
        wanted = len(self.children) + children
        while len(self.children) < wanted:
            births = self._births()[: wanted - len(self.children)]
            family = self._family(village, births[0])
            for born in births:
                self._child(family, born)
            if self.rng.random() < 0.03:
                self._pregnancy(family, last_birth_on=max(births))
        for _ in range(round(children / 12)):
            self._expecting(village)

    def _births(self) -> list[date]:
        first = self.on - timedelta(days=self.rng.randrange(LAST_DAY))
        draw = self.rng.random()
        if draw < _TWIN_SHARE:
            return [first, first]
        spacing = timedelta(days=self.rng.randint(600, 1400))
        if draw < _TWIN_SHARE + _SIBLING_SHARE and (self.on - first + spacing).days < LAST_DAY:
            return [first - spacing, first]
        return [first]

    def _family(self, village: Village, first_birth: date) -> Family:
        rng = self.rng
        mother_born = first_birth - timedelta(days=int(365.25 * min(41.0, max(17.0, rng.gauss(25.5, 5.5)))))
        father_born = mother_born - timedelta(days=rng.randint(-700, 3200))
        family = Family(
            number=len(self.families),
            card_number=self.registrar.family_card(village.kecamatan_code, first_birth - timedelta(days=rng.randint(30, 1500))),
            father=self._parent(village, father_born, is_male=True),
            mother=self._parent(village, mother_born, is_male=False),
            home=places.home(rng, village),
            phone=names.phone(rng),
        )
        self.families.append(family)
        return family

    def _parent(self, village: Village, born: date, *, is_male: bool) -> Parent:
        return Parent(names.adult_name(self.rng, is_male=is_male), self.registrar.nik(village.kecamatan_code, born, is_male=is_male), born)

    def _child(self, family: Family, born: date) -> None:
        is_male = self.rng.random() < 0.51
        nik = self.registrar.nik(family.home.village.kecamatan_code, born, is_male=is_male)
        self.children.append((family, nik, names.child_name(self.rng, is_male=is_male), is_male, born))

    def _expecting(self, village: Village) -> None:
        """A family without a child under five that expects one: the first, or one after a long pause."""
        began = pregnancies.lmp_between(self.rng, self.on)
        is_first = self.rng.random() < 0.6
        last_birth = None if is_first else self.on - timedelta(days=LAST_DAY + self.rng.randint(10, 2500))
        self._pregnancy(self._family(village, last_birth or began + timedelta(days=270)), last_birth_on=last_birth, lmp_on=began)

    def _pregnancy(self, family: Family, *, last_birth_on: date | None, lmp_on: date | None = None) -> None:
        began = lmp_on or pregnancies.lmp_between(self.rng, self.on)
        if last_birth_on is not None and began <= last_birth_on + timedelta(days=60):
            return
        number = len(self.pregnancies)
        self.pregnancies.append(
            pregnancies.draw_pregnancy(
                self.rng,
                number=number,
                family=family.number,
                mother_born_on=family.mother.birth_on,
                last_birth_on=last_birth_on,
                lmp_on=began,
            )
        )


def _bodies(seed: int, people: _People) -> Bodies:
    rng = np.random.default_rng([seed, 1])
    where = [family.home.village.kecamatan_code for family, *_ in people.children]
    shift = {code: rng.normal(0.0, _KECAMATAN_SD) + (_FOCUS_SHIFT if code in FOCUS else 0.0) for code in sorted(set(where))}
    household = rng.normal(0.0, _FAMILY_SD, len(people.families))
    return growth_model.draw_bodies(
        rng,
        is_male=np.array([is_male for *_, is_male, _ in people.children]),
        birth_on=np.array([born for *_, born in people.children], dtype="datetime64[D]"),
        lean=np.array([shift[code] + household[family.number] for code, (family, *_) in zip(where, people.children, strict=True)]),
    )


def _noise(rng: np.random.Generator) -> Floats:
    return rng.standard_normal(3)


def _luck(rng: np.random.Generator) -> Floats:
    return rng.random(4)


def _measurement(on: date, age_days: int, reading: Reading, at: int) -> Measurement:
    muac = float(reading.muac_cm[at])
    return Measurement(
        on=on,
        age_days=age_days,
        weight_kg=float(reading.weight_kg[at]),
        height_cm=float(reading.height_cm[at]),
        muac_cm=None if np.isnan(muac) else muac,
        is_standing=bool(reading.is_standing[at]),
    )
