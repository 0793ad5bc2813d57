"""The transition table as a whole: every row is walked, every status is reached, and the diagram can be drawn from it."""

from __future__ import annotations

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from audit.casework.facts import gather
from audit.casework.perform import HANDLERS
from audit.casework.worklists import due, offers
from audit.lifecycle.tables import Case, CaseEvent
from audit.lifecycle.transitions import TRANSITIONS
from audit.lifecycle.vocabulary import Action, Status
from audit.steps.review.actions import keep_draft
from tests.factory import CONSENSUS, OPINION, World, complete_plan, worksheet_answers

OPEN = [s for s in Status if s not in (Status.EVALUATED, Status.CARRIED_OVER, Status.WITHDRAWN)]


def test_every_row_of_the_table_is_walked_and_every_status_reached(session: Session) -> None:
    world = World(session)
    for status in OPEN:
        case = world.case_at(status)
        world.do(case, Action.OPEN_IDENTITY, "sekretariat", {"reason": "contact"})
        world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
        world.do(case, Action.OPEN_IDENTITY, "sekretariat", {"reason": "contact"})
        world.do(case, Action.REOPEN, "sekretariat")
    over = world.case_at(Status.EVALUATED)
    world.do(over, Action.OPEN_IDENTITY, "sekretariat", {"reason": "contact"})
    world.do(over, Action.CARRY_OVER, "sekretariat")
    world.do(over, Action.OPEN_IDENTITY, "sekretariat", {"reason": "contact"})
    _walk_with_detours(world)
    walked = {(e.action, e.from_status, e.to_status) for e in session.scalars(select(CaseEvent))}
    assert {(r.action.value, r.source, r.target) for r in TRANSITIONS} - walked == set()
    assert {e[2] for e in walked} == {s.value for s in Status}


def test_every_action_but_the_opening_has_a_handler() -> None:
    assert set(HANDLERS) == {row.action for row in TRANSITIONS} - {Action.OPEN_CASE}


def test_what_is_offered_carries_the_reason_why_not(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.SELECTED)
    offered = {o.row.action: o.refusals for o in offers(world.facts(case), world.people["bidan.silo"])}
    assert [r.code for r in offered[Action.SUBMIT_WORKSHEET]] == ["not_in_area"]
    assert Action.APPROVE_PLAN not in offered


def test_the_system_finds_what_is_due_and_nothing_else(session: Session) -> None:
    world = World(session)
    waiting, ready = world.case_at(Status.SELECTED), world.case_at(Status.READY)
    assert due(session, Action.FREEZE_PACKET, on=world.on) == []
    assert due(session, Action.ASSIGN_EXPERT, on=world.on) == [ready.id]
    assert waiting.id not in due(session, Action.ASSIGN_EXPERT, on=world.on)


def test_facts_take_three_statements_for_one_case_and_for_many(session: Session) -> None:
    world = World(session)
    statuses = list(OPEN)
    for n in range(12):
        world.case_at(statuses[n % len(statuses)])
    session.flush()
    counted: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: counted.append(args[2]))
    assert len(gather(session, select(Case.id).limit(1), on=world.on)) == 1
    assert len(counted) == 3
    counted.clear()
    assert len(gather(session, select(Case.id), on=world.on)) == 12
    assert len(counted) == 3


def _walk_with_detours(world: World) -> None:
    """One case through every remaining row: returned, recused, asked for data, divided, returned plan, missed, late, carried over."""
    case = world.case_at(Status.SELECTED)
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(world.facts(case).group, without=["latrine"]))
    world.do(case, Action.RETURN_WORKSHEET, "sekretariat", {"note": "Jamban?"})
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"latrine": "none"})
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "a" * 64, "pdf_sha256": "b" * 64})
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak"})
    world.do(case, Action.RECUSE, "dr.anak", {"reason": "Keluarga dekat"})
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak2"})
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "gizi"})
    world.do(case, Action.OPEN_REVIEW, "sistem")
    world.do(case, Action.RECUSE, "gizi", {"reason": "Cuti"})
    world.do(case, Action.ASSIGN_EXPERT, "sistem", {"person_id": world.people["gizi2"].id})
    world.do(case, Action.ASK_FOR_DATA, "dr.anak2", {"note": "Mantoux?"})
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"illness_notes": "Negatif"})
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "c" * 64, "pdf_sha256": "d" * 64})
    world.do(case, Action.OPEN_REVIEW, "sistem")
    world.do(case, Action.SUBMIT_OPINION, "dr.anak2", OPINION)
    on_paper, secretary = world.people["gizi2"].id, world.people["sekretariat"]
    keep_draft(world.session, world.facts(case), expert_id=on_paper, answers=OPINION, file_sha256="e" * 64, by=secretary, at=world.at)
    world.do(case, Action.ENTER_OPINION, "sekretariat", {"expert": "gizi2"})
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    world.do(case, Action.COMMENT, "gizi2", {"text": "Selera makan belum dinilai"})
    world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak2", CONSENSUS)
    world.do(case, Action.VOTE, "gizi2", {"vote": "agree"})
    world.do(case, Action.RECORD_CONSENSUS, "dr.anak2", CONSENSUS)
    world.do(case, Action.PLAN_ACTIONS, "sistem")
    world.do(case, Action.PLAN_ACTIONS, "sekretariat", complete_plan(world.on))
    world.do(case, Action.SUBMIT_PLAN, "sekretariat")
    world.do(case, Action.RETURN_PLAN, "ketua", {"note": "Ganti sumber dana"})
    world.do(case, Action.PLAN_ACTIONS, "sekretariat", complete_plan(world.on))
    world.do(case, Action.SUBMIT_PLAN, "sekretariat")
    world.do(case, Action.APPROVE_PLAN, "ketua")
    world.do(case, Action.NAME_PERSON_IN_CHARGE, "sekretariat", {"person": "bidan.silo"})
    world.do(case, Action.START_FOLLOW_UP, "sistem")
    world.do(case, Action.NAME_PERSON_IN_CHARGE, "sekretariat", {"person": "bidan.arjasa"})
    world.pass_days(10)
    world.do(case, Action.MARK_VISIT_MISSED, "sistem")
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, "weight_kg": 8.4})
    world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "selesai", "evidence": "Daftar terima"})
    world.do(case, Action.CONFIRM_ACTION, "bidan.arjasa", {"action": 1, "seen": "PMT dimakan"})
    world.pass_days(90)
    world.do(case, Action.ESCALATE, "sistem")
    world.do(case, Action.EVALUATE, "sekretariat")
    world.do(case, Action.REOPEN, "sekretariat")
    world.do(case, Action.EVALUATE, "sekretariat")
    world.do(case, Action.CARRY_OVER, "sekretariat")
