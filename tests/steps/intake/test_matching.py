"""Who is who, from names, parents and desa: the verdicts as a table, and whole matches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import pytest

from audit.steps.intake.rules.matching import Known, Matches, Person, Verdict, find_shared_niks, match, parents_alike, plain_person, verdict

S, M, O = Verdict.SAME, Verdict.MAYBE, Verdict.OTHER  # noqa: E741  # read as a table

VERDICTS = [
    # name  parent same desa other nik
    (100.0, 100.0, True, False, S),
    (88.0, None, True, False, S),
    (95.0, 95.0, False, False, S),
    (95.0, 80.0, True, False, M),
    (95.0, 20.0, True, False, M),
    (95.0, None, False, False, M),
    (95.0, 20.0, False, False, O),
    (80.0, 95.0, True, False, M),
    (80.0, None, True, False, O),
    (80.0, 95.0, False, False, O),
    (70.0, 100.0, True, False, O),
    (100.0, 100.0, True, True, M),
    (100.0, 100.0, False, True, O),
    (80.0, 100.0, True, True, O),
]


@pytest.mark.parametrize(("name", "parent", "same_desa", "other_nik", "expected"), VERDICTS)
def test_the_verdict_on_two_records_of_one_birth_date(
    name: float, parent: float | None, same_desa: bool, other_nik: bool, expected: Verdict
) -> None:
    assert verdict(name, parent=parent, same_desa=same_desa, other_nik=other_nik) is expected


def test_the_many_spellings_of_muhammad_are_one() -> None:
    names = pl.Series(["M. Rizki", "Moch. Rizki", "MUHAMAD  RIZKI", "Muhammad Rizki", "Mariyati", "Juma'ati", None])
    plain = names.to_frame("n").select(plain_person(pl.col("n"))).to_series().to_list()
    assert plain == ["MUHAMMAD RIZKI"] * 4 + ["MARIYATI", "JUMAATI", ""]


def test_one_parent_in_common_is_enough() -> None:
    assert parents_alike("SLAMET / MISNATI", "MISNATI") == 100.0
    assert parents_alike("SLAMET", "") is None


def test_a_nik_beside_two_names_belongs_to_neither() -> None:
    rows = pl.DataFrame({"row": [2, 3, 4, 5], "nik": ["a", "a", "b", "b"], "plain_name": ["BUDI", "SITI AISYAH", "RANI DEWI", "RANI DEWY"]})
    assert find_shared_niks(rows)["row"].to_list() == [2, 3]


BIRTH = "birth of a day and sex"


def person(number: int, name: str, *, nik: str | None = None, parents: str = "MISNATI", desa: str = "1") -> Person:
    return Person(number, nik, BIRTH, (), name, parents, desa)


def known(subject: int, name: str, *, parents: str = "MISNATI", desa: str = "1", has_nik: bool = False) -> Known:
    return Known(subject, name, parents, desa, has_nik)


def found(persons: Sequence[Person], records: Sequence[Known], by_nik: Mapping[str, tuple[int, str | None]] | None = None) -> Matches:
    by_id = {record.subject_id: record for record in records}
    return match(persons, by_nik or {}, {BIRTH: list(by_id)}, lambda ids: {i: by_id[i] for i in ids})


def test_a_nik_and_birth_date_on_record_need_no_name() -> None:
    assert found([person(0, "X", nik="n")], [], {"n": (7, BIRTH)}).subject == {0: 7}


def test_a_nik_with_another_birth_date_needs_the_name() -> None:
    same = found([person(0, "BUDI PRATAMA", nik="n")], [known(7, "BUDI PRATAMA")], {"n": (7, "another birth")})
    assert same.subject == {0: 7} and same.birth_differs == {0}
    other = found([person(0, "SITI AISYAH", nik="n")], [known(7, "BUDI PRATAMA")], {"n": (7, "another birth")})
    assert other.subject == {} and other.maybe_subjects == {0: [7]}


def test_one_likeness_is_taken_and_two_wait_for_a_person() -> None:
    assert found([person(0, "BUDI PRATAMA")], [known(7, "BUDI PRATAMA"), known(8, "HASAN")]).subject == {0: 7}
    two = found([person(0, "BUDI PRATAMA")], [known(7, "BUDI PRATAMA"), known(8, "BUDI PRATAMO")])
    assert two.subject == {} and two.maybe_subjects == {0: [7, 8]}


def test_a_row_without_nik_is_the_child_with_nik_of_the_same_file() -> None:
    matches = found([person(0, "BUDI PRATAMA", nik="n"), person(1, "BUDY PRATAMA")], [])
    assert matches.person == {1: 0} and not matches.is_doubtful(1)


def test_a_likeness_within_the_file_that_parents_contradict_waits() -> None:
    matches = found([person(0, "BUDI PRATAMA", nik="n"), person(1, "BUDI PRATAMA", parents="HOLIFAH")], [])
    assert matches.person == {} and matches.maybe_persons == {1: [0]}
