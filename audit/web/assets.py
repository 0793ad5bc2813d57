"""The files that pages need, read once: each has a hash of its content in its name, so that a browser may keep it for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from audit.render.html import templates_folder

FOLDER = "/static/"
_TYPES: Mapping[str, str] = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """address: where it is asked for, e.g. "/static/aks.3f2a9c11.css"."""

    address: str
    content: bytes
    media_type: str


@cache
def assets() -> Mapping[str, Asset]:
    """Every file of templates/web/static by its plain name ("aks.css")."""
    found = {}
    for path in sorted((templates_folder() / "web" / "static").iterdir()):
        content = path.read_bytes()
        name = f"{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}"
        found[path.name] = Asset(FOLDER + name, content, _TYPES[path.suffix])
    return found


def asset(request: Request) -> Response:
    """One of them, by the name with the hash in it; any other name is not found."""
    found = next((one for one in assets().values() if one.address == request.url.path), None)
    if found is None:
        raise HTTPException(404)
    return Response(found.content, media_type=found.media_type, headers={"Cache-Control": "public, max-age=31536000, immutable"})
