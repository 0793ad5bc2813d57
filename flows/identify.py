"""Measurements -> candidates -> cases. The file is loaded by `aks import`: a path may carry a name, and Prefect keeps parameters."""

from __future__ import annotations

from prefect import flow

from audit.casework.perform import open_case
from audit.errors import Refused
from audit.people.directory import people_by_id
from audit.steps.identify.actions import choose, screen_cycle
from flows.tasks import day, installation, instant, log, step_task


@flow(name="identify", persist_result=False, validate_parameters=False)
def identify(cycle_id: int, by_id: int, at: str | None = None) -> dict[str, int]:
    """Screen the cycle, choose by its quotas, and open the cases in the name of the secretary `by_id`. A second run opens nothing."""
    moment = instant(at).isoformat()
    candidates = screen(cycle_id, moment)
    return {"candidates": candidates, "opened": open_cases(cycle_id, by_id, moment)}


@step_task("screen")
def screen(cycle_id: int, at: str) -> int:
    """Screen everybody in the focus areas; the number of candidates."""
    on = day(cycle_id, at)
    with installation().sessions.begin() as session:
        return screen_cycle(session, cycle_id, at=instant(at), on=on).candidates


@step_task("open-cases")
def open_cases(cycle_id: int, by_id: int, at: str) -> int:
    """Open a case for every chosen candidate, each in its own transaction; how many were opened."""
    sessions, on = installation().sessions, day(cycle_id, at)
    with installation().reading() as session:
        chosen = [candidate.id for candidate in choose(session, cycle_id, on=on)]
        secretary = people_by_id(session, [by_id])[by_id]
    opened = 0
    for candidate_id in chosen:
        try:
            with sessions.begin() as session:
                open_case(session, candidate_id, by=secretary, at=instant(at))
        except Refused as refused:
            log.info("candidate passed over", extra={"candidate_id": candidate_id, "codes": [r.code for r in refused.reasons]})
            continue
        opened += 1
    return opened
