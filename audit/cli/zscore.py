"""`aks zscore IN OUT`: z-scores, flags and categories added to a table. No arithmetic is in here, and no exit code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from audit.errors import Reason, Refused
from audit.growth.cells import Problem
from audit.growth.files import Dialect, read_table, write_table
from audit.growth.table import add_scores

SHOWN_PROBLEMS = 20
"""More are counted, not listed, on a terminal; `--json` lists them all."""


@dataclass(frozen=True, slots=True)
class ZscoreResult:
    """What was done: rows and columns of the file written, the cells that could not be used, the number of z-scores by index."""

    rows: int
    columns: Sequence[str]
    problems: Sequence[Problem]
    computed: Mapping[str, int]


def zscore(source: Path, target: Path) -> ZscoreResult:
    """Read the table in `source`, add z-scores, flags and categories, and write it to `target`, which is replaced whole.

    Raises Refused, and writes nothing, when either file cannot be used, a column is absent, or not one z-score can be computed.
    """
    if source.resolve() == target.resolve():
        raise Refused.because("same_file", "Berkas masukan dan keluaran harus berbeda.")
    table = read_table(source)
    scored = add_scores(table.frame, first_row=table.first_row)
    if not any(scored.computed.values()):
        raise Refused(
            Reason("nothing_usable", f"Tidak satu pun z-score dapat dihitung dari {scored.frame.height} baris."),
            *(Reason(problem.code, in_words(problem)) for problem in scored.problems[:SHOWN_PROBLEMS]),
        )
    write_table(scored.frame, target, table.dialect if is_text(source) else Dialect())
    return ZscoreResult(scored.frame.height, scored.frame.columns, scored.problems, scored.computed)


def is_text(file: Path) -> bool:
    """Whether the file is a text table, whose way of writing is kept."""
    return file.suffix.lower() in {".csv", ".tsv", ".txt"}


def in_words(problem: Problem) -> str:
    """One problem as a line for a person."""
    return f"Baris {problem.row}, kolom {problem.column}: {problem.message}."


def zscore_command(
    source: Annotated[Path, typer.Argument(metavar="MASUKAN", help="Tabel anak: .csv, .tsv, .xlsx, atau .parquet.")],
    target: Annotated[Path, typer.Argument(metavar="KELUARAN", help="Berkas hasil; akhiran nama menentukan formatnya.")],
    as_json: Annotated[bool, typer.Option("--json", help="Cetak satu objek JSON ke stdout.")] = False,
) -> None:
    """Hitung z-score WHO, tanda nilai tak wajar, dan kategori Permenkes 2/2020 untuk setiap baris tabel.

    Kolom yang dibutuhkan: sex (L/P), age_days atau birth_date dan measured_on, weight_kg, height_cm. Dipakai bila ada: position (l/h),
    oedema (y/n), head_cm, muac_cm. Semua kolom dan baris asal dipertahankan; z-score yang tidak dapat dihitung dikosongkan.
    """
    result = zscore(source, target)
    if as_json:
        typer.echo(json.dumps(asdict(result), ensure_ascii=False))
        return
    counts = ", ".join(f"{name} {count}" for name, count in result.computed.items())
    typer.echo(f"{result.rows} baris ditulis ke {target}. Z-score terhitung: {counts}.")
    for problem in result.problems[:SHOWN_PROBLEMS]:
        typer.echo(in_words(problem), err=True)
    if len(result.problems) > SHOWN_PROBLEMS:
        typer.echo(f"… dan {len(result.problems) - SHOWN_PROBLEMS} masalah lain; gunakan --json untuk daftar lengkap.", err=True)
