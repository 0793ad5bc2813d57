"""The page of `aks case show` for people: a plain view turned into lines and tables. What is in the view is decided in case_view.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.cli import show
from audit.lifecycle.vocabulary import INTERVENTION_CLASSES, Group
from audit.people.roles import DISCIPLINE_LABELS, Discipline
from audit.render.wording import date_short, date_words, masked_nik, number, signed, z_score
from audit.steps.packet.forms import ASKED_BY_LABELS, WORKSHEETS
from audit.steps.recommend.rules import ACTION_STATUSES
from audit.steps.review.rules import AVOIDABILITY, CAUSE_BY_CODE

_MEASUREMENTS_SHOWN = 8
_VERDICTS: Mapping[str, str] = {"improved": "membaik", "unchanged": "tetap", "worse": "memburuk", "unknown": "belum dapat dikatakan"}
_WORKSHEET: Mapping[str, str] = {"draft": "draf", "submitted": "sudah dikirim", "returned": "dikembalikan"}
_VISITS: Mapping[str, str] = {"planned": "direncanakan", "done": "terlaksana", "missed": "terlewat"}
_PER_UNIT: Mapping[str, tuple[str, int, int, str]] = {
    "haz": ("TB/U", 100, 2, "SD"),
    "waz": ("BB/U", 100, 2, "SD"),
    "whz": ("BB/TB", 100, 2, "SD"),
    "muac": ("LiLA", 10, 1, "cm"),
    "hb": ("Hb", 10, 1, "g/dL"),
}


_ANSWERED = {True: "sudah", False: "belum", None: "tersegel"}
"""Whether a seat has answered, in a word; None when this reader may not know."""


def say_case(view: Mapping[str, Any]) -> None:
    """Print everything of the view, part after part; parts without content are left out."""
    show.heading(f"Kasus {view['number']} · {view['status_label']}")
    show.pairs(
        [
            ("Sasaran", view["group_label"]),
            ("Tempat", view["place"]),
            ("Puskesmas", view["puskesmas"]),
            ("Siklus", view["cycle"]),
            *_identity(view["identity"]),
            ("Dipilih karena", "; ".join(view["reasons"])),
        ]
    )
    _measurements(view["measurements"])
    _worksheet(view["worksheet"], Group(view["group"]))
    _panel(view)
    _consensus(view["consensus"])
    _plan(view["actions"])
    _follow_up(view)
    _outcomes(view["outcomes"])
    _history(view["history"])
    say_next(view)


def say_next(view: Mapping[str, Any]) -> None:
    """Print what the person may do next, and what stands in the way of the rest."""
    show.heading("Berikutnya")
    allowed = [offer for offer in view["next"] if offer["is_allowed"]]
    for offer in allowed:
        show.say(f"  {offer['label']}: aks case do {view['number']} {offer['action']}")
    for offer in view["next"]:
        if not offer["is_allowed"]:
            show.say(f"  (belum) {offer['label']}: {' '.join(reason['sentence'] for reason in offer['refusals'])}")
    for offer in view["system"]:
        show.say(f"  {offer['label']}: dikerjakan sistem dengan aks run")
    if not view["next"] and not view["system"]:
        show.say("  Tidak ada yang menunggu Anda pada kasus ini.")


def _identity(identity: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    if identity is None:
        return [("Identitas", "tidak ditampilkan untuk peran Anda")]
    shown = {"Nama": identity.get("name"), "NIK": masked_nik(identity.get("nik")), "Tanggal lahir": identity.get("birth_date")}
    parents = identity.get("parents")
    return [*shown.items(), *([("Orang tua", parents)] if isinstance(parents, str) and parents else [])]


def _measurements(measurements: list[Mapping[str, Any]] | None) -> None:
    if not measurements:
        return
    show.heading("Pengukuran")
    rows = [
        (
            date_short(m["measured_on"]),
            number(m["weight_kg"], 1),
            number(m["height_cm"], 1),
            z_score(m["haz"]),
            z_score(m["waz"]),
            z_score(m["whz"]),
            number(m["muac_cm"], 1),
            number(m["hb_g_dl"], 1),
        )
        for m in measurements[-_MEASUREMENTS_SHOWN:]
    ]
    show.table(("Tanggal", "BB kg", "TB cm", "TB/U", "BB/U", "BB/TB", "LiLA cm", "Hb g/dL"), rows, right=range(1, 8))


def _worksheet(worksheet: Mapping[str, Any] | None, group: Group) -> None:
    show.heading("Kertas kerja")
    if worksheet is None:
        show.say("Belum dikirim.")
        return
    lacking = sum(map(len, worksheet["missing"].values()))
    show.say(
        f"{_WORKSHEET[worksheet['state']].capitalize()}; {f'{lacking} isian wajib masih kosong' if lacking else 'isian wajib lengkap'}."
    )
    if lacking:
        labels = {f.name: f.label for f in WORKSHEETS[group].fields}
        for asked_by, names in worksheet["missing"].items():
            show.say(f"  {ASKED_BY_LABELS[asked_by]}: {', '.join(labels[name] for name in names)}")
    if worksheet["returned_note"] and worksheet["state"] == "returned":
        show.say(f"Diminta: {worksheet['returned_note']}")


def _panel(view: Mapping[str, Any]) -> None:
    if not view["panel"]:
        return
    show.heading("Panel")
    rows = [
        (
            seat["name"],
            DISCIPLINE_LABELS[Discipline(seat["discipline"])],
            "utama" if seat["is_lead"] else "",
            "mengundurkan diri" if seat["is_recused"] else _ANSWERED[seat["has_answered"]],
        )
        for seat in view["panel"]
    ]
    show.table(("Pakar", "Disiplin", "", "Pendapat"), rows)
    for opinion in view["opinions"]:
        content = opinion["content"]
        show.say(f"{opinion['by']}: {content['summary']}", f"    penyebab utama: {_cause(content['main_cause'])}")
        if grade := content.get("avoidability"):
            show.say(f"    keterhindaran: {AVOIDABILITY[grade]}")


def _consensus(consensus: Mapping[str, Any] | None) -> None:
    if consensus is None:
        return
    show.heading("Kesepakatan panel")
    show.say(consensus["summary"], f"Penyebab utama: {_cause(consensus['main_cause'])}")
    if consensus["avoidability"]:
        show.say(f"Keterhindaran: {AVOIDABILITY[consensus['avoidability']]}")
    for row in consensus["recommendations"]:
        show.say(f"  {row['number']}. {row['text']} ({INTERVENTION_CLASSES[row['class']]}; {_cause(row['cause'])})")
    for row in consensus["dissent"]:
        show.say(f"  Pendapat berbeda, {row['by']}: {row['text']}")


def _plan(actions: list[Mapping[str, Any]]) -> None:
    if not actions:
        return
    show.heading("Rencana tindak lanjut")
    rows = [
        (
            a["number"],
            a["activity"],
            a["owner"],
            date_short(a["ends_on"]),
            ACTION_STATUSES[a["status"]],
            _level(a),
        )
        for a in actions
    ]
    show.table(("No", "Kegiatan", "Penanggung jawab", "Selesai", "Keadaan", "Tingkat"), rows, right=[0])


def _level(action: Mapping[str, Any]) -> str:
    if action["is_effective"]:
        return "efektif"
    if action["confirmed_on"]:
        return "dipastikan"
    if action["reported_on"]:
        return "dilaporkan"
    return "dieskalasi" if action["escalated_on"] else ""


def _follow_up(view: Mapping[str, Any]) -> None:
    if not view["visits"]:
        return
    show.heading("Tindak lanjut")
    states = [visit["state"] for visit in view["visits"]]
    counts = ", ".join(f"{number(states.count(state))} {word}" for state, word in _VISITS.items() if state in states)
    show.pairs(
        [
            ("Penanggung jawab", view["person_in_charge"]),
            ("Berakhir", date_words(view["follow_up_ends_on"])),
            ("Kunjungan", counts),
        ]
    )


def _outcomes(outcomes: list[Mapping[str, Any]]) -> None:
    if not outcomes:
        return
    show.heading("Hasil")
    for o in outcomes:
        name, scale, decimals, unit = _PER_UNIT[o["indicator"]]
        change = "" if o["change"] is None else f" ({signed(o['change'] / scale, decimals)} {unit})"
        show.say(f"  {name}: {_VERDICTS[o['verdict']]}{change}{' · penentu' if o['is_primary'] else ''}")


def _history(events: list[Mapping[str, Any]]) -> None:
    show.heading("Riwayat")
    show.table(("Ke-", "Tanggal", "Apa", "Oleh"), [(e["seq"], date_short(e["on"]), e["label"], e["by"]) for e in events], right=[0])


def _cause(code: str) -> str:
    return CAUSE_BY_CODE[code].label if code in CAUSE_BY_CODE else code
