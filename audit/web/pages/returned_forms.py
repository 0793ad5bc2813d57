"""Expert opinions that came back as a filled PDF form: read, looked at, confirmed. What is checked is in casework and reports.

An expert sees their own answers before they confirm; the secretariat enters a form for an expert without seeing what it says.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.casework.drafts import Waiting, check_handed_in, confirm_opinion, keep_returned_opinion, waiting_forms
from audit.casework.receipts import keep_receipt, receipt_of
from audit.errors import Refused
from audit.forms import Problems
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import CaseFacts
from audit.people.roles import DISCIPLINE_LABELS, Person, Role
from audit.render.form_reading import LARGEST_FILE, read_form
from audit.render.wording import date_words
from audit.reports.opinion_form.returned import file_as_made, given_by, identity_of, refuse_altered
from audit.steps.packet.rules import in_words
from audit.steps.review.forms import OPINION
from audit.store.session import keyring
from audit.web.addresses import of_case
from audit.web.desk import Desk, Page
from audit.web.form_parts import FieldView, FormView, ProblemLine, SectionView
from audit.web.pages.documents import CRUMB
from audit.web.parts import Alert, Button, Fact, PageHead, Shell
from audit.web.sent import Sent, Upload

_log = logging.getLogger(__name__)

ADDRESS = "/dokumen/formulir"
READERS = frozenset({Role.SECRETARY, Role.EXPERT})


@dataclass(frozen=True, slots=True)
class ReadPage:
    """The question for the file."""

    shell: Shell
    head: PageHead
    form: FormView


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """A form that was read and waits. answers: empty for everybody but its author. form: None when it cannot be confirmed."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    facts: tuple[Fact, ...]
    answers: tuple[Fact, ...]
    form: FormView | None


def show(desk: Desk) -> Response:
    """Which file."""
    return _draw(desk)


def take(desk: Desk, sent: Sent) -> Response:
    """Read the form and keep its answers until they are confirmed. What is wrong with it is told; then nothing is kept."""
    uploads = sent.files.get("berkas", ())
    if len(uploads) != 1:
        return _draw(desk, ["Pilih satu berkas PDF: formulir kajian yang sudah diisi dan disimpan."], status=422)
    try:
        return _read(desk, uploads[0])
    except Problems as found:
        return _draw(desk, [problem.message for problem in found.problems], status=422)
    except Refused as refusal:
        return _draw(desk, [reason.sentence for reason in refusal.reasons], status=422)


def show_waiting(desk: Desk) -> Response:
    """The form of one expert on one case, as it was read."""
    facts, waiting = _waiting(desk)
    return _draw_waiting(desk, facts, waiting)


def confirm(desk: Desk, sent: Sent) -> Response:
    """Make it an opinion, once. A form that was read again meanwhile is shown first."""
    form_id = sent.text("form_id")
    facts = desk.case()
    with desk.writing() as session:
        if receipt_of(session, form_id, desk.person) is not None:
            return desk.go(
                of_case(facts.number), said=f"Pendapat itu sudah tercatat pada kasus {facts.number}; formulirnya terkirim dua kali."
            )
    facts, waiting = _waiting(desk)
    if sent.text("seen") != waiting.read_at.isoformat():
        sentence = "Formulir ini dibaca lagi sejak Anda membuka halaman ini. Periksa isinya lagi, lalu pastikan."
        return _draw_waiting(desk, facts, waiting, alerts=(Alert(sentence, "bad"),), status=409)
    try:
        with desk.writing() as session:
            event = confirm_opinion(session, facts, expert=waiting.expert, by=desk.person, at=desk.at)
            keep_receipt(session, form_id, by=desk.person, at=desk.at, case_id=facts.case_id, event_id=event.id)
    except Refused as refusal:
        alerts = tuple(Alert(reason.sentence, "bad") for reason in refusal.reasons)
        return _draw_waiting(desk, facts, waiting, alerts=alerts, status=409)
    _log.info("opinion confirmed", extra={"case": facts.number, "expert_id": waiting.expert.id, "by_id": desk.person.id})
    whose = "Pendapat Anda" if waiting.expert.id == desk.person.id else f"Pendapat {waiting.expert.name}, dari formulirnya,"
    return desk.go(of_case(facts.number), said=f"{whose} tercatat pada kasus {facts.number} dan tersegel.")


def of_waiting(case_number: str, username: str) -> str:
    """Where a form that was read is looked at and confirmed."""
    return f"{ADDRESS}/{case_number}/{username}"


def _read(desk: Desk, upload: Upload) -> Response:
    if len(upload.content) > LARGEST_FILE:
        megabytes = LARGEST_FILE // 1_000_000
        raise Refused.because("too_large", f"{upload.name} terlalu besar; formulir kajian paling besar {megabytes} MB.")
    returned = read_form(upload.content)
    about = identity_of(returned, keyring(desk.session))
    number, expert, files = about.case_number, about.expert, desk.installation.files
    check_handed_in(desk.session, case_number=number, expert=expert, form_round=about.round, by=desk.person, at=desk.at)
    refuse_altered(returned, read_form(files.get(file_as_made(desk.session, about))))
    given = given_by(returned)
    with desk.writing() as session:
        handed_in = check_handed_in(session, case_number=number, expert=expert, form_round=about.round, by=desk.person, at=desk.at)
        keep_returned_opinion(session, files, handed_in, given, returned=upload.content, by=desk.person, at=desk.at)
    _log.info("opinion form read", extra={"case": number, "expert_id": handed_in.expert.id, "by_id": desk.person.id})
    said, tone = "Formulir terbaca. Periksa, lalu pastikan; sebelum itu belum menjadi pendapat.", "good"
    if returned.written_over:
        said += f" {returned.written_over} catatan atau coretan di atas halaman tidak dibaca: pastikan semua jawaban ada di isian."
        tone = "warn"
    return desk.go(of_waiting(number, expert), said=said, tone=tone)


def _waiting(desk: Desk) -> tuple[CaseFacts, Waiting]:
    facts = desk.case()
    found = next((one for one in waiting_forms(desk.session, facts, desk.person) if one.expert.username == desk.path("expert")), None)
    if found is None:
        raise HTTPException(404)
    return facts, found


def _draw(desk: Desk, problems: Sequence[str] = (), *, status: int = 200) -> Response:
    field = FieldView(
        "berkas",
        "Formulir kajian (PDF)",
        "file",
        is_required=True,
        accept=".pdf,application/pdf",
        help=f"Formulir dari AKS yang sudah diisi di komputer atau tablet, lalu disimpan. Paling besar {LARGEST_FILE // 1_000_000} MB.",
        problem=" ".join(problems[:1]),
    )
    is_own = desk.person.is_a(Role.EXPERT)
    page = ReadPage(
        shell=desk.frame("Baca formulir kajian", place="telaah" if is_own else "dokumen", crumbs=(CRUMB,)),
        head=PageHead(
            "Baca formulir kajian",
            lead="Formulir dibaca dahulu dan belum menjadi pendapat sebelum dipastikan. "
            + ("Membaca lagi menggantikan bacaan sebelumnya." if is_own else "Isinya tersegel: yang membacanya hanya pakar yang menulis."),
        ),
        form=FormView(
            ADDRESS,
            (SectionView("berkas", "", (field,)),),
            (Button("Baca formulir", tone="primary", icon="file-import"), Button("Batal", CRUMB[1], tone="quiet")),
            csrf=desk.token,
            problems=tuple(ProblemLine(field.key, sentence) for sentence in problems),
            problems_heading="Formulir ini belum dapat dibaca",
            is_multipart=True,
            is_guarded=False,
        ),
    )
    return desk.draw("web/documents/read_form.html", page, status=status)


def _draw_waiting(desk: Desk, facts: CaseFacts, waiting: Waiting, *, alerts: tuple[Alert, ...] = (), status: int = 200) -> Response:
    is_own = waiting.expert.id == desk.person.id
    if waiting.is_stale:
        sentence = f"Formulir ini dari paket putaran {waiting.round}, sedangkan sekarang putaran {facts.round}. Isi formulir yang baru."
        alerts = (*alerts, Alert(sentence, "warn"))
    page = ConfirmPage(
        shell=desk.frame("Pastikan formulir", place="telaah" if is_own else "dokumen", crumbs=(CRUMB, ("Baca formulir kajian", ADDRESS))),
        head=PageHead("Pastikan formulir kajian", over=f"Kasus {facts.number}", lead=_whose(waiting.expert, is_own=is_own)),
        alerts=alerts,
        facts=_facts(desk, waiting),
        answers=_answers(waiting.content) if waiting.content is not None else (),
        form=None if waiting.is_stale else _form(desk, facts, waiting, is_own=is_own),
    )
    return desk.draw("web/documents/confirm_form.html", page, status=status)


def _whose(expert: Person, *, is_own: bool) -> str:
    if is_own:
        return "Periksa jawaban Anda. Sesudah dikirim, pendapat tersegel sampai kajian ditutup."
    discipline = DISCIPLINE_LABELS[expert.discipline] if expert.discipline else "pakar"
    return f"{expert.name}, {discipline}. Isinya tersegel dan tidak ditampilkan kepada Anda."


def _facts(desk: Desk, waiting: Waiting) -> tuple[Fact, ...]:
    on = date_words(local_date(waiting.read_at, desk.installation.settings.timezone))
    return (
        Fact("Putaran", str(waiting.round)),
        Fact("Isian terisi", f"{len(waiting.answered)} dari {len(OPINION.fields)}"),
        Fact("Dibaca", on, note=f"oleh {waiting.read_by}"),
    )


def _answers(content: Mapping[str, Any]) -> tuple[Fact, ...]:
    return tuple(Fact(f.label, in_words(f, content.get(f.name))) for f in OPINION.fields)


def _form(desk: Desk, facts: CaseFacts, waiting: Waiting, *, is_own: bool) -> FormView:
    label = "Kirim pendapat saya" if is_own else "Masukkan pendapat ini"
    return FormView(
        of_waiting(facts.number, waiting.expert.username),
        (),
        (Button(label, tone="primary", icon="send"), Button("Baca berkas lain", ADDRESS, tone="quiet")),
        csrf=desk.token,
        hidden=(("form_id", str(uuid4())), ("seen", waiting.read_at.isoformat())),
        is_guarded=False,
    )


PAGES = (
    Page(ADDRESS, show, take, READERS, LARGEST_FILE + 1_000_000),
    Page(f"{ADDRESS}/{{number}}/{{expert}}", show_waiting, confirm, READERS),
)
