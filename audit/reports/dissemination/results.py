"""BAB III, 3.3 of the second dissemination: how far the actions came and what changed for the cases, from a view of either edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from audit.render import charts, wording
from audit.reports.disclosure import SMALLEST_SHOWN
from audit.reports.dissemination import texts
from audit.reports.dissemination.chapters import View, team_wording
from audit.reports.dissemination.counts import LEVELS, primary_outcome
from audit.reports.dissemination.figures import alternative
from audit.reports.dissemination.numbers import Numbering, Numbers, counted_table, share_table
from audit.reports.pages import Column, Figure, Table
from audit.steps.evaluate.rules import INDICATORS, UNKNOWN_BECAUSE, VERDICT_LABELS

_FIGURE_SPACE = "\u2007"
"""As wide as a digit: keeps the decimal commas of one column under each other."""


def results(view: View, cases: Sequence[Mapping[str, Any]], numbering: Numbering) -> dict[str, Any]:
    """The fields of `Findings` that only the second report has. cases: those of the record for the restricted edition, else none."""
    numbers = Numbers(view["cells"])
    return {
        "status_sentences": _status_sentences(view, numbers),
        "levels": _levels(numbers, numbering),
        "status": _status(view, numbers, numbering),
        "status_figure": _status_figure(numbers, numbering),
        "outcome_sentences": _outcome_sentences(view, numbers),
        "outcome": _outcome(numbers, numbering),
        "means": _means(view, numbers, numbering),
        "changes": _changes(cases, numbering),
        "caution": texts.CAUTION if numbers.some("outcomes") else "",
    }


def verdict_words(numbers: Numbers) -> str:
    """ "4 kasus membaik, 2 kasus tetap, dan 1 kasus tidak dapat disimpulkan"."""
    said = [(f"verdict:{code}", label.lower()) for code, label in VERDICT_LABELS.items()]
    return wording.list_words([f"{numbers.words(name, 'kasus')} {label}" for name, label in said if numbers.some(name)])


def _status_sentences(view: View, numbers: Numbers) -> tuple[str, ...]:
    if not numbers.some("actions"):
        return ("Belum ada kegiatan yang dapat dievaluasi.",)
    on = wording.date_words(date.fromisoformat(view["on"]))
    sentences = []
    if numbers.some("seen"):
        told = f"Sampai {on}, pihak lain sudah memastikan {numbers.words('seen')} dari {numbers.words('actions', 'kegiatan')} terlaksana"
        share = numbers.share("seen", "actions")
        told += "" if share == wording.MISSING else f" ({share})"
        if numbers.some("level:effective"):
            told += f"; {numbers.words('level:effective')} di antaranya efektif, artinya ukuran kasusnya membaik"
        sentences.append(told + ".")
    else:
        sentences.append(f"Sampai {on} belum ada kegiatan yang dipastikan oleh pihak lain.")
    if numbers.some("late") or numbers.some("escalated"):
        late = f"Kegiatan yang melewati tenggat tanpa laporan selesai: {numbers.words('late') if numbers.some('late') else 'tidak ada'}."
        if numbers.some("escalated"):
            late += f" Yang pernah dieskalasi kepada Ketua {team_wording(view)['team']}: {numbers.words('escalated', 'kegiatan')}."
        sentences.append(late)
    if numbers.some("visits"):
        sentences.append(_visits(numbers))
    return tuple(sentences)


def _visits(numbers: Numbers) -> str:
    done = (
        f"{numbers.with_share('visits:done', 'visits', 'kunjungan')} terlaksana"
        if numbers.some("visits:done")
        else "belum ada yang terlaksana"
    )
    parts = [done]
    if numbers.some("visits:missed"):
        parts.append(f"{numbers.words('visits:missed', 'kunjungan')} terlewat")
    if numbers.some("visits:planned"):
        parts.append(f"{numbers.words('visits:planned', 'kunjungan')} belum tercatat")
    measured = f" Pengukuran dilakukan pada {numbers.words('visits:measured', 'kunjungan')}." if numbers.some("visits:measured") else ""
    return f"Di antara {numbers.words('visits', 'kunjungan')} dalam rencana, {wording.list_words(parts)}.{measured}"


def _status(view: View, numbers: Numbers, numbering: Numbering) -> Table:
    return share_table(
        numbers,
        "t-status",
        f"Keadaan kegiatan per {wording.date_words(date.fromisoformat(view['on']))}",
        "Keadaan",
        [(f"level:{level}", texts.LEVEL_LABELS[level]) for level in LEVELS],
        whole="actions",
        noun="Kegiatan",
        number=partial(numbering.next, "Tabel", 3),
        source="laporan penanggung jawab, kunjungan, dan hasil evaluasi kasus; setiap kegiatan dihitung sekali.",
        empty="Belum ada kegiatan.",
    )


def _levels(numbers: Numbers, numbering: Numbering) -> Table:
    """The three levels, each part of the one before; out of all actions."""
    return share_table(
        numbers,
        "t-tingkat",
        "Tiga tingkat status kegiatan",
        "Tingkat",
        [("actions", texts.ALL_ACTIONS), *texts.THREE_LEVELS],
        whole="actions",
        noun="Kegiatan",
        number=partial(numbering.next, "Tabel", 3),
        note=texts.LEVELS_NOTE,
        empty="Belum ada kegiatan.",
        has_total=False,
    )


def _status_figure(numbers: Numbers, numbering: Numbering) -> Figure | None:
    named = [(f"level:{level}", texts.LEVEL_LABELS[level]) for level in LEVELS if numbers.some(f"level:{level}")]
    if len(named) < 2 or not numbers.any_bar(named):
        return None
    caption = "Keadaan kegiatan menurut jumlahnya"
    drawn = charts.bars([numbers.bar(*each) for each in named], title=alternative(caption, numbers, named), label_share=0.42)
    return Figure("g-status", caption, drawn, numbering.next("Gambar", 3))


def _outcome_sentences(view: View, numbers: Numbers) -> tuple[str, ...]:
    sentences = []
    if not numbers.some("outcomes"):
        sentences.append("Belum ada kasus yang dievaluasi, sehingga belum ada hasil yang dapat dilaporkan.")
    else:
        sentences.append(f"Di antara {numbers.words('outcomes', 'kasus')} yang sudah dievaluasi, {verdict_words(numbers)}.")
        if numbers.some("verdict:unknown"):
            reasons = [(f"unknown:{code}", words) for code, words in UNKNOWN_BECAUSE.items()]
            why = "; ".join(f"{words} ({numbers.words(name, 'kasus')})" for name, words in reasons if numbers.some(name))
            sentences.append(f"Alasan hasil tidak dapat disimpulkan: {why}.")
    return tuple(filter(None, (*sentences, *_not_judged(numbers))))


def _not_judged(numbers: Numbers) -> list[str]:
    """What of the cases without an outcome. Where a dash hides how many go on (it may be none), only what holds either way is said."""
    if numbers.value("cases") is not None and numbers.value("cases") == numbers.value("outcomes"):
        return []
    if numbers.is_covered("stage:follow_up") or numbers.is_covered("stage:withdrawn"):
        return ["Kasus lain tidak atau belum dinilai hasilnya, yaitu yang dikeluarkan dari audit dan yang auditnya belum selesai."]
    sentences = []
    if numbers.some("stage:follow_up"):
        sentences.append(f"Tindak lanjut masih berjalan pada {numbers.words('stage:follow_up', 'kasus')}; hasilnya dilaporkan kemudian.")
    if numbers.some("stage:withdrawn"):
        sentences.append(f"Hasil {numbers.words('stage:withdrawn', 'kasus')} tidak dinilai karena dikeluarkan dari audit.")
    return sentences


def _outcome(numbers: Numbers, numbering: Numbering) -> Table:
    least = {code: wording.number(i.better_by / i.per_unit, 1) for code, i in INDICATORS.items()}
    return share_table(
        numbers,
        "t-hasil",
        "Keadaan kasus setelah tindak lanjut",
        "Hasil",
        [(f"verdict:{code}", label) for code, label in VERDICT_LABELS.items()],
        whole="outcomes",
        noun="Kasus",
        number=partial(numbering.next, "Tabel", 3),
        source="pengukuran sebelum dan selama tindak lanjut; nilai z dihitung ulang menurut WHO 2006.",
        note=f"membaik atau memburuk bila berubah sedikitnya {least['haz']} SD (anak: TB/U, atau BB/TB bila semula kurus) atau "
        f"{least['muac']} cm (ibu: LiLA); selain itu tetap.",
        empty="Belum ada kasus yang dievaluasi.",
    )


def _means(view: View, numbers: Numbers, numbering: Numbering) -> Table | None:
    """Before and after, on average, for each measure; in public only over five cases or more. None where nothing can be said."""
    rows = []
    for code, mean in view["averages"].items():
        count = numbers.value(f"judged:{code}") or 0
        if count >= (1 if view["panel_is_named"] else SMALLEST_SHOWN):
            per, name = INDICATORS[code].per_unit, f"{texts.INDICATOR_SHORT[code]} ({INDICATORS[code].unit})"
            before, after = (wording.number(mean[part] / per, 2) for part in ("before", "after"))
            rows.append((name, wording.number(count), before, after, wording.signed(mean["change"] / per)))
    if not rows:
        return None
    head = (
        Column("Ukuran penentu", 32),
        Column("Kasus", 14, "number"),
        Column("Rata-rata sebelum", 18, "number"),
        Column("Rata-rata sesudah", 18, "number"),
        Column("Selisih", 18, "number"),
    )
    return counted_table(
        "t-rata-rata",
        "Ukuran kasus sebelum dan sesudah tindak lanjut",
        head,
        rows,
        number=partial(numbering.next, "Tabel", 3),
        note=texts.FEW_CASES_NOTE,
        source="pengukuran terakhir sebelum dan selama tindak lanjut.",
    )


def _changes(cases: Sequence[Mapping[str, Any]], numbering: Numbering) -> Table | None:
    """Each evaluated case with its deciding measure before and after; None without one."""
    rows = [_change(case["number"], primary) for case in cases if (primary := primary_outcome(case)) is not None]
    if not rows:
        return None
    head = (
        Column("Kasus", 29, "code"),
        Column("Ukuran", 14),
        Column("Sebelum", 11, "number"),
        Column("Sesudah", 11, "number"),
        Column("Selisih", 11, "number"),
        Column("Hasil", 24),
    )
    note = "kasus yang belum dievaluasi dan yang dikeluarkan dari audit tidak dicantumkan."
    return Table("t-perubahan", "Perubahan setiap kasus", head, tuple(rows), numbering.next("Tabel", 3), note=note)


def _change(number: str, outcome: Mapping[str, Any]) -> tuple[str, ...]:
    indicator = INDICATORS[outcome["indicator"]]
    decimals = 2 if indicator.per_unit == 100 else 1
    room = _FIGURE_SPACE * (2 - decimals)
    values = [outcome[key] for key in ("before_value", "after_value")]
    before, after = (wording.MISSING if v is None else wording.number(v / indicator.per_unit, decimals) + room for v in values)
    change = wording.MISSING if outcome["change"] is None else wording.signed(outcome["change"] / indicator.per_unit, decimals) + room
    name = f"{texts.INDICATOR_SHORT[indicator.code]} ({indicator.unit})"
    return (number, name, before, after, change, VERDICT_LABELS[outcome["verdict"]])
