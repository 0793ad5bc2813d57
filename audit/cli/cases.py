"""`aks case list|show|form|do`: what waits, one case, an empty form, one action through the one door. The transition table decides."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli import show
from audit.cli.answers import read_answers
from audit.cli.indonesian import Command, application
from audit.cli.opening import AsOption, CycleOption, chosen_cycle, desk, open_cycles
from audit.forms import Doubted, Problems

if TYPE_CHECKING:
    from audit.lifecycle.vocabulary import Action

_log = logging.getLogger(__name__)
app = application("Daftar dan isi kasus, isian kosong, dan tindakan.")

Number = Annotated[str, typer.Argument(metavar="NOMOR", help="Nomor kasus, misalnya AKS-3509-2026-2-007.")]
ActionName = Annotated[str, typer.Argument(metavar="TINDAKAN", help="Misalnya submit-worksheet; lihat aks case show NOMOR.")]


@app.command("list", cls=Command, options_metavar="[PILIHAN]")
def list_command(
    cycle: CycleOption = None,
    status: Annotated[str | None, typer.Option(metavar="STATUS", help="Hanya yang berstatus ini, misalnya under_review.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Hanya yang menunggu tindakan Anda.")] = False,
    user: AsOption = None,
    as_json: show.Json = False,
) -> None:
    """Daftar kasus yang boleh Anda lihat, dengan apa yang dapat Anda lakukan sekarang."""
    from audit.casework.worklists import cases_seen_by, offers
    from audit.cli.case_view import summary
    from audit.lifecycle.vocabulary import Action, Status
    from audit.regions import full_name

    if status and status not in list(Status):
        raise typer.BadParameter(f"“{status}” tidak dikenal; pilih dari {', '.join(Status)}.", param_hint="--status")
    with desk(user, reading=True) as here:
        only = chosen_cycle(here.session, cycle) if cycle or len(open_cycles(here.session)) == 1 else None
        found = cases_seen_by(here.session, here.person, on=here.on(only), cycle_id=only.id if only else None)
        person = here.person
    listed = []
    for facts in found:
        can = [offer.row for offer in offers(facts, person) if not offer.refusals and offer.row.action is not Action.OPEN_IDENTITY]
        if (status and facts.status != status) or (mine and not can):
            continue
        listed.append({**summary(facts), "can": [str(row.action) for row in can], "can_labels": [row.label for row in can]})
    rows = [
        (c["number"], c["group"], full_name(c["desa_code"]).partition(", Kabupaten")[0], c["status_label"], ", ".join(c["can_labels"]))
        for c in listed
    ]
    value = {"cycle": only.code if only else None, "user": person.username, "cases": listed}

    def for_people() -> None:
        if not rows:
            show.say("Tidak ada kasus untuk Anda." if found == [] else "Tidak ada kasus yang cocok.")
            return
        show.table(("Nomor", "Sasaran", "Tempat", "Status", "Yang dapat Anda lakukan"), rows)
        show.say(f"{len(rows)} kasus. Isi satu kasus: aks case show NOMOR")

    show.answer(as_json, value, for_people)


@app.command("show", cls=Command, options_metavar="[PILIHAN]")
def show_command(number: Number, user: AsOption = None, as_json: show.Json = False) -> None:
    """Tampilkan satu kasus sejauh Anda boleh melihatnya: keadaan, pendapat, RTL, riwayat, dan apa berikutnya."""
    from audit.cli.case_page import say_case
    from audit.cli.case_view import case_of, case_view

    with desk(user, reading=True) as here:
        view = case_view(here, *case_of(here, number))
    show.answer(as_json, view, lambda: say_case(view))


@app.command("form", cls=Command, options_metavar="[PILIHAN]")
def form_command(number: Number, action: ActionName, user: AsOption = None, as_json: show.Json = False) -> None:
    """Cetak isian kosong sebuah tindakan sebagai YAML, untuk diisi lalu dikirim dengan aks case do … --with.

    Contoh: aks case form AKS-3509-2026-2-007 submit-worksheet > kertas-kerja.yaml
    """
    from audit.casework.questions import asked_for
    from audit.cli.case_forms import empty_yaml
    from audit.cli.case_view import case_of

    wanted = _action(action)
    with desk(user, reading=True) as here:
        _, facts = case_of(here, number)
    asked = asked_for(wanted, facts.group)
    text = empty_yaml(asked, about=f"{asked.form.title} · kasus {facts.number}")
    show.answer(as_json, {"number": facts.number, "action": wanted, "yaml": text}, lambda: show.say(text.rstrip("\n")))


@app.command("do", cls=Command, options_metavar="[PILIHAN]")
def do_command(
    number: Number,
    action: ActionName,
    user: AsOption = None,
    answers: Annotated[
        Path | None, typer.Option("--with", metavar="BERKAS.yaml", help="Jawaban; isian kosongnya: aks case form NOMOR TINDAKAN.")
    ] = None,
    version: Annotated[
        int | None, typer.Option("--version", metavar="N", help="Versi kasus yang Anda lihat; ditolak bila sudah berubah.")
    ] = None,
    measured_again: Annotated[
        str,
        typer.Option(
            "--measured-again", metavar="TANDA", help="Angka yang diragukan sudah diukur ulang; TANDA disebut saat pengukuran diragukan."
        ),
    ] = "",
    as_json: show.Json = False,
) -> None:
    """Lakukan satu tindakan pada satu kasus, lalu tampilkan apa yang terjadi dan apa berikutnya."""
    from audit.casework.facts import facts_of
    from audit.casework.perform import perform
    from audit.cli.case_page import say_next
    from audit.cli.case_view import case_of, next_moves
    from audit.lifecycle.transitions import transition
    from audit.lifecycle.vocabulary import STATUS_LABELS, Status

    wanted = _action(action)
    given = read_answers(answers) if answers else {}
    with desk(user) as here:
        case, facts = case_of(here, number)
        try:
            event = perform(
                here.session,
                case.id,
                wanted,
                by=here.person,
                at=here.at,
                given=given,
                seen_version=version,
                confirmed_doubts=measured_again,
            )
        except Doubted as doubted:
            again = f"--measured-again {doubted.stamp}"
            show.remark(f"Belum tercatat. Ukur ulang dahulu; bila hasilnya tetap sama, ulangi perintah ini dengan {again}")
            raise
        except Problems as problems:
            _hint_at_form(wanted, facts.number, facts.group, has_answers=answers is not None)
            raise problems
        after = facts_of(here.session, case.id, on=facts.on)
        moves = next_moves(after, here.person)
    label = transition(wanted, facts.status).label
    _log.info("action done", extra={"case": after.number, "action": str(wanted), "by_id": event.by_id, "seq": event.seq})
    happened = {
        "seq": event.seq,
        "at": event.at,
        "action": event.action,
        "label": label,
        "from": event.from_status,
        "to": event.to_status,
        "details": event.details,
    }
    value = {"number": after.number, "status": after.status, "version": after.version, "event": happened, **moves}

    def for_people() -> None:
        moved = f" Statusnya sekarang “{STATUS_LABELS[Status(after.status)]}”." if event.from_status != event.to_status else ""
        show.say(f"“{label}” tercatat pada kasus {after.number} (peristiwa ke-{event.seq}).{moved}")
        if event.details.get("missing"):
            show.say(f"Kertas kerja masih kurang {event.details['missing']} isian wajib; yang kurang ada di aks case show.")
        if event.details.get("unusual"):
            show.say(f"{event.details['unusual']} jawaban tidak lazim; periksa sekali lagi.")
        say_next(value)

    show.answer(as_json, value, for_people)


def _action(name: str) -> Action:
    """The action of this name; a usage error that lists them when there is none."""
    from audit.lifecycle.vocabulary import Action

    plain = name.strip().lower().replace("_", "-")
    known = [a for a in Action if a is not Action.OPEN_CASE]
    if plain not in known:
        raise typer.BadParameter(f"“{name}” tidak dikenal; pilih dari {', '.join(known)}.", param_hint="TINDAKAN")
    return Action(plain)


def _hint_at_form(action: Action, number: str, group: Any, *, has_answers: bool) -> None:
    from audit.casework.questions import asked_for

    if not has_answers and asked_for(action, group).is_required:
        show.remark(f"Tindakan ini memerlukan isian. Cetak dengan: aks case form {number} {action} > isian.yaml, lalu --with isian.yaml")
