"""A whole semester with what goes wrong in life, played through the real flows, and what it leaves."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pypdfium2
from sqlalchemy import func, select

from audit.casework.facts import facts_of
from audit.demo.days import EVALUATION
from audit.lifecycle import history
from audit.lifecycle.tables import Case, CaseEvent, Outbox
from audit.lifecycle.vocabulary import Action, Status
from audit.reports.book import BOOK
from audit.steps.evaluate.tables import Outcome
from audit.steps.followup.tables import Visit
from audit.steps.intake.tables import Import, Measurement, Subject
from audit.steps.packet.tables import Packet
from audit.steps.recommend.tables import Consensus, RtlAction
from audit.steps.review.tables import Assignment, Opinion
from tests.journeys.conftest import PlayedSemester

CASES = 8


def actions_of(semester: PlayedSemester, action: Action) -> list[CaseEvent]:
    with semester.here.reading() as session:
        return list(session.scalars(select(CaseEvent).where(CaseEvent.action == action)))


def test_every_case_comes_to_an_end(semester: PlayedSemester) -> None:
    assert semester.summary["cases"] == CASES
    with semester.here.reading() as session:
        statuses = set(session.scalars(select(Case.status)))
    assert statuses <= {Status.EVALUATED, Status.CARRIED_OVER, Status.WITHDRAWN}


def test_a_returned_worksheet_is_completed_before_its_packet_is_frozen(semester: PlayedSemester) -> None:
    [returned] = actions_of(semester, Action.RETURN_WORKSHEET)
    with semester.here.reading() as session:
        order = list(session.scalars(select(CaseEvent.action).where(CaseEvent.case_id == returned.case_id).order_by(CaseEvent.seq)))
    assert order[1:5] == [Action.SUBMIT_WORKSHEET, Action.RETURN_WORKSHEET, Action.SUBMIT_WORKSHEET, Action.FREEZE_PACKET]


def test_a_recused_expert_is_replaced_and_gives_no_opinion(semester: PlayedSemester) -> None:
    [recused] = actions_of(semester, Action.RECUSE)
    with semester.here.reading() as session:
        seats = list(session.scalars(select(Assignment).where(Assignment.case_id == recused.case_id)))
        authors = set(session.scalars(select(Opinion.person_id).where(Opinion.case_id == recused.case_id)))
    assert len([s for s in seats if s.recused_at is None]) == 2
    assert recused.by_id not in authors


def test_a_divided_panel_leaves_its_dissent_on_record(semester: PlayedSemester) -> None:
    with semester.here.reading() as session:
        divided = [c for c in session.scalars(select(Consensus)) if c.dissent]
    assert len(divided) == 1
    assert len(divided[0].agreement["main_causes"]) == 2


def test_data_that_the_panel_asked_for_makes_a_second_packet(semester: PlayedSemester) -> None:
    [asked] = actions_of(semester, Action.ASK_FOR_DATA)
    with semester.here.reading() as session:
        rounds = list(session.scalars(select(Packet.round).where(Packet.case_id == asked.case_id).order_by(Packet.round)))
    assert rounds == [1, 2]


def test_a_returned_plan_is_written_anew_and_the_first_one_kept(semester: PlayedSemester) -> None:
    [returned] = actions_of(semester, Action.RETURN_PLAN)
    with semester.here.reading() as session:
        superseded = session.scalar(select(func.count()).where(RtlAction.case_id == returned.case_id, RtlAction.superseded_at.is_not(None)))
    assert superseded


def test_overdue_actions_are_escalated_to_the_chair(semester: PlayedSemester) -> None:
    late = actions_of(semester, Action.ESCALATE)
    assert late
    with semester.here.reading() as session:
        told = session.scalar(select(func.count()).select_from(Outbox).where(Outbox.action == Action.ESCALATE, Outbox.role == "chair"))
    assert told == len(late)


def test_a_missed_visit_is_marked_and_a_child_who_moved_away_is_taken_out(semester: PlayedSemester) -> None:
    assert actions_of(semester, Action.MARK_VISIT_MISSED)
    [moved] = actions_of(semester, Action.WITHDRAW)
    with semester.here.reading() as session:
        case = session.get_one(Case, moved.case_id)
        assert (case.status, case.withdrawn_reason) == (Status.WITHDRAWN, "moved_away")
        assert session.scalar(select(func.count()).select_from(Visit).where(Visit.case_id == case.id, Visit.state == "done"))


def test_outcomes_say_what_changed_or_why_nobody_can_say(semester: PlayedSemester) -> None:
    with semester.here.reading() as session:
        outcomes = list(session.scalars(select(Outcome)))
    assert {o.verdict for o in outcomes if o.is_primary} >= {"improved", "unchanged"}
    assert all((o.change is None) == (o.unknown_because is not None) for o in outcomes)


def test_the_history_of_every_case_holds(semester: PlayedSemester) -> None:
    with semester.here.reading() as session:
        checked = history.verify(session)
    assert checked.cases == CASES
    assert checked.broken == ()


def test_the_registry_is_stored_with_its_problems_and_undoes_nothing(semester: PlayedSemester) -> None:
    with semester.here.reading() as session:
        imports = list(session.scalars(select(Import).order_by(Import.id)))
        stored = session.scalar(select(func.count()).select_from(Measurement).where(Measurement.source == "registry"))
    assert len(imports) == 5
    assert sum(i.accepted for i in imports) == stored
    assert imports[-1].rejected or imports[-2].rejected


def test_every_document_is_there_and_is_a_document(semester: PlayedSemester) -> None:
    made = sorted(p.name for p in (semester.out / "dokumen").rglob("*.pdf"))
    assert len([name for name in made if name.startswith("paket-")]) == CASES
    assert {"laporan-diseminasi-2026-1-publik.pdf", "laporan-diseminasi-2026-1-terbatas.pdf"} <= set(made)
    assert "rtl-perkim-2026-1.pdf" in made
    assert all(len(pypdfium2.PdfDocument(p)) >= 1 for p in (semester.out / "dokumen").rglob("*.pdf"))


def test_the_semester_leaves_every_document_of_the_book(semester: PlayedSemester) -> None:
    folders = semester.summary["folders"]
    assert folders.keys() == {one.title for one in BOOK}
    for title, (folder, count) in folders.items():
        assert len(list((semester.out / folder).iterdir())) == count, title
    assert folders["Formulir kajian pakar"][1] == 2 * CASES
    assert folders["Surat keluarga"][1] == folders["Kartu kunjungan"][1] == CASES


def test_all_documents_lie_in_the_archive_and_in_the_printer_s_file(semester: PlayedSemester) -> None:
    with zipfile.ZipFile(semester.out / semester.summary["archive"]) as archive:
        listed = {f"dokumen/{row['path']}" for row in json.loads(archive.read("manifest.json"))["documents"]}
    assert listed == set(semester.summary["documents"]) and len(listed) > 50
    printed = pypdfium2.PdfDocument(semester.out / semester.summary["printer"])
    assert len(printed) == semester.summary["printer_pages"] > len(listed)


def test_the_reports_carry_the_words_and_the_address_of_the_office(semester: PlayedSemester) -> None:
    for edition in ("publik", "terbatas"):
        text = text_of(semester.out / "dokumen" / "diseminasi-2" / f"laporan-diseminasi-2-2026-1-{edition}.pdf")
        assert "tidak mencari kesalahan keluarga atau petugas" in re.sub(r"\s+", " ", text)
        assert "https://aks.jember.example/v/" in text and "{{" not in text


def test_the_public_report_names_nobody(semester: PlayedSemester) -> None:
    text = text_of(semester.out / "dokumen" / "diseminasi-2" / "laporan-diseminasi-2-2026-1-publik.pdf").casefold()
    with semester.here.reading() as session:
        for case, subject in session.execute(select(Case, Subject).join(Subject, Subject.id == Case.subject_id)):
            assert subject.identity["name"].casefold() not in text
            assert case.number.casefold() not in text
            assert case.desa_code not in text
    assert not re.search(r"\d{16}", text)


def test_prefect_keeps_no_name_no_nik_and_no_birth_date(semester: PlayedSemester) -> None:
    kept = b"".join(p.read_bytes() for p in (semester.here.settings.prefect_home).rglob("*") if p.is_file())
    assert b"semester" in kept, "Prefect did not write where this test looks"
    with semester.here.reading() as session:
        case_subjects = select(Case.subject_id)
        for subject in session.scalars(select(Subject).where(Subject.id.in_(case_subjects))):
            for secret in (subject.identity["name"], subject.identity.get("nik"), subject.identity["birth_date"]):
                assert not secret or secret.encode() not in kept


def test_nothing_is_left_for_the_system_to_do(semester: PlayedSemester) -> None:
    from audit.casework.worklists import due

    with semester.here.reading() as session:
        left = {
            a: due(session, a, on=EVALUATION)
            for a in (Action.FREEZE_PACKET, Action.OPEN_REVIEW, Action.CLOSE_REVIEW, Action.START_FOLLOW_UP)
        }
        assert not any(left.values())
        any_case = session.scalars(select(Case.id).where(Case.status == Status.EVALUATED).order_by(Case.id)).first()
        assert any_case is not None
        assert facts_of(session, any_case, on=EVALUATION).visits_overdue == 0


def test_the_summary_is_what_was_made(semester: PlayedSemester) -> None:
    assert semester.summary["folders"]["Paket kasus"] == ["dokumen/paket", CASES]
    assert all((semester.out / path).exists() for path in (*semester.summary["documents"], *semester.summary["registers"]))
    assert json.dumps(semester.summary)


def text_of(path: Path) -> str:
    return " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path))
