"""Worksheets: how complete each part is, answers in words, and that the forms themselves hold together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.forms import Kind, missing, parse
from audit.lifecycle.vocabulary import Group
from audit.steps.packet.forms import ASKED_BY_LABELS, WORKSHEETS
from audit.steps.packet.rules import completeness, in_words
from tests.factory import worksheet_answers


def field(name: str, group: Group = Group.BALITA) -> Any:
    return next(f for f in WORKSHEETS[group].fields if f.name == name)


@pytest.mark.parametrize("group", Group)
def test_a_full_worksheet_is_complete_in_every_part_and_an_empty_one_in_none(group: Group) -> None:
    form = WORKSHEETS[group]
    answers = parse(form, worksheet_answers(group)).values
    assert all(part.is_complete and part.answered == part.required > 0 for part in completeness(form, answers))
    assert missing(form, answers) == {}
    empty = completeness(form, {})
    assert all(not part.is_complete and part.answered == 0 and len(part.missing) == part.required for part in empty)
    assert {part.asked_by: part.required for part in empty} == {who: len(names) for who, names in missing(form, {}).items()}


def test_what_a_part_lacks_is_named_by_its_label_and_a_no_or_a_nought_is_an_answer() -> None:
    form = WORKSHEETS[Group.BALITA]
    answers = {
        **worksheet_answers(Group.BALITA, without=["latrine", "appetite"]),
        "smoke": False,
        "animal_protein_days": 0,
        "illnesses": [],
    }
    lacking = {part.asked_by: part.missing for part in completeness(form, answers) if not part.is_complete}
    assert lacking == {"family": ("Jamban",), "paediatrics": ("Penyakit tiga bulan terakhir",), "nutrition": ("Selera makan",)}
    counts = {part.asked_by: part.required - part.answered for part in completeness(form, answers)}
    assert counts == {"family": 1, "paediatrics": 1, "nutrition": 1, "psychology": 0}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("smoke", True, "Ya"),
        ("smoke", False, "Tidak"),
        ("latrine", "septic", "Leher angsa dengan tangki septik"),
        ("illnesses", ["diarrhoea", "tb"], "Diare, Tuberkulosis"),
        ("illnesses", [], ""),
        ("birth_weight_g", 3100, "3.100 gram"),
        ("birth_length_cm", 48.5, "48,5 cm"),
        ("birth_length_cm", 48.0, "48 cm"),
        ("income_rp", 1_500_000, "1.500.000 Rp/bulan"),
        ("animal_protein_days", 0, "0 hari"),
        ("birth_order", 2, "2"),
        ("father_work", "Buruh tani", "Buruh tani"),
        ("father_work", None, ""),
        ("visited_on", date(2026, 7, 6), "2026-07-06"),
    ],
)
def test_an_answer_is_printed_in_words(name: str, value: Any, words: str) -> None:
    assert in_words(field(name), value) == words


@pytest.mark.parametrize("group", Group)
def test_a_worksheet_holds_together(group: Group) -> None:
    form = WORKSHEETS[group]
    names = [f.name for f in form.fields]
    assert len(names) == len(set(names))
    for f in form.fields:
        assert f.asked_by in ASKED_BY_LABELS, f.name
        assert bool(f.choices) == (f.kind in (Kind.CHOICE, Kind.CHOICES)), f.name
        if f.kind in (Kind.NUMBER, Kind.WHOLE):
            assert f.lowest is not None and f.highest is not None, f"{f.name} has no hard range"
            low, high = f.usual or (f.lowest, f.highest)
            assert f.lowest <= low < high <= f.highest, f.name
            assert f.kind is Kind.NUMBER or f.highest < 2**31, f"{f.name} would not fit into a column"
