"""The dissemination report in both editions: frozen record in, archival PDF out. What the chapters say is in the modules beside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from audit.render import html, pdf, wording
from audit.reports import dissemination_annexes as annexes
from audit.reports import dissemination_texts as texts
from audit.reports.dissemination_chapters import View, cycle_name, implementation, introduction, region_name, team_in_full, team_wording
from audit.reports.dissemination_data import public_table
from audit.reports.dissemination_findings import closing, findings
from audit.reports.dissemination_numbers import Numbering
from audit.reports.dissemination_record import dissemination_snapshot
from audit.reports.dissemination_view import exact_view, public_derivative
from audit.reports.pages import Foot, Signatory
from audit.reports.pages_dissemination import Cover, HistoryProof, PublicReport, Report, RestrictedReport
from audit.store.canonical import canonical_json

__all__ = ["dissemination_snapshot", "public_derivative", "public_report", "render_dissemination", "restricted_report"]

Edition = Literal["publik", "terbatas"]

_MARK = {"publik": "EDISI PUBLIK", "terbatas": "TERBATAS – RAHASIA"}
_COVER_EDITION = {"publik": "EDISI PUBLIK", "terbatas": "EDISI TERBATAS – RAHASIA"}


def render_dissemination(snapshot: Mapping[str, Any], *, edition: Edition, is_strict: bool = False) -> bytes:
    """The bytes of the report's PDF, always the same for the same record (see `dissemination_snapshot`).

    The public edition is made from `public_derivative(snapshot)` and carries that and its table as attachments; the restricted one carries
    the record. is_strict: as in `pdf.to_pdf`. Raises Fault when the PDF engine is missing.
    """
    at = datetime.fromisoformat(snapshot["history"]["last_at"])
    page: Report
    if edition == "publik":
        derived = public_derivative(snapshot)
        page, sha256 = public_report(derived), derived["snapshot_sha256"]
        attached: tuple[pdf.Attachment, ...] = (
            pdf.Attachment("data-publik.csv", public_table(derived), "Angka edisi publik dalam bentuk tabel", at),
            pdf.Attachment("data-publik.json", canonical_json(derived), "Rekaman edisi publik tanpa identitas", at, "Source"),
        )
    else:
        view = exact_view(snapshot)
        page, sha256 = restricted_report(snapshot, view), view["snapshot_sha256"]
        attached = (pdf.Attachment("rekaman.json", canonical_json(snapshot), "Rekaman yang dibekukan, sumber laporan ini", at, "Source"),)
    document = html.render("report/dissemination/report.html", page)
    return pdf.to_pdf(
        document,
        stylesheet="report/dissemination/style.css",
        identifier=f"{edition}:{sha256}",
        attachments=attached,
        is_strict=is_strict,
    )


def public_report(view: View) -> PublicReport:
    """The record that the public edition prints, from a public view only."""
    return PublicReport(
        **_shared(view, "publik"),
        plans=annexes.public_plans(view),
        suppression=texts.SUPPRESSION,
        data_sentence="Angka pada tabel edisi ini disertakan sebagai lampiran berkas PDF (data-publik.csv): satu baris untuk setiap "
        "sel tabel, dengan penutupan angka yang sama. Isinya tidak memuat baris untuk satu kasus.",
        data_fields=annexes.data_fields(),
    )


def restricted_report(snapshot: Mapping[str, Any], view: View) -> RestrictedReport:
    """The record that the restricted edition prints, from the frozen record and its exact view."""
    return RestrictedReport(
        **_shared(view, "terbatas"),
        plans=annexes.case_plans(snapshot),
        cases=annexes.case_summaries(snapshot),
        decree=annexes.decree_facts(view),
        attendance=annexes.attendance(view),
    )


def report_number(view: View, edition: Edition) -> str:
    """ "LD-3509-2026-2-P": what the report is called in the archive; P for the public edition, T for the restricted one."""
    cycle = view["cycle"]
    return f"LD-{cycle['kabupaten_code'].replace('.', '')}-{cycle['code']}-{edition[0].upper()}"


def _shared(view: View, edition: Edition) -> dict[str, Any]:
    numbering = Numbering()
    return {
        "foot": _foot(view, edition),
        "cover": _cover(view, edition),
        "signatories": _signatories(view),
        "introduction": introduction(view, numbering),
        "implementation": implementation(view, numbering),
        "findings": findings(view, numbering),
        "closing": closing(view),
        "history": _history(view),
    }


def _foot(view: View, edition: Edition) -> Foot:
    sha256 = view["snapshot_sha256"]
    return Foot(
        title=f"Laporan Diseminasi Audit Kasus Stunting {region_name(view)}",
        mark=_MARK[edition],
        reference=report_number(view, edition),
        cycle=cycle_name(view),
        snapshot=sha256[:16],
        snapshot_full=sha256,
        author=f"Sekretariat {team_wording(view)['team']} {region_name(view)}",
        created=view["history"]["last_at"],
        description=f"{cycle_name(view)}, edisi {edition}",
    )


def _cover(view: View, edition: Edition) -> Cover:
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
        edition=_COVER_EDITION[edition],
        publisher=team_in_full(view),
        number=report_number(view, edition),
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
