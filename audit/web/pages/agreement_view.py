"""How the opinions of a panel agree, for its own eyes: causes by expert, main causes, avoidability, and the opinions beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.people.roles import DISCIPLINE_LABELS, Discipline, Person
from audit.render.wording import list_words
from audit.steps.review.forms import OPINION
from audit.steps.review.rules import AVOIDABILITY, CAUSE_BY_CODE, agreement
from audit.steps.review.tables import Opinion
from audit.web.pages.opinion_words import answer_words
from audit.web.parts import Alert, Badge, Cell, Column, Empty, Row, Table

_NAMED = Badge("disebut", "neutral", "check")
_MAIN = Badge("utama", "info", "star")
_ELSEWHERE = frozenset({"direct_causes", "indirect_causes", "main_cause"})
"""What the map shows already."""


@dataclass(frozen=True, slots=True)
class AgreementView:
    """The map of one case. verdict: whether the panel agrees on the main cause, in words. grades: None when nobody graded."""

    verdict: Alert
    map: Table
    grades: Table | None
    side_by_side: Table


def agreement_view(opinions: Sequence[Opinion], people: Mapping[int, Person]) -> AgreementView:
    """The map of these opinions, which the reader may all see. people: by id, at least who gave them."""
    heads = tuple(Column(_who(o, people)) for o in opinions)
    return AgreementView(_verdict(opinions), _map(opinions, heads), _grades(opinions, people), _side_by_side(opinions, heads))


def _verdict(opinions: Sequence[Opinion]) -> Alert:
    found = agreement([o.content for o in opinions])
    votes = "; ".join(f"{CAUSE_BY_CODE[code].label}: {count} dari {found.opinions} pakar" for code, count in found.main_causes.items())
    shared = list_words([CAUSE_BY_CODE[code].label for code in found.shared])
    items = (f"Disebut semua pakar: {shared}.",) if found.shared else ("Tidak ada penyebab yang disebut semua pakar.",)
    if found.is_divided:
        text = f"Tidak ada penyebab utama yang dipilih lebih dari separuh panel. {votes}."
        return Alert(text, "warn", "Panel terbelah", (*items, "Kesepakatan harus memuat pendapat berbeda."))
    return Alert(f"Penyebab utama: {votes}.", "good", "Panel searah", items)


def _map(opinions: Sequence[Opinion], heads: Sequence[Column]) -> Table:
    found = agreement([o.content for o in opinions])
    rows = tuple(
        Row(
            (
                Cell(CAUSE_BY_CODE[code].label, note="langsung" if CAUSE_BY_CODE[code].is_direct else "tidak langsung"),
                *(_cell(o.content, code) for o in opinions),
                Cell(f"{count} dari {found.opinions}"),
            )
        )
        for code, count in found.named.items()
    )
    return Table(
        "Peta kesepakatan: penyebab menurut tiap pakar",
        (Column("Penyebab"), *heads, Column("Disebut", is_number=True)),
        rows,
        Empty("Belum ada penyebab", icon="table"),
        is_caption_hidden=False,
    )


def _cell(content: Mapping[str, Any], code: str) -> Cell:
    if content.get("main_cause") == code:
        return Cell("", badges=(_MAIN,))
    is_named = code in (content.get("direct_causes") or []) or code in (content.get("indirect_causes") or [])
    return Cell("", badges=(_NAMED,)) if is_named else Cell("–")


def _grades(opinions: Sequence[Opinion], people: Mapping[int, Person]) -> Table | None:
    by: dict[str, list[str]] = {}
    for o in opinions:
        if grade := o.content.get("avoidability"):
            by.setdefault(str(grade), []).append(people[o.person_id].name)
    rows = tuple(
        Row((Cell(label), Cell(", ".join(by[code])), Cell(str(len(by[code]))))) for code, label in AVOIDABILITY.items() if code in by
    )
    columns = (Column("Nilai"), Column("Pakar"), Column("Jumlah", is_number=True))
    return Table("Keterhindaran menurut pakar", columns, rows, Empty("Belum ada"), is_caption_hidden=False) if rows else None


def _side_by_side(opinions: Sequence[Opinion], heads: Sequence[Column]) -> Table:
    asked = [f for f in OPINION.fields if f.name not in _ELSEWHERE]
    rows = tuple(
        Row((Cell(f.label), *(Cell(answer_words(f, o.content.get(f.name)) or "–") for o in opinions)))
        for f in asked
        if any(o.content.get(f.name) for o in opinions)
    )
    return Table("Pendapat berdampingan", (Column("Isian"), *heads), rows, Empty("Belum ada pendapat", icon="notes"))


def _who(o: Opinion, people: Mapping[int, Person]) -> str:
    return f"{people[o.person_id].name} · {DISCIPLINE_LABELS[Discipline(o.discipline)]}"
