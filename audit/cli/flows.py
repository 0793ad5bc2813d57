"""The one place where the command line starts a flow, and `aks run`: every move of the system that is due. No flow is in here."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import nullcontext
from threading import Event
from typing import Annotated, Any

import typer

from audit.cli import show
from audit.cli.opening import chosen_cycle, current_settings, desk
from audit.settings import Settings

MOVED_WORDS: Mapping[str, str] = {
    "frozen": "paket dibekukan",
    "seated": "kursi panel diisi",
    "opened": "kajian dibuka",
    "closed": "kajian ditutup",
    "drafted": "rancangan RTL disusun",
    "started": "tindak lanjut dimulai",
    "missed": "kasus dengan kunjungan terlewat",
    "escalated": "kasus dengan kegiatan terlambat",
    "undrawn": "paket tidak dapat digambar (lihat catatan)",
}
"""What the heartbeat counts, in words."""


def run_flow(name: str, **parameters: Any) -> Mapping[str, Any]:
    """Run one flow to its end in this process and return its counts. Raises Fault when it broke.

    parameters: ids and instants (ISO 8601) only. Nobody may hold a transaction open meanwhile.
    """
    counts: Mapping[str, Any] = _engine().run(name, current_settings(), **parameters)
    return counts


def start_flow(name: str, settings: Settings, **parameters: Any) -> Mapping[str, Any]:
    """Run one flow in an installation other than this run's own, as the demo does."""
    counts: Mapping[str, Any] = _engine().run(name, settings, **parameters)
    return counts


def work_flows(settings: Settings, until: Event) -> None:
    """Do errands and the moves of the system in this process until `until` is set."""
    _engine().work_on(settings, until=until)


def flow_engine_tells() -> bool:
    """Whether the engine of the flows would tell its makers that it is used. Raises ImportError when it cannot be loaded."""
    answer: bool = _engine().tells_its_makers(current_settings())
    return answer


def _engine() -> Any:
    """The one way from the command line to the flows, taken only when one is started: it takes seconds to import."""
    from flows import embedded

    return embedded


def run_command(
    cycle: Annotated[
        str | None, typer.Option("--cycle", metavar="KODE", help="Kode siklus; bila kosong, semua siklus yang terbuka.")
    ] = None,
    as_json: show.Json = False,
) -> None:
    """Kerjakan semua langkah sistem yang sudah waktunya: paket, panel, kajian, rancangan RTL, tindak lanjut, eskalasi.

    Aman diulang kapan saja: bila tidak ada yang perlu dikerjakan, tidak ada yang berubah.
    """
    with desk(None, reading=True) as here:
        cycle_id = chosen_cycle(here.session, cycle).id if cycle else None
    with waiting("Mengerjakan langkah sistem …"):
        moved = dict(run_flow("semester", cycle_id=cycle_id))
    show.answer(as_json, {"cycle": cycle, "moved": moved}, lambda: _say_moved(moved))


def _say_moved(moved: Mapping[str, Any]) -> None:
    if not moved:
        show.say("Tidak ada langkah sistem yang perlu dikerjakan sekarang.")
        return
    show.say("Yang dikerjakan:")
    show.pairs([(MOVED_WORDS[name], count) for name, count in moved.items()])


def waiting(sentence: str) -> Any:
    """A spinner on stderr while something runs, when somebody is looking."""
    return show.console(sys.stderr).status(sentence) if sys.stderr.isatty() else nullcontext()
