"""What a returned form says: its fields, and what is printed in it. The only place where a form is read; who it is from is not known here.

The file comes from outside. It is opened with limits, nothing in it is run, and every way in which it is no form has its own sentence.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal, NoReturn

import pikepdf
from pikepdf import Name

from audit.errors import Refused

LARGEST_FILE = 10_000_000
_MOST_FIELDS = 1000
_MOST_PAGES = 100
_DEEPEST = 8
_LARGEST_STREAM = 8_000_000
_TYPE_IT_IN = "Atau ketik jawabannya ke dalam formulir PDF yang baru, simpan, lalu baca berkas itu."
_PHOTOS = (b"\xff\xd8\xff", b"\x89PNG", b"II*\x00", b"MM\x00*", b"RIFF", b"GIF8")
_WRITTEN_OVER = {"/FreeText", "/Ink", "/Stamp"}

Kind = Literal["text", "tick", "pick", "other"]


@dataclass(frozen=True, slots=True)
class ReturnedField:
    """One field. value: the text, or the state that was chosen; "" when empty. is_clear False: the file gives two values for it.

    choices: states that can be chosen. limit: the most letters it takes, None for no limit. is_locked: not to be changed by who fills it.
    """

    kind: Kind
    value: str
    choices: tuple[str, ...] = ()
    limit: int | None = None
    is_locked: bool = False
    is_clear: bool = True


@dataclass(frozen=True, slots=True)
class ReturnedForm:
    """fields: by full name. printed: what is drawn on the pages (place -> SHA-256), without what was filled in.

    written_over: notes, strokes and stamps that somebody laid over the pages; nobody reads those.
    """

    fields: Mapping[str, ReturnedField]
    printed: Mapping[str, str]
    written_over: int


def read_form(pdf: bytes) -> ReturnedForm:
    """The fields of a PDF form that a viewer filled in and saved.

    Raises Refused: too_large, photo, not_pdf, encrypted, xfa, scan, no_fields (flattened or printed to PDF), unreadable_pdf.
    """
    if len(pdf) > LARGEST_FILE:
        _refuse("too_large", f"Berkas lebih besar dari {LARGEST_FILE // 1_000_000} MB; ini bukan formulir yang diisi.")
    if pdf.startswith(_PHOTOS) or pdf[4:8] == b"ftyp":
        _refuse("photo", f"Berkas ini foto, bukan formulir PDF; tulisan tangan tidak dibaca program. {_TYPE_IT_IN}")
    if b"%PDF-" not in pdf[:1024]:
        _refuse("not_pdf", "Berkas ini bukan PDF. Serahkan formulir PDF yang sudah diisi dan disimpan.")
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            return _read(opened)
    except pikepdf.PasswordError:
        _refuse("encrypted", "PDF ini terkunci kata sandi. Simpan tanpa kata sandi, lalu ulangi.")
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        # A damaged file fails anywhere: pikepdf finds a number where a dictionary should be, and says so in each of these ways.
        _refuse("unreadable_pdf", "PDF ini rusak atau terpotong, jadi tidak dapat dibaca. Mintalah berkasnya dikirim ulang.")


def _read(opened: pikepdf.Pdf) -> ReturnedForm:
    if opened.is_encrypted:
        _refuse("encrypted", "PDF ini disandikan. Simpan tanpa pengamanan (tanpa kata sandi dan tanpa batasan), lalu ulangi.")
    if len(opened.pages) > _MOST_PAGES:
        _refuse("not_our_form", f"PDF ini lebih dari {_MOST_PAGES} halaman; ini bukan formulir kajian.")
    form = opened.Root.get(Name.AcroForm)
    if form is not None and Name.XFA in form:
        _refuse("xfa", "PDF ini formulir jenis XFA, bukan formulir kajian dari program ini. Mintalah formulir yang baru.")
    listed = form.get(Name.Fields) if form is not None else None
    if listed is None or len(listed) == 0:
        _refuse_without_fields(opened)
    fields: dict[str, ReturnedField] = {}
    for name, field in _terminal(listed):
        if name in fields or len(fields) >= _MOST_FIELDS:
            _refuse("altered_form", "Isian pada formulir ini berganda; formulir diubah dengan program lain. Mintalah formulir yang baru.")
        fields[name] = _field(field)
    over = sum(str(note.get(Name.Subtype)) in _WRITTEN_OVER for page in opened.pages for note in page.obj.get(Name.Annots, ()))
    return ReturnedForm(fields, dict(_printed(opened)), over)


def _refuse_without_fields(opened: pikepdf.Pdf) -> NoReturn:
    resources: list[Any] = [page.obj.get(Name.Resources, pikepdf.Dictionary()) for page in opened.pages]
    has_text = any(len(one.get(Name.Font, ())) for one in resources)
    has_picture = any(len(one.get(Name.XObject, ())) for one in resources)
    if has_picture and not has_text:
        _refuse("scan", f"PDF ini hasil pindai atau foto; tulisan tangan tidak dibaca program. {_TYPE_IT_IN}")
    sentence = "PDF ini tidak berisi isian: formulirnya dicetak menjadi PDF baru atau diratakan, jadi tidak dapat dibaca program."
    _refuse("no_fields", f"{sentence} Mintalah berkas yang disimpan langsung. {_TYPE_IT_IN}")


def _terminal(listed: Any, before: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Every field that holds a value, with its full name: parts joined by dots."""
    if depth > _DEEPEST:
        raise ValueError("fields within fields without end")
    for field in listed:
        own = str(field.get(Name.T, ""))
        name = f"{before}.{own}" if before else own
        kids = [kid for kid in field.get(Name.Kids, ()) if Name.T in kid]
        if kids:
            yield from _terminal(kids, name, depth + 1)
        else:
            yield name, field


def _field(field: Any) -> ReturnedField:
    flags, kind = int(field.get(Name.Ff, 0)), str(field.get(Name.FT))
    if kind == "/Tx":
        limit = field.get(Name.MaxLen)
        return ReturnedField("text", _text(field.get(Name.V)), (), None if limit is None else int(limit), bool(flags & 1))
    if kind != "/Btn":
        return ReturnedField("other", "", is_locked=bool(flags & 1))
    widgets = list(field.get(Name.Kids, ())) or [field]
    states = [[str(state)[1:] for state in widget.AP.N if str(state) != "/Off"] for widget in widgets]
    shown = {str(w.get(Name.AS, "/Off"))[1:] for w in widgets} - {"Off"}
    value = str(field.get(Name.V, "/Off")).removeprefix("/")
    value = "" if value == "Off" else value
    return ReturnedField(
        kind="pick" if flags & (1 << 15) else "tick",
        value=value,
        choices=tuple(sorted(state for each in states for state in each)),
        is_locked=bool(flags & 1),
        is_clear=shown == ({value} if value else set()),
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, pikepdf.Stream):  # viewers may write a long text as a stream
        content = _content(value)
        if content is None:
            raise ValueError("a text that cannot be read")
        return str(pikepdf.String(content))
    return str(value)


def _printed(opened: pikepdf.Pdf) -> Iterator[tuple[str, str]]:
    """What is drawn on each page and the drawings it uses, as hashes: a viewer that fills a form in leaves both as they are."""
    nothing: Any = pikepdf.Dictionary()
    for number, page in enumerate(opened.pages, start=1):
        contents = page.obj.get(Name.Contents)
        parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents] if contents is not None else []
        yield f"halaman {number}", _hash([_content(part) for part in parts])
        for name, drawing in page.obj.get(Name.Resources, nothing).get(Name.XObject, nothing).items():
            yield f"gambar {name}", _hash([_content(drawing)])


def _hash(parts: list[bytes | None]) -> str:
    """Of the parts, with the white space between and around them left out, because viewers add some; unreadable parts have no hash."""
    if any(part is None for part in parts):
        return ""
    return hashlib.sha256(b"\n".join(part.strip() for part in parts if part is not None)).hexdigest()


def _content(stream: Any) -> bytes | None:
    """The bytes of a stream, unpacked up to a limit; None when it is packed in another way than ours or is too large."""
    raw = bytes(stream.read_raw_bytes())
    packed = stream.get(Name.Filter)
    names = [str(one) for one in packed] if isinstance(packed, pikepdf.Array) else [] if packed is None else [str(packed)]
    if not names:
        return raw
    if names != ["/FlateDecode"] or Name.DecodeParms in stream:
        return None
    try:
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(raw, _LARGEST_STREAM)
    except zlib.error:
        return None
    return None if unpacking.unconsumed_tail else content


def _refuse(code: str, sentence: str) -> NoReturn:
    raise Refused.because(code, sentence)
