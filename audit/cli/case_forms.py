"""What each action asks of the person who does it, and the empty YAML file for it. The answers are checked by the steps, not here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from audit.forms import Field, Form, Kind, Section, decimal_words
from audit.lifecycle.vocabulary import Action, Group
from audit.steps.followup.forms import CONFIRMATION, PROGRESS, VISIT
from audit.steps.identify.forms import WITHDRAW
from audit.steps.packet.forms import ASKED_BY_LABELS, WORKSHEETS
from audit.steps.recommend.forms import ACTION, CONSENSUS, DISSENT, RECOMMENDATION
from audit.steps.review.forms import ENTRY, OPINION


@dataclass(frozen=True, slots=True)
class Rows:
    """A list within an answer: the form of each row, and whether at least one is needed."""

    form: Form
    is_required: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The answers of one action: a form, and lists by name."""

    form: Form
    rows: Mapping[str, Rows] = field(default_factory=dict)

    @property
    def is_required(self) -> bool:
        """Whether the action cannot be done without a single answer."""
        return any(f.is_required for f in self.form.fields) or any(rows.is_required for rows in self.rows.values())

    @property
    def is_empty(self) -> bool:
        return not self.form.fields and not self.rows


def _one_field(code: str, title: str, *fields: Field) -> Asked:
    return Asked(Form(code, title, (Section(code, title, fields),)))


_NOTE = {"kind": Kind.TEXT, "is_required": True, "highest": 2000}
ASKED: Mapping[Action, Asked] = {
    Action.RETURN_WORKSHEET: _one_field("kembalikan", "Kembalikan kertas kerja", Field("note", "Data apa yang harus dilengkapi", **_NOTE)),  # type: ignore[arg-type]
    Action.ASK_FOR_DATA: _one_field("minta-data", "Minta data tambahan", Field("note", "Data apa yang diminta", **_NOTE)),  # type: ignore[arg-type]
    Action.ASSIGN_EXPERT: _one_field(
        "tugaskan",
        "Tugaskan pakar",
        Field("expert", "Nama pengguna pakar", is_required=True, highest=60),
        Field("lead", "Pakar utama", Kind.YES_NO, help="tulis true atau false; bila kosong, menurut disiplin utama kelompok"),
    ),
    Action.RECUSE: _one_field("undur-diri", "Undurkan diri", Field("reason", "Alasan", **_NOTE)),  # type: ignore[arg-type]
    Action.SUBMIT_OPINION: Asked(OPINION),
    Action.ENTER_OPINION: Asked(ENTRY),
    Action.RECORD_CONSENSUS: Asked(
        CONSENSUS, {"recommendations": Rows(RECOMMENDATION, is_required=True), "dissent": Rows(DISSENT, is_required=False)}
    ),
    Action.PLAN_ACTIONS: Asked(Form("rtl", "Rencana tindak lanjut", ()), {"actions": Rows(ACTION, is_required=True)}),
    Action.RETURN_PLAN: _one_field("kembalikan-rtl", "Kembalikan RTL", Field("note", "Apa yang harus diperbaiki", **_NOTE)),  # type: ignore[arg-type]
    Action.NAME_PERSON_IN_CHARGE: _one_field(
        "penanggung-jawab", "Tunjuk penanggung jawab kasus", Field("person", "Nama pengguna petugas lapangan", is_required=True, highest=60)
    ),
    Action.RECORD_VISIT: Asked(VISIT),
    Action.REPORT_PROGRESS: Asked(PROGRESS),
    Action.CONFIRM_ACTION: Asked(CONFIRMATION),
    Action.EVALUATE: _one_field("evaluasi", "Evaluasi hasil", Field("note", "Catatan", highest=1000)),
    Action.WITHDRAW: Asked(WITHDRAW),
}
"""Actions that are not here ask nothing; the worksheet depends on the group and is found by `asked_for`."""


def asked_for(action: Action, group: Group) -> Asked:
    """What the action asks for a case of this group; an empty form when nothing."""
    if action is Action.SUBMIT_WORKSHEET:
        return Asked(WORKSHEETS[group])
    return ASKED.get(action, Asked(Form(str(action), str(action), ())))


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
