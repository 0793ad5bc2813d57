"""Real processes that loop, eat memory or die: only their own document is lost, and what is drawn next is drawn by a fresh one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audit.errors import Fault
from audit.render import html, pdf
from audit.render.workers import LIMITS, Drawn, Failed, Job, Limits, Time, Workers

SOON = Time(clock=60, processor=60)


def shout(raw: bytes) -> bytes:
    return raw.upper()


def say_who(raw: bytes) -> bytes:
    return str(os.getpid()).encode()


def loop(raw: bytes) -> bytes:
    while True:
        pass


def sleep(raw: bytes) -> bytes:
    time.sleep(600)
    return raw


def eat(raw: bytes) -> bytes:
    return b"".join(bytes(100_000_000) for _ in range(1000))


def die(raw: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return raw


def die_once(raw: bytes) -> bytes:
    mark = Path(raw.decode())
    if not mark.exists():
        mark.touch()
        die(raw)
    return b"second time"


def tell_a_name(raw: bytes) -> bytes:
    raise ValueError("Siti Aminah, NIK 3509225708249001")


def fault(raw: bytes) -> bytes:
    raise Fault("Huruf tidak ada; pasang ulang AKS.")


def small_page(raw: bytes) -> bytes:
    return pdf.to_pdf(
        f'<html lang="id"><head><title>Halaman</title></head><body><h1>{raw.decode()}</h1><p>Isi ≥ 1.</p></body></html>',
        stylesheet="report/rtl_agency/style.css",
        identifier=raw,
    )


def warm() -> None:
    small_page(b"Pemanasan")


def broken_start() -> None:
    raise OSError("no library")


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2, limits=Limits(start=Time(clock=10, processor=60))) as made:
        yield made


def outcomes(workers: Workers, *jobs: Job) -> dict[Any, Drawn | Failed]:
    return {one.key: one for one in workers.draw_all(jobs)}


def kind(outcome: Drawn | Failed) -> str:
    return outcome.kind if isinstance(outcome, Failed) else "drawn"


def test_the_limits_are_those_that_were_promised() -> None:
    assert (LIMITS.packet.clock, LIMITS.report.clock, LIMITS.memory) == (15, 120, 1_500_000_000)


def test_documents_that_loop_sleep_eat_or_die_fail_alone(workers: Workers) -> None:
    good = [Job(n, shout, b"isi", SOON) for n in range(6)]
    bad = [
        Job("late", sleep, b"", Time(clock=0.5, processor=60)),
        Job("busy", loop, b"", Time(clock=60, processor=1)),
        Job("big", eat, b"", SOON),
        Job("dead", die, b"", SOON),
        Job("named", tell_a_name, b"", SOON),
        Job("fault", fault, b"", SOON),
    ]
    found = outcomes(workers, *[job for pair in zip(bad, good, strict=True) for job in pair])
    assert {key: kind(one) for key, one in found.items()} == {
        **dict.fromkeys(range(6), "drawn"),
        "late": "time",
        "busy": "processor",
        "big": "memory",
        "dead": "died",
        "named": "broke",
        "fault": "broke",
    }
    assert all(one.content == b"ISI" for one in found.values() if isinstance(one, Drawn))
    assert len(workers.process_ids) <= 2
    assert kind(outcomes(workers, Job("after", shout, b"", SOON))["after"]) == "drawn"


def test_only_our_own_sentences_leave_a_worker(workers: Workers, caplog: pytest.LogCaptureFixture) -> None:
    found = outcomes(workers, Job("named", tell_a_name, b"", SOON), Job("fault", fault, b"", SOON))
    named, faulty = found["named"], found["fault"]
    assert isinstance(named, Failed) and isinstance(faulty, Failed)
    assert (named.error, named.sentence, faulty.sentence) == ("ValueError", "", "Huruf tidak ada; pasang ulang AKS.")
    logged = repr([vars(record) for record in caplog.records])
    assert named.id in logged and "tell_a_name" in logged
    assert not any(said in logged + repr(named) for said in ("Siti", "3509225708249001"))


def test_a_document_whose_process_was_killed_from_outside_is_tried_again(workers: Workers, tmp_path: Path) -> None:
    found = outcomes(workers, Job("once", die_once, str(tmp_path / "mark").encode(), SOON))["once"]
    assert isinstance(found, Drawn) and found.content == b"second time"


def test_a_worker_is_kept_from_one_drawing_to_the_next_and_replaced_when_it_was_stopped() -> None:
    with Workers(1) as one:
        first, again = (outcomes(one, Job(0, say_who, b"", SOON))[0] for _ in range(2))
        assert isinstance(first, Drawn) and isinstance(again, Drawn) and first.content == again.content
        assert [str(n).encode() for n in one.process_ids] == [first.content]
        assert kind(outcomes(one, Job(0, sleep, b"", Time(0.2, 60)))[0]) == "time"
        other = outcomes(one, Job(0, say_who, b"", SOON))[0]
        assert isinstance(other, Drawn) and other.content != first.content
        with pytest.raises(ProcessLookupError):
            os.kill(int(first.content), 0)


def test_jobs_are_taken_as_they_are_needed_and_a_caller_who_leaves_leaves_nobody_working() -> None:
    taken = []

    def coming() -> Iterator[Job]:
        for n in range(50):
            taken.append(n)
            yield Job(n, shout, b"x" * 1_000_000, SOON)

    with Workers(2) as two:
        drawing = two.draw_all(coming())
        next(drawing)
        assert len(taken) <= 6
        with pytest.raises(Fault, match="kumpulan"):
            next(two.draw_all([]))
        drawing.close()  # type: ignore[attr-defined]  # it is a generator
        assert kind(outcomes(two, Job(0, shout, b"", SOON))[0]) == "drawn"
    assert two.process_ids == []


def test_a_worker_that_cannot_start_is_a_fault_that_says_what_to_do() -> None:
    with Workers(1, warm=broken_start) as none, pytest.raises(Fault, match="aks doctor"):
        outcomes(none, Job(0, shout, b"", SOON))


def test_a_start_is_not_on_the_account_of_the_document() -> None:
    with Workers(1, warm=warm) as one:
        assert kind(outcomes(one, Job(0, shout, b"", Time(0.1, 2)))[0]) == "drawn"
        assert kind(outcomes(one, Job(0, sleep, b"", Time(0.1, 2)))[0]) == "time", "the second has no more than its own"


def test_workers_stay_small_over_a_hundred_documents() -> None:
    with Workers(1, warm=warm) as one:
        drawn = list(one.draw_all(Job(n, small_page, f"Dokumen {n}".encode(), SOON) for n in range(100)))
    held = [d.resident for d in drawn if isinstance(d, Drawn)]
    assert len(held) == 100 and max(held) <= 120_000_000
    assert held[-1] - held[20] < 6_000_000, "it grows"


def test_workers_end_when_their_starter_was_killed() -> None:
    script = (
        "import sys; from tests.unit.render.test_workers import *; from audit.render.workers import *\n"
        "pool = Workers(1); found = outcomes(pool, Job(0, say_who, b'', SOON)); print(found[0].content.decode(), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    folder = html.templates_folder().parent
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=folder, check=False)
    worker = int(told.stdout)
    deadline = time.monotonic() + 30
    while Path(f"/proc/{worker}").exists():
        assert time.monotonic() < deadline, "it outlived its starter"
        time.sleep(0.05)
