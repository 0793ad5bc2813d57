"""The packet once more as a Typst document, the peer of bench/documents.py: same record, cells, charts, fonts and page size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import typst

from audit.render import fonts
from audit.reports.packet.pages import PacketPage
from audit.reports.pages import Fact, Figure

_HEAD = """
#set document(title: "Paket kasus", author: "AKS")
#set page(paper: "a4", margin: (top: 19mm, right: 18mm, bottom: 21mm, left: 20mm),
  header: [#text(8pt)[Paket Kasus #h(1fr) TERBATAS – RAHASIA]],
  footer: context [#text(7.5pt)[rekaman #h(1fr) Halaman #counter(page).display() dari #counter(page).final().first()]])
#set text(font: "Source Sans 3", size: 9.6pt, lang: "id")
#set table(stroke: (bottom: 0.4pt + rgb("#c6ced3"), rest: none), inset: 3pt)
#show heading: set text(fill: rgb("#0b5563"))
"""


def to_pdf(page: PacketPage) -> bytes:
    """The PDF that Typst makes of the record, PDF/A-3a."""
    made: bytes = typst.compile(
        _source(page).encode(), font_paths=[str(fonts.FOLDER)], ignore_system_fonts=True, pdf_standards=["a-3a"], format="pdf"
    )
    return made


def _source(page: PacketPage) -> str:
    parts = [_HEAD, f"= Kasus {_text(page.case_number)}", _text(page.summary), _text(page.question), _figure(page.chart)]
    parts.append(
        _table(
            (3, 1, 3, 2),
            ("Ukuran", "Nilai", "Kategori", "Tanggal"),
            [(f"{i.name} {i.meaning}", i.value, i.category, i.when) for i in page.indicators],
        )
    )
    parts += [_figure(page.gain)] if page.gain else []
    parts += ["== Tanda bahaya dan risiko", *(f"- *{_text(f.label)}* {_text(f.detail)}" for f in page.flags)]
    parts += [
        "== Yang belum ada",
        _text(page.gap_sentence),
        *(f"- {_text(g.item)} ({_text(g.discipline)}; {_text(g.owner)})" for g in page.gaps),
    ]
    parts += [
        "#pagebreak()",
        "== Identitas",
        _facts(page.identity),
        "== Alasan",
        *(f"+ {_text(r.label)} {_text(r.detail)}" for r in page.reasons),
    ]
    columns = page.measurements.columns
    parts += ["== Pengukuran", _table([c.width for c in columns], [c.label for c in columns], page.measurements.rows)]
    parts += [_figure(chart) for chart in page.more_charts]
    parts.append("== Kertas kerja audit")
    for section in page.worksheet:
        parts += [f"=== {_text(section.title)}", _facts(section.answers)]
    parts += ["#pagebreak()", "== Kajian pakar"]
    for question, lines in page.opinion.questions:
        parts += [f"=== {_text(question)}", *("#v(7mm)#line(length: 100%, stroke: 0.5pt)" for _ in lines)]
    return "\n\n".join(parts)


def _facts(items: Iterable[Fact]) -> str:
    return _table((1, 2), (), [(f.label, f.value or "belum diisi") for f in items])


def _table(widths: Sequence[int], head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = ", ".join(f"[{_text(cell)}]" for row in rows for cell in row)
    header = f"table.header({', '.join(f'[*{_text(h)}*]' for h in head)})," if head else ""
    return f"#table(columns: ({', '.join(f'{w}fr' for w in widths)}), {header} {cells})"


def _figure(figure: Figure) -> str:
    drawing = str(figure.drawing).replace("\\", "\\\\").replace('"', '\\"')
    return f'#figure(image(bytes("{drawing}"), format: "svg", width: 100%, alt: "Grafik"), caption: [{_text(figure.caption)}])'


def _text(words: str) -> str:
    return "".join("\\" + c if c in "\\#*_`$<>@[]=~/-+" else c for c in words) or "\u00a0"
