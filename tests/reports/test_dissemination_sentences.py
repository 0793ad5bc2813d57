"""Sentences and tables of the dissemination report that hang on what is hidden, by example. No database and no PDF."""

from __future__ import annotations

from datetime import date

import pytest

from audit.reports.disclosure import FEW, WITHHELD, Published
from audit.reports.dissemination.chapters import _event
from audit.reports.dissemination.numbers import Numbering, Numbers, share_table
from audit.reports.dissemination.results import _not_judged
from audit.reports.pages import Table

SHARED = {"label": "Umur", "whole": "women", "noun": "Kasus", "empty": "Tidak ada."}


def table(numbering: Numbering, cells: dict[str, Published]) -> Table:
    rows = [(name, name) for name in ("young", "old")]
    return share_table(Numbers(cells), "t", "Kasus ibu", rows=rows, number=lambda: numbering.next("Tabel", 2), **SHARED)  # type: ignore[arg-type]


def test_a_table_of_nothing_but_marks_is_a_sentence_and_takes_no_number() -> None:
    numbering = Numbering()
    hidden = table(numbering, {"women": 6, "young": FEW, "old": WITHHELD})
    shown = table(numbering, {"women": 6, "young": 6, "old": 0})
    assert hidden.rows == () and hidden.number == "" and "ditutup untuk melindungi identitas" in hidden.empty
    assert len(shown.rows) == 2 and shown.number == "Tabel 2.1"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"cases": 24, "outcomes": 24}, []),
        ({"cases": 24, "outcomes": 23, "stage:withdrawn": 1}, ["Hasil 1 kasus tidak dinilai karena dikeluarkan dari audit."]),
        ({"cases": 9, "outcomes": 2, "stage:follow_up": 7}, ["Tindak lanjut masih berjalan pada 7 kasus; hasilnya dilaporkan kemudian."]),
    ],
)
def test_cases_without_an_outcome_are_told_from_their_counts(cells: dict[str, Published], told: list[str]) -> None:
    assert _not_judged(Numbers(cells)) == told


def test_what_a_dash_covers_is_told_alike_whether_or_not_it_is_none() -> None:
    (told,) = _not_judged(Numbers({"cases": 24, "outcomes": 23, "stage:follow_up": WITHHELD, "stage:withdrawn": FEW}))
    assert "masih berjalan" not in told and not any(letter.isdigit() for letter in told)


def test_an_event_after_the_printed_date_lies_ahead() -> None:
    assert _event(date(2026, 6, 25), date(2026, 6, 22)) == "akan dilaksanakan pada 25 Juni 2026"
    assert _event(date(2026, 6, 20), date(2026, 6, 22)) == "dilaksanakan pada 20 Juni 2026"
