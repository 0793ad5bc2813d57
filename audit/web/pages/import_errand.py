"""What is waited for at Impor: a file being checked, loaded or taken back; and what came of it. The preview before loading is here."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from audit.casework.errands import DONE, FAILED, ErrandKind, errand
from audit.casework.imports import (
    IMPORT_KINDS,
    ask_again,
    ask_to_load,
    has_changed_since,
    mark_of_record,
    standing,
    why_not_load,
)
from audit.casework.tables import Errand
from audit.errors import Refused
from audit.render.wording import number, with_masked_numbers
from audit.web.desk import Desk, Page
from audit.web.files import WORKBOOK, as_download
from audit.web.form_parts import FormView
from audit.web.pages.imports import CRUMB, LAYOUT_LABELS, SECRETARIAT, of_errand, of_import
from audit.web.paging import page_asked, pager
from audit.web.parts import Alert, Badge, Button, Cell, Column, Empty, PageHead, Row, Shell, Stat, Tab, Table
from audit.web.sent import Sent, whole_number
from audit.web.waiting import Waiting, state_badge, waiting_for

_log = logging.getLogger(__name__)

PROBLEMS_ON_A_PAGE = 50
REJECT = "reject"

_TITLES = {
    ErrandKind.CHECK_IMPORT: "Pemeriksaan berkas",
    ErrandKind.COMMIT_IMPORT: "Pemuatan berkas",
    ErrandKind.UNDO_IMPORT: "Pembatalan impor",
}


@dataclass(frozen=True, slots=True)
class ImportErrandPage:
    """One errand about an import. form: what can be asked for now; difference and problems: None where there is nothing to compare."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    waiting: Waiting | None
    stats: tuple[Stat, ...]
    form: FormView | None
    difference: Table | None
    tabs: tuple[Tab, ...]
    problems: Table | None


def show(desk: Desk) -> Response:
    """How far it is; when it is over, what was found or done. Six statements at most."""
    return _draw(desk, _errand(desk))


def take(desk: Desk, sent: Sent) -> Response:
    """Load the file as it was checked, or ask again for what failed or may have changed."""
    found = _errand(desk)
    try:
        with desk.writing() as session:
            again = sent.text("minta") == "ulang"
            asked = (
                ask_again(session, found, by=desk.person, at=desk.at)
                if again
                else ask_to_load(session, found, seen=sent.text("seen"), by=desk.person, at=desk.at)
            )
            errand_id = asked.id
    except Refused as refusal:
        return _draw(desk, found, alerts=tuple(Alert(reason.sentence, "bad") for reason in refusal.reasons), status=409)
    _log.info("import errand asked for", extra={"errand_id": errand_id, "kind": asked.kind, "by_id": desk.person.id})
    return desk.go(of_errand(errand_id))


def failed_rows(desk: Desk) -> Response:
    """The refused rows as a workbook with the reasons. It repeats whole rows of the register: for the secretariat, and never kept."""
    found = _errand(desk)
    sha256 = (found.result or {}).get("failed_rows_sha256")
    if not sha256:
        raise HTTPException(404)
    _log.info("refused rows downloaded", extra={"errand_id": found.id, "by_id": desk.person.id})
    stem = str(found.parameters["file_name"]).rpartition(".")[0] or "berkas"
    return as_download(desk.installation.files.get(sha256), name=f"perbaiki-{stem}.xlsx", kind=WORKBOOK)


def _errand(desk: Desk) -> Errand:
    wanted = whole_number(desk.path("errand"))
    found = errand(desk.session, wanted) if wanted is not None else None
    if found is None or found.kind not in IMPORT_KINDS:
        raise HTTPException(404)
    return found


def _draw(desk: Desk, found: Errand, *, alerts: tuple[Alert, ...] = (), status: int = 200) -> Response:
    kind, counts = ErrandKind(found.kind), found.result or {}
    is_file = kind is not ErrandKind.UNDO_IMPORT
    is_done = found.state == DONE
    problems, tabs = _problems(desk, found) if is_file and is_done else (None, ())
    name = str(found.parameters.get("file_name", f"Impor nomor {found.parameters.get('import_id')}"))
    page = ImportErrandPage(
        shell=desk.frame(_TITLES[kind], place="impor", crumbs=(CRUMB,)),
        head=PageHead(
            name,
            over=_TITLES[kind],
            lead=LAYOUT_LABELS.get(str(counts.get("layout")), ""),
            badges=(state_badge(found),),
        ),
        alerts=(*alerts, *_alerts(desk, found)),
        waiting=waiting_for(found, address=of_errand(found.id)),
        stats=_stats(found) if is_done else (),
        form=_form(desk, found),
        difference=_difference(desk, counts) if is_done and kind is ErrandKind.CHECK_IMPORT else None,
        tabs=tabs,
        problems=problems,
    )
    return desk.draw("web/imports/errand.html", page, status=status)


def _alerts(desk: Desk, found: Errand) -> tuple[Alert, ...]:
    counts, report = found.result or {}, found.report or {}
    if found.state == FAILED:
        return (Alert(found.sentence or "Pekerjaan ini tidak dapat diselesaikan.", "bad", heading="Tidak berhasil"),)
    if found.state != DONE:
        return ()
    if found.kind == ErrandKind.UNDO_IMPORT:
        return (Alert(_undone_words(counts), "good", heading="Impor dibatalkan", button=Button("Kembali ke daftar impor", CRUMB[1])),)
    told = []
    if found.kind == ErrandKind.COMMIT_IMPORT:
        told.append(_loaded(counts))
    elif found.started_at is not None and has_changed_since(desk.session, found.started_at):
        told.append(
            Alert(
                "Catatan berubah sejak berkas ini diperiksa: ada impor atau keputusan lain. Angka di bawah mungkin tidak tepat lagi; "
                "periksa ulang agar pasti.",
                "warn",
            )
        )
    if unknown := report.get("unknown_columns"):
        told.append(Alert("Kolom berikut tidak dikenali dan tidak dibaca.", "info", items=tuple(map(str, unknown))))
    if sentence := (report.get("recheck") or {}).get("sentence"):
        told.append(Alert(str(sentence), "info", heading="Z-score pada berkas dibandingkan dengan hitungan ulang"))
    return tuple(told)


def _undone_words(counts: Mapping[str, Any]) -> str:
    return (
        f"{number(counts.get('measurements'))} pengukuran dan {number(counts.get('subjects'))} orang dihapus, "
        f"{number(counts.get('restored'))} pengukuran lama berlaku kembali."
    )


def _loaded(counts: Mapping[str, Any]) -> Alert:
    number_of = counts.get("import_id")
    if not counts.get("accepted") and not counts.get("doubtful"):
        return Alert("Berkas ini tidak membawa hal baru; tidak ada yang berubah.", "info", button=_open_import(number_of))
    return Alert(
        f"Tercatat sebagai impor nomor {number_of}. Bila keliru, impor ini dapat dibatalkan sebagai satu satuan.",
        "good",
        heading="Berkas dimuat",
        button=_open_import(number_of),
    )


def _open_import(import_id: Any) -> Button | None:
    return Button(f"Buka impor nomor {import_id}", of_import(int(import_id))) if import_id else None


def _stats(found: Errand) -> tuple[Stat, ...]:
    counts = found.result or {}
    if found.kind == ErrandKind.UNDO_IMPORT:
        return ()
    checked = found.kind == ErrandKind.CHECK_IMPORT
    rejected, doubtful = counts.get("rejected", 0), counts.get("doubtful", 0)
    return (
        Stat("Baris", number(counts.get("rows")), "di dalam berkas", icon="table"),
        Stat(
            "Dapat dimuat" if checked else "Dimuat",
            number(counts.get("accepted")),
            f"{number(counts.get('new_subjects'))} orang baru",
            icon="check",
            tone="good" if counts.get("accepted") else "neutral",
        ),
        Stat("Sudah ada", number(counts.get("repeated")), "tidak mengubah apa pun", icon="copy"),
        Stat("Ditolak", number(rejected), "perlu diperbaiki" if rejected else "", icon="circle-x", tone="bad" if rejected else "neutral"),
        Stat(
            "Meragukan",
            number(doubtful),
            "menunggu keputusan Anda" if doubtful else "",
            icon="git-compare",
            tone="warn" if doubtful else "neutral",
            address="/impor/ragu" if doubtful and not checked else "",
        ),
    )


def _form(desk: Desk, found: Errand) -> FormView | None:
    """The buttons: load, check again, ask again, take the refused rows along."""
    counts = found.result or {}
    again = Button("Periksa ulang", name="minta", value="ulang", icon="refresh")
    hidden: tuple[tuple[str, str], ...] = ()
    buttons: list[Button] = []
    if found.state == FAILED:
        buttons.append(Button("Minta lagi", name="minta", value="ulang", tone="primary", icon="refresh"))
    elif found.state == DONE and found.kind == ErrandKind.CHECK_IMPORT:
        refusal = why_not_load(found)
        why = tuple(reason.sentence for reason in refusal.reasons) if refusal else ()
        hidden = (("seen", mark_of_record(desk.session)),)
        buttons += [Button("Muat berkas ini", name="minta", value="muat", tone="primary", icon="file-import", refusals=why), again]
    if counts.get("failed_rows_sha256"):
        rows = f"Unduh {number(counts.get('rejected'))} baris yang ditolak"
        buttons.append(Button(rows, f"{of_errand(found.id)}/perbaiki", "download"))
    if not buttons:
        return None
    return FormView(of_errand(found.id), (), tuple(buttons), csrf=desk.token, hidden=hidden, is_guarded=False)


def _difference(desk: Desk, counts: Mapping[str, Any]) -> Table:
    """What is on record now and what would be after loading. One statement."""
    now = standing(desk.session)
    new, accepted = counts.get("new_subjects", 0), counts.get("accepted", 0)
    corrected, doubtful = counts.get("corrected", 0), counts.get("doubtful", 0)
    lines = (
        ("Orang yang tercatat", now.subjects, new, f"{number(new)} orang baru"),
        ("Pengukuran yang berlaku", now.measurements, accepted - corrected, f"{number(corrected)} menggantikan pengukuran lama"),
        ("Baris meragukan yang menunggu", now.doubts, doubtful, "diputuskan satu per satu sesudah dimuat"),
    )
    rows = tuple(
        Row((Cell(label, note=note), Cell(number(before)), Cell(f"+{number(more)}" if more else "0"), Cell(number(before + more))))
        for label, before, more, note in lines
    )
    columns = (Column("Yang tercatat"), Column("Sekarang", True), Column("Perubahan", True), Column("Sesudah dimuat", True))
    return Table("Yang berubah bila berkas ini dimuat", columns, rows, Empty("Tidak ada yang berubah"))


def _problems(desk: Desk, found: Errand) -> tuple[Table, tuple[Tab, ...]]:
    listed: Sequence[Mapping[str, Any]] = (found.report or {}).get("problems", ())
    only = desk.query("tampil") if desk.query("tampil") == "ditolak" else ""
    refused = [one for one in listed if one["severity"] == REJECT]
    chosen = refused if only else listed
    at = page_asked(desk.query("hal"), total=len(chosen), size=PROBLEMS_ON_A_PAGE)
    shown = chosen[(at - 1) * PROBLEMS_ON_A_PAGE : at * PROBLEMS_ON_A_PAGE]
    address = of_errand(found.id)
    tabs = (
        Tab("Semua", address, is_current=not only, badge=number(len(listed))),
        Tab("Barisnya ditolak", f"{address}?tampil=ditolak", is_current=bool(only), badge=number(len(refused))),
    )
    made = problem_table(
        [(one["row"], one["column"], one["value"], one["message"], one["severity"]) for one in shown],
        caption=_problems_caption(len(listed), int((found.result or {}).get("problems", 0))),
    )
    below = pager(address, {"tampil": only}, at=at, total=len(chosen), size=PROBLEMS_ON_A_PAGE, what="masalah")
    return Table(
        made.caption, made.columns, made.rows, made.empty, below, is_caption_hidden=len(listed) >= (found.result or {}).get("problems", 0)
    ), tabs


def _problems_caption(listed: int, all_of_them: int) -> str:
    if all_of_them <= listed:
        return "Masalah per baris dan kolom"
    return f"{number(listed)} masalah pertama dari {number(all_of_them)}; baris yang ditolak ada semua di berkas unduhan"


def problem_table(problems: Sequence[tuple[int, str, str | None, str, str]], *, caption: str) -> Table:
    """Row, column, value, sentence and severity of each problem, long numbers masked: the row is found by its number, and the full
    values are in the workbook of refused rows. The values are of the register: for the secretariat only.
    """
    columns = (
        Column("Baris", is_number=True),
        Column("Kolom"),
        Column("Nilai di berkas"),
        Column("Masalah dan yang diharapkan"),
        Column("Barisnya"),
    )
    rows = tuple(
        Row(
            (
                Cell(number(row)),
                Cell(column or "–"),
                Cell(with_masked_numbers(value) if value else "(kosong)"),
                Cell(with_masked_numbers(sentence)),
                Cell(
                    "",
                    badges=(Badge("Ditolak", "bad", "circle-x") if severity == REJECT else Badge("Dipakai", "warn", "alert-triangle"),),
                ),
            )
        )
        for row, column, value, sentence, severity in problems
    )
    return Table(caption, columns, rows, Empty("Tidak ada masalah", "Semua nilai yang dibaca dapat dipakai.", icon="circle-check"))


PAGES = (
    Page("/impor/pekerjaan/{errand}", show, take, SECRETARIAT),
    Page("/impor/pekerjaan/{errand}/perbaiki", failed_rows, None, SECRETARIAT),
)
