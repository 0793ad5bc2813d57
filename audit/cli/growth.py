"""`aks zscore` as the program lists it: the table engine is imported when the command runs, not when the help is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audit.cli import show


def zscore_command(
    source: Annotated[Path, typer.Argument(metavar="MASUKAN", help="Tabel anak: .csv, .tsv, .xlsx, atau .parquet.")],
    target: Annotated[Path, typer.Argument(metavar="KELUARAN", help="Berkas hasil; akhiran nama menentukan formatnya.")],
    as_json: show.Json = False,
) -> None:
    """Hitung z-score WHO, tanda nilai tak wajar, dan kategori Permenkes 2/2020 untuk setiap baris tabel.

    Kolom yang dibutuhkan: sex (L/P), age_days atau birth_date dan measured_on, weight_kg, height_cm. Dipakai bila ada: position (l/h),
    oedema (y/n), head_cm, muac_cm. Semua kolom dan baris asal dipertahankan; z-score yang tidak dapat dihitung dikosongkan.
    """
    from audit.cli import zscore

    zscore.zscore_command(source, target, as_json)
