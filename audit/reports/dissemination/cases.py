"""One case of the restricted annex: who was looked at, what was found, and what came or will come of it. No count is in here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from audit.growth.categories import CATEGORIES, category
from audit.growth.standards import Index
from audit.lifecycle.vocabulary import STATUS_LABELS, WITHDRAWAL_REASONS, Group, Status
from audit.people.roles import DISCIPLINE_LABELS, Discipline
from audit.regions import full_name
from audit.render import wording
from audit.reports.dissemination import texts
from audit.reports.dissemination.charts import case_chart
from audit.reports.dissemination.counts import level_of, primary_outcome
from audit.reports.dissemination.pages import CaseSummary
from audit.reports.dissemination.stage import FIRST
from audit.reports.packet.pages import Indicator
from audit.reports.pages import Fact, Level
from audit.reports.phrases import agency_name
from audit.steps.evaluate.rules import INDICATORS, UNKNOWN_BECAUSE, VERDICT_LABELS
from audit.steps.review.rules import AVOIDABILITY

_MEANING = {"haz": "tinggi menurut umur", "waz": "berat menurut umur", "whz": "berat menurut tinggi"}
_FLAG_BITS = {"haz": 1, "waz": 2, "whz": 4}
_LEVEL_OF_VERDICT: Mapping[str, Level] = {"improved": "fine", "unchanged": "watch", "worse": "alarm", "unknown": "unknown"}
_PLACES: tuple[Level, ...] = ("alarm", "watch")
_KEK_CM = 23.5
_ANAEMIA_G_DL = 11.0


def case_summaries(snapshot: Mapping[str, Any]) -> tuple[CaseSummary, ...]:
    """One summary for each case, by number."""
    return tuple(_case(place, case, snapshot) for place, case in enumerate(snapshot["cases"], start=1))


def status_words(case: Mapping[str, Any], action: Mapping[str, Any], stage: str) -> str:
    """Where an action stands, with the day it came there; at the first dissemination only whether it is approved."""
    level = level_of(action)
    gone = "; kasus dikeluarkan" if case["status"] == Status.WITHDRAWN else ""
    if stage == FIRST:
        return f"{texts.LEVEL_LABELS['proposed'] if level == 'proposed' else 'Disetujui'}{gone}"
    day = {"reported": action["reported_on"], "confirmed": action["confirmed_on"], "effective": action["confirmed_on"]}.get(level)
    dated = f" ({wording.date_short(date.fromisoformat(day))})" if day else ""
    late = ", lewat tenggat" if action["is_late"] else ""
    return f"{texts.LEVEL_LABELS[level]}{dated}{late}{gone}"


def _case(place: int, case: Mapping[str, Any], snapshot: Mapping[str, Any]) -> CaseSummary:
    stage = snapshot["stage"]
    agreed = case["consensus"]
    outcome, level = _awaited(case) if stage == FIRST else _outcome(case)
    return CaseSummary(
        anchor=f"kasus-{place}",
        case_number=case["number"],
        subject=_subject(case),
        facts=_facts(case, stage),
        chart=case_chart(case, f"grafik-kasus-{place}"),
        indicators=_indicators(case),
        direct_causes=tuple(texts.cause_label(code) for code in agreed["direct_causes"]) if agreed else (),
        indirect_causes=tuple(texts.cause_label(code) for code in agreed["indirect_causes"]) if agreed else (),
        consensus=_consensus(case),
        dissent=tuple(f"{one['name']} ({DISCIPLINE_LABELS[Discipline(one['discipline'])]}): {one['text']}" for one in agreed["dissent"])
        if agreed
        else (),
        actions=tuple(_action_line(case, action, snapshot) for action in case["actions"]),
        outcome=outcome,
        outcome_level=level,
        outcome_label="Yang akan dinilai" if stage == FIRST else "Hasil",
    )


def _subject(case: Mapping[str, Any]) -> str:
    group, months = case["group"], case["age_months"]
    sex = {True: " laki-laki", False: " perempuan", None: ""}[case["is_male"]] if Group(group).is_child else ""
    age = wording.MISSING if months is None else wording.age_of_months(months) if Group(group).is_child else f"{months // 12} tahun"
    return f"{texts.SUBJECT_NOUN[group]}{sex}, {age} saat ditapis, {full_name(case['desa_code'])}"


def _facts(case: Mapping[str, Any], stage: str) -> tuple[Fact, ...]:
    agreed, visits = case["consensus"], case["visits"]
    seats = [DISCIPLINE_LABELS[Discipline(s["discipline"])] for s in case["panel"] if not s["is_recused"]]
    stepped_back = sum(s["is_recused"] for s in case["panel"])
    panel = wording.list_words(seats) + (f" ({stepped_back} pakar mengundurkan diri)" if stepped_back else "")
    if agreed:
        panel += f"; sepakat {wording.date_words(date.fromisoformat(agreed['recorded_on']))}"
    known = (
        Fact("Keadaan", STATUS_LABELS[Status(case["status"])]),
        Fact("Alasan dipilih", "; ".join(case["reasons"]) or wording.MISSING),
        Fact("Panel", panel),
    )
    if stage == FIRST:
        return known
    planned = visits["planned"] + visits["done"] + visits["missed"]
    made = f"{visits['done']} dari {planned} terlaksana" + (f", {visits['missed']} terlewat" if visits["missed"] else "")
    return (
        *known,
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
        return Indicator(texts.INDICATOR_SHORT[code], meaning, value, named[0] if is_low else named[1], when, "alarm" if is_low else "fine")
    place = int(category(Index(code), m[code] / 100)[0])
    level: Level = _PLACES[place] if place < len(_PLACES) else "fine"
    note = "di luar kewajaran WHO, ukur ulang" if m["flags"] & _FLAG_BITS[code] else ""
    value = f"{wording.z_score(m[code] / 100)} SD"
    return Indicator(texts.INDICATOR_SHORT[code], _MEANING[code], value, CATEGORIES[Index(code)][place].label, when, level, note)


def _consensus(case: Mapping[str, Any]) -> str:
    agreed = case["consensus"]
    if agreed is None:
        return "Belum ada kesepakatan panel."
    grade = agreed.get("avoidability")
    told = f" Keterhindaran: {AVOIDABILITY[grade]}." if grade else ""
    return f"{agreed['summary']} Penyebab utama: {texts.cause_label(agreed['main_cause'])}.{told}"


def _action_line(case: Mapping[str, Any], action: Mapping[str, Any], snapshot: Mapping[str, Any]) -> str:
    until = f", sampai {wording.date_words(date.fromisoformat(action['ends_on']))}" if action["ends_on"] else ""
    owner = agency_name(snapshot["cycle"], action["owner_agency"])
    status = status_words(case, action, snapshot["stage"])
    return f"{action['activity']} ({owner}{until}): {status[0].lower()}{status[1:]}"


def _awaited(case: Mapping[str, Any]) -> tuple[str, Level]:
    """What the case will be judged by after the follow-up."""
    if case["status"] == Status.WITHDRAWN:
        return _outcome(case)
    if case["status"] != Status.APPROVED:
        return "Ditetapkan setelah RTL disetujui.", "unknown"
    measure = "TB/U, atau BB/TB bila semula kurus" if Group(case["group"]).is_child else "LiLA"
    return f"{measure}, dari pengukuran terakhir sebelum dan selama tindak lanjut.", "unknown"


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
    return f"{texts.INDICATOR_SHORT[indicator.code]} dari {before} menjadi {after}{wording.NO_BREAK}{indicator.unit} ({change})"
