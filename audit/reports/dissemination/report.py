"""The dissemination reports in both editions: frozen record in, archival PDF out. What the chapters say is in the modules beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from audit.lifecycle.calendar import local_date
from audit.render import pdf, wording
from audit.reports.cleaning import printable
from audit.reports.dissemination import annexes, texts
from audit.reports.dissemination.cases import case_summaries
from audit.reports.dissemination.chapters import (
    View,
    cycle_name,
    draft_words,
    implementation,
    introduction,
    region_name,
    team_in_full,
    team_wording,
)
from audit.reports.dissemination.data import FIELDS, SCHEMA_NAME, TABLE_NAME, data_schema, public_table
from audit.reports.dissemination.findings import closing, findings
from audit.reports.dissemination.numbers import Numbering
from audit.reports.dissemination.pages import Cover, HistoryProof, PublicReport, Report, RestrictedReport
from audit.reports.dissemination.stage import FIRST
from audit.reports.dissemination.view import exact_view
from audit.reports.document import PUBLIC
from audit.reports.office_words import letterhead_lines
from audit.reports.pages import Signatory
from audit.reports.phrases import town
from audit.reports.printing import MARKS, foot_of, print_document
from audit.reports.record import Record

TEMPLATE = "report/dissemination"
_COVER_EDITION = {"publik": "EDISI PUBLIK", "terbatas": "EDISI TERBATAS – RAHASIA"}
_WHICH = {True: "Pertama", False: "Kedua"}


def draw_dissemination(record: Record, *, is_strict: bool = False) -> bytes:
    """The bytes of the report's PDF, always the same for the same record.

    The content of a public record is a `public_derivative` and goes with its table as CSV; that of a restricted one is the snapshot.
    is_strict: as in `pdf.to_pdf`. Raises Fault when the PDF engine is missing.
    """
    page: Report = public_report(record) if record.edition == PUBLIC else restricted_report(record)
    attached = data_set(record) if record.edition == PUBLIC else ()
    return print_document(page, record, template=TEMPLATE, attachments=attached, is_strict=is_strict)


def data_set(record: Record) -> tuple[pdf.Attachment, ...]:
    """What goes with a public edition: the cells of its tables as CSV, and the schema of that CSV. The same numbers are in the record."""
    return (
        pdf.Attachment(TABLE_NAME, public_table(record.content), "Angka edisi publik dalam bentuk tabel", record.at),
        pdf.Attachment(SCHEMA_NAME, data_schema(record.content), f"Skema {TABLE_NAME} (Table Schema)", record.at, "Supplement"),
    )


def draft_mark(record: Record, draft: str) -> str:
    """What stands at the head of every page: the edition, and that it is a draft."""
    return f"RANCANGAN · {MARKS[record.edition]}" if draft else MARKS[record.edition]


def public_report(record: Record) -> PublicReport:
    """What the public edition prints. record: its content is a public view (`public_derivative`) and nothing else."""
    view = record.content
    return PublicReport(
        **_shared(record, view),
        plans=annexes.public_plans(view),
        suppression=texts.SUPPRESSION,
        data_sentence=f"Angka pada tabel edisi ini disertakan sebagai lampiran berkas PDF ({TABLE_NAME}, dengan skemanya {SCHEMA_NAME}): "
        "satu baris untuk setiap sel tabel, dengan penutupan angka yang sama. Isinya tidak memuat baris untuk satu kasus.",
        data_fields=FIELDS,
    )


def restricted_report(record: Record) -> RestrictedReport:
    """What the restricted edition prints. record: its content is the snapshot."""
    snapshot = printable(record.content)
    view = exact_view(snapshot)
    return RestrictedReport(
        **_shared(record, view, snapshot["cases"]),
        plans=annexes.case_plans(snapshot),
        cases=case_summaries(snapshot),
        decree=annexes.decree_facts(view),
        attendance=annexes.attendance(view),
    )


def _shared(record: Record, view: View, cases: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    numbering = Numbering()
    which, draft = _WHICH[view["stage"] == FIRST], draft_words(view)
    return {
        "foot": foot_of(
            record,
            title=f"Laporan Diseminasi {which} Audit Kasus Stunting {region_name(view)}",
            description=f"{cycle_name(view)}, edisi {record.edition}{', rancangan' if draft else ''}",
            mark=draft_mark(record, draft),
        ),
        "cover": _cover(record, view),
        "signatories": signatories(view, has_fields=not draft),
        "introduction": introduction(view, numbering),
        "implementation": implementation(view, numbering),
        "findings": findings(view, numbering, cases),
        "closing": closing(view),
        "history": _history(view),
        "is_first": view["stage"] == FIRST,
    }


def _cover(record: Record, view: View) -> Cover:
    cycle = view["cycle"]
    start, end = date.fromisoformat(cycle["starts_on"]), date.fromisoformat(cycle["ends_on"])
    first, last = wording.MONTHS[start.month - 1], f"{wording.MONTHS[end.month - 1]} {end.year}"
    name = region_name(view)
    return Cover(
        title=f"Laporan Diseminasi {_WHICH[view['stage'] == FIRST]}",
        subtitle="Audit Kasus Stunting",
        cycle=cycle_name(view),
        period=f"{first} – {last}" if start.year == end.year else f"{first} {start.year} – {last}",
        region=name,
        edition=_COVER_EDITION[record.edition],
        publisher=team_in_full(view),
        number=record.number,
        place=town(cycle["kabupaten_code"]),
        published_on=wording.date_words(date.fromisoformat(view["on"])),
        draft=draft_words(view),
        letterhead=letterhead_lines(cycle),
    )


def signatories(view: View, *, has_fields: bool) -> tuple[Signatory, ...]:
    """Those of the settings; without any, the three offices of the approval sheet with room for the names.

    has_fields: each gets a field for an electronic signature; a draft has none.
    """
    found = [(s["office"], s.get("name", ""), s.get("below_name", "")) for s in view["cycle"]["signatories"] or ()]
    chair = f"Ketua {team_wording(view)['team']} {region_name(view)}"
    found = found or [(chair, "", ""), ("Ketua Tim Audit Kasus Stunting", "", ""), ("Perwakilan Tim Pakar", "", "")]
    return tuple(Signatory(*one, field=f"pengesahan-{place}" if has_fields else "") for place, one in enumerate(found, start=1))


def _history(view: View) -> HistoryProof:
    history = view["history"]
    last_on = local_date(datetime.fromisoformat(history["last_at"]), view["cycle"]["timezone"])
    return HistoryProof(
        events=wording.number(history["events"]),
        last_on=wording.date_words(last_on) if history["events"] else wording.MISSING,
        head=wording.in_groups(history["head"]),
    )
