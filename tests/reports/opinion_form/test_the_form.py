"""The packet as a form: every question of the data is a field once, viewers can fill it, and a pen can too."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.forms import Kind
from audit.lifecycle.vocabulary import Action
from audit.render import html
from audit.reports.book import document_number
from audit.reports.opinion_form.document import HIDDEN, draw_opinion_form, form_snapshot, opinion_form_page, packet_under, seats_to_answer
from audit.reports.opinion_form.pages import names_of, parts_of
from audit.reports.packet.document import packet_page
from audit.reports.readers import may_not_read
from audit.steps.review.forms import OPINION
from audit.store.files import Files
from audit.store.sealed import Keyring
from tests.factory import OPINION as ANSWERS
from tests.factory import World
from tests.reports.opinion_form.forms import CLICKED, KAJIAN, TYPED, empty_form, record, reviewed_case
from tests.reports.opinion_form.typing_in import typed
from tests.reports.packet_snapshots import NIK

LONG_NAME = "dr. " + "Nurhayatiningsih " * 11 + "Sp.A"


@pytest.fixture
def files(tmp_path: Path, keyring: Keyring) -> Files:
    return Files(tmp_path / "berkas", keyring)


def pages_of(file: bytes) -> list[str]:
    opened = pypdfium2.PdfDocument(file)
    pages = [" ".join(page.get_textpage().get_text_bounded().replace("\u00a0", " ").split()) for page in opened]
    opened.close()
    return pages


def widgets(file: bytes) -> list[dict[str, Any]]:
    """Every visible widget in the order of the file: what a viewer knows of it."""
    found = []
    with pikepdf.open(io.BytesIO(file)) as opened:
        for page in opened.pages:
            for widget in page.obj.get("/Annots", []):
                if int(widget.F) & 2:
                    continue
                top = widget.get("/Parent", widget)
                found.append(
                    {
                        "name": str(top.T),
                        "title": str(widget.TU),
                        "kind": str(top.FT),
                        "limit": int(widget.MaxLen) if "/MaxLen" in widget else None,
                        "width": float(widget.Rect[2]) - float(widget.Rect[0]),
                        "tabs": str(page.obj.Tabs),
                        "tagged": "/StructParent" in widget,
                    }
                )
    return found


def test_every_question_of_the_form_is_a_field_and_no_field_is_anything_else() -> None:
    found = widgets(empty_form())
    assert {one["name"] for one in found} == {name for name, _ in names_of(OPINION)}
    limits = {one["name"]: one["limit"] for one in found if one["kind"] == "/Tx"}
    assert limits == {f.name: f.highest for f in OPINION.fields if f.kind is Kind.TEXT}
    for question in (f for f in OPINION.fields if f.kind is Kind.CHOICE):
        assert sum(one["name"] == question.name for one in found) == len(question.choices), question.name


def test_the_form_has_each_question_once_in_the_order_of_the_data() -> None:
    (finding, advice) = parts_of(OPINION)
    assert [a.name for a in finding.before] == ["summary", "diagnosis", "icd10", "risk_factors"]
    assert [c.label for c in finding.choices] == ["Penyebab langsung", "Penyebab tidak langsung"]
    assert [p.name for p in finding.picks] == ["avoidability"] and advice.picks == ()
    assert [a.name for a in (*finding.after, *advice.before)] == ["data_gaps", "specific", "sensitive", "coordinating", "licence_number"]
    assert finding.before[0].hint == "wajib · paling banyak 2.000 huruf"


def test_a_reader_hears_what_each_field_asks_and_tabs_in_the_order_of_the_page() -> None:
    found = widgets(empty_form())
    titles = {one["name"]: one["title"] for one in found}
    assert titles["summary"] == "Ringkasan masalah (wajib, paling banyak 2.000 huruf)"
    assert titles["direct_causes:worms"] == "Penyebab langsung: Kecacingan"
    assert "Penyebab utama: Kecacingan" in [one["title"] for one in found]
    assert {one["tabs"] for one in found} == {"/S"} and all(one["tagged"] for one in found)
    assert [one["name"] for one in found][:4] == ["summary", "diagnosis", "icd10", "risk_factors"]


def test_the_file_says_which_form_it_is_where_nobody_sees_or_changes_it() -> None:
    with pikepdf.open(io.BytesIO(empty_form())) as opened:
        hidden = {str(f.T): f for f in opened.Root.AcroForm.Fields if int(f.get("/F", 0)) & 2}
        assert tuple(hidden) == HIDDEN
        assert all(int(f.Ff) & 1 for f in hidden.values())
        assert (str(hidden["aks_case"].V), str(hidden["aks_expert"].V)) == ("AKS-3509-2026-2-007", "dr.anak")
        assert str(hidden["aks_record"].V) == record().sha256
        assert "/NeedAppearances" not in opened.Root.AcroForm and len(opened.Root.AcroForm.DR.Font) == 1


def test_the_pages_before_the_form_are_those_of_the_packet_and_every_page_says_it_is_no_archive() -> None:
    pages = pages_of(empty_form())
    assert len(pages) == 5
    assert all("Formulir isian, bukan arsip" in page for page in pages)
    assert "Yang diminta dari Anda" in pages[0] and "Identitas" in pages[1] and "tulis tangan" not in " ".join(pages)
    assert "dr. Sasmita Adi, Sp.A" in pages[3] and "Dokter spesialis anak" in pages[3] and "Memeriksa keaslian" in pages[4]
    ours, packet = opinion_form_page(record()), packet_page(record())
    assert (ours.identity, ours.measurements, ours.chart, ours.worksheet) == (
        packet.identity, packet.measurements, packet.chart, packet.worksheet,
    )  # fmt: skip


def test_equal_records_give_equal_files_and_no_nik_is_in_the_record() -> None:
    assert draw_opinion_form(record()) == empty_form()
    assert NIK.encode() not in record().raw and NIK.encode() not in empty_form()
    assert record().number == document_number(KAJIAN, record().cycle, edition="terbatas", subject=record().subject, revision=1)
    assert record().number == "KJ-AKS-3509-2026-2-007-DR.ANAK.1"


def test_what_is_typed_in_a_viewer_is_seen_in_that_viewer() -> None:
    before, after = empty_form(), typed(empty_form(), TYPED, CLICKED)

    def ink(file: bytes) -> int:
        opened = pypdfium2.PdfDocument(file)
        opened.init_forms()
        picture = opened[3].render(scale=1, may_draw_forms=True, grayscale=True).to_numpy()
        opened.close()
        return int((picture < 128).sum())

    assert ink(after) > ink(before) + 300
    with pikepdf.open(io.BytesIO(after)) as opened:
        values = {str(f.T): str(f.V) for f in opened.Root.AcroForm.Fields if "/V" in f and int(f.get("/F", 0)) & 2 == 0}
    assert values["summary"] == ANSWERS["summary"] and values["main_cause"] == "/intake_protein"


@pytest.mark.parametrize(
    "about",
    [
        {"name": LONG_NAME},
        {"identity": {"name": "X" * 200}, "answers": {"feeding_notes": "=1+1 <script>x</script> 😀"}},
        {"measurements": [], "answers": {}},
    ],
    ids=["a long name", "html, formula and emoji", "nothing measured"],
)
def test_awkward_data_is_printed_without_a_warning_of_the_engine(about: dict[str, Any]) -> None:
    made = record(**about)
    assert "<script" not in html.render("report/opinion_form/report.html", opinion_form_page(made))
    pages = pages_of(draw_opinion_form(made, is_strict=True))
    assert len(pages) <= 7 and "Memeriksa keaslian" in pages[-1]
    if "name" in about:
        assert " ".join(pages).count(LONG_NAME) == 2, "the name at the head or under the signature is cut"


def test_there_is_a_form_for_every_seat_that_has_not_answered(session: Session, files: Files) -> None:
    world = World(session)
    case = reviewed_case(world, files)
    assert seats_to_answer(session, world.cycle.id) == [f"{case.number}:dr.anak", f"{case.number}:gizi"]
    world.do(case, Action.SUBMIT_OPINION, "gizi", ANSWERS)
    assert seats_to_answer(session, world.cycle.id) == [f"{case.number}:dr.anak"]
    world.do(case, Action.RECUSE, "dr.anak", {"reason": "Keluarga dekat"})
    assert seats_to_answer(session, world.cycle.id) == []


def test_a_form_is_frozen_in_few_statements_and_the_same_on_another_day(session: Session, files: Files, engine: Engine) -> None:
    world = World(session)
    case = reviewed_case(world, files)
    subject = f"{case.number}:gizi"
    before = form_snapshot(session, world.cycle.id, subject, at=world.at, on=world.on)
    world.pass_days(3)
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    after = form_snapshot(session, world.cycle.id, subject, at=world.at, on=world.on)
    assert after == before and len(seen) <= 5
    assert after["form"]["packet"] == packet_under(session, world.cycle.id, subject) and files.has(after["form"]["packet"])
    assert len(after["form"]["seal"]) == 64


@pytest.mark.parametrize("expert", ["dr.obgyn", "nobody", ""])
def test_who_does_not_sit_on_the_case_gets_no_form(session: Session, files: Files, expert: str) -> None:
    world = World(session)
    case = reviewed_case(world, files)
    with pytest.raises(Refused, match="tidak ditugaskan"):
        form_snapshot(session, world.cycle.id, f"{case.number}:{expert}", at=world.at, on=world.on)


def test_an_expert_gets_their_own_form_and_the_secretariat_everybodys(session: Session, files: Files) -> None:
    world = World(session)
    case = reviewed_case(world, files)
    facts, subject = world.facts(case), f"{case.number}:dr.anak"
    refused = {
        who: may_not_read(KAJIAN, world.people[who], edition="terbatas", subject=subject, facts=facts) is not None
        for who in ("dr.anak", "gizi", "sekretariat", "ketua", "bidan.arjasa")
    }
    assert refused == {"dr.anak": False, "gizi": True, "sekretariat": False, "ketua": True, "bidan.arjasa": True}
