"""What an action asks, as an empty YAML file. What that is, is in casework/questions; the answers are checked by the steps."""

from __future__ import annotations

from collections.abc import Iterator

from audit.casework.questions import Asked
from audit.forms import Field, Form, Kind, decimal_words
from audit.steps.packet.forms import ASKED_BY_LABELS


def empty_yaml(asked: Asked, *, about: str) -> str:
    """A YAML file with every question of `asked`, unanswered, each under a comment with its label, unit, range and choices.

    about: first comment line, e.g. the number of the case. It reads back as answers without a value.
    """
    lines = [f"# {about}", "# Isi sesudah titik dua. Baris yang dikosongkan berarti tidak dijawab; tanda * wajib diisi."]
    if asked.is_empty:
        lines.append("# Tindakan ini tidak meminta isian apa pun.")
    lines += _form_lines(asked.form)
    for name, rows in asked.rows.items():
        lines += [
            "",
            f"# == {rows.form.title}{' *' if rows.is_required else ''}: satu butir untuk satu baris; salin butirnya bila lebih ==",
        ]
        lines.append(f"{name}:")
        lines += _row_lines(rows.form)
    return "\n".join(lines) + "\n"


def _form_lines(form: Form) -> Iterator[str]:
    for section in form.sections:
        if section.fields:
            yield from ("", f"# == {section.title} ==")
        for f in section.fields:
            yield f"# {described(f)}"
            yield f"{f.name}:"


def _row_lines(form: Form) -> Iterator[str]:
    for n, f in enumerate(form.fields):
        yield f"    # {described(f)}"
        yield f"  {'- ' if n == 0 else '  '}{f.name}:"


def described(f: Field) -> str:
    """A question in one line: label, whether it must be answered, unit, hard and usual range, choices."""
    parts = [f"{f.label}{' *' if f.is_required else ''}"]
    if f.kind in (Kind.WHOLE, Kind.NUMBER):
        parts.append(_range_words(f))
    if f.kind is Kind.DATE:
        parts.append("tanggal, misalnya 2026-08-31")
    if f.kind is Kind.YES_NO:
        parts.append("ya atau tidak")
    if f.kind in (Kind.CHOICE, Kind.CHOICES):
        which = "pilih satu" if f.kind is Kind.CHOICE else "pilih satu atau beberapa, tulis [a, b]"
        parts.append(f"{which}: " + "; ".join(code if code == label else f"{code} = {label}" for code, label in f.choices.items()))
    if f.help:
        parts.append(f.help)
    if f.asked_by:
        parts.append(f"untuk {ASKED_BY_LABELS.get(f.asked_by, f.asked_by)}")
    return " · ".join(part for part in parts if part)


def _range_words(f: Field) -> str:
    words = [f.unit] if f.unit else []
    if f.lowest is not None and f.highest is not None:
        words.append(f"{decimal_words(f.lowest)}–{decimal_words(f.highest)}")
    if f.usual:
        words.append(f"biasanya {decimal_words(f.usual[0])}–{decimal_words(f.usual[1])}")
    return ", ".join(words)
