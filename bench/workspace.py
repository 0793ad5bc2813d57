"""The workspace under load: a list of 500 cases and a case page with 60 measurements over SQLite with 200,000 measurements, each beside its
peer in the same run (the same page over 10 cases, and with one measurement), then many people clicking on a real server. What pages keep
is measured both ways: a list just after somebody wrote, a case that nobody looked at before and one that was looked at.

Run: python bench/workspace.py [--seconds 120] [--people 50] [--processes 2] [--only pages|people]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import event, insert, update
from sqlalchemy.orm import Session
from starlette.applications import Starlette

sys.path.insert(0, str(Path(__file__).parents[1]))

from audit.casework.installation import Installation
from audit.casework.schema import bring_up_to_date
from audit.cli.page_processes import USUAL, Pages, serve_pages
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.people.roles import Person
from audit.people.sessions import open_session
from audit.people.tables import Account
from audit.settings import Settings
from audit.steps.followup.tables import Visit
from audit.steps.intake.tables import Measurement, Subject
from audit.steps.packet.tables import Packet, Worksheet
from audit.steps.recommend.tables import Recommendation, RtlAction
from audit.steps.review.tables import Assignment
from audit.store.files import Files
from audit.store.sealed import Keyring
from audit.store.session import make_engine, session_maker
from audit.web.app import create_app, settle_memory
from audit.web.desk import COOKIE
from audit.web.guarding import Allowance
from tests.factory import START, World

MEASUREMENTS = 200_000
PER_CHILD = 20
OF_THE_CASE = 60
LONG = 151
"""So many cases have as many: more than a process keeps drawings of, so that each is drawn when its turn comes."""
FEW, MANY = 10, 500
ROUNDS = 150
PROMISED_MS = 60.0
PROMISED_BUSY_MS = 300.0
WARM_UP = 15
"""Seconds in which people click and nothing is counted: each process draws its first pages."""
AT = START + timedelta(days=20)
PEOPLE = ("sekretariat", "ketua", "bidan.arjasa", "dr.anak", "gizi", "pimpinan", "perkim")
PLACES = ("/", "/kasus", "/kasus?urut=nomor&hal=3", "/kasus?terlambat=ya", "/kasus?status=follow_up&urut=-sejak", "CASE", "CASE", "CASE")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=120.0)
    asked.add_argument("--people", type=int, default=50)
    asked.add_argument("--only", choices=("pages", "people", "serve"), default=None)
    asked.add_argument("--home", type=Path, default=None)
    asked.add_argument("--port", type=int, default=0)
    asked.add_argument("--processes", type=int, default=USUAL)
    given = asked.parse_args()
    if given.only == "serve":
        serve(given.home, given.port, given.processes)
        return
    with tempfile.TemporaryDirectory() as folder:
        installation = opened(Path(folder))
        numbers, tokens = fill(installation)
        if given.only != "people":
            asyncio.run(pages(installation, numbers, tokens["sekretariat"]))
        if given.only != "pages":
            asyncio.run(people(Path(folder), numbers, tokens, given))
        installation.engine.dispose()


@dataclass
class Asked:
    """A page that is measured. Where it has many addresses they are asked for one after the other. promised: whether it must be quick."""

    name: str
    addresses: Sequence[str]
    promised: bool = True
    times: list[float] = field(default_factory=list)
    statements: set[int] = field(default_factory=set)
    size: int = 0

    @property
    def p50(self) -> float:
        return statistics.median(self.times)


async def pages(installation: Installation, numbers: dict[str, list[str]], token: str) -> None:
    """Server time of the pages and their peers, in turns; statements counted. The application is asked without a network between."""
    app = create_app(installation, now=lambda: AT, allowance=Allowance(10**9, 60))
    settle_memory()
    first, *others = [f"/kasus/{number}" for number in numbers["B-500"][:LONG]]
    long_list = Asked(f"list, {MANY} cases", ["/kasus?siklus=B-500"])
    short_list = Asked(f"list, {FEW} cases (peer)", ["/kasus?siklus=B-10"], promised=False)
    after = Asked("list, after somebody wrote", long_list.addresses, promised=False)
    long_case = Asked(f"case, {OF_THE_CASE} measurements", others)
    short_case = Asked("case, 1 measurement (peer)", [f"/kasus/{numbers['B-10'][0]}"], promised=False)
    again = Asked("the same case again", [first])
    bare = Asked("sign-in page (peer, no database)", ["/v"], promised=False)
    counted: list[str] = []
    event.listen(installation.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bench", cookies={COOKIE: token}) as client:
        for turn in range(ROUNDS):
            for one in (long_list, short_list, long_case, short_case, again, bare):
                await _ask(client, one, turn, counted)
        for turn in range(ROUNDS):
            with installation.sessions.begin() as writing:
                writing.execute(update(Account).values(version=Account.version + 1))
            await _ask(client, after, turn, counted)
    for one in (long_list, short_list, after, long_case, short_case, again, bare):
        p95 = quantile(one.times, 0.95)
        verdict = f"  promised p95 < {PROMISED_MS:.0f} ms: {'kept' if p95 < PROMISED_MS else 'BROKEN'}" if one.promised else ""
        many = ", ".join(map(str, sorted(one.statements)))
        print(f"{one.name:34} p50 {one.p50:6.1f} ms  p95 {p95:6.1f} ms  {many} statements  {one.size / 1024:.0f} kB{verdict}")
    for big, small in ((long_list, short_list), (after, long_list), (long_case, short_case), (long_case, again)):
        print(f"{big.name} : {small.name} = {big.p50 / small.p50:.1f}")


async def _ask(client: httpx.AsyncClient, one: Asked, turn: int, counted: list[str]) -> None:
    """Ask for a page once; the first turns are not counted."""
    counted.clear()
    started = time.perf_counter()
    answer = await client.get(one.addresses[turn % len(one.addresses)])
    took = (time.perf_counter() - started) * 1000
    assert answer.status_code == 200, (one.name, answer.status_code)
    if turn >= 5:
        one.times.append(took)
        one.statements.add(len(counted))
        one.size = len(answer.content)


async def people(home: Path, numbers: dict[str, list[str]], tokens: dict[str, str], given: argparse.Namespace) -> None:
    """So many people click on a real server in a process of its own, each with a pause of a second or so between two pages."""
    port = random.Random(time.time_ns()).randint(20_000, 40_000)
    seconds, many, processes = given.seconds, given.people, str(given.processes)
    command = [sys.executable, __file__, "--only", "serve", "--home", str(home), "--port", str(port), "--processes", processes]
    with subprocess.Popen(command) as server:
        try:
            base = f"http://127.0.0.1:{port}"
            await _until_it_answers(base)
            ends = time.monotonic() + WARM_UP + seconds
            spent: list[tuple[float, float]] = []
            faults: Counter[str] = Counter()
            limits = httpx.Limits(max_connections=many)
            async with httpx.AsyncClient(base_url=base, limits=limits, timeout=30) as client:
                await asyncio.gather(*(_click(client, n, numbers, tokens, ends, spent, faults) for n in range(many)))
        finally:
            server.terminate()
    times = [took for left, took in spent if left < seconds]
    p95 = quantile(times, 0.95)
    kept = "kept" if p95 < PROMISED_BUSY_MS and not faults else "BROKEN"
    print(
        f"{many} people for {seconds:.0f} s, {processes} processes: {len(times)} pages, {len(times) / seconds:.0f} a second, "
        f"p50 {statistics.median(times):.0f} ms, p95 {p95:.0f} ms, slowest {max(times):.0f} ms, faults {dict(faults) or 'none'}  "
        f"promised p95 < {PROMISED_BUSY_MS:.0f} ms and no fault: {kept}"
    )


async def _until_it_answers(base: str) -> None:
    async with httpx.AsyncClient(base_url=base) as client:
        for _ in range(300):
            try:
                await client.get("/v")
                return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    raise SystemExit("The server did not answer within 30 seconds.")


async def _click(
    client: httpx.AsyncClient,
    n: int,
    numbers: dict[str, list[str]],
    tokens: dict[str, str],
    ends: float,
    spent: list[tuple[float, float]],
    faults: Counter[str],
) -> None:
    chance = random.Random(n)
    cookie = {"Cookie": f"{COOKIE}={tokens[PEOPLE[n % len(PEOPLE)]]}"}
    await asyncio.sleep(chance.uniform(0, 2))
    while time.monotonic() < ends:
        place = chance.choice(PLACES)
        address = f"/kasus/{chance.choice(numbers['B-500'])}" if place == "CASE" else place
        started = time.perf_counter()
        try:
            answer = await client.get(address, headers=cookie)
            spent.append((ends - time.monotonic(), (time.perf_counter() - started) * 1000))
            if answer.status_code not in (200, 404):
                faults[f"{answer.status_code} {place}"] += 1
        except httpx.HTTPError as fault:
            faults[type(fault).__name__] += 1
        await asyncio.sleep(chance.uniform(1.0, 3.0))


class OnThatDay(Pages):
    """The pages of the office, on the day on which its people signed in."""

    def __call__(self) -> Starlette:
        app = create_app(opened(self.settings.home), now=lambda: AT, allowance=Allowance(10**9, 60))
        settle_memory()
        return app


def serve(home: Path, port: int, processes: int) -> None:
    """The server of `people`, as `aks serve` starts it."""
    pages = OnThatDay(opened(home).settings, start_code=None, is_demo=False, behind_https=False, oidc=None)
    with socket.create_server(("127.0.0.1", port)) as listening:
        serve_pages(pages, listening, processes=processes)


def opened(home: Path) -> Installation:
    keyring, url = Keyring(bytes(32)), f"sqlite:///{home}/bench.db"
    engine = make_engine(url, keyring)
    return Installation(Settings(home=home, database_url=url), engine, session_maker(engine), Files(home / "berkas", keyring))


def fill(installation: Installation) -> tuple[dict[str, list[str]], dict[str, str]]:
    """A register of 200,000 measurements and two cycles, of 500 and of 10 cases in the middle of their follow-up.

    Returns the numbers of the cases by cycle, and a session token for each person.
    """
    bring_up_to_date(installation.engine)
    with Session(installation.engine) as session:
        world = World(session)
        children = MEASUREMENTS // PER_CHILD
        chance = random.Random(20260706)
        desa = [f"35.09.{k}.{n}" for k in (22, 23) for n in range(2001, 2005)]
        session.execute(
            insert(Subject),
            [
                {
                    "id": n, "kind": "child", "is_male": n % 2 == 0, "identity": {"name": f"Anak {n}", "birth_date": "2024-01-15"},
                    "desa_code": chance.choice(desa), "puskesmas": "Puskesmas Arjasa", "posyandu": "Melati 3",
                }
                for n in range(1, children + 1)
            ],
        )  # fmt: skip
        rows = list(_measurements(children))
        for start in range(0, len(rows), 20_000):
            session.execute(insert(Measurement), rows[start : start + 20_000])
        numbers = {}
        first = 1
        for code, many, year in (("B-500", MANY, 2027), ("B-10", FEW, 2028)):
            cycle = Cycle(
                code=code, kabupaten_code="35.09", year=year, number=1, timezone="Asia/Jakarta", starts_on=date(2026, 7, 1),
                ends_on=date(2026, 12, 31), opened_at=START, settings=world.cycle.settings,
            )  # fmt: skip
            session.add(cycle)
            session.flush()
            numbers[code] = _cases(session, world, cycle, range(first, first + many), chance)
            first += many
        session.execute(insert(Measurement), list(_more_of_long()))
        session.commit()
        persons: dict[str, Person] = world.people
    with installation.sessions.begin() as writing:
        tokens = {name: open_session(writing, persons[name].id, how="password", at=AT, device="Bench").token for name in PEOPLE}
    return numbers, tokens


def _measurements(children: int) -> Iterator[dict[str, Any]]:
    """One weighing a month of every child; of the peer's case one."""
    peers = MANY + 1
    for n in range(1, children + 1):
        for month in range(1 if n == peers else PER_CHILD):
            yield _weighing(n, date(2026, 6, 20) - timedelta(days=30 * month), 22 - month % 20)


def _more_of_long() -> Iterator[dict[str, Any]]:
    for n in range(1, LONG + 1):
        for k in range(OF_THE_CASE - PER_CHILD):
            yield _weighing(n, date(2026, 6, 9) - timedelta(days=13 * k), max(21 - k // 2, 1))


def _weighing(subject: int, on: date, months: int) -> dict[str, Any]:
    return {
        "subject_id": subject, "measured_on": on, "source": "registry", "position": 1, "weight_kg": 3.4 + months * 0.24,
        "height_cm": 50.0 + months * 1.15, "age_months": months, "haz": -300 - months, "waz": -230 - months, "whz": -120, "flags": 0,
    }  # fmt: skip


def _cases(session: Session, world: World, cycle: Cycle, ids: Sequence[int], chance: random.Random) -> list[str]:
    """Cases in the middle of their follow-up: panel of two, packet, two actions, six visits, a history of 20 events."""
    experts = {"paediatrics": world.people["dr.anak"].id, "nutrition": world.people["gizi"].id}
    day = date(2026, 8, 20)
    numbers = [f"AKS-3509-{cycle.year}-1-{n:03d}" for n in ids]
    statuses = ("follow_up", "follow_up", "selected", "ready", "under_review", "approved")
    session.execute(
        insert(Case),
        [
            {
                "id": n, "cycle_id": cycle.id, "number": number, "subject_id": n, "target_group": "balita",
                "desa_code": f"35.09.22.{chance.randint(2001, 2006)}", "puskesmas": "Puskesmas Arjasa",
                "status": "follow_up" if n == ids[0] else statuses[n % len(statuses)], "status_since": START - timedelta(days=n % 25),
                "version": 20, "head_hash": "0" * 64, "person_in_charge_id": world.people["bidan.arjasa"].id,
                "follow_up_ends_on": day + timedelta(days=60),
            }
            for n, number in zip(ids, numbers, strict=True)
        ],
    )  # fmt: skip
    session.execute(insert(Worksheet), [{"case_id": n, "state": "submitted", "answers": {}, "missing": {}, "unusual": 0} for n in ids])
    session.execute(
        insert(Packet), [{"case_id": n, "round": 1, "snapshot_sha256": "a" * 64, "pdf_sha256": "b" * 64, "frozen_at": START} for n in ids]
    )
    session.execute(
        insert(Assignment),
        [
            {"case_id": n, "person_id": person, "discipline": discipline, "is_lead": discipline == "paediatrics", "assigned_at": START}
            for n in ids
            for discipline, person in experts.items()
        ],
    )
    session.execute(
        insert(Recommendation),
        [
            {"id": n, "case_id": n, "round": 1, "number": 1, "intervention_class": "spesifik", "cause": "intake_protein", "text": "PMT"}
            for n in ids
        ],
    )
    session.execute(
        insert(RtlAction),
        [
            {
                "case_id": n, "recommendation_id": n, "number": k, "intervention_class": "spesifik", "cause": "intake_protein",
                "activity": "PMT lokal", "owner_agency": agency, "status": "disetujui", "ends_on": day,
            }
            for n in ids
            for k, agency in ((1, "puskesmas"), (2, "perkim"))
        ],
    )  # fmt: skip
    days = [day + timedelta(days=7 * k) for k in range(6)]
    session.execute(
        insert(Visit),
        [{"case_id": n, "planned_on": d, "late_after": d, "with_measurement": False, "state": "planned"} for n in ids for d in days],
    )
    session.execute(
        insert(CaseEvent),
        [
            {
                "case_id": n, "seq": seq, "action": "record-visit", "from_status": "follow_up", "to_status": "follow_up",
                "by_id": world.people["bidan.arjasa"].id, "at": START, "details": {}, "previous_hash": "0" * 64, "hash": f"{seq:064d}",
            }
            for n in ids
            for seq in range(1, 21)
        ],
    )  # fmt: skip
    return numbers


def quantile(times: Sequence[float], share: float) -> float:
    """The time below which this share of them lies."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


if __name__ == "__main__":
    main()
