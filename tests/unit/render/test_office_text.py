"""Texts that an office writes: what is filled in, what is refused and how it is told, and that nothing in them can do anything."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from audit.errors import Fault
from audit.render.office_text import FILTERS, LONGEST_SOURCE, LONGEST_VALUE, MOST_PLACES, TEXT_NAMES, check_office_text, office_text

NAMES = TEXT_NAMES["foreword"]
VALUES = {
    "kabupaten": "Kabupaten Jember",
    "tim": "TP3S",
    "siklus": "Semester 1 Tahun 2026",
    "tahun": "2026",
    "jumlah_kasus": "24 kasus",
    "tanggal_diseminasi": "",
}

PRINTED: list[tuple[str, tuple[str, ...]]] = [
    # what the office wrote, the paragraphs printed
    ("", ()),
    ("  \n\n \n", ()),
    ("Satu baris.", ("Satu baris.",)),
    ("Satu\nkalimat.\n\nDua.\r\n\r\nTiga.\n", ("Satu kalimat.", "Dua.", "Tiga.")),
    ("{{ tim }} {{kabupaten}} mengaudit {{ jumlah_kasus }}.", ("TP3S Kabupaten Jember mengaudit 24 kasus.",)),
    ("{{ kabupaten | upper }}, {{ tim|lower }}, {{ siklus | lower | title }}", ("KABUPATEN JEMBER, tp3s, Semester 1 Tahun 2026",)),
    ("A.\n\n{% if tanggal_diseminasi %}\nPada {{ tanggal_diseminasi }}.\n{% endif %}\n\nB.", ("A.", "B.")),
    ("{% if tanggal_diseminasi %}Sudah{% elif tim %}Oleh {{ tim }}{% else %}Belum{% endif %}.", ("Oleh TP3S.",)),
    ('<b>Tebal</b> & "petik" <script>alert(1)</script>', ('<b>Tebal</b> & "petik" <script>alert(1)</script>',)),
    ("=1+1 {tim} $tim %(tim)s #{tim} }} %}", ("=1+1 {tim} $tim %(tim)s #{tim} }} %}",)),
    ("Rp\u00a050.000 untuk 🙂", ("Rp\u00a050.000 untuk 🙂",)),
]


@pytest.mark.parametrize(("source", "paragraphs"), PRINTED)
def test_names_are_filled_in_and_all_else_is_printed_as_written(source: str, paragraphs: tuple[str, ...]) -> None:
    assert check_office_text(source, NAMES) == []
    assert office_text(source, VALUES) == paragraphs


def test_a_value_is_never_read_as_a_text_and_never_makes_a_paragraph() -> None:
    strange = VALUES | {"tim": "{{ kabupaten }} {% for x in y %}\n\n<i>"}
    assert office_text("Oleh {{ tim }}.", strange) == ("Oleh {{ kabupaten }} {% for x in y %} <i>.",)


ESCAPES = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ tim.__class__.__init__.__globals__ }}",
    "{{ tim|attr('__class__') }}",
    "{{ tim['__class__'] }}",
    "{{ self.__init__.__globals__.__builtins__ }}",
    "{{ self._TemplateReference__context.environment }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'].system('id') }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ request.application.__globals__ }}",
    "{{ '%s'|format(tim) }}",
    "{{ '{0.__class__}'.format(tim) }}",
    "{{ ['{0.__class__}']|map('format', tim)|list }}",
    "{{ (tim|string).format_map }}",
    "{{ tim|xmlattr }}",
    "{% set tim = 1 %}",
    "{% set tim %}x{% endset %}",
    "{% import 'os' as os %}",
    "{% from tim import x %}",
    "{% include 'base/print.html' %}",
    "{% include tim %}",
    "{% extends tim %}",
    "{% block tim %}x{% endblock %}",
    "{% macro m() %}x{% endmacro %}",
    "{% call tim() %}x{% endcall %}",
    "{% with %}x{% endwith %}",
    "{% autoescape tim %}x{% endautoescape %}",
    "{% filter upper %}x{% endfilter %}",
    "{% raw %}{{ tim }}{% endraw %}",
    "{# catatan #}",
    "{{ self }}",
    "{{ __builtins__ }}",
    "{{ config }}",
    "{{ true }}",
    "{{ not tim }}",
    "{{ tim if tahun }}",
    "{{ tim is defined }}",
    "{% if tim == 'x' %}{% endif %}",
    "{% if not tim %}{% endif %}",
    "{% if tim and tahun %}{% endif %}",
    "{% if tim | upper %}{% endif %}",
)
BOMBS = (
    "{{ 'a'*10**9 }}",
    "{{ 'a'*10 }}",
    "{{ 10**10**10 }}",
    "{{ range(100000000)|list }}",
    "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
    "{% for a in tim %}{% for b in tim recursive %}x{% endfor %}{% endfor %}",
    "{{ tim ~ tim ~ tim }}",
    "{{ tim|center(1000000000) }}",
    "{{ '%1000000000d'|format(1) }}",
    "{{ tim|indent(100000000) }}",
    "{{ lipsum(100000) }}",
    "{{ " + "(" * 1900 + "tim" + ")" * 1900 + " }}",
    "{{ " + "not " * 900 + "tim }}",
    "{{ " + "-" * 3000 + "tim }}",
    "{{ tim" + "|upper" * 600 + " }}",
    "{% if tim %}" * 180 + "x" + "{% endif %}" * 160,
    "{% if tim %}{% else %}" * 100,
    "{{ tim }}" * 440,
)


@pytest.mark.parametrize("source", [*ESCAPES, *BOMBS])
def test_what_could_do_anything_is_refused_before_it_is_run(source: str) -> None:
    tracemalloc.start()
    started = time.process_time()
    problems = check_office_text(source, NAMES)
    spent, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert problems and all(not each.startswith("Ada bilangan") for each in problems)
    assert spent < 1 and peak < 5_000_000
    with pytest.raises(Fault, match="Teks kantor tidak dapat dipakai"):
        office_text(source, VALUES)


TOLD: list[tuple[str, str]] = [
    # what the office wrote, what the sentence says
    ("Baik.\n\nOleh {{ tim.nama }}.", "Baris 3: “.” tidak dapat dipakai. Yang dapat dipakai: {{ kabupaten }}, {{ tim }},"),
    ("{{ bupati }}", "Baris 1: isian “bupati” tidak dikenal. Yang dapat dipakai:"),
    ("\n{{ tim | capitalize }}", "Baris 2: saringan “capitalize” tidak dikenal. Yang dapat dipakai:"),
    ("\n\n{% for kasus in tim %}x{% endfor %}", "Baris 3: perintah jenis For tidak dapat dipakai."),
    ("{% if tim and tahun %}x{% endif %}", "Baris 1: syarat {% if … %} hanya boleh berisi satu nama."),
    ("Halo {{ tim", "Baris 1: tanda {{ … }} atau {% … %} tidak lengkap atau tertukar."),
    ("Halo\n{% if tim %}x", "Baris 2: tanda {{ … }} atau {% … %} tidak lengkap atau tertukar."),
    ("{{ tim }}" * 61, f"61 isian, syarat, dan saringan; paling banyak {MOST_PLACES}."),
    ("a" * (LONGEST_SOURCE + 1), "4001 huruf; paling banyak 4000."),
    ("NIK 3509225708249001 Siti", "Ada bilangan 16 angka seperti NIK; teks kantor tidak boleh memuat identitas orang."),
]


@pytest.mark.parametrize(("source", "sentence"), TOLD)
def test_a_problem_names_the_line_what_was_found_and_what_is_allowed(source: str, sentence: str) -> None:
    [told] = check_office_text(source, NAMES)
    assert told.startswith(sentence)


def test_every_problem_is_told_and_no_more_than_ten() -> None:
    assert len(check_office_text("{{ a }}\n{{ b }}\n{{ tim }}", NAMES)) == 2
    assert len(check_office_text("{{ a }}" * 50, NAMES)) == 10


def test_five_megabytes_are_refused_by_their_length() -> None:
    source = "{{ tim }} " * 500_000
    started = time.process_time()
    assert check_office_text(source, NAMES) == ["5000000 huruf; paling banyak 4000."]
    assert time.process_time() - started < 0.1


def test_the_longest_text_that_passes_prints_a_bounded_number_of_letters() -> None:
    source = "{{ tim }}" * MOST_PLACES
    source += "x" * (LONGEST_SOURCE - len(source))
    [paragraph] = office_text(source, VALUES | {"tim": "n" * LONGEST_VALUE})
    assert len(paragraph) < LONGEST_SOURCE + MOST_PLACES * LONGEST_VALUE


def test_as_many_conditions_and_filters_as_are_allowed_are_drawn() -> None:
    half = MOST_PLACES // 2
    assert office_text("{% if tim %}" * half + "x" + "{% endif %}" * half, VALUES) == ("x",)
    assert office_text("{{ tim" + " | lower" * (MOST_PLACES - 1) + " }}", VALUES) == ("tp3s",)


def test_a_name_of_another_text_is_refused() -> None:
    assert check_office_text("{{ jumlah_kasus }}", TEXT_NAMES["closing"]) == []
    assert "“jumlah_kasus” tidak dikenal" in check_office_text("{{ jumlah_kasus }}", TEXT_NAMES["letter_closing"])[0]


def test_a_value_that_is_too_long_is_a_fault_that_does_not_repeat_it() -> None:
    with pytest.raises(Fault, match="Isi untuk tim dalam teks kantor 301 huruf") as fault:
        office_text("{{ tim }}", VALUES | {"tim": "n" * (LONGEST_VALUE + 1)})
    assert "nnn" not in str(fault.value)


def test_only_three_filters_are_there_at_all() -> None:
    assert FILTERS == ("upper", "lower", "title")
