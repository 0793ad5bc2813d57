"""Who may sit on a panel: quorum by target group, the leading discipline, conflicts of interest, absences. Not who is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from audit.lifecycle.access import is_in_area
from audit.lifecycle.vocabulary import Group
from audit.people.roles import Discipline, Person

DEFAULT_QUORUM: Mapping[Group, Mapping[Discipline, int]] = {
    Group.BADUTA: {Discipline.PAEDIATRICS: 1, Discipline.NUTRITION: 1},
    Group.BALITA: {Discipline.PAEDIATRICS: 1, Discipline.NUTRITION: 1},
    Group.BUMIL: {Discipline.OBSTETRICS: 1, Discipline.NUTRITION: 1},
    Group.BUFAS: {Discipline.OBSTETRICS: 1, Discipline.NUTRITION: 1},
    Group.CATIN: {Discipline.OBSTETRICS: 1, Discipline.NUTRITION: 1},
}

DAYS_TO_ANSWER = 14
"""Days in which an opinion is expected once a seat is given: the ten working days of the transition table."""

CONFLICT_KINDS: Mapping[str, str] = {
    "puskesmas": "Puskesmas tempat bekerja atau berpraktik",
    "desa": "Desa tempat tinggal sendiri atau keluarga dekat",
    "case": "Satu kasus tertentu",
}


@dataclass(frozen=True, slots=True)
class Declared:
    """A conflict of interest that was declared. kind: code of CONFLICT_KINDS. value: name of the puskesmas, region code, or case number."""

    person_id: int
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class CaseTies:
    """What a conflict of interest is measured against: where the subject is served and lives, and who had to do with them before.

    contacts: person id -> what they did for the same subject, in any cycle, in words. declared: of everybody.
    """

    number: str
    puskesmas: str
    desa_code: str
    contacts: Mapping[int, str] = field(default_factory=dict)
    declared: Sequence[Declared] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """A person is away from one day to another, both included."""

    from_on: date
    to_on: date


def lead_discipline(group: Group) -> Discipline:
    """Whose expert consolidates a case of this group."""
    return Discipline.PAEDIATRICS if group.is_child else Discipline.OBSTETRICS


def conflict_of_interest(expert: Person, ties: CaseTies) -> str | None:
    """Why an expert should not judge a case, in words without identity; None when nothing stands against it. Never relaxed.

    Detected: same puskesmas, own patient, same desa. Declared: by the expert or the secretariat.
    """
    if expert.puskesmas and _bare(expert.puskesmas) == _bare(ties.puskesmas):
        return f"bekerja di {ties.puskesmas} yang melayani sasaran"
    if contact := ties.contacts.get(expert.id):
        return f"pernah menangani sasaran ini ({contact})"
    if expert.home_desa and expert.home_desa == ties.desa_code:
        return "tinggal di desa yang sama dengan sasaran"
    if any(one.person_id == expert.id and _meets(one, ties) for one in ties.declared):
        return "menyatakan benturan kepentingan dengan kasus ini"
    return None


def away_until(absences: Sequence[Absence], *, on: date) -> date | None:
    """The day on which somebody is back for good, less one: the last day of an absence that takes more than half of the days in which
    an opinion given on `on` is expected. None: there is time enough to answer.
    """
    window = [on + timedelta(days=n) for n in range(DAYS_TO_ANSWER)]
    away = [day for day in window if any(one.from_on <= day <= one.to_on for one in absences)]
    if len(away) * 2 <= len(window):
        return None
    return max(one.to_on for one in absences if one.from_on <= window[-1] and one.to_on >= on)


def _meets(declared: Declared, ties: CaseTies) -> bool:
    if declared.kind == "puskesmas":
        return _bare(declared.value) == _bare(ties.puskesmas)
    if declared.kind == "desa":
        return is_in_area(ties.desa_code, (declared.value,))
    return declared.value.casefold() == ties.number.casefold()


def _bare(puskesmas: str) -> list[str]:
    """The name without the word itself: registers write Arjasa, Pukesmas Arjasa and PKM Arjasa for one place."""
    return [word for word in puskesmas.casefold().replace(".", " ").split() if word not in ("puskesmas", "pukesmas", "pkm", "upt", "uptd")]
