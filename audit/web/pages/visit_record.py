"""Kunjungan: one visit recorded in under a minute, its measurement checked at once and asked back when it is odd, two records of one day
side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.casework.field_visits import Known, Recorded, next_visit, recorded_on, recorded_since, who_they_are
from audit.casework.measuring import Checked, check_measurement
from audit.casework.questions import asked_for
from audit.casework.receipts import do_once, receipt_of
from audit.casework.worklists import find_case
from audit.errors import Refused
from audit.forms import Doubted, Field, Problem, Problems, parse
from audit.growth.standards import Index
from audit.lifecycle.access import may_see_identity
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import GROUP_LABELS, STATUS_LABELS, Action, Status
from audit.people.roles import Role
from audit.regions import full_name
from audit.render.growth_charts import Point, alternative_text, growth_chart
from audit.render.wording import age_words, date_words, z_score
from audit.steps.followup.forms import VISIT
from audit.web.addresses import of_action, of_case
from audit.web.conflict import CHOSEN, chosen_of, compare_rows, hidden_answers, unchosen
from audit.web.desk import Desk, Page
from audit.web.fields import field_view, given, problem_lines, typed
from audit.web.form_parts import Comparison, FieldView, FormView, ProblemLine, SectionView
from audit.web.offline import kept_by_the_phone, of_another, owner, to_the_phone
from audit.web.pages.visit_doubts import ASKED_BACK, MEASURED_AGAIN, again_field, beside, still_ticked
from audit.web.pages.visits import FIELD, LIST, in_days, recorded_words
from audit.web.parts import Alert, Badge, Button, Chart, Fact, PageHead, Shell
from audit.web.sent import Sent
from audit.web.shell import answer

_CHILD_FIRST = ("weight_kg", "height_cm", "position", "muac_cm", "oedema")
_WOMAN_FIRST = ("weight_kg", "muac_cm", "hb_g_dl")
_CHILD_MORE, _WOMAN_MORE = ("head_cm",), ("height_cm",)
_SIGNS = {"good": "circle-check", "warn": "alert-triangle", "bad": "alert-circle", "neutral": "info-circle"}


@dataclass(frozen=True, slots=True)
class Result:
    """What the check of a measurement says. problems: answers that cannot be used; then nothing else is said."""

    rows: tuple[Fact, ...]
    doubts: tuple[str, ...]
    problems: tuple[ProblemLine, ...]
    chart: Chart | None
    words: str


@dataclass(frozen=True, slots=True)
class VisitPage:
    """One visit being recorded. comparison: what somebody else recorded meanwhile, to choose from. may_discard: it was asked back."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    who: tuple[Fact, ...]
    form: FormView | None
    more: SectionView | None
    check_address: str
    result: Result | None
    comparison: Comparison | None
    form_id: str
    may_discard: bool


def show(desk: Desk) -> Response:
    """The form of one visit, today filled in."""
    facts = _case(desk)
    answers = {"visited_on": facts.on.isoformat()}
    return _draw(desk, facts, answers, form_id=str(uuid4()), seen_version=facts.version)


def take(desk: Desk, sent: Sent) -> Response:
    """Record the visit once, or only check it; what was recorded by somebody else meanwhile is shown beside it.

    A measurement that is doubted is asked back: it is written when somebody has said that it was measured again.
    """
    if (refusal := of_another(desk, sent)) is not None:
        return refusal
    facts = _case(desk)
    answers, form_id = given(sent, asked_for(Action.RECORD_VISIT, facts.group)), sent.text("form_id")
    seen_version = sent.whole("seen_version") or 0
    if sent.has("periksa"):
        return _draw_checked(desk, facts, answers, sent)
    merged: Mapping[str, Any] = answers
    try:
        with desk.writing() as session:
            # A visit stands on the visits before it and on nothing else: what agencies report meanwhile does not make this form old.
            now = find_case(session, facts.number, desk.person, at=desk.at) or facts
            if receipt_of(session, form_id, desk.person) is None and (theirs := recorded_since(session, now, seen_version)):
                raise _Met(theirs, now)
            merged = _merged(session, now, answers, sent)
            taken = do_once(
                session,
                facts.case_id,
                Action.RECORD_VISIT,
                form_id=form_id,
                by=desk.person,
                at=desk.at,
                given=merged,
                seen_version=now.version,
                confirmed_doubts=sent.text(MEASURED_AGAIN),
            )
    except Doubted as doubted:
        result = replace(_result(desk, facts, merged), doubts=())  # they stand beside their fields
        return _draw(desk, facts, merged, form_id=form_id, seen_version=seen_version, doubted=doubted, result=result, status=422)
    except _Met as met:
        return _draw_conflict(desk, met.facts, answers, met.theirs, form_id=form_id, sent=sent)
    except Problems as found:
        return _draw(desk, facts, answers, form_id=form_id, seen_version=seen_version, problems=found.problems, status=422)
    except Refused as refused:
        if (theirs := _same_day(desk, facts, answers)) is not None:
            return _draw_conflict(desk, facts, answers, theirs, form_id=form_id, sent=sent, refused=refused)
        lines = [ProblemLine("", reason.sentence) for reason in refused.reasons]
        return _draw(desk, facts, answers, form_id=form_id, seen_version=seen_version, lines=lines, status=409)
    return to_the_phone(desk, desk.go(LIST, said=recorded_words(desk, facts, is_again=taken.is_again)))


def check(desk: Desk, sent: Sent) -> Response:
    """What the measurement says, as a piece of the page while somebody types; as the whole page without scripts. Nothing is written."""
    facts = _case(desk)
    answers = given(sent, asked_for(Action.RECORD_VISIT, facts.group))
    if desk.request.headers.get("hx-request"):
        return answer("web/visits/result.html", _result(desk, facts, answers))
    return _draw_checked(desk, facts, answers, sent)


class _Met(Exception):
    """Somebody recorded a visit since this form was opened."""

    def __init__(self, theirs: Recorded, facts: CaseFacts) -> None:
        self.theirs, self.facts = theirs, facts


def _case(desk: Desk) -> CaseFacts:
    """The case of this address, when its visits are this person's to make."""
    facts = desk.case()
    if not may_see_identity(facts, desk.person):
        raise HTTPException(404)
    return facts


def _same_day(desk: Desk, facts: CaseFacts, answers: Mapping[str, Any]) -> Recorded | None:
    try:
        values = parse(VISIT, answers, partial=True).values
    except Problems:
        return None
    return recorded_on(desk.session, facts, values["visited_on"]) if "visited_on" in values else None


def _merged(session: Session, facts: CaseFacts, answers: Mapping[str, Any], sent: Sent) -> dict[str, Any]:
    """The answers after the choice between two versions, when one was made."""
    if not any(name.startswith(CHOSEN) for name in sent.texts):
        return dict(answers)
    told = sent.text("theirs_on")
    theirs = recorded_on(session, facts, date.fromisoformat(told)) if _is_day(told) else None
    return chosen_of(VISIT.fields, answers, typed(theirs.values) if theirs else {}, lambda name: sent.text(CHOSEN + name))


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _draw_checked(desk: Desk, facts: CaseFacts, answers: Mapping[str, Any], sent: Sent) -> Response:
    """The page with what the measurement says; a tick that was set for these numbers stays."""
    form_id, seen_version, result = sent.text("form_id"), sent.whole("seen_version") or 0, _result(desk, facts, answers)
    if (ticked := still_ticked(desk.session, facts, answers, sent)) is not None:
        result = replace(result, doubts=())  # they stand beside their fields
    return _draw(desk, facts, answers, form_id=form_id, seen_version=seen_version, doubted=ticked, is_confirmed=True, result=result)


def _draw(
    desk: Desk,
    facts: CaseFacts,
    answers: Mapping[str, Any],
    *,
    form_id: str,
    seen_version: int,
    problems: Sequence[Problem] = (),
    lines: Sequence[ProblemLine] = (),
    doubted: Doubted | None = None,
    is_confirmed: bool = False,
    result: Result | None = None,
    status: int = 200,
) -> Response:
    why_not = _why_not(desk, facts)
    known = who_they_are(desk.session, [facts], by=desk.person, at=desk.at).get(facts.case_id)
    wrong = {p.place: p.message for p in reversed(problems)}
    odd = beside(doubted)
    asked_back = doubted.problems if doubted is not None and not is_confirmed else ()
    first = _CHILD_FIRST if facts.group.is_child else _WOMAN_FIRST
    more = _CHILD_MORE if facts.group.is_child else _WOMAN_MORE
    asked = _fields(("visited_on", *first), answers, wrong, odd)
    form = FormView(
        address=of_action(facts.number, Action.RECORD_VISIT),
        sections=(SectionView("kunjungan", "", asked + again_field(doubted, is_ticked=is_confirmed)),),
        buttons=(
            Button("Catat kunjungan", icon="check", tone="primary"),
            Button("Periksa dulu", name="periksa", value="ya", icon="ruler-measure", skips_checks=True),
        ),
        csrf=desk.token,
        hidden=(("form_id", form_id), ("seen_version", str(seen_version)), owner(desk)),
        problems=(*lines, *problem_lines(problems), *problem_lines(asked_back)),
        problems_heading=ASKED_BACK if asked_back else "Ada isian yang perlu diperbaiki",
        offline_key="kunjungan",
    )
    page = VisitPage(
        shell=_shell(desk, facts),
        head=_head(facts),
        alerts=(*(Alert(sentence, "warn") for sentence in why_not), *_due_alerts(desk, facts)),
        who=_who(facts, known),
        form=form if not why_not or any(answers.get(name) for name in answers if name != "visited_on") else None,
        more=SectionView("lain", "Ukuran lain dan catatan", _fields((*more, "note"), answers, wrong, odd)),
        check_address=of_action(facts.number, Action.RECORD_VISIT) + "/periksa",
        result=result,
        comparison=None,
        form_id=form_id,
        may_discard=status in (409, 422) or doubted is not None,
    )
    return kept_by_the_phone(desk.draw("web/visits/record.html", page, status=status), is_masked=known is None)


def _draw_conflict(
    desk: Desk,
    facts: CaseFacts,
    answers: Mapping[str, Any],
    theirs: Recorded,
    *,
    form_id: str,
    sent: Sent,
    refused: Refused | None = None,
) -> Response:
    """Both visits side by side. What is sent from here was chosen; the day can be changed, because one day has one visit."""
    known = who_they_are(desk.session, [facts], by=desk.person, at=desk.at).get(facts.case_id)
    without_day = [f for f in VISIT.fields if f.name != "visited_on"]
    rows = compare_rows(without_day, answers, typed(theirs.values), sent)
    lines = [ProblemLine("", reason.sentence) for reason in refused.reasons] if refused else []
    lines += [
        ProblemLine("", f"{row.label}: pilih salah satu.") for row in unchosen(rows, sent) if any(n.startswith(CHOSEN) for n in sent.texts)
    ]
    hidden = {name: value for name, value in answers.items() if name != "visited_on"}
    form = FormView(
        address=of_action(facts.number, Action.RECORD_VISIT),
        sections=(SectionView("kunjungan", "Kunjungan Anda", _fields(("visited_on",), answers, {}, {})),),
        buttons=(Button("Catat dengan pilihan ini", icon="check", tone="primary"),),
        csrf=desk.token,
        hidden=(
            ("form_id", form_id),
            ("seen_version", str(facts.version)),
            ("theirs_on", theirs.visited_on.isoformat()),
            owner(desk),
            *hidden_answers(hidden),
        ),
        problems=lines,
        problems_heading="Belum tercatat",
        offline_key="kunjungan",
    )
    told = (
        f"Kunjungan {date_words(theirs.visited_on)} dicatat oleh {theirs.by} sesudah Anda membuka formulir ini. Isian Anda belum tercatat."
        " Satu hari mempunyai satu catatan: ganti tanggalnya bila Anda memang berkunjung pada hari lain, atau buang isian Anda."
    )
    page = VisitPage(
        shell=_shell(desk, facts),
        head=_head(facts),
        alerts=(Alert(told, "warn", heading="Ada dua catatan kunjungan"),),
        who=_who(facts, known),
        form=form,
        more=None,
        check_address="",
        result=None,
        comparison=Comparison(
            "Pilih isian yang dipakai untuk kunjungan Anda; yang berbeda di atas.",
            "Isian Anda",
            "Sudah tercatat",
            tuple(rows),
            left_note="belum terkirim",
            right_note=f"{date_words(theirs.visited_on)}, {theirs.by}",
        ),
        form_id=form_id,
        may_discard=True,
    )
    return desk.draw("web/visits/record.html", page, status=409)


def _shell(desk: Desk, facts: CaseFacts) -> Shell:
    return desk.frame(f"Kunjungan {facts.number}", place="kunjungan", crumbs=(("Kunjungan", LIST), (facts.number, of_case(facts.number))))


def _head(facts: CaseFacts) -> PageHead:
    return PageHead("Catat kunjungan", over=f"Kasus {facts.number}", lead=f"{GROUP_LABELS[facts.group]} · {full_name(facts.desa_code)}")


def _fields(names: Sequence[str], answers: Mapping[str, Any], wrong: Mapping[str, str], odd: Mapping[str, str]) -> tuple[FieldView, ...]:
    by_name: Mapping[str, Field] = {f.name: f for f in VISIT.fields}
    drawn = [field_view(by_name[name], answers.get(name), wrong, odd) for name in names]
    return tuple(replace(one, width="big") if one.name in ("weight_kg", "height_cm", "muac_cm") else one for one in drawn)


def _why_not(desk: Desk, facts: CaseFacts) -> tuple[str, ...]:
    if not desk.person.is_a(Role.FIELD):
        return ("Kunjungan dicatat oleh petugas lapangan.",)
    if facts.status is not Status.FOLLOW_UP:
        return (f"Kunjungan dicatat selama tindak lanjut; kasus ini berstatus “{STATUS_LABELS[facts.status]}”.",)
    return ()


def _due_alerts(desk: Desk, facts: CaseFacts) -> tuple[Alert, ...]:
    due = next_visit(desk.session, facts) if facts.status is Status.FOLLOW_UP else None
    if due is None or due.days_left > 0:
        return ()
    late = f"Kunjungan ini direncanakan {date_words(due.planned_on)}, {in_days(-due.days_left)} yang lalu." if due.days_left < 0 else ""
    measured = "Kunjungan ini bagian dari pengukuran bulanan: timbang dan ukur." if due.with_measurement else ""
    said = " ".join(part for part in (late, measured) if part)
    return (Alert(said, "warn" if late else "info"),) if said else ()


def _who(facts: CaseFacts, known: Known | None) -> tuple[Fact, ...]:
    """Who is visited; masked until the names of today were opened."""
    if known is None:
        address = of_action(facts.number, Action.OPEN_IDENTITY)
        return (Fact("Nama", "Buka identitas", address=address, is_masked=True),)
    age = age_words(known.birth_on, facts.on) if known.birth_on else ""
    told = (("Nama", known.name), ("Umur", age), ("Alamat", known.address))
    return tuple(Fact(label, value) for label, value in told if value)


def _result(desk: Desk, facts: CaseFacts, answers: Mapping[str, Any]) -> Result:
    try:
        parsed = parse(VISIT, answers, partial=True)
    except Problems as found:
        return Result((), (), problem_lines(found.problems), None, "")
    on = parsed.values.get("visited_on", facts.on)
    checked = check_measurement(desk.session, facts, parsed.values, on=on)
    rows = tuple(
        Fact(f.label, f.value, note=f.change, badge=Badge(f.words, f.tone, icon=_SIGNS.get(f.tone, "info-circle")))
        for f in checked.findings
    )
    words = "" if rows else "Isi berat atau panjang/tinggi untuk melihat hasilnya."
    if rows and not checked.doubts:
        words = "Tidak ada yang janggal dibanding pengukuran sebelumnya."
    doubts = tuple(doubt.sentence for doubt in checked.doubts) if rows else ()
    return Result(rows, doubts, (), _chart(checked), words)


def _chart(checked: Checked) -> Chart | None:
    """The curve of length for age with the new point last; None when the new one cannot be drawn."""
    if not checked.is_new_drawn or checked.is_male is None:
        return None
    points = [Point(s.age_days, round(s.height_cm, 1), z_score(s.z), s.is_flagged) for s in checked.spots]
    title = alternative_text(Index.HAZ, points, category=next((f.words for f in checked.findings if f.label == "TB/U"), ""))
    drawing = growth_chart(Index.HAZ, is_male=checked.is_male, points=points, title=title, width=360, height=260)
    return Chart("Panjang/tinggi menurut umur", drawing, note="Titik terakhir adalah pengukuran ini. Kurva WHO 2006.")


PAGES = (
    Page("/kasus/{number}/kunjungan", show, take, roles=FIELD),
    Page("/kasus/{number}/kunjungan/periksa", take=check, roles=FIELD),
)
