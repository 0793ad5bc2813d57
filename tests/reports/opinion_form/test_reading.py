"""A returned form: what a viewer saved is read back word for word, and everything else is refused with a sentence of its own."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from audit.errors import Refused
from audit.forms import Problems
from audit.render.form_reading import LARGEST_FILE, ReturnedForm, read_form
from audit.reports.opinion_form.document import draw_opinion_form
from audit.reports.opinion_form.returned import given_by, identity_of, refuse_altered
from audit.steps.review.actions import opinion_answers
from audit.store.sealed import Keyring
from tests.conftest import KEYRING
from tests.factory import OPINION
from tests.reports.opinion_form.forms import CLICKED, TYPED, altered, empty_form, field, record
from tests.reports.opinion_form.typing_in import typed


@cache
def filled() -> bytes:
    return typed(empty_form(), TYPED, CLICKED)


def code_of(act: Callable[[], Any]) -> tuple[str, str]:
    """The code and the sentence of the refusal; nothing refused fails the test."""
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reasons[0].code, refused.value.reasons[0].sentence


def accepted(file: bytes) -> ReturnedForm:
    """Read and checked as the program does it."""
    returned = read_form(file)
    identity_of(returned, KEYRING)
    refuse_altered(returned, read_form(empty_form()))
    return returned


def test_what_chromium_saved_is_read_back_word_for_word() -> None:
    returned = accepted(filled())
    about = identity_of(returned, KEYRING)
    assert (about.case_number, about.round, about.expert, about.record) == ("AKS-3509-2026-2-007", 1, "dr.anak", record().sha256)
    assert opinion_answers(given_by(returned)) == OPINION


@pytest.mark.parametrize(
    "text",
    ["Hb ≥ 9,5 g/dL — “ibu” é 😀", "=1+1 <b>x</b>", "baris satu\nbaris dua", "x" * 2000],
    ids=["symbols", "formula", "lines", "longest"],
)
def test_every_text_a_person_can_type_is_kept(text: str) -> None:
    typed_in = altered(empty_form(), lambda opened: field(opened, "summary").__setattr__("V", String(text)))
    assert given_by(accepted(typed_in)) == {"summary": text}


def test_a_long_text_saved_as_a_stream_is_read() -> None:
    text = "Asupan protein kurang ≥ 3 bulan." * 40

    def change(opened: pikepdf.Pdf) -> None:
        field(opened, "summary").V = opened.make_stream(b"\xfe\xff" + text.encode("utf-16-be"))

    assert given_by(accepted(altered(empty_form(), change))) == {"summary": text}


def test_a_file_written_anew_by_another_viewer_is_still_ours() -> None:
    def repacked(opened: pikepdf.Pdf) -> None:
        opened.remove_unreferenced_resources()

    assert given_by(accepted(altered(filled(), repacked)))["main_cause"] == "intake_protein"


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(out, "JPEG")
    return out.getvalue()


def scan() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 500), "white").save(out, "PDF")
    return out.getvalue()


def locked(user: str, owner: str = "rahasia") -> bytes:
    with pikepdf.open(io.BytesIO(filled())) as opened:
        out = io.BytesIO()
        opened.save(out, encryption=pikepdf.Encryption(owner=owner, user=user))
    return out.getvalue()


def without_fields(opened: pikepdf.Pdf) -> None:
    del opened.Root[Name.AcroForm]


def xfa(opened: pikepdf.Pdf) -> None:
    opened.Root.AcroForm.XFA = String("<xdp/>")


@pytest.mark.parametrize(
    ("make", "code", "says"),
    [
        (photo, "photo", "ketik jawabannya"),
        (scan, "scan", "ketik jawabannya"),
        (lambda: altered(filled(), without_fields), "no_fields", "ketik jawabannya"),
        (lambda: b"nama;umur\n", "not_pdf", "bukan PDF"),
        (lambda: b"", "not_pdf", "bukan PDF"),
        (lambda: b"%PDF-1.7\n" + b"x" * 500, "unreadable_pdf", "dikirim ulang"),
        (lambda: filled()[:20_000], "unreadable_pdf", "dikirim ulang"),
        (lambda: b"%PDF-1.7\n" + b" " * LARGEST_FILE, "too_large", "10 MB"),
        (lambda: locked("buka"), "encrypted", "tanpa kata sandi"),
        (lambda: locked(""), "encrypted", "tanpa"),
        (lambda: altered(filled(), xfa), "xfa", "XFA"),
    ],
    ids=["photo", "scan", "flattened", "not a pdf", "empty", "rubbish", "cut off", "too large", "locked", "restricted", "xfa"],
)
def test_what_is_no_form_is_refused_in_its_own_words(make: Callable[[], bytes], code: str, says: str) -> None:
    found, sentence = code_of(lambda: given_by(read_form(make())))
    assert found == code and says in sentence


def test_a_file_cut_anywhere_is_refused_and_never_a_crash() -> None:
    whole = filled()
    refused = 0
    for length in range(2000, len(whole), len(whole) // 25):
        try:
            accepted(whole[:length])
        except Refused:
            refused += 1
    assert refused > 0


def another_form(opened: pikepdf.Pdf) -> None:
    opened.Root.AcroForm.Fields = Array([opened.make_indirect(Dictionary(FT=Name.Tx, T=String("nama"), V=String("Siti")))])


def test_a_form_of_somebody_else_is_not_ours() -> None:
    returned = read_form(altered(filled(), another_form))
    assert code_of(lambda: identity_of(returned, KEYRING))[0] == "not_our_form"


@pytest.mark.parametrize(
    ("name", "value"),
    [("aks_case", "AKS-3509-2026-2-008"), ("aks_round", "2"), ("aks_expert", "gizi"), ("aks_packet", "d" * 64), ("aks_seal", "0" * 64)],
)
def test_the_seal_holds_case_round_expert_and_packet_together(name: str, value: str) -> None:
    changed = read_form(altered(filled(), lambda opened: field(opened, name).__setattr__("V", String(value))))
    code, sentence = code_of(lambda: identity_of(changed, KEYRING))
    assert code == "altered_form" and "Segel" in sentence


def test_a_seal_of_another_installation_does_not_fit() -> None:
    assert code_of(lambda: identity_of(read_form(filled()), Keyring(bytes(32))))[0] == "altered_form"


def test_a_form_with_questions_of_an_older_program_is_told_to_be_made_again() -> None:
    older = read_form(draw_opinion_form(record(version="0" * 16)))
    assert code_of(lambda: identity_of(older, KEYRING))[0] == "old_form"


def renamed(opened: pikepdf.Pdf) -> None:
    field(opened, "risk_factors").T = String("faktor")


def removed(opened: pikepdf.Pdf) -> None:
    left = [one for one in opened.Root.AcroForm.Fields if str(one.T) != "direct_causes:worms"]
    opened.Root.AcroForm.Fields = Array(left)


def added(opened: pikepdf.Pdf) -> None:
    opened.Root.AcroForm.Fields.append(opened.make_indirect(Dictionary(FT=Name.Tx, T=String("catatan"), V=String("x"))))


def twice(opened: pikepdf.Pdf) -> None:
    opened.Root.AcroForm.Fields.append(field(opened, "summary"))


def other_choices(opened: pikepdf.Pdf) -> None:
    drawing = field(opened, "main_cause").Kids[0].AP.N
    drawing["/sihir"] = drawing["/intake_energy"]


def longer(opened: pikepdf.Pdf) -> None:
    field(opened, "icd10").MaxLen = 9999


def unlocked(opened: pikepdf.Pdf) -> None:
    field(opened, "aks_case").Ff = 0


def rewritten(opened: pikepdf.Pdf) -> None:
    page = opened.pages[0].obj
    page.Contents = opened.make_stream(page.Contents.read_bytes() + b"\n0 0 1 rg 50 700 300 40 re f")


def page_gone(opened: pikepdf.Pdf) -> None:
    del opened.pages[1]


def page_more(opened: pikepdf.Pdf) -> None:
    opened.pages.append(opened.pages[0])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (renamed, "“Faktor risiko” hilang atau berganti nama; ada 1 isian tambahan"),
        (removed, "“Penyebab langsung: Kecacingan” hilang"),
        (added, "ada 1 isian tambahan"),
        (twice, "berganda"),
        (other_choices, "“Penyebab utama” berubah"),
        (longer, "“Kode ICD-10” berubah"),
        (unlocked, "“pengenal formulir” berubah"),
        (rewritten, "halaman 1 tidak sama lagi"),
        (page_gone, "halaman"),
        (page_more, "ada halaman tambahan"),
    ],
)
def test_an_altered_form_is_refused_and_says_what_was_altered(change: Callable[[pikepdf.Pdf], None], says: str) -> None:
    code, sentence = code_of(lambda: accepted(altered(filled(), change)))
    assert code == "altered_form" and says in sentence


def problems_of(change: Callable[[pikepdf.Pdf], None]) -> list[tuple[str, str, str]]:
    with pytest.raises(Problems) as refused:
        opinion_answers(given_by(accepted(altered(filled(), change))))
    return [(p.place, p.code, p.message) for p in refused.value.problems]


def too_long(opened: pikepdf.Pdf) -> None:
    field(opened, "diagnosis").V = String("x" * 501)


def control(opened: pikepdf.Pdf) -> None:
    field(opened, "data_gaps").V = String("Mantoux\x01?")


def no_such_choice(opened: pikepdf.Pdf) -> None:
    main = field(opened, "main_cause")
    main.V = Name("/sihir")
    for circle in main.Kids:
        circle.AS = Name.Off
    main.Kids[0].AS = Name("/sihir")


def two_answers(opened: pikepdf.Pdf) -> None:
    field(opened, "direct_causes:worms").V = Name("/on")


def not_among(opened: pikepdf.Pdf) -> None:
    main = field(opened, "main_cause")
    main.V = Name("/poverty")
    for circle in main.Kids:
        circle.AS = Name.Off if "/poverty" not in circle.AP.N else Name("/poverty")


@pytest.mark.parametrize(
    ("change", "place", "code", "says"),
    [
        (too_long, "diagnosis", "too_long", "Diagnosis/status gizi: 501 huruf; paling banyak 500."),
        (control, "data_gaps", "not_printable", "Data yang kurang: mengandung karakter"),
        (no_such_choice, "main_cause", "unreadable_field", "Penyebab utama: pilihan yang tersimpan"),
        (two_answers, "direct_causes", "unreadable_field", "Penyebab langsung: isian ini menyimpan dua jawaban"),
        (not_among, "main_cause", "not_among_causes", "Penyebab utama: harus salah satu"),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused_by_its_question(
    change: Callable[[pikepdf.Pdf], None], place: str, code: str, says: str
) -> None:
    ((found_place, found_code, message),) = problems_of(change)
    assert (found_place, found_code) == (place, code) and says in message


def test_a_form_without_its_required_answers_names_all_of_them() -> None:
    only_one = typed(empty_form(), {"specific": "PMT"})
    with pytest.raises(Problems) as refused:
        opinion_answers(given_by(accepted(only_one)))
    assert [p.place for p in refused.value.problems] == ["summary", "direct_causes", "main_cause"]


def test_an_empty_form_is_refused_as_such_also_when_somebody_wrote_over_it() -> None:
    assert code_of(lambda: given_by(accepted(empty_form())))[0] == "empty_form"

    def ink(opened: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([60, 600, 300, 640]), Contents=String("Kurang protein"))
        opened.pages[3].obj.Annots.append(opened.make_indirect(note))

    over = accepted(altered(empty_form(), ink))
    assert over.written_over == 1
    assert "coretan" in code_of(lambda: given_by(over))[1]


def test_a_field_within_itself_and_a_page_that_unpacks_without_end_are_refused() -> None:
    def loop(opened: pikepdf.Pdf) -> None:
        one = opened.make_indirect(Dictionary(T=String("a")))
        one.Kids = Array([one])
        opened.Root.AcroForm.Fields.append(one)

    assert code_of(lambda: read_form(altered(filled(), loop)))[0] == "unreadable_pdf"

    def bomb(opened: pikepdf.Pdf) -> None:
        opened.pages[0].obj.Contents = opened.make_stream(b" " * 20_000_000 + b"q Q")

    unpacking_without_end = altered(filled(), bomb)
    assert read_form(unpacking_without_end).printed["halaman 1"] == "", "it was unpacked to the end"
    assert code_of(lambda: accepted(unpacking_without_end))[0] == "altered_form"
