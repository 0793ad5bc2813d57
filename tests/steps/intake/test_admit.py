"""Loading files into a real database of each kind: what is stored, what is repeated, corrected, doubted, undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.orm import Session

from audit.demo.families import make_district
from audit.demo.workbook import write_bumil, write_eppgbm
from audit.errors import Refused
from audit.lifecycle.tables import Case, Cycle
from audit.people.roles import Person
from audit.steps.intake import queries
from audit.steps.intake.actions import ImportReport, admit, decide, undo, write_problems
from audit.steps.intake.tables import DoubtfulMatch, Import, ImportProblem, Measurement, Subject
from tests.steps.intake.sheets import AT, BUDI, HEADER, KABUPATEN, ON, SITI, codes, load, staff, write_children

MASKED = "35092***********"


@pytest.fixture
def by(session: Session) -> Person:
    return staff(session)


def counts(session: Session) -> dict[str, int]:
    return {
        t.__tablename__: session.scalar(select(func.count()).select_from(t)) or 0
        for t in (Import, ImportProblem, Subject, Measurement, DoubtfulMatch)
    }


def numbers(report: ImportReport) -> tuple[int, int, int, int, int]:
    assert report.rows == report.accepted + report.repeated + report.rejected + report.doubtful
    return report.rows, report.accepted, report.repeated, report.rejected, report.doubtful


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_a_child_is_stored_with_z_and_sealed_identity(session: Session, by: Person, tmp_path: Path) -> None:
    report = load(session, write_children(tmp_path / "a.xlsx", BUDI), by)
    assert numbers(report) == (1, 1, 0, 0, 0)
    subject, measurement = session.scalars(select(Subject)).one(), session.scalars(select(Measurement)).one()
    assert subject.identity == {
        "name": "Budi Pratama", "nik": "3509221404249001", "parents": "Slamet / Misnati", "birth_date": "2024-04-14",
        "address": "Dusun Krajan", "rt": "001", "rw": "002",
    }  # fmt: skip
    assert (subject.kind, subject.is_male, subject.birth_weight_g, subject.birth_length_cm) == ("child", True, 2400, 47.0)
    assert (subject.puskesmas, subject.posyandu, subject.desa_code[:8]) == ("ARJASA", "MELATI 1", "35.09.22")
    assert (measurement.weight_kg, measurement.height_cm, measurement.position, measurement.muac_cm) == (9.8, 82.1, 2, 13.5)
    assert (measurement.age_months, measurement.weight_gain, measurement.source) == (28, "T", "registry")
    # WHO, boys of 28 months: median 90.4 cm, SD 3.3 cm
    assert measurement.haz == -252 and measurement.flags == 0 and measurement.measured_on == date(2026, 8, 14)
    raw = session.execute(text("select identity, nik_index, birth_index from subject")).one()
    assert b"Budi" not in bytes(raw[0]) and "350922" not in raw[1] + raw[2]


def test_the_report_as_json_has_exactly_the_promised_keys(session: Session, by: Person, tmp_path: Path) -> None:
    report = load(session, write_children(tmp_path / "a.xlsx", BUDI, {**SITI, "Tgl Lahir": None}), by)
    told = report.as_json()
    assert list(told) == ["import_id", "file", "rows", "accepted", "repeated", "rejected", "problems"]
    assert told["problems"] == [
        {"row": 3, "column": "Tgl Lahir", "value": None, "code": "birth_missing", "severity": "reject",
         "message": "Tanggal lahir kosong; baris tidak dapat dipakai."}
    ]  # fmt: skip
    assert (told["import_id"], told["file"], told["rejected"]) == (1, "a.xlsx", 1)


def test_problems_are_kept_sealed(session: Session, by: Person, tmp_path: Path) -> None:
    report = load(session, write_children(tmp_path / "a.xlsx", {**BUDI, "Desa/Kel": "XX BELUM DIISI"}), by)
    assert report.import_id is not None
    (kept,) = queries.problems_of(session, report.import_id)
    assert (kept.row, kept.column, kept.value, kept.code, kept.severity) == (2, "Desa/Kel", "XX BELUM DIISI", "desa_unknown", "reject")
    raw = session.execute(text("select value, message from import_problem")).one()
    assert b"BELUM" not in bytes(raw[0]) + bytes(raw[1])
    assert queries.problem_counts(session, report.import_id) == [("desa_unknown", "reject", 1)]


def test_a_dry_run_says_the_same_and_writes_nothing(session: Session, by: Person, tmp_path: Path) -> None:
    load(session, write_children(tmp_path / "a.xlsx", BUDI), by)
    before = counts(session)
    path = write_children(tmp_path / "b.xlsx", BUDI, SITI, {**SITI, "Desa/Kel": None})
    tried = load(session, path, by, dry_run=True)
    assert counts(session) == before and tried.import_id is None
    real = load(session, path, by)
    assert numbers(tried) == numbers(real) == (3, 1, 1, 1, 0) and tried.problems == real.problems


def test_the_same_file_twice_changes_nothing(session: Session, by: Person, tmp_path: Path) -> None:
    path = write_children(tmp_path / "a.xlsx", BUDI, SITI, {**SITI, "Desa/Kel": None})
    first = load(session, path, by)
    before = counts(session)
    second = load(session, path, by)
    assert counts(session) == before
    assert second.import_id == first.import_id and numbers(second) == (3, 0, 2, 1, 0)


def test_the_same_rows_in_another_file_are_repeated(session: Session, by: Person, tmp_path: Path) -> None:
    load(session, write_children(tmp_path / "a.xlsx", BUDI), by)
    report = load(session, write_children(tmp_path / "b.xlsx", SITI, BUDI), by)
    assert numbers(report) == (2, 1, 1, 0, 0)
    assert counts(session) == {"import": 2, "import_problem": 0, "subject": 2, "measurement": 2, "doubtful_match": 0}


def test_the_next_month_is_a_new_measurement_of_the_same_child(session: Session, by: Person, tmp_path: Path) -> None:
    load(session, write_children(tmp_path / "a.xlsx", BUDI), by)
    july = {**BUDI, "Tanggal Pengukuran": "2026-07-14", "Usia Saat Ukur": None, "Berat": 9.7, "Naik Berat Badan": "N"}
    report = load(session, write_children(tmp_path / "b.xlsx", july), by)
    assert numbers(report) == (1, 1, 0, 0, 0) and report.new_subjects == 0
    (subject_id,) = session.scalars(select(Subject.id))
    assert [m.weight_kg for m in queries.measurements_of(session, [subject_id])[subject_id]] == [9.7, 9.8]
    newest = queries.newest_measurement_of(session, subject_id)
    assert newest is not None and newest.weight_kg == 9.8


def test_other_values_for_the_same_day_replace_and_the_old_file_brings_nothing_back(session: Session, by: Person, tmp_path: Path) -> None:
    old = write_children(tmp_path / "a.xlsx", BUDI)
    load(session, old, by)
    report = load(session, write_children(tmp_path / "b.xlsx", {**BUDI, "Berat": 10.1}), by)
    assert numbers(report) == (1, 1, 0, 0, 0) and report.corrected == 1
    rows = session.execute(select(Measurement.weight_kg, Measurement.replaced_by_import_id).order_by(Measurement.id)).all()
    assert [tuple(row) for row in rows] == [(9.8, report.import_id), (10.1, None)]
    again = load(session, old, by)
    assert numbers(again) == (1, 0, 1, 0, 0) and counts(session)["measurement"] == 2


def test_of_two_rows_for_one_day_the_last_wins_and_the_earlier_is_reported(session: Session, by: Person, tmp_path: Path) -> None:
    report = load(session, write_children(tmp_path / "a.xlsx", BUDI, SITI, {**BUDI, "Berat": 10.1}), by)
    assert numbers(report) == (3, 2, 1, 0, 0)
    assert codes(report) == [(2, "Tanggal Pengukuran", "duplicate_row")] and "baris 4" in report.problems[0].message
    assert sorted(m.weight_kg or 0 for m in session.scalars(select(Measurement))) == [8.1, 10.1]


def test_several_rows_of_one_new_child_make_one_subject(session: Session, by: Person, tmp_path: Path) -> None:
    july = {**BUDI, "Tanggal Pengukuran": "2026-07-14", "Usia Saat Ukur": None}
    loose = {**SITI, "NIK": None}
    report = load(
        session,
        write_children(tmp_path / "a.xlsx", july, BUDI, loose, {**loose, "Tanggal Pengukuran": "2026-07-14", "Usia Saat Ukur": None}),
        by,
    )
    assert report.new_subjects == 2 and counts(session)["subject"] == 2 and counts(session)["measurement"] == 4


def test_a_masked_child_is_found_by_birth_sex_name_and_parent(session: Session, by: Person, tmp_path: Path) -> None:
    load(session, write_children(tmp_path / "a.xlsx", BUDI, SITI), by)
    masked = {
        **BUDI,
        "NIK": MASKED,
        "Nama": "BUDI PRATAMMA",
        "Nama Ortu": "MISNATI",
        "Tanggal Pengukuran": "2026-07-14",
        "Usia Saat Ukur": None,
    }
    report = load(session, write_children(tmp_path / "b.xlsx", masked), by)
    assert numbers(report) == (1, 1, 0, 0, 0) and report.new_subjects == 0 and counts(session)["subject"] == 2


def test_a_whole_masked_register_of_the_next_month_finds_its_children(session: Session, by: Person, tmp_path: Path) -> None:
    district = make_district(5, on=date(2026, 8, 1), children_per_desa=4, kecamatan=["35.09.22", "35.09.30"])
    plain = load(session, write_eppgbm(tmp_path / "a.xlsx", district, date(2026, 7, 1), faults=False).path, by)
    report = load(session, write_eppgbm(tmp_path / "b.xlsx", district, date(2026, 8, 1), faults=False, masked_nik=True).path, by)
    born_since = sum(1 for child in district.children if child.birth_on > date(2026, 7, 1))
    assert plain.accepted > 40 and report.rejected == 0
    assert report.accepted + report.doubtful == report.rows and report.doubtful <= 0.02 * report.rows
    measured_in_july = {m for (m,) in session.execute(select(Measurement.subject_id).where(Measurement.measured_on < date(2026, 8, 1)))}
    assert report.new_subjects <= born_since + (len(district.children) - len(measured_in_july))


def test_a_contradicting_match_waits_and_same_gives_it_to_the_known_child(session: Session, by: Person, tmp_path: Path) -> None:
    load(session, write_children(tmp_path / "a.xlsx", BUDI), by)
    doubtful = {**BUDI, "NIK": None, "Nama Ortu": "Holifah", "Tanggal Pengukuran": "2026-07-14", "Usia Saat Ukur": None}
    path = write_children(tmp_path / "b.xlsx", doubtful)
    report = load(session, path, by)
    assert numbers(report) == (1, 0, 0, 0, 1) and (2, "Nama", "doubtful_match") in codes(report)
    assert counts(session)["measurement"] == 1
    (waiting,) = queries.waiting_doubts(session)
    (known,) = session.scalars(select(Subject.id))
    assert waiting.subject_ids == [known] and waiting.content["identity"]["parents"] == "Holifah"
    assert load(session, path, by).repeated == 1 and len(queries.waiting_doubts(session)) == 1
    assert decide(session, waiting.id, decision="same", by=by, at=AT) == known
    session.commit()
    assert queries.waiting_doubts(session) == [] and counts(session)["subject"] == 1
    assert [m.measured_on.month for m in queries.measurements_of(session, [known])[known]] == [7, 8]
    assert session.get_one(Import, report.import_id).accepted == 1
    assert load(session, path, by).repeated == 1 and counts(session)["measurement"] == 2


def test_a_doubt_decided_same_replaces_the_values_of_that_day_until_its_file_is_undone(
    session: Session, by: Person, tmp_path: Path
) -> None:
    load(session, write_children(tmp_path / "a.xlsx", BUDI), by)
    report = load(session, write_children(tmp_path / "b.xlsx", {**BUDI, "NIK": None, "Nama Ortu": "Holifah", "Berat": 10.1}), by)
    assert report.import_id is not None
    (waiting,) = queries.waiting_doubts(session, import_id=report.import_id)
    subject = decide(session, waiting.id, decision="same", by=by, at=AT)
    session.commit()
    assert [m.weight_kg for m in queries.measurements_of(session, [subject])[subject]] == [10.1]
    undo(session, report.import_id, by=by, at=AT)
    session.commit()
    assert [m.weight_kg for m in queries.measurements_of(session, [subject])[subject]] == [9.8]


def test_a_doubt_decided_new_becomes_a_subject(session: Session, by: Person, tmp_path: Path) -> None:
    load(session, write_children(tmp_path / "a.xlsx", BUDI), by)
    load(session, write_children(tmp_path / "b.xlsx", {**BUDI, "NIK": None, "Nama Ortu": "Holifah"}), by)
    (waiting,) = queries.waiting_doubts(session)
    new = decide(session, waiting.id, decision="new", by=by, at=AT)
    session.commit()
    subject = session.get_one(Subject, new)
    assert subject.identity["parents"] == "Holifah" and subject.birth_weight_g == 2400 and counts(session)["subject"] == 2
    with pytest.raises(Refused, match="sudah diputuskan"):
        decide(session, waiting.id, decision="new", by=by, at=AT)


def test_a_choice_that_was_not_proposed_is_refused(session: Session, by: Person, tmp_path: Path) -> None:
    load(session, write_children(tmp_path / "a.xlsx", BUDI, SITI), by)
    load(session, write_children(tmp_path / "b.xlsx", {**BUDI, "NIK": None, "Nama Ortu": "Holifah"}), by)
    (waiting,) = queries.waiting_doubts(session)
    siti = next(s.id for s in session.scalars(select(Subject)) if s.identity["name"] == "Siti Aisyah")
    with pytest.raises(Refused, match="Pilih salah satu"):
        decide(session, waiting.id, decision="same", subject_id=siti, by=by, at=AT)
    assert counts(session)["measurement"] == 2


def test_a_doubt_between_two_rows_of_one_new_file_points_at_the_new_subject(session: Session, by: Person, tmp_path: Path) -> None:
    load(session, write_children(tmp_path / "a.xlsx", BUDI, {**BUDI, "NIK": None, "Nama Ortu": "Holifah", "Berat": 9.1}), by)
    (waiting,) = queries.waiting_doubts(session)
    assert waiting.subject_ids == list(session.scalars(select(Subject.id)))


def test_one_nik_for_two_children_is_nobodys(session: Session, by: Person, tmp_path: Path) -> None:
    report = load(session, write_children(tmp_path / "a.xlsx", BUDI, {**SITI, "NIK": BUDI["NIK"]}), by)
    assert report.new_subjects == 2 and [c for _, _, c in codes(report)].count("nik_shared") == 2
    assert set(session.scalars(select(Subject.nik_index))) == {None}


def test_a_corrected_birth_date_under_one_nik_is_the_same_child(session: Session, by: Person, tmp_path: Path) -> None:
    load(session, write_children(tmp_path / "a.xlsx", BUDI), by)
    other = {**BUDI, "Tgl Lahir": "2024-04-15", "Tanggal Pengukuran": "2026-07-14", "Usia Saat Ukur": None}
    report = load(session, write_children(tmp_path / "b.xlsx", other), by)
    assert report.new_subjects == 0 and "birth_differs_from_record" in {c for _, _, c in codes(report)}


def test_undo_takes_a_file_back_as_one_and_it_can_be_loaded_again(session: Session, by: Person, tmp_path: Path) -> None:
    load(session, write_children(tmp_path / "a.xlsx", BUDI), by)
    before = counts(session)
    path = write_children(tmp_path / "b.xlsx", {**BUDI, "Berat": 10.1}, SITI)
    report = load(session, path, by)
    assert report.import_id is not None
    undone = undo(session, report.import_id, by=by, at=AT)
    session.commit()
    assert (undone.measurements, undone.subjects, undone.restored) == (2, 1, 1)
    assert counts(session) == {**before, "import": 2}
    assert session.scalars(select(Measurement.replaced_by_import_id)).all() == [None]
    assert session.get_one(Import, report.import_id).undone_at == AT
    with pytest.raises(Refused, match="sudah dibatalkan"):
        undo(session, report.import_id, by=by, at=AT)
    assert numbers(load(session, path, by)) == (2, 2, 0, 0, 0)


def test_undo_is_refused_when_a_later_file_builds_on_it(session: Session, by: Person, tmp_path: Path) -> None:
    first = load(session, write_children(tmp_path / "a.xlsx", BUDI), by)
    second = load(session, write_children(tmp_path / "b.xlsx", {**BUDI, "Tanggal Pengukuran": "2026-07-14", "Usia Saat Ukur": None}), by)
    assert first.import_id and second.import_id
    with pytest.raises(Refused, match=f"Batalkan nomor {second.import_id} dahulu"):
        undo(session, first.import_id, by=by, at=AT)
    assert counts(session)["measurement"] == 2


def test_undo_is_refused_when_a_child_of_it_is_a_case(session: Session, by: Person, tmp_path: Path) -> None:
    report = load(session, write_children(tmp_path / "a.xlsx", BUDI), by)
    assert report.import_id
    cycle = Cycle(code="2026-2", kabupaten_code=KABUPATEN, year=2026, number=2, timezone="Asia/Jakarta", starts_on=date(2026, 7, 1),
                  ends_on=date(2026, 12, 31), settings={}, opened_at=AT)  # fmt: skip
    session.add(cycle)
    session.flush()
    (subject,) = session.scalars(select(Subject))
    session.add(Case(cycle_id=cycle.id, number="AKS-1", subject_id=subject.id, target_group="balita", desa_code=subject.desa_code,
                     puskesmas="ARJASA", status="selected", status_since=AT, version=1, head_hash="0" * 64))  # fmt: skip
    session.commit()
    with pytest.raises(Refused, match="sudah menjadi kasus"):
        undo(session, report.import_id, by=by, at=AT)


def test_undo_of_an_unknown_number_is_refused(session: Session, by: Person) -> None:
    with pytest.raises(Refused, match="Tidak ada impor nomor 9"):
        undo(session, 9, by=by, at=AT)


def test_refused_rows_come_back_as_a_workbook_that_can_be_repaired_and_loaded(session: Session, by: Person, tmp_path: Path) -> None:
    bad: Mapping[str, Any] = {**SITI, "Nama": "=HYPERLINK(1)", "Desa/Kel": "XX BELUM DIISI"}
    source, out = write_children(tmp_path / "a.xlsx", BUDI, bad), tmp_path / "perbaiki.xlsx"
    report = load(session, source, by)
    assert write_problems(report, source, out) == 1
    book = openpyxl.load_workbook(out)
    sheet = book["Perbaiki"]
    header = [cell.value for cell in sheet[1]]
    assert header[-2:] == ["Baris asal", "Masalah"] and header[:-2] == list(HEADER) and sheet.max_row == 2
    assert sheet.cell(2, header.index("Baris asal") + 1).value == "3" and "Desa/Kel: " in sheet.cell(2, len(header)).value
    name = sheet.cell(2, header.index("Nama") + 1)
    assert (name.value, name.data_type) == ("=HYPERLINK(1)", "s") or name.quotePrefix
    sheet.cell(2, header.index("Desa/Kel") + 1).value = "KEMUNINGLOR"
    sheet.cell(2, header.index("Nama") + 1).value = "Siti Aisyah"
    book.save(out)
    assert numbers(load(session, out, by)) == (1, 1, 0, 0, 0)
    source.write_bytes(out.read_bytes())
    with pytest.raises(Refused, match="berubah sejak dimuat"):
        write_problems(report, source, out)


def test_a_register_of_mothers_becomes_women_with_their_history(session: Session, by: Person, tmp_path: Path) -> None:
    district = make_district(3, on=date(2026, 8, 1), children_per_desa=60, kecamatan=["35.09.22"])
    report = load(session, write_bumil(tmp_path / "b.xlsx", district, date(2026, 8, 1), faults=False).path, by)
    assert report.layout == "bumil" and report.accepted == report.rows > 3
    woman = session.scalars(select(Subject)).first()
    assert woman is not None and (woman.kind, woman.is_male) == ("woman", False)
    assert {"name", "nik", "husband", "birth_date", "phone", "obstetric"} <= set(woman.identity)
    assert {"gravida", "parity", "abortions", "last_period_on"} <= set(woman.identity["obstetric"])
    measured = session.scalars(select(Measurement)).all()
    assert all(m.muac_cm and m.pregnancy_weeks and m.haz is None for m in measured)


def test_the_newest_measurements_come_in_one_statement(session: Session, by: Person, tmp_path: Path, statements: list[str]) -> None:
    july = {**BUDI, "Tanggal Pengukuran": "2026-07-14", "Usia Saat Ukur": None, "Naik Berat Badan": "N", "Berat": 9.6}
    load(session, write_children(tmp_path / "a.xlsx", july, BUDI, SITI), by)
    statements.clear()
    rows = queries.newest_measurements(session, kind="child", desa_prefixes=["35.09.22"], since=date(2026, 8, 1))
    assert len([s for s in statements if "measurement" in s.lower()]) == 1
    budi = next(row for row in rows if row.is_male)
    assert len(rows) == 2 and (budi.weight_kg, budi.weight_gain, budi.gain_1, budi.gain_2) == (9.8, "T", "N", None)
    assert (
        queries.newest_measurements(session, desa_prefixes=["35.09.2"]) == []
        and len(queries.newest_measurements(session, kind="woman")) == 0
    )


def test_an_import_takes_few_statements_however_many_rows(session: Session, by: Person, tmp_path: Path, statements: list[str]) -> None:
    def taken(children_per_desa: int) -> int:
        district = make_district(8, on=date(2026, 8, 1), children_per_desa=children_per_desa, kecamatan=["35.09.22"])
        path = write_eppgbm(tmp_path / f"{children_per_desa}.xlsx", district, date(2026, 8, 1), faults=False).path
        statements.clear()
        load(session, path, by)
        return len(statements)

    assert taken(40) <= taken(4) + 1


def test_a_file_without_a_usable_row_is_recorded_with_its_problems(session: Session, by: Person, tmp_path: Path) -> None:
    report = load(session, write_children(tmp_path / "a.xlsx", {**BUDI, "Tgl Lahir": None}), by)
    assert not report.is_usable and counts(session) == {
        "import": 1,
        "import_problem": 1,
        "subject": 0,
        "measurement": 0,
        "doubtful_match": 0,
    }


def test_a_failure_in_the_middle_leaves_nothing(session: Session, by: Person, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(stage: str) -> None:
        if stage == "menyimpan":
            raise Stop

    with pytest.raises(Stop):
        admit(session, write_children(tmp_path / "a.xlsx", BUDI), by=by, at=AT, on=ON, kabupaten=KABUPATEN, progress=stop)
    session.rollback()
    assert set(counts(session).values()) == {0}
