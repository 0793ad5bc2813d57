"""Riwayat: who did what over all cases, accounts and documents, on a page and as a file; and the check that nobody changed it since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.responses import Response

from audit.casework.event_words import HAPPENED, Names, detail, happened, moved
from audit.casework.history_lists import SIZE, HistoryLine, HistoryPage, Kind, Wanted, history_page, whole_history
from audit.lifecycle.history import cycle_heads, verify
from audit.people.account_history import WHAT_LABELS, verify_accounts
from audit.people.directory import people
from audit.people.roles import SYSTEM, Role
from audit.render.wording import date_short, in_groups, number
from audit.reports.book import BOOK
from audit.web.account_words import change_words
from audit.web.addresses import of_case
from audit.web.csv_file import csv_answer
from audit.web.desk import Desk, Page
from audit.web.form_parts import Choice, FieldView, Filter
from audit.web.paging import pager
from audit.web.parts import Alert, Button, Cell, Column, Empty, Fact, PageHead, Row, Shell, Table
from audit.web.sent import whole_number
from audit.web.time_words import instant_words

READERS = frozenset({Role.SECRETARY, Role.LEADER})
MOST_IN_FILE = 20_000
_KINDS: Mapping[str, str] = {Kind.CASE: "Kasus", Kind.ACCOUNT: "Akun", Kind.DOCUMENT: "Dokumen", Kind.SIGNATURE: "Tanda tangan"}
_ASKED = ("jenis", "kasus", "akun", "oleh", "tindakan", "dari", "sampai")


@dataclass(frozen=True, slots=True)
class HistoryListPage:
    """The list with its questions. verify_address: where the chains are checked."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    filter: Filter
    table: Table


@dataclass(frozen=True, slots=True)
class VerifiedPage:
    """What the check of the chains found. heads: what printed reports carry, cycle by cycle."""

    shell: Shell
    head: PageHead
    result: Alert
    facts: tuple[Fact, ...]
    heads: Table


def show(desk: Desk) -> Response:
    """One page of what happened; the same number of statements however long the history is."""
    asked, wanted, problems = _wanted(desk)
    found = history_page(desk.session, desk.person, wanted, page=whole_number(desk.query("hal")) or 1, on=desk.on())
    export = Button("Unduh CSV", _address("/riwayat.csv", asked), icon="file-spreadsheet")
    page = HistoryListPage(
        desk.frame("Riwayat", place="riwayat"),
        PageHead(
            "Riwayat",
            lead="Siapa melakukan apa dan kapan. Tidak ada yang dapat menghapus atau mengubahnya tanpa ketahuan.",
            buttons=(Button("Periksa rantai", "/riwayat/rantai", icon="shield-check"), *((export,) if found.total else ())),
        ),
        tuple(Alert(sentence, "warn") for sentence in problems),
        _filter(desk, asked),
        _table(desk, asked, found),
    )
    return desk.draw("web/history/list.html", page)


def export(desk: Desk) -> Response:
    """The same list as a file, at most MOST_IN_FILE lines, without any identity of a child."""
    _, wanted, _ = _wanted(desk)
    lines = whole_history(desk.session, desk.person, wanted, on=desk.on(), most=MOST_IN_FILE)
    zone = ZoneInfo(desk.installation.settings.timezone)
    rows = (
        (
            f"{line.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            _KINDS[line.kind],
            _about(line),
            _title(line),
            _text(line, names, desk.agencies),
            line.by_name,
        )
        for line, names in lines
    )
    return csv_answer("riwayat.csv", ("Waktu", "Jenis", "Tentang", "Peristiwa", "Rincian", "Oleh"), rows)


def show_chains(desk: Desk) -> Response:
    """Every chain checked now, from the first event to the last: of the cases and of the accounts, and the head of each cycle."""
    cases, accounts = verify(desk.session), verify_accounts(desk.session)
    zone = desk.installation.settings.timezone
    broken = [f"{one.case_number}: peristiwa ke-{one.seq} {one.what}." for one in cases.broken]
    broken += [f"Akun {one.username}: peristiwa ke-{one.seq} {one.what}." for one in accounts.broken]
    whole = f"{number(cases.events + accounts.events)} peristiwa diperiksa pada {instant_words(desk.at, zone)}; tidak ada yang berubah."
    result = (
        Alert("Jangan ubah apa pun. Simpan salinan basis data, lalu hubungi pengelola AKS.", "bad", "Riwayat rusak", items=tuple(broken))
        if broken
        else Alert(whole, "good", "Riwayat utuh")
    )
    heads = cycle_heads(desk.session)
    rows = tuple(
        Row((Cell(cycle.code), Cell(number(count)), Cell(" ".join(in_groups(head)))))
        for cycle in desk.cycles()
        for count, head in (heads.get(cycle.id, (0, "")),)
    )
    page = VerifiedPage(
        desk.frame("Periksa rantai", place="riwayat", crumbs=(("Riwayat", "/riwayat"),)),
        PageHead("Periksa rantai", lead="Setiap peristiwa memuat sidik peristiwa sebelumnya, sehingga perubahan sesudahnya ketahuan."),
        result,
        (
            Fact("Riwayat kasus", f"{number(cases.events)} peristiwa dari {number(cases.cases)} kasus"),
            Fact("Riwayat akun", f"{number(accounts.events)} peristiwa dari {number(accounts.accounts)} akun"),
            Fact("Diperiksa", instant_words(desk.at, zone)),
        ),
        Table(
            caption="Sidik riwayat tiap siklus",
            columns=(Column("Siklus"), Column("Kasus", is_number=True), Column("Sidik riwayat sekarang")),
            rows=rows,
            empty=Empty("Belum ada siklus", icon="calendar"),
        ),
    )
    return desk.draw("web/history/chains.html", page)


def _wanted(desk: Desk) -> tuple[dict[str, str], Wanted, list[str]]:
    """What is asked for behind the address, as it is written there and as it is meant, and what of it could not be used."""
    asked = {name: desk.query(name) for name in _ASKED}
    if asked["jenis"] not in list(Kind):
        asked["jenis"] = ""
    if asked["tindakan"] not in {*HAPPENED, *WHAT_LABELS}:
        asked["tindakan"] = ""
    problems: list[str] = []
    first, last = (_day(asked[name], label, problems) for name, label in (("dari", "Dari tanggal"), ("sampai", "Sampai tanggal")))
    if first and last and last < first:
        problems.append(f"Sampai tanggal ({date_short(last)}) lebih awal dari mulai ({date_short(first)}), sehingga tidak ada yang cocok.")
    zone = ZoneInfo(desk.installation.settings.timezone)
    wanted = Wanted(
        kind=Kind(asked["jenis"]) if asked["jenis"] else None,
        case=asked["kasus"],
        account=asked["akun"],
        by=asked["oleh"],
        action=asked["tindakan"],
        first=datetime(first.year, first.month, first.day, tzinfo=zone) if first else None,
        before=_midnight_after(last, zone) if last else None,
    )
    return asked, wanted, problems


def _midnight_after(day: date, zone: ZoneInfo) -> datetime:
    after = day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=zone)


def _day(text: str, label: str, problems: list[str]) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        problems.append(f"{label} “{text[:30]}” tidak dapat dibaca, jadi tidak dipakai; tulis misalnya 2026-08-31.")
        return None
    return found


def _filter(desk: Desk, asked: Mapping[str, str]) -> Filter:
    def select(name: str, label: str, choices: Mapping[str, str]) -> FieldView:
        listed = (
            Choice("", "Semua", is_chosen=not asked[name]),
            *(Choice(code, words, code == asked[name]) for code, words in choices.items()),
        )
        return FieldView(name, label, "select", asked[name], choices=listed)

    everybody = {person.username: person.name for person in sorted(people(desk.session), key=lambda person: person.name.casefold())}
    actions: dict[str, str] = {action.value: words for action, words in HAPPENED.items()}
    actions |= {what.value: words for what, words in WHAT_LABELS.items()}
    fields = (
        select("jenis", "Jenis", _KINDS),
        FieldView("kasus", "Nomor kasus", "search", asked["kasus"]),
        select("oleh", "Oleh", everybody | {SYSTEM.username: SYSTEM.name}),
        select("tindakan", "Peristiwa", actions),
        FieldView("dari", "Dari tanggal", "date", asked["dari"]),
        FieldView("sampai", "Sampai tanggal", "date", asked["sampai"]),
    )
    chosen = [
        f"akun {asked['akun']}" if asked["akun"] else "",
        _KINDS.get(asked["jenis"], ""),
        f"nomor memuat “{asked['kasus']}”" if asked["kasus"] else "",
        everybody.get(asked["oleh"], asked["oleh"]),
        actions.get(asked["tindakan"], ""),
        " – ".join(day for day in (asked["dari"], asked["sampai"]) if day),
    ]
    words = " · ".join(one for one in chosen if one)
    return Filter("/riwayat", fields, words=words, clear_address="/riwayat" if words else "")


def _table(desk: Desk, asked: Mapping[str, str], found: HistoryPage) -> Table:
    narrowed = any(asked.values())
    zone = desk.installation.settings.timezone
    return Table(
        caption="Daftar peristiwa",
        columns=(Column("Peristiwa"), Column("Tentang"), Column("Oleh"), Column("Waktu")),
        rows=tuple(_row(line, found.names, desk.agencies, zone) for line in found.lines),
        empty=Empty("Tidak ada peristiwa yang cocok", "Longgarkan saringan di atas.", "search")
        if narrowed
        else Empty("Belum ada peristiwa", "Setiap tindakan pada kasus, akun, dan dokumen akan tercatat di sini.", "history"),
        pager=pager("/riwayat", asked, at=found.page, total=found.total, size=SIZE, what="peristiwa"),
    )


def _row(line: HistoryLine, names: Names, agencies: Mapping[str, str], zone: str) -> Row:
    address = of_case(line.case_number) if line.event is not None else ""
    return Row(
        (
            Cell(_title(line), note=_text(line, names, agencies)),
            Cell(_about(line), address, note="" if line.event is not None else _KINDS[line.kind]),
            Cell(line.by_name or "Sistem"),
            Cell(instant_words(line.at, zone)),
        )
    )


def _title(line: HistoryLine) -> str:
    if line.event is not None:
        return happened(line.event)
    if line.account is not None:
        return line.account.what_label
    return "Dokumen ditandatangani" if line.kind is Kind.SIGNATURE else "Dokumen diterbitkan"


def _text(line: HistoryLine, names: Names, agencies: Mapping[str, str]) -> str:
    if line.event is not None:
        return " ".join(part for part in (detail(line.event, names), moved(line.event)) if part)
    if line.account is not None:
        return change_words(line.account, agencies)
    if line.document is None:
        return ""
    title = next((entry.title for entry in BOOK if entry.name == line.document.name), line.document.name)
    edition = f", edisi {line.document.edition}" if line.document.edition else ""
    return f"{title}{edition}, revisi {line.document.revision}."


def _about(line: HistoryLine) -> str:
    if line.event is not None:
        return line.case_number
    if line.account is not None:
        return line.account.account_name
    return line.document.number if line.document is not None else ""


def _address(path: str, asked: Mapping[str, str]) -> str:
    given = {name: value for name, value in asked.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


PAGES: Sequence[Page] = (
    Page("/riwayat", show, roles=READERS),
    Page("/riwayat.csv", export, roles=READERS),
    Page("/riwayat/rantai", show_chains, roles=READERS),
)
