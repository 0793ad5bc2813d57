"""Texts that an office writes itself, with names in them that a document fills in: the check of such a text, and its paragraphs.

What may stand in a text is a short list, so nothing can be called, looked into, repeated or computed. Where it is printed, others decide.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment

from audit.errors import Fault

LONGEST_SOURCE = 4000
LONGEST_VALUE = 300
MOST_PLACES = 60
"""Names, conditions and filters of one text; with the two lengths above no text prints more than some 20,000 letters."""

FILTERS = ("upper", "lower", "title")

_REPORT_NAMES: Mapping[str, str] = {
    "kabupaten": "Kabupaten Jember",
    "tim": "TP3S",
    "siklus": "Semester 1 Tahun 2026",
    "tahun": "2026",
    "jumlah_kasus": "24 kasus; pada edisi publik dapat berbunyi “kurang dari 5 kasus”",
    "tanggal_diseminasi": "25 Juni 2026; kosong bila belum ditetapkan",
}
TEXT_NAMES: Mapping[str, Mapping[str, str]] = {
    "foreword": _REPORT_NAMES,
    "closing": _REPORT_NAMES,
    "letter_closing": {name: _REPORT_NAMES[name] for name in ("kabupaten", "tim", "siklus", "tahun")},
}
"""Text of an office -> the names it may use, each with an example of what is printed. Whoever prints the text gives a value for each."""

_BEGINS = ("variable_begin", "block_begin")
_TOKENS = frozenset({"data", "whitespace", "name", *_BEGINS, "variable_end", "block_end"})
_BLANKS = re.compile(r"[ \t\n]+")  # not the no-break space, which stays where it was put
_LONG_NUMBER = re.compile(r"(?<!\d)\d(?:[ .-]?\d){15}(?!\d)")


def check_office_text(source: str, names: Collection[str]) -> list[str]:
    """What cannot be used in a text, one sentence each with its line, what was found and what is allowed; empty when all is well.

    names: that the text may use. Never raises, whatever the text is, and reads only its first letters when it is too long.
    """
    if len(source) > LONGEST_SOURCE:
        return [f"{len(source)} huruf; paling banyak {LONGEST_SOURCE}."]
    allowed = (
        f"Yang dapat dipakai: {', '.join(f'{{{{ {name} }}}}' for name in names)}; "
        f"{{% if nama %}} … {{% else %}} … {{% endif %}}; saringan {', '.join(FILTERS)}, misalnya {{{{ nama | upper }}}}."
    )
    try:
        problems = list(_strange_tokens(source)) or list(_strange_nodes(_environment().parse(source), names))
    except TemplateSyntaxError as problem:
        problems = [f"baris {problem.lineno}: tanda {{{{ … }}}} atau {{% … %}} tidak lengkap atau tertukar"]
    told = [f"{each[0].upper()}{each[1:]}. {allowed}" for each in problems[:10]]
    if _LONG_NUMBER.search(source):
        told.append("Ada bilangan 16 angka seperti NIK; teks kantor tidak boleh memuat identitas orang.")
    return told


def office_text(source: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The paragraphs of a text with its names filled in, as plain text: whoever prints them escapes them, once.

    values: for every name that the text may use, "" for what is not known. A blank line parts paragraphs; a line break is a space.
    Raises Fault for a text that `check_office_text` finds a problem in, and for a value longer than LONGEST_VALUE.
    """
    if problems := check_office_text(source, values):
        raise Fault(f"Teks kantor tidak dapat dipakai: {problems[0]}")
    plain = {name: _BLANKS.sub(" ", value) for name, value in values.items()}
    if long := next((name for name, value in plain.items() if len(value) > LONGEST_VALUE), None):
        raise Fault(f"Isi untuk {long} dalam teks kantor {len(plain[long])} huruf; paling banyak {LONGEST_VALUE}.")
    text = _environment().from_string(source.replace("\r\n", "\n")).render(plain)
    paragraphs = (_BLANKS.sub(" ", each).strip() for each in re.split(r"\n[ \t]*\n", text))
    return tuple(each for each in paragraphs if each)


@cache
def _environment() -> Environment:
    """A sandbox with three filters and nothing else: no function, no test, no file.

    It escapes nothing: what comes out is plain text, and the document's own template escapes it with all else. Twice would print "&amp;".
    """
    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=0,
    )
    made.filters = {name: JINJA_FILTERS[name] for name in FILTERS}
    made.globals, made.tests = {}, {}
    return made


def _strange_tokens(source: str) -> Iterator[str]:
    """What is neither text, a name nor a filter: numbers, quotes, dots, brackets, sums. Also more places than a text may have.

    This comes before the parser, which would follow a thousand brackets into each other.
    """
    places = 0
    for line, kind, value in _environment().lex(source):
        if kind not in _TOKENS and value != "|":
            yield f"baris {line}: “{_short(value)}” tidak dapat dipakai"
            return
        places += kind in _BEGINS or value == "|"
    if places > MOST_PLACES:
        yield f"{places} isian, syarat, dan saringan; paling banyak {MOST_PLACES}"


def _strange_nodes(node: nodes.Node, names: Collection[str]) -> Iterator[str]:
    """What the parser made of the text and is not on the list; not what is inside of that."""
    if problem := _problem(node, names):
        yield f"baris {node.lineno}: {problem}"
        return
    for child in node.iter_child_nodes():
        yield from _strange_nodes(child, names)


def _problem(node: nodes.Node, names: Collection[str]) -> str:
    if isinstance(node, nodes.Name):
        return "" if node.ctx == "load" and node.name in names else f"isian “{_short(node.name)}” tidak dikenal"
    if isinstance(node, nodes.If):
        return "" if isinstance(node.test, nodes.Name) else "syarat {% if … %} hanya boleh berisi satu nama"
    if isinstance(node, nodes.Filter):
        is_known = node.name in FILTERS and isinstance(node.node, (nodes.Name, nodes.Filter))
        return "" if is_known else f"saringan “{_short(node.name)}” tidak dikenal"
    if isinstance(node, (nodes.Template, nodes.Output, nodes.TemplateData)):
        return ""
    return f"perintah jenis {type(node).__name__} tidak dapat dipakai"


def _short(found: str) -> str:
    return "".join(each if each.isprintable() else " " for each in found[:40])
