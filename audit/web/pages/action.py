"""The general page of an action: what it asks, drawn from its form, done through the one door. Some actions have a page of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.casework.choices import choices_for
from audit.casework.questions import Asked, asked_for
from audit.casework.receipts import do_once
from audit.casework.worklists import Offer, offers
from audit.errors import Refused, Stale
from audit.forms import Problem, Problems
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.transitions import TRANSITIONS, Transition
from audit.lifecycle.vocabulary import GROUP_LABELS, STATUS_LABELS, Action
from audit.web.addresses import of_action, of_case
from audit.web.desk import Desk, Page
from audit.web.fields import given, problem_lines, sections, without_row
from audit.web.form_parts import FormView, ProblemLine
from audit.web.parts import Alert, Button, PageHead, Shell
from audit.web.sent import Sent


@dataclass(frozen=True, slots=True)
class ActionPage:
    """One action on one case."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    form: FormView | None


def show(desk: Desk) -> Response:
    """What the action asks; or, when it cannot be done now, why not."""
    facts, action = desk.case(), _action(desk)
    return _draw(desk, facts, action, _chosen(desk, asked_for(action, facts.group)), form_id=str(uuid4()), seen_version=facts.version)


def take(desk: Desk, sent: Sent) -> Response:
    """Do it once. What cannot be used comes back as it was typed, each with its sentence."""
    facts, action = desk.case(), _action(desk)
    if action is Action.RECORD_VISIT:
        return desk.go(of_action(facts.number, action))  # only its own page asks doubtful numbers back
    asked = asked_for(action, facts.group)
    answers, form_id = given(sent, asked), sent.text("form_id")
    seen_version = sent.whole("seen_version")
    if sent.has("tambah") or sent.has("hapus"):
        answers = without_row(answers, sent.text("hapus"))
        return _draw(desk, facts, action, answers, form_id=form_id, seen_version=seen_version, more_rows=sent.text("tambah"))
    try:
        with desk.writing() as session:
            taken = do_once(
                session, facts.case_id, action, form_id=form_id, by=desk.person, at=desk.at, given=answers, seen_version=seen_version
            )
    except Stale as stale:
        lines = [ProblemLine("", reason.sentence) for reason in stale.reasons]
        again = desk.case()
        return _draw(desk, again, action, answers, form_id=str(uuid4()), seen_version=again.version, lines=lines, status=409)
    except Problems as found:
        return _draw(desk, facts, action, answers, form_id=form_id, seen_version=seen_version, problems=found.problems, status=422)
    except Refused as refusal:
        lines = [ProblemLine("", reason.sentence) for reason in refusal.reasons]
        return _draw(desk, facts, action, answers, form_id=form_id, seen_version=seen_version, lines=lines, status=409)
    return desk.go(_onward(desk) or of_case(facts.number), said=done_words(facts, taken.event.action, is_again=taken.is_again))


def done_words(facts: CaseFacts, action: str, *, is_again: bool) -> str:
    """What is said after an action; a form sent twice says that it was done once."""
    label = next(row.label for row in _rows_of(Action(action)))
    told = f"“{label}” tercatat pada kasus {facts.number}."
    return f"{told} Formulir yang sama terkirim dua kali; dicatat sekali." if is_again else told


def offer_of(facts: CaseFacts, desk: Desk, action: Action) -> Offer | None:
    """What stands in this person's way of doing the action now; None when it is none of theirs in this status."""
    return next((offer for offer in offers(facts, desk.person) if offer.row.action is action), None)


def _tone(action: Action) -> str:
    """What takes a case out of the audit does not look like an ordinary step."""
    return "danger" if action is Action.WITHDRAW else "primary"


def _draw(
    desk: Desk,
    facts: CaseFacts,
    action: Action,
    answers: Mapping[str, Any],
    *,
    form_id: str,
    seen_version: int | None,
    problems: Sequence[Problem] = (),
    lines: Sequence[ProblemLine] = (),
    more_rows: str = "",
    status: int = 200,
) -> Response:
    asked = asked_for(action, facts.group)
    offer = offer_of(facts, desk, action)
    label = next(row.label for row in _rows_of(action))
    why_not = _why_not(facts, label, offer)
    can = not why_not
    onward = _onward(desk)
    form = FormView(
        address=of_action(facts.number, action) + (f"?lanjut={quote(onward)}" if onward else ""),
        sections=sections(
            asked, answers, problems=problems, choices=choices_for(desk.session, facts, action, by=desk.person), more_rows=more_rows
        ),
        buttons=(Button(label, tone=_tone(action)), Button("Batal", onward or of_case(facts.number), tone="quiet")),
        csrf=desk.token,
        hidden=(("form_id", form_id), ("seen_version", "" if seen_version is None else str(seen_version))),
        problems=(*lines, *problem_lines(problems)),
    )
    page = ActionPage(
        shell=desk.frame(label, place="kasus", crumbs=(("Kasus", "/kasus"), (facts.number, of_case(facts.number)))),
        head=PageHead(label, over=f"Kasus {facts.number}", lead=f"{GROUP_LABELS[facts.group]} · {STATUS_LABELS[facts.status]}"),
        alerts=tuple(Alert(sentence, "warn") for sentence in why_not),
        form=form if can or _has_answers(asked, answers) else None,
    )
    return desk.draw("web/case/action.html", page, status=status)


_PAGES_THAT_WAIT = re.compile(r"/(dokumen|kasus)(/[A-Za-z0-9-]+)+")


def _onward(desk: Desk) -> str:
    """Where the page before wants the person back after this, behind ?lanjut=; "" for anything but a page of a case or a document."""
    wanted = desk.query("lanjut")
    return wanted if _PAGES_THAT_WAIT.fullmatch(wanted) else ""


def _chosen(desk: Desk, asked: Asked) -> dict[str, str]:
    """What the page before chose already: the action of the plan, behind ?kegiatan=."""
    number = desk.query("kegiatan")
    is_one = number.isascii() and number.isdecimal() and len(number) < 4
    return {"action": number} if is_one and any(f.name == "action" for f in asked.form.fields) else {}


def _why_not(facts: CaseFacts, label: str, offer: Offer | None) -> tuple[str, ...]:
    if offer is None:
        return (f"“{label}” tidak dapat Anda lakukan pada kasus {facts.number} yang sekarang berstatus “{STATUS_LABELS[facts.status]}”.",)
    return tuple(reason.sentence for reason in offer.refusals)


def _has_answers(asked: Asked, answers: Mapping[str, Any]) -> bool:
    return not asked.is_empty and any(answers.values())


def _action(desk: Desk) -> Action:
    """The action of this address, of those that a person of this role ever does."""
    try:
        action = Action(desk.path("action"))
    except ValueError:
        raise HTTPException(404) from None
    if not any(row.by & desk.person.roles for row in _rows_of(action)):
        raise HTTPException(404)
    return action


def _rows_of(action: Action) -> Sequence[Transition]:
    return [row for row in TRANSITIONS if row.action is action and row.source is not None]


PAGES = (Page("/kasus/{number}/tindakan/{action}", show, take),)
