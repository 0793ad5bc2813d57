"""Every guard of the transition table, once open and once closed, with the sentence people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from audit.lifecycle import guards as g
from audit.lifecycle.facts import AssignedExpert, CaseFacts, PlannedAction
from audit.lifecycle.guards import Guard
from audit.lifecycle.transitions import TRANSITIONS
from audit.lifecycle.vocabulary import Group, Status
from audit.people.roles import SYSTEM, Discipline, Person, Role

ON = date(2026, 9, 1)
PED, NUT = Discipline.PAEDIATRICS, Discipline.NUTRITION
DOCTOR = AssignedExpert(5, PED, is_lead=True, is_recused=False, has_answered=False)
DIETITIAN = AssignedExpert(6, NUT, is_lead=False, is_recused=False, has_answered=True)
DONE = replace(DOCTOR, has_answered=True)
GONE = replace(DOCTOR, is_recused=True)
ACTION = PlannedAction(1, "perkim", True, date(2026, 8, 31), False, False, False, None)
CASE = CaseFacts(
    case_id=1, cycle_id=1, number="AKS-3509-2026-2-001", group=Group.BALITA, status=Status.SELECTED, version=1, on=ON,
    desa_code="35.09.22.2001", puskesmas="Puskesmas Arjasa", person_in_charge_id=None, worksheet_state="none", missing={}, round=0,
    quorum={PED: 1, NUT: 1}, panel=(), recommendations=0, recommendations_without_action=0, actions=(), follow_up_ends_on=None,
    visits_planned=0, visits_done=0, visits_overdue=0, measured_in_follow_up=False, cycle_is_closed=False,
)  # fmt: skip
SECRETARY = Person(1, "sekretariat", "Endah", frozenset({Role.SECRETARY}))
MIDWIFE = Person(2, "bidan", "Ninik", frozenset({Role.FIELD}), areas=("35.09.22",))
ELSEWHERE = replace(MIDWIFE, areas=("35.09.30", "35.09.2"))
EXPERT = Person(5, "dr.anak", "Sasmita", frozenset({Role.EXPERT}), discipline=PED)
COLLEAGUE = replace(EXPERT, id=6, discipline=NUT)
AGENCY = Person(8, "perkim", "Kabid", frozenset({Role.AGENCY}), agency="perkim")
NO = "Pakar belum cukup: Dokter spesialis anak 0 dari 1; Ahli gizi 0 dari 1."
NO_FORM = "Belum ada formulir pakar yang dibaca dan menunggu dimasukkan. Baca dahulu berkas formulirnya."
LATE = "Tidak ada kegiatan yang lewat tenggat."

EXAMPLES: tuple[tuple[Guard, Mapping[str, Any], Person, str | None], ...] = (
    (g.in_own_area, {}, MIDWIFE, None),
    (g.in_own_area, {}, SECRETARY, None),
    (g.in_own_area, {}, ELSEWHERE, "Kasus AKS-3509-2026-2-001 berada di luar wilayah tugas Anda."),
    (g.worksheet_was_submitted, {"worksheet_state": "submitted"}, SECRETARY, None),
    (g.worksheet_was_submitted, {}, SECRETARY, "Kertas kerja belum dikirim, jadi belum dapat dikembalikan."),
    (g.worksheet_was_submitted, {"worksheet_state": "returned"}, SECRETARY, "Kertas kerja belum dikirim, jadi belum dapat dikembalikan."),
    (g.worksheet_is_complete, {"worksheet_state": "submitted"}, SYSTEM, None),
    (g.worksheet_is_complete, {"worksheet_state": "returned"}, SYSTEM, "Kertas kerja belum dikirim oleh petugas lapangan."),
    (
        g.worksheet_is_complete,
        {"worksheet_state": "submitted", "missing": {"n": 2, "p": 1}},
        SYSTEM,
        "Kertas kerja masih kurang 3 isian wajib.",
    ),
    (g.panel_has_a_lead, {"panel": (DOCTOR,)}, SYSTEM, None),
    (g.panel_has_a_lead, {"panel": (GONE, DIETITIAN)}, SYSTEM, "Belum ada pakar utama untuk kasus ini."),
    (g.quorum_is_assigned, {"panel": (DOCTOR, DIETITIAN)}, SYSTEM, None),
    (g.quorum_is_assigned, {}, SYSTEM, NO),
    (g.quorum_is_assigned, {"panel": (GONE, DIETITIAN)}, SYSTEM, "Pakar belum cukup: Dokter spesialis anak 0 dari 1."),
    (
        g.quorum_is_assigned,
        {"panel": (DIETITIAN, replace(DIETITIAN, person_id=7))},
        SYSTEM,
        "Pakar belum cukup: Dokter spesialis anak 0 dari 1.",
    ),
    (g.quorum_is_assigned, {"quorum": {}}, SYSTEM, "Pakar belum cukup: kuorum siklus ini belum ditetapkan."),
    (g.quorum_is_in, {"panel": (DONE, DIETITIAN)}, SYSTEM, None),
    (g.quorum_is_in, {"panel": (DOCTOR, DIETITIAN)}, SYSTEM, "Pendapat belum lengkap: Dokter spesialis anak 0 dari 1."),
    (
        g.quorum_is_in,
        {"panel": (replace(DONE, is_recused=True), DIETITIAN)},
        SYSTEM,
        "Pendapat belum lengkap: Dokter spesialis anak 0 dari 1.",
    ),
    (g.quorum_is_in, {"panel": (DONE, DIETITIAN), "quorum": {NUT: 2}}, SYSTEM, "Pendapat belum lengkap: Ahli gizi 1 dari 2."),
    (g.quorum_is_in, {"quorum": {}}, SYSTEM, "Pendapat belum lengkap: kuorum siklus ini belum ditetapkan."),
    (g.a_seat_is_empty, {"panel": (DOCTOR,)}, SYSTEM, None),
    (g.a_seat_is_empty, {"panel": (DOCTOR, DIETITIAN)}, SECRETARY, None),
    (g.a_seat_is_empty, {"panel": (DOCTOR, DIETITIAN)}, SYSTEM, "Kuorum panel sudah terisi."),
    (g.plan_is_empty, {}, SYSTEM, None),
    (g.plan_is_empty, {"actions": (ACTION,)}, SECRETARY, None),
    (g.plan_is_empty, {"actions": (ACTION,)}, SYSTEM, "RTL sudah berisi kegiatan."),
    (g.is_assigned, {"panel": (DOCTOR,)}, EXPERT, None),
    (g.is_assigned, {"panel": (GONE,)}, EXPERT, "Anda tidak ditugaskan pada kasus ini."),
    (g.is_assigned, {"panel": (DOCTOR,)}, COLLEAGUE, "Anda tidak ditugaskan pada kasus ini."),
    (g.has_not_answered, {"panel": (DOCTOR, DIETITIAN)}, EXPERT, None),
    (g.has_not_answered, {}, EXPERT, None),
    (g.has_not_answered, {"panel": (DOCTOR, DIETITIAN)}, COLLEAGUE, "Pendapat Anda untuk paket ini sudah masuk dan tersegel."),
    (g.a_returned_form_waits, {"panel": (replace(DOCTOR, has_draft=True),)}, SECRETARY, None),
    (g.a_returned_form_waits, {"panel": (replace(DONE, has_draft=True), replace(GONE, has_draft=True), DIETITIAN)}, SECRETARY, NO_FORM),
    (g.is_lead, {"panel": (DOCTOR, DIETITIAN)}, EXPERT, None),
    (g.may_know_who, {}, SECRETARY, None),
    (g.may_know_who, {"panel": (GONE,)}, EXPERT, "Identitas pada kasus AKS-3509-2026-2-001 tidak dapat dibuka oleh Anda."),
    (g.is_on_the_panel, {"panel": (DOCTOR,)}, EXPERT, None),
    (g.is_on_the_panel, {}, SECRETARY, None),
    (g.is_on_the_panel, {"panel": (GONE, DIETITIAN)}, EXPERT, "Anda tidak ditugaskan pada kasus ini."),
    (g.a_proposal_stands, {"has_proposal": True}, EXPERT, None),
    (g.a_proposal_stands, {}, EXPERT, "Belum ada usul kesepakatan dari pakar utama."),
    (g.is_lead, {"panel": (DOCTOR, DIETITIAN)}, COLLEAGUE, "Hanya pakar utama yang mengusulkan dan mencatat kesepakatan panel."),
    (g.is_lead, {"panel": (GONE,)}, EXPERT, "Hanya pakar utama yang mengusulkan dan mencatat kesepakatan panel."),
    (g.every_action_is_complete, {"actions": (ACTION,)}, SECRETARY, None),
    (g.every_action_is_complete, {}, SECRETARY, "RTL belum berisi kegiatan."),
    (
        g.every_action_is_complete,
        {"actions": (ACTION, replace(ACTION, is_complete=False))},
        SECRETARY,
        "1 kegiatan RTL belum lengkap kolom wajibnya.",
    ),
    (g.every_recommendation_has_an_action, {}, SECRETARY, None),
    (g.every_recommendation_has_an_action, {"recommendations_without_action": 2}, SECRETARY, "2 rekomendasi belum punya kegiatan RTL."),
    (g.every_action_has_an_owner, {"actions": (ACTION,)}, SYSTEM, None),
    (g.every_action_has_an_owner, {}, SYSTEM, "Ada kegiatan RTL tanpa penanggung jawab."),
    (
        g.every_action_has_an_owner,
        {"actions": (ACTION, replace(ACTION, owner_agency=""))},
        SYSTEM,
        "Ada kegiatan RTL tanpa penanggung jawab.",
    ),
    (g.has_person_in_charge, {"person_in_charge_id": 0}, SYSTEM, None),
    (g.has_person_in_charge, {}, SYSTEM, "Belum ada penanggung jawab kasus (orang yang menunggui)."),
    (g.owns_an_action, {"actions": (ACTION,)}, AGENCY, None),
    (g.owns_an_action, {"actions": (ACTION,)}, replace(AGENCY, agency="dinsos"), "Instansi Anda tidak memiliki kegiatan pada kasus ini."),
    (g.owns_an_action, {}, AGENCY, "Instansi Anda tidak memiliki kegiatan pada kasus ini."),
    (g.an_action_is_reported, {"actions": (replace(ACTION, is_reported_done=True),)}, MIDWIFE, None),
    (g.an_action_is_reported, {"actions": (ACTION,)}, MIDWIFE, "Belum ada kegiatan yang dilaporkan selesai."),
    (
        g.an_action_is_reported,
        {"actions": (replace(ACTION, is_reported_done=True, is_confirmed=True),)},
        MIDWIFE,
        "Belum ada kegiatan yang dilaporkan selesai.",
    ),
    (g.a_visit_is_overdue, {"visits_overdue": 1}, SYSTEM, None),
    (g.a_visit_is_overdue, {}, SYSTEM, "Tidak ada kunjungan yang terlewat."),
    (g.an_action_is_overdue, {"actions": (ACTION,)}, SYSTEM, None),
    (g.an_action_is_overdue, {"actions": (replace(ACTION, ends_on=ON),)}, SYSTEM, LATE),
    (g.an_action_is_overdue, {"actions": (replace(ACTION, ends_on=None),)}, SYSTEM, LATE),
    (g.an_action_is_overdue, {"actions": (replace(ACTION, is_reported_done=True),)}, SYSTEM, LATE),
    (g.an_action_is_overdue, {"actions": (replace(ACTION, is_cancelled=True),)}, SYSTEM, LATE),
    (g.an_action_is_overdue, {"actions": (replace(ACTION, escalated_on=ON),)}, SYSTEM, LATE),
    (g.follow_up_is_over, {"follow_up_ends_on": ON}, SECRETARY, None),
    (g.follow_up_is_over, {"follow_up_ends_on": date(2026, 9, 3)}, SECRETARY, "Masa tindak lanjut masih 2 hari lagi."),
    (g.follow_up_is_over, {}, SECRETARY, "Tindak lanjut belum dimulai."),
    (g.something_is_left_to_do, {"actions": (ACTION,)}, SECRETARY, None),
    (
        g.something_is_left_to_do,
        {"actions": (replace(ACTION, is_confirmed=True),)},
        SECRETARY,
        "Semua kegiatan RTL sudah tuntas; tidak ada yang perlu dilanjutkan.",
    ),
    (g.cycle_is_open, {}, SECRETARY, None),
    (g.cycle_is_open, {"cycle_is_closed": True}, SECRETARY, "Siklus ini sudah ditutup."),
)


@pytest.mark.parametrize(("guard", "facts", "person", "sentence"), EXAMPLES)
def test_a_guard_lets_through_or_says_why_not(guard: Guard, facts: Mapping[str, Any], person: Person, sentence: str | None) -> None:
    reason = guard(replace(CASE, **facts), person)
    assert (reason.sentence if reason else None) == sentence


def test_every_guard_of_the_table_has_an_example_of_each_kind_and_a_sentence_for_the_manual() -> None:
    used = {guard for row in TRANSITIONS for guard in row.guards}
    assert {guard for guard, _, _, sentence in EXAMPLES if sentence is None} == used
    assert {guard for guard, _, _, sentence in EXAMPLES if sentence is not None} == used
    assert all((guard.__doc__ or "").endswith(".") for guard in used)


def test_a_row_tells_the_wrong_role_first_and_else_every_reason() -> None:
    row = next(r for r in TRANSITIONS if r.action == "open-review")
    assert [r.sentence for r in row.refusals(CASE, SECRETARY)] == ["Hanya Sistem yang dapat melakukan “Buka kajian”."]
    assert [r.code for r in row.refusals(CASE, SYSTEM)] == ["quorum_not_assigned", "no_lead"]
