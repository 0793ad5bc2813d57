"""How a record becomes a file: the foot of every document, and the drawing of a page record. What a page says is decided elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version

from audit.render import html, pdf
from audit.render.qr import qr_code
from audit.reports.pages import Foot
from audit.reports.phrases import cycle_words, secretariat_words
from audit.reports.record import RECORD_NAME, Record

MARKS = {"publik": "EDISI PUBLIK", "terbatas": "TERBATAS – RAHASIA"}
"""Edition -> what stands at the head of every page."""


def foot_of(record: Record, *, title: str, description: str = "", mark: str = "") -> Foot:
    """The foot of a document. title: of the file; description: for its metadata; mark: where it is not that of the edition."""
    wording = record.cycle.get("wording", {})
    address = str(record.cycle.get("office", {}).get("verify_address", "")).rstrip("/")
    where = f"{address}/v/{record.code}" if address else ""
    words = cycle_words(record.cycle["code"], wording)
    return Foot(
        title=title,
        mark=mark or MARKS[record.edition],
        reference=record.number,
        cycle=words,
        snapshot=record.sha256[:16],
        snapshot_full=record.sha256,
        author=secretariat_words(record.cycle["kabupaten_code"], wording),
        created=record.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        description=description or f"{title}, {words}",
        code=record.code,
        verify_url=where,
        qr=qr_code(where or record.code, title=f"Kode QR untuk memeriksa keaslian dokumen: {where or record.code}"),
        revision=str(record.revision),
        generator=made_with(),
    )


def print_document(
    page: object, record: Record, *, template: str, attachments: Sequence[pdf.Attachment] = (), is_strict: bool = False
) -> bytes:
    """The archival PDF of a page record, with the record it comes from inside (see `audit.reports.record`).

    template: folder below the templates ("report/packet") with report.html and style.css. is_strict: as in `pdf.to_pdf`.
    """
    own = pdf.Attachment(RECORD_NAME, record.raw, "Rekaman yang dicetak pada dokumen ini", record.at, "Source")
    return pdf.to_pdf(
        html.render(f"{template}/report.html", page),
        stylesheet=f"{template}/style.css",
        identifier=record.sha256,
        attachments=[*attachments, own],
        is_strict=is_strict,
    )


@cache
def made_with() -> str:
    """What decides the bytes beside the record: "AKS 0.1.0, WeasyPrint 70.0, Pango 1.50.12, huruf 0.4.1, templat 3f2a9c11"."""
    engine = pdf.engine_versions()
    return (
        f"AKS {version('audit-kasus-stunting')}, WeasyPrint {engine['weasyprint']}, Pango {engine['pango']}, "
        f"huruf {engine['fonts'].rpartition(' ')[2]}, templat {_fingerprint_of_templates()}"
    )


def _fingerprint_of_templates() -> str:
    """Eight hex digits over every file of templates/base and templates/report, by name and content."""
    folder = html.templates_folder()
    digest = hashlib.sha256()
    for path in sorted(p for part in ("base", "report") for p in (folder / part).rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:8]
