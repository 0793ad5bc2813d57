"""`aks demo`: one invented semester played through the same program. The play itself is in audit/demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audit.cli import show


def demo_command(
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder untuk basis data contoh, berkas, dan laporannya.")] = Path(
        "demo"
    ),
    as_json: show.Json = False,
) -> None:
    """Mainkan satu semester contoh: kabupaten nyata, keluarga rekaan, dari berkas registri sampai laporan."""
    raise NotImplementedError(out, as_json)
