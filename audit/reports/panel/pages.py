"""The records of the three papers of the panel, every value worded. How they are frozen and worded is in the modules beside this one."""

from __future__ import annotations

from dataclasses import dataclass

from audit.reports.pages import Fact, Foot, Signatory, Table


@dataclass(frozen=True, slots=True)
class Dissent:
    """An opinion that differs from what was agreed. by: name and discipline."""

    by: str
    text: str


@dataclass(frozen=True, slots=True)
class ClassOfAdvice:
    """The recommendations of one class. items: each with the cause it answers."""

    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiscussedCase:
    """What was said and agreed of one case on one day.

    about: target group and kecamatan. seats: who judged it. stepped_back: who did not, "" when nobody. problem: the summary the panel
    agreed on. votes: "2 dari 3 pakar menyebutnya sebagai penyebab utama". requests: asked for more data, and what each discipline missed.
    avoidability: the grade that was agreed on and how the experts graded, "" when nobody did.
    replaced: that a later agreement stands in place of this one, "" when none does.
    """

    anchor: str
    number: str
    about: str
    seats: str
    stepped_back: str
    problem: str
    agreement: Table
    main_cause: str
    votes: str
    avoidability: str
    dissent: tuple[Dissent, ...]
    advice: tuple[ClassOfAdvice, ...]
    requests: tuple[str, ...]
    outcome: str
    replaced: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """One day of the panel. title: "Sidang Senin, 6 Juli 2026"."""

    anchor: str
    title: str
    panel: Table
    cases: tuple[DiscussedCase, ...]


@dataclass(frozen=True, slots=True)
class MinutesPage:
    """The minutes of the panel. facts and decisions fill the first page; waiting: cases sent back for data and not agreed yet."""

    foot: Foot
    office: str
    title: str
    subtitle: str
    facts: tuple[Fact, ...]
    decisions: Table
    sittings: tuple[Sitting, ...]
    waiting: Table
    place_and_date: str
    chair: Signatory
    secretary: Signatory


@dataclass(frozen=True, slots=True)
class OfficialMinutesPage:
    """The official minutes (berita acara) of the plan. pending: why there is no date yet, "" when there is one.

    opening: the day spelled out. agreed: numbered sentences before the table of agencies. heads: one line for each agency that owns
    actions. signatories: rows of one or two; approver: who signs last and approves.
    """

    foot: Foot
    title: str
    subtitle: str
    number: str
    pending: str
    opening: str
    bases: tuple[str, ...]
    parties: Table
    agreed: tuple[str, ...]
    agencies: Table
    pledges: tuple[str, ...]
    closing: str
    place_and_date: str
    heads: tuple[Signatory, ...]
    signatories: tuple[tuple[Signatory, ...], ...]
    approver: Signatory


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """One line of the attendance list. left, right: the number again on the side where this person signs, "" on the other."""

    number: str
    name: str
    institution: str
    function: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class AttendancePage:
    """The attendance list. rows: those invited, then empty ones until the page is full."""

    foot: Foot
    title: str
    subtitle: str
    facts: tuple[Fact, ...]
    rows: tuple[AttendanceRow, ...]
    place_and_date: str
    chair: Signatory
