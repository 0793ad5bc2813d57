"""Makes `wilayah.tsv.xz`, the compact table of regions, from an unpacked idn-area-data package. Not used while the program runs.

    python audit/regions/data/make.py FOLDER_OF_THE_UNPACKED_PACKAGE

FOLDER holds `data/provinces.csv`, `regencies.csv`, `districts.csv` and `villages.csv`. The same package always gives the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import lzma
import sys
from pathlib import Path

SOURCES = ("provinces", "regencies", "districts", "villages")
HERE = Path(__file__).parent
TABLE = HERE / "wilayah.tsv.xz"
CHECKSUM = HERE / "wilayah.sha256"


def compact_table(package: Path) -> bytes:
    """One line `code<TAB>name` for each region of the package, sorted by code, UTF-8. ValueError for a line that cannot be."""
    names: dict[str, str] = {}
    for source in SOURCES:
        with (package / "data" / f"{source}.csv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                names[row["code"]] = " ".join(row["name"].split())
    for code, name in names.items():
        if not name or not code.replace(".", "").isdigit():
            raise ValueError(f"kode {code!r} atau namanya {name!r} tidak dapat dipakai")
    return "".join(f"{code}\t{names[code]}\n" for code in sorted(names)).encode()


def main(package: Path) -> None:
    """Write the table and its checksum beside this file."""
    table = compact_table(package)
    TABLE.write_bytes(lzma.compress(table, preset=9 | lzma.PRESET_EXTREME))
    CHECKSUM.write_text(hashlib.sha256(table).hexdigest() + "  wilayah.tsv\n", encoding="ascii")
    lines = table.count(b"\n")
    print(f"{lines} wilayah, {TABLE.stat().st_size} bita")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
