"""Complete worksheets -> frozen packets -> seated panels -> open reviews -> closed on quorum."""

from __future__ import annotations

from collections.abc import Iterator

from prefect import flow

from audit.casework.panels import fill_seats
from audit.casework.perform import perform
from audit.errors import Refused
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action
from audit.people.roles import SYSTEM
from audit.render.workers import Failed, Job
from audit.reports.book import entry, record_of
from audit.reports.document import RESTRICTED
from audit.reports.drawing import job_of
from audit.steps.packet.queries import packet_snapshot
from audit.store.canonical import canonical_json
from flows.drawing import workers
from flows.tasks import chunks, day, due_cases, installation, instant, log, step_task, walk_all_due


@flow(name="expert-review", persist_result=False, validate_parameters=False)
def expert_review(cycle_id: int, at: str | None = None) -> dict[str, int]:
    """Everything of the review that nobody has to decide. A second run finds nothing to do.

    Packets that could not be drawn are counted as "undrawn", when there are any, and stand in the log.
    """
    moment = instant(at).isoformat()
    packets = [freeze(chunk, moment) for chunk in chunks(due_cases(Action.FREEZE_PACKET, cycle_id, moment))]
    seated = sum(seat(chunk, moment) for chunk in chunks(due_cases(Action.ASSIGN_EXPERT, cycle_id, moment)))
    opened = walk_all_due(Action.OPEN_REVIEW, cycle_id, moment)
    closed = walk_all_due(Action.CLOSE_REVIEW, cycle_id, moment)
    counts = {"frozen": sum(frozen for frozen, _ in packets), "seated": seated, "opened": opened, "closed": closed}
    undrawn = sum(undrawn for _, undrawn in packets)
    return counts | ({"undrawn": undrawn} if undrawn else {})


@step_task("freeze-packets")
def freeze(case_ids: list[int], at: str) -> tuple[int, int]:
    """Snapshot, draw and freeze the packet of each case; how many were frozen, and how many could not be drawn.

    The drawing is slow and happens outside any transaction, in processes of its own; a case that changed meanwhile is refused by its
    version and comes next time, and so does one whose packet cannot be drawn.
    """
    here = installation()
    seen: dict[int, tuple[int, str]] = {}

    def to_draw() -> Iterator[Job]:
        for case_id in case_ids:
            with here.reading() as session:
                case = session.get_one(Case, case_id)
                version, on = case.version, day(case.cycle_id, at)
                snapshot = packet_snapshot(session, case_id, on=on)
            about = snapshot["case"]
            seen[case_id] = (version, here.files.put(canonical_json(snapshot)))
            record = record_of(entry("paket"), snapshot, edition=RESTRICTED, subject=about["number"], revision=about["round"])
            yield job_of(record, key=case_id)

    frozen = undrawn = 0
    for drawn in workers().draw_all(to_draw()):
        case_id: int = drawn.key
        version, snapshot_sha256 = seen.pop(case_id)
        if isinstance(drawn, Failed):
            log.error("packet not drawn", extra={"case_id": case_id, "failure": drawn.kind, "failure_id": drawn.id})
            undrawn += 1
            continue
        given = {"snapshot_sha256": snapshot_sha256, "pdf_sha256": here.files.put(drawn.content)}
        try:
            with here.sessions.begin() as session:
                perform(session, case_id, Action.FREEZE_PACKET, by=SYSTEM, at=instant(at), given=given, seen_version=version)
        except Refused as refused:
            log.info("packet not frozen", extra={"case_id": case_id, "codes": [r.code for r in refused.reasons]})
            continue
        frozen += 1
    return frozen, undrawn


@step_task("seat-experts")
def seat(case_ids: list[int], at: str) -> int:
    """Fill the empty seats of each case as far as experts are free; how many were filled."""
    with installation().sessions.begin() as session:
        filled = fill_seats(session, case_ids, at=instant(at))
    for one in filled:
        if one.lacking:
            log.warning("seats stay empty", extra={"case_number": one.case_number, "lacking": [str(d) for d in one.lacking]})
    return sum(one.seats for one in filled)
