"""The page a code leads to: what it tells, what it never tells, and what guards it."""

from __future__ import annotations

import logging
import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import event

from audit.lifecycle.vocabulary import Status
from audit.reports.public_facts import verified
from audit.web.app import Allowance
from audit.web.guarding import HEADERS
from tests.web.conftest import Pages, TestClient

NUMBER = "LD-3509-2026-2-P.1"
UNKNOWN = "7G3K-9QXT-0A2M-WZ4C"


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_document_is_told_with_its_number_date_edition_and_hash(pages: Pages) -> None:
    row = pages.add(number=NUMBER)
    shown = pages.visitor().get(f"/v/{row.code}")
    text = words(shown.text)
    assert shown.status_code == 200
    for part in ("Tercatat dan berlaku", "Laporan diseminasi", NUMBER, "6 Juli 2026", "Publik", "Sekretariat TP3S Kabupaten Jember"):
        assert part in text, part
    assert row.record_sha256 in text.replace(" ", "") and row.code in text and "Semester 2 Tahun 2026" in text


@pytest.mark.parametrize("write", [str.lower, lambda c: c.replace("-", ""), lambda c: c.replace("0", "o").replace("1", "l")])
def test_a_code_is_taken_as_people_type_it(pages: Pages, write: Any) -> None:
    row = pages.add(number=NUMBER)
    visitor = pages.visitor()
    assert NUMBER in visitor.get(f"/v/{write(row.code)}").text
    sent_on = visitor.get("/v", params={"kode": f" {write(row.code)} "})
    assert (sent_on.status_code, sent_on.headers["location"]) == (303, f"/v/{row.code}")


def test_an_older_revision_says_so_and_the_newest_does_not(pages: Pages) -> None:
    old = pages.add(number=NUMBER)
    new = pages.add(number="LD-3509-2026-2-P.2", revision=2)
    pages.add("rtl", "terbatas", "puskesmas", number="RTL-3509-2026-2-PUSKESMAS.3", revision=3)
    other = pages.add("rtl", "terbatas", "dinkes", number="RTL-3509-2026-2-DINKES.1")
    visitor = pages.visitor()
    assert "Tercatat dan berlaku" in words(visitor.get(f"/v/{other.code}").text), "the newer one is of another agency"
    assert "sudah digantikan oleh revisi 2" in words(visitor.get(f"/v/{old.code}").text)
    assert "Tercatat dan berlaku" in words(visitor.get(f"/v/{new.code}").text)


def test_a_second_draft_of_one_revision_replaces_the_first(pages: Pages) -> None:
    first = pages.add("paket", "terbatas", "AKS-3509-2026-2-001", number="PK-AKS-3509-2026-2-001.1")
    pages.world.session.flush()
    second = pages.add("paket", "terbatas", "AKS-3509-2026-2-001", number="PK-AKS-3509-2026-2-001.1 ")
    visitor = pages.visitor()
    assert "sudah digantikan oleh terbitan yang lebih baru" in words(visitor.get(f"/v/{first.code}").text)
    assert "Tercatat dan berlaku" in words(visitor.get(f"/v/{second.code}").text)


def test_a_document_on_a_case_tells_neither_its_number_nor_its_subject(pages: Pages) -> None:
    case = pages.world.case_at(Status.SELECTED)
    row = pages.add("paket", "terbatas", case.number, number=f"PK-{case.number}.1")
    text = words(pages.visitor().get(f"/v/{row.code}").text)
    assert "Paket kasus" in text and "tidak ditampilkan (dokumen terbatas)" in text and "Terbatas" in text
    assert case.number not in text and "-001" not in text and row.record_sha256 in text.replace(" ", "")


def test_a_document_that_this_version_does_not_know_tells_least(pages: Pages) -> None:
    row = pages.add("surat-lama", "terbatas", "AKS-3509-2026-2-001", number="SL-AKS-3509-2026-2-001.1")
    text = words(pages.visitor().get(f"/v/{row.code}").text)
    assert "AKS-3509" not in text and "surat-lama" not in text and "Tercatat" in text


def test_a_restricted_sheet_that_names_no_case_shows_its_number(pages: Pages) -> None:
    row = pages.add("rtl", "terbatas", "puskesmas", number="RTL-3509-2026-2-PUSKESMAS.1")
    assert "RTL-3509-2026-2-PUSKESMAS.1" in pages.visitor().get(f"/v/{row.code}").text


def test_signatures_name_the_office_and_never_the_person(pages: Pages) -> None:
    row = pages.add(number=NUMBER)
    assert "Belum ada yang tercatat" in pages.visitor().get(f"/v/{row.code}").text
    pages.sign(row, "ketua", "Bambang Setyadi")
    pages.sign(row, "pakar-dr.anak", "dr. Sasmita Adi, Sp.A")
    text = words(pages.visitor().get(f"/v/{row.code}").text)
    assert "Ketua, 6 Juli 2026" in text and "Pakar, 6 Juli 2026" in text
    for hidden in ("Bambang", "Sasmita", "dr.anak"):
        assert hidden not in text


def test_whatever_is_no_code_of_ours_gets_one_and_the_same_answer(pages: Pages) -> None:
    pages.add(number=NUMBER)
    visitor = pages.visitor()
    answers = {visitor.get(f"/v/{code}").text for code in (UNKNOWN, "x", "%00", "a" * 500, "..%2f..", "<script>", "' or 1=1")}
    assert len(answers) == 1 and "Kode ini tidak dikenali" in answers.pop()
    assert visitor.get(f"/v/{UNKNOWN}").status_code == visitor.get("/v/x").status_code == 404


def test_known_and_unknown_codes_take_the_same_way_through_the_database(pages: Pages) -> None:
    row = pages.add(number=NUMBER)
    pages.sign(row, "ketua", "Bambang Setyadi")
    visitor = pages.visitor()
    seen: list[str] = []
    event.listen(pages.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    counts = []
    for code in (row.code, UNKNOWN, "bukan kode"):
        seen.clear()
        visitor.get(f"/v/{code}")
        counts.append([each for each in seen if each.lstrip().upper().startswith("SELECT")])
    assert len(counts[0]) == 1 and counts[0] == counts[1] == counts[2]


def test_the_form_asks_again_when_a_code_cannot_be_one(pages: Pages) -> None:
    visitor = pages.visitor()
    asked = visitor.get("/v")
    assert asked.status_code == 200 and "aria-invalid" not in asked.text
    again = visitor.get("/v", params={"kode": '"><script>alert(1)</script>'})
    assert again.status_code == 422 and "Kode belum benar" in again.text and "<script" not in again.text
    assert visitor.get("/").headers["location"] == "/masuk"


@pytest.mark.parametrize("address", ["/v", f"/v/{UNKNOWN}", "/tidak-ada", "/static/tidak-ada.css", "/v/a/b"])
def test_every_answer_keeps_to_itself(pages: Pages, address: str) -> None:
    answer = pages.visitor().get(address)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["Cache-Control"] == "no-store" and "unsafe" not in answer.headers["Content-Security-Policy"]
    for inline in ("<script", "<style", " style=", " onclick="):
        assert inline not in answer.text


def test_what_a_page_needs_is_there_under_a_name_that_changes_with_it(pages: Pages) -> None:
    visitor = pages.visitor()
    page = visitor.get("/v").text
    addresses = re.findall(r'"(/static/[^"]+)"', page)
    addresses = [each.partition("#")[0] for each in addresses]
    assert {".css", ".svg"} <= {each[each.rindex(".") :] for each in addresses}
    assert all(re.search(r"\.[0-9a-f]{12}\.(css|svg|woff2)$", each) for each in addresses)
    for each in addresses:
        found = visitor.get(each)
        assert (
            found.status_code == 200
            and "immutable" in found.headers["Cache-Control"]
            and found.headers["X-Content-Type-Options"] == "nosniff"
        )
    assert "http" not in re.sub(r'xmlns="[^"]+"', "", page), "nothing comes from elsewhere"


def test_only_looking_is_possible(pages: Pages) -> None:
    visitor = pages.visitor()
    assert visitor.head(f"/v/{pages.add(number=NUMBER).code}").status_code == 200
    for refused in (visitor.post("/v"), visitor.put(f"/v/{UNKNOWN}"), visitor.delete(f"/v/{UNKNOWN}")):
        assert refused.status_code == 405 and "tidak dapat dilayani" in refused.text


def test_who_asks_too_often_waits_and_others_do_not(pages: Pages) -> None:
    visitor = pages.visitor(allowance=Allowance(requests=3, seconds=60))
    other = TestClient(visitor.app, client=("203.0.113.9", 1), follow_redirects=False)
    assert [visitor.get(f"/v/{UNKNOWN}").status_code for _ in range(4)] == [404, 404, 404, 429]
    refused = visitor.get("/v")
    assert refused.headers["Retry-After"] == "60" and "Terlalu banyak permintaan" in refused.text
    assert other.get("/v").status_code == 200
    assert visitor.get(re.findall(r'"(/static/[^"]+)"', refused.text)[0]).status_code == 200, "the page that says so has its style"
    pages.wait(20)
    assert [visitor.get("/v").status_code for _ in range(2)] == [200, 429]


def test_the_addresses_of_one_household_count_as_one(pages: Pages) -> None:
    app = pages.visitor(allowance=Allowance(requests=1, seconds=60)).app
    asked = [TestClient(app, client=(host, 1)).get("/v").status_code for host in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")]
    assert asked == [200, 429, 200]


def test_no_code_is_logged(pages: Pages, caplog: pytest.LogCaptureFixture) -> None:
    row = pages.add(number=NUMBER)
    with caplog.at_level(logging.DEBUG, logger="audit"):
        pages.visitor().get(f"/v/{row.code}")
        pages.visitor().get(f"/v/{UNKNOWN}")
    assert not [each for each in caplog.records if each.name.startswith("audit")]


def test_what_breaks_is_a_page_with_an_id_and_tells_nothing(pages: Pages, caplog: pytest.LogCaptureFixture) -> None:
    pages.engine.dispose()
    with pages.engine.begin() as connection:
        connection.exec_driver_sql("alter table document_signature rename to lain")
    with caplog.at_level(logging.ERROR, logger="audit.web"):
        broken = pages.visitor().get(f"/v/{UNKNOWN}")
    assert broken.status_code == 500 and "Layanan sedang terganggu" in broken.text and "document" not in broken.text
    for name, value in HEADERS.items():
        assert broken.headers[name] == value
    (logged,) = [each for each in caplog.records if each.name.startswith("audit")]
    assert str(logged.__dict__["fault_id"]) in broken.text and UNKNOWN not in logged.getMessage()


def test_nothing_is_told_of_an_empty_office(pages: Pages) -> None:
    with pages.installation.reading() as session:
        assert verified(session, UNKNOWN) is None and verified(session, "") is None
