"""The matrices of the plan and the annexes of the dissemination report: what only one of the two editions has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from audit.growth.categories import CATEGORIES, category
from audit.growth.standards import Index
from audit.lifecycle.vocabulary import INTERVENTION_CLASSES, STATUS_LABELS, WITHDRAWAL_REASONS, Group, Status
from audit.people.roles import AGENCIES, DISCIPLINE_LABELS, Discipline
from audit.regions import full_name, is_region, region
from audit.render import wording
from audit.reports.dissemination import texts
from audit.reports.dissemination.chapters import View, month_words
from audit.reports.dissemination.charts import case_chart
from audit.reports.dissemination.numbers import Numbers
from audit.reports.dissemination.pages import CaseAction, CasePlan, CaseSummary, DataField, PublicAction, PublicPlan
from audit.reports.dissemination.view import level_of, primary_outcome
from audit.reports.packet.pages import Indicator
from audit.reports.pages import Column, Fact, Level, Table
from audit.reports.phrases import period_words
from audit.steps.evaluate.rules import INDICATORS, UNKNOWN_BECAUSE, VERDICT_LABELS
from audit.steps.recommend.rules import FUNDING

LINES_TO_SIGN = 25
_SHORT = {"haz": "TB/U", "waz": "BB/U", "whz": "BB/TB", "muac": "LiLA", "hb": "Hb"}
_MEANING = {"haz": "tinggi menurut umur", "waz": "berat menurut umur", "whz": "berat menurut tinggi"}
_FLAG_BITS = {"haz": 1, "waz": 2, "whz": 4}
_LEVEL_OF_VERDICT: Mapping[str, Level] = {"improved": "fine", "unchanged": "watch", "worse": "alarm", "unknown": "unknown"}
_PLACES: tuple[Level, ...] = ("alarm", "watch")
_KEK_CM = 23.5
_ANAEMIA_G_DL = 11.0


def case_plans(snapshot: Mapping[str, Any]) -> tuple[CasePlan, ...]:
    """The restricted matrix: every action of every case, by class, then by case."""
    plans = []
    for code, title in INTERVENTION_CLASSES.items():
        found = [(case, action) for case in snapshot["cases"] for action in case["actions"] if action["intervention_class"] == code]
        rows = tuple(_case_action(n, case, action) for n, (case, action) in enumerate(found, start=1))
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
        actions = tuple(_public_action(n, row, numbers) for n, row in enumerate(rows, start=1))
        plans.append(PublicPlan(f"rtl-{code}", title, sentence[0].upper() + sentence[1:] if rows else "", actions))
    return tuple(plans)


def case_summaries(snapshot: Mapping[str, Any]) -> tuple[CaseSummary, ...]:
    """One summary for each case, by number."""
    return tuple(_case(place, case) for place, case in enumerate(snapshot["cases"], start=1))


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


def data_fields() -> tuple[DataField, ...]:
    """The columns of the data set that goes with the public edition."""
    counted = "bilangan, “<5”, atau “–”"
    return (
        DataField("tabel", "Tabel asal angka", "teks"),
        DataField("baris", "Kecamatan, kelompok umur, penyebab, atau penanggung jawab", "teks"),
        DataField("kolom", "Kelompok sasaran, jenis kelamin, atau jenis intervensi", "teks, kosong untuk jumlah"),
        DataField("jumlah", "Banyaknya kasus atau kegiatan", counted),
    )


def _case_action(number: int, case: Mapping[str, Any], action: Mapping[str, Any]) -> CaseAction:
    who = AGENCIES.get(action["owner_agency"], action["owner_agency"])
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
        status=_status(case, action),
        remarks=_remarks(action),
    )


def _status(case: Mapping[str, Any], action: Mapping[str, Any]) -> str:
    level = level_of(action)
    day = {"reported": action["reported_on"], "confirmed": action["confirmed_on"], "effective": action["confirmed_on"]}.get(level)
    dated = f" ({wording.date_short(date.fromisoformat(day))})" if day else ""
    gone = "; kasus dikeluarkan" if case["status"] == Status.WITHDRAWN else ""
    return f"{texts.LEVEL_LABELS[level]}{dated}{gone}"


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
    first, last = (date.fromisoformat(day) if day else None for day in (start, end))
    return period_words(first, last)


def _place(code: str) -> str:
    return full_name(code).replace("Kecamatan ", f"Kec.{wording.NO_BREAK}") if is_region(code) else wording.MISSING


def _public_action(number: int, row: Mapping[str, Any], numbers: Numbers) -> PublicAction:
    return PublicAction(
        number=str(number),
        cause=texts.cause_label(row["cause"]),
        activity=texts.PUBLIC_ACTIVITY[row["cause"]],
        agency=AGENCIES.get(row["agency"], row["agency"]),
        area=wording.list_words([region(code).name for code in row["kecamatan"]]) if row["kecamatan"] else "Lokus audit",
        cases=numbers.shown(row["cell"]),
        period=_months(row["starts"], row["ends"]),
        funding=wording.list_words([FUNDING[code] for code in row["funding"]]),
        indicator=texts.PUBLIC_INDICATOR[row["class"]],
        progress=texts.PROGRESS_LABELS[row["seen"]] if row["seen"] else wording.MISSING,
    )


def _months(start: str | None, end: str | None) -> str:
    """ "Februari – Mei 2026", "Desember 2025 – Mei 2026" for months as "2026-02"."""
    named = list(dict.fromkeys(month_words(month) for month in (start, end) if month))
    if len(named) == 2 and start and end and start[:4] == end[:4]:
        named[0] = named[0].removesuffix(f" {start[:4]}")
    return " – ".join(named) or wording.MISSING


def _case(place: int, case: Mapping[str, Any]) -> CaseSummary:
    agreed = case["consensus"]
    outcome, level = _outcome(case)
    return CaseSummary(
        anchor=f"kasus-{place}",
        case_number=case["number"],
        subject=_subject(case),
        facts=_facts(case),
        chart=case_chart(case, f"grafik-kasus-{place}"),
        indicators=_indicators(case),
        direct_causes=tuple(texts.cause_label(code) for code in agreed["direct_causes"]) if agreed else (),
        indirect_causes=tuple(texts.cause_label(code) for code in agreed["indirect_causes"]) if agreed else (),
        consensus=_consensus(case),
        dissent=tuple(f"{one['name']} ({DISCIPLINE_LABELS[Discipline(one['discipline'])]}): {one['text']}" for one in agreed["dissent"])
        if agreed
        else (),
        actions=tuple(_action_line(case, action) for action in case["actions"]),
        outcome=outcome,
        outcome_level=level,
    )


def _subject(case: Mapping[str, Any]) -> str:
    group, months = case["group"], case["age_months"]
    sex = {True: " laki-laki", False: " perempuan", None: ""}[case["is_male"]] if Group(group).is_child else ""
    age = wording.MISSING if months is None else wording.age_of_months(months) if Group(group).is_child else f"{months // 12} tahun"
    return f"{texts.SUBJECT_NOUN[group]}{sex}, {age} saat ditapis, {full_name(case['desa_code'])}"


def _facts(case: Mapping[str, Any]) -> tuple[Fact, ...]:
    agreed, visits = case["consensus"], case["visits"]
    seats = [DISCIPLINE_LABELS[Discipline(s["discipline"])] for s in case["panel"] if not s["is_recused"]]
    stepped_back = sum(s["is_recused"] for s in case["panel"])
    panel = wording.list_words(seats) + (f" ({stepped_back} pakar mengundurkan diri)" if stepped_back else "")
    if agreed:
        panel += f"; sepakat {wording.date_words(date.fromisoformat(agreed['recorded_on']))}"
    planned = visits["planned"] + visits["done"] + visits["missed"]
    made = f"{visits['done']} dari {planned} terlaksana" + (f", {visits['missed']} terlewat" if visits["missed"] else "")
    return (
        Fact("Keadaan", STATUS_LABELS[Status(case["status"])]),
        Fact("Alasan dipilih", "; ".join(case["reasons"]) or wording.MISSING),
        Fact("Panel", panel),
        Fact("Pendamping", case["person_in_charge"] or "Belum ditunjuk"),
        Fact("Kunjungan", made if planned else "Belum direncanakan"),
    )


def _indicators(case: Mapping[str, Any]) -> tuple[Indicator, ...]:
    """The newest value of each measure, with its category."""
    codes = ("haz", "waz", "whz") if Group(case["group"]).is_child else ("muac", "hb")
    return tuple(found for code in codes if (found := _indicator(case, code)))


def _indicator(case: Mapping[str, Any], code: str) -> Indicator | None:
    column = {"muac": "muac_cm", "hb": "hb_g_dl"}.get(code, code)
    m = next((m for m in reversed(case["measurements"]) if m[column] is not None), None)
    if m is None:
        return None
    when = wording.date_words(date.fromisoformat(m["measured_on"]))
    if code not in _FLAG_BITS:
        is_low = m[column] < (_KEK_CM if code == "muac" else _ANAEMIA_G_DL)
        named = {"muac": ("KEK", "Tidak KEK"), "hb": ("Di bawah 11,0", "11,0 atau lebih")}[code]
        meaning = {"muac": "lingkar lengan atas", "hb": "hemoglobin"}[code]
        value = wording.with_unit(m[column], INDICATORS[code].unit, 1)
        return Indicator(_SHORT[code], meaning, value, named[0] if is_low else named[1], when, "alarm" if is_low else "fine")
    place = int(category(Index(code), m[code] / 100)[0])
    level: Level = _PLACES[place] if place < len(_PLACES) else "fine"
    note = "di luar kewajaran WHO, ukur ulang" if m["flags"] & _FLAG_BITS[code] else ""
    value = f"{wording.z_score(m[code] / 100)} SD"
    return Indicator(_SHORT[code], _MEANING[code], value, CATEGORIES[Index(code)][place].label, when, level, note)


def _consensus(case: Mapping[str, Any]) -> str:
    agreed = case["consensus"]
    if agreed is None:
        return "Belum ada kesepakatan panel."
    return f"{agreed['summary']} Penyebab utama: {texts.cause_label(agreed['main_cause'])}."


def _action_line(case: Mapping[str, Any], action: Mapping[str, Any]) -> str:
    until = f", sampai {wording.date_words(date.fromisoformat(action['ends_on']))}" if action["ends_on"] else ""
    owner = AGENCIES.get(action["owner_agency"], action["owner_agency"])
    status = _status(case, action)
    return f"{action['activity']} ({owner}{until}): {status[0].lower()}{status[1:]}"


def _outcome(case: Mapping[str, Any]) -> tuple[str, Level]:
    """What came of the case in a sentence, and how loud it is; with the reason when nobody can say."""
    if case["status"] == Status.WITHDRAWN:
        reason = WITHDRAWAL_REASONS.get(case["withdrawn_reason"] or "", "alasan tidak tercatat")
        return f"{VERDICT_LABELS['unknown']}: kasus dikeluarkan dari audit ({reason[0].lower()}{reason[1:]}).", "unknown"
    primary = primary_outcome(case)
    if primary is None:
        return f"Belum dievaluasi; keadaan kasus: {STATUS_LABELS[Status(case['status'])].lower()}.", "unknown"
    verdict, said = primary["verdict"], VERDICT_LABELS[primary["verdict"]]
    if verdict == "unknown":
        return f"{said}: {UNKNOWN_BECAUSE[primary['unknown_because']]}.", "unknown"
    others = [o for o in case["outcomes"] if not o["is_primary"] and o["change"] is not None]
    beside = f" Ukuran lain: {wording.list_words([_change(o) for o in others])}." if others else ""
    carried = " Kasus dilanjutkan ke siklus berikut." if case["status"] == Status.CARRIED_OVER else ""
    return f"{said}: {_change(primary)}.{beside}{carried}", _LEVEL_OF_VERDICT[verdict]


def _change(outcome: Mapping[str, Any]) -> str:
    """ "TB/U dari −3,31 menjadi −3,05 SD (+0,26)"."""
    indicator = INDICATORS[outcome["indicator"]]
    decimals = 2 if indicator.per_unit == 100 else 1
    before, after = (wording.number(outcome[key] / indicator.per_unit, decimals) for key in ("before_value", "after_value"))
    change = wording.signed(outcome["change"] / indicator.per_unit, decimals)
    return f"{_SHORT[indicator.code]} dari {before} menjadi {after}{wording.NO_BREAK}{indicator.unit} ({change})"
