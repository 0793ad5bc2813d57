"""pyHanko's reader of PDF files, in time that grows with the file and not with its square. What is read of a file is not decided here.

pyHanko 0.38 reads the head of an object stream anew for every object in it, and our tagged reports keep some ten thousand objects in one:
looking for what changed since a signature took many minutes. Here each head is read once.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader


class SignedReader(PdfFileReader):
    """A reader of a whole file in memory, not strict: what cannot be read is a null, as in PDF itself."""

    def __init__(self, pdf: bytes) -> None:
        self._heads: dict[int, tuple[bytes, dict[int, int]]] = {}
        super().__init__(BytesIO(pdf), strict=False)

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        del idx  # places are found by number, as pyHanko does where it is not strict
        content, places = self._head(stmnum)
        if idnum not in places:
            return generic.NullObject()
        stream = BytesIO(content)
        stream.seek(places[idnum])
        try:
            return generic.read_object(stream, generic.Reference(idnum, 0, self))
        except (misc.PdfStreamError, misc.PdfReadError):
            return generic.NullObject()

    def _head(self, number: int) -> tuple[bytes, dict[int, int]]:
        """The decoded object stream with this number, and where in it each object begins; of twins the first counts."""
        if number not in self._heads:
            stream = generic.Reference(number, 0, self).get_object()
            if not isinstance(stream, generic.StreamObject) or stream.get("/Type") != "/ObjStm":
                raise misc.PdfReadError("not an object stream")
            content = bytes(stream.read_data(DecodePurpose.OBJECT_STREAM))
            first = int(stream["/First"])
            told = content[:first].split()[: 2 * int(stream["/N"])]
            places: dict[int, int] = {}
            for objnum, offset in zip(told[::2], told[1::2], strict=False):
                places.setdefault(int(objnum), first + int(offset))
            self._heads[number] = content, places
        return self._heads[number]
