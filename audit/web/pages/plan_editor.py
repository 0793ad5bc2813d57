"""Writing the plan (RTL) of a case: rows of actions below what the panel asks for; drafted, saved, submitted. Not how it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import zip_longest
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from sqlalchemy.orm import Session
from starlette.responses import Response

from audit.casework.choices import choices_for
from audit.casework.form_drafts import DraftMoved, draft_for, forget_draft, save_draft
from audit.casework.questions import asked_for
from audit.casework.receipts import Taken, do_once
from audit.casework.worklists import offers
from audit.errors import Refused, Stale
from audit.forms import Field, Kind, Problem, Problems
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import GROUP_LABELS, STATUS_LABELS, Action
from audit.people.roles import Person
from audit.render.wording import date_words
from audit.steps.recommend.forms import ACTION
from audit.steps.recommend.queries import current_actions, recommendations_of
from audit.steps.recommend.rules import REQUIRED_COLUMNS, draft_actions
from audit.steps.recommend.tables import Recommendation
from audit.web.addresses import of_case
from audit.web.conflict import as_shown
from audit.web.desk import Desk
from audit.web.fields import given, problem_lines, sections, typed, without_row
from audit.web.form_parts import CompareRow, Comparison, FieldRow, FieldRows, FieldView, FormView, ProblemLine, SectionView
from audit.web.parts import Alert, Button, PageHead, Shell
from audit.web.plan_view import RecommendationView, recommendation_views
from audit.web.sent import Sent

SAVE, SUBMIT, DRAFT, DROP = "simpan", "ajukan", "draf", "buang"
_MOVED = "RTL ini sudah berubah sejak Anda membukanya"
_DRAFT_MOVED = "Draf ini sudah disimpan dari perangkat lain sejak Anda membukanya"
BESIDE = (
    "Yang berbeda ditampilkan berdampingan. Isian Anda masih ada pada formulir di bawahnya dan belum tercatat: sesuaikan, lalu simpan; "
    "yang Anda simpan yang berlaku."
)
_WIDE = frozenset({"recommendation", "activity"})
_OTHER_WORDS: Mapping[str, tuple[str, str]] = {
    "recommendation": ("Rekomendasi yang dijawab", ""),
    "class": ("Jenis", "Bila kosong, sama dengan rekomendasinya."),
    "place_code": ("Lokasi", ""),
}
"""Field -> its label and help, where choices are shown by name and not by number or code."""


@dataclass(frozen=True, slots=True)
class EditorPage:
    """The plan being written. revision: of the draft this page was opened with. comparison: with what is stored, when that has changed."""

    shell: Shell
    head: PageHead
    alerts: Sequence[Alert]
    recommendations: Sequence[RecommendationView]
    comparison: Comparison | None
    form: FormView
    revision: str


@dataclass(frozen=True, slots=True)
class DraftSaved:
    """What is said under the form after what was typed was kept. revision: "" when it was not."""

    words: str
    revision: str


@dataclass(frozen=True, slots=True)
class _Typed:
    """A form as it is on somebody's screen: the answers, and on what they are based."""

    answers: Mapping[str, Any]
    form_id: str
    seen_version: int | None
    revision: int


def may_write(facts: CaseFacts, person: Person) -> bool:
    """Whether this person may write the plan of the case now."""
    return any(offer.row.action is Action.PLAN_ACTIONS and not offer.refusals for offer in offers(facts, person))


def show(desk: Desk, facts: CaseFacts) -> Response:
    """The plan as it is stored, or what this person typed last and did not save yet; before the first plan, a draft of it."""
    stored = _stored(desk.session, facts)
    with desk.writing() as session:
        draft = draft_for(session, facts.case_id, Action.PLAN_ACTIONS, desk.person)
    if draft is None:
        return _draw(desk, facts, _Typed(stored, str(uuid4()), facts.version, 0))
    now = _Typed(draft.content, str(uuid4()), facts.version, draft.revision)
    note = Alert("Ini draf Anda yang belum disimpan sebagai RTL.", "info", button=None)
    comparison = None
    if draft.seen_version != facts.version and _rows_of(draft.content) != _rows_of(stored):
        comparison = _compared(desk, facts, stored, draft.content)
        note = Alert(BESIDE, "warn", heading="RTL kasus ini sudah diubah sejak draf Anda ditulis")
    return _draw(desk, facts, now, alerts=(note,), comparison=comparison, is_draft=True)


def take(desk: Desk, facts: CaseFacts, sent: Sent) -> Response:
    """Save the plan, submit it, keep it as a draft, or draw it again with a row more or less."""
    now = _typed(facts, sent)
    if sent.text("langkah") == DROP:
        with desk.writing() as session:
            forget_draft(session, facts.case_id, Action.PLAN_ACTIONS, desk.person)
        return desk.go(of_case(facts.number, "rtl"), said="Draf dibuang; ini RTL yang tersimpan.", tone="info")
    if sent.has("tambah") or sent.has("hapus"):
        now = replace(now, answers=without_row(now.answers, sent.text("hapus")))
        return _draw(desk, facts, now, more_rows=sent.text("tambah"))
    if sent.text("langkah") == DRAFT:
        return _keep(desk, facts, now)
    submits = sent.text("langkah") == SUBMIT
    try:
        with desk.writing() as session:
            taken = _save(session, desk, facts, now, submits=submits)
    except Stale:
        again = desk.case()
        fresh = replace(now, form_id=str(uuid4()), seen_version=again.version)
        compared = _compared(desk, again, _stored(desk.session, again), now.answers)
        return _draw(desk, again, fresh, alerts=(Alert(BESIDE, "warn", heading=_MOVED),), comparison=compared, status=409)
    except Problems as found:
        return _draw(desk, facts, now, problems=found.problems, status=422)
    except Refused as refusal:
        return _draw(desk, facts, now, lines=[ProblemLine("", reason.sentence) for reason in refusal.reasons], status=409)
    if not submits:
        return desk.go(of_case(facts.number, "rtl"), said=f"RTL kasus {facts.number} tersimpan, belum diajukan.")
    again_words = " Formulir yang sama terkirim dua kali; dicatat sekali." if taken.is_again else ""
    return desk.go(of_case(facts.number), said=f"RTL kasus {facts.number} diajukan kepada Ketua.{again_words}")


def take_draft(desk: Desk, sent: Sent) -> Response:
    """Keep what is being typed, without a new page; answered with a line for the foot of the form."""
    facts = desk.case()
    now = _typed(facts, sent)
    if not may_write(facts, desk.person):
        return desk.draw("web/plans/saved.html", DraftSaved("Belum tersimpan: RTL kasus ini sekarang tidak dapat Anda ubah.", ""))
    try:
        revision = _keep_draft(desk, facts, now)
    except DraftMoved as moved:
        return desk.draw("web/plans/saved.html", DraftSaved(f"Belum tersimpan: {moved.reasons[0].sentence} Muat ulang halamannya.", ""))
    return desk.draw("web/plans/saved.html", DraftSaved("Draf tersimpan.", str(revision)))


def _save(session: Session, desk: Desk, facts: CaseFacts, now: _Typed, *, submits: bool) -> Taken:
    """The plan, and when it is submitted the second move with it: both or none."""
    do = partial(do_once, session, facts.case_id, by=desk.person, at=desk.at)
    try:
        taken = do(Action.PLAN_ACTIONS, form_id=now.form_id, given=now.answers, seen_version=now.seen_version)
    except Problems as found:
        raise Problems([*found.problems, *(_lacking(now.answers, found.problems) if submits else ())]) from None
    if not submits:
        return taken
    if lacking := _lacking(now.answers):
        raise Problems(lacking)
    return do(Action.SUBMIT_PLAN, form_id=str(uuid5(NAMESPACE_URL, f"ajukan:{now.form_id}")))


def _lacking(answers: Mapping[str, Any], known: Sequence[Problem] = ()) -> list[Problem]:
    """The columns that a plan needs before it is submitted and that are empty; the place is the case's own when none is chosen."""
    labels = {f.name: _label(f) for f in ACTION.fields}
    said = {problem.place for problem in known}
    return [
        Problem(place, "", "required", f"Kegiatan RTL {n}, {labels[name]}: wajib diisi sebelum diajukan.")
        for n, row in enumerate(_rows_of(answers), start=1)
        for name in REQUIRED_COLUMNS
        if name != "place_code" and not row.get(name, "").strip() and (place := f"actions[{n}].{name}") not in said
    ]


def _keep(desk: Desk, facts: CaseFacts, now: _Typed) -> Response:
    try:
        _keep_draft(desk, facts, now)
    except DraftMoved as moved:
        compared = _compared(desk, facts, moved.kept, now.answers, left_title="Draf yang tersimpan")
        met = Alert(BESIDE, "warn", heading=_DRAFT_MOVED)
        return _draw(desk, facts, replace(now, revision=moved.revision), alerts=(met,), comparison=compared, status=409)
    return desk.go(of_case(facts.number, "rtl"), said="Draf tersimpan; hanya Anda yang melihatnya.")


def _keep_draft(desk: Desk, facts: CaseFacts, now: _Typed) -> int:
    """Keep the draft with the version of the case it was begun on; returns its revision."""
    based_on = replace(facts, version=now.seen_version or facts.version)
    with desk.writing() as session:
        kept = save_draft(
            session, based_on, Action.PLAN_ACTIONS, now.answers, based_on=now.revision, form_id=now.form_id, by=desk.person, at=desk.at
        )
        return kept.revision


def _typed(facts: CaseFacts, sent: Sent) -> _Typed:
    asked = asked_for(Action.PLAN_ACTIONS, facts.group)
    return _Typed(given(sent, asked), sent.text("form_id"), sent.whole("seen_version"), sent.whole("revision") or 0)


def _stored(session: Session, facts: CaseFacts) -> dict[str, Any]:
    """The current plan as somebody would have typed it; before the first one, one action for each recommendation."""
    recommendations = recommendations_of(session, facts.case_id, facts.round)
    numbers = {one.id: one.number for one in recommendations}
    rows: Sequence[Any] = [row for row in current_actions(session, [facts.case_id]) if row.recommendation_id in numbers]
    if not rows:
        plain = [(one.id, one.intervention_class, one.cause, one.text) for one in recommendations]
        rows = draft_actions(plain, place_code=facts.desa_code, on=facts.on)
    return {"actions": [_as_row(row, numbers[row.recommendation_id]) for row in rows]}


def _as_row(row: Any, recommendation: int) -> dict[str, Any]:
    named = {f.name: getattr(row, f.name, None) for f in ACTION.fields}
    return typed({**named, "recommendation": recommendation, "class": row.intervention_class})


def _rows_of(answers: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """The rows of an answer, without what is empty: so that two of them can be compared."""
    return [{name: value for name, value in row.items() if value} for row in answers.get("actions", ())]


def _compared(
    desk: Desk, facts: CaseFacts, left: Mapping[str, Any], right: Mapping[str, Any], *, left_title: str = "RTL yang tersimpan"
) -> Comparison:
    """The columns in which two plans differ, action by action; an action that is the same in both is one line."""
    choices = choices_for(desk.session, facts, Action.PLAN_ACTIONS, by=desk.person)
    nothing: Mapping[str, str] = {}
    rows: list[CompareRow] = []
    for n, (one, other) in enumerate(zip_longest(_rows_of(left), _rows_of(right), fillvalue=nothing), start=1):
        differing = [f for f in ACTION.fields if one.get(f.name) != other.get(f.name)]
        if one and other and not differing:
            rows.append(CompareRow(f"Kegiatan {n}", one.get("activity", ""), other.get("activity", ""), is_different=False))
        for f in differing:
            shown = replace(f, choices=choices.get(f.name, f.choices))
            before, after = (_in_words(shown, row.get(f.name, "")) for row in (one, other))
            rows.append(CompareRow(f"Kegiatan {n}: {_label(f).lower()}", before, after, is_different=True))
    return Comparison(f"RTL kasus {facts.number} dalam dua versi", left_title, "Isian Anda", tuple(rows))


def _in_words(f: Field, value: str) -> str:
    """What was typed in one column, as people read it; a day that is none stays as it was typed."""
    if f.kind is not Kind.DATE:
        return f.choices.get(value, as_shown(f, value))
    with suppress(ValueError):
        return date_words(date.fromisoformat(value))
    return value


def _label(f: Field) -> str:
    return _OTHER_WORDS[f.name][0] if f.name in _OTHER_WORDS else f.label


def _draw(
    desk: Desk,
    facts: CaseFacts,
    now: _Typed,
    *,
    alerts: Sequence[Alert] = (),
    comparison: Comparison | None = None,
    problems: Sequence[Problem] = (),
    lines: Sequence[ProblemLine] = (),
    more_rows: str = "",
    is_draft: bool = False,
    status: int = 200,
) -> Response:
    asked = asked_for(Action.PLAN_ACTIONS, facts.group)
    choices = choices_for(desk.session, facts, Action.PLAN_ACTIONS, by=desk.person)
    drawn = sections(asked, now.answers, problems=problems, choices=choices, more_rows=more_rows)
    form = FormView(
        address=of_case(facts.number, "rtl"),
        sections=tuple(_fitted(section) for section in drawn if section.rows),
        buttons=_buttons(is_draft=is_draft),
        csrf=desk.token,
        hidden=(("form_id", now.form_id), ("seen_version", "" if now.seen_version is None else str(now.seen_version))),
        problems=(*lines, *problem_lines(problems)),
        autosave_address=of_case(facts.number, "rtl", "draf"),
        id="rtl",
    )
    recommendations = recommendations_of(desk.session, facts.case_id, facts.round)
    page = EditorPage(
        shell=desk.frame("Susun RTL", place="rtl", crumbs=(("Kasus", "/kasus"), (facts.number, of_case(facts.number)))),
        head=PageHead("Susun RTL", over=f"Kasus {facts.number}", lead=f"{GROUP_LABELS[facts.group]} · {STATUS_LABELS[facts.status]}"),
        alerts=(*alerts, *_returned(desk.session, facts)),
        recommendations=recommendation_views(recommendations, _answered(recommendations, now.answers)),
        comparison=comparison,
        form=form,
        revision=str(now.revision),
    )
    return desk.draw("web/plans/editor.html", page, status=status)


def _buttons(*, is_draft: bool) -> tuple[Button, ...]:
    return (
        Button("Simpan dan ajukan", name="langkah", value=SUBMIT, icon="send", tone="primary"),
        Button("Simpan", name="langkah", value=SAVE, icon="device-floppy"),
        Button("Simpan draf", name="langkah", value=DRAFT, tone="quiet"),
        *((Button("Buang draf", name="langkah", value=DROP, icon="trash", tone="quiet", skips_checks=True),) if is_draft else ()),
    )


def _returned(session: Session, facts: CaseFacts) -> tuple[Alert, ...]:
    """What the chair asked for when the plan came back; it stands with every action of that plan."""
    notes = dict.fromkeys(row.obstacle for row in current_actions(session, [facts.case_id]) if row.status == "usulan" and row.obstacle)
    return tuple(Alert(note, "warn", heading="Dikembalikan oleh Ketua") for note in notes)


def _answered(recommendations: Sequence[Recommendation], answers: Mapping[str, Any]) -> dict[int, list[int]]:
    chosen = [row.get("recommendation", "") for row in answers.get("actions", ())]
    return {one.number: [n for n, number in enumerate(chosen, start=1) if number == str(one.number)] for one in recommendations}


def _fitted(section: SectionView) -> SectionView:
    """The list as it is laid out here: selects, two lines for what is short, and marks on what a submitted plan needs."""
    words = (
        "Yang bertanda wajib harus terisi sebelum RTL diajukan. Untuk sekadar menyimpan cukup rekomendasi, kegiatan, dan penanggung jawab."
    )
    return replace(section, code="kegiatan", title="Kegiatan", help=words, rows=tuple(_fitted_rows(rows) for rows in section.rows))


def _fitted_rows(rows: FieldRows) -> FieldRows:
    listed = (FieldRow(row.legend.replace(" RTL", ""), tuple(_fitted_field(one) for one in row.fields), row.remove) for row in rows.rows)
    return replace(rows, legend="Kegiatan RTL", rows=tuple(listed))


def _fitted_field(view: FieldView) -> FieldView:
    name = view.name.rpartition(".")[2]
    label, help_words = _OTHER_WORDS.get(name, (view.label, view.help))
    return replace(
        view,
        label=label,
        help=help_words,
        control="select" if view.control == "radio" else view.control,
        is_required=view.is_required or name in REQUIRED_COLUMNS,
        lines=3 if name == "activity" else 2,
        has_counter=view.has_counter and name == "activity",
        width="whole" if name in _WIDE else "",
    )
