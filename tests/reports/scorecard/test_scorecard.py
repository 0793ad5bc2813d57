"""The quarterly scorecard: what is counted and when, what it says, and how it prints."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.vocabulary import Action, Status
from audit.reports.book import entry, record_of
from audit.reports.drawers import draw
from audit.reports.printing import print_document
from audit.reports.scorecard.document import TEMPLATE, scorecard_page
from audit.reports.scorecard.measures import Measures, Rank, rank_of
from audit.reports.scorecard.units import Unit, quarter_of
from audit.store.canonical import canonical_json
from audit.store.session import make_engine
from tests.conftest import KEYRING
from tests.factory import World
from tests.reports.rtl.plans import AWKWARD, faults_of, many_planned, pages_of, planned, selects
from tests.reports.scorecard.quarters import KECAMATAN, Term, two_quarters

pytestmark = pytest.mark.both_databases

FOURTH = "2026-4:opd:puskesmas"


@pytest.fixture(scope="module")
def told(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Term]:
    """Two quarters that the tests here only read."""
    path = tmp_path_factory.mktemp("rapor") / "aks.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}", KEYRING)
    with Session(engine, expire_on_commit=False) as session:
        yield two_quarters(session)
    engine.dispose()


def counts(snapshot: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(snapshot["now"][name] for name in names)


def test_each_action_that_was_due_is_in_one_state(told: Term) -> None:
    frozen = told.frozen()
    assert counts(frozen, "due", "on_time", "late", "running", "stuck", "silent", "cancelled") == (6, 2, 1, 1, 1, 1, 1)
    assert counts(frozen, "so_far", "reported", "confirmed", "effective", "judged") == (6, 3, 1, 0, 0)
    assert frozen["now"]["days_late"] == 56.0, "10, 56, 56 and 56 days: what is not done counts to the end of the quarter"
    assert frozen["is_complete"] and frozen["as_of"] == "2026-09-30" and frozen["dated"] == "2026-09-30T17:00:00+00:00"
    assert frozen["before"] is None and frozen["reply_by"] == "2026-10-14"


def test_the_next_quarter_has_the_arrears_the_effect_and_the_comparison(told: Term) -> None:
    frozen = told.frozen(FOURTH)
    assert counts(frozen, "due", "arrears", "so_far", "confirmed", "effective", "judged") == (0, 3, 6, 1, 1, 1)
    assert counts(frozen, "cases_judged", "cases_improved") == (2, 2)
    assert frozen["before"]["due"] == 6 and frozen["before"]["visits_done"] == 2
    assert not frozen["is_complete"] and frozen["as_of"] == "2026-10-12"


def test_what_comes_after_a_quarter_does_not_change_its_card(session: Session) -> None:
    term = two_quarters(session)
    before = term.frozen()
    term.report(term.cases[4], "selesai")
    term.report(term.cases[3], "selesai")
    term.confirm(term.cases[1])
    term.world.do(term.cases[5], Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    term.world.pass_days(90)
    assert term.frozen() == before
    assert counts(term.frozen("2026-4:opd:puskesmas"), "arrears", "confirmed") == (1, 2)


def test_a_report_after_midnight_of_the_district_belongs_to_the_next_quarter(session: Session) -> None:
    term = Term(session, 1)
    term.go_to(date(2026, 9, 30))
    term.world.at = term.world.at.replace(hour=17, minute=30)  # 00.30 on 1 October in Jember
    term.report(term.cases[0], "selesai")
    assert counts(term.frozen(), "silent", "late") == (1, 0)
    assert counts(term.frozen(FOURTH), "arrears", "reported") == (0, 1)


def test_a_quarter_that_runs_is_told_up_to_the_newest_thing_in_it(session: Session) -> None:
    term = Term(session, 2)
    term.go_to(date(2026, 8, 5))
    assert counts(term.frozen(), "due", "ahead") == (0, 2) and term.frozen()["next"] == {"on": "2026-08-05", "count": 2}
    term.go_to(date(2026, 8, 6))
    first = term.frozen()
    assert counts(first, "due", "ahead", "silent", "days_late") == (2, 0, 2, 1.0) and first["as_of"] == "2026-08-06"
    term.go_to(date(2026, 8, 7))
    assert term.frozen() == first, "nothing tells the day of freezing"


def test_a_visit_is_missed_after_its_days_of_grace(session: Session) -> None:
    term = Term(session, 1)
    term.go_to(date(2026, 7, 8))
    assert counts(term.frozen(KECAMATAN), "visits_due", "visits_done", "visits_missed") == (0, 0, 0)
    term.visit(term.cases[0])
    term.go_to(date(2026, 7, 14))
    assert counts(term.frozen(KECAMATAN), "visits_due", "visits_done", "visits_missed") == (2, 1, 1)


def test_a_withdrawn_case_and_a_plan_that_is_not_approved_do_not_count(session: Session) -> None:
    term = Term(session, 2)
    term.world.case_at(Status.PLANNED)
    term.world.do(term.cases[0], Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    term.go_to(date(2026, 9, 1))
    assert counts(term.frozen(), "due", "silent") == (1, 1)


def test_units_are_ranked_among_those_that_had_something_due(told: Term) -> None:
    assert told.frozen()["rank"] == {"place": 1, "of": 2, "tied": 0}
    assert told.frozen("2026-3:opd:perkim")["rank"] == {"place": 2, "of": 2, "tied": 0}
    assert told.frozen("2026-3:opd:rsud")["rank"] is None and told.frozen(KECAMATAN)["rank"] is None


def test_what_can_no_longer_be_reported_is_not_asked_for(session: Session) -> None:
    term = Term(session, 1)
    term.go_to(date(2026, 8, 1))
    term.report(term.cases[0], "selesai")
    term.go_to(date(2026, 10, 12))
    assert counts(term.frozen(FOURTH), "unseen", "overdue") == (1, 0)
    assert counts(term.frozen("2026-4:opd:perkim"), "unseen", "overdue", "arrears") == (0, 1, 1)
    term.world.do(term.cases[0], Action.EVALUATE, "sekretariat")
    assert counts(term.frozen(FOURTH), "unseen", "overdue") == (0, 0)
    frozen = term.frozen("2026-4:kecamatan:35.09.22")
    assert counts(frozen, "unseen", "overdue", "arrears") == (0, 0, 0) and frozen["attention"] == []


def test_equal_shares_stand_on_the_same_place() -> None:
    shares = {"dinkes": 2, "perkim": 2, "rsud": 0}
    by_unit = {Unit("opd", code): measured(due=4, on_time=count) for code, count in shares.items()}
    by_unit |= {Unit("opd", "dinsos"): measured(due=0, on_time=0), Unit("kecamatan", "35.09.22"): measured(due=4, on_time=4)}
    assert rank_of(Unit("opd", "perkim"), by_unit) == Rank(1, 3, 1)
    assert rank_of(Unit("opd", "rsud"), by_unit) == Rank(3, 3, 0)
    assert rank_of(Unit("opd", "dinsos"), by_unit) is None and rank_of(Unit("kecamatan", "35.09.22"), by_unit) is None


def measured(**counted: int) -> Measures:
    return Measures(**{field.name: 0 for field in fields(Measures)} | counted)


@pytest.mark.parametrize(
    ("on", "code", "first", "last", "before", "after"),
    [
        (date(2026, 1, 1), "2026-1", date(2026, 1, 1), date(2026, 3, 31), "2025-4", "2026-2"),
        (date(2026, 9, 30), "2026-3", date(2026, 7, 1), date(2026, 9, 30), "2026-2", "2026-4"),
        (date(2026, 12, 31), "2026-4", date(2026, 10, 1), date(2026, 12, 31), "2026-3", "2027-1"),
    ],
)
def test_quarters_of_the_calendar(on: date, code: str, first: date, last: date, before: str, after: str) -> None:
    quarter = quarter_of(on)
    assert (quarter.code, quarter.first, quarter.last, quarter.before.code, quarter.next.code) == (code, first, last, before, after)


def test_a_kecamatan_answers_for_every_owner_and_a_puskesmas_for_its_own(told: Term) -> None:
    assert counts(told.frozen(KECAMATAN), "due", "on_time", "silent") == (13, 2, 8)
    assert counts(told.frozen("2026-3:puskesmas:Puskesmas Arjasa"), "due", "on_time", "silent") == (6, 2, 1)
    assert counts(told.frozen("2026-3:kecamatan:35.09.30"), "due", "visits_due", "cases_judged") == (0, 0, 0)


def test_what_needs_attention_is_the_oldest_first_without_identity(session: Session) -> None:
    world = World(session)
    planned(world, activity="Jenguk Bunga Anggraini", ends_on=world.on + timedelta(days=5))
    many_planned(world, 30)
    world.pass_days(70)
    term = Term.__new__(Term)
    term.world = world
    rows = term.frozen("2026-3:kecamatan:35.09.22")["attention"]
    assert len(rows) == 5 and rows[0]["activity"] == "Jenguk (nama)" and rows[0]["days_late"] == 63
    assert [row["ends_on"] for row in rows] == sorted(row["ends_on"] for row in rows)
    assert "Anggraini" not in canonical_json(term.frozen("2026-3:kecamatan:35.09.22")).decode()


def test_there_is_a_card_for_each_quarter_and_unit_that_has_something(session: Session, engine: Engine) -> None:
    term = two_quarters(session)
    assert term.subjects() == [
        "2026-3:opd:perkim",
        "2026-3:opd:puskesmas",
        "2026-3:kecamatan:35.09.22",
        "2026-3:puskesmas:Puskesmas Arjasa",
        "2026-4:opd:perkim",
        "2026-4:opd:puskesmas",
        "2026-4:kecamatan:35.09.22",
        "2026-4:puskesmas:Puskesmas Arjasa",
    ]
    session.flush()
    session.expire_all()
    assert selects(engine, lambda: term.frozen(KECAMATAN)) == 8
    session.expire_all()
    assert selects(engine, term.subjects) == 6


def test_an_empty_cycle_has_no_card_and_one_can_still_be_drawn(session: Session) -> None:
    term = Term(session, 0)
    assert term.subjects() == []
    page = term.page("2026-3:opd:dinkes")
    assert page.asked == ("Tidak ada yang diminta pada triwulan ini.",)
    assert [figure.value for figure in page.figures] == ["–", "0", "–", "–"]


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("2026-3", "not_a_score"),
        ("2026-5:opd:dinkes", "not_a_score"),
        ("2026-3:desa:35.09.22.2001", "not_a_score"),
        ("2026-3:opd:", "not_a_score"),
        ("2026-3:opd:dinas-air", "unknown_agency"),
        ("2026-3:kecamatan:35.09.99", "unknown_place"),
        ("2026-3:kecamatan:35.10.01", "unknown_place"),
        ("2026-3:puskesmas:Puskesmas Bulan", "unknown_puskesmas"),
        ("2026-2:opd:dinkes", "quarter_not_in_cycle"),
        ("2026-4:opd:dinkes", "quarter_not_in_cycle"),
    ],
)
def test_what_is_no_card_of_the_cycle_is_refused(session: Session, subject: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        Term(session, 1).frozen(subject)
    assert [reason.code for reason in refused.value.reasons] == [code]


def test_it_says_what_is_asked_and_cautions(told: Term) -> None:
    page = told.page()
    assert (page.unit, page.period) == ("Puskesmas", "Triwulan III Tahun 2026 (1 Juli – 30 September 2026)")
    assert page.asked_of == "Yang diminta dari para Kepala Puskesmas"
    assert page.asked == (
        "Mohon menyelesaikan dan melaporkan 3 kegiatan yang lewat tenggat paling lambat 14 Oktober 2026; "
        "kendala yang dihadapi disampaikan agar dapat dibantu.",
        "Mohon agar 2 kegiatan yang sudah dilaporkan selesai dilihat langsung oleh petugas lain.",
    )
    assert [(f.value, f.note) for f in page.figures] == [
        ("2 dari 6", "33\u00a0%"),
        ("3", "pada kasus yang masih diikuti"),
        ("56", "yang jatuh tempo triwulan ini"),
        ("1 dari 2", "perangkat daerah"),
    ]
    fourth = told.page("2026-4:kecamatan:35.09.22")
    assert fourth.context[1].value == "2 dari 2 kasus yang dinilai (terlalu sedikit untuk disimpulkan)"
    assert fourth.asked[0].startswith("Mohon mengumpulkan para penanggung jawab 8 kegiatan")
    assert fourth.asked[-1].endswith("kunjungan rumah yang terlewat segera diganti oleh petugas kasusnya.")
    assert {row[0]: row[1:] for row in fourth.comparison.rows}["Kegiatan jatuh tempo"] == ("0", "13", "−13")


def test_few_actions_get_no_percentage(session: Session) -> None:
    term = Term(session, 2)
    term.go_to(date(2026, 9, 1))
    page = term.page()
    assert page.figures[0].note == "terlalu sedikit untuk disimpulkan"
    assert any("kurang dari 5" in note for note in page.notes)


def test_when_all_is_well_the_next_deadline_is_named(session: Session) -> None:
    term = Term(session, 1)
    term.report(term.cases[0], "selesai")
    term.confirm(term.cases[0])
    assert term.page().asked == ("Semua kegiatan yang jatuh tempo sudah selesai dan dipastikan; terima kasih kepada Puskesmas.",)
    assert term.page("2026-3:opd:perkim").asked == (
        "Tidak ada kegiatan yang jatuh tempo. Mohon 1 kegiatan dengan tenggat berikutnya, 5 Agustus 2026, tetap berjalan.",
    )


def test_the_card_is_one_sound_page_and_the_same_every_time(told: Term) -> None:
    subject = "2026-4:kecamatan:35.09.22"
    frozen = told.frozen(subject)
    frozen["attention"][0]["activity"] = AWKWARD * 8
    record = record_of(entry("rapor"), frozen, edition="terbatas", subject=subject, revision=1)
    file = print_document(scorecard_page(record), record, template=TEMPLATE, is_strict=True)
    (page,) = pages_of(file)  # one page, with a row in every table
    assert faults_of(file) == [] and file == draw(record.raw)
    assert "=1+1 <b>" in page and "[simbol]" in page and "<script>" in page and record.code in page and "Halaman 1 dari 1" in page
    assert "Dibandingkan dengan triwulan sebelumnya" in page and "Kegiatan yang perlu perhatian" in page
