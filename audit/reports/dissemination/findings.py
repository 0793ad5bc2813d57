"""BAB III and BAB IV of the dissemination report, written from a view of either edition: causes, plan, status, outcomes, what is left."""

from __future__ import annotations

from datetime import date
from functools import partial

from audit.lifecycle.vocabulary import INTERVENTION_CLASSES, Action
from audit.people.roles import AGENCIES
from audit.render import charts, wording
from audit.reports.disclosure import SMALLEST_SHOWN
from audit.reports.dissemination import texts
from audit.reports.dissemination.chapters import View, alternative, team_wording
from audit.reports.dissemination.numbers import Numbering, Numbers, counted_table, share_table
from audit.reports.dissemination.pages import Closing, Findings
from audit.reports.dissemination.view import LEVELS, cause_is_direct
from audit.reports.pages import Column, Figure, Table
from audit.steps.evaluate.rules import INDICATORS, UNKNOWN_BECAUSE, VERDICT_LABELS
from audit.steps.review.rules import CAUSES

CLASS_WORDS = {"spesifik": "spesifik", "sensitif": "sensitif", "koordinatif": "koordinatif"}
_MOST_NAMED = 3
_INDICATOR_WORDS = {"haz": "TB/U", "waz": "BB/U", "whz": "BB/TB", "muac": "LiLA", "hb": "Hb"}


def findings(view: View, numbering: Numbering) -> Findings:
    """BAB III: conclusions, causes, plan, status of the plan, outcomes with their caution."""
    numbers = Numbers(view["cells"])
    direct, indirect = _causes(numbers, is_direct=True), _causes(numbers, is_direct=False)
    direct_table = _cause_table(numbers, direct, "langsung", numbering)
    direct_figure = _cause_figure(numbers, direct, "langsung", numbering)
    indirect_table = _cause_table(numbers, indirect, "tidak langsung", numbering)
    indirect_figure = _cause_figure(numbers, indirect, "tidak langsung", numbering)
    by_agency = _by_agency(view, numbers, numbering)
    status = _status(view, numbers, numbering)
    return Findings(
        conclusions=_conclusions(numbers, direct, indirect),
        direct_causes=direct_table,
        direct_figure=direct_figure,
        indirect_causes=indirect_table,
        indirect_figure=indirect_figure,
        plan_sentences=_plan_sentences(view, numbers),
        plan_by_agency=by_agency,
        status_sentences=_status_sentences(view, numbers),
        status=status,
        status_figure=_status_figure(numbers, numbering),
        outcome_sentences=_outcome_sentences(view, numbers),
        outcome=_outcome(numbers, numbering),
        caution=texts.CAUTION if numbers.some("outcomes") else "",
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
    return Closing(lessons=tuple(sentence for name, sentence in rules if numbers.some(name)), carried_over=_carried_over(numbers))


def _causes(numbers: Numbers, *, is_direct: bool) -> list[tuple[str, str]]:
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


def _conclusions(numbers: Numbers, direct: list[tuple[str, str]], indirect: list[tuple[str, str]]) -> tuple[str, ...]:
    if not numbers.some("agreed"):
        return ()
    sentences = [_most_frequent("Penyebab langsung", numbers, direct), _most_frequent("Penyebab tidak langsung", numbers, indirect)]
    if numbers.some("actions"):
        seen = numbers.with_share("seen", "actions", "kegiatan")
        told = (
            f"{seen} sudah dipastikan terlaksana oleh pihak lain" if numbers.some("seen") else "belum ada yang dipastikan oleh pihak lain"
        )
        sentences.append(f"Di antara {numbers.words('actions', 'kegiatan')} dalam RTL, {told}.")
    if numbers.some("outcomes"):
        sentences.append(f"Di antara {numbers.words('outcomes', 'kasus')} yang sudah dievaluasi, {_verdicts(numbers)}.")
    return tuple(filter(None, sentences))


def _most_frequent(kind: str, numbers: Numbers, named: list[tuple[str, str]]) -> str:
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


def _verdicts(numbers: Numbers) -> str:
    said = [(f"verdict:{code}", label.lower()) for code, label in VERDICT_LABELS.items()]
    return wording.list_words([f"{numbers.words(name, 'kasus')} {label}" for name, label in said if numbers.some(name)])


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
            AGENCIES[name.removeprefix("agency:")],
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
        sentences.append(f"Di antara {numbers.words('outcomes', 'kasus')} yang sudah dievaluasi, {_verdicts(numbers)}.")
        sentences += [" ".join(_average_sentences(view, numbers))]
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


def _average_sentences(view: View, numbers: Numbers) -> list[str]:
    """The mean change of each deciding indicator; only where it stands on five cases or more."""
    sentences = []
    for code, average in view["averages"].items():
        count = numbers.value(f"judged:{code}") or 0
        if count >= SMALLEST_SHOWN:
            indicator = INDICATORS[code]
            change = f"{wording.signed(average / indicator.per_unit)}{wording.NO_BREAK}{indicator.unit}"
            sentences.append(f"Perubahan rata-rata {_INDICATOR_WORDS[code]} pada {count} kasus yang dinilai dengannya adalah {change}.")
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


def _carried_over(numbers: Numbers) -> str:
    sentences = []
    if numbers.some("stage:carried_over"):
        sentences.append(f"Kasus yang dilanjutkan ke siklus berikut: {numbers.words('stage:carried_over', 'kasus')}.")
    if numbers.some("open"):
        sentences.append(
            f"Kegiatan yang belum dipastikan selesai dan tetap menjadi tanggung jawab pemiliknya: {numbers.words('open', 'kegiatan')}."
        )
    return " ".join(sentences)
