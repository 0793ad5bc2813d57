"""The matrices of the plan and the annexes of the dissemination reports: what only one of the two editions has. Cases are in cases.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from audit.lifecycle.vocabulary import INTERVENTION_CLASSES
from audit.regions import full_name, is_region, region
from audit.render import wording
from audit.reports.dissemination import texts
from audit.reports.dissemination.cases import status_words
from audit.reports.dissemination.chapters import View, month_words
from audit.reports.dissemination.numbers import Numbers
from audit.reports.dissemination.pages import CaseAction, CasePlan, PublicAction, PublicPlan
from audit.reports.dissemination.stage import FIRST
from audit.reports.frozen import as_day
from audit.reports.pages import Column, Fact, Table
from audit.reports.phrases import agency_name, period_words
from audit.steps.recommend.rules import FUNDING

LINES_TO_SIGN = 25


def case_plans(snapshot: Mapping[str, Any]) -> tuple[CasePlan, ...]:
    """The restricted matrix: every action of every case, by class, then by case."""
    plans = []
    for code, title in INTERVENTION_CLASSES.items():
        found = [(case, action) for case in snapshot["cases"] for action in case["actions"] if action["intervention_class"] == code]
        rows = tuple(_case_action(n, case, action, snapshot) for n, (case, action) in enumerate(found, start=1))
        cases = len({case["number"] for case, _ in found})
        plans.append(CasePlan(f"rtl-{code}", title, f"{len(rows)} kegiatan untuk {cases} kasus." if rows else "", rows))
    return tuple(plans)


def public_plans(view: View) -> tuple[PublicPlan, ...]:
    """The public matrix: actions put together by cause and agency, in the words of the catalogue."""
    numbers = Numbers(view["cells"])
    plans = []
    for code, title in INTERVENTION_CLASSES.items():
        rows = [row for row in view["rows"] if row["class"] == code]
        sentence = f"{numbers.words(f'class:{code}', 'kegiatan')} dalam {len(rows)} kelompok menurut penyebab dan penanggung jawab."
        actions = tuple(_public_action(n, row, numbers, view) for n, row in enumerate(rows, start=1))
        plans.append(PublicPlan(f"rtl-{code}", title, sentence[0].upper() + sentence[1:] if rows else "", actions))
    return tuple(plans)


def decree_facts(view: View) -> tuple[Fact, ...]:
    """The SK of the team as the settings say; lines to fill in where they do not."""
    decree = view["cycle"]["decree"] or {}
    day = decree.get("decided_on")
    return (
        Fact("Nomor", decree.get("number", "")),
        Fact("Tentang", decree.get("about", "")),
        Fact("Tanggal", wording.date_words(date.fromisoformat(day)) if day else ""),
        Fact("Pejabat penetap", decree.get("decided_by", "")),
    )


def attendance(view: View) -> Table:
    """Empty lines to sign at the event."""
    event = view["cycle"]["dissemination_on"]
    when = wording.date_words(date.fromisoformat(event)) if event else "tanggal ....................................."
    columns = (Column("No.", 8, "number"), Column("Nama", 34), Column("Instansi", 33), Column("Tanda tangan", 25))
    rows = tuple((str(n), "", "", "") for n in range(1, LINES_TO_SIGN + 1))
    return Table("t-hadir", f"Diseminasi, {when}", columns, rows)


def _case_action(number: int, case: Mapping[str, Any], action: Mapping[str, Any], snapshot: Mapping[str, Any]) -> CaseAction:
    who = agency_name(snapshot["cycle"], action["owner_agency"])
    performed = f"; pelaksana: {action['implementer']}" if action["implementer"] else ""
    whom = f", untuk {_lowered(action['target'])}" if action["target"] else ""
    start_at = f" (awal: {action['baseline']})" if action["baseline"] else ""
    return CaseAction(
        number=str(number),
        case_number=case["number"],
        problem=texts.cause_label(action["cause"]),
        recommendation=action["recommendation"],
        activity=f"{action['activity']}{whom}",
        agency=f"{who}{performed}",
        place=_place(action["place_code"] or ""),
        period=_period(action["starts_on"], action["ends_on"]),
        funding=FUNDING.get(action["funding"] or "", wording.MISSING),
        indicator=f"{action['indicator'] or wording.MISSING}{start_at}",
        target=action["goal"] or wording.MISSING,
        status=status_words(case, action, snapshot["stage"]),
        remarks=_remarks(action),
    )


def _remarks(action: Mapping[str, Any]) -> str:
    said = [
        f"Bukti: {action['evidence']}" if action["evidence"] else "",
        f"Kendala: {action['obstacle']}" if action["obstacle"] else "",
        f"Dieskalasi {wording.date_short(date.fromisoformat(action['escalated_on']))}" if action["escalated_on"] else "",
    ]
    return ". ".join(one.rstrip(". ") for one in said if one)


def _lowered(words: str) -> str:
    """For the middle of a sentence; an abbreviation stays as it is."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _period(start: str | None, end: str | None) -> str:
    return period_words(as_day(start), as_day(end))


def _place(code: str) -> str:
    return full_name(code).replace("Kecamatan ", f"Kec.{wording.NO_BREAK}") if is_region(code) else wording.MISSING


def _public_action(number: int, row: Mapping[str, Any], numbers: Numbers, view: View) -> PublicAction:
    return PublicAction(
        number=str(number),
        cause=texts.cause_label(row["cause"]),
        activity=texts.PUBLIC_ACTIVITY[row["cause"]],
        agency=agency_name(view["cycle"], row["agency"]),
        area=wording.list_words([region(code).name for code in row["kecamatan"]]) if row["kecamatan"] else "Lokus audit",
        cases=numbers.shown(row["cell"]),
        period=_months(row["starts"], row["ends"]),
        funding=wording.list_words([FUNDING[code] for code in row["funding"]]),
        indicator=texts.PUBLIC_INDICATOR[row["class"]],
        progress=_progress(row, view["stage"]),
    )


def _progress(row: Mapping[str, Any], stage: str) -> str:
    """How far the actions of a row came; before the follow-up, from which month on they can be evaluated."""
    if stage == FIRST:
        return f"Dinilai sesudah {month_words(row['ends'])}" if row["ends"] else "Dinilai pada akhir tindak lanjut"
    return texts.PROGRESS_LABELS[row["seen"]] if row["seen"] else wording.MISSING


def _months(start: str | None, end: str | None) -> str:
    """ "Februari – Mei 2026", "Desember 2025 – Mei 2026" for months as "2026-02"."""
    named = list(dict.fromkeys(month_words(month) for month in (start, end) if month))
    if len(named) == 2 and start and end and start[:4] == end[:4]:
        named[0] = named[0].removesuffix(f" {start[:4]}")
    return " – ".join(named) or wording.MISSING
