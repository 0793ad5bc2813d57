"""The record of the packet (paket kasus) an expert reads in ten minutes. How a snapshot becomes this record is the mapping's task."""

from __future__ import annotations

from dataclasses import dataclass

from audit.reports.pages import Fact, Figure, Foot, Level, Table


@dataclass(frozen=True, slots=True)
class Indicator:
    """One measure of the first page: an index of a child, or LiLA, Hb, weight of a mother.

    name: "TB/U"; meaning: "Tinggi badan menurut umur"; value: "−3,21 SD" or "–"; category: "Sangat pendek" or "Belum dapat dinilai";
    when: "12 Mei 2026"; note: "" or why it must be read with care ("di luar kewajaran WHO, ukur ulang").
    """

    name: str
    meaning: str
    value: str
    category: str
    when: str
    level: Level
    note: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """A risk or a warning in few words, with what it rests on ("Hb 9,8 g/dL, 3 Mei 2026")."""

    label: str
    detail: str
    level: Level


@dataclass(frozen=True, slots=True)
class Gap:
    """An answer that is missing: what, for which discipline, and who can supply it."""

    item: str
    discipline: str
    owner: str


@dataclass(frozen=True, slots=True)
class WorksheetSection:
    """One section of the worksheet (KKA): its answers, and the questions without one by name.

    disciplines: "Gizi, SpA", or "" when all read it; completeness: "11 dari 14 terisi"; unanswered: "Jamban, SPAL", or "".
    """

    title: str
    disciplines: str
    completeness: str
    answers: tuple[Fact, ...]
    unanswered: str = ""


OPINION_QUESTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Ringkasan masalah", ("",) * 2),
    ("Penyebab langsung", ("",) * 3),
    ("Penyebab tidak langsung", ("",) * 3),
    ("Rekomendasi dan rencana tindak lanjut", ("",) * 4),
    ("Data yang masih diperlukan", ("",) * 2),
)
"""What an expert answers by hand, and the ruled lines for each: together they fill one page with the signature."""


@dataclass(frozen=True, slots=True)
class OpinionSpace:
    """The space for a handwritten opinion: for whom, and the questions in order. Empty names leave a dotted line.

    lines: how many ruled lines each question gets, as a sequence for the template to walk.
    """

    expert: str
    discipline: str
    questions: tuple[tuple[str, tuple[str, ...]], ...] = OPINION_QUESTIONS


@dataclass(frozen=True, slots=True)
class PacketPage:
    """Everything the packet prints. The first page shows `summary` to `gaps`; identity starts on the second.

    summary: "Perempuan, 1 tahun 7 bulan · Balita · Kecamatan Arjasa" (no name: the first page may lie on a desk).
    question: what the panel is asked. chart: the growth chart that decides (TB/U), or the line chart of LiLA and Hb of a mother.
    more_charts: the others, after the first page. indicators: at most four.
    gain: the weight-gain strip, None for a mother or with no pair of weights.
    gain_sentence: "Berat badan tidak naik 2 kali berturut-turut (2T)." reasons: why the screening chose the case, heaviest first.
    """

    foot: Foot
    case_number: str
    target_group: str
    summary: str
    frozen_on: str
    question: str
    chart: Figure
    indicators: tuple[Indicator, ...]
    gain: Figure | None
    gain_sentence: str
    flags: tuple[Flag, ...]
    gaps: tuple[Gap, ...]
    gap_sentence: str
    reasons: tuple[Flag, ...]
    more_charts: tuple[Figure, ...]
    identity: tuple[Fact, ...]
    measurements: Table
    worksheet: tuple[WorksheetSection, ...]
    opinion: OpinionSpace
