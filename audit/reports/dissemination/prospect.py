"""BAB III, 3.3 of the first dissemination: what will be evaluated, by which measure and when, from a view of either edition."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from audit.render import wording
from audit.reports.dissemination import texts
from audit.reports.dissemination.chapters import View, month_words
from audit.reports.dissemination.numbers import Numbering, Numbers, share_table
from audit.reports.pages import Column, Table
from audit.steps.evaluate.rules import INDICATORS

_DUE = "due:"


def prospect(view: View, numbering: Numbering) -> dict[str, Any]:
    """The fields of `Findings` that only the first report has, and None or nothing for those of the second."""
    numbers = Numbers(view["cells"])
    return {
        "status_sentences": _sentences(numbers),
        "prospect": _table(view, numbers, numbering) if numbers.some("cases") else None,
        "deadlines": _deadlines(numbers, numbering) if numbers.some("actions") else None,
        "status": None,
        "status_figure": None,
        "outcome_sentences": (),
        "outcome": None,
        "caution": texts.CAUTION_AHEAD if numbers.some("actions") else "",
    }


def evaluation_words(view: View) -> str:
    """When the last case is evaluated: "paling lambat 12 Desember 2026", in public "paling lambat Desember 2026"."""
    by = view["evaluation_by"]
    if by is None:
        months = view["cycle"]["follow_up_months"]
        return f"sesudah tindak lanjut {months} bulan" if months else "sesudah masa tindak lanjut"
    return f"paling lambat {day_or_month(by)}"


def day_or_month(text: str) -> str:
    """ "12 Desember 2026" for an ISO date, "Desember 2026" for a month."""
    return month_words(text) if len(text) == 7 else wording.date_words(date.fromisoformat(text))


def _sentences(numbers: Numbers) -> tuple[str, ...]:
    if not numbers.some("actions"):
        return ("Belum ada rencana tindak lanjut, sehingga belum ada yang dapat dievaluasi.",)
    return (
        "Pada saat laporan ini disusun rencana baru disepakati, jadi belum ada pelaksanaan yang dinilai. Yang akan dinilai, ukurannya, dan "
        "waktunya ditetapkan di sini lebih dahulu; hasilnya disampaikan pada diseminasi kedua.",
    )


def _table(view: View, numbers: Numbers, numbering: Numbering) -> Table:
    months = [name.removeprefix(_DUE) for name in view["cells"] if name.startswith(_DUE) and name != f"{_DUE}none"]
    last = f"; tenggat terakhir {month_words(max(months))}" if months else ""
    when, follow_up = evaluation_words(view), view["cycle"]["follow_up_months"]
    least = {code: wording.number(i.better_by / i.per_unit, 1) for code, i in INDICATORS.items()}
    monthly = f"diukur setiap bulan selama {follow_up} bulan; dinilai {when}" if follow_up else f"dinilai {when}"
    rows = [
        ("Tingkat 1: kegiatan dilaporkan selesai", "Laporan penanggung jawab dengan buktinya", f"menurut tenggat setiap kegiatan{last}"),
        ("Tingkat 2: kegiatan dipastikan", "Hasil kegiatan dilihat pihak lain di lapangan", "sesudah dilaporkan selesai"),
        ("Tingkat 3: kegiatan efektif", "Kegiatan dipastikan dan ukuran kasusnya membaik", f"bersama evaluasi kasus, {when}"),
    ]
    if numbers.some("children"):
        how = f"TB/U, atau BB/TB bila semula kurus; membaik atau memburuk bila berubah sedikitnya {least['haz']} SD"
        rows.append((f"Pertumbuhan anak ({numbers.words('children', 'kasus')})", how, monthly))
    if numbers.some("women"):
        how = f"LiLA; membaik atau memburuk bila berubah sedikitnya {least['muac']} cm"
        rows.append((f"Gizi ibu ({numbers.words('women', 'kasus')})", how, monthly))
    ends = wording.date_words(date.fromisoformat(view["cycle"]["ends_on"]))
    rows.append(
        ("Diseminasi kedua", "Evaluasi RTL, perubahan setiap kasus, dan pelajaran", f"sesudah semua kasus dinilai; siklus berakhir {ends}")
    )
    return Table(
        "t-evaluasi",
        "Yang akan dievaluasi, ukurannya, dan waktunya",
        (Column("Yang dinilai", 30), Column("Ukuran", 38), Column("Waktu", 32)),
        tuple(rows),
        numbering.next("Tabel", 3),
    )


def _deadlines(numbers: Numbers, numbering: Numbering) -> Table:
    named = sorted(name for name in numbers.names() if name.startswith(_DUE))
    rows = [(name, "Tanpa tenggat" if name.endswith("none") else month_words(name.removeprefix(_DUE))) for name in named]
    return share_table(
        numbers,
        "t-tenggat",
        "Kegiatan menurut bulan tenggat",
        "Bulan tenggat",
        rows,
        whole="actions",
        noun="Kegiatan",
        number=partial(numbering.next, "Tabel", 3),
        empty="Belum ada kegiatan.",
    )
