"""The usual faults of registry files, planted row by row and remembered. What the intake makes of them is decided there, not here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypeAlias

from audit.demo.registry_rows import BUMIL_HEADER, EPPGBM_HEADER, Cell, Row

EXCEL_DAY_ZERO = date(1899, 12, 30)

_SHARE_OF_EACH_KIND = 0.002
_ENOUGH_TO_REPEAT = 8


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """One fault: the row as the person sees it in the sheet (from 1), the column's heading, what kind, and what stands in the cell.

    A repeated row is named by the later of the two.
    """

    row: int
    column: str
    kind: str
    written: Cell


Change: TypeAlias = Callable[[Random, Cell, Row], Cell]
"""Makes the faulty cell from a source of chance, the true cell and its row."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: its code, the columns it may stand in, and how it changes the cell."""

    code: str
    columns: Sequence[str]
    change: Change


def mask(nik: str) -> str:
    """A NIK as the registry masks it: `35092***********`."""
    return nik[:5] + "*" * 11


def _dashed(cell: Cell) -> str:
    return date.fromisoformat(str(cell)).strftime("%d-%m-%Y")


def _slashed(cell: Cell) -> str:
    return date.fromisoformat(str(cell)).strftime("%d/%m/%Y")


def _serial(cell: Cell) -> int:
    return (date.fromisoformat(str(cell)) - EXCEL_DAY_ZERO).days


def _shifted(cell: Cell, days: int) -> str:
    return (date.fromisoformat(str(cell)) + timedelta(days=days)).isoformat()


def _misspelled(rng: Random, cell: Cell, row: Row) -> str:
    """One letter of the second half left out: `SEPUTIH` becomes `SEPUTH`."""
    name = str(cell)
    at = rng.randrange(len(name) // 2, len(name))
    return name[:at] + name[at + 1 :]


NIK_KINDS = (
    Kind("nik_masked", ["NIK"], lambda rng, cell, row: mask(str(cell))),
    Kind("nik_backtick", ["NIK"], lambda rng, cell, row: f"`{cell}"),
    Kind("nik_apostrophe", ["NIK"], lambda rng, cell, row: f"'{cell}"),
    Kind("nik_as_number", ["NIK"], lambda rng, cell, row: float(str(cell)[:15] + "0")),
    Kind("nik_missing", ["NIK"], lambda rng, cell, row: None),
    Kind("nik_too_short", ["NIK"], lambda rng, cell, row: str(cell)[:15]),
)
_DATE_KINDS = (
    Kind("date_with_dashes", ["Tgl Lahir"], lambda rng, cell, row: _dashed(cell)),
    Kind("date_with_slashes", ["Tgl Lahir"], lambda rng, cell, row: _slashed(cell)),
    Kind("date_as_serial", ["Tgl Lahir"], lambda rng, cell, row: _serial(cell)),
    Kind("birth_date_missing", ["Tgl Lahir"], lambda rng, cell, row: None),
)
_PLACE_KINDS = (
    Kind("desa_misspelled", ["Desa/Kel"], _misspelled),
    Kind("desa_unknown", ["Desa/Kel"], lambda rng, cell, row: "XX BELUM DIISI"),
    Kind("kecamatan_misspelled", ["Kec"], _misspelled),
    Kind("desa_with_prefix", ["Desa/Kel"], lambda rng, cell, row: f"DESA {cell} "),
)

EPPGBM_KINDS: Sequence[Kind] = (
    *NIK_KINDS,
    *_DATE_KINDS,
    *_PLACE_KINDS,
    Kind("decimal_comma", ["Berat", "Tinggi"], lambda rng, cell, row: str(cell).replace(".", ",")),
    Kind("measured_on_with_slashes", ["Tanggal Pengukuran"], lambda rng, cell, row: _slashed(cell)),
    Kind("measured_on_as_serial", ["Tanggal Pengukuran"], lambda rng, cell, row: _serial(cell)),
    Kind("measured_on_missing", ["Tanggal Pengukuran"], lambda rng, cell, row: None),
    Kind("measured_in_future", ["Tanggal Pengukuran"], lambda rng, cell, row: _shifted(cell, 731)),
    Kind("born_after_measurement", ["Tgl Lahir"], lambda rng, cell, row: _shifted(row[18], rng.randint(5, 60))),
    Kind("sex_spelled_out", ["JK"], lambda rng, cell, row: "Laki-laki" if cell == "L" else "Perempuan"),
    Kind("sex_contradicts_nik", ["JK"], lambda rng, cell, row: "P" if cell == "L" else "L"),
    Kind("sex_missing", ["JK"], lambda rng, cell, row: None),
    Kind("sentinel_8888", ["Tinggi", "Berat"], lambda rng, cell, row: 8888),
    Kind("sentinel_999_99", ["LiLA", "Tinggi"], lambda rng, cell, row: 999.99),
    Kind("zero_not_recorded", ["BB Lahir", "TB Lahir", "Tinggi"], lambda rng, cell, row: 0),
    Kind("serial_in_length", ["TB Lahir", "Tinggi"], lambda rng, cell, row: _serial(row[18])),
    Kind("phone_in_muac", ["LiLA"], lambda rng, cell, row: f"0860{rng.randrange(10**8):08d}"),
    Kind("birth_weight_in_grams", ["BB Lahir"], lambda rng, cell, row: round(float(cell or 0) * 1000)),
    Kind("weight_without_point", ["Berat"], lambda rng, cell, row: round(float(cell or 0) * 10)),
    Kind("weight_is_text", ["Berat"], lambda rng, cell, row: "sakit"),
    Kind("height_missing", ["Tinggi"], lambda rng, cell, row: None),
    Kind("unit_in_cell", ["Berat"], lambda rng, cell, row: f"{cell} kg"),
    Kind("both_parents", ["Nama Ortu"], lambda rng, cell, row: f"{rng.choice(('SLAMET', 'HOLIL', 'RUDI'))} / {str(cell).upper()}"),
    Kind("z_score_wrong", ["ZS TB/U"], lambda rng, cell, row: round((float(cell) if isinstance(cell, float) else -1.0) + 1.37, 2)),
)
"""One cell each. `implausibly_small`, `repeated_row`, `repeated_with_other_weight` and `footer_total` change or add whole rows."""

BUMIL_KINDS: Sequence[Kind] = (
    *NIK_KINDS,
    *_DATE_KINDS,
    *_PLACE_KINDS,
    Kind("decimal_comma", ["LiLA (cm)", "Hb (g/dL)"], lambda rng, cell, row: str(cell).replace(".", ",")),
    Kind("sentinel_8888", ["TB (cm)"], lambda rng, cell, row: 8888),
    Kind("sentinel_999_99", ["Hb (g/dL)"], lambda rng, cell, row: 999.99),
    Kind("zero_not_recorded", ["LiLA (cm)", "Hb (g/dL)"], lambda rng, cell, row: 0),
    Kind("muac_in_mm", ["LiLA (cm)"], lambda rng, cell, row: round(float(cell or 0) * 10)),
    Kind("two_phones", ["No HP"], lambda rng, cell, row: f"{cell} / 0860{rng.randrange(10**8):08d}"),
    Kind("lmp_after_check", ["HPHT"], lambda rng, cell, row: _shifted(row[15], rng.randint(3, 40))),
    Kind("checked_in_future", ["Tanggal Pemeriksaan"], lambda rng, cell, row: _shifted(cell, 731)),
    Kind("weeks_is_text", ["Usia Kehamilan (minggu)"], lambda rng, cell, row: "TM 2"),
)


def plant_children(rows: list[Row], *, rng: Random, first_row: int, kinds: Sequence[Kind] = EPPGBM_KINDS) -> list[PlantedFault]:
    """Plant every kind, one child of 1.82 kg and 43 cm with a z that looks possible, and repeated rows at the end.

    Changes the rows in place and adds the repeated ones. first_row: where the first row stands in the sheet, from 1.
    About one row in 500 has each kind, at least two while rows last; no row has two. In the order of the rows.
    """
    originals = rng.sample(range(len(rows)), max(4, len(rows) // 1000)) if len(rows) >= _ENOUGH_TO_REPEAT else []
    spared = set(originals)
    free = [at for at in range(len(rows)) if at not in spared]
    rng.shuffle(free)
    planted = _plant_small_child(rows, free.pop(), first_row) if free else []
    planted += _plant(rows, free, header=EPPGBM_HEADER, kinds=kinds, rng=rng, first_row=first_row)
    planted += _repeat(rows, originals, first_row=first_row)
    return sorted(planted, key=lambda fault: fault.row)


def plant_mothers(rows: list[Row], *, rng: Random, first_row: int) -> list[PlantedFault]:
    """Every fault of `BUMIL_KINDS`; see `plant_children`."""
    free = rng.sample(range(len(rows)), len(rows))
    planted = _plant(rows, free, header=BUMIL_HEADER, kinds=BUMIL_KINDS, rng=rng, first_row=first_row)
    return sorted(planted, key=lambda fault: fault.row)


def count_by_kind(planted: Sequence[PlantedFault]) -> Mapping[str, int]:
    """How many of each kind were planted, by code."""
    kinds = [one.kind for one in planted]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def _plant(
    rows: list[Row], free: Sequence[int], *, header: Sequence[str], kinds: Sequence[Kind], rng: Random, first_row: int
) -> list[PlantedFault]:
    """Each kind into its own rows out of `free`; a cell that is empty anyway is left as it is and not counted."""
    each = max(2, round(_SHARE_OF_EACH_KIND * len(rows)))
    planted: list[PlantedFault] = []
    for place, at in enumerate(free[: each * len(kinds)]):
        kind = kinds[place // each]
        column = kind.columns[place % len(kind.columns)]
        where = header.index(column)
        if rows[at][where] not in (None, "-"):
            rows[at][where] = kind.change(rng, rows[at][where], rows[at])
            planted.append(PlantedFault(first_row + at, column, kind.code, rows[at][where]))
    return planted


def _plant_small_child(rows: list[Row], at: int, first_row: int) -> list[PlantedFault]:
    for column, cell in (("Berat", 1.82), ("Tinggi", 43.0), ("ZS TB/U", -3.6), ("TB/U", "Sangat pendek")):
        rows[at][EPPGBM_HEADER.index(column)] = cell
    return [PlantedFault(first_row + at, "Tinggi", "implausibly_small", 43.0)]


def _repeat(rows: list[Row], originals: Sequence[int], *, first_row: int) -> list[PlantedFault]:
    """Copies of these rows at the end, every second one with a weight that was corrected later."""
    planted: list[PlantedFault] = []
    for place, at in enumerate(originals):
        copy = list(rows[at])
        copy[0] = len(rows) + 1
        kind = "repeated_row"
        if place % 2:
            weight = EPPGBM_HEADER.index("Berat")
            copy[weight] = round(float(copy[weight] or 0) + 0.2, 1)
            kind = "repeated_with_other_weight"
        rows.append(copy)
        planted.append(PlantedFault(first_row + len(rows) - 1, "NIK", kind, copy[1]))
    return planted
