"""The gap sheet: what is missing, who supplies it, in the order of one round; never who the case is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.reports.field.gap_rules import _FROM_FIELD
from audit.reports.field.gap_sheet import TEMPLATE, gap_sheet_page, puskesmas_with_gaps
from audit.reports.field.pages import GapSheetPage
from audit.reports.printing import print_document
from audit.steps.intake.tables import Measurement, Subject
from audit.steps.packet.forms import WORKSHEETS
from audit.store.canonical import canonical_json
from tests.factory import DESA, PUSKESMAS, World, worksheet_answers
from tests.reports.field.field_world import (
    AWKWARD,
    BORN,
    NAME,
    NIK,
    as_record,
    attached,
    faults_of,
    frozen,
    pages_of,
    selects,
    sqlite_world,
)


def sheet(world: World) -> GapSheetPage:
    return gap_sheet_page(as_record(world, "kesenjangan", PUSKESMAS))


def answered(world: World, case: Case, *without: str, **changes: object) -> None:
    answers = worksheet_answers(Group(case.target_group), without=without) | changes
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", answers)


def subject_of(world: World, case: Case) -> Subject:
    return world.session.get_one(Subject, case.subject_id)


def labels(page: GapSheetPage) -> list[str]:
    return [item.label for place in page.places for case in place.cases for item in case.items]


def test_each_missing_item_says_who_asks_for_it_where_it_comes_from_and_how_it_is_written(session: Session) -> None:
    world = World(session)
    answered(world, world.open(), "immunisation", "mother_height_cm", "latrine")
    page = sheet(world)
    (place,) = page.places
    (case,) = place.cases
    assert (place.name, place.place) == ("Posyandu Melati 3", "Desa Kemuninglor, Kecamatan Arjasa")
    assert (case.number, case.who, case.count, case.needed_by) == ("AKS-3509-2026-2-001", "Balita, 22 bulan", "3 isian", "20 Juli 2026")
    assert [(i.label, i.asked_by, i.source, i.hint) for i in case.items] == [
        ("Jamban", "Semua pakar", "Lihat di rumah", "Leher angsa dengan tangki septik / Tidak layak / Tidak ada"),
        ("Imunisasi", "Dokter anak", "Buku KIA atau bidan", "Lengkap sesuai umur / Tidak lengkap / Belum pernah"),
        ("Tinggi ibu", "Dokter anak", "Ukur di tempat", "cm"),
    ]


def test_the_top_says_how_much_holds_back_how_many_cases_and_until_when(session: Session) -> None:
    world = World(session)
    answered(world, world.open(), "immunisation", "latrine")
    answered(world, world.open(), "texture")  # not a required one: the worksheet is complete
    page = sheet(world)
    assert page.lead.startswith("2 isian menahan 1 kasus dari 2 kasus yang kertas kerjanya masih di lapangan.")
    assert [(f.label, f.value) for f in page.facts][1:5] == [
        ("Dibutuhkan paling lambat", "20 Juli 2026"),
        ("Kasus tertahan", "1"),
        ("Isian belum ada", "2"),
        ("Diseminasi", "belum ditetapkan"),
    ]
    assert page.route.rows == (("Posyandu Melati 3", "Desa Kemuninglor, Kecamatan Arjasa", "1", "2", "0", "20 Juli 2026"),)


def test_cases_of_one_posyandu_stand_together_whatever_their_number(session: Session) -> None:
    world = World(session)
    cases = [world.open() for _ in range(4)]
    for case, (posyandu, desa) in zip(
        cases, (("Mawar 1", DESA), ("melati 3", "35.09.22.2003"), ("Anggrek", DESA), ("Mawar 1", DESA)), strict=True
    ):
        subject_of(world, case).posyandu = posyandu
        case.desa_code = desa
    session.flush()
    stops = [(place.name, [case.number[-3:] for case in place.cases]) for place in sheet(world).places]
    assert stops == [("Posyandu Anggrek", ["003"]), ("Posyandu Mawar 1", ["001", "004"]), ("Posyandu melati 3", ["002"])]


def test_holidays_of_the_cycle_move_the_day_and_a_day_gone_by_is_said(session: Session) -> None:
    world = World(session)
    world.cycle.settings = world.cycle.settings | {"holidays": ["2026-07-08"]}
    world.open()
    assert sheet(world).places[0].cases[0].needed_by == "21 Juli 2026"
    world.pass_days(15)
    assert sheet(world).places[0].cases[0].state == ""
    world.pass_days(1)
    assert sheet(world).places[0].cases[0].state == "lewat tenggat"


def test_what_the_panel_asked_for_is_on_the_sheet_without_the_name(session: Session) -> None:
    world = World(session)
    case = world.open()
    subject_of(world, case).identity = subject_of(world, case).identity | {"parents": "Sutrisno / Wati Lestari"}
    answered(world, case)
    note = f"Kapan {NAME.upper()} (NIK {NIK}), anak Wati Lestari, diare? {AWKWARD}"
    world.do(case, Action.RETURN_WORKSHEET, "sekretariat", {"note": note})
    page = sheet(world)
    assert page.places[0].cases[0].request == "Kapan (nama) (NIK (NIK)), anak (nama), diare? =1+1 <b>tebal</b> & [simbol]"
    assert page.lead.startswith("1 permintaan data menahan 1 kasus.") and page.places[0].cases[0].count == "permintaan data"


def test_nothing_tells_who_the_case_is(session: Session) -> None:
    world = World(session)
    world.open()
    kept = canonical_json(frozen(world, "kesenjangan", PUSKESMAS)).decode()
    assert NAME not in kept and NIK not in kept and BORN not in kept and "Anggraini" not in kept


def test_a_family_that_said_no_is_asked_again(session: Session) -> None:
    world = World(session)
    answered(world, world.open(), consent=False)
    assert labels(sheet(world)) == ["Keluarga bersedia diaudit (tadinya tidak; jelaskan dan tanyakan lagi)"]


def test_a_child_without_a_sound_measurement_is_measured_a_grown_up_is_not(session: Session) -> None:
    world = World(session)
    case = world.open()
    answered(world, case)
    assert labels(sheet(world)) == []
    newest = session.scalars(select(Measurement).where(Measurement.subject_id == case.subject_id)).one()
    newest.recheck = "sex"
    session.flush()
    assert labels(sheet(world)) == [
        "Berat badan (ukur ulang, hasil terakhir diragukan)",
        "Panjang atau tinggi badan (ukur ulang, hasil terakhir diragukan)",
    ]
    newest.recheck, newest.height_cm = None, 0.0
    session.flush()
    assert labels(sheet(world)) == ["Panjang atau tinggi badan"]
    newest.height_cm, newest.measured_on = 74.0, world.on - timedelta(days=93)
    session.flush()
    assert labels(sheet(world))[0] == "Berat badan (ukur lagi, hasil terakhir lebih dari tiga bulan)"
    session.delete(newest)
    session.flush()
    assert labels(sheet(world)) == ["Berat badan", "Panjang atau tinggi badan"]
    woman = world.open(Group.BUMIL)
    answered(world, woman)
    session.delete(session.scalars(select(Measurement).where(Measurement.subject_id == woman.subject_id)).one())
    assert [case.number[-3:] for case in sheet(world).places[0].cases] == ["001"]


def test_an_unknown_birth_date_is_asked_for_but_not_written_on_the_sheet(session: Session) -> None:
    world = World(session)
    case = world.open()
    subject_of(world, case).identity = {"name": NAME}
    subject_of(world, case).is_male = None
    answered(world, case)
    (found,) = sheet(world).places[0].cases
    assert found.who == "Balita, umur tidak diketahui"
    assert [(i.label, i.hint) for i in found.items] == [
        ("Tanggal lahir", "Betulkan di register, jangan ditulis di sini"),
        ("Jenis kelamin", "Laki-laki / Perempuan"),
    ]


def test_a_puskesmas_without_gaps_gets_a_sheet_that_says_so_and_an_unknown_one_none(session: Session) -> None:
    world = World(session)
    world.case_at(Status.READY)
    page = sheet(world)
    assert page.places == () and page.lead.startswith("Tidak ada isian yang kurang")
    assert puskesmas_with_gaps(session, world.cycle.id) == []
    with pytest.raises(Refused, match="Puskesmas Antah"):
        frozen(world, "kesenjangan", "Puskesmas Antah")
    world.open(puskesmas="SILO")
    assert puskesmas_with_gaps(session, world.cycle.id) == ["SILO"]
    assert gap_sheet_page(as_record(world, "kesenjangan", "SILO")).puskesmas == "Puskesmas Silo"


def test_an_unchanged_audit_has_the_same_snapshot_on_another_day(session: Session) -> None:
    world = World(session)
    world.open()
    before = frozen(world, "kesenjangan", PUSKESMAS)
    world.pass_days(5)
    assert frozen(world, "kesenjangan", PUSKESMAS) == before


def test_freezing_takes_four_statements_however_many_cases(session: Session, engine: Engine) -> None:
    world = World(session)
    world.open()
    frozen(world, "kesenjangan", PUSKESMAS)
    for _ in range(5):
        answered(world, world.open(), "latrine")
    session.flush()
    assert selects(engine, lambda: frozen(world, "kesenjangan", PUSKESMAS)) <= 4


def test_every_special_source_belongs_to_a_question_that_is_asked() -> None:
    assert set(_FROM_FIELD) <= {f.name for form in WORKSHEETS.values() for f in form.fields}


@pytest.fixture(scope="module")
def long_sheet(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[bytes, list[str], int]]:
    """A sheet of more than 300 rows drawn strictly, its case numbers, and how many rows it has."""
    with sqlite_world(sqlite_template, tmp_path_factory.mktemp("panjang")) as world:
        cases = [world.open() for _ in range(13)]
        answered(world, cases[0])
        world.do(cases[0], Action.RETURN_WORKSHEET, "sekretariat", {"note": AWKWARD})
        subject_of(world, cases[1]).posyandu = "Posyandu " + "Nusa Indah Raya " * 12
        subject_of(world, cases[2]).identity = {"name": NAME}
        world.open(Group.CATIN), world.open(Group.BUFAS)
        world.session.flush()
        record = as_record(world, "kesenjangan", PUSKESMAS)
        made = gap_sheet_page(record)
        file = print_document(made, record, template=TEMPLATE, is_strict=True)
        assert attached(file) == record.raw
        yield file, [case.number for place in made.places for case in place.cases], len(labels(made))


def test_a_sheet_of_300_rows_is_whole_and_archival(long_sheet: tuple[bytes, list[str], int]) -> None:
    file, numbers, rows = long_sheet
    texts = pages_of(file)
    assert rows >= 300 and len(numbers) == 15 and faults_of(file) == []
    assert sum(text.count("☐") for text in texts) == rows
    assert all(any(number in text for text in texts) for number in numbers)
    assert "=1+1 <b>tebal</b> & [simbol]" in " ".join(texts) and NAME not in " ".join(texts)
    # A page that begins in the middle of a table repeats its head, which names the case.
    assert all("Tulis di sini" in text for text in texts[:-1]) and "Memeriksa keaslian" in texts[-1]


def test_an_empty_sheet_is_archival(sqlite_template: Path, tmp_path: Path) -> None:
    with sqlite_world(sqlite_template, tmp_path) as world:
        world.case_at(Status.READY)
        record = as_record(world, "kesenjangan", PUSKESMAS)
        file = print_document(gap_sheet_page(record), record, template=TEMPLATE, is_strict=True)
    (text,) = pages_of(file)
    assert faults_of(file) == [] and "Tidak ada yang perlu dilengkapi." in text
