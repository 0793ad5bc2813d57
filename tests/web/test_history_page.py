"""Riwayat: who did what, for whom it may be; narrowed, by pages, as a file; and the chains checked."""

from __future__ import annotations

import pytest
from sqlalchemy import event, text

from audit.lifecycle.vocabulary import Action, Status
from tests.factory import OPINION
from tests.web.conftest import Pages, send, words

pytestmark = pytest.mark.both_databases


def test_what_happened_to_cases_accounts_and_documents_stands_in_one_list(pages: Pages) -> None:
    case = pages.world.case_at(Status.UNDER_REVIEW)
    row = pages.add(number="LD-3509-2026-2-P.1")
    pages.sign(row, "ketua", "Bambang Setyadi")
    client = pages.as_("sekretariat")
    send(client, f"/pengaturan/akun/{pages.world.people['gizi2'].id}", {"name": "Hari N., M.Gz"})
    for address in ("/riwayat", "/riwayat?hal=99"):
        page = words(client.get(address).text)
        for part in ("Data akun diubah", "menjadi “Hari N., M.Gz”", "Dokumen diterbitkan", "LD-3509-2026-2-P.1", "Dokumen ditandatangani"):
            assert part in page, part
        assert case.number in page and "Kertas kerja dikirim" in page and "Ninik Rahayu" in page


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("jenis=akun", "Data akun diubah", "Kertas kerja dikirim"),
        ("jenis=kasus", "Kertas kerja dikirim", "Data akun diubah"),
        ("oleh=bidan.arjasa", "Kertas kerja dikirim", "Data akun diubah"),
        ("tindakan=submit-worksheet", "Kertas kerja dikirim", "Kasus dibuka</"),
        ("akun=gizi2", "Data akun diubah", "Kertas kerja dikirim"),
        ("kasus=AKS-3509", "Kertas kerja dikirim", "Data akun diubah"),
        ("kasus=%25", "Tidak ada peristiwa yang cocok", "AKS-3509-2026-2-001</a>"),
        ("dari=2030-01-01", "Tidak ada peristiwa yang cocok", "Data akun diubah</span>"),
        ("sampai=2020-01-01", "Tidak ada peristiwa yang cocok", "Data akun diubah</span>"),
        ("dari=kemarin", "tidak dapat dibaca", "xyzzy"),
        ("dari=2026-08-01&sampai=2026-07-01", "lebih awal", "Data akun diubah</span>"),
        ("jenis=apa&tindakan=apa&hal=apa", "Data akun diubah", "xyzzy"),
        ("hal=-5", "Data akun diubah", "xyzzy"),
    ],
)
def test_the_list_is_narrowed_and_nonsense_is_said_or_left_out(pages: Pages, query: str, there: str, gone: str) -> None:
    pages.world.case_at(Status.READY)
    client = pages.as_("sekretariat")
    send(client, f"/pengaturan/akun/{pages.world.people['gizi2'].id}", {"name": "Hari N., M.Gz"})
    shown = client.get(f"/riwayat?{query}")
    body = shown.text.partition("<main")[2].partition('<table class="table list"')
    assert shown.status_code == 200 and there in shown.text
    assert gone not in body[2], query


def test_it_takes_the_same_number_of_statements_however_long_it_is(pages: Pages) -> None:
    client = pages.as_("sekretariat")
    seen: list[str] = []
    event.listen(pages.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))

    def statements() -> int:
        seen.clear()
        assert client.get("/riwayat").status_code == 200
        return len(seen)

    pages.world.case_at(Status.READY)
    pages.world.session.commit()
    few = statements()
    for _ in range(4):
        pages.world.case_at(Status.UNDER_REVIEW)
    pages.world.session.commit()
    assert statements() == few <= 18


def test_who_sits_on_the_panel_is_not_told_who_answered_before_the_round_is_closed(pages: Pages) -> None:
    case = pages.world.case_at(Status.UNDER_REVIEW)
    pages.world.do(case, Action.SUBMIT_OPINION, "dr.anak", OPINION)
    pages.world.session.commit()
    with pages.installation.sessions.begin() as session:
        session.execute(text("update account set roles = '[\"expert\", \"leader\"]' where username = 'gizi'"))
    reader = pages.as_("gizi")
    for address in ("/riwayat", "/riwayat.csv", "/riwayat?tindakan=submit-opinion", "/riwayat?oleh=dr.anak"):
        body = reader.get(address).text.rpartition("</form>")[2]
        assert "Pendapat dikirim" not in body, address
    assert "Pendapat dikirim" in pages.as_("pimpinan").get("/riwayat").text.rpartition("</form>")[2]


def test_the_file_is_harmless_in_a_spreadsheet_and_has_no_identity(pages: Pages) -> None:
    pages.world.case_at(Status.READY)
    client = pages.as_("sekretariat")
    send(client, f"/pengaturan/akun/{pages.world.people['gizi2'].id}", {"name": "=1+1"})
    found = client.get("/riwayat.csv?jenis=akun")
    assert found.headers["content-type"].startswith("text/csv") and ";'=1+1;" in found.text
    assert len(client.get("/riwayat.csv").text.splitlines()) > len(found.text.splitlines())


def test_the_file_has_every_line_once_also_when_it_is_read_by_chunks(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    pages.world.case_at(Status.FOLLOW_UP)
    client = pages.as_("sekretariat")
    whole = client.get("/riwayat.csv").text
    monkeypatch.setattr("audit.casework.history_lists._CHUNK", 4)
    assert client.get("/riwayat.csv").text == whole and len(whole.splitlines()) > 12
    monkeypatch.setattr("audit.web.pages.history.MOST_IN_FILE", 6)
    assert client.get("/riwayat.csv").text.splitlines() == whole.splitlines()[:7]


def test_the_chains_are_checked_and_a_change_behind_our_back_is_named(pages: Pages) -> None:
    case = pages.world.case_at(Status.READY)
    client = pages.as_("pimpinan")
    page = words(client.get("/riwayat/rantai").text)
    assert "Riwayat utuh" in page and "peristiwa dari 1 kasus" in page and pages.world.cycle.code in page
    with pages.installation.sessions.begin() as session:
        session.execute(text("update audit_case set head_hash = :zeros where id = :id"), {"zeros": "0" * 64, "id": case.id})
    page = words(client.get("/riwayat/rantai").text)
    assert "Riwayat rusak" in page and case.number in page


@pytest.mark.parametrize("address", ["/riwayat", "/riwayat.csv", "/riwayat/rantai"])
def test_it_is_for_the_secretariat_and_the_leadership(pages: Pages, address: str) -> None:
    for username, expected in [
        ("sekretariat", 200),
        ("pimpinan", 200),
        ("gizi", 404),
        ("bidan.arjasa", 404),
        ("perkim", 404),
        ("ketua", 404),
    ]:
        assert pages.as_(username).get(address).status_code == expected, username
    assert pages.visitor().get(address).status_code == 303
