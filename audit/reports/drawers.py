"""What each document is drawn by, named and not imported: a drawing process loads the one room it needs, and no database.

The book (`audit.reports.book`) says what there is and how it is frozen; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from audit.errors import Refused
from audit.reports.record import Record, read_record

DRAWERS: Mapping[str, str] = {
    "kesenjangan": "audit.reports.field.gap_sheet:draw_gap_sheet",
    "paket": "audit.reports.packet.document:draw_packet",
    "kajian": "audit.reports.opinion_form.document:draw_opinion_form",
    "notulen": "audit.reports.panel.minutes:draw_minutes",
    "berita-acara": "audit.reports.panel.official_minutes:draw_official_minutes",
    "daftar-hadir": "audit.reports.panel.attendance:draw_attendance",
    "diseminasi": "audit.reports.dissemination.report:draw_dissemination",
    "rtl": "audit.reports.rtl.agency:draw_rtl_agency",
    "rtl-kecamatan": "audit.reports.rtl.place:draw_rtl_place",
    "rtl-desa": "audit.reports.rtl.place:draw_rtl_place",
    "rtl-matriks": "audit.reports.rtl.workbook:draw_matrix",
    "surat-keluarga": "audit.reports.field.letter:draw_family_letter",
    "kartu-kunjungan": "audit.reports.field.card_page:draw_visit_card",
    "rapor": "audit.reports.scorecard.document:draw_scorecard",
    "diseminasi-2": "audit.reports.dissemination.report:draw_dissemination",
    "ringkasan": "audit.reports.summary.sheet:draw_summary",
}
"""Name of the document -> "module:function" that makes the bytes of its file from a `Record`; in the order in which a cycle makes them."""


def draw(raw: bytes) -> bytes:
    """The file that a record is drawn as, here and now. raw: its canonical bytes. Raises Refused when it is no record of the book."""
    record = read_record(raw)
    return drawer_of(record.document)(record)


def drawer_of(name: str) -> Callable[[Record], bytes]:
    """The function that draws the document of this name. Raises Refused when there is none."""
    place = DRAWERS.get(name)
    if place is None:
        raise Refused.because("unknown_document", "Rekaman ini menyebut dokumen yang tidak dikenal versi AKS ini.")
    module, _, function = place.partition(":")
    found: Callable[[Record], bytes] = getattr(import_module(module), function)
    return found
