"""How a page of the worksheet is put together: its frame, parts, completeness and what stands on top. What is done is in worksheet.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from audit.casework.field_visits import Known, who_they_are
from audit.casework.worklists import offers
from audit.casework.worksheets import Filling, Usable, usable
from audit.forms import Form
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import GROUP_LABELS, STATUS_LABELS, Action, Status
from audit.regions import full_name
from audit.render.wording import date_words
from audit.steps.packet.forms import ASKED_BY_LABELS
from audit.steps.packet.rules import CONSENT, completeness, in_words
from audit.web.addresses import of_action, of_case
from audit.web.desk import Desk
from audit.web.fields import typed
from audit.web.form_parts import Comparison, FormView
from audit.web.parts import Alert, Badge, Button, Fact, PageHead, Progress, Shell, Task

SEND = "kirim"
"""The last part of the worksheet: what is missing, and the button that sends it in."""


@dataclass(frozen=True, slots=True)
class Link:
    """A question that is missing or wrong, and where it is."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class DisciplinePart:
    """How much of what one discipline asks is there. links: what is not."""

    progress: Progress
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class WorksheetPage:
    """One part of a worksheet being filled in, the last part with its button, or the whole to be read.

    nav: the way to the parts; place: which of them this is ("Bagian 2 dari 7"). wrong: answers that cannot be
    used, on other pages. read: name of a part and its answers, when nothing can be typed.
    """

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    who: tuple[Fact, ...]
    nav: tuple[Task, ...]
    place: str
    form: FormView | None
    revision: int
    parts: tuple[DisciplinePart, ...]
    wrong: tuple[Link, ...]
    read: tuple[tuple[str, tuple[Fact, ...]], ...]
    comparison: Comparison | None


def worksheet_page(
    desk: Desk,
    facts: CaseFacts,
    filled: Filling,
    known: Known | None,
    current: str,
    answers: Mapping[str, Any],
    *,
    form: FormView | None,
    revision: int,
    alerts: Sequence[Alert] = (),
    comparison: Comparison | None = None,
    reads: bool = False,
) -> WorksheetPage:
    """The page around one part, in the words that all parts share. current: code of the part, SEND, or "" when the whole is read."""
    found = usable(filled.form, answers)
    where = {f.name: s.code for s in filled.form.sections for f in s.fields}
    sends_back = tuple(
        Button(o.row.label, of_action(facts.number, o.row.action), icon="arrow-back-up", refusals=tuple(r.sentence for r in o.refusals))
        for o in offers(facts, desk.person)
        if o.row.action is Action.RETURN_WORKSHEET
    )
    return WorksheetPage(
        shell=desk.frame(
            f"Kertas kerja {facts.number}", place="kasus", crumbs=(("Kasus", "/kasus"), (facts.number, of_case(facts.number)))
        ),
        head=PageHead(
            "Kertas kerja",
            over=f"Kasus {facts.number}",
            lead=f"{GROUP_LABELS[facts.group]} · {full_name(facts.desa_code)}",
            badges=(_state_badge(filled),),
            buttons=sends_back,
        ),
        alerts=(*_standing_alerts(desk, facts, filled, reads=reads), *alerts),
        who=_who(facts, known),
        nav=() if reads or comparison else _nav(facts, filled.form, found, current),
        place=_place(filled.form, current),
        form=form,
        revision=revision,
        parts=_parts(facts, filled.form, found.values, where, reads=reads),
        wrong=tuple(Link(p.message, address_of_part(facts, where.get(p.place, ""), p.place)) for p in found.problems)
        if current == SEND
        else (),
        read=_read(filled.form, filled.stored) if reads else (),
        comparison=comparison,
    )


def merged(filled: Filling) -> dict[str, Any]:
    """The answers as typed: what was submitted, and over it what this person typed since."""
    return {**typed(filled.stored), **filled.draft}


def address_of_part(facts: CaseFacts, part: str, field: str = "") -> str:
    """Where a part of the worksheet is, and a question in it."""
    address = of_action(facts.number, Action.SUBMIT_WORKSHEET)
    return address + (f"?bagian={part}" if part else "") + (f"#f-{field}" if field else "")


def who_it_is(desk: Desk, facts: CaseFacts) -> Known | None:
    """Who the case is about, for who opened the identity; else None."""
    return who_they_are(desk.session, [facts], by=desk.person, at=desk.at).get(facts.case_id)


def why_closed(facts: CaseFacts) -> str:
    """Why nobody fills in the worksheet now."""
    wanted, now = STATUS_LABELS[Status.SELECTED], STATUS_LABELS[facts.status]
    return f"Kertas kerja diisi petugas lapangan selama kasus berstatus “{wanted}”; sekarang “{now}”."


def saved_words(desk: Desk, facts: CaseFacts, at: datetime | None) -> str:
    """When it was saved, by the clock of the district; "" when it was not."""
    return f"Tersimpan {_local(desk, facts, at):%H.%M}." if at else ""


def _local(desk: Desk, facts: CaseFacts, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(desk.cycle_of(facts).timezone))


def _nav(facts: CaseFacts, form: Form, found: Usable, current: str) -> tuple[Task, ...]:
    """The parts of the worksheet, each with how much of it is there, and the last step."""
    nav = []
    wrong = {problem.place for problem in found.problems}
    for s in form.sections:
        needed = [f.name for f in s.fields if f.is_required]
        there = sum(name in found.values for name in needed)
        is_wrong = bool(wrong & {f.name for f in s.fields})
        words = f"{there} dari {len(needed)} isian wajib" if needed else "tanpa isian wajib"
        is_done = there == len(needed) and not is_wrong
        text = " · ".join(
            part for part in ("lengkap" if needed and is_done else words, "sedang dibuka" if s.code == current else "") if part
        )
        badge = Badge("perlu diperbaiki", "bad", "alert-circle") if is_wrong else None
        nav.append(Task(s.title, address_of_part(facts, s.code), text, due=badge, icon="circle-check" if is_done else "circle"))
    here = "sedang dibuka" if current == SEND else ""
    return (*nav, Task("Periksa dan kirim", address_of_part(facts, SEND), here, icon="send"))


def _place(form: Form, current: str) -> str:
    codes = [*(s.code for s in form.sections), SEND]
    return f"Bagian {codes.index(current) + 1} dari {len(codes)}" if current in codes else ""


def _parts(facts: CaseFacts, form: Form, values: Mapping[str, Any], where: Mapping[str, str], *, reads: bool) -> tuple[DisciplinePart, ...]:
    name_of = {f.label: f.name for f in form.fields if f.is_required}
    parts = []
    for part in completeness(form, values):
        words = f"{part.answered} dari {part.required} isian wajib"
        tone = "good" if part.is_complete else "warn"
        links = [Link(label, "" if reads else address_of_part(facts, where[name_of[label]], name_of[label])) for label in part.missing]
        if values.get(CONSENT) is False and any(f.name == CONSENT and f.asked_by == part.asked_by for f in form.fields):
            links.append(Link("Keluarga belum bersedia diaudit", "" if reads else address_of_part(facts, where[CONSENT], CONSENT)))
        parts.append(DisciplinePart(Progress(ASKED_BY_LABELS[part.asked_by], part.answered, part.required, words, tone=tone), tuple(links)))
    return tuple(parts)


def _read(form: Form, stored: Mapping[str, Any]) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    return tuple((s.title, tuple(Fact(f.label, in_words(f, stored.get(f.name)) or "belum diisi") for f in s.fields)) for s in form.sections)


def _state_badge(filled: Filling) -> Badge:
    if filled.state == "returned":
        return Badge("dikembalikan", "warn", "arrow-back-up")
    if filled.state == "submitted":
        return Badge("sudah dikirim", "good", "circle-check")
    return Badge("belum dikirim", "neutral", "pencil")


def _standing_alerts(desk: Desk, facts: CaseFacts, filled: Filling, *, reads: bool) -> tuple[Alert, ...]:
    alerts = []
    if filled.returned_note:
        alerts.append(Alert(filled.returned_note, "warn", heading=f"{filled.returned_by} meminta data dilengkapi"))
    if filled.state == "submitted" and filled.submitted_at:
        sent_on = date_words(_local(desk, facts, filled.submitted_at).date())
        lacking = facts.missing_total
        after = (
            f"Masih kurang {lacking} isian; lengkapi lalu kirim lagi."
            if lacking
            else "Lengkap. Paket dibekukan otomatis, lalu tim pakar mengkajinya."
        )
        after = after if facts.status is Status.SELECTED else why_closed(facts)
        alerts.append(Alert(f"Dikirim {filled.submitted_by} pada {sent_on}. {after}", "info"))
    elif reads:
        waits = (
            "Menunggu petugas lapangan melengkapi dan mengirim lagi."
            if filled.state
            else "Kertas kerja ini belum dikirim petugas lapangan."
        )
        alerts.append(Alert(waits if facts.status is Status.SELECTED else why_closed(facts), "info"))
    if not reads and filled.saved_at and filled.submitted_at and filled.submitted_at > filled.saved_at:
        alerts.append(
            Alert(
                f"{filled.submitted_by} mengirim kertas kerja ini sesudah isian Anda tersimpan. Saat mengirim, Anda memilih per isian.",
                "warn",
            )
        )
    return tuple(alerts)


def _who(facts: CaseFacts, known: Known | None) -> tuple[Fact, ...]:
    if known is None:
        address = of_action(facts.number, Action.OPEN_IDENTITY)
        return (Fact("Nama", "Buka identitas", address=address, is_masked=True),)
    return tuple(Fact(label, value) for label, value in (("Nama", known.name), ("Alamat", known.address)) if value)
