"""From checked rows to persons: blind indexes, grouping, and the match with everybody already on record. Nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy.orm import Session

from audit.steps.intake import queries
from audit.steps.intake.rules.findings import Findings
from audit.steps.intake.rules.matching import Known, Matches, Person, find_shared_niks, match, plain_person
from audit.store.sealed import Keyring
from audit.store.session import keyring

_SEXES = {True: "L", False: "P", None: "?"}


@dataclass(frozen=True, slots=True)
class Resolved:
    """The rows with who they are, and the doubts.

    Added to the rows: nik_index, birth_index; target (number of the person within the file), subject_id (null for somebody new),
    is_doubtful, birth_differs (known by NIK, with another birth date on record).
    """

    values: pl.DataFrame
    matches: Matches


def birth_index(ring: Keyring, birth_on: str, is_male: bool | None) -> str:
    """The blind index of a birth date (ISO) and a sex."""
    return ring.blind_index("birth", birth_on, _SEXES[is_male])


def nik_index(ring: Keyring, nik: str) -> str:
    """The blind index of a full NIK."""
    return ring.blind_index(nik)


def resolve(session: Session, values: pl.DataFrame, findings: Findings, *, kinds: Sequence[str]) -> Resolved:
    """Say of every row which person it is, known or new. A NIK that several people use counts as unknown from here on."""
    ring = keyring(session)
    values = _without_shared_niks(values, findings)
    values = _with_persons(_with_indexes(values, ring))
    people = values.unique("person", keep="last", maintain_order=True)
    known = queries.known_subjects(session, kinds=kinds)
    direct = _known_by_nik(people, known)
    asked = _to_be_asked(people, known, direct)
    matches = match(_persons(asked, ring), _by_nik(known, asked), _by_birth(known, asked, ring), lambda ids: _look_up(session, ids))
    return Resolved(values.join(_who(people, direct, matches), on="person", how="left", maintain_order="left"), matches)


def _without_shared_niks(values: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """A NIK of several birth dates and names becomes unknown."""
    births = values.filter(pl.col("nik").is_not_null()).group_by("nik").agg(pl.struct("birth_on", "sex").n_unique().alias("births"))
    several = values.join(births.filter(pl.col("births") > 1).select("nik"), on="nik", maintain_order="left")
    if not several.height:
        return values
    shared = find_shared_niks(several.select("row", "nik", plain_name=plain_person(pl.col("name"))))
    findings.add("nik_shared", "nik", shared)
    return values.with_columns(nik=pl.when(pl.col("row").is_in(shared["row"].implode())).then(None).otherwise("nik"))


def _known_by_nik(people: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """person and subject_id of those whose NIK and birth date are on record; they need no further look."""
    if not known.height:
        return pl.DataFrame(schema={"person": pl.Int64, "subject_id": pl.Int64})
    first = known.filter(pl.col("nik_index").is_not_null()).unique("nik_index", keep="first", maintain_order=True)
    return people.join(first, on=["nik_index", "birth_index"]).select("person", "subject_id")


def _to_be_asked(people: pl.DataFrame, known: pl.DataFrame, direct: pl.DataFrame) -> pl.DataFrame:
    """The persons that names have to be compared for: not found by NIK and not certainly new, and those they may be in the file."""
    left = people.join(direct, on="person", how="anti")
    loose = left.filter(pl.col("nik_index").is_null())
    births = pl.concat([loose["birth_index"], known["birth_index"].drop_nulls()]).unique()
    niks = known["nik_index"].drop_nulls()
    is_asked = pl.col("birth_index").is_in(births.implode()) | pl.col("nik_index").is_in(niks.implode()) | pl.col("sex").is_null()
    near = people.filter(pl.col("birth_on").is_in(loose["birth_on"].unique().implode()))
    return pl.concat([left.filter(is_asked.fill_null(False)), near]).unique("person", maintain_order=True).sort("person")


def _who(people: pl.DataFrame, direct: pl.DataFrame, matches: Matches) -> pl.DataFrame:
    """person, target, subject_id, is_doubtful, birth_differs for every person of the file."""
    special = sorted({*matches.subject, *matches.person, *matches.maybe_subjects, *matches.maybe_persons})
    target = [matches.person.get(n, n) for n in special]
    found = pl.DataFrame(
        {
            "person": special,
            "target": target,
            "matched": [matches.subject.get(n) for n in target],
            "is_doubtful": [matches.is_doubtful(n) for n in target],
            "birth_differs": [n in matches.birth_differs for n in special],
        },
        schema={"person": pl.Int64, "target": pl.Int64, "matched": pl.Int64, "is_doubtful": pl.Boolean, "birth_differs": pl.Boolean},
    )
    return (
        people.select("person")
        .join(found, on="person", how="left")
        .with_columns(target=pl.coalesce("target", "person"))
        .join(direct.rename({"person": "target"}), on="target", how="left")
        .select(
            "person",
            "target",
            subject_id=pl.coalesce("matched", "subject_id"),
            is_doubtful=pl.col("is_doubtful").fill_null(False),
            birth_differs=pl.col("birth_differs").fill_null(False),
        )
    )


def _with_indexes(values: pl.DataFrame, ring: Keyring) -> pl.DataFrame:
    births = values.select("birth_on", "sex").unique()
    indexes = [birth_index(ring, str(born), sex) for born, sex in births.iter_rows()]
    births = births.with_columns(birth_index=pl.Series(indexes, dtype=pl.String))
    niks = pl.Series("nik_index", ring.blind_indexes(values["nik"].to_list()), dtype=pl.String)
    return values.with_columns(niks).join(births, on=["birth_on", "sex"], how="left", nulls_equal=True, maintain_order="left")


def _with_persons(values: pl.DataFrame) -> pl.DataFrame:
    """`person`: one number for each NIK, or each plain name, parents, birth date, sex and desa where there is none."""
    loose = values.filter(pl.col("nik_index").is_null()).select(
        "row", bare=pl.concat_str(*_plain_words(values), "birth_index", "desa_code")
    )
    values = values.join(loose, on="row", how="left", maintain_order="left") if loose.height else values.with_columns(bare=pl.lit(""))
    return values.with_columns(person=pl.coalesce("nik_index", "bare").rank("dense").cast(pl.Int64) - 1).drop("bare")


def _plain_words(values: pl.DataFrame) -> tuple[pl.Expr, pl.Expr]:
    """Name and parents (or husband) as they are compared."""
    parents = pl.coalesce(*(pl.col(c) for c in ("parents", "husband") if c in values.columns), pl.lit(""))
    return plain_person(pl.col("name")) + "\x1f", plain_person(parents) + "\x1f"


def _persons(people: pl.DataFrame, ring: Keyring) -> list[Person]:
    name, parents = _plain_words(people)
    columns = people.select(
        "person",
        "nik_index",
        "birth_index",
        pl.when(pl.col("sex").is_null()).then(pl.col("birth_on").cast(pl.String)).alias("born"),
        name.str.strip_suffix("\x1f").alias("plain_name"),
        parents.str.strip_suffix("\x1f").alias("plain_parents"),
        "desa_code",
    )
    return [
        Person(number, nik, birth, _either_sex(ring, born), name, parents, desa)
        for number, nik, birth, born, name, parents, desa in columns.iter_rows()
    ]


def _either_sex(ring: Keyring, born: str | None) -> tuple[str, ...]:
    """The birth indexes of a boy and a girl of this day, for a person whose sex is unknown."""
    return () if born is None else (birth_index(ring, born, True), birth_index(ring, born, False))


def _by_nik(known: pl.DataFrame, asked: pl.DataFrame) -> Mapping[str, tuple[int, str | None]]:
    wanted = known.join(asked.select("nik_index").drop_nulls().unique(), on="nik_index", maintain_order="left").reverse()
    return {nik: (subject, birth) for nik, subject, birth in wanted.select("nik_index", "subject_id", "birth_index").iter_rows()}


def _by_birth(known: pl.DataFrame, asked: pl.DataFrame, ring: Keyring) -> Mapping[str, list[int]]:
    """Birth index to subject ids, for the births asked about."""
    born = asked.filter(pl.col("sex").is_null())["birth_on"].cast(pl.String).to_list()
    either = [index for day in born for index in _either_sex(ring, day)]
    births = pl.concat([asked["birth_index"], pl.Series(either, dtype=pl.String)]).unique()
    found: dict[str, list[int]] = defaultdict(list)
    wanted = known.filter(pl.col("birth_index").is_in(births.implode()))
    for birth, subject in wanted.select("birth_index", "subject_id").iter_rows():
        found[birth].append(subject)
    return found


def _look_up(session: Session, subject_ids: Sequence[int]) -> Mapping[int, Known]:
    rows = queries.identities(session, subject_ids)
    if not rows:
        return {}
    names = pl.DataFrame(
        {"name": [_word(i, "name") for _, i, _, _ in rows], "parents": [_word(i, "parents", "husband") for _, i, _, _ in rows]},
        schema={"name": pl.String, "parents": pl.String},
    ).select(plain_person(pl.col("name")).alias("name"), plain_person(pl.col("parents")).alias("parents"))
    return {
        subject: Known(subject, name, parents, desa, bool(has_nik))
        for (subject, _, desa, has_nik), (name, parents) in zip(rows, names.iter_rows(), strict=True)
    }


def _word(identity: Mapping[str, Any], *keys: str) -> str:
    return next((str(identity[key]) for key in keys if identity.get(key)), "")
