"""The summary for the Bupati, worded and drawn: headline, five numbers, findings, what is late, what is asked. No query is in here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from audit.regions import region
from audit.render import charts, wording
from audit.reports.dissemination import texts
from audit.reports.dissemination.chapters import cycle_name
from audit.reports.dissemination.figures import alternative, place_figure
from audit.reports.dissemination.findings import causes, most_frequent
from audit.reports.dissemination.numbers import Numbers
from audit.reports.dissemination.prospect import day_or_month
from audit.reports.dissemination.report import data_set
from audit.reports.dissemination.results import verdict_words
from audit.reports.document import PUBLIC
from audit.reports.pages import Column, Figure, Table
from audit.reports.phrases import agency_name
from audit.reports.printing import foot_of, print_document
from audit.reports.record import Record
from audit.reports.summary.asked import asked
from audit.reports.summary.pages import Number, SummaryPage

TEMPLATE = "report/summary"
LATE_SHOWN = 3

_ABBREVIATED = "RTL: rencana tindak lanjut."


def draw_summary(record: Record, *, is_strict: bool = False) -> bytes:
    """The summary as an archival PDF of one page; equal records give equal bytes. The public edition carries its data set.

    is_strict: as in `pdf.to_pdf`. Raises Fault when the PDF engine is missing.
    """
    attached = data_set(record) if record.edition == PUBLIC else ()
    return print_document(summary_page(record), record, template=TEMPLATE, attachments=attached, is_strict=is_strict)


def summary_page(record: Record) -> SummaryPage:
    """The page record of either edition. record: its content is as `printed_summary` gave it."""
    view = record.content
    numbers = Numbers(view["cells"])
    reader = reader_words(view["cycle"]["kabupaten_code"])
    return SummaryPage(
        foot=foot_of(record, title=f"Ringkasan untuk {reader}", description=f"{cycle_name(view)}, edisi {record.edition}"),
        reader=reader,
        cycle=cycle_name(view),
        state=f"Keadaan per {wording.date_words(date.fromisoformat(view['on']))}",
        headline=headline(view, numbers),
        numbers=_five(numbers),
        findings=_findings(numbers),
        late=_late(view),
        late_sentence=_late_sentence(view, numbers),
        asked=asked(view, numbers),
        figure_title="Sejauh mana rencana dijalankan" if numbers.some("actions") else "Di mana kasusnya",
        figure=_figure(view, numbers),
        next_date=_next_date(view),
        context=tuple(
            f"{p['indicator']}: {wording.percent(p['value'])} ({p['period']}; {p['source']})" for p in view["cycle"]["prevalence"] or ()
        )[:2],
    )


def reader_words(kabupaten_code: str) -> str:
    """ "Bupati Jember", or "Wali Kota Malang" for a city."""
    name = region(kabupaten_code).name
    return f"Wali Kota {name.removeprefix('Kota ')}" if name.startswith("Kota ") else f"Bupati {name.removeprefix('Kabupaten ')}"


def headline(view: Mapping[str, Any], numbers: Numbers) -> str:
    """What the Bupati should know when there is time for one sentence only."""
    if not numbers.some("cases"):
        return f"{cycle_name(view)} belum mempunyai kasus yang diaudit."
    if not numbers.some("agreed"):
        return f"{_upper(numbers.words('cases', 'kasus'))} sedang disiapkan dan dikaji; belum ada penyebab yang disepakati pakar."
    if not numbers.some("actions"):
        return f"{_upper(numbers.words('agreed', 'kasus'))} selesai dikaji pakar; rencana tindak lanjutnya belum disusun."
    if numbers.some("outcomes"):
        better = numbers.words("verdict:improved") if numbers.some("verdict:improved") else "belum satu pun"
        first = f"{better} dari {numbers.words('outcomes', 'kasus')} yang dievaluasi membaik"
        first += f" dan {numbers.words('verdict:worse')} memburuk" if numbers.some("verdict:worse") else ""
    else:
        seen = numbers.words("seen") if numbers.some("seen") else "belum satu pun"
        first = f"{seen} dari {numbers.words('actions', 'kegiatan')} dipastikan terlaksana"
    late = f"{numbers.words('late', 'kegiatan')} lewat tenggat" if numbers.some("late") else "tidak ada kegiatan yang lewat tenggat"
    return f"{_upper(first)}; {late}."


def _five(numbers: Numbers) -> tuple[Number, ...]:
    def part(name: str, whole: str) -> str:
        return f"{numbers.shown(name)} dari {numbers.shown(whole)}" if numbers.some(whole) else wording.MISSING

    return (
        Number(numbers.shown("cases"), "kasus diaudit", "penetapan kasus siklus ini"),
        Number(part("agreed", "cases"), "kasus selesai dikaji pakar", "kesepakatan panel"),
        Number(part("seen", "actions"), "kegiatan RTL dipastikan pihak lain", "pemastian lapangan"),
        Number(part("visits:done", "visits"), "kunjungan terlaksana", "catatan kunjungan"),
        Number(part("verdict:improved", "outcomes"), "kasus dievaluasi membaik", "pengukuran sebelum dan sesudah"),
    )


def _findings(numbers: Numbers) -> tuple[str, ...]:
    said = [
        most_frequent("Penyebab langsung", numbers, causes(numbers, is_direct=True)),
        most_frequent("Penyebab tidak langsung", numbers, causes(numbers, is_direct=False)),
    ]
    if numbers.some("outcomes"):
        among = f"Di antara {numbers.words('outcomes', 'kasus')} yang dievaluasi, {verdict_words(numbers)}"
        said.append(f"{among}. Jumlahnya kecil dan kasusnya yang terberat, jadi belum membuktikan pengaruh satu kegiatan.")
    elif numbers.some("told"):
        said.append(f"Penanggung jawab melaporkan {numbers.words('told', 'kegiatan')} selesai; {_seen(numbers)}.")
    return tuple(one for one in said if one) or ("Belum ada temuan: kajian pakar belum selesai.",)


def _seen(numbers: Numbers) -> str:
    return f"{numbers.words('seen')} sudah dipastikan pihak lain" if numbers.some("seen") else "belum ada yang dipastikan pihak lain"


def _late(view: Mapping[str, Any]) -> Table | None:
    rows = [
        (
            agency_name(view["cycle"], each["agency"]),
            wording.number(each["actions"]),
            wording.date_short(date.fromisoformat(each["oldest"])),
            wording.number(each["days"]),
        )
        for each in view["late"][:LATE_SHOWN]
    ]
    if not rows:
        return None
    left = view["late"][LATE_SHOWN:]
    more = f"dan {sum(each['actions'] for each in left)} kegiatan pada {len(left)} perangkat daerah lain." if left else ""
    head = (
        Column("Penanggung jawab", 46),
        Column("Kegiatan", 14, "number"),
        Column("Tenggat tertua", 22, "number"),
        Column("Hari lewat", 18, "number"),
    )
    return Table("t-terlambat", "", head, tuple(rows), note=more)


def _late_sentence(view: Mapping[str, Any], numbers: Numbers) -> str:
    if not numbers.some("late"):
        return "Tidak ada kegiatan yang lewat tenggat tanpa laporan selesai."
    told = f"{_upper(numbers.words('late', 'kegiatan'))} lewat tenggat tanpa laporan selesai"
    return f"{told}:" if view["late"] else f"{told}."


def _figure(view: Mapping[str, Any], numbers: Numbers) -> Figure | None:
    """The three levels of the actions; before there are any, where the cases are."""
    if not numbers.some("actions"):
        return place_figure(view, numbers)
    named = [("actions", texts.ALL_ACTIONS), *texts.THREE_LEVELS]
    if not numbers.any_bar(named):
        return None
    title = alternative("Pelaksanaan RTL", numbers, named)
    drawing = charts.bars([numbers.bar(*each) for each in named], title=title, label_share=0.5)
    return Figure("g-tingkat", "", drawing, source=f"laporan penanggung jawab, pemastian lapangan, dan evaluasi kasus. {_ABBREVIATED}")


def _next_date(view: Mapping[str, Any]) -> str:
    cycle, on = view["cycle"], view["on"]
    dates = [
        (cycle["dissemination_on"], "Diseminasi"),
        (view["evaluation_by"], "Evaluasi kasus terakhir, paling lambat"),
        (cycle["ends_on"], "Siklus berakhir"),
    ]
    ahead = sorted((day, what) for day, what in dates if day and day > on[: len(day)])
    day, what = ahead[0] if ahead else (cycle["ends_on"], "Siklus telah berakhir")
    return f"{what}: {day_or_month(day)}"


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
