"""Lembar kerja: the worksheet of a case, one part at a time, saved while one types; what is missing, and sending it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from audit.casework.form_drafts import DraftMoved
from audit.casework.questions import Asked
from audit.casework.receipts import do_once, receipt_of
from audit.casework.worklists import offers
from audit.casework.worksheets import Filling, Usable, filling, save_part, usable
from audit.errors import Refused, Stale
from audit.forms import Form, Problem, Problems, Section
from audit.lifecycle.access import may_see_identity
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import Action
from audit.people.roles import Role
from audit.steps.packet.rules import completeness
from audit.web.conflict import CHOSEN, chosen_of, compare_rows, hidden_answers, unchosen
from audit.web.desk import Desk, Page
from audit.web.fields import given, problem_lines, sections, typed
from audit.web.form_parts import Comparison, FormView, ProblemLine
from audit.web.offline import kept_by_the_phone, of_another, owner, to_the_phone
from audit.web.pages.worksheet_view import (
    SEND,
    address_of_part,
    merged,
    saved_words,
    who_it_is,
    why_closed,
    worksheet_page,
)
from audit.web.parts import Alert, Button
from audit.web.sent import Sent


def show(desk: Desk) -> Response:
    """The part asked for with ?bagian=, else the first that lacks something; for who cannot fill it in, the answers to be read."""
    facts = _case(desk)
    filled = filling(desk.session, facts, desk.person)
    if not _may_fill(desk, facts):
        return _draw_to_read(desk, facts, filled)
    wanted = desk.query("bagian")
    if wanted == SEND:
        return _draw_to_send(desk, facts, filled)
    section = next((s for s in filled.form.sections if s.code == wanted), None) or _first_open(filled)
    return _draw_part(desk, facts, filled, section, merged(filled), form_id=str(uuid4()), revision=filled.revision)


def save(desk: Desk, sent: Sent) -> Response:
    """Keep what was typed into one part, usable or not; then on to the next, or back to what cannot be used."""
    if (refusal := of_another(desk, sent)) is not None:
        return refusal
    facts = _case(desk)
    filled = filling(desk.session, facts, desk.person)
    section = next((s for s in filled.form.sections if s.code == sent.text("bagian")), None)
    if section is None:
        raise HTTPException(404)
    answers, form_id = given(sent, _asked(section)), sent.text("form_id")
    is_typing = desk.request.headers.get("hx-request") is not None
    if not _may_fill(desk, facts):
        raise Refused.because("worksheet_closed", why_closed(facts))
    names = [f.name for f in section.fields]
    seen, based_on = sent.whole("seen_version"), sent.whole("revision")
    try:
        with desk.writing() as session:
            if any(name.startswith(CHOSEN) for name in sent.texts):
                kept = merged(filling(session, facts, desk.person))
                answers = chosen_of(section.fields, answers, kept, lambda name: sent.text(CHOSEN + name))
            receipt_of(session, form_id, desk.person)
            revision = save_part(
                session,
                facts,
                names,
                answers,
                form_id=form_id,
                based_on=based_on or 0,
                seen_version=facts.version if seen is None else min(seen, facts.version),
                by=desk.person,
                at=desk.at,
            )
    except DraftMoved as moved:
        if is_typing:
            return HTMLResponse("Belum tersimpan: bagian ini sudah disimpan dari perangkat lain. Tekan “Simpan dan lanjut” untuk memilih.")
        return _draw_moved(desk, facts, filled, section, answers, moved, form_id=form_id, sent=sent)
    found = usable(_form_of(section), answers)
    if is_typing:
        return _saved(desk, facts, revision, found)
    if found.problems:
        page = {**merged(filled), **answers}
        return _draw_part(desk, facts, filled, section, page, form_id=form_id, revision=revision, problems=found.problems, status=422)
    return to_the_phone(desk, desk.go(address_of_part(facts, sent.text("lanjut") or SEND)))


def submit(desk: Desk, sent: Sent) -> Response:
    """Send in what was saved, once. What somebody else sent meanwhile is shown beside it."""
    if (refusal := of_another(desk, sent)) is not None:
        return refusal
    facts = _case(desk)
    filled, form_id = filling(desk.session, facts, desk.person), sent.text("form_id")
    answers: Mapping[str, Any] = filled.draft
    if any(name.startswith(CHOSEN) for name in sent.texts):
        answers = {name: value for name, value in filled.draft.items() if sent.text(CHOSEN + name) != "right"}
    try:
        with desk.writing() as session:
            if receipt_of(session, form_id, desk.person) is None and sent.whole("revision") != filled.revision:
                raise DraftMoved(filled.draft, filled.revision)
            taken = do_once(
                session,
                facts.case_id,
                Action.SUBMIT_WORKSHEET,
                form_id=form_id,
                by=desk.person,
                at=desk.at,
                given=answers,
                seen_version=sent.whole("seen_version"),
            )
    except DraftMoved as moved:
        alerts = [Alert("Isian ini berubah sejak halaman ini dibuka. Periksa sekali lagi, lalu kirim.", "warn")]
        alerts += [Alert(moved.reasons[0].sentence, "info")]
        return _draw_to_send(desk, facts, filled, alerts=alerts, status=409)
    except Stale as stale:
        return _draw_stale(desk, filled, stale, form_id=form_id, sent=sent)
    except Problems:
        return _draw_to_send(desk, facts, filled, status=422)
    except Refused as refused:
        return _draw_to_send(desk, facts, filled, alerts=[Alert(r.sentence, "bad") for r in refused.reasons], status=409)
    return to_the_phone(desk, desk.go(address_of_part(facts, ""), said=_sent_words(facts, taken.event.details, is_again=taken.is_again)))


def _case(desk: Desk) -> CaseFacts:
    facts = desk.case()
    if not may_see_identity(facts, desk.person):
        raise HTTPException(404)
    return facts


def _may_fill(desk: Desk, facts: CaseFacts) -> bool:
    offered = (offer for offer in offers(facts, desk.person) if offer.row.action is Action.SUBMIT_WORKSHEET)
    return any(not offer.refusals for offer in offered)


def _form_of(section: Section) -> Form:
    return Form(section.code, section.title, (section,))


def _asked(section: Section) -> Asked:
    return Asked(_form_of(section))


def _first_open(filled: Filling) -> Section:
    values = usable(filled.form, merged(filled)).values
    lacking = (s for s in filled.form.sections if any(f.is_required and f.name not in values for f in s.fields))
    return next(lacking, filled.form.sections[0])


def _draw_part(
    desk: Desk,
    facts: CaseFacts,
    filled: Filling,
    section: Section,
    answers: Mapping[str, Any],
    *,
    form_id: str,
    revision: int,
    problems: Sequence[Problem] | None = None,
    status: int = 200,
) -> Response:
    found = usable(_form_of(section), {f.name: answers.get(f.name) for f in section.fields})
    known = who_it_is(desk, facts)
    codes = [s.code for s in filled.form.sections]
    following = [*codes[codes.index(section.code) + 1 :], SEND][0]
    form = FormView(
        address=address_of_part(facts, "") + "/simpan",
        sections=sections(_asked(section), answers, problems=found.problems, warnings=found.warnings),
        buttons=(Button("Simpan dan lanjut", name="lanjut", value=following, icon="arrow-right", tone="primary"),),
        csrf=desk.token,
        hidden=(("form_id", form_id), ("seen_version", str(filled.seen_version)), ("bagian", section.code), owner(desk)),
        problems=problem_lines(problems or ()),
        autosave_address=address_of_part(facts, "") + "/simpan",
        offline_key="lembar-kerja",
        saved_words=saved_words(desk, facts, filled.saved_at),
    )
    page = worksheet_page(desk, facts, filled, known, section.code, answers, form=form, revision=revision)
    return kept_by_the_phone(desk.draw("web/worksheet/part.html", page, status=status), is_masked=known is None)


def _draw_to_send(
    desk: Desk, facts: CaseFacts, filled: Filling, *, alerts: Sequence[Alert] = (), status: int = 200, form_id: str = ""
) -> Response:
    answers = merged(filled)
    found = usable(filled.form, answers)
    lacking = sum(len(part.missing) for part in completeness(filled.form, found.values))
    note = f"Masih kurang {lacking} isian wajib; dapat dilengkapi setelah dikirim." if lacking else "Semua isian wajib terisi."
    known = who_it_is(desk, facts)
    form = FormView(
        address=address_of_part(facts, ""),
        sections=(),
        buttons=(Button("Kirim kertas kerja", icon="send", tone="primary", note=note),),
        csrf=desk.token,
        hidden=(("form_id", form_id or str(uuid4())), ("seen_version", str(filled.seen_version)), owner(desk)),
        is_guarded=False,
        offline_key="hanya-daring",
    )
    emptied = [f.label for f in filled.form.fields if f.name in filled.stored and filled.draft.get(f.name, "?") in ("", [])]
    told = list(alerts)
    if emptied:
        told.append(Alert("Isian yang Anda kosongkan tetap memakai jawaban yang sudah terkirim:", "warn", items=tuple(emptied)))
    if found.warnings:
        told.append(Alert("Nilai yang tidak lazim tetap diterima; pastikan benar.", "warn", items=tuple(w.message for w in found.warnings)))
    page = worksheet_page(desk, facts, filled, known, SEND, answers, form=form, revision=filled.revision, alerts=told)
    return kept_by_the_phone(desk.draw("web/worksheet/send.html", page, status=status), is_masked=known is None)


def _draw_to_read(desk: Desk, facts: CaseFacts, filled: Filling) -> Response:
    known = who_it_is(desk, facts)
    answers = filled.stored
    page = worksheet_page(desk, facts, filled, known, "", typed(answers), form=None, revision=0, reads=True)
    return desk.draw("web/worksheet/read.html", page)


def _draw_moved(
    desk: Desk,
    facts: CaseFacts,
    filled: Filling,
    section: Section,
    answers: Mapping[str, Any],
    moved: DraftMoved,
    *,
    form_id: str,
    sent: Sent,
) -> Response:
    """Two drafts of one part side by side: what was typed here, and what another device saved meanwhile."""
    kept = {**typed(filled.stored), **moved.kept}
    rows = compare_rows(section.fields, answers, kept, sent)
    codes = [s.code for s in filled.form.sections]
    form = FormView(
        address=address_of_part(facts, "") + "/simpan",
        sections=(),
        buttons=(
            Button(
                "Simpan pilihan ini",
                name="lanjut",
                value=[*codes[codes.index(section.code) + 1 :], SEND][0],
                icon="device-floppy",
                tone="primary",
            ),
        ),
        csrf=desk.token,
        hidden=(
            ("form_id", form_id),
            ("seen_version", str(filled.seen_version)),
            ("bagian", section.code),
            ("revision", str(moved.revision)),
            owner(desk),
            *hidden_answers(answers),
        ),
        problems=_to_choose(rows, sent),
        problems_heading="Pilih dahulu",
        offline_key="lembar-kerja",
    )
    alert = Alert(
        "Bagian ini juga disimpan dari perangkat lain sesudah Anda membukanya. Pilih yang benar untuk tiap isian yang berbeda;"
        " belum ada yang diganti.",
        "warn",
        heading=f"Dua versi bagian “{section.title}”",
    )
    comparison = Comparison(
        section.title, "Diketik di sini", "Dari perangkat lain", tuple(rows), left_note="belum tersimpan", right_note="sudah tersimpan"
    )
    page = worksheet_page(
        desk, facts, filled, who_it_is(desk, facts), section.code, kept, form=form, revision=-1, alerts=[alert], comparison=comparison
    )
    return desk.draw("web/worksheet/compare.html", page, status=409)


def _draw_stale(desk: Desk, filled: Filling, stale: Stale, *, form_id: str, sent: Sent) -> Response:
    """What this person typed beside what somebody else sent in meanwhile; where nothing differs, only that the case changed."""
    facts = _case(desk)
    now = filling(desk.session, facts, desk.person)
    mine = {name: value for name, value in now.draft.items() if value not in ("", [])}
    theirs = typed(now.stored)
    told = [f for f in now.form.fields if f.name in mine]
    rows = compare_rows(told, mine, theirs, sent)
    if not any(row.is_different for row in rows):
        alerts = [Alert(f"{stale.reasons[0].sentence} Isian Anda tetap tersimpan.", "warn")]
        fresh = Filling(**{**{name: getattr(now, name) for name in Filling.__slots__}, "seen_version": facts.version})
        return _draw_to_send(desk, facts, fresh, alerts=alerts, status=409, form_id=form_id)
    form = FormView(
        address=address_of_part(facts, ""),
        sections=(),
        buttons=(Button("Kirim pilihan ini", icon="send", tone="primary"),),
        csrf=desk.token,
        hidden=(("form_id", form_id), ("seen_version", str(facts.version)), ("revision", str(now.revision)), owner(desk)),
        problems=_to_choose(rows, sent),
        problems_heading="Pilih dahulu",
        offline_key="hanya-daring",
    )
    sender = now.submitted_by or "orang lain"
    alert = Alert(
        f"Kertas kerja ini sudah dikirim {sender} sesudah Anda membukanya. Pilih yang benar untuk tiap isian yang berbeda;"
        " belum ada yang diganti.",
        "warn",
        heading="Dua versi kertas kerja",
    )
    comparison = Comparison(
        "Isian yang Anda ketik", "Isian Anda", f"Dikirim {sender}", tuple(rows), left_note="belum terkirim", right_note="sudah terkirim"
    )
    page = worksheet_page(
        desk, facts, now, who_it_is(desk, facts), SEND, merged(now), form=form, revision=-1, alerts=[alert], comparison=comparison
    )
    return desk.draw("web/worksheet/compare.html", page, status=409)


def _to_choose(rows: Sequence[Any], sent: Sent) -> tuple[ProblemLine, ...]:
    if not any(name.startswith(CHOSEN) for name in sent.texts):
        return ()
    return tuple(ProblemLine("", f"{row.label}: pilih salah satu.") for row in unchosen(rows, sent))


def _saved(desk: Desk, facts: CaseFacts, revision: int, found: Usable) -> Response:
    """What the page is told while one types: when it was saved, and the new revision, which stands in its hidden field."""
    wrong = f" {len(found.problems)} isian perlu diperbaiki." if found.problems else ""
    sentence = escape(f"{saved_words(desk, facts, desk.at)}{wrong}")
    hidden = Markup('<input type="hidden" id="revision" name="revision" value="{}" hx-swap-oob="true">').format(revision)
    return HTMLResponse(sentence + hidden)


def _sent_words(facts: CaseFacts, details: Mapping[str, Any], *, is_again: bool) -> str:
    lacking = details.get("missing", 0)
    after = (
        f"Masih kurang {lacking} isian; lengkapi lalu kirim lagi."
        if lacking
        else "Lengkap: paket dibekukan otomatis, lalu tim pakar mengkajinya."
    )
    again = " Formulir yang sama terkirim dua kali; dicatat sekali." if is_again else ""
    return f"Kertas kerja kasus {facts.number} terkirim. {after}{again}"


_READERS = frozenset({Role.FIELD, Role.SECRETARY})

PAGES = (
    Page("/kasus/{number}/lembar-kerja", show, submit, roles=_READERS),
    Page("/kasus/{number}/lembar-kerja/simpan", take=save, roles=_READERS),
)
