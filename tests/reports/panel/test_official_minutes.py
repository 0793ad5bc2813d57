"""The official minutes of the plan: whose plan counts, how the day is spelled, who signs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from audit.lifecycle.vocabulary import Action, Status
from audit.reports.panel.official_minutes import official_minutes_page
from audit.reports.panel.pages import OfficialMinutesPage
from audit.store.canonical import canonical_json
from tests.factory import World, complete_plan
from tests.reports.panel.panel_world import as_record, frozen

pytestmark = pytest.mark.both_databases


def page_of(world: World) -> OfficialMinutesPage:
    return official_minutes_page(as_record("berita-acara", frozen(world, "berita-acara")))


@pytest.fixture(scope="module")
def busy(snapshots: Mapping[str, Any]) -> OfficialMinutesPage:
    return official_minutes_page(as_record("berita-acara", snapshots["berita-acara"]))


def test_the_day_of_the_last_approval_is_spelled_out(busy: OfficialMinutesPage) -> None:
    opening = busy.opening.replace("\u2011", "-")
    assert opening.startswith(
        "Pada hari ini, Selasa, tanggal tujuh bulan Juli tahun dua ribu dua puluh enam (07-07-2026), bertempat di ..."
    )
    assert busy.pending == "" and busy.place_and_date == "Jember, 7 Juli 2026"
    assert busy.number == "Nomor BA-3509-2026-2.1"


def test_the_decree_of_the_team_is_the_last_of_its_bases(busy: OfficialMinutesPage) -> None:
    assert busy.bases[0].startswith("Undang-Undang") and len(busy.bases) > 1
    assert busy.bases[-1] == (
        "Keputusan Bupati Jember Nomor 188.45/120/2026 tentang Tim Audit Kasus Stunting Kabupaten Jember Tahun 2026, 1 Juli 2026."
    )


def test_the_parties_are_who_approved_who_judged_and_who_acts(busy: OfficialMinutesPage) -> None:
    assert busy.parties.rows == (
        ("1", "Bambang Setyadi", "TP3S Kabupaten Jember", "Menyetujui RTL"),
        ("2", "dr. Sasmita Adi, Sp.A", "Tim pakar", "Dokter spesialis anak"),
        ("3", "dr. Wening Pramudya, Sp.A", "Tim pakar", "Dokter spesialis anak"),
        ("4", "Tutik Lestari, M.Gz", "Tim pakar", "Ahli gizi"),
        ("5", "Kepala Puskesmas", "Puskesmas", "Penanggung jawab kegiatan"),
        ("6", "Kepala Dinas Perumahan dan Kawasan Permukiman", "Dinas Perumahan dan Kawasan Permukiman", "Penanggung jawab kegiatan"),
    )


def test_what_was_agreed_is_counted_in_figures_and_words(busy: OfficialMinutesPage) -> None:
    assert [sentence.replace("\u00a0", " ") for sentence in busy.agreed] == [
        "Tim pakar telah mengkaji 2 (dua) kasus serta menyepakati penyebab dan rekomendasinya dalam sidang panel "
        "pada 6 Juli 2026 dan 7 Juli 2026.",
        "Rencana tindak lanjut untuk 2 (dua) kasus tersebut disetujui Ketua TP3S, terakhir pada 7 Juli 2026, dan terdiri atas "
        "4 (empat) kegiatan: 2 spesifik dan 2 sensitif.",
        "Kegiatan itu menjadi tanggung jawab 2 (dua) perangkat daerah atau instansi menurut tabel di bawah; "
        "uraiannya tercantum pada lembar RTL masing-masing.",
        "Sebanyak 4 (empat) kasus belum mempunyai RTL yang disetujui dan tidak termasuk berita acara ini.",
    ]


def test_each_agency_has_its_actions_by_class_its_deadline_and_a_line_to_sign(busy: OfficialMinutesPage) -> None:
    assert [tuple(cell.replace("\u00a0", " ") for cell in row) for row in busy.agencies.rows] == [
        ("1", "Puskesmas", "2", "–", "–", "2", "5 Agt 2026 – 6 Agt 2026"),
        ("2", "Dinas Perumahan dan Kawasan Permukiman", "–", "2", "–", "2", "5 Agt 2026 – 6 Agt 2026"),
    ]
    assert busy.agencies.total == ("", "Jumlah", "2", "2", "–", "4", "")
    assert [(head.office, head.field) for head in busy.heads] == [
        ("Kepala Puskesmas", "opd-puskesmas"),
        ("Kepala Dinas Perumahan dan Kawasan Permukiman", "opd-perkim"),
    ]


def test_every_signatory_has_a_field_of_its_own_and_the_chair_signs_last(session: Session) -> None:
    world = World(session)
    offices = ["Ketua TP3S Kabupaten Jember", "Saksi", "Saksi", "OPD Puskesmas", "監督"]
    world.cycle.settings = world.cycle.settings | {"signatories": [{"office": office} for office in offices]}
    world.case_at(Status.APPROVED)
    page = page_of(world)
    assert page.approver.field == "ketua-tp3s-kabupaten-jember"
    assert [[one.field for one in row] for row in page.signatories] == [["saksi", "saksi-2"], ["opd-puskesmas-2", "penanda-tangan"]]


def test_before_the_first_approval_the_day_is_a_dotted_line_and_says_why(session: Session) -> None:
    world = World(session)
    world.case_at(Status.PLANNED)
    page = page_of(world)
    assert "Pada hari ini, ..................," in page.opening and "2026)" not in page.opening
    assert page.pending.startswith("Belum ada RTL yang disetujui") and page.place_and_date.endswith("....")
    assert page.heads == () and page.agencies.rows == () and page.agencies.total is None
    assert [sentence[:11] for sentence in page.agreed] == ["Sebanyak 1\u00a0"]
    assert [one.office for row in page.signatories for one in row] == ["Ketua Tim Audit Kasus Stunting", "Perwakilan Tim Pakar"]
    assert page.approver.office == "Ketua TP3S Kabupaten Jember"


def test_a_withdrawn_case_leaves_the_official_minutes(session: Session) -> None:
    world = World(session)
    world.case_at(Status.APPROVED)
    before = canonical_json(frozen(world, "berita-acara"))
    gone = world.case_at(Status.APPROVED)
    assert frozen(world, "berita-acara")["cases"] == 2
    world.do(gone, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    assert canonical_json(frozen(world, "berita-acara")) == before


def test_progress_after_the_approval_changes_nothing(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.FOLLOW_UP)
    before = canonical_json(frozen(world, "berita-acara"))
    world.pass_days(9)
    world.do(case, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "selesai", "evidence": "Foto"})
    world.do(case, Action.CONFIRM_ACTION, "bidan.arjasa", {"action": 1, "seen": "Diterima"})
    assert canonical_json(frozen(world, "berita-acara")) == before


def test_many_actions_of_one_agency_are_one_row_with_the_first_and_the_last_deadline(session: Session) -> None:
    world = World(session)
    case = world.case_at(Status.RECOMMENDED)
    first, second = complete_plan(world.on)["actions"]
    rows = [first | {"ends_on": world.on + timedelta(days=n + 10)} for n in range(299)]
    world.do(case, Action.PLAN_ACTIONS, "sekretariat", {"actions": [*rows, second]})
    world.do(case, Action.SUBMIT_PLAN, "sekretariat")
    world.do(case, Action.APPROVE_PLAN, "ketua")
    page = page_of(world)
    assert page.agencies.rows[0] == ("1", "Puskesmas", "299", "–", "–", "299", "16 Jul 2026 – 10 Mei 2027")
    assert "300\u00a0(tiga ratus) kegiatan" in page.agreed[1]
