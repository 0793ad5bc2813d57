"""Kunjungan: the day in a list, the names opened with one button, a visit recorded once, its measurement checked before."""

from __future__ import annotations

from typing import Any

import lxml.html
import pytest
from sqlalchemy import func, select

from audit.lifecycle.tables import Case, CaseEvent
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.steps.followup.tables import Visit
from audit.steps.identify.tables import IdentityOpening
from audit.steps.intake.tables import Measurement
from tests.counting import selects, statements
from tests.web.conftest import Pages, form_of, send, words

VISIT = {"visited_on": "2026-07-08", "weight_kg": "8,4", "height_cm": "75,2", "position": "lying", "muac_cm": "12,9"}


@pytest.fixture
def followed(pages: Pages) -> Case:
    """A case in its follow-up since two days; its first visit is due today."""
    case = pages.world.case_at(Status.FOLLOW_UP)
    pages.world.pass_days(2)
    pages.at = pages.world.at
    return case


def address(case: Case) -> str:
    return f"/kasus/{case.number}/kunjungan"


def done(pages: Pages, case: Case) -> list[Visit]:
    with pages.installation.reading() as session:
        return list(session.scalars(select(Visit).where(Visit.case_id == case.id, Visit.state == "done")))


def test_the_list_shows_what_waits_and_no_name(pages: Pages, followed: Case) -> None:
    shown = pages.as_("bidan.arjasa").get("/kunjungan")
    text = words(shown.text)
    assert shown.status_code == 200 and f"Kasus {followed.number}" in text and "hari ini" in text
    assert "Bunga" not in shown.text and shown.headers["x-simpan-halaman"] == "ya"


def test_the_list_is_empty_for_who_is_in_charge_of_nothing(pages: Pages, followed: Case) -> None:
    assert followed.number not in pages.as_("bidan.silo").get("/kunjungan?semua=ya").text
    assert "Belum ada kunjungan" in words(pages.as_("bidan.silo").get("/kunjungan").text)


@pytest.mark.parametrize("username", ["sekretariat", "dr.anak", "perkim", "pimpinan", "ketua"])
def test_visits_are_for_the_field(pages: Pages, followed: Case, username: str) -> None:
    client = pages.as_(username)
    assert client.get("/kunjungan").status_code == client.get(address(followed)).status_code == 404


def test_one_button_opens_the_names_of_today_with_an_event_for_each_case(pages: Pages) -> None:
    cases = [pages.world.case_at(Status.FOLLOW_UP, name=f"Bunga {n}") for n in ("Melati", "Kenanga")]
    pages.world.pass_days(2)
    pages.at = pages.world.at
    midwife = pages.as_("bidan.arjasa")
    opened = send(midwife, "/kunjungan", {}, at="/kunjungan/nama")
    assert opened.status_code == 303
    shown = midwife.get("/kunjungan")
    assert "Bunga Melati" in shown.text and "Bunga Kenanga" in shown.text
    assert "x-simpan-halaman" not in shown.headers, "a page with names is not kept on the phone"
    with pages.installation.reading() as session:
        reasons = session.scalars(select(IdentityOpening.reason)).all()
        events = session.scalars(select(CaseEvent.case_id).where(CaseEvent.action == Action.OPEN_IDENTITY)).all()
    assert list(reasons) == ["visit", "visit"] and sorted(events) == sorted(case.id for case in cases)
    again = midwife.post("/kunjungan/nama", data={"csrf": form_of_token(shown.text)})
    assert again.status_code == 303
    with pages.installation.reading() as session:
        assert session.scalar(select(func.count()).select_from(IdentityOpening)) == 2, "what is open is not opened again"


def form_of_token(page: str) -> str:
    return page.partition('name="csrf" content="')[2].partition('"')[0]


def test_the_list_takes_as_many_statements_for_one_case_as_for_many(pages: Pages) -> None:
    pages.world.case_at(Status.FOLLOW_UP)
    pages.world.pass_days(2)
    pages.at = pages.world.at
    midwife = pages.as_("bidan.arjasa")
    with selects(pages.engine) as one:
        midwife.get("/kunjungan")
    for n in range(4):
        pages.world.case_at(Status.FOLLOW_UP, name=f"Anak {n}")
    pages.world.session.commit()
    with selects(pages.engine) as many:
        shown = midwife.get("/kunjungan?semua=ya")
    assert words(shown.text).count("AKS-3509") >= 5 and len(many) == len(one) <= 12


def test_a_visit_is_recorded_once_and_the_next_one_is_told(pages: Pages, followed: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    fields = {**form_of(midwife.get(address(followed)).text), **VISIT, "note": "Anak ceria"}
    assert fields["visited_on"] == "2026-07-08"
    first = midwife.post(address(followed), data=fields)
    second = midwife.post(address(followed), data=fields)
    assert (first.status_code, first.headers["location"], second.status_code) == (303, "/kunjungan", 303)
    assert len(done(pages, followed)) == 1
    assert "dicatat sekali" in words(midwife.get("/kunjungan").text)
    with pages.installation.reading() as session:
        kept = session.scalars(select(Measurement).where(Measurement.source == "visit")).one()
        assert kept.weight_kg == pytest.approx(8.4) and kept.haz is not None


def test_a_phone_that_sends_by_script_is_told_where_to_go(pages: Pages, followed: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    fields = {**form_of(midwife.get(address(followed)).text), **VISIT}
    taken = midwife.post(address(followed), data=fields, headers={"X-Luring": "ya"})
    assert (taken.status_code, taken.headers["x-lanjut"]) == (204, "/kunjungan")
    assert "tercatat" in words(midwife.get("/kunjungan").text), "the sentence is said on the next page, as without scripts"


def test_the_measurement_is_checked_at_once_against_the_curve_and_the_one_before(pages: Pages, followed: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    fields = form_of(midwife.get(address(followed)).text)
    shrunk = midwife.post(f"{address(followed)}/periksa", data={**fields, **VISIT, "height_cm": "71"}, headers={"HX-Request": "true"})
    text = words(shrunk.text)
    assert "Lebih pendek 3,0 cm" in text and "ukur ulang" in text and "Sangat pendek" in text and "<svg" in shrunk.text
    assert "<main" not in shrunk.text, "a piece of the page"
    whole = midwife.post(address(followed), data={**fields, **VISIT, "periksa": "ya"})
    assert whole.status_code == 200 and "Tidak ada yang janggal" in words(whole.text) and 'value="75,2"' in whole.text
    assert done(pages, followed) == [] and pages.now(followed).status == Status.FOLLOW_UP


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"position": "standing"}, "Anak di bawah dua tahun diukur terlentang"),
        ({"position": ""}, "Cara ukur belum dipilih"),
        ({"muac_cm": "11,2"}, "Gizi buruk"),
        ({"oedema": "ya"}, "Gizi buruk"),
        ({"weight_kg": "delapan"}, "bukan angka"),
    ],
)
def test_what_is_remarkable_is_said_at_once_and_recorded(pages: Pages, followed: Case, answers: dict[str, str], sentence: str) -> None:
    midwife = pages.as_("bidan.arjasa")
    fields = {**form_of(midwife.get(address(followed)).text), **VISIT, **answers}
    assert sentence in words(midwife.post(f"{address(followed)}/periksa", data=fields, headers={"HX-Request": "true"}).text)
    if "delapan" not in answers.values():
        assert midwife.post(address(followed), data=fields).status_code == 303


def recorded(pages: Pages, case: Case) -> tuple[int, int, int]:
    """How much of a visit is written: visits, measurements, events."""
    with pages.installation.reading() as session:
        measured = session.scalars(select(Measurement.id).where(Measurement.source == "visit")).all()
        return len(done(pages, case)), len(measured), pages.now(case).version


@pytest.mark.parametrize(
    ("answers", "place", "sentence"),
    [
        ({"height_cm": "71"}, "height_cm", "Lebih pendek 3,0 cm"),
        ({"height_cm": "84"}, "height_cm", "jarang secepat itu"),
        ({"weight_kg": "5,9"}, "weight_kg", "Berat turun 2,2 kg"),
        ({"weight_kg": "28"}, "weight_kg", "di luar kewajaran WHO"),
    ],
)
def test_doubtful_numbers_are_asked_back_once_and_written_when_they_were_measured_again(
    pages: Pages, followed: Case, answers: dict[str, str], place: str, sentence: str
) -> None:
    midwife, before = pages.as_("bidan.arjasa"), recorded(pages, followed)
    asked = send(midwife, address(followed), {**VISIT, **answers, "note": "Anak ceria"})
    shown = lxml.html.fromstring(asked.text)
    assert asked.status_code == 422 and "Belum tercatat" in words(asked.text) and recorded(pages, followed) == before
    assert sentence in words(lxml.html.tostring(shown.get_element_by_id(f"f-{place}-warning"), encoding="unicode"))
    assert shown.xpath(f"//a[@href='#f-{place}']"), "the summary leads to the field"
    back = form_of(asked.text)
    assert "diukur_ulang" not in back, "never ticked beforehand"
    assert back["note"] == ["Anak ceria"] and back[place] == [answers[place]]
    assert midwife.post(address(followed), data=back).status_code == 422, "the same button alone does not record it"
    assert recorded(pages, followed) == before
    ticked = {**back, "diukur_ulang": box_of(asked.text)}
    assert [midwife.post(address(followed), data=ticked).status_code for _ in range(2)] == [303, 303]
    assert recorded(pages, followed) == (1, 1, before[2] + 1)


def box_of(page: str) -> str:
    return str(lxml.html.fromstring(page).xpath("//input[@type='checkbox' and @name='diukur_ulang']/@value")[0])


def test_what_is_asked_back_was_never_written(pages: Pages, followed: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    fields = {**form_of(midwife.get(address(followed)).text), **VISIT, "height_cm": "71"}
    with statements(pages.engine) as sent:
        assert midwife.post(address(followed), data=fields).status_code == 422
    assert sent and not [one for one in sent if one.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]


def test_a_look_at_the_same_numbers_keeps_the_tick_and_other_numbers_lose_it(pages: Pages, followed: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    asked = send(midwife, address(followed), {**VISIT, "height_cm": "71"})
    ticked = {**form_of(asked.text), "diukur_ulang": box_of(asked.text), "periksa": "ya"}
    looked = midwife.post(address(followed), data={**ticked, "note": "Anak ceria"})
    shown = lxml.html.fromstring(looked.text)
    assert looked.status_code == 200 and "Belum tercatat" not in words(looked.text)
    assert "Lebih pendek 3,0 cm" in words(lxml.html.tostring(shown.get_element_by_id("f-height_cm-warning"), encoding="unicode"))
    kept = form_of(looked.text)
    assert kept["diukur_ulang"] == [ticked["diukur_ulang"]] and done(pages, followed) == []
    assert form_of(midwife.post(f"{address(followed)}/periksa", data=ticked).text)["diukur_ulang"] == kept["diukur_ulang"]
    for other in ({"height_cm": "70"}, {"height_cm": "75,2"}, {"height_cm": "tujuh"}, {"diukur_ulang": "0" * 16}):
        again = midwife.post(address(followed), data={**ticked, **other})
        assert again.status_code == 200 and "diukur_ulang" not in form_of(again.text), other
    assert midwife.post(address(followed), data=kept).status_code == 303 and len(done(pages, followed)) == 1


def test_what_cannot_be_used_is_said_before_anything_is_doubted(pages: Pages, followed: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    for wrong, sentence in (({"muac_cm": "99"}, "di luar batas"), ({"visited_on": "2026-07-01"}, "mendahului tindak lanjut")):
        refused = send(midwife, address(followed), {**VISIT, "height_cm": "71", **wrong})
        assert refused.status_code == 422 and sentence in words(refused.text) and "diukur_ulang" not in form_of(refused.text)
        assert "Belum tercatat: pastikan" not in words(refused.text)


def test_numbers_that_change_after_the_tick_are_asked_about_again(pages: Pages, followed: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    asked = send(midwife, address(followed), {**VISIT, "height_cm": "71"})
    ticked = {**form_of(asked.text), "diukur_ulang": box_of(asked.text)}
    other = midwife.post(address(followed), data={**ticked, "height_cm": "70"})
    assert other.status_code == 422 and "Lebih pendek 4,0 cm" in words(other.text) and done(pages, followed) == []
    assert box_of(other.text) != box_of(asked.text)
    assert midwife.post(address(followed), data={**ticked, "note": "Ditambah sesudahnya"}).status_code == 303, "a note is no number"


def test_numbers_that_were_put_right_need_no_tick(pages: Pages, followed: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    asked = send(midwife, address(followed), {**VISIT, "height_cm": "71"})
    assert midwife.post(address(followed), data={**form_of(asked.text), "height_cm": "75,2"}).status_code == 303


def test_a_choice_between_two_records_is_asked_back_with_what_was_chosen(pages: Pages, followed: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    fields = {**form_of(midwife.get(address(followed)).text), **VISIT, "height_cm": "71"}
    pages.world.do(followed, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": "2026-07-08", "weight_kg": 8.1})
    pages.world.session.commit()
    met = midwife.post(address(followed), data=fields)
    sides = dict.fromkeys(("pilih.weight_kg", "pilih.height_cm", "pilih.position", "pilih.muac_cm"), "left")
    asked = midwife.post(address(followed), data={**form_of(met.text), **sides, "pilih.weight_kg": "right", "visited_on": "2026-07-07"})
    assert asked.status_code == 422 and form_of(asked.text)["weight_kg"] == ["8,1"] and len(done(pages, followed)) == 1
    ticked = midwife.post(address(followed), data={**form_of(asked.text), "diukur_ulang": box_of(asked.text)})
    assert ticked.status_code == 303 and len(done(pages, followed)) == 2


def test_the_general_page_of_actions_is_no_way_around_the_question(pages: Pages, followed: Case) -> None:
    midwife, general = pages.as_("bidan.arjasa"), f"/kasus/{followed.number}/tindakan/record-visit"
    token = form_of_token(midwife.get("/kunjungan").text)
    sent = midwife.post(general, data={"csrf": token, "form_id": "a", **VISIT, "height_cm": "71"})
    assert sent.headers["location"] == address(followed) and done(pages, followed) == []


def test_a_woman_is_asked_other_things(pages: Pages) -> None:
    case = pages.world.case_at(Status.FOLLOW_UP, Group.BUMIL)
    pages.world.pass_days(2)
    pages.at = pages.world.at
    midwife = pages.as_("bidan.arjasa")
    fields = form_of(midwife.get(address(case)).text)
    assert "hb_g_dl" in fields and "head_cm" not in fields
    checked = midwife.post(
        f"{address(case)}/periksa", data={**fields, "muac_cm": "22,9", "hb_g_dl": "10,4"}, headers={"HX-Request": "true"}
    )
    assert "Berisiko KEK" in words(checked.text) and "Anemia" in words(checked.text)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"visited_on": ""}, "Tanggal kunjungan: wajib diisi."),
        ({"visited_on": "31 Juni"}, "bukan tanggal"),
        ({"visited_on": "2027-01-01"}, "belum terjadi"),
        ({"visited_on": "2026-07-01"}, "mendahului tindak lanjut"),
        ({"visited_on": "2025-07-01"}, "lebih dari 120 hari yang lalu"),
        ({"weight_kg": "88"}, "di luar batas balita"),
        ({"weight_kg": "0"}, "di luar batas"),
        ({"height_cm": "tujuh"}, "bukan angka"),
        ({"position": "duduk"}, "tidak dikenal"),
        ({"note": "x" * 1001}, "1001 huruf; paling banyak 1000"),
        ({"note": "a\x00b"}, "karakter yang tidak dapat dicetak"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field_and_nothing_is_written(
    pages: Pages, followed: Case, answers: dict[str, str], sentence: str
) -> None:
    midwife = pages.as_("bidan.arjasa")
    refused = send(midwife, address(followed), {**VISIT, "note": "Anak ceria", **answers})
    assert refused.status_code == 422 and sentence in words(refused.text)
    assert 'value="12,9"' in refused.text, "what was typed is still there"
    assert done(pages, followed) == []


def test_a_visit_that_somebody_recorded_meanwhile_stands_beside_mine(pages: Pages, followed: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    fields = {**form_of(midwife.get(address(followed)).text), **VISIT, "note": "Punya saya"}
    pages.world.do(
        followed, Action.RECORD_VISIT, "bidan.arjasa", {"visited_on": "2026-07-08", "weight_kg": 8.1, "note": "Dari perangkat lain"}
    )
    pages.world.session.commit()
    met = midwife.post(address(followed), data=fields)
    assert met.status_code == 409
    text = words(met.text)
    assert "Ada dua catatan kunjungan" in text and "Dari perangkat lain" in text and "Punya saya" in text and "8,4 kg" in text
    chosen = {
        **form_of(met.text),
        **dict.fromkeys(("pilih.weight_kg", "pilih.note", "pilih.height_cm", "pilih.position", "pilih.muac_cm"), "left"),
    }
    same_day = midwife.post(address(followed), data=chosen)
    assert same_day.status_code == 409 and "sudah dicatat" in words(same_day.text) and len(done(pages, followed)) == 1
    other_day = midwife.post(address(followed), data={**chosen, "visited_on": "2026-07-07", "pilih.weight_kg": "right"})
    assert other_day.status_code == 303
    with pages.installation.reading() as session:
        newest = session.scalars(select(Measurement).where(Measurement.source == "visit").order_by(Measurement.id.desc())).first()
        assert newest is not None and newest.weight_kg == pytest.approx(8.1) and newest.height_cm == pytest.approx(75.2)


def test_what_others_do_to_the_case_does_not_make_a_visit_old(pages: Pages, followed: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    fields = {**form_of(midwife.get(address(followed)).text), **VISIT}
    pages.world.do(followed, Action.REPORT_PROGRESS, "puskesmas", {"action": 1, "status": "berjalan"})
    pages.world.session.commit()
    assert midwife.post(address(followed), data=fields).status_code == 303


def test_a_case_that_moved_on_refuses_the_visit_and_keeps_what_was_typed(pages: Pages, followed: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    fields = {**form_of(midwife.get(address(followed)).text), **VISIT}
    pages.world.do(followed, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    pages.world.session.commit()
    refused = midwife.post(address(followed), data=fields)
    assert refused.status_code == 409 and "tidak dapat dilakukan" in words(refused.text) and 'value="75,2"' in refused.text


def test_a_case_of_another_area_is_as_unknown_as_one_that_is_not_there(pages: Pages, followed: Case) -> None:
    client = pages.as_("bidan.silo")
    for below in ("", "/periksa"):
        there: Any = client.post(address(followed) + below, data={"csrf": "x"}) if below else client.get(address(followed))
        nowhere: Any = client.post(f"/kasus/AKS-9/kunjungan{below}", data={"csrf": "x"}) if below else client.get("/kasus/AKS-9/kunjungan")
        assert (there.status_code, there.text) == (nowhere.status_code, nowhere.text)
    token = form_of_token(client.get("/kunjungan").text)
    assert client.post(address(followed), data={"csrf": token, **VISIT}).status_code == 404


def test_what_another_account_typed_on_this_phone_is_not_sent_in_my_name(pages: Pages, followed: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    fields = {**form_of(midwife.get(address(followed)).text), **VISIT, "pemilik": "9999"}
    refused = midwife.post(address(followed), data=fields)
    assert refused.status_code == 412 and done(pages, followed) == []
