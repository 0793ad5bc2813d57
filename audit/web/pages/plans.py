"""RTL: the actions of all plans this person may see, as a board by state, as a table and as a file. The plan of one case is in plan.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from audit.casework.plan_board import STATE_LABELS, PlanLine, State, activities, counted, plan_lines
from audit.lifecycle.tables import Cycle
from audit.lifecycle.vocabulary import INTERVENTION_CLASSES, Action
from audit.people.agencies import agency_words
from audit.people.roles import AGENCIES, Role
from audit.regions import region
from audit.render.wording import date_range, number
from audit.steps.recommend.rules import FUNDING
from audit.web.addresses import of_action, of_case
from audit.web.csv_file import csv_answer
from audit.web.desk import Desk, Page
from audit.web.form_parts import Choice, FieldView, Filter
from audit.web.paging import page_asked, pager
from audit.web.parts import Badge, Button, Cell, Column, Empty, PageHead, Row, Shell, Stat, Tab, Table
from audit.web.plan_view import due_badges, state_badge

READERS = frozenset({Role.SECRETARY, Role.CHAIR, Role.AGENCY, Role.LEADER, Role.FIELD})
PAGE_SIZE = 50
CARDS_IN_A_COLUMN = 8
_LONGEST_ACTIVITY = 140
_FAR = 10**6

_DUE: Mapping[str, tuple[str, Callable[[PlanLine], bool]]] = {
    "terlambat": ("Lewat tenggat", lambda line: line.is_late),
    "dekat": ("Tenggat dalam 14 hari", lambda line: line.is_soon),
}
_MINE = {"lapor": "Dapat saya laporkan", "pastikan": "Dapat saya pastikan"}

_SORTS: Mapping[str, Callable[[PlanLine], Any]] = {
    "kasus": lambda line: (line.case_number, line.number),
    "opd": lambda line: line.owner,
    "tempat": lambda line: line.desa_code,
    "keadaan": lambda line: list(State).index(line.state),
    "tenggat": lambda line: (_FAR if line.days_left is None else line.days_left, line.ends_on or date.max),
}
_COLUMNS = (
    ("Kegiatan", ""),
    ("Kasus", "kasus"),
    ("Penanggung jawab", "opd"),
    ("Tempat", "tempat"),
    ("Keadaan", "keadaan"),
    ("Tenggat", "tenggat"),
)


@dataclass(frozen=True, slots=True)
class Card:
    """One action on the board."""

    title: str
    address: str
    where: str
    owner: str
    badges: Sequence[Badge]
    buttons: Sequence[Button]


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One state. more: the way to the rest, None when all are here."""

    key: str
    title: str
    icon: str
    count: str
    cards: Sequence[Card]
    more: Button | None


@dataclass(frozen=True, slots=True)
class PlansPage:
    """The actions of a cycle. columns: of the board; table: the same as a list; one of the two is empty."""

    shell: Shell
    head: PageHead
    stats: Sequence[Stat]
    tabs: Sequence[Tab]
    filter: Filter
    columns: Sequence[BoardColumn]
    table: Table | None
    nothing: Empty | None


def show(desk: Desk) -> Response:
    """The board or the table; 8 statements however many actions there are, with the session."""
    cycle, cycles = desk.cycle(), desk.cycles()
    asked = _asked(desk, cycle)
    lines = _lines(desk, cycle)
    chosen = _sorted([line for line in lines if _is_wanted(line, asked)], asked["urut"])
    is_table = asked["tampilan"] == "tabel"
    columns: tuple[BoardColumn, ...] = ()
    table, nothing = None, None
    if not chosen:
        nothing = _nothing(asked, has_any=bool(lines))
    elif is_table:
        table = _table(desk, asked, chosen)
    else:
        columns = _columns(desk, asked, chosen)
    export = Button("Unduh CSV", _address("/rtl.csv", asked), icon="download", tone="quiet")
    page = PlansPage(
        desk.frame("RTL", place="rtl"),
        PageHead("Rencana tindak lanjut (RTL)", lead=_lead(desk), buttons=(export,) if chosen else ()),
        _stats(lines, asked),
        (
            Tab("Papan", _address("/rtl", {**asked, "tampilan": "", "hal": ""}), not is_table, icon="layout-columns"),
            Tab("Tabel", _address("/rtl", {**asked, "tampilan": "tabel", "hal": ""}), is_table, icon="table"),
        ),
        _filter(lines, cycles, asked),
        columns,
        table,
        nothing,
    )
    return desk.draw("web/plans/board.html", page)


def export(desk: Desk) -> Response:
    """The same actions as a file: all of them, in the same order."""
    cycle = desk.cycle()
    asked = _asked(desk, cycle)
    chosen = _sorted([line for line in _lines(desk, cycle) if _is_wanted(line, asked)], asked["urut"])
    words = activities(desk.session, [line.id for line in chosen])
    return csv_answer("rtl.csv", _EXPORTED, (_exported(line, words[line.id]) for line in chosen))


_EXPORTED = (
    "Nomor kasus",
    "Kegiatan ke-",
    "Kegiatan",
    "Jenis",
    "Penanggung jawab",
    "Desa",
    "Kecamatan",
    "Mulai",
    "Selesai",
    "Sisa hari",
    "Sumber dana",
    "Keadaan",
    "Dilaporkan",
    "Dipastikan",
    "Dieskalasi",
)


def _exported(line: PlanLine, activity: str) -> tuple[str | int | None, ...]:
    return (
        line.case_number,
        line.number,
        activity,
        INTERVENTION_CLASSES[line.intervention_class],
        line.owner,
        region(line.desa_code).name,
        region(line.kecamatan_code).name,
        *(on.isoformat() if on else None for on in (line.starts_on, line.ends_on)),
        line.days_left,
        FUNDING.get(line.funding or ""),
        STATE_LABELS[line.state],
        *(on.isoformat() if on else None for on in (line.reported_on, line.confirmed_on, line.escalated_on)),
    )


def _lines(desk: Desk, cycle: Cycle | None) -> list[PlanLine]:
    return plan_lines(desk.session, desk.person, on=desk.on(cycle), cycle_id=cycle.id, agencies=desk.agencies) if cycle else []


def _asked(desk: Desk, cycle: Cycle | None) -> dict[str, str]:
    """What is asked for behind the address. What nobody offers is as if it had not been asked."""
    asked = {name: desk.query(name) for name in ("siklus", "tampilan", "keadaan", "opd", "kecamatan", "tenggat", "saya", "urut", "hal")}
    known: Mapping[str, Any] = {
        "siklus": {cycle.code} if cycle else (),
        "tampilan": ("tabel",),
        "keadaan": list(State),
        "opd": AGENCIES,
        "tenggat": _DUE,
        "saya": _MINE,
        "urut": [*_SORTS, *(f"-{name}" for name in _SORTS)],
    }
    for name, offered in known.items():
        if asked[name] not in offered:
            asked[name] = ""
    return asked


def _is_wanted(line: PlanLine, asked: Mapping[str, str]) -> bool:
    return (
        asked["keadaan"] in ("", line.state)
        and asked["opd"] in ("", line.owner_agency)
        and asked["kecamatan"] in ("", line.kecamatan_code)
        and (not asked["tenggat"] or _DUE[asked["tenggat"]][1](line))
        and (not asked["saya"] or (line.may_report if asked["saya"] == "lapor" else line.may_confirm))
    )


def _sorted(lines: list[PlanLine], asked: str) -> list[PlanLine]:
    """As asked, by case and number among equals; unless asked, the nearest last day first."""
    lines.sort(key=_SORTS["kasus"])
    lines.sort(key=_SORTS[asked.removeprefix("-") or "tenggat"], reverse=asked.startswith("-"))
    return lines


def _stats(lines: Sequence[PlanLine], asked: Mapping[str, str]) -> tuple[Stat, ...]:
    if not lines:
        return ()
    count, late = counted(lines), sum(line.is_late for line in lines)
    table = {"siklus": asked["siklus"], "tampilan": "tabel"}
    is_open = sum(line.state.is_open for line in lines)
    return (
        Stat("Belum selesai", number(is_open), f"dari {number(len(lines))} kegiatan", icon="list-check"),
        Stat(
            "Lewat tenggat",
            number(late),
            "",
            _address("/rtl", {**table, "tenggat": "terlambat"}),
            "clock-exclamation",
            "bad" if late else "neutral",
        ),
        Stat("Menunggu dipastikan", number(count[State.REPORTED]), "", _address("/rtl", {**table, "keadaan": State.REPORTED}), "flag"),
        Stat(
            "Dipastikan",
            number(count[State.CONFIRMED]),
            "",
            _address("/rtl", {**table, "keadaan": State.CONFIRMED}),
            "circle-check",
            "good",
        ),
    )


def _filter(lines: Sequence[PlanLine], cycles: Sequence[Cycle], asked: Mapping[str, str]) -> Filter:
    agencies = dict(sorted({line.owner_agency: line.owner for line in lines}.items()))
    kecamatan = dict(sorted(((code, region(code).name) for code in {line.kecamatan_code for line in lines}), key=lambda pair: pair[1]))
    mine = {name: label for name, label in _MINE.items() if any(line.may_report if name == "lapor" else line.may_confirm for line in lines)}
    due = {name: label for name, (label, _) in _DUE.items()}
    offered: list[tuple[str, str, Mapping[str, str]]] = [
        ("keadaan", "Keadaan", {str(state): label for state, label in STATE_LABELS.items()}),
        ("opd", "Penanggung jawab", agencies),
        ("kecamatan", "Kecamatan", kecamatan),
        ("tenggat", "Tenggat", due),
        ("saya", "Tugas saya", mine),
    ]
    fields = [
        _select(name, label, asked[name], choices) for name, label, choices in offered if len(choices) > 1 or (name == "saya" and choices)
    ]
    if len(cycles) > 1:
        fields.insert(0, _select("siklus", "Siklus", asked["siklus"], {one.code: one.code for one in cycles}, everything=""))
    chosen = [choices.get(asked[name], asked[name]) for name, _, choices in offered if asked[name]]
    if asked["tampilan"]:
        fields.append(FieldView("tampilan", "Tampilan", "hidden", asked["tampilan"]))
    if asked["urut"]:
        fields.append(FieldView("urut", "Urutan", "hidden", asked["urut"]))
    clear = _address("/rtl", {"siklus": asked["siklus"], "tampilan": asked["tampilan"]})
    return Filter("/rtl", tuple(fields), words=" · ".join(chosen), clear_address=clear if chosen else "")


def _select(name: str, label: str, value: str, choices: Mapping[str, str], *, everything: str = "Semua") -> FieldView:
    first = (Choice("", everything, is_chosen=not value),) if everything else ()
    return FieldView(
        name, label, "select", value, choices=(*first, *(Choice(code, words, code == value) for code, words in choices.items()))
    )


def _columns(desk: Desk, asked: Mapping[str, str], chosen: Sequence[PlanLine]) -> tuple[BoardColumn, ...]:
    by_state = {state: [line for line in chosen if line.state is state] for state in State}
    words = activities(desk.session, [line.id for lines in by_state.values() for line in lines[:CARDS_IN_A_COLUMN]])
    return tuple(
        BoardColumn(
            key=state,
            title=STATE_LABELS[state],
            icon=state_badge(state).icon,
            count=number(len(lines)),
            cards=tuple(_card(line, words[line.id]) for line in lines[:CARDS_IN_A_COLUMN]),
            more=_more(asked, state, len(lines) - CARDS_IN_A_COLUMN),
        )
        for state, lines in by_state.items()
        if asked["keadaan"] in ("", state)
    )


def _more(asked: Mapping[str, str], state: State, left: int) -> Button | None:
    if left <= 0:
        return None
    return Button(
        f"{number(left)} lagi di tabel",
        _address("/rtl", {**asked, "tampilan": "tabel", "keadaan": state}),
        tone="quiet",
        id=f"lagi-{state}",
    )


def _card(line: PlanLine, activity: str) -> Card:
    return Card(
        title=_short(activity),
        address=of_case(line.case_number, "rtl"),
        where=f"{line.case_number} · {region(line.desa_code).name}",
        owner=line.owner,
        badges=_due(line),
        buttons=_buttons(line),
    )


def _table(desk: Desk, asked: Mapping[str, str], chosen: Sequence[PlanLine]) -> Table:
    page = page_asked(asked["hal"], total=len(chosen), size=PAGE_SIZE)
    shown = chosen[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    words = activities(desk.session, [line.id for line in shown])
    has_buttons = any(line.may_report or line.may_confirm for line in shown)
    columns = [_column(label, name, asked) for label, name in _COLUMNS]
    return Table(
        caption="Kegiatan RTL",
        columns=(*columns, *((Column("Yang dapat Anda lakukan"),) if has_buttons else ())),
        rows=tuple(_row(line, words[line.id], has_buttons=has_buttons) for line in shown),
        empty=Empty("Belum ada kegiatan"),
        pager=pager("/rtl", asked, at=page, total=len(chosen), size=PAGE_SIZE, what="kegiatan"),
    )


def _row(line: PlanLine, activity: str, *, has_buttons: bool) -> Row:
    cells = [
        Cell(_short(activity), of_case(line.case_number, "rtl"), note=INTERVENTION_CLASSES[line.intervention_class]),
        Cell(line.case_number, of_case(line.case_number)),
        Cell(line.owner),
        Cell(region(line.desa_code).name, note=f"Kecamatan {region(line.kecamatan_code).name}"),
        Cell("", badges=(state_badge(line.state),)),
        Cell(date_range(line.starts_on, line.ends_on), badges=_due(line)),
    ]
    if has_buttons:
        cells.append(Cell("", buttons=_buttons(line)) if line.may_report or line.may_confirm else Cell("–"))
    return Row(tuple(cells), tone="bad" if line.is_late else "")


def _column(label: str, name: str, asked: Mapping[str, str]) -> Column:
    if not name:
        return Column(label)
    now = asked["urut"] or "tenggat"
    is_here = now.removeprefix("-") == name
    turned = f"-{name}" if now == name else name
    return Column(
        label,
        sort_address=_address("/rtl", {**asked, "urut": turned, "hal": ""}),
        sorted=("descending" if now.startswith("-") else "ascending") if is_here else "",
    )


def _buttons(line: PlanLine) -> tuple[Button, ...]:
    """What the reader may do to this action now, on its form with the action chosen already."""
    which = f"?kegiatan={line.number}"
    found = []
    if line.may_report:
        report = of_action(line.case_number, Action.REPORT_PROGRESS) + which
        found.append(Button("Laporkan kemajuan", report, icon="flag"))
    if line.may_confirm:
        confirm = of_action(line.case_number, Action.CONFIRM_ACTION) + which
        found.append(Button("Pastikan", confirm, icon="circle-check"))
    return tuple(found)


def _due(line: PlanLine) -> tuple[Badge, ...]:
    return due_badges(line.days_left, is_escalated=line.escalated_on is not None)


def _lead(desk: Desk) -> str:
    inside = desk.person.roles & {Role.SECRETARY, Role.CHAIR, Role.LEADER, Role.FIELD}
    if desk.person.is_a(Role.AGENCY) and not inside:
        mine = agency_words(desk.person.agency or "", desk.agencies) or "instansi Anda"
        return f"Kegiatan yang menjadi tanggung jawab {mine}, dengan tenggatnya."
    return "Kegiatan semua kasus yang boleh Anda lihat, yang paling mendesak di atas."


def _nothing(asked: Mapping[str, str], *, has_any: bool) -> Empty:
    if has_any:
        clear = Button("Tampilkan semua", _address("/rtl", {"siklus": asked["siklus"], "tampilan": asked["tampilan"]}))
        return Empty("Tidak ada kegiatan yang cocok", "Longgarkan saringan di atas.", "search", clear)
    return Empty("Belum ada kegiatan", "Kegiatan muncul di sini setelah panel menyepakati rekomendasi dan RTL disusun.", "list-check")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_ACTIVITY else line[: _LONGEST_ACTIVITY - 1] + "…"


def _address(path: str, asked: Mapping[str, str]) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{query}" if query else path


PAGES = (Page("/rtl", show, roles=READERS), Page("/rtl.csv", export, roles=READERS))
