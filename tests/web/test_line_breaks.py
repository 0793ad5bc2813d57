"""Where a line of a page may break: never within a case number, anywhere within a word longer than words are."""

from __future__ import annotations

import pytest
from markupsafe import escape

from audit.web.line_breaks import as_lines

FILE = "eppgbm_kabupaten_jember_september_2026.xlsx"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Bangun jamban", "Bangun jamban"),
        ("mempertanggungjawabkannya", '<span class="long-word">mempertanggungjawabkannya</span>'),
        ("mempertanggungjawabkan dan mengadministrasikan", "mempertanggungjawabkan dan mengadministrasikan"),
        ("Kasus AKS-3509-2026-2-007 selesai", 'Kasus <span class="code">AKS-3509-2026-2-007</span> selesai'),
        (f"{FILE} dimuat", f'<span class="long-word">{FILE}</span> dimuat'),
        (f"AKS-3509-2026-2-007: {FILE}", f'<span class="code">AKS-3509-2026-2-007</span>: <span class="long-word">{FILE}</span>'),
        ("tindak-lanjut-yang-panjang-sekali-namanya", "tindak-lanjut-yang-panjang-sekali-namanya"),
        ("<b>" + "x" * 30, '<span class="long-word">&lt;b&gt;' + "x" * 30 + "</span>"),
        ("x" * 24 + "&", '<span class="long-word">' + "x" * 24 + "&amp;</span>"),
        ("Dinas & Kantor", "Dinas &amp; Kantor"),
        ("", ""),
    ],
)
def test_a_case_number_stays_whole_and_a_word_too_long_for_a_column_breaks(text: str, drawn: str) -> None:
    assert escape(as_lines(text)) == drawn, "as a template draws it"
