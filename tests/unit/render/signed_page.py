"""A page with rooms for signatures, drawn by the real templates, for tests. Invented people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from audit.render import html, pdf
from audit.reports.pages import Foot, Signatory
from tests.reports.examples import foot

_TEMPLATE = """{% extends "base/print.html" %}{% import "base/print_macros.html" as part %}
{% block content %}<h1>Berita acara</h1>{% for line in page.lines %}<p>{{ line }}</p>{% endfor %}<p>Ditandatangani oleh:</p>
{% for row in page.rows %}<table class="signatures"><tbody><tr>
{% for who in row %}<td>{{ part.signature(who) }}</td>{% endfor %}
</tr></tbody></table>{% endfor %}{{ part.proof(page.foot) }}{% endblock %}"""

SIGNATORIES = (
    Signatory("Ketua TPPS Kabupaten Jember", "Bambang Setyadi", "NIP 19700101 200001 1 001", "ketua"),
    Signatory("Sekretaris", "Endah Wulansari", "", "sekretaris"),
    Signatory("Saksi", "Lilik Handayani", "", "saksi"),
    Signatory("Penerima", "Ninik Rahayu"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """rows: signature blocks side by side. lines: paragraphs before them."""

    foot: Foot
    rows: tuple[tuple[Signatory, ...], ...]
    lines: tuple[str, ...] = ()


def draw(signatories: tuple[Signatory, ...] = SIGNATORIES, *, lines: tuple[str, ...] = ()) -> bytes:
    """The page as an archival PDF, two blocks in a row."""
    rows = tuple(signatories[i : i + 2] for i in range(0, len(signatories), 2))
    page = Page(foot("Berita acara", "EDISI TERBATAS", "BA-3509-2026-2.1"), rows, lines)
    text = html.environment().from_string(_TEMPLATE).render(page=page)
    return pdf.to_pdf(text, stylesheet="report/rtl_agency/style.css", identifier="berita-acara", is_strict=True)


@cache
def drawn() -> bytes:
    """The page with three fields and one signatory on paper, drawn once in a run."""
    return draw()
