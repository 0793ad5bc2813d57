"""The page for the Bupati: one page whatever happens, numbers that agree with the record, a public edition that names nobody late."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.people.agencies import agencies
from audit.people.roles import AGENCIES
from audit.render.wording import NO_BREAK
from audit.reports.book import entry, record_of
from audit.reports.disclosure import FEW
from audit.reports.dissemination.view import exact_view, public_derivative
from audit.reports.record import Record, read_record
from audit.reports.summary.sheet import draw_summary, reader_words, summary_page
from audit.reports.summary.view import summary_snapshot
from audit.steps.intake.tables import Subject
from audit.store.canonical import canonical_json
from audit.store.session import make_engine
from tests.conftest import KEYRING
from tests.reports.dissemination_world import EVIDENCE, OBSTACLE, ReportWorld, busy_world

pytestmark = pytest.mark.both_databases

EDITIONS = ("terbatas", "publik")


def as_record(snapshot: Any, edition: str) -> Record:
    return record_of(entry("ringkasan"), json.loads(canonical_json(snapshot)), edition=edition, subject="", revision=1)


@dataclass(frozen=True)
class Sheet:
    """One edition, drawn once and read back."""

    record: Record
    file: bytes
    pages: tuple[str, ...]
    attachments: dict[str, str]


@dataclass(frozen=True)
class Semester:
    snapshot: dict[str, Any]
    names: tuple[str, ...]
    sheets: dict[str, Sheet]


def drawn(snapshot: Any, edition: str) -> Sheet:
    record = as_record(snapshot, edition)
    file = draw_summary(record, is_strict=True)
    opened = pypdfium2.PdfDocument(file)
    pages = tuple(" ".join(each.get_textpage().get_text_bounded().split()) for each in opened)
    opened.close()
    with pikepdf.open(io.BytesIO(file)) as inside:
        attachments = {name: bytes(each.get_file().read_bytes()).decode() for name, each in inside.attachments.items()}
    return Sheet(record, file, pages, attachments)


@pytest.fixture(scope="module")
def semester(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Semester]:
    path = tmp_path_factory.mktemp("summary") / "aks.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}", KEYRING)
    with Session(engine, expire_on_commit=False) as session:
        world = busy_world(session)
        snapshot = summary_snapshot(session, world.cycle.id, "", at=world.at, on=world.on)
        names = tuple(identity["name"].rsplit(" ", 1)[0] for identity in session.scalars(select(Subject.identity)))
    yield Semester(snapshot, names, {edition: drawn(snapshot, edition) for edition in EDITIONS})
    engine.dispose()


@pytest.mark.parametrize("edition", EDITIONS)
def test_it_is_one_page_with_everything_on_it(semester: Semester, edition: str) -> None:
    (told,) = semester.sheets[edition].pages
    for wanted in ("Ringkasan untuk Bupati Jember", "Keadaan per 11 Oktober 2026", "Temuan", "Yang terlambat", "Keputusan yang dimohonkan"):
        assert wanted in told
    assert "Tanggal berikutnya. Diseminasi: 8 Desember 2026" in told and "30,4 % (2024; SSGI)" in told.replace(NO_BREAK, " ")
    page = summary_page(semester.sheets[edition].record)
    assert len(page.numbers) == 5 and all(number.source for number in page.numbers)
    assert len(page.findings) == 3 and 1 <= len(page.asked) <= 3


def test_the_numbers_are_those_of_the_report(semester: Semester) -> None:
    page = summary_page(semester.sheets["terbatas"].record)
    cells = exact_view(semester.snapshot)["cells"]
    assert [number.value for number in page.numbers] == [
        f"{cells['cases']}",
        f"{cells['agreed']} dari {cells['cases']}",
        f"{cells['seen']} dari {cells['actions']}",
        f"{cells['visits:done']} dari {cells['visits']}",
        f"{cells['verdict:improved']} dari {cells['outcomes']}",
    ]
    assert page.headline == "4 dari 8 kasus yang dievaluasi membaik dan 3 memburuk; 11 kegiatan lewat tenggat."


def test_what_is_late_stands_with_its_agency_and_its_days(semester: Semester) -> None:
    page = summary_page(semester.sheets["terbatas"].record)
    assert page.late is not None
    assert page.late.rows == (
        ("Dinas Perumahan dan Kawasan Permukiman", "9", "5 Agt 2026", "67"),
        ("Puskesmas", "2", "5 Agt 2026", "67"),
    )
    assert "Dinas Perumahan dan Kawasan Permukiman dan Puskesmas menyelesaikan 11 kegiatan" in page.asked[0]


def test_the_public_edition_names_no_agency_no_person_no_case_and_no_small_number(semester: Semester) -> None:
    sheet = semester.sheets["publik"]
    everything = " ".join([*sheet.pages, sheet.attachments["rekaman.json"]])
    for case in semester.snapshot["cases"]:
        assert case["number"] not in everything and case["desa_code"] not in everything
    for secret in (*semester.names, EVIDENCE, OBSTACLE, "kesehatan jiwa"):
        assert secret not in everything
    (told,) = sheet.pages
    late = {action["owner_agency"] for case in semester.snapshot["cases"] for action in case["actions"] if action["is_late"]}
    assert late and not [agency for agency in late if AGENCIES[agency] in told]
    assert sheet.record.content["late"] == [] and "oldest" not in everything
    assert not re.search(r"\b[1-4] (kasus|kegiatan|kunjungan|dari)", told.replace("Halaman 1 dari 1", "")) and f"{FEW} dari 8" in told
    assert sheet.record.content["cells"] == json.loads(canonical_json(public_derivative(semester.snapshot)))["cells"]


def test_the_public_edition_carries_its_data_and_the_restricted_one_only_what_it_prints(semester: Semester) -> None:
    assert set(semester.sheets["publik"].attachments) == {"rekaman.json", "data-publik.csv", "skema-data.json"}
    restricted = semester.sheets["terbatas"].attachments
    assert set(restricted) == {"rekaman.json"}
    content = read_record(restricted["rekaman.json"].encode()).content
    assert "cases" not in content and "panel" not in content and not [name for name in content["cells"] if "|" in name]
    assert content["history"].keys() == {"events", "last_at", "head"}
    for case in semester.snapshot["cases"]:
        assert case["number"] not in restricted["rekaman.json"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_cycle_without_a_case_is_still_a_page(session: Session, edition: str) -> None:
    world = ReportWorld(session)
    page = summary_page(as_record(summary_snapshot(session, world.cycle.id, "", at=world.at, on=world.on), edition))
    assert page.headline == "Semester 2 Tahun 2026 belum mempunyai kasus yang diaudit." and page.figure is None and page.late is None
    assert page.asked == ("Menetapkan kasus yang diaudit, supaya kajian pakar dapat dimulai.",)
    assert [number.value for number in page.numbers] == ["0", "–", "–", "–", "–"]


def test_the_fullest_page_is_one_page(semester: Semester) -> None:
    full = json.loads(canonical_json(semester.snapshot))
    owners = list(agencies({}))
    for n, action in enumerate(action for case in full["cases"] for action in case["actions"]):
        action.update(is_late=True, owner_agency=owners[n % len(owners)], status="terkendala", confirmed_on=None, ends_on="2026-08-05")
    full["cycle"]["wording"]["team"] = "Tim Percepatan Pencegahan Stunting Kab."
    full["cycle"]["prevalence"] = [{**each, "indicator": "Prevalensi " * 12} for each in full["cycle"]["prevalence"]]
    full["cycle"]["kabupaten_code"] = "35.09"
    sheet = drawn(full, "terbatas")
    assert len(sheet.pages) == 1 and "perangkat daerah lain" in sheet.pages[0]


def test_the_same_audit_gives_the_same_summary_on_another_day(session: Session) -> None:
    world = busy_world(session)
    first = summary_snapshot(session, world.cycle.id, "", at=world.at, on=world.on)
    world.pass_days(9)
    assert canonical_json(summary_snapshot(session, world.cycle.id, "", at=world.at, on=world.on)) == canonical_json(first)


def test_a_city_has_a_wali_kota() -> None:
    assert reader_words("35.09") == "Bupati Jember" and reader_words("35.73") == "Wali Kota Malang"
