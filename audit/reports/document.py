"""What a document of the book is, as a type: what it is called, what it is about, who may read it, how it is frozen and drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy.orm import Session

RESTRICTED, PUBLIC = "terbatas", "publik"


class Per(StrEnum):
    """What there is one of, and so what a subject is.

    CASE: a case number. SEAT: "case number:username" of an expert. AGENCY: its code. PUSKESMAS: its name as in the cases.
    KECAMATAN, DESA: Kemendagri code. SCORE: "2026-3:opd:dinkes", "2026-3:kecamatan:35.09.22", "2026-3:puskesmas:NAME". CYCLE: empty.
    """

    CASE = "case"
    SEAT = "seat"
    CYCLE = "cycle"
    AGENCY = "agency"
    PUSKESMAS = "puskesmas"
    KECAMATAN = "kecamatan"
    DESA = "desa"
    SCORE = "score"

    @property
    def is_of_a_case(self) -> bool:
        """Whether the subject begins with the number of a case."""
        return self in (Per.CASE, Per.SEAT)


PER_LABELS: Mapping[Per, str] = {
    Per.CASE: "nomor kasus",
    Per.SEAT: "nomor kasus dan nama pengguna pakar, misalnya AKS-3509-2026-2-001:dr.anak",
    Per.AGENCY: "kode perangkat daerah",
    Per.PUSKESMAS: "nama puskesmas",
    Per.KECAMATAN: "kode kecamatan, misalnya 35.09.22",
    Per.DESA: "kode desa, misalnya 35.09.22.2001",
    Per.SCORE: "triwulan dan unit, misalnya 2026-3:opd:dinkes",
}
"""What is asked for on the command line; a document of the whole cycle asks for nothing."""


class Readers(StrEnum):
    """Who may read a restricted document; see `audit.reports.readers`.

    IDENTITY: who may see who the case is. OFFICE: secretariat, chair, leadership. PANEL: they and the experts. OWNER: they and the agency
    the document is for. AREA: they and the field workers of the place.
    """

    IDENTITY = "identity"
    OFFICE = "office"
    PANEL = "panel"
    OWNER = "owner"
    AREA = "area"


class Freeze(Protocol):
    """What a document shows, as a plain value ready for canonical JSON, with `frozen_cycle` under "cycle" and its instant under "dated".

    It must not tell the instant of publishing: an unchanged audit has an unchanged snapshot, and then no new revision is made.
    """

    def __call__(self, session: Session, cycle_id: int, subject: str, *, at: datetime, on: date) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that a move of its case froze and drew before: SHA-256 of its snapshot and of its file."""

    snapshot_sha256: str
    file_sha256: str


def as_it_is(content: dict[str, Any], edition: str) -> dict[str, Any]:
    """What an edition prints of a snapshot when it prints all of it."""
    del edition
    return content


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """One document of the book.

    name: on the command line and in `Document.name`. prefix: of its number. subjects: what there is one of now. file_name: pattern of
    {cycle}, {edition}, {subject}. printed: what an edition may carry of the snapshot; the record holds that and no more.
    suffix: "pdf" or "xlsx". is_archival: PDF/A-3a and PDF/UA-1 with the record inside. What draws it is in `audit.reports.drawers`.
    kept: finds the file where a move of the case keeps it; None when nothing does. revision: reads the revision off the snapshot, where it
    is not counted by publishing. base: the SHA-256 of a snapshot in the file store that the document shows as well, such as the
    frozen packet before a form; publishing lays what `freeze` gives over it, and then `freeze` alone is not the whole snapshot.
    """

    name: str
    title: str
    prefix: str
    per: Per
    editions: tuple[str, ...]
    readers: Readers
    file_name: str
    subjects: Callable[[Session, int], list[str]]
    freeze: Freeze
    printed: Callable[[dict[str, Any], str], dict[str, Any]] = as_it_is
    suffix: str = "pdf"
    is_archival: bool = True
    kept: Callable[[Session, int, str], Kept | None] | None = None
    revision: Callable[[Mapping[str, Any]], int] | None = None
    base: Callable[[Session, int, str], str] | None = None
