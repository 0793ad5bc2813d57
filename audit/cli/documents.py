"""`aks documents`: every document of a cycle brought up to date, and copied out: in folders, for the printer, as an archive.

What there is to make is in audit/reports/book.py; making it is the flow `documents`; what goes into a bundle is in audit/reports/bundle.py.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli import show
from audit.cli.flows import run_flow
from audit.cli.given import refuse_missing_folder
from audit.cli.opening import AsOption, CycleOption, Desk, chosen_cycle, desk
from audit.errors import Fault, Refused

if TYPE_CHECKING:
    from audit.lifecycle.tables import Cycle
    from audit.reports.bundle import Bundled, MayRead

_log = logging.getLogger(__name__)

NOT_ALL_MADE = 3
MOST_NAMED = 20


def documents_command(
    cycle: CycleOption = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAMA", help="Dokumen ini saja; boleh diulang. Bila kosong, semuanya.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="Salin semuanya ke folder ini, satu folder per nama.")] = None,
    printer: Annotated[
        Path | None, typer.Option("--printer", metavar="BERKAS.pdf", help="Gabungkan menjadi satu berkas untuk dicetak (bukan arsip).")
    ] = None,
    archive: Annotated[
        Path | None, typer.Option("--archive", metavar="BERKAS.zip", help="Kumpulkan menjadi arsip dengan daftar dan SHA256SUMS.")
    ] = None,
    public: Annotated[bool, typer.Option("--public", help="Edisi publik saja.")] = False,
    existing: Annotated[bool, typer.Option("--existing", help="Jangan membuat yang baru; salin yang sudah ada.")] = False,
    user: AsOption = None,
    as_json: show.Json = False,
) -> None:
    """Buat semua dokumen siklus yang belum ada atau belum mutakhir, lalu salin yang terbaru ke folder, berkas cetak, atau arsip.

    Yang tidak berubah tidak dibuat lagi. Bila dihentikan di tengah jalan, perintah yang sama meneruskannya. Orang di luar Sekretariat
    hanya menyalin yang sudah ada dan boleh dibacanya.
    """
    names = _names(only or [], public=public)
    _check_targets(out, printer, archive)
    with desk(user, reading=True) as here:
        chosen = chosen_cycle(here.session, cycle)
        makes = not existing and _may_make(here)
    made = _make(chosen, names) if makes else {"documents": 0, "new": 0, "failed": 0, "failures": []}
    with desk(user, reading=True) as here:
        documents, withheld = _readable(here, chosen, names, public=public)
        copied = _copy(here, chosen, documents, out=out, printer=printer, archive=archive)
    answer = {"cycle": chosen.code, "is_made": makes, **made, "copied": len(documents), "withheld": withheld, **copied}
    show.answer(as_json, answer, lambda: _say(answer, has_target=bool(copied)))
    if made["failed"]:
        raise typer.Exit(NOT_ALL_MADE)


def _names(only: Sequence[str], *, public: bool) -> list[str]:
    """The names asked for, in the order of the book; those with a public edition when only that is wanted."""
    from audit.reports.book import BOOK
    from audit.reports.document import PUBLIC

    known = {one.name: one for one in BOOK}
    wanted = [name.strip().lower() for given in only for name in given.split(",")]
    if unknown := next((name for name in wanted if name not in known), None):
        raise typer.BadParameter(f"“{unknown}” tidak dikenal; pilih dari {', '.join(known)}.", param_hint="--only")
    chosen = [name for name, one in known.items() if (not wanted or name in wanted) and (not public or PUBLIC in one.editions)]
    if not chosen:
        raise Refused.because("no_public_edition", "Dokumen itu tidak punya edisi publik.")
    return chosen


def _check_targets(out: Path | None, printer: Path | None, archive: Path | None) -> None:
    """Raises before anything is made when there is nowhere to copy it to."""
    for target, ending, option in ((printer, ".pdf", "--printer"), (archive, ".zip", "--archive")):
        if target is not None and target.suffix.lower() != ending:
            raise typer.BadParameter(f"nama berkas harus berakhir dengan {ending}.", param_hint=option)
    for target, option in ((out, "--out"), (printer, "--printer"), (archive, "--archive")):
        if target is not None:
            refuse_missing_folder(target, option=option)
    if out is not None and out.expanduser().exists() and not out.expanduser().is_dir():
        raise Refused.because("not_a_folder", f"{out} bukan folder; pilih folder lain dengan --out.")


def _may_make(here: Desk) -> bool:
    from audit.people.roles import Role

    return here.person.is_a(Role.SECRETARY)


def _make(cycle: Cycle, names: list[str]) -> Mapping[str, Any]:
    from audit.render.pdf import check_engine

    show.remark(*check_engine())
    with _progress() as watch:
        made = dict(run_flow("documents", watch=watch, cycle_id=cycle.id, names=names))
    _log.info("documents made", extra={"cycle": cycle.code, "new": made["new"], "failed": made["failed"]})
    return made


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr that says “37 dari 120 dokumen”, when somebody is looking."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    count = TextColumn("{task.completed:.0f} dari {task.total:.0f} dokumen", markup=False)
    bar = Progress(BarColumn(30), count, TimeElapsedColumn(), console=show.console(sys.stderr), disable=not sys.stderr.isatty())
    with bar:
        task = bar.add_task("", total=0)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _readable(here: Desk, cycle: Cycle, names: Sequence[str], *, public: bool) -> tuple[list[Bundled], int]:
    """The newest documents that this person may read, and how many they may not."""
    from audit.reports.bundle import newest_documents
    from audit.reports.document import PUBLIC

    found, withheld = newest_documents(here.session, cycle, may_read=_may_read(here, cycle), names=names)
    return [one for one in found if not public or one.document.edition == PUBLIC], 0 if public else withheld


def _may_read(here: Desk, cycle: Cycle) -> MayRead:
    """Whether this person may read a document, with the facts of every case looked up once."""
    from sqlalchemy import select

    from audit.casework.facts import gather
    from audit.lifecycle.access import may_see_case
    from audit.lifecycle.tables import Case
    from audit.reports.document import PUBLIC, DocumentEntry
    from audit.reports.readers import may_not_read

    facts = {one.number: one for one in gather(here.session, select(Case.id).where(Case.cycle_id == cycle.id), on=here.on(cycle)).values()}

    def may_read(one: DocumentEntry, edition: str, subject: str) -> bool:
        about = facts.get(subject.partition(":")[0]) if one.per.is_of_a_case else None
        if about is not None and edition != PUBLIC and not may_see_case(about, here.person):
            return False
        return may_not_read(one, here.person, edition=edition, subject=subject, facts=about) is None

    return may_read


def _copy(
    here: Desk, cycle: Cycle, documents: Sequence[Bundled], *, out: Path | None, printer: Path | None, archive: Path | None
) -> dict[str, Any]:
    """Write what was asked for; what was written where."""
    from audit.reports.bundle import copy_out, write_archive
    from audit.reports.printer_file import write_printer_file

    files = here.installation.files
    written: dict[str, Any] = {}
    if (out or printer or archive) and not documents:
        raise Refused.because("nothing_to_copy", "Belum ada dokumen siklus ini yang dapat disalin untuk Anda.")
    try:
        if out is not None:
            copy_out(files, documents, out.expanduser())
            written["out"] = str(out)
        if printer is not None:
            written["printer"] = str(printer)
            written["printer_pages"] = write_printer_file(files, documents, cycle, printer.expanduser())
        if archive is not None:
            write_archive(files, documents, cycle, archive.expanduser())
            written["archive"] = str(archive)
    except OSError as error:
        raise Fault(
            f"Salinan tidak dapat ditulis: {error.strerror}. Dokumennya sendiri sudah tersimpan; ulangi dengan --existing."
        ) from None
    return written


def _say(answer: Mapping[str, Any], *, has_target: bool) -> None:
    if answer["is_made"]:
        made = f"{answer['new']} dibuat, {answer['documents'] - answer['new'] - answer['failed']} sudah mutakhir"
        show.say(f"Siklus {answer['cycle']}: {answer['documents']} dokumen; {made}, {answer['failed']} gagal.")
    for failure in answer["failures"][:MOST_NAMED]:
        show.remark(f"  Gagal: {_failure_words(failure)}")
    if (more := len(answer["failures"]) - MOST_NAMED) > 0:
        show.remark(f"  … dan {more} lagi; semuanya ada di catatan.")
    if has_target:
        show.say(f"{answer['copied']} dokumen terbaru disalin.")
    if has_target and answer["withheld"]:
        show.remark(f"{answer['withheld']} dokumen terbatas tidak disalin karena bukan untuk Anda.")
    for key, words in (("out", "Folder"), ("printer", "Berkas cetak (bukan arsip)"), ("archive", "Arsip")):
        if key in answer:
            show.say(f"{words}: {answer[key]}")


def _failure_words(failure: Mapping[str, Any]) -> str:
    """ "paket AKS-3509-2026-2-007, edisi terbatas: melewati batas waktu (catatan 1f3a9c20)"."""
    from audit.render.workers import KINDS

    about = " ".join(filter(None, (failure["document"], failure["subject"])))
    told = failure["sentence"] or KINDS.get(failure["kind"], failure["kind"])
    return f"{about}, edisi {failure['edition']}: {told}" + (f" (catatan {failure['id']})" if failure["id"] else "")
