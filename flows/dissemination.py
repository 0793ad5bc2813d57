"""A cycle's record, frozen -> both editions of the report and a sheet for each agency, kept by hash."""

from __future__ import annotations

from prefect import flow

from audit.reports.publish import publish
from audit.steps.recommend.queries import agencies_of_cycle
from flows.tasks import day, installation, instant, step_task

EDITIONS = ("terbatas", "publik")


@flow(name="dissemination", persist_result=False, validate_parameters=False)
def dissemination(cycle_id: int, at: str | None = None) -> dict[str, int]:
    """Publish what a dissemination needs. Documents whose record did not change are not made again."""
    moment = instant(at).isoformat()
    wanted = [("diseminasi", edition, "") for edition in EDITIONS]
    with installation().reading() as session:
        wanted += [("rtl", "terbatas", agency) for agency in agencies_of_cycle(session, cycle_id)]
    made = [make(cycle_id, name, edition, subject, moment) for name, edition, subject in wanted]
    return {"documents": len(made), "new": sum(made)}


@step_task("make-document")
def make(cycle_id: int, name: str, edition: str, subject: str, at: str) -> bool:
    """Publish one document; whether it is new."""
    here = installation()
    return publish(here.sessions, here.files, cycle_id, name, edition=edition, subject=subject, at=instant(at), on=day(cycle_id, at)).is_new
