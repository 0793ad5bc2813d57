"""The dissemination report in both editions: frozen record in, archival PDF out. What the chapters say is in the modules beside."""

from __future__ import annotations

from datetime import date
from typing import Any

from audit.render import pdf, wording
from audit.reports.dissemination import annexes, texts
from audit.reports.dissemination.chapters import View, cycle_name, implementation, introduction, region_name, team_in_full, team_wording
from audit.reports.dissemination.data import public_table
from audit.reports.dissemination.findings import closing, findings
from audit.reports.dissemination.numbers import Numbering
from audit.reports.dissemination.pages import Cover, HistoryProof, PublicReport, Report, RestrictedReport
from audit.reports.dissemination.view import exact_view
from audit.reports.pages import Signatory
from audit.reports.printing import foot_of, print_document
from audit.reports.record import Record

TEMPLATE = "report/dissemination"
_COVER_EDITION = {"publik": "EDISI PUBLIK", "terbatas": "EDISI TERBATAS – RAHASIA"}


def draw_dissemination(record: Record, *, is_strict: bool = False) -> bytes:
    """The bytes of the report's PDF, always the same for the same record.

    The content of a public record is a `public_derivative` and goes with its table as CSV; that of a restricted one is the snapshot.
    is_strict: as in `pdf.to_pdf`. Raises Fault when the PDF engine is missing.
    """
    page: Report
    attached: tuple[pdf.Attachment, ...] = ()
    if record.edition == "publik":
        page = public_report(record)
        table = public_table(record.content)
        attached = (pdf.Attachment("data-publik.csv", table, "Angka edisi publik dalam bentuk tabel", record.at),)
    else:
        page = restricted_report(record)
    return print_document(page, record, template=TEMPLATE, attachments=attached, is_strict=is_strict)


def public_report(record: Record) -> PublicReport:
    """What the public edition prints. record: its content is a public view (`public_derivative`) and nothing else."""
    view = record.content
    return PublicReport(
        **_shared(record, view),
        plans=annexes.public_plans(view),
        suppression=texts.SUPPRESSION,
        data_sentence="Angka pada tabel edisi ini disertakan sebagai lampiran berkas PDF (data-publik.csv): satu baris untuk setiap "
        "sel tabel, dengan penutupan angka yang sama. Isinya tidak memuat baris untuk satu kasus.",
        data_fields=annexes.data_fields(),
    )


def restricted_report(record: Record) -> RestrictedReport:
    """What the restricted edition prints. record: its content is the snapshot."""
    snapshot, view = record.content, exact_view(record.content)
    return RestrictedReport(
        **_shared(record, view),
        plans=annexes.case_plans(snapshot),
        cases=annexes.case_summaries(snapshot),
        decree=annexes.decree_facts(view),
        attendance=annexes.attendance(view),
    )


def _shared(record: Record, view: View) -> dict[str, Any]:
    numbering = Numbering()
    return {
        "foot": foot_of(
            record,
            title=f"Laporan Diseminasi Audit Kasus Stunting {region_name(view)}",
            description=f"{cycle_name(view)}, edisi {record.edition}",
        ),
        "cover": _cover(record, view),
        "signatories": _signatories(view),
        "introduction": introduction(view, numbering),
        "implementation": implementation(view, numbering),
        "findings": findings(view, numbering),
        "closing": closing(view),
        "history": _history(view),
    }


def _cover(record: Record, view: View) -> Cover:
    cycle = view["cycle"]
    start, end = date.fromisoformat(cycle["starts_on"]), date.fromisoformat(cycle["ends_on"])
    first, last = wording.MONTHS[start.month - 1], f"{wording.MONTHS[end.month - 1]} {end.year}"
    name = region_name(view)
    return Cover(
        title="Laporan Diseminasi",
        subtitle="Audit Kasus Stunting",
        cycle=cycle_name(view),
        period=f"{first} – {last}" if start.year == end.year else f"{first} {start.year} – {last}",
        region=name,
        edition=_COVER_EDITION[record.edition],
        publisher=team_in_full(view),
        number=record.number,
        place=name.removeprefix("Kabupaten ").removeprefix("Kota "),
        published_on=wording.date_words(date.fromisoformat(view["on"])),
    )


def _signatories(view: View) -> tuple[Signatory, ...]:
    """Those of the settings; without any, the three offices of the approval sheet with room for the names."""
    found = [Signatory(s["office"], s.get("name", ""), s.get("below_name", "")) for s in view["cycle"]["signatories"] or ()]
    if found:
        return tuple(found)
    chair = Signatory(f"Ketua {team_wording(view)['team']} {region_name(view)}", "")
    return (chair, Signatory("Ketua Tim Audit Kasus Stunting", ""), Signatory("Perwakilan Tim Pakar", ""))


def _history(view: View) -> HistoryProof:
    history = view["history"]
    return HistoryProof(
        events=wording.number(history["events"]),
        last_on=wording.date_words(date.fromisoformat(history["last_at"][:10])) if history["events"] else wording.MISSING,
        head=wording.in_groups(history["head"]),
    )
