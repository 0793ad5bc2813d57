"""The token by which a form proves that it came from a page of ours: the secret of the session under a new mask in every answer."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

from starlette.requests import Request

FIELD = "csrf"
HEADER = "X-CSRF-Token"


def masked(secret: str) -> str:
    """The secret as a page carries it. It looks different each time, so that the length of a compressed page tells nothing about it."""
    plain = secret.encode()
    mask = secrets.token_bytes(len(plain))
    return urlsafe_b64encode(mask + _xor(plain, mask)).decode()


def is_ours(secret: str, given: str) -> bool:
    """Whether `given` is that secret under any mask."""
    try:
        raw = urlsafe_b64decode(given.encode("ascii", "replace"))
    except (NotBase64, ValueError):
        return False
    half = len(raw) // 2
    return len(raw) == 2 * len(secret.encode()) and hmac.compare_digest(_xor(raw[:half], raw[half:]), secret.encode())


def comes_from_here(request: Request) -> bool:
    """What the browser itself says of where a form was sent from; True when it says nothing (an old browser)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
