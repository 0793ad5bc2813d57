"""The book: every document there is, in the order in which a cycle makes them. What each one shows is in the room it comes from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from audit.errors import Refused
from audit.lifecycle.tables import Cycle
from audit.reports.dissemination.entries import ENTRIES as DISSEMINATION
from audit.reports.document import PER_LABELS, DocumentEntry, Per
from audit.reports.drawers import DRAWERS
from audit.reports.field.entries import ENTRIES as FIELD
from audit.reports.opinion_form.entries import ENTRIES as OPINION_FORM
from audit.reports.packet.entries import ENTRIES as PACKET
from audit.reports.panel.entries import ENTRIES as PANEL
from audit.reports.record import Record, make_record
from audit.reports.rtl.entries import ENTRIES as RTL
from audit.reports.scorecard.entries import ENTRIES as SCORECARD
from audit.reports.summary.entries import ENTRIES as SUMMARY

BOOK: tuple[DocumentEntry, ...] = tuple(
    sorted(
        (*PACKET, *OPINION_FORM, *DISSEMINATION, *SUMMARY, *RTL, *SCORECARD, *PANEL, *FIELD),
        key=lambda one: list(DRAWERS).index(one.name),
    )
)


def known_entry(name: str) -> DocumentEntry | None:
    """The document of this name; None when the book has none, or no longer."""
    return next((one for one in BOOK if one.name == name), None)


def entry(name: str) -> DocumentEntry:
    """The document of this name. Refused, naming those there are, when the book has none."""
    found = known_entry(name)
    if found is None:
        known = "; ".join(f"{one.name} ({one.title.lower()})" for one in BOOK)
        raise Refused.because("unknown_document", f"Dokumen “{name}” tidak ada. Yang ada: {known}.")
    return found


def check_request(one: DocumentEntry, *, edition: str, subject: str) -> None:
    """Raises Refused when the document has no such edition, or needs a subject that is missing, or takes none."""
    if edition not in one.editions:
        raise Refused.because("unknown_edition", f"{one.title} tidak punya edisi “{edition}”; yang ada: {', '.join(one.editions)}.")
    wanted = PER_LABELS.get(one.per)
    if wanted and not subject:
        raise Refused.because("subject_required", f"{one.title}: sebutkan {wanted}.")
    if subject and not wanted:
        raise Refused.because("subject_not_wanted", f"{one.title} dibuat untuk seluruh siklus; “{subject}” tidak diperlukan.")


def as_subject(one: DocumentEntry, typed: str) -> str:
    """A subject as somebody typed it, in the form it is stored: case numbers in capitals, codes in small letters."""
    subject = typed.strip()
    if one.per is Per.CASE:
        return subject.upper()
    if one.per is Per.SEAT:
        number, mark, username = subject.partition(":")
        return number.upper() + mark + username
    return subject if one.per in (Per.PUSKESMAS, Per.SCORE) else subject.lower()


def record_of(one: DocumentEntry, snapshot: Mapping[str, Any], *, edition: str, subject: str, revision: int) -> Record:
    """The record that an edition of this document is drawn from. snapshot: as the entry's `freeze` made it, or read back from JSON."""
    return make_record(
        document=one.name,
        edition=edition,
        subject=subject,
        number=document_number(one, snapshot["cycle"], edition=edition, subject=subject, revision=revision),
        revision=revision,
        at=datetime.fromisoformat(snapshot["dated"]),
        content=one.printed(dict(snapshot), edition),
    )


def document_number(one: DocumentEntry, cycle: Mapping[str, Any], *, edition: str, subject: str, revision: int) -> str:
    """ "LD-3509-2026-2-P.1", "RTL-3509-2026-2-DINKES.3"; of a case "PK-AKS-3509-2026-2-007.1". The last number is the revision."""
    place = "" if one.per.is_of_a_case else f"{cycle['kabupaten_code'].replace('.', '')}-{cycle['code']}"
    letter = edition[0].upper() if len(one.editions) > 1 else ""
    return "-".join(filter(None, (one.prefix, place, letter, _plain(subject).upper()))) + f".{revision}"


def file_name(document: Named, cycle: Cycle) -> str:
    """A plain file name: "laporan-diseminasi-2026-2-publik.pdf", "paket-AKS-3509-2026-2-007.pdf", "rtl-dinkes-2026-2.pdf"."""
    one = entry(document.name)
    made = one.file_name.format(cycle=cycle.code, edition=document.edition, subject=_plain(document.subject))
    return f"{_plain(made)}.{one.suffix}"


class Named(Protocol):
    """What tells one document of a cycle from another."""

    @property
    def name(self) -> str: ...
    @property
    def edition(self) -> str: ...
    @property
    def subject(self) -> str: ...


def _plain(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", ascii_only).strip("-")
