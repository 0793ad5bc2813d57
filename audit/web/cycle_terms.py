"""What a cycle was opened with, in words: places, groups, quorum, visits. Only read; nothing is checked or changed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit.lifecycle.tables import Cycle
from audit.lifecycle.vocabulary import Group
from audit.people.roles import DISCIPLINE_LABELS, Discipline
from audit.regions import region
from audit.render.wording import list_words
from audit.web.parts import Fact

SHORT_GROUPS: Mapping[Group, str] = {
    Group.BADUTA: "Baduta",
    Group.BALITA: "Balita",
    Group.BUMIL: "Ibu hamil",
    Group.BUFAS: "Ibu nifas",
    Group.CATIN: "Calon pengantin",
}


def terms(cycle: Cycle) -> Sequence[Fact]:
    """The settings of a cycle that its pages are read with."""
    settings = cycle.settings
    visits = settings["visits"]
    holidays = len(settings.get("holidays") or ())
    return (
        Fact("Lokus", list_words([region(code).name for code in settings["focus_areas"]])),
        *(
            Fact(f"Kuorum {SHORT_GROUPS[Group(group)].lower()}", quorum_words(settings["quorum"].get(group, {})))
            for group in settings["groups"]
        ),
        Fact(
            "Kunjungan",
            f"{visits['per_week']} kali seminggu selama {visits['weeks_intensive']} minggu",
            note=f"lalu setiap {visits['then_every_days']} hari",
        ),
        Fact("Tindak lanjut", f"{settings['follow_up_months']} bulan"),
        Fact(
            "Hari libur", f"{holidays} hari" if holidays else "belum diisi", note="" if holidays else "tenggat hanya melewati akhir pekan"
        ),
    )


def quorum_words(quorum: Mapping[str, int]) -> str:
    """ "1 Ahli gizi dan 1 Dokter spesialis anak"."""
    needed = [f"{n} {DISCIPLINE_LABELS[Discipline(d)].lower()}" for d, n in quorum.items()]
    return list_words(needed) if needed else "belum ditetapkan"
