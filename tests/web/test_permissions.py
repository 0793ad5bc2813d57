"""Every page × every role × every way of asking gives exactly what its row says; whoever may not finds what there is where nothing is.

The row of a page says who may open it, the transition table who does which action, `lifecycle/access.py` whose case it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from audit.lifecycle.tables import Case
from audit.lifecycle.transitions import TRANSITIONS
from audit.lifecycle.vocabulary import Action, Status
from audit.people.roles import Role
from audit.web.app import PAGES
from tests.web.conftest import Pages, words

WHO: Mapping[Role, str] = {
    Role.SECRETARY: "sekretariat",
    Role.FIELD: "bidan.arjasa",
    Role.EXPERT: "dr.anak",
    Role.CHAIR: "ketua",
    Role.AGENCY: "puskesmas",
    Role.LEADER: "pimpinan",
}
"""One of each role who has to do with the case: its area, a seat on its panel, an action of its plan."""

NEEDS_MORE = (
    "{errand}",
    "{import}",
    "{doubt}",
    "{expert}",
    "/unduh",
    "/rapor/kartu",
    "/lembar-kerja",
    "/telaah",
    "/rtl",
    "/sidang",
    "/kunjungan",
)
"""Pages that are also 404 for who may open them when their object is none of theirs; each has tests of its own. What they are for the
others is checked here all the same."""


def filled(pages: Pages, address: str, case: Case, document: int) -> str:
    """The address with a real case, document, cycle and account in it; what the world does not have is 1."""
    there = {
        "number": case.number,
        "document": str(document),
        "code": pages.world.cycle.code,
        "id": str(pages.world.people["gizi"].id),
        "what": "undang",
        "part": "office",
        "action": Action.OPEN_IDENTITY.value,
    }
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: there.get(found[1], "1"), address)


def in_follow_up(pages: Pages) -> tuple[Case, int]:
    case = pages.world.case_at(Status.FOLLOW_UP)
    document = pages.add(number="LD-3509-2026-2-P.1")
    return case, document.id


def does(action: Action, role: Role) -> bool:
    """Whether the transition table has a row by which this role does the action."""
    return any(role in row.by for row in TRANSITIONS if row.action is action and row.source is not None)


@pytest.mark.parametrize("role", WHO)
@pytest.mark.both_databases
def test_a_page_opens_for_the_roles_of_its_row_and_for_nobody_else(pages: Pages, role: Role) -> None:
    case, document = in_follow_up(pages)
    client = pages.as_(WHO[role])
    nothing = words(client.get("/tidak-ada").text)
    for page in PAGES:
        address, may = filled(pages, page.address, case, document), role in page.roles
        if "{action}" in page.address:
            may = does(Action.OPEN_IDENTITY, role)
        shown, sent = client.get(address), client.post(address, data={})
        if page.show is None or page.take is None:
            assert (shown if page.show is None else sent).status_code == 405, address
        if not may:
            for answer in (shown, sent):
                if answer.status_code == 405 or (answer is sent and "{action}" in page.address):
                    continue
                assert (answer.status_code, words(answer.text)) == (404, nothing), (address, role)
            continue
        if page.show is not None and not any(part in page.address for part in NEEDS_MORE):
            assert shown.status_code in (200, 303), (address, role, shown.status_code)
        if page.take is not None:
            assert sent.status_code == 403, (address, role, "a form without the token of its session")


@pytest.mark.both_databases
def test_who_is_not_signed_in_is_led_to_the_door_from_everywhere(pages: Pages) -> None:
    case, document = in_follow_up(pages)
    visitor = pages.visitor()
    for page in PAGES:
        address = filled(pages, page.address, case, document)
        shown, sent = visitor.get(address), visitor.post(address, data={})
        assert shown.status_code == (405 if page.show is None else 303), address
        assert page.show is None or shown.headers["location"].startswith("/masuk"), address
        assert sent.status_code == (405 if page.take is None else 401), address
        missing = address.replace(case.number, "AKS-3509-2026-2-999")
        assert visitor.get(missing).status_code == shown.status_code, "a case that is there and one that is not look alike"


@pytest.mark.parametrize("role", WHO)
@pytest.mark.both_databases
def test_an_action_is_asked_of_the_roles_of_the_transition_table_only(pages: Pages, role: Role) -> None:
    case, _ = in_follow_up(pages)
    client = pages.as_(WHO[role])
    for action in Action:
        shown = client.get(f"/kasus/{case.number}/tindakan/{action.value}")
        assert (shown.status_code != 404) == does(action, role), (action, role)
        assert client.get(f"/kasus/AKS-3509-2026-2-999/tindakan/{action.value}").status_code == 404


@pytest.mark.parametrize("username", ["bidan.silo", "gizi2", "dr.anak2"])
@pytest.mark.both_databases
def test_a_case_of_others_is_on_no_page_there(pages: Pages, username: str) -> None:
    """Another area, another seat: the same page as for a number that was never given."""
    case, document = in_follow_up(pages)
    client = pages.as_(username)
    for page in PAGES:
        if "{number}" not in page.address or page.show is None:
            continue
        address = filled(pages, page.address, case, document)
        shown, missing = client.get(address), client.get(address.replace(case.number, "AKS-3509-2026-2-999"))
        assert (shown.status_code, words(shown.text)) == (missing.status_code, words(missing.text)), address
        assert shown.status_code == 404 and case.number not in shown.text, address


def test_every_row_has_an_address_of_its_own_and_somebody_who_may_open_it() -> None:
    addresses = [page.address for page in PAGES]
    assert len(set(addresses)) == len(addresses)
    for page in PAGES:
        assert page.roles and Role.SYSTEM not in page.roles and (page.show or page.take), page.address
