"""Pengaturan, perangkat daerah: what the office calls them is what pages, forms and later documents say; each code stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from audit.forms import Problems
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Status
from audit.people.agency_queries import own_names
from audit.people.roles import AGENCIES, OWN_AGENCIES
from audit.people.tables import OfficeSetting
from audit.reports.book import entry, record_of
from audit.reports.document import RESTRICTED
from audit.reports.rtl.agency import rtl_agency_page
from audit.store.canonical import canonical_json
from tests.factory import complete_plan
from tests.web.conftest import Pages, TestClient, form_of, send, words

ADDRESS = "/pengaturan/bawaan/agencies"
PERKIM, OWN = "Dinas Cipta Karya Kabupaten Jember", "Perumda Air Minum"


@pytest.fixture
def client(pages: Pages) -> TestClient:
    return pages.as_("sekretariat")


@pytest.fixture
def followed(pages: Pages) -> Case:
    case = pages.world.case_at(Status.FOLLOW_UP)
    pages.world.session.commit()
    return case


def test_the_form_shows_the_usual_names_and_keeps_only_what_is_otherwise(pages: Pages, client: TestClient) -> None:
    fields = form_of(client.get(ADDRESS).text)
    assert fields["perkim"] == [AGENCIES["perkim"]] and [fields[code] for code in OWN_AGENCIES] == [[""]] * len(OWN_AGENCIES)
    kept = send(client, ADDRESS, {"perkim": f"  {PERKIM} ", "lain1": OWN})
    assert kept.status_code == 303
    with pages.installation.reading() as session:
        assert own_names(session) == {"perkim": PERKIM, "lain1": OWN}
    assert send(client, ADDRESS, {}).status_code == 303
    assert send(client, ADDRESS, {"perkim": "", "lain1": ""}).status_code == 303
    with pages.installation.reading() as session:
        assert own_names(session) == {} and len(session.scalars(select(OfficeSetting.id)).all()) == 2


def test_a_name_holds_at_once_wherever_an_agency_is_named(pages: Pages, client: TestClient, followed: Case) -> None:
    places = ("/rtl", "/rtl?tampilan=tabel", f"/kasus/{followed.number}", f"/kasus/{followed.number}/rtl", "/pengaturan/akun", "/rapor")
    before = {place: words(client.get(place).text) for place in places}
    send(client, ADDRESS, {"perkim": PERKIM})
    for place in places:
        assert AGENCIES["perkim"] in before[place], place
        told = words(client.get(place).text)
        assert PERKIM in told and AGENCIES["perkim"] not in told, place
    assert PERKIM in words(pages.as_("perkim").get("/").text)


def test_an_agency_of_the_office_is_offered_once_it_has_a_name(pages: Pages, client: TestClient) -> None:
    case = pages.world.case_at(Status.RECOMMENDED)
    pages.world.session.commit()
    forms = ("/pengaturan/akun/baru", f"/kasus/{case.number}/rtl")
    assert not [place for place in forms if 'value="lain1"' in client.get(place).text]
    send(client, ADDRESS, {"lain1": OWN})
    for place in forms:
        shown = client.get(place).text
        assert 'value="lain1"' in shown and OWN in words(shown) and 'value="lain2"' not in shown, place


def test_an_agency_without_a_name_cannot_be_given_an_action_nor_lose_it_afterwards(pages: Pages, client: TestClient) -> None:
    case, world = pages.world.case_at(Status.RECOMMENDED), pages.world
    plan: dict[str, Any] = complete_plan(world.on)
    plan["actions"][0]["owner_agency"] = "lain1"
    with pytest.raises(Problems, match="belum diberi nama"):
        world.do(case, Action.PLAN_ACTIONS, "sekretariat", plan)
    world.session.commit()
    send(client, ADDRESS, {"lain1": OWN})
    world.do(case, Action.PLAN_ACTIONS, "sekretariat", plan)
    world.session.commit()
    assert OWN in words(client.get(f"/kasus/{case.number}/rtl").text)
    refused = send(client, ADDRESS, {"lain1": ""})
    assert refused.status_code == 422 and "masih dipakai" in words(refused.text) and 'id="f-lain1-problem"' in refused.text
    with pages.installation.reading() as session:
        assert own_names(session) == {"lain1": OWN}


@pytest.mark.parametrize(("name", "said"), [("x" * 81, "80"), ("  dinas   SOSIAL", "sudah menjadi nama"), ("\x07", "tidak dapat dicetak")])
def test_a_name_that_cannot_be_used_comes_back_beside_its_field(pages: Pages, client: TestClient, name: str, said: str) -> None:
    refused = send(client, ADDRESS, {"pangan": name})
    assert refused.status_code == 422 and said in words(refused.text) and 'id="f-pangan-problem"' in refused.text
    with pages.installation.reading() as session:
        assert session.scalar(select(OfficeSetting.id)) is None


def test_a_document_says_the_name_of_the_day_it_was_frozen(pages: Pages, client: TestClient, followed: Case) -> None:
    world = pages.world

    def frozen() -> Any:
        with pages.installation.reading() as session:
            return entry("rtl").freeze(session, world.cycle.id, "perkim", at=world.at, on=world.on)

    old = frozen()
    send(client, ADDRESS, {"perkim": PERKIM})
    new = frozen()
    assert {key for key in old if old[key] != new[key]} == {"cycle"} and old["actions"] == new["actions"]
    for snapshot, name in ((old, AGENCIES["perkim"]), (new, PERKIM)):
        page = rtl_agency_page(
            record_of(entry("rtl"), json.loads(canonical_json(snapshot)), edition=RESTRICTED, subject="perkim", revision=1)
        )
        assert page.agency == name and page.receiver.office == f"Kepala {name}"
