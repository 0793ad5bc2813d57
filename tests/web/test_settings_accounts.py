"""Pengaturan › Akun: listed, added, changed, invited, closed; by the secretariat only, and never over somebody else's change."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event, select

from audit.people.accounts import account, change_account
from audit.people.tables import Account
from tests.web.conftest import Pages, TestClient, form_of, send, words

ADDRESS = "/pengaturan/akun"
NEW = {"name": "Sri Wahyuni, A.Md.Keb", "username": "bidan.baru", "roles": ["field"], "kecamatan": ["35.09.22"]}


def address_of(pages: Pages, username: str) -> str:
    return f"{ADDRESS}/{pages.world.people[username].id}"


@pytest.fixture
def client(pages: Pages) -> TestClient:
    return pages.as_("sekretariat")


def test_every_account_is_listed_with_its_state_in_a_constant_number_of_statements(pages: Pages, client: TestClient) -> None:
    def statements() -> int:
        seen: list[str] = []
        event.listen(pages.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
        shown = client.get(ADDRESS)
        assert shown.status_code == 200 and "dr. Sasmita Adi, Sp.A" in shown.text
        return len(seen)

    statements()
    before = statements()
    for n in range(5):
        assert send(client, f"{ADDRESS}/baru", NEW | {"username": f"bidan.{n}"}).status_code == 303
    assert "Belum dapat masuk" in words(client.get(ADDRESS).text)
    seen: list[str] = []
    event.listen(pages.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    client.get(ADDRESS)
    assert len(seen) <= before


def test_an_account_is_added_with_regions_by_name(pages: Pages, client: TestClient) -> None:
    made = send(client, f"{ADDRESS}/baru", NEW | {"desa": "Mulyorejo, Silo\n", "home_desa": "35.09.22.2001"})
    assert made.status_code == 303, words(made.text)
    with pages.installation.reading() as session:
        line = account(session, int(made.headers["location"].rpartition("/")[2]), at=pages.at)
    assert "35.09.22" in line.person.areas and any(code.startswith("35.09.30.") for code in line.person.areas)
    assert line.person.home_desa == "35.09.22.2001"
    page = words(client.get(made.headers["location"]).text)
    assert "Mulyorejo, Silo" in client.get(made.headers["location"]).text and "Belum dapat masuk" in page


@pytest.mark.parametrize("agency", ["", "kecamatan", "desa"])
def test_the_whole_district_is_never_given_by_leaving_the_area_open(pages: Pages, client: TestClient, agency: str) -> None:
    roles = ["agency"] if agency else ["field"]
    left_open = send(client, f"{ADDRESS}/baru", NEW | {"kecamatan": [], "roles": roles, "agency": agency})
    assert left_open.status_code == 422 and 'id="f-cakupan-problem"' in left_open.text
    fields = form_of(left_open.text)
    assert "cakupan" not in fields and fields["name"] == [NEW["name"]]
    said = client.post(f"{ADDRESS}/baru", data={**fields, "cakupan": "kabupaten"})
    assert said.status_code == 303
    with pages.installation.reading() as session:
        assert account(session, int(said.headers["location"].rpartition("/")[2]), at=pages.at).person.areas == ()


@pytest.mark.parametrize(
    ("scope", "kecamatan", "sentence"),
    [
        ("sebagian", [], "pilih paling sedikit satu kecamatan"),
        ("kabupaten", ["35.09.22"], "seluruh kabupaten disebut bersama kecamatan atau desa"),
        ("semesta", ["35.09.22"], "“semesta” tidak dikenal"),
    ],
)
def test_an_area_that_contradicts_itself_is_asked_about(client: TestClient, scope: str, kecamatan: list[str], sentence: str) -> None:
    refused = send(client, f"{ADDRESS}/baru", NEW | {"kecamatan": kecamatan, "cakupan": scope})
    assert refused.status_code == 422 and sentence in words(refused.text)


def test_who_works_everywhere_by_nature_needs_no_area(client: TestClient) -> None:
    assert send(client, f"{ADDRESS}/baru", NEW | {"kecamatan": [], "roles": ["leader"]}).status_code == 303


def test_an_account_shows_the_area_that_it_has(pages: Pages, client: TestClient) -> None:
    assert form_of(client.get(address_of(pages, "bidan.arjasa")).text)["cakupan"] == ["sebagian"]
    assert form_of(client.get(address_of(pages, "sekretariat")).text)["cakupan"] == ["kabupaten"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 300),
        ("username", "ada spasi"),
        ("username", "gizi"),
        ("roles", []),
        ("roles", ["raja"]),
        ("roles", ["expert"]),
        ("roles", ["agency"]),
        ("kecamatan", ["99.99.99"]),
        ("desa", "Atlantis, Arjasa"),
        ("home_desa", "Atlantis"),
        ("email", "bukan surel"),
        ("most_cases", "banyak"),
        ("most_cases", "0"),
        ("puskesmas", "x" * 500),
    ],
)
def test_what_cannot_be_used_comes_back_with_a_sentence_at_its_field(
    pages: Pages, client: TestClient, field: str, value: str | list[str]
) -> None:
    refused = send(client, f"{ADDRESS}/baru", NEW | {field: value})
    at = {"kecamatan": "desa", "roles": {"expert": "discipline", "agency": "agency"}.get("".join(value), "roles")}.get(field, field)
    assert refused.status_code == 422 and f'id="f-{at}-problem"' in refused.text, words(refused.text)[:400]
    if isinstance(value, str) and value:
        assert value in refused.text.replace("&#39;", "'")
    with pages.installation.reading() as session:
        assert session.scalar(select(Account.id).where(Account.name == NEW["name"])) is None


def test_a_change_is_kept_and_stands_in_the_history_of_the_account(pages: Pages, client: TestClient) -> None:
    address = address_of(pages, "gizi2")
    assert send(client, address, {"name": "Hari Nugraha, S.Gz., M.Gz"}).status_code == 303
    page = words(client.get(address).text)
    assert "Data akun diubah" in page and "menjadi “Hari Nugraha, S.Gz., M.Gz”" in page
    again = send(client, address, {})
    assert again.status_code == 303 and "Tidak ada yang berubah" in words(client.get(address).text)


def test_a_form_from_before_somebody_elses_change_is_not_taken_and_shows_what_is_stored(pages: Pages, client: TestClient) -> None:
    address, person = address_of(pages, "gizi2"), pages.world.people["gizi2"]
    form = form_of(client.get(address).text)
    with pages.installation.sessions.begin() as session:
        change_account(session, person.id, {"name": "Hari N., M.Gz"}, by=pages.world.people["sekretariat"], at=pages.at)
    form["name"] = ["Hari Nugroho, M.Gz"]
    refused = client.post(address, data=form)
    assert refused.status_code == 409 and "Hari Nugroho" in refused.text and "tersimpan sekarang: Hari N., M.Gz" in words(refused.text)
    with pages.installation.reading() as session:
        assert account(session, person.id, at=pages.at).person.name == "Hari N., M.Gz"
    form.pop("seen_version")
    assert client.post(address, data=form).status_code == 409


def test_an_invitation_is_shown_once_and_opens_the_account(pages: Pages, client: TestClient) -> None:
    made = send(client, address_of(pages, "gizi2") + "/undang", {})
    found = re.search(r"/undangan#([\w-]{43})", made.text)
    assert made.status_code == 200 and found is not None
    assert found[1] not in client.get(address_of(pages, "gizi2")).text
    assert "Diundang" in words(client.get(ADDRESS).text)
    assert "Hari Nugraha" in pages.visitor().post("/undangan", data={"link": found[1]}).text


def made_at(pages: Pages, headers: dict[str, str], **how: bool) -> str:
    """The page with a link that was asked for under this address."""
    client = pages.as_("sekretariat", **how)
    if how.get("behind_https"):
        client.base_url = client.base_url.copy_with(scheme="https")
        client.cookies.set("__Host-aks", client.cookies["aks"])
    fields = form_of(client.get(address_of(pages, "gizi2") + "/undang").text)
    made = client.post(address_of(pages, "gizi2") + "/undang", data=fields, headers=headers)
    assert made.status_code == 200
    return str(made.text)


@pytest.mark.parametrize(
    ("headers", "is_behind_https", "link"),
    [
        ({"host": "192.168.1.20:8000"}, False, "http://192.168.1.20:8000/undangan#"),
        ({"host": "192.168.1.20:8000", "x-forwarded-host": "jahat.example"}, False, "http://192.168.1.20:8000/undangan#"),
        ({"host": "aks.contoh.go.id"}, True, "https://aks.contoh.go.id/undangan#"),
        ({"host": "127.0.0.1:8000", "x-forwarded-host": "aks.contoh.go.id"}, True, "https://aks.contoh.go.id/undangan#"),
        ({"host": "aks.contoh.go.id", "x-forwarded-host": "a b<script>"}, True, "https://aks.contoh.go.id/undangan#"),
    ],
)
def test_a_link_names_the_address_under_which_the_page_was_opened(
    pages: Pages, headers: dict[str, str], is_behind_https: bool, link: str
) -> None:
    page = made_at(pages, headers, behind_https=is_behind_https)
    assert link in page and "hanya terbuka di komputer ini" not in page


def test_a_link_that_only_this_machine_can_open_says_so(pages: Pages) -> None:
    page = made_at(pages, {"host": "127.0.0.1:8000"})
    assert "http://127.0.0.1:8000/undangan#" in page and "hanya terbuka di komputer ini" in words(page)


def test_an_account_is_closed_after_a_question_and_opened_again(pages: Pages, client: TestClient) -> None:
    other = pages.as_("gizi2")
    address = address_of(pages, "gizi2")
    assert "Nonaktifkan akun ini?" in client.get(address + "/nonaktifkan").text
    assert send(client, address + "/nonaktifkan", {}).status_code == 303
    assert other.get("/kasus").headers["location"].startswith("/masuk")
    again = send(client, address + "/nonaktifkan", {})
    assert again.status_code == 409 and "sudah tidak aktif" in words(again.text)
    assert send(client, address + "/aktifkan", {}).status_code == 303
    assert "Aktif kembali" not in client.get(address).text and "Nonaktifkan" in client.get(address).text


def test_nobody_closes_their_own_account_or_the_last_secretariat(pages: Pages, client: TestClient) -> None:
    own = send(client, address_of(pages, "sekretariat") + "/nonaktifkan", {})
    assert own.status_code == 409 and "akun Anda sendiri" in words(own.text)
    last = send(client, address_of(pages, "sekretariat"), {"roles": ["chair"]})
    assert last.status_code == 422 and "sekretariat terakhir" in words(last.text)


def test_addresses_of_no_account_and_of_no_step_are_not_found(pages: Pages, client: TestClient) -> None:
    for address in ("/999999", "/abc", "/-1", "/0", f"/{10**12}", f"/{pages.world.people['gizi'].id}/hapus"):
        assert client.get(ADDRESS + address).status_code == 404, address
