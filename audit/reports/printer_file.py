"""The documents of a bundle as one file for the printer, with a list of what is inside in front. Merging itself is in audit/render."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Cycle
from audit.render import html, pdf
from audit.render.merging import Merged, Merger, page_count
from audit.render.wording import date_words, number
from audit.reports.bundle import OPEN, PRIVATE, Bundled
from audit.reports.pages import Foot
from audit.reports.phrases import cycle_words, secretariat_words
from audit.reports.printing import MARKS, made_with
from audit.store.files import Files, whole_file

TEMPLATE = "report/printer_file"
STATEMENT = (
    "Berkas gabungan ini hanya untuk dicetak dan tidak memenuhi PDF/A maupun PDF/UA. "
    "Yang sah ialah setiap dokumen sendiri-sendiri, yang tersimpan dengan nomor, rekaman, dan tanda tangannya."
)


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A line of the list. pages: "4"; page: of the merged file where it begins, "13"."""

    title: str
    number: str
    pages: str
    page: str


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """The documents of one name. title: "Paket kasus"; count: "24 dokumen, 96 halaman"."""

    title: str
    count: str
    documents: tuple[ListedDocument, ...]


@dataclass(frozen=True, slots=True)
class PrinterFilePage:
    """The front part of the merged file. about: cycle and office in one line; note: what is not inside, or empty."""

    foot: Foot
    title: str
    about: str
    statement: str
    how_to_print: str
    note: str
    groups: tuple[ListedGroup, ...]


def write_printer_file(files: Files, documents: Sequence[Bundled], cycle: Cycle, target: Path) -> int:
    """Write the PDF documents of a bundle as one file; how many pages it has. One document is in memory at a time.

    Workbooks are left out and the list says so. Raises OSError when the file cannot be written, Fault when a document is gone.
    """
    printed = [one for one in documents if one.path.suffix == ".pdf"]
    mode = OPEN if printed and all(one.mode == OPEN for one in printed) else PRIVATE
    title = f"Berkas cetak {cycle_words(cycle.code, cycle.settings.get('wording', {}))}"
    with whole_file(target, mode=mode) as file:
        merger = Merger(file, title=title, description=STATEMENT)
        places = [(one, merger.add(files.get(one.file_sha256), note=one.document.number)) for one in printed]
        return merger.finish(_front(places, cycle, title, left_out=len(documents) - len(printed)))


def _front(places: Sequence[tuple[Bundled, Merged]], cycle: Cycle, title: str, *, left_out: int) -> bytes:
    """The list, drawn until the number of its own pages and the page numbers in it agree; more digits never make it shorter."""
    before = 0
    while True:
        drawn = _drawn(printer_file_page(places, cycle, title, before=before, left_out=left_out))
        count = page_count(drawn)
        taken = count + count % 2
        if taken == before:
            return drawn
        before = taken


def printer_file_page(
    places: Sequence[tuple[Bundled, Merged]], cycle: Cycle, title: str, *, before: int, left_out: int = 0
) -> PrinterFilePage:
    """The page record of the list. places: each document with where it went; before: pages of the list itself, an even number."""
    wording = cycle.settings.get("wording", {})
    office = secretariat_words(cycle.kabupaten_code, wording)
    is_open = all(one.mode == OPEN for one, _ in places)
    newest = max((one.document.made_at for one, _ in places), default=cycle.opened_at)
    foot = Foot(
        title=title,
        mark=MARKS["publik" if is_open else "terbatas"],
        reference="Bukan berkas arsip",
        cycle=cycle_words(cycle.code, wording),
        snapshot="",
        snapshot_full="",
        author=office,
        created=newest.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        description=STATEMENT,
        code="",
        verify_url="",
        qr=Markup(""),
        revision="",
        generator=made_with(),
    )
    when = date_words(local_date(newest, cycle.timezone))
    groups = [(title, list(members)) for title, members in groupby(places, key=lambda place: place[0].entry.title)]
    return PrinterFilePage(
        foot=foot,
        title=title,
        about=f"{office} · {number(len(places))} dokumen · yang terbaru dibuat {when}",
        statement=STATEMENT,
        how_to_print="Cetak bolak-balik pada sisi panjang, tanpa memperkecil halaman. Setiap dokumen mulai di lembar baru.",
        note=f"{number(left_out)} dokumen berupa buku kerja (.xlsx) tidak ikut dalam berkas ini." if left_out else "",
        groups=tuple(_group(title, members, before) for title, members in groups),
    )


def _group(title: str, members: Sequence[tuple[Bundled, Merged]], before: int) -> ListedGroup:
    pages = sum(merged.pages for _, merged in members)
    return ListedGroup(
        title=title,
        count=f"{number(len(members))} dokumen, {number(pages)} halaman",
        documents=tuple(
            ListedDocument(merged.title or title, one.document.number, number(merged.pages), number(before + merged.first))
            for one, merged in members
        ),
    )


def _drawn(page: PrinterFilePage) -> bytes:
    return pdf.to_pdf(html.render(f"{TEMPLATE}/report.html", page), stylesheet=f"{TEMPLATE}/style.css", identifier=page.foot.title)
