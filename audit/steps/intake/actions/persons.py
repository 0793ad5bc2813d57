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
    """The rows with `person` (number within the file), `nik_index`, `birth_index`, plain_name, plain_parents; and who those persons are."""

    values: pl.DataFrame
    persons: Sequence[Person]
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
    parents = pl.coalesce(*(pl.col(c) for c in ("parents", "husband") if c in values.columns), pl.lit(""))
    values = values.with_columns(plain_name=plain_person(pl.col("name")), plain_parents=plain_person(parents))
    shared = find_shared_niks(values)
    if shared.height:
        findings.add("nik_shared", "nik", shared)
        values = values.with_columns(nik=pl.when(pl.col("row").is_in(shared["row"].implode())).then(None).otherwise("nik"))
    values = _with_indexes(values, ring)
    values = _with_persons(values)
    persons = _persons(values, ring)
    known = queries.known_subjects(session, kinds=kinds)
    matches = match(persons, _by_nik(known), _by_birth(known), lambda ids: _look_up(session, ids))
    return Resolved(values, persons, matches)


def _with_indexes(values: pl.DataFrame, ring: Keyring) -> pl.DataFrame:
    births = values.select("birth_on", "sex").unique()
    indexes = [birth_index(ring, str(born), sex) for born, sex in births.iter_rows()]
    births = births.with_columns(birth_index=pl.Series(indexes, dtype=pl.String))
    niks = pl.Series("nik_index", ring.blind_indexes(values["nik"].to_list()), dtype=pl.String)
    return values.with_columns(niks).join(births, on=["birth_on", "sex"], how="left", nulls_equal=True, maintain_order="left")


def _with_persons(values: pl.DataFrame) -> pl.DataFrame:
    """`person`: the dense number of the NIK, or of the plain name, parents, birth date, sex and desa where there is none."""
    bare = pl.concat_str(["plain_name", "plain_parents", "birth_index", "desa_code"], separator="\x1f")
    key = pl.coalesce("nik_index", bare)
    return values.with_columns(person=key.rank("dense").cast(pl.Int64) - 1)


def _persons(values: pl.DataFrame, ring: Keyring) -> list[Person]:
    last = values.unique("person", keep="last").sort("person")
    unknown_sex = last.filter(pl.col("sex").is_null())
    others = {
        number: (birth_index(ring, str(born), True), birth_index(ring, str(born), False))
        for number, born in unknown_sex.select("person", "birth_on").iter_rows()
    }
    columns = last.select("person", "nik_index", "birth_index", "plain_name", "plain_parents", "desa_code")
    return [Person(n, nik, birth, others.get(n, ()), name, parents, desa) for n, nik, birth, name, parents, desa in columns.iter_rows()]


def _by_nik(known: pl.DataFrame) -> Mapping[str, tuple[int, str | None]]:
    with_nik = known.filter(pl.col("nik_index").is_not_null()).reverse()  # the oldest record of a NIK wins
    return {nik: (subject, birth) for nik, subject, birth in with_nik.select("nik_index", "subject_id", "birth_index").iter_rows()}


def _by_birth(known: pl.DataFrame) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for birth, subject in known.filter(pl.col("birth_index").is_not_null()).select("birth_index", "subject_id").iter_rows():
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
