"""Rooms for signatures become fields: in place, labelled, in the reading order, and the file stays archival and the same every time."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import page as validator
import pikepdf
import pytest

from audit.errors import Fault
from audit.render.signing import signature_fields
from audit.reports.pages import Signatory
from tests.unit.render.signed_page import SIGNATORIES, draw, drawn

MILLIMETRE = 72 / 25.4
FIELDS = ["ketua", "sekretaris", "saksi"]


def opened() -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(drawn()))


def test_every_signatory_with_a_field_has_one_and_paper_has_none() -> None:
    fields = signature_fields(drawn())
    assert [(each.name, each.is_signed) for each in fields] == [(name, False) for name in FIELDS]
    assert fields[0].label == "Tanda tangan elektronik Ketua TPPS Kabupaten Jember"


def test_the_field_lies_in_the_room_between_office_and_name() -> None:
    """The room is 20 mm high and as wide as its cell; both blocks of a row begin at one height."""
    with opened() as file:
        left, right, below = (([float(side) for side in field.Rect]) for field in file.Root.AcroForm.Fields)
        width, height = (float(side) for side in file.pages[0].MediaBox[2:])
    for x1, y1, x2, y2 in (left, right, below):
        assert 0 < x1 < x2 < width and 0 < y1 < y2 < height and abs((y2 - y1) - 20 * MILLIMETRE) < 0.1
    assert left[2] < right[0] and left[1] == right[1] and below[3] < left[1]


def test_a_field_is_printed_empty_and_reached_in_the_order_of_reading() -> None:
    with opened() as file:
        on_page = [annotation.objgen for annotation in file.pages[0].Annots]
        assert file.pages[0].Tabs == "/S" and file.Root.AcroForm.SigFlags == 3
        assert [field.objgen for field in file.Root.AcroForm.Fields] == on_page
        for field in file.Root.AcroForm.Fields:
            assert field.F == 4 and field.FT == "/Sig" and "/V" not in field and field.AP.N.read_bytes() == b""
            assert field.P.objgen == file.pages[0].obj.objgen
            element = parent_tree(file)[int(field.StructParent)]
            assert element.S == "/Form" and element.K.Type == "/OBJR" and element.K.Obj.objgen == field.objgen
        assert read_aloud(file.Root.StructTreeRoot.K[0]) == FIELDS


def test_the_file_is_archival_accessible_and_the_same_every_time(tmp_path: Path) -> None:
    for profile in (validator.ValidationProfile.PDF_A_3A, validator.ValidationProfile.PDF_UA_1):
        report = validator.validate_pdf_bytes(drawn(), profile=profile)
        assert report.is_compliant, [failure.message for failure in report.failures]
    assert draw() == drawn()
    if qpdf := shutil.which("qpdf"):
        (tmp_path / "berkas.pdf").write_bytes(drawn())
        checked = subprocess.run([qpdf, "--check", str(tmp_path / "berkas.pdf")], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_document_without_rooms_has_no_form() -> None:
    made = draw((Signatory("Penerima", "Ninik Rahayu"),))
    with pikepdf.open(io.BytesIO(made)) as file:
        assert "/AcroForm" not in file.Root and signature_fields(made) == ()


def test_two_rooms_of_one_name_are_a_fault() -> None:
    with pytest.raises(Fault, match="dua ruang tanda tangan bernama “ketua”"):
        draw((SIGNATORIES[0], Signatory("Wakil ketua", "Lilik Handayani", "", "ketua")))


def test_html_a_formula_and_200_characters_in_an_office_are_text() -> None:
    office = ("<b>=1+1</b> & Ketua " * 10)[:200]
    (field,) = signature_fields(draw((Signatory(office, "x" * 200, "", "ketua"),)))
    assert field.label == f"Tanda tangan elektronik {office.strip()}" or field.label == f"Tanda tangan elektronik {office}"


def parent_tree(file: pikepdf.Pdf) -> dict[int, Any]:
    numbers = list(file.Root.StructTreeRoot.ParentTree.Nums)
    return {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}


def read_aloud(element: Any) -> list[str]:
    """Names of the fields in the order of the structure tree."""
    if not isinstance(element, pikepdf.Dictionary):
        return []
    if element.get("/Type") == "/OBJR":
        return [str(element.Obj.T)]
    kids = element.get("/K", [])
    return [name for kid in (kids if isinstance(kids, pikepdf.Array) else [kids]) for name in read_aloud(kid)]
