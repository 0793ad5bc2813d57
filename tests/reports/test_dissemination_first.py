"""The first dissemination: what it freezes, that the follow-up does not touch it, drafts, and that the second hides the same."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import page as validator
import pikepdf
import pypdfium2
import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from audit.lifecycle.history import cycle_head, head_at
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.reports.book import entry, record_of
from audit.reports.disclosure import FEW, WITHHELD, Published, Sum, is_hidden
from audit.reports.dissemination import report
from audit.reports.dissemination.chapters import draft_words
from audit.reports.dissemination.counts import is_standing
from audit.reports.dissemination.record import dissemination_snapshot
from audit.reports.dissemination.stage import FIRST, SECOND
from audit.reports.dissemination.view import exact_view, public_derivative
from audit.reports.record import Record
from audit.steps.recommend.tables import Consensus, RtlAction
from audit.store.canonical import canonical_json
from tests import factory
from tests.reports.dissemination_world import DESA, EVIDENCE, ReportWorld
from tests.reports.test_disclosure import found_by_bounds, found_by_elimination

AWKWARD = 'Ibu berkata <b>"anak tak mau makan"</b> =1+1 😀'


def frozen(world: ReportWorld, stage: str = FIRST) -> dict[str, Any]:
    snapshot = dissemination_snapshot(world.session, world.cycle.id, at=world.at, on=world.on, stage=stage)
    return dict(json.loads(canonical_json(snapshot)))


def as_record(snapshot: dict[str, Any], edition: str = "terbatas") -> Record:
    name = "diseminasi" if snapshot["stage"] == FIRST else "diseminasi-2"
    return record_of(entry(name), snapshot, edition=edition, subject="", revision=1)


def approved(session: Session, cases: int = 3) -> tuple[ReportWorld, list[Case]]:
    world = ReportWorld(session)
    made = [world.subject(Group.BALITA, DESA[n % len(DESA)], months=26 + n, is_male=n % 2 == 0) for n in range(cases)]
    for case in made:
        world.bring(case, Status.APPROVED)
    world.pass_days(1)
    return world, made


def follow_up(world: ReportWorld, cases: list[Case]) -> None:
    """Everything that can happen to approved cases: visits, progress, confirmation, escalation, evaluation, carrying over, moving away."""
    for case in cases:
        factory._begin(world, case)
    world.do(cases[0], Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "selesai", "evidence": EVIDENCE})
    world.do(cases[0], Action.CONFIRM_ACTION, "bidan.lain", {"action": 1, "seen": "Diterima."})
    world.pass_days(45)
    visit = {"visited_on": world.on, "weight_kg": 9.9, "height_cm": 80.0, "position": "lying"}
    world.do(cases[0], Action.RECORD_VISIT, "bidan.lain", visit)
    world.do(cases[0], Action.MARK_VISIT_MISSED, "sistem")
    world.do(cases[0], Action.ESCALATE, "sistem")
    world.do(cases[-1], Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    world.pass_days(60)
    for case in cases[:-1]:
        world.do(case, Action.EVALUATE, "sekretariat")
    world.do(cases[0], Action.CARRY_OVER, "sekretariat")


def test_nothing_of_the_follow_up_changes_the_first_report(session: Session) -> None:
    world, cases = approved(session)
    before, second_before = canonical_json(frozen(world)), canonical_json(frozen(world, SECOND))
    follow_up(world, cases)
    session.flush()
    assert canonical_json(frozen(world)) == before
    assert canonical_json(frozen(world, SECOND)) != second_before


def test_the_first_report_changes_with_what_it_shows(session: Session) -> None:
    world, cases = approved(session)
    before = frozen(world)
    world.subject(Group.BALITA, DESA[0], months=30, is_male=True)
    assert len(frozen(world)["cases"]) == len(before["cases"]) + 1
    world.do(cases[0], Action.WITHDRAW, "sekretariat", {"reason": "consent_refused"})
    assert {case["number"]: case["status"] for case in frozen(world)["cases"]}[cases[0].number] == Status.WITHDRAWN


def test_a_deadline_that_passes_changes_the_second_report_once(session: Session) -> None:
    world, cases = approved(session, 1)
    factory._begin(world, cases[0])
    on_time = frozen(world, SECOND)
    world.pass_days(3)
    assert frozen(world, SECOND) == on_time
    world.pass_days(40)
    late = frozen(world, SECOND)
    ends_on = max(action["ends_on"] for action in late["cases"][0]["actions"])
    assert all(action["is_late"] for action in late["cases"][0]["actions"]) and late["on"] > ends_on
    world.pass_days(25)
    assert frozen(world, SECOND) == late


@pytest.mark.parametrize("stage", [FIRST, SECOND])
def test_the_printed_head_of_the_history_can_be_worked_out_again(session: Session, stage: str) -> None:
    world, cases = approved(session)
    follow_up(world, cases[:2])
    session.flush()
    printed = frozen(world, stage)["history"]
    world.pass_days(1)
    world.do(cases[2], Action.NAME_PERSON_IN_CHARGE, "sekretariat", {"person": "bidan.lain"})
    session.flush()
    now = head_at(session, world.cycle.id, last_at=datetime.fromisoformat(printed["last_at"]), events=printed["events"])
    assert (now.head, now.events, now.broken) == (printed["head"], printed["events"], ())
    assert (printed["head"] == cycle_head(session, world.cycle.id)) is False
    for edition in ("publik", "terbatas"):
        assert as_record(frozen(world, stage), edition).content["history"].keys() == {"events", "last_at", "head"}


@pytest.mark.parametrize(("stage", "statements"), [(FIRST, 19), (SECOND, 18)])
@pytest.mark.parametrize("cases", [2, 8])
def test_a_record_takes_the_same_few_statements(session: Session, stage: str, statements: int, cases: int) -> None:
    world, _ = approved(session, cases)
    session.commit()
    session.expunge_all()
    seen: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: seen.append(given[2]))
    dissemination_snapshot(session, world.cycle.id, at=world.at, on=world.on, stage=stage)
    assert len([text for text in seen if text.startswith("SELECT")]) == statements


def test_a_report_is_a_draft_until_every_case_is_where_it_should_be(session: Session) -> None:
    world, cases = approved(session)
    late_one = world.subject(Group.BALITA, DESA[0], months=30, is_male=True)
    view = exact_view(frozen(world))
    assert draft_words(view) == "RANCANGAN: siklus belum selesai, 1 kasus belum disetujui"
    assert draft_words(public_derivative(frozen(world))).endswith("kasus belum disetujui")
    page = report.restricted_report(as_record(frozen(world)))
    assert page.foot.mark == "RANCANGAN · TERBATAS – RAHASIA" and page.cover.draft and not any(s.field for s in page.signatories)
    world.do(late_one, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    page = report.restricted_report(as_record(frozen(world)))
    assert page.cover.draft == "" and page.foot.mark == "TERBATAS – RAHASIA" and all(s.field for s in page.signatories)
    assert draft_words(exact_view(frozen(world, SECOND))) == "RANCANGAN: siklus belum selesai, 3 kasus belum dievaluasi"
    follow_up(world, cases)
    assert draft_words(exact_view(frozen(world, SECOND))) == ""
    assert report.public_report(as_record(frozen(world, SECOND), "publik")).foot.mark == "EDISI PUBLIK"


def test_a_cycle_without_a_case_is_a_draft(session: Session) -> None:
    world = ReportWorld(session)
    for stage in (FIRST, SECOND):
        assert draft_words(exact_view(frozen(world, stage))) == "RANCANGAN: siklus belum selesai, belum ada kasus yang ditetapkan"


def test_the_first_report_says_what_will_be_evaluated_and_when(session: Session) -> None:
    world, _ = approved(session)
    page = report.restricted_report(as_record(frozen(world)))
    assert page.is_first and page.findings.status is None and page.findings.outcome is None and page.findings.changes is None
    assert page.findings.prospect is not None and page.findings.deadlines is not None
    said = " ".join(" ".join(row) for row in page.findings.prospect.rows)
    assert "Tingkat 3" in said and "0,2 SD" in said and "paling lambat 6 Oktober 2026" in said and "Diseminasi kedua" in said
    assert page.findings.deadlines.rows == (("Agustus 2026", "6", "100,0\u00a0%"),)
    assert all(case.outcome_label == "Yang akan dinilai" and "Pendamping" not in {f.label for f in case.facts} for case in page.cases)
    public = report.public_report(as_record(frozen(world), "publik"))
    assert public.findings.prospect is not None
    assert "paling lambat Oktober 2026" in " ".join(" ".join(row) for row in public.findings.prospect.rows)


def test_the_second_report_says_what_changed(session: Session) -> None:
    world, cases = approved(session)
    follow_up(world, cases)
    page = report.restricted_report(as_record(frozen(world, SECOND)))
    found = page.findings
    assert not page.is_first and found.prospect is None and found.levels is not None and found.changes is not None
    assert [row[1] for row in found.levels.rows] == ["6", "1", "1", "0"]
    assert [row[0] for row in found.changes.rows] == [case.number for case in cases[:2]] and "regresi" in found.caution
    assert found.means is not None and found.means.rows[0][1] == "1"
    public = report.public_report(as_record(frozen(world, SECOND), "publik"))
    assert public.findings.changes is None and public.findings.means is None


def together(first: dict[str, Published], second: dict[str, Published]) -> dict[str, Published]:
    """What somebody knows who lays both public reports side by side."""
    known: dict[str, Published] = {}
    for name in first.keys() | second.keys():
        told = [cells[name] for cells in (first, second) if name in cells]
        known[name] = next((one for one in told if not is_hidden(one)), FEW if FEW in told else WITHHELD)
    return known


@pytest.mark.parametrize("sizes", [(6, 2, 1), (5, 4, 3), (9, 1, 1)])
def test_the_two_public_reports_side_by_side_open_no_hidden_count(session: Session, sizes: tuple[int, int, int]) -> None:
    world = ReportWorld(session)
    places = [desa for desa, n in zip((DESA[0], DESA[2], DESA[4]), sizes, strict=True) for _ in range(n)]
    cases = [
        world.subject((Group.BALITA, Group.BADUTA)[n % 3 == 0], desa, months=(30, 10)[n % 3 == 0] + n, is_male=n % 2 == 0)
        for n, desa in enumerate(places)
    ]
    for case in cases[:-1]:
        world.bring(case, Status.APPROVED)
    world.pass_days(1)
    first = public_derivative(frozen(world))
    follow_up(world, cases[:4])
    second = public_derivative(frozen(world, SECOND))
    exact = exact_view(frozen(world, SECOND))["cells"]
    cells = together(first["cells"], second["cells"])
    cells = {name: shown for name, shown in cells.items() if is_standing(name) and name in exact}
    sums = [
        Sum(total, tuple(name for name in cells if name.startswith(f"{prefix}:") and "|" not in name))
        for total, prefix in (("cases", "group"), ("cases", "kecamatan"), ("children", "child"), ("children", "sex"), ("actions", "class"))
    ]
    sums.append(Sum("cases", ("children", "women")))
    assert all(sum(exact[part] for part in one.parts) == exact[one.total] for one in sums)
    assert any(is_hidden(shown) for shown in cells.values())
    assert not found_by_bounds(cells, sums) and not found_by_elimination(cells, sums)


@cache
def drawn(edition: str, raw: bytes) -> tuple[bytes, str]:
    file = report.draw_dissemination(as_record(json.loads(raw), edition), is_strict=True)
    opened = pypdfium2.PdfDocument(file)
    told = " ".join(" ".join(each.get_textpage().get_text_bounded().split()) for each in opened)
    opened.close()
    return file, told


@pytest.fixture(scope="module")
def awkward(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A first report in which people wrote what people write: names, a NIK, HTML, a formula, an emoji, and 200 characters without end."""
    import shutil

    from audit.store.session import make_engine
    from tests.conftest import KEYRING

    path = tmp_path_factory.mktemp("first") / "aks.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}", KEYRING)
    with Session(engine) as session:
        world, cases = approved(session, 2)
        from audit.steps.intake.tables import Subject

        identity = session.get_one(Subject, cases[0].subject_id).identity
        row = session.query(Consensus).filter_by(case_id=cases[0].id).one()
        row.summary = f"{identity['name']}, NIK {identity['nik']}: {AWKWARD}"
        action = session.query(RtlAction).filter_by(case_id=cases[0].id, number=1).one()
        action.activity, action.goal = "Pendampingan" * 17, f"untuk {identity['name'].upper()}"
        session.flush()
        raw = canonical_json(frozen(world))
    engine.dispose()
    return raw


def test_awkward_texts_are_printed_as_text_and_without_identity(awkward: bytes) -> None:
    file, told = drawn("terbatas", awkward)
    assert '<b>"anak tak mau makan"</b> =1+1 [simbol]' in told and "Laporan Diseminasi Pertama" in told
    assert "Bunga Anggraini" not in told and "BUNGA ANGGRAINI" not in told and "(nama), NIK (NIK):" in told
    with pikepdf.open(io.BytesIO(file)) as opened:
        attached = {name: bytes(each.get_file().read_bytes()).decode() for name, each in opened.attachments.items()}
    assert set(attached) == {"rekaman.json"}
    assert "bunga anggraini" not in attached["rekaman.json"].lower() and "3509225" not in attached["rekaman.json"]


@pytest.mark.parametrize("edition", ["terbatas", "publik"])
def test_the_first_report_is_archival_and_accessible(awkward: bytes, edition: str) -> None:
    file, told = drawn(edition, awkward)
    assert "Yang akan dievaluasi, ukurannya, dan waktunya" in told and "Keadaan kasus setelah tindak lanjut" not in told
    for profile in (validator.ValidationProfile.PDF_A_3A, validator.ValidationProfile.PDF_UA_1):
        assert [failure.rule_id for failure in validator.validate_pdf_bytes(file, profile=profile).failures] == []


def test_a_finished_cycle_prints_no_word_of_a_draft(awkward: bytes) -> None:
    assert "RANCANGAN" not in drawn("terbatas", awkward)[1]
    unfinished = json.loads(awkward)
    unfinished["cases"][0]["status"] = "planned"
    told = drawn("terbatas", canonical_json(unfinished))[1]
    assert "RANCANGAN: siklus belum selesai, 1 kasus belum disetujui" in told and told.count("RANCANGAN · TERBATAS – RAHASIA") > 8
    assert "Mengesahkan" not in told


def test_the_public_edition_of_the_same_is_of_the_day_it_shows(awkward: bytes) -> None:
    snapshot = json.loads(awkward)
    assert as_record(snapshot).at < datetime.fromisoformat(snapshot["dated"]) + timedelta(seconds=1)
    assert snapshot["on"] == "2026-07-06"
