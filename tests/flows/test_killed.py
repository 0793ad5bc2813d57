"""A flow that is killed in the middle leaves whole cases behind, and the next run goes on from there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from audit.lifecycle import history
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.steps.packet.tables import Packet
from audit.steps.review.tables import Assignment
from tests.factory import worksheet_answers
from tests.flows.conftest import Office

CASES = 4
RUN = """
import sys
from pathlib import Path
from audit.settings import Settings
from flows.embedded import run
run("semester", Settings(home=Path(sys.argv[1]), database_url=sys.argv[2]), cycle_id=int(sys.argv[3]), at=sys.argv[4])
"""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_killed_heartbeat_is_finished_by_the_next_one(office: Office) -> None:
    world = office.world
    for n in range(CASES):
        case = world.open(name=f"Anak Contoh {n}")
        world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(Group.BALITA))
    cycle_id = world.cycle.id
    world.session.commit()
    started = subprocess.Popen(
        [sys.executable, "-c", RUN, str(office.settings.home), office.settings.database_url, str(cycle_id), world.at.isoformat()],
        cwd=Path(__file__).parents[2],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_packets(office, at_least=1)
    finally:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()
    assert packets(office) < CASES, "it was over before it could be killed"
    office.run("semester")
    assert set(world.session.scalars(select(Case.status))) == {Status.UNDER_REVIEW}
    assert packets(office) == CASES
    assert world.session.scalar(select(func.count()).select_from(Assignment)) == 2 * CASES
    assert history.verify(world.session).broken == ()


def packets(office: Office) -> int:
    with office.here.reading() as session:
        return session.scalar(select(func.count()).select_from(Packet)) or 0


def wait_for_packets(office: Office, *, at_least: int) -> None:
    deadline = time.monotonic() + 240
    while packets(office) < at_least:
        assert time.monotonic() < deadline, "no packet was frozen in time"
        time.sleep(0.05)
