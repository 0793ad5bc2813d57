"""Two drafts of one opinion side by side, when another device saved its own meanwhile; one answer of each question is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from audit.lifecycle.facts import CaseFacts
from audit.steps.review.forms import OPINION
from audit.web.addresses import of_case
from audit.web.conflict import CHOSEN, chosen_of, compare_rows, hidden_answers
from audit.web.desk import Desk
from audit.web.form_parts import Comparison, FormView
from audit.web.parts import Button, PageHead, Shell
from audit.web.sent import Sent


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Both drafts; the form posts the choice of each question."""

    shell: Shell
    head: PageHead
    comparison: Comparison
    form: FormView


def compared(desk: Desk, facts: CaseFacts, *, mine: Mapping[str, Any], kept: Mapping[str, Any], revision: int) -> Response:
    """The page that asks which answer of each question to keep. mine: of this device, left; kept: what is stored, right."""
    rows = tuple(compare_rows(OPINION.fields, mine, kept, preferred="left"))
    page = ComparePage(
        shell=desk.frame(
            "Dua draf", place="telaah", crumbs=(("Telaah", "/telaah"), (f"Kasus {facts.number}", of_case(facts.number, "telaah")))
        ),
        head=PageHead(
            "Pilih di antara dua draf",
            over=f"Kasus {facts.number}",
            lead="Pendapat ini disimpan dari perangkat lain sejak Anda membukanya di sini. Tidak ada yang digabung tanpa Anda.",
        ),
        comparison=Comparison("Isian yang berbeda ditandai; pilih salah satu.", "Di perangkat ini", "Yang tersimpan", rows),
        form=FormView(
            address=of_case(facts.number, "telaah"),
            sections=(),
            buttons=(
                Button("Simpan pilihan", name="gabung", value="ya", tone="primary"),
                Button("Buka yang tersimpan", of_case(facts.number, "telaah"), tone="quiet"),
            ),
            csrf=desk.token,
            hidden=(("revision", str(revision)), *hidden_answers(mine)),
            is_guarded=False,
        ),
    )
    return desk.draw("web/review/compare.html", page, status=409)


def picked(sent: Sent, *, mine: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that were chosen, question by question; without a choice, this device's."""
    return chosen_of(OPINION.fields, mine, kept, lambda name: sent.text(CHOSEN + name))
