"""The files that pages need, read and compressed once; each has a hash of its content in its name, so that a browser may keep it for ever.

Templates say `asset("aks.css")` and `icon("check")`. Names are plain: what npm brought (static/vendor) and what is ours lie in one address.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from audit.errors import Fault
from audit.render import html

FOLDER = "/static/"
_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
_ALREADY_SMALL = frozenset({".woff2", ".png"})
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


@dataclass(frozen=True, slots=True)
class Asset:
    """address: where it is asked for, e.g. "/static/aks.3f2a9c11.css". compressed: by gzip; None where that makes nothing smaller."""

    address: str
    content: bytes
    media_type: str
    compressed: bytes | None


@cache
def assets() -> Mapping[str, Asset]:
    """Every file of templates/web/static by its plain name ("aks.css"). Raises Fault when two have one name."""
    folder = html.templates_folder() / "web" / "static"
    found: dict[str, Asset] = {}
    # Stylesheets last: they name fonts, and have to name them as they are served.
    for path in sorted((*folder.iterdir(), *(folder / "vendor").iterdir()), key=lambda path: (path.suffix == ".css", path.name)):
        if path.suffix not in _TYPES:
            continue
        if path.name in found:
            raise Fault(f"Dua berkas halaman bernama {path.name}; satu harus berganti nama.")
        found[path.name] = _asset(path, found)
    return found


def address_of(name: str) -> str:
    """Where a file is asked for, by its plain name. Raises Fault when there is none."""
    try:
        return assets()[name].address
    except KeyError:
        raise Fault(f"Berkas halaman {name} tidak ada di templates/web/static.") from None


@lru_cache(maxsize=1024)
def icon(name: str, label: str = "") -> Markup:
    """One icon of the sprite; "" for none. Without a label it is only an ornament beside its text. A page has hundreds of them."""
    if not name:
        return Markup("")
    told = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    drawn = Markup('<svg class="icon" width="24" height="24" {} focusable="false"><use href="{}#{}"></use></svg>')
    return drawn.format(told, address_of("icons.svg"), name)


html.environment().globals.update(asset=address_of, icon=icon)


def asset(request: Request) -> Response:
    """One of them, by the name with the hash in it; any other name is not found."""
    found = _by_address().get(request.url.path)
    if found is None:
        raise HTTPException(404)
    if found.compressed is not None and _takes_gzip(request.headers.get("accept-encoding", "")):
        return Response(found.compressed, media_type=found.media_type, headers={**_FOR_EVER, "Content-Encoding": "gzip"})
    return Response(found.content, media_type=found.media_type, headers=_FOR_EVER)


@cache
def _by_address() -> Mapping[str, Asset]:
    return {one.address: one for one in assets().values()}


def _asset(path: Path, known: Mapping[str, Asset]) -> Asset:
    content = path.read_bytes()
    if path.suffix == ".css":
        content = re.sub(rb'url\("([\w.-]+)"\)', lambda named: b'url("%s")' % known[named[1].decode()].address.encode(), content)
    address = f"{FOLDER}{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}"
    compressed = None if path.suffix in _ALREADY_SMALL else gzip.compress(content, 9, mtime=0)
    return Asset(address, content, _TYPES[path.suffix], compressed)


def _takes_gzip(accepted: str) -> bool:
    for one in accepted.lower().split(","):
        coding, _, weight = one.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
