"""A QR code as a drawing for pages, drawn by segno. What it says is decided elsewhere."""

from __future__ import annotations

from io import BytesIO

import segno
from markupsafe import Markup, escape

_QUIET_ZONE = 4
"""Modules of white around the code, as ISO/IEC 18004 wants."""


def qr_code(text: str, *, title: str) -> Markup:
    """The QR code of a short text (up to some 300 characters) with error correction M, as SVG. title: its alternative text."""
    made = segno.make(text, error="m", micro=False)
    width = made.symbol_size(border=_QUIET_ZONE)[0]
    drawing = BytesIO()
    made.save(drawing, kind="svg", border=_QUIET_ZONE, xmldecl=False, svgns=True, omitsize=True, svgclass=None, lineclass=None, nl=False)
    body = drawing.getvalue().decode().partition(">")[2]
    return Markup(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}" role="img"><title>{escape(title)}</title>{body}')
