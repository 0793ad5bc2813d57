"""`aks history verify`: every chain of every case checked. How a chain is made is in audit/lifecycle/history.py."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from audit.cli import show
from audit.cli.indonesian import Command, application
from audit.cli.opening import desk

_log = logging.getLogger(__name__)
app = application("Periksa riwayat kasus, yang berantai dan tidak dapat diubah diam-diam.")


@app.command("verify", cls=Command, options_metavar="[PILIHAN]")
def verify_command(
    as_json: show.Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Hanya kode keluar dan kasus yang rusak.")] = False,
) -> None:
    """Periksa rantai riwayat setiap kasus dan sebutkan peristiwa pertama yang rusak. Kode keluar 1 bila ada yang rusak."""
    from audit.lifecycle.history import verify
    from audit.render.wording import number

    with desk(None, reading=True) as here:
        checked = verify(here.session)
    _log.info("history verified", extra={"cases": checked.cases, "events": checked.events, "broken": len(checked.broken)})
    value = {
        "cases": checked.cases,
        "events": checked.events,
        "broken": [{"case": b.case_number, "seq": b.seq, "what": b.what} for b in checked.broken],
    }

    def for_people() -> None:
        if checked.broken:
            for one in checked.broken:
                show.say(f"{one.case_number}: peristiwa ke-{one.seq} {one.what}.")
            show.say(f"{number(len(checked.broken))} dari {number(checked.cases)} riwayat rusak. Jangan ubah apa pun; simpan salinannya.")
        elif not quiet:
            show.say(f"Riwayat utuh: {number(checked.events)} peristiwa dari {number(checked.cases)} kasus.")

    show.answer(as_json, value, for_people)
    if checked.broken:
        raise typer.Exit(1)
