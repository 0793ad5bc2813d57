"""The registry files of the invented district: child register, register of pregnant women, a large one for measuring speed. Files only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from audit.demo.families import District, make_district
from audit.demo.faults import EPPGBM_KINDS, NIK_KINDS, PlantedFault, mask, plant_children, plant_mothers
from audit.demo.registry_rows import BUMIL_HEADER, EPPGBM_HEADER, Row, bumil_rows, eppgbm_rows
from audit.demo.sheets import write_large_xlsx, write_sheet
from audit.regions import kabupaten

_MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()  # noqa: SIM905  # read as a row
_SOURCE = "Data peragaan: nama, NIK, dan ukuran dibuat oleh program, bukan orang sungguhan"
_DESA_OF_JEMBER = 248
_MEASURED_AT_LEAST = 0.83
"""More than this share of the children of a district are measured in a month."""


@dataclass(frozen=True, slots=True)
class WrittenFaults:
    """What was written: rows as the person sees them, from 1. `rows` counts the data rows, repeated ones too, without titles and footer."""

    path: Path
    header_row: int
    first_row: int
    rows: int
    faults: Sequence[PlantedFault]

    @property
    def last_row(self) -> int:
        """The last data row; the footer stands below it."""
        return self.first_row + self.rows - 1


def write_eppgbm(path: Path, district: District, month: date, *, faults: bool = True, masked_nik: bool = False) -> WrittenFaults:
    """Write the child register of a calendar month as the registry exports it, in the format of the suffix (see `write_sheet`).

    faults: plant the usual ones; without them the file is clean and has no footer. masked_nik: every NIK as `35092***********`, as
    the registry exports it nowadays. The same district, month and suffix give the same bytes.
    """
    rows = eppgbm_rows(district, month)
    titles = ["DATA STATUS GIZI BALITA", f"{_title(district)} - BULAN {_month(month)}", _SOURCE]
    if masked_nik:
        for row in rows:
            row[1] = mask(str(row[1]))
    kinds = [kind for kind in EPPGBM_KINDS if not (masked_nik and kind in NIK_KINDS)]
    rng = _chance(district, month, "balita")
    planted = plant_children(rows, rng=rng, first_row=len(titles) + 3, kinds=kinds) if faults else []
    return _written(path, titles, EPPGBM_HEADER, rows, planted, with_footer=faults)


def write_bumil(path: Path, district: District, month: date, *, faults: bool = True) -> WrittenFaults:
    """Write the register of pregnant women of a calendar month, in the format of the suffix; see `write_eppgbm`."""
    rows = bumil_rows(district, month)
    titles = ["REGISTER IBU HAMIL", f"{_title(district)} - BULAN {_month(month)}", _SOURCE]
    planted = plant_mothers(rows, rng=_chance(district, month, "bumil"), first_row=len(titles) + 3) if faults else []
    return _written(path, titles, BUMIL_HEADER, rows, planted, with_footer=faults)


def write_bulk(path: Path, rows: int = 175_000, *, seed: int = 175, month: date = date(2026, 8, 1)) -> int:
    """Write a clean child register of this many rows and 36 columns, as a large kabupaten has in one month; return the header's row.

    Every row is another child. Under a minute and about 1 GB of memory for 175,000 rows.
    """
    per_desa = int(rows / _DESA_OF_JEMBER / _MEASURED_AT_LEAST) + 2
    district = make_district(seed, on=month, children_per_desa=per_desa)
    table = eppgbm_rows(district, month)
    if len(table) < rows:
        raise ValueError(f"hanya {len(table)} anak terukur, diminta {rows}")
    write_large_xlsx(path, [list(EPPGBM_HEADER), *table[:rows]])
    return 1


def _written(
    path: Path, titles: Sequence[str], header: Sequence[str], rows: list[Row], planted: list[PlantedFault], *, with_footer: bool
) -> WrittenFaults:
    footer: list[Row] = [["Jumlah", len(rows)]] if with_footer else []
    header_row = write_sheet(path, titles=titles, header=header, rows=rows, footer=footer)
    if with_footer:
        planted = [*planted, PlantedFault(header_row + 1 + len(rows), "No", "footer_total", "Jumlah")]
    return WrittenFaults(path, header_row, header_row + 1, len(rows), planted)


def _chance(district: District, month: date, register: str) -> Random:
    return Random(f"{district.seed} {month.year}-{month.month} {register}")


def _title(district: District) -> str:
    return kabupaten(district.kabupaten).name.upper()


def _month(month: date) -> str:
    return f"{_MONTHS[month.month - 1]} {month.year}".upper()
