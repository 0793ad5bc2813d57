"""Who sees which case and whose name, and days as the district counts them: worked examples."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.lifecycle.access import PanelMatter, is_in_area, may_see_case, may_see_identity, may_see_of_panel
from audit.lifecycle.calendar import add_months, add_working_days, local_date
from audit.lifecycle.facts import CaseFacts
from audit.people.roles import Person, Role
from tests.spec.lifecycle.test_guards import ACTION, CASE, DOCTOR, GONE

FACTS = replace(CASE, panel=(DOCTOR,), actions=(ACTION,))


def opened_opinions(facts: CaseFacts, who: Person) -> bool:
    """Whether somebody reads an opinion of somebody else once the round is closed."""
    return may_see_of_panel(facts, who, PanelMatter.OPINION, author_id=77, is_unsealed=True)


def person(*roles: Role, number: int = 9, areas: tuple[str, ...] = (), agency: str | None = None) -> Person:
    return Person(number, "x", "X", frozenset(roles), areas=areas, agency=agency)


@pytest.mark.parametrize(
    ("who", "case", "identity", "opinions"),
    [
        (person(Role.SECRETARY), True, True, True),
        (person(Role.SYSTEM), True, True, True),
        (person(Role.CHAIR), True, False, False),
        (person(Role.LEADER), True, False, False),
        (person(Role.EXPERT, number=5), True, True, True),
        (person(Role.EXPERT, number=6), False, False, False),
        (person(Role.FIELD, areas=("35.09.22",)), True, True, False),
        (person(Role.FIELD, areas=("35.09.30",)), False, False, False),
        (person(Role.FIELD), True, True, False),
        (person(Role.AGENCY, agency="perkim"), True, False, False),
        (person(Role.AGENCY, agency="dinsos"), False, False, False),
        (person(Role.AGENCY), False, False, False),
        (person(Role.LEADER, Role.EXPERT, number=6), True, False, False),
        (person(Role.AGENCY, Role.FIELD, agency="perkim", areas=("35.09.30",)), True, False, False),
        (person(Role.SECRETARY, Role.EXPERT, number=6), True, True, True),
        (person(), False, False, False),
    ],
)
def test_who_sees_a_case_its_identity_and_its_opened_opinions(who: Person, case: bool, identity: bool, opinions: bool) -> None:
    assert (may_see_case(FACTS, who), may_see_identity(FACTS, who), opened_opinions(FACTS, who)) == (case, identity, opinions)


@pytest.mark.parametrize("also", [(), (Role.FIELD,), (Role.LEADER,), (Role.CHAIR,), (Role.AGENCY,)])
def test_who_stepped_back_sees_nothing_of_the_case_any_more_whatever_else_they_are(also: tuple[Role, ...]) -> None:
    facts, expert = replace(FACTS, panel=(GONE,)), person(Role.EXPERT, *also, number=5, agency="perkim")
    assert not (may_see_case(facts, expert) or may_see_identity(facts, expert) or opened_opinions(facts, expert))


@pytest.mark.parametrize(
    ("code", "areas", "inside"),
    [
        ("35.09.22.2001", (), True),
        ("35.09.22.2001", ("35.09",), True),
        ("35.09.22.2001", ("35.09.22",), True),
        ("35.09.22.2001", ("35.09.22.2001",), True),
        ("35.09.22.2001", ("35.09.30", "35.09.22"), True),
        ("35.09.22.2001", ("35.09.2",), False),
        ("35.09.22.2001", ("35.09.22.2002",), False),
        ("35.09.22", ("35.09.22.2001",), False),
    ],
)
def test_an_area_holds_everything_below_its_code(code: str, areas: tuple[str, ...], inside: bool) -> None:
    assert is_in_area(code, areas) is inside


@pytest.mark.parametrize(
    ("on", "months", "later"),
    [
        (date(2026, 7, 6), 3, date(2026, 10, 6)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(on: date, months: int, later: date) -> None:
    assert add_months(on, months) == later


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_months_later_always_falls_in_the_month_counted(on: date, months: int) -> None:
    later = add_months(on, months)
    assert (later.year * 12 + later.month) - (on.year * 12 + on.month) == months
    assert later.day == on.day or (later.day < on.day and (later + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("on", "days", "holidays", "due"),
    [
        (date(2026, 7, 6), 0, (), date(2026, 7, 6)),
        (date(2026, 7, 6), 1, (), date(2026, 7, 7)),
        (date(2026, 7, 10), 1, (), date(2026, 7, 13)),
        (date(2026, 7, 11), 1, (), date(2026, 7, 13)),
        (date(2026, 7, 6), 10, (), date(2026, 7, 20)),
        (date(2026, 8, 14), 1, (date(2026, 8, 17),), date(2026, 8, 18)),
        (date(2026, 8, 14), 2, (date(2026, 8, 15), date(2026, 8, 17)), date(2026, 8, 19)),
    ],
)
def test_working_days_skip_weekends_and_holidays(on: date, days: int, holidays: tuple[date, ...], due: date) -> None:
    assert add_working_days(on, days, holidays) == due


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        (datetime(2026, 7, 6, 16, 59, tzinfo=UTC), "Asia/Jakarta", date(2026, 7, 6)),
        (datetime(2026, 7, 6, 17, 0, tzinfo=UTC), "Asia/Jakarta", date(2026, 7, 7)),
        (datetime(2026, 7, 6, 16, 0, tzinfo=UTC), "Asia/Makassar", date(2026, 7, 7)),
        (datetime(2026, 12, 31, 15, 0, tzinfo=UTC), "Asia/Jayapura", date(2027, 1, 1)),
    ],
)
def test_a_day_begins_where_the_district_is(at: datetime, zone: str, day: date) -> None:
    assert local_date(at, zone) == day
