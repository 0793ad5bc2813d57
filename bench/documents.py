"""The packet and the report as archival PDF (A-3a and UA-1), beside Typst and a warm Chromium that draw the same record in the same run.

Run: python bench/documents.py [--packets 40] [--batch 200] [--chromium PATH]
CPU is that of the process (of the whole browser for Chromium), the garbage collector frozen as in our workers. The batch draws packets
over worker processes, one for each core, and prints their memory. A peer that is not installed is left out with a line.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy.orm import Session

from audit.casework.schema import bring_up_to_date
from audit.lifecycle.vocabulary import Group, Status
from audit.render import html
from audit.render.pdf import check_engine
from audit.render.workers import LIMITS, Drawn, Job, Workers
from audit.reports.book import entry, record_of
from audit.reports.dissemination.record import dissemination_snapshot
from audit.reports.drawers import draw
from audit.reports.packet.document import packet_page
from audit.store.sealed import Keyring
from audit.store.session import make_engine
from tests.reports.dissemination_world import DESA, ReportWorld
from tests.reports.packet_snapshots import answered, record, snapshot, weighed

REPORT_CASES = 24


def main() -> None:
    options = _options()
    for problem in check_engine():
        print(f"! {problem}")
    packets = [packet(number) for number in range(options.packets)]
    print(f"packet: {pages_of(draw(packets[0]))} pages, {len(draw(packets[0])) / 1000:.0f} kB, PDF/A-3a and PDF/UA-1")
    gc.collect(), gc.freeze(), gc.disable()
    peers: dict[str, Callable[[bytes], float]] = {"ours": ours}
    peers |= _typst() | _chromium(options.chromium)
    times = in_turns(packets, peers)
    base = times.get("typst")
    for name, found in times.items():
        ratio = (
            f", {statistics.median(a / b for a, b in zip(times['ours'], found, strict=True)):.2f} times as much for ours"
            if name != "ours"
            else ""
        )
        print(f"  {name}: median {statistics.median(found):.3f} s CPU, least {min(found):.3f} s{ratio}")
    if base:
        print(f"ratio to typst {statistics.median(times['ours']) / statistics.median(base):.2f} (promised: at most 8)")
    report()
    batch(options.batch)


def packet(number: int) -> bytes:
    """The record of one packet: a child with twelve monthly weighings and a full worksheet, every one a little different."""
    first = date(2025, 7, 14)
    weighings = [
        weighed(
            first + timedelta(days=30 * month), round(5.6 + 0.17 * month + number * 0.009, 2), round(62 + 0.8 * month + number * 0.05, 1)
        )
        for month in range(12)
    ]
    made = snapshot(
        answers=answered(Group.BALITA, mother_height_cm=140 + number % 25, income_rp=900_000 + number * 1000),
        measurements=weighings,
        identity={"name": f"Bunga Anggraini {number}", "address": f"Dusun Krajan {number}"},
        birth_weight_g=2300 + number,
    )
    made["case"]["number"] = f"AKS-3509-2026-2-{number + 1:03d}"
    return record(made).raw


def ours(raw: bytes) -> float:
    """CPU seconds of this process for one packet."""
    started = time.process_time()
    draw(raw)
    return time.process_time() - started


def in_turns(packets: list[bytes], peers: dict[str, Callable[[bytes], float]]) -> dict[str, list[float]]:
    """CPU seconds of every peer for every packet but the first, which pays for what is not yet in memory; drawn one after the other."""
    for measure in peers.values():
        measure(packets[0])
    times: dict[str, list[float]] = {name: [] for name in peers}
    for number, raw in enumerate(packets[1:]):
        for name, measure in peers.items():
            times[name].append(measure(raw))
        if number % 10 == 9:
            gc.collect()
    return times


def report() -> None:
    """The restricted report of a cycle with many cases: CPU and the peak memory of this process."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/bench.db", Keyring(bytes(32)))
        bring_up_to_date(engine)
        with Session(engine) as session:
            world = ReportWorld(session)
            for place in range(REPORT_CASES):
                case = world.subject(Group.BALITA, DESA[place % len(DESA)], months=25 + place, is_male=place % 2 == 0)
                world.bring(case, Status.EVALUATED)
            made = dissemination_snapshot(session, world.cycle.id, at=world.at, on=world.on)
        engine.dispose()
    raw = record_of(entry("diseminasi"), made, edition="terbatas", subject="", revision=1).raw
    with Workers(1) as workers:
        drawn = [next(iter(workers.draw_all([Job(turn, draw, raw)]))) for turn in range(3)]
    seconds = statistics.median(one.seconds for one in drawn)
    peak = max(one.resident for one in drawn) / 1e6
    print(f"report, {REPORT_CASES} cases: {pages_of(drawn[0].content)} pages, median {seconds:.2f} s CPU, its worker holds {peak:.0f} MB")


def batch(count: int) -> None:
    """Packets over worker processes: how many a second, and the memory of the workers."""
    cores = os.cpu_count() or 1
    jobs = [Job(number, draw, packet(number), LIMITS.packet) for number in range(count)]
    with Workers(cores) as workers:
        list(workers.draw_all(jobs[:cores]))
        started = time.perf_counter()
        done = list(workers.draw_all(jobs))
        clock = time.perf_counter() - started
    drawn = [one for one in done if isinstance(one, Drawn)]
    cpu = sum(one.seconds for one in drawn)
    memory = [one.resident / 1e6 for one in drawn]
    print(f"batch: {count} packets over {cores} workers in {clock:.1f} s, {count / clock:.2f} a second ({cores * count / cpu:.2f} by CPU)")
    held = f"{memory[cores]:.0f} MB at first, {memory[-1]:.0f} MB at last, {max(memory):.0f} MB at most"
    print(f"  {count - len(drawn)} failed; a worker holds {held}")


def pages_of(file: bytes) -> int:
    """Pages of a PDF."""
    import pypdfium2

    document = pypdfium2.PdfDocument(file)
    pages = len(document)
    document.close()
    return pages


def _typst() -> dict[str, Callable[[bytes], float]]:
    try:
        from typst_packet import to_pdf
    except ImportError as problem:
        print(f"typst: left out ({problem})")
        return {}

    from audit.reports.record import read_record

    def measure(raw: bytes) -> float:
        page = packet_page(read_record(raw))
        started = time.process_time()
        to_pdf(page)
        return time.process_time() - started

    return {"typst": measure}


def _chromium(path: str | None) -> dict[str, Callable[[bytes], float]]:
    found = path or shutil.which("chromium") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as problem:
        print(f"chromium: left out ({problem})")
        return {}
    if not found:
        print("chromium: left out (not installed)")
        return {}

    from audit.reports.record import read_record

    browser = (
        sync_playwright()
        .start()
        .chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"])
    )
    tab = browser.new_page()
    style = html.stylesheet("base/print.css") + html.stylesheet("report/packet/style.css")
    processes = _children()

    def measure(raw: bytes) -> float:
        source = html.render("report/packet/report.html", packet_page(read_record(raw))).replace(
            "</head>", f"<style>{style}</style></head>"
        )
        started = _cpu_of(processes)
        tab.set_content(source)
        tab.pdf(prefer_css_page_size=True, tagged=True, outline=True)
        return _cpu_of(processes) - started

    return {"chromium": measure}


def _children() -> set[int]:
    """Every process below this one."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with_stat = _stat(int(folder.name))
        if with_stat:
            parents[int(folder.name)] = int(with_stat[1])
    below: set[int] = set()
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in below | {os.getpid()}} - below
        below |= more
        grown = bool(more)
    return below


def _cpu_of(processes: set[int]) -> float:
    """CPU seconds of these processes and of those they started since."""
    ticks = os.sysconf("SC_CLK_TCK")
    return sum(sum(map(int, found[11:13])) for pid in processes | _children() if (found := _stat(pid))) / ticks


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _options() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packets", type=int, default=30)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--chromium")
    return parser.parse_args()


if __name__ == "__main__":
    main()
