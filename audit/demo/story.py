"""What the invented families tell and what the panel makes of it: worksheet answers, opinions, consensus and plan of a case, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from audit.forms import Kind
from audit.lifecycle.vocabulary import Group
from audit.steps.packet.forms import WORKSHEETS


@dataclass(frozen=True, slots=True)
class Remedy:
    """One recommendation and the action that answers it."""

    intervention_class: str
    cause: str
    recommendation: str
    activity: str
    owner_agency: str
    implementer: str
    funding: str
    indicator: str
    baseline: str
    goal: str
    days: int


@dataclass(frozen=True, slots=True)
class Story:
    """A family's situation: what differs from an ordinary worksheet, what experts conclude, and what helps.

    effect: what three months of help bring (see audit.demo.families.District.follow_up and pregnancies.check).
    """

    answers: Mapping[str, Any]
    summary: str
    direct: Sequence[str]
    indirect: Sequence[str]
    rival_cause: str
    remedies: Sequence[Remedy]
    effect: float


_PMT = Remedy(
    "spesifik", "intake_protein", "Beri PMT lokal berprotein hewani selama 90 hari dan pantau berat setiap dua minggu.",
    "PMT lokal protein hewani 90 hari", "puskesmas", "Bidan desa dan kader posyandu", "apbn_bok",
    "Hari PMT diterima dan dihabiskan", "0 hari", "90 hari", 90,
)  # fmt: skip
_LATRINE = Remedy(
    "sensitif", "sanitation", "Keluarga perlu jamban sehat agar diare tidak berulang.",
    "Pembangunan jamban sehat keluarga", "perkim", "Pemerintah desa dan kelompok masyarakat", "dana_desa",
    "Jamban leher angsa dengan tangki septik terpakai", "belum ada", "1 unit", 60,
)  # fmt: skip
_WATER = Remedy(
    "sensitif", "drinking_water", "Sambungkan keluarga ke sumber air minum layak.",
    "Sambungan air minum layak", "perkim", "Pengelola air minum desa", "apbd",
    "Keluarga memakai air minum layak", "tidak layak", "layak", 75,
)  # fmt: skip
_TB = Remedy(
    "spesifik", "tuberculosis", "Periksa TB pada anak dan kontak serumah, obati sampai selesai.",
    "Pemeriksaan kontak TB dan pengobatan", "dinkes", "Pengelola program TB puskesmas", "apbn_bok",
    "Kontak serumah diperiksa", "0 orang", "semua kontak", 45,
)  # fmt: skip
_FEEDING = Remedy(
    "spesifik", "complementary_feeding", "Dampingi ibu menyiapkan MPASI sesuai umur di rumah.",
    "Konseling dan praktik MPASI di rumah", "puskesmas", "Tenaga gizi puskesmas", "apbn_bok",
    "Kali pendampingan MPASI", "0 kali", "8 kali", 80,
)  # fmt: skip
_CARE = Remedy(
    "sensitif", "caregiving", "Sertakan pengasuh dalam kelas Bina Keluarga Balita.",
    "Kelas BKB untuk pengasuh", "dp3akb", "Penyuluh KB kecamatan", "apbn_bokb",
    "Pertemuan BKB dihadiri", "0 kali", "6 kali", 80,
)  # fmt: skip
_ASSISTANCE = Remedy(
    "sensitif", "poverty", "Usulkan keluarga sebagai penerima bantuan sosial dan PBI JKN.",
    "Pengusulan PKH dan PBI JKN", "dinsos", "Pendamping sosial", "apbd",
    "Usulan masuk dan disetujui", "belum diusulkan", "disetujui", 60,
)  # fmt: skip
_GARDEN = Remedy(
    "sensitif", "food_insecurity", "Bantu keluarga memelihara ayam petelur dan kebun gizi.",
    "Bantuan ayam petelur dan kebun gizi", "pangan", "Penyuluh pertanian", "apbd",
    "Telur dimakan sasaran setiap minggu", "0 butir", "7 butir", 75,
)  # fmt: skip
_ESCORT = Remedy(
    "koordinatif", "coordination", "Satukan jadwal kunjungan bidan, kader, dan penyuluh; satu orang menunggui kasus.",
    "Rapat koordinasi pendampingan tingkat kecamatan", "kecamatan", "Camat dan TPK", "apbd",
    "Rapat terlaksana dengan jadwal bersama", "0 kali", "1 kali", 25,
)  # fmt: skip
_REFERRAL = Remedy(
    "koordinatif", "service_access", "Atur rujukan dan angkutan ke rumah sakit daerah.",
    "Rujukan berencana dengan ambulans desa", "dinkes", "Puskesmas dan pemerintah desa", "dana_desa",
    "Rujukan terlaksana", "0 kali", "1 kali", 40,
)  # fmt: skip
_KEK = Remedy(
    "spesifik", "maternal_energy", "Beri PMT ibu hamil KEK 120 hari dan pantau LiLA setiap bulan.",
    "PMT ibu hamil KEK", "puskesmas", "Bidan desa", "apbn_bok",
    "Hari PMT diterima dan dihabiskan", "0 hari", "90 hari", 90,
)  # fmt: skip
_IRON = Remedy(
    "spesifik", "maternal_anaemia", "Pastikan tablet tambah darah diminum setiap hari, periksa Hb ulang tiap bulan.",
    "Pengawasan minum tablet tambah darah", "puskesmas", "Bidan desa dan kader", "apbn_bok",
    "Tablet diminum", "20 tablet", "90 tablet", 90,
)  # fmt: skip

CHILD_STORIES: Sequence[Story] = (
    Story(
        {"latrine": "none", "animal_protein_days": 1, "illnesses": ["diarrhoea"], "appetite": "fair", "mother_schooling": "sd"},
        "Protein hewani jarang dimakan dan diare berulang; keluarga belum punya jamban.",
        ("intake_protein", "infection_repeated"), ("sanitation",), "infection_repeated", (_PMT, _LATRINE, _ESCORT), 0.40,
    ),
    Story(
        {"solids_from_months": 4, "meals_a_day": 2, "texture": "puree", "carer": "grandparent", "stimulation": "little"},
        "MPASI terlalu dini dan encer; anak diasuh nenek karena ibu bekerja.",
        ("complementary_feeding", "intake_energy"), ("caregiving",), "intake_energy", (_FEEDING, _CARE), 0.30,
    ),
    Story(
        {"tb_contact": True, "illnesses": ["ari", "tb"], "appetite": "poor", "smoke": True, "household_size": 8},
        "Kontak serumah dengan pasien TB, batuk lama, nafsu makan buruk.",
        ("tuberculosis", "intake_protein"), ("smoke", "service_access"), "intake_protein", (_TB, _PMT, _REFERRAL), 0.05,
    ),
    Story(
        {"birth_weight_g": 2150, "birth_length_cm": 45.5, "jkn": "none", "assistance": ["none"], "welfare_decile": 1},
        "Lahir kecil dari keluarga sangat miskin tanpa jaminan kesehatan.",
        ("low_birth_weight", "intake_energy"), ("poverty", "food_insecurity"), "intake_energy", (_PMT, _ASSISTANCE, _GARDEN), 0.35,
    ),
    Story(
        {"water": "inadequate", "latrine": "inadequate", "illnesses": ["diarrhoea", "inpatient"], "animal_protein_days": 2},
        "Diare berulang sampai dirawat; air minum dan jamban tidak layak.",
        ("infection_repeated", "intake_protein"), ("drinking_water", "sanitation"), "intake_protein", (_PMT, _WATER, _LATRINE), -0.05,
    ),
)  # fmt: skip

MOTHER_STORIES: Sequence[Story] = (
    Story(
        {"iron_tablets": 30, "meals_a_day": 2, "latrine": "septic", "supplement": "none"},
        "LiLA di bawah 23,5 cm sejak awal kehamilan; makan dua kali sehari.",
        ("maternal_energy",), ("food_insecurity",), "maternal_energy", (_KEK, _GARDEN), 0.9,
    ),
    Story(
        {"iron_tablets": 12, "anc_visits": 2, "jkn": "none", "triple_test": "not_yet", "welfare_decile": 2},
        "Anemia dengan pemeriksaan kehamilan yang jarang; belum punya jaminan kesehatan.",
        ("maternal_anaemia", "maternal_energy"), ("poverty", "birth_spacing"), "maternal_energy", (_IRON, _KEK, _ASSISTANCE), 0.3,
    ),
)  # fmt: skip

_ORDINARY: Mapping[str, Any] = {
    "consent": True, "mother_schooling": "smp", "father_schooling": "smp", "household_size": 5, "jkn": "pbi", "water": "adequate",
    "latrine": "septic", "smoke": True, "handwashing": True, "income_rp": 1_600_000, "welfare_decile": 3, "assistance": ["bpnt"],
    "father_work": "Buruh tani", "mother_work": "Ibu rumah tangga", "house": "semi", "sewage": "open", "waste": "burnt", "space_m2": 8.5,
    "birth_order": 2, "gestation_weeks": 38, "immunisation": "complete", "illnesses": ["none"], "tb_contact": False, "vitamin_a": "red",
    "kpsp": "on_track", "exclusive_breastfeeding": "yes", "breastfed_months": 20, "solids_from_months": 6, "meals_a_day": 3,
    "texture": "family", "food_groups": ["staples", "legumes", "other_produce"], "animal_protein_days": 3, "appetite": "good",
    "supplement": "none", "carer": "mother", "stimulation": "enough", "deworming": True, "early_initiation": True,
    "systolic": 110, "diastolic": 70, "anc_visits": 4, "triple_test": "done", "iron_tablets": 45, "ultrasound": True,
    "urine_protein": "negative", "contraception_plan": "no", "sources": "Buku KIA, wawancara ibu, catatan posyandu",
}  # fmt: skip
"""What most families answer; only the fields of the group's own worksheet are taken."""


def story_for(group: Group, turn: int) -> Story:
    """The story of the `turn`-th case of its kind, going round."""
    stories = CHILD_STORIES if group.is_child else MOTHER_STORIES
    return stories[turn % len(stories)]


def worksheet(group: Group, story: Story, *, visited_on: date, visited_by: str, known: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    """A complete worksheet. known: what the registry already says (birth weight, weight, arm …); it wins over the ordinary answer."""
    answers: dict[str, Any] = {"visited_on": visited_on, "visited_by": visited_by}
    for f in WORKSHEETS[group].fields:
        if f.name in answers:
            continue
        value = story.answers.get(f.name, known.get(f.name, _ORDINARY.get(f.name)))
        if value is None and f.is_required:
            value = _measured(f.usual or (f.lowest or 0, f.highest or 10), rng, whole=f.kind is Kind.WHOLE)
        if value is not None:
            answers[f.name] = value
    return answers


def opinion(story: Story, *, main_cause: str | None = None) -> dict[str, Any]:
    """One expert's opinion; main_cause overrides the story's own, for a panel that does not agree."""
    by_class = {r.intervention_class: r.recommendation for r in story.remedies}
    answers = {
        "summary": story.summary,
        "direct_causes": list(story.direct),
        "indirect_causes": list(story.indirect),
        "main_cause": main_cause or story.direct[0],
        "specific": by_class.get("spesifik"),
        "sensitive": by_class.get("sensitif"),
        "coordinating": by_class.get("koordinatif"),
    }
    return {name: value for name, value in answers.items() if value}


def consensus(story: Story, *, dissent: Sequence[Mapping[str, str]] = ()) -> dict[str, Any]:
    """What the panel agrees on."""
    return {
        "summary": f"Panel sepakat: {story.summary}",
        "direct_causes": list(story.direct),
        "indirect_causes": list(story.indirect),
        "main_cause": story.direct[0],
        "recommendations": [{"class": r.intervention_class, "cause": r.cause, "text": r.recommendation} for r in story.remedies],
        "dissent": [dict(one) for one in dissent],
    }


def plan(story: Story, *, place_code: str, on: date) -> dict[str, Any]:
    """The RTL that answers every recommendation, with every column filled."""
    return {
        "actions": [
            {
                "recommendation": n,
                "class": r.intervention_class,
                "activity": r.activity,
                "owner_agency": r.owner_agency,
                "implementer": r.implementer,
                "target": "Sasaran dan keluarganya",
                "place_code": place_code,
                "starts_on": on,
                "ends_on": on + timedelta(days=r.days),
                "funding": r.funding,
                "indicator": r.indicator,
                "baseline": r.baseline,
                "goal": r.goal,
            }
            for n, r in enumerate(story.remedies, start=1)
        ]
    }


def _measured(usual: tuple[float, float], rng: Random, *, whole: bool) -> float:
    low, high = usual
    value = low + (high - low) * rng.uniform(0.35, 0.65)
    return round(value) if whole else round(value, 1)
