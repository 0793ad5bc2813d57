"""The records of the dissemination report: what both editions show, and what only the restricted one may hold.

The public record is a type of its own with no field for a child's name, a NIK, a birth date, a village, a case number or a note:
what is not there cannot be printed. The restricted record has the same shape and adds its annexes. Suppressed cells arrive as "<5"
or "–".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from audit.reports.packet.pages import Indicator
from audit.reports.pages import Fact, Figure, Foot, Level, Signatory, Table


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page. title: "Laporan Diseminasi"; subtitle: "Audit Kasus Stunting"; period: "Januari – Juni 2026";
    edition: "Edisi Publik"; region: "Kabupaten Jember"; publisher: the issuing team in full; number: of the report.
    draft: why this is no final report ("RANCANGAN: …"), "" when it is one. letterhead: name, address and contact of the office, if given.
    """

    title: str
    subtitle: str
    cycle: str
    period: str
    region: str
    edition: str
    publisher: str
    number: str
    place: str
    published_on: str
    draft: str = ""
    letterhead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prevalence:
    """A prevalence is never printed without its source. value: "30,4 %"; basis: "836 balita sampel"; period: "2024"."""

    indicator: str
    value: str
    basis: str
    period: str
    source: str


@dataclass(frozen=True, slots=True)
class Introduction:
    """BAB I. team: what the task force is called here ("TPPS"); team_full: in full; locus: "Arjasa, Jelbuk, dan Silo" (kecamatan only).

    groups: "balita dan ibu hamil KEK"; legal_basis: one regulation each, in order of rank; participants: institutions and how many people.
    event: when the dissemination was or will be ("akan dilaksanakan pada 25 Juni 2026"), "" when not yet set.
    signed_by: the team in full as lines under a preface, the region on a line of its own.
    foreword: the preface in the office's own words; empty where it wrote none, and then the usual one is printed.
    """

    team: str
    team_full: str
    signed_by: tuple[str, ...]
    locus: str
    groups: str
    prevalences: tuple[Prevalence, ...]
    legal_basis: tuple[str, ...]
    participants: Table
    event: str
    foreword: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Implementation:
    """BAB II. Sentences are whole and worded with their numbers; tables and figures carry their numbers and anchors.

    cases: number and spread; panel: experts by discipline (with names only in the restricted edition); schedule: step, dates, days.
    agreement_sentences: how far the experts agreed, with dissent counted.
    """

    case_sentences: tuple[str, ...]
    case_tables: tuple[Table, ...]
    case_figures: tuple[Figure, ...]
    panel_sentences: tuple[str, ...]
    panel: Table
    agreement_sentences: tuple[str, ...]
    agreement: Table
    period_sentences: tuple[str, ...]
    schedule: Table


@dataclass(frozen=True, slots=True)
class PublicAction:
    """A row of the public RTL matrix: actions of one kind added up over cases.

    cause and activity come from the catalogue, never from a note. area: kecamatan. cases: how many ("7", "<5").
    progress: "5 dari 7 selesai" or "–".
    """

    number: str
    cause: str
    activity: str
    agency: str
    area: str
    cases: str
    period: str
    funding: str
    indicator: str
    progress: str


@dataclass(frozen=True, slots=True)
class CaseAction:
    """A row of the restricted RTL matrix: one action for one case. Place may name the village; problem may be free text.

    remarks: evidence, obstacle and escalation, "" when there is none.
    """

    number: str
    case_number: str
    problem: str
    recommendation: str
    activity: str
    agency: str
    place: str
    period: str
    funding: str
    indicator: str
    target: str
    status: str
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class PublicPlan:
    """The RTL of one class. title: "Intervensi spesifik"; sentence: how many actions for how many cases; anchor: unique id."""

    anchor: str
    title: str
    sentence: str
    actions: tuple[PublicAction, ...]


@dataclass(frozen=True, slots=True)
class CasePlan:
    """The RTL of one class in the restricted edition."""

    anchor: str
    title: str
    sentence: str
    actions: tuple[CaseAction, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """BAB III without the matrix. caution: what must be said beside outcomes of few cases (regression to the mean), "" leaves it out.

    The first report has prospect (what will be evaluated, how and when) and deadlines; the second levels, status, outcome, means (before
    and after) and, restricted, changes (each case). What a report does not have is None.
    """

    conclusions: tuple[str, ...]
    direct_causes: Table
    direct_figure: Figure | None
    indirect_causes: Table
    indirect_figure: Figure | None
    plan_sentences: tuple[str, ...]
    plan_by_agency: Table
    status_sentences: tuple[str, ...]
    status: Table | None
    status_figure: Figure | None
    outcome_sentences: tuple[str, ...]
    outcome: Table | None
    caution: str
    levels: Table | None = None
    means: Table | None = None
    changes: Table | None = None
    prospect: Table | None = None
    deadlines: Table | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """BAB IV. lessons: what the next cycle takes over, one sentence each; carried_over: the sentence on what is still open.

    words: the closing words of the office, as paragraphs at the very end.
    """

    lessons: tuple[str, ...]
    carried_over: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """One case of the restricted annex. facts: group, sex, age, place, panel; outcome: with its reason when it cannot be said.

    dissent: opinions that differ from the consensus, each with its discipline; chart: small, None without a measurement.
    """

    anchor: str
    case_number: str
    subject: str
    facts: tuple[Fact, ...]
    chart: Figure | None
    indicators: tuple[Indicator, ...]
    direct_causes: tuple[str, ...]
    indirect_causes: tuple[str, ...]
    consensus: str
    dissent: tuple[str, ...]
    actions: tuple[str, ...]
    outcome: str
    outcome_level: Level
    outcome_label: str = "Hasil"


@dataclass(frozen=True, slots=True)
class HistoryProof:
    """Head of the history chain of the cycle: how many events, the last one's date, the hash in groups of eight characters."""

    events: str
    last_on: str
    head: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataField:
    """A column of the public data set: its name in the file, what it means, its values."""

    name: str
    meaning: str
    values: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What both editions have: everything up to the annexes. Use one of the two editions below.

    is_first: the report of the first dissemination, before any follow-up; else of the second.
    """

    foot: Foot
    cover: Cover
    signatories: tuple[Signatory, ...]
    introduction: Introduction
    implementation: Implementation
    findings: Findings
    closing: Closing
    history: HistoryProof
    is_first: bool = False

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every numbered table in the order of the pages, for the list of tables."""
        doing, found = self.implementation, self.findings
        printed = (
            self.introduction.participants,
            *doing.case_tables,
            doing.panel,
            doing.agreement,
            doing.schedule,
            found.direct_causes,
            found.indirect_causes,
            found.plan_by_agency,
            found.prospect,
            found.deadlines,
            found.levels,
            found.status,
            found.outcome,
            found.means,
            found.changes,
        )
        return tuple(table for table in printed if table is not None and table.number)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every numbered figure in the order of the pages, for the list of figures."""
        found = self.findings
        printed = (*self.implementation.case_figures, found.direct_figure, found.indirect_figure, found.status_figure)
        return tuple(figure for figure in printed if figure is not None and figure.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicReport(Report):
    """The public edition. suppression: how small cells were hidden, one sentence each; data_fields: the data set beside the report."""

    is_restricted: ClassVar[bool] = False

    plans: tuple[PublicPlan, ...]
    suppression: tuple[str, ...]
    data_sentence: str
    data_fields: tuple[DataField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedReport(Report):
    """The restricted edition. decree: facts of the SK; attendance: who was at the event (empty rows leave lines to sign)."""

    is_restricted: ClassVar[bool] = True

    plans: tuple[CasePlan, ...]
    cases: tuple[CaseSummary, ...]
    decree: tuple[Fact, ...]
    attendance: Table
