"""`aks report NAME`: a document made from the record, kept, and copied out. What it shows is in audit/reports."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from audit.cli import show
from audit.cli.opening import AsOption, CycleOption, Desk, chosen_cycle, desk, installation
from audit.errors import Fault, Refused

_log = logging.getLogger(__name__)

NAMES = ("paket", "diseminasi", "rtl")
EDITIONS = ("publik", "terbatas")
DEFAULT_EDITIONS = {"paket": "terbatas", "diseminasi": "publik", "rtl": "terbatas"}
"""Where nobody says otherwise: the edition that can do least harm."""


def report_command(
    name: Annotated[str, typer.Argument(metavar="NAMA", help="paket, diseminasi, atau rtl.")],
    cycle: CycleOption = None,
    edition: Annotated[
        str | None,
        typer.Option("--edition", metavar="EDISI", help="publik (tanpa identitas) atau terbatas; paket selalu terbatas."),
    ] = None,
    subject: Annotated[str, typer.Option("--subject", metavar="TENTANG", help="Nomor kasus untuk paket, kode OPD untuk rtl.")] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="BERKAS.pdf", help="Tempat PDF; bila kosong, di folder ini.")] = None,
    user: AsOption = None,
    as_json: show.Json = False,
) -> None:
    """Buat dokumen dari catatan yang dibekukan, simpan, dan salin sebagai PDF. Catatan yang sama memberi berkas yang sama."""
    from audit.reports.publish import publish
    from audit.store.files import write_whole

    if name not in NAMES:
        raise typer.BadParameter(f"“{name}” tidak dikenal; pilih dari {', '.join(NAMES)}.", param_hint="NAMA")
    edition = edition or DEFAULT_EDITIONS[name]
    if edition not in EDITIONS:
        raise typer.BadParameter(f"“{edition}” tidak dikenal; pilih dari {', '.join(EDITIONS)}.", param_hint="--edition")
    with desk(user, reading=True) as here:
        chosen = chosen_cycle(here.session, cycle)
        _refuse_unseen(here, name, edition, subject)
        at, on = here.at, here.on(chosen)
    with installation() as opened:
        published = publish(opened.sessions, opened.files, chosen.id, name, edition=edition, subject=subject, at=at, on=on)
        content = opened.files.get(published.pdf_sha256)
    target = out or Path("-".join(part for part in (name, chosen.code, edition, subject) if part) + ".pdf")
    try:
        write_whole(target, content, mode=0o644 if edition == "publik" else 0o600)
    except OSError as error:
        raise Fault(
            f"{target.name} tidak dapat ditulis: {error.strerror}. Dokumennya sendiri sudah tersimpan; ulangi dengan --out."
        ) from None
    _log.info("document published", extra={"document_id": published.document_id, "name_": name, "edition": edition})
    value = {
        "document_id": published.document_id,
        "name": published.name,
        "edition": published.edition,
        "subject": published.subject,
        "snapshot_sha256": published.snapshot_sha256,
        "pdf_sha256": published.pdf_sha256,
        "is_new": published.is_new,
        "file": str(target),
    }
    state = "dibuat" if published.is_new else "sudah ada dan tidak berubah"
    show.answer(as_json, value, lambda: show.say(f"Dokumen {name} edisi {edition} {state}: {target}", f"sha256 {published.pdf_sha256}"))


def _refuse_unseen(here: Desk, name: str, edition: str, subject: str) -> None:
    """Raises Refused unless the document is this person's to read: what carries a case goes to those who may see it."""
    from audit.cli.case_view import case_of
    from audit.lifecycle.access import may_see_identity
    from audit.people.roles import Role

    if name == "paket":
        if not subject:
            raise Refused.because("subject_required", "Sebutkan nomor kasusnya: --subject AKS-….")
        _, facts = case_of(here, subject)
        if not may_see_identity(facts, here.person):
            raise Refused.because("no_identity", "Paket memuat identitas; peran Anda tidak boleh membacanya.")
    elif edition == "terbatas":
        reads_all = bool(here.person.roles & {Role.SECRETARY, Role.CHAIR, Role.LEADER})
        is_own_sheet = name == "rtl" and here.person.is_a(Role.AGENCY) and subject == here.person.agency
        if not (reads_all or is_own_sheet):
            raise Refused.because("restricted", "Edisi terbatas hanya untuk Sekretariat, Ketua, dan pimpinan; OPD membaca lembar RTL-nya.")
