"""facts.gather of 5,000 cases: how many statements, how long, beside its peer, the same facts asked for case by case.

Run: python bench/facts.py
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).parents[1]))

from audit.casework.facts import facts_of, gather
from audit.casework.schema import bring_up_to_date
from audit.lifecycle.tables import Case
from audit.steps.followup.tables import Visit
from audit.steps.intake.tables import Subject
from audit.steps.packet.tables import Packet, Worksheet
from audit.steps.recommend.tables import Recommendation, RtlAction
from audit.steps.review.tables import Assignment, Opinion
from audit.store.sealed import Keyring
from audit.store.session import make_engine
from tests.factory import START, World

CASES = 5_000
ONE_BY_ONE = 200
ROUNDS = 5
ON = date(2026, 9, 1)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/bench.db", Keyring(bytes(32)))
        bring_up_to_date(engine)
        with Session(engine) as session:
            fill(session)
        counted: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
        together, apart = [], []
        with Session(engine) as session:
            for _ in range(ROUNDS):
                counted.clear()
                started = time.perf_counter()
                found = gather(session, select(Case.id), on=ON)
                together.append((time.perf_counter() - started) / len(found))
                statements = len(counted)
                started = time.perf_counter()
                for case_id in list(found)[:ONE_BY_ONE]:
                    facts_of(session, case_id, on=ON)
                apart.append((time.perf_counter() - started) / ONE_BY_ONE)
        a, b = statistics.median(together), statistics.median(apart)
        print(f"gather: {len(found)} cases in {statements} statements, {a * 1e6:.0f} µs a case ({a * len(found):.2f} s in all)")
        print(f"peer, case by case: {b * 1e6:.0f} µs a case; ratio {b / a:.0f}")


def fill(session: Session) -> None:
    """5,000 cases in the middle of their follow-up, each with a panel of two, two actions and six visits."""
    world = World(session)
    experts = [world.people["dr.anak"].id, world.people["gizi"].id]
    ids = range(1, CASES + 1)
    session.execute(
        insert(Subject),
        [
            {"id": n, "kind": "child", "is_male": True, "identity": {}, "desa_code": "35.09.22.2001", "puskesmas": "P", "posyandu": "Q"}
            for n in ids
        ],
    )
    session.execute(
        insert(Case),
        [
            {
                "id": n, "cycle_id": world.cycle.id, "number": f"B-{n:05d}", "subject_id": n, "target_group": "balita",
                "desa_code": "35.09.22.2001", "puskesmas": "P", "status": "follow_up", "status_since": START, "version": 0,
                "head_hash": "0" * 64, "person_in_charge_id": experts[0], "follow_up_ends_on": ON + timedelta(days=30),
            }
            for n in ids
        ],
    )  # fmt: skip
    session.execute(insert(Worksheet), [{"case_id": n, "state": "submitted", "answers": {}, "missing": {}, "unusual": 0} for n in ids])
    session.execute(
        insert(Packet), [{"case_id": n, "round": 1, "snapshot_sha256": "a", "pdf_sha256": "b", "frozen_at": START} for n in ids]
    )
    panel = [(n, e, d) for n in ids for e, d in zip(experts, ("paediatrics", "nutrition"), strict=True)]
    session.execute(
        insert(Assignment),
        [{"case_id": n, "person_id": e, "discipline": d, "is_lead": d == "paediatrics", "assigned_at": START} for n, e, d in panel],
    )
    session.execute(
        insert(Opinion),
        [{"case_id": n, "person_id": e, "discipline": d, "round": 1, "content": {}, "submitted_at": START} for n, e, d in panel],
    )
    session.execute(
        insert(Recommendation),
        [
            {"id": n, "case_id": n, "round": 1, "number": 1, "intervention_class": "spesifik", "cause": "intake_protein", "text": "x"}
            for n in ids
        ],
    )
    session.execute(
        insert(RtlAction),
        [
            {
                "case_id": n, "recommendation_id": n, "number": k, "intervention_class": "spesifik", "cause": "intake_protein",
                "activity": "x", "owner_agency": "puskesmas", "status": "disetujui", "ends_on": ON,
            }
            for n in ids
            for k in (1, 2)
        ],
    )  # fmt: skip
    days = [ON + timedelta(days=7 * k) for k in range(6)]
    session.execute(
        insert(Visit),
        [{"case_id": n, "planned_on": d, "late_after": d, "with_measurement": False, "state": "planned"} for n in ids for d in days],
    )
    session.commit()


if __name__ == "__main__":
    main()
