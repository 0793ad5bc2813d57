"""Telaah: the cases of one expert, what is to be answered first; and the phrases they keep. Nothing here tells what the others did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from audit.casework.form_drafts import drafts_of
from audit.casework.phrases import forget_phrase, phrases_of
from audit.casework.reviews import OwnReview, ReviewState, reviews_of
from audit.errors import Refused
from audit.lifecycle.vocabulary import GROUP_LABELS, Action
from audit.people.roles import Role
from audit.reports.phrases import kecamatan_words
from audit.steps.review.forms import OPINION
from audit.web.addresses import of_case
from audit.web.desk import Desk, Page
from audit.web.form_parts import FormView
from audit.web.parts import Alert, Badge, Button, Cell, Column, Empty, PageHead, Row, Shell, Stat, Table
from audit.web.sent import Sent
from audit.web.time_words import days_badge

_BADGES: Mapping[ReviewState, Badge] = {
    ReviewState.TO_ANSWER: Badge("Perlu ditelaah", "info", "pencil"),
    ReviewState.ANSWERED: Badge("Sudah Anda jawab", "good", "circle-check"),
    ReviewState.TO_MEET: Badge("Menunggu kesepakatan panel", "info", "users"),
    ReviewState.NOT_OPEN: Badge("Kajian belum dibuka", "neutral", "hourglass"),
    ReviewState.OVER: Badge("Selesai", "neutral", "check"),
}
_COLUMNS = (*(Column(label) for label in ("Kasus", "Sasaran", "Keadaan", "Sisa waktu")), Column("Tindakan", is_hidden=True))


@dataclass(frozen=True, slots=True)
class ReviewsPage:
    """The cases of one expert."""

    shell: Shell
    head: PageHead
    stats: tuple[Stat, ...]
    now: Table
    others: Table


@dataclass(frozen=True, slots=True)
class PhraseLine:
    """A phrase and the form that deletes it."""

    text: str
    form: FormView


@dataclass(frozen=True, slots=True)
class PhraseGroup:
    """The phrases for one question."""

    title: str
    phrases: tuple[PhraseLine, ...]


@dataclass(frozen=True, slots=True)
class PhrasesPage:
    """The phrases of one expert, by question."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    groups: tuple[PhraseGroup, ...]
    empty: Empty


def show(desk: Desk) -> Response:
    """What waits for this expert, the soonest due first, and the rest below."""
    found = reviews_of(desk.session, desk.person, at=desk.at)
    drafts = {
        case_id: saved for (case_id, action), saved in drafts_of(desk.session, desk.person).items() if action == Action.SUBMIT_OPINION
    }
    now = [one for one in found if one.state is ReviewState.TO_ANSWER]
    others = [one for one in found if one.state is not ReviewState.TO_ANSWER]
    first = (Button("Mulai menelaah", of_case(now[0].facts.number, "telaah"), tone="primary", icon="player-play"),) if now else ()
    late = sum(one.due_on is not None and one.due_on < one.facts.on for one in now)
    page = ReviewsPage(
        shell=desk.frame("Telaah", place="telaah"),
        head=PageHead(
            "Telaah",
            lead="Kasus yang ditugaskan kepada Anda. Pendapat Anda tersegel sampai kajian ditutup.",
            buttons=(
                *first,
                Button("Ketersediaan saya", "/panel/saya", icon="calendar"),
                Button("Ungkapan tersimpan", "/telaah/ungkapan", icon="notes"),
            ),
        ),
        stats=(
            Stat("Perlu ditelaah", str(len(now)), icon="pencil", tone="info" if now else "neutral"),
            Stat("Terlambat", str(late), icon="clock-exclamation", tone="bad" if late else "neutral"),
            Stat("Sudah Anda jawab", str(sum(one.state is ReviewState.ANSWERED for one in others)), icon="circle-check", tone="good"),
        ),
        now=Table(
            "Perlu Anda telaah",
            _COLUMNS,
            tuple(_row(one, drafts) for one in now),
            Empty("Tidak ada kasus yang menunggu Anda", "Kasus muncul di sini begitu kajiannya dibuka.", icon="circle-check"),
        ),
        others=Table(
            "Kasus Anda yang lain",
            _COLUMNS,
            tuple(_row(one, drafts) for one in others),
            Empty("Tidak ada kasus lain", "Kasus yang sudah Anda jawab dan yang belum dibuka ada di sini.", icon="folder"),
        ),
    )
    return desk.draw("web/review/list.html", page)


def phrases(desk: Desk) -> Response:
    """The phrases that are kept, by question."""
    return _draw_phrases(desk)


def forget(desk: Desk, sent: Sent) -> Response:
    """Delete one of them."""
    try:
        with desk.writing() as session:
            forget_phrase(session, sent.whole("ungkapan") or 0, of=desk.person)
    except Refused as refusal:
        return _draw_phrases(desk, tuple(Alert(reason.sentence, "warn") for reason in refusal.reasons), status=409)
    return desk.go("/telaah/ungkapan", said="Ungkapan dihapus.")


def _row(one: OwnReview, drafts: Mapping[int, datetime]) -> Row:
    facts = one.facts
    number, is_now = facts.number, one.state is ReviewState.TO_ANSWER
    place = "sidang" if one.state in (ReviewState.TO_MEET, ReviewState.OVER) else "telaah"
    is_late = one.due_on is not None and one.due_on < facts.on
    label = "Telaah" if is_now else "Sidang" if place == "sidang" else "Lihat"
    return Row(
        (
            Cell(number, of_case(number, place)),
            Cell(GROUP_LABELS[facts.group], note=kecamatan_words(facts.desa_code)),
            Cell("", badges=(_BADGES[one.state],), note="draf tersimpan" if is_now and facts.case_id in drafts else ""),
            Cell("", badges=(days_badge((one.due_on - facts.on).days),)) if one.due_on else Cell("–"),
            Cell("", buttons=(Button(label, of_case(number, place), id=f"b-{number}"),)),
        ),
        tone="bad" if is_late else "",
    )


def _draw_phrases(desk: Desk, alerts: tuple[Alert, ...] = (), *, status: int = 200) -> Response:
    labels = {f.name: f.label for f in OPINION.fields}
    groups: dict[str, list[PhraseLine]] = {}
    for one in phrases_of(desk.session, desk.person):
        delete = Button("Hapus", tone="danger", icon="trash", id=f"hapus-{one.id}")
        form = FormView(
            "/telaah/ungkapan",
            (),
            (delete,),
            csrf=desk.token,
            hidden=(("ungkapan", str(one.id)),),
            is_guarded=False,
            id=f"ungkapan-{one.id}",
        )
        groups.setdefault(labels.get(one.field, one.field), []).append(PhraseLine(one.text, form))
    page = PhrasesPage(
        shell=desk.frame("Ungkapan tersimpan", place="telaah", crumbs=(("Telaah", "/telaah"),)),
        head=PageHead("Ungkapan tersimpan", lead="Kalimat yang Anda simpan untuk dipakai lagi dalam pendapat. Hanya Anda yang melihatnya."),
        alerts=alerts,
        groups=tuple(PhraseGroup(title, tuple(lines)) for title, lines in groups.items()),
        empty=Empty(
            "Belum ada ungkapan",
            "Tulis pendapat pada sebuah kasus, lalu tekan “Simpan sebagai ungkapan” di bawah isiannya.",
            icon="notes",
            button=Button("Ke daftar telaah", "/telaah"),
        ),
    )
    return desk.draw("web/review/phrases.html", page, status=status)


_EXPERTS = frozenset({Role.EXPERT})

PAGES = (Page("/telaah", show, roles=_EXPERTS), Page("/telaah/ungkapan", phrases, forget, roles=_EXPERTS))
