"""The form a cycle is opened with. What it asks and how its answers are checked: audit/casework/cycle_opening.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from audit.casework.cycle_opening import open_from, opening_form, starting_point
from audit.casework.questions import Asked
from audit.casework.receipts import keep_receipt, receipt_of
from audit.errors import Refused
from audit.forms import Problem, Problems
from audit.people.roles import Role
from audit.regions import every_kabupaten, find_kabupaten, kabupaten, with_province
from audit.web.desk import Desk, Page
from audit.web.fields import given, problem_lines, sections, typed
from audit.web.form_page import TEMPLATE, FormPage
from audit.web.form_parts import FieldView, FormView, ProblemLine, SectionView
from audit.web.pages.cycle import address_of
from audit.web.parts import Alert, Button, PageHead, Shell
from audit.web.sent import Sent

ADDRESS = "/siklus/baru"
_ONLY = frozenset({Role.SECRETARY})


def show(desk: Desk) -> Response:
    """The form with what the cycle before had; first the kabupaten, when there is no cycle yet."""
    asked_for = desk.query("kabupaten") or next((cycle.kabupaten_code for cycle in desk.cycles()), "")
    if not asked_for:
        return _ask_where(desk)
    try:
        place = find_kabupaten(asked_for).code
    except Refused as refusal:
        return _ask_where(desk, asked_for, problem=refusal.reasons[0].sentence)
    answers, source = starting_point(desk.session, place, on=desk.on())
    return _draw(desk, place, typed(answers), form_id=str(uuid4()), source=source)


def take(desk: Desk, sent: Sent) -> Response:
    """Open it once. What cannot be used comes back as it was typed, each with its sentence."""
    try:
        place = find_kabupaten(sent.text("kabupaten")).code
    except Refused as refusal:
        return _ask_where(desk, sent.text("kabupaten")[:100], problem=refusal.reasons[0].sentence, status=422)
    answers, form_id = given(sent, Asked(opening_form(place))), sent.text("form_id")
    try:
        with desk.writing() as session:
            if receipt_of(session, form_id, desk.person) is not None:
                return desk.go("/siklus", said="Formulir yang sama terkirim dua kali; siklus dibuka sekali.")
            cycle = open_from(session, place, answers, by=desk.person, at=desk.at)
            keep_receipt(session, form_id, by=desk.person, at=desk.at)
            desk.request.app.state.names.forget()
    except Problems as found:
        return _draw(desk, place, answers, form_id=form_id, problems=found.problems, status=422)
    except Refused as refusal:
        lines = [ProblemLine("", reason.sentence) for reason in refusal.reasons]
        return _draw(desk, place, answers, form_id=form_id or str(uuid4()), lines=lines, status=409)
    return desk.go(address_of(cycle), said=f"Siklus {cycle.code} dibuka. Muat berkas registri, lalu tapis sasarannya.")


def _draw(
    desk: Desk,
    place: str,
    answers: Mapping[str, Any],
    *,
    form_id: str,
    source: str = "",
    problems: Sequence[Problem] = (),
    lines: Sequence[ProblemLine] = (),
    status: int = 200,
) -> Response:
    told = (
        Alert(
            f"Isian dimulai dari siklus {source}. Kriteria penapisan, penanda tangan, SK tim, dan teks kantor ikut dari siklus itu.",
            "info",
        ),
    )
    form = FormView(
        address=ADDRESS,
        id="buka-siklus",
        sections=sections(Asked(opening_form(place)), answers, problems=problems),
        buttons=(Button("Buka siklus", tone="primary", icon="lock-open"), Button("Batal", "/siklus", tone="quiet")),
        csrf=desk.token,
        hidden=(("form_id", form_id), ("kabupaten", place)),
        problems=(*lines, *problem_lines(problems)),
    )
    lead = "Ketentuan ini berlaku selama siklus dan tidak berubah sesudah dibuka."
    head = PageHead("Buka siklus baru", lead=lead, over=kabupaten(place).name)
    page = FormPage(_frame(desk), head, form, told if source else ())
    return desk.draw(TEMPLATE, page, status=status)


def _ask_where(desk: Desk, value: str = "", *, problem: str = "", status: int = 200) -> Response:
    field = FieldView(
        "kabupaten",
        "Nama kabupaten atau kota",
        value=value,
        help="Ketik namanya lalu pilih, misalnya Kabupaten Jember, Jawa Timur. Kode Kemendagri (35.09) juga boleh.",
        problem=problem,
        is_required=True,
        suggestions=tuple(with_province(one) for one in every_kabupaten()),
    )
    form = FormView(
        address=ADDRESS,
        sections=(SectionView("kabupaten", "Kabupaten atau kota", (field,)),),
        buttons=(Button("Lanjut", tone="primary", icon="arrow-right"), Button("Batal", "/siklus", tone="quiet")),
        method="get",
        problems=(ProblemLine(field.key, problem),) if problem else (),
    )
    page = FormPage(_frame(desk), PageHead("Buka siklus baru", lead="Mulai dari kabupaten atau kotanya."), form)
    return desk.draw(TEMPLATE, page, status=status)


def _frame(desk: Desk) -> Shell:
    return desk.frame("Buka siklus baru", place="siklus", crumbs=(("Siklus", "/siklus"),))


PAGES = (Page(ADDRESS, show, take, roles=_ONLY),)
