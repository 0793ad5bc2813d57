"""`aks sign NOMOR_DOKUMEN`: who signed a kept document, and one more signature with a certificate in a file. How is in audit/render."""

from __future__ import annotations

import getpass
import logging
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from audit.cli import show
from audit.cli.given import read_given, refuse_missing_folder
from audit.cli.opening import AsOption, Desk, desk, installation
from audit.errors import Fault, Refused

if TYPE_CHECKING:
    from audit.lifecycle.tables import Cycle, Document

_log = logging.getLogger(__name__)

LARGEST_PASSPHRASE_FILE = 4_096


def sign_command(
    number: Annotated[str, typer.Argument(metavar="NOMOR_DOKUMEN", help="Nomor yang tercetak di kaki setiap halaman.")],
    field: Annotated[
        str | None, typer.Option("--as-field", metavar="RUANG", help="Ruang tanda tangan, misalnya ketua; bila kosong: daftarnya.")
    ] = None,
    p12: Annotated[Path | None, typer.Option("--p12", metavar="BERKAS.p12", help="Sertifikat dan kunci penanda tangan (PKCS#12).")] = None,
    passphrase_file: Annotated[
        Path | None,
        typer.Option("--passphrase-file", metavar="BERKAS", help="Berkas berisi frasa sandi; bila kosong, ditanyakan."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="BERKAS.pdf", help="Tempat salinan PDF.")] = None,
    user: AsOption = None,
    as_json: show.Json = False,
) -> None:
    """Tanda tangani dokumen secara elektronik (PAdES), atau lihat ruang tanda tangannya. Berkas tanpa tanda tangan tetap disimpan."""
    from audit.lifecycle.tables import Cycle
    from audit.reports.sign import document_numbered, newest_file

    if (field is None) != (p12 is None):
        raise typer.BadParameter("sebutkan --as-field dan --p12 bersama-sama.", param_hint="--as-field" if p12 else "--p12")
    with desk(user, reading=True) as here:
        document = document_numbered(here.session, number)
        _refuse_unsigned(here, document)
        cycle, newest = here.session.get_one(Cycle, document.cycle_id), newest_file(here.session, document)
        here.session.expunge_all()
    target = _target(document, cycle, out) if field or out else None
    if field is None or p12 is None:
        _list(document, newest, ZoneInfo(cycle.timezone), target, as_json=as_json)
    else:
        _sign(here, document, field.strip(), p12, passphrase_file, target, as_json=as_json)


def _sign(
    here: Desk, document: Document, field: str, p12: Path, passphrase_file: Path | None, target: Path | None, *, as_json: bool
) -> None:
    from audit.render.pkcs12 import LARGEST_FILE, Pkcs12Signer
    from audit.reports.sign import sign_document

    signer = Pkcs12Signer(read_given(p12, largest=LARGEST_FILE), _passphrase(passphrase_file))
    with installation() as opened:
        signed = sign_document(opened.sessions, opened.files, document.id, field, signer, by=here.person, at=here.at)
        _log.info("document signed", extra={"document_id": signed.document_id, "place": signed.place})
        copied = _copy(opened.files.get(signed.file_sha256), document, target)
    left = f"Ruang yang masih kosong: {', '.join(signed.left)}." if signed.left else "Semua ruang tanda tangan sudah terisi."
    sentences = (
        f"{signed.number} ditandatangani pada “{signed.place}” oleh {signed.signed_by}: {copied}",
        left,
        f"sha256 {signed.file_sha256}",
    )
    show.answer(as_json, {**asdict(signed), "file": copied}, lambda: show.say(*sentences))


def _list(document: Document, newest: str, zone: ZoneInfo, target: Path | None, *, as_json: bool) -> None:
    from audit.render.pkcs12 import instant_words
    from audit.render.signing import read_signatures, signature_fields

    with installation() as opened:
        content = opened.files.get(newest)
    signed = {each.field: each for each in read_signatures(content)}
    places: list[dict[str, Any]] = [
        {
            "field": each.name,
            "label": each.label,
            "signed_by": signed[each.name].signed_by if each.name in signed else None,
            "signed_at": signed[each.name].signed_at if each.name in signed else None,
        }
        for each in signature_fields(content)
    ]
    copied = _copy(content, document, target)

    def for_people() -> None:
        rows = [(p["field"], p["label"], p["signed_by"], p["signed_at"] and instant_words(p["signed_at"].astimezone(zone))) for p in places]
        if rows:
            show.table(("Ruang", "Untuk", "Ditandatangani oleh", "Pada"), rows)
        else:
            show.say(f"{document.number} tidak mempunyai ruang tanda tangan elektronik.")
        if copied:
            show.say(f"Berkas terbaru disalin: {copied}", f"sha256 {newest}")

    show.answer(as_json, {"number": document.number, "places": places, "file": copied, "file_sha256": newest}, for_people)


def _target(document: Document, cycle: Cycle, out: Path | None) -> Path:
    """Where the copy goes. Raises Refused, before anything is signed, when its folder is not there."""
    from audit.reports.book import file_name

    if out is None:
        usual = Path(file_name(document, cycle))
        return usual.with_name(f"{usual.stem}-bertanda-tangan{usual.suffix}")
    refuse_missing_folder(out)
    return out.expanduser()


def _copy(content: bytes, document: Document, target: Path | None) -> str | None:
    from audit.reports.document import PUBLIC
    from audit.store.files import write_whole

    if target is None:
        return None
    try:
        write_whole(target, content, mode=0o644 if document.edition == PUBLIC else 0o600)
    except OSError as error:
        raise Fault(
            f"{target.name} tidak dapat ditulis: {error.strerror}. "
            f"Berkasnya sendiri tersimpan; salin dengan: aks sign {document.number} --out BERKAS.pdf"
        ) from None
    return str(target)


def _refuse_unsigned(here: Desk, document: Document) -> None:
    """Raises Refused unless this person may have the document signed."""
    from audit.cli.case_view import facts_behind
    from audit.reports.book import entry
    from audit.reports.sign import may_not_sign

    one = entry(document.name)
    facts = facts_behind(here, one, document.subject)
    if (reason := may_not_sign(one, here.person, subject=document.subject, facts=facts)) is not None:
        raise Refused(reason)


def _passphrase(file: Path | None) -> str:
    """Never an argument and never in the environment: others on the machine can see both."""
    if file is not None:
        try:
            return read_given(file, largest=LARGEST_PASSPHRASE_FILE).decode().rstrip("\r\n")
        except UnicodeDecodeError:
            raise Refused.because("not_utf8", f"{file.name}: frasa sandi harus teks UTF-8 satu baris.") from None
    if not sys.stdin.isatty():
        raise Refused.because(
            "no_passphrase", "Frasa sandi tidak dapat ditanyakan di sini; simpan dalam berkas dan pakai --passphrase-file."
        )
    return getpass.getpass("Frasa sandi sertifikat: ")
