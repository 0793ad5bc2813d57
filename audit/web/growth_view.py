"""What is known of a child's or a woman's growth, drawn for a page: charts, indicators, warnings, every measurement. Nothing is looked up.

The packet's own drawing is used, so that a page and a packet never say two things; only the points can be read one by one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from audit.render import html
from audit.reports import pages as printed
from audit.reports.packet.child import child_part
from audit.reports.packet.facts import PacketFacts, by_loudness, read_packet
from audit.reports.packet.woman import woman_part
from audit.store.canonical import canonical_json
from audit.web.parts import Badge, Chart, Column, Empty, Fact, Row, Table

_TONES: Mapping[str, tuple[str, str]] = {
    "alarm": ("bad", "alert-circle"),
    "watch": ("warn", "alert-triangle"),
    "fine": ("good", "circle-check"),
    "unknown": ("neutral", "help-circle"),
}


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth on a page, a woman's arm and blood too. indicators: each measure with its category; warnings: loudest first."""

    title: str
    indicators: tuple[Fact, ...]
    warnings: tuple[Fact, ...]
    chart: Chart
    more: tuple[Chart, ...]
    gain: Chart | None
    gain_sentence: str
    table: Table
    note: str


@dataclass(frozen=True, slots=True)
class GrowthCard:
    """A `Growth` as it stands on a page. card: drawn as a whole."""

    title: str
    card: Markup


def growth_card(snapshot: Mapping[str, Any], *, in_months: bool) -> GrowthCard:
    """Growth of a packet snapshot. in_months: the birth date stays hidden, ages and points are in whole months.

    A child is measured once a month and looked at every day: the cards drawn last are kept, by everything they are drawn from. Whoever
    asks for one has read the snapshot, so nothing is kept for anybody who may not see it.
    """
    subject = snapshot["subject"]
    nameless = {**subject, "identity": {"birth_date": subject["identity"].get("birth_date")}}
    return drawn_card(canonical_json({**snapshot, "subject": nameless}), in_months)


@lru_cache(maxsize=64)
def drawn_card(snapshot: bytes, in_months: bool) -> GrowthCard:
    """The card of a packet snapshot in canonical JSON; a function of nothing else."""
    growth = growth_of(read_packet(json.loads(snapshot)), in_months=in_months)
    return GrowthCard(growth.title, Markup(html.render("web/case/growth.html", growth)))


def growth_of(facts: PacketFacts, *, in_months: bool) -> Growth:
    """Growth of a packet snapshot that was read. in_months: the birth date stays hidden, ages and points are in whole months."""
    part = child_part(facts, for_screen=True, in_months=in_months) if facts.group.is_child else woman_part(facts)
    warnings = [Fact(one.label, one.detail or "perlu diperhatikan") for one in by_loudness(part.flags)]
    charts = [_chart(one, facts, in_months=in_months) for one in (part.chart, *part.more_charts)]
    return Growth(
        title="Pertumbuhan dan pengukuran" if facts.group.is_child else "Pengukuran",
        indicators=tuple(_indicator(one.name, one.value, one.category, one.when, one.level, one.note) for one in part.indicators),
        warnings=tuple(warnings),
        chart=charts[0],
        more=tuple(charts[1:]),
        gain=_chart(part.gain, facts, in_months=in_months) if part.gain else None,
        gain_sentence=part.gain_sentence,
        table=_table(part.measurements),
        note=" ".join(text for text in (part.measurements.source, part.measurements.note) if text),
    )


def _indicator(name: str, value: str, category: str, when: str, level: str, note: str) -> Fact:
    tone, icon = _TONES[level]
    return Fact(name, value, note="; ".join(text for text in (when, note) if text and text != "–"), badge=Badge(category, tone, icon))


def _chart(figure: printed.Figure, facts: PacketFacts, *, in_months: bool) -> Chart:
    if not facts.group.is_child:
        return Chart("LiLA, Hb, dan berat badan dari waktu ke waktu", figure.drawing, figure.caption)
    title, _, rest = figure.caption.partition(". ")
    note = rest.replace("Tanggal lahir tidak diketahui: letak", "Letak") if in_months else rest
    return Chart(title.rstrip("."), figure.drawing, note)


def _table(table: printed.Table) -> Table:
    """The newest measurement first: that is the one that is looked for on a screen."""
    return Table(
        caption="Semua pengukuran, dari yang terbaru",
        columns=tuple(Column(one.label, is_number=one.kind == "number") for one in table.columns),
        rows=tuple(Row(row) for row in reversed(table.rows)),
        empty=Empty("Belum ada pengukuran", "Pengukuran datang dari berkas registri dan kunjungan.", "ruler-measure"),
    )
