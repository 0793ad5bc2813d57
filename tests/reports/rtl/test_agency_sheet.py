"""The sheet of an agency: what is frozen, what is printed, and what must never be on it."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from typing import Any

import pikepdf
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.vocabulary import Action, Status
from audit.people.roles import AGENCIES
from audit.render import html, pdf
from audit.reports.book import entry, record_of
from audit.reports.drawers import draw
from audit.reports.record import RECORD_NAME, Record, read_record
from audit.reports.rtl.agency import agencies_with_actions, rtl_agency_page, rtl_agency_snapshot
from audit.reports.rtl.pages import RtlAgencyPage
from audit.store.canonical import canonical_json
from tests.factory import World
from tests.reports.rtl.plans import planned, selects

pytestmark = pytest.mark.both_databases

NAME, NIK = "Bunga Anggraini", "3509225708249001"


def frozen(world: World, agency: str = "puskesmas") -> dict[str, Any]:
    return rtl_agency_snapshot(world.session, world.cycle.id, agency, at=world.at, on=world.on)


def record(snapshot: dict[str, Any]) -> Record:
    return record_of(entry("rtl"), snapshot, edition="terbatas", subject=snapshot["agency"], revision=1)


def page_of(snapshot: dict[str, Any]) -> RtlAgencyPage:
    return rtl_agency_page(record(snapshot))


def test_the_sheet_words_every_column_of_an_approved_action(session: Session) -> None:
    world = World(session)
    world.case_at(Status.APPROVED)
    page = page_of(frozen(world))
    (action,) = page.actions
    assert (page.agency, page.region, page.reply_by) == ("Puskesmas", "Kabupaten Jember", "20 Juli 2026")
    assert [(fact.label, fact.value) for fact in page.facts] == [
        ("Siklus", "Semester 2 Tahun 2026"),
        ("Jumlah kegiatan", "1"),
        ("Tenggat terdekat", "5 Agustus 2026"),
        ("Disetujui", "6 Juli 2026"),
        ("Keadaan per", "6 Juli 2026"),
    ]
    assert action.case_number == "AKS-3509-2026-2-001" and action.action_class == "Intervensi spesifik"
    assert action.activity == "PMT lokal" and action.reason.startswith("Asupan protein hewani kurang")
    assert action.place == "Desa Kemuninglor, Kecamatan Arjasa" and action.period == "6\u00a0Jul\u00a0–\u00a05\u00a0Agt\u00a02026"
    assert (action.funding, action.target, action.status) == ("APBN/DAK BOK", "100 % (awal 0)", "Disetujui")
    assert page.contact == "Sekretariat TP3S Kabupaten Jember" and page.receiver.office == "Kepala Puskesmas"


def test_only_approved_plans_are_on_a_sheet(session: Session) -> None:
    world = World(session)
    world.case_at(Status.PLANNED)
    withdrawn = world.case_at(Status.APPROVED)
    world.do(withdrawn, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    assert frozen(world)["actions"] == [] and agencies_with_actions(session, world.cycle.id) == []
    world.case_at(Status.FOLLOW_UP)
    assert [a["case_number"] for a in frozen(world)["actions"]] == ["AKS-3509-2026-2-003"]
    assert agencies_with_actions(session, world.cycle.id) == ["puskesmas", "perkim"]


def test_no_identity_is_frozen_even_when_somebody_wrote_it_into_the_plan(session: Session) -> None:
    world = World(session)
    planned(world, activity=f"Jenguk {NAME.upper()} tiap pekan", target=f"Anak dengan NIK {NIK}", indicator="Bunga kol dimakan")
    snapshot = frozen(world)
    kept = canonical_json(snapshot).decode()
    assert NAME.lower() not in kept.lower() and NIK not in kept and "2024-08-17" not in kept
    (action,) = page_of(snapshot).actions
    assert action.activity == "Jenguk (nama) tiap pekan" and action.beneficiary == "Anak dengan NIK (NIK)"
    assert action.indicator == "Bunga kol dimakan"


def test_actions_stand_in_the_order_of_their_deadline(session: Session) -> None:
    world = World(session)
    planned(world, ends_on=world.on + timedelta(days=60))
    planned(world, ends_on=world.on + timedelta(days=10))
    page = page_of(frozen(world))
    assert [(a.number, a.case_number[-3:]) for a in page.actions] == [("1", "002"), ("2", "001")]
    assert page.facts[2].value == "16 Juli 2026"


def test_progress_and_lateness_are_told(session: Session) -> None:
    world = World(session)
    case, late = world.case_at(Status.FOLLOW_UP), world.case_at(Status.FOLLOW_UP)
    world.pass_days(20)
    world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "selesai", "evidence": "Foto"})
    world.do(case, Action.CONFIRM_ACTION, "bidan.arjasa", {"action": 1, "seen": "Sudah diterima"})
    world.do(late, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "terkendala", "obstacle": "Stok habis"})
    assert [a.status for a in page_of(frozen(world)).actions] == ["Selesai, sudah dipastikan", "Terkendala. Kendala: Stok habis"]
    world.pass_days(20)
    page = page_of(frozen(world))
    assert page.actions[1].status == "Terkendala, lewat tenggat. Kendala: Stok habis"
    assert page.facts[4].value == "6 Agustus 2026", "the day after the deadline is when it became late"
    world.do(late, Action.ESCALATE, "sistem")
    assert page_of(frozen(world)).actions[1].status == "Terkendala, lewat tenggat, sudah dieskalasi. Kendala: Stok habis"


def test_a_plan_that_came_back_does_not_print_the_note_of_the_chair(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.PLANNED)
    world.do(case, Action.RETURN_PLAN, "ketua", {"note": "Anggaran belum jelas"})
    world.do(case, Action.SUBMIT_PLAN, "sekretariat")
    world.do(case, Action.APPROVE_PLAN, "ketua")
    assert page_of(frozen(world)).actions[0].status == "Disetujui"


def test_an_unchanged_plan_has_the_same_snapshot_on_another_day(session: Session) -> None:
    world = World(session)
    world.case_at(Status.APPROVED)
    before = canonical_json(frozen(world))
    world.pass_days(3)
    assert canonical_json(frozen(world)) == before


def test_the_days_to_reply_leave_out_the_holidays_of_the_cycle(session: Session) -> None:
    world = World(session)
    world.cycle.settings = world.cycle.settings | {"holidays": ["2026-07-08"]}
    world.case_at(Status.APPROVED)
    assert page_of(frozen(world)).reply_by == "21 Juli 2026"


def test_the_chair_of_the_cycle_sends_it(session: Session) -> None:
    world = World(session)
    people = [{"office": "Sekretaris"}, {"office": "Ketua Tim Audit", "name": "Bambang Setyadi", "below_name": "NIP 1"}]
    world.cycle.settings = world.cycle.settings | {"signatories": people}
    sender = page_of(frozen(world)).sender
    assert (sender.office, sender.name, sender.below_name) == ("Ketua Tim Audit", "Bambang Setyadi", "NIP 1")


def test_an_unknown_agency_is_refused_with_the_known_ones(session: Session) -> None:
    with pytest.raises(Refused, match="dinkes"):
        frozen(World(session), "dinas-air")


def test_freezing_takes_three_statements_however_many_cases(session: Session, engine: Engine) -> None:
    world = World(session)
    for _ in range(3):
        world.case_at(Status.APPROVED)
    session.flush()
    assert selects(engine, lambda: frozen(world)) <= 3


def test_a_sheet_without_actions_prints_for_every_agency(session: Session) -> None:
    world = World(session)
    for agency in AGENCIES:
        page = page_of(frozen(world, agency))
        assert page.reply_by == "tanggal yang disepakati" and page.receiver.office
        assert "Tidak ada kegiatan" in html.render("report/rtl_agency/report.html", page)


def test_the_file_is_strictly_sound_the_same_every_time_and_carries_its_snapshot(session: Session) -> None:
    world = World(session)
    planned(world, activity="<b>tebal</b> & panjang " * 30)
    snapshot = json.loads(canonical_json(frozen(world)))
    page: RtlAgencyPage = page_of(snapshot)
    pdf.to_pdf(html.render("report/rtl_agency/report.html", page), stylesheet="report/rtl_agency/style.css", identifier="x", is_strict=True)
    file = draw(record(snapshot).raw)
    assert file == draw(record(snapshot).raw)
    with pikepdf.open(io.BytesIO(file)) as opened:
        assert read_record(opened.attachments[RECORD_NAME].get_file().read_bytes()).content == snapshot
        assert str(opened.docinfo["/CreationDate"]) == "D:20260706000000Z"


def test_a_period_in_two_years_names_both(session: Session) -> None:
    world = World(session)
    planned(world, starts_on=date(2026, 12, 1), ends_on=date(2027, 1, 31))
    assert page_of(frozen(world)).actions[0].period.replace("\u00a0", " ") == "1 Des 2026 – 31 Jan 2027"
