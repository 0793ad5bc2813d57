"""The three papers as files: strictly sound, archival, accessible, carrying no more than they print, whatever is written in them."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
import pytest
from pypdfium2 import PdfDocument

from audit.reports.drawers import draw
from audit.reports.panel import attendance, minutes, official_minutes
from audit.reports.printing import print_document
from audit.reports.record import Record
from tests.reports.panel.panel_world import as_record, attached_record, broken_rules, pages_of

LONG = ("Siti " + "Nurhayatiningsih Kusumawardhani " * 7)[:200].strip()
UNBROKEN = "panjangsekali" * 30
HTML = '<script>alert("x")</script> & =1+1 😀'
SHOWN = '<script>alert("x")</script> & =1+1 [simbol]'

_PRINTERS: Mapping[str, tuple[Callable[[Record], object], str]] = {
    "notulen": (minutes.minutes_page, minutes.TEMPLATE),
    "berita-acara": (official_minutes.official_minutes_page, official_minutes.TEMPLATE),
    "daftar-hadir": (attendance.attendance_page, attendance.TEMPLATE),
}


def as_it_is(snapshot: dict[str, Any]) -> None:
    del snapshot


def with_nothing(snapshot: dict[str, Any]) -> None:
    """The snapshot of a cycle in which nothing happened, without settings of the office."""
    nothing = {"sittings": [], "waiting": [], "approved_on": None, "approved_by": [], "sat_on": [], "experts": [], "agencies": []}
    snapshot.update({key: value for key, value in nothing.items() if key in snapshot})
    snapshot["cycle"].update(signatories=[], decree={})
    if "invited" in snapshot:
        snapshot["invited"] = snapshot["invited"][:1]


def with_awkward_words(snapshot: dict[str, Any]) -> None:
    """Names of 200 letters, HTML, a formula, an emoji and an endless word wherever somebody can write."""
    snapshot["cycle"]["signatories"] = [
        {"office": office, "name": LONG, "below_name": HTML} for office in ("Ketua " + UNBROKEN[:120], "Pakar", "B")
    ]
    for day in snapshot.get("sittings", ()):
        day["panel"][0]["name"] = LONG
        for case in day["cases"]:
            case["summary"] = f"{HTML} {UNBROKEN} " * 3
            case["panel"][0]["name"] = LONG
            case["dissent"] = [{"name": LONG, "discipline": "nutrition", "text": HTML}]
            case["advice"] = [{"class": "koordinatif", "cause": "coordination", "text": UNBROKEN}] * 3
            case["opinions"], case["named"] = 9, {"intake_protein": 9, "sanitation": 1}
            case["gaps"] = [{"discipline": "nutrition", "text": HTML * 20}]
    for one in (*snapshot.get("waiting", ()), *snapshot.get("experts", ()), *snapshot.get("invited", ())):
        one["name"] = LONG
    for one in snapshot.get("invited", ()):
        one["puskesmas"] = one["puskesmas"] and f"{UNBROKEN[:60]} {HTML}"
    if "approved_by" in snapshot:
        snapshot["approved_by"] = [LONG, HTML]


def with_many(snapshot: dict[str, Any]) -> None:
    """As many rows as a paper may have: 300 people, every agency, 12 cases and 300 open requests."""
    if "invited" in snapshot:
        snapshot["invited"] = [{**snapshot["invited"][-1], "name": f"Peserta {n}"} for n in range(300)]
    if "agencies" in snapshot:
        snapshot["agencies"] = [{**snapshot["agencies"][0], "agency": code} for code in official_minutes.AGENCIES]
    if "sittings" in snapshot:
        day = snapshot["sittings"][0]
        day["cases"] = [{**day["cases"][0], "number": f"AKS-3509-2026-2-{n:03d}"} for n in range(1, 13)]
        snapshot["waiting"] = [{**snapshot["waiting"][0], "number": f"AKS-3509-2026-2-{n:03d}"} for n in range(101, 401)]


VARIANTS = {"as it is": as_it_is, "nothing": with_nothing, "awkward": with_awkward_words, "many": with_many}
every_file = pytest.mark.parametrize(("name", "variant"), [(name, variant) for name in _PRINTERS for variant in VARIANTS])


@dataclass(frozen=True)
class Made:
    record: Record
    file: bytes
    pages: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.pages)


_made: dict[tuple[str, str], Made] = {}


@pytest.fixture
def made(snapshots: Mapping[str, Any]) -> Callable[[str, str], Made]:
    """Each file, drawn strictly and once."""

    def draw(name: str, variant: str) -> Made:
        if (name, variant) not in _made:
            snapshot = copy.deepcopy(snapshots[name])
            VARIANTS[variant](snapshot)
            record = as_record(name, snapshot)
            page, template = _PRINTERS[name]
            file = print_document(page(record), record, template=template, is_strict=True)
            _made[name, variant] = Made(record, file, tuple(pages_of(file)))
        return _made[name, variant]

    return draw


Draw = Callable[[str, str], Made]


@every_file
def test_every_file_is_archival_and_accessible_and_carries_its_record(made: Draw, name: str, variant: str) -> None:
    found = made(name, variant)
    assert broken_rules(found.file) == []
    assert attached_record(found.file) == found.record.raw
    assert found.record.code in found.pages[-1] and found.record.number in found.pages[-1]


@every_file
def test_nothing_is_cut_off_at_the_edge_of_the_paper(made: Draw, name: str, variant: str) -> None:
    document = PdfDocument(made(name, variant).file)
    for number, sheet in enumerate(document, start=1):
        text = sheet.get_textpage()
        rights = [text.get_charbox(i)[2] for i in range(text.count_chars())]
        assert max(rights) <= sheet.get_width() - 45, f"text beyond the right margin on page {number}"
        text.close()
        sheet.close()
    document.close()


@pytest.mark.parametrize("name", _PRINTERS)
def test_what_somebody_wrote_is_printed_as_written(made: Draw, name: str) -> None:
    text = made(name, "awkward").text
    assert SHOWN in text.replace("￾", "")
    assert LONG.replace(" ", "")[:150] in text.replace(" ", "").replace("￾", "")


@pytest.mark.parametrize("name", _PRINTERS)
def test_the_same_record_gives_the_same_bytes(made: Draw, name: str) -> None:
    found = made(name, "as it is")
    assert draw(found.record.raw) == found.file


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("notulen", {"notulis", "ketua-panel"}),
        ("daftar-hadir", {"ketua"}),
        (
            "berita-acara",
            {"opd-puskesmas", "opd-perkim", "ketua-tp3s-kabupaten-jember", "ketua-tim-audit-kasus-stunting", "perwakilan-tim-pakar"},
        ),
    ],
)
def test_every_room_for_a_signature_is_a_field_of_the_file(made: Draw, name: str, fields: set[str]) -> None:
    with pikepdf.open(io.BytesIO(made(name, "as it is").file)) as opened:
        assert {str(field.T) for field in opened.Root.AcroForm.Fields} == fields


def test_the_decisions_open_the_minutes_and_the_cases_come_after(made: Draw) -> None:
    first, second = made("notulen", "as it is").pages[:2]
    assert "Keputusan" in first and "AKS-3509-2026-2-007" in first and "Peta kesepakatan" not in first
    assert "Sidang Senin, 6 Juli 2026" in (first + second).partition("Keputusan")[2]


def test_long_tables_repeat_their_head_on_every_page(made: Draw) -> None:
    pages = made("notulen", "many").pages
    requests = [page for page in pages if page.count("Menunggu data dari lapangan") > 10]
    assert len(requests) > 5 and all("Kelompok dan kecamatan" in page and "Keadaan" in page for page in requests)
    lists = [page for page in made("daftar-hadir", "many").pages if "Peserta" in page]
    assert len(lists) > 10 and all("Tanda tangan" in page and "Instansi" in page for page in lists)


def test_signature_blocks_are_not_split_and_never_alone_on_a_page(made: Draw) -> None:
    pages = made("berita-acara", "many").pages
    last = next(page for page in pages if "Demikian berita acara" in page)
    assert all(words in last for words in ("Menyetujui,", "Haryo Danuarta", "dr. Endang Pertiwi", "Jember, 7 Juli 2026"))


@pytest.mark.parametrize("variant", ["as it is", "nothing", "many"])
def test_the_last_page_of_the_attendance_list_is_full_and_the_signature_never_alone(made: Draw, variant: str) -> None:
    found = made("daftar-hadir", variant)
    page = attendance.attendance_page(found.record)
    assert f" {page.rows[-1].number} " in found.pages[-1]
    one_more = replace(page, rows=(*page.rows, replace(page.rows[-1], number="tambahan", name="", institution="", function="")))
    longer = pages_of(print_document(one_more, found.record, template=attendance.TEMPLATE))
    assert len(longer) == len(found.pages) + 1
    assert " tambahan " in longer[-1]


def test_names_of_many_lines_leave_the_signature_below_a_row(made: Draw) -> None:
    found = made("daftar-hadir", "awkward")
    assert f" {attendance.attendance_page(found.record).rows[-1].number} " in found.pages[-1]
