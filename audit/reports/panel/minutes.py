"""The minutes of the panel (notulen): the frozen sittings worded and printed. What is looked up is in sittings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from audit.lifecycle.vocabulary import GROUP_LABELS, INTERVENTION_CLASSES, Group
from audit.people.roles import DISCIPLINE_LABELS, Discipline
from audit.render.wording import MISSING, NO_BREAK, date_words, list_words
from audit.reports.cleaning import printable
from audit.reports.dissemination.texts import GROUP_SHORT
from audit.reports.pages import Column, Fact, Signatory, Table
from audit.reports.panel.pages import ClassOfAdvice, DiscussedCase, Dissent, MinutesPage, Sitting
from audit.reports.panel.phrases import class_counts, decree_words, kecamatan_name, with_fields
from audit.reports.panel.spelled import day_and_date
from audit.reports.phrases import LINE, cycle_words, region_words, secretariat_words, signatory_for, town
from audit.reports.printing import foot_of, print_document
from audit.reports.record import Record
from audit.steps.review.rules import AVOIDABILITY, CAUSE_BY_CODE

TEMPLATE = "report/minutes"

_OUTCOME_SHORT: Mapping[str, str] = {
    "drafted": "sedang disusun",
    "submitted": "menunggu persetujuan",
    "returned": "dikembalikan untuk diperbaiki",
    "approved": "disetujui",
    "withdrawn": "kasus dikeluarkan dari audit",
    "reopened": "kasus dikaji ulang",
}
_MOST_DAYS_NAMED = 4


def minutes_page(record: Record) -> MinutesPage:
    """The page record of the minutes, every sentence worded. record: its content is as `minutes_snapshot` froze it."""
    content = printable(record.content)
    cycle, wording = content["cycle"], content["cycle"]["wording"]
    current = [case for day in content["sittings"] for case in day["cases"] if not case["is_replaced"]]
    return MinutesPage(
        foot=foot_of(record, title="Notulen sidang panel", description="Notulen sidang panel tim pakar audit kasus stunting"),
        office=secretariat_words(cycle["kabupaten_code"], wording),
        title="Notulen Sidang Panel Tim Pakar",
        subtitle=f"Audit Kasus Stunting {region_words(cycle['kabupaten_code'])}, {cycle_words(cycle['code'], wording)}",
        facts=_facts(content, current),
        decisions=_decisions(current),
        sittings=tuple(_sitting(place, day, wording.get("team") or "TPPS") for place, day in enumerate(content["sittings"], start=1)),
        waiting=_waiting(content["waiting"]),
        place_and_date=f"{town(cycle['kabupaten_code'])}, {LINE}",
        chair=_chair(cycle, content["sittings"]),
        secretary=_secretary(cycle, content["secretary"]),
    )


def draw_minutes(record: Record) -> bytes:
    """The minutes as an archival PDF; equal records give equal bytes."""
    return print_document(minutes_page(record), record, template=TEMPLATE)


def _facts(content: Mapping[str, Any], current: Sequence[Mapping[str, Any]]) -> tuple[Fact, ...]:
    sittings = content["sittings"]
    experts = {(one["name"], one["discipline"]) for day in sittings for one in day["panel"] if one["cases"]}
    disciplines = [label for code, label in DISCIPLINE_LABELS.items() if any(of == code for _, of in experts)]
    advice = Counter(one["class"] for case in current for one in case["advice"])
    differing = sum(bool(case["dissent"]) for case in current)
    differing_words = f"{differing} di antaranya dengan" if differing else "semuanya tanpa"
    outcomes = Counter(case["outcome"]["kind"] for case in current)
    open_requests = sum(not one["is_answered"] for one in content["waiting"])
    return (
        Fact("Hari sidang", _days([date.fromisoformat(day["on"]) for day in sittings])),
        Fact("Tempat", LINE),
        Fact("Dasar", decree_words(content["cycle"]["decree"])),
        Fact("Panel", f"{len(experts)} pakar: {list_words([_lowered(one) for one in disciplines])}" if experts else "Belum ada"),
        Fact("Kasus disepakati", f"{len(current)} kasus, {differing_words} pendapat berbeda" if current else "Belum ada"),
        Fact("Rekomendasi", list_words(class_counts(advice))),
        Fact("Keadaan RTL", list_words([f"{outcomes[kind]} {short}" for kind, short in _OUTCOME_SHORT.items() if outcomes[kind]])),
        Fact("Permintaan data", f"{open_requests} belum dijawab lapangan" if open_requests else "Tidak ada yang belum dijawab"),
    )


def _days(days: Sequence[date]) -> str:
    if not days:
        return "Belum ada sidang"
    if len(days) <= _MOST_DAYS_NAMED:
        return list_words([day_and_date(day) for day in days])
    return f"{len(days)} hari sidang, {date_words(days[0])} sampai {date_words(days[-1])}"


def _decisions(current: Sequence[Mapping[str, Any]]) -> Table:
    rows = tuple(
        (
            case["number"],
            f"{GROUP_SHORT[case['group']]}, {kecamatan_name(case['kecamatan'])}",
            _cause(case["main_cause"]),
            _votes(case) + ("; ada pendapat berbeda" if case["dissent"] else ""),
            ", ".join(class_counts(Counter(one["class"] for one in case["advice"]))),
            _short(case["outcome"]),
        )
        for case in sorted(current, key=lambda case: str(case["number"]))
    )
    columns = (
        Column("Kasus", 18, "code"),
        Column("Kelompok dan kecamatan", 17),
        Column("Penyebab utama", 22),
        Column("Disebut utama oleh", 13),
        Column("Rekomendasi", 14),
        Column("RTL", 16),
    )
    return Table("t-keputusan", "", columns, rows, empty="Belum ada kasus yang disepakati panel pada siklus ini.")


def _sitting(place: int, day: Mapping[str, Any], team: str) -> Sitting:
    title = f"Sidang {day_and_date(date.fromisoformat(day['on']))}"
    rows = tuple(
        (str(n), one["name"], _discipline(one["discipline"]), *(str(one[key] or MISSING) for key in ("cases", "led", "stepped_back")))
        for n, one in enumerate(day["panel"], start=1)
    )
    columns = (
        Column("No.", 6, "number"),
        Column("Nama", 34),
        Column("Keahlian", 27),
        Column("Kasus dikaji", 11, "number"),
        Column("Sebagai pakar utama", 11, "number"),
        Column("Mundur dari kasus", 11, "number"),
    )
    panel = Table(f"t-panel-{place}", "Susunan panel", columns, rows)
    cases = tuple(_discussed(f"kasus-{place}-{n}", case, team) for n, case in enumerate(day["cases"], start=1))
    return Sitting(f"sidang-{place}", title, panel, cases)


def _discussed(anchor: str, case: Mapping[str, Any], team: str) -> DiscussedCase:
    seats = [f"{one['name']} ({_lead(one)})" for one in case["panel"] if not one["is_recused"]]
    back = [f"{one['name']} ({_lowered(_discipline(one['discipline']))})" for one in case["panel"] if one["is_recused"]]
    return DiscussedCase(
        anchor=anchor,
        number=case["number"],
        about=f"{_group(case)}, {kecamatan_name(case['kecamatan'])}",
        seats="; ".join(seats),
        stepped_back="; ".join(back),
        problem=case["summary"],
        agreement=_agreement(f"t-{anchor}", case),
        main_cause=_cause(case["main_cause"]),
        votes=f"{_votes(case)} menyebutnya sebagai penyebab utama",
        avoidability=_avoidability(case),
        dissent=tuple(Dissent(f"{one['name']} ({_lowered(_discipline(one['discipline']))})", one["text"]) for one in case["dissent"]),
        advice=tuple(_advice(code, title, case) for code, title in INTERVENTION_CLASSES.items()),
        requests=_requests(case),
        outcome=_outcome(case["outcome"], team),
        replaced="Diganti oleh kesepakatan yang dicatat kemudian atas kasus yang sama." if case["is_replaced"] else "",
    )


def _avoidability(case: Mapping[str, Any]) -> str:
    """The grade the panel agreed on and what each expert gave; a snapshot of before there were grades has neither."""
    grades: Mapping[str, int] = case.get("grades") or {}
    given = "; ".join(f"{AVOIDABILITY[code]}: {count} pakar" for code, count in grades.items())
    if agreed := case.get("avoidability"):
        return f"{AVOIDABILITY[agreed]}." + (f" Menurut pakar masing-masing: {given}." if given else "")
    return f"Tidak disepakati. Menurut pakar masing-masing: {given}." if given else ""


def _agreement(anchor: str, case: Mapping[str, Any]) -> Table:
    """Every cause that an expert named or the panel agreed on: how many of how many, and whether it was agreed on."""
    whole, named, agreed = case["opinions"], case["named"], case["agreed_causes"]
    order = list(CAUSE_BY_CODE)
    causes = sorted({*named, *agreed}, key=lambda code: (-named.get(code, 0), order.index(code)))
    rows = tuple(
        (
            _cause(code),
            "langsung" if CAUSE_BY_CODE[code].is_direct else "tidak langsung",
            f"{'●' * named.get(code, 0)}{'○' * (whole - named.get(code, 0))} {named.get(code, 0)} dari {whole}",
            str(case["main_causes"].get(code, 0)),
            "utama" if code == case["main_cause"] else "ya" if code in agreed else "tidak",
        )
        for code in causes
    )
    columns = (
        Column("Penyebab", 40),
        Column("Jenis", 16),
        Column("Disebut pakar", 18),
        Column("Sebagai utama", 13, "number"),
        Column("Disepakati", 13, "mark"),
    )
    return Table(anchor, "Peta kesepakatan", columns, rows)


def _advice(code: str, title: str, case: Mapping[str, Any]) -> ClassOfAdvice:
    items = tuple(
        f"{one['text'].rstrip(' .')} (untuk penyebab: {_lowered(_cause(one['cause']))})" for one in case["advice"] if one["class"] == code
    )
    return ClassOfAdvice(title, items)


def _requests(case: Mapping[str, Any]) -> tuple[str, ...]:
    asked = (
        f"{date_words(date.fromisoformat(one['on']))}: data tambahan diminta oleh {_who(one)}, lalu dikaji ulang."
        for one in case["requests"]
    )
    gaps = (f"Data yang kurang menurut {_lowered(_discipline(one['discipline']))}: {one['text']}" for one in case["gaps"])
    return (*asked, *gaps)


def _outcome(outcome: Mapping[str, Any], team: str) -> str:
    day = _on(outcome)
    return {
        "drafted": "RTL sedang disusun.",
        "submitted": f"RTL diajukan{day} dan menunggu persetujuan Ketua {team}.",
        "returned": f"RTL dikembalikan Ketua {team}{day} untuk diperbaiki.",
        "approved": f"RTL disetujui Ketua {team}{day}, terdiri atas {outcome['actions']} kegiatan.",
        "withdrawn": f"Kasus dikeluarkan dari audit{day}.",
        "reopened": f"Kasus dibuka kembali{day} dan akan dikaji ulang.",
    }[outcome["kind"]]


def _waiting(requests: Sequence[Mapping[str, Any]]) -> Table:
    rows = tuple(
        (
            one["number"],
            f"{GROUP_SHORT[one['group']]}, {kecamatan_name(one['kecamatan'])}",
            date_words(date.fromisoformat(one["on"])),
            _who(one),
            "Data sudah dilengkapi, kajian dilanjutkan" if one["is_answered"] else "Menunggu data dari lapangan",
        )
        for one in requests
    )
    columns = (
        Column("Kasus", 19, "code"),
        Column("Kelompok dan kecamatan", 22),
        Column("Diminta", 14),
        Column("Oleh", 25),
        Column("Keadaan", 20),
    )
    return Table("t-data", "", columns, rows, empty="Tidak ada permintaan data untuk kasus yang belum disepakati.")


def _chair(cycle: Mapping[str, Any], sittings: Sequence[Mapping[str, Any]]) -> Signatory:
    """Who speaks for the panel: the signatory of the cycle, else the expert who led the most cases."""
    chosen = signatory_for(cycle, ("panel", "pakar"))
    if chosen is None:
        led: Counter[str] = Counter()
        for day in sittings:
            led.update({one["name"]: one["led"] for one in day["panel"] if one["led"]})
        name = min(led, key=lambda name: (-led[name], name), default="")
        chosen = {"office": "Ketua Sidang Panel", "name": name}
    return _only(chosen, "ketua-panel")


def _secretary(cycle: Mapping[str, Any], name: str) -> Signatory:
    """Who took the minutes: the signatory of the cycle, else the one account of the secretariat; without a name where there are several."""
    return _only(signatory_for(cycle, ("notulis", "sekretar")) or {"office": "Notulis", "name": name}, "notulis")


def _only(one: Mapping[str, Any], field: str) -> Signatory:
    (made,) = with_fields([one])
    return Signatory(made.office, made.name, made.below_name, field)


def _group(case: Mapping[str, Any]) -> str:
    return GROUP_LABELS[Group(case["group"])]


def _cause(code: str) -> str:
    return CAUSE_BY_CODE[code].label


def _votes(case: Mapping[str, Any]) -> str:
    return f"{case['main_causes'].get(case['main_cause'], 0)} dari {case['opinions']} pakar"


def _discipline(code: str) -> str:
    return DISCIPLINE_LABELS[Discipline(code)] if code else ""


def _lead(seat: Mapping[str, Any]) -> str:
    return _lowered(_discipline(seat["discipline"])) + (", pakar utama" if seat["is_lead"] else "")


def _who(request: Mapping[str, Any]) -> str:
    return f"{request['name']} ({_lowered(_discipline(request['discipline']))})" if request["discipline"] else request["name"]


def _short(outcome: Mapping[str, Any]) -> str:
    """ "Disetujui 6 Juli 2026", for the table of decisions."""
    words = _OUTCOME_SHORT[outcome["kind"]]
    day = date_words(date.fromisoformat(outcome["on"])).replace(" ", NO_BREAK) if outcome["on"] else ""
    return f"{words[:1].upper()}{words[1:]} {day}".rstrip()


def _on(outcome: Mapping[str, Any]) -> str:
    return f" pada {date_words(date.fromisoformat(outcome['on']))}" if outcome["on"] else ""


def _lowered(words: str) -> str:
    """For the middle of a sentence; an abbreviation stays as it is."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]
