"""Rapor: the units a person may read, the figures of one card, and nothing for anybody else."""

from __future__ import annotations

import pytest

from audit.lifecycle.vocabulary import Action, Status
from audit.reports.scorecard.card import scorecard_snapshot
from tests.counting import selects
from tests.web.conftest import Pages, words

PERKIM, PUSKESMAS = "2026-3:opd:perkim", "2026-3:opd:puskesmas"


@pytest.fixture
def followed(pages: Pages) -> Pages:
    """Two actions of each of two cases, one agency on time with one of them, the other late."""
    case = pages.world.case_at(Status.FOLLOW_UP)
    pages.world.case_at(Status.FOLLOW_UP)
    pages.world.do(case, Action.REPORT_PROGRESS, "perkim", {"action": 2, "status": "selesai", "evidence": "Jamban berdiri."})
    pages.world.pass_days(45)
    pages.at = pages.world.at
    pages.world.session.commit()
    return pages


def test_the_secretariat_sees_every_unit_and_the_late_ones(followed: Pages) -> None:
    shown = words(followed.as_("sekretariat").get("/rapor").text)
    for unit in ("Dinas Perumahan dan Kawasan Permukiman", "Puskesmas", "Kecamatan Arjasa", "Puskesmas Arjasa"):
        assert unit in shown
    assert "Triwulan III Tahun 2026" in shown and "1 dari 2" in shown and "perlu perhatian" in shown


def test_an_agency_sees_its_own_and_no_other(followed: Pages) -> None:
    client = followed.as_("perkim")
    shown = words(client.get("/rapor").text)
    assert "Dinas Perumahan" in shown and "Kecamatan Arjasa" not in shown and "Puskesmas Arjasa" not in shown
    assert client.get("/rapor/kartu", params={"unit": PERKIM}).status_code == 200
    nowhere = client.get("/rapor/kartu", params={"unit": "2026-3:opd:tidak-ada"})
    for unit in (PUSKESMAS, "2026-3:kecamatan:35.09.22", "2026-3:puskesmas:Puskesmas Arjasa"):
        answer = client.get("/rapor/kartu", params={"unit": unit})
        assert (answer.status_code, answer.text) == (404, nowhere.text), unit


def test_a_card_shows_the_figures_of_the_printed_one_and_leads_to_the_pdf(followed: Pages) -> None:
    client = followed.as_("sekretariat")
    shown = words(client.get("/rapor/kartu", params={"unit": PERKIM}).text)
    with followed.installation.reading() as session:
        counts = scorecard_snapshot(session, followed.world.cycle.id, PERKIM, at=followed.at, on=followed.world.on)["now"]
    assert (counts["due"], counts["on_time"], counts["overdue"]) == (2, 1, 1)
    assert "1 dari 2" in shown and "Yang diminta dari" in shown and "Dihitung dari RTL yang disetujui" in shown and "Buat PDF" in shown
    made = followed.add("rapor", "terbatas", PERKIM, number="RP-1")
    again = client.get("/rapor/kartu", params={"unit": PERKIM})
    assert f'href="/dokumen/{made.id}"' in again.text and "Buat PDF" not in words(again.text)


def test_a_card_links_only_to_cases_that_its_reader_may_see(followed: Pages) -> None:
    shown = followed.as_("perkim").get("/rapor/kartu", params={"unit": PERKIM}).text
    assert 'href="/kasus/AKS-3509-2026-2-002"' in shown
    field = followed.as_("bidan.arjasa").get("/rapor/kartu", params={"unit": "2026-3:kecamatan:35.09.22"})
    assert field.status_code == 200


def test_no_name_stands_on_a_card(followed: Pages) -> None:
    for username in ("sekretariat", "perkim", "pimpinan"):
        assert "Bunga Anggraini" not in followed.as_(username).get("/rapor/kartu", params={"unit": PERKIM}).text


@pytest.mark.parametrize(
    "unit",
    [
        "",
        "x",
        "2026-9:opd:perkim",
        "1999-1:opd:perkim",
        "2026-3:opd:",
        "2026-3:kecamatan:99.99.99",
        "<b>",
        "2026-3:puskesmas:Lain" + "x" * 500,
    ],
)
def test_what_is_no_unit_is_not_found(followed: Pages, unit: str) -> None:
    assert followed.as_("sekretariat").get("/rapor/kartu", params={"unit": unit}).status_code == 404


def test_before_any_plan_there_is_a_word_of_what_will_be_here(pages: Pages) -> None:
    assert "Belum ada rapor" in words(pages.as_("ketua").get("/rapor").text)


def test_an_expert_finds_no_scorecards(followed: Pages) -> None:
    client = followed.as_("dr.anak")
    assert client.get("/rapor").status_code == client.get("/rapor/kartu", params={"unit": PERKIM}).status_code == 404


def test_the_list_takes_as_many_statements_for_many_as_for_one(followed: Pages) -> None:
    def counted() -> int:
        client = followed.as_("sekretariat")
        with selects(followed.engine) as seen:
            assert client.get("/rapor").status_code == 200
        return len(seen)

    before = counted()
    for _ in range(2):
        followed.world.case_at(Status.FOLLOW_UP)
    assert counted() == before
