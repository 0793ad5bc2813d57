"""The causes of a case as big boxes to tick: direct and indirect apart, and beside each ticked one whether it is the main cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit.forms import Problem
from audit.steps.review.rules import DIRECT_CAUSES, INDIRECT_CAUSES
from audit.web.fields import Typed

CAUSE_FIELDS = frozenset({"direct_causes", "indirect_causes", "main_cause"})
"""The questions of the opinion and of the consensus that are drawn here and nowhere else on their pages."""


@dataclass(frozen=True, slots=True)
class CauseChoice:
    """One cause: ticked or not, the main one or not."""

    code: str
    label: str
    is_chosen: bool
    is_main: bool


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """The direct or the indirect causes. name: the field the ticks are sent as. chosen: how many, in words, "" for none."""

    name: str
    legend: str
    help: str
    is_required: bool
    choices: tuple[CauseChoice, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class CausesView:
    """Both groups. main_problem: why the main cause cannot be used. stray_main: one that was sent and is no cause; it stays in the form."""

    groups: tuple[CauseGroup, ...]
    main_problem: str
    stray_main: str


def causes_view(answers: Typed, problems: Sequence[Problem] = ()) -> CausesView:
    """The causes as they were ticked. answers: names of CAUSE_FIELDS, codes as sent."""
    wrong = {p.place: p.message for p in reversed(problems)}
    main = str(answers.get("main_cause") or "").strip()
    known = {**DIRECT_CAUSES, **INDIRECT_CAUSES}
    direct = _group("direct_causes", "Penyebab langsung", "Asupan yang kurang dan penyakit", DIRECT_CAUSES, answers, main, wrong, must=True)
    help = "Pola asuh, keluarga, lingkungan, layanan"
    indirect = _group("indirect_causes", "Penyebab tidak langsung", help, INDIRECT_CAUSES, answers, main, wrong)
    return CausesView((direct, indirect), wrong.get("main_cause", ""), "" if main in known else main)


def _group(
    name: str,
    legend: str,
    help: str,
    causes: Mapping[str, str],
    answers: Typed,
    main: str,
    wrong: Mapping[str, str],
    *,
    must: bool = False,
) -> CauseGroup:
    chosen = answers.get(name) or ()
    ticked = {chosen} if isinstance(chosen, str) else {str(one) for one in chosen}
    choices = tuple(CauseChoice(code, label, code in ticked, code == main) for code, label in causes.items())
    return CauseGroup(name, legend, help, must, choices, wrong.get(name, ""))
