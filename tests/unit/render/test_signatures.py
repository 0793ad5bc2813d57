"""Signing and reading back: several signatories, what is refused, and what a changed file looks like."""

from __future__ import annotations

import io
import logging
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import page as validator
import pikepdf
import pypdfium2
import pytest
from pyhanko.pdf_utils.generic import NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from audit.errors import Refused
from audit.render.pkcs12 import Pkcs12Signer, draw_stamp, instant_words
from audit.render.signing import Signer, read_signatures, signature_fields, unsigned_part
from audit.reports.pages import Signatory
from tests.unit.render.certificates import LAST, PASSPHRASE, officer
from tests.unit.render.signed_page import draw, drawn

AT = datetime(2026, 7, 20, 3, 4, tzinfo=UTC)
LATER = AT + timedelta(minutes=30)
PDF_A, PDF_UA = validator.ValidationProfile.PDF_A_3A, validator.ValidationProfile.PDF_UA_1
OF_EARLIER_SIGNATURES = "PDFA3A-SIGNATURE-BYTERANGE-001"
"""The validator wants every signature to cover the whole file, which of several only the last can; veraPDF asks it of the revision each
one signed (veraPDF-library issue 917), and that is asked below."""


def sign(pdf: bytes, field: str, signer: Signer, at: datetime = AT) -> bytes:
    return signer.sign(pdf, field, stamp=draw_stamp(signer.signed_by, office="Ketua TPPS", at=at), reason="Uji", at=at)


@cache
def chair() -> Pkcs12Signer:
    return Pkcs12Signer(officer().p12, PASSPHRASE)


@cache
def secretary() -> Pkcs12Signer:
    return Pkcs12Signer(officer("Endah Wulansari", is_self_made=True).p12, PASSPHRASE)


@cache
def signed_once() -> bytes:
    return sign(drawn(), "ketua", chair())


@cache
def signed_twice() -> bytes:
    return sign(signed_once(), "sekretaris", secretary(), LATER)


def failures(pdf: bytes, profile: validator.ValidationProfile) -> list[str]:
    return [failure.rule_id for failure in validator.validate_pdf_bytes(pdf, profile=profile).failures]


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def test_a_signature_says_who_when_and_that_nothing_changed() -> None:
    (state,) = read_signatures(signed_once(), [officer().root])
    assert (state.field, state.signed_by, state.signed_at) == ("ketua", "Bambang Setyadi", AT)
    assert state.is_intact and state.covers_whole_file and state.is_trusted and not state.is_self_made


def test_without_the_root_nobody_is_trusted_and_the_file_is_whole_all_the_same() -> None:
    (state,) = read_signatures(signed_once())
    assert state.is_intact and not state.is_trusted and not state.is_self_made


def test_several_sign_one_after_another_each_in_an_increment() -> None:
    first, second = read_signatures(signed_twice(), [officer().root])
    assert (first.field, first.is_intact, first.covers_whole_file, first.is_trusted) == ("ketua", True, False, True)
    assert (second.field, second.is_intact, second.covers_whole_file) == ("sekretaris", True, True)
    assert second.is_self_made and not second.is_trusted and second.signed_at == LATER
    assert signed_twice().startswith(signed_once()) and signed_once().startswith(drawn())
    assert [each.name for each in signature_fields(signed_twice()) if not each.is_signed] == ["saksi"]


def test_the_unsigned_file_comes_back_out_of_the_signed_one() -> None:
    assert unsigned_part(signed_once()) == unsigned_part(signed_twice()) == unsigned_part(drawn()) == drawn()


def test_a_signed_file_stays_archival_and_accessible() -> None:
    assert failures(signed_once(), PDF_A) == failures(signed_once(), PDF_UA) == failures(signed_twice(), PDF_UA) == []
    assert failures(signed_twice(), PDF_A) == [OF_EARLIER_SIGNATURES]


def test_each_signature_covers_the_file_as_it_was_when_it_was_made() -> None:
    """All but its own place; so every state that somebody signed passes the validator by itself."""
    with pikepdf.open(io.BytesIO(signed_twice())) as file:
        ranges = [[int(number) for number in field.V.ByteRange] for field in file.Root.AcroForm.Fields if "/V" in field]
    assert [(start, after + length) for start, _, after, length in ranges] == [(0, len(signed_once())), (0, len(signed_twice()))]


def test_the_metadata_are_those_of_the_unsigned_file() -> None:
    with pikepdf.open(io.BytesIO(drawn())) as before, pikepdf.open(io.BytesIO(signed_twice())) as after:
        assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()
        assert {str(key): str(value) for key, value in before.docinfo.items()} == {str(k): str(v) for k, v in after.docinfo.items()}


def test_the_stamp_is_seen_and_only_our_font_is_in_the_file() -> None:
    file = pypdfium2.PdfDocument(signed_once())
    file.init_forms()
    shown = file[0].render(scale=1, may_draw_forms=True, grayscale=True).to_numpy()
    blank = pypdfium2.PdfDocument(drawn())[0].render(scale=1, grayscale=True).to_numpy()
    left, bottom, right, top = (int(float(side)) for side in rectangle("ketua"))
    height = shown.shape[0]
    room = (slice(height - top + 3, height - bottom - 3), slice(left, right))
    assert (blank[room] > 250).all() and (shown[room] < 120).sum() > 100
    with pikepdf.open(io.BytesIO(signed_once())) as opened:
        fonts = {str(each.BaseFont).partition("+")[2] for each in opened.objects if is_font(each)}
    assert fonts and all(name.startswith("Source-Sans-3") for name in fonts)


def test_the_stamp_prints_the_instant_in_the_zone_of_the_district() -> None:
    local = AT.astimezone(ZoneInfo("Asia/Jakarta"))
    assert instant_words(local) == "20 Juli 2026, pukul 10.04 WIB" and instant_words(AT) == "20 Juli 2026, pukul 03.04 UTC"
    name = "dr. Contoh " * 18 + "<b>=1+1</b>"
    document = pypdfium2.PdfDocument(draw_stamp(name, office="Ketua <b>TPPS</b>", at=local))
    assert len(document) == 1
    text = document[0].get_textpage().get_text_range()
    assert "Ditandatangani secara elektronik" in text and "pukul 10.04 WIB" in text and "Ketua <b>TPPS</b>" in text


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig (poppler-utils) is not installed")
def test_poppler_agrees_that_the_signatures_are_valid(tmp_path: Path) -> None:
    (tmp_path / "berkas.pdf").write_bytes(signed_twice())
    said = subprocess.run(["pdfsig", "-nocert", str(tmp_path / "berkas.pdf")], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid.") == 2 and said.count("ETSI.CAdES.detached") == 2


def test_a_changed_byte_is_seen() -> None:
    """In the drawing of the page, and in the signature itself (its last digit before the zeros that fill the place)."""
    contents = signed_once().rindex(b"/Contents <") + len(b"/Contents <")
    end_of_signature = contents + len(signed_once()[contents : signed_once().index(b">", contents)].rstrip(b"0")) - 1
    for place, other in ((4000, signed_once()[4000] ^ 1), (end_of_signature, ord("0"))):
        changed = bytearray(signed_once())
        changed[place] = other
        states = read_signatures(bytes(changed))
        assert states and not any(state.is_intact for state in states)


def another_page_content(pdf: bytes) -> bytes:
    """The file with an increment that paints over its first page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page[NameObject("/Contents")] = writer.add_object(StreamObject(stream_data=b"0 0 300 300 re f"))
    writer.update_container(page)
    writer._update_meta = lambda: None  # type: ignore[method-assign]
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def test_a_page_changed_after_the_signature_is_seen() -> None:
    (state,) = read_signatures(another_page_content(signed_once()))
    assert not state.is_intact and not state.covers_whole_file


def test_a_page_changed_and_signed_over_is_not_taken_for_the_unsigned_file() -> None:
    forged = sign(another_page_content(drawn()), "ketua", secretary())
    (state,) = read_signatures(forged)
    assert state.is_intact and state.covers_whole_file, "the signature itself is sound"
    assert unsigned_part(forged) != drawn()


def test_a_page_changed_between_two_signatures_breaks_both() -> None:
    forged = sign(another_page_content(signed_once()), "sekretaris", secretary())
    assert [state.is_intact for state in read_signatures(forged)] == [False, False]
    assert unsigned_part(forged) == drawn()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF", b"bukan pdf" * 100])
def test_what_is_no_pdf_is_refused(content: bytes) -> None:
    for read in (read_signatures, unsigned_part, signature_fields):
        with pytest.raises(Refused, match="bukan PDF yang utuh"):
            read(content)


def test_a_wrong_passphrase_is_refused_and_told_to_nobody(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Refused) as refused:
        Pkcs12Signer(officer().p12, "salah-sekali-42")
    assert codes(refused) == ["wrong_passphrase"] and "salah-sekali-42" not in str(refused.value) + caplog.text
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("content", [b"", b"bukan sertifikat", b"0" * 2_000_000])
def test_what_is_no_certificate_file_is_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        Pkcs12Signer(content, PASSPHRASE)
    assert codes(refused) == ["not_pkcs12"]


def test_a_certificate_signs_only_while_it_is_valid() -> None:
    early, late = datetime(2025, 12, 31, tzinfo=UTC), LAST + timedelta(seconds=1)
    with pytest.raises(Refused, match="sudah berakhir pada 31 Desember 2027") as expired:
        sign(drawn(), "ketua", chair(), late)
    with pytest.raises(Refused, match="baru berlaku mulai 1 Januari 2026") as not_yet:
        sign(drawn(), "ketua", chair(), early)
    assert codes(expired) == ["certificate_expired"] and codes(not_yet) == ["certificate_not_yet"]
    chair().check(LAST)


def test_a_certificate_for_something_else_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        Pkcs12Signer(officer("Peladen", signs=False).p12, PASSPHRASE).check(AT)
    assert codes(refused) == ["certificate_not_for_signing"]


def test_a_field_that_is_not_there_or_is_signed_is_refused_with_those_that_are_left() -> None:
    with pytest.raises(Refused, match="Yang masih kosong: ketua, sekretaris, saksi") as unknown:
        sign(drawn(), "bupati", chair())
    with pytest.raises(Refused, match=r"sudah ditandatangani\. Yang masih kosong: sekretaris, saksi") as twice:
        sign(signed_once(), "ketua", secretary())
    with pytest.raises(Refused) as none:
        sign(draw((Signatory("Penerima", "Ninik Rahayu"),)), "ketua", chair())
    assert (codes(unknown), codes(twice), codes(none)) == (["unknown_field"], ["already_signed"], ["no_fields"])


def rectangle(field: str) -> list[object]:
    with pikepdf.open(io.BytesIO(drawn())) as file:
        return [float(side) for each in file.Root.AcroForm.Fields if field == each.T for side in each.Rect]


def is_font(each: object) -> bool:
    return isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font" and "/BaseFont" in each


def test_a_long_signed_document_is_read_without_walking_it_again_for_every_object() -> None:
    """A report of thirty pages has some ten thousand tags; what is looked at must not grow with their square."""
    from pyhanko.pdf_utils import generic

    looked: list[int] = []
    plain = generic.read_object

    def counted(*given: Any, **how: Any) -> Any:
        looked.append(1)
        return plain(*given, **how)

    def reading(lines: int) -> int:
        made = sign(draw(lines=("Satu kegiatan.",) * lines), "ketua", chair())
        looked.clear()
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(generic, "read_object", counted)
            (state,) = read_signatures(made)
        assert state.is_intact
        return len(looked)

    short, long = reading(50), reading(800)
    assert long < 4 * short
