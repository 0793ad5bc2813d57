"""The indices, the tables they are read from, and the curves of a chart. How a child becomes a z-score is in `audit.growth.indices`."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

import numpy as np

from audit.errors import Fault
from audit.growth.ages import TWO_YEARS, Floats
from audit.growth.lms import measurement

BREAK_AT_DAY = TWO_YEARS
"""Curves of height for age and BMI for age jump here, from lying to standing; a chart must lift its pen before this day."""


class Index(StrEnum):
    """A z-score of a child, by its short name in the field."""

    HAZ = "haz"
    WAZ = "waz"
    WHZ = "whz"
    BAZ = "baz"
    HCZ = "hcz"
    MCZ = "mcz"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an index measures, what it is called, and where a value stops being plausible.

    restricted: linear beyond 3 SD. flag_below, flag_above: z outside is flagged, never removed. Source: WHO 2006, chapter 7.
    """

    label: str
    measured: str
    restricted: bool
    flag_below: float
    flag_above: float


MEANING: Mapping[Index, Meaning] = {
    Index.HAZ: Meaning("TB/U", "tinggi atau panjang badan menurut umur", restricted=False, flag_below=-6.0, flag_above=6.0),
    Index.WAZ: Meaning("BB/U", "berat badan menurut umur", restricted=True, flag_below=-6.0, flag_above=5.0),
    Index.WHZ: Meaning("BB/TB", "berat badan menurut tinggi atau panjang badan", restricted=True, flag_below=-5.0, flag_above=5.0),
    Index.BAZ: Meaning("IMT/U", "indeks massa tubuh menurut umur", restricted=True, flag_below=-5.0, flag_above=5.0),
    Index.HCZ: Meaning("LK/U", "lingkar kepala menurut umur", restricted=False, flag_below=-5.0, flag_above=5.0),
    Index.MCZ: Meaning("LiLA/U", "lingkar lengan atas menurut umur", restricted=True, flag_below=-5.0, flag_above=5.0),
}


@dataclass(frozen=True, slots=True)
class Table:
    """L, M, S along x, by sex: `lms` has shape (2, rows, 3), girls first; row r stands for x = first + r * step (days or cm)."""

    first: float
    step: float
    lms: Floats

    @property
    def x(self) -> Floats:
        """The x of every row, in days or cm."""
        return np.asarray(self.first + np.arange(self.lms.shape[1]) * self.step).round(1)


class TableName(StrEnum):
    """The tables, named as their files in `audit/growth/data`."""

    WEIGHT_FOR_AGE = "weight_for_age"
    HEIGHT_FOR_AGE = "height_for_age"
    BMI_FOR_AGE = "bmi_for_age"
    HEAD_FOR_AGE = "head_for_age"
    MUAC_FOR_AGE = "muac_for_age"
    WEIGHT_FOR_LENGTH = "weight_for_length"
    WEIGHT_FOR_HEIGHT = "weight_for_height"


FIRST_AND_STEP: Mapping[TableName, tuple[float, float]] = {
    TableName.WEIGHT_FOR_AGE: (0, 1),
    TableName.HEIGHT_FOR_AGE: (0, 1),
    TableName.BMI_FOR_AGE: (0, 1),
    TableName.HEAD_FOR_AGE: (0, 1),
    TableName.MUAC_FOR_AGE: (91, 1),
    TableName.WEIGHT_FOR_LENGTH: (45.0, 0.1),
    TableName.WEIGHT_FOR_HEIGHT: (65.0, 0.1),
}

TABLE_OF: Mapping[Index, TableName] = {
    Index.HAZ: TableName.HEIGHT_FOR_AGE,
    Index.WAZ: TableName.WEIGHT_FOR_AGE,
    Index.BAZ: TableName.BMI_FOR_AGE,
    Index.HCZ: TableName.HEAD_FOR_AGE,
    Index.MCZ: TableName.MUAC_FOR_AGE,
}
"""The table of each index that is read at an age; BB/TB has two, chosen by age."""

_PARTS = np.array([1e4, 1e4, 1e5])


@cache
def table(name: TableName) -> Table:
    """The table of that name, read once. Raises Fault when its file is not the one that was published with the program."""
    folder = files("audit.growth") / "data"
    content = (folder / f"{name.value}.npy").read_bytes()
    wanted = json.loads((folder / "sha256.json").read_text(encoding="utf-8"))[f"{name.value}.npy"]
    check_content(content, wanted, name.value)
    first, step = FIRST_AND_STEP[name]
    lms = np.load(io.BytesIO(content), allow_pickle=False) / _PARTS
    lms.setflags(write=False)
    return Table(first=first, step=step, lms=lms)


def check_content(content: bytes, wanted: str, name: str) -> None:
    """Raise Fault unless the SHA-256 of content is the wanted one."""
    found = hashlib.sha256(content).hexdigest()
    if found != wanted:
        raise Fault(f"Tabel pertumbuhan {name} rusak (SHA-256 {found[:12]}…, seharusnya {wanted[:12]}…). Pasang ulang program ini.")


def curve(index: Index, *, is_male: bool, z: float, standing: bool = True) -> tuple[Floats, Floats]:
    """The curve of one z on a growth chart: x and the measurement at x, both of the same shape.

    x is the age in days (0 to 1826; arm circumference from 91), or for BB/TB the height in cm: 65.0 to 120.0 standing, and with
    `standing=False` the length, 45.0 to 110.0. y is in cm, kg or kg/m². `standing` changes nothing else.
    TB/U and IMT/U are two curves in one: lift the pen before `BREAK_AT_DAY`.
    """
    if index is Index.WHZ:
        chosen = table(TableName.WEIGHT_FOR_HEIGHT if standing else TableName.WEIGHT_FOR_LENGTH)
    else:
        chosen = table(TABLE_OF[index])
    l, m, s = chosen.lms[int(is_male)].T  # noqa: E741  # the letters of the method
    return chosen.x, measurement(z, l=l, m=m, s=s, restricted=MEANING[index].restricted)
