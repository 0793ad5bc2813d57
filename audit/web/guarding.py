"""What guards every request: headers that keep a page to itself, and how often one address may ask. Knows no page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from audit.web.handling import too_many

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action"
    " 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'"
)
"""Only what lies here, nothing inline. "data:" is for the small drawings inside the stylesheet (ticks, arrows)."""

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}
"""On every answer, faults included."""

ONLY_HTTPS = "max-age=31536000"
"""Strict-Transport-Security, once a page was served by https; other names below the office's are not ours to bind."""

_MOST_ADDRESSES = 20_000


class SafeHeaders:
    """Sets HEADERS, and "no-store" where the answer does not say how long it may be kept.

    is_behind_proxy: X-Forwarded-Proto is believed; only when a proxy of the office sets it, because anybody else may write it too.
    """

    def __init__(self, app: ASGIApp, *, is_behind_proxy: bool = False) -> None:
        self.app = app
        self.is_behind_proxy = is_behind_proxy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", "no-store")
                if is_https(scope, is_behind_proxy=self.is_behind_proxy):
                    headers["Strict-Transport-Security"] = ONLY_HTTPS
            await send(message)

        await self.app(scope, receive, send_safely if scope["type"] == "http" else send)


def is_https(scope: Scope, *, is_behind_proxy: bool) -> bool:
    """Whether the browser asked by https: this server's own word, or that of the proxy in front when there is one."""
    if is_behind_proxy:
        return Headers(scope=scope).get("x-forwarded-proto", "").split(",")[-1].strip().lower() == "https"
    return bool(scope.get("scheme") == "https")


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many requests in so many seconds; what was used comes back evenly."""

    requests: int
    seconds: int


class Meter:
    """Counts what somebody used of an allowance, by any key.

    Kept in the memory of one process, so that a page costs no write: of n processes that serve the pages an address has up to n allowances.
    It is a first wall, against machines that ask without end. What guards a password is counted by account in the database, by all
    processes together (audit/people/lock_out.py).
    """

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def allows(self, key: str, now: datetime) -> bool:
        """Whether one more is within the allowance of this key; it is counted either way."""
        most = float(self.allowance.requests)
        left, since = self._left.pop(key, (most, now))
        passed = max(0.0, (now - since).total_seconds())
        left = min(most, left + passed * most / self.allowance.seconds)
        self._left[key] = (max(0.0, left - 1), now)
        while len(self._left) > _MOST_ADDRESSES:
            self._left.popitem(last=False)
        return left >= 1


class OnlySoMany:
    """Answers an address that asks too often with a short page; each process counts for itself, see `Meter`.

    free: what is below it is not counted. only: what begins with one of these is, and nothing else; empty: everything.
    """

    def __init__(
        self, app: ASGIApp, *, allowance: Allowance, now: Callable[[], datetime], free: str = "\0", only: tuple[str, ...] = ("",)
    ) -> None:
        self.app = app
        self.now, self.free, self.only = now, free, only
        self.meter = Meter(allowance)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        is_free = scope["type"] != "http" or path.startswith(self.free) or not path.startswith(self.only)
        if is_free or self.meter.allows(address_of(scope), self.now()):
            await self.app(scope, receive, send)
        else:
            await too_many(self.meter.allowance.seconds)(scope, receive, send)


def address_of(scope: Mapping[str, Any]) -> str:
    """Who asks: an IPv4 address, or the half of an IPv6 address that one household has."""
    client = scope.get("client")
    try:
        found = ip_address(client[0]) if client else None
    except ValueError:
        return str(client[0]) if client else ""
    return str(int(found) >> 64) if isinstance(found, IPv6Address) else str(found)
