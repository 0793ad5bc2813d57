"""Impor: the files that were loaded, those in hand, the upload of new ones. One file, its check and its doubts have their own pages."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.casework.errands import TERMS, ErrandKind, is_over
from audit.casework.imports import ImportLine, ask_to_check, import_errands, import_lines
from audit.casework.tables import Errand
from audit.errors import Refused
from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Cycle
from audit.people.roles import Role
from audit.render.wording import date_short, number
from audit.steps.intake.columns import LAYOUTS
from audit.web.desk import Desk, Page
from audit.web.form_parts import FieldView, FormView, ProblemLine, SectionView
from audit.web.parts import Alert, Badge, Button, Cell, Column, Empty, PageHead, Row, Shell, Table
from audit.web.sent import MOST_FILES, Sent, Upload
from audit.web.waiting import state_badge

_log = logging.getLogger(__name__)

ADDRESS = "/impor"
LARGEST_UPLOAD = 60_000_000
"""Bytes of one form with all its files: the register of a large kabupaten is about 25 MB as a workbook."""

SECRETARIAT = frozenset({Role.SECRETARY})
CRUMB = ("Impor", ADDRESS)

LAYOUT_LABELS = {layout.code: layout.label for layout in LAYOUTS}

_ACCEPTED = ".xlsx,.xls,.csv,.tsv,.html"
_ERRANDS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class ImportsPage:
    """The list of imports. form: None where there is no open cycle to load for. errands: what was asked for lately."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    form: FormView | None
    errands: Table
    imports: Table


def of_errand(errand_id: int) -> str:
    """Where a check, a loading or an undoing is waited for and looked at."""
    return f"{ADDRESS}/pekerjaan/{errand_id}"


def of_import(import_id: int) -> str:
    """The page of one file that was loaded."""
    return f"{ADDRESS}/{import_id}"


def show(desk: Desk) -> Response:
    """What was loaded and what is in hand. Five statements, however many files."""
    return _draw(desk)


def take(desk: Desk, sent: Sent) -> Response:
    """Keep the files that came and have each checked; a file that cannot be one is named with the reason, the others are taken."""
    cycle = desk.cycle()
    if cycle is None:
        raise HTTPException(404)
    uploads = sent.files.get("berkas", ())
    if not uploads:
        return _draw(desk, problems=("Berkas registri: belum ada yang dipilih. Pilih satu berkas atau lebih.",), status=422)
    taken, problems = _taken(desk, cycle, uploads)
    if problems and not taken:
        return _draw(desk, problems=tuple(problems), status=422)
    if problems:
        return _draw(desk, problems=tuple(problems), taken=len(taken), status=422)
    return desk.go(of_errand(taken[0]) if len(taken) == 1 else ADDRESS, said=_taken_words(len(taken)))


def _taken(desk: Desk, cycle: Cycle, uploads: Sequence[Upload]) -> tuple[list[int], list[str]]:
    """Ids of the errands asked for, and what is wrong with the files that were not taken."""
    taken: list[int] = []
    problems: list[str] = []
    for upload in uploads:
        try:
            with desk.writing() as session:
                files = desk.installation.files
                errand = ask_to_check(
                    session, files, name=upload.name, content=upload.content, cycle=cycle, by=desk.person, at=desk.at
                )  # fmt: skip
                taken.append(errand.id)
        except Refused as refusal:
            problems += [reason.sentence for reason in refusal.reasons]
        else:
            _log.info("registry file uploaded", extra={"errand_id": taken[-1], "bytes": len(upload.content), "by_id": desk.person.id})
    return taken, problems


def _taken_words(count: int) -> str:
    return "Berkas diterima dan sedang diperiksa." if count == 1 else f"{count} berkas diterima dan sedang diperiksa, satu per satu."


def _draw(desk: Desk, *, problems: tuple[str, ...] = (), taken: int = 0, status: int = 200) -> Response:
    cycle = desk.cycle()
    errands = [one for one in import_errands(desk.session, limit=_ERRANDS_SHOWN) if cycle is None or one.cycle_id == cycle.id]
    alerts = (Alert(_taken_words(taken) + " Berkas lain tidak diterima.", "warn"),) if taken else ()
    lead = f"Siklus {cycle.code}: berkas diperiksa dahulu, lalu Anda putuskan dimuat atau tidak." if cycle else ""
    page = ImportsPage(
        shell=desk.frame("Impor", place="impor"),
        head=PageHead("Impor", lead=lead, buttons=(Button("Baris yang meragukan", f"{ADDRESS}/ragu", "git-compare"),)),
        alerts=(*alerts, *_no_cycle(cycle)),
        form=_form(desk, cycle, problems) if cycle is not None and cycle.closed_at is None else None,
        errands=_errands(desk, errands),
        imports=_imports(desk, cycle, import_lines(desk.session, cycle_id=cycle.id if cycle else None)),
    )
    return desk.draw("web/imports/list.html", page, status=status)


def _no_cycle(cycle: Cycle | None) -> tuple[Alert, ...]:
    if cycle is None:
        return (Alert("Belum ada siklus. Berkas registri dimuat untuk sebuah siklus; buka siklus dahulu.", "warn"),)
    if cycle.closed_at is not None:
        return (Alert(f"Siklus {cycle.code} sudah ditutup; berkas baru tidak dapat dimuat untuk siklus ini.", "info"),)
    return ()


def _form(desk: Desk, cycle: Cycle, problems: tuple[str, ...]) -> FormView:
    field = FieldView(
        name="berkas",
        label="Berkas registri",
        control="file",
        is_required=True,
        is_multiple=True,
        accept=_ACCEPTED,
        help=f"Excel (.xlsx, .xls) atau CSV, seperti keluar dari e-PPGBM. Boleh beberapa sekaligus: paling banyak {MOST_FILES} berkas,"
        f" {LARGEST_UPLOAD // 1_000_000} MB seluruhnya. Belum ada yang dimuat sebelum Anda setujui.",
        problem=" ".join(problems),
    )
    return FormView(
        address=f"{ADDRESS}?siklus={cycle.code}",
        sections=(SectionView("unggah", "Unggah berkas", (field,)),),
        buttons=(Button("Unggah dan periksa", tone="primary", icon="upload"),),
        csrf=desk.token,
        problems=tuple(ProblemLine(field.key, sentence) for sentence in problems),
        problems_heading="Ada berkas yang tidak dapat diterima",
        is_multipart=True,
        is_guarded=False,
    )


def _errands(desk: Desk, errands: Sequence[Errand]) -> Table:
    columns = (Column("Pekerjaan"), Column("Berkas"), Column("Diminta"), Column("Keadaan"))
    rows = tuple(
        Row(
            (
                Cell(TERMS[ErrandKind(one.kind)].label, of_errand(one.id)),
                Cell(_about(one)),
                Cell(when_words(desk, one)),
                Cell("", badges=(state_badge(one),), note=_next_words(one)),
            )
        )
        for one in errands
    )
    return Table("Pekerjaan terakhir", columns, rows, Empty("Belum ada berkas yang diperiksa", "Unggah berkas registri untuk memulai."))


def when_words(desk: Desk, errand: Errand) -> str:
    """When an errand was asked for, in the zone of this installation."""
    return date_short(local_date(errand.asked_at, desk.installation.settings.timezone))


def _about(errand: Errand) -> str:
    return str(errand.parameters.get("file_name") or f"impor nomor {errand.parameters.get('import_id')}")


def _next_words(errand: Errand) -> str:
    counts = errand.result or {}
    if not is_over(errand) or errand.state == "failed":
        return ""
    if errand.kind == ErrandKind.CHECK_IMPORT:
        return f"{number(counts.get('accepted'))} dapat dimuat, {number(counts.get('rejected'))} ditolak"
    return ""


def _imports(desk: Desk, cycle: Cycle | None, lines: Sequence[ImportLine]) -> Table:
    columns = (
        Column("Berkas"),
        Column("Dimuat"),
        Column("Baris", is_number=True),
        Column("Diterima", is_number=True),
        Column("Sudah ada", is_number=True),
        Column("Ditolak", is_number=True),
        Column("Keadaan"),
    )
    zone = cycle.timezone if cycle else desk.installation.settings.timezone
    rows = tuple(
        Row(
            (
                Cell(one.file_name, of_import(one.id), note=f"Nomor {one.id} · {LAYOUT_LABELS.get(one.layout, one.layout)}"),
                Cell(date_short(local_date(one.at, zone)), note=one.by_name),
                *(Cell(number(n)) for n in (one.rows, one.accepted, one.repeated, one.rejected)),
                Cell("", badges=state_of(one)),
            )
        )
        for one in lines
    )
    text = "Sesudah berkas diperiksa dan disetujui, impornya tercatat di sini dan dapat dibatalkan sebagai satu satuan."
    return Table("Berkas yang sudah dimuat", columns, rows, Empty("Belum ada berkas yang dimuat", text, icon="file-spreadsheet"))


def state_of(one: ImportLine) -> tuple[Badge, ...]:
    """Whether an import holds, was taken back, or has rows that wait."""
    if one.undone_at is not None:
        return (Badge("Dibatalkan", "neutral", "ban"),)
    if one.waiting:
        return (Badge("Berlaku", "good", "check"), Badge(f"{number(one.waiting)} meragukan", "warn", "git-compare"))
    return (Badge("Berlaku", "good", "check"),)


PAGES = (Page(ADDRESS, show, take, SECRETARIAT, LARGEST_UPLOAD),)
