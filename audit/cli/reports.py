"""`aks report NAME`: a document made from the record, kept, and copied out. What there is and what it shows is in audit/reports."""

from __future__ import annotations

import logging
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.cli import show
from audit.cli.given import refuse_missing_folder
from audit.cli.opening import AsOption, CycleOption, Desk, chosen_cycle, desk, installation
from audit.errors import Fault, Refused
from audit.reports.drawers import DRAWERS

if TYPE_CHECKING:
    from audit.reports.document import DocumentEntry

_log = logging.getLogger(__name__)


def report_command(
    name: Annotated[str, typer.Argument(metavar="NAMA", help=f"Salah satu dari: {', '.join(DRAWERS)}.")],
    cycle: CycleOption = None,
    edition: Annotated[
        str | None,
        typer.Option("--edition", metavar="EDISI", help="publik (tanpa identitas) atau terbatas; bila kosong, publik jika ada."),
    ] = None,
    subject: Annotated[
        str, typer.Option("--subject", metavar="TENTANG", help="Tentang apa: nomor kasus, kode OPD, kecamatan, atau desa, nama puskesmas.")
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="BERKAS", help="Tempat berkasnya; bila kosong, di folder ini.")] = None,
    user: AsOption = None,
    as_json: show.Json = False,
) -> None:
    """Buat dokumen dari catatan yang dibekukan, simpan, dan salin sebagai PDF. Catatan yang sama memberi berkas yang sama."""
    from audit.reports.book import BOOK, as_subject, check_request, entry, file_name
    from audit.reports.document import PUBLIC
    from audit.reports.drawing import drawing_workers, drawn_by
    from audit.reports.publish import publish
    from audit.store.files import write_whole

    if name not in (known := [one.name for one in BOOK]):
        raise typer.BadParameter(f"“{name}” tidak dikenal; pilih dari {', '.join(known)}.", param_hint="NAMA")
    if edition not in (None, *(editions := sorted({e for one in BOOK for e in one.editions}))):
        raise typer.BadParameter(f"“{edition}” tidak dikenal; pilih dari {', '.join(editions)}.", param_hint="--edition")
    wanted = entry(name)
    edition = edition or (PUBLIC if PUBLIC in wanted.editions else wanted.editions[0])
    subject = as_subject(wanted, subject)
    check_request(wanted, edition=edition, subject=subject)
    with desk(user, reading=True) as here:
        chosen = chosen_cycle(here.session, cycle)
        if edition != PUBLIC:
            _refuse_unseen(here, wanted, edition=edition, subject=subject)
        at, on = here.at, here.on(chosen)
    if out is not None:
        refuse_missing_folder(out)
    with installation() as opened, drawing_workers(1) as workers:
        published = publish(
            opened.sessions, opened.files, chosen.id, name, edition=edition, subject=subject, at=at, on=on, draw=drawn_by(workers)
        )
        content = opened.files.get(published.file_sha256)
    target = out.expanduser() if out else Path(file_name(published, chosen))
    try:
        write_whole(target, content, mode=0o644 if edition == PUBLIC else 0o600)
    except OSError as error:
        raise Fault(
            f"{target.name} tidak dapat ditulis: {error.strerror}. Dokumennya sendiri sudah tersimpan; ulangi dengan --out."
        ) from None
    _log.info("document published", extra={"document_id": published.document_id, "document": name, "edition": edition})
    state = "dibuat" if published.is_new else "sudah ada dan tidak berubah"
    sentences = (f"{wanted.title}, edisi {edition}, {state}: {target}", f"sha256 {published.file_sha256}")
    show.answer(as_json, {**asdict(published), "file": str(target)}, lambda: show.say(*sentences))


def _refuse_unseen(here: Desk, wanted: DocumentEntry, *, edition: str, subject: str) -> None:
    """Raises Refused unless a restricted document is this person's to read: what carries a case goes to those who may see it."""
    from audit.cli.case_view import facts_behind
    from audit.reports.readers import may_not_read

    facts = facts_behind(here, wanted, subject)
    if (reason := may_not_read(wanted, here.person, edition=edition, subject=subject, facts=facts)) is not None:
        raise Refused(reason)
