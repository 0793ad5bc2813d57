"""Under which address this program is asked, for links that leave it. Where its pages are is in addresses.py."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.requests import Request

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(:\d{1,5})?")


def from_outside(request: Request, path: str) -> str:
    """The whole address of a page of ours ("/kasus/…"), as the person who asks now reaches it.

    Behind HTTPS the server in front says in X-Forwarded-Host what the browser asked for, where it does not hand on Host itself.
    """
    said = request.headers.get("x-forwarded-host", "").rpartition(",")[2].strip() if request.app.state.behind_https else ""
    at = request.base_url.replace(netloc=said) if _HOST.fullmatch(said) else request.base_url
    return f"{at}{path.removeprefix('/')}"


def opens_only_here(link: str) -> bool:
    """Whether a link names this machine by an address that no other one can open."""
    host = urlsplit(link).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.") or host.endswith(".localhost")
