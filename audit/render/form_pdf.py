"""The last touch on a PDF that can be filled in: fields as every viewer understands them. What is asked is in the page, not here.

WeasyPrint places the fields and puts them into the tags. What it writes into them is made for itself: a font that other viewers cannot
type with, radio buttons known by a number, the members of a group listed beside it. Here each field gets what ISO 32000 (12.7) expects.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from audit.errors import Fault

_PRINT, _HIDDEN = 4, 2
_READ_ONLY, _RADIO = 1, 1 << 15
_TEXT = b"/Helv 9.5 Tf 0.114 0.153 0.188 rg"
"""Helvetica is in every viewer, so what is typed is seen as it is typed; the colour is that of the page."""

_INSET = 2.5
"""Points between the frame of a field and what is typed into it."""

_INK = b"0.114 0.153 0.188"


def finish_form(made: bytes, *, hidden: Mapping[str, str]) -> bytes:
    """The same PDF with fields that viewers fill, show and save alike. Equal input gives equal bytes.

    made: as WeasyPrint writes a page with forms. A radio button is known by the value it has in the page, a box that is ticked by /on.
    hidden: name -> value of fields that are kept with the file, not shown and not to be changed. Raises Fault for a page without a field.
    """
    with pikepdf.open(BytesIO(made)) as pdf:
        fields: dict[str, pikepdf.Object] = {}
        home: pikepdf.Object | None = None
        for page in pdf.pages:
            for widget in page.obj.get(Name.Annots, Array()):
                if str(widget.get(Name.Subtype)) == "/Widget":
                    _finish_widget(pdf, widget, fields)
                    home = page.obj
        if home is None:
            raise Fault("Formulir digambar tanpa satu isian pun; ini kesalahan program.")
        for name, value in hidden.items():
            fields[name] = _hidden_field(pdf, home, name, value)
        pdf.Root.AcroForm = Dictionary(Fields=Array(fields.values()), DR=Dictionary(Font=_fonts(pdf)), DA=String(_TEXT.decode()))
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _finish_widget(pdf: pikepdf.Pdf, widget: pikepdf.Object, fields: dict[str, pikepdf.Object]) -> None:
    for key in (Name.MK, Name.Border):
        if key in widget:
            del widget[key]
    if Name.Parent in widget:
        _join_group(pdf, widget, fields)
        return
    fields[str(widget.T)] = widget
    if str(widget.FT) == "/Tx":
        left, bottom, right, top = _edges(widget)
        widget.Rect = Array([left + _INSET, bottom + 1, right - _INSET, top - 1])
        widget.DA = String(_TEXT.decode())
        del widget[Name.V]
        widget.AP = Dictionary(N=_drawing(pdf, widget, b"/Tx BMC EMC"))
    else:
        widget.AP = Dictionary(N=Dictionary({"/on": _drawing(pdf, widget, _tick(widget)), "/Off": _drawing(pdf, widget, b"")}))
        widget.V = widget.AS = Name.Off


def _join_group(pdf: pikepdf.Pdf, widget: pikepdf.Object, fields: dict[str, pikepdf.Object]) -> None:
    """A radio button, in the one group of its name, even where that runs over two pages."""
    name, parent = str(widget.T), widget.Parent
    place = next(int(str(state)[1:]) for state in widget.AP.N)
    code = str(parent.Opt[place])
    if name not in fields:
        title = String(name if Name.TU not in parent else str(parent.TU).partition(": ")[0])
        fields[name] = pdf.make_indirect(Dictionary(FT=Name.Btn, Ff=_RADIO, T=String(name), TU=title, V=Name.Off, Kids=Array()))
    group = fields[name]
    group.Kids.append(widget)
    widget.Parent = group
    for key in (Name.T, Name.V, Name.FT):
        if key in widget:
            del widget[key]
    widget.AP = Dictionary(N=Dictionary({f"/{code}": _drawing(pdf, widget, _dot(widget)), "/Off": _drawing(pdf, widget, b"")}))
    widget.AS = Name.Off


def _hidden_field(pdf: pikepdf.Pdf, page: pikepdf.Object, name: str, value: str) -> pikepdf.Object:
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, Ff=_READ_ONLY, F=_HIDDEN, T=String(name), TU=String(name), V=String(value),
            DA=String(_TEXT.decode()), Rect=Array([0, 0, 0, 0]), P=page,
        )
    )  # fmt: skip
    page.Annots.append(field)
    return field


def _fonts(pdf: pikepdf.Pdf) -> Dictionary:
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    return Dictionary(Helv=pdf.make_indirect(helvetica))


def _edges(widget: pikepdf.Object) -> tuple[float, float, float, float]:
    """Left, bottom, right, top in points; WeasyPrint writes the top before the bottom."""
    left, one, right, other = (round(float(edge), 3) for edge in widget.Rect.as_list())
    return left, min(one, other), right, max(one, other)


def _size(widget: pikepdf.Object) -> tuple[float, float]:
    left, bottom, right, top = _edges(widget)
    return right - left, top - bottom


def _drawing(pdf: pikepdf.Pdf, widget: pikepdf.Object, content: bytes) -> pikepdf.Stream:
    width, height = _size(widget)
    return pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, round(width, 3), round(height, 3)]))


def _tick(widget: pikepdf.Object) -> bytes:
    """A cross from corner to corner: seen on any printer, and drawn without a font."""
    width, height = _size(widget)
    left, right, bottom, top = width * 0.22, width * 0.78, height * 0.22, height * 0.78
    lines = f"{left:.2f} {bottom:.2f} m {right:.2f} {top:.2f} l {left:.2f} {top:.2f} m {right:.2f} {bottom:.2f} l S"
    return b"q " + _INK + b" RG 1.4 w 1 J " + lines.encode() + b" Q"


def _dot(widget: pikepdf.Object) -> bytes:
    """A full dot: a line of no length with round ends."""
    width, height = _size(widget)
    point = f"{min(width, height) * 0.5:.2f} w {width / 2:.2f} {height / 2:.2f} m {width / 2:.2f} {height / 2:.2f} l S"
    return b"q " + _INK + b" RG 1 J " + point.encode() + b" Q"
