"""What came after a file was first written: whether the increments of a PDF brought signatures into fields that waited, and nothing else.

pyHanko has a general answer, but it walks every way from the root to every object, and a tagged report has some ten thousand of them. Ours
is narrow, because our files are: a signature may fill a field that is there and empty, and that is all. What is new may hang only there.
"""

from __future__ import annotations

from collections.abc import Collection
from io import BytesIO
from itertools import pairwise

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

_OF_A_FIELD = frozenset({"/V", "/AP", "/M"})
_OF_THE_FORM = frozenset({"/SigFlags"})
_OF_THE_CATALOG = frozenset({"/AcroForm", "/Extensions", "/Version"})
"""Keys that signing may set; all others must stay as they were."""


def is_only_signed_since(reader: PdfFileReader, revision: int) -> bool:
    """Whether every revision after this one (0 is the file as first written) only filled signature fields that were there and empty.

    Raises what pyHanko raises over bytes that somebody else wrote.
    """
    resolvers = [reader.get_historical_resolver(number) for number in range(revision, reader.xrefs.total_revisions)]
    return all(_is_a_signature(before, after) for before, after in pairwise(resolvers))


def _is_a_signature(before: HistoricalResolver, after: HistoricalResolver) -> bool:
    freed = after.refs_freed_in_revision()  # type: ignore[no-untyped-call]  # pyHanko types most of itself, not this
    if freed or _written(before.trailer_view.raw_get("/Root")) != _written(after.trailer_view.raw_get("/Root")):
        return False
    form_before, form_after = before.root.get("/AcroForm"), after.root.get("/AcroForm")
    if not isinstance(form_before, generic.DictionaryObject) or not isinstance(form_after, generic.DictionaryObject):
        return False
    if not _agree(form_before, form_after, _OF_THE_FORM) or not _agree(before.root, after.root, _OF_THE_CATALOG):
        return False
    introduced = after.reader.xrefs.get_introducing_revision
    written = after.explicit_refs_in_revision()  # type: ignore[no-untyped-call]  # as above
    changed = [ref for ref in written if introduced(ref) < after.revision]
    allowed = {_reference(before.trailer_view.raw_get("/Root")), _reference(before.root.raw_get("/AcroForm"))}
    fields = {_reference(each) for each in form_before.get("/Fields", ())}
    return all(ref in allowed or (ref in fields and _is_filled(before, after, ref)) for ref in changed)


def _is_filled(before: HistoricalResolver, after: HistoricalResolver, ref: generic.Reference) -> bool:
    old, new = before.get_object(ref), after.get_object(ref)
    are_fields = isinstance(old, generic.DictionaryObject) and isinstance(new, generic.DictionaryObject)
    return are_fields and old.get("/FT") == "/Sig" and "/V" not in old and "/V" in new and _agree(old, new, _OF_A_FIELD)


def _agree(old: generic.DictionaryObject, new: generic.DictionaryObject, but: Collection[str]) -> bool:
    """Whether two dictionaries say the same, but for these keys. References are compared, not what they lead to."""
    return all(
        key in old and key in new and _written(old.raw_get(key)) == _written(new.raw_get(key)) for key in {*old, *new} if key not in but
    )


def _reference(value: generic.PdfObject) -> generic.Reference | None:
    return value.reference if isinstance(value, generic.IndirectObject) else None


def _written(value: generic.PdfObject) -> bytes:
    stream = BytesIO()
    value.write_to_stream(stream)
    return stream.getvalue()
