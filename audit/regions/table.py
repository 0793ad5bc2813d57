"""The table of regions: provinsi, kabupaten/kota, kecamatan, desa/kelurahan by their Kemendagri codes. Not the matching of names."""

from __future__ import annotations

import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import islice, pairwise

from audit.errors import Refused

# Kemendagri: the second part of a code is 71 and up for a city; a village's four digits begin with 1 for a kelurahan, else it is a desa.
_FIRST_CITY = 71
_KELURAHAN = "1"


class Level(StrEnum):
    """What kind of region a code names; the value is the Indonesian word, ready to be capitalised."""

    PROVINSI = "provinsi"
    KABUPATEN = "kabupaten"
    KOTA = "kota"
    KECAMATAN = "kecamatan"
    DESA = "desa"
    KELURAHAN = "kelurahan"


@dataclass(frozen=True, slots=True)
class Region:
    """One region: its dotted code (35.09.22.2001), its official name (Kabupaten and Kota carry that word in the name), its level."""

    code: str
    name: str
    level: Level


def region(code: str) -> Region:
    """The region of this dotted code. Refused (`unknown_region`) when the table has none."""
    name = _names().get(code)
    if name is None:
        raise Refused.because("unknown_region", f"Kode wilayah {code!r} tidak ada dalam tabel wilayah; contoh yang benar: 35.09.22.2001.")
    return Region(code, name, _level(code))


def is_region(code: str) -> bool:
    """Whether the table knows this dotted code."""
    return code in _names()


def kabupaten(code: str) -> Region:
    """The kabupaten or kota of this code (35.09). Refused (`unknown_region`, `not_a_kabupaten`) for anything else."""
    found = region(code)
    if found.level not in (Level.KABUPATEN, Level.KOTA):
        raise Refused.because("not_a_kabupaten", f"Kode {code!r} adalah {found.level} {found.name}, bukan kabupaten atau kota.")
    return found


@cache
def every_kabupaten() -> tuple[Region, ...]:
    """Every kabupaten and kota of Indonesia, by code."""
    return tuple(region(code) for code in _names() if code.count(".") == 1)


def kecamatan_of(kabupaten_code: str) -> Sequence[Region]:
    """Every kecamatan of a kabupaten or kota, by code. Refused when the code is not one."""
    return _children(kabupaten(kabupaten_code).code)


def desa_of(code: str) -> Sequence[Region]:
    """Every desa and kelurahan of a kecamatan, or of a whole kabupaten or kota, by code. Refused for another or an unknown code."""
    found = region(code)
    if found.level is Level.KECAMATAN:
        return _children(code)
    return tuple(desa for kecamatan in kecamatan_of(code) for desa in _children(kecamatan.code))


def parent(code: str) -> Region | None:
    """The region one step up, or None for a provinsi. Refused when the code is unknown."""
    above, dot, _ = region(code).code.rpartition(".")
    return region(above) if dot else None


def is_inside(code: str, area_code: str) -> bool:
    """Whether a code is this area or lies in it, by dotted parts: 35.09.22 is inside 35.09 and not inside 35.0. Needs no table."""
    return code == area_code or code.startswith(area_code + ".")


def full_name(code: str) -> str:
    """The name as people write it: `Desa Seputih, Kecamatan Mayang`; `Kecamatan Mayang`; `Kabupaten Jember`. Refused when unknown."""
    found = region(code)
    match found.level:
        case Level.KABUPATEN | Level.KOTA:
            return found.name
        case Level.DESA | Level.KELURAHAN:
            return f"{found.level.capitalize()} {found.name}, {full_name(code.rpartition('.')[0])}"
        case _:
            return f"{found.level.capitalize()} {found.name}"


def _level(code: str) -> Level:
    parts = code.split(".")
    match len(parts):
        case 1:
            return Level.PROVINSI
        case 2:
            return Level.KOTA if int(parts[1]) >= _FIRST_CITY else Level.KABUPATEN
        case 3:
            return Level.KECAMATAN
        case _:
            return Level.KELURAHAN if parts[3].startswith(_KELURAHAN) else Level.DESA


@cache
def _names() -> dict[str, str]:
    """Code to name of all Indonesia, in the order of the codes; about a tenth of a second, once."""
    table = lzma.decompress((files("audit.regions") / "data" / "wilayah.tsv.xz").read_bytes()).decode()
    return dict(_pair(line) for line in table.splitlines())


def _pair(line: str) -> tuple[str, str]:
    code, _, name = line.partition("\t")
    return code, name


@cache
def _slices() -> dict[str, tuple[int, int]]:
    """For each kabupaten and kota, where its regions begin and end in the sorted table."""
    codes = list(_names())
    starts = [i for i, code in enumerate(codes) if code.count(".") == 1]
    return {codes[start]: (start, end) for start, end in pairwise([*starts, len(codes)])}


@cache
def _children(code: str) -> tuple[Region, ...]:
    """The regions one step below a kabupaten or a kecamatan, by code."""
    start, end = _slices()[".".join(code.split(".")[:2])]
    depth = code.count(".") + 1
    return tuple(region(below) for below in islice(_names(), start, end) if below.count(".") == depth and is_inside(below, code))
