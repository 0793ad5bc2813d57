"""What an office wrote for its cycle, as it is printed: foreword and closing of the report, the end of a letter, the letterhead."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from audit.casework.cycle_settings import settings_from
from audit.errors import Fault
from audit.reports.book import entry, record_of
from audit.reports.dissemination.report import draw_dissemination, public_report, restricted_report
from audit.reports.field.letter import family_letter_page
from audit.reports.office_words import letterhead_lines, office_words
from audit.reports.record import Record
from audit.store.session import make_engine
from tests.conftest import KEYRING
from tests.factory import World
from tests.reports.dissemination_world import busy_world
from tests.reports.field.field_world import as_record, faults_of, pages_of, planned

OFFICE = {
    "name": "Dinas Pemberdayaan Perempuan, Perlindungan Anak dan Keluarga Berencana Kabupaten Jember",
    "address": "Jalan Contoh Nomor 1, Jember 68100",
    "contact": "telepon 0331 000000, surel aks@contoh.go.id",
    "verify_address": "https://aks.contoh.go.id",
}
TEXTS = {
    "foreword": (
        "{{ tim | upper }} {{ kabupaten }} mengaudit {{ jumlah_kasus }} pada {{ siklus }}.\n\n"
        "{% if tanggal_diseminasi %}\nDibahas pada {{ tanggal_diseminasi }}.\n{% else %}\nTanggalnya menyusul.\n{% endif %}\n\n"
        "Ditulis apa adanya: <b>=1+1</b> & 🙂."
    ),
    "closing": "Sampai jumpa pada siklus berikutnya di {{ kabupaten }}, {{ tahun }}.",
    "letter_closing": "Salam hangat dari {{ tim }}. Kami menunggu kabar baik dari Bapak dan Ibu.",
}
SETTINGS = settings_from({"focus_areas": "Arjasa", "office": OFFICE, "texts": TEXTS}, kabupaten_code="35.09")
CYCLE: dict[str, Any] = {
    "code": "2026-2",
    "kabupaten_code": "35.09",
    "starts_on": "2026-07-01",
    "wording": {"team": "TP3S", "period": "semester"},
    "office": OFFICE,
    "texts": TEXTS,
}


@dataclass(frozen=True)
class Reports:
    """The reports of one busy cycle whose office wrote its own texts: their records, and the pages of the public one."""

    records: Mapping[str, Record]
    public: bytes


@pytest.fixture(scope="module")
def reports(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reports]:
    path = tmp_path_factory.mktemp("kantor") / "aks.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}", KEYRING)
    with Session(engine, expire_on_commit=False) as session:
        world = busy_world(session)
        world.cycle.settings = world.cycle.settings | {name: SETTINGS[name] for name in ("office", "texts")}
        session.flush()
        one = entry("diseminasi-2")
        snapshot = one.freeze(session, world.cycle.id, "", at=world.at, on=world.on)
    records = {edition: record_of(one, snapshot, edition=edition, subject="", revision=1) for edition in one.editions}
    yield Reports(records, draw_dissemination(records["publik"], is_strict=True))
    engine.dispose()


def test_the_names_are_filled_in_from_the_record() -> None:
    own = {"jumlah_kasus": "kurang dari 5 kasus", "tanggal_diseminasi": ""}
    assert office_words(CYCLE, "foreword", **own) == (
        "TP3S Kabupaten Jember mengaudit kurang dari 5 kasus pada Semester 2 Tahun 2026.",
        "Tanggalnya menyusul.",
        "Ditulis apa adanya: <b>=1+1</b> & [simbol].",
    )
    assert office_words(CYCLE, "foreword", **own | {"tanggal_diseminasi": "1 Juli 2026"})[1] == "Dibahas pada 1 Juli 2026."
    assert letterhead_lines(CYCLE) == (OFFICE["name"], OFFICE["address"], OFFICE["contact"])


def test_an_office_that_wrote_nothing_gets_what_is_usual() -> None:
    for silent in (CYCLE | {"texts": {}, "office": {}}, {k: v for k, v in CYCLE.items() if k not in ("texts", "office")}):
        assert office_words(silent, "letter_closing") == () and letterhead_lines(silent) == ()


def test_a_record_with_a_text_that_no_cycle_opens_with_is_not_drawn() -> None:
    forged = CYCLE | {"texts": {"letter_closing": "{{ tim.__class__ }}"}}
    with pytest.raises(Fault, match="Teks kantor tidak dapat dipakai"):
        office_words(forged, "letter_closing")


def test_both_editions_carry_the_foreword_and_the_closing_with_their_own_numbers(reports: Reports) -> None:
    public, restricted = public_report(reports.records["publik"]), restricted_report(reports.records["terbatas"])
    for page in (public, restricted):
        assert page.introduction.foreword[0].startswith("TP3S Kabupaten Jember mengaudit ")
        assert page.introduction.foreword[-1] == "Ditulis apa adanya: <b>=1+1</b> & [simbol]."
        assert page.closing.words == ("Sampai jumpa pada siklus berikutnya di Kabupaten Jember, 2026.",)
        assert page.cover.letterhead == (OFFICE["name"], OFFICE["address"], OFFICE["contact"])


def test_the_report_prints_them_as_written_and_stays_archival(reports: Reports) -> None:
    pages = [re.sub(r"\s+", " ", text) for text in pages_of(reports.public)]
    assert OFFICE["address"] in pages[0] and OFFICE["contact"] in pages[0]
    preface = next(page for page in pages if "Kata Pengantar" in page and "Daftar Isi" not in page)
    assert "Ditulis apa adanya: <b>=1+1</b> & [simbol]." in preface and "bukan mencari kesalahan petugas" not in preface
    assert any("BAB IV Penutup" in page and "Sampai jumpa pada siklus berikutnya" in page for page in pages[3:])
    assert f"{OFFICE['verify_address']}/v/{reports.records['publik'].code}" in " ".join(pages)
    assert faults_of(reports.public) == []


def test_a_letter_ends_with_the_words_of_the_office(session: Session) -> None:
    world = World(session)
    case = planned(world)
    assert family_letter_page(as_record(world, "surat-keluarga", case.number)).thanks.startswith("Terima kasih atas kerja sama")
    world.cycle.settings = world.cycle.settings | {"office": OFFICE, "texts": TEXTS}
    session.flush()
    page = family_letter_page(as_record(world, "surat-keluarga", case.number))
    assert page.thanks == "Salam hangat dari TP3S. Kami menunggu kabar baik dari Bapak dan Ibu."
    assert page.letterhead == OFFICE["name"]
