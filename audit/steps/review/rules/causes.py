"""What experts name: the taxonomy of causes, the grades of avoidability, and how far opinions agree. Not who sits on a panel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of the taxonomy. is_direct: inadequate intake or illness; the others are indirect.

    agency and intervention_class: where an answer to it usually lies; both can be chosen otherwise.
    """

    code: str
    label: str
    is_direct: bool
    agency: str
    intervention_class: str


CAUSES: tuple[Cause, ...] = (
    Cause("intake_energy", "Asupan energi kurang", True, "puskesmas", "spesifik"),
    Cause("intake_protein", "Asupan protein hewani kurang", True, "puskesmas", "spesifik"),
    Cause("breastfeeding", "ASI tidak eksklusif atau terhenti dini", True, "puskesmas", "spesifik"),
    Cause("complementary_feeding", "MPASI tidak tepat waktu, jumlah, atau tekstur", True, "puskesmas", "spesifik"),
    Cause("infection_repeated", "Infeksi berulang (diare, ISPA)", True, "puskesmas", "spesifik"),
    Cause("tuberculosis", "Tuberkulosis atau kontak TB", True, "dinkes", "spesifik"),
    Cause("worms", "Kecacingan", True, "puskesmas", "spesifik"),
    Cause("congenital", "Penyakit bawaan atau kronis", True, "rsud", "spesifik"),
    Cause("low_birth_weight", "BBLR, PBLR, atau kelahiran prematur", True, "puskesmas", "spesifik"),
    Cause("maternal_energy", "Ibu kurang energi kronis (KEK)", True, "puskesmas", "spesifik"),
    Cause("maternal_anaemia", "Anemia pada ibu", True, "puskesmas", "spesifik"),
    Cause("pregnancy_complication", "Penyulit kehamilan atau nifas", True, "rsud", "spesifik"),
    Cause("caregiving", "Pola asuh dan stimulasi kurang", False, "dp3akb", "sensitif"),
    Cause("food_insecurity", "Ketahanan pangan keluarga rendah", False, "pangan", "sensitif"),
    Cause("poverty", "Kemiskinan, bantuan sosial tidak diterima", False, "dinsos", "sensitif"),
    Cause("health_insurance", "Tidak punya jaminan kesehatan", False, "dinsos", "sensitif"),
    Cause("drinking_water", "Air minum tidak layak", False, "perkim", "sensitif"),
    Cause("sanitation", "Jamban atau sanitasi tidak layak", False, "perkim", "sensitif"),
    Cause("housing", "Rumah tidak layak huni", False, "perkim", "sensitif"),
    Cause("smoke", "Paparan asap rokok", False, "puskesmas", "sensitif"),
    Cause("birth_spacing", "4T: terlalu muda, tua, dekat, atau banyak", False, "dp3akb", "sensitif"),
    Cause("no_contraception", "Tidak ber-KB", False, "dp3akb", "sensitif"),
    Cause("mental_health", "Masalah kesehatan jiwa ibu atau keluarga", False, "dinkes", "sensitif"),
    Cause("early_marriage", "Perkawinan usia anak", False, "kemenag", "sensitif"),
    Cause("no_civil_record", "Tidak punya NIK atau akta", False, "dukcapil", "sensitif"),
    Cause("service_access", "Layanan tidak terjangkau atau kunjungan tidak rutin", False, "dinkes", "koordinatif"),
    Cause("coordination", "Pendampingan dan rujukan tidak berjalan antarpihak", False, "kecamatan", "koordinatif"),
)
CAUSE_BY_CODE: Mapping[str, Cause] = {cause.code: cause for cause in CAUSES}
DIRECT_CAUSES: Mapping[str, str] = {c.code: c.label for c in CAUSES if c.is_direct}
INDIRECT_CAUSES: Mapping[str, str] = {c.code: c.label for c in CAUSES if not c.is_direct}

AVOIDABILITY: Mapping[str, str] = {
    "none": "Tidak ditemukan hal yang dapat dicegah",
    "no_difference": "Ada yang dapat dicegah, tetapi hasilnya akan sama",
    "possible": "Ada yang dapat dicegah dan mungkin mengubah hasil",
    "likely": "Ada yang dapat dicegah dan sangat mungkin mengubah hasil",
    "unknown": "Tidak dapat dinilai dari data yang ada",
}
"""How far the outcome could have been avoided: the four grades of perinatal mortality review (issues in care and the difference they made),
and that nobody can say."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the opinions of one case agree on its causes.

    named: cause -> how many opinions name it, most first. main_causes: each opinion's main cause -> number of opinions.
    avoidability: grade -> number of opinions, in the order of AVOIDABILITY; an opinion without a grade is not counted.
    """

    opinions: int
    named: Mapping[str, int]
    main_causes: Mapping[str, int]
    avoidability: Mapping[str, int]

    @property
    def is_divided(self) -> bool:
        """No main cause is held by more than half of the panel."""
        return self.opinions > 1 and max(self.main_causes.values(), default=0) * 2 <= self.opinions

    @property
    def shared(self) -> tuple[str, ...]:
        """Causes named by every opinion."""
        return tuple(code for code, count in self.named.items() if count == self.opinions)


def agreement(opinions: Sequence[Mapping[str, object]]) -> Agreement:
    """The agreement map of opinions given as the answers of the opinion form."""
    named: Counter[str] = Counter()
    mains: Counter[str] = Counter()
    for opinion in opinions:
        direct, indirect = opinion.get("direct_causes") or [], opinion.get("indirect_causes") or []
        assert isinstance(direct, list) and isinstance(indirect, list)
        named.update([*direct, *indirect])
        mains.update([str(opinion["main_cause"])])
    order = [cause.code for cause in CAUSES]
    grades = Counter(str(opinion["avoidability"]) for opinion in opinions if opinion.get("avoidability"))
    return Agreement(
        opinions=len(opinions),
        named=dict(sorted(named.items(), key=lambda item: (-item[1], order.index(item[0])))),
        main_causes=dict(sorted(mains.items(), key=lambda item: (-item[1], order.index(item[0])))),
        avoidability={grade: grades[grade] for grade in AVOIDABILITY if grades[grade]},
    )
