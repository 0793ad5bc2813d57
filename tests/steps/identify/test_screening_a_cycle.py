"""Screening, choosing, dropping and opening, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from audit.casework.cycles import open_cycle
from audit.casework.perform import open_case
from audit.errors import Refused
from audit.forms import Problems
from audit.lifecycle.history import NO_EVENT_BEFORE
from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import Action, Status
from audit.people.directory import add_person, add_system_account
from audit.steps.identify import queries
from audit.steps.identify.actions import choose, drop, open_case_row, screen_cycle, take_back
from audit.steps.identify.tables import Candidate
from audit.steps.intake.tables import Import, Measurement, Subject
from tests.factory import START, World

ON = date(2026, 8, 20)
AT = START + timedelta(days=45)


class Register:
    """A cycle in Arjasa and Silo with invented children and women measured for it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        add_system_account(session, at=AT)
        self.secretary = add_person(session, {"username": "sekretariat", "roles": ["secretary"]}, at=AT)
        self.midwife = add_person(session, {"username": "bidan", "roles": ["field"], "everywhere": True}, at=AT)
        given = {"kabupaten": "35.09", "year": 2026, "number": 2, "focus_areas": ["Arjasa", "Silo"], "quotas": {"balita": 2, "bumil": 1}}
        self.cycle = open_cycle(session, given, at=AT)

    def child(self, haz: int, *, desa: str = "35.09.22.2001", **more: Any) -> int:
        subject = self._subject("child", desa)
        self.weigh(subject, haz=haz, **more)
        return subject

    def woman(self, muac_cm: float, *, desa: str = "35.09.22.2001") -> int:
        subject = self._subject("woman", desa)
        self.measure(subject, age_months=27 * 12, muac_cm=muac_cm, pregnancy_weeks=18)
        return subject

    def weigh(self, subject: int, *, haz: int, measured_on: date = date(2026, 8, 5), **more: Any) -> Measurement:
        values = {"age_months": 30, "weight_kg": 10.0, "height_cm": 82.0, "haz": haz, "waz": -100, "whz": -50, "measured_on": measured_on}
        return self.measure(subject, **(values | more))

    def measure(self, subject: int, **values: Any) -> Measurement:
        row = Measurement(**({"subject_id": subject, "measured_on": date(2026, 8, 5), "source": "registry", "position": 2} | values))
        self.session.add(row)
        self.session.flush()
        return row

    def load(self, layout: str = "eppgbm") -> Import:
        counts = {"rows": 1, "accepted": 1, "repeated": 0, "rejected": 0, "recheck": {}}
        row = Import(file_name="agustus.xlsx", file_sha256="0" * 64, layout=layout, by_id=self.secretary.id, at=AT, **counts)
        self.session.add(row)
        self.session.flush()
        return row

    def screen(self, **when: Any) -> Any:
        return screen_cycle(self.session, self.cycle.id, **({"at": AT, "on": ON} | when))

    def candidates(self) -> list[tuple[int, str, int, int, str]]:
        rows = queries.candidates_of(self.session, self.cycle.id)
        return [(c.subject_id, c.target_group, c.rank, c.score, c.state) for c in rows]

    def candidate(self, subject: int) -> Candidate:
        return self.session.scalars(select(Candidate).where(Candidate.cycle_id == self.cycle.id, Candidate.subject_id == subject)).one()

    def chosen(self) -> list[int]:
        return [c.subject_id for c in choose(self.session, self.cycle.id, on=ON)]

    def _subject(self, kind: str, desa: str) -> int:
        row = Subject(kind=kind, is_male=False, identity={"name": "Bunga"}, desa_code=desa, puskesmas="Puskesmas Arjasa", posyandu="Mawar")
        self.session.add(row)
        self.session.flush()
        return row.id


@pytest.fixture
def register(session: Session) -> Register:
    return Register(session)


@contextmanager
def counted(session: Session) -> Iterator[Callable[[], int]]:
    """How many statements the database was sent."""
    seen: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield lambda: len(seen)
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def test_a_screening_proposes_those_a_rule_points_at_with_reasons(register: Register) -> None:
    stunted, severe, woman = register.child(-250), register.child(-341), register.woman(22.1)
    register.child(-50)
    register.child(-400, desa="35.09.01.2001")  # Jombang is no focus area
    done = register.screen()
    assert register.candidates() == [
        (severe, "balita", 1, 5, "proposed"),
        (stunted, "balita", 2, 3, "proposed"),
        (woman, "bumil", 1, 4, "proposed"),
    ]
    assert register.candidate(severe).reasons == [{"code": "balita.severely_stunted", "sentence": "TB/U −3,41 (sangat pendek)"}]
    assert (done.subjects, done.candidates, done.added, done.updated, done.removed, done.decided) == (4, 3, 3, 0, 0, 0)


def test_a_second_screening_changes_nothing(register: Register) -> None:
    register.child(-250)
    register.child(-341)
    register.screen()
    before = [(c.id, c.screened_at) for c in queries.candidates_of(register.session, register.cycle.id)]
    again = register.screen(at=AT + timedelta(days=1))
    assert (again.added, again.updated, again.removed) == (0, 0, 0)
    assert [(c.id, c.screened_at) for c in queries.candidates_of(register.session, register.cycle.id)] == before


def test_new_measurements_move_the_ranks_and_remove_who_recovered(register: Register) -> None:
    first, second, third = register.child(-341), register.child(-250), register.child(-210)
    register.screen()
    held, recovered = register.candidate(third), register.candidate(first)
    register.weigh(first, haz=-150, measured_on=date(2026, 8, 18), age_months=30)
    register.weigh(third, haz=-310, measured_on=date(2026, 8, 18), age_months=30)
    done = register.screen()
    assert (done.added, done.updated, done.removed) == (0, 1, 1)  # the second keeps its rank
    assert [row[:4] for row in register.candidates()] == [(third, "balita", 1, 5), (second, "balita", 2, 3)]
    assert (held.rank, held.score) == (1, 5)  # a row that was in hand is not out of date
    with pytest.raises(Refused, match="tidak ada"):
        take_back(register.session, recovered.id, by=register.secretary)


def test_what_is_measured_after_the_day_was_replaced_or_was_undone_does_not_count(register: Register) -> None:
    later, replaced, undone = register.child(-350), register.child(-350), register.child(-350)
    register.weigh(later, haz=-100, measured_on=date(2026, 8, 21))
    loaded = register.load()
    register.weigh(replaced, haz=-400, measured_on=date(2026, 8, 12)).replaced_by_import_id = loaded.id
    taken_back = register.load()
    taken_back.undone_at = AT
    register.weigh(undone, haz=-100, measured_on=date(2026, 8, 12), import_id=taken_back.id)
    register.session.flush()
    register.screen()
    assert {row[0] for row in register.candidates()} == {later, replaced, undone}
    assert {c.reasons[0]["sentence"] for c in queries.candidates_of(register.session, register.cycle.id)} == {"TB/U −3,50 (sangat pendek)"}


def test_a_grown_up_is_screened_in_the_group_of_the_register_it_came_from(register: Register) -> None:
    mother = register._subject("woman", "35.09.22.2001")
    register.measure(mother, age_months=300, muac_cm=22.0, import_id=register.load("bufas").id, pregnancy_weeks=None)
    assert register.screen().in_no_group == 1  # the cycle has no bufas


def test_the_choice_fills_each_quota_and_leaves_out_who_must_be_measured_again(register: Register) -> None:
    best, again, next_best, _too_many = (
        register.child(-400),
        register.child(-450, recheck="sex"),
        register.child(-330),
        register.child(-250),
    )
    silo, woman = register.child(-250, desa="35.09.30.2001"), register.woman(22.0)
    register.screen()
    assert register.chosen() == [best, next_best, silo, woman]
    assert register.candidate(again).needs_remeasuring
    assert register.chosen() == [best, next_best, silo, woman]  # nothing was changed by asking


def test_a_withdrawn_case_makes_room_for_the_next(register: Register) -> None:
    first, second, third = register.child(-400), register.child(-390), register.child(-380)
    register.screen()
    assert register.chosen() == [first, second]
    cases = [open_case_row(register.session, register.candidate(subject).id, at=AT) for subject in (first, second)]
    assert register.chosen() == []
    cases[0].status = Status.WITHDRAWN
    register.session.flush()
    assert register.chosen() == [third]


def test_chosen_and_dropped_candidates_stay_as_they_were_decided(register: Register) -> None:
    chosen, dropped = register.child(-341), register.child(-330)
    register.screen()
    open_case_row(register.session, register.candidate(chosen).id, at=AT)
    drop(register.session, register.candidate(dropped).id, {"reason": "already_handled"}, by=register.secretary, at=AT)
    register.weigh(chosen, haz=-100, measured_on=date(2026, 8, 18))
    register.weigh(dropped, haz=-400, measured_on=date(2026, 8, 18))
    newcomer = register.child(-210)
    done = register.screen()
    assert (done.added, done.updated, done.removed, done.decided) == (1, 0, 0, 2)
    states = {row[0]: row[4] for row in register.candidates()}
    assert states == {chosen: "chosen", dropped: "dropped", newcomer: "proposed"}
    assert register.candidate(chosen).reasons[0]["sentence"] == "TB/U −3,41 (sangat pendek)"
    assert register.chosen() == [newcomer]


def test_a_dropped_candidate_keeps_why_and_by_whom_and_can_be_taken_back(register: Register) -> None:
    subject = register.child(-341)
    register.screen()
    candidate = register.candidate(subject)
    drop(register.session, candidate.id, {"reason": "measured_again"}, by=register.secretary, at=AT)
    assert (candidate.state, candidate.drop_reason, candidate.dropped_by_id, candidate.dropped_at) == (
        "dropped",
        "measured_again",
        register.secretary.id,
        AT,
    )
    with pytest.raises(Refused, match="kembalikan dulu"):
        open_case_row(register.session, candidate.id, at=AT)
    take_back(register.session, candidate.id, by=register.secretary)
    assert (candidate.state, candidate.drop_reason) == ("proposed", None)


def test_only_the_secretariat_decides_on_candidates_and_only_with_a_reason(register: Register) -> None:
    subject = register.child(-341)
    register.screen()
    candidate = register.candidate(subject).id
    with pytest.raises(Refused, match="Hanya Sekretariat"):
        drop(register.session, candidate, {"reason": "died"}, by=register.midwife, at=AT)
    with pytest.raises(Problems, match="pilih dari"):
        drop(register.session, candidate, {"reason": "malas"}, by=register.secretary, at=AT)
    open_case_row(register.session, candidate, at=AT)
    with pytest.raises(Refused, match="sudah menjadi kasus"):
        drop(register.session, candidate, {"reason": "died"}, by=register.secretary, at=AT)
    with pytest.raises(Refused, match="tidak ada"):
        take_back(register.session, 999, by=register.secretary)


def test_a_case_gets_the_next_number_of_its_cycle_and_no_event_yet(register: Register) -> None:
    subjects = [register.child(-300 - n) for n in (30, 20)]
    register.screen()
    first, second = (open_case_row(register.session, register.candidate(s).id, at=AT) for s in subjects)
    assert (first.number, second.number) == ("AKS-3509-2026-2-001", "AKS-3509-2026-2-002")
    assert (first.status, first.version, first.head_hash, first.status_since) == ("selected", 0, NO_EVENT_BEFORE, AT)
    assert (first.subject_id, first.target_group, first.desa_code, first.puskesmas) == (
        subjects[0],
        "balita",
        "35.09.22.2001",
        "Puskesmas Arjasa",
    )
    assert register.candidate(subjects[0]).state == "chosen"
    with pytest.raises(Refused, match="sudah menjadi kasus"):
        open_case_row(register.session, register.candidate(subjects[0]).id, at=AT)
    with pytest.raises(Refused, match="tidak ada"):
        open_case_row(register.session, 999, at=AT)


def test_two_who_open_cases_at_once_get_different_numbers(register: Register, engine: Engine) -> None:
    subjects = [register.child(-400 + n) for n in range(12)]
    register.screen()
    candidates = [register.candidate(subject).id for subject in subjects]
    register.session.commit()

    def open_some(mine: list[int]) -> list[str]:
        numbers = []
        for candidate_id in mine:
            with Session(engine) as session, session.begin():
                numbers.append(open_case_row(session, candidate_id, at=AT).number)
        return numbers

    with ThreadPoolExecutor(2) as pool:
        numbers = [number for some in pool.map(open_some, [candidates[0::2], candidates[1::2]]) for number in some]
    assert sorted(numbers) == [f"AKS-3509-2026-2-{n:03d}" for n in range(1, 13)]


def test_a_closed_cycle_screens_chooses_and_opens_nothing(register: Register) -> None:
    subject = register.child(-341)
    register.screen()
    register.cycle.closed_at = AT
    register.session.flush()
    for refused in (register.screen, register.chosen, lambda: open_case_row(register.session, register.candidate(subject).id, at=AT)):
        with pytest.raises(Refused, match="sudah ditutup"):
            refused()


def test_nobody_is_chosen_after_the_last_day_of_the_cycle(register: Register) -> None:
    with pytest.raises(Refused, match="berakhir 31-12-2026"):
        choose(register.session, register.cycle.id, on=date(2027, 1, 1))


def test_who_is_under_audit_in_another_cycle_waits_and_who_was_carried_over_is_continued(register: Register) -> None:
    subject = register.child(-341)
    register.screen()
    earlier = open_case_row(register.session, register.candidate(subject).id, at=AT)
    register.cycle = _third_cycle(register)
    register.screen()
    assert register.chosen() == []
    earlier.status = Status.CARRIED_OVER
    register.session.flush()
    assert register.chosen() == [subject]
    assert open_case_row(register.session, register.candidate(subject).id, at=AT).continues_case_id == earlier.id


def _third_cycle(register: Register) -> Cycle:
    given = {"kabupaten": "35.09", "year": 2026, "number": 3, "focus_areas": "Arjasa", "starts_on": "2026-09-01", "ends_on": "2026-12-31"}
    return open_cycle(register.session, given, at=AT)


def test_withdrawing_keeps_the_reason_and_reopening_clears_it(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.SELECTED)
    with pytest.raises(Problems, match="Alasan"):
        world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "bosan"})
    written = world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    assert (case.withdrawn_reason, case.status, written.details["reason"]) == ("moved_away", "withdrawn", "moved_away")
    written = world.do(case, Action.REOPEN, "sekretariat")
    assert (case.withdrawn_reason, case.status, written.details["was_withdrawn_for"]) == (None, "selected", "moved_away")


def test_a_case_is_opened_through_the_door_by_the_secretariat_only(register: Register) -> None:
    subject = register.child(-341)
    register.screen()
    with pytest.raises(Refused, match="Hanya Sekretariat"):
        open_case(register.session, register.candidate(subject).id, by=register.midwife, at=AT)
    written = open_case(register.session, register.candidate(subject).id, by=register.secretary, at=AT)
    assert register.session.get_one(Case, written.case_id).version == 1


@pytest.mark.parametrize("children", [3, 60])
def test_the_statements_do_not_grow_with_the_candidates(register: Register, children: int) -> None:
    changed = [register.child(-350 + n) for n in range(children)]
    gone = [register.child(-250) for n in range(children)]
    register.session.flush()
    with counted(register.session) as statements:
        register.screen()
        assert statements() == 4  # the cycle, the weighings, the candidates there are, the new ones
    for n, subject in enumerate(changed):
        register.weigh(subject, haz=-400 - n, measured_on=date(2026, 8, 18))
    for subject in gone:
        register.weigh(subject, haz=0, measured_on=date(2026, 8, 18))
    register.child(-210)
    register.session.flush()
    with counted(register.session) as statements:
        done = register.screen()
        assert (statements(), done.updated, done.removed, done.added) == (6, children, children, 1)
    with counted(register.session) as statements:
        assert len(register.chosen()) == 2
        assert statements() == 3
    assert register.session.scalar(select(func.count()).select_from(Candidate)) == children + 1


def test_the_quota_table_counts_what_waits_and_what_was_decided(register: Register) -> None:
    first, second, _again = register.child(-400), register.child(-390), register.child(-380, recheck="sex")
    register.screen()
    open_case_row(register.session, register.candidate(first).id, at=AT)
    drop(register.session, register.candidate(second).id, {"reason": "died"}, by=register.secretary, at=AT)
    counts = queries.candidate_counts(register.session, register.cycle.id)
    assert counts == {("balita", "35.09.22"): {"proposed": 0, "remeasure": 1, "chosen": 1, "dropped": 1}}
    assert queries.cases_in_quota(register.session, register.cycle.id) == {("balita", "35.09.22"): 1}
