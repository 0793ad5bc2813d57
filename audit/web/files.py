"""A file handed out: to be kept by whoever asked, never by a browser or a proxy on its own, never shown as a page of ours."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from starlette.responses import Response

PDF = "application/pdf"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_LONGEST = 150


def as_download(content: bytes, *, name: str, kind: str) -> Response:
    """The file as an attachment. name: any text; what a header or a disk would stumble over is replaced. kind: its media type."""
    safe = safe_name(name)
    headers = {
        "Content-Disposition": f"attachment; filename=\"{safe}\"; filename*=UTF-8''{quote(safe)}",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, media_type=kind, headers=headers)


def safe_name(name: str) -> str:
    """A file name of plain letters, digits, dots, dashes and underscores, with its ending."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem, dot, ending = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.").rpartition(".")
    return f"{(stem or 'berkas')[:_LONGEST].strip('-.') or 'berkas'}.{ending}" if dot else (ending or "berkas")[:_LONGEST]
