"""A form filled in by the engine of Chromium's viewer: the fields are clicked and typed into, and the file is saved by it."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Mapping, Sequence

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium


def places(file: bytes) -> dict[str, tuple[int, float, float]]:
    """Name of each field (of a circle: "name=code") -> its page and the middle of it."""
    found = {}
    with pikepdf.open(io.BytesIO(file)) as opened:
        for number, page in enumerate(opened.pages):
            for widget in page.obj.get("/Annots", []):
                left, bottom, right, top = map(float, widget.Rect)
                name = str(widget.T) if "/T" in widget else f"{widget.Parent.T}={next(k for k in widget.AP.N if k != '/Off')[1:]}"
                found[name] = (number, (left + right) / 2, (bottom + top) / 2)
    return found


def typed(file: bytes, texts: Mapping[str, str], clicks: Sequence[str] = ()) -> bytes:
    """The file as Chromium's engine saves it after the texts were typed and the boxes and circles clicked, in this order."""
    where = places(file)
    opened = pypdfium2.PdfDocument(file)
    opened.init_forms()
    forms = opened.formenv
    pages = [opened[n] for n in range(len(opened))]
    for name, text in [*texts.items(), *((name, "") for name in clicks)]:
        number, x, y = where[name]
        page = pages[number].raw
        pdfium.FORM_OnMouseMove(forms.raw, page, 0, x, y)
        pdfium.FORM_OnLButtonDown(forms.raw, page, 0, x, y)
        pdfium.FORM_OnLButtonUp(forms.raw, page, 0, x, y)
        if text:
            letters = ctypes.create_string_buffer((text + "\0").encode("utf-16-le"))
            pdfium.FORM_ReplaceSelection(forms.raw, page, ctypes.cast(letters, ctypes.POINTER(ctypes.c_ushort)))
        pdfium.FORM_ForceToKillFocus(forms.raw)
    saved = io.BytesIO()
    opened.save(saved)
    for one in pages:
        one.close()
    opened.close()
    return saved.getvalue()
