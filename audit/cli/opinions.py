"""`aks opinion`: a form that an expert returned is read, looked at and confirmed. What is checked is in casework and reports."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli import show
from audit.cli.given import read_given
from audit.cli.indonesian import Command, application
from audit.cli.opening import AsOption, Desk, desk
from audit.errors import Refused

if TYPE_CHECKING:
    from audit.casework.drafts import Waiting
    from audit.lifecycle.facts import CaseFacts
    from audit.people.roles import Person

_log = logging.getLogger(__name__)
app = application("Kajian pakar yang kembali sebagai formulir PDF: dibaca, diperiksa, dimasukkan. Formulirnya: aks report kajian.")

Number = Annotated[str, typer.Argument(metavar="NOMOR", help="Nomor kasus, misalnya AKS-3509-2026-2-007.")]
ExpertOption = Annotated[str | None, typer.Option("--expert", metavar="PENGGUNA", help="Pemilik formulir; bila kosong, satu-satunya.")]


@app.command("read", cls=Command, options_metavar="[PILIHAN]")
def read_command(
    file: Annotated[Path, typer.Argument(metavar="BERKAS.pdf", help="Formulir kajian yang sudah diisi dan disimpan.")],
    user: AsOption = None,
    as_json: show.Json = False,
) -> None:
    """Baca formulir kajian yang kembali. Belum menjadi pendapat: pakar atau Sekretariat memastikannya dengan aks opinion confirm.

    Formulir yang dibaca lagi menggantikan bacaan sebelumnya. Berkasnya disimpan.
    """
    from audit.casework.drafts import check_handed_in, keep_returned_opinion
    from audit.render.form_reading import LARGEST_FILE, read_form
    from audit.reports.opinion_form.returned import file_as_made, given_by, identity_of, refuse_altered
    from audit.store.session import keyring

    content = read_given(file, largest=LARGEST_FILE)
    returned = read_form(content)
    with desk(user) as here:
        about = identity_of(returned, keyring(here.session))
        handed_in = check_handed_in(
            here.session, case_number=about.case_number, expert=about.expert, form_round=about.round, by=here.person, at=here.at
        )
        refuse_altered(returned, read_form(here.installation.files.get(file_as_made(here.session, about))))
        files, given = here.installation.files, given_by(returned)
        draft = keep_returned_opinion(here.session, files, handed_in, given, returned=content, by=here.person, at=here.at)
        person, expert, answered = here.person, handed_in.expert, tuple(draft.content)
    _log.info("opinion form read", extra={"case": about.case_number, "expert_id": expert.id, "by_id": person.id})
    is_own = person.id == expert.id
    value = {
        "number": about.case_number, "round": about.round, "expert": expert.username, "discipline": expert.discipline,
        "answered": answered, "file_sha256": draft.file_sha256, "written_over": returned.written_over,
    }  # fmt: skip

    def for_people() -> None:
        show.say(f"Formulir {expert.name} untuk kasus {about.case_number}, putaran {about.round}, terbaca: {_answered_words(answered)}.")
        if is_own:
            show.say(f"Periksa dengan: aks opinion show {about.case_number}", f"Lalu kirim dengan: aks opinion confirm {about.case_number}")
        else:
            show.say("Isinya tersegel dan tidak ditampilkan.")
            show.say(f"Masukkan dengan: aks opinion confirm {about.case_number} --expert {expert.username}")

    if returned.written_over:
        show.remark(f"{returned.written_over} catatan atau coretan di atas halaman tidak dibaca. Pastikan semua jawaban ada di isian.")
    show.answer(as_json, value, for_people)


@app.command("show", cls=Command, options_metavar="[PILIHAN]")
def show_command(number: Number, user: AsOption = None, as_json: show.Json = False) -> None:
    """Tampilkan formulir yang sudah dibaca dan menunggu. Isinya hanya terlihat oleh pakar yang menulisnya."""
    from audit.casework.drafts import waiting_forms
    from audit.cli.case_view import case_of

    with desk(user, reading=True) as here:
        _, facts = case_of(here, number)
        waiting = waiting_forms(here.session, facts, here.person)
    value = {"number": facts.number, "round": facts.round, "waiting": [_plain(one) for one in waiting]}
    show.answer(as_json, value, lambda: _say_waiting(facts, waiting))


@app.command("confirm", cls=Command, options_metavar="[PILIHAN]")
def confirm_command(number: Number, expert: ExpertOption = None, user: AsOption = None, as_json: show.Json = False) -> None:
    """Jadikan formulir yang sudah dibaca sebuah pendapat: pakar mengirim miliknya, Sekretariat memasukkan atas nama pakar."""
    from audit.casework.drafts import confirm_opinion
    from audit.cli.case_view import case_of

    with desk(user) as here:
        _, facts = case_of(here, number)
        whose = _expert(here, facts, expert)
        event = confirm_opinion(here.session, facts, expert=whose, by=here.person, at=here.at)
        is_own = whose.id == here.person.id
    _log.info("opinion confirmed", extra={"case": facts.number, "expert_id": whose.id, "by_id": event.by_id, "seq": event.seq})
    value = {"number": facts.number, "round": facts.round, "expert": whose.username, "action": event.action, "seq": event.seq}
    told = "Pendapat Anda" if is_own else f"Pendapat {whose.name}, dari formulirnya,"
    show.answer(
        as_json, value, lambda: show.say(f"{told} tercatat pada kasus {facts.number} (peristiwa ke-{event.seq}) dan tersegel.")
    )  # fmt: skip


def _expert(here: Desk, facts: CaseFacts, username: str | None) -> Person:
    """Whose form is meant: the one named, else one's own, else the only one that waits."""
    from audit.casework.drafts import waiting_forms
    from audit.people.directory import person_named
    from audit.people.roles import Role

    if username:
        return person_named(here.session, username.strip().lower())
    if not here.person.is_a(Role.SECRETARY) or any(seat.person_id == here.person.id for seat in facts.seats):
        return here.person
    waiting = [one.expert for one in waiting_forms(here.session, facts, here.person) if not one.is_stale]
    if len(waiting) == 1:
        return waiting[0]
    if not waiting:
        raise Refused.because("no_draft", f"Tidak ada formulir yang menunggu pada kasus {facts.number}. Baca dahulu: aks opinion read")
    names = ", ".join(one.username for one in waiting)
    raise Refused.because("several_drafts", f"Ada beberapa formulir yang menunggu ({names}). Pilih satu dengan --expert.")


def _say_waiting(facts: CaseFacts, waiting: list[Waiting]) -> None:
    if not waiting:
        show.say(f"Tidak ada formulir yang menunggu pada kasus {facts.number}.")
    for one in waiting:
        state = f"usang, dari putaran {one.round}" if one.is_stale else "menunggu dipastikan"
        show.say(f"{one.expert.name} ({one.expert.username}): {state}; dibaca oleh {one.read_by}; {_answered_words(one.answered)}.")
        if one.content is not None:
            show.pairs(_worded(one.content))


def _plain(one: Waiting) -> dict[str, Any]:
    return {
        "expert": one.expert.username, "discipline": one.expert.discipline, "round": one.round, "is_stale": one.is_stale,
        "read_by": one.read_by, "read_at": one.read_at, "answered": one.answered, "content": one.content,
    }  # fmt: skip


def _worded(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    from audit.steps.packet.rules import in_words
    from audit.steps.review.forms import OPINION

    return [(f.label, in_words(f, content.get(f.name))) for f in OPINION.fields]


def _answered_words(answered: tuple[str, ...]) -> str:
    from audit.steps.review.forms import OPINION

    return f"{len(answered)} dari {len(OPINION.fields)} isian terisi"
