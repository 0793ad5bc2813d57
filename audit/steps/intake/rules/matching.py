"""Who is who: rows of one person, and persons of a file among those known. A doubt is said, never decided. No database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import polars as pl
from rapidfuzz import fuzz, process

NAME_SAME = 88.0
NAME_NEAR = 75.0
"""Similarity of two names, 0 to 100 (token_sort_ratio of rapidfuzz): the same from the first, near from the second on."""

PARENT_SAME, PARENT_OTHER = 88.0, 70.0
"""Similarity of the likest two parents: the same from the first on, somebody else below the second."""

_MUHAMMAD = r"^(M|MD|MOH|MOCH|MUH|MUCH|MOHD|MOHAMAD|MOHAMMAD|MOCHAMAD|MOCHAMMAD|MUHAMAD|MUCHAMAD|MUCHAMMAD|MHD)\b"


class Verdict(Enum):
    """What two records are to each other."""

    SAME = "same"
    MAYBE = "maybe"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody already on record. name and parents in plain form; has_nik: whether a full NIK is on record."""

    subject_id: int
    name: str
    parents: str
    desa_code: str
    has_nik: bool


@dataclass(frozen=True, slots=True)
class Person:
    """One person of the file: the rows with one NIK, or with the same plain name, parents, birth date, sex and desa."""

    number: int
    nik_index: str | None
    birth_index: str
    other_births: tuple[str, ...]
    name: str
    parents: str
    desa_code: str


@dataclass(slots=True)
class Matches:
    """For each person of the file (by number): the known subject, or the earlier person of the file, or who it may be; else it is new.

    maybe_subjects, maybe_persons: likeliest first. birth_differs: known by NIK, with another birth date or sex on record.
    """

    subject: dict[int, int] = field(default_factory=dict)
    person: dict[int, int] = field(default_factory=dict)
    maybe_subjects: dict[int, list[int]] = field(default_factory=dict)
    maybe_persons: dict[int, list[int]] = field(default_factory=dict)
    birth_differs: set[int] = field(default_factory=set)

    def is_doubtful(self, number: int) -> bool:
        """Whether a person has to be asked."""
        return number in self.maybe_subjects or number in self.maybe_persons


def verdict(name: float, *, parent: float | None, same_desa: bool, other_nik: bool) -> Verdict:
    """What two records of one birth date and sex are, from the similarity of names and parents (None: not on both records).

    other_nik: both have a full NIK and they differ, which makes the surest likeness a doubt.
    """
    same_parent = parent is not None and parent >= PARENT_SAME
    other_parent = parent is not None and parent < PARENT_OTHER
    if name < NAME_NEAR:
        return Verdict.OTHER
    if name < NAME_SAME:
        return Verdict.MAYBE if same_desa and same_parent and not other_nik else Verdict.OTHER
    if other_nik:
        return Verdict.MAYBE if same_desa and (same_parent or parent is None) else Verdict.OTHER
    if same_parent or (same_desa and parent is None):
        return Verdict.SAME
    if same_desa:
        return Verdict.MAYBE
    return Verdict.OTHER if other_parent else Verdict.MAYBE


def plain_person(names: pl.Expr) -> pl.Expr:
    """Names as they are compared: capitals and single spaces only, `Moch.`, `M.` and their like written as Muhammad; null becomes empty."""
    letters = names.fill_null("").str.to_uppercase().str.replace_all(r"['’`‘]", "").str.replace_all(r"[^A-Z/&,]+", " ").str.strip_chars()
    return letters.str.replace(_MUHAMMAD, "MUHAMMAD")


def parents_alike(one: str, other: str) -> float | None:
    """The similarity of the likest pair of parents, 0 to 100; None when either record names none."""
    left, right = _parents(one), _parents(other)
    if not left or not right:
        return None
    return max(fuzz.token_sort_ratio(a, b) for a in left for b in right)


def find_shared_niks(values: pl.DataFrame) -> pl.DataFrame:
    """The rows (`row`, `value`) whose NIK stands beside several names: a mother's NIK used for her children, for instance.

    values: row, nik, plain_name of NIKs that stand beside several birth dates.
    """
    names = values.group_by("nik").agg(pl.col("plain_name").unique())
    shared = [nik for nik, found in names.iter_rows() if any(fuzz.token_sort_ratio(found[0], other) < NAME_SAME for other in found[1:])]
    return values.filter(pl.col("nik").is_in(shared)).select("row", value="nik")


def match(
    persons: Sequence[Person],
    by_nik: Mapping[str, tuple[int, str | None]],
    by_birth: Mapping[str, Sequence[int]],
    look_up: Callable[[Sequence[int]], Mapping[int, Known]],
) -> Matches:
    """Find every person of the file among the known subjects, then among the persons of the file itself.

    by_nik: NIK index to subject id and its birth index. by_birth: birth index to subject ids. look_up: the records of some subjects,
    asked once with all that may be needed, because each has to be unsealed.
    """
    matches = Matches()
    unsure: list[Person] = []
    for person in persons:
        hit = by_nik.get(person.nik_index) if person.nik_index else None
        if hit is None or hit[1] not in (person.birth_index, *person.other_births):
            unsure.append(person)
        else:
            matches.subject[person.number] = hit[0]
    candidates = {p.number: _candidates(p, by_nik, by_birth) for p in unsure}
    known = look_up(sorted({subject for found in candidates.values() for subject in found}))
    for person in unsure:
        _match_known(person, [known[s] for s in candidates[person.number] if s in known], by_nik, matches)
    _match_within(persons, matches)
    return matches


def _candidates(person: Person, by_nik: Mapping[str, tuple[int, str | None]], by_birth: Mapping[str, Sequence[int]]) -> list[int]:
    hit = by_nik.get(person.nik_index) if person.nik_index else None
    if hit is not None:
        return [hit[0]]
    return [subject for index in (person.birth_index, *person.other_births) for subject in by_birth.get(index, ())]


def _match_known(person: Person, candidates: Sequence[Known], by_nik: Mapping[str, tuple[int, str | None]], matches: Matches) -> None:
    if not candidates:
        return
    scores = process.cdist([person.name], [c.name for c in candidates], scorer=fuzz.token_sort_ratio, score_cutoff=NAME_NEAR)[0]
    if person.nik_index and person.nik_index in by_nik:
        # the same NIK beside another birth date: a corrected date when the name agrees, else somebody else's number
        if scores[0] >= NAME_SAME:
            matches.subject[person.number] = candidates[0].subject_id
            matches.birth_differs.add(person.number)
        else:
            matches.maybe_subjects[person.number] = [candidates[0].subject_id]
        return
    same: list[tuple[tuple[float, int], int]] = []
    maybe: list[tuple[tuple[float, int], int]] = []
    for at in np.flatnonzero(scores >= NAME_NEAR).tolist():
        found = candidates[at]
        parent = parents_alike(person.parents, found.parents)
        said = verdict(
            float(scores[at]),
            parent=parent,
            same_desa=person.desa_code == found.desa_code,
            other_nik=bool(person.nik_index) and found.has_nik,
        )
        rank = (-float(scores[at]) - (parent or 0.0), found.subject_id)
        if said is not Verdict.OTHER:
            (same if said is Verdict.SAME else maybe).append((rank, found.subject_id))
    if len(same) == 1:
        matches.subject[person.number] = same[0][1]
    elif same or maybe:
        matches.maybe_subjects[person.number] = [subject for _, subject in sorted(same) + sorted(maybe)]


def _match_within(persons: Sequence[Person], matches: Matches) -> None:
    """Persons without NIK among those of the file with one birth date and sex: with a NIK, or named earlier."""
    buckets: dict[str, list[Person]] = defaultdict(list)
    loose: dict[str, list[Person]] = defaultdict(list)
    for person in persons:
        buckets[person.birth_index].append(person)
        if person.nik_index is None and person.number not in matches.subject and not matches.is_doubtful(person.number):
            loose[person.birth_index].append(person)
    for index, seekers in loose.items():
        bucket = [p for i in (index, *seekers[0].other_births) for p in buckets.get(i, ())]
        if len(bucket) > 1:
            _match_bucket(seekers, bucket, matches)


def _match_bucket(seekers: Sequence[Person], bucket: Sequence[Person], matches: Matches) -> None:
    scores = process.cdist([p.name for p in seekers], [p.name for p in bucket], scorer=fuzz.token_sort_ratio, score_cutoff=NAME_NEAR)
    for seeker, line in zip(seekers, scores, strict=True):
        same: list[tuple[float, int]] = []
        maybe: list[tuple[float, int]] = []
        for at in np.flatnonzero(line >= NAME_NEAR).tolist():
            found = bucket[at]
            if found.number == seeker.number or (found.nik_index is None and found.number > seeker.number):
                continue
            parent = parents_alike(seeker.parents, found.parents)
            said = verdict(float(line[at]), parent=parent, same_desa=seeker.desa_code == found.desa_code, other_nik=False)
            if said is not Verdict.OTHER:
                target = matches.person.get(found.number, found.number)
                (same if said is Verdict.SAME else maybe).append((-float(line[at]), target))
        certain = {target for _, target in same if not matches.is_doubtful(target)}
        if len(certain) == 1 and not (len(same) > 1 and len({t for _, t in same}) > 1):
            matches.person[seeker.number] = certain.pop()
        elif same or maybe:
            _doubt(seeker.number, [target for _, target in sorted(same) + sorted(maybe)], matches)


def _doubt(number: int, targets: Sequence[int], matches: Matches) -> None:
    """Who it may be, as subjects where they are known, as persons of the file where they are new."""
    subjects, persons = [], []
    for target in dict.fromkeys(targets):
        if target in matches.subject:
            subjects.append(matches.subject[target])
        elif target in matches.maybe_subjects:
            subjects.extend(matches.maybe_subjects[target])
        elif target in matches.maybe_persons:
            persons.extend(matches.maybe_persons[target])
        else:
            persons.append(target)
    if subjects:
        matches.maybe_subjects[number] = list(dict.fromkeys(subjects))
    if persons:
        matches.maybe_persons[number] = list(dict.fromkeys(persons))


def _parents(written: str) -> list[str]:
    parts = written.replace("&", "/").replace(",", "/").replace(" DAN ", "/").split("/")
    return [part.strip() for part in parts if len(part.strip()) > 1]
