"""The frozen packet as an expert reads it on the page of a review: growth chart first. Only from the snapshot, never from live data."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from audit.errors import Fault
from audit.forms import Field, Kind
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import Action
from audit.people.roles import DISCIPLINE_LABELS, Discipline
from audit.render.wording import date_words
from audit.reports import pages as printed
from audit.reports.cleaning import without_identity
from audit.reports.packet.child import child_part
from audit.reports.packet.document import identity_facts, without_numbers
from audit.reports.packet.facts import PacketFacts, by_loudness, read_packet
from audit.reports.packet.pages import Flag, Indicator
from audit.reports.packet.woman import woman_part
from audit.reports.packet.worksheet import answer, gap_sentence, gaps, risks
from audit.steps.packet.forms import ASKED_BY_LABELS, FAMILY, WORKSHEETS
from audit.steps.packet.queries import newest_packet
from audit.web.addresses import of_action
from audit.web.desk import Desk
from audit.web.parts import Badge, Button, Chart, Column, Empty, Fact, Row, Table

_log = logging.getLogger(__name__)

MASKED = "•••••"
_NOT_SECRET = frozenset({"Berat lahir", "Panjang lahir", "Usia kehamilan saat lahir", "Puskesmas / posyandu", "Paket dibekukan"})
"""Of what the packet prints as identity, what an expert needs and what tells nobody who it is."""

_TONES = {
    "alarm": ("bad", "alert-circle"),
    "watch": ("warn", "alert-triangle"),
    "fine": ("good", "circle-check"),
    "unknown": ("neutral", "help-circle"),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One indicator: its name, value and category; the note says why to read it with care."""

    name: str
    meaning: str
    value: str
    badge: Badge
    note: str


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk in few words, and what it rests on."""

    badge: Badge
    detail: str


@dataclass(frozen=True, slots=True)
class AnswersPart:
    """The worksheet's answers to one discipline (or of the family). unanswered: the questions without an answer, "" for none."""

    title: str
    is_own: bool
    facts: tuple[Fact, ...]
    unanswered: str


@dataclass(frozen=True, slots=True)
class PacketView:
    """What the packet of one round says. identity: masked until this person opened it, then without `open_identity`."""

    summary: str
    frozen: str
    question: str
    chart: Chart
    measures: tuple[Measure, ...]
    gain: Chart | None
    gain_sentence: str
    risks: tuple[Risk, ...]
    reasons: tuple[str, ...]
    measurements: Table
    measurement_notes: str
    more_charts: tuple[Chart, ...]
    gap_sentence: str
    gaps: tuple[str, ...]
    answers: tuple[AnswersPart, ...]
    identity: tuple[Fact, ...]
    open_identity: Button | None


def packet_view(desk: Desk, facts: CaseFacts) -> PacketView | None:
    """The newest packet of a case; None when there is none, or its snapshot cannot be read any more (the log says which)."""
    packet = newest_packet(desk.session, facts.case_id)
    if packet is None:
        return None
    try:
        snapshot = json.loads(desk.installation.files.get(packet.snapshot_sha256))
    except Fault:
        _log.warning("packet snapshot not readable", extra={"case": facts.number, "round": packet.round})
        return None
    return view_of(read_packet(without_numbers(snapshot, "")), facts, mine=desk.person.discipline, sees_identity=desk.sees_identity(facts))


def view_of(read: PacketFacts, facts: CaseFacts, *, mine: Discipline | None, sees_identity: bool) -> PacketView:
    """A packet that was read, for an expert of the discipline `mine`."""
    part = child_part(read, for_screen=True) if read.group.is_child else woman_part(read)
    named = tuple(_named(f, is_shown=sees_identity or f.label in _NOT_SECRET) for f in identity_facts(read))
    return PacketView(
        summary=part.summary,
        frozen=f"Paket putaran {read.round}, dibekukan {date_words(read.frozen_on)}",
        question=part.question,
        chart=_chart(part.chart),
        measures=tuple(_measure(one) for one in part.indicators),
        gain=_chart(part.gain) if part.gain else None,
        gain_sentence=part.gain_sentence,
        risks=tuple(_risk(flag) for flag in by_loudness((*part.flags, *risks(read)))),
        reasons=read.reasons,
        measurements=_table(part.measurements),
        measurement_notes=" ".join(words for words in (part.measurements.source, part.measurements.note) if words),
        more_charts=tuple(_chart(one) for one in part.more_charts),
        gap_sentence=gap_sentence(read),
        gaps=tuple(f"{gap.item} ({gap.discipline}; dari {gap.owner})" for gap in (*part.gaps, *gaps(read))),
        answers=_answers(read, mine, sees_identity=sees_identity),
        identity=named,
        open_identity=None if sees_identity else Button("Buka identitas", of_action(facts.number, Action.OPEN_IDENTITY), icon="lock-open"),
    )


def _chart(figure: printed.Figure) -> Chart:
    return Chart(figure.caption, figure.drawing)


def _measure(one: Indicator) -> Measure:
    tone, icon = _TONES[one.level]
    note = ", ".join(words for words in (one.when, one.note) if words and words != "–")
    return Measure(one.name, one.meaning, one.value, Badge(one.category, tone, icon), note)


def _risk(flag: Flag) -> Risk:
    tone, icon = _TONES[flag.level]
    return Risk(Badge(flag.label, tone, icon), flag.detail)


def _table(one: printed.Table) -> Table:
    return Table(
        caption=one.caption,
        columns=tuple(Column(column.label, is_number=column.kind == "number") for column in one.columns),
        rows=tuple(Row(row) for row in one.rows),
        empty=Empty(one.empty, icon="ruler-measure"),
    )


def _named(fact: printed.Fact, *, is_shown: bool) -> Fact:
    return Fact(fact.label, fact.value or "–") if is_shown else Fact(fact.label, MASKED, is_masked=True)


def _answers(read: PacketFacts, mine: Discipline | None, *, sees_identity: bool) -> tuple[AnswersPart, ...]:
    """The worksheet by who it was asked for: one's own discipline first, then the family, then the others."""
    by: dict[str, list[Field]] = {}
    for f in WORKSHEETS[read.group].fields:
        by.setdefault(f.asked_by, []).append(f)
    first = [one for one in (mine, FAMILY) if one in by]
    order = [*first, *(one for one in by if one not in first)]
    worded = {f.name: answer(f, read.answers.get(f.name)) for fields in by.values() for f in fields}
    if not sees_identity:
        written = [f.name for fields in by.values() for f in fields if f.kind is Kind.TEXT]
        worded |= {name: without_identity(worded[name], read.identity) for name in written}
    return tuple(_part(str(one), [(f.label, worded[f.name]) for f in by[one]], is_own=one == mine) for one in order)


def _part(asked_by: str, worded: Sequence[tuple[str, str]], *, is_own: bool) -> AnswersPart:
    title = ASKED_BY_LABELS.get(asked_by) or DISCIPLINE_LABELS.get(Discipline(asked_by), asked_by)
    return AnswersPart(
        title=f"{title} (bagian Anda)" if is_own else title,
        is_own=is_own,
        facts=tuple(Fact(label, words) for label, words in worded if words),
        unanswered="; ".join(label for label, words in worded if not words),
    )
