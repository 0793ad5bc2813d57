"""`aks report NAME`: a document made from the record, kept, and copied out. What there is and what it shows is in audit/reports."""

from __future__ import annotations

import logging
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from audit.cli import show
from audit.cli.opening import AsOption, CycleOption, Desk, chosen_cycle, desk, installation
from audit.errors import Fault, Refused

_log = logging.getLogger(__name__)


def report_command(
    name: Annotated[str, typer.Argument(metavar="NAMA", help="paket, diseminasi, atau rtl.")],
    cycle: CycleOption = None,
    edition: Annotated[
        str | None,
        typer.Option("--edition", metavar="EDISI", help="publik (tanpa identitas) atau terbatas; bila kosong, publik jika ada."),
    ] = None,
    subject: Annotated[str, typer.Option("--subject", metavar="TENTANG", help="Nomor kasus untuk paket, kode OPD untuk rtl.")] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="BERKAS.pdf", help="Tempat PDF; bila kosong, di folder ini.")] = None,
    user: AsOption = None,
    as_json: show.Json = False,
) -> None:
    """Buat dokumen dari catatan yang dibekukan, simpan, dan salin sebagai PDF. Catatan yang sama memberi berkas yang sama."""
    from audit.reports.book import BOOK, PUBLIC, check_request, entry, file_name
    from audit.reports.publish import publish
    from audit.store.files import write_whole

    if name not in (known := [one.name for one in BOOK]):
        raise typer.BadParameter(f"“{name}” tidak dikenal; pilih dari {', '.join(known)}.", param_hint="NAMA")
    if edition not in (None, *(editions := sorted({e for one in BOOK for e in one.editions}))):
        raise typer.BadParameter(f"“{edition}” tidak dikenal; pilih dari {', '.join(editions)}.", param_hint="--edition")
    wanted = entry(name)
    edition = edition or (PUBLIC if PUBLIC in wanted.editions else wanted.editions[0])
    subject = subject.strip().upper() if wanted.per == "case" else subject.strip().lower()
    check_request(wanted, edition=edition, subject=subject)
    with desk(user, reading=True) as here:
        chosen = chosen_cycle(here.session, cycle)
        if edition != PUBLIC:
            _refuse_unseen(here, is_about_a_case=wanted.per == "case", subject=subject)
        at, on = here.at, here.on(chosen)
    if out is not None and not out.expanduser().absolute().parent.is_dir():
        raise Refused.because("no_such_folder", f"Folder {out.parent} tidak ada; buat dahulu, atau pilih folder lain dengan --out.")
    with installation() as opened:
        published = publish(opened.sessions, opened.files, chosen.id, name, edition=edition, subject=subject, at=at, on=on)
        content = opened.files.get(published.pdf_sha256)
    target = out.expanduser() if out else Path(file_name(published, chosen))
    try:
        write_whole(target, content, mode=0o644 if edition == PUBLIC else 0o600)
    except OSError as error:
        raise Fault(
            f"{target.name} tidak dapat ditulis: {error.strerror}. Dokumennya sendiri sudah tersimpan; ulangi dengan --out."
        ) from None
    _log.info("document published", extra={"document_id": published.document_id, "document": name, "edition": edition})
    state = "dibuat" if published.is_new else "sudah ada dan tidak berubah"
    sentences = (f"{wanted.title}, edisi {edition}, {state}: {target}", f"sha256 {published.pdf_sha256}")
    show.answer(as_json, {**asdict(published), "file": str(target)}, lambda: show.say(*sentences))


def _refuse_unseen(here: Desk, *, is_about_a_case: bool, subject: str) -> None:
    """Raises Refused unless a restricted document is this person's to read: what carries a case goes to those who may see it."""
    from audit.cli.case_view import case_of
    from audit.lifecycle.access import may_see_identity
    from audit.people.roles import Role

    if is_about_a_case:
        _, facts = case_of(here, subject)
        if not may_see_identity(facts, here.person):
            raise Refused.because("no_identity", "Paket memuat identitas; peran Anda tidak boleh membacanya.")
        return
    reads_all = bool(here.person.roles & {Role.SECRETARY, Role.CHAIR, Role.LEADER})
    is_own_sheet = here.person.is_a(Role.AGENCY) and subject != "" and subject == here.person.agency
    if not (reads_all or is_own_sheet):
        raise Refused.because("restricted", "Edisi terbatas hanya untuk Sekretariat, Ketua, dan pimpinan; OPD membaca lembar RTL-nya.")
