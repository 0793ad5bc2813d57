"""What the lead writes for the panel: the proposal of a consensus, and its record. The opinions stand beside the form for reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.casework.choices import choices_for
from audit.casework.discussion import consensus_to_record, discussion_of
from audit.casework.questions import ASKED
from audit.casework.receipts import do_once
from audit.casework.worklists import offers
from audit.errors import Refused
from audit.forms import Problem, Problems
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import STATUS_LABELS, Action
from audit.people.directory import people_by_id
from audit.people.roles import Role
from audit.steps.review.queries import opinions_seen_by
from audit.steps.review.rules import agreement
from audit.web.addresses import of_case
from audit.web.desk import Desk, Page
from audit.web.fields import given, problem_lines, sections, typed, without_row
from audit.web.form_parts import FieldRows, FieldView, FormView, ProblemLine
from audit.web.pages.agreement_view import AgreementView, agreement_view
from audit.web.pages.causes_view import CAUSE_FIELDS, CausesView, causes_view
from audit.web.pages.panel_meeting import is_unsealed, panel_case
from audit.web.parts import Alert, Button, Event, PageHead, Shell
from audit.web.sent import Sent


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the two forms. below: of the address of the meeting."""

    action: Action
    below: str
    title: str
    lead: str
    button: str
    said: str


_PROPOSE = _Kind(
    Action.PROPOSE_CONSENSUS,
    "usul",
    "Usul kesepakatan",
    "Diajukan kepada panel untuk diberi suara. Usul baru menggantikan usul yang lama beserta suaranya.",
    "Ajukan usul",
    "Usul kesepakatan diajukan kepada panel.",
)
_RECORD = _Kind(
    Action.RECORD_CONSENSUS,
    "catat",
    "Catat kesepakatan panel",
    "Setelah dicatat, rekomendasi diteruskan kepada Sekretariat untuk disusun menjadi RTL.",
    "Catat kesepakatan",
    "Kesepakatan panel tercatat.",
)


@dataclass(frozen=True, slots=True)
class ConsensusForm:
    """The consensus being written. rows: recommendations, and dissent where it is recorded."""

    frame: FormView
    summary: FieldView
    causes: CausesView
    avoidability: FieldView
    rows: tuple[FieldRows, ...]


@dataclass(frozen=True, slots=True)
class ConsensusPage:
    """The form, and the opinions to read beside it. voted: dissent that the votes say already; it is recorded by itself."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    agreement: AgreementView | None
    voted: tuple[Event, ...]
    form: ConsensusForm | None


def _shower(kind: _Kind) -> Callable[[Desk], Response]:
    def show(desk: Desk) -> Response:
        """The form, from the standing proposal, or for the first proposal from what the opinions share."""
        facts = _open_case(desk)
        start = typed(consensus_to_record(desk.session, facts, desk.person)) or _shared(desk, facts)
        return _draw(desk, facts, kind, start, form_id=str(uuid4()))

    return show


def _taker(kind: _Kind) -> Callable[[Desk, Sent], Response]:
    def take(desk: Desk, sent: Sent) -> Response:
        """Do it once, or draw the form again with a row more or less."""
        facts = _open_case(desk)
        answers, form_id = given(sent, ASKED[kind.action]), sent.text("form_id")
        if sent.has("tambah") or sent.has("hapus"):
            return _draw(desk, facts, kind, without_row(answers, sent.text("hapus")), form_id=form_id, more_rows=sent.text("tambah"))
        try:
            with desk.writing() as session:
                taken = do_once(
                    session,
                    facts.case_id,
                    kind.action,
                    form_id=form_id,
                    by=desk.person,
                    at=desk.at,
                    given=answers,
                    seen_version=sent.whole("seen_version"),
                )
        except Problems as found:
            return _draw(desk, facts, kind, answers, form_id=form_id, problems=found.problems, status=422)
        except Refused as refusal:
            lines = [ProblemLine("", reason.sentence) for reason in refusal.reasons]
            return _draw(desk, _open_case(desk), kind, answers, form_id=form_id, lines=lines, status=409)
        again = " Formulir yang sama terkirim dua kali; dicatat sekali." if taken.is_again else ""
        return desk.go(of_case(facts.number, "sidang"), said=kind.said + again)

    return take


def _open_case(desk: Desk) -> CaseFacts:
    """The case, for its panel, once the review of the round was closed; before that there is no such page."""
    facts = panel_case(desk)
    if not any(seat.person_id == desk.person.id for seat in facts.seats) or not is_unsealed(desk, facts):
        raise HTTPException(404)
    return facts


def _shared(desk: Desk, facts: CaseFacts) -> dict[str, Any]:
    """What a first proposal starts from: the causes that more than half of the opinions name, and the main cause when it is theirs."""
    contents = [o.content for o in opinions_seen_by(desk.session, facts, desk.person)]
    found = agreement(contents)
    most = [code for code, count in found.named.items() if count * 2 > found.opinions]
    direct = {code for content in contents for code in content.get("direct_causes") or ()}
    start: dict[str, Any] = {
        "direct_causes": [code for code in most if code in direct],
        "indirect_causes": [code for code in most if code not in direct],
    }
    if found.main_causes and not found.is_divided:
        start["main_cause"] = next(iter(found.main_causes))
    return start


def _draw(
    desk: Desk,
    facts: CaseFacts,
    kind: _Kind,
    answers: Mapping[str, Any],
    *,
    form_id: str,
    problems: Sequence[Problem] = (),
    lines: Sequence[ProblemLine] = (),
    more_rows: str = "",
    status: int = 200,
) -> Response:
    offer = next((one for one in offers(facts, desk.person) if one.row.action is kind.action), None)
    why_not = [reason.sentence for reason in offer.refusals] if offer else [_too_late(facts, kind)]
    opinions = opinions_seen_by(desk.session, facts, desk.person)
    people = people_by_id(desk.session, {o.person_id for o in opinions})
    discussion = discussion_of(desk.session, facts, desk.person)
    page = ConsensusPage(
        shell=desk.frame(
            kind.title, place="sidang", crumbs=(("Sidang panel", "/sidang"), (f"Kasus {facts.number}", of_case(facts.number, "sidang")))
        ),
        head=PageHead(kind.title, over=f"Kasus {facts.number}", lead=kind.lead),
        alerts=() if status >= 400 else tuple(Alert(sentence, "warn") for sentence in why_not),
        agreement=agreement_view(opinions, people) if opinions else None,
        voted=tuple(
            Event(one.by, "menurut suaranya", text=one.text or "", icon="message", tone="warn")
            for one in discussion.votes
            if not one.agrees
        )
        if kind is _RECORD
        else (),
        form=_form(desk, facts, kind, answers, form_id, problems, lines, more_rows) if not why_not or status >= 400 else None,
    )
    return desk.draw("web/panel/consensus.html", page, status=status)


def _too_late(facts: CaseFacts, kind: _Kind) -> str:
    return f"“{kind.title}” tidak dapat dilakukan pada kasus {facts.number} yang sekarang berstatus “{STATUS_LABELS[facts.status]}”."


def _form(
    desk: Desk,
    facts: CaseFacts,
    kind: _Kind,
    answers: Mapping[str, Any],
    form_id: str,
    problems: Sequence[Problem],
    lines: Sequence[ProblemLine],
    more_rows: str,
) -> ConsensusForm:
    choices = choices_for(desk.session, facts, kind.action, by=desk.person)
    drawn = sections(ASKED[kind.action], answers, problems=problems, choices=choices, more_rows=more_rows)
    fields = {view.name: view for section in drawn for view in section.fields if view.name not in CAUSE_FIELDS}
    frame = FormView(
        address=of_case(facts.number, "sidang", kind.below),
        sections=(),
        buttons=(Button(kind.button, tone="primary", icon="send"), Button("Batal", of_case(facts.number, "sidang"), tone="quiet")),
        csrf=desk.token,
        hidden=(("form_id", form_id), ("seen_version", str(facts.version))),
        problems=(*lines, *problem_lines(problems)),
        id="kesepakatan",
    )
    return ConsensusForm(
        frame,
        replace(fields["summary"], lines=6),
        causes_view(answers, problems),
        fields["avoidability"],
        tuple(rows for section in drawn for rows in section.rows),
    )


PAGES = tuple(
    Page(f"/kasus/{{number}}/sidang/{kind.below}", _shower(kind), _taker(kind), roles=frozenset({Role.EXPERT}))
    for kind in (_PROPOSE, _RECORD)
)
