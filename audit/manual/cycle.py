"""The page on what a cycle is opened with: its settings, their ranges and defaults, and an example that works."""

from __future__ import annotations

from collections.abc import Mapping

from audit.casework.cycle_settings import (
    DECREE,
    DEFAULT_QUOTAS,
    DEFAULT_SETTINGS,
    HIGHEST_QUORUM,
    HIGHEST_QUOTA,
    OFFICE,
    PREVALENCE,
    SIGNATORY,
    TEXTS,
    VISITS,
    WORDING,
)
from audit.casework.cycles import OPENING
from audit.forms import Form
from audit.lifecycle.vocabulary import GROUP_LABELS
from audit.manual.markdown import code, fenced, page, section, table
from audit.manual.questions import fields_table
from audit.people.roles import DISCIPLINE_LABELS, Discipline
from audit.render.office_text import FILTERS, MOST_PLACES, TEXT_NAMES
from audit.steps.review.rules import DEFAULT_QUORUM

EXAMPLE = """
kabupaten: "35.09"          # dengan tanda kutip, supaya tidak dibaca sebagai pecahan
year: 2026
number: 2
dissemination_on: 2026-12-08
focus_areas: [Arjasa, Jelbuk, Silo]
groups: [balita, bumil]
quotas:
  balita: {Arjasa: 6, Jelbuk: 6, Silo: 5}
  bumil: 2                  # sama untuk setiap kecamatan
criteria:
  measured_within_months: 4
  rules:
    balita.preterm: {weight: 3}
    bumil.short: {threshold: 144, weight: 1}
quorum:
  balita: {paediatrics: 1, nutrition: 1, psychology: 1}
visits: {per_week: 2, weeks_intensive: 4, then_every_days: 7, missed_after_days: 2}
follow_up_months: 3
holidays: [2026-08-17, 2026-12-25]
wording: {team: TP3S, team_full: Tim Percepatan Pencegahan dan Penurunan Stunting, period: semester}
decree: {number: 188.45/000/2026, about: Tim Audit Kasus Stunting, decided_on: 2026-07-01, decided_by: Bupati}
signatories:
  - {office: Ketua TP3S, name: Drs. Contoh Nama, below_name: NIP 000}
prevalence:
  - {indicator: Prevalensi stunting balita, value: 30.4, basis: 836 balita sampel, period: "2024", source: SSGI 2024}
office:
  name: DP3AKB Kabupaten Jember
  address: Jalan Contoh Nomor 1, Jember
  contact: 0331-000000, aks@contoh.go.id
  verify_address: https://aks.contoh.go.id
texts:
  foreword: |
    Laporan ini memuat audit {{ jumlah_kasus }} di {{ kabupaten }} pada {{ siklus }}.

    {% if tanggal_diseminasi %}
    Hasilnya dibahas bersama pada {{ tanggal_diseminasi }}.
    {% endif %}
  closing: Terima kasih kepada semua yang bekerja bersama {{ tim }}.
  letter_closing: Terima kasih, Bapak dan Ibu. Sampai jumpa di posyandu.
"""
"""Every setting once. A test opens a cycle with it."""


def settings_page() -> str:
    """Every setting of a cycle with its range and its default."""
    return page(
        "Pengaturan siklus",
        "Semua ini dibekukan waktu siklus dibuka (`aks cycle open --with BERKAS.yaml`): mengubah bawaan program sesudahnya tidak mengubah "
        "siklus yang sudah terbuka.",
        section("Contoh berkas", fenced(EXAMPLE, "yaml")),
        section("Siklus", fields_table(OPENING.fields)),
        section("Pengaturan", table(("Nama", "Isi", "Bawaan"), _rows())),
        section("Kuota bawaan", _quotas()),
        section("Kuorum bawaan", "Banyaknya pendapat setiap disiplin yang menutup kajian.", _quorum()),
        section("Kunjungan (`visits`)", _with_defaults(VISITS, DEFAULT_SETTINGS["visits"])),
        section("Sebutan (`wording`)", _with_defaults(WORDING, DEFAULT_SETTINGS["wording"])),
        *(section(f"{form.title} ({code(name)})", fields_table(form.fields)) for name, form in _PRINTED.items()),
        section("Menulis teks kantor", _TEXT_RULES, table(("Isian", "Contoh yang tercetak", "Pada"), _placeholders())),
    )


_PRINTED: Mapping[str, Form] = {"decree": DECREE, "signatories": SIGNATORY, "prevalence": PREVALENCE, "office": OFFICE, "texts": TEXTS}

_TEXT_RULES = (
    "Teks kantor adalah teks biasa; baris kosong memisahkan paragraf, dan tanda seperti `<b>` tercetak apa adanya. Di dalamnya boleh ada "
    "isian `{{ nama }}`, isian dengan saringan "
    f"({', '.join(code(f'{{{{ nama | {one} }}}}') for one in FILTERS)}), dan syarat "
    f"`{{% if nama %}} … {{% else %}} … {{% endif %}}`; paling banyak {MOST_PLACES} dalam satu teks. Selain itu ditolak waktu siklus "
    "dibuka, dengan nomor barisnya."
)

_MEANINGS: Mapping[str, tuple[str, str]] = {
    "focus_areas": ("kecamatan lokus, nama atau kode; wajib", "–"),
    "groups": (f"kelompok sasaran: {', '.join(GROUP_LABELS)}", ", ".join(DEFAULT_SETTINGS["groups"])),
    "quotas": (f"kelompok: jumlah kasus tiap kecamatan, atau kelompok: {{kecamatan: jumlah}}; 0 sampai {HIGHEST_QUOTA}", "lihat di bawah"),
    "criteria": ("`measured_within_months` dan `rules` (kode aturan: {threshold, weight})", "lihat [Penapisan](penapisan.md)"),
    "quorum": (f"kelompok: {{disiplin: jumlah}}; jumlah 0 sampai {HIGHEST_QUORUM}", "lihat di bawah"),
    "visits": ("rencana kunjungan", "lihat di bawah"),
    "follow_up_months": ("lama tindak lanjut, 1 sampai 12 bulan", str(DEFAULT_SETTINGS["follow_up_months"])),
    "holidays": ("hari libur, untuk menghitung hari kerja", "tidak ada"),
    "wording": ("sebutan tim dan periode pada dokumen", "lihat di bawah"),
    "signatories": ("yang menandatangani laporan, berurutan", "tidak ada"),
    "decree": ("surat keputusan tim", "tidak ada"),
    "office": ("instansi penerbit: kop surat dan alamat pemeriksaan keaslian", "tidak ada"),
    "texts": ("kata pengantar, kata penutup, dan penutup surat keluarga menurut kantor", "teks bawaan"),
    "prevalence": ("angka prevalensi yang dikutip laporan, masing-masing dengan sumbernya", "tidak ada"),
}


def _rows() -> list[tuple[str, str, str]]:
    """One row for each setting there is. KeyError for one that has no meaning written above."""
    return [(code(name), *_MEANINGS[name]) for name in DEFAULT_SETTINGS]


def _placeholders() -> list[tuple[str, str, str]]:
    """One row for each name that a text may use."""
    examples = {name: example for names in TEXT_NAMES.values() for name, example in names.items()}
    return [
        (code(name), example, ", ".join(text for text, names in TEXT_NAMES.items() if name in names)) for name, example in examples.items()
    ]


def _quotas() -> str:
    return table(("Kelompok", "Kasus tiap kecamatan"), ((GROUP_LABELS[group], n) for group, n in DEFAULT_QUOTAS.items()), right=[1])


def _quorum() -> str:
    heads = ("Kelompok", *(f"{DISCIPLINE_LABELS[one]} ({code(one)})" for one in Discipline))
    return table(heads, ((GROUP_LABELS[group], *(needed.get(one) for one in Discipline)) for group, needed in DEFAULT_QUORUM.items()))


def _with_defaults(form: Form, defaults: Mapping[str, object]) -> str:
    named = table(("Nama", "Bawaan"), ((code(f.name), defaults.get(f.name)) for f in form.fields))
    return f"{fields_table(form.fields)}\n\n{named}"
