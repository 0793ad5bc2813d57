"""What the pages need to know of the office's own sign-in service (OpenID Connect); the conversation is in pages/oidc.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfficeSignIn:
    """issuer: its address, https. label: on the button. client_secret: "" for a service that asks none."""

    issuer: str
    client_id: str
    client_secret: str = ""
    label: str = "Masuk dengan akun kantor"

    def __repr__(self) -> str:
        return f"OfficeSignIn({self.issuer})"
