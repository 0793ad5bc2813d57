"""The plan (RTL) of one case: read by whoever sees it, and decided by the chair on one screen. How it is written is in plan_editor.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from starlette.responses import Response

from audit.casework.plan_board import actions_seen_by
from audit.casework.receipts import do_once
from audit.casework.worklists import Offer, offers
from audit.errors import Reason, Refused, Stale
from audit.forms import Problem, Problems
from audit.lifecycle.access import may_see_whole_case
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import GROUP_LABELS, STATUS_LABELS, Action
from audit.people.roles import Role
from audit.steps.recommend.forms import PLAN_RETURN
from audit.steps.recommend.queries import recommendations_of
from audit.steps.recommend.tables import Recommendation, RtlAction
from audit.web.addresses import of_action, of_case
from audit.web.desk import Desk, Page
from audit.web.fields import field_view, problem_lines
from audit.web.form_parts import FormView, ProblemLine, SectionView
from audit.web.pages import plan_editor
from audit.web.pages.action import done_words
from audit.web.parts import Alert, Button, Empty, PageHead, Shell
from audit.web.plan_view import ActionView, RecommendationView, action_views, recommendation_views
from audit.web.sent import Sent

APPROVE, RETURN = "setujui", "kembalikan"
_DECISIONS: Mapping[str, Action] = {APPROVE: Action.APPROVE_PLAN, RETURN: Action.RETURN_PLAN}
_ON_THE_PLAN = (Action.SUBMIT_PLAN, Action.APPROVE_PLAN)


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One plan to be read. form: the chair's decision, None when there is none to take."""

    shell: Shell
    head: PageHead
    alerts: Sequence[Alert]
    recommendations: Sequence[RecommendationView]
    actions: Sequence[ActionView]
    nothing: Empty | None
    form: FormView | None


def show(desk: Desk) -> Response:
    """The plan; for who may write it now, its editor."""
    facts = desk.case()
    if plan_editor.may_write(facts, desk.person):
        return plan_editor.show(desk, facts)
    possible = {offer.row.action: offer for offer in offers(facts, desk.person)}
    buttons = tuple(_button(facts, possible[action]) for action in _ON_THE_PLAN if action in possible)
    return _draw(desk, facts, "RTL", buttons=buttons)


def take(desk: Desk, sent: Sent) -> Response:
    """The written plan. What somebody typed who may no longer write it comes back, too."""
    return plan_editor.take(desk, desk.case(), sent)


def show_decision(desk: Desk) -> Response:
    """The plan to be approved or returned; read in one go on a phone."""
    facts = desk.case()
    return _draw_decision(desk, facts, "", form_id=str(uuid4()), seen_version=facts.version)


def take_decision(desk: Desk, sent: Sent) -> Response:
    """Approve the plan, or return it with what has to change."""
    facts = desk.case()
    action, note = _DECISIONS.get(sent.text("putusan")), sent.text("note")
    form_id, seen_version = sent.text("form_id"), sent.whole("seen_version")
    if action is None:
        lines: tuple[ProblemLine, ...] = (ProblemLine("", "Putusan belum dipilih: tekan “Setujui RTL” atau “Kembalikan RTL”."),)
        return _draw_decision(desk, facts, note, form_id=form_id, seen_version=seen_version, lines=lines, status=422)
    if action is Action.APPROVE_PLAN and note.strip():
        sentence = "Anda menulis yang harus diperbaiki. Tekan “Kembalikan RTL”, atau kosongkan isian itu lalu setujui."
        found = (Problem("note", "", "note_on_approval", sentence),)
        return _draw_decision(desk, facts, note, form_id=form_id, seen_version=seen_version, problems=found, status=422)
    given = {"note": note} if action is Action.RETURN_PLAN else {}
    try:
        with desk.writing() as session:
            taken = do_once(
                session, facts.case_id, action, form_id=form_id, by=desk.person, at=desk.at, given=given, seen_version=seen_version
            )
    except Problems as found:
        return _draw_decision(desk, facts, note, form_id=form_id, seen_version=seen_version, problems=found.problems, status=422)
    except Refused as refusal:
        again = desk.case()
        version = again.version if isinstance(refusal, Stale) else seen_version
        lines = tuple(ProblemLine("", reason.sentence) for reason in refusal.reasons)
        return _draw_decision(desk, again, note, form_id=form_id, seen_version=version, lines=lines, status=409)
    return desk.go("/rtl", said=done_words(facts, taken.event.action, is_again=taken.is_again))


def _draw_decision(
    desk: Desk,
    facts: CaseFacts,
    note: str,
    *,
    form_id: str,
    seen_version: int | None,
    problems: Sequence[Problem] = (),
    lines: Sequence[ProblemLine] = (),
    status: int = 200,
) -> Response:
    offer = next((one for one in offers(facts, desk.person) if one.row.action is Action.APPROVE_PLAN), None)
    refusals = _why_not(facts) if offer is None else offer.refusals
    asked = PLAN_RETURN.fields[0]
    field = field_view(asked, note, {p.place: p.message for p in problems}, {})
    form = FormView(
        address=of_case(facts.number, "persetujuan"),
        sections=(SectionView("putusan", "Putusan Ketua", (replace(field, is_required=False, help="Diisi bila RTL dikembalikan."),)),),
        buttons=(
            Button("Setujui RTL", name="putusan", value=APPROVE, icon="check", tone="primary", refusals=[r.sentence for r in refusals]),
            Button("Kembalikan RTL", name="putusan", value=RETURN, icon="arrow-back-up", refusals=[r.sentence for r in refusals]),
        ),
        csrf=desk.token,
        hidden=(("form_id", form_id), ("seen_version", "" if seen_version is None else str(seen_version))),
        problems=(*lines, *problem_lines(problems)),
    )
    has_form = not refusals or note or lines
    alerts = () if has_form else tuple(Alert(reason.sentence, "info") for reason in refusals)
    return _draw(desk, facts, "Persetujuan RTL", alerts=alerts, form=form if has_form else None, status=status)


def _draw(
    desk: Desk,
    facts: CaseFacts,
    title: str,
    *,
    buttons: Sequence[Button] = (),
    alerts: Sequence[Alert] = (),
    form: FormView | None = None,
    status: int = 200,
) -> Response:
    rows = actions_seen_by(desk.session, facts, desk.person)
    is_whole = may_see_whole_case(facts, desk.person)
    asked_for = recommendations_of(desk.session, facts.case_id, facts.round) if is_whole and facts.round else []
    can = {offer.row.action for offer in offers(facts, desk.person) if not offer.refusals}
    page = PlanPage(
        shell=desk.frame(title, place="rtl", crumbs=(("Kasus", "/kasus"), (facts.number, of_case(facts.number)))),
        head=PageHead(title, over=f"Kasus {facts.number}", lead=_lead(facts, is_whole=is_whole), buttons=buttons),
        alerts=alerts,
        recommendations=recommendation_views(asked_for, _answered(asked_for, rows)),
        actions=action_views(
            facts,
            rows,
            may_report=desk.person.agency if Action.REPORT_PROGRESS in can else None,
            may_confirm=Action.CONFIRM_ACTION in can,
            agencies=desk.agencies,
        ),
        nothing=None if rows else Empty("RTL belum disusun", _when(facts), "list-check"),
        form=form,
    )
    return desk.draw("web/plans/plan.html", page, status=status)


def _button(facts: CaseFacts, offer: Offer) -> Button:
    label = "Baca dan putuskan" if offer.row.action is Action.APPROVE_PLAN else offer.row.label
    return Button(label, of_action(facts.number, offer.row.action), tone="primary", refusals=[r.sentence for r in offer.refusals])


def _why_not(facts: CaseFacts) -> tuple[Reason, ...]:
    return (
        Reason("wrong_status", f"RTL kasus {facts.number} sekarang tidak menunggu putusan; statusnya “{STATUS_LABELS[facts.status]}”."),
    )


def _lead(facts: CaseFacts, *, is_whole: bool) -> str:
    """An agency that only owns actions is not told what kind of auditee it is."""
    return f"{GROUP_LABELS[facts.group]} · {STATUS_LABELS[facts.status]}" if is_whole else STATUS_LABELS[facts.status]


def _when(facts: CaseFacts) -> str:
    return (
        "Sekretariat menyusunnya dari rekomendasi panel." if facts.recommendations else "RTL disusun setelah panel menyepakati rekomendasi."
    )


def _answered(asked_for: Sequence[Recommendation], rows: Sequence[RtlAction]) -> dict[int, list[int]]:
    """Number of a recommendation -> numbers of the actions that answer it."""
    return {one.number: [row.number for row in rows if row.recommendation_id == one.id] for one in asked_for}


PAGES = (
    Page("/kasus/{number}/rtl", show, take),
    Page("/kasus/{number}/rtl/draf", take=plan_editor.take_draft, roles=frozenset({Role.SECRETARY})),
    Page("/kasus/{number}/persetujuan", show_decision, take_decision, roles=frozenset({Role.CHAIR})),
)
