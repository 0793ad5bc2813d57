"""The book of documents, as data: what can be printed, in which editions, about what, and how it is frozen and drawn. Nothing is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import Status
from audit.people.roles import AGENCIES
from audit.reports import packet, rtl_agency
from audit.reports.dissemination import dissemination_snapshot, render_dissemination
from audit.steps.packet.queries import newest_packet, packet_snapshot

RESTRICTED, PUBLIC = "terbatas", "publik"

Per = Literal["case", "cycle", "agency"]
Subjects = Callable[[Session, int], list[str]]
Render = Callable[[Mapping[str, Any], str], bytes]
"""(snapshot, edition) -> PDF."""


class Freeze(Protocol):
    """What a document shows, as a plain record ready for canonical JSON. `subject` is as in `DocumentEntry.subjects`."""

    def __call__(self, session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that was frozen and rendered before, by the SHA-256 of its snapshot and of its PDF."""

    snapshot_sha256: str
    pdf_sha256: str


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """One document of the book.

    name: as on the command line and in `Document.name`. per: one for each case (subject: its number), for the cycle (subject empty), or
    for each agency (subject: its code). subjects: what there is one of now. file_name: pattern of {cycle}, {edition}, {subject}.
    kept: finds the frozen document where a move of the case keeps it; None when nothing does.
    """

    name: str
    title: str
    editions: tuple[str, ...]
    template: str
    per: Per
    file_name: str
    subjects: Subjects
    freeze: Freeze
    render: Render
    kept: Callable[[Session, int, str], Kept | None] | None = None


def entry(name: str) -> DocumentEntry:
    """The document of this name. Refused, naming those there are, when the book has none."""
    found = next((one for one in BOOK if one.name == name), None)
    if found is None:
        known = "; ".join(f"{one.name} ({one.title.lower()})" for one in BOOK)
        raise Refused.because("unknown_document", f"Dokumen “{name}” tidak ada. Yang ada: {known}.")
    return found


def check_request(one: DocumentEntry, *, edition: str, subject: str) -> None:
    """Raises Refused when the document has no such edition, or needs a subject that is missing, or takes none."""
    if edition not in one.editions:
        raise Refused.because("unknown_edition", f"{one.title} tidak punya edisi “{edition}”; yang ada: {', '.join(one.editions)}.")
    wanted = {"case": "nomor kasus", "agency": f"kode perangkat daerah ({', '.join(AGENCIES)})"}.get(one.per)
    if wanted and not subject:
        raise Refused.because("subject_required", f"{one.title}: sebutkan {wanted}.")
    if subject and not wanted:
        raise Refused.because("subject_not_wanted", f"{one.title} dibuat untuk seluruh siklus; “{subject}” tidak diperlukan.")


def file_name(document: _Named, cycle: Cycle) -> str:
    """A plain file name: "laporan-diseminasi-2026-2-publik.pdf", "paket-AKS-3509-2026-2-007.pdf", "rtl-dinkes-2026-2.pdf"."""
    made = entry(document.name).file_name.format(cycle=cycle.code, edition=document.edition, subject=document.subject)
    return re.sub(r"[^A-Za-z0-9._-]+", "-", made) + ".pdf"


class _Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def edition(self) -> str: ...
    @property
    def subject(self) -> str: ...


def _case(session: Session, cycle_id: int, number: str) -> Case:
    case = session.scalar(select(Case).where(Case.cycle_id == cycle_id, Case.number == number))
    if case is None:
        raise Refused.because("unknown_case", f"Kasus “{number}” tidak ada pada siklus ini; lihat: aks case list.")
    return case


def _case_numbers(session: Session, cycle_id: int) -> list[str]:
    return list(session.scalars(select(Case.number).where(Case.cycle_id == cycle_id).order_by(Case.number)))


def _freeze_packet(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    del at  # a packet is dated with a day
    return packet_snapshot(session, _case(session, cycle_id, subject).id, on=on)


def _kept_packet(session: Session, cycle_id: int, subject: str) -> Kept | None:
    """The packet the panel saw. While the worksheet is (again) with the field the next one is not frozen yet, and None is said."""
    case = _case(session, cycle_id, subject)
    found = newest_packet(session, case.id) if case.status != Status.SELECTED else None
    return Kept(found.snapshot_sha256, found.pdf_sha256) if found else None


def _render_packet(snapshot: Mapping[str, Any], edition: str) -> bytes:
    del edition  # a packet has one
    return packet.render_packet(snapshot)


def _freeze_dissemination(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    del subject  # the whole cycle
    return dissemination_snapshot(session, cycle_id, at=at, on=on)


def _render_dissemination(snapshot: Mapping[str, Any], edition: str) -> bytes:
    return render_dissemination(snapshot, edition="publik" if edition == PUBLIC else "terbatas")


def _freeze_rtl(session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]:
    return rtl_agency.rtl_agency_snapshot(session, cycle_id, subject, at=at, on=on)


def _render_rtl(snapshot: Mapping[str, Any], edition: str) -> bytes:
    del edition  # a sheet has one
    return rtl_agency.render_rtl_agency(snapshot)


BOOK: tuple[DocumentEntry, ...] = (
    DocumentEntry(
        "paket", "Paket kasus", (RESTRICTED,), packet.TEMPLATE, "case", "paket-{subject}",
        _case_numbers, _freeze_packet, _render_packet, _kept_packet,
    ),
    DocumentEntry(
        "diseminasi", "Laporan diseminasi", (RESTRICTED, PUBLIC), "report/dissemination", "cycle", "laporan-diseminasi-{cycle}-{edition}",
        lambda session, cycle_id: [""], _freeze_dissemination, _render_dissemination,
    ),
    DocumentEntry(
        "rtl", "Lembar RTL perangkat daerah", (RESTRICTED,), rtl_agency.TEMPLATE, "agency", "rtl-{subject}-{cycle}",
        rtl_agency.agencies_with_actions, _freeze_rtl, _render_rtl,
    ),
)  # fmt: skip
"""Every document, in the order in which a cycle makes them."""
