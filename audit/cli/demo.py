"""`aks demo`: one invented semester played through the same program, its documents copied out. The play itself is in audit/demo."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit import clock
from audit.cli import show
from audit.cli.flows import run_flow
from audit.cli.opening import HOME, current_settings
from audit.errors import Refused

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from audit.casework.installation import Installation
    from audit.demo.semester import Played


def demo_command(
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Folder baru untuk rumah AKS contoh, registri, dan dokumennya.")
    ] = Path("demo"),
    as_json: show.Json = False,
) -> None:
    """Mainkan satu semester contoh: kabupaten nyata, keluarga rekaan, dari berkas registri sampai laporan.

    Rumah AKS contoh ada di FOLDER/aks, atau di --home bila disebut; keduanya tidak boleh sudah berisi.
    """
    from audit.casework.installation import initialise, open_installation
    from audit.demo.semester import play

    home = HOME.get() or out / "aks"
    if home.exists() and any(home.iterdir()):
        raise Refused.because("demo_exists", f"{home} sudah berisi; hapus dahulu, atau pilih folder lain dengan --out.")
    HOME.set(home)
    settings = current_settings()
    initialise(settings, at=clock.now())
    opened = open_installation(settings)
    try:
        with _telling() as teller:
            played = play(opened, out / "registri", lambda name, *_settings, **given: run_flow(name, **given), teller)
        copied = _copy_documents(opened, played, out / "dokumen")
    finally:
        opened.close()
    value = {
        "home": str(settings.home),
        "cycle": played.cycle_code,
        "children": played.children,
        "cases": played.cases,
        "evaluated": played.evaluated,
        "registers": [str(file) for file in played.registers],
        "documents": [str(file) for file in copied],
    }
    show.answer(as_json, value, lambda: _say_played(value, played, out))


def _copy_documents(opened: Installation, played: Played, folder: Path) -> list[Path]:
    """Every document of the cycle and the newest packet of every case, out of the sealed store into plain files."""
    from sqlalchemy import select

    from audit.lifecycle.tables import Case, Cycle, Document
    from audit.reports.book import file_name
    from audit.steps.packet.tables import Packet
    from audit.store.files import write_whole

    with opened.sessions() as session:
        cycle = session.get_one(Cycle, played.cycle_id)
        documents = session.scalars(select(Document).where(Document.cycle_id == played.cycle_id).order_by(Document.id))
        wanted = {file_name(document, cycle): document.pdf_sha256 for document in documents}
        packets = select(Case.number, Packet.pdf_sha256).join(Packet, Packet.case_id == Case.id).where(Case.cycle_id == played.cycle_id)
        wanted |= {f"paket/{number}.pdf": digest for number, digest in session.execute(packets.order_by(Case.number, Packet.round))}
    for name, digest in wanted.items():
        write_whole(folder / name, opened.files.get(digest))
    return [folder / name for name in wanted]


def _say_played(value: dict[str, Any], played: Played, out: Path) -> None:
    from audit.render.wording import number

    packets = sum("paket/" in file for file in value["documents"])
    show.say(
        "",
        f"Semester {played.cycle_code} selesai dimainkan: {number(played.children)} anak rekaan, {number(played.cases)} kasus, "
        f"{number(played.evaluated)} dievaluasi.",
    )
    show.pairs(
        [
            ("Registri", f"{len(value['registers'])} berkas di {out / 'registri'}"),
            ("Paket", f"{packets} berkas di {out / 'dokumen' / 'paket'}"),
            ("Dokumen lain", f"{len(value['documents']) - packets} berkas di {out / 'dokumen'}"),
            ("Rumah AKS", value["home"]),
        ]
    )
    show.say("", f"Coba berikutnya: aks case list --home {value['home']}")


@dataclass
class _Plain:
    """What happens, one line each, on stderr: for logs and pipes."""

    def stage(self, title: str, total: int = 1) -> None:
        show.remark(f"{title} …")

    def advance(self) -> None:
        pass

    def note(self, sentence: str) -> None:
        show.remark(f"  {sentence.rstrip('.')}.")


@dataclass
class _Bars:
    """The same with a bar a stage, for a terminal."""

    progress: Progress
    task: TaskID | None = None

    def stage(self, title: str, total: int = 1) -> None:
        self._finish()
        self.task = self.progress.add_task(title, total=total)

    def advance(self) -> None:
        if self.task is not None:
            self.progress.advance(self.task)

    def note(self, sentence: str) -> None:
        self.progress.console.print(f"  {show.clean(sentence).rstrip('.')}.")

    def _finish(self) -> None:
        if self.task is not None:
            self.progress.update(self.task, completed=self.progress.tasks[-1].total)


@contextmanager
def _telling() -> Iterator[_Plain | _Bars]:
    if not sys.stderr.isatty():
        yield _Plain()
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f}/{task.total:.0f}"), TimeElapsedColumn())
    with Progress(*columns, console=show.console(sys.stderr)) as progress:
        bars = _Bars(progress)
        yield bars
        bars.stage("Menyalin dokumen")
