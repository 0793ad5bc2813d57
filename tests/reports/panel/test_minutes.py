"""The minutes of the panel: what is frozen of its days, how it is worded, and what must never be in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from audit.lifecycle.vocabulary import Action, Group, Status
from audit.people.directory import add_person
from audit.reports.panel.minutes import minutes_page
from audit.reports.panel.pages import MinutesPage
from audit.store.canonical import canonical_json
from tests import factory
from tests.factory import World
from tests.reports.panel.panel_world import BORN, GAP, NAME, NAMES, NIK, WHY_STEPPED_BACK, as_record, frozen, panel_world


def page_of(world: World) -> MinutesPage:
    return minutes_page(as_record("notulen", frozen(world, "notulen")))


@pytest.fixture(scope="module")
def busy(snapshots: Mapping[str, Any]) -> MinutesPage:
    return minutes_page(as_record("notulen", snapshots["notulen"]))


def test_both_databases_give_the_same_snapshots_of_the_busy_cycle(session: Session, snapshots: Mapping[str, Any]) -> None:
    world = panel_world(session)
    assert {name: frozen(world, name) for name in NAMES} == snapshots


def test_the_first_page_tells_every_decision_in_the_order_of_the_cases(busy: MinutesPage) -> None:
    page = busy
    assert [(row[0][-3:], row[3], row[5].replace("\u00a0", " ")) for row in page.decisions.rows] == [
        ("001", "2 dari 2 pakar", "Disetujui 6 Juli 2026"),
        ("002", "1 dari 2 pakar; ada pendapat berbeda", "Menunggu persetujuan 6 Juli 2026"),
        ("003", "2 dari 2 pakar", "Disetujui 7 Juli 2026"),
        ("004", "2 dari 2 pakar", "Dikembalikan untuk diperbaiki 7 Juli 2026"),
        ("006", "2 dari 2 pakar", "Kasus dikeluarkan dari audit 7 Juli 2026"),
        ("007", "2 dari 2 pakar", "Sedang disusun"),
    ]
    assert page.decisions.rows[3][1:3] == ("Ibu hamil, Kecamatan Arjasa", "Asupan protein hewani kurang")
    assert page.decisions.rows[0][4].replace("\u00a0", " ") == "1 spesifik, 1 sensitif"
    facts = {fact.label: fact.value.replace("\u00a0", " ") for fact in page.facts}
    assert facts["Hari sidang"] == "Senin, 6 Juli 2026 dan Selasa, 7 Juli 2026"
    assert facts["Panel"] == "4 pakar: dokter spesialis anak, dokter spesialis obstetri dan ginekologi, dan ahli gizi"
    assert facts["Kasus disepakati"] == "6 kasus, 1 di antaranya dengan pendapat berbeda"
    assert facts["Rekomendasi"] == "6 spesifik dan 6 sensitif"
    assert facts["Keadaan RTL"].startswith("1 sedang disusun, 1 menunggu persetujuan, 1 dikembalikan untuk diperbaiki, 2 disetujui")
    assert facts["Permintaan data"] == "1 belum dijawab lapangan"
    assert facts["Dasar"].startswith("Keputusan Bupati Jember Nomor 188.45/120/2026 tentang Tim Audit")


def test_each_day_names_its_panel_and_its_cases(busy: MinutesPage) -> None:
    first, second = busy.sittings
    assert [case.number[-3:] for case in first.cases] == ["001", "002", "006", "007"]
    assert [case.number[-3:] for case in second.cases] == ["003", "004"]
    assert second.title == "Sidang Selasa, 7 Juli 2026"
    assert second.panel.rows == (
        ("1", "dr. Sasmita Adi, Sp.A", "Dokter spesialis anak", "–", "–", "1"),
        ("2", "dr. Wening Pramudya, Sp.A", "Dokter spesialis anak", "1", "1", "–"),
        ("3", "dr. Laras Hapsari, Sp.OG", "Dokter spesialis obstetri dan ginekologi", "1", "1", "–"),
        ("4", "Tutik Lestari, M.Gz", "Ahli gizi", "2", "–", "–"),
    )


def test_who_stepped_back_is_named_and_why_is_not(busy: MinutesPage, snapshots: Mapping[str, Any]) -> None:
    case = busy.sittings[1].cases[0]
    assert case.seats == "dr. Wening Pramudya, Sp.A (dokter spesialis anak, pakar utama); Tutik Lestari, M.Gz (ahli gizi)"
    assert case.stepped_back == "dr. Sasmita Adi, Sp.A (dokter spesialis anak)"
    assert WHY_STEPPED_BACK not in canonical_json(snapshots["notulen"]).decode()


def test_the_agreement_map_counts_experts_and_tells_what_the_panel_made_of_it(busy: MinutesPage) -> None:
    case = busy.sittings[0].cases[1]
    assert case.agreement.rows == (
        ("Asupan protein hewani kurang", "langsung", "●● 2 dari 2", "1", "utama"),
        ("Infeksi berulang (diare, ISPA)", "langsung", "●● 2 dari 2", "0", "tidak"),
        ("Jamban atau sanitasi tidak layak", "tidak langsung", "●● 2 dari 2", "1", "ya"),
        ("Pola asuh dan stimulasi kurang", "tidak langsung", "○○ 0 dari 2", "0", "ya"),
    )
    assert case.votes == "1 dari 2 pakar menyebutnya sebagai penyebab utama"


def test_the_grade_of_avoidability_is_told_with_what_each_expert_gave(busy: MinutesPage) -> None:
    assert [case.avoidability for case in busy.sittings[0].cases[:2]] == [
        "",
        "Ada yang dapat dicegah dan mungkin mengubah hasil. "
        "Menurut pakar masing-masing: Ada yang dapat dicegah dan sangat mungkin mengubah hasil: 1 pakar.",
    ]


def test_dissent_is_printed_with_name_and_discipline_and_without_the_identity_in_it(busy: MinutesPage) -> None:
    (dissent,) = busy.sittings[0].cases[1].dissent
    assert dissent.by == "Tutik Lestari, M.Gz (ahli gizi)"
    assert dissent.text == "<b>Ibu (nama)</b> =1+1 lahir (tanggal lahir), NIK (NIK): beban pengasuhan lebih menentukan [simbol]"


def test_recommendations_stand_in_three_classes_even_when_one_is_empty(busy: MinutesPage) -> None:
    advice = busy.sittings[0].cases[0].advice
    assert [(one.title, one.items) for one in advice] == [
        ("Intervensi spesifik", ("PMT lokal 90 hari (untuk penyebab: asupan protein hewani kurang)",)),
        ("Intervensi sensitif", ("Bantuan jamban sehat (untuk penyebab: jamban atau sanitasi tidak layak)",)),
        ("Tindakan koordinatif", ()),
    ]


def test_requests_for_data_stand_with_their_case_and_the_open_ones_at_the_end(busy: MinutesPage) -> None:
    page = busy
    with_gaps, asked = page.sittings[1].cases
    assert with_gaps.requests == (
        f"Data yang kurang menurut dokter spesialis anak: {GAP}",
        f"Data yang kurang menurut ahli gizi: {GAP}",
    )
    assert asked.requests == (
        "6 Juli 2026: data tambahan diminta oleh dr. Laras Hapsari, Sp.OG (dokter spesialis obstetri dan ginekologi), lalu dikaji ulang.",
    )
    assert [(row[0][-3:], *row[2:]) for row in page.waiting.rows] == [
        ("005", "6 Juli 2026", "Tutik Lestari, M.Gz (ahli gizi)", "Menunggu data dari lapangan")
    ]


def test_an_answered_request_is_told_as_answered(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.ASK_FOR_DATA, "gizi", {"note": "Recall makan 24 jam"})
    assert page_of(world).waiting.rows[0][4] == "Menunggu data dari lapangan"
    factory._fill_and_freeze(world, case)
    page = page_of(world)
    assert page.waiting.rows[0][4] == "Data sudah dilengkapi, kajian dilanjutkan"
    assert {f.label: f.value for f in page.facts}["Permintaan data"] == "Tidak ada yang belum dijawab"


def test_the_outcome_of_each_plan_is_told_with_its_day(busy: MinutesPage) -> None:
    first, second = busy.sittings
    assert [case.outcome for case in (*first.cases, *second.cases)] == [
        "RTL disetujui Ketua TP3S pada 6 Juli 2026, terdiri atas 2 kegiatan.",
        "RTL diajukan pada 6 Juli 2026 dan menunggu persetujuan Ketua TP3S.",
        "Kasus dikeluarkan dari audit pada 7 Juli 2026.",
        "RTL sedang disusun.",
        "RTL disetujui Ketua TP3S pada 7 Juli 2026, terdiri atas 2 kegiatan.",
        "RTL dikembalikan Ketua TP3S pada 7 Juli 2026 untuk diperbaiki.",
    ]


def test_a_later_agreement_replaces_the_earlier_one_and_both_stay_in_the_minutes(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.APPROVED)
    world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "wrong_identity"})
    world.pass_days(2)
    world.do(case, Action.REOPEN, "sekretariat")
    assert page_of(world).sittings[0].cases[0].outcome == "Kasus dibuka kembali pada 8 Juli 2026 dan akan dikaji ulang."
    factory._fill_and_freeze(world, case)
    world.do(case, Action.OPEN_REVIEW, "sistem")
    factory._answer_and_close(world, case)
    factory._agree(world, case)
    page = page_of(world)
    (earlier,), (later,) = (sitting.cases for sitting in page.sittings)
    assert earlier.replaced and not later.replaced
    assert later.outcome == "RTL sedang disusun."
    assert len(page.decisions.rows) == 1 and page.decisions.rows[0][5] == "Sedang disusun"
    factory._plan(world, case)
    (earlier,), (later,) = (sitting.cases for sitting in page_of(world).sittings)
    assert earlier.outcome.startswith("Kasus dibuka kembali") and later.outcome.startswith("RTL diajukan pada 8 Juli 2026")


def test_a_case_that_is_followed_up_again_keeps_its_approved_plan(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.EVALUATED)
    world.do(case, Action.REOPEN, "sekretariat")
    assert page_of(world).sittings[0].cases[0].outcome.startswith("RTL disetujui Ketua TP3S pada 6 Juli 2026")


@pytest.mark.parametrize("name", ["notulen", "berita-acara"])
def test_no_identity_is_frozen(name: str, snapshots: Mapping[str, Any]) -> None:
    kept = canonical_json(snapshots[name]).decode()
    for word in (NAME, NIK, "2024-08-17", "17-08-2024", BORN, "35.09.22.2001", "Puskesmas Arjasa", "Melati"):
        assert word not in kept


def test_the_minutes_do_not_change_with_the_days_that_pass_or_the_work_that_goes_on(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.FOLLOW_UP)
    before = canonical_json(frozen(world, "notulen"))
    world.pass_days(5)
    world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "berjalan"})
    assert canonical_json(frozen(world, "notulen")) == before


def test_the_minutes_are_dated_with_the_newest_thing_they_tell(session: Session, snapshots: Mapping[str, Any]) -> None:
    assert snapshots["notulen"]["dated"] == "2026-07-07T02:00:00+00:00"
    world = World(session)
    case = world.case_at(Status.PLANNED)
    world.pass_days(3)
    world.do(case, Action.APPROVE_PLAN, "ketua")
    assert frozen(world, "notulen")["dated"] == "2026-07-09T02:00:00+00:00"


@pytest.mark.parametrize(("name", "most"), [("notulen", 10), ("berita-acara", 7), ("daftar-hadir", 6)])
def test_freezing_takes_as_many_statements_however_many_cases(session: Session, engine: Engine, name: str, most: int) -> None:
    world = World(session)
    counts = []
    for _ in range(2):
        for _ in range(2):
            world.case_at(Status.APPROVED)
        session.flush()
        session.expire_all()
        seen: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *given, seen=seen: seen.append(given[2]))
        frozen(world, name)
        counts.append(len([each for each in seen if each.lstrip().upper().startswith("SELECT")]))
    assert counts[0] == counts[1] <= most


def test_the_signatories_are_those_of_the_cycle_with_a_field_each(busy: MinutesPage) -> None:
    page = busy
    assert (page.chair.office, page.chair.name, page.chair.field) == ("Perwakilan Tim Pakar", "dr. Sasmita Adi, Sp.A", "ketua-panel")
    assert (page.secretary.office, page.secretary.name, page.secretary.field) == ("Notulis", "Endah Wulansari", "notulis")


def test_without_signatories_the_expert_who_led_most_speaks_for_the_panel(session: Session) -> None:
    world = World(session)
    world.case_at(Status.RECOMMENDED, Group.BUMIL)
    for _ in range(2):
        world.case_at(Status.RECOMMENDED)
    page = page_of(world)
    assert (page.chair.office, page.chair.name) == ("Ketua Sidang Panel", "dr. Sasmita Adi, Sp.A")
    assert page.secretary.name == "Endah Wulansari"
    add_person(session, {"username": "sekretariat2", "name": "Yuli Astuti", "roles": ["secretary"]}, at=world.at)
    assert page_of(world).secretary.name == ""


def test_an_empty_cycle_says_so(session: Session) -> None:
    world = World(session)
    page = page_of(world)
    assert page.sittings == () and page.decisions.rows == () and page.waiting.rows == ()
    assert {f.label: f.value for f in page.facts}["Hari sidang"] == "Belum ada sidang"
    assert frozen(world, "notulen")["dated"] == "2026-07-06T02:00:00+00:00"
    assert "Nomor ....." in {f.label: f.value for f in page.facts}["Dasar"]
