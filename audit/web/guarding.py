"""What guards every request: headers that keep a page to itself, and how often one address may ask. Knows no page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from audit.web.handling import too_many

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}
"""On every answer, faults included. No script runs on any page, ours neither."""

_MOST_ADDRESSES = 20_000


class SafeHeaders:
    """Sets HEADERS, and "no-store" where the answer does not say how long it may be kept."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, send_safely if scope["type"] == "http" else send)


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many requests in so many seconds; what was used comes back evenly."""

    requests: int
    seconds: int


class OnlySoMany:
    """Answers an address that asks too often with a short page. Kept in memory only; what is below `free` is not counted."""

    def __init__(self, app: ASGIApp, *, allowance: Allowance, now: Callable[[], datetime], free: str) -> None:
        self.app = app
        self.allowance, self.now, self.free = allowance, now, free
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self.free) or self._is_allowed(_address(scope)):
            await self.app(scope, receive, send)
        else:
            await too_many(self.allowance.seconds)(scope, receive, send)

    def _is_allowed(self, address: str) -> bool:
        most, now = self.allowance.requests, self.now()
        left, since = self._left.pop(address, (float(most), now))
        passed = max(0.0, (now - since).total_seconds())
        left = min(float(most), left + passed * most / self.allowance.seconds)
        self._left[address] = (max(0.0, left - 1), now)
        while len(self._left) > _MOST_ADDRESSES:
            self._left.popitem(last=False)
        return left >= 1


def _address(scope: Mapping[str, Any]) -> str:
    """Who asks: an IPv4 address, or the half of an IPv6 address that one household has."""
    client = scope.get("client")
    try:
        found = ip_address(client[0]) if client else None
    except ValueError:
        return str(client[0]) if client else ""
    return str(int(found) >> 64) if isinstance(found, IPv6Address) else str(found)
