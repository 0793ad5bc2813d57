"""The record of the packet with a form behind it, and how a form as data becomes fields on paper. No case and no expert is read here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from audit.forms import Field, Form, Kind, Section
from audit.reports.packet.pages import PacketPage
from audit.reports.pages import Fact

MARK = ":"
"""Between a question and one of its choices in the name of a field: "direct_causes:worms"."""

_ONE_LINE = 60
"""Letters that fit on one line of the form."""

_HEIGHTS = ((500, "low"), (1000, "middle"))
"""Longest answer -> how high its field is (a CSS class); anything longer is "high"."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A text to be written. is_line: in one line; height: of the others, a CSS class ("low", "middle", "high"). length: the most letters.

    hint: "wajib · paling banyak 2.000 huruf". title: what a screen reader says of the field.
    """

    name: str
    label: str
    hint: str
    title: str
    is_line: bool
    height: str
    length: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One line to be ticked. tick: name of its field; pick: name of the one field of its group, "" where the question does not take one.

    titles: what a screen reader says of the box and of the circle.
    """

    code: str
    label: str
    tick: str
    tick_title: str
    pick: str
    pick_title: str


@dataclass(frozen=True, slots=True)
class Choices:
    """A question with lines to be ticked. pick_label: heading of the circles ("Utama"), "" where there are none."""

    label: str
    hint: str
    pick_label: str
    lines: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """A question with circles of its own, one to be filled. circles: code, label and what a screen reader says, for each."""

    name: str
    label: str
    hint: str
    circles: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the form: texts, then groups of choices side by side with their sentence, then circles, then texts."""

    title: str
    before: tuple[Answer, ...]
    choices: tuple[Choices, ...]
    choices_note: str
    picks: tuple[Pick, ...]
    after: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class OpinionFormPage(PacketPage):
    """The packet, and the form in the place of its last page.

    about: case, expert, discipline, round, printed and not to be changed. parts: the sections of the form, none is empty.
    """

    about: tuple[Fact, ...]
    expert: str
    parts: tuple[Part, ...]


def parts_of(form: Form) -> tuple[Part, ...]:
    """The form as fields on paper: every question once, in its order.

    A question that asks for one of the choices of others in its section ("which is the main one") becomes circles beside those.
    """
    return tuple(_part(section) for section in form.sections)


def names_of(form: Form) -> Iterator[tuple[str, Field]]:
    """Every field of the file with the question it belongs to; a question with ticks has one field for each choice."""
    for f in form.fields:
        if f.kind is Kind.CHOICES:
            yield from ((f"{f.name}{MARK}{code}", f) for code in f.choices)
        else:
            yield f.name, f


def _part(section: Section) -> Part:
    ticked = [f for f in section.fields if f.kind is Kind.CHOICES]
    offered = {code for f in ticked for code in f.choices}
    asked = [f for f in section.fields if f.kind is Kind.CHOICE]
    picked = next((f for f in asked if offered.issuperset(f.choices)), None)
    place = section.fields.index(ticked[0]) if ticked else len(section.fields)
    texts = [(n, f) for n, f in enumerate(section.fields) if f.kind not in (Kind.CHOICE, Kind.CHOICES)]
    return Part(
        title=section.title,
        before=tuple(_answer(f) for n, f in texts if n < place),
        choices=tuple(_choices(f, picked) for f in ticked),
        choices_note=f"{picked.label}{_hint(picked)}: satu bulatan, di samping penyebab yang dicentang." if ticked and picked else "",
        picks=tuple(_pick(f) for f in asked if f is not picked),
        after=tuple(_answer(f) for n, f in texts if n > place),
    )


def _choices(f: Field, picked: Field | None) -> Choices:
    pick = picked.name if picked else ""
    return Choices(
        label=f.label,
        hint="wajib, sedikitnya satu" if f.is_required else "bila ada",
        pick_label="Utama" if picked else "",
        lines=tuple(
            Choice(
                code, label, f"{f.name}{MARK}{code}", f"{f.label}: {label}",
                pick, f"{picked.label}: {label}" if picked else "",
            )
            for code, label in f.choices.items()
        ),
    )  # fmt: skip


def _pick(f: Field) -> Pick:
    circles = tuple((code, label, f"{f.label}: {label}") for code, label in f.choices.items())
    return Pick(f.name, f.label, "wajib, satu bulatan" if f.is_required else "satu bulatan, bila dapat dinilai", circles)


def _answer(f: Field) -> Answer:
    longest = int(f.highest or 0)
    height = next((name for most, name in _HEIGHTS if longest <= most), "high")
    words = f"paling banyak {longest:,} huruf".replace(",", ".")
    return Answer(
        name=f.name,
        label=f.label,
        hint=f"wajib · {words}" if f.is_required else words,
        title=f"{f.label} (wajib, {words})" if f.is_required else f"{f.label} ({words})",
        is_line=longest <= _ONE_LINE,
        height=height,
        length=str(longest),
    )


def _hint(f: Field) -> str:
    return " (wajib)" if f.is_required else ""
