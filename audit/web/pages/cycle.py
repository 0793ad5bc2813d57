"""Siklus: the list of cycles, and one: its calendar, how far it is, what is late and with whom. Opening one is in cycle_opening.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.casework.cycle_progress import CycleProgress, LateStep, cycle_progress
from audit.casework.cycles import PlaceLine, cycle_by_code
from audit.casework.deadlines import holidays_of
from audit.casework.timetable import Timetable, timetable
from audit.errors import Refused
from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Cycle
from audit.lifecycle.vocabulary import STATUS_LABELS, Group, Status
from audit.people.roles import Person, Role
from audit.regions import full_name, region
from audit.render.wording import date_range, date_short, date_words, list_words, number
from audit.web.addresses import of_case
from audit.web.cycle_calendar import Planner, calendar, planner
from audit.web.cycle_terms import SHORT_GROUPS, terms
from audit.web.desk import Desk, Page
from audit.web.pages.cycle_errands import ErrandCard, errand_card
from audit.web.parts import Badge, Button, Cell, Column, Empty, Event, Fact, PageHead, Progress, Row, Shell, Stage, Stat, Table
from audit.web.reminder import ANCHOR, reminds_others
from audit.web.time_words import days_badge

SHOWN_LATE = 30
WATCHING = frozenset({Role.SECRETARY, Role.CHAIR, Role.LEADER})

MILESTONES: Mapping[Status, str] = {
    Status.SELECTED: "Kertas kerja lengkap",
    Status.READY: "Panel lengkap",
    Status.UNDER_REVIEW: "Pendapat pakar masuk",
    Status.REVIEWED: "Kesepakatan panel tercatat",
    Status.RECOMMENDED: "RTL diajukan",
    Status.PLANNED: "RTL disetujui",
}
"""What a case has behind it when it left a status, for the calendar and the bars."""


@dataclass(frozen=True, slots=True)
class CyclesPage:
    """Every cycle, the newest first."""

    shell: Shell
    head: PageHead
    table: Table


@dataclass(frozen=True, slots=True)
class CyclePage:
    """One cycle. errands: None for whoever may not ask for work of the system."""

    shell: Shell
    head: PageHead
    figures: Sequence[Stat]
    bars: Sequence[Progress]
    stages: Sequence[Stage]
    late: Table
    late_words: str
    places: Table
    calendar: Sequence[Event]
    calendar_words: str
    planner: Planner | None
    terms: Sequence[Fact]
    errands: ErrandCard | None


def show_all(desk: Desk) -> Response:
    """The list of cycles. One statement beside the session's."""
    is_secretary = desk.person.is_a(Role.SECRETARY)
    opening = Button("Buka siklus baru", "/siklus/baru", "plus", "primary")
    buttons = (opening,) if is_secretary else ()
    empty = Empty(
        "Belum ada siklus",
        "Siklus dibuka dua kali setahun: lokus, kelompok sasaran, kuota, dan tanggal diseminasi." if is_secretary else "",
        "calendar",
        opening if is_secretary else None,
    )
    columns = (Column("Siklus"), Column("Masa"), Column("Lokus"), Column("Sasaran"), Column("Diseminasi"), Column("Keadaan"))
    rows = tuple(_cycle_row(cycle) for cycle in desk.cycles())
    page = CyclesPage(
        desk.frame("Siklus", place="siklus"),
        PageHead("Siklus audit", lead="Satu siklus untuk setiap semester.", buttons=buttons if rows else ()),
        Table("Siklus audit", columns, rows, empty),
    )
    return desk.draw("web/cycle/list.html", page)


def show(desk: Desk) -> Response:
    """One cycle: 8 statements however many cases it has, the session's and the errands' included."""
    try:
        cycle = cycle_by_code(desk.session, desk.path("code"))
    except Refused:
        raise HTTPException(404) from None
    on = desk.on(cycle)
    progress = cycle_progress(desk.session, cycle, desk.person, on=on, agencies=desk.agencies)
    holidays = holidays_of(cycle)
    is_secretary = desk.person.is_a(Role.SECRETARY)
    times = timetable(cycle.dissemination_on, progress.cases, holidays) if cycle.dissemination_on else None
    page = CyclePage(
        shell=desk.frame(f"Siklus {cycle.code}", place="siklus", crumbs=(("Siklus", "/siklus"),)),
        head=PageHead(
            f"Siklus {cycle.code}",
            lead=date_range(cycle.starts_on, cycle.ends_on),
            over=region(cycle.kabupaten_code).name,
            badges=(_state(cycle),),
            buttons=_buttons(cycle) if is_secretary else (),
        ),
        figures=_figures(cycle, progress, desk),
        bars=_bars(progress, times, opened_on=local_date(cycle.opened_at, cycle.timezone)),
        stages=_stages(progress),
        late=_late(progress, desk.person),
        late_words=_late_words(progress),
        places=_places(progress, cycle, leads_on=is_secretary),
        calendar=calendar(cycle, times, MILESTONES, on=on, holidays=holidays),
        calendar_words="Hari terakhir setiap langkah, dihitung mundur dari diseminasi dengan hari kerja."
        if times
        else "Tanggal diseminasi belum ditetapkan, jadi langkahnya belum dapat dijadwalkan.",
        planner=planner(cycle, progress, reader=desk.person, on=on, holidays=holidays, asked=desk.query("per_hari")),
        terms=terms(cycle),
        errands=errand_card(desk, cycle, place="siklus") if is_secretary else None,
    )
    return desk.draw("web/cycle/one.html", page)


def address_of(cycle: Cycle) -> str:
    """The page of a cycle."""
    return f"/siklus/{quote(cycle.code, safe='')}"


def _cycle_row(cycle: Cycle) -> Row:
    areas = [region(code).name for code in cycle.settings["focus_areas"]]
    groups = [SHORT_GROUPS[Group(group)] for group in cycle.settings["groups"]]
    return Row(
        (
            Cell(cycle.code, address_of(cycle), note=full_name(cycle.kabupaten_code)),
            Cell(date_range(cycle.starts_on, cycle.ends_on)),
            Cell(list_words(areas) if len(areas) <= 4 else f"{len(areas)} kecamatan"),
            Cell(list_words(groups)),
            Cell(date_short(cycle.dissemination_on) if cycle.dissemination_on else "belum ditetapkan"),
            Cell("", badges=(_state(cycle),)),
        )
    )


def _state(cycle: Cycle) -> Badge:
    return Badge("Terbuka", "good", "lock-open") if cycle.closed_at is None else Badge("Ditutup", "neutral", "lock")


def _buttons(cycle: Cycle) -> tuple[Button, ...]:
    return (
        Button("Kandidat", f"/kandidat?siklus={quote(cycle.code)}", "user-search"),
        Button("Kasus", f"/kasus?siklus={quote(cycle.code)}", "folder"),
    )


def _figures(cycle: Cycle, progress: CycleProgress, desk: Desk) -> tuple[Stat, ...]:
    quota = sum(line.quota for line in progress.places)
    running = sum(line.cases for line in progress.places)
    late = len({one.case_number for one in progress.late})
    code = quote(cycle.code)
    figures = [
        Stat("Kasus", number(running), f"dari kuota {number(quota)}", f"/kasus?siklus={code}", "folder"),
        Stat("Terlambat", number(late), "kasus", f"/kasus?siklus={code}&terlambat=ya", "clock-exclamation", "bad" if late else "good"),
    ]
    if cycle.dissemination_on:
        left = (cycle.dissemination_on - desk.on(cycle)).days
        label, value = ("Hari sampai diseminasi", str(left)) if left >= 0 else ("Hari sejak diseminasi", str(-left))
        tone = "warn" if 0 <= left <= 14 else "neutral"
        figures.append(Stat(label, value, date_words(cycle.dissemination_on), icon="calendar-due", tone=tone))
    over = progress.by_status.get(Status.EVALUATED, 0) + progress.by_status.get(Status.CARRIED_OVER, 0)
    follow_up = progress.by_status.get(Status.FOLLOW_UP, 0)
    figures.append(
        Stat("Tindak lanjut", number(follow_up), f"{number(over)} sudah dievaluasi", f"/kasus?siklus={code}&status=follow_up", "route")
    )
    return tuple(figures)


def _bars(progress: CycleProgress, times: Timetable | None, *, opened_on: date) -> tuple[Progress, ...]:
    """How many cases have each milestone behind them; red only when its day has passed since the cycle was opened."""
    order = list(Status)
    cases = [f for f in progress.cases if f.status is not Status.WITHDRAWN]
    if not cases:
        return ()
    due = [one for one in times.milestones if not one.is_reached] if times else []
    late = {one.after for one in due if opened_on <= one.latest_on < cases[0].on}
    bars = []
    for status, label in MILESTONES.items():
        passed = sum(order.index(f.status) > order.index(status) for f in cases)
        tone = "good" if passed == len(cases) else "bad" if status in late else "neutral"
        words = f"{number(passed)} dari {number(len(cases))} kasus" + (" · lewat jadwal" if status in late else "")
        bars.append(Progress(label, passed, len(cases), words, tone))
    return tuple(bars)


def _stages(progress: CycleProgress) -> tuple[Stage, ...]:
    """Every status with how many cases stand there."""
    late: dict[Status, set[str]] = {}
    for one in progress.late:
        late.setdefault(one.status, set()).add(one.case_number)
    furthest = max((list(Status).index(s) for s in progress.by_status if s is not Status.WITHDRAWN), default=-1)
    stages = []
    for n, status in enumerate(Status):
        here = progress.by_status.get(status, 0)
        if status in (Status.WITHDRAWN, Status.CARRIED_OVER) and not here:
            continue
        words = f"{number(here)} kasus" if here else "tidak ada kasus"
        if late.get(status):
            words += f", {len(late[status])} terlambat"
        stages.append(Stage(STATUS_LABELS[status], _stage_state(status, here, bool(late.get(status)), n < furthest), words))
    return tuple(stages)


def _stage_state(status: Status, here: int, is_late: bool, is_behind: bool) -> str:
    if status is Status.WITHDRAWN:
        return "out"
    if here:
        return "late" if is_late else "current"
    return "done" if is_behind else "ahead"


def _late(progress: CycleProgress, person: Person) -> Table:
    columns = (Column("Kasus"), Column("Yang ditunggu"), Column("Pada siapa"), Column("Tenggat"))
    rows = tuple(_late_row(one, person) for one in progress.late[:SHOWN_LATE])
    return Table("Yang terlambat", columns, rows, Empty("Tidak ada yang terlambat", icon="circle-check"))


def _late_row(one: LateStep, person: Person) -> Row:
    badge = days_badge(one.days_left if one.due_on else None)
    remind = Button("Ingatkan", f"{of_case(one.case_number)}#{ANCHOR}", "message", "quiet")
    is_others = reminds_others(person) and not one.by & person.roles
    return Row(
        (
            Cell(one.case_number, of_case(one.case_number), note=STATUS_LABELS[one.status]),
            Cell(one.what),
            Cell(list_words(one.with_whom), buttons=(remind,) if is_others else ()),
            Cell(date_short(one.due_on) if one.due_on else "", badges=(badge,)),
        )
    )


def _late_words(progress: CycleProgress) -> str:
    if len(progress.late) <= SHOWN_LATE:
        return ""
    return f"{SHOWN_LATE} yang paling lama dari {number(len(progress.late))}; semuanya ada di daftar kasus."


def _places(progress: CycleProgress, cycle: Cycle, *, leads_on: bool) -> Table:
    columns = (
        Column("Kecamatan dan sasaran"),
        Column("Kuota", is_number=True),
        Column("Kasus", is_number=True),
        Column("Calon", is_number=True),
        Column("Ukur ulang", is_number=True),
        Column("Keadaan"),
    )
    rows = tuple(_place_row(line, cycle, leads_on=leads_on) for line in sorted(progress.places, key=lambda one: (one.kecamatan, one.group)))
    return Table("Kuota menurut kecamatan dan sasaran", columns, rows, Empty("Belum ada lokus", icon="map-pin"))


def _place_row(line: PlaceLine, cycle: Cycle, *, leads_on: bool) -> Row:
    address = f"/kandidat?siklus={quote(cycle.code)}&kecamatan={line.kecamatan_code}&sasaran={line.group}" if leads_on else ""
    return Row(
        (
            Cell(line.kecamatan, address, note=SHORT_GROUPS[Group(line.group)]),
            Cell(number(line.quota)),
            Cell(number(line.cases)),
            Cell(number(line.proposed)),
            Cell(number(line.remeasure)),
            Cell("", badges=(_quota_badge(line),)),
        )
    )


def _quota_badge(line: PlaceLine) -> Badge:
    left = line.quota - line.cases
    if left < 0:
        return Badge(f"{-left} di atas kuota", "warn", "alert-triangle")
    if left == 0:
        return Badge("Kuota terisi", "good", "circle-check")
    if line.proposed:
        return Badge(f"Kurang {left}", "info", "user-search")
    return Badge(f"Kurang {left}, calon habis", "warn", "alert-triangle")


PAGES = (Page("/siklus", show_all, roles=WATCHING), Page("/siklus/{code}", show, roles=WATCHING))
