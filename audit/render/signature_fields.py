"""Empty signature fields where the signature blocks are. Works on WeasyPrint's boxes and on the open file; signs nothing.

A template marks the room for a signature with `data-sign` (the name of the field) and `data-label` (what a screen reader says). Before the
file is written each such box gets a widget, so that WeasyPrint's own tagging gives it its place in the reading order (a /Form element with
the reference to the widget, as PDF/UA wants); when the file is finished the widgets become objects of it and the form is listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf

from audit.errors import Fault

_POINTS = 0.75
"""PDF points in a CSS pixel."""

_PRINTED = 4
_APPEND_ONLY = 3
"""/F: the annotation is printed. /SigFlags: the file has signature fields and may only be appended to (ISO 32000-1, 12.7.2)."""


def reserve_fields(document: Any) -> Any:
    """Gives every box that is marked as room for a signature its widget, and returns the laid-out document itself.

    document: a `weasyprint.Document` that is not yet written. Raises Fault when two rooms have the same name.
    """
    names: set[str] = set()
    for page in document.pages:
        for box in _rooms(page):
            name = box.element.get("data-sign")
            if name in names:
                raise Fault(f"Dokumen memuat dua ruang tanda tangan bernama “{name}”.")
            names.add(name)
            box.widget_annotation = _Widget(name, box.element.get("data-label") or name, _rectangle(box, page.height))
    return document


def write_fields(document: Any, pdf: Any) -> None:
    """Makes the reserved widgets objects of the open `pydyf.PDF`: on their pages, with an empty appearance, listed in the form."""
    listed = []
    for page, reference in zip(document.pages, pdf.page_references, strict=True):
        for box in _rooms(page):
            widget: _Widget = box.widget_annotation
            blank = pydyf.Stream(
                [],
                {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array((0, 0, *widget.size)), "Resources": pydyf.Dictionary()},
            )
            pdf.add_object(blank)
            pdf.add_object(widget)
            widget["AP"] = pydyf.Dictionary({"N": blank.reference})
            widget["P"] = reference
            on_page = pdf.objects[int(reference.split()[0])]
            on_page.setdefault("Annots", pydyf.Array()).append(widget.reference)
            listed.append(widget.reference)
    if listed:
        _unwrap_form_elements(pdf)
        form = pdf.catalog.setdefault("AcroForm", pydyf.Dictionary({"Fields": pydyf.Array()}))
        form["Fields"].extend(listed)
        form["SigFlags"] = _APPEND_ONLY


def _unwrap_form_elements(pdf: Any) -> None:
    """A form element with one child names it directly: who compares revisions (pyHanko) looks for a signed widget there only."""
    for each in pdf.objects:
        if isinstance(each, dict) and each.get("S") == "/Form" and len(each["K"]) == 1:
            each["K"] = each["K"][0]


class _Later(pydyf.Object):  # type: ignore[misc]  # pydyf carries no types
    """A reference to an object that has no number yet: it is asked for when the file is written."""

    def __init__(self, of: pydyf.Object) -> None:
        super().__init__()
        self._of = of

    @property
    def data(self) -> bytes:
        return f"{self._of.number} {self._of.generation} R".encode()


class _Widget(pydyf.Dictionary):  # type: ignore[misc]  # pydyf carries no types
    """A signature field and its widget in one dictionary. rectangle: left, bottom, right, top in points."""

    def __init__(self, name: str, label: str, rectangle: tuple[float, float, float, float]) -> None:
        super().__init__(
            {
                "Type": "/Annot",
                "Subtype": "/Widget",
                "FT": "/Sig",
                "T": pydyf.String(name),
                "TU": pydyf.String(label),
                "Rect": pydyf.Array(rectangle),
                "F": _PRINTED,
            }
        )
        left, bottom, right, top = rectangle
        self.size = (right - left, top - bottom)

    @property
    def reference(self) -> Any:
        return _Later(self)


def _rooms(page: Any) -> Iterator[Any]:
    """The boxes of a page that are room for a signature, in reading order."""
    seen: set[int] = set()
    for box in page._page_box.descendants():
        if box.element is not None and box.element.get("data-sign") and id(box.element) not in seen:
            seen.add(id(box.element))  # lines within it carry the same element
            yield box


def _rectangle(box: Any, page_height: float) -> tuple[float, float, float, float]:
    left, top = box.border_box_x(), box.border_box_y()
    right, bottom = left + box.border_width(), top + box.border_height()
    return left * _POINTS, (page_height - bottom) * _POINTS, right * _POINTS, (page_height - top) * _POINTS
