"""Telaah: the packet and the expert's own opinion; drafts, phrases, the next case; nothing of what the others did."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from audit.casework.form_drafts import draft_for
from audit.casework.phrases import phrases_of
from audit.lifecycle.tables import Case, CaseEvent
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.steps.intake.tables import Measurement
from audit.steps.packet.queries import packet_snapshot
from audit.steps.review.forms import OPINION as OPINION_FORM
from audit.steps.review.tables import Opinion
from audit.store.canonical import canonical_json
from tests.counting import statements
from tests.factory import OPINION, World, worksheet_answers
from tests.web.conftest import Pages, form_of, send, words

ANSWERS = {
    "summary": "Asupan protein kurang",
    "direct_causes": ["intake_protein", "worms"],
    "indirect_causes": ["sanitation"],
    "main_cause": "intake_protein",
    "avoidability": "possible",
    "specific": "PMT lokal 90 hari",
}


def under_review(pages: Pages, group: Group = Group.BALITA, *, more: list[str] | None = None, **about: str) -> Case:
    """A case under review whose packet is really in the file store."""
    world = pages.world
    case = world.open(group, **about)
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(group))
    freeze(pages, case)
    for expert in [*(("dr.anak", "gizi") if group.is_child else ("dr.obgyn", "gizi")), *(more or [])]:
        world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": expert})
    world.do(case, Action.OPEN_REVIEW, "sistem")
    world.session.commit()
    return case


def freeze(pages: Pages, case: Case) -> None:
    world: World = pages.world
    snapshot = packet_snapshot(world.session, case.id, on=world.on)
    kept = pages.installation.files.put(canonical_json(snapshot))
    world.do(case, Action.FREEZE_PACKET, "sistem", {"snapshot_sha256": kept, "pdf_sha256": "b" * 64})


def address_of(case: Case) -> str:
    return f"/kasus/{case.number}/telaah"


def opinions(pages: Pages, case: Case) -> list[Opinion]:
    with pages.installation.reading() as session:
        return list(session.scalars(select(Opinion).where(Opinion.case_id == case.id)))


def events_of(pages: Pages, case: Case) -> int:
    with pages.installation.reading() as session:
        return session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.case_id == case.id)) or 0


@pytest.mark.parametrize("group", [Group.BALITA, Group.BUMIL])
def test_the_packet_is_beside_the_opinion_and_tells_nobody_who_it_is(pages: Pages, group: Group) -> None:
    case = under_review(pages, group)
    shown = pages.as_("gizi").get(address_of(case))
    text = words(shown.text)
    assert shown.status_code == 200 and "<svg" in shown.text and "Paket putaran 1, dibekukan 6 Juli 2026" in text
    assert "TB/U −3,31 (sangat pendek)" in text and "Ahli gizi (bagian Anda)" in text
    assert text.index("Ahli gizi (bagian Anda)") < text.index("Keluarga dan lingkungan")
    for secret in ("Bunga Anggraini", "3509225708249001", "35092*********01", "17 Agustus 2024", "3 Februari 1996", "2024-08-17"):
        assert secret not in shown.text
    assert "•••••" in text and "Buka identitas" in text


def test_who_opened_the_identity_reads_it_in_the_packet(pages: Pages) -> None:
    case = under_review(pages)
    expert = pages.as_("gizi")
    send(expert, f"/kasus/{case.number}/tindakan/open-identity", {"reason": "contact"})
    text = words(expert.get(address_of(case)).text)
    assert "Bunga Anggraini" in text and "35092*********01" in text and "3509225708249001" not in text


def test_the_packet_is_the_frozen_one_and_not_what_was_learned_later(pages: Pages) -> None:
    case = under_review(pages)
    expert = pages.as_("gizi")
    before = expert.get(address_of(case)).text
    with pages.installation.sessions.begin() as session:
        row = session.scalar(select(Measurement).where(Measurement.subject_id == case.subject_id))
        assert row is not None
        row.weight_kg = 19.9
    assert "19,9" not in words(expert.get(address_of(case)).text) and "8,1" in words(before)


def test_every_question_of_the_opinion_is_on_the_page_once(pages: Pages) -> None:
    case = under_review(pages)
    page = pages.as_("gizi").get(address_of(case)).text
    for f in OPINION_FORM.fields:
        assert page.count(f'id="f-{f.name}"') == 1, f.name


def test_an_opinion_is_sent_once_sealed_and_the_next_case_opens(pages: Pages) -> None:
    first, second = under_review(pages), under_review(pages, name="Citra Lestari")
    expert = pages.as_("gizi")
    fields = form_of(expert.get(address_of(first)).text) | {k: [v] if isinstance(v, str) else v for k, v in ANSWERS.items()}
    done = expert.post(address_of(first), data={**fields, "berikutnya": "ya"})
    assert (done.status_code, done.headers["location"]) == (303, address_of(second))
    again = expert.post(address_of(first), data={**fields, "berikutnya": "ya"})
    assert again.status_code == 303 and len(opinions(pages, first)) == 1
    kept = opinions(pages, first)[0].content
    assert kept["direct_causes"] == ["intake_protein", "worms"] and kept["avoidability"] == "possible"
    shown = expert.get(address_of(first)).text
    assert (
        "sudah masuk dan tersegel" in words(shown)
        and "Asupan protein hewani kurang; Kecacingan" in words(shown)
        and "<textarea" not in shown
    )
    last = expert.post(address_of(second), data={**form_of(expert.get(address_of(second)).text), **ANSWERS, "berikutnya": "ya"})
    assert last.headers["location"] == "/telaah"
    assert "Tidak ada lagi kasus yang menunggu telaah Anda" in words(expert.get("/telaah").text)


def test_nothing_on_the_pages_of_an_expert_changes_when_another_one_answers(pages: Pages) -> None:
    case = under_review(pages)
    expert, told = pages.as_("gizi"), []
    for answers in (False, True):
        if answers:
            pages.world.do(case, Action.SUBMIT_OPINION, "dr.anak", {**OPINION, "summary": "Rahasia panel"})
            pages.world.session.commit()
        found = [expert.get(address).text for address in (address_of(case), "/telaah")]
        hidden = {k: v for k, v in form_of(found[0]).items() if k not in ("csrf", "form_id")}
        told.append((hidden, [words(page) for page in found]))
    assert told[0] == told[1]


def test_a_draft_is_kept_as_typed_and_only_for_who_typed_it(pages: Pages) -> None:
    case = under_review(pages)
    expert = pages.as_("gizi")
    typed = {"summary": "Berat tidak naik <b>", "direct_causes": ["worms"], "icd10": "x" * 70}
    before = events_of(pages, case)
    kept = send(expert, address_of(case), {**typed, "simpan": "ya"})
    assert kept.status_code == 303 and events_of(pages, case) == before and not opinions(pages, case)
    shown = expert.get(address_of(case))
    assert form_of(shown.text)["summary"] == ["Berat tidak naik <b>"] and form_of(shown.text)["direct_causes"] == ["worms"]
    assert "x" * 70 in shown.text and "Tersimpan pukul 09.00" in words(shown.text)
    assert "draf tersimpan" in words(expert.get("/telaah").text)
    assert "Berat tidak naik" not in pages.as_("dr.anak").get(address_of(case)).text


def test_a_save_while_typing_says_when_and_from_which_draft_to_go_on(pages: Pages) -> None:
    case = under_review(pages)
    expert, address = pages.as_("gizi"), address_of(case)
    fields, other = form_of(expert.get(address).text), form_of(expert.get(address).text)
    first = expert.post(f"{address}/simpan", data={**fields, "summary": "Satu"})
    assert "Tersimpan pukul 09.00" in first.text and 'value="1"' in first.text and "hx-swap-oob" in first.text
    older = expert.post(f"{address}/simpan", data={**other, "summary": "Dua"})
    assert older.status_code == 200 and "Belum tersimpan" in older.text
    with pages.installation.reading() as session:
        draft = draft_for(session, case.id, Action.SUBMIT_OPINION, pages.world.people["gizi"])
        assert draft is not None and draft.content["summary"] == "Satu"


def test_a_page_that_did_not_hear_of_its_own_save_is_not_in_its_own_way(pages: Pages) -> None:
    case = under_review(pages)
    expert, address = pages.as_("gizi"), address_of(case)
    fields = form_of(expert.get(address).text)
    for summary in ("Satu", "Satu dua"):
        assert "Tersimpan pukul 09.00" in expert.post(f"{address}/simpan", data={**fields, "summary": summary}).text
    assert expert.post(address, data={**fields, **ANSWERS, "summary": "Satu dua tiga", "kirim": "ya"}).status_code == 303
    assert len(opinions(pages, case)) == 1


@pytest.mark.parametrize("button", ["simpan", "kirim"])
def test_two_devices_are_shown_side_by_side_and_nothing_is_merged_unseen(pages: Pages, button: str) -> None:
    case = under_review(pages)
    expert, address = pages.as_("gizi"), address_of(case)
    tablet = form_of(expert.get(address).text)
    phone = form_of(expert.get(address).text)
    expert.post(address, data={**tablet, **ANSWERS, "summary": "Dari tablet", "sensitive": "Jamban", "simpan": "ya"})
    conflict = expert.post(address, data={**phone, **ANSWERS, "summary": "Dari telepon", button: "ya"})
    assert conflict.status_code == 409 and not opinions(pages, case)
    text = words(conflict.text)
    assert "Dari tablet" in text and "Dari telepon" in text and "Asupan protein hewani kurang; Kecacingan" in text
    choice = form_of(conflict.text) | {"pilih.summary": ["left"], "pilih.sensitive": ["right"], "gabung": ["ya"]}
    assert expert.post(address, data=choice).status_code == 303
    kept = form_of(expert.get(address).text)
    assert kept["summary"] == ["Dari telepon"] and kept["sensitive"] == ["Jamban"] and kept["direct_causes"] == ["intake_protein", "worms"]


def test_a_phrase_is_saved_inserted_and_forgotten(pages: Pages) -> None:
    case = under_review(pages)
    expert, address = pages.as_("gizi"), address_of(case)
    saved = send(expert, address, {"specific": "PMT lokal 90 hari", "summary": "Belum selesai", "ungkapan": "specific"})
    assert saved.status_code == 200 and "disimpan sebagai ungkapan" in words(saved.text)
    assert form_of(saved.text)["summary"] == ["Belum selesai"], "what was typed stays"
    with pages.installation.reading() as session:
        (phrase,) = phrases_of(session, pages.world.people["gizi"])
    used = send(expert, address, {"specific": "Konseling", "pakai": str(phrase.id)})
    assert form_of(used.text)["specific"] == ["Konseling\r\nPMT lokal 90 hari"] or form_of(used.text)["specific"] == [
        "Konseling\nPMT lokal 90 hari"
    ]
    other = pages.as_("dr.anak")
    assert "PMT lokal" not in other.get("/telaah/ungkapan").text
    stolen = other.post("/telaah/ungkapan", data={"csrf": form_of(other.get(address).text)["csrf"], "ungkapan": str(phrase.id)})
    assert stolen.status_code == 409 and "tidak ada atau bukan milik Anda" in words(stolen.text)
    assert send(other, address, {"specific": "A", "pakai": str(phrase.id)}).status_code == 409
    assert send(expert, "/telaah/ungkapan", {}).status_code == 303
    assert "Belum ada ungkapan" in words(expert.get("/telaah/ungkapan").text)


BAD = [
    ("empty", {}, "Ringkasan masalah: wajib diisi."),
    ("too long", {**ANSWERS, "summary": "x" * 2001}, "2001 huruf; paling banyak 2000"),
    ("no cause", {**ANSWERS, "direct_causes": []}, "Penyebab langsung: wajib diisi."),
    ("not a cause", {**ANSWERS, "direct_causes": ["bad_luck"]}, "Penyebab langsung: “bad_luck”"),
    ("main cause not ticked", {**ANSWERS, "main_cause": "smoke"}, "harus salah satu dari penyebab"),
    ("no such grade", {**ANSWERS, "avoidability": "7"}, "Keterhindaran: “7”"),
]


@pytest.mark.parametrize(("answers", "sentence"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_cannot_be_used_comes_back_beside_its_question(pages: Pages, answers: dict[str, str], sentence: str) -> None:
    case = under_review(pages)
    shown = send(pages.as_("gizi"), address_of(case), answers)
    assert shown.status_code == 422 and sentence in words(shown.text) and not opinions(pages, case)
    assert json.dumps(form_of(shown.text).get("specific")) == json.dumps([answers.get("specific", "")])


def test_after_the_review_was_closed_the_opinion_is_refused_and_kept_on_the_page(pages: Pages) -> None:
    case = under_review(pages, more=["gizi2"])
    expert, address = pages.as_("gizi2"), address_of(case)
    fields = form_of(expert.get(address).text)
    for username in ("dr.anak", "gizi"):
        pages.world.do(case, Action.SUBMIT_OPINION, username, OPINION)
    pages.world.do(case, Action.CLOSE_REVIEW, "sistem")
    pages.world.session.commit()
    before = events_of(pages, case)
    late = expert.post(address, data={**fields, **ANSWERS})
    assert late.status_code == 409 and "Asupan protein kurang" in late.text and "sudah berubah sejak Anda membukanya" in words(late.text)
    assert events_of(pages, case) == before


@pytest.mark.parametrize("username", ["dr.anak2", "sekretariat", "bidan.arjasa", "ketua", "perkim"])
def test_to_who_does_not_sit_on_it_there_is_no_review(pages: Pages, username: str) -> None:
    case = under_review(pages)
    there, nowhere = (pages.as_(username).get(address) for address in (address_of(case), "/kasus/AKS-3509-2026-2-999/telaah"))
    assert there.status_code == nowhere.status_code == 404 and there.text == nowhere.text


def test_who_stepped_back_finds_neither_the_case_nor_its_draft(pages: Pages) -> None:
    case = under_review(pages, more=["gizi2"])
    expert = pages.as_("gizi2")
    assert send(expert, f"/kasus/{case.number}/tindakan/recuse", {"reason": "Kerabat"}).status_code == 303
    expert.get("/")  # where it is said, once, that they stepped back
    assert expert.get(address_of(case)).status_code == 404 and case.number not in expert.get("/telaah").text


@pytest.mark.parametrize("status", [Status.READY, Status.SELECTED])
def test_a_case_that_is_not_under_review_says_what_it_waits_for(pages: Pages, status: Status) -> None:
    case = under_review(pages)
    if status is Status.SELECTED:
        pages.world.do(case, Action.ASK_FOR_DATA, "dr.anak", {"note": "Lengkapi riwayat imunisasi"})
        expected = "sedang dilengkapi di lapangan"
    else:
        case = pages.world.open(name="Dewi Murni")
        pages.world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", worksheet_answers(Group.BALITA))
        freeze(pages, case)
        pages.world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "gizi"})
        expected = "belum dibuka"
    shown = pages.as_("gizi").get(address_of(case)).text
    assert expected in words(shown) and "<textarea" not in shown
    assert ("Lengkapi riwayat imunisasi" in words(shown)) is (status is Status.SELECTED)


def test_a_packet_that_cannot_be_read_is_said_and_keeps_nobody_from_answering(pages: Pages) -> None:
    case = pages.world.case_at(Status.UNDER_REVIEW)  # its packet names a file that is not there
    shown = pages.as_("gizi").get(address_of(case))
    assert shown.status_code == 200 and "tidak dapat dibaca" in words(shown.text)
    assert send(pages.as_("gizi"), address_of(case), ANSWERS).status_code == 303 and len(opinions(pages, case)) == 1


def test_the_list_takes_as_many_statements_for_ten_cases_as_for_one(pages: Pages) -> None:
    counts, made = [], 0
    for wanted in (1, 10):
        for _ in range(wanted - made):
            under_review(pages)
        made = wanted
        expert = pages.as_("gizi")
        with statements(pages.engine) as seen:
            shown = expert.get("/telaah")
        assert shown.text.count("Perlu ditelaah") == wanted + 1
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12, counts


def test_days_left_and_late_are_counted_in_working_days(pages: Pages) -> None:
    case = under_review(pages)
    expert = pages.as_("gizi")
    assert "14 hari lagi" in words(expert.get("/telaah").text), "ten working days from Monday 6 July"
    pages.wait(16 * 86_400)
    assert "Terlambat 2 hari" in words(pages.as_("gizi").get("/telaah").text)
    assert case.number in pages.as_("gizi").get("/telaah").text
