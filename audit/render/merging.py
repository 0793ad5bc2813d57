"""Many PDF files into one for a printer: every document on an odd page, bookmarks, a front part. Not archival, and it does not say it is.

Each document is written as soon as it is given and then forgotten, so a thousand take no more memory than one. Tags, attachments, forms
and archival claims are left behind; what a form or a signature shows is drawn into its page. What is merged is decided elsewhere.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

import pikepdf

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_CATALOG, _PAGES, _OUTLINES, _INFO, _METADATA, _FIRST_FREE = 1, 2, 3, 4, 5, 6
_INHERITED = ("/MediaBox", "/CropBox", "/Rotate", "/Resources")
_OWN = ("/Contents", "/Group")
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{description}</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True, slots=True)
class Merged:
    """Where a document went. title: its own; first: its first page, from 1 after the front part; pages: its own, without a blank."""

    title: str
    first: int
    pages: int


@dataclass
class _Bookmark:
    title: str
    page: int
    children: list[_Bookmark] = field(default_factory=list)


class Merger:
    """One merged file, written from front to end into `file`, which need not be seekable.

    title, description: for the metadata. Documents are added in their order; `finish` puts the front part before them.
    """

    def __init__(self, file: BinaryIO, *, title: str, description: str) -> None:
        self._file, self._title, self._description = file, title, description
        self._offsets = array("Q", bytes(8 * _FIRST_FREE))
        self._position = 0
        self._pages: list[int] = []
        self._bookmarks: list[_Bookmark] = []
        self._write(_HEADER)

    def add(self, content: bytes, *, note: str) -> Merged:
        """Write the pages of a document under a bookmark of its title and `note`, with its own bookmarks below.

        When its pages are odd in number, an empty one follows, so that the next begins on a sheet of its own.
        """
        first = len(self._pages) + 1
        title, pages, count, bookmarks = self._copied(content)
        self._pages += pages
        self._bookmarks.append(_Bookmark(f"{title} ({note})", pages[0], bookmarks))
        return Merged(title, first, count)

    def finish(self, front: bytes) -> int:
        """Write the front part and the end of the file; how many pages there are in all."""
        title, pages, _, _ = self._copied(front)
        self._pages = pages + self._pages
        self._bookmarks.insert(0, _Bookmark(title, pages[0]))
        self._write_end()
        return len(self._pages)

    def _copied(self, content: bytes) -> tuple[str, list[int], int, list[_Bookmark]]:
        """Write the pages of a file: its title, the numbers of its pages with a blank one where needed, how many are its own, bookmarks."""
        with pikepdf.open(BytesIO(content)) as source:
            source.flatten_annotations("print")
            numbers: dict[tuple[int, int], int] = {}
            pages = {page.obj.objgen: self._page(page, numbers) for page in source.pages}
            made = list(pages.values())
            if len(made) % 2:
                box = b" ".join(_number(edge) for edge in source.pages[-1].mediabox)
                made.append(self._object(b"<< /Type /Page /Parent %d 0 R /MediaBox [ %s ] /Resources << >> >>" % (_PAGES, box)))
            with source.open_outline() as outline:
                bookmarks = list(_bookmarks(outline.root, pages))
            if len(bookmarks) == 1:  # the heading of the document, which its title repeats
                bookmarks = bookmarks[0].children
            return str(source.docinfo.get("/Title", "")), made, len(pages), bookmarks

    def _page(self, page: pikepdf.Page, numbers: dict[tuple[int, int], int]) -> int:
        waiting: list[pikepdf.Object] = []
        found = {name: _entry(page.obj, name) for name in (*_OWN, *_INHERITED)}
        entries = [f"{name} ".encode() + self._value(value, numbers, waiting) for name, value in found.items() if value is not None]
        made = self._object(b"<< /Type /Page /Parent %d 0 R %s >>" % (_PAGES, b" ".join(entries)))
        while waiting:
            self._indirect(waiting.pop(), numbers, waiting)
        return made

    def _indirect(self, value: pikepdf.Object, numbers: dict[tuple[int, int], int], waiting: list[pikepdf.Object]) -> None:
        number = numbers[value.objgen]
        if isinstance(value, pikepdf.Stream):
            data = value.read_raw_bytes()
            entries = self._entries(value.stream_dict, numbers, waiting, without=("/Length",))
            body = b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)
        else:
            body = self._direct(value, numbers, waiting)
        self._object(body, number)

    def _value(self, value: Any, numbers: dict[tuple[int, int], int], waiting: list[pikepdf.Object]) -> bytes:
        """A value as it stands inside another: a reference for what is an object of its own, which is then written later."""
        if isinstance(value, pikepdf.Object) and value.is_indirect:
            if value.objgen not in numbers:
                numbers[value.objgen] = self._reserved()
                waiting.append(value)
            return b"%d 0 R" % numbers[value.objgen]
        return self._direct(value, numbers, waiting)

    def _direct(self, value: Any, numbers: dict[tuple[int, int], int], waiting: list[pikepdf.Object]) -> bytes:
        if isinstance(value, pikepdf.Dictionary):
            return b"<< " + self._entries(value, numbers, waiting) + b" >>"
        if isinstance(value, pikepdf.Array):
            return b"[ " + b" ".join(self._value(one, numbers, waiting) for one in value) + b" ]"
        if isinstance(value, pikepdf.Object):
            return value.unparse()
        return _number(value)

    def _entries(
        self, value: Any, numbers: dict[tuple[int, int], int], waiting: list[pikepdf.Object], *, without: tuple[str, ...] = ()
    ) -> bytes:
        kept = ((name, one) for name, one in value.items() if name not in ("/StructParent", "/StructParents", *without))
        return b" ".join(pikepdf.Name(name).unparse() + b" " + self._value(one, numbers, waiting) for name, one in kept)

    def _write_end(self) -> None:
        kids = b" ".join(b"%d 0 R" % number for number in self._pages)
        self._object(b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (len(self._pages), kids), _PAGES)
        first, last, count = self._outline(self._bookmarks, _OUTLINES, is_open=True)
        self._object(b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>" % (first, last, count), _OUTLINES)
        self._object(b"<< /Title %s /Subject %s >>" % (_text(self._title), _text(self._description)), _INFO)
        xmp = _XMP.format(title=escape(self._title), description=escape(self._description)).encode()
        self._object(b"<< /Type /Metadata /Subtype /XML /Length %d >>\nstream\n%s\nendstream" % (len(xmp), xmp), _METADATA)
        self._object(
            b"<< /Type /Catalog /Pages %d 0 R /Outlines %d 0 R /PageMode /UseOutlines /Metadata %d 0 R /Lang (id) "
            b"/ViewerPreferences << /DisplayDocTitle true /Duplex /DuplexFlipLongEdge >> >>" % (_PAGES, _OUTLINES, _METADATA),
            _CATALOG,
        )
        start = self._position
        size = len(self._offsets)
        lines = [b"xref\n0 %d\n0000000000 65535 f \n" % size]
        lines += [b"%010d 00000 n \n" % offset for offset in self._offsets[1:]]
        self._write(b"".join(lines))
        name = hashlib.sha256(b"".join(lines)).hexdigest()[:32].encode()
        self._write(
            b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [ <%s> <%s> ] >>\nstartxref\n%d\n%%%%EOF\n"
            % (size, _CATALOG, _INFO, name, name, start)
        )

    def _outline(self, items: list[_Bookmark], parent: int, *, is_open: bool) -> tuple[int, int, int]:
        """Write bookmarks and what is below them; the first and the last number, and how many there are at this level.

        Only the documents themselves are shown at first; what is inside each one is folded.
        """
        numbers = [self._reserved() for _ in items]
        for place, (item, number) in enumerate(zip(items, numbers, strict=True)):
            parts = [b"/Title %s /Parent %d 0 R /Dest [ %d 0 R /Fit ]" % (_text(item.title), parent, item.page)]
            if place:
                parts.append(b"/Prev %d 0 R" % numbers[place - 1])
            if place + 1 < len(numbers):
                parts.append(b"/Next %d 0 R" % numbers[place + 1])
            if item.children:
                first, last, count = self._outline(item.children, number, is_open=False)
                parts.append(b"/First %d 0 R /Last %d 0 R /Count -%d" % (first, last, count))
            self._object(b"<< " + b" ".join(parts) + b" >>", number)
        return numbers[0], numbers[-1], len(numbers)

    def _reserved(self) -> int:
        self._offsets.append(0)
        return len(self._offsets) - 1

    def _object(self, body: bytes, number: int | None = None) -> int:
        number = self._reserved() if number is None else number
        self._offsets[number] = self._position
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        return number

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._position += len(data)


def page_count(content: bytes) -> int:
    """How many pages a PDF file has."""
    with pikepdf.open(BytesIO(content)) as opened:
        return len(opened.pages)


def _bookmarks(items: Any, pages: dict[tuple[int, int], int]) -> Iterator[_Bookmark]:
    """The bookmarks of a document that lead to one of its pages; one that leads nowhere is left out, with what is below it."""
    for item in items:
        target = item.destination
        if target is None and item.action is not None:
            target = item.action.get("/D")
        page = pages.get(target[0].objgen) if isinstance(target, pikepdf.Array) and len(target) else None
        if page is not None:
            yield _Bookmark(str(item.title), page, list(_bookmarks(item.children, pages)))


def _entry(page: Any, name: str) -> Any:
    """An entry of a page, or of what it hangs below where such entries are inherited; None when it is nowhere."""
    while page is not None:
        if name in page:
            return page[name]
        page = page.get("/Parent") if name in _INHERITED else None
    return None


def _number(value: Any) -> bytes:
    """A Python value as pikepdf gives it for a number, a truth value or nothing."""
    if value is None:
        return b"null"
    if isinstance(value, bool):
        return b"true" if value else b"false"
    return format(value, "f").encode() if not isinstance(value, int) else b"%d" % value


def _text(text: str) -> bytes:
    """A text string that any reader understands, whatever letters are in it."""
    return pikepdf.String(text).unparse()
