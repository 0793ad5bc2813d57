"""What the demo leaves on the disk: the documents as plain files, and a summary of what was made and what went wrong on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from audit.casework.installation import Installation
from audit.demo.semester import Played
from audit.lifecycle.tables import Case, CaseEvent, Cycle
from audit.lifecycle.vocabulary import STATUS_LABELS, Action, Status
from audit.reports.bundle import copy_out, newest_documents, write_archive
from audit.reports.printer_file import write_printer_file
from audit.steps.evaluate.rules import VERDICT_LABELS
from audit.steps.evaluate.tables import Outcome
from audit.steps.followup.tables import Visit

FOLDER = "dokumen"

_DETOURS = {
    Action.RETURN_WORKSHEET: "kertas kerja dikembalikan",
    Action.RECUSE: "pakar mengundurkan diri",
    Action.ASK_FOR_DATA: "panel meminta data tambahan",
    Action.RETURN_PLAN: "RTL dikembalikan ketua",
    Action.MARK_VISIT_MISSED: "kunjungan terlewat ditandai",
    Action.ESCALATE: "kegiatan terlambat dieskalasi",
    Action.WITHDRAW: "sasaran pindah, kasus dikeluarkan",
    Action.CARRY_OVER: "kasus dilanjutkan ke siklus berikut",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts and places of what the demo made; paths are relative to the folder of the demo.

    folders: title of a document -> its folder and how many are in it. printer_pages: of the one file for the printer.
    """

    cycle: str
    children: int
    cases: int
    statuses: dict[str, int]
    verdicts: dict[str, int]
    visits: dict[str, int]
    detours: dict[str, int]
    documents: list[str]
    folders: dict[str, tuple[str, int]]
    printer: str
    printer_pages: int
    archive: str
    home: str
    registers: list[str]
    next_command: str


def write_out(here: Installation, played: Played, out: Path) -> Summary:
    """Write the newest of every document below `out`/dokumen, with one file for the printer and an archive; count what happened."""
    with here.reading() as session:
        cycle = session.get_one(Cycle, played.cycle_id)
        cases = {c.id: c for c in session.scalars(select(Case).where(Case.cycle_id == cycle.id).order_by(Case.number))}
        documents, _ = newest_documents(session, cycle, may_read=lambda entry, edition, subject: True)
        done = Counter(session.scalars(select(CaseEvent.action).where(CaseEvent.case_id.in_(cases))))
        verdicts = Counter(session.scalars(select(Outcome.verdict).where(Outcome.case_id.in_(cases), Outcome.is_primary)))
        visits = dict(  # noqa: C402
            (state, count)
            for state, count in session.execute(
                select(Visit.state, func.count()).where(Visit.case_id.in_(cases)).group_by(Visit.state).order_by(Visit.state)
            )
        )
    printer, archive = Path(FOLDER, f"cetak-{cycle.code}.pdf"), Path(FOLDER, f"arsip-{cycle.code}.zip")
    copy_out(here.files, documents, out / FOLDER)
    pages = write_printer_file(here.files, documents, cycle, out / printer)
    write_archive(here.files, documents, cycle, out / archive)
    counts = Counter((one.entry.title, str(Path(FOLDER, one.path.parts[0]))) for one in documents)
    return Summary(
        cycle=cycle.code,
        children=played.children,
        cases=len(cases),
        statuses=_counted([STATUS_LABELS[Status(c.status)] for c in cases.values()]),
        verdicts={VERDICT_LABELS[code]: count for code, count in sorted(verdicts.items())},
        visits={"tercatat": visits.get("done", 0), "terlewat": visits.get("missed", 0), "batal": visits.get("planned", 0)},
        detours={words: done[action] for action, words in _DETOURS.items() if done[action]},
        documents=[str(Path(FOLDER, one.path)) for one in documents],
        folders={title: (folder, count) for (title, folder), count in counts.items()},
        printer=str(printer),
        printer_pages=pages,
        archive=str(archive),
        home=str(here.settings.home.relative_to(out.resolve())),
        registers=[str(path.relative_to(out)) for path in played.registers],
        next_command=f"aks --home {out / 'aks'} case list",
    )


def _counted(words: Sequence[str]) -> dict[str, int]:
    return dict(Counter(words))
