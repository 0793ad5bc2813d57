"""BAB III and BAB IV of the dissemination reports, from a view of either edition. 3.3 is in results.py and prospect.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from audit.lifecycle.vocabulary import INTERVENTION_CLASSES, Action
from audit.people.roles import AGENCIES
from audit.render import charts, wording
from audit.reports.dissemination import texts
from audit.reports.dissemination.chapters import View, own_words, team_wording
from audit.reports.dissemination.counts import cause_is_direct
from audit.reports.dissemination.figures import alternative
from audit.reports.dissemination.numbers import Numbering, Numbers, counted_table, share_table
from audit.reports.dissemination.pages import Closing, Findings
from audit.reports.dissemination.prospect import prospect
from audit.reports.dissemination.results import results, verdict_words
from audit.reports.dissemination.stage import FIRST
from audit.reports.pages import Column, Figure, Table
from audit.reports.phrases import agency_name
from audit.steps.review.rules import CAUSES

CLASS_WORDS = {"spesifik": "spesifik", "sensitif": "sensitif", "koordinatif": "koordinatif"}
_MOST_NAMED = 3


def findings(view: View, numbering: Numbering, cases: Sequence[Mapping[str, Any]] = ()) -> Findings:
    """BAB III: conclusions, causes, plan, and what was or will be evaluated. cases: of the record, for the restricted edition only."""
    numbers = Numbers(view["cells"])
    direct, indirect = causes(numbers, is_direct=True), causes(numbers, is_direct=False)
    direct_table = _cause_table(numbers, direct, "langsung", numbering)
    direct_figure = _cause_figure(numbers, direct, "langsung", numbering)
    indirect_table = _cause_table(numbers, indirect, "tidak langsung", numbering)
    indirect_figure = _cause_figure(numbers, indirect, "tidak langsung", numbering)
    by_agency = _by_agency(view, numbers, numbering)
    later = prospect(view, numbering) if view["stage"] == FIRST else results(view, cases, numbering)
    return Findings(
        conclusions=_conclusions(view, numbers, direct, indirect),
        direct_causes=direct_table,
        direct_figure=direct_figure,
        indirect_causes=indirect_table,
        indirect_figure=indirect_figure,
        plan_sentences=_plan_sentences(view, numbers),
        plan_by_agency=by_agency,
        **later,
    )


def closing(view: View) -> Closing:
    """BAB IV: what follows from what happened, and what is still open."""
    numbers = Numbers(view["cells"])
    rules = (
        (
            f"process:{Action.RETURN_WORKSHEET}",
            "Kertas kerja dilengkapi sebelum dikirim, supaya kajian tidak tertunda karena isian kosong.",
        ),
        (f"process:{Action.ASK_FOR_DATA}", "Data yang biasa diminta panel disiapkan sejak kunjungan pertama."),
        ("agreement:divided", "Kasus yang pendapatnya terbagi dijadikan bahan pembelajaran panel pada siklus berikutnya."),
        ("visits:missed", "Kunjungan yang terlewat dijadwalkan ulang oleh pendamping kasus, dan penyebabnya dilaporkan ke kecamatan."),
        ("level:stuck", "Kegiatan yang terkendala dibahas bersama penanggung jawabnya sebelum anggaran berikutnya disusun."),
        ("late", "Kegiatan yang melewati tenggat diselesaikan lebih dahulu sebelum kegiatan baru disusun."),
        ("level:reported", "Kegiatan yang sudah dilaporkan selesai dipastikan oleh pihak lain melalui kunjungan."),
        ("unknown:no_later_measurement", "Pengukuran akhir dilakukan sebelum masa tindak lanjut berakhir, supaya hasil dapat disimpulkan."),
        ("unknown:implausible", "Pengukuran yang tidak masuk akal diulang pada kunjungan berikutnya."),
    )
    return Closing(
        lessons=tuple(sentence for name, sentence in rules if numbers.some(name)),
        carried_over="" if view["stage"] == FIRST else _carried_over(numbers),
        words=own_words(view, "closing"),
    )


def causes(numbers: Numbers, *, is_direct: bool) -> list[tuple[str, str]]:
    """(cell, words) of the causes that were agreed on, most frequent first."""
    codes = [*(cause.code for cause in CAUSES), *texts.FOLDED_CAUSES]
    names = [f"cause:{code}" for code in codes if cause_is_direct(code) is is_direct]
    return [(name, texts.cause_label(name.removeprefix("cause:"))) for name in numbers.ranked(names)]


def _cause_table(numbers: Numbers, named: list[tuple[str, str]], kind: str, numbering: Numbering) -> Table:
    return share_table(
        numbers,
        f"t-{kind.replace(' ', '-')}",
        f"Penyebab {kind} yang disepakati panel",
        f"Penyebab {kind}",
        named,
        whole="agreed",
        noun="Kasus",
        number=partial(numbering.next, "Tabel", 3),
        note=texts.MULTIPLE_CAUSES if len(named) > 1 else "",
        empty="Belum ada penyebab yang disepakati panel." if not numbers.some("agreed") else f"Tidak ada penyebab {kind} yang disepakati.",
        has_total=False,
    )


def _cause_figure(numbers: Numbers, named: list[tuple[str, str]], kind: str, numbering: Numbering) -> Figure | None:
    """Bars of the counts; nothing for a single cause, or when every bar is hidden."""
    if len(named) < 2 or not numbers.any_bar(named):
        return None
    caption = f"Penyebab {kind} menurut jumlah kasus"
    drawn = charts.bars([numbers.bar(*each) for each in named], title=alternative(caption, numbers, named), label_share=0.46)
    return Figure(f"g-{kind.replace(' ', '-')}", caption, drawn, numbering.next("Gambar", 3))


def _conclusions(view: View, numbers: Numbers, direct: list[tuple[str, str]], indirect: list[tuple[str, str]]) -> tuple[str, ...]:
    if not numbers.some("agreed"):
        return ()
    sentences = [most_frequent("Penyebab langsung", numbers, direct), most_frequent("Penyebab tidak langsung", numbers, indirect)]
    if view["stage"] == FIRST:
        if numbers.some("actions"):
            planned = f"{numbers.words('actions', 'kegiatan')} untuk {numbers.words('with_plan', 'kasus')}"
            sentences.append(f"RTL memuat {planned}; pelaksanaan dan hasilnya dilaporkan pada diseminasi kedua.")
        return tuple(filter(None, sentences))
    if numbers.some("actions"):
        seen = numbers.with_share("seen", "actions", "kegiatan")
        told = (
            f"{seen} sudah dipastikan terlaksana oleh pihak lain" if numbers.some("seen") else "belum ada yang dipastikan oleh pihak lain"
        )
        sentences.append(f"Di antara {numbers.words('actions', 'kegiatan')} dalam RTL, {told}.")
    if numbers.some("outcomes"):
        sentences.append(f"Di antara {numbers.words('outcomes', 'kasus')} yang sudah dievaluasi, {verdict_words(numbers)}.")
    return tuple(filter(None, sentences))


def most_frequent(kind: str, numbers: Numbers, named: list[tuple[str, str]]) -> str:
    """The sentence on the causes that were agreed on most often, as far as it may be said; "" without one. named: as `causes` gives."""
    if not named:
        return ""
    shown = [(label, name) for name, label in named if not numbers.is_hidden(name)]
    if not shown:
        if len(named) > _MOST_NAMED:
            return f"{kind} yang disepakati panel beragam: {len(named)} penyebab, tidak satu pun ditemukan pada 5 kasus atau lebih."
        each = "masing-masing " if len(named) > 1 else ""
        return f"{kind} yang disepakati panel adalah {_quoted([label for _, label in named])} ({each}kurang dari 5 kasus)."
    top = numbers.value(shown[0][1])
    first = [label for label, name in shown if numbers.value(name) == top]
    among = "kasus" if numbers.is_hidden("agreed") else f"dari {numbers.words('agreed', 'kasus')}"
    each = "masing-masing " if len(first) > 1 else ""
    sentence = f"{kind} yang paling sering disepakati panel adalah {_quoted(first)} ({each}{top} {among} yang selesai dikaji)"
    next_ones = [(label, name) for label, name in shown if label not in first][:2]
    if next_ones:
        sentence += ", diikuti " + wording.list_words([f"{_lower(label)} ({numbers.words(name, 'kasus')})" for label, name in next_ones])
    return sentence + "."


def _quoted(labels: list[str]) -> str:
    return wording.list_words([_lower(label) for label in labels])


def _lower(label: str) -> str:
    """The first letter small, unless the word is an abbreviation: "asupan protein …", but "MPASI …" and "4T …"."""
    return label if label[1:2].isupper() or not label[:1].isalpha() else label[0].lower() + label[1:]


def _plan_sentences(view: View, numbers: Numbers) -> tuple[str, ...]:
    if not numbers.some("actions"):
        return ("Belum ada rencana tindak lanjut yang disusun pada siklus ini.",)
    classes = numbers.listed([(f"class:{code}", f"kegiatan {word}") for code, word in CLASS_WORDS.items()])
    first = f"Untuk {numbers.words('with_plan', 'kasus')} disusun {numbers.words('actions', 'kegiatan')}, yaitu {classes}."
    if not numbers.some("level:proposed"):
        return (f"{first} Semua kegiatan sudah disetujui Ketua {team_wording(view)['team']}.",)
    return (f"{first} Yang belum disetujui Ketua {team_wording(view)['team']}: {numbers.words('level:proposed', 'kegiatan')}.",)


def _by_agency(view: View, numbers: Numbers, numbering: Numbering) -> Table:
    agencies = numbers.ranked(f"agency:{code}" for code in AGENCIES)
    classes = list(INTERVENTION_CLASSES) if "agency|class" in view["crossings"] else []
    head = (
        Column("Penanggung jawab", 86 - 14 * len(classes)),
        *(Column(CLASS_WORDS[c].capitalize(), 14, "number") for c in classes),
        Column("Jumlah", 14, "number"),
    )
    rows = [
        (
            agency_name(view["cycle"], name.removeprefix("agency:")),
            *(numbers.shown(f"{name}|class:{c}") for c in classes),
            numbers.shown(name),
        )
        for name in agencies
    ]
    return counted_table(
        "t-opd",
        "Kegiatan menurut penanggung jawab" + (" dan jenis intervensi" if classes else ""),
        head,
        rows,
        number=partial(numbering.next, "Tabel", 3),
        total=("Jumlah", *(numbers.shown(f"class:{c}") for c in classes), numbers.shown("actions")),
        empty="Belum ada kegiatan.",
    )


def _carried_over(numbers: Numbers) -> str:
    sentences = []
    if numbers.surely("stage:carried_over"):
        sentences.append(f"Kasus yang dilanjutkan ke siklus berikut: {numbers.words('stage:carried_over', 'kasus')}.")
    if numbers.surely("open"):
        sentences.append(
            f"Kegiatan yang belum dipastikan selesai dan tetap menjadi tanggung jawab pemiliknya: {numbers.words('open', 'kegiatan')}."
        )
    return " ".join(sentences)
