"""The plan of one case: written, drafted, submitted, read, approved and returned; what cannot be used comes back with its sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from audit.lifecycle.tables import Case, CaseEvent
from audit.lifecycle.vocabulary import Action, Status
from audit.steps.recommend.queries import current_actions
from tests.factory import complete_plan
from tests.web.conftest import Pages, form_of, send, words


def events_of(pages: Pages, case: Case) -> int:
    with pages.installation.reading() as session:
        return session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.case_id == case.id)) or 0


def plan_of(pages: Pages, case: Case) -> list[Any]:
    with pages.installation.reading() as session:
        return current_actions(session, [case.id])


def recommended(pages: Pages) -> tuple[Case, str]:
    case = pages.world.case_at(Status.RECOMMENDED)
    pages.world.session.commit()
    return case, f"/kasus/{case.number}/rtl"


def whole(pages: Pages) -> dict[str, str]:
    """Every field of a complete plan, as a browser names them."""
    rows = complete_plan(pages.world.on)["actions"]
    return {f"actions.{n}.{name}": str(value) for n, row in enumerate(rows, start=1) for name, value in row.items()}


def test_the_first_plan_is_drafted_from_what_the_panel_recommends(pages: Pages) -> None:
    case, address = recommended(pages)
    page = pages.as_("sekretariat").get(address)
    fields = form_of(page.text, address=address)
    assert fields["actions.1.activity"] == ["PMT lokal 90 hari"] and fields["actions.2.recommendation"] == ["2"]
    assert fields["actions.1.owner_agency"] != [""]
    assert fields["actions.1.place_code"] == [case.desa_code]
    text = words(page.text)
    assert "Rekomendasi 1 · Intervensi spesifik" in text and "dijawab kegiatan 1" in text
    assert "Desa " in text and "35.09.22" not in text, "places are chosen by name"


def test_a_plan_is_saved_without_being_complete_and_then_submitted_when_it_is(pages: Pages) -> None:
    case, address = recommended(pages)
    secretary = pages.as_("sekretariat")
    saved = send(secretary, address, {"langkah": "simpan", "actions.1.activity": "PMT lokal\nsetiap pagi"})
    assert (saved.status_code, saved.headers["location"]) == (303, address)
    assert "tersimpan, belum diajukan" in words(secretary.get(address).text)
    assert [row.activity for row in plan_of(pages, case)] == ["PMT lokal\nsetiap pagi", "Bantuan jamban sehat"]
    done = send(secretary, address, {"langkah": "ajukan", **whole(pages)})
    assert (done.status_code, done.headers["location"]) == (303, f"/kasus/{case.number}")
    assert pages.now(case).status == Status.PLANNED and len(plan_of(pages, case)) == 2


def test_an_incomplete_plan_is_not_submitted_and_every_empty_column_says_so(pages: Pages) -> None:
    case, address = recommended(pages)
    before = events_of(pages, case)
    answer = send(pages.as_("sekretariat"), address, {"langkah": "ajukan", "actions.1.goal": "100 %"})
    text = words(answer.text)
    assert answer.status_code == 422 and events_of(pages, case) == before and pages.now(case).status == Status.RECOMMENDED
    assert "Kegiatan RTL 1, Pelaksana: wajib diisi sebelum diajukan." in text
    assert "Kegiatan RTL 2, Target: wajib diisi sebelum diajukan." in text and "Kegiatan RTL 1, Target:" not in text
    assert 'id="f-actions.1.implementer-problem"' in answer.text
    assert form_of(answer.text, address=address)["actions.1.goal"] == ["100 %"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("activity", "x" * 1001, "1001 huruf; paling banyak 1000"),
        ("activity", "  ", "Kegiatan: wajib diisi"),
        ("owner_agency", "dinas sihir", "“dinas sihir” tidak dikenal"),
        ("starts_on", "kemarin", "“kemarin” bukan tanggal"),
        ("ends_on", "2020-01-01", "lebih awal daripada mulai"),
        ("recommendation", "7", "pilih rekomendasi nomor 1, 2"),
        ("recommendation", "banyak", "“banyak” bukan angka"),
        ("recommendation", "0", "0 di luar batas"),
        ("place_code", "35.09.99.9999", "bukan kode wilayah"),
        ("funding", "togel", "“togel” tidak dikenal"),
        ("goal", "x" * 201, "201 huruf; paling banyak 200"),
        ("target", "nul\x00", "tidak dapat dicetak"),
    ],
)
def test_what_cannot_be_used_stands_beside_its_field_and_nothing_is_lost_or_written(
    pages: Pages, field: str, value: str, sentence: str
) -> None:
    case, address = recommended(pages)
    before = events_of(pages, case)
    for step in ("simpan", "ajukan"):
        answer = send(pages.as_("sekretariat"), address, {"langkah": step, **whole(pages), f"actions.2.{field}": value})
        assert answer.status_code == 422 and events_of(pages, case) == before and not plan_of(pages, case)
        assert sentence in words(answer.text) and f'id="f-actions.2.{field}-problem"' in answer.text
        kept = form_of(answer.text, address=address)
        assert kept["actions.1.implementer"] == ["Tim pendamping keluarga"]
        assert "\x00" in value or kept[f"actions.2.{field}"] == [value]


def test_rows_come_and_go_without_a_script_and_keep_what_was_typed(pages: Pages) -> None:
    _, address = recommended(pages)
    secretary = pages.as_("sekretariat")
    more = send(secretary, address, {"tambah": "actions", "actions.2.activity": "Jamban komunal"})
    fields = form_of(more.text, address=address)
    assert fields["actions.2.activity"] == ["Jamban komunal"] and fields["actions.3.activity"] == [""]
    fewer = secretary.post(address, data={**fields, "hapus": "actions.1"})
    assert form_of(fewer.text, address=address)["actions.1.activity"] == ["Jamban komunal"]
    assert "belum ada kegiatan" in words(fewer.text), "the first recommendation is no longer answered"


def test_a_draft_is_kept_for_its_writer_only_and_forgotten_when_the_plan_is_saved(pages: Pages) -> None:
    case, address = recommended(pages)
    secretary = pages.as_("sekretariat")
    fields = {**form_of(secretary.get(address).text, address=address), "actions.1.activity": ["Telur tiap hari"]}
    said = secretary.post(f"{address}/draf", data=fields)
    assert said.status_code == 200 and "Draf tersimpan." in said.text and 'value="1"' in said.text
    page = secretary.get(address).text
    assert form_of(page, address=address)["actions.1.activity"] == ["Telur tiap hari"] and "draf Anda" in page
    assert not plan_of(pages, case) and "Telur" not in pages.as_("ketua").get(address).text
    assert send(secretary, address, {"langkah": "simpan"}).status_code == 303
    assert "draf Anda" not in secretary.get(address).text and plan_of(pages, case)[0].activity == "Telur tiap hari"


def test_a_draft_can_be_kept_and_thrown_away_without_a_script(pages: Pages) -> None:
    _, address = recommended(pages)
    secretary = pages.as_("sekretariat")
    assert send(secretary, address, {"langkah": "draf", "actions.1.activity": "Telur"}).status_code == 303
    assert "Telur" in secretary.get(address).text
    assert send(secretary, address, {"langkah": "buang"}).status_code == 303
    assert "Telur" not in secretary.get(address).text


def test_two_copies_of_a_draft_are_shown_side_by_side_and_never_merged(pages: Pages) -> None:
    _, address = recommended(pages)
    secretary = pages.as_("sekretariat")
    opened, phone = (form_of(secretary.get(address).text, address=address) for _ in range(2))
    secretary.post(f"{address}/draf", data={**phone, "actions.1.activity": ["Dari telepon"]})
    refused = secretary.post(f"{address}/draf", data={**opened, "actions.1.activity": ["Dari laptop"]})
    assert "sudah disimpan dari perangkat lain" in words(refused.text) and "hx-swap-oob" not in refused.text
    shown = secretary.post(address, data={**opened, "langkah": "draf", "actions.1.activity": ["Dari laptop"]})
    assert shown.status_code == 409 and "Dari telepon" in shown.text and "Draf yang tersimpan" in shown.text
    again = form_of(shown.text, address=address)
    assert again["actions.1.activity"] == ["Dari laptop"]
    assert secretary.post(address, data={**again, "langkah": "draf"}).status_code == 303


def test_a_form_from_before_the_plan_was_changed_is_shown_beside_what_is_stored(pages: Pages) -> None:
    case, address = recommended(pages)
    secretary = pages.as_("sekretariat")
    fields = {**form_of(secretary.get(address).text, address=address), "actions.1.activity": ["Versi saya"], "langkah": ["simpan"]}
    pages.world.do(case, Action.PLAN_ACTIONS, "sekretariat", complete_plan(pages.world.on))
    pages.world.session.commit()
    before = events_of(pages, case)
    answer = secretary.post(address, data=fields)
    assert answer.status_code == 409 and events_of(pages, case) == before
    assert "sudah berubah sejak Anda membukanya" in words(answer.text) and "PMT lokal" in answer.text and "Versi saya" in answer.text
    again = form_of(answer.text, address=address)
    assert secretary.post(address, data={**again, "langkah": "simpan"}).status_code == 303
    assert plan_of(pages, case)[0].activity == "Versi saya"


def test_an_old_draft_says_that_the_plan_was_changed_since(pages: Pages) -> None:
    case, address = recommended(pages)
    secretary = pages.as_("sekretariat")
    send(secretary, address, {"langkah": "draf", "actions.1.activity": "Draf lama"})
    pages.world.do(case, Action.PLAN_ACTIONS, "sekretariat", complete_plan(pages.world.on))
    pages.world.session.commit()
    page = secretary.get(address)
    assert "sudah diubah sejak draf Anda ditulis" in words(page.text) and "Draf lama" in page.text and "Bangun jamban" in page.text


def test_the_same_form_sent_twice_is_submitted_once(pages: Pages) -> None:
    case, address = recommended(pages)
    secretary = pages.as_("sekretariat")
    fields = {**form_of(secretary.get(address).text, address=address), **{k: [v] for k, v in whole(pages).items()}, "langkah": ["ajukan"]}
    secretary.post(address, data=fields)
    before = events_of(pages, case)
    again = secretary.post(address, data=fields)
    assert again.status_code == 303 and events_of(pages, case) == before and pages.now(case).status == Status.PLANNED
    assert "dicatat sekali" in words(secretary.get("/rtl").text)


@pytest.mark.parametrize("username", ["ketua", "bidan.arjasa", "dr.anak", "pimpinan"])
def test_who_may_not_write_the_plan_reads_it(pages: Pages, username: str) -> None:
    case, address = recommended(pages)
    pages.world.do(case, Action.PLAN_ACTIONS, "sekretariat", complete_plan(pages.world.on))
    pages.world.session.commit()
    reader = pages.as_(username)
    page = reader.get(address)
    assert page.status_code == 200 and "Bangun jamban" in page.text and "actions.1" not in page.text
    before = events_of(pages, case)
    answer = reader.post(
        address, data={"csrf": _token(page.text), "langkah": "simpan", "form_id": "a", "seen_version": "1", **whole(pages)}
    )
    assert answer.status_code == 409 and events_of(pages, case) == before and "Tim pendamping keluarga" in answer.text


@pytest.mark.parametrize("username", ["bidan.silo", "gizi2", "puskesmas"])
def test_the_plan_of_others_is_as_unknown_as_one_that_is_not_there(pages: Pages, username: str) -> None:
    case, _ = recommended(pages)
    reader = pages.as_(username)
    for page in ("rtl", "persetujuan"):
        there, nowhere = (reader.get(f"/kasus/{number}/{page}") for number in (case.number, "AKS-3509-2026-2-999"))
        assert there.status_code == nowhere.status_code == 404 and there.text == nowhere.text


def test_the_chair_reads_the_whole_plan_on_one_screen_and_approves_it(pages: Pages) -> None:
    case = pages.world.case_at(Status.PLANNED)
    chair, address = pages.as_("ketua"), f"/kasus/{case.number}/persetujuan"
    shown = words(chair.get(address).text)
    assert all(text in shown for text in ("PMT lokal", "Bangun jamban", "Rekomendasi panel", "APBN/DAK BOK"))
    done = send(chair, address, {"putusan": "setujui"})
    assert done.status_code == 303 and pages.now(case).status == Status.APPROVED
    assert "“Setujui RTL” tercatat" in words(chair.get("/rtl").text)


def test_the_chair_returns_a_plan_with_a_note_that_the_secretariat_reads_on_top(pages: Pages) -> None:
    case = pages.world.case_at(Status.PLANNED)
    chair, address = pages.as_("ketua"), f"/kasus/{case.number}/persetujuan"
    empty = send(chair, address, {"putusan": "kembalikan"})
    assert empty.status_code == 422 and "Apa yang harus diperbaiki: wajib diisi." in words(empty.text)
    long = send(chair, address, {"putusan": "kembalikan", "note": "x" * 2001})
    assert long.status_code == 422 and "paling banyak 2000" in words(long.text) and "x" * 2001 in long.text
    assert pages.now(case).status == Status.PLANNED
    assert send(chair, address, {"putusan": "kembalikan", "note": "Tambahkan dana desa."}).status_code == 303
    assert pages.now(case).status == Status.RECOMMENDED
    page = words(pages.as_("sekretariat").get(f"/kasus/{case.number}/rtl").text)
    assert "Dikembalikan oleh Ketua" in page and "Tambahkan dana desa." in page


def test_a_decision_without_choice_twice_or_from_an_old_page_is_not_taken(pages: Pages) -> None:
    case = pages.world.case_at(Status.PLANNED)
    chair, address = pages.as_("ketua"), f"/kasus/{case.number}/persetujuan"
    fields = form_of(chair.get(address).text)
    assert chair.post(address, data={**fields, "putusan": "entah"}).status_code == 422
    pages.world.do(case, Action.RETURN_PLAN, "ketua", {"note": "Belum"})
    pages.world.do(case, Action.SUBMIT_PLAN, "sekretariat")
    pages.world.session.commit()
    stale = chair.post(address, data={**fields, "putusan": "setujui"})
    assert stale.status_code == 409 and "sudah berubah" in words(stale.text) and pages.now(case).status == Status.PLANNED
    fresh = {**form_of(stale.text), "putusan": "setujui"}
    assert chair.post(address, data=fresh).status_code == 303
    before = events_of(pages, case)
    assert chair.post(address, data=fresh).status_code == 303 and events_of(pages, case) == before


def test_a_plan_that_waits_for_no_decision_says_so(pages: Pages) -> None:
    case, _ = recommended(pages)
    page = pages.as_("ketua").get(f"/kasus/{case.number}/persetujuan")
    assert "tidak menunggu putusan" in words(page.text) and "Setujui RTL" not in page.text
    assert pages.as_("sekretariat").get(f"/kasus/{case.number}/persetujuan").status_code == 404


def test_each_action_can_be_reported_and_confirmed_from_its_card(pages: Pages) -> None:
    case = pages.world.case_at(Status.FOLLOW_UP)
    agency = pages.as_("puskesmas")
    page = agency.get(f"/kasus/{case.number}/rtl").text
    report = f"/kasus/{case.number}/tindakan/report-progress?kegiatan=1"
    assert f'href="{report}"' in page and "kegiatan=2" not in page
    done = send(agency, report, {"status": "selesai", "evidence": "Foto"}, at=f"/kasus/{case.number}/tindakan/report-progress")
    assert done.status_code == 303
    worker = pages.as_("bidan.arjasa")
    confirm = f"/kasus/{case.number}/tindakan/confirm-action?kegiatan=1"
    assert f'href="{confirm}"' in worker.get(f"/kasus/{case.number}/rtl").text
    done = send(worker, confirm, {"seen": "Sudah dilihat"}, at=f"/kasus/{case.number}/tindakan/confirm-action")
    assert done.status_code == 303 and plan_of(pages, case)[0].confirmed_on is not None
    assert "Dipastikan" in words(agency.get(f"/kasus/{case.number}/rtl").text)


def test_days_left_are_counted_from_today_in_the_district(pages: Pages) -> None:
    case = pages.world.case_at(Status.FOLLOW_UP)
    pages.at += timedelta(days=29)
    assert "1 hari lagi" in words(pages.as_("perkim").get(f"/kasus/{case.number}/rtl").text)


def _token(page: str) -> str:
    return page.split('name="csrf" content="', 1)[1].split('"', 1)[0]
