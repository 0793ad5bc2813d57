"""The one door: what it lets through, what it refuses, and that nothing is written when it refuses."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.errors import Refused, Stale
from audit.forms import Problems
from audit.lifecycle import history
from audit.lifecycle.tables import Case, CaseEvent, Outbox
from audit.lifecycle.vocabulary import Action, Group, Status
from tests.factory import CONSENSUS, OPINION, World, complete_plan, worksheet_answers


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


@pytest.mark.parametrize("group", [Group.BALITA, Group.BUMIL, Group.BUFAS, Group.CATIN])
def test_a_case_of_every_group_walks_from_selection_to_evaluation(world: World, group: Group) -> None:
    case = world.case_at(Status.EVALUATED, group)
    assert case.version == len(list(world.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id))))
    assert history.verify(world.session).broken == ()


def test_an_action_that_the_status_does_not_know_is_refused_with_where_it_is_possible(world: World) -> None:
    case = world.case_at(Status.SELECTED)
    with pytest.raises(Refused, match="dapat dilakukan pada “RTL menunggu persetujuan”"):
        world.do(case, Action.APPROVE_PLAN, "ketua")


def test_the_wrong_role_is_refused_and_nothing_is_written(world: World) -> None:
    case = world.case_at(Status.PLANNED)
    before = (case.version, case.head_hash)
    with pytest.raises(Refused, match="Hanya Ketua TPPS"):
        world.do(case, Action.APPROVE_PLAN, "sekretariat")
    assert (case.version, case.head_hash) == before


def test_who_saw_an_older_version_is_told_so(world: World) -> None:
    case = world.case_at(Status.PLANNED)
    with pytest.raises(Stale, match="sudah berubah"):
        world.do(case, Action.APPROVE_PLAN, "ketua", seen_version=case.version - 1)
    world.do(case, Action.APPROVE_PLAN, "ketua", seen_version=case.version)


def test_every_wrong_answer_is_named_at_once(world: World) -> None:
    case = world.case_at(Status.SELECTED)
    wrong = {**worksheet_answers(Group.BALITA), "birth_weight_g": "31000", "latrine": "sungai", "tinggi": 3}
    with pytest.raises(Problems) as refused:
        world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", wrong)
    assert {p.place for p in refused.value.problems} == {"birth_weight_g", "latrine", "tinggi"}
    assert "500–6000 gram" in next(p.message for p in refused.value.problems if p.place == "birth_weight_g")


def test_a_field_worker_of_another_kecamatan_cannot_send_the_worksheet(world: World) -> None:
    case = world.case_at(Status.SELECTED)
    with pytest.raises(Refused, match="di luar wilayah tugas"):
        world.do(case, Action.SUBMIT_WORKSHEET, "bidan.silo", worksheet_answers(Group.BALITA))


def test_an_incomplete_worksheet_does_not_become_a_packet_until_its_supplement_is_in(world: World) -> None:
    case = world.case_at(Status.SELECTED)
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(Group.BALITA, without=["latrine", "appetite"]))
    with pytest.raises(Refused, match="kurang 2 isian"):
        world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "a" * 64, "pdf_sha256": "b" * 64})
    world.do(case, Action.RETURN_WORKSHEET, "sekretariat", {"note": "Lengkapi jamban dan selera makan"})
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"latrine": "none", "appetite": "poor"})
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "a" * 64, "pdf_sha256": "b" * 64})
    assert case.status == Status.READY


def test_a_family_that_does_not_agree_gets_no_packet(world: World) -> None:
    case = world.case_at(Status.SELECTED)
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {**worksheet_answers(Group.BALITA), "consent": "tidak"})
    with pytest.raises(Refused, match="kurang 1 isian"):
        world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "a" * 64, "pdf_sha256": "b" * 64})
    world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "consent_refused"})
    assert case.withdrawn_reason == "consent_refused"


def test_a_review_without_experts_cannot_open_or_close_itself(world: World) -> None:
    case = world.case_at(Status.READY)
    with pytest.raises(Refused, match="Pakar belum cukup"):
        world.do(case, Action.OPEN_REVIEW, "sistem")


def test_two_opinions_of_one_discipline_are_no_quorum(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "gizi2"})
    world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    world.do(case, Action.SUBMIT_OPINION, "gizi2", OPINION)
    with pytest.raises(Refused, match="Dokter spesialis anak 0 dari 1"):
        world.do(case, Action.CLOSE_REVIEW, "sistem")


def test_an_expert_answers_once_and_only_when_seated(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    with pytest.raises(Refused, match="sudah masuk dan tersegel"):
        world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    with pytest.raises(Refused, match="tidak ditugaskan"):
        world.do(case, Action.SUBMIT_OPINION, "gizi2", OPINION)


def test_whoever_steps_back_is_replaced_and_the_lead_is_taken_by_the_replacement(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.RECUSE, "dr.anak", {"reason": "Pasien saya sendiri"})
    with pytest.raises(Refused, match="Pakar belum cukup"):
        world.do(case, Action.CLOSE_REVIEW, "sistem")
    with pytest.raises(Refused, match="pernah mengundurkan diri"):
        world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak"})
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak2"})
    assert [s.person_id for s in world.facts(case).seats if s.is_lead] == [world.people["dr.anak2"].id]


def test_a_lead_who_steps_back_hands_over_to_a_seated_colleague(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "dr.anak2"})
    world.do(case, Action.RECUSE, "dr.anak", {"reason": "Pasien saya sendiri"})
    assert [s.person_id for s in world.facts(case).seats if s.is_lead] == [world.people["dr.anak2"].id]


def test_data_asked_for_makes_a_new_round_in_which_everybody_answers_again(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    world.do(case, Action.ASK_FOR_DATA, "dr.anak", {"note": "Hasil Mantoux?"})
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"illness_notes": "Mantoux negatif"})
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": "c" * 64, "pdf_sha256": "d" * 64})
    world.do(case, Action.OPEN_REVIEW, "sistem")
    assert world.facts(case).round == 2
    assert not any(seat.has_answered for seat in world.facts(case).seats)
    world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)


def test_a_divided_panel_must_write_down_its_dissent(world: World) -> None:
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    world.do(case, Action.SUBMIT_OPINION, "dr.anak", {**OPINION, "main_cause": "infection_repeated"})
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    with pytest.raises(Refused, match="Panel terbelah"):
        world.do(case, Action.RECORD_CONSENSUS, "dr.anak", CONSENSUS)
    dissent = [{"expert": "gizi", "text": "Asupan tetap yang utama."}]
    event = world.do(case, Action.RECORD_CONSENSUS, "dr.anak", {**CONSENSUS, "dissent": dissent})
    assert event.details["divided"] is True
    assert event.details["dissent"] == 1


def test_only_the_lead_records_the_consensus(world: World) -> None:
    case = world.case_at(Status.REVIEWED)
    with pytest.raises(Refused, match="Hanya pakar utama"):
        world.do(case, Action.RECORD_CONSENSUS, "gizi", CONSENSUS)


def test_the_systems_draft_is_not_enough_to_submit_a_plan(world: World) -> None:
    case = world.case_at(Status.RECOMMENDED)
    world.do(case, Action.PLAN_ACTIONS, "sistem")
    with pytest.raises(Refused, match="2 kegiatan RTL belum lengkap"):
        world.do(case, Action.SUBMIT_PLAN, "sekretariat")
    with pytest.raises(Refused, match="sudah berisi kegiatan"):
        world.do(case, Action.PLAN_ACTIONS, "sistem")


def test_a_recommendation_without_an_action_holds_the_plan_back(world: World) -> None:
    case = world.case_at(Status.RECOMMENDED)
    world.do(case, Action.PLAN_ACTIONS, "sekretariat", {"actions": complete_plan(world.on)["actions"][:1]})
    with pytest.raises(Refused, match="1 rekomendasi belum punya kegiatan"):
        world.do(case, Action.SUBMIT_PLAN, "sekretariat")


def test_a_returned_plan_keeps_the_earlier_draft(world: World) -> None:
    case = world.case_at(Status.PLANNED)
    world.do(case, Action.RETURN_PLAN, "ketua", {"note": "Jamban dari Dana Desa"})
    event = world.do(case, Action.PLAN_ACTIONS, "sekretariat", complete_plan(world.on))
    assert len(event.details["superseded"]) == 2
    assert len(world.facts(case).actions) == 2


def test_follow_up_waits_for_a_named_person(world: World) -> None:
    case = world.case_at(Status.APPROVED)
    with pytest.raises(Refused, match="Belum ada penanggung jawab"):
        world.do(case, Action.START_FOLLOW_UP, "sistem")


def test_a_missed_visit_is_marked_once_and_a_late_record_still_counts(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    world.pass_days(6)
    event = world.do(case, Action.MARK_VISIT_MISSED, "sistem")
    assert len(event.details["visits"]) == 1
    with pytest.raises(Refused, match="Tidak ada kunjungan yang terlewat"):
        world.do(case, Action.MARK_VISIT_MISSED, "sistem")
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, "note": "Ibu baru pulang"})
    assert world.facts(case).visits_done == 1


def test_a_visit_in_the_future_or_out_of_range_is_refused(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    with pytest.raises(Problems, match="belum terjadi"):
        world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": "2026-12-24"})
    with pytest.raises(Problems, match="0,9–150 kg"):
        world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, "weight_kg": 9400})


def test_an_action_goes_through_its_three_levels(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    with pytest.raises(Refused, match="bukan milik instansi"):
        world.do(case, Action.REPORT_PROGRESS, "perkim", {"action": 1, "status": "berjalan"})
    with pytest.raises(Refused, match="Belum ada kegiatan yang dilaporkan"):
        world.do(case, Action.CONFIRM_ACTION, "bidan.arjasa", {"action": 1, "seen": "PMT diterima"})
    with pytest.raises(Problems, match="Bukti: wajib"):
        world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "selesai"})
    world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "selesai", "evidence": "Daftar terima PMT"})
    world.do(case, Action.CONFIRM_ACTION, "bidan.arjasa", {"action": 1, "seen": "PMT diterima dan dimakan"})
    assert world.facts(case).actions[0].is_confirmed


def test_an_overdue_action_is_escalated_once(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    with pytest.raises(Refused, match="Tidak ada kegiatan yang lewat tenggat"):
        world.do(case, Action.ESCALATE, "sistem")
    world.pass_days(40)
    assert len(world.do(case, Action.ESCALATE, "sistem").details["actions"]) == 2
    with pytest.raises(Refused, match="Tidak ada kegiatan yang lewat tenggat"):
        world.do(case, Action.ESCALATE, "sistem")


def test_a_case_is_not_evaluated_before_its_follow_up_is_over(world: World) -> None:
    case = world.case_at(Status.FOLLOW_UP)
    with pytest.raises(Refused, match="masih 92 hari lagi"):
        world.do(case, Action.EVALUATE, "sekretariat")


def test_what_is_left_is_carried_over_and_an_evaluated_case_can_be_reopened(world: World) -> None:
    case = world.case_at(Status.EVALUATED)
    world.do(case, Action.REOPEN, "sekretariat")
    assert case.status == Status.FOLLOW_UP
    world.do(case, Action.EVALUATE, "sekretariat")
    world.do(case, Action.CARRY_OVER, "sekretariat")
    assert case.status == Status.CARRIED_OVER


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.EVALUATED, Status.CARRIED_OVER, Status.WITHDRAWN)])
def test_a_case_can_be_withdrawn_from_every_open_status_and_taken_up_again(world: World, status: Status) -> None:
    case = world.case_at(status)
    world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    assert case.status == Status.WITHDRAWN
    world.do(case, Action.REOPEN, "sekretariat")
    assert case.status == Status.SELECTED


def test_a_move_and_its_notice_are_written_together(world: World) -> None:
    case = world.case_at(Status.SELECTED)
    assert world.session.scalar(select(func.count()).select_from(Outbox).where(Outbox.case_id == case.id)) == 1


def test_the_history_names_the_first_event_that_was_changed(world: World) -> None:
    case, other = world.case_at(Status.REVIEWED), world.case_at(Status.READY, name="Sekar Ayu")
    world.session.commit()
    dialect = world.session.get_bind().dialect.name
    world.session.connection().exec_driver_sql(
        "drop trigger case_event_no_update" if dialect == "sqlite" else "drop trigger case_event_append_only on case_event"
    )
    event = world.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.seq == 3)).one()
    event.details = {**event.details, "forged": True}
    world.session.flush()
    broken = history.verify(world.session).broken
    assert [(b.case_number, b.seq) for b in broken] == [(case.number, 3)]
    assert other.number not in {b.case_number for b in broken}


def test_a_history_cut_off_at_its_end_is_noticed(world: World) -> None:
    case = world.case_at(Status.REVIEWED)
    world.session.get_one(Case, case.id).version += 1
    world.session.flush()
    assert [b.case_number for b in history.verify(world.session).broken] == [case.number]
