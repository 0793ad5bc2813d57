"""The sheets of a kecamatan and of a desa: which actions are on them, what their head is asked, and how they print."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Status
from audit.render import html
from audit.reports.book import entry, record_of
from audit.reports.drawers import draw
from audit.reports.printing import print_document
from audit.reports.record import Record
from audit.reports.rtl.asked import asked_of_head
from audit.reports.rtl.pages import RtlPlacePage
from audit.reports.rtl.place import TEMPLATE, rtl_place_page
from audit.reports.rtl.places import place_of
from audit.steps.recommend.tables import RtlAction
from audit.store.canonical import canonical_json
from tests.factory import DESA, World
from tests.reports.rtl.plans import AWKWARD, LONG_NAME, faults_of, many_planned, pages_of, planned, selects

KECAMATAN, OTHER_DESA, ELSEWHERE = "35.09.22", "35.09.22.2002", "35.09.30.2001"
LAST = "Pastikan lembar ini hanya dibaca oleh yang menindaklanjutinya; nomor kasus tidak dikaitkan dengan nama keluarga."


def frozen(world: World, place: str = KECAMATAN) -> dict[str, Any]:
    name = "rtl-kecamatan" if place.count(".") == 2 else "rtl-desa"
    made = entry(name).freeze(world.session, world.cycle.id, place, at=world.at, on=world.on)
    return json.loads(canonical_json(made))  # type: ignore[no-any-return]  # as it is read back


def record(snapshot: dict[str, Any]) -> Record:
    name = "rtl-kecamatan" if snapshot["place"].count(".") == 2 else "rtl-desa"
    return record_of(entry(name), snapshot, edition="terbatas", subject=snapshot["place"], revision=1)


def page_of(snapshot: dict[str, Any]) -> RtlPlacePage:
    return rtl_place_page(record(snapshot))


def name_place(session: Session, case: Case, place_code: str | None) -> None:
    """What the form lets through, and what an older plan may hold."""
    session.execute(update(RtlAction).where(RtlAction.case_id == case.id).values(place_code=place_code))


def places(world: World, name: str) -> list[str]:
    return entry(name).subjects(world.session, world.cycle.id)


def test_an_action_belongs_to_where_it_happens_and_else_to_where_the_family_lives(session: Session) -> None:
    world = World(session)
    at_home, in_kecamatan, away = planned(world), planned(world, place_code=KECAMATAN), planned(world, place_code=ELSEWHERE)
    nowhere = planned(world)
    name_place(session, nowhere, None)
    on_sheet = {place: {row["case_number"][-3:] for row in frozen(world, place)["actions"]} for place in (KECAMATAN, DESA, ELSEWHERE)}
    assert on_sheet == {KECAMATAN: {"001", "002", "004"}, DESA: {"001", "002", "004"}, ELSEWHERE: {"003"}}
    assert [c.number[-3:] for c in (at_home, in_kecamatan, away, nowhere)] == ["001", "002", "003", "004"]


@pytest.mark.parametrize(
    ("named", "home", "kecamatan", "desa"),
    [
        (DESA, OTHER_DESA, KECAMATAN, DESA),
        (None, DESA, KECAMATAN, DESA),
        (KECAMATAN, DESA, KECAMATAN, DESA),
        ("35.09", DESA, KECAMATAN, DESA),
        ("35.09.30", DESA, "35.09.30", None),
        ("35.0", DESA, None, None),
    ],
)
def test_the_list_of_places_and_their_sheets_agree(
    session: Session, named: str | None, home: str, kecamatan: str | None, desa: str | None
) -> None:
    assert (place_of(named, home, depth=3), place_of(named, home, depth=4)) == (kecamatan, desa)
    world = World(session)
    case = planned(world, desa=home)
    name_place(session, case, named)
    assert places(world, "rtl-kecamatan") == [code for code in [kecamatan] if code]
    assert places(world, "rtl-desa") == [code for code in [desa] if code]
    for code in (KECAMATAN, "35.09.30", DESA, OTHER_DESA, ELSEWHERE):
        assert bool(frozen(world, code)["actions"]) == (code in (kecamatan, desa)), code


def test_the_first_page_counts_the_cases_and_says_what_is_asked(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.FOLLOW_UP)
    planned(world, owner_agency="kecamatan", funding="dana_desa")
    world.open()
    world.pass_days(10)
    world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "terkendala", "obstacle": "Stok habis"})
    world.do(case, Action.REPORT_PROGRESS, "perkim", {"action": 2, "status": "selesai", "evidence": "Foto"})
    page = page_of(frozen(world))
    assert (page.place, page.asked_of, page.receiver.office) == ("Kecamatan Arjasa", "Yang diminta dari Camat Arjasa", "Camat Arjasa")
    assert [(fact.label, fact.value) for fact in page.facts[1:3]] == [("Kasus di wilayah ini", "3"), ("Kegiatan", "4")]
    assert page.lead.startswith("Di wilayah ini ada 3 kasus; rencana yang disetujui ketua tim sudah ada untuk 2 kasus.")
    assert page.asked == (
        "Pastikan kendala pada 1 kegiatan milik Puskesmas dibahas dan dicarikan jalan keluar.",
        "Pastikan 1 kegiatan yang menjadi tanggung jawab Pemerintah Kecamatan sendiri berjalan dan dilaporkan.",
        "Pastikan Puskesmas, Dinas Perumahan dan Kawasan Permukiman, dan Pemerintah Kecamatan menyelesaikan 3 kegiatan "
        "sebelum tenggat terdekat, 5 Agustus 2026.",
        "Pastikan 1 kegiatan yang dilaporkan selesai dilihat langsung oleh petugas lain sebelum dianggap terlaksana.",
        "Pastikan 1 kegiatan bersumber Dana Desa tercantum dalam APB Desa tahun berjalan.",
        "Pastikan 1 kasus yang belum memiliki petugas penanggung jawab segera mendapat petugas.",
        LAST,
    )
    assert [row[0] for row in page.deadlines.rows] == ["5 Agt 2026"] * 3
    assert [group.heading for group in page.groups] == [
        "Puskesmas (1 kegiatan)",
        "Dinas Perumahan dan Kawasan Permukiman (2 kegiatan)",
        "Pemerintah Kecamatan (1 kegiatan)",
    ]
    assert page.groups[0].actions[0].in_charge == "Ninik Rahayu" and page.groups[2].actions[0].in_charge == "belum ditunjuk"
    assert [action.number for group in page.groups for action in group.actions] == ["1", "2", "3", "4"]
    assert (page.sender.field, page.receiver.field) == ("ketua", "penerima")


def test_what_is_late_comes_first_and_many_owners_are_counted() -> None:
    rows = [
        {
            "owner": owner,
            "owner_name": owner,
            "is_late": True,
            "is_over": False,
            "status": "disetujui",
            "ends_on": "2026-08-01",
            "funding": "apbd",
        }
        for owner in ("dinkes", "rsud", "dinsos", "disdik")
    ]
    assert asked_of_head(rows, own="desa", without_person=0) == (
        "Pastikan 4 kegiatan yang lewat tenggat segera diselesaikan 4 perangkat daerah, dan hambatannya sampai kepada sekretariat.",
        LAST,
    )


def test_a_desa_is_asked_through_its_head_and_a_kelurahan_through_its_lurah(session: Session) -> None:
    world = World(session)
    planned(world)
    assert page_of(frozen(world, DESA)).asked_of == "Yang diminta dari Kepala Desa Kemuninglor"
    assert page_of(frozen(world, "35.09.21.1001")).receiver.office.startswith("Lurah ")


@pytest.mark.parametrize("code", ["35.09", "35.10.01", "35.09.22.2001", "35.09.99", "arjasa"])
def test_what_is_no_kecamatan_of_the_district_is_refused(session: Session, code: str) -> None:
    world = World(session)
    with pytest.raises(Refused, match="bukan kecamatan di Kabupaten Jember"):
        entry("rtl-kecamatan").freeze(session, world.cycle.id, code, at=world.at, on=world.on)


def test_nothing_tells_the_day_and_becoming_late_is_a_change(session: Session) -> None:
    world = World(session)
    planned(world)
    before = frozen(world)
    world.pass_days(30)
    assert frozen(world) == before
    world.pass_days(1)
    after = frozen(world)
    assert after["dated"] == "2026-08-06T00:00:00+00:00" and all(row["is_late"] for row in after["actions"])
    world.pass_days(9)
    assert frozen(world) == after


def test_no_identity_is_frozen(session: Session) -> None:
    world = World(session)
    planned(world, activity="Jenguk Bunga Anggraini (3509 2257 0824 9001)", target="lahir 17-08-2024", indicator="tgl 17 Agustus 2024")
    kept = canonical_json(frozen(world)).decode()
    assert not any(word in kept for word in ("Anggraini", "9001", "17-08-2024", "17 Agustus 2024", "2024-08-17"))
    assert "Jenguk (nama) ((NIK))" in kept


def test_freezing_takes_four_statements_however_many_cases(session: Session, engine: Engine) -> None:
    world = World(session)
    for _ in range(3):
        planned(world)
    session.flush()
    session.expire_all()
    assert selects(engine, lambda: frozen(world)) == 4
    assert selects(engine, lambda: places(world, "rtl-desa")) == 1


def test_the_file_is_sound_with_awkward_texts_and_the_same_every_time(session: Session) -> None:
    world = World(session)
    many_planned(world, 16)
    one = record(frozen(world, DESA))
    file = print_document(rtl_place_page(one), one, template=TEMPLATE, is_strict=True)
    pages = pages_of(file)
    assert faults_of(file) == [] and file == draw(one.raw)
    text = " ".join(pages)
    assert AWKWARD.replace("😀", "[simbol]") in text and LONG_NAME[:60] in text and one.code in pages[-1]
    assert "Yang diminta dari Kepala Desa Kemuninglor" in pages[0] and "Tenggat terdekat" in pages[0]


def test_nothing_to_do_is_said(session: Session) -> None:
    page = page_of(frozen(World(session)))
    assert page.asked == (LAST,) and page.groups == ()
    drawn = html.render(f"{TEMPLATE}/report.html", page)
    assert "Belum ada kegiatan dari rencana tindak lanjut yang disetujui untuk Kecamatan Arjasa" in drawn
    assert "Tidak ada kegiatan yang masih menunggu tenggat." in drawn and "Matriks kegiatan" not in drawn


def test_three_hundred_actions_print_with_their_head_on_every_page(session: Session) -> None:
    world = World(session)
    many_planned(world, 300)
    snapshot = frozen(world)
    assert len(snapshot["actions"]) == 300
    if session.get_bind().dialect.name != "sqlite":
        return  # the same record; drawn once
    pages = pages_of(draw(record(snapshot).raw))
    with_rows = [page for page in pages[1:] if "AKS-3509-2026-2-00" in page]
    assert len(with_rows) > 20 and all("Petugas kasus" in page for page in with_rows)
    assert snapshot["actions"][-1]["ends_on"] <= (world.on + timedelta(days=130)).isoformat()
