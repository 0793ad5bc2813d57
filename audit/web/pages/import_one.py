"""One file that was loaded: what it brought, its problems row by row, and the question before it is taken back."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.casework.imports import ImportLine, ask_to_undo, import_errands, import_lines, problem_page, problem_total
from audit.errors import Refused
from audit.lifecycle.calendar import local_date
from audit.render.wording import date_words, number
from audit.web.desk import Desk, Page
from audit.web.form_parts import Confirm, FormView
from audit.web.pages.import_errand import PROBLEMS_ON_A_PAGE, REJECT, problem_table
from audit.web.pages.imports import CRUMB, LAYOUT_LABELS, SECRETARIAT, of_errand, of_import, state_of
from audit.web.paging import page_asked, pager
from audit.web.parts import Alert, Button, Fact, PageHead, Shell, Stat, Tab, Table
from audit.web.sent import Sent, whole_number

_ERRANDS_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class ImportPage:
    """One import. problems: a page of them."""

    shell: Shell
    head: PageHead
    stats: tuple[Stat, ...]
    facts: tuple[Fact, ...]
    tabs: tuple[Tab, ...]
    problems: Table


@dataclass(frozen=True, slots=True)
class UndoPage:
    """The question before an import is taken back. confirm: None when it cannot be."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    confirm: Confirm | None


def show(desk: Desk) -> Response:
    """What one file brought and what was wrong in it. Five statements."""
    one = _import(desk)
    only = REJECT if desk.query("tampil") == "ditolak" else ""
    counts = {severity: problem_total(desk.session, one.id, severity=severity) for severity in ("", REJECT)}
    at = page_asked(desk.query("hal"), total=counts[only], size=PROBLEMS_ON_A_PAGE)
    listed = problem_page(desk.session, one.id, severity=only, first=(at - 1) * PROBLEMS_ON_A_PAGE, count=PROBLEMS_ON_A_PAGE)
    made = problem_table([(p.row, p.column, p.value, p.message, p.severity) for p in listed], caption="Masalah per baris dan kolom")
    asked = {"tampil": "ditolak" if only else ""}
    below = pager(of_import(one.id), asked, at=at, total=counts[only], size=PROBLEMS_ON_A_PAGE, what="masalah")
    page = ImportPage(
        shell=desk.frame(f"Impor nomor {one.id}", place="impor", crumbs=(CRUMB,)),
        head=PageHead(
            one.file_name,
            over=f"Impor nomor {one.id}",
            lead=LAYOUT_LABELS.get(one.layout, one.layout),
            badges=state_of(one),
            buttons=_buttons(desk, one),
        ),
        stats=_stats(one),
        facts=_facts(desk, one),
        tabs=(
            Tab("Semua", of_import(one.id), is_current=not only, badge=number(counts[""])),
            Tab("Barisnya ditolak", f"{of_import(one.id)}?tampil=ditolak", is_current=bool(only), badge=number(counts[REJECT])),
        ),
        problems=Table(made.caption, made.columns, made.rows, made.empty, below),
    )
    return desk.draw("web/imports/one.html", page)


def ask_undo(desk: Desk) -> Response:
    """What would go, and the question."""
    return _draw_undo(desk, _import(desk))


def undo(desk: Desk, sent: Sent) -> Response:
    """Have it taken back; asked twice it is one errand."""
    one = _import(desk)
    del sent
    try:
        with desk.writing() as session:
            errand_id = ask_to_undo(session, one.id, by=desk.person, at=desk.at).id
    except Refused as refusal:
        return _draw_undo(desk, one, alerts=tuple(Alert(reason.sentence, "bad") for reason in refusal.reasons), status=409)
    return desk.go(of_errand(errand_id))


def _import(desk: Desk) -> ImportLine:
    wanted = whole_number(desk.path("import"))
    found = import_lines(desk.session, import_id=wanted) if wanted is not None else ()
    if not found:
        raise HTTPException(404)
    return found[0]


def _buttons(desk: Desk, one: ImportLine) -> tuple[Button, ...]:
    made_by = next((e for e in import_errands(desk.session, limit=_ERRANDS_LOOKED_AT) if (e.result or {}).get("import_id") == one.id), None)
    buttons = []
    if one.waiting:
        buttons.append(Button(f"Putuskan {number(one.waiting)} baris meragukan", f"/impor/ragu?impor={one.id}", "git-compare", "primary"))
    if made_by is not None and (made_by.result or {}).get("failed_rows_sha256"):
        buttons.append(Button(f"Unduh {number(one.rejected)} baris yang ditolak", f"{of_errand(made_by.id)}/perbaiki", "download"))
    if one.undone_at is None:
        buttons.append(Button("Batalkan impor ini", f"{of_import(one.id)}/batalkan", "arrow-back-up", "quiet"))
    return tuple(buttons)


def _stats(one: ImportLine) -> tuple[Stat, ...]:
    return (
        Stat("Baris", number(one.rows), "di dalam berkas", icon="table"),
        Stat("Diterima", number(one.accepted), icon="check", tone="good" if one.accepted else "neutral"),
        Stat("Sudah ada", number(one.repeated), icon="copy"),
        Stat("Ditolak", number(one.rejected), icon="circle-x", tone="bad" if one.rejected else "neutral"),
        Stat("Meragukan", number(one.waiting), "belum diputuskan", icon="git-compare", tone="warn" if one.waiting else "neutral"),
    )


def _facts(desk: Desk, one: ImportLine) -> tuple[Fact, ...]:
    zone = desk.installation.settings.timezone
    undone = (Fact("Dibatalkan", date_words(local_date(one.undone_at, zone))),) if one.undone_at else ()
    return (
        Fact("Dimuat", date_words(local_date(one.at, zone)), note=f"oleh {one.by_name}"),
        *undone,
        Fact("Sidik berkas (SHA-256)", one.file_sha256[:16] + "…"),
    )


def _draw_undo(desk: Desk, one: ImportLine, *, alerts: tuple[Alert, ...] = (), status: int = 200) -> Response:
    crumbs = (CRUMB, (f"Impor nomor {one.id}", of_import(one.id)))
    if one.undone_at is not None and not alerts:
        alerts = (Alert(f"Impor nomor {one.id} sudah dibatalkan.", "info"),)
    page = UndoPage(
        shell=desk.frame("Batalkan impor", place="impor", crumbs=crumbs),
        head=PageHead("Batalkan impor", over=f"Impor nomor {one.id}", lead=one.file_name),
        alerts=alerts,
        confirm=_confirm(desk, one) if one.undone_at is None else None,
    )
    return desk.draw("web/imports/undo.html", page, status=status)


def _confirm(desk: Desk, one: ImportLine) -> Confirm:
    return Confirm(
        heading="Berkas ini ditarik kembali sebagai satu satuan",
        sentences=(
            "Orang dan pengukuran yang dibawa berkas ini dihapus, dan pengukuran lama yang digantikannya berlaku kembali. "
            "Keputusan atas baris meragukannya ikut hilang.",
            "Bila sudah ada kasus, penapisan, atau impor lain yang memakainya, pembatalan ditolak dan tidak ada yang berubah.",
            "Sesudah dibatalkan, berkas yang sama dapat dimuat lagi.",
        ),
        facts=(Fact("Baris", number(one.rows)), Fact("Diterima", number(one.accepted)), Fact("Dimuat oleh", one.by_name)),
        form=FormView(
            f"{of_import(one.id)}/batalkan",
            (),
            (Button("Batalkan impor", tone="danger", icon="arrow-back-up"), Button("Jangan", of_import(one.id), tone="quiet")),
            csrf=desk.token,
            is_guarded=False,
        ),
    )


PAGES = (
    Page("/impor/{import}", show, None, SECRETARIAT),
    Page("/impor/{import}/batalkan", ask_undo, undo, SECRETARIAT),
)
