"""Kandidat: the list by pages and filters, choosing, dropping and taking back several at once, and what is refused."""

from __future__ import annotations

from datetime import date

import lxml.html
import pytest
from sqlalchemy import func, select

from audit.lifecycle.tables import Case, Cycle
from audit.lifecycle.vocabulary import Group
from audit.steps.identify.tables import Candidate
from tests.counting import selects
from tests.web.conftest import Pages, form_of, send, words

HERE = "/kandidat"
FORM = "/kandidat?siklus=2026-2"


@pytest.fixture
def listed(pages: Pages) -> list[int]:
    """Ids of three candidates of the cycle, with a quota of two."""
    pages.world.cycle.settings = {**pages.world.cycle.settings, "quotas": {"balita": {"35.09.22": 2}, "bumil": {"35.09.22": 1}}}
    found = [pages.world.candidate(name=f"Bunga Anggraini {n}") for n in range(3)]
    for rank, one in enumerate(found, start=1):
        one.rank = rank
    pages.world.session.commit()
    return [one.id for one in found]


def states(pages: Pages) -> list[str]:
    with pages.installation.reading() as session:
        return list(session.scalars(select(Candidate.state).order_by(Candidate.id)))


def cases(pages: Pages) -> int:
    with pages.installation.reading() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def test_reasons_age_and_place_are_shown_and_no_name(pages: Pages, listed: list[int]) -> None:
    page = pages.as_("sekretariat").get(HERE).text
    told = words(page)
    assert (
        "TB/U −3,31 (sangat pendek)" in told
        and "Perempuan diukur 20 Jun 2026 pada umur 1 tahun 10 bulan" in told
        and "Posyandu Melati 3" in told
    )
    assert "Kuota terpakai 0 dari 3" in told
    assert "Anggraini" not in page and "3509225708249001" not in page and "2024-08-17" not in page


def test_several_are_opened_at_once_in_order(pages: Pages, listed: list[int]) -> None:
    secretary = pages.as_("sekretariat")
    done = send(secretary, HERE, {"calon": [str(listed[1]), str(listed[0])], "lakukan": "buka"}, at=FORM)
    assert (done.status_code, done.headers["location"]) == (303, FORM)
    assert states(pages) == ["chosen", "chosen", "proposed"] and cases(pages) == 2
    told = words(secretary.get(FORM).text)
    assert "2 kasus dibuka: AKS-3509-2026-2-001 dan AKS-3509-2026-2-002" in told and "Di atas kuota" not in told


def test_more_than_the_quota_is_asked_back_before_anything_is_opened(pages: Pages, listed: list[int]) -> None:
    secretary = pages.as_("sekretariat")
    asked = send(secretary, HERE, {"calon": [str(one) for one in listed], "lakukan": "buka"}, at=FORM)
    assert asked.status_code == 422 and "Di atas kuota bila dibuka: balita Arjasa 3 dari 2." in words(asked.text) and cases(pages) == 0
    fields = {**form_of(asked.text, address=FORM), "lakukan": ["buka"]}
    assert fields["calon"] == [str(one) for one in listed] and "di_atas_kuota" not in fields, "the ticks are kept, the answer is not given"
    assert secretary.post(FORM, data=fields).status_code == 422 and cases(pages) == 0
    box = lxml.html.fromstring(asked.text).xpath("//input[@name='di_atas_kuota']/@value")[0]
    assert secretary.post(FORM, data={**fields, "di_atas_kuota": [box]}).status_code == 303
    assert cases(pages) == 3 and "Di atas kuota: balita Arjasa 3 dari 2." in words(secretary.get(FORM).text)


def test_other_ticks_than_those_that_were_asked_about_are_asked_about_again(pages: Pages, listed: list[int]) -> None:
    secretary = pages.as_("sekretariat")
    asked = send(secretary, HERE, {"calon": [str(one) for one in listed], "lakukan": "buka"}, at=FORM)
    box = lxml.html.fromstring(asked.text).xpath("//input[@name='di_atas_kuota']/@value")[0]
    pages.world.cycle.settings = {**pages.world.cycle.settings, "quotas": {"balita": {"35.09.22": 0}}}
    pages.world.session.commit()
    fields = {**form_of(asked.text, address=FORM), "lakukan": ["buka"], "calon": [str(listed[0])], "di_atas_kuota": [box]}
    assert secretary.post(FORM, data=fields).status_code == 422 and cases(pages) == 0


def test_dropped_with_a_reason_seen_and_taken_back(pages: Pages, listed: list[int]) -> None:
    secretary = pages.as_("sekretariat")
    send(secretary, HERE, {"calon": [str(listed[2])], "lakukan": "keluarkan", "reason": "moved_away"}, at=FORM)
    assert states(pages) == ["proposed", "proposed", "dropped"]
    dropped = f"{FORM}&keadaan=dropped"
    assert "Pindah ke luar wilayah audit" in words(secretary.get(dropped).text)
    send(secretary, dropped, {"calon": [str(listed[2])], "lakukan": "kembalikan"}, at=dropped)
    assert states(pages) == ["proposed"] * 3


@pytest.mark.parametrize(
    ("answers", "status", "sentence"),
    [
        ({"lakukan": "buka"}, 409, "Belum ada calon yang dicentang"),
        ({"lakukan": "keluarkan", "calon": ["1"]}, 422, "Alasan: wajib diisi."),
        ({"lakukan": "keluarkan", "calon": ["1"], "reason": "bosan"}, 422, "“bosan” tidak dikenal"),
        ({"lakukan": "keluarkan", "calon": ["1"], "reason": "x" * 5000}, 422, "tidak dikenal"),
        ({"lakukan": "buka", "calon": ["1", "999999"]}, 409, "tidak ada lagi dalam daftar"),
        ({"lakukan": "buka", "calon": ["satu", "-1", "9" * 30]}, 409, "Belum ada calon yang dicentang"),
        ({"lakukan": "buka", "calon": [str(n) for n in range(1, 130)]}, 409, "paling banyak 100"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(
    pages: Pages, listed: list[int], answers: dict[str, str | list[str]], status: int, sentence: str
) -> None:
    calon = answers.get("calon")
    if isinstance(calon, list) and "1" in calon:
        answers = {**answers, "calon": [str(listed[0]) if one == "1" else one for one in calon]}
    shown = send(pages.as_("sekretariat"), HERE, answers, at=FORM)
    assert shown.status_code == status and sentence in words(shown.text)
    assert states(pages) == ["proposed"] * 3 and cases(pages) == 0
    if "1" in (calon or ()):
        assert str(listed[0]) in form_of(shown.text, address=FORM)["calon"], "the ticks are kept"


def test_another_button_than_there_is_is_no_form_of_ours(pages: Pages, listed: list[int]) -> None:
    assert send(pages.as_("sekretariat"), HERE, {"lakukan": "hapus", "calon": [str(listed[0])]}, at=FORM).status_code == 400


def test_the_same_form_sent_twice_opens_once(pages: Pages, listed: list[int]) -> None:
    secretary = pages.as_("sekretariat")
    fields = {**form_of(secretary.get(HERE).text, address=FORM), "calon": [str(listed[0])], "lakukan": ["buka"]}
    assert secretary.post(FORM, data=fields).status_code == 303
    assert secretary.post(FORM, data=fields).status_code == 303
    assert cases(pages) == 1 and "dikerjakan sekali" in words(secretary.get(FORM).text)


def test_all_or_none_when_one_was_decided_meanwhile(pages: Pages, listed: list[int]) -> None:
    secretary = pages.as_("sekretariat")
    old = form_of(secretary.get(HERE).text, address=FORM)
    send(secretary, HERE, {"calon": [str(listed[0])], "lakukan": "keluarkan", "reason": "died"}, at=FORM)
    shown = secretary.post(FORM, data={**old, "calon": [str(one) for one in listed], "lakukan": ["buka"]})
    assert shown.status_code == 409 and "sudah dikeluarkan dari daftar" in words(shown.text)
    assert cases(pages) == 0 and states(pages) == ["dropped", "proposed", "proposed"]


def test_whoever_is_under_audit_in_another_cycle_is_not_opened_again(pages: Pages, listed: list[int]) -> None:
    world = pages.world
    first = world.session.get_one(Candidate, listed[0])
    other = Cycle(
        code="2027-1", kabupaten_code="35.09", year=2027, number=1, timezone="Asia/Jakarta", starts_on=date(2027, 1, 1),
        ends_on=date(2027, 6, 30), opened_at=world.at, settings=world.cycle.settings,
    )  # fmt: skip
    world.session.add(other)
    world.session.flush()
    again = Candidate(
        cycle_id=other.id, subject_id=first.subject_id, measurement_id=first.measurement_id, target_group="balita",
        kecamatan_code="35.09.22", score=5, rank=1, reasons=[], needs_remeasuring=True, state="proposed", screened_at=world.at,
    )  # fmt: skip
    world.session.add(again)
    world.session.commit()
    secretary = pages.as_("sekretariat")
    send(secretary, FORM, {"calon": [str(listed[0])], "lakukan": "buka"}, at=FORM)
    there = "/kandidat?siklus=2027-1"
    shown = secretary.get(there)
    assert "Masih diaudit di siklus lain" in words(shown.text) and "Ukur ulang dahulu" in words(shown.text)
    refused = send(secretary, there, {"calon": [str(again.id)], "lakukan": "buka"}, at=there)
    assert refused.status_code == 409 and "AKS-3509-2026-2-001" in words(refused.text) and cases(pages) == 1


def test_a_candidate_of_another_cycle_cannot_be_sent_along(pages: Pages, listed: list[int]) -> None:
    pages.world.cycle.closed_at = pages.world.at
    shown = pages.as_("sekretariat").get(HERE)
    assert 'name="calon"' not in shown.text, "a closed cycle has nothing to tick"


def test_filters_and_pages(pages: Pages) -> None:
    for n in range(55):
        pages.world.candidate(Group.BUMIL if n < 2 else Group.BALITA).rank = n
    secretary = pages.as_("sekretariat")
    assert "1–50 dari 55 calon" in words(secretary.get(HERE).text)
    assert "51–55 dari 55 calon" in words(secretary.get(f"{FORM}&hal=2").text)
    assert "51–55 dari 55 calon" in words(secretary.get(f"{FORM}&hal=99").text)
    assert "2 calon: Ibu hamil." in words(secretary.get(f"{FORM}&sasaran=bumil").text)
    assert "Tidak ada calon yang cocok" in words(secretary.get(f"{FORM}&keadaan=dropped").text)
    assert secretary.get(f"{FORM}&sasaran=naga&kecamatan=x&keadaan=%00&hal=-1").status_code == 200
    assert secretary.get("/kandidat?siklus=1999-1").status_code == 404


def test_the_number_of_statements_does_not_grow(pages: Pages) -> None:
    secretary = pages.as_("sekretariat")
    counted = []
    for _ in range(2):
        for _ in range(5):
            pages.world.candidate()
        pages.world.session.commit()
        with selects(pages.engine) as seen:
            secretary.get(HERE)
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 8, counted


@pytest.mark.parametrize("username", ["bidan.arjasa", "dr.anak", "ketua", "perkim", "pimpinan"])
def test_nobody_else_finds_the_page(pages: Pages, listed: list[int], username: str) -> None:
    client = pages.as_(username)
    assert client.get(HERE).status_code == 404 and client.post(FORM, data={"lakukan": "buka"}).status_code == 404
