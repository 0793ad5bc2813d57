"""What a plan of panels says when it cannot be done: what is lacking and why, and the repairs. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audit.people.roles import DISCIPLINE_LABELS, Discipline, Person
from audit.render.wording import date_words, list_words

WHY_LACKING: Mapping[str, str] = {
    "nobody": "belum ada pakar dari disiplin ini",
    "conflict": "semua pakarnya sudah duduk, pernah mengundurkan diri, atau mempunyai benturan kepentingan",
    "away": "semua pakar yang boleh duduk sedang berhalangan",
    "full": "semua pakar yang boleh duduk sudah mencapai batas kasusnya",
}
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Somebody of the discipline who does not take a seat, and why, in words."""

    person_id: int
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """Cases with an empty seat of a discipline for one reason. why: code of WHY_LACKING."""

    discipline: Discipline
    why: str
    cases: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that would fill seats. kind: raise_limit, ask_absent (both with a person), or outside. new_limit: of raise_limit only."""

    kind: str
    discipline: Discipline
    cases: tuple[str, ...]
    person_id: int | None
    new_limit: int | None
    sentence: str


def lacking_of(discipline: Discipline, why: str, cases: tuple[str, ...]) -> Lacking:
    """What is lacking, with its sentence."""
    sentence = f"{DISCIPLINE_LABELS[discipline]} kurang untuk {_cases(cases)}: {WHY_LACKING[why]}."
    return Lacking(discipline, why, cases, sentence)


def person_repair(kind: str, person: Person, cases: tuple[str, ...], *, limit: int | None = None, until: date | None = None) -> Repair:
    """Raising somebody's limit to `limit`, or asking somebody who is away until `until`."""
    assert person.discipline is not None, "an expert has a discipline, see directory.add_person"
    if kind == "raise_limit":
        sentence = f"Naikkan batas {person.name} dari {person.most_cases} menjadi {limit} kasus, untuk {_cases(cases)}."
    else:
        sentence = f"Minta kesediaan {person.name}, yang berhalangan sampai {date_words(until)}, untuk {_cases(cases)}."
    return Repair(kind, person.discipline, cases, person.id, limit, sentence)


def outside_repair(discipline: Discipline, cases: tuple[str, ...], *, people: int) -> Repair:
    """Inviting people of a discipline whom the district does not have yet."""
    sentence = f"Undang {people} pakar dari luar ({DISCIPLINE_LABELS[discipline]}) untuk {_cases(cases)}."
    return Repair("outside", discipline, cases, None, None, sentence)


def _cases(numbers: Sequence[str]) -> str:
    named = list(numbers[:_MOST_NAMED])
    if len(numbers) > _MOST_NAMED:
        return f"{len(numbers)} kasus ({', '.join(named)}, dan {len(numbers) - _MOST_NAMED} lainnya)"
    return f"kasus {list_words(named)}" if len(numbers) == 1 else f"{len(numbers)} kasus ({list_words(named)})"
