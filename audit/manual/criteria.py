"""The pages on judgement: screening rules, causes, names of z-scores, from the tables that decide. No threshold is written here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from audit.growth.categories import CATEGORIES, MUAC_CATEGORIES, Category
from audit.growth.standards import MEANING
from audit.lifecycle.vocabulary import GROUP_LABELS, INTERVENTION_CLASSES, Group
from audit.manual.markdown import bullets, code, decimal, page, section, span, table
from audit.people.roles import AGENCIES
from audit.steps.evaluate.rules import INDICATORS, INDICATORS_OF, LEAST_DAYS_APART, UNKNOWN_BECAUSE
from audit.steps.identify.columns import MEASURES
from audit.steps.identify.rules import DEFAULT_CRITERIA, HIGHEST_WEIGHT, Comparison, Rule
from audit.steps.review.rules import CAUSES, Cause

COMPARISON_LABELS = {Comparison.BELOW: "di bawah", Comparison.ABOVE: "di atas", Comparison.AT_LEAST: "paling sedikit"}


def screening_page() -> str:
    """The rules that point at a subject, by target group."""
    return page(
        "Penapisan",
        "Sasaran yang ditunjuk sedikitnya satu aturan menjadi calon. Bobot aturan dijumlahkan menjadi skor; calon diurutkan menurut skor "
        "dalam setiap kecamatan dan kelompok. Dari beberapa ambang pada satu ukuran, hanya yang paling jauh yang dihitung. "
        "“Menambah saja” berarti aturan itu tidak cukup untuk menjadi calon.",
        bullets(
            [
                f"Pengukuran terakhir paling lama {DEFAULT_CRITERIA.measured_within_months} bulan sebelum hari penapisan.",
                "Calon yang z-score berkasnya tidak dapat dijelaskan diukur ulang dahulu; ia tidak dipilih.",
                f"Ambang dan bobot (0 sampai {HIGHEST_WEIGHT}; 0 mematikan aturan) dapat diubah waktu siklus dibuka, lalu dibekukan. "
                "Ambang bersumber; bobot adalah usulan program ini.",
            ]
        ),
        *(section(GROUP_LABELS[group], _rules([rule for rule in DEFAULT_CRITERIA.rules if rule.group is group])) for group in Group),
    )


def causes_page() -> str:
    """The taxonomy of causes with the agency that usually answers each."""
    return page(
        "Penyebab",
        "Penyebab dipilih pakar dari daftar ini. Penanggung jawab dan jenis intervensi adalah usulan untuk rancangan RTL; keduanya dapat "
        "diganti.",
        section("Penyebab langsung", _causes([cause for cause in CAUSES if cause.is_direct])),
        section("Penyebab tidak langsung", _causes([cause for cause in CAUSES if not cause.is_direct])),
    )


def growth_page() -> str:
    """What z-scores are called, where they stop being plausible, and when a change counts."""
    return page(
        "Status gizi",
        "Z-score dihitung dari tabel harian Standar Pertumbuhan Anak WHO 2006. Kategori menurut Permenkes 2/2020, dibandingkan pada dua "
        "desimal.",
        *(
            section(f"{MEANING[index].label} ({MEANING[index].measured})", _categories(categories, "SD"))
            for index, categories in CATEGORIES.items()
        ),
        section("LiLA anak 6–59 bulan", _categories(MUAC_CATEGORIES, "cm")),
        section(
            "Nilai tak wajar",
            "Z-score di luar batas ini ditandai dan tidak dibuang (WHO 2006, bab 7).",
            table(("Indeks", "Kode", "Wajar"), ((m.label, code(i), span(m.flag_below, m.flag_above, "SD")) for i, m in MEANING.items())),
        ),
        section(
            "Hasil tindak lanjut",
            f"Dua pengukuran dibandingkan bila berjarak sedikitnya {LEAST_DAYS_APART} hari. Perubahan yang lebih kecil daripada kolom "
            "ketiga disebut tetap.",
            table(
                ("Indikator", "Kode", "Membaik bila naik sedikitnya", "Kelompok"),
                (
                    (i.label, code(i.code), f"{decimal(i.better_by / i.per_unit)} {i.unit}", ", ".join(_judged_by(i.code)))
                    for i in INDICATORS.values()
                ),
            ),
            "Tidak dapat disimpulkan bila:",
            bullets(f"{sentence} ({code(reason)})" for reason, sentence in UNKNOWN_BECAUSE.items()),
        ),
    )


def _rules(rules: Sequence[Rule]) -> str:
    heads = ("Aturan", "Ukuran", "Bila", "Bobot", "Menambah saja", "Alasan yang dicetak", "Sumber ambang")
    return table(heads, map(_rule, rules), right=[3])


def _rule(rule: Rule) -> tuple[object, ...]:
    measure = MEASURES[rule.measure]
    threshold = f"{COMPARISON_LABELS[rule.comparison]} {decimal(rule.threshold)} {measure.unit}".strip()
    sentence = rule.sentence.format(value="‹nilai›", threshold=decimal(rule.threshold))
    return (code(rule.code), measure.label, threshold, rule.weight, "" if rule.points_alone else "ya", sentence, rule.source)


def _causes(causes: Sequence[Cause]) -> str:
    return table(
        ("Penyebab", "Kode", "Biasanya dijawab oleh", "Jenis"),
        ((c.label, code(c.code), AGENCIES[c.agency], INTERVENTION_CLASSES[c.intervention_class]) for c in causes),
    )


def _categories(categories: Sequence[Category], unit: str) -> str:
    """Each category with where it begins and ends. The ends are written with their sign, because they belong to one side only."""
    rows = [*pairwise(categories), (categories[-1], None)]
    return table(("Kategori", "Kode", f"Rentang ({unit})"), ((c.label, code(c.code), _range(c, above)) for c, above in rows))


def _range(category: Category, above: Category | None) -> str:
    low = "" if category.low == float("-inf") else f"{'≥' if category.includes_low else '>'} {decimal(category.low)}"
    high = "" if above is None else f"{'<' if above.includes_low else '≤'} {decimal(above.low)}"
    return " dan ".join(part for part in (low, high) if part)


def _judged_by(indicator: str) -> list[str]:
    return [group.value for group, codes in INDICATORS_OF.items() if indicator in codes]
