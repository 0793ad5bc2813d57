"""Lembar kerja: part by part, saved while one types, sent with what is missing said, two versions side by side."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from audit.casework.tables import FormDraft
from audit.lifecycle.tables import Case, CaseEvent
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.steps.packet.queries import worksheet_of
from tests.factory import worksheet_answers
from tests.web.conftest import Pages, form_of, send, words

FAMILY = {"mother_schooling": "smp", "household_size": "5", "jkn": "pbi", "water": "adequate", "latrine": "none"}


@pytest.fixture
def chosen(pages: Pages) -> Case:
    return pages.world.case_at(Status.SELECTED)


def address(case: Case, part: str = "") -> str:
    return f"/kasus/{case.number}/lembar-kerja" + (f"?bagian={part}" if part else "")


def saving(case: Case) -> str:
    return f"/kasus/{case.number}/lembar-kerja/simpan"


def stored(pages: Pages, case: Case) -> dict[str, Any]:
    with pages.installation.reading() as session:
        found = worksheet_of(session, case.id)
        return dict(found.answers) if found else {}


def draft(pages: Pages, case: Case) -> dict[str, Any]:
    with pages.installation.reading() as session:
        found = session.scalar(select(FormDraft).where(FormDraft.case_id == case.id))
        return dict(found.content) if found else {}


def test_it_opens_on_the_first_part_that_lacks_something_without_a_name(pages: Pages, chosen: Case) -> None:
    shown = pages.as_("bidan.arjasa").get(address(chosen))
    assert shown.status_code == 200 and "Bunga" not in shown.text
    assert 'name="visited_on"' in shown.text and 'name="water"' not in shown.text, "one part at a time"
    assert shown.headers["x-simpan-halaman"] == "ya"


def test_a_part_is_saved_and_leads_to_the_next_one(pages: Pages, chosen: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    saved = send(midwife, address(chosen, "family"), {**FAMILY, "lanjut": "growth"}, at=saving(chosen))
    assert (saved.status_code, saved.headers["location"]) == (303, address(chosen, "growth"))
    assert draft(pages, chosen)["water"] == "adequate" and stored(pages, chosen) == {}, "a draft is no move"
    again = midwife.get(address(chosen, "family"))
    assert form_of(again.text)["household_size"] == ["5"]


def test_it_is_saved_while_one_types_whatever_it_is_worth(pages: Pages, chosen: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    fields = form_of(midwife.get(address(chosen, "family")).text)
    told = midwife.post(saving(chosen), data={**fields, "household_size": "lima"}, headers={"HX-Request": "true"})
    assert told.status_code == 200 and "Tersimpan 09.00." in words(told.text) and "1 isian perlu diperbaiki" in words(told.text)
    assert 'id="revision"' in told.text and 'value="1"' in told.text
    assert draft(pages, chosen)["household_size"] == "lima", "nothing that was typed is lost"
    late = midwife.post(saving(chosen), data={**fields, "household_size": "5"}, headers={"HX-Request": "true"})
    assert "Tersimpan" in words(late.text), "a page is never in conflict with itself, even before it heard of its own save"


def test_a_part_with_an_answer_that_cannot_be_used_is_kept_and_comes_back(pages: Pages, chosen: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    shown = send(midwife, address(chosen, "family"), {**FAMILY, "household_size": "99"}, at=saving(chosen))
    assert shown.status_code == 422 and "di luar batas" in words(shown.text) and 'value="99"' in shown.text
    assert draft(pages, chosen)["household_size"] == "99"
    last = midwife.get(address(chosen, "kirim"))
    assert "Isian ini belum dapat dipakai" in words(last.text) and f"{address(chosen, 'family')}#f-household_size" in last.text


def test_unusual_values_are_questioned_and_not_refused(pages: Pages, chosen: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    assert send(midwife, address(chosen, "family"), {**FAMILY, "household_size": "14"}, at=saving(chosen)).status_code == 303
    assert "tidak lazim" in words(midwife.get(address(chosen, "family")).text)
    assert "14 tidak lazim" in words(midwife.get(address(chosen, "kirim")).text)


def test_what_is_missing_is_named_per_discipline_with_the_way_there(pages: Pages, chosen: Case) -> None:
    shown = pages.as_("bidan.arjasa").get(address(chosen, "kirim"))
    text = words(shown.text)
    assert "Keluarga dan lingkungan" in text and "0 dari" in text and "Sumber air minum" in text
    assert f'href="{address(chosen, "family")}#f-water"' in shown.text


def test_it_is_sent_with_what_is_missing_said_and_once(pages: Pages, chosen: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    send(midwife, address(chosen, "family"), FAMILY, at=saving(chosen))
    fields = form_of(midwife.get(address(chosen, "kirim")).text)
    first, second = midwife.post(address(chosen), data=fields), midwife.post(address(chosen), data=fields)
    assert (first.status_code, second.status_code) == (303, 303)
    assert stored(pages, chosen)["water"] == "adequate" and draft(pages, chosen) == {}
    said = words(midwife.get(address(chosen)).text)
    assert "Masih kurang" in said and "dicatat sekali" in said and "Dikirim Ninik Rahayu" in said
    with pages.installation.reading() as session:
        n = session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.action == Action.SUBMIT_WORKSHEET))
    assert n == 1


def test_the_whole_worksheet_is_filled_in_and_complete(pages: Pages) -> None:
    case = pages.world.case_at(Status.SELECTED, Group.BUMIL)
    midwife = pages.as_("bidan.arjasa")
    answers = {name: _typed(value) for name, value in worksheet_answers(Group.BUMIL).items()}
    next_page, seen = address(case, "visit"), 0
    while "kirim" not in next_page:
        page = midwife.get(next_page).text
        typed = {name: text for name, text in answers.items() if f'name="{name}"' in page}
        following = midwife.post(saving(case), data={**form_of(page), **typed, "lanjut": _next(next_page)})
        assert following.status_code == 303, words(following.text)
        next_page, seen = following.headers["location"], seen + 1
    assert seen == 5
    last = midwife.get(next_page)
    assert "Semua isian wajib terisi" in words(last.text)
    sent = midwife.post(address(case), data=form_of(last.text))
    assert sent.status_code == 303
    assert "Lengkap" in words(midwife.get(address(case)).text)


ORDER = ["visit", "family", "pregnancy", "nutrition", "mind", "kirim"]


def _next(page: str) -> str:
    return ORDER[ORDER.index(page.rpartition("=")[2]) + 1]


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return str(value[0]) if isinstance(value, list) else str(value).replace(".", ",")


def test_who_sent_it_back_and_why_stands_on_top(pages: Pages, chosen: Case) -> None:
    pages.world.do(chosen, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"latrine": "none"})
    pages.world.do(chosen, Action.RETURN_WORKSHEET, "sekretariat", {"note": "Hb belum diperiksa"})
    text = words(pages.as_("bidan.arjasa").get(address(chosen)).text)
    assert "Sekretariat (Endah Wulansari) meminta data dilengkapi" in text and "Hb belum diperiksa" in text and "dikembalikan" in text


def test_the_secretariat_reads_it_and_may_send_it_back(pages: Pages, chosen: Case) -> None:
    pages.world.do(chosen, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"latrine": "none", "household_size": 5})
    secretary = pages.as_("sekretariat")
    shown = secretary.get(address(chosen))
    assert "Kembalikan kertas kerja" in words(shown.text) and "5 orang" in words(shown.text)
    assert f"/kasus/{chosen.number}/tindakan/return-worksheet" in shown.text and "lembar-kerja/simpan" not in shown.text
    refused = secretary.post(saving(chosen), data={"csrf": token(shown.text), "bagian": "family", "form_id": "x", **FAMILY})
    assert refused.status_code == 409 and draft(pages, chosen) == {}


def token(page: str) -> str:
    return page.partition('name="csrf" content="')[2].partition('"')[0]


def test_two_devices_are_shown_side_by_side_and_each_difference_is_chosen(pages: Pages, chosen: Case) -> None:
    phone, tablet = pages.as_("bidan.arjasa"), pages.as_("bidan.arjasa")
    on_phone = form_of(phone.get(address(chosen, "family")).text)
    on_tablet = form_of(tablet.get(address(chosen, "family")).text)
    tablet.post(saving(chosen), data={**on_tablet, **FAMILY})
    typing = phone.post(saving(chosen), data={**on_phone, **FAMILY, "water": "inadequate"}, headers={"HX-Request": "true"})
    assert "disimpan dari perangkat lain" in words(typing.text)
    met = phone.post(saving(chosen), data={**on_phone, **FAMILY, "water": "inadequate", "household_size": "6"})
    assert met.status_code == 409 and draft(pages, chosen)["water"] == "adequate", "nothing is merged unseen"
    text = words(met.text)
    assert "Dua versi" in text and "6 orang" in text and "5 orang" in text and "Tidak layak" in text
    fields = form_of(met.text)
    done = phone.post(saving(chosen), data={**fields, "pilih.water": "left", "pilih.household_size": "right", "lanjut": "kirim"})
    assert done.status_code == 303
    assert (draft(pages, chosen)["water"], draft(pages, chosen)["household_size"]) == ("inadequate", "5")


def test_a_choice_made_on_an_old_comparison_is_asked_again(pages: Pages, chosen: Case) -> None:
    phone, tablet = pages.as_("bidan.arjasa"), pages.as_("bidan.arjasa")
    on_phone = form_of(phone.get(address(chosen, "family")).text)
    on_tablet = form_of(tablet.get(address(chosen, "family")).text)
    tablet.post(saving(chosen), data={**on_tablet, **FAMILY})
    met = phone.post(saving(chosen), data={**on_phone, **FAMILY, "household_size": "6"})
    tablet.post(saving(chosen), data={**on_tablet, **FAMILY, "household_size": "8"})
    again = phone.post(saving(chosen), data={**form_of(met.text), "pilih.household_size": "left"})
    assert again.status_code == 409 and "8 orang" in words(again.text) and draft(pages, chosen)["household_size"] == "8"


def test_a_worksheet_that_somebody_else_sent_meanwhile_stands_beside_mine(pages: Pages, chosen: Case) -> None:
    midwife = pages.as_("bidan.arjasa")
    send(midwife, address(chosen, "family"), {**FAMILY, "household_size": "6"}, at=saving(chosen))
    fields = form_of(midwife.get(address(chosen, "kirim")).text)
    pages.world.do(chosen, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"household_size": 4, "water": "adequate"})
    pages.world.session.commit()
    met = midwife.post(address(chosen), data=fields)
    assert met.status_code == 409 and stored(pages, chosen)["household_size"] == 4
    text = words(met.text)
    assert "Dua versi kertas kerja" in text and "6 orang" in text and "4 orang" in text
    chosen_now = {name: ["right" if name == "pilih.household_size" else "left"] for name in names_to_choose(met.text)}
    sent = midwife.post(address(chosen), data={**form_of(met.text), **chosen_now})
    assert sent.status_code == 303
    assert stored(pages, chosen)["household_size"] == 4 and stored(pages, chosen)["jkn"] == "pbi"


def names_to_choose(page: str) -> set[str]:
    return {part.partition('"')[0] for part in page.split('name="')[1:] if part.startswith("pilih.")}


@pytest.mark.parametrize("username", ["dr.anak", "perkim", "pimpinan", "ketua", "bidan.silo"])
def test_it_is_nobody_elses(pages: Pages, chosen: Case, username: str) -> None:
    client = pages.as_(username)
    there, nowhere = client.get(address(chosen)), client.get("/kasus/AKS-9/lembar-kerja")
    assert there.status_code == nowhere.status_code == 404 and there.text == nowhere.text


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"bagian": "tidak-ada"}, 404),
        ({"bagian": ""}, 404),
        ({"form_id": ""}, 409),
        ({"form_id": "x" * 40}, 409),
        ({"pemilik": "9999"}, 412),
        ({"revision": "abc"}, 303),
        ({"seen_version": "-1"}, 303),
        ({"father_work": "x" * 4001}, 422),
        ({"jkn": "semua"}, 422),
        ({"income_rp": "banyak"}, 422),
        ({"assistance": ["pkh", "emas"]}, 422),
    ],
)
def test_bad_input_is_answered_and_no_move_is_made(pages: Pages, chosen: Case, changed: dict[str, Any], status: int) -> None:
    midwife = pages.as_("bidan.arjasa")
    fields = form_of(midwife.get(address(chosen, "family")).text)
    before = pages.now(chosen).version
    assert midwife.post(saving(chosen), data={**fields, **FAMILY, **changed}).status_code == status
    assert pages.now(chosen).version == before and stored(pages, chosen) == {}


def test_nothing_typed_cannot_be_sent(pages: Pages, chosen: Case) -> None:
    refused = send(pages.as_("bidan.arjasa"), address(chosen, "kirim"), {}, at=address(chosen))
    assert refused.status_code == 409 and "Tidak ada isian yang dikirim" in words(refused.text)


def test_after_the_packet_is_frozen_it_is_only_read(pages: Pages) -> None:
    case = pages.world.case_at(Status.READY)
    midwife = pages.as_("bidan.arjasa")
    shown = midwife.get(address(case))
    assert "lembar-kerja/simpan" not in shown.text and "Paket siap" in words(shown.text)
