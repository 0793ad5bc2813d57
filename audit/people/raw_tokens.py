"""Random tokens: made once, shown once, kept only as a hash. What each is good for is in sessions, invitations and tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets

_BYTES = 32
_LONGEST = 200


def new_token(prefix: str = "") -> str:
    """256 random bits as 43 letters that fit into an address, behind `prefix`."""
    return prefix + secrets.token_urlsafe(_BYTES)


def token_hash(token: str) -> str:
    """The SHA-256 under which a token is kept and looked up, 64 hexadecimal digits. Random tokens need no slow hash."""
    return hashlib.sha256(token[:_LONGEST].encode(errors="replace")).hexdigest()


def derived(token: str, purpose: str) -> str:
    """Another secret that whoever holds the token can work out and nobody else, 64 hexadecimal digits."""
    return hmac.digest(token.encode(errors="replace"), purpose.encode(), "sha256").hex()
