"""One case on one page: what is on it, for whom, in how many statements; identity only after it was opened."""

from __future__ import annotations

import re
from datetime import date, timedelta

import lxml.html
import pytest

from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Group, Status
from audit.steps.intake.tables import Measurement
from audit.web.growth_view import drawn_card
from tests.counting import statements
from tests.factory import OPINION
from tests.web.conftest import Pages, send, words

NAME, NIK, BORN = "Bunga Anggraini", "3509225708249001", "17 Agustus 2024"
STATEMENTS = 21


def case_page(pages: Pages, who: str, case: Case) -> str:
    answer = pages.as_(who).get(f"/kasus/{case.number}")
    assert answer.status_code == 200, (who, answer.status_code)
    return str(answer.text)


def parts(html: str) -> set[str]:
    """The ids of the cards that are drawn."""
    return {str(card.get("id")) for card in lxml.html.fromstring(html).iter("section") if card.get("id")}


def buttons(html: str) -> dict[str, bool]:
    """Label of each move on the page -> whether it can be pressed."""
    card = next(one for one in lxml.html.fromstring(html).iter("section") if one.get("id") == "langkah")
    can = {str(one.text_content()).strip(): True for one in card.iter("a") if "btn" in one.get("class", "")}
    return can | {str(one.text_content()).strip(): False for one in card.iter("button")}


def test_the_secretariat_sees_the_whole_case(pages: Pages) -> None:
    case = pages.world.case_at(Status.FOLLOW_UP)
    html = case_page(pages, "sekretariat", case)
    assert parts(html) == {
        "langkah",
        "pertumbuhan",
        "kertas-kerja",
        "panel",
        "rtl",
        "kunjungan",
        "riwayat",
        "tahap",
        "tentang",
        "identitas",
        "paket",
    }
    shown = words(html)
    for told in (
        "Tindak lanjut berjalan",
        "Kec",
        "Bangun jamban",
        "dr. Sasmita Adi, Sp.A",
        "Asupan protein hewani kurang",
        "−3,31",
        "RTL disetujui",
    ):
        assert told in shown
    assert buttons(html) == {
        "Tunjuk penanggung jawab kasus": True,
        "Pastikan kegiatan": False,
        "Evaluasi hasil": False,
        "Keluarkan dari audit": True,
    }
    assert "Belum ada kegiatan yang dilaporkan selesai." in shown


def test_identity_is_masked_until_it_was_opened_with_a_reason_and_again_after(pages: Pages) -> None:
    case = pages.world.case_at(Status.SELECTED)
    client = pages.as_("bidan.arjasa")
    masked = client.get(f"/kasus/{case.number}").text
    assert (
        not any(secret in masked for secret in (NAME, NIK, BORN, "2024-08-17")) and "•••••" in masked and "Buka identitas" in words(masked)
    )
    send(client, f"/kasus/{case.number}/tindakan/open-identity", {"reason": "visit"})
    opened = words(client.get(f"/kasus/{case.number}").text)
    assert all(secret in opened for secret in (NAME, NIK, BORN)) and "tampil sampai" in opened
    assert NAME not in case_page(pages, "sekretariat", case), "who opened it sees it, nobody else"
    pages.wait(3600 * 24)
    assert NAME not in client.get(f"/kasus/{case.number}").text


def test_the_chart_tells_no_day_of_age_while_the_identity_is_closed(pages: Pages) -> None:
    case = pages.world.case_at(Status.SELECTED)
    tips = re.findall(r'data-tip="([^"]+)"', case_page(pages, "sekretariat", case))
    assert len(tips) == 3 and all(tip.startswith("20 Juni 2026 (1 tahun 10 bulan): ") for tip in tips)
    assert "TB/U −3,31 SD, sangat pendek." in tips[0]


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("ketua", {"langkah", "kertas-kerja", "panel", "rtl", "kunjungan", "riwayat", "tahap", "tentang", "identitas", "paket"}),
        ("pimpinan", {"langkah", "kertas-kerja", "panel", "rtl", "kunjungan", "riwayat", "tahap", "tentang", "identitas", "paket"}),
        ("perkim", {"langkah", "rtl", "riwayat", "tahap", "tentang", "identitas"}),
    ],
)
def test_who_has_no_right_to_the_child_sees_nothing_of_it(pages: Pages, who: str, sees: set[str]) -> None:
    html = case_page(pages, who, pages.world.case_at(Status.FOLLOW_UP))
    assert parts(html) == sees
    assert not any(secret in html for secret in (NAME, NIK, BORN, "8,1", "74,0", "−3,31", "Buka identitas"))


def test_an_agency_sees_its_own_actions_only(pages: Pages) -> None:
    shown = words(case_page(pages, "perkim", pages.world.case_at(Status.FOLLOW_UP)))
    assert "Bangun jamban" in shown and "PMT lokal" not in shown
    for told in ("Sasmita", "Kesimpulan", "Kertas kerja", "Pendapat dikirim", "Ninik"):
        assert told not in shown, told


def test_an_expert_learns_nothing_of_the_others_before_the_review_is_closed(pages: Pages) -> None:
    case = pages.world.case_at(Status.UNDER_REVIEW)
    before = words(case_page(pages, "dr.anak", case))
    pages.world.do(case, Action.SUBMIT_OPINION, "gizi", OPINION)
    assert words(case_page(pages, "dr.anak", case)) == before and "Tersegel" in before
    assert "Sudah menjawab" in words(case_page(pages, "sekretariat", case)) and "Asupan protein kurang" not in case_page(
        pages, "sekretariat", case
    )
    pages.world.do(case, Action.SUBMIT_OPINION, "dr.anak", OPINION)
    own = case_page(pages, "dr.anak", case)
    assert own.count("Asupan protein kurang, diare berulang.") == 1 and "Tutup kajian" not in own
    pages.world.do(case, Action.CLOSE_REVIEW, "sistem")
    assert case_page(pages, "dr.anak", case).count("Asupan protein kurang, diare berulang.") == 2
    assert "Asupan protein kurang" not in case_page(pages, "ketua", case), "words of the panel are not the chair's"


@pytest.mark.parametrize("who", ["bidan.silo", "dr.obgyn", "perkim"])
def test_a_case_of_others_is_as_one_that_does_not_exist(pages: Pages, who: str) -> None:
    case = pages.world.case_at(Status.UNDER_REVIEW)
    client = pages.as_(who)
    theirs, none = client.get(f"/kasus/{case.number}"), client.get("/kasus/AKS-3509-2026-2-999")
    assert theirs.status_code == none.status_code == 404
    assert words(theirs.text) == words(none.text)


def test_who_stepped_back_no_longer_finds_the_case(pages: Pages) -> None:
    case = pages.world.case_at(Status.UNDER_REVIEW)
    pages.world.do(case, Action.RECUSE, "gizi", {"reason": "Pasien saya sendiri."})
    assert pages.as_("gizi").get(f"/kasus/{case.number}").status_code == 404


@pytest.mark.parametrize("number", ["x", "AKS-3509-2026-2-001'--", "%F0%9F%A6%A0", "a" * 400, "AKS_3509_2026_2_001", "%00"])
def test_what_is_no_number_finds_nothing(pages: Pages, number: str) -> None:
    pages.world.case_at(Status.SELECTED)
    assert pages.as_("sekretariat").get(f"/kasus/{number}").status_code == 404


def test_a_visitor_is_led_to_the_door(pages: Pages) -> None:
    case = pages.world.case_at(Status.SELECTED)
    pages.world.session.commit()
    answer = pages.visitor().get(f"/kasus/{case.number}")
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/masuk")


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.CARRIED_OVER])
def test_every_status_has_a_page_with_its_place_on_the_road(pages: Pages, status: Status) -> None:
    case = pages.world.case_at(Status.SELECTED if status is Status.WITHDRAWN else status)
    if status is Status.WITHDRAWN:
        pages.world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    pages.at = pages.world.at
    html = lxml.html.fromstring(case_page(pages, "sekretariat", case))
    steps = [item.get("class") for item in html.find_class("stepper")[0].iter("li")]
    if status is Status.WITHDRAWN:
        assert steps == ["stage-done", *["stage-ahead"] * 8, "stage-out"]
    else:
        place = list(Status).index(status)
        assert (
            steps[:place] == ["stage-done"] * place
            and steps[place] in ("stage-current", "stage-late")
            and set(steps[place + 1 :]) <= {"stage-ahead"}
        )


def test_a_woman_has_arm_and_blood_instead_of_a_growth_chart(pages: Pages) -> None:
    shown = words(case_page(pages, "bidan.arjasa", pages.world.case_at(Status.FOLLOW_UP, Group.BUMIL)))
    assert "LiLA, Hb, dan berat badan dari waktu ke waktu" in shown and "TB/U, tinggi" not in shown


def test_the_page_takes_as_many_statements_for_much_as_for_little(pages: Pages) -> None:
    counted = []
    for more in (0, 60):
        case = pages.world.case_at(Status.FOLLOW_UP)
        for n in range(more):
            day = date(2026, 6, 19) - timedelta(days=10 * n)
            values = {"weight_kg": 8.0, "height_cm": 73.0, "haz": -330, "waz": -260, "whz": -130, "age_months": 20, "position": 1}
            pages.world.session.add(Measurement(subject_id=case.subject_id, measured_on=day, source="registry", **values))
        client = pages.as_("sekretariat")
        client.get("/")
        with statements(pages.engine) as seen:
            html = client.get(f"/kasus/{case.number}").text
        counted.append(len(seen))
    assert counted == [STATEMENTS, STATEMENTS] and html.count("data-tip=") == 3 * 61


def growth(pages: Pages, who: str, case: Case) -> str:
    """The card of growth as this person is shown it, "" for none."""
    cards = lxml.html.fromstring(case_page(pages, who, case)).xpath('//section[@id="pertumbuhan"]')
    return "".join(lxml.html.tostring(card, encoding="unicode") for card in cards)


def test_a_growth_chart_is_drawn_anew_only_when_something_was_measured(pages: Pages) -> None:
    case = pages.world.case_at(Status.FOLLOW_UP)
    first = growth(pages, "sekretariat", case)
    drawn = drawn_card.cache_info().misses
    assert growth(pages, "sekretariat", case) == growth(pages, "bidan.arjasa", case) == first and drawn_card.cache_info().misses == drawn
    values = {"weight_kg": 9.1, "height_cm": 76.5, "haz": -290, "waz": -210, "whz": -90, "age_months": 23, "position": 2}
    pages.world.session.add(Measurement(subject_id=case.subject_id, measured_on=date(2026, 8, 3), source="visit", **values))
    pages.world.session.commit()
    now = growth(pages, "sekretariat", case)
    assert (first.count("data-tip="), now.count("data-tip="), drawn_card.cache_info().misses) == (3, 6, drawn + 1) and "−2,90" in now


def test_a_chart_kept_for_one_is_shown_to_nobody_who_may_not_see_it(pages: Pages) -> None:
    """Who opened the identity is shown points by the day of age; another reader, by the month; the owner of an action, no chart."""
    case = pages.world.case_at(Status.FOLLOW_UP)
    send(pages.as_("bidan.arjasa"), f"/kasus/{case.number}/tindakan/open-identity", {"reason": "visit"})
    opened, closed = growth(pages, "bidan.arjasa", case), growth(pages, "sekretariat", case)
    rough = "Letak titik menurut umur dalam bulan penuh"
    assert opened != closed and rough not in opened and rough in closed
    assert growth(pages, "bidan.arjasa", case) == opened and growth(pages, "perkim", case) == growth(pages, "ketua", case) == ""


def test_what_happened_is_told_in_plain_words_newest_first(pages: Pages) -> None:
    case = pages.world.case_at(Status.APPROVED)
    told = re.findall(r'class="event-title"><b>([^<]+)</b>', case_page(pages, "pimpinan", case))
    assert told[0] == "RTL disetujui" and told[-1] == "Kasus dibuka" and told.count("Pakar ditugaskan") == 2
    assert "Pendapat dikirim" in told


def test_the_secretariat_has_a_reminder_for_what_is_late_with_others(pages: Pages) -> None:
    case = pages.world.open(name="Bunga Anggraini")
    pages.world.pass_days(20)
    pages.at = pages.world.at
    secretary = pages.as_("sekretariat")
    text = str(lxml.html.fromstring(secretary.get(f"/kasus/{case.number}").text).get_element_by_id("pengingat").text_content())
    assert text.strip().splitlines() == [
        f"Pengingat audit kasus stunting, kasus {case.number}.",
        "Yang ditunggu:",
        "- Kirim kertas kerja, paling lambat 20 Juli 2026 (terlambat 6 hari)",
        f"Buka: http://testserver/kasus/{case.number}",
    ]
    here = secretary.get(f"/kasus/{case.number}", headers={"host": "localhost:8000"}).text
    assert "localhost" not in lxml.html.fromstring(here).get_element_by_id("pengingat").text_content(), "nobody else could open it"
    listed = secretary.get("/siklus/2026-2").text
    assert f'href="/kasus/{case.number}#ingatkan"' in listed
    for username in ("bidan.arjasa", "ketua", "pimpinan"):
        assert 'id="pengingat"' not in pages.as_(username).get(f"/kasus/{case.number}").text
        assert "#ingatkan" not in pages.as_(username).get("/siklus/2026-2").text


def test_nothing_late_with_others_has_no_reminder(pages: Pages) -> None:
    fresh, own = pages.world.open(), pages.world.case_at(Status.APPROVED)
    client = pages.as_("sekretariat")
    assert 'id="pengingat"' not in client.get(f"/kasus/{fresh.number}").text
    pages.world.pass_days(60)
    pages.at = pages.world.at
    assert 'id="pengingat"' not in pages.as_("sekretariat").get(f"/kasus/{own.number}").text, "what waits for the secretariat itself"


def test_an_agency_is_reminded_of_its_report(pages: Pages) -> None:
    case = pages.world.case_at(Status.FOLLOW_UP)
    pages.world.pass_days(80)
    pages.at = pages.world.at
    shown = pages.as_("sekretariat").get(f"/kasus/{case.number}").text
    assert "- Laporkan kemajuan kegiatan RTL, paling lambat" in lxml.html.fromstring(shown).get_element_by_id("pengingat").text_content()
