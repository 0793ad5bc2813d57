"""Kasus: the cases this person may see, narrowed, sorted, by pages, and as a file. One case is in case.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from audit.casework.case_lists import PAGE_SIZE, CaseLine, CasePage, Sort, Wanted, all_cases, page_of_cases
from audit.lifecycle.tables import Cycle
from audit.lifecycle.vocabulary import GROUP_LABELS, STATUS_LABELS, Group, Status
from audit.regions import region
from audit.render.wording import NO_BREAK, date_short
from audit.web.addresses import of_case
from audit.web.csv_file import csv_answer
from audit.web.desk import Desk, Page
from audit.web.due_words import due_badge
from audit.web.form_parts import Choice, FieldView, Filter
from audit.web.paging import pager
from audit.web.parts import Button, Cell, Column, Empty, PageHead, Row, Shell, Table

ALL_CYCLES = "semua"

SORTS: Mapping[str, Sort] = {
    "nomor": Sort.NUMBER,
    "sasaran": Sort.GROUP,
    "tempat": Sort.PLACE,
    "status": Sort.STATUS,
    "sejak": Sort.SINCE,
    "tenggat": Sort.DUE,
}
_COLUMNS: Sequence[tuple[str, str]] = (
    ("Nomor", "nomor"),
    ("Sasaran", "sasaran"),
    ("Tempat", "tempat"),
    ("Status", "status"),
    ("Sejak", "sejak"),
    ("Tenggat", "tenggat"),
    ("Yang dapat Anda lakukan", ""),
)
SHORT_GROUPS: Mapping[Group, str] = {
    Group.BADUTA: "Baduta",
    Group.BALITA: "Balita",
    Group.BUMIL: "Ibu hamil",
    Group.BUFAS: "Ibu nifas",
    Group.CATIN: "Calon pengantin",
}


@dataclass(frozen=True, slots=True)
class CasesPage:
    """The list of cases."""

    shell: Shell
    head: PageHead
    filter: Filter
    table: Table


def show(desk: Desk) -> Response:
    """The list; 7 statements however many cases there are, the session included."""
    cycles = desk.cycles()
    wanted, asked = _wanted(desk, cycles)
    found = page_of_cases(desk.session, desk.person, cycles, wanted, at=desk.at)
    export = Button("Unduh CSV", _address("/kasus.csv", asked), icon="download", tone="quiet")
    page = CasesPage(
        desk.frame("Kasus", place="kasus"),
        PageHead("Kasus", lead="Kasus yang boleh Anda lihat, yang paling mendesak di atas.", buttons=(export,) if found.total else ()),
        _filter(asked, cycles, wanted),
        _table(asked, wanted, found),
    )
    return desk.draw("web/case/list.html", page)


def export(desk: Desk) -> Response:
    """The same cases as a file: all pages, the same order, no identity."""
    cycles = desk.cycles()
    wanted, _ = _wanted(desk, cycles)
    lines = all_cases(desk.session, desk.person, cycles, wanted, at=desk.at)
    header = ("Nomor", "Siklus", "Sasaran", "Desa", "Kecamatan", "Status", "Sejak", "Sisa hari", "Yang ditunggu", "Yang dapat Anda lakukan")
    return csv_answer("kasus.csv", header, (_exported(line) for line in lines))


def _exported(line: CaseLine) -> tuple[str | int | None, ...]:
    desa, kecamatan = place_words(line.facts.desa_code)
    return (
        line.facts.number,
        line.cycle_code,
        GROUP_LABELS[line.group] if line.group else None,
        desa,
        kecamatan,
        STATUS_LABELS[line.facts.status],
        line.since.isoformat(),
        line.days_left if line.next_due and line.next_due.due_on else None,
        line.next_due.what if line.next_due else None,
        ", ".join(offer.row.label for offer in line.can),
    )


def place_words(desa_code: str) -> tuple[str, str]:
    """Names of the desa and of its kecamatan; a code without a name stays a code."""
    kecamatan_code = ".".join(desa_code.split(".")[:3])
    return region(desa_code).name, region(kecamatan_code).name


def _wanted(desk: Desk, cycles: Sequence[Cycle]) -> tuple[Wanted, dict[str, str]]:
    """What is asked for behind the address, and the same as it is written there. What nobody offers is as if it had not been asked."""
    asked = {name: desk.query(name) for name in ("siklus", "status", "sasaran", "kecamatan", "cari", "terlambat", "tugas", "urut", "hal")}
    cycle = None if asked["siklus"] == ALL_CYCLES else desk.cycle() if asked["siklus"] else _newest(cycles)
    if cycle is not None:
        asked["siklus"] = cycle.code
    if asked["status"] not in list(Status):
        asked["status"] = ""
    if asked["sasaran"] not in list(Group):
        asked["sasaran"] = ""
    if asked["kecamatan"] not in _kecamatan(cycles, cycle):
        asked["kecamatan"] = ""
    asked["terlambat"], asked["tugas"] = ("ya" if asked[name] == "ya" else "" for name in ("terlambat", "tugas"))
    name = asked["urut"].removeprefix("-")
    if name not in SORTS:
        asked["urut"] = ""
    page = int(asked["hal"]) if asked["hal"].isdecimal() and len(asked["hal"]) < 6 else 1
    wanted = Wanted(
        cycle_id=cycle.id if cycle else None,
        status=Status(asked["status"]) if asked["status"] else None,
        group=Group(asked["sasaran"]) if asked["sasaran"] else None,
        kecamatan=asked["kecamatan"],
        number=asked["cari"],
        is_late=bool(asked["terlambat"]),
        is_mine=bool(asked["tugas"]),
        sort=SORTS.get(name, Sort.DUE),
        is_descending=asked["urut"].startswith("-"),
        page=page,
    )
    return wanted, asked


def _newest(cycles: Sequence[Cycle]) -> Cycle | None:
    return next((cycle for cycle in cycles if cycle.closed_at is None), cycles[0] if cycles else None)


def _kecamatan(cycles: Sequence[Cycle], cycle: Cycle | None) -> Mapping[str, str]:
    """Code -> name of the kecamatan that may be asked for: those in which a cycle works, whether there are cases or not."""
    codes = {code for one in ([cycle] if cycle else cycles) for code in one.settings.get("focus_areas", [])}
    return dict(sorted(((code, region(code).name) for code in codes), key=lambda pair: pair[1]))


def _filter(asked: Mapping[str, str], cycles: Sequence[Cycle], wanted: Wanted) -> Filter:
    cycle = next((one for one in cycles if one.id == wanted.cycle_id), None)
    kecamatan = _kecamatan(cycles, cycle)
    chosen = [
        STATUS_LABELS[wanted.status] if wanted.status else "",
        SHORT_GROUPS[wanted.group] if wanted.group else "",
        f"Kecamatan {kecamatan[wanted.kecamatan]}" if wanted.kecamatan else "",
        "hanya yang terlambat" if wanted.is_late else "",
        "hanya yang menunggu saya" if wanted.is_mine else "",
        f"nomor memuat “{wanted.number}”" if wanted.number else "",
    ]
    narrowed = " · ".join(words for words in chosen if words)
    number_field = FieldView(
        "cari", "Nomor kasus", "search", asked["cari"], help="Hanya nomor; nama dan NIK tidak dapat dicari.", longest=40
    )
    fields = [
        _select("siklus", "Siklus", asked, {**{one.code: one.code for one in cycles}, ALL_CYCLES: "Semua siklus"}, everything=""),
        _select("status", "Status", asked, {s.value: words for s, words in STATUS_LABELS.items()}),
        _select("sasaran", "Sasaran", asked, {g.value: words for g, words in SHORT_GROUPS.items()}),
        _select("kecamatan", "Kecamatan", asked, kecamatan),
        _select("terlambat", "Tenggat", asked, {"ya": "Terlambat"}),
        _select("tugas", "Tugas", asked, {"ya": "Menunggu saya"}),
        number_field,
    ]
    clear = _address("/kasus", {"siklus": asked["siklus"]})
    return Filter("/kasus", tuple(fields), words=narrowed, clear_address=clear if narrowed else "")


def _select(name: str, label: str, asked: Mapping[str, str], choices: Mapping[str, str], *, everything: str = "Semua") -> FieldView:
    first = (Choice("", everything, is_chosen=not asked[name]),) if everything else ()
    rest = (Choice(value, words, is_chosen=value == asked[name]) for value, words in choices.items())
    return FieldView(name, label, "select", asked[name], choices=(*first, *rest))


def _table(asked: Mapping[str, str], wanted: Wanted, found: CasePage) -> Table:
    narrowed = any(asked[name] for name in ("status", "sasaran", "kecamatan", "terlambat", "tugas", "cari"))
    nothing = (
        Empty("Tidak ada kasus yang cocok", "Longgarkan saringan di atas, atau tampilkan semua.", "search")
        if narrowed
        else Empty("Belum ada kasus", "Kasus muncul di sini setelah dibuka dan menjadi urusan Anda.", "folder")
    )
    return Table(
        caption="Daftar kasus",
        columns=tuple(_column(label, name, asked) for label, name in _COLUMNS),
        rows=tuple(_row(line) for line in found.lines),
        empty=nothing,
        pager=pager("/kasus", {**asked, "hal": ""}, at=found.page, total=found.total, size=PAGE_SIZE, what="kasus"),
    )


def _column(label: str, name: str, asked: Mapping[str, str]) -> Column:
    if not name:
        return Column(label)
    now = asked["urut"] or "tenggat"
    is_this, is_down = now.removeprefix("-") == name, now.startswith("-")
    address = _address("/kasus", {**asked, "urut": f"-{name}" if is_this and not is_down else name, "hal": ""})
    return Column(label, sort_address=address, sorted=("descending" if is_down else "ascending") if is_this else "")


def _row(line: CaseLine) -> Row:
    facts, due = line.facts, line.next_due
    desa, kecamatan = place_words(facts.desa_code)
    badge = due_badge(due, facts.on)
    shown = [offer.row.label for offer in line.can[:2]]
    more = f"dan {len(line.can) - 2} lainnya" if len(line.can) > 2 else ""
    return Row(
        (
            Cell(facts.number, of_case(facts.number)),
            SHORT_GROUPS[line.group] if line.group else "–",
            Cell(desa, note=f"Kec. {kecamatan}"),
            STATUS_LABELS[facts.status],
            date_short(line.since).replace(" ", NO_BREAK),
            Cell("" if badge else "–", badges=(badge,) if badge else (), note=due.what if due else ""),
            Cell(", ".join(shown) or "–", note=more),
        ),
        tone="bad" if (line.days_left or 0) < 0 else "",
    )


def _address(path: str, asked: Mapping[str, str]) -> str:
    given = {name: value for name, value in asked.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


PAGES = (Page("/kasus", show), Page("/kasus.csv", export))
