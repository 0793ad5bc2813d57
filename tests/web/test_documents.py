"""Dokumen: who finds which document, the identity that is opened first, the file handed out; having them made; forms that came back."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import func, select

from audit.casework.errands import ErrandKind, finish, take_next
from audit.casework.tables import Errand
from audit.lifecycle.tables import Case, Document
from audit.lifecycle.vocabulary import Action, Status
from audit.steps.review.tables import Opinion, OpinionDraft
from tests.counting import selects, statements
from tests.reports.opinion_form.forms import CLICKED, TYPED, altered, field, published_form, reviewed_case
from tests.reports.opinion_form.typing_in import typed
from tests.web.conftest import Pages, form_of, send, words

NOWHERE = "/dokumen/999999"


def document(
    pages: Pages, name: str, subject: str = "", *, edition: str = "terbatas", number: str, content: bytes = b"%PDF-1.7 isi"
) -> int:
    """A document whose file is there; its id."""
    row = pages.add(name, edition, subject, number=number)
    row.file_sha256 = pages.installation.files.put(content)
    pages.world.session.commit()
    return row.id


def opened(pages: Pages, case: Case, username: str) -> None:
    pages.world.at = pages.at
    pages.world.do(case, Action.OPEN_IDENTITY, username, {"reason": "contact"})
    pages.world.session.commit()


READERS = [
    # document, subject, who finds it, who does not
    ("diseminasi", "", ["sekretariat", "ketua", "pimpinan"], ["dr.anak", "perkim", "bidan.arjasa"]),
    ("notulen", "", ["sekretariat", "ketua", "dr.anak"], ["perkim", "bidan.arjasa"]),
    ("rtl", "perkim", ["sekretariat", "pimpinan", "perkim"], ["puskesmas", "dr.anak", "bidan.arjasa"]),
    ("rtl-kecamatan", "35.09.22", ["sekretariat", "bidan.arjasa"], ["bidan.silo", "perkim", "dr.anak"]),
    ("kesenjangan", "Puskesmas Arjasa", ["sekretariat", "bidan.arjasa"], ["bidan.silo", "perkim"]),
    ("rapor", "2026-3:opd:perkim", ["sekretariat", "ketua", "perkim"], ["puskesmas", "dr.anak", "bidan.arjasa"]),
]


@pytest.mark.parametrize(("name", "subject", "may", "may_not"), READERS)
def test_a_document_is_found_by_who_may_read_it_and_by_nobody_else(
    pages: Pages, name: str, subject: str, may: list[str], may_not: list[str]
) -> None:
    number = f"{name.upper()}-1"
    found = document(pages, name, subject, number=number)
    for username in may:
        client = pages.as_(username)
        assert number in words(client.get("/dokumen").text), username
        assert client.get(f"/dokumen/{found}").status_code == 200
        file = client.get(f"/dokumen/{found}/unduh")
        assert (file.status_code, file.content) == (200, b"%PDF-1.7 isi")
    for username in may_not:
        client = pages.as_(username)
        assert number not in client.get("/dokumen").text, username
        with statements(pages.engine) as for_nothing:
            nowhere = client.get(NOWHERE)
        for address in (f"/dokumen/{found}", f"/dokumen/{found}/unduh"):
            with statements(pages.engine) as sent:
                answer = client.get(address)
            assert (answer.status_code, answer.text) == (404, nowhere.text), username
            assert sent == for_nothing, "how much is looked up tells that it is there"


def test_the_public_edition_is_for_everybody(pages: Pages) -> None:
    found = document(pages, "diseminasi", edition="publik", number="LD-P")
    for username in ("perkim", "dr.anak", "bidan.silo"):
        assert pages.as_(username).get(f"/dokumen/{found}/unduh").status_code == 200


def test_a_file_is_handed_out_to_be_kept_by_nobody_on_the_way(pages: Pages, caplog: pytest.LogCaptureFixture) -> None:
    found = document(pages, "rtl", "perkim", number="RTL-1")
    with caplog.at_level(logging.INFO):
        answer = pages.as_("perkim").get(f"/dokumen/{found}/unduh")
    assert answer.headers["cache-control"] == "no-store" and answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith('attachment; filename="rtl-perkim-2026-2.pdf"')
    told = [record for record in caplog.records if record.message == "restricted document handed out"]
    assert [(one.document_id, one.by_id) for one in told] == [(found, pages.world.people["perkim"].id)]  # type: ignore[attr-defined]


def test_what_says_who_a_case_is_waits_until_the_identity_is_opened_and_leads_back(pages: Pages) -> None:
    case = pages.world.case_at(Status.SELECTED)
    found = document(pages, "paket", case.number, number=f"PK-{case.number}.1")
    client = pages.as_("bidan.arjasa")
    shown = client.get(f"/dokumen/{found}")
    assert "Buka identitas dahulu" in words(shown.text) and "Unduh" not in words(shown.text)
    asked = client.get(f"/dokumen/{found}/unduh")
    assert asked.status_code == 303 and asked.headers["location"] == f"/kasus/{case.number}/tindakan/open-identity?lanjut=/dokumen/{found}"
    address = asked.headers["location"]
    done = client.post(address, data={**form_of(client.get(address).text), "reason": ["contact"]})
    assert done.headers["location"] == f"/dokumen/{found}"
    assert client.get(f"/dokumen/{found}/unduh").status_code == 200
    other = pages.as_("sekretariat").get(f"/dokumen/{found}/unduh")
    assert other.status_code == 303, "opened by one, closed for the other"
    pages.wait(8 * 24 * 3600)
    assert pages.as_("bidan.arjasa").get(f"/dokumen/{found}/unduh").status_code == 303, "it expires"


@pytest.mark.parametrize(
    "wanted", ["https://jahat.example/", "//jahat.example", "/\\jahat", "/keluar", "javascript:alert(1)", "/dokumen/../keluar"]
)
def test_an_action_leads_back_only_to_a_page_of_a_document_or_a_case(pages: Pages, wanted: str) -> None:
    case = pages.world.case_at(Status.SELECTED)
    client, address = pages.as_("sekretariat"), f"/kasus/{case.number}/tindakan/open-identity"
    shown = client.get(address, params={"lanjut": wanted})
    done = client.post(address, params={"lanjut": wanted}, data={**form_of(shown.text), "reason": ["contact"]})
    assert done.status_code == 303 and done.headers["location"] == f"/kasus/{case.number}" and "jahat" not in shown.text


@pytest.mark.parametrize("username", ["ketua", "perkim", "pimpinan", "bidan.silo", "dr.obgyn"])
def test_a_packet_is_not_there_for_who_may_not_know_the_case(pages: Pages, username: str) -> None:
    case = pages.world.case_at(Status.UNDER_REVIEW)
    found = document(pages, "paket", case.number, number="PK-1")
    client = pages.as_(username)
    assert client.get(f"/dokumen/{found}").status_code == client.get(f"/dokumen/{found}/unduh").status_code == 404
    assert "PK-1" not in client.get("/dokumen").text


def test_an_expert_finds_only_the_form_of_their_own_seat(pages: Pages) -> None:
    case = pages.world.case_at(Status.UNDER_REVIEW)
    own = document(pages, "kajian", f"{case.number}:gizi", number="KJ-GIZI")
    others = document(pages, "kajian", f"{case.number}:dr.anak", number="KJ-ANAK")
    client = pages.as_("gizi")
    assert client.get(f"/dokumen/{own}").status_code == 200 and client.get(f"/dokumen/{others}").status_code == 404
    listed = client.get("/dokumen").text
    assert "KJ-GIZI" in listed and "KJ-ANAK" not in listed


def test_an_older_revision_says_that_it_was_replaced(pages: Pages) -> None:
    first = pages.add("ringkasan", "terbatas", number="RB-1", revision=1).id
    second = pages.add("ringkasan", "terbatas", number="RB-2", revision=2).id
    client = pages.as_("pimpinan")
    old = words(client.get(f"/dokumen/{first}").text)
    assert "sudah digantikan oleh revisi 2" in old and "Sudah digantikan" not in words(client.get(f"/dokumen/{second}").text)
    listed = client.get("/dokumen").text
    assert "RB-2" in listed and "RB-1" not in listed


def test_the_signers_are_named(pages: Pages) -> None:
    row = pages.add("ringkasan", "terbatas", number="RB-1")
    pages.sign(row, "ketua", "H. Bambang Setyadi")
    client = pages.as_("ketua")
    assert "H. Bambang Setyadi" in words(client.get("/dokumen").text)
    assert "H. Bambang Setyadi" in words(client.get(f"/dokumen/{row.id}").text)


def test_whether_a_document_still_stands_is_looked_up_when_asked(pages: Pages) -> None:
    found = document(pages, "daftar-hadir", number="DH-1")
    client = pages.as_("sekretariat")
    assert "sudah berubah" not in words(client.get(f"/dokumen/{found}").text)
    documents = count(pages, Document)
    assert "Keadaan sudah berubah" in words(client.get(f"/dokumen/{found}?periksa=1").text)
    assert count(pages, Document) == documents, "nothing is made"


def test_the_list_is_narrowed_by_kind_and_subject(pages: Pages) -> None:
    document(pages, "rtl", "perkim", number="RTL-P")
    document(pages, "rtl", "puskesmas", number="RTL-K")
    document(pages, "notulen", number="NT-1")
    client = pages.as_("sekretariat")
    only = client.get("/dokumen", params={"jenis": "rtl", "tentang": "PERUMAHAN"}).text
    assert "RTL-P" in only and "RTL-K" not in only and "NT-1" not in only
    nothing = client.get("/dokumen", params={"tentang": "<script>x</script>" * 40, "hal": "99999999"})
    assert nothing.status_code == 200 and "<script>x" not in nothing.text and "Tidak ada yang cocok" in words(nothing.text)
    assert client.get("/dokumen", params={"siklus": "2019-1"}).status_code == 404


def test_the_list_takes_as_many_statements_for_many_as_for_one(pages: Pages) -> None:
    case = pages.world.case_at(Status.UNDER_REVIEW)
    document(pages, "paket", case.number, number="PK-0")
    client = pages.as_("gizi")

    def counted() -> int:
        with selects(pages.engine) as seen:
            assert client.get("/dokumen").status_code == 200
        return len(seen)

    before = counted()
    for n in range(1, 6):
        document(pages, "paket", pages.world.case_at(Status.UNDER_REVIEW).number, number=f"PK-{n}")
    assert counted() == before


@pytest.mark.parametrize("part", ["0", "999999", "x", "-1", "9" * 30, "%00"])
def test_what_is_not_there_is_not_found(pages: Pages, part: str) -> None:
    client = pages.as_("sekretariat")
    for address in (f"/dokumen/{part}", f"/dokumen/{part}/unduh", f"/dokumen/pekerjaan/{part}"):
        assert client.get(address).status_code == 404, address


def test_documents_are_asked_for_by_the_secretariat_once_while_they_wait(pages: Pages) -> None:
    client = pages.as_("sekretariat")
    fields = form_of(client.get("/dokumen/buat").text)
    assert "names" not in fields, "nothing is ticked that nobody chose"
    fields |= {"names": ["rtl", "paket"]}
    first, second = (client.post("/dokumen/buat", data=fields) for _ in range(2))
    assert first.headers["location"] == second.headers["location"] and count(pages, Errand) == 1
    with pages.installation.sessions.begin() as session:
        errand = take_next(session, at=pages.at)
        assert errand is not None and (errand.kind, errand.parameters) == (ErrandKind.DOCUMENTS, {"names": ["paket", "rtl"]})
        errand.done, errand.total = 3, 8
    assert "3 dari 8 dokumen" in words(client.get(first.headers["location"]).text)
    with pages.installation.sessions.begin() as session:
        finish(
            session, errand.id, at=pages.at, result={"documents": 8, "new": 2, "failed": 1}, sentence="1 dari 8 dokumen tidak dapat dibuat."
        )
    over = words(client.get(first.headers["location"]).text)
    assert "2 dibuat baru, 5 sudah mutakhir, 1 gagal" in over and "tidak dapat dibuat" in over


def test_every_kind_is_made_with_one_choice(pages: Pages) -> None:
    client = pages.as_("sekretariat")
    fields = form_of(client.get("/dokumen/buat").text)
    asked = client.post("/dokumen/buat", data={**fields, "cakupan": "semua"})
    assert asked.status_code == 303 and "Semua jenis dokumen siklus ini" in words(client.get(asked.headers["location"]).text)


@pytest.mark.parametrize("names", [[], ["tidak-ada"], ["rtl", "x" * 500]])
def test_what_cannot_be_made_is_said_beside_the_field(pages: Pages, names: list[str]) -> None:
    client = pages.as_("sekretariat")
    fields = {**form_of(client.get("/dokumen/buat").text), "names": names}
    answer = client.post("/dokumen/buat", data=fields)
    assert answer.status_code == 422 and 'id="f-names-problem"' in answer.text and count(pages, Errand) == 0


@pytest.mark.parametrize("username", ["ketua", "dr.anak", "perkim", "bidan.arjasa", "pimpinan"])
def test_nobody_else_has_documents_made(pages: Pages, username: str) -> None:
    client = pages.as_(username)
    assert client.get("/dokumen/buat").status_code == 404 and "Buat dokumen" not in words(client.get("/dokumen").text)
    assert client.post("/dokumen/buat", data={"names": "rtl"}).status_code == 404 and count(pages, Errand) == 0


class Returned:
    """A case under review, and forms that its experts filled in."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.case = pages, reviewed_case(pages.world, pages.installation.files)
        pages.world.session.commit()

    def file(self, expert: str, **texts: str) -> bytes:
        empty = published_form(self.pages.installation.sessions, self.pages.installation.files, self.pages.world, self.case, expert)
        return typed(empty, {**TYPED, **texts}, CLICKED)

    def read(self, username: str, content: bytes) -> Any:
        client = self.pages.as_(username)
        fields = form_of(client.get("/dokumen/formulir").text)
        files = {"berkas": ("kembali.pdf", content)}
        return client, client.post("/dokumen/formulir", data={"csrf": fields["csrf"][0]}, files=files)


@pytest.fixture
def returned(pages: Pages) -> Returned:
    return Returned(pages)


def count(pages: Pages, table: Any) -> int:
    with pages.installation.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_expert_reads_looks_and_sends_their_own_form_once(pages: Pages, returned: Returned) -> None:
    client, answer = returned.read("dr.anak", returned.file("dr.anak"))
    address = f"/dokumen/formulir/{returned.case.number}/dr.anak"
    assert answer.headers["location"] == address
    shown = client.get(address)
    assert TYPED["summary"] in words(shown.text) and count(pages, Opinion) == 0
    fields = form_of(shown.text)
    first, second = (client.post(address, data=fields) for _ in range(2))
    assert first.headers["location"] == second.headers["location"] == f"/kasus/{returned.case.number}"
    assert (count(pages, Opinion), count(pages, OpinionDraft)) == (1, 0)
    assert client.get(address).status_code == 404, "nothing waits any more"


def test_the_secretariat_enters_a_form_without_seeing_a_word_of_it(pages: Pages, returned: Returned) -> None:
    client, answer = returned.read("sekretariat", returned.file("gizi"))
    shown = client.get(answer.headers["location"])
    assert "tersegel" in words(shown.text) and TYPED["summary"] not in shown.text and "protein" not in shown.text
    done = client.post(answer.headers["location"], data=form_of(shown.text))
    assert done.status_code == 303 and count(pages, Opinion) == 1


def test_a_form_read_again_meanwhile_is_looked_at_first(pages: Pages, returned: Returned) -> None:
    client, answer = returned.read("gizi", returned.file("gizi"))
    address = answer.headers["location"]
    old = form_of(client.get(address).text)
    pages.wait(60)
    returned.read("sekretariat", returned.file("gizi", data_gaps="Mantoux"))
    late = client.post(address, data=old)
    assert late.status_code == 409 and "dibaca lagi" in words(late.text) and "Mantoux" in late.text and count(pages, Opinion) == 0


def test_a_form_that_is_none_of_ours_is_refused_and_nothing_is_kept(pages: Pages, returned: Returned) -> None:
    def change(opened: Any) -> None:
        field(opened, "aks_expert").V = "gizi2"

    for content in (b"", b"bukan PDF", b"%PDF-1.7", altered(returned.file("gizi"), change)):
        _, answer = returned.read("sekretariat", content)
        assert answer.status_code == 422 and 'id="f-berkas-problem"' in answer.text, content[:10]
    _, others = returned.read("dr.anak", returned.file("gizi"))
    assert others.status_code == 422 and count(pages, OpinionDraft) == 0


def test_nobody_finds_the_form_of_another_expert(pages: Pages, returned: Returned) -> None:
    _, answer = returned.read("gizi", returned.file("gizi"))
    address = answer.headers["location"]
    for username in ("dr.anak", "dr.obgyn", "ketua", "bidan.arjasa", "perkim"):
        assert pages.as_(username).get(address).status_code == 404, username


def test_sending_a_page_without_a_file_says_so(pages: Pages) -> None:
    answer = send(pages.as_("dr.anak"), "/dokumen/formulir", {})
    assert answer.status_code == 422 and "Pilih satu berkas PDF" in words(answer.text)
