"""`aks demo`: one invented semester played through the same program. The play itself is in audit/demo."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit import clock
from audit.cli import show
from audit.cli.flows import start_flow
from audit.cli.log import start_logging
from audit.cli.office import READY
from audit.errors import Refused
from audit.settings import Settings

if TYPE_CHECKING:
    from audit.casework.installation import Installation
    from audit.demo.office import OpenOffice
    from audit.demo.outcome import Summary

MARK = ".aks-demo"
"""The file by which a folder is known as one that a demo made, and may be made anew."""


def demo_command(
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder untuk basis data contoh, berkas, dan dokumennya.")] = Path(
        "demo"
    ),
    office: Annotated[
        bool, typer.Option("--office", help="Kantor contoh di tengah semester saja, seperti yang dibuka aks serve --demo.")
    ] = False,
    as_json: show.Json = False,
) -> None:
    """Mainkan satu semester contoh: kabupaten nyata, keluarga rekaan, dari berkas registri sampai laporan.

    Contoh ini punya rumah dan basis data sendiri di FOLDER/aks; demo lama di folder itu dibuat ulang.
    """
    out = out.expanduser()
    _make_room(out)
    if office:
        opened = _play_office(out)
        sentence = f"Kantor contoh siap: siklus {opened.cycle_code}, {opened.cases} kasus. Buka dengan: aks serve --demo"
        show.answer(as_json, opened, lambda: show.say(sentence))
        return
    summary = _play_semester(out)
    show.answer(as_json, summary, lambda: _say(summary, out))


def _play_semester(out: Path) -> Summary:
    from audit.demo.outcome import write_out
    from audit.demo.semester import play

    with _new_home(out, at=datetime(2026, 1, 5, tzinfo=UTC)) as here, _Stage() as stage:
        return write_out(here, play(here, out / "berkas-masuk", start_flow, stage), out)


def _play_office(out: Path) -> OpenOffice:
    from audit.demo.office import BEGAN, play_office

    now = clock.now()
    with _new_home(out, at=now - BEGAN) as here, _Stage() as stage:
        opened = play_office(here, out / "berkas-masuk", start_flow, stage, now=now)
    (out / READY).write_text(f"{opened.on.isoformat()}\n", encoding="utf-8")
    return opened


@contextmanager
def _new_home(out: Path, *, at: datetime) -> Iterator[Installation]:
    """An installation in `out`, with a database of its own whatever AKS_DATABASE_URL says: nobody invented may reach a real one."""
    from audit.casework.installation import initialise, open_installation

    home = (out / "aks").resolve()
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'aks.db'}")
    initialise(settings, at=at)
    start_logging(settings.log_file)
    here = open_installation(settings)
    try:
        yield here
    finally:
        here.close()


def _make_room(out: Path) -> None:
    """An empty folder with the mark; an earlier demo in it is removed, anything else is left alone. Raises Refused."""
    if out.is_dir() and (out / MARK).exists():
        shutil.rmtree(out)
    elif out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refused.because("not_a_demo", f"Folder {out} sudah berisi dan bukan hasil demo. Pilih folder lain dengan --out.")
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).write_text("Folder ini dibuat oleh aks demo dan boleh dihapus.\n", encoding="utf-8")


class _Stage:
    """Progress on stderr: bars that move for somebody who looks, plain lines for a log."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._is_watched = sys.stderr.isatty()
        self._progress = Progress(
            TextColumn("{task.description:<46}", markup=False),
            BarColumn(24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=show.console(sys.stderr),
            disable=not self._is_watched,
        )
        self._task: Any = None

    def __enter__(self) -> _Stage:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def stage(self, title: str, total: int = 1) -> None:
        self._task = self._progress.add_task(title, total=total)
        if not self._is_watched:
            show.remark(title)

    def advance(self) -> None:
        self._progress.advance(self._task)

    def note(self, sentence: str) -> None:
        if self._is_watched:
            self._progress.console.print(f"  {sentence}")
        else:
            show.remark(f"  {sentence}")


def _say(summary: Summary, out: Path) -> None:
    show.heading(f"Semester contoh selesai: siklus {summary.cycle}, {summary.cases} kasus dari {summary.children} anak rekaan.")
    show.pairs(
        [
            ("Status kasus", _listed(summary.statuses)),
            ("Hasil", _listed(summary.verdicts)),
            ("Kunjungan", _listed(summary.visits)),
            *((("Yang menyimpang" if n == 0 else ""), f"{words}: {count}") for n, (words, count) in enumerate(summary.detours.items())),
        ]
    )
    show.heading(f"Yang dibuat di {out}")
    show.pairs(
        [
            *((("Berkas masuk" if n == 0 else ""), name) for n, name in enumerate(summary.registers)),
            *((title, f"{folder} ({count})") for title, (folder, count) in summary.folders.items()),
            ("Untuk dicetak", f"{summary.printer} (semuanya dalam satu berkas, {summary.printer_pages} halaman)"),
            ("Arsip", f"{summary.archive} (semuanya, dengan daftar sidiknya)"),
            ("Rumah AKS", f"{summary.home} (basis data, kunci, dokumen tersandi)"),
        ]
    )
    show.heading("Langkah berikutnya, misalnya")
    show.say(f"  {summary.next_command}")


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{words} {count}" for words, count in counts.items())
