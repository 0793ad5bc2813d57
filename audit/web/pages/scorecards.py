"""Rapor: the quarterly scorecards on screen, of the units this person may read. What is counted is decided in reports/scorecard."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.casework.worklists import cases_seen_by
from audit.errors import Refused
from audit.lifecycle.tables import Cycle
from audit.people.roles import Role
from audit.render.wording import number
from audit.reports import pages as printed
from audit.reports.book import entry, record_of
from audit.reports.document import RESTRICTED
from audit.reports.readers import may_not_read
from audit.reports.revisions import newest_document
from audit.reports.scorecard.card import scorecard_snapshot
from audit.reports.scorecard.document import scorecard_page
from audit.reports.scorecard.overview import UnitScore, scores_now
from audit.reports.scorecard.pages import ScorecardPage
from audit.reports.scorecard.sentences import out_of, share_or_caution
from audit.reports.scorecard.units import KINDS, Quarter, Unit, read_subject
from audit.store.canonical import canonical_json
from audit.web.addresses import of_case
from audit.web.desk import Desk, Page
from audit.web.pages.documents import of_document
from audit.web.parts import Badge, Button, Cell, Chart, Column, Empty, Fact, PageHead, Row, Shell, Stat, Tab, Table

ADDRESS = "/rapor"
CARD = f"{ADDRESS}/kartu"
NAME = "rapor"
READERS = frozenset({Role.SECRETARY, Role.CHAIR, Role.LEADER, Role.AGENCY, Role.FIELD})

SOURCE = "Dihitung dari RTL yang disetujui, laporan kemajuan, kunjungan rumah, dan hasil kasus yang tercatat di sini."


@dataclass(frozen=True, slots=True)
class ScorecardsPage:
    """The units of one quarter."""

    shell: Shell
    head: PageHead
    quarters: tuple[Tab, ...]
    tables: tuple[Table, ...]
    empty: Empty | None
    source: str


@dataclass(frozen=True, slots=True)
class CardPage:
    """One scorecard, as on paper."""

    shell: Shell
    head: PageHead
    stats: tuple[Stat, ...]
    asked_of: str
    asked: tuple[str, ...]
    charts: tuple[Chart, ...]
    attention: Table
    comparison: Table
    context: tuple[Fact, ...]
    notes: tuple[str, ...]


def show(desk: Desk) -> Response:
    """The units of the quarter asked for with ?triwulan=2026-3, else of the newest there is. Seven statements, however many units."""
    cycle = desk.cycle()
    found = _readable(desk, cycle) if cycle is not None else []
    quarters = sorted({one.quarter for one in found})
    wanted = next((one for one in quarters if one.code == desk.query("triwulan")), quarters[-1] if quarters else None)
    shown = [one for one in found if one.quarter == wanted]
    page = ScorecardsPage(
        shell=desk.frame("Rapor", place="rapor"),
        head=PageHead("Rapor triwulan", lead=_lead(cycle, wanted)),
        quarters=tuple(Tab(one.label, _of_quarter(cycle, one), is_current=one == wanted) for one in quarters if cycle),
        tables=tuple(
            _table(cycle, desk.agencies, kind, [one for one in shown if one.unit.kind == kind]) for kind in KINDS if cycle and shown
        ),
        empty=None
        if shown
        else Empty("Belum ada rapor untuk Anda", "Rapor terisi sesudah RTL disetujui dan tindak lanjut dimulai.", "chart-bar"),
        source=SOURCE if shown else "",
    )
    return desk.draw("web/scorecards/list.html", page)


def show_card(desk: Desk) -> Response:
    """One scorecard as it stands now. Thirteen statements at most."""
    cycle, subject = desk.cycle(), desk.query("unit")
    if cycle is None or may_not_read(entry(NAME), desk.person, edition=RESTRICTED, subject=subject) is not None:
        raise HTTPException(404)
    try:
        quarter, unit = read_subject(subject)
        snapshot = scorecard_snapshot(desk.session, cycle.id, subject, at=desk.at, on=desk.on(cycle))
    except Refused:
        raise HTTPException(404) from None
    record = record_of(entry(NAME), json.loads(canonical_json(snapshot)), edition=RESTRICTED, subject=subject, revision=1)
    return desk.draw("web/scorecards/card.html", _card(desk, cycle, quarter, unit, subject, scorecard_page(record)))


def _readable(desk: Desk, cycle: Cycle) -> list[UnitScore]:
    one, person = entry(NAME), desk.person
    found = scores_now(desk.session, cycle, at=desk.at, on=desk.on(cycle))
    return [score for score in found if may_not_read(one, person, edition=RESTRICTED, subject=score.subject) is None]


def _lead(cycle: Cycle | None, quarter: Quarter | None) -> str:
    if cycle is None or quarter is None:
        return ""
    return f"Siklus {cycle.code} · {quarter.label} ({quarter.days_label})"


def _of_quarter(cycle: Cycle, quarter: Quarter) -> str:
    return f"{ADDRESS}?siklus={cycle.code}&triwulan={quarter.code}"


def of_card(cycle: Cycle, subject: str) -> str:
    """Where one scorecard is; subject as in the book, which names an office and never a person."""
    return f"{CARD}?siklus={cycle.code}&unit={quote(subject, safe='')}"


def _table(cycle: Cycle, agencies: Mapping[str, str], kind: str, scores: Sequence[UnitScore]) -> Table:
    columns = (
        Column(KINDS[kind].capitalize()),
        Column("Selesai tepat waktu"),
        Column("Lewat tenggat", is_number=True),
        Column("Tunggakan", is_number=True),
        Column("Kunjungan terlaksana", is_number=True),
        Column("Kunjungan terlewat", is_number=True),
    )
    rows = tuple(
        Row(
            (
                Cell(one.unit.label(agencies), of_card(cycle, one.subject)),
                Cell(out_of(one.counts.on_time, one.counts.due), note=share_or_caution(one.counts.on_time, one.counts.due)),
                Cell(number(one.counts.overdue), badges=_late(one.counts.overdue)),
                Cell(number(one.counts.arrears)),
                Cell(number(one.counts.visits_done)),
                Cell(number(one.counts.visits_missed)),
            )
        )
        for one in scores
    )
    return Table(KINDS[kind].capitalize(), columns, rows, Empty("Tidak ada", f"Belum ada {KINDS[kind]} dengan kegiatan pada triwulan ini."))


def _late(count: int) -> tuple[Badge, ...]:
    return (Badge("perlu perhatian", "warn", "clock-exclamation"),) if count else ()


def _card(desk: Desk, cycle: Cycle, quarter: Quarter, unit: Unit, subject: str, card: ScorecardPage) -> CardPage:
    seen = {facts.number for facts in cases_seen_by(desk.session, desk.person, on=desk.on(cycle), cycle_id=cycle.id)}
    crumbs = (("Rapor", _of_quarter(cycle, quarter)),)
    return CardPage(
        shell=desk.frame(f"Rapor {card.unit}", place="rapor", crumbs=crumbs),
        head=PageHead(
            card.unit,
            over=f"Rapor {card.period}",
            lead=f"{card.region}. {card.state}",
            buttons=_pdf(desk, cycle, subject),
        ),
        stats=tuple(Stat(one.label.capitalize(), one.value, one.note) for one in card.figures),
        asked_of=card.asked_of,
        asked=card.asked,
        charts=tuple(Chart(one.caption, one.drawing) for one in (card.states, card.levels)),
        attention=_as_table(card.attention, links=seen),
        comparison=_as_table(card.comparison),
        context=tuple(Fact(one.label, one.value) for one in card.context),
        notes=(SOURCE, *card.notes),
    )


def _pdf(desk: Desk, cycle: Cycle, subject: str) -> tuple[Button, ...]:
    made = newest_document(desk.session, cycle.id, NAME, RESTRICTED, subject)
    if made is not None:
        return (Button(f"PDF, revisi {made.revision}", of_document(made.id), "file-text"),)
    if desk.person.is_a(Role.SECRETARY):
        return (Button("Buat PDF", f"/dokumen/buat?siklus={cycle.code}", "file-export"),)
    return ()


def _as_table(table: printed.Table, *, links: set[str] | frozenset[str] = frozenset()) -> Table:
    """A printed table as one of the workspace. links: case numbers that lead to their page."""
    rows = tuple(Row(tuple(Cell(text, of_case(text) if text in links else "") for text in row)) for row in table.rows)
    columns = tuple(Column(one.label, is_number=one.kind == "number") for one in table.columns)
    return Table(table.caption, columns, rows, Empty(table.empty, icon="circle-check"))


PAGES = (
    Page(ADDRESS, show, None, READERS),
    Page(CARD, show_card, None, READERS),
)
