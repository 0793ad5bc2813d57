"""The page on what is asked: worksheets, opinion, consensus, RTL, visits, from the forms themselves. What an answer means is not here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from audit.forms import Field, Form, Kind, Section
from audit.lifecycle.vocabulary import GROUP_LABELS, Group
from audit.manual.markdown import code, decimal, lines, page, section, span, table
from audit.people.roles import AGENCIES
from audit.steps.followup.forms import CONFIRMATION, PROGRESS, VISIT
from audit.steps.identify.forms import DROP, WITHDRAW
from audit.steps.packet.forms import ASKED_BY_LABELS, WORKSHEETS
from audit.steps.recommend.forms import ACTION, CONSENSUS, DISSENT, RECOMMENDATION
from audit.steps.recommend.rules import REQUIRED_COLUMNS
from audit.steps.review.forms import OPINION
from audit.steps.review.rules import CAUSE_BY_CODE

KIND_LABELS: Mapping[Kind, str] = {
    Kind.TEXT: "teks",
    Kind.WHOLE: "bilangan bulat",
    Kind.NUMBER: "angka",
    Kind.DATE: "tanggal",
    Kind.CHOICE: "pilih satu",
    Kind.CHOICES: "pilih beberapa",
    Kind.YES_NO: "ya atau tidak",
}

FORMS: tuple[Form, ...] = (OPINION, CONSENSUS, RECOMMENDATION, DISSENT, ACTION, VISIT, PROGRESS, CONFIRMATION, WITHDRAW, DROP)
"""Every form beside the worksheets, in the order of the process."""


def forms_page() -> str:
    """Every question of every form with its range, its choices and who is asked."""
    needed = ", ".join(f.label.lower() for f in ACTION.fields if f.name in REQUIRED_COLUMNS)
    return page(
        "Isian",
        "Berkas isian yang kosong untuk satu kasus dicetak oleh `aks case form NOMOR TINDAKAN`. Nama di kolom kedua adalah nama isian itu "
        "di berkas YAML. Nilai di luar **batas** ditolak; nilai di luar **lazim** diterima dan dipertanyakan.",
        section("Kertas kerja audit (KKA)", _KKA_NOTE, *_worksheet_sections()),
        *(section(form.title, _note(form, needed), *_sections(form)) for form in FORMS),
    )


def fields_table(fields: tuple[Field, ...]) -> str:
    """The questions of one section, one row each."""
    is_asked = any(f.asked_by for f in fields)
    heads = ("Isian", "Nama", "Wajib", "Bentuk", "Batas", "Lazim", "Pilihan atau petunjuk", *(["Bagian"] if is_asked else []))
    return table(heads, (_row(f, is_asked=is_asked) for f in fields))


def _row(f: Field, *, is_asked: bool) -> tuple[object, ...]:
    is_text = f.kind is Kind.TEXT
    limit = f"{decimal(f.highest)} huruf" if is_text and f.highest else span(f.lowest, f.highest, f.unit)
    usual = span(*f.usual, f.unit) if f.usual else ""
    asked = (ASKED_BY_LABELS.get(f.asked_by, f.asked_by),) if is_asked else ()
    return (f.label, code(f.name), "ya" if f.is_required else "", KIND_LABELS[f.kind], limit, usual, _choices(f), *asked)


def _choices(f: Field) -> str:
    """The choices of a field as `code` label; long lists that have a page of their own are named."""
    if f.choices and f.choices.keys() <= CAUSE_BY_CODE.keys():
        return "kode penyebab, lihat [Penyebab](penyebab.md)"
    if f.choices and f.choices.keys() <= AGENCIES.keys():
        return "kode perangkat daerah, lihat [Hak akses](hak-akses.md#perangkat-daerah)"
    named = (code(one) if one == label else f"{code(one)} {label}" for one, label in f.choices.items())
    return lines(named) or f.help


_KKA_NOTE = (
    "Isian ini rekonstruksi: formulir resmi BKKBN tidak tersedia saat program ini ditulis. Isinya diubah di `audit/steps/packet/forms.py`. "
    "“Bagian” menyebut disiplin yang memerlukan isian itu; paket tidak dibekukan sebelum isian wajib setiap disiplin lengkap."
)


def _worksheet_sections() -> Iterator[str]:
    """Each section once, with the worksheets it belongs to."""
    groups: list[tuple[Section, list[Group]]] = []
    for group, form in WORKSHEETS.items():
        for one in form.sections:
            known = next((asked for other, asked in groups if other == one), None)
            if known is None:
                groups.append((one, [group]))
            else:
                known.append(group)
    for one, asked in groups:
        whose = "semua kelompok" if len(asked) == len(WORKSHEETS) else "; ".join(GROUP_LABELS[group] for group in asked)
        yield section(one.title, f"Untuk: {whose}.", fields_table(one.fields), level=3)


def _sections(form: Form) -> Iterator[str]:
    for one in form.sections:
        yield section(one.title, fields_table(one.fields), level=3) if len(form.sections) > 1 else fields_table(one.fields)


def _note(form: Form, needed: str) -> str:
    if form is ACTION:
        return f"Rancangan boleh belum lengkap. Sebelum RTL diajukan, setiap kegiatan juga memerlukan: {needed}."
    if form is CONSENSUS:
        return "Bersama kesepakatan dikirim daftar `recommendations` (sedikitnya satu) dan, bila ada, `dissent`."
    return ""
