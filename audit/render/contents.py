"""What a PDF file holds, looked at without drawing it: who made it, what is attached, what each page draws. No opinion on any of it.

The file may come from anybody. Nothing in it is run or fetched, and what is unpacked is limited.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

import pikepdf

LARGEST_ATTACHMENT = 16_000_000
_LARGEST_STREAM = 32_000_000
_DEEPEST_DRAWING = 4

Trouble = Literal["encrypted", "broken"]

_BROKEN = (pikepdf.PdfError, ArithmeticError, AttributeError, LookupError, RecursionError, RuntimeError, TypeError, ValueError)
"""What a damaged file makes of the library and of the walk through it."""


class Unreadable(Exception):
    """The file cannot be looked into: it asks for a password, or it is damaged. Carries nothing of what is in it."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file says of itself and what it holds.

    generator: the program that made it ("AKS 0.1.0, …"); producer: the library that wrote the bytes. identifier: the permanent one, given
    when the file was made ("" when it is not text). pages: a SHA-256 for each page over what it draws, fonts left out.
    attachments: by name; None where one is larger than LARGEST_ATTACHMENT or packed in a way we do not use.
    """

    generator: str
    producer: str
    title: str
    identifier: str
    pages: tuple[str, ...]
    attachments: Mapping[str, bytes | None]


def contents_of(pdf: bytes) -> Contents:
    """Look into a PDF file. Raises Unreadable when it is encrypted or damaged beyond what the library mends."""
    try:
        with pikepdf.open(BytesIO(pdf), suppress_warnings=True) as opened:
            return Contents(
                generator=_text(opened.docinfo.get("/Creator")),
                producer=_text(opened.docinfo.get("/Producer")),
                title=_text(opened.docinfo.get("/Title")),
                identifier=_identifier(opened),
                pages=tuple(_page(page.obj) for page in opened.pages),
                attachments={name: _attachment(found) for name, found in opened.attachments.items()},
            )
    except pikepdf.PasswordError:
        raise Unreadable("encrypted") from None
    except _BROKEN:
        raise Unreadable("broken") from None


def _identifier(opened: pikepdf.Pdf) -> str:
    found = opened.trailer.get("/ID")
    raw = bytes(found[0]) if found is not None and len(found) else b""
    return raw.decode("ascii") if raw.isascii() else ""


def _attachment(found: pikepdf.AttachedFileSpec) -> bytes | None:
    return _unpacked(found.get_file().obj, LARGEST_ATTACHMENT)


def _page(page: Any) -> str:
    """A SHA-256 over the drawing instructions of a page, of the drawings it uses and of what lies on top of it."""
    digest = hashlib.sha256()
    for part in (*_instructions(page.get("/Contents")), *_drawings(page.get("/Resources"), 0), *_on_top(page.get("/Annots"))):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _instructions(found: Any) -> Iterator[bytes]:
    streams = found if isinstance(found, pikepdf.Array) else [] if found is None else [found]
    for stream in streams:
        yield _unpacked(stream, _LARGEST_STREAM) or stream.read_raw_bytes()


def _drawings(resources: Any, depth: int) -> Iterator[bytes]:
    named: Any = resources.get("/XObject", {}) if resources is not None and depth < _DEEPEST_DRAWING else {}
    for name in sorted(named.keys()):
        yield name.encode()
        yield from _instructions(named[name])
        yield from _drawings(named[name].get("/Resources"), depth + 1)


def _on_top(annotations: Any) -> Iterator[bytes]:
    for one in annotations if annotations is not None else ():
        for key in ("/Subtype", "/Rect", "/Contents", "/T", "/FT"):
            yield _text(one.get(key)).encode()
        shown = one.get("/AP", {}).get("/N")
        if isinstance(shown, pikepdf.Stream):
            yield from _instructions(shown)


def _unpacked(stream: Any, largest: int) -> bytes | None:
    """The content of a stream that is plain or deflated, as ours are; None for any other and for one that is larger."""
    raw: bytes = stream.read_raw_bytes()
    packed = stream.get("/Filter")
    if packed is None:
        return raw if len(raw) <= largest else None
    if packed != pikepdf.Name.FlateDecode or stream.get("/DecodeParms") is not None:
        return None
    try:
        content = zlib.decompressobj().decompress(raw, largest + 1)
    except zlib.error:
        return None
    return content if len(content) <= largest else None


def _text(value: Any) -> str:
    """A value as text of at most 400 characters, on one line."""
    return "" if value is None else " ".join(str(value).split())[:400]
