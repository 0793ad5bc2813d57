"""What a form makes of answers: every kind read, every unusable answer named with its place, value and range."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.forms import LONGEST_TEXT, Field, Form, Kind, Problems, Section, missing, parse
from audit.lifecycle.vocabulary import Group
from audit.steps.followup.forms import VISIT
from audit.steps.packet.forms import WORKSHEETS
from audit.steps.recommend.forms import ACTION, CONSENSUS
from audit.steps.review.forms import OPINION

APPETITE = {"good": "Baik", "fair": "Kurang", "poor": "Buruk"}
KNOWN = {"yes": "Ya", "no": "Tidak", "unknown": "Tidak tahu"}
FORM = Form(
    "coba",
    "Formulir coba",
    (
        Section(
            "one",
            "Satu",
            (
                Field("note", "Catatan", Kind.TEXT, highest=20, asked_by="family"),
                Field(
                    "grams", "Berat lahir", Kind.WHOLE, "gram", lowest=500, highest=6000, usual=(2000, 4500), is_required=True, asked_by="p"
                ),
                Field("income", "Penghasilan", Kind.WHOLE, "Rp/bulan", lowest=0, highest=500_000_000),
                Field("muac", "LiLA", Kind.NUMBER, "cm", lowest=6, highest=50),
                Field("any", "Angka", Kind.NUMBER),
                Field("at_least", "Paling sedikit", Kind.NUMBER, lowest=0.5),
                Field("seen_on", "Tanggal", Kind.DATE),
            ),
        ),
        Section(
            "two",
            "Dua",
            (
                Field("appetite", "Selera makan", Kind.CHOICE, choices=APPETITE),
                Field("exclusive", "ASI eksklusif", Kind.CHOICE, choices=KNOWN),
                Field("foods", "Pangan", Kind.CHOICES, choices=APPETITE, is_required=True, asked_by="n"),
                Field("smoke", "Asap rokok", Kind.YES_NO),
            ),
        ),
    ),
)


def read(name: str, raw: Any) -> Any:
    return parse(FORM, {name: raw}, partial=True).values.get(name)


def refused(name: str, raw: Any) -> tuple[str, str]:
    with pytest.raises(Problems) as found:
        parse(FORM, {name: raw}, partial=True)
    (problem,) = found.value.problems
    assert problem.place == name
    return problem.code, problem.message


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("note", "  Ibu baru pulang \n", "Ibu baru pulang"),
        ("note", "satu\r\ndua", "satu\ndua"),
        ("note", "anak 👶 sehat", "anak 👶 sehat"),
        ("note", 812, "812"),
        ("note", True, "ya"),
        ("note", False, "tidak"),
        ("note", "x" * 20, "x" * 20),
        ("grams", "3.100", 3100),
        ("grams", 3100.0, 3100),
        ("grams", Decimal(500), 500),
        ("grams", " 6000 ", 6000),
        ("income", "850.000", 850_000),
        ("income", "1.500.000", 1_500_000),
        ("muac", "12,5", 12.5),
        ("muac", "12.5", 12.5),
        ("muac", 6, 6.0),
        ("any", "−3,25", -3.25),
        ("any", "1e3", 1000.0),
        ("seen_on", "2026-08-31", date(2026, 8, 31)),
        ("seen_on", "31/08/2026", date(2026, 8, 31)),
        ("seen_on", "31-8-2026", date(2026, 8, 31)),
        ("seen_on", "29-02-2024", date(2024, 2, 29)),
        ("seen_on", date(2026, 8, 31), date(2026, 8, 31)),
        ("seen_on", datetime(2026, 8, 31, 23, tzinfo=UTC), date(2026, 8, 31)),
        ("appetite", "GOOD", "good"),
        ("appetite", "kurang", "fair"),
        ("exclusive", True, "yes"),
        ("exclusive", False, "no"),
        ("foods", "good, Buruk,good", ["good", "poor"]),
        ("foods", ["good"], ["good"]),
        ("foods", ("poor",), ["poor"]),
        ("smoke", "Ya", True),
        ("smoke", 1, True),
        ("smoke", "t", False),
        ("smoke", False, False),
    ],
)
def test_every_kind_is_read_the_way_people_write_it(name: str, raw: Any, value: Any) -> None:
    found = read(name, raw)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize("raw", [None, "", "  \n", [], (), {}])
@pytest.mark.parametrize("name", [f.name for f in FORM.fields])
def test_an_empty_answer_is_no_answer(name: str, raw: Any) -> None:
    assert parse(FORM, {name: raw}, partial=True).values == {}


@pytest.mark.parametrize(
    ("name", "raw", "code", "says"),
    [
        ("note", "x" * 21, "too_long", "21 huruf; paling banyak 20"),
        ("note", "a\x00b", "not_printable", "U+0000"),
        ("note", "a\x1b[31m", "not_printable", "U+001B"),
        ("note", "a\ud800", "not_printable", "U+D800"),
        ("note", ["a"], "not_a_text", "bukan teks"),
        ("note", {"a": 1}, "not_a_text", "bukan teks"),
        ("note", b"a", "not_a_text", "bukan teks"),
        ("grams", "31000", "out_of_range", "500–6000 gram"),
        ("grams", 499, "out_of_range", "500–6000 gram"),
        ("grams", 6001, "out_of_range", "500–6000 gram"),
        ("grams", "3100,5", "not_whole", "bukan bilangan bulat"),
        ("grams", "tiga kilo", "not_a_number", "tulis misalnya 3250"),
        ("grams", True, "not_a_number", "bukan angka"),
        pytest.param("grams", 10**5000, "out_of_range", "500–6000 gram", id="longer-than-python-prints"),
        pytest.param("grams", "9" * 5000, "out_of_range", "500–6000 gram", id="too-many-digits"),
        ("income", "500.000.001", "out_of_range", "0–500.000.000 Rp/bulan"),
        ("muac", "1_2", "not_a_number", "“1_2” bukan angka"),
        ("muac", "5,99", "out_of_range", "6–50 cm"),
        ("muac", [12], "not_a_number", "bukan angka"),
        ("any", "nan", "not_a_number", "bukan angka"),
        ("any", math.nan, "out_of_range", "bilangan biasa"),
        ("any", "1e999", "out_of_range", "bilangan biasa"),
        ("any", -math.inf, "out_of_range", "bilangan biasa"),
        ("any", Decimal("sNaN"), "out_of_range", "bilangan biasa"),
        ("at_least", 0, "out_of_range", "paling sedikit 0,5"),
        ("seen_on", "29-02-2025", "not_a_date", "bukan tanggal"),
        ("seen_on", "31/08/26", "not_a_date", "bukan tanggal"),
        ("seen_on", 45000, "not_a_date", "bukan tanggal"),
        ("appetite", "lahap", "not_a_choice", "pilih dari good, fair, poor"),
        ("appetite", True, "not_a_choice", "tidak dikenal"),
        ("foods", ["good", "lahap"], "not_a_choice", "“lahap” tidak dikenal"),
        ("foods", [["good"]], "not_a_choice", "tidak dikenal"),
        ("smoke", "mungkin", "not_yes_no", "tulis ya atau tidak"),
    ],
)
def test_an_answer_that_cannot_be_used_is_named_with_what_is_expected(name: str, raw: Any, code: str, says: str) -> None:
    found, message = refused(name, raw)
    assert found == code
    assert says in message


def test_a_text_without_a_limit_of_its_own_still_has_one() -> None:
    form = Form("f", "F", (Section("s", "S", (Field("t", "T"),)),))
    assert parse(form, {"t": "x" * LONGEST_TEXT}).values["t"] == "x" * LONGEST_TEXT
    with pytest.raises(Problems, match=f"paling banyak {LONGEST_TEXT}"):
        parse(form, {"t": "x" * (LONGEST_TEXT + 1)})


def test_every_problem_is_told_at_once_and_an_unknown_field_with_the_known_ones() -> None:
    with pytest.raises(Problems) as found:
        parse(FORM, {"grams": 1, "smoke": "?", "tinggi": 80, 7: "x"})
    assert [(p.place, p.code) for p in found.value.problems] == [
        ("tinggi", "unknown_field"),
        ("7", "unknown_field"),
        ("grams", "out_of_range"),
        ("foods", "required"),
        ("smoke", "not_yes_no"),
    ]
    assert "yang ada: note, grams" in found.value.reasons[0].sentence


def test_only_commas_are_no_answer_to_a_list() -> None:
    assert read("foods", " , ,") is None
    with pytest.raises(Problems) as found:
        parse(FORM, {"grams": 3000, "foods": ", ,"})
    assert [(p.place, p.code) for p in found.value.problems] == [("foods", "required")]


def test_a_form_that_asks_nothing_refuses_every_answer() -> None:
    with pytest.raises(Problems, match="tidak ada isian yang diminta"):
        parse(Form("f", "Setujui RTL", ()), {"note": "baik"})


def test_an_unusual_answer_is_used_and_questioned() -> None:
    parsed = parse(FORM, {"grams": 1900}, partial=True)
    assert parsed.values == {"grams": 1900}
    assert [(w.place, w.code) for w in parsed.warnings] == [("grams", "unusual")]
    assert "biasanya 2000–4500 gram" in parsed.warnings[0].message
    assert parse(FORM, {"grams": 2000}, partial=True).warnings == ()


def test_a_message_quotes_little_of_a_long_or_unprintable_answer() -> None:
    _, message = refused("appetite", "x\x07" + "y" * 500)
    assert "\x07" not in message and len(message) < 150


def test_what_is_missing_is_told_by_who_is_asked() -> None:
    assert missing(FORM, {}) == {"p": ["grams"], "n": ["foods"]}
    assert missing(FORM, {"grams": 3000, "foods": []}) == {"n": ["foods"]}
    assert missing(FORM, {"grams": 3000, "foods": ["good"]}) == {}


REAL_FORMS = (*WORKSHEETS.values(), VISIT, ACTION, CONSENSUS, OPINION, FORM)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**400),
    st.floats(),
    st.decimals(),
    st.dates(),
    st.datetimes(),
    st.binary(max_size=8),
    st.text(max_size=40),
    st.characters(codec=None, categories=["Cs", "Cc"]),
    st.sampled_from(["1.000", "1.000,5", "31/08/2026", "ya", "none", "intake_protein", "−3", "1e400", "nan", "٣", "x" * 5000]),
)
ANSWERS = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3))


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_whatever_comes_in_either_values_within_range_or_problems_come_out(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(REAL_FORMS))
    names = st.sampled_from([f.name for f in form.fields]) | st.text(max_size=5)
    answers = data.draw(st.dictionaries(names, ANSWERS, max_size=6))
    try:
        values = parse(form, answers, partial=data.draw(st.booleans())).values
    except Problems as refused:
        told = refused.problems
        values = {}
        assert told, "a refusal without a problem tells nobody anything"
        assert all(p.message for p in told)
    fields = {f.name: f for f in form.fields}
    for name, value in values.items():
        _must_be_usable(fields[name], value)


def _must_be_usable(f: Field, value: Any) -> None:
    match f.kind:
        case Kind.WHOLE | Kind.NUMBER:
            assert math.isfinite(value)
            assert (f.lowest is None or value >= f.lowest) and (f.highest is None or value <= f.highest)
        case Kind.TEXT:
            assert value and "\x00" not in value and len(value.encode()) <= 4 * (f.highest or LONGEST_TEXT)
        case Kind.CHOICE:
            assert value in f.choices
        case Kind.CHOICES:
            assert value and set(value) <= set(f.choices) and len(set(value)) == len(value)
        case Kind.DATE:
            assert type(value) is date
        case Kind.YES_NO:
            assert type(value) is bool


@settings(max_examples=100, deadline=None)
@given(group=st.sampled_from(Group), answers=st.data())
def test_values_once_read_are_read_again_as_the_same(group: Group, answers: st.DataObject) -> None:
    form = WORKSHEETS[group]
    f = answers.draw(st.sampled_from([f for f in form.fields if f.kind in (Kind.NUMBER, Kind.WHOLE)]))
    value = answers.draw(st.floats(f.lowest, f.highest) if f.kind is Kind.NUMBER else st.integers(int(f.lowest or 0), int(f.highest or 0)))
    once = parse(form, {f.name: value}, partial=True).values
    assert parse(form, once, partial=True).values == once == {f.name: value}
