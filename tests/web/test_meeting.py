"""Sidang panel: what the panel said, discussed, voted on and agreed, for the panel and the secretariat once the review is closed."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from audit.lifecycle.tables import Case, CaseEvent
from audit.lifecycle.vocabulary import Action, Status
from audit.steps.recommend.queries import consensus_of, recommendations_of
from tests.counting import statements
from tests.factory import CONSENSUS, OPINION
from tests.web.conftest import Pages, form_of, send, words

DIFFERENT = {**OPINION, "summary": "Sanitasi buruk", "main_cause": "sanitation", "avoidability": "likely"}
AGREED = {
    "summary": "Panel sepakat",
    "direct_causes": ["intake_protein"],
    "indirect_causes": ["sanitation"],
    "main_cause": "intake_protein",
    "recommendations.1.class": "spesifik",
    "recommendations.1.cause": "intake_protein",
    "recommendations.1.text": "PMT lokal 90 hari",
}


def reviewed(pages: Pages, **gizi: object) -> Case:
    """A closed review in which the two experts differ on the main cause."""
    world = pages.world
    case = world.case_at(Status.UNDER_REVIEW)
    world.do(case, Action.SUBMIT_OPINION, "dr.anak", {**OPINION, "avoidability": "possible"})
    world.do(case, Action.SUBMIT_OPINION, "gizi", gizi or DIFFERENT)
    world.do(case, Action.CLOSE_REVIEW, "sistem")
    world.session.commit()
    return case


def address_of(case: Case, *below: str) -> str:
    return "/".join((f"/kasus/{case.number}/sidang", *below))


def events_of(pages: Pages, case: Case) -> int:
    with pages.installation.reading() as session:
        return session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.case_id == case.id)) or 0


@pytest.mark.parametrize("username", ["dr.anak", "gizi", "sekretariat"])
def test_the_map_shows_where_the_panel_differs(pages: Pages, username: str) -> None:
    text = words(pages.as_(username).get(address_of(reviewed(pages))).text)
    assert "Panel terbelah" in text and "Asupan protein hewani kurang: 1 dari 2 pakar" in text
    assert (
        "Disebut semua pakar: Asupan protein hewani kurang, Infeksi berulang (diare, ISPA), dan Jamban atau sanitasi tidak layak." in text
    )
    assert "Sanitasi buruk" in text and "Ada yang dapat dicegah dan sangat mungkin mengubah hasil" in text
    assert "Ahli gizi 1 dari 1 pendapat Terpenuhi" in text


def test_before_the_review_is_closed_the_meeting_says_only_that(pages: Pages) -> None:
    case = pages.world.case_at(Status.UNDER_REVIEW)
    told = []
    for answers in (False, True):
        if answers:
            pages.world.do(case, Action.SUBMIT_OPINION, "dr.anak", {**OPINION, "summary": "Rahasia panel"})
            pages.world.session.commit()
        shown = pages.as_("gizi").get(address_of(case)).text
        assert "Sidang belum dibuka" in words(shown) and "Rahasia panel" not in shown
        told.append(words(shown))
    assert told[0] == told[1], "an expert must not learn that another one answered"
    secretary = words(pages.as_("sekretariat").get(address_of(case)).text)
    assert "Dokter spesialis anak 1 dari 1 pendapat" in secretary and "Rahasia panel" not in secretary
    assert pages.as_("gizi").get(address_of(case, "usul")).status_code == 404
    refused = pages.as_("gizi")
    token = form_of(refused.get(f"/kasus/{case.number}/telaah").text)["csrf"]
    early = refused.post(address_of(case, "tanggapan"), data={"csrf": token, "form_id": "a1", "text": "Dini"})
    assert early.status_code == 409 and "Dini" in early.text


@pytest.mark.parametrize("username", ["dr.anak2", "bidan.arjasa", "ketua", "perkim", "pimpinan"])
def test_to_who_is_not_on_the_panel_there_is_no_meeting(pages: Pages, username: str) -> None:
    case = reviewed(pages)
    client = pages.as_(username)
    for below in ((), ("usul",), ("catat",)):
        there, nowhere = client.get(address_of(case, *below)), client.get("/kasus/AKS-3509-2026-2-999/sidang")
        assert there.status_code == nowhere.status_code == 404 and there.text == nowhere.text
    assert case.number not in client.get("/sidang").text


def test_a_comment_is_written_once_and_read_by_the_panel_only(pages: Pages) -> None:
    case = reviewed(pages)
    expert, below = pages.as_("gizi"), address_of(case, "tanggapan")
    fields = {**form_of(expert.get(address_of(case)).text, address=below), "text": ["Saya usul <b>tunda</b> 🦠"]}
    done, again = expert.post(below, data=fields), expert.post(below, data=fields)
    assert (done.status_code, done.headers["location"]) == (303, f"{address_of(case)}#diskusi") and again.status_code == 303
    shown = pages.as_("sekretariat").get(address_of(case)).text
    assert shown.count("Saya usul &lt;b&gt;tunda&lt;/b&gt; 🦠") == 1


@pytest.mark.parametrize(("text", "sentence"), [("", "Tanggapan: wajib diisi."), ("x" * 2001, "2001 huruf; paling banyak 2000")])
def test_a_comment_that_cannot_be_used_comes_back(pages: Pages, text: str, sentence: str) -> None:
    case = reviewed(pages)
    before = events_of(pages, case)
    shown = send(pages.as_("gizi"), address_of(case), {"text": text}, at=address_of(case, "tanggapan"))
    assert shown.status_code == 422 and sentence in words(shown.text) and events_of(pages, case) == before
    assert text in shown.text


def test_a_proposal_is_voted_on_and_recorded_with_the_dissent_of_the_vote(pages: Pages) -> None:
    case = reviewed(pages)
    lead, other = pages.as_("dr.anak"), pages.as_("gizi")
    start = form_of(lead.get(address_of(case, "usul")).text)
    assert start["direct_causes"] == ["intake_protein", "infection_repeated"], "what more than half of the opinions name"
    assert send(lead, address_of(case, "usul"), AGREED).status_code == 303
    shown = words(other.get(address_of(case)).text)
    assert "Diusulkan dr. Sasmita Adi, Sp.A" in shown and "Belum bersuara: dr. Sasmita Adi, Sp.A, Tutik Lestari, M.Gz." in shown
    voting = address_of(case, "suara")
    silent = send(other, address_of(case), {"vote": "disagree"}, at=voting)
    assert silent.status_code == 422 and "wajib diisi bila Anda tidak setuju" in words(silent.text)
    assert send(other, address_of(case), {"vote": "disagree", "text": "Jamban lebih dahulu"}, at=voting).status_code == 303
    record = lead.get(address_of(case, "catat")).text
    assert form_of(record)["summary"] == ["Panel sepakat"] and "Jamban lebih dahulu" in words(record)
    assert send(lead, address_of(case, "catat"), {}).status_code == 303
    with pages.installation.reading() as session:
        found = consensus_of(session, case.id, 1)
        assert found is not None and found.dissent is not None and found.dissent[0]["text"] == "Jamban lebih dahulu"
        assert [r.text for r in recommendations_of(session, case.id, 1)] == ["PMT lokal 90 hari"]
    assert "Jamban lebih dahulu" in words(other.get(address_of(case)).text) and pages.now(case).status == Status.RECOMMENDED
    late = words(lead.get(address_of(case, "catat")).text)
    assert "tidak dapat dilakukan" in late and "Rekomendasi disepakati" in late


def test_a_vote_on_a_proposal_that_was_replaced_meanwhile_is_refused_and_kept(pages: Pages) -> None:
    case = reviewed(pages)
    pages.world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak", CONSENSUS)
    pages.world.session.commit()
    other, voting = pages.as_("gizi"), address_of(case, "suara")
    fields = {**form_of(other.get(address_of(case)).text, address=voting), "vote": ["disagree"], "text": ["Belum setuju"]}
    pages.world.do(case, Action.PROPOSE_CONSENSUS, "dr.anak", {**CONSENSUS, "summary": "Usul kedua"})
    pages.world.session.commit()
    before = events_of(pages, case)
    stale = other.post(voting, data=fields)
    assert stale.status_code == 409 and "sudah berubah sejak Anda membukanya" in words(stale.text)
    assert "Belum setuju" in stale.text and "Usul kedua" in words(stale.text) and events_of(pages, case) == before


def test_who_does_not_lead_reads_why_they_cannot_propose_or_record(pages: Pages) -> None:
    case = reviewed(pages)
    for below in ("usul", "catat"):
        shown = pages.as_("gizi").get(address_of(case, below))
        assert shown.status_code == 200 and "Hanya pakar utama" in words(shown.text) and "<textarea" not in shown.text
    assert "Hanya pakar utama" in words(pages.as_("gizi").get(address_of(case)).text)
    before = events_of(pages, case)
    client = pages.as_("gizi")
    token = form_of(client.get(address_of(case)).text)["csrf"]
    forced = client.post(address_of(case, "catat"), data={**AGREED, "csrf": token, "form_id": "b2"})
    assert forced.status_code == 409 and "Panel sepakat" in forced.text and events_of(pages, case) == before


def test_rows_come_and_go_without_scripts_and_nothing_typed_is_lost(pages: Pages) -> None:
    case = reviewed(pages)
    lead, address = pages.as_("dr.anak"), address_of(case, "catat")
    more = send(lead, address, {**AGREED, "tambah": "recommendations"})
    assert more.status_code == 200 and "Rekomendasi 2" in words(more.text)
    two = form_of(more.text) | {"recommendations.2.text": ["Jamban"], "tambah": ["dissent"]}
    dissent = lead.post(address, data=two)
    assert "Pendapat berbeda 1" in words(dissent.text) and form_of(dissent.text)["recommendations.2.text"] == ["Jamban"]
    fewer = lead.post(address, data=form_of(dissent.text) | {"hapus": ["recommendations.1"]})
    left = form_of(fewer.text)
    assert left["recommendations.1.text"] == ["Jamban"] and "recommendations.2.text" not in left and left["summary"] == ["Panel sepakat"]


BAD = [
    ("no summary", {**AGREED, "summary": ""}, "Kesimpulan panel: wajib diisi."),
    ("too long", {**AGREED, "summary": "x" * 3001}, "3001 huruf; paling banyak 3000"),
    ("main cause not ticked", {**AGREED, "main_cause": "smoke"}, "harus salah satu dari penyebab yang dipilih"),
    ("no recommendation", {k: v for k, v in AGREED.items() if "recommendations" not in k}, "recommendations: 0 baris"),
    ("no class", {**AGREED, "recommendations.1.class": ""}, "Jenis: wajib diisi."),
    ("text too long", {**AGREED, "recommendations.1.text": "y" * 2001}, "2001 huruf; paling banyak 2000"),
]


@pytest.mark.parametrize(("answers", "sentence"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_consensus_that_cannot_be_used_comes_back_and_nothing_is_written(pages: Pages, answers: dict[str, str], sentence: str) -> None:
    case = reviewed(pages)
    before = events_of(pages, case)
    shown = send(pages.as_("dr.anak"), address_of(case, "catat"), answers)
    assert shown.status_code == 422 and sentence in words(shown.text) and events_of(pages, case) == before
    for typed in answers.values():
        assert isinstance(typed, list) or typed in shown.text


def test_a_divided_panel_must_say_who_differs(pages: Pages) -> None:
    case = reviewed(pages)
    shown = send(pages.as_("dr.anak"), address_of(case, "catat"), AGREED)
    assert shown.status_code == 409 and "Panel terbelah" in words(shown.text) and pages.now(case).status == Status.REVIEWED


def test_the_list_tells_each_reader_their_own_and_takes_a_fixed_number_of_statements(pages: Pages) -> None:
    counts, made = [], 0
    for wanted in (1, 6):
        for _ in range(wanted - made):
            reviewed(pages)
        made = wanted
        secretary = pages.as_("sekretariat")
        with statements(pages.engine) as seen:
            shown = secretary.get("/sidang")
        assert shown.text.count("Buka sidang") == wanted
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12, counts
    running = pages.world.case_at(Status.UNDER_REVIEW)
    assert running.number in words(pages.as_("sekretariat").get("/sidang").text)
    assert running.number not in pages.as_("gizi").get("/sidang").text
    assert "Tidak ada sidang yang menunggu" in words(pages.as_("gizi2").get("/sidang").text)
