"""A small sign-in service (OpenID Connect) of an invented office, over real HTTP with its own keys; a test can make it lie."""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "aks-jember", "rahasia-uji"


@dataclass
class OfficeProvider:
    """lies: claims that replace the true ones in every token; None takes a claim away. key: what tokens are signed with."""

    issuer: str
    now: datetime
    subject: str = "pegawai-0001"
    lies: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "kantor"}))
    signs_with: RSAKey | None = None
    algorithm: str = "RS256"
    calls_itself: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def recognises(self, address: str) -> str:
        """What the service does when its user has signed in there: where it sends the browser back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/authorize?") and asked["client_id"] == CLIENT_ID
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256" and asked["scope"] == "openid"
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def token(self, asked: dict[str, str]) -> str:
        at = int(self.now.timestamp())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "iat": at,
            "exp": at + 300,
            "nonce": asked["nonce"],
        }
        claims = {name: value for name, value in (claims | self.lies).items() if value is not None}
        return jwt.encode({"alg": self.algorithm, "kid": "kantor"}, claims, self.signs_with or self.key, algorithms=[self.algorithm])

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._about),
                Route("/token", self._token, methods=["POST"]),
                Route("/jwks", self._keys),
            ]
        )

    async def _about(self, request: Request) -> Response:
        own = self.calls_itself or self.issuer
        endpoints = {name: f"{self.issuer}/{path}" for name, path in (("authorization_endpoint", "authorize"), ("token_endpoint", "token"))}
        return JSONResponse({"issuer": own, "jwks_uri": f"{self.issuer}/jwks", **endpoints})

    async def _keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self.codes.pop(str(form.get("code")), None)
        verifier = str(form.get("code_verifier", "")).encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).decode().rstrip("=")
        is_right = asked and challenge == asked["code_challenge"] and form.get("redirect_uri") == asked["redirect_uri"]
        if not is_right or asked is None or request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": self.token(asked)})


@contextmanager
def serving(now: datetime) -> Iterator[OfficeProvider]:
    """The service on a free port of this machine, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        provider = OfficeProvider(f"http://127.0.0.1:{listening.getsockname()[1]}", now)
        server = uvicorn.Server(uvicorn.Config(provider.app(), log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield provider
        finally:
            server.should_exit = True
            thread.join(timeout=10)
