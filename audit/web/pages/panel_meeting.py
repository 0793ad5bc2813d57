"""Sidang panel of one case: the unsealed opinions, the discussion, the proposal and the votes. Proposing and recording have a page below.

For whoever sits on the panel, and for the secretariat. Before the review is closed there is nothing here but that it is not closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.casework.discussion import CastVote, Discussion, discussion_of
from audit.casework.questions import ASKED
from audit.casework.receipts import do_once
from audit.casework.worklists import Offer, offers
from audit.errors import Refused
from audit.forms import Problem, Problems
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import GROUP_LABELS, INTERVENTION_CLASSES, STATUS_LABELS, Action
from audit.people.directory import people_by_id
from audit.people.roles import DISCIPLINE_LABELS, Person, Role
from audit.render.wording import date_words
from audit.reports.phrases import kecamatan_words
from audit.steps.recommend.forms import CONSENSUS
from audit.steps.recommend.queries import consensus_of, recommendations_of
from audit.steps.review.queries import answers_seen_by, closed_rounds, opinions_seen_by
from audit.steps.review.rules import CAUSE_BY_CODE
from audit.web.addresses import of_case
from audit.web.desk import Desk, Page
from audit.web.fields import given, problem_lines, sections
from audit.web.form_parts import FormView, ProblemLine
from audit.web.pages.agreement_view import AgreementView, agreement_view
from audit.web.pages.opinion_words import answered
from audit.web.parts import Alert, Badge, Button, Cell, Column, Empty, Event, Fact, PageHead, Row, Shell, Table
from audit.web.sent import Sent
from audit.web.time_words import clock_words


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was proposed, or recorded: the answers, the recommendations, who did it and when."""

    by: str
    facts: tuple[Fact, ...]
    recommendations: Table


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One seat of the panel: who, of which discipline, and as far as the reader may know whether they answered and how they voted."""

    name: str
    discipline: str
    badges: tuple[Badge, ...]


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """The meeting of one case. agreement and what follows: None or empty before the review is closed."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    seats: tuple[SeatLine, ...]
    quorum: tuple[Fact, ...]
    agreement: AgreementView | None
    proposal: Agreed | None
    waiting_for: str
    votes: tuple[Event, ...]
    vote_form: FormView | None
    consensus: Agreed | None
    dissent: tuple[Event, ...]
    comments: tuple[Event, ...]
    comment_form: FormView | None
    moves: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class _Sent:
    """A form of this page as it came back: of which action, what was typed, and what is wrong with it."""

    action: Action
    answers: Mapping[str, Any]
    form_id: str
    problems: Sequence[Problem] = ()
    lines: Sequence[ProblemLine] = ()


def show(desk: Desk) -> Response:
    """The meeting as this person may see it."""
    return draw(desk, panel_case(desk))


def comment(desk: Desk, sent: Sent) -> Response:
    """Say something in the discussion."""
    return _do(desk, Action.COMMENT, sent, "Tanggapan Anda tercatat.", below="#diskusi")


def vote(desk: Desk, sent: Sent) -> Response:
    """Agree or disagree with the standing proposal."""
    return _do(desk, Action.VOTE, sent, "Suara Anda tercatat.", below="#usul")


def panel_case(desk: Desk) -> CaseFacts:
    """The case of this address, for its panel and the secretariat; to anybody else it is not there."""
    facts = desk.case()
    if not desk.person.is_a(Role.SECRETARY) and not any(seat.person_id == desk.person.id for seat in facts.seats):
        raise HTTPException(404)
    return facts


def is_unsealed(desk: Desk, facts: CaseFacts) -> bool:
    """Whether the review of the current round was closed."""
    return facts.round in closed_rounds(desk.session, facts.case_id)


def agreed_words(
    content: Mapping[str, Any], recommendations: Sequence[Mapping[str, Any]], *, by: str, at: datetime | None, zone: str
) -> Agreed:
    """A proposal or a consensus in words. recommendations: each with class, cause and text."""
    when = f", {date_words(local_date(at, zone))} {clock_words(at, zone)}" if at else ""
    rows = tuple(
        Row(
            (
                Cell(str(n)),
                Cell(INTERVENTION_CLASSES.get(str(one["class"]), str(one["class"]))),
                Cell(str(one["text"]), note=f"untuk: {CAUSE_BY_CODE[one['cause']].label}" if one["cause"] in CAUSE_BY_CODE else ""),
            )
        )
        for n, one in enumerate(recommendations, start=1)
    )
    columns = (Column("Nomor", is_number=True), Column("Jenis"), Column("Rekomendasi"))
    table = Table("Rekomendasi", columns, rows, Empty("Belum ada rekomendasi", icon="list-check"))
    return Agreed(f"{by}{when}", answered(CONSENSUS, content), table)


def draw(desk: Desk, facts: CaseFacts, back: _Sent | None = None, *, status: int = 200) -> Response:
    """The page; back: a form that was refused, with what was typed."""
    unsealed = is_unsealed(desk, facts)
    zone = desk.cycle_of(facts).timezone
    people = people_by_id(desk.session, {seat.person_id for seat in facts.panel})
    discussion = discussion_of(desk.session, facts, desk.person)
    opinions = opinions_seen_by(desk.session, facts, desk.person) if unsealed else []
    people |= people_by_id(desk.session, {o.person_id for o in opinions} - people.keys())
    can = {offer.row.action: offer for offer in offers(facts, desk.person)}
    consensus, dissent = _consensus(desk, facts, people, zone) if unsealed else (None, ())
    own_vote = next((one for one in discussion.votes if one.by_id == desk.person.id), None)
    answers = answers_seen_by(desk.session, facts, desk.person)
    page = MeetingPage(
        shell=desk.frame(f"Sidang {facts.number}", place="sidang", crumbs=(("Sidang panel", "/sidang"),)),
        head=_head(facts, desk.person),
        alerts=_alerts(facts, unsealed=unsealed),
        seats=_seats(facts, answers, people, discussion),
        quorum=_quorum(facts) if unsealed or None not in answers.values() else (),
        agreement=agreement_view(opinions, people) if opinions else None,
        proposal=_proposal(discussion, zone),
        waiting_for=", ".join(discussion.waiting_for),
        votes=tuple(_vote_event(one, zone) for one in discussion.votes),
        vote_form=_form(desk, facts, Action.VOTE, "suara", "Kirim suara", can, back, _typed_vote(own_vote), is_first=not _may_record(can)),
        consensus=consensus,
        dissent=dissent,
        comments=tuple(
            Event("Anda" if one.by_id == desk.person.id else one.by, _when(one.at, zone), one.at.isoformat(), text=one.text, icon="message")
            for one in discussion.comments
        ),
        comment_form=_form(desk, facts, Action.COMMENT, "tanggapan", "Kirim tanggapan", can, back, {}),
        moves=_moves(facts, can),
    )
    return desk.draw("web/panel/meeting.html", page, status=status)


def _do(desk: Desk, action: Action, sent: Sent, said: str, *, below: str) -> Response:
    facts = panel_case(desk)
    answers, form_id = given(sent, ASKED[action]), sent.text("form_id")
    try:
        with desk.writing() as session:
            taken = do_once(
                session,
                facts.case_id,
                action,
                form_id=form_id,
                by=desk.person,
                at=desk.at,
                given=answers,
                seen_version=sent.whole("seen_version"),
            )
    except Problems as found:
        return draw(desk, facts, _Sent(action, answers, form_id, problems=found.problems), status=422)
    except Refused as refusal:
        lines = [ProblemLine("", reason.sentence) for reason in refusal.reasons]
        return draw(desk, panel_case(desk), _Sent(action, answers, form_id, lines=lines), status=409)
    again = " Formulir yang sama terkirim dua kali; dicatat sekali." if taken.is_again else ""
    return desk.go(f"{of_case(facts.number, 'sidang')}{below}", said=said + again)


def _head(facts: CaseFacts, person: Person) -> PageHead:
    own = any(seat.person_id == person.id for seat in facts.seats)
    buttons = [Button("Buka paket", of_case(facts.number, "telaah"), icon="folder")] if own else []
    if person.is_a(Role.SECRETARY):
        buttons.append(Button("Buka kasus", of_case(facts.number), icon="folder"))
    return PageHead(
        f"Kasus {facts.number}",
        lead=f"{GROUP_LABELS[facts.group]} · {kecamatan_words(facts.desa_code)}",
        badges=(Badge(STATUS_LABELS[facts.status], "info", "users"),),
        buttons=(*buttons, Button("Notulen", "/dokumen", icon="file-text", tone="quiet")),
    )


def _alerts(facts: CaseFacts, *, unsealed: bool) -> tuple[Alert, ...]:
    if unsealed:
        return ()
    text = "Pendapat para pakar tersegel sampai kuorum tiap disiplin terpenuhi dan kajian ditutup oleh sistem."
    return (Alert(text, "info", "Sidang belum dibuka"),)


def _seats(
    facts: CaseFacts, answers: Mapping[int, bool | None], people: Mapping[int, Person], discussion: Discussion
) -> tuple[SeatLine, ...]:
    voted = {one.by_id: one for one in discussion.votes}
    lines = []
    for seat in facts.panel:
        badges = [Badge("Pakar utama", "info", "star")] if seat.is_lead else []
        if seat.is_recused:
            badges.append(Badge("Mengundurkan diri", "neutral", "user-off"))
        else:
            badges += _answer_badges(answers[seat.person_id])
            badges += _vote_badges(voted.get(seat.person_id)) if discussion.proposal else []
        lines.append(SeatLine(people[seat.person_id].name, DISCIPLINE_LABELS[seat.discipline], tuple(badges)))
    return tuple(lines)


def _answer_badges(known: bool | None) -> list[Badge]:
    if known is None:
        return []
    return [Badge("Pendapat masuk", "good", "circle-check") if known else Badge("Pendapat belum masuk", "neutral", "hourglass")]


def _vote_badges(one: CastVote | None) -> list[Badge]:
    if one is None:
        return [Badge("Belum bersuara", "neutral", "hourglass")]
    return [Badge("Setuju", "good", "check") if one.agrees else Badge("Tidak setuju", "warn", "x")]


def _quorum(facts: CaseFacts) -> tuple[Fact, ...]:
    have = Counter(seat.discipline for seat in facts.seats if seat.has_answered)
    found = []
    for discipline, wanted in facts.quorum.items():
        is_met = have[discipline] >= wanted
        badge = Badge("Terpenuhi", "good", "circle-check") if is_met else Badge("Belum", "warn", "hourglass")
        found.append(Fact(DISCIPLINE_LABELS[discipline], f"{have[discipline]} dari {wanted} pendapat", badge=badge))
    return tuple(found)


def _proposal(discussion: Discussion, zone: str) -> Agreed | None:
    content = discussion.proposal
    if content is None:
        return None
    return agreed_words(
        content, content.get("recommendations") or (), by=f"Diusulkan {discussion.proposed_by}", at=discussion.proposed_at, zone=zone
    )


def _consensus(desk: Desk, facts: CaseFacts, people: Mapping[int, Person], zone: str) -> tuple[Agreed | None, tuple[Event, ...]]:
    found = consensus_of(desk.session, facts.case_id, facts.round)
    if found is None:
        return None, ()
    names = dict(people) | people_by_id(desk.session, {found.recorded_by_id, *(one["person_id"] for one in found.dissent or ())})
    content = {f.name: getattr(found, f.name) for f in CONSENSUS.fields}
    rows = recommendations_of(desk.session, facts.case_id, facts.round)
    asked = [{"class": r.intervention_class, "cause": r.cause, "text": r.text} for r in rows]
    agreed = agreed_words(content, asked, by=f"Dicatat {names[found.recorded_by_id].name}", at=found.recorded_at, zone=zone)
    dissent = tuple(
        Event(names[one["person_id"]].name, DISCIPLINE_LABELS[one["discipline"]], text=one["text"], icon="message", tone="warn")
        for one in found.dissent or ()
    )
    return agreed, dissent


def _form(
    desk: Desk,
    facts: CaseFacts,
    action: Action,
    below: str,
    label: str,
    can: Mapping[Action, Offer],
    back: _Sent | None,
    answers: Mapping[str, Any],
    *,
    is_first: bool = False,
) -> FormView | None:
    """The form of one action on this page; None when this person cannot do it now and has typed nothing.

    is_first: whether this is what the page is for; it has one such button.
    """
    came_back = back if back is not None and back.action is action else None
    if came_back is None and (action not in can or can[action].refusals):
        return None
    return FormView(
        address=of_case(facts.number, "sidang", below),
        sections=sections(ASKED[action], came_back.answers if came_back else answers, problems=came_back.problems if came_back else ()),
        buttons=(Button(label, tone="primary" if is_first else "secondary", icon="send"),),
        csrf=desk.token,
        hidden=(
            ("form_id", came_back.form_id if came_back else str(uuid4())),
            ("seen_version", str(facts.version)),
        ),
        problems=(*came_back.lines, *problem_lines(came_back.problems)) if came_back else (),
        id=below,
    )


def _may_record(can: Mapping[Action, Offer]) -> bool:
    return Action.RECORD_CONSENSUS in can and not can[Action.RECORD_CONSENSUS].refusals


def _moves(facts: CaseFacts, can: Mapping[Action, Offer]) -> tuple[Button, ...]:
    """What the lead does next; for the others on the panel the same with why they cannot."""
    found = []
    labels = {
        Action.PROPOSE_CONSENSUS: ("Perbarui usul kesepakatan" if facts.has_proposal else "Susun usul kesepakatan", "usul", "secondary"),
        Action.RECORD_CONSENSUS: ("Catat kesepakatan panel", "catat", "primary"),
    }
    for action, (label, below, tone) in labels.items():
        if action in can:
            refusals = tuple(reason.sentence for reason in can[action].refusals)
            found.append(Button(label, of_case(facts.number, "sidang", below), tone=tone, icon="pencil", refusals=refusals))
    return tuple(found)


def _vote_event(one: CastVote, zone: str) -> Event:
    title = f"{one.by}: {'setuju' if one.agrees else 'tidak setuju'}"
    icon, tone = ("circle-check", "good") if one.agrees else ("circle-x", "warn")
    return Event(title, _when(one.at, zone), one.at.isoformat(), text=one.text or "", icon=icon, tone=tone)


def _typed_vote(one: CastVote | None) -> dict[str, str]:
    return {} if one is None else {"vote": "agree" if one.agrees else "disagree", "text": one.text or ""}


def _when(at: datetime, zone: str) -> str:
    return f"{date_words(local_date(at, zone))}, {clock_words(at, zone)}"


PANEL_ROLES = frozenset({Role.EXPERT, Role.SECRETARY})

PAGES = (
    Page("/kasus/{number}/sidang", show, roles=PANEL_ROLES),
    Page("/kasus/{number}/sidang/tanggapan", None, comment, roles=PANEL_ROLES),
    Page("/kasus/{number}/sidang/suara", None, vote, roles=frozenset({Role.EXPERT})),
)
