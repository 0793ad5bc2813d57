"""The conditions of the transition table. A guard answers None, or why not; its docstring is its sentence in the manual."""

from __future__ import annotations

from collections.abc import Callable

from audit.errors import Reason
from audit.lifecycle.access import is_in_area, may_see_identity
from audit.lifecycle.facts import AssignedExpert, CaseFacts
from audit.people.roles import DISCIPLINE_LABELS, Person, Role

Guard = Callable[[CaseFacts, Person], Reason | None]


def in_own_area(facts: CaseFacts, person: Person) -> Reason | None:
    """Hanya petugas yang wilayahnya mencakup desa tempat tinggal sasaran."""
    if is_in_area(facts.desa_code, person.areas):
        return None
    return Reason("not_in_area", f"Kasus {facts.number} berada di luar wilayah tugas Anda.")


def may_know_who(facts: CaseFacts, person: Person) -> Reason | None:
    """Hanya yang berhak atas identitas sasaran: Sekretariat, petugas di wilayahnya, dan pakar kasus ini."""
    if may_see_identity(facts, person):
        return None
    return Reason("not_entitled", f"Identitas pada kasus {facts.number} tidak dapat dibuka oleh Anda.")


def worksheet_was_submitted(facts: CaseFacts, person: Person) -> Reason | None:
    """Kertas kerja harus sudah dikirim oleh petugas."""
    if facts.worksheet_state == "submitted":
        return None
    return Reason("worksheet_not_submitted", "Kertas kerja belum dikirim, jadi belum dapat dikembalikan.")


def worksheet_is_complete(facts: CaseFacts, person: Person) -> Reason | None:
    """Kertas kerja sudah dikirim dan isian wajib setiap disiplin sudah lengkap."""
    if facts.worksheet_state != "submitted":
        return Reason("worksheet_not_submitted", "Kertas kerja belum dikirim oleh petugas lapangan.")
    if facts.missing_total:
        return Reason("worksheet_incomplete", f"Kertas kerja masih kurang {facts.missing_total} isian wajib.")
    return None


def panel_has_a_lead(facts: CaseFacts, person: Person) -> Reason | None:
    """Salah satu anggota panel ditunjuk sebagai pakar utama."""
    if any(seat.is_lead for seat in facts.seats):
        return None
    return Reason("no_lead", "Belum ada pakar utama untuk kasus ini.")


def quorum_is_assigned(facts: CaseFacts, person: Person) -> Reason | None:
    """Jumlah pakar setiap disiplin sudah mencukupi kuorum."""
    return _quorum_lacks(facts, facts.seats, "quorum_not_assigned", "Pakar belum cukup")


def quorum_is_in(facts: CaseFacts, person: Person) -> Reason | None:
    """Pendapat setiap disiplin yang diwajibkan sudah masuk."""
    answered = tuple(seat for seat in facts.seats if seat.has_answered)
    return _quorum_lacks(facts, answered, "quorum_not_in", "Pendapat belum lengkap")


def a_seat_is_empty(facts: CaseFacts, person: Person) -> Reason | None:
    """Sistem hanya mengisi kursi yang masih kosong; sekretariat boleh menambah pakar."""
    if person.is_a(Role.SYSTEM) and quorum_is_assigned(facts, person) is None:
        return Reason("seats_are_full", "Kuorum panel sudah terisi.")
    return None


def plan_is_empty(facts: CaseFacts, person: Person) -> Reason | None:
    """Sistem hanya menyusun rancangan pertama; sesudah itu RTL di tangan sekretariat."""
    if person.is_a(Role.SYSTEM) and facts.actions:
        return Reason("plan_exists", "RTL sudah berisi kegiatan.")
    return None


def is_assigned(facts: CaseFacts, person: Person) -> Reason | None:
    """Hanya pakar yang ditugaskan pada kasus ini dan tidak mengundurkan diri."""
    if _seat_of(facts, person):
        return None
    return Reason("not_assigned", "Anda tidak ditugaskan pada kasus ini.")


def has_not_answered(facts: CaseFacts, person: Person) -> Reason | None:
    """Satu pakar memberi satu pendapat untuk satu paket."""
    seat = _seat_of(facts, person)
    if seat is None or not seat.has_answered:
        return None
    return Reason("already_answered", "Pendapat Anda untuk paket ini sudah masuk dan tersegel.")


def a_returned_form_waits(facts: CaseFacts, person: Person) -> Reason | None:
    """Formulir dari pakar di panel ini sudah dibaca, dan pendapat pakar itu belum masuk."""
    if any(seat.has_draft and not seat.has_answered for seat in facts.seats):
        return None
    return Reason("no_draft", "Belum ada formulir pakar yang dibaca dan menunggu dimasukkan. Baca dahulu berkas formulirnya.")


def is_lead(facts: CaseFacts, person: Person) -> Reason | None:
    """Hanya pakar utama kasus ini."""
    seat = _seat_of(facts, person)
    if seat and seat.is_lead:
        return None
    return Reason("not_lead", "Hanya pakar utama yang mengusulkan dan mencatat kesepakatan panel.")


def is_on_the_panel(facts: CaseFacts, person: Person) -> Reason | None:
    """Hanya pakar yang ditugaskan pada kasus ini, dan Sekretariat."""
    if person.is_a(Role.SECRETARY):
        return None
    return is_assigned(facts, person)


def a_proposal_stands(facts: CaseFacts, person: Person) -> Reason | None:
    """Pakar utama sudah mengusulkan kesepakatan kepada panel."""
    if facts.has_proposal:
        return None
    return Reason("no_proposal", "Belum ada usul kesepakatan dari pakar utama.")


def every_action_is_complete(facts: CaseFacts, person: Person) -> Reason | None:
    """RTL berisi sedikitnya satu kegiatan dan semua kolom wajibnya terisi."""
    if not facts.actions:
        return Reason("no_action", "RTL belum berisi kegiatan.")
    incomplete = sum(not action.is_complete for action in facts.actions)
    if incomplete:
        return Reason("action_incomplete", f"{incomplete} kegiatan RTL belum lengkap kolom wajibnya.")
    return None


def every_recommendation_has_an_action(facts: CaseFacts, person: Person) -> Reason | None:
    """Setiap rekomendasi panel dijawab oleh sedikitnya satu kegiatan."""
    if facts.recommendations_without_action == 0:
        return None
    return Reason("recommendation_unanswered", f"{facts.recommendations_without_action} rekomendasi belum punya kegiatan RTL.")


def every_action_has_an_owner(facts: CaseFacts, person: Person) -> Reason | None:
    """Setiap kegiatan RTL punya perangkat daerah penanggung jawab."""
    if facts.actions and all(action.owner_agency for action in facts.actions):
        return None
    return Reason("action_without_owner", "Ada kegiatan RTL tanpa penanggung jawab.")


def has_person_in_charge(facts: CaseFacts, person: Person) -> Reason | None:
    """Satu orang bernama menunggui kasus ini sampai selesai."""
    if facts.person_in_charge_id is not None:
        return None
    return Reason("no_person_in_charge", "Belum ada penanggung jawab kasus (orang yang menunggui).")


def owns_an_action(facts: CaseFacts, person: Person) -> Reason | None:
    """Hanya perangkat daerah yang memiliki kegiatan pada RTL kasus ini."""
    if any(action.owner_agency == person.agency for action in facts.actions):
        return None
    return Reason("owns_no_action", "Instansi Anda tidak memiliki kegiatan pada kasus ini.")


def an_action_is_reported(facts: CaseFacts, person: Person) -> Reason | None:
    """Ada kegiatan yang dilaporkan selesai dan belum dipastikan."""
    if any(action.is_reported_done and action.is_open for action in facts.actions):
        return None
    return Reason("nothing_reported", "Belum ada kegiatan yang dilaporkan selesai.")


def a_visit_is_overdue(facts: CaseFacts, person: Person) -> Reason | None:
    """Ada kunjungan terencana yang harinya lewat tanpa catatan."""
    if facts.visits_overdue:
        return None
    return Reason("no_visit_overdue", "Tidak ada kunjungan yang terlewat.")


def an_action_is_overdue(facts: CaseFacts, person: Person) -> Reason | None:
    """Ada kegiatan yang lewat tenggat, belum dilaporkan selesai, dan belum dieskalasi."""
    if any(
        action.is_open and not action.is_reported_done and action.escalated_on is None and action.ends_on and action.ends_on < facts.on
        for action in facts.actions
    ):
        return None
    return Reason("no_action_overdue", "Tidak ada kegiatan yang lewat tenggat.")


def follow_up_is_over(facts: CaseFacts, person: Person) -> Reason | None:
    """Masa tindak lanjut sudah berakhir."""
    if facts.follow_up_ends_on and facts.follow_up_ends_on <= facts.on:
        return None
    left = (facts.follow_up_ends_on - facts.on).days if facts.follow_up_ends_on else None
    return Reason("follow_up_not_over", f"Masa tindak lanjut masih {left} hari lagi." if left else "Tindak lanjut belum dimulai.")


def something_is_left_to_do(facts: CaseFacts, person: Person) -> Reason | None:
    """Masih ada kegiatan RTL yang belum tuntas."""
    if any(action.is_open for action in facts.actions):
        return None
    return Reason("nothing_left", "Semua kegiatan RTL sudah tuntas; tidak ada yang perlu dilanjutkan.")


def cycle_is_open(facts: CaseFacts, person: Person) -> Reason | None:
    """Siklus audit belum ditutup."""
    return Reason("cycle_closed", "Siklus ini sudah ditutup.") if facts.cycle_is_closed else None


def _seat_of(facts: CaseFacts, person: Person) -> AssignedExpert | None:
    return next((seat for seat in facts.seats if seat.person_id == person.id), None)


def _quorum_lacks(facts: CaseFacts, seats: tuple[AssignedExpert, ...], code: str, start: str) -> Reason | None:
    # An empty quorum would be satisfied by nobody at all: a case without experts must never close itself.
    have = [seat.discipline for seat in seats]
    lacking = [f"{DISCIPLINE_LABELS[d]} {have.count(d)} dari {n}" for d, n in facts.quorum.items() if have.count(d) < n]
    if not facts.quorum:
        lacking = ["kuorum siklus ini belum ditetapkan"]
    return Reason(code, f"{start}: {'; '.join(lacking)}.") if lacking else None
