"""The dissemination report from a real record: what each edition says, what the public one never says, and that it stays the same."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Group, Status
from audit.people.directory import people
from audit.regions import desa_of, region
from audit.render import wording
from audit.reports.book import entry, record_of
from audit.reports.disclosure import FEW, Sum, is_hidden
from audit.reports.dissemination import report as dissemination
from audit.reports.dissemination.numbers import Numbers
from audit.reports.dissemination.record import dissemination_snapshot
from audit.reports.dissemination.view import exact_view, public_derivative
from audit.reports.record import Record, read_record
from audit.steps.evaluate.tables import Outcome
from audit.steps.followup.tables import Visit
from audit.steps.intake.tables import Subject
from audit.steps.recommend.tables import Consensus, RtlAction
from audit.store.canonical import canonical_json
from audit.store.session import make_engine
from tests.conftest import KEYRING
from tests.reports.dissemination_world import DESA, EVIDENCE, OBSTACLE, SAID_BY_AN_EXPERT, ReportWorld, busy_world
from tests.reports.test_disclosure import found_by_bounds, found_by_elimination

EDITIONS = ("publik", "terbatas")


@dataclass(frozen=True)
class Printed:
    """One edition as a reader, and whoever opens the file with other tools, sees it."""

    file: bytes
    pages: tuple[str, ...]
    attachments: Mapping[str, bytes]

    @property
    def text(self) -> str:
        return " ".join(self.pages)

    @property
    def everything(self) -> str:
        with pikepdf.open(io.BytesIO(self.file)) as opened:
            metadata = " ".join(map(str, opened.docinfo.values())) + str(opened.open_metadata())
        return " ".join([self.text, metadata, *(content.decode() for content in self.attachments.values())])


@dataclass(frozen=True)
class Semester:
    """A busy cycle, its record, and both editions of its report."""

    engine: Engine
    snapshot: Mapping[str, Any]
    cycle_id: int
    at: datetime
    on: date
    editions: Mapping[str, Printed]


def record(snapshot: Mapping[str, Any], edition: str = "publik") -> Record:
    return record_of(entry("diseminasi-2"), json.loads(canonical_json(snapshot)), edition=edition, subject="", revision=1)


def printed(snapshot: Mapping[str, Any], edition: Any) -> Printed:
    file = dissemination.draw_dissemination(record(snapshot, edition), is_strict=True)
    document = pypdfium2.PdfDocument(file)
    pages = []
    for page in document:
        content = page.get_textpage()
        pages.append(re.sub(r"\s+", " ", content.get_text_bounded()))
        content.close()
        page.close()
    document.close()
    with pikepdf.open(io.BytesIO(file)) as opened:
        attachments = {name: bytes(each.get_file().read_bytes()) for name, each in opened.attachments.items()}
    return Printed(file, tuple(pages), attachments)


@pytest.fixture(scope="module")
def semester(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Semester]:
    path = tmp_path_factory.mktemp("dissemination") / "aks.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}", KEYRING)
    with Session(engine, expire_on_commit=False) as session:
        world = busy_world(session)
        session.commit()
        snapshot = dissemination_snapshot(session, world.cycle.id, at=world.at, on=world.on)
    editions = {edition: printed(snapshot, edition) for edition in EDITIONS}
    yield Semester(engine, snapshot, world.cycle.id, world.at, world.on, editions)
    engine.dispose()


def identities(semester: Semester) -> list[dict[str, Any]]:
    with Session(semester.engine) as session:
        return list(session.scalars(select(Subject.identity)))


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_edition_tells_a_name_a_nik_a_birth_date_or_an_address(semester: Semester, edition: str) -> None:
    told = semester.editions[edition].everything
    found = identities(semester)
    assert len(found) == 14
    for identity in found:
        born = date.fromisoformat(identity["birth_date"])
        name = identity["name"].rsplit(" ", 1)[0]
        for secret in (name, name.split()[0], identity["nik"], identity["address"], born.isoformat(), wording.date_words(born)):
            assert secret not in told
        assert wording.date_short(born) not in told and f"{born:%d-%m-%Y}" not in told and f"{born:%d/%m/%Y}" not in told


def test_the_public_edition_tells_no_case_no_village_and_no_note(semester: Semester) -> None:
    told = semester.editions["publik"].everything
    for case in semester.snapshot["cases"]:
        assert case["number"] not in told and case["desa_code"] not in told
        assert not [name for name, content in semester.editions["publik"].attachments.items() if case["puskesmas"] in content.decode()]
    for kecamatan in semester.snapshot["cycle"]["focus_areas"]:
        for desa in desa_of(kecamatan):
            assert desa.code not in told
            if desa.name != region(kecamatan).name:  # some villages carry the name of their kecamatan
                assert not re.search(rf"\b{desa.name}\b", told), desa.name
    for note in (EVIDENCE, OBSTACLE, SAID_BY_AN_EXPERT, "PMT lokal", "Bangun jamban", "Panel sepakat", "telur", "kesehatan jiwa"):
        assert note not in told


def test_the_public_edition_names_no_expert_and_no_field_worker(semester: Semester) -> None:
    signs = {signatory["name"] for signatory in semester.snapshot["cycle"]["signatories"]}
    with Session(semester.engine) as session:
        names = [person.name for person in people(session) if person.name not in signs]
    assert len(names) > 10
    assert not [name for name in names if name in semester.editions["publik"].everything]


def test_the_restricted_edition_has_every_case_with_its_village_and_every_action(semester: Semester) -> None:
    told = semester.editions["terbatas"].text
    for case in semester.snapshot["cases"]:
        assert f"Kasus {case['number']}" in told
    for code in set(DESA):
        assert f"Desa {region(code).name}" in told
    rows = [action for case in semester.snapshot["cases"] for action in case["actions"]]
    matrix = " ".join(page for page in semester.editions["terbatas"].pages if "Waktu dan sumber dana" in page)
    assert len(rows) == 20
    assert all(len(re.findall(case["number"], matrix)) == len(case["actions"]) for case in semester.snapshot["cases"])
    for wanted in (
        EVIDENCE,
        OBSTACLE,
        "pelaksana: Tim pendamping keluarga",
        ", untuk keluarga sasaran",
        "(awal: 0): 100 %",
        "Dieskalasi",
    ):
        assert wanted in matrix
    assert SAID_BY_AN_EXPERT in told


def test_what_cannot_be_said_is_said_with_its_reason(semester: Semester) -> None:
    told = semester.editions["terbatas"].text
    assert "Tidak dapat disimpulkan: tidak ada pengukuran selama tindak lanjut." in told
    assert "Tidak dapat disimpulkan: kasus dikeluarkan dari audit (pindah ke luar wilayah audit)." in told
    assert "Alasan hasil tidak dapat disimpulkan: tidak ada pengukuran selama tindak lanjut (1 kasus)." in told
    assert "tidak ada pengukuran selama tindak lanjut (kurang dari 5 kasus)" in semester.editions["publik"].text
    assert all("regresi ke rata-rata" in made.text for made in semester.editions.values())


def test_small_counts_are_visibly_hidden_in_public_and_printed_inside(semester: Semester) -> None:
    public, restricted = (semester.editions[edition].text for edition in EDITIONS)
    assert "Ibu hamil <5" in public and "kurang dari 5 ibu hamil" in public and "“<5” berarti 1 sampai 4" in public
    assert "4 baduta, 7 balita, dan 3 ibu hamil" in restricted
    assert "<5" not in restricted and "kurang dari 5" not in restricted
    assert "14 kasus untuk diaudit" in public and "14 kasus untuk diaudit" in restricted


def test_the_public_cells_hide_every_small_count_and_show_no_false_one(semester: Semester) -> None:
    exact, public = exact_view(semester.snapshot)["cells"], public_derivative(semester.snapshot)["cells"]
    same = {name: shown for name, shown in public.items() if name in exact and not name.startswith(("cause:", "row:"))}
    assert len(same) > 60
    for name, shown in same.items():
        assert is_hidden(shown) or (shown == exact[name] and not 0 < shown < 5), name
        assert shown != FEW or 0 < exact[name] < 5, name
    assert not {name for name, shown in public.items() if isinstance(shown, int) and 0 < shown < 5}


def test_no_hidden_count_of_the_report_can_be_worked_out(semester: Semester) -> None:
    cells = public_derivative(semester.snapshot)["cells"]

    def named(prefix: str) -> tuple[str, ...]:
        return tuple(name for name in cells if name.startswith(f"{prefix}:") and (prefix == "row" or "|" not in name))

    wholes = {"cases": ("group", "kecamatan", "stage"), "children": ("child", "sex"), "women": ("woman",), "agreed": ("agreement",)}
    wholes |= {"outcomes": ("verdict",), "actions": ("level", "class", "agency", "row"), "candidates": ("candidates",)}
    sums = [Sum(total, named(prefix)) for total, prefixes in wholes.items() for prefix in prefixes]
    sums += [Sum("cases", ("children", "women")), Sum("children", ("group:baduta", "group:balita")), Sum("women", ("group:bumil",))]
    sums += [Sum("outcomes", ("stage:evaluated", "stage:carried_over")), Sum("seen", ("level:confirmed", "level:effective"))]
    sums += [Sum("cases", ("agreed", "stage:worksheet", "stage:review")), Sum("agreed", ("with_plan",))]
    exact = exact_view(semester.snapshot)["cells"]
    assert all(sum(exact[part] for part in one.parts) == exact[one.total] for one in sums)
    assert sum(is_hidden(shown) for shown in cells.values()) > 30
    assert not found_by_bounds(cells, sums)
    assert not found_by_elimination(cells, sums)


def test_the_numbers_are_those_of_the_database(semester: Semester) -> None:
    numbers = Numbers(exact_view(semester.snapshot)["cells"])
    with Session(semester.engine) as session:

        def counted(query: Any) -> dict[str, int]:
            return {key: n for key, n in session.execute(query)}  # noqa: C416 - rows are not pairs to mypy

        assert numbers.value("cases") == session.scalar(select(func.count()).select_from(Case)) == 14
        for group, n in counted(select(Case.target_group, func.count()).group_by(Case.target_group)).items():
            assert numbers.value(f"group:{group}") == n
        for state, n in counted(select(Visit.state, func.count()).group_by(Visit.state)).items():
            assert numbers.value(f"visits:{state}") == n > 0
        for agency, n in counted(select(RtlAction.owner_agency, func.count()).group_by(RtlAction.owner_agency)).items():
            assert numbers.value(f"agency:{agency}") == n
        primary = select(Outcome.verdict, func.count()).where(Outcome.is_primary).group_by(Outcome.verdict)
        for verdict, n in counted(primary).items():
            assert numbers.value(f"verdict:{verdict}") == n
        confirmed = session.scalar(select(func.count()).where(RtlAction.confirmed_on.is_not(None)))
        effective = session.scalar(select(func.count()).where(RtlAction.is_effective.is_(True)))
        assert numbers.value("seen") == confirmed and numbers.value("level:effective") == effective
        assert numbers.value("agreed") == session.scalar(select(func.count()).select_from(Consensus)) == 10
        assert numbers.value("stage:withdrawn") == numbers.value("stage:carried_over") == numbers.value("dissent") == 1
        done, planned = numbers.value("visits:done"), numbers.value("visits")
    told = semester.editions["terbatas"].text
    assert f"Di antara {planned} kunjungan dalam rencana, {done} kunjungan" in told
    assert f"sudah memastikan {confirmed} dari 20 kegiatan terlaksana ({wording.share(confirmed or 0, 20)[:-2]}" in told
    assert f"{effective} di antaranya efektif" in told


def test_the_words_for_team_and_period_come_from_the_settings(semester: Semester) -> None:
    for made in semester.editions.values():
        assert "Tim Percepatan Pencegahan dan Penurunan Stunting (TP3S) Kabupaten Jember" in made.text
        assert "Semester 2 Tahun 2026" in made.text and "TPPS" not in made.text
        assert "Peraturan Presiden Nomor 72 Tahun 2021" in made.text and "Nomor 27 Tahun 2022" in made.text
        assert "Keputusan Bupati Jember Nomor 188.45/120/2026" in made.text


def test_every_prevalence_stands_beside_its_source(semester: Semester) -> None:
    for made in semester.editions.values():
        page = next(page for page in made.pages if "30,4 %" in page)
        assert "836 balita sampel" in page and "Sumber: SSGI" in page and "11,4 %" in page and "Sumber: e-PPGBM" in page


def test_a_hidden_count_has_no_bar(semester: Semester) -> None:
    view = public_derivative(semester.snapshot)
    numbers = Numbers(view["cells"])
    page = dissemination.public_report(record(semester.snapshot))
    areas = [f"kecamatan:{area}" for area in view["kecamatan"]]
    assert any(numbers.is_hidden(name) for name in areas)
    drawing = next(figure.drawing for figure in page.figures if figure.anchor == "g-kecamatan")
    assert drawing.count("<rect") == sum(bool(numbers.value(name)) for name in areas)
    assert all(f">{numbers.value(name)}<" in drawing for name in areas if not numbers.is_hidden(name))


def test_the_public_record_and_its_table_go_with_the_file(semester: Semester) -> None:
    files = semester.editions["publik"].attachments
    assert canonical_json(read_record(files["rekaman.json"]).content) == canonical_json(public_derivative(semester.snapshot))
    lines = files["data-publik.csv"].decode("utf-8-sig").splitlines()
    assert lines[0] == "tabel,baris,kolom,jumlah"
    assert "Kasus menurut kelompok sasaran,Balita,,7" in lines and "Kasus menurut kelompok sasaran,Baduta,,<5" in lines
    restricted = read_record(semester.editions["terbatas"].attachments["rekaman.json"])
    assert canonical_json(restricted.content) == canonical_json(semester.snapshot)


def test_an_unchanged_audit_frozen_later_gives_the_same_record(semester: Semester) -> None:
    with Session(semester.engine) as session:
        again = dissemination_snapshot(session, semester.cycle_id, at=semester.at + timedelta(days=3), on=semester.on + timedelta(days=3))
    assert canonical_json(again) == canonical_json(semester.snapshot)


def test_the_head_of_the_history_is_printed_in_full(semester: Semester) -> None:
    for made in semester.editions.values():
        assert semester.snapshot["history"]["head"] in made.pages[-1].replace(" ", "")
        assert f"Jumlah catatan riwayat {wording.number(semester.snapshot['history']['events'])}" in made.pages[-1]


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_cycle_without_cases_says_so(sqlite_template: Path, tmp_path: Path, edition: Any) -> None:
    shutil.copy(sqlite_template, tmp_path / "aks.db")
    engine = make_engine(f"sqlite:///{tmp_path / 'aks.db'}", KEYRING)
    with Session(engine) as session:
        world = ReportWorld(session)
        snapshot = dissemination_snapshot(session, world.cycle.id, at=world.at, on=world.on)
    engine.dispose()
    made = printed(snapshot, edition)
    assert "belum ada kasus yang ditetapkan untuk diaudit" in made.text and "Belum ada rencana tindak lanjut" in made.text
    assert "None" not in made.text and "{" not in made.text


def test_the_busy_report_is_the_same_bytes_twice(semester: Semester) -> None:
    assert dissemination.draw_dissemination(record(semester.snapshot)) == semester.editions["publik"].file


def test_a_single_case_reads_well_in_public(session: Session) -> None:
    world = ReportWorld(session)
    world.bring(world.subject(Group.BALITA, DESA[0], months=26, is_male=True), Status.EVALUATED)
    page = dissemination.public_report(record(dissemination_snapshot(session, world.cycle.id, at=world.at, on=world.on)))
    told = " ".join([*page.implementation.case_sentences, *page.findings.conclusions, *page.findings.outcome_sentences])
    assert "ditetapkan kurang dari 5 kasus untuk diaudit, yaitu kurang dari 5 balita" in told
    assert "yang disepakati panel adalah asupan protein hewani kurang (kurang dari 5 kasus)" in told
    assert not re.search(r"\b[1-4] (kasus|balita|kegiatan)", told)


@pytest.mark.parametrize("cases", [5, 30])
def test_the_record_takes_the_same_few_statements_however_many_cases(session: Session, cases: int) -> None:
    world = ReportWorld(session)
    for place in range(cases):
        case = world.subject(Group.BALITA, DESA[place % len(DESA)], months=25 + place, is_male=place % 2 == 0)
        if place < 3:
            world.bring(case, Status.FOLLOW_UP)
    session.commit()
    session.expunge_all()
    statements: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    snapshot = dissemination_snapshot(session, world.cycle.id, at=world.at, on=world.on)
    assert len(snapshot["cases"]) == cases
    assert len([text for text in statements if text.startswith("SELECT")]) == 18


def test_a_case_of_one_cycle_is_not_in_the_record_of_another(session: Session) -> None:
    from audit.lifecycle.tables import Cycle

    world = ReportWorld(session)
    world.subject(Group.BALITA, DESA[0], months=26, is_male=True)
    other = Cycle(
        **{c.key: getattr(world.cycle, c.key) for c in Cycle.__table__.columns if c.key not in ("id", "code", "number")},
        code="2027-1",
        number=1,
    )
    session.add(other)
    session.flush()
    snapshot = dissemination_snapshot(session, other.id, at=datetime(2027, 1, 5, tzinfo=UTC), on=date(2027, 1, 5))
    assert snapshot["cases"] == [] and snapshot["history"]["events"] == 0 and snapshot["screening"]["candidates"] == []
