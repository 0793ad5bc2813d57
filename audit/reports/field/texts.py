"""Free text as it may stand on paper for the field and the families: printable, without numbers of persons, in plain words. No page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from audit.render.wording import masked_nik
from audit.reports.cleaning import SIXTEEN_DIGITS

_DIAGNOSIS_CODE = re.compile(r"\s*\(?\b(?:ICD(?:-?10)?[: ]*)?[A-TV-Z]\d{2}\.\d{1,2}\b\)?")
"""An ICD-10 code with its decimal; without it "B12" is a vitamin."""

_IN_CONFIDENCE = re.compile(
    r"(?<![\w/])(hiv|aids|odha|arv|tb(?!/)|tbc|tbpt|tpt|oat|tuberk\w*|mantoux|tcm|sifilis|raja singa|hepatitis|kelamin|ims"
    r"|jiwa|psiko\w*|psiki\w*|depresi|epds|srq|gangguan mental|kdrt|kekerasan|perceraian|narkoba)\b",
    re.IGNORECASE,
)
"""What a neighbour must not read over somebody's shoulder: infections that carry shame, the mind, violence at home. "TB/U" is a height."""

CAUSES_IN_CONFIDENCE = frozenset({"tuberculosis", "mental_health", "early_marriage"})
"""Causes whose activities are never told on paper, however they are worded."""

IN_CONFIDENCE = "Pemeriksaan dan pendampingan kesehatan; petugas menjelaskannya langsung kepada keluarga"
"""What is printed instead of an activity that names such a thing."""

_PLAIN: Mapping[str, str] = {
    "PMT": "makanan tambahan (PMT)",
    "PKMK": "susu khusus dari dokter (PKMK)",
    "MPASI": "makanan pendamping ASI",
    "MP-ASI": "makanan pendamping ASI",
    "TTD": "tablet tambah darah",
    "ibu hamil KEK": "ibu hamil",
    "KEK": "perlu tambahan makan",
    "BBLR": "lahir kecil",
    "LiLA": "lingkar lengan",
    "anemia": "kurang darah",
    "Anemia": "Kurang darah",
    "Hb": "darah (Hb)",
    "KIE": "penyuluhan",
    "PBI JKN": "BPJS gratis (PBI)",
    "JKN": "BPJS (JKN)",
    "PBI": "BPJS gratis (PBI)",
    "BPNT": "sembako (BPNT)",
    "SPAL": "saluran air limbah",
    "BAB": "buang air besar",
    "CTPS": "cuci tangan pakai sabun",
    "ANC": "periksa hamil",
    "USG": "periksa USG",
    "BKB": "orang tua balita (BKB)",
    "TPK": "tim pendamping keluarga",
    "SpA": "dokter anak",
    "Sp.A": "dokter anak",
    "SpOG": "dokter kandungan",
    "Sp.OG": "dokter kandungan",
    "RSUD": "rumah sakit daerah",
}
"""Abbreviations of the office -> words that a family knows."""

_ABBREVIATION = re.compile(rf"(?<![\w.])({'|'.join(re.escape(short) for short in sorted(_PLAIN, key=len, reverse=True))})(?![\w])")


def without_numbers(text: str) -> str:
    """The text with every NIK or family-card number in it masked."""
    return SIXTEEN_DIGITS.sub(lambda found: masked_nik(re.sub(r"\D", "", found[0])), text)


def cut(text: str, most: int) -> str:
    """The text in one line and in at most so many characters, cut between words where there is a gap, with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    short = text[: most - 1]
    return (short.rpartition(" ")[0] or short).rstrip(" ,;.") + "…"


def told_to_a_family(activity: str, *, cause: str, most: int) -> str:
    """An activity of the plan as a family may read it: plain words, no diagnosis code, nothing in confidence.

    cause: code of the taxonomy that the activity answers. most: characters.
    """
    if cause in CAUSES_IN_CONFIDENCE or _IN_CONFIDENCE.search(activity):
        return IN_CONFIDENCE
    plain = _ABBREVIATION.sub(lambda found: _PLAIN[found[1]], _DIAGNOSIS_CODE.sub("", without_numbers(activity)))
    plain = cut(plain.strip().rstrip("."), most)
    return plain[:1].upper() + plain[1:]
