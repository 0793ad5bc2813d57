"""The conversation with the office's own sign-in service (OpenID Connect: code, PKCE, state, nonce). Whose account it is: audit/people.

Source: OpenID Connect Core 1.0, 3.1; RFC 7636 (PKCE); RFC 9207 (issuer in the answer).
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]  # Authlib has no types
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from audit.errors import Fault, Refused
from audit.settings import OfficeSignIn

_log = logging.getLogger(__name__)

_SCOPE = "openid"
"""Nothing but who it is: name and address stay at the service."""

_SECONDS = 5.0
_LEEWAY = 60
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures with a key of the service only; "none" and shared secrets are not among them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What has to be remembered between going to the service and coming back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the service has recognised."""

    issuer: str
    subject: str


def check(service: OfficeSignIn) -> None:
    """Raises Fault when the settings of the service cannot work."""
    parts = urlsplit(service.issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname or "")):
        raise Fault(f"AKS_OIDC_ISSUER “{service.issuer[:80]}” harus diawali https://.")
    if not service.client_id:
        raise Fault("AKS_OIDC_CLIENT_ID belum diisi, padahal AKS_OIDC_ISSUER ada.")
    if service.client_secret_file and not service.client_secret_file.is_file():
        raise Fault("Berkas pada AKS_OIDC_CLIENT_SECRET_FILE tidak ada. Buat berkas yang hanya berisi rahasia kliennya.")


def ask(service: OfficeSignIn, *, back_to: str) -> Asked:
    """Where to send the browser, with what it must bring back. back_to: our address for it. Raises Refused when nobody answers there."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    query = {
        "response_type": "code",
        "client_id": service.client_id,
        "redirect_uri": back_to,
        "scope": _SCOPE,
        "state": state,
        "nonce": nonce,
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
    }
    with _client() as client:
        endpoint = _text(_about(client, service), "authorization_endpoint")
    return Asked(f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}", state, nonce, verifier)


def redeem(service: OfficeSignIn, code: str, *, nonce: str, verifier: str, back_to: str, at: datetime) -> Known:
    """Whom the code stands for, after every check of the token. Raises Refused; what was wrong goes to the log, without the token."""
    with _client() as client:
        about = _about(client, service)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back_to, "code_verifier": verifier}
        secret = service.client_secret_file.read_text(encoding="utf-8").strip() if service.client_secret_file else ""
        if not secret:
            form["client_id"] = service.client_id
        answer = _json(client, "POST", _text(about, "token_endpoint"), data=form, auth=(service.client_id, secret) if secret else None)
        keys = _json(client, "GET", _text(about, "jwks_uri"))
    return _checked(service, _text(answer, "id_token"), keys, nonce=nonce, at=at)


def _checked(service: OfficeSignIn, token: str, keys: dict[str, Any], *, nonce: str, at: datetime) -> Known:
    try:
        read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=_ALGORITHMS)  # type: ignore[arg-type]  # a set read from JSON
        options = {"iss": {"essential": True, "value": service.issuer}, "aud": {"essential": True, "value": service.client_id}}
        claims = CodeIDToken(read.claims, read.header, options, {"nonce": nonce, "client_id": service.client_id})
        claims.validate(now=int(at.timestamp()), leeway=_LEEWAY)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _not_right(type(error).__name__) from None
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise _not_right("no subject")
    return Known(service.issuer, subject)


def _about(client: httpx.Client, service: OfficeSignIn) -> dict[str, Any]:
    """What the service says of itself; it has to call itself what we call it."""
    about = _json(client, "GET", f"{service.issuer}/.well-known/openid-configuration")
    if str(about.get("issuer", "")).rstrip("/") != service.issuer:
        raise _not_right("another issuer")
    return about


def _json(client: httpx.Client, method: str, address: str, **more: Any) -> dict[str, Any]:
    if urlsplit(address).scheme != "https" and not _is_here(urlsplit(address).hostname or ""):
        raise _not_right("an address without https")
    try:
        answer = client.request(method, address, **more)
        found = answer.json() if answer.status_code == httpx.codes.OK else None
    except (httpx.HTTPError, ValueError) as error:
        _log.warning("sign-in service did not answer", extra={"kind": type(error).__name__})
        raise Refused.because("oidc", "Layanan masuk kantor tidak menjawab. Coba lagi, atau masuk dengan kata sandi.") from None
    if not isinstance(found, dict):
        raise _not_right(f"status {answer.status_code}")
    return found


def _client() -> httpx.Client:
    return httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False, headers={"Accept": "application/json"})


def _text(answer: dict[str, Any], name: str) -> str:
    found = answer.get(name)
    if not isinstance(found, str) or not found:
        raise _not_right(f"no {name}")
    return found


def _not_right(why: str) -> Refused:
    _log.warning("sign-in service was not believed", extra={"why": why})
    return Refused.because(
        "oidc", "Layanan masuk kantor tidak dapat dipercaya kali ini. Coba lagi; bila tetap begini, beri tahu sekretariat."
    )


def _is_here(host: str) -> bool:
    """Whether it is this machine, where a service is tried out without https."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
