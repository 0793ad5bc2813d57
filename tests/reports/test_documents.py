"""The printed documents: each rendered once, strictly, then read back as a reader, a checker and a screen reader would."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import pikepdf
import pypdfium2
import pytest
from lxml import html as lxml_html

from audit.render import html, pdf
from tests.reports import examples

FOLDERS: dict[str, tuple[str, Callable[[], object]]] = {
    "packet": ("packet", examples.packet_of_a_child),
    "packet without measurement": ("packet", lambda: examples.packet_of_a_child(0)),
    "packet with one measurement": ("packet", lambda: examples.packet_of_a_child(1)),
    "packet of a mother": ("packet", examples.packet_of_a_mother),
    "rtl": ("rtl_agency", lambda: examples.rtl_sheet(60)),
    "rtl of nothing": ("rtl_agency", lambda: examples.rtl_sheet(0)),
    "public": ("dissemination", examples.public_report),
    "public of nothing": ("dissemination", lambda: examples.public_report(0)),
    "restricted": ("dissemination", lambda: examples.restricted_report(6)),
    "restricted of nothing": ("dissemination", lambda: examples.restricted_report(0)),
}
every_document = pytest.mark.parametrize("name", list(FOLDERS))


@dataclass(frozen=True)
class Rendered:
    source: str
    file: bytes
    pages: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.pages)


@cache
def rendered(name: str) -> Rendered:
    folder, record = FOLDERS[name]
    source = html.render(f"report/{folder}/report.html", record())
    file = pdf.to_pdf(source, stylesheet=f"report/{folder}/style.css", identifier=name, is_strict=True)
    opened = pypdfium2.PdfDocument(file)
    pages = []
    for page in opened:
        content = page.get_textpage()
        pages.append(re.sub(r"[ \t\r\n\u00a0]+", " ", content.get_text_bounded()))
        content.close()
        page.close()
    opened.close()
    return Rendered(source, file, tuple(pages))


@every_document
def test_every_page_says_what_it_is_and_its_place(name: str) -> None:
    made = rendered(name)
    numbered = list(enumerate(made.pages, start=1))
    for number, page in numbered[1:] if "Daftar Isi" in made.text else numbered:
        assert f"Halaman {number} dari {len(made.pages)}" in page
        assert "Semester 1 Tahun 2026" in page and examples.HASH[:16] in page
        assert ("EDISI PUBLIK" if name.startswith("public") else "TERBATAS – RAHASIA") in page


@every_document
def test_only_the_bundled_fonts_are_embedded(name: str) -> None:
    with pikepdf.open(io.BytesIO(rendered(name).file)) as opened:
        found = {str(each.BaseFont) for each in opened.objects if isinstance(each, pikepdf.Dictionary) and "/BaseFont" in each}
    assert found and all(re.search(r"\+Source-Sans-3", font) for font in found)


@every_document
def test_the_file_is_tagged_and_named(name: str) -> None:
    with pikepdf.open(io.BytesIO(rendered(name).file)) as opened:
        assert str(opened.Root.Lang) == "id" and opened.Root.ViewerPreferences.DisplayDocTitle
        assert str(opened.docinfo["/Title"]) and str(opened.docinfo["/CreationDate"]) == "D:20260630080000Z"
        figures = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"]
        assert all(str(figure.get("/Alt", "")) for figure in figures)
        if "<svg" in rendered(name).source:
            assert figures


@every_document
def test_headings_come_in_order_and_every_head_cell_has_a_scope(name: str) -> None:
    tree = lxml_html.fromstring(rendered(name).source)
    assert not tree.xpath("//th[not(@scope)]")
    levels = [int(heading.tag[1]) for heading in tree.xpath("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))
    anchors = tree.xpath("//@id")
    assert len(anchors) == len(set(anchors))
    assert {link[1:] for link in tree.xpath("//a/@href")} <= set(anchors)


@every_document
def test_the_columns_of_every_table_fill_it(name: str) -> None:
    tree = lxml_html.fromstring(rendered(name).source)
    for table in tree.xpath("//table[colgroup]"):
        widths = [int(str(each)[1:]) for each in table.xpath("./colgroup/col/@class")]
        cells = table.xpath("count((.//tr)[1]/*)")
        assert sum(widths) == 100, widths
        assert len(widths) == cells or table.xpath(".//td[@colspan]")


@every_document
def test_nothing_reaches_over_the_edge_of_its_page(name: str) -> None:
    opened = pypdfium2.PdfDocument(rendered(name).file)
    for page in opened:
        width, _ = page.get_size()
        content = page.get_textpage()
        rects = [content.get_rect(index) for index in range(content.count_rects())]
        assert not [rect for rect in rects if rect[0] < 20 or rect[2] > width - 20]
        content.close()
        page.close()
    opened.close()


@pytest.mark.parametrize("name", ["packet", "public of nothing"])
def test_two_renders_are_the_same_bytes(name: str) -> None:
    folder, record = FOLDERS[name]
    again = pdf.to_pdf(html.render(f"report/{folder}/report.html", record()), stylesheet=f"report/{folder}/style.css", identifier=name)
    assert again == rendered(name).file


def test_the_first_page_of_a_packet_is_enough_to_decide_from() -> None:
    first = rendered("packet").pages[0]
    for wanted in ("AKS-3509-2026-1-0007", "TB/U", "BB/U", "BB/TB", "Sangat pendek", "−2,56 SD", "2T", "Berat lahir rendah", "Hb anak"):
        assert wanted in first
    assert "Siti" not in first and "35092" not in first


def test_a_packet_fits_four_pages_and_its_opinion_one() -> None:
    pages = rendered("packet").pages
    assert len(pages) == 4
    assert "Ringkasan masalah" in pages[-1] and "Nama jelas" in pages[-1]


def test_a_name_of_200_characters_is_printed_whole() -> None:
    assert len(examples.LONG_NAME) >= 190
    assert examples.LONG_NAME in rendered("packet").text


def test_html_in_a_note_is_printed_as_it_was_written() -> None:
    assert "<script>alert(1)</script> =1+1" in rendered("packet").text
    assert "<script" not in rendered("packet").source


def test_empty_answers_are_visible() -> None:
    assert rendered("packet").text.count("belum diisi") == 5


def test_no_measurement_is_said_and_one_is_drawn() -> None:
    nothing = rendered("packet without measurement")
    assert "Belum ada pengukuran" in nothing.pages[0] and "Belum dapat dinilai" in nothing.pages[0]
    assert "−1,20" in rendered("packet with one measurement").pages[0]


def test_a_mother_has_lila_and_hb_instead_of_growth() -> None:
    first = rendered("packet of a mother").pages[0]
    assert "Lingkar lengan atas" in first and "Hemoglobin" in first and "KEK < 23,5" in first
    assert "Umur (bulan)" not in rendered("packet of a mother").text


def test_a_long_matrix_repeats_its_head_on_every_page() -> None:
    pages = rendered("rtl").pages
    assert len(pages) > 5
    assert all("Tanda terima" in page for page in pages if "AKS-3509" in page.replace("AKS-3509-2026-1-0007", ""))
    assert all(f"AKS-3509-2026-1-{number:04d}" in rendered("rtl").text for number in range(1, 61))


def test_a_sheet_without_actions_says_so() -> None:
    assert "Tidak ada kegiatan untuk Dinas Kesehatan" in rendered("rtl of nothing").text


@pytest.mark.parametrize("name", ["public", "restricted", "restricted of nothing"])
def test_the_three_signatures_stand_together(name: str) -> None:
    page = next(page for page in rendered(name).pages if "Mengesahkan" in page)
    assert all(signatory.name in page and signatory.office in page for signatory in examples.public_report().signatories)


@pytest.mark.parametrize("name", ["public", "restricted", "public of nothing"])
def test_the_contents_point_to_the_right_pages(name: str) -> None:
    pages = rendered(name).pages
    contents = next(page for page in pages if re.match(r"(TERBATAS )?Daftar Isi Lembar", page))
    entries = re.findall(r"((?:BAB [IV]+|Lampiran \d|\d\.\d) [A-Z][A-Za-z ]+?)[. ]+(\d+)", contents)
    assert len(entries) >= 16
    for words, number in entries:
        assert words in pages[int(number) - 1], (words, number)


def test_the_chapters_follow_the_prescribed_outline() -> None:
    text = rendered("restricted").text
    places = [
        text.rindex(words) for words in ("BAB I P", "BAB II P", "BAB III K", "3.3 Evaluasi", "BAB IV P", "Lampiran 1 R", "Lampiran 4 P")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["public", "restricted"])
def test_every_prevalence_carries_its_source(name: str) -> None:
    page = next(page for page in rendered(name).pages if "30,4 %" in page)
    assert "Survei Status Gizi Indonesia (SSGI) 2024" in page and "e-PPGBM, diolah Dinas Kesehatan" in page


def test_only_the_restricted_edition_carries_the_watermark_and_the_cases() -> None:
    assert "Ringkasan Setiap Kasus" in rendered("restricted").text and "Perlindungan identitas" not in rendered("restricted").text
    assert "Ringkasan Setiap Kasus" not in rendered("public").text and "Perlindungan identitas" in rendered("public").text
    for name, wanted in (("restricted", True), ("public", False)):
        marked = [page.startswith("TERBATAS ") for page in rendered(name).pages]
        assert marked == [False] + [wanted] * (len(marked) - 1)


def test_the_matrix_pages_lie_down_and_the_others_stand() -> None:
    with pikepdf.open(io.BytesIO(rendered("restricted").file)) as opened:
        boxes = [[float(number) for number in page.mediabox] for page in opened.pages]
    lying = [number for number, box in enumerate(boxes) if box[2] > box[3]]
    assert lying and lying == list(range(lying[0], lying[-1] + 1))
    assert all("Intervensi" in page or "Penanggung jawab" in page for page in (rendered("restricted").pages[number] for number in lying))


def test_the_history_head_is_printed_in_full() -> None:
    for name in ("public", "restricted"):
        assert examples.HASH in rendered(name).pages[-1].replace(" ", "")


def test_the_outline_of_the_report_has_its_chapters() -> None:
    with pikepdf.open(io.BytesIO(rendered("public").file)) as opened, opened.open_outline() as outline:
        titles = [child.title for item in outline.root for child in item.children]
    assert "BAB II Pelaksanaan" in titles and "Lampiran 1 Keterangan Data" in titles
