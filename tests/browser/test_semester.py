"""A whole semester through the browser alone: six people in six browsers, from the empty office to the printed report and the outcome.

The days pass by the hand of the test; the moves of the system are done by the process beside the pages, as in an office.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from audit.demo import workbook
from audit.demo.families import make_district
from audit.demo.story import CHILD_STORIES, consensus, opinion, plan, worksheet
from audit.lifecycle import history
from audit.lifecycle.calendar import local_date
from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import STATUS_LABELS, Group, Status
from audit.web.fields import typed
from tests.browser.conftest import DESK, PHONE, widest
from tests.browser.office import Office, answer, press, wait_for
from tests.conftest import prepare_flows

OPENING = datetime(2026, 2, 2, 2, 0, tzinfo=UTC)
KECAMATAN = "35.09.22"
ZONE = "Asia/Jakarta"
PASSWORD = "kucing-hujan-{}-teduh"
STORY = CHILD_STORIES[0]
INVITE = "Buat tautan kata sandi"

PEOPLE: dict[str, dict[str, Any]] = {
    "bidan": {"name": "Ninik Rahayu, A.Md.Keb.", "roles": ["field"], "kecamatan": [KECAMATAN], "puskesmas": "Puskesmas Arjasa"},
    "dr.anak": {"name": "dr. Sasmita Adi, Sp.A", "roles": ["expert"], "discipline": "paediatrics"},
    "gizi": {"name": "Tutik Lestari, M.Gz.", "roles": ["expert"], "discipline": "nutrition"},
    "ketua": {"name": "Drs. Wirajaya Kusnadi", "roles": ["chair"]},
    "opd": {"name": "Koordinator puskesmas lokus", "roles": ["agency"], "agency": "puskesmas"},
    "pimpinan": {"name": "Inspektur Daerah", "roles": ["leader"]},
}
WIDTHS = {"sekretariat": DESK, "bidan": PHONE, "dr.anak": DESK, "gizi": PHONE, "ketua": PHONE, "opd": PHONE, "pimpinan": DESK}
"""Who works on what."""
EXCHANGED = {who: PHONE if width == DESK else DESK for who, width in WIDTHS.items()}
"""The other way round, for a second play with AKS_TEST_BOTH=1."""


@dataclass
class Play:
    """The office and the browsers. case: address of the case that the play follows."""

    office: Office
    open_browser: Callable[[str], Page]
    browsers: dict[str, Page] = field(default_factory=dict)
    number: str = ""

    def page(self, who: str) -> Page:
        """The browser of this person."""
        if who not in self.browsers:
            self.browsers[who] = self.open_browser(who)
        return self.browsers[who]

    def pass_days(self, days: float) -> None:
        """Time goes by; whoever comes back after so long signs in again, and is led on to where they wanted to go."""
        self.office.pass_days(days)
        for who, page in self.browsers.items():
            page.goto("/kasus")
            answer(page, {"username": who, "password": PASSWORD.format("semeru" if who == "sekretariat" else who)})
            press(page, "Masuk")
            assert page.url.endswith("/kasus"), page.url

    def picture(self, who: str, name: str) -> None:
        """A picture for the guide, of what this person sees now; only when AKS_PICTURES names a folder for them."""
        if wanted := os.environ.get("AKS_PICTURES"):
            self.page(who).screenshot(path=Path(wanted) / f"peramban-{name}.png")

    @property
    def case(self) -> str:
        return f"/kasus/{self.number}"

    @property
    def today(self) -> date:
        return local_date(self.office.at, ZONE)

    def status(self) -> str:
        with self.office.here.reading() as session:
            return session.scalars(select(Case.status).where(Case.number == self.number)).one()

    def until(self, who: str, status: Status) -> None:
        """What the process beside the pages does is seen by this person at the top of the page of the case."""
        page = self.page(who)
        wait_for(page, self.case, STATUS_LABELS[status], within="main .head")
        assert self.status() == status


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kantor").resolve()


@pytest.fixture
def office(folder: Path, prefect_template: Path) -> Iterator[Office]:
    made = Office(folder, at=OPENING)
    prepare_flows(prefect_template, made.settings.home)
    yield made
    made.close()


@pytest.mark.parametrize("widths", [WIDTHS, EXCHANGED] if os.environ.get("AKS_TEST_BOTH") else [WIDTHS], ids=lambda widths: widths["bidan"])
def test_a_semester_is_played_by_six_people_in_six_browsers(
    office: Office,
    serve: Callable[[Any], str],
    page_at: Callable[..., Page],
    check_axe: Callable[[Page], None],
    folder: Path,
    widths: dict[str, int],
) -> None:
    base = serve(office.app(start_code="48211793"))
    play = Play(office, lambda who: page_at(widths[who], base=base))
    office.start_work()
    make_the_first_account(play)
    open_the_cycle(play)
    for who in PEOPLE:
        hire(play, who)
    load_the_registers(play, folder)
    choose_the_cases(play)
    fill_the_worksheet(play)
    review(play)
    agree(play)
    plan_and_approve(play)
    follow_up(play)
    evaluate(play)
    print_the_report(play, folder)
    for who, page in play.browsers.items():
        page.goto("/")
        assert widest(page) <= widths[who], f"the first page of {who} scrolls sideways"
        check_axe(page)
    with office.here.reading() as session:
        assert history.verify(session).broken == ()


def make_the_first_account(play: Play) -> None:
    page = play.page("sekretariat")
    page.goto("/")
    page.wait_for_url("**/mulai")
    password = PASSWORD.format("semeru")
    answer(page, {"start_code": "48211793", "name": "Endah Wulansari, S.Sos.", "username": "sekretariat", "password": password})
    answer(page, {"again": password})
    press(page, "Buat akun dan masuk")
    at_home(page)


def hire(play: Play, who: str) -> None:
    """The secretariat makes an account and sends its link; the new colleague opens it in their own browser and sets a password."""
    page, about = play.page("sekretariat"), PEOPLE[who]
    page.goto("/pengaturan/akun/baru")
    answer(page, {"username": who, **about})
    press(page, "Tambah akun")
    press(page, INVITE)
    press(page, INVITE)
    own, password = play.page(who), PASSWORD.format(who)
    own.goto(page.locator("#tautan").input_value())
    own.locator('[name="password"]').wait_for()
    answer(own, {"password": password, "again": password})
    press(own, "Pasang kata sandi dan masuk")
    at_home(own)


def at_home(page: Page) -> None:
    page.goto("/")
    assert page.locator("h1").inner_text() == "Beranda"


def open_the_cycle(play: Play) -> None:
    page = play.page("sekretariat")
    page.goto("/siklus/baru")
    answer(page, {"kabupaten": "35.09"})
    press(page, "Lanjut")
    answer(page, {"year": "2026", "number": "1", "dissemination_on": "2026-06-25", "focus_areas": [KECAMATAN], "quota_balita": "4"})
    answer(page, {"quorum_balita_paediatrics": "1", "quorum_balita_nutrition": "1", "office_name": "Sekretariat TP3S (contoh)"})
    press(page, "Buka siklus")
    page.wait_for_url("**/siklus/2026-1")


def load_the_registers(play: Play, folder: Path) -> None:
    """Upload, look at what would change, load."""
    district = make_district(20260202, on=play.today, kecamatan=[KECAMATAN])
    path = folder / "eppgbm-2026-01.xlsx"
    workbook.write_eppgbm(path, district, date(2026, 1, 1), faults=True)
    page = play.page("sekretariat")
    page.goto("/impor")
    page.locator('main input[type="file"]').set_input_files(path)
    press(page, "Unggah dan periksa")
    wait_for(page, page.url, "Muat berkas ini")
    press(page, "Muat berkas ini")
    wait_for(page, page.url, "Selesai")


def choose_the_cases(play: Play) -> None:
    page = play.page("sekretariat")
    page.goto("/kandidat")
    press(page, "Tapis")
    wait_for(page, "/kandidat", "Tapis sasaran: selesai")
    page.goto("/kandidat")
    page.locator('main input[name="calon"]').first.check()
    press(page, "Buka kasus")
    page.goto("/kasus")
    play.number = page.locator("main table tbody a").first.inner_text().strip()


def fill_the_worksheet(play: Play) -> None:
    """On the phone, part by part; the name is opened with a reason first."""
    page = play.page("bidan")
    page.goto(play.case)
    assert "•••" in page.locator("main").inner_text()
    page.goto(f"{play.case}/tindakan/open-identity")
    answer(page, {"reason": "worksheet"})
    press(page, "Buka identitas")
    assert "•••" not in page.locator("main").inner_text()
    answers = typed(worksheet(Group.BALITA, STORY, visited_on=play.today, visited_by="Ninik Rahayu", known={}, rng=random.Random(1)))
    page.goto(f"{play.case}/lembar-kerja?bagian=visit")
    play.picture("bidan", "lembar-kerja")
    while page.locator('main button:has-text("Simpan dan lanjut")').count():
        names = set(page.locator("main form.asks [name]").evaluate_all("all => all.map(it => it.name)"))
        answer(page, {name: value for name, value in answers.items() if name in names})
        press(page, "Simpan dan lanjut")
    press(page, "Kirim kertas kerja")
    play.until("sekretariat", Status.UNDER_REVIEW)


def review(play: Play) -> None:
    """Each expert from the packet alone; neither sees a word of the other before both are in."""
    for who, summary in (("dr.anak", "Asupan protein kurang, diare berulang."), ("gizi", "RAHASIA: MPASI terlambat dan encer.")):
        page = play.page(who)
        page.goto("/telaah")
        page.goto(f"{play.case}/telaah")
        answers = {**opinion(STORY), "summary": summary}
        answer(page, answers)
        if who == "dr.anak":
            page.evaluate("window.scrollTo(0, 0)")
            play.picture(who, "telaah")
        press(page, "Kirim pendapat")
        if who == "dr.anak":
            own = play.page("gizi")
            own.goto(play.case)
            assert "Asupan protein kurang, diare berulang." not in own.content()
    play.until("dr.anak", Status.REVIEWED)


def agree(play: Play) -> None:
    """The lead proposes, the other votes and comments, the lead records."""
    lead, other = play.page("dr.anak"), play.page("gizi")
    lead.goto(f"{play.case}/sidang")
    assert "MPASI terlambat dan encer" in lead.locator("main").inner_text()
    play.picture("dr.anak", "sidang")
    agreed = consensus(STORY)
    asked = {name: value for name, value in agreed.items() if name not in ("recommendations", "dissent")}
    lead.goto(f"{play.case}/sidang/usul")
    fill_rows(lead, asked, "recommendations", agreed["recommendations"])
    press(lead, "Ajukan usul")
    other.goto(f"{play.case}/sidang")
    answer(other, {"vote": "disagree", "text": "Diare berulang lebih menentukan daripada asupan."})
    press(other, "Kirim suara")
    lead.goto(f"{play.case}/sidang/catat")
    assert "Diare berulang lebih menentukan" in lead.locator("main").inner_text() or lead.content().count("Diare berulang lebih menentukan")
    press(lead, "Catat kesepakatan")
    assert play.status() == Status.RECOMMENDED


def fill_rows(page: Page, answers: dict[str, Any], name: str, rows: list[dict[str, Any]]) -> None:
    """Answer a form with a list; a row is added by its button when there is none yet."""
    answer(page, answers)
    for n, row in enumerate(rows, start=1):
        if not page.locator(f'[name^="{name}.{n}."]').count():
            page.locator(f'button[name="tambah"][value="{name}"]').click()
            page.wait_for_load_state()
        answer(page, {f"{name}.{n}.{key}": value for key, value in row.items()})


def plan_and_approve(play: Play) -> None:
    page, chair = play.page("sekretariat"), play.page("ketua")
    play.until("sekretariat", Status.RECOMMENDED)
    with play.office.here.reading() as session:
        desa = session.scalars(select(Case.desa_code).where(Case.number == play.number)).one()
    rows = [{**typed(row), "owner_agency": "puskesmas"} for row in plan(STORY, place_code=desa, on=play.today)["actions"]]
    wait_for(page, play.case, "RTL disusun", within="main .timeline")  # by the system, as a first draft
    page.goto(f"{play.case}/rtl")
    fill_rows(page, {}, "actions", rows)
    press(page, "Simpan dan ajukan")
    assert play.status() == Status.PLANNED, page.locator("main").inner_text()[:1500]
    chair.goto(f"{play.case}/persetujuan")
    press(chair, "Setujui RTL")
    assert play.status() == Status.APPROVED
    page.goto(f"{play.case}/tindakan/name-person-in-charge")
    answer(page, {"person": "bidan"})
    press(page, "Tunjuk penanggung jawab kasus")
    play.until("bidan", Status.FOLLOW_UP)


def follow_up(play: Play) -> None:
    """A visit on the day, the agency reports, the midwife has seen it; three months pass with a last measurement."""
    midwife, agency = play.page("bidan"), play.page("opd")
    play.pass_days(2)
    visit(play, {"weight_kg": "9,1", "height_cm": "78,4", "position": "lying"})
    agency.goto(f"{play.case}/tindakan/report-progress")
    answer(agency, {"action": "1", "status": "selesai", "evidence": "Daftar terima PMT"})
    press(agency, "Laporkan kemajuan")
    midwife.goto(f"{play.case}/tindakan/confirm-action")
    answer(midwife, {"action": "1", "seen": "PMT dimakan di depan petugas"})
    press(midwife, "Pastikan kegiatan")
    play.pass_days(85)
    visit(play, {"weight_kg": "10,4", "height_cm": "83,0", "position": "lying"})
    play.pass_days(8)


def visit(play: Play, measured: dict[str, str]) -> None:
    """Checked against the curve at once, then recorded."""
    page = play.page("bidan")
    page.goto("/kunjungan")
    page.goto(f"{play.case}/kunjungan")
    answer(page, {"visited_on": play.today.isoformat(), **measured})
    play.picture("bidan", "kunjungan")
    press(page, "Catat kunjungan")
    if (again := page.get_by_label("Sudah diukur ulang")).count():  # the child is invented, and so are these numbers
        again.check()
        press(page, "Catat kunjungan")
    assert " tercatat." in page.content(), page.locator("main").inner_text()[:800]


def evaluate(play: Play) -> None:
    page = play.page("sekretariat")
    page.goto("/")
    play.picture("sekretariat", "beranda")
    page.goto(f"{play.case}/tindakan/evaluate")
    press(page, "Evaluasi hasil")
    assert play.status() == Status.EVALUATED
    leader = play.page("pimpinan")
    leader.goto("/riwayat")
    assert play.number in leader.locator("main").inner_text()


def print_the_report(play: Play, folder: Path) -> None:
    """The public report is made beside the pages and comes down as a file."""
    page = play.page("sekretariat")
    page.goto("/dokumen/buat")
    answer(page, {"names": ["diseminasi"]})
    press(page, "Buat dokumen")
    wait_for(page, page.url, "Selesai", seconds=180)
    page.goto("/dokumen?jenis=diseminasi")
    page.locator("main table tbody a").first.click()
    page.wait_for_load_state()
    with page.expect_download() as coming:
        page.locator("main").get_by_role("link", name="Unduh").first.click()
    kept = folder / "laporan.pdf"
    coming.value.save_as(kept)
    assert kept.read_bytes().startswith(b"%PDF-1.7")
