"""Dokumen: every document of a cycle that this person may read, and having them made. One document has a page of its own."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.casework.errands import DONE, FAILED, ErrandKind, ask_for, errand
from audit.errors import Refused
from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Cycle
from audit.people.directory import people
from audit.people.roles import Role
from audit.render.wording import date_short, list_words, number
from audit.reports.book import BOOK
from audit.reports.bundle import Bundled
from audit.reports.document import PUBLIC
from audit.reports.signatures import signers_of_cycle
from audit.web.desk import Desk, Page
from audit.web.document_rights import EDITION_LABELS, readable_documents, subject_words
from audit.web.form_parts import Choice, FieldView, Filter, FormView, ProblemLine, SectionView
from audit.web.paging import page_asked, pager
from audit.web.parts import Alert, Badge, Button, Cell, Column, Empty, PageHead, Row, Shell, Table
from audit.web.sent import Sent, whole_number
from audit.web.waiting import Waiting, state_badge, waiting_for

_log = logging.getLogger(__name__)

ADDRESS = "/dokumen"
CRUMB = ("Dokumen", ADDRESS)
SECRETARIAT = frozenset({Role.SECRETARY})
_ON_A_PAGE = 50
_ALL, _TICKED = "semua", "pilih"


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    """The documents of a cycle."""

    shell: Shell
    head: PageHead
    asked: Filter | None
    documents: Table


@dataclass(frozen=True, slots=True)
class MakePage:
    """What is to be made."""

    shell: Shell
    head: PageHead
    form: FormView


@dataclass(frozen=True, slots=True)
class MakingPage:
    """The errand that makes them."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    waiting: Waiting | None
    buttons: tuple[Button, ...]


def of_document(document_id: int, *below: str) -> str:
    """The page of one document, or one below it."""
    return "/".join((ADDRESS, str(document_id), *below))


def show(desk: Desk) -> Response:
    """The newest revision of each, filtered by kind and what it is about. Nine statements, however many there are."""
    cycle = desk.cycle()
    if cycle is None:
        empty = Empty("Belum ada siklus", "Dokumen dibuat untuk sebuah siklus audit.", "file-text")
        page = DocumentsPage(desk.frame("Dokumen", place="dokumen"), PageHead("Dokumen"), None, Table("Dokumen", (), (), empty))
        return desk.draw("web/documents/list.html", page)
    found = readable_documents(desk, cycle)
    names = {person.username: person.name for person in people(desk.session)}
    kind, about = desk.query("jenis"), desk.query("tentang")
    chosen = [one for one in found if kind in ("", one.entry.name) and about.casefold() in _about(desk, one, names).casefold()]
    page = DocumentsPage(
        shell=desk.frame("Dokumen", place="dokumen"),
        head=PageHead(
            "Dokumen",
            lead=f"Siklus {cycle.code}. Setiap dokumen disimpan apa adanya; perubahan menjadi revisi baru, yang lama tetap ada.",
            buttons=_buttons(desk),
        ),
        asked=_filter(cycle, found, kind=kind, about=about) if found else None,
        documents=_table(desk, cycle, chosen, names, asked={"siklus": cycle.code, "jenis": kind, "tentang": about}),
    )
    return desk.draw("web/documents/list.html", page)


def ask_what(desk: Desk) -> Response:
    """Which kinds are to be made."""
    return _draw_make(desk, _open_cycle(desk))


def make(desk: Desk, sent: Sent) -> Response:
    """Have every kind made, or those that were ticked; the same errand that still waits is not made twice."""
    cycle = _open_cycle(desk)
    known = [one.name for one in BOOK]
    names = known if sent.text("cakupan") == _ALL else sent.many("names")
    if not names:
        return _draw_make(desk, cycle, problem="Centang paling sedikit satu jenis dokumen, atau pilih “Semua jenis”.", status=422)
    if unknown := [name for name in names if name not in known]:
        sentence = f"“{unknown[0][:40]}” bukan jenis dokumen yang dikenal; pilih dari daftar ini."
        return _draw_make(desk, cycle, problem=sentence, chosen=tuple(names), status=422)
    wanted = [name for name in known if name in names]
    parameters = {} if wanted == known else {"names": wanted}
    try:
        with desk.writing() as session:
            asked = ask_for(session, ErrandKind.DOCUMENTS, by=desk.person, at=desk.at, cycle_id=cycle.id, parameters=parameters)
            errand_id = asked.id
    except Refused as refusal:
        return _draw_make(desk, cycle, problem=refusal.reasons[0].sentence, chosen=tuple(names), status=409)
    _log.info("documents asked for", extra={"errand_id": errand_id, "cycle": cycle.code, "by_id": desk.person.id})
    return desk.go(f"{ADDRESS}/pekerjaan/{errand_id}")


def making(desk: Desk) -> Response:
    """How far the making is, and what came of it. Two statements."""
    wanted = whole_number(desk.path("errand"))
    found = errand(desk.session, wanted) if wanted is not None else None
    if found is None or found.kind != ErrandKind.DOCUMENTS:
        raise HTTPException(404)
    counts = found.result or {}
    alerts: tuple[Alert, ...] = ()
    if found.state == DONE:
        made, failed, all_of_them = counts.get("new", 0), counts.get("failed", 0), counts.get("documents", 0)
        told = f"{number(made)} dibuat baru, {number(all_of_them - made - failed)} sudah mutakhir, {number(failed)} gagal."
        alerts = (Alert(told, "warn" if failed else "good", heading="Dokumen selesai dibuat"),)
    if found.sentence:
        alerts = (*alerts, Alert(found.sentence, "bad" if found.state == FAILED else "warn"))
    address = f"{ADDRESS}/pekerjaan/{found.id}"
    page = MakingPage(
        shell=desk.frame("Membuat dokumen", place="dokumen", crumbs=(CRUMB,)),
        head=PageHead("Membuat dokumen", badges=(state_badge(found),), lead=_wanted_words(found.parameters.get("names"))),
        alerts=alerts,
        waiting=waiting_for(found, address=address, unit="dokumen"),
        buttons=(Button("Lihat dokumen", ADDRESS, "file-text", "primary"),) if found.state == DONE else (),
    )
    return desk.draw("web/documents/making.html", page)


def _open_cycle(desk: Desk) -> Cycle:
    cycle = desk.cycle()
    if cycle is None:
        raise HTTPException(404)
    return cycle


def _buttons(desk: Desk) -> tuple[Button, ...]:
    buttons = []
    if desk.person.is_a(Role.SECRETARY):
        buttons.append(Button("Buat dokumen", f"{ADDRESS}/buat", "file-export", "primary"))
    if desk.person.roles & {Role.SECRETARY, Role.EXPERT}:
        buttons.append(Button("Baca formulir kajian", f"{ADDRESS}/formulir", "file-import"))
    return tuple(buttons)


def _filter(cycle: Cycle, found: Sequence[Bundled], *, kind: str, about: str) -> Filter:
    kinds = {one.entry.name: one.entry.title for one in found}
    fields = (
        FieldView("siklus", "", "hidden", cycle.code),
        FieldView("jenis", "Jenis", "select", kind, tuple(Choice(name, title, name == kind) for name, title in kinds.items())),
        FieldView("tentang", "Tentang", "search", about, help="Nomor kasus, tempat, atau kantor"),
    )
    narrowed = [words for words in (kinds.get(kind, kind), f"tentang “{about}”" if about else "") if words]
    told = f"Yang ditampilkan: {list_words(narrowed)}." if narrowed else ""
    return Filter(ADDRESS, fields, told, f"{ADDRESS}?siklus={cycle.code}")


def _about(desk: Desk, one: Bundled, names: Mapping[str, str]) -> str:
    return subject_words(one.entry, one.document.subject, names=names, agencies=desk.agencies)


def _table(desk: Desk, cycle: Cycle, chosen: Sequence[Bundled], names: Mapping[str, str], *, asked: dict[str, str]) -> Table:
    at = page_asked(desk.query("hal"), total=len(chosen), size=_ON_A_PAGE)
    shown = chosen[(at - 1) * _ON_A_PAGE : at * _ON_A_PAGE]
    signers = signers_of_cycle(desk.session, cycle.id)
    columns = (Column("Dokumen"), Column("Tentang"), Column("Edisi"), Column("Dibuat"), Column("Tanda tangan"))
    rows = tuple(
        Row(
            (
                Cell(one.entry.title, of_document(one.document.id), note=one.document.number),
                Cell(_about(desk, one, names)),
                Cell("", badges=(edition_badge(one.document.edition),)),
                Cell(date_short(local_date(one.document.made_at, cycle.timezone)), note=f"revisi {one.document.revision}"),
                Cell(list_words(signers.get(one.document.id, ()))),
            )
        )
        for one in shown
    )
    is_narrowed = bool(asked["jenis"] or asked["tentang"])
    empty = (
        Empty("Tidak ada yang cocok", "Ubah pilihan di atas, atau tampilkan semua.", "search")
        if is_narrowed
        else Empty("Belum ada dokumen", "Dokumen siklus ini tampil di sini sesudah Anda membuatnya.", "file-text")
        if desk.person.is_a(Role.SECRETARY)
        else Empty("Belum ada dokumen untuk Anda", "Dokumen siklus ini tampil di sini sesudah dibuat Sekretariat.", "file-text")
    )
    return Table("Dokumen", columns, rows, empty, pager(ADDRESS, asked, at=at, total=len(chosen), size=_ON_A_PAGE, what="dokumen"))


def edition_badge(edition: str) -> Badge:
    """The edition in a word."""
    is_public = edition == PUBLIC
    return Badge(EDITION_LABELS[edition], "good" if is_public else "warn", "users-group" if is_public else "lock")


def _draw_make(desk: Desk, cycle: Cycle, *, problem: str = "", chosen: tuple[str, ...] = (), status: int = 200) -> Response:
    is_all = len(chosen) == len(BOOK)
    scopes = (Choice(_TICKED, "Jenis yang dicentang di bawah", not is_all), Choice(_ALL, f"Semua jenis ({len(BOOK)})", is_all))
    scope = FieldView("cakupan", "Yang dibuat", "radio", _ALL if is_all else _TICKED, scopes)
    choices = tuple(Choice(one.name, one.title, is_chosen=one.name in chosen and not is_all) for one in BOOK)
    field = FieldView(
        "names", "Jenis dokumen", "checkboxes", choices=choices, problem=problem, help="Yang tidak berubah tidak dibuat lagi."
    )
    page = MakePage(
        shell=desk.frame("Buat dokumen", place="dokumen", crumbs=(CRUMB,)),
        head=PageHead(
            "Buat dokumen",
            lead=f"Siklus {cycle.code}. Yang belum ada dibuat; yang berubah mendapat revisi baru, dan yang lama tetap tersimpan.",
        ),
        form=FormView(
            f"{ADDRESS}/buat?siklus={cycle.code}",
            (SectionView("jenis", "", (scope, field)),),
            (Button("Buat dokumen", tone="primary", icon="file-export"), Button("Batal", ADDRESS, tone="quiet")),
            csrf=desk.token,
            problems=(ProblemLine(field.key, problem),) if problem else (),
            is_guarded=False,
        ),
    )
    return desk.draw("web/documents/make.html", page, status=status)


def _wanted_words(names: Sequence[str] | None) -> str:
    if names is None:
        return "Semua jenis dokumen siklus ini."
    return list_words([one.title for one in BOOK if one.name in names]) + "."


PAGES = (
    Page(ADDRESS, show),
    Page(f"{ADDRESS}/buat", ask_what, make, SECRETARIAT),
    Page(f"{ADDRESS}/pekerjaan/{{errand}}", making, None, SECRETARIAT),
)
