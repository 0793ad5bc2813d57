"""A form as data (audit/forms.py) becomes a form on a page, and what was sent becomes answers for `parse`. Nothing is checked here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from audit.casework.questions import Asked
from audit.forms import LONGEST_TEXT, Field, Form, Kind, Problem, decimal_words
from audit.web.form_parts import Choice, FieldRow, FieldRows, FieldView, ProblemLine, SectionView
from audit.web.parts import Button
from audit.web.sent import Sent

_LONGEST_LINE = 120
_MOST_RADIOS = 6
_PLACE_IN_ROW = re.compile(r"(?P<list>\w+)\[(?P<n>\d+)\]\.(?P<field>\w+)")

Typed = Mapping[str, Any]
"""Field name -> text as typed, or a list of texts; name of a list -> its rows, each such a mapping."""

Choices = Mapping[str, Mapping[str, str]]
"""Field name -> code -> label: what may be chosen there now, for a field that is a plain text or number in the form."""


def given(sent: Sent, asked: Asked) -> dict[str, Any]:
    """What was sent, by the names of the form, as `parse` takes it. Rows of a list without any answer are left out."""
    answers = _given(sent, asked.form, "")
    for name, rows in asked.rows.items():
        numbers = sorted({int(n) for key in sent.texts if (n := _row_number(key, name))})
        listed = [_given(sent, rows.form, f"{name}.{n}.") for n in numbers]
        answers[name] = [row for row in listed if any(row.values())]
    return answers


def typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers as somebody would have typed them."""
    return {name: _as_typed(value) for name, value in values.items()}


def without_row(answers: Typed, row: str) -> dict[str, Any]:
    """The answers without one row of a list ("actions.3", from 1); as they were when there is no such list."""
    name, _, which = row.partition(".")
    listed = answers.get(name)
    if not isinstance(listed, list):
        return dict(answers)
    return {**answers, name: [one for n, one in enumerate(listed, start=1) if str(n) != which]}


def sections(
    asked: Asked,
    answers: Typed,
    *,
    problems: Sequence[Problem] = (),
    warnings: Sequence[Problem] = (),
    choices: Choices | None = None,
    more_rows: str = "",
) -> tuple[SectionView, ...]:
    """The form drawn with these answers. problems, warnings: as `parse` gave them; each stands beside its field.

    choices: see `Choices`. more_rows: the list of which one empty row more is wanted.
    """
    wrong = {problem_key(p.place): p.message for p in reversed(problems)}
    doubted = {problem_key(p.place): p.message for p in warnings}
    drawn = [
        SectionView(section.code, section.title, tuple(field_view(f, answers.get(f.name), wrong, doubted, choices) for f in section.fields))
        for section in asked.form.sections
    ]
    if asked.rows:
        lists = tuple(
            _rows(name, rows.form, answers, rows.is_required, wrong, choices, name == more_rows) for name, rows in asked.rows.items()
        )
        drawn.append(SectionView("daftar", "", rows=lists))
    return tuple(drawn)


def problem_lines(problems: Sequence[Problem]) -> tuple[ProblemLine, ...]:
    """The summary on top of a form; each line leads to its field."""
    return tuple(ProblemLine(f"f-{problem_key(p.place)}" if p.place else "", p.message) for p in problems)


def problem_key(place: str) -> str:
    """Where on the page a problem stands: "actions[3].ends_on" is the field "actions.3.ends_on"."""
    found = _PLACE_IN_ROW.fullmatch(place)
    return f"{found['list']}.{found['n']}.{found['field']}" if found else place


def field_view(
    f: Field,
    answer: Any,
    wrong: Mapping[str, str],
    doubted: Mapping[str, str],
    choices: Choices | None = None,
    *,
    before: str = "",
) -> FieldView:
    """One question as it stands on a page. before: of its name, in a list ("actions.3.")."""
    name = before + f.name
    offered = (choices or {}).get(f.name) or f.choices
    many = [str(one) for one in answer] if isinstance(answer, (list, tuple)) else []
    text = "" if answer is None or many else str(answer)
    control = _control(f, text, is_offered=bool(offered))
    chosen = set(many) or {text.strip()}
    return FieldView(
        name=name,
        label=f.label,
        control=control,
        value=text,
        choices=_choices(f, offered, chosen),
        unit=f.unit,
        help=_help(f),
        problem=wrong.get(name, ""),
        warning=doubted.get(name, ""),
        is_required=f.is_required,
        longest=int(f.highest or LONGEST_TEXT) if f.kind is Kind.TEXT and not offered else None,
        has_counter=control == "textarea",
        width="short" if f.kind in (Kind.WHOLE, Kind.NUMBER, Kind.DATE) else "",
    )


def _given(sent: Sent, form: Form, before: str) -> dict[str, Any]:
    return {
        f.name: sent.many(before + f.name) if f.kind is Kind.CHOICES else sent.text(before + f.name)
        for f in form.fields
        if sent.has(before + f.name)
    }


def _row_number(key: str, name: str) -> str:
    first, _, rest = key.partition(".")
    number = rest.partition(".")[0]
    return number if first == name and number.isascii() and number.isdecimal() and len(number) < 5 else ""


def _rows(
    name: str, form: Form, answers: Typed, is_required: bool, wrong: Mapping[str, str], choices: Choices | None, is_more_wanted: bool
) -> FieldRows:
    listed = list(answers.get(name) or ())
    if is_more_wanted or (is_required and not listed):
        listed.append({})
    return FieldRows(
        legend=form.title,
        rows=tuple(
            FieldRow(
                legend=f"{form.title} {n}",
                fields=tuple(field_view(f, row.get(f.name), wrong, {}, choices, before=f"{name}.{n}.") for f in form.fields),
                remove=Button("Hapus baris ini", name="hapus", value=f"{name}.{n}", tone="quiet", icon="trash", skips_checks=True),
            )
            for n, row in enumerate(listed, start=1)
        ),
        add=Button(f"Tambah {form.title[:1].lower()}{form.title[1:]}", name="tambah", value=name, icon="plus", skips_checks=True),
        problem=wrong.get(name, ""),
    )


def _control(f: Field, text: str, *, is_offered: bool) -> str:
    if f.kind is Kind.CHOICES:
        return "checkboxes"
    if f.kind is Kind.YES_NO:
        return "yes_no"
    if f.kind is Kind.CHOICE and len(f.choices) <= _MOST_RADIOS:
        return "radio"
    if is_offered:
        return "select"
    if f.kind in (Kind.WHOLE, Kind.NUMBER):
        return "number"
    if f.kind is Kind.DATE:
        return "date" if not text or _is_iso(text) else "text"
    return "text" if f.highest is not None and f.highest <= _LONGEST_LINE else "textarea"


def _choices(f: Field, offered: Mapping[str, str], chosen: set[str]) -> tuple[Choice, ...]:
    if f.kind is Kind.YES_NO:
        offered = {"ya": "Ya", "tidak": "Tidak"}
    listed = tuple(Choice(code, label, is_chosen=code in chosen or label in chosen) for code, label in offered.items())
    if f.kind is Kind.CHOICES or any(one.is_chosen for one in listed) or chosen == {""} or not listed:
        return listed
    # What was typed is none of them: it stays, so that nothing is lost and the problem beside it can be seen.
    return (*listed, *(Choice(one, one, is_chosen=True) for one in sorted(chosen)))


def _help(f: Field) -> str:
    said = [f.help] if f.help else []
    if f.kind in (Kind.WHOLE, Kind.NUMBER) and f.usual:
        said.append(f"biasanya {decimal_words(f.usual[0])}–{decimal_words(f.usual[1])}")
    return "; ".join(said)


def _as_typed(value: Any) -> Any:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",")
    if isinstance(value, (list, tuple)):
        return [typed(one) if isinstance(one, Mapping) else _as_typed(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _is_iso(text: str) -> bool:
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return False
    return len(text.strip()) == len("2026-08-31")
