"""Files merged for a printer: whole sheets, bookmarks, no archival claim, what a form shows is kept, and memory stays flat."""

from __future__ import annotations

import io
import tracemalloc
from functools import cache

import pikepdf
import pypdfium2

from audit.render import pdf
from audit.render.merging import Merger


@cache
def document(title: str, pages: int) -> bytes:
    """An archival document of so many pages, each with a heading."""
    body = "".join(f'<h2 style="break-before: page">Bagian {n}</h2><p>Isi {n} dari {title}: ≥ 1 — é</p>' for n in range(1, pages + 1))
    return pdf.to_pdf(
        f'<html lang="id"><head><title>{title}</title></head><body>{body.replace("break-before: page", "", 1)}</body></html>',
        stylesheet="report/rtl_agency/style.css",
        identifier=title,
    )


def merged(*documents: tuple[bytes, str], front: bytes | None = None) -> tuple[bytes, list[tuple[str, int, int]]]:
    file = io.BytesIO()
    merger = Merger(file, title="Berkas cetak", description="Bukan arsip & hanya untuk dicetak")
    placed = [merger.add(content, note=note) for content, note in documents]
    merger.finish(front or document("Daftar isi", 1))
    return file.getvalue(), [(one.title, one.first, one.pages) for one in placed]


def texts(content: bytes) -> list[str]:
    opened = pypdfium2.PdfDocument(content)
    found = [page.get_textpage().get_text_bounded() for page in opened]
    opened.close()
    return found


def test_every_document_begins_on_an_odd_page_and_bookmarks_lead_to_it() -> None:
    file, placed = merged((document("Satu", 1), "A.1"), (document("Tiga", 3), "B.1"), (document("Dua", 2), "C.1"))
    assert placed == [("Satu", 1, 1), ("Tiga", 3, 3), ("Dua", 7, 2)]
    pages = texts(file)
    assert len(pages) == 2 + 2 + 4 + 2
    assert [n for n, text in enumerate(pages, start=1) if not text.strip()] == [2, 4, 8], "a blank page where a sheet is not full"
    assert "Isi 1 dari Tiga: ≥ 1 — é" in pages[4] and "Isi 2 dari Dua" in pages[9]
    with pikepdf.open(io.BytesIO(file)) as opened, opened.open_outline() as outline:
        number = {page.obj.objgen: n for n, page in enumerate(opened.pages, start=1)}
        found = [(item.title, number[item.destination[0].objgen], [c.title for c in item.children]) for item in outline.root]
    assert [(title, page) for title, page, _ in found] == [("Daftar isi", 1), ("Satu (A.1)", 3), ("Tiga (B.1)", 5), ("Dua (C.1)", 9)]
    assert found[2][2] == ["Bagian 1", "Bagian 2", "Bagian 3"]


def test_the_file_is_sound_and_claims_no_standard() -> None:
    file, _ = merged((document("Satu", 1), "A.1"), (document("Satu", 1), "A.2"))
    assert file == merged((document("Satu", 1), "A.1"), (document("Satu", 1), "A.2"))[0], "the same documents, the same bytes"
    assert b"pdfaid" not in file and b"pdfuaid" not in file and b"Bukan arsip &amp; hanya" in file
    with pikepdf.open(io.BytesIO(file)) as opened:
        assert opened.check_pdf_syntax() == []
        with opened.open_metadata() as metadata:
            assert metadata.pdfa_status == "" and metadata["dc:title"] == "Berkas cetak"
        assert opened.Root.get("/StructTreeRoot") is None and len(opened.attachments) == 0
        assert opened.Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"
        assert all("/StructParents" not in page for page in opened.pages)


def test_letters_of_any_kind_stay_in_bookmarks() -> None:
    name = "Siti (=1+1) \\ “Nurhayati” ≥ 😀 " + "x" * 150
    file, _ = merged((document("Satu", 1), name))
    with pikepdf.open(io.BytesIO(file)) as opened, opened.open_outline() as outline:
        assert outline.root[1].title == f"Satu ({name})"


def test_what_a_form_shows_is_printed_and_what_pages_inherit_is_kept() -> None:
    source = pikepdf.new()
    font = source.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica))
    resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    drawn = source.make_stream(b"BT /F1 12 Tf 2 2 Td (DISETUJUI) Tj ET")
    drawn.Type, drawn.Subtype, drawn.BBox, drawn.Resources = (
        pikepdf.Name.XObject,
        pikepdf.Name.Form,
        pikepdf.Array([0, 0, 99, 20]),
        resources,
    )
    widget = source.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="putusan", V="DISETUJUI", F=4,
            Rect=pikepdf.Array([50, 50, 149, 70]), AP=pikepdf.Dictionary(N=drawn),
        )
    )  # fmt: skip
    page = source.add_blank_page(page_size=(200, 200))
    page.obj.Contents = source.make_stream(b"BT /F1 12 Tf 10 150 Td (Diwarisi) Tj ET")
    page.obj.Annots = pikepdf.Array([widget])
    del page.obj["/Resources"]
    source.Root.Pages.Resources = resources
    source.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([widget]), DA="/F1 12 Tf")
    held = io.BytesIO()
    source.save(held)
    file, _ = merged((held.getvalue(), "A.1"))
    assert "Diwarisi" in texts(file)[2] and "DISETUJUI" in texts(file)[2]
    with pikepdf.open(io.BytesIO(file)) as opened:
        assert "/AcroForm" not in opened.Root and opened.pages[2].get("/Annots") is None


def test_memory_does_not_grow_with_the_documents() -> None:
    count = 150

    class Nowhere(io.RawIOBase):
        size = 0

        def write(self, data: object) -> int:
            self.size += len(data)  # type: ignore[arg-type]
            return len(data)  # type: ignore[arg-type]

    content, sink = document("Dua", 2), Nowhere()
    merger = Merger(sink, title="Berkas cetak", description="Bukan arsip")  # type: ignore[arg-type]
    merger.add(content, note="0")
    tracemalloc.start()
    for n in range(count):
        merger.add(content, note=str(n))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sink.size > count * 10_000 and held < sink.size / 8
