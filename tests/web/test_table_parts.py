"""Tables of pages: a cell may be a cell or a text; what people typed is never markup; a case number stays in one piece."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from audit.render import html
from audit.web import shell
from audit.web.parts import Cell, Column, Empty, Row, Table

COLUMNS = (Column("Nama"), Column("Nilai <z>", is_number=True), Column("Catatan"))


def drawn(*rows: Sequence[Cell | str]) -> str:
    """A table of these rows as a page shows it."""
    assert shell, "its import gives the templates their filters"
    table = Table("Daftar", COLUMNS, tuple(map(Row, rows)), Empty("Belum ada", icon="search"))
    return html.environment().from_string('{% from "web/parts/lists.html" import table %}{{ table(page) }}').render(page=table)


@pytest.mark.parametrize("row", [("Juni", "8,4", "ukur ulang"), ("Juni", "–", ""), ("Kasus AKS-3509-2026-2-007", "", "<b>&</b>")])
def test_a_text_is_drawn_like_a_cell_of_that_text(row: tuple[str, ...]) -> None:
    assert drawn(row) == drawn(tuple(map(Cell, row)))


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<i>AKS-3509-2026-2-007</i>", "\"'&"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_people_typed_is_never_markup(text: str, place: int) -> None:
    row = ["Juni", "8,4", "ukur ulang"]
    row[place] = text
    for cells in (row, [Cell(one) for one in row], [Cell(one, note=one) for one in row]):
        page = drawn(cells)
        assert text not in page and "<script>" not in page and "<i>" not in page and "Nilai &lt;z&gt;" in page


def test_a_case_number_stays_in_one_piece() -> None:
    page = drawn(("Juni", "8,4", "lanjutan dari AKS-3509-2026-2-007"))
    assert 'lanjutan dari <span class="code">AKS-3509-2026-2-007</span>' in page
