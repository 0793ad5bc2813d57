"""`aks opinion`: from the form that `aks report kajian` makes to a sealed opinion, by the expert and on paper; refusals store nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pikepdf import String
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from audit.lifecycle.tables import Case
from audit.lifecycle.vocabulary import Action
from audit.steps.review.tables import Opinion, OpinionDraft
from audit.store.files import Files
from audit.store.sealed import Keyring
from tests.cli.conftest import Aks
from tests.factory import OPINION, World
from tests.reports.opinion_form.forms import CLICKED, TYPED, altered, field, freeze_and_open, published_form, reviewed_case
from tests.reports.opinion_form.typing_in import typed

NAME = "Bunga Anggraini"


class Desk:
    """A home with one case under review, and the forms that its experts returned."""

    def __init__(self, world: World, files: Files, folder: Path) -> None:
        self.world, self.files, self.folder = world, files, folder
        self.sessions: sessionmaker[Session] = sessionmaker(world.session.get_bind(), expire_on_commit=False)
        self.case: Case = reviewed_case(world, files)

    def form(self, expert: str) -> bytes:
        """An empty form."""
        return published_form(self.sessions, self.files, self.world, self.case, expert)

    def returned(self, expert: str, **texts: str) -> Path:
        """A form that the expert filled in and sent back."""
        return self.put(typed(self.form(expert), {**TYPED, **texts}, CLICKED))

    def put(self, content: bytes, name: str = "kembali.pdf") -> Path:
        file = self.folder / name
        file.write_bytes(content)
        return file

    def count(self, table: Any) -> int:
        with self.sessions() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def kept_files(self) -> int:
        return sum(path.is_file() for path in (self.folder / "rumah" / "berkas").rglob("*"))


@pytest.fixture
def desk(world: World, home: Path, tmp_path: Path, keyring: Keyring) -> Desk:
    return Desk(world, Files(home / "berkas", keyring), tmp_path)


def test_the_secretariat_reads_and_enters_a_form_without_seeing_a_word_of_it(aks: Aks, desk: Desk) -> None:
    number, file = desk.case.number, desk.returned("gizi")
    read = aks("opinion", "read", file, "--as", "sekretariat")
    assert read.code == 0 and "5 dari 13 isian terisi" in read.out and f"aks opinion confirm {number} --expert gizi" in read.out
    shown = aks("opinion", "show", number, "--as", "sekretariat")
    as_json = aks("opinion", "show", number, "--as", "sekretariat", "--json").json
    entered = aks("opinion", "confirm", number, "--as", "sekretariat")
    assert entered.code == 0 and "Tutik Lestari" in entered.out and "tersegel" in entered.out
    for told in (read, shown, entered):
        assert "protein" not in told.out + told.err and NAME not in told.out + told.err
    assert as_json["waiting"][0]["content"] is None and "main_cause" in as_json["waiting"][0]["answered"]
    assert (desk.count(Opinion), desk.count(OpinionDraft)) == (1, 0)
    history = aks("case", "show", number, "--as", "sekretariat", "--json").json["history"]
    assert (history[-1]["action"], history[-1]["by"]) == ("enter-opinion", "sekretariat")


def test_the_expert_reads_looks_and_submits_their_own(aks: Aks, desk: Desk) -> None:
    number = desk.case.number
    read = aks("opinion", "read", desk.returned("dr.anak"), "--as", "dr.anak", "--json")
    assert read.json["expert"] == "dr.anak" and read.json["answered"] == list(OPINION) and desk.files.has(read.json["file_sha256"])
    shown = aks("opinion", "show", number, "--as", "dr.anak")
    assert OPINION["summary"] in shown.out and "Asupan protein hewani kurang" in shown.out
    assert aks("opinion", "show", number, "--as", "gizi", "--json").json["waiting"] == []
    sent = aks("opinion", "confirm", number, "--as", "dr.anak", "--json")
    assert sent.json["action"] == "submit-opinion" and desk.count(OpinionDraft) == 0
    again = aks("opinion", "confirm", number, "--as", "dr.anak")
    assert again.code == 1 and "Baca dahulu" in again.err


def test_the_newest_of_two_readings_is_what_is_entered(aks: Aks, desk: Desk) -> None:
    aks("opinion", "read", desk.returned("gizi"), "--as", "sekretariat")
    aks("opinion", "read", desk.returned("gizi", data_gaps="Mantoux"), "--as", "gizi")
    assert desk.count(OpinionDraft) == 1
    aks("opinion", "confirm", desk.case.number, "--as", "sekretariat", "--expert", "gizi")
    with desk.sessions() as session:
        assert session.scalars(select(Opinion)).one().content["data_gaps"] == "Mantoux"


def test_two_forms_that_wait_are_told_apart_by_the_expert(aks: Aks, desk: Desk) -> None:
    number = desk.case.number
    none = aks("opinion", "confirm", number, "--as", "sekretariat")
    for expert in ("gizi", "dr.anak"):
        aks("opinion", "read", desk.returned(expert), "--as", "sekretariat")
    several = aks("opinion", "confirm", number, "--as", "sekretariat")
    assert none.code == several.code == 1 and "Baca dahulu" in none.err and "dr.anak, gizi" in several.err
    assert aks("opinion", "confirm", number, "--as", "ketua").code == 1


def refused(aks: Aks, desk: Desk, file: Path, user: str) -> str:
    """The code of the refusal; the test fails when anything was kept."""
    before = desk.kept_files(), desk.count(OpinionDraft)
    done = aks("opinion", "read", file, "--as", user, "--json")
    assert done.code == 1 and (desk.kept_files(), desk.count(OpinionDraft)) == before
    assert not any(word in done.out + done.err for word in (NAME, "protein", "EEE"))
    code: str = done.json["refused"][0]["code"]
    return code


def test_refused_forms_store_nothing(aks: Aks, desk: Desk) -> None:
    good = desk.returned("gizi")
    assert refused(aks, desk, good, "dr.anak") == "wrong_expert"
    assert refused(aks, desk, good, "perkim") == "wrong_expert"
    content = good.read_bytes()
    case = altered(content, lambda opened: field(opened, "aks_case").__setattr__("V", String("AKS-3509-2026-2-002")))
    long = altered(content, lambda opened: field(opened, "icd10").__setattr__("V", String("E" * 61)))
    swapped = altered(content, lambda opened: field(opened, "specific").__setattr__("T", String("spesifik")))
    assert refused(aks, desk, desk.put(case), "sekretariat") == "altered_form"
    assert refused(aks, desk, desk.put(swapped), "sekretariat") == "altered_form"
    assert refused(aks, desk, desk.put(long), "sekretariat") == "too_long"
    assert refused(aks, desk, desk.put(desk.form("gizi")), "gizi") == "empty_form"
    assert refused(aks, desk, desk.put(b"%PDF-"), "sekretariat") == "unreadable_pdf"
    assert refused(aks, desk, desk.folder / "tidak-ada.pdf", "sekretariat") == "no_such_file"
    assert refused(aks, desk, desk.folder, "sekretariat") == "no_such_file"


def test_a_form_of_an_earlier_packet_a_recused_expert_and_a_withdrawn_case_are_refused(aks: Aks, desk: Desk) -> None:
    world, case, old, gone = desk.world, desk.case, desk.returned("gizi"), desk.put(desk.returned("dr.anak").read_bytes(), "anak.pdf")
    old = desk.returned("gizi")
    world.do(case, Action.ASK_FOR_DATA, "dr.anak", {"note": "Mantoux?"})
    world.session.commit()
    assert refused(aks, desk, old, "sekretariat") == "not_under_review"
    world.do(case, Action.SUBMIT_WORKSHEET, "bidan.arjasa", {"illness_notes": "Negatif"})
    freeze_and_open(world, desk.files, case)
    assert refused(aks, desk, old, "gizi") == "wrong_round"
    world.do(case, Action.RECUSE, "dr.anak", {"reason": "Cuti"})
    world.session.commit()
    assert refused(aks, desk, gone, "dr.anak") == "recused"
    world.do(case, Action.WITHDRAW, "sekretariat", {"reason": "moved_away"})
    world.session.commit()
    assert refused(aks, desk, old, "sekretariat") == "not_under_review"


def test_a_form_whose_file_was_never_made_here_is_refused(aks: Aks, desk: Desk) -> None:
    other = altered(
        desk.returned("gizi").read_bytes(), lambda opened: field(opened, "aks_record").__setattr__("V", String("a" * 64))
    )  # fmt: skip
    assert refused(aks, desk, desk.put(other), "sekretariat") == "altered_form"


def test_the_form_comes_out_of_the_command_line(aks: Aks, desk: Desk) -> None:
    out = desk.folder / "kajian.pdf"
    made = aks("report", "kajian", "--subject", f"{desk.case.number.lower()}:gizi", "--as", "gizi", "--out", out, "--json")
    assert made.code == 0 and out.read_bytes() == desk.form("gizi")
    assert aks("report", "kajian", "--subject", f"{desk.case.number}:dr.anak", "--as", "gizi").code == 1
    assert aks("opinion", "read", desk.put(typed(out.read_bytes(), TYPED, CLICKED)), "--as", "gizi").code == 0
