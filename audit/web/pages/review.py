"""Telaah of one case: the packet on the left, the expert's own opinion on the right. Of the others' opinions there is nothing here.

What is typed is kept as a draft; a draft saved on another device meanwhile is shown beside this one, and never merged unseen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.casework.form_drafts import DraftMoved, draft_for, is_of_another, save_draft
from audit.casework.phrases import phrases_of, save_phrase
from audit.casework.questions import ASKED
from audit.casework.receipts import do_once, receipt_of
from audit.casework.reviews import next_to_answer
from audit.errors import Refused, Stale
from audit.forms import Kind, Problem, Problems
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import GROUP_LABELS, STATUS_LABELS, Action, Status
from audit.people.roles import Role
from audit.render.wording import date_words
from audit.reports.phrases import kecamatan_words
from audit.steps.packet.queries import worksheet_of
from audit.steps.review.forms import OPINION
from audit.steps.review.queries import draft_of, opinions_seen_by
from audit.web.addresses import of_action, of_case
from audit.web.desk import Desk, Page
from audit.web.fields import field_view, given, problem_lines, typed
from audit.web.form_parts import FieldView, FormView, ProblemLine
from audit.web.pages.causes_view import CausesView, causes_view
from audit.web.pages.opinion_words import opinion_facts
from audit.web.pages.review_draft import compared, picked
from audit.web.pages.review_packet import PacketView, packet_view
from audit.web.parts import Alert, Badge, Button, Fact, PageHead, Shell
from audit.web.sent import Sent
from audit.web.time_words import clock_words

A = Action.SUBMIT_OPINION
_ASKED = ASKED[A]
_UNREAD = frozenset({Status.SELECTED, Status.WITHDRAWN})
"""Statuses in which there is no packet to read: it is being filled, or the case is out."""

_SECTIONS: Sequence[tuple[str, str, Sequence[str]]] = (
    ("temuan", "Temuan", ("summary",)),
    ("keterhindaran", "Keterhindaran", ("avoidability",)),
    ("rekomendasi", "Rekomendasi", ("specific", "sensitive", "coordinating")),
    ("klinis", "Keterangan klinis, bila perlu", ("diagnosis", "icd10", "risk_factors", "data_gaps", "licence_number")),
)
"""The questions of the opinion beside the causes, in the order in which an expert thinks: causes stand after the first."""


@dataclass(frozen=True, slots=True)
class SavedWords:
    """One saved phrase: a button that inserts it."""

    text: str
    use: Button


@dataclass(frozen=True, slots=True)
class Question:
    """One question, and what can be inserted into it. keep: a button that saves its text as a phrase, None where there are no phrases."""

    view: FieldView
    phrases: tuple[SavedWords, ...]
    keep: Button | None


@dataclass(frozen=True, slots=True)
class Part:
    """Questions that belong together."""

    code: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class OpinionForm:
    """The opinion being written. revision: of the draft it started from."""

    frame: FormView
    revision: str
    first: Part
    causes: CausesView
    rest: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One case for one expert. form: None when there is nothing to answer now; own: the opinion that was sent."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    packet: PacketView | None
    requests: tuple[Fact, ...]
    form: OpinionForm | None
    own: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class SavedNote:
    """What an automatic save answers: words for the foot of the form and the revision to go on from."""

    words: str
    revision: str


def show(desk: Desk) -> Response:
    """The packet and the opinion as it was left; once it was sent, what was sent."""
    facts = _own_case(desk)
    draft = draft_for(desk.session, facts.case_id, A, desk.person)
    if draft is not None:
        return _draw(
            desk, facts, draft.content, form_id=str(uuid4()), revision=draft.revision, saved_words=_saved(desk, facts, draft.saved_at)
        )
    returned = draft_of(desk.session, facts.case_id, desk.person.id)
    if returned is not None and returned.round == facts.round:
        said = Alert("Isian di bawah dibaca dari formulir yang Anda kembalikan. Periksa, lalu kirim.", "info")
        return _draw(desk, facts, typed(returned.content), form_id=str(uuid4()), revision=0, alerts=(said,))
    return _draw(desk, facts, {}, form_id=str(uuid4()), revision=0)


def take(desk: Desk, sent: Sent) -> Response:
    """Send the opinion, keep a draft, or use or keep a phrase, whichever button was pressed."""
    facts = _own_case(desk)
    form_id, based_on = sent.text("form_id"), sent.whole("revision") or 0
    if sent.has("gabung"):
        return _settle(desk, facts, sent)
    answers = given(sent, _ASKED)
    if sent.has("simpan"):
        return _keep(desk, facts, answers, based_on=based_on, form_id=form_id)
    if sent.has("pakai") or sent.has("ungkapan"):
        return _with_phrase(desk, facts, sent, answers, form_id=form_id, based_on=based_on)
    again: dict[str, Any] = {"form_id": form_id, "revision": based_on}
    try:
        if receipt_of(desk.session, form_id, desk.person) is None:
            _refuse_older_draft(desk, facts, answers, based_on=based_on, form_id=form_id)
        with desk.writing() as session:
            taken = do_once(
                session,
                facts.case_id,
                A,
                form_id=form_id,
                by=desk.person,
                at=desk.at,
                given=answers,
                seen_version=sent.whole("seen_version"),
            )
    except DraftMoved as moved:
        return compared(desk, facts, mine=answers, kept=moved.kept, revision=moved.revision)
    except Problems as found:
        return _draw(desk, facts, answers, problems=found.problems, status=422, **again)
    except (Stale, Refused) as refusal:
        lines = [ProblemLine("", reason.sentence) for reason in refusal.reasons]
        return _draw(desk, desk.case(), answers, lines=lines, status=409, **again)
    told = f"Pendapat Anda atas kasus {facts.number} masuk dan tersegel."
    told += " Formulir yang sama terkirim dua kali; dicatat sekali." if taken.is_again else ""
    with desk.installation.reading() as session:
        following = next_to_answer(session, desk.person, at=desk.at, after=facts.number)
    if sent.has("berikutnya") and following:
        return desk.go(of_case(following, "telaah"), said=f"{told} Ini kasus berikutnya.")
    return desk.go("/telaah", said=told if following else f"{told} Tidak ada lagi kasus yang menunggu telaah Anda.")


def save(desk: Desk, sent: Sent) -> Response:
    """Keep what was typed so far, while it is being typed. Says when it was saved, or that another device was quicker."""
    facts = _own_case(desk)
    based_on = sent.whole("revision") or 0
    try:
        with desk.writing() as session:
            draft = save_draft(
                session, facts, A, given(sent, _ASKED), based_on=based_on, form_id=sent.text("form_id"), by=desk.person, at=desk.at
            )
            note = SavedNote(_saved(desk, facts, draft.saved_at), str(draft.revision))
    except DraftMoved:
        words = "Belum tersimpan: isian ini sudah disimpan dari perangkat lain. Tekan “Simpan draf” untuk membandingkan keduanya."
        note = SavedNote(words, str(based_on))
    return desk.draw("web/review/saved.html", note)


def _own_case(desk: Desk) -> CaseFacts:
    """The case, for who sits on it; to anybody else it is not there, whatever else they may see of it."""
    facts = desk.case()
    if not any(seat.person_id == desk.person.id for seat in facts.seats):
        raise HTTPException(404)
    return facts


def _keep(desk: Desk, facts: CaseFacts, answers: Mapping[str, Any], *, based_on: int, form_id: str) -> Response:
    try:
        with desk.writing() as session:
            save_draft(session, facts, A, answers, based_on=based_on, form_id=form_id, by=desk.person, at=desk.at)
    except DraftMoved as moved:
        return compared(desk, facts, mine=answers, kept=moved.kept, revision=moved.revision)
    return desk.go(of_case(facts.number, "telaah"), said="Draf tersimpan. Hanya Anda yang dapat membacanya.")


def _settle(desk: Desk, facts: CaseFacts, sent: Sent) -> Response:
    """Two drafts were shown side by side; keep what was chosen of each question, unless a third one came meanwhile."""
    kept = draft_for(desk.session, facts.case_id, A, desk.person)
    stored = kept.content if kept else {}
    answers = picked(sent, mine=given(sent, _ASKED), kept=stored)
    return _keep(desk, facts, answers, based_on=sent.whole("revision") or 0, form_id=sent.text("form_id"))


def _refuse_older_draft(desk: Desk, facts: CaseFacts, answers: Mapping[str, Any], *, based_on: int, form_id: str) -> None:
    """Raises DraftMoved when another device saved something else since this copy was opened: sending would throw that away."""
    kept = draft_for(desk.session, facts.case_id, A, desk.person)
    if kept is not None and is_of_another(kept, based_on=based_on, form_id=form_id) and kept.content != answers:
        raise DraftMoved(kept.content, kept.revision)


def _with_phrase(desk: Desk, facts: CaseFacts, sent: Sent, answers: dict[str, Any], *, form_id: str, based_on: int) -> Response:
    """Insert a saved phrase into its question, or save the text of a question; nothing else is kept."""
    again: dict[str, Any] = {"form_id": form_id, "revision": based_on}
    if sent.has("pakai"):
        chosen = next((p for p in phrases_of(desk.session, desk.person) if str(p.id) == sent.text("pakai")), None)
        if chosen is None:
            return _draw(desk, facts, answers, lines=[ProblemLine("", "Ungkapan itu tidak ada lagi.")], status=409, **again)
        before = str(answers.get(chosen.field) or "").rstrip()
        answers[chosen.field] = f"{before}\n{chosen.text}" if before else chosen.text
        return _draw(desk, facts, answers, alerts=(Alert(f"Ungkapan disisipkan pada “{_label(chosen.field)}”.", "good"),), **again)
    name = sent.text("ungkapan")
    try:
        with desk.writing() as session:
            save_phrase(session, {"field": name, "text": answers.get(name, "")}, of=desk.person, at=desk.at)
    except Problems as found:
        at_field = [Problem(name, p.value, p.code, p.message) for p in found.problems]
        return _draw(desk, facts, answers, problems=at_field, status=422, **again)
    except Refused as refusal:
        return _draw(desk, facts, answers, lines=[ProblemLine("", r.sentence) for r in refusal.reasons], status=409, **again)
    return _draw(desk, facts, answers, alerts=(Alert(f"Isi “{_label(name)}” disimpan sebagai ungkapan.", "good"),), **again)


def _draw(
    desk: Desk,
    facts: CaseFacts,
    answers: Mapping[str, Any],
    *,
    form_id: str,
    revision: int,
    problems: Sequence[Problem] = (),
    lines: Sequence[ProblemLine] = (),
    alerts: Sequence[Alert] = (),
    saved_words: str = "Belum ada yang disimpan.",
    status: int = 200,
) -> Response:
    seat = next(s for s in facts.seats if s.person_id == desk.person.id)
    own = [o for o in opinions_seen_by(desk.session, facts, desk.person) if o.person_id == desk.person.id]
    may_answer = facts.status is Status.UNDER_REVIEW and not seat.has_answered
    form = None
    if may_answer or (answers and status >= 400):
        form = _form(desk, facts, answers, form_id, revision, problems, lines, saved_words, may_send=may_answer)
    packet = packet_view(desk, facts) if facts.status not in _UNREAD else None
    page = ReviewPage(
        shell=desk.frame(f"Telaah {facts.number}", place="telaah", crumbs=(("Telaah", "/telaah"),)),
        head=_head(facts, may_answer=may_answer),
        alerts=(*alerts, *_state_words(facts, has_answered=seat.has_answered, has_packet=packet is not None)),
        packet=packet,
        requests=_requests(desk, facts),
        form=form,
        own=opinion_facts(own[0].content) if own else (),
    )
    return desk.draw("web/review/case.html", page, status=status)


def _head(facts: CaseFacts, *, may_answer: bool) -> PageHead:
    buttons = (
        Button("Minta data tambahan", of_action(facts.number, Action.ASK_FOR_DATA), icon="clipboard-list"),
        Button("Undurkan diri", of_action(facts.number, Action.RECUSE), icon="arrow-back-up", tone="quiet"),
    )
    meeting = (Button("Ke sidang panel", of_case(facts.number, "sidang"), icon="users", tone="primary"),)
    return PageHead(
        f"Kasus {facts.number}",
        lead=f"{GROUP_LABELS[facts.group]} · {kecamatan_words(facts.desa_code)}",
        badges=(Badge(STATUS_LABELS[facts.status], "info", "stethoscope"),),
        buttons=buttons if may_answer else meeting if facts.status is Status.REVIEWED else (),
    )


def _state_words(facts: CaseFacts, *, has_answered: bool, has_packet: bool) -> list[Alert]:
    """Why nothing is asked here now, for who might expect it; and a packet that should be here and is not."""
    said = []
    if facts.status is Status.SELECTED:
        said.append(Alert("Kasus ini sedang dilengkapi di lapangan. Anda dapat menelaahnya setelah paket yang baru dibekukan.", "info"))
    elif facts.status is Status.READY:
        said.append(Alert("Kajian kasus ini belum dibuka. Pendapat dapat dikirim setelah semua kursi panel terisi.", "info"))
    elif facts.status is Status.UNDER_REVIEW and has_answered:
        said.append(Alert("Pendapat Anda sudah masuk dan tersegel sampai kajian ditutup; tidak dapat diganti.", "good"))
    elif facts.status is Status.WITHDRAWN:
        said.append(Alert("Kasus ini dikeluarkan dari audit.", "warn"))
    elif facts.status is not Status.UNDER_REVIEW:
        said.append(Alert("Kajian atas kasus ini sudah ditutup.", "info"))
    if not has_packet and facts.status not in _UNREAD:
        said.append(Alert("Paket kasus ini tidak dapat dibaca. Beri tahu Sekretariat; pendapat tetap dapat dikirim.", "bad"))
    return said


def _requests(desk: Desk, facts: CaseFacts) -> tuple[Fact, ...]:
    """What the field was last asked for, in the words it was asked; nothing when it never was."""
    worksheet = worksheet_of(desk.session, facts.case_id)
    if worksheet is None or not worksheet.returned_note:
        return ()
    when = date_words(worksheet.submitted_at.date()) if worksheet.submitted_at and worksheet.state == "submitted" else "belum dijawab"
    return (Fact("Diminta", worksheet.returned_note), Fact("Jawaban lapangan", when))


def _form(
    desk: Desk,
    facts: CaseFacts,
    answers: Mapping[str, Any],
    form_id: str,
    revision: int,
    problems: Sequence[Problem],
    lines: Sequence[ProblemLine],
    saved_words: str,
    *,
    may_send: bool,
) -> OpinionForm:
    address = of_case(facts.number, "telaah")
    send = (
        Button("Kirim dan buka kasus berikutnya", name="berikutnya", value="ya", tone="primary", icon="send"),
        Button("Kirim pendapat", name="kirim", value="ya"),
        Button("Simpan draf", name="simpan", value="ya", tone="quiet", icon="device-floppy", skips_checks=True),
    )
    frame = FormView(
        address=address,
        sections=(),
        buttons=send if may_send else (),
        csrf=desk.token,
        hidden=(("form_id", form_id), ("seen_version", str(facts.version))),
        problems=(*lines, *problem_lines(problems)),
        autosave_address=f"{address}/simpan" if may_send else "",
        saved_words=saved_words,
        id="pendapat",
    )
    kept: dict[str, list[SavedWords]] = {}
    for one in phrases_of(desk.session, desk.person):
        use = Button("Pakai", name="pakai", value=str(one.id), icon="plus", skips_checks=True)
        kept.setdefault(one.field, []).append(SavedWords(one.text, use))
    wrong = {p.place: p.message for p in reversed(problems)}
    parts = [Part(code, title, tuple(_question(name, answers, wrong, kept) for name in names)) for code, title, names in _SECTIONS]
    return OpinionForm(frame, str(revision), parts[0], causes_view(answers, problems), tuple(parts[1:]))


def _question(name: str, answers: Mapping[str, Any], wrong: Mapping[str, str], kept: Mapping[str, Sequence[SavedWords]]) -> Question:
    f = next(one for one in OPINION.fields if one.name == name)
    view = field_view(f, answers.get(name), wrong, {})
    if f.kind is not Kind.TEXT or view.control != "textarea":
        return Question(view, (), None)
    keep = Button(
        "Simpan sebagai ungkapan", name="ungkapan", value=name, tone="quiet", icon="device-floppy", skips_checks=True, id=f"simpan-{name}"
    )
    return Question(view, tuple(kept.get(name, ())), keep)


def _label(name: str) -> str:
    return next((f.label for f in OPINION.fields if f.name == name), name)


def _saved(desk: Desk, facts: CaseFacts, at: Any) -> str:
    return f"Tersimpan {clock_words(at, desk.cycle_of(facts).timezone)}"


_EXPERTS = frozenset({Role.EXPERT})

PAGES = (
    Page("/kasus/{number}/telaah", show, take, roles=_EXPERTS),
    Page("/kasus/{number}/telaah/simpan", None, save, roles=_EXPERTS),
)
