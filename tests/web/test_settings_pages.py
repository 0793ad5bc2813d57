"""Pengaturan: what the next cycle starts from, asked part by part; an open cycle is never changed by it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from audit.casework.cycle_opening import starting_point
from audit.casework.office_settings import PARTS, kept, office_defaults
from audit.lifecycle.tables import Cycle
from audit.people.tables import OfficeSetting
from tests.web.conftest import Pages, TestClient, form_of, send, words

ADDRESS = "/pengaturan/bawaan"
OFFICE = {"name": "DP3AKB Kabupaten Jember", "address": "Jalan Jawa 51", "verify_address": "https://aks.contoh.go.id/"}


@pytest.fixture
def client(pages: Pages) -> TestClient:
    return pages.as_("sekretariat")


def test_the_page_leads_to_every_part_and_shows_the_open_cycle(pages: Pages, client: TestClient) -> None:
    shown = client.get("/pengaturan")
    for part in PARTS:
        assert f"{ADDRESS}/{part.code}" in shown.text and part.title in words(shown.text)
        assert client.get(f"{ADDRESS}/{part.code}").status_code == 200, part.code
    assert pages.world.cycle.code in shown.text and "/pengaturan/akun" in shown.text


def test_what_is_kept_is_what_the_next_cycle_starts_from_and_no_open_one_changes(pages: Pages, client: TestClient) -> None:
    before = dict(pages.world.cycle.settings)
    pages.world.session.commit()
    assert send(client, f"{ADDRESS}/office", OFFICE).status_code == 303
    assert send(client, f"{ADDRESS}/visits", {"per_week": "2"}).status_code == 303
    assert "Diatur oleh Endah Wulansari" in words(client.get("/pengaturan").text)
    with pages.installation.reading() as session:
        answers, _ = starting_point(session, "35.09", on=pages.world.on)
        assert answers["office_name"] == OFFICE["name"] and answers["visits_per_week"] == 2
        assert office_defaults(session)["office"]["verify_address"] == "https://aks.contoh.go.id"
        assert session.scalars(select(Cycle)).one().settings == before


def test_only_what_is_otherwise_than_the_programs_criteria_is_kept(pages: Pages, client: TestClient) -> None:
    form = form_of(client.get(f"{ADDRESS}/criteria").text)
    name = next(name for name in form if name.startswith("weight_"))
    assert send(client, f"{ADDRESS}/criteria", {name: "7"}).status_code == 303
    with pages.installation.reading() as session:
        assert kept(session)["criteria"].value == {"rules": {name.removeprefix("weight_"): {"weight": 7}}}
    assert form_of(client.get(f"{ADDRESS}/criteria").text)[name] == ["7"]


def test_signatories_are_a_list_with_rows_added_and_taken_away(pages: Pages, client: TestClient) -> None:
    more = send(client, f"{ADDRESS}/signatories", {"tambah": "signatories"})
    assert more.status_code == 200 and 'name="signatories.1.office"' in more.text
    two = {"signatories.1.office": "Ketua TPPS", "signatories.1.name": "Drs. Bambang", "signatories.2.office": "Sekretaris"}
    assert send(client, f"{ADDRESS}/signatories", two).status_code == 303
    less = send(client, f"{ADDRESS}/signatories", {"hapus": "signatories.1"})
    assert "Sekretaris" in less.text and "Ketua TPPS" not in less.text
    with pages.installation.reading() as session:
        assert [one["office"] for one in office_defaults(session)["signatories"]] == ["Ketua TPPS", "Sekretaris"]


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("office", "name", "x" * 200),
        ("office", "verify_address", "bukan alamat"),
        ("wording", "team", "x" * 50),
        ("visits", "per_week", "banyak"),
        ("visits", "per_week", "9"),
        ("visits", "then_every_days", "0"),
        ("decree", "number", ""),
        ("decree", "decided_on", "kemarin"),
        ("criteria", "measured_within_months", "99"),
        ("texts", "foreword", "{{ tidak.ada }}"),
        ("texts", "closing", "x" * 3000),
        ("signatories", "signatories.1.office", "x" * 300),
    ],
)
def test_what_cannot_be_used_comes_back_with_a_sentence_at_its_field(
    pages: Pages, client: TestClient, part: str, field: str, value: str
) -> None:
    more = {"about": "tim audit"} if part == "decree" else {}
    refused = send(client, f"{ADDRESS}/{part}", more | {field: value})
    assert refused.status_code == 422 and f'id="f-{field}-problem"' in refused.text, words(refused.text)[:300]
    with pages.installation.reading() as session:
        assert session.scalar(select(OfficeSetting.id)) is None


def test_a_form_from_before_somebody_elses_change_is_not_taken(pages: Pages, client: TestClient) -> None:
    old = form_of(client.get(f"{ADDRESS}/wording").text)
    send(client, f"{ADDRESS}/wording", {"team": "TP3S"})
    refused = client.post(f"{ADDRESS}/wording", data=old | {"team": ["Tim"]})
    assert refused.status_code == 409 and "tersimpan sekarang: TP3S" in words(refused.text) and 'value="Tim"' in refused.text
    with pages.installation.reading() as session:
        assert kept(session)["wording"].value["team"] == "TP3S"


def test_the_same_again_is_no_change_and_emptied_goes_back_to_the_defaults(pages: Pages, client: TestClient) -> None:
    send(client, f"{ADDRESS}/office", OFFICE)
    send(client, f"{ADDRESS}/office", {})
    with pages.installation.reading() as session:
        assert kept(session)["office"].revision == 1
    assert send(client, f"{ADDRESS}/office", dict.fromkeys(("name", "address", "contact", "verify_address"), "")).status_code == 303
    with pages.installation.reading() as session:
        assert kept(session)["office"].revision == 2 and "office" not in office_defaults(session)


def test_there_is_no_part_of_another_name(client: TestClient) -> None:
    assert client.get(f"{ADDRESS}/lain").status_code == 404 and client.get(f"{ADDRESS}/").status_code == 404
