"""The panel: conflicts of interest, absences, who is proposed, and when opinions are divided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest

from audit.lifecycle.vocabulary import Group
from audit.people.roles import AGENCIES, Discipline, Person, Role
from audit.steps.review.rules import (
    CAUSE_BY_CODE,
    CAUSES,
    DEFAULT_QUORUM,
    Absence,
    CaseTies,
    Declared,
    PanelNeed,
    Reviewer,
    agreement,
    away_until,
    conflict_of_interest,
    lead_discipline,
    plan_panels,
)

PED, OBS, NUT, PSY = Discipline.PAEDIATRICS, Discipline.OBSTETRICS, Discipline.NUTRITION, Discipline.PSYCHOLOGY


def expert(number: int, discipline: Discipline, puskesmas: str | None = None) -> Person:
    return Person(number, f"e{number}", f"E{number}", frozenset({Role.EXPERT}), discipline=discipline, puskesmas=puskesmas)


EXPERTS = (expert(1, PED), expert(2, PED), expert(3, NUT), expert(4, NUT, "Puskesmas Arjasa"), expert(5, OBS))
TWO = {PED: 1, NUT: 1}
NUMBER, DESA = "AKS-3509-2026-2-001", "35.09.22.2001"
TIES = CaseTies(NUMBER, "Puskesmas Arjasa", DESA)
Seats = list[tuple[Discipline, int | None, bool]]


@pytest.mark.parametrize(
    ("works_at", "served_by", "conflict"),
    [
        (None, "Puskesmas Arjasa", False),
        ("Puskesmas Arjasa", "Puskesmas Arjasa", True),
        ("puskesmas  arjasa ", "PUSKESMAS ARJASA", True),
        ("PKM Arjasa", "Arjasa", True),
        ("UPTD. Pukesmas Arjasa", "Puskesmas Arjasa", True),
        ("Puskesmas Jelbuk", "Puskesmas Arjasa", False),
        ("Puskesmas Silo 1", "Puskesmas Silo 2", False),
    ],
)
def test_who_works_where_the_subject_is_served_has_a_conflict(works_at: str | None, served_by: str, conflict: bool) -> None:
    found = conflict_of_interest(expert(1, PED, works_at), CaseTies(NUMBER, served_by, DESA))
    assert found == (f"bekerja di {served_by} yang melayani sasaran" if conflict else None)


@pytest.mark.parametrize(
    ("quorum", "seated", "recused", "load", "expected"),
    [
        pytest.param(TWO, [], set(), {}, [(PED, 1, True), (NUT, 3, False)], id="nobody sits: lowest id of equal load"),
        pytest.param(TWO, [], set(), {1: 1}, [(PED, 2, True), (NUT, 3, False)], id="the less loaded goes first"),
        pytest.param(TWO, [], set(), {1: 2, 2: 2}, [(PED, 1, True), (NUT, 3, False)], id="equal load: by id"),
        pytest.param(TWO, [], {1}, {}, [(PED, 2, True), (NUT, 3, False)], id="who stepped back is not asked again"),
        pytest.param(TWO, [], {1, 2}, {}, [(PED, None, False), (NUT, 3, False)], id="nobody left: said so, and no other leads"),
        pytest.param(TWO, [], {3}, {}, [(PED, 1, True), (NUT, None, False)], id="a conflict of interest is not overridden"),
        pytest.param(TWO, [(1, PED, True), (3, NUT, False)], set(), {}, [], id="the quorum is seated"),
        pytest.param(TWO, [(1, PED, True)], set(), {}, [(NUT, 3, False)], id="only the empty seat"),
        pytest.param(TWO, [(3, NUT, True)], set(), {}, [(PED, 1, False)], id="a lead is there already"),
        pytest.param(TWO, [(1, PED, False)], set(), {}, [(NUT, 3, True)], id="the leading seat does not lead: the next does"),
        pytest.param({PED: 2}, [], set(), {}, [(PED, 1, True), (PED, 2, False)], id="two of one discipline are two people"),
        pytest.param({PED: 3}, [], set(), {}, [(PED, 1, True), (PED, 2, False), (PED, None, False)], id="more than there are"),
        pytest.param({NUT: 1}, [], set(), {}, [(NUT, 3, True)], id="a quorum without the leading discipline"),
        pytest.param({PSY: 1}, [], set(), {}, [(PSY, None, False)], id="a discipline nobody has"),
        pytest.param({}, [], set(), {}, [], id="no quorum asks for nobody"),
    ],
)
def test_the_panel_is_proposed_by_discipline_load_and_conflict(
    quorum: Mapping[Discipline, int],
    seated: list[tuple[int, Discipline, bool]],
    recused: set[int],
    load: Mapping[int, int],
    expected: Seats,
) -> None:
    barred = {e.id: why for e in EXPERTS if (why := conflict_of_interest(e, TIES))} | dict.fromkeys(recused, "pernah mengundurkan diri")
    need = PanelNeed(1, NUMBER, Group.BALITA, quorum, seated, barred)
    plan = plan_panels([need], [Reviewer(e, load.get(e.id, 0)) for e in EXPERTS])
    seats: Seats = [(s.discipline, s.person_id, s.is_lead) for s in plan.seats]
    assert seats == [seat for seat in expected if seat[1] is not None]
    empty = [discipline for discipline, person_id, _ in expected if person_id is None]
    assert [one.discipline for one in plan.lacking] == empty
    assert all(repair.cases == (NUMBER,) for repair in plan.repairs) and len(plan.repairs) == len(empty)


@pytest.mark.parametrize(
    ("who", "ties", "why"),
    [
        ({}, {}, None),
        ({}, {"contacts": {1: "mengunjunginya"}}, "pernah menangani sasaran ini (mengunjunginya)"),
        ({}, {"contacts": {2: "mengunjunginya"}}, None),
        ({"home_desa": DESA}, {}, "tinggal di desa yang sama dengan sasaran"),
        ({"home_desa": "35.09.22.2002"}, {}, None),
        ({}, {"declared": (Declared(1, "puskesmas", "PKM arjasa"),)}, "menyatakan benturan kepentingan dengan kasus ini"),
        ({}, {"declared": (Declared(1, "puskesmas", "PKM Jelbuk"),)}, None),
        ({}, {"declared": (Declared(1, "desa", DESA),)}, "menyatakan benturan kepentingan dengan kasus ini"),
        ({}, {"declared": (Declared(1, "desa", "35.09.22"),)}, "menyatakan benturan kepentingan dengan kasus ini"),
        ({}, {"declared": (Declared(1, "desa", "35.09.22.2002"),)}, None),
        ({}, {"declared": (Declared(1, "case", NUMBER.lower()),)}, "menyatakan benturan kepentingan dengan kasus ini"),
        ({}, {"declared": (Declared(1, "case", NUMBER[:-1]),)}, None),
        ({}, {"declared": (Declared(2, "case", NUMBER),)}, None),
    ],
)
def test_own_patients_neighbours_and_what_was_declared_are_conflicts(
    who: Mapping[str, str], ties: Mapping[str, object], why: str | None
) -> None:
    assert conflict_of_interest(replace(expert(1, PED), **who), replace(TIES, **ties)) == why  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("absences", "until"),
    [
        ([], None),
        ([(date(2026, 9, 1), date(2026, 9, 7))], None),
        ([(date(2026, 9, 1), date(2026, 9, 8))], date(2026, 9, 8)),
        ([(date(2026, 9, 10), date(2026, 10, 30))], None),
        ([(date(2026, 9, 7), date(2026, 10, 30))], date(2026, 10, 30)),
        ([(date(2026, 9, 1), date(2026, 9, 5)), (date(2026, 9, 10), date(2026, 9, 20))], date(2026, 9, 20)),
        ([(date(2026, 8, 1), date(2026, 8, 31))], None),
        ([(date(2026, 9, 15), date(2026, 9, 30))], None),
    ],
)
def test_somebody_is_away_who_misses_more_than_half_of_the_fourteen_days(absences: Sequence[tuple[date, date]], until: date | None) -> None:
    assert away_until([Absence(*one) for one in absences], on=date(2026, 9, 1)) == until


def test_a_childs_case_is_led_by_the_paediatrician_and_a_womans_by_the_obstetrician() -> None:
    assert {group: lead_discipline(group) for group in Group} == {
        Group.BADUTA: PED,
        Group.BALITA: PED,
        Group.BUMIL: OBS,
        Group.BUFAS: OBS,
        Group.CATIN: OBS,
    }
    assert all(lead_discipline(group) in quorum for group, quorum in DEFAULT_QUORUM.items())


def opinions(*mains: str) -> list[Mapping[str, object]]:
    return [{"main_cause": main, "direct_causes": [main]} for main in mains]


@pytest.mark.parametrize(
    ("mains", "divided"),
    [
        ((), False),
        (("worms",), False),
        (("worms", "worms"), False),
        (("worms", "tuberculosis"), True),
        (("worms", "worms", "tuberculosis"), False),
        (("worms", "tuberculosis", "congenital"), True),
        (("worms", "worms", "tuberculosis", "tuberculosis"), True),
        (("worms", "worms", "worms", "tuberculosis"), False),
    ],
)
def test_a_panel_is_divided_without_a_main_cause_of_more_than_half(mains: tuple[str, ...], divided: bool) -> None:
    assert agreement(opinions(*mains)).is_divided is divided


def test_the_agreement_map_counts_and_orders_causes_and_names_the_shared_ones() -> None:
    found = agreement(
        [
            {"main_cause": "sanitation", "direct_causes": ["worms"], "indirect_causes": ["sanitation", "smoke"]},
            {"main_cause": "worms", "direct_causes": ["worms", "intake_energy"], "indirect_causes": ["smoke"]},
            {"main_cause": "worms", "direct_causes": ["worms"], "indirect_causes": None},
        ]
    )
    assert list(found.named.items()) == [("worms", 3), ("smoke", 2), ("intake_energy", 1), ("sanitation", 1)]
    assert list(found.main_causes.items()) == [("worms", 2), ("sanitation", 1)]
    assert (found.opinions, found.shared) == (3, ("worms",))


def test_the_agreement_map_counts_the_grades_of_avoidability_and_leaves_out_who_gave_none() -> None:
    grades = ["likely", "none", None, "likely"]
    found = agreement([{"main_cause": "worms", "direct_causes": ["worms"], "avoidability": grade} for grade in grades])
    assert list(found.avoidability.items()) == [("none", 1), ("likely", 2)]


def test_every_cause_is_one_of_a_kind_and_answered_by_an_agency_that_exists() -> None:
    assert len(CAUSE_BY_CODE) == len(CAUSES)
    assert {c.agency for c in CAUSES} <= set(AGENCIES)
    assert all((c.intervention_class == "spesifik") == c.is_direct for c in CAUSES)
