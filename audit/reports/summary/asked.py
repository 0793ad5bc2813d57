"""What the Bupati is asked to decide: at most three requests, by rule and in the order of urgency. Nothing is counted here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.render import wording
from audit.reports.dissemination.chapters import team_wording
from audit.reports.dissemination.numbers import Numbers
from audit.reports.phrases import agency_name

MOST_ASKED = 3
_AGENCIES_NAMED = 3


def asked(view: Mapping[str, Any], numbers: Numbers) -> tuple[str, ...]:
    """One to three requests. Agencies are named only where the view has them, in the restricted edition."""
    team = team_wording(view)["team"]
    rules = (
        ("late", f"Memerintahkan {_who(view)} menyelesaikan {_of(numbers, 'late')} yang lewat tenggat, dengan batas waktu baru."),
        ("level:stuck", f"Memutuskan jalan keluar bagi {_of(numbers, 'level:stuck')} yang terkendala."),
        (
            "verdict:worse",
            f"Meminta pakar dan puskesmas menangani lebih dahulu {_of(numbers, 'verdict:worse', 'kasus')} yang memburuk.",
        ),
        ("level:reported", f"Menugaskan camat dan puskesmas memastikan {_of(numbers, 'level:reported')} yang baru dilaporkan selesai."),
        ("visits:missed", f"Meminta camat menjamin pendampingan; {_of(numbers, 'visits:missed', 'kunjungan')} terlewat."),
        ("level:proposed", f"Meminta Ketua {team} memutuskan RTL: {_of(numbers, 'level:proposed')} belum disetujui."),
        ("unfinished", f"Meminta {team} menuntaskan {_of(numbers, 'unfinished', 'kasus')} yang auditnya belum selesai."),
        ("stage:carried_over", f"Menyetujui kelanjutan {_of(numbers, 'stage:carried_over', 'kasus')} pada siklus berikutnya."),
        ("actions", "Menetapkan RTL yang disepakati sebagai dasar anggaran perangkat daerah."),
    )
    said = tuple(sentence for name, sentence in rules if numbers.surely(name))
    return said[:MOST_ASKED] or ("Menetapkan kasus yang diaudit, supaya kajian pakar dapat dimulai.",)


def _of(numbers: Numbers, name: str, noun: str = "kegiatan") -> str:
    return numbers.words(name, noun)


def _who(view: Mapping[str, Any]) -> str:
    names = [agency_name(view["cycle"], each["agency"]) for each in view["late"]]
    if not names:
        return "penanggung jawab"
    if len(names) > _AGENCIES_NAMED:
        return f"{', '.join(names[:_AGENCIES_NAMED])}, dan {len(names) - _AGENCIES_NAMED} perangkat daerah lain"
    return wording.list_words(names)
