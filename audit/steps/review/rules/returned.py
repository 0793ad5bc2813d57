"""Whether a returned form may be handed in for a case now. Not how it is read, nor where it is kept."""

from __future__ import annotations

from audit.errors import Reason
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import STATUS_LABELS, Status
from audit.people.roles import Person, Role


def may_not_hand_in(facts: CaseFacts, *, expert: Person, form_round: int, by: Person) -> Reason | None:
    """Why this person may not hand in the form of this expert for this case now; None when they may.

    An expert hands in their own, the secretariat those of others. form_round: of the packet that the form belongs to.
    """
    if by.id != expert.id and not by.is_a(Role.SECRETARY):
        return Reason("wrong_expert", "Formulir ini dibuat untuk pakar lain. Serahkan formulir Anda sendiri, atau mintalah Sekretariat.")
    number = facts.number
    if facts.cycle_is_closed:
        return Reason("wrong_cycle", f"Formulir ini untuk kasus {number} pada siklus yang sudah ditutup; tidak dapat diterima lagi.")
    if facts.status is not Status.UNDER_REVIEW:
        status = STATUS_LABELS[facts.status]
        return Reason("not_under_review", f"Kasus {number} tidak sedang dikaji (statusnya “{status}”), jadi formulir ini tidak diterima.")
    seat = next((one for one in facts.panel if one.person_id == expert.id), None)
    if seat is None:
        return Reason("not_seated", f"{expert.name} tidak ditugaskan pada kasus {number}; formulir ini tidak diterima.")
    if seat.is_recused:
        return Reason("recused", f"{expert.name} sudah mengundurkan diri dari kasus {number}; formulir ini tidak diterima.")
    if form_round != facts.round:
        return Reason(
            "wrong_round",
            f"Formulir ini untuk paket putaran {form_round}, sedangkan kasus {number} sudah pada putaran {facts.round}. "
            "Kirim formulir dari paket yang baru kepada pakar.",
        )
    if seat.has_answered:
        return Reason("already_answered", f"Pendapat {expert.name} untuk paket ini sudah masuk dan tersegel; tidak dapat diganti.")
    return None
