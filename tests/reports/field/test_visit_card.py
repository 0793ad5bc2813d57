"""The visit card: a row for each visit, what is measured how, the chart with room; the name and the birth date, and no more."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.render.growth_charts import Point
from audit.reports.field.card_page import TEMPLATE, visit_card_page
from audit.reports.field.card_words import DANGER_SIGNS
from audit.reports.field.pages import VisitCardPage
from audit.reports.field.plotting import plotting_chart, window
from audit.reports.field.texts import IN_CONFIDENCE
from audit.reports.field.visit_card import cases_in_follow_up
from audit.reports.printing import print_document
from audit.steps.intake.tables import Measurement, Subject
from audit.store.canonical import canonical_json
from tests.factory import World
from tests.reports.field.field_world import (
    AWKWARD,
    LONG_NAME,
    NAME,
    NIK,
    as_record,
    attached,
    begin,
    faults_of,
    frozen,
    pages_of,
    planned,
    selects,
    sqlite_world,
)

pytestmark = pytest.mark.both_databases


def card(world: World, case: Case) -> VisitCardPage:
    return visit_card_page(as_record(world, "kartu-kunjungan", case.number))


def weigh(world: World, case: Case, on: date, weight_kg: float, **about: Any) -> None:
    numbers = {"height_cm": 72.5, "age_months": 20, "flags": 0, "position": 1} | about
    world.session.add(Measurement(subject_id=case.subject_id, measured_on=on, source="registry", weight_kg=weight_kg, **numbers))
    world.session.flush()


def visit(world: World, case: Case, **measured: Any) -> None:
    world.do(case, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": world.on, **measured})


def test_every_planned_visit_has_a_row_with_its_weekday_and_how_to_measure(session: Session) -> None:
    world = World(session)
    page = card(world, world.case_at(Status.FOLLOW_UP))
    labels = [column.label for column in page.visits.columns]
    assert labels[4:9] == ["BB (kg)", "PB/TB (cm)", "LiLA (cm)", "Edema", "N/T"] and sum(c.width for c in page.visits.columns) == 100
    assert page.visits.rows[0] == ("1", "Rabu, 8 Juli 2026", *[""] * 10)
    # Born on 17 August 2024: lying until then, standing from then on.
    assert [(row[1], row[2]) for row in page.visits.rows if row[2]] == [
        ("Kamis, 6 Agustus 2026", "☐ ukur telentang"),
        ("Senin, 7 September 2026", "☐ ukur berdiri"),
        ("Selasa, 6 Oktober 2026", "☐ ukur berdiri"),
    ]
    assert [row[1] for row in page.visits.rows[14:]] == ["Tambahan", "Tambahan"]


def test_the_head_names_the_child_its_place_and_who_waits_on_it(session: Session) -> None:
    world = World(session)
    page = card(world, world.case_at(Status.FOLLOW_UP))
    assert page.name == NAME and page.about == "Balita, perempuan, 1 tahun 10 bulan pada 6 Juli 2026"
    assert [(fact.label, fact.value) for fact in page.facts] == [
        ("Nomor kasus", "AKS-3509-2026-2-001"),
        ("Tanggal lahir", "17 Agustus 2024"),
        ("Posyandu", "Posyandu Melati 3 · Puskesmas Arjasa"),
        ("Alamat", "Desa Kemuninglor, Kecamatan Arjasa"),
        ("Penanggung jawab", "Ninik Rahayu"),
        ("Masa kunjungan", "6 Juli – 6 Oktober 2026"),
    ]
    assert [(a.what, a.who, a.when) for a in page.actions] == [
        ("Makanan tambahan (PMT) lokal", "Puskesmas Arjasa", "paling lambat 5 Agustus 2026"),
        ("Bangun jamban", "Dinas perumahan", "paling lambat 5 Agustus 2026"),
    ]


def test_the_note_says_what_makes_an_n_and_when_the_child_stands(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.APPROVED)
    born = session.get_one(Subject, case.subject_id)
    begin(world, case)
    assert card(world, case).chart_note.replace("\u00a0", " ") == (
        "Tulis N bila berat naik sedikitnya 200 gram dalam sebulan, T bila kurang dari itu. "
        "Genap dua tahun pada 17 Agustus 2026: sebelum hari itu ukur telentang, sejak hari itu berdiri."
    )
    born.identity = born.identity | {"birth_date": "2026-02-10"}
    note = card(world, case).chart_note.replace("\u00a0", " ")
    assert "400 gram pada umur 6 bulan, dan 300 gram pada umur 7 bulan" in note and note.endswith("Ukur panjang sambil telentang.")
    born.identity = born.identity | {"birth_date": "2023-01-10"}
    assert card(world, case).chart_note.endswith("Ukur tinggi sambil berdiri.")


def test_a_visit_that_was_made_shows_its_numbers_and_a_missed_one_says_so(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.FOLLOW_UP)
    world.pass_days(2)
    visit(world, case, weight_kg=8.3, height_cm=74.5, position="lying", oedema=True)
    world.pass_days(5)
    world.do(case, Action.MARK_VISIT_MISSED, "sistem")
    rows = card(world, case).visits.rows
    assert rows[0][3:9] == ("8 Jul", "8,3", "74,5", "", "+", "")
    assert rows[1][3:9] == ("terlewat", "", "", "", "", "")


def test_only_the_weights_that_are_drawn_are_in_the_record_and_never_a_nik(session: Session) -> None:
    world = World(session)
    case = planned(world, activities=(f"Antar anak ber-NIK {NIK}",), until=Status.FOLLOW_UP)
    weigh(world, case, date(2026, 3, 20), 7.6)
    weigh(world, case, date(2025, 3, 20), 5.9)
    weigh(world, case, date(2026, 5, 20), 17.9, flags=2)
    snapshot = frozen(world, "kartu-kunjungan", case.number)
    assert [(p["on"], p["is_flagged"]) for p in snapshot["points"]] == [("2026-03-20", False), ("2026-05-20", True), ("2026-06-20", False)]
    kept = canonical_json(snapshot).decode()
    assert NIK not in kept and "35092*********01" in kept and "5.9" not in kept
    chart = card(world, case).chart
    assert chart is not None and chart.drawing.count("<circle") == 3 and chart.drawing.count('fill="#ffffff" stroke="#1d2730"') == 1


@pytest.mark.parametrize(
    ("identity", "is_male", "says"),
    [
        ({"name": NAME}, False, "Tanggal lahir belum diketahui"),
        ({"name": NAME, "birth_date": "2024-08-17"}, None, "Jenis kelamin tidak tercatat"),
        ({"name": NAME, "birth_date": "2021-05-01"}, True, "sambil berdiri"),
    ],
)
def test_without_a_chart_the_card_says_why_and_still_stands(
    session: Session, identity: dict[str, str], is_male: bool | None, says: str
) -> None:
    world = World(session)
    case = world.case_at(Status.FOLLOW_UP)
    subject = session.get_one(Subject, case.subject_id)
    subject.identity, subject.is_male = identity, is_male
    session.flush()
    page = card(world, case)
    assert page.chart is None and says in page.chart_note and len(page.visits.rows) == 16


def test_a_pregnant_woman_is_examined_not_plotted(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.FOLLOW_UP, Group.BUMIL, name="Siti Aminah")
    page = card(world, case)
    assert [c.label for c in page.visits.columns][4:9] == ["BB (kg)", "LiLA (cm)", "Hb (g/dL)", "Tekanan darah", "TTD (butir)"]
    assert sum(c.width for c in page.visits.columns) == 100
    assert page.chart is None and page.results is not None
    # The register's row and the one of the worksheet.
    assert page.results.rows == (("20 Jun 2026", "44,0", "22,1", "10,2"), ("6 Jul 2026", "69,0", "27,5", "11,0"))
    assert page.danger_signs == DANGER_SIGNS[Group.BUMIL] and "Hb di bawah 11,0 g/dL" in page.chart_note
    assert [row[2] for row in page.visits.rows if row[2]] == ["☐ ukur"] * 3


def test_a_bridegroom_has_no_limit_of_women(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.FOLLOW_UP, Group.CATIN, name="Rudi Hartono")
    session.get_one(Subject, case.subject_id).is_male = True
    session.flush()
    page = card(world, case)
    assert page.about.startswith("Calon pengantin, laki-laki") and "LiLA" not in page.chart_note
    assert not [sign for sign in page.danger_signs if "haid" in sign]


def test_more_actions_than_fit_come_after_the_visits_and_none_in_confidence(session: Session) -> None:
    world = World(session)
    case = planned(world, activities=("Skrining TBC serumah", *(f"Kegiatan {n}" for n in range(2, 9))), until=Status.FOLLOW_UP)
    page = card(world, case)
    assert [a.what for a in (*page.actions, *page.more_actions)] == [IN_CONFIDENCE, *(f"Kegiatan {n}" for n in range(2, 9))]
    assert len(page.actions) == 5 and len(page.lines) == 2


def test_a_card_exists_only_once_visits_are_planned(session: Session) -> None:
    world = World(session)
    early, approved = world.case_at(Status.PLANNED), world.case_at(Status.APPROVED)
    following = world.case_at(Status.FOLLOW_UP)
    assert cases_in_follow_up(session, world.cycle.id) == [following.number]
    with pytest.raises(Refused, match="belum dimulai"):
        frozen(world, "kartu-kunjungan", approved.number)
    with pytest.raises(Refused, match="belum punya RTL"):
        frozen(world, "kartu-kunjungan", early.number)
    with pytest.raises(Refused, match="tidak ada pada siklus ini"):
        frozen(world, "kartu-kunjungan", "AKS-3509-2026-2-999")


def test_a_card_changes_with_a_visit_and_not_with_the_day_or_a_report(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.FOLLOW_UP)
    before = frozen(world, "kartu-kunjungan", case.number)
    world.pass_days(2)
    world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "berjalan"})
    assert frozen(world, "kartu-kunjungan", case.number) == before
    visit(world, case, weight_kg=8.3)
    after = frozen(world, "kartu-kunjungan", case.number)
    assert after["visits"] != before["visits"] and after["dated"] > before["dated"]


@pytest.mark.parametrize("group", [Group.BALITA, Group.BUMIL])
def test_freezing_takes_at_most_seven_statements(session: Session, engine: Engine, group: Group) -> None:
    world = World(session)
    case = world.case_at(Status.FOLLOW_UP, group)
    session.flush()
    assert selects(engine, lambda: frozen(world, "kartu-kunjungan", case.number)) <= 7


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [(22.6, 25.7, (16, 27)), (2.1, 5.0, (0, 6)), (57.2, 60.4, (51, 60)), (58.0, 70.0, (52, 60)), (60.0, 63.0, None)],
)
def test_the_chart_shows_half_a_year_before_and_a_month_after(first: float, last: float, months: tuple[int, int] | None) -> None:
    assert window(first, last) == months


def test_a_weight_outside_the_curves_is_still_on_the_paper() -> None:
    drawing = plotting_chart(
        is_male=True, birth_on=date(2024, 1, 31), months=(12, 20), points=[Point(400.0, 3.1), Point(5000.0, 9.0)], title="Grafik"
    )
    place = float(drawing.split('<circle cx="')[1].split('cy="')[1].split('"')[0])
    assert drawing.count("<circle") == 1 and 8 <= place <= 318 - 40


@pytest.fixture(scope="module")
def drawn(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Cards drawn strictly: a usual child, a woman with a long name, a year of visits with many actions."""
    with sqlite_world(sqlite_template, tmp_path_factory.mktemp("kartu")) as world:
        child = world.case_at(Status.FOLLOW_UP)
        weigh(world, child, date(2026, 5, 20), 7.9)
        woman = world.case_at(Status.FOLLOW_UP, Group.BUFAS, name=LONG_NAME)
        cases = {"child": child, "woman": woman}
        world.cycle.settings = world.cycle.settings | {
            "follow_up_months": 12,
            "visits": {"per_week": 6, "weeks_intensive": 26, "then_every_days": 7, "missed_after_days": 2},
        }
        activities = (AWKWARD, "Kunjungan " + "rumah yang panjang " * 30, *(f"Kegiatan {n}" for n in range(3, 12)))
        cases["long"] = planned(world, activities=activities, until=Status.FOLLOW_UP, name=LONG_NAME)
        files = {}
        for name, case in cases.items():
            record = as_record(world, "kartu-kunjungan", case.number)
            files[name] = print_document(visit_card_page(record), record, template=TEMPLATE, is_strict=True)
            assert attached(files[name]) == record.raw
    return files


@pytest.mark.parametrize("name", ["child", "woman", "long"])
def test_a_card_is_archival(drawn: dict[str, bytes], name: str) -> None:
    assert faults_of(drawn[name]) == []


@pytest.mark.parametrize("name", ["child", "woman"])
def test_a_usual_card_is_one_sheet_printed_on_both_sides(drawn: dict[str, bytes], name: str) -> None:
    first, second = pages_of(drawn[name])
    assert "Tanda bahaya: rujuk hari ini juga" in first and "Cara mengukur" in first
    assert "Yang dilihat dan didengar" in second and "Memeriksa keaslian" in second and "Tambahan" in second


def test_a_year_of_visits_goes_on_over_pages_with_its_head_and_loses_nothing(drawn: dict[str, bytes]) -> None:
    first, *others = pages_of(drawn["long"])
    told = " ".join(others)
    assert " ".join(LONG_NAME.split()) in first and "=1+1 <b>tebal</b> & [simbol]" in first
    rows = [text for text in others if re.search(r"(Senin|Rabu|Kamis), \d", text)]
    assert len(rows) > 8 and all("Yang dilihat dan didengar" in text for text in rows)
    last = date(2026, 7, 6) + timedelta(days=365)
    assert f"{last.day} Juli 2027" in told and "Kegiatan 11" in told and "Memeriksa keaslian" in others[-1]
