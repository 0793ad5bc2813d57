"""Penugasan panel: the plan is shown with its reasons, carried out as it was seen or not at all; absences and conflicts are declared."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action, Status
from audit.people.tables import Account
from audit.steps.review.tables import Assignment, ConflictDeclaration, Unavailability
from tests.counting import statements
from tests.web.conftest import Pages, form_of, send, words

OWN, ALL = "/panel/saya", "/panel/pernyataan"


def ready(pages: Pages, count: int = 1) -> list[Case]:
    cases = [pages.world.case_at(Status.READY) for _ in range(count)]
    pages.world.session.commit()
    return cases


def seats(pages: Pages) -> list[Assignment]:
    with pages.installation.reading() as session:
        return list(session.scalars(select(Assignment).order_by(Assignment.id)))


def test_the_plan_is_shown_with_its_reasons_and_nothing_is_written(pages: Pages) -> None:
    (case,) = ready(pages)
    text = words(pages.as_("sekretariat").get("/panel").text)
    assert "Terapkan usulan (2 kursi)" in text and case.number in text and not seats(pages)
    assert f"Kasus {case.number}: dr. Sasmita Adi, Sp.A sebagai pakar utama, beban 0 → 1 kasus." in text
    assert "dr. Wening Pramudya, Sp.A (seluruhnya 0 kasus pada pembagian ini)" in text
    assert "Beban pakar sebelum: 0–0 kasus; sesudah: 0–1 kasus." in text


def test_the_plan_is_carried_out_once_by_who_agreed_to_it(pages: Pages) -> None:
    ready(pages, 2)
    secretary = pages.as_("sekretariat")
    fields = form_of(secretary.get("/panel").text)
    address = f"/panel?siklus={pages.world.cycle.code}"
    done, again = secretary.post(address, data=fields), secretary.post(address, data=fields)
    assert done.status_code == again.status_code == 303 and len(seats(pages)) == 4
    assert sum(seat.is_lead for seat in seats(pages)) == 2
    text = words(secretary.get("/panel").text)
    assert "Semua kursi yang dapat diisi sudah terisi" in text and "Terapkan" not in text


def test_a_plan_that_changed_meanwhile_is_shown_again_instead(pages: Pages) -> None:
    ready(pages)
    secretary = pages.as_("sekretariat")
    fields = form_of(secretary.get("/panel").text)
    ready(pages)
    stale = secretary.post("/panel", data=fields)
    assert stale.status_code == 409 and "Usulan panel sudah berubah" in words(stale.text) and not seats(pages)
    assert "Terapkan usulan (4 kursi)" in words(stale.text)


@pytest.mark.parametrize("typed", ["", "x", "0" * 16, "🦠" * 500])
def test_a_plan_that_nobody_was_shown_is_not_carried_out(pages: Pages, typed: str) -> None:
    ready(pages)
    secretary = pages.as_("sekretariat")
    fields = form_of(secretary.get("/panel").text)
    assert secretary.post("/panel", data={**fields, "usulan": typed}).status_code == 409
    assert secretary.post("/panel?siklus=1999-1", data=fields).status_code == 404 and not seats(pages)


def test_what_is_lacking_is_said_with_the_cheapest_way_out(pages: Pages) -> None:
    with pages.installation.sessions.begin() as session:
        for account in session.scalars(select(Account).where(Account.username.in_(["gizi", "gizi2"]))):
            account.most_cases = 0
    (case,) = ready(pages)
    text = words(pages.as_("sekretariat").get("/panel").text)
    assert f"Ahli gizi kurang untuk kasus {case.number}" in text and "Naikkan batas" in text and "Kurang pakar" in text
    assert "Terapkan usulan (1 kursi)" in text


def test_a_standing_conflict_is_pointed_out(pages: Pages) -> None:
    case = pages.world.case_at(Status.READY)
    pages.world.do(case, Action.ASSIGN_EXPERT, "sekretariat", {"expert": "gizi"})
    pages.world.session.commit()
    expert = pages.as_("gizi")
    assert send(expert, OWN, {"benturan.kind": "puskesmas", "benturan.value": "Arjasa", "bentuk": "benturan"}).status_code == 303
    text = words(pages.as_("sekretariat").get("/panel").text)
    assert "Tutik Lestari, M.Gz duduk pada kasus" in text and "Mintalah mengundurkan diri" in text


def test_the_page_takes_as_many_statements_for_ten_cases_as_for_one(pages: Pages) -> None:
    counts, made = [], 0
    for wanted in (1, 10):
        ready(pages, wanted - made)
        made = wanted
        secretary = pages.as_("sekretariat")
        with statements(pages.engine) as seen:
            shown = secretary.get("/panel")
        assert shown.text.count("Ubah") == wanted
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 20, counts


@pytest.mark.parametrize("username", ["gizi", "ketua", "bidan.arjasa", "perkim", "pimpinan"])
def test_only_the_secretariat_assigns(pages: Pages, username: str) -> None:
    ready(pages)
    client = pages.as_(username)
    assert client.get("/panel").status_code == 404 and client.get(ALL).status_code == 404
    assert client.post("/panel", data={"usulan": "x"}).status_code == 404
    assert client.get(OWN).status_code == (200 if username == "gizi" else 404)


def test_an_expert_declares_an_absence_and_the_plan_goes_around_it(pages: Pages) -> None:
    ready(pages)
    expert = pages.as_("dr.anak")
    days = {
        "berhalangan.from_on": str(pages.world.on),
        "berhalangan.to_on": str(pages.world.on + timedelta(days=30)),
        "berhalangan.note": "Haji",
    }
    fields = {**form_of(expert.get(OWN).text), **days}
    assert expert.post(OWN, data=fields).status_code == 303 and expert.post(OWN, data=fields).status_code == 303
    text = words(expert.get(OWN).text)
    assert text.count("6 Juli – 5 Agustus 2026") == 1 and "Haji" in text
    plan = words(pages.as_("sekretariat").get("/panel").text)
    assert "dr. Wening Pramudya, Sp.A sebagai pakar utama" in plan and "berhalangan sampai 5 Agustus 2026" in plan
    assert "Haji" not in words(pages.as_("gizi").get(OWN).text)
    token = form_of(expert.get(OWN).text)["csrf"]
    assert expert.post(OWN, data={"csrf": token, "tarik": "berhalangan.1"}).status_code == 303
    assert "Tidak ada yang berhalangan" in words(expert.get(OWN).text)
    assert expert.post(OWN, data={"csrf": token, "tarik": "berhalangan.1"}).status_code == 409
    assert "dr. Sasmita Adi, Sp.A sebagai pakar utama" in words(pages.as_("sekretariat").get("/panel").text)


def test_nobody_takes_back_what_another_declared(pages: Pages) -> None:
    ready(pages)
    send(pages.as_("gizi"), OWN, {"benturan.kind": "desa", "benturan.value": "35.09.22.2001", "bentuk": "benturan"})
    other = pages.as_("gizi2")
    token = form_of(other.get(OWN).text)["csrf"]
    for which in ("benturan.1", "benturan.", "x", "benturan.99999999999"):
        assert other.post(OWN, data={"csrf": token, "tarik": which}).status_code == 409
    assert "Desa tempat tinggal sendiri atau keluarga dekat" in words(pages.as_("gizi").get(OWN).text)


def test_the_secretariat_declares_for_an_expert_and_sees_all(pages: Pages) -> None:
    ready(pages)
    secretary = pages.as_("sekretariat")
    conflict = {"benturan.expert": "dr.anak", "benturan.kind": "case", "benturan.value": "aks-3509-2026-2-001", "bentuk": "benturan"}
    assert send(secretary, ALL, conflict).status_code == 303
    text = words(secretary.get(ALL).text)
    assert "dr. Sasmita Adi, Sp.A · Dokter spesialis anak" in text and "Satu kasus tertentu: AKS-3509-2026-2-001" in text
    assert "menyatakan benturan kepentingan" in words(secretary.get("/panel").text)


BAD = [
    ("empty", {}, "Mulai tanggal: wajib diisi."),
    ("not a date", {"berhalangan.from_on": "kemarin", "berhalangan.to_on": "2026-08-01"}, "Mulai tanggal: “kemarin”"),
    ("backwards", {"berhalangan.from_on": "2026-08-02", "berhalangan.to_on": "2026-08-01"}, "lebih awal daripada mulai"),
    ("past", {"berhalangan.from_on": "2026-01-02", "berhalangan.to_on": "2026-01-03"}, "sudah lewat"),
    ("too long", {"berhalangan.from_on": "2026-08-02", "berhalangan.to_on": "2028-08-01"}, "paling lama 366 hari"),
    ("long note", {"berhalangan.from_on": "2026-08-02", "berhalangan.to_on": "2026-08-03", "berhalangan.note": "x" * 501}, "501 huruf"),
    ("no kind", {"bentuk": "benturan", "benturan.value": "Arjasa"}, "Dengan apa: wajib diisi."),
    ("no such kind", {"bentuk": "benturan", "benturan.kind": "uang", "benturan.value": "A"}, "Dengan apa: “uang”"),
    ("no such desa", {"bentuk": "benturan", "benturan.kind": "desa", "benturan.value": "99.99"}, "bukan kode wilayah"),
]


@pytest.mark.parametrize(("answers", "sentence"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_declaration_that_cannot_be_used_comes_back(pages: Pages, answers: dict[str, str], sentence: str) -> None:
    kind = answers.get("bentuk", "berhalangan")
    expert = pages.as_("gizi")
    shown = expert.get(OWN)
    token, form_id = form_of(shown.text)["csrf"], "c-1"
    back = expert.post(OWN, data={"bentuk": kind, "csrf": token, "form_id": form_id, **answers})
    assert back.status_code == 422 and sentence in words(back.text)
    for name, typed in answers.items():
        assert name in ("bentuk", "benturan.kind") or typed in back.text
    with pages.installation.reading() as session:
        assert not session.scalars(select(Unavailability)).all() and not session.scalars(select(ConflictDeclaration)).all()


@pytest.mark.parametrize("expert", ["", "ketua", "tidak.ada", "x" * 300])
def test_only_an_expert_can_be_declared_for(pages: Pages, expert: str) -> None:
    answers = {"benturan.expert": expert, "benturan.kind": "case", "benturan.value": "A", "bentuk": "benturan"}
    back = send(pages.as_("sekretariat"), ALL, answers)
    assert back.status_code == 422 and "Pakar:" in words(back.text)
