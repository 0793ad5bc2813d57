"""What the demo leaves on the disk: the documents as plain PDF files, and a summary of what was made and what went wrong on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from audit.casework.installation import Installation
from audit.demo.semester import Played
from audit.lifecycle.tables import Case, CaseEvent, Cycle, Document
from audit.lifecycle.vocabulary import STATUS_LABELS, Action, Status
from audit.reports.book import file_name
from audit.steps.evaluate.rules import VERDICT_LABELS
from audit.steps.evaluate.tables import Outcome
from audit.steps.followup.tables import Visit
from audit.steps.packet.tables import Packet
from audit.store.files import write_whole

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
    """Counts and places of what the demo made; paths are relative to the folder of the demo."""

    cycle: str
    children: int
    cases: int
    statuses: dict[str, int]
    verdicts: dict[str, int]
    visits: dict[str, int]
    detours: dict[str, int]
    packets: int
    documents: list[str]
    home: str
    registers: list[str]
    next_command: str


def write_out(here: Installation, played: Played, out: Path) -> Summary:
    """Write every packet and document of the cycle below `out`/dokumen and count what happened."""
    with here.reading() as session:
        cycle = session.get_one(Cycle, played.cycle_id)
        cases = {c.id: c for c in session.scalars(select(Case).where(Case.cycle_id == cycle.id).order_by(Case.number))}
        packets = session.scalars(select(Packet).where(Packet.case_id.in_(cases)).order_by(Packet.case_id, Packet.round)).all()
        newest = {p.case_id: p.pdf_sha256 for p in packets}
        documents = session.scalars(select(Document).where(Document.cycle_id == cycle.id).order_by(Document.id)).all()
        done = Counter(session.scalars(select(CaseEvent.action).where(CaseEvent.case_id.in_(cases))))
        verdicts = Counter(session.scalars(select(Outcome.verdict).where(Outcome.case_id.in_(cases), Outcome.is_primary)))
        visits = dict(  # noqa: C402
            (state, count)
            for state, count in session.execute(
                select(Visit.state, func.count()).where(Visit.case_id.in_(cases)).group_by(Visit.state).order_by(Visit.state)
            )
        )
    for case_id, sha256 in newest.items():
        write_whole(out / "dokumen" / "paket" / f"paket-{cases[case_id].number}.pdf", here.files.get(sha256))
    names = [_put(here, out, document, cycle) for document in documents]
    return Summary(
        cycle=cycle.code,
        children=played.children,
        cases=len(cases),
        statuses=_counted([STATUS_LABELS[Status(c.status)] for c in cases.values()]),
        verdicts={VERDICT_LABELS[code]: count for code, count in sorted(verdicts.items())},
        visits={"tercatat": visits.get("done", 0), "terlewat": visits.get("missed", 0), "batal": visits.get("planned", 0)},
        detours={words: done[action] for action, words in _DETOURS.items() if done[action]},
        packets=len(newest),
        documents=names,
        home=str(here.settings.home.relative_to(out.resolve())),
        registers=[str(path.relative_to(out)) for path in played.registers],
        next_command=f"aks --home {out / 'aks'} case list",
    )


def _put(here: Installation, out: Path, document: Document, cycle: Cycle) -> str:
    path = Path("dokumen") / file_name(document, cycle)
    write_whole(out / path, here.files.get(document.file_sha256))
    return str(path)


def _counted(words: Sequence[str]) -> dict[str, int]:
    return dict(Counter(words))
