"""Work that the system does for a cycle on request: asking for it, and how it stands. Which work there is: audit/casework/errands.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from audit.casework.cycles import cycle_by_code
from audit.casework.errands import DONE, FAILED, TERMS, ErrandKind, ask_for, errands_of, is_over
from audit.casework.receipts import keep_receipt, receipt_of
from audit.casework.tables import Errand
from audit.errors import Refused
from audit.lifecycle.tables import Cycle
from audit.people.roles import Role
from audit.render.wording import list_words, number
from audit.web.desk import Desk, Page
from audit.web.parts import Button, Empty, Event, Progress
from audit.web.sent import Sent
from audit.web.time_words import instant_words
from audit.web.waiting import waiting_for

SHOWN = 5
_ONLY = frozenset({Role.SECRETARY})

PLACES: Mapping[str, tuple[str, tuple[ErrandKind, ...]]] = {
    "siklus": ("/siklus/{code}", (ErrandKind.IDENTIFY, ErrandKind.SEMESTER)),
    "kandidat": ("/kandidat?siklus={code}", (ErrandKind.SCREEN, ErrandKind.IDENTIFY)),
}
"""Key of a page that has this card -> its address, and what can be asked for there."""

BUTTONS: Mapping[ErrandKind, tuple[str, str, str]] = {
    ErrandKind.IDENTIFY: ("Tapis dan buka kasus", "user-search", "Kasus dibuka menurut urutan sampai kuota terisi."),
    ErrandKind.SEMESTER: (
        "Jalankan langkah sistem",
        "player-play",
        "Membekukan paket, mengisi panel, menutup kajian; tanpa diminta pun berjalan.",
    ),
    ErrandKind.SCREEN: ("Tapis", "refresh", "Daftar dihitung dari data terbaru; yang sudah diputuskan tidak berubah."),
}

_COUNTED: Mapping[str, str] = {
    "subjects": "{n} sasaran diperiksa",
    "candidates": "{n} calon",
    "added": "{n} calon baru",
    "updated": "{n} calon diperbarui",
    "removed": "{n} tidak lagi memenuhi",
    "needs_remeasuring": "{n} perlu diukur ulang",
    "measured_too_long_ago": "{n} terlalu lama tidak diukur",
    "opened": "{n} kasus dibuka",
    "cases": "{n} kasus dibuka",
}
"""Counts in the result of an errand, as they are said; others are steps of the system and are added up."""


@dataclass(frozen=True, slots=True)
class ErrandCard:
    """What can be asked for, and the newest of what was. place: key of PLACES.

    fragment_address: asked every few seconds while something runs, "" when not. refresh_address: the page the card stands on."""

    place: str
    address: str
    csrf: str
    form_id: str
    buttons: Sequence[Button]
    progress: Sequence[Progress]
    events: Sequence[Event]
    empty: Empty
    fragment_address: str
    refresh_address: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class CardPage:
    """The card alone, for a page that asks for it again."""

    card: ErrandCard


def errand_card(desk: Desk, cycle: Cycle, *, place: str) -> ErrandCard:
    """The card for the page with this key of PLACES. One statement."""
    address, kinds = PLACES[place]
    listed = [one for one in errands_of(desk.session, cycle.id) if one.kind in kinds][:SHOWN]
    here = address.format(code=quote(cycle.code))
    runs = any(not is_over(one) for one in listed)
    waits = [waiting for one in listed if (waiting := waiting_for(one, address=here))]
    return ErrandCard(
        place=place,
        address=f"/siklus/{quote(cycle.code)}/pekerjaan",
        csrf=desk.token,
        form_id=str(uuid4()),
        buttons=tuple(_button(kind) for kind in kinds),
        progress=tuple(one.progress for one in waits if one.progress),
        events=tuple(_event(one, cycle) for one in listed),
        empty=Empty("Belum ada pekerjaan yang diminta", icon="player-play"),
        fragment_address=f"/siklus/{quote(cycle.code)}/pekerjaan?dari={place}" if runs else "",
        refresh_address=f"{here}#pekerjaan",
        is_open=cycle.closed_at is None,
    )


def show(desk: Desk) -> Response:
    """The card again, for htmx; when the last work is over the whole page is asked for again. Without htmx: the page it stands on."""
    cycle = _cycle(desk)
    place = desk.query("dari") if desk.query("dari") in PLACES else "siklus"
    card = errand_card(desk, cycle, place=place)
    if desk.request.headers.get("HX-Request") != "true":
        return RedirectResponse(card.refresh_address, status_code=303)
    response = desk.draw("web/cycle/errands.html", CardPage(card))
    if not card.fragment_address:
        response.headers["HX-Refresh"] = "true"  # its figures are older than what came of the work
    return response


def take(desk: Desk, sent: Sent) -> Response:
    """Ask for it once; back to the page the button stood on."""
    cycle = _cycle(desk)
    place = sent.text("dari") if sent.text("dari") in PLACES else "siklus"
    address, kinds = PLACES[place]
    back = f"{address.format(code=quote(cycle.code))}#pekerjaan"
    if sent.text("pekerjaan") not in kinds:
        raise HTTPException(400)
    kind = ErrandKind(sent.text("pekerjaan"))
    if cycle.closed_at is not None:
        raise Refused.because("cycle_closed", f"Siklus {cycle.code} sudah ditutup.")
    with desk.writing() as session:
        if receipt_of(session, sent.text("form_id"), desk.person) is None:
            ask_for(session, kind, by=desk.person, at=desk.at, cycle_id=cycle.id)
            keep_receipt(session, sent.text("form_id"), by=desk.person, at=desk.at)
    return desk.go(back, said=f"“{BUTTONS[kind][0]}” diminta. Hasilnya muncul di halaman ini.", tone="info")


def result_words(errand: Errand) -> str:
    """What came of an errand, in a line; "" while it is not over."""
    if not is_over(errand):
        return ""
    counts = {name: n for name, n in errand.result.items() if isinstance(n, int) and not isinstance(n, bool)}
    said = [words.format(n=number(counts[name])) for name, words in _COUNTED.items() if counts.get(name)]
    steps = sum(n for name, n in counts.items() if name not in _COUNTED and name not in ("undrawn", "failed", "decided", "in_no_group"))
    if errand.kind == ErrandKind.SEMESTER:
        said = [f"{number(steps)} langkah dikerjakan"] if steps else []
    nothing = "Tidak ada yang perlu dikerjakan" if errand.kind == ErrandKind.SEMESTER else "Tidak ada yang berubah"
    text = list_words(said) if said else nothing if errand.state == DONE else ""
    return " ".join(part for part in (f"{text[:1].upper()}{text[1:]}." if text else "", errand.sentence or "") if part)


def _button(kind: ErrandKind) -> Button:
    label, icon, note = BUTTONS[kind]
    return Button(label, icon=icon, name="pekerjaan", value=kind.value, note=note)


def _event(one: Errand, cycle: Cycle) -> Event:
    tone, icon = {DONE: ("good", "circle-check"), FAILED: ("bad", "alert-circle")}.get(one.state, ("info", "hourglass"))
    state = {DONE: "selesai", FAILED: "gagal"}.get(one.state, "menunggu giliran" if one.started_at is None else "sedang dikerjakan")
    return Event(
        title=f"{TERMS[ErrandKind(one.kind)].label}: {state}",
        when=instant_words(one.finished_at or one.asked_at, cycle.timezone),
        instant=(one.finished_at or one.asked_at).isoformat(),
        text=result_words(one),
        icon=icon,
        tone=tone,
    )


def _cycle(desk: Desk) -> Cycle:
    try:
        return cycle_by_code(desk.session, desk.path("code"))
    except Refused:
        raise HTTPException(404) from None


PAGES = (Page("/siklus/{code}/pekerjaan", show, take, roles=_ONLY),)
