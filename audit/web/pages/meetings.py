"""Sidang panel: the cases whose panel has to agree, and for the secretariat those still under review with their quorum."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from starlette.responses import Response

from audit.casework.reviews import Meeting, meetings_of
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.vocabulary import GROUP_LABELS, Status
from audit.people.roles import DISCIPLINE_LABELS, Role
from audit.reports.phrases import kecamatan_words
from audit.web.addresses import of_case
from audit.web.desk import Desk, Page
from audit.web.pages.panel_meeting import PANEL_ROLES
from audit.web.paging import page_asked, pager
from audit.web.parts import Badge, Button, Cell, Column, Empty, PageHead, Row, Shell, Table
from audit.web.time_words import days_badge

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class MeetingsPage:
    """The panels that have to meet. running: only for the secretariat, None for experts."""

    shell: Shell
    head: PageHead
    waiting: Table
    running: Table | None


def show(desk: Desk) -> Response:
    """Panels that have to agree, the soonest due first."""
    found = meetings_of(desk.session, desk.person, at=desk.at)
    waiting = [one for one in found if one.facts.status is Status.REVIEWED]
    running = [one for one in found if one.facts.status is Status.UNDER_REVIEW]
    at = page_asked(desk.query("hal"), total=max(len(waiting), len(running)), size=PER_PAGE)
    page = MeetingsPage(
        shell=desk.frame("Sidang panel", place="sidang"),
        head=PageHead("Sidang panel", lead="Kasus yang kajiannya lengkap dan menunggu kesepakatan panel."),
        waiting=_waiting(waiting, at),
        running=_running(running, at) if desk.person.is_a(Role.SECRETARY) else None,
    )
    return desk.draw("web/panel/meetings.html", page)


def _waiting(found: list[Meeting], at: int) -> Table:
    columns = (
        Column("Kasus"),
        Column("Sasaran"),
        Column("Kuorum"),
        Column("Usul"),
        Column("Sisa waktu"),
        Column("Tindakan", is_hidden=True),
    )
    proposed, none_yet = Badge("Menunggu suara", "info", "clipboard-list"), Badge("Belum ada usul", "neutral", "hourglass")
    rows = [
        Row(
            (
                *_about(one.facts),
                Cell("", badges=(Badge("Terpenuhi", "good", "circle-check"),)),
                Cell("", badges=(proposed if one.facts.has_proposal else none_yet,)),
                Cell("", badges=(days_badge((one.due_on - one.facts.on).days),)) if one.due_on else Cell("–"),
                Cell("", buttons=(Button("Buka sidang", of_case(one.facts.number, "sidang")),)),
            ),
            tone="bad" if one.due_on and one.due_on < one.facts.on else "",
        )
        for one in found
    ]
    empty = Empty("Tidak ada sidang yang menunggu", "Kasus muncul di sini setelah kuorum tiap disiplin terpenuhi.", icon="users")
    return _paged("Menunggu kesepakatan", columns, rows, empty, at)


def _running(found: list[Meeting], at: int) -> Table:
    columns = (Column("Kasus"), Column("Sasaran"), Column("Pendapat menurut disiplin"), Column("Kuorum"))
    rows = [Row((*_about(one.facts), *_quorum(one.facts))) for one in found]
    return _paged("Masih dikaji", columns, rows, Empty("Tidak ada kasus yang sedang dikaji", icon="stethoscope"), at)


def _about(facts: CaseFacts) -> tuple[Cell, Cell]:
    return Cell(facts.number, of_case(facts.number, "sidang")), Cell(GROUP_LABELS[facts.group], note=kecamatan_words(facts.desa_code))


def _quorum(facts: CaseFacts) -> tuple[Cell, Cell]:
    """How many opinions of each discipline are in; only for who does not sit on the panel."""
    have = Counter(seat.discipline for seat in facts.seats if seat.has_answered)
    words = "; ".join(f"{DISCIPLINE_LABELS[d]} {have[d]} dari {n}" for d, n in facts.quorum.items())
    is_met = all(have[d] >= n for d, n in facts.quorum.items())
    return Cell(words), Cell("", badges=(Badge("Terpenuhi", "good", "circle-check") if is_met else Badge("Belum", "warn", "hourglass"),))


def _paged(caption: str, columns: tuple[Column, ...], rows: list[Row], empty: Empty, at: int) -> Table:
    shown = rows[(at - 1) * PER_PAGE : at * PER_PAGE]
    return Table(caption, columns, tuple(shown), empty, pager=pager("/sidang", {}, at=at, total=len(rows), size=PER_PAGE, what="kasus"))


PAGES = (Page("/sidang", show, roles=PANEL_ROLES),)
