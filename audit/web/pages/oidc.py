"""Signing in with the office's own service: to it, back from it, and linking an account to it. It never makes an account.

What is remembered in between lies in a cookie of ten minutes: its state has to come back with the browser that was sent.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from audit.errors import Refused
from audit.people.external import link, sign_in_externally
from audit.people.invitations import accept_with_identity
from audit.settings import OfficeSignIn
from audit.web import csrf
from audit.web.handling import form_not_ours
from audit.web.office_sign_in import Asked, Known, ask, redeem
from audit.web.open_door import Visitor, door, only_here
from audit.web.parts import Alert, Button
from audit.web.sent import Sent

ADDRESS, BACK = "/masuk/kantor", "/masuk/kantor/kembali"
COOKIE, SAFE_COOKIE = "aks_kantor", "__Host-aks_kantor"
_SECONDS = 600
_TOO_LATE = "Langkah masuk ini sudah lewat atau dimulai di peramban lain. Mulai sekali lagi."
_LONGEST_CODE = 2000


def start(visitor: Visitor) -> Response:
    """To the service, to sign in."""
    service = _service(visitor)
    try:
        asked = ask(service, back_to=_back_to(visitor.request))
    except Refused as refusal:
        return _not_in(visitor, refusal)
    response = RedirectResponse(asked.address, status_code=303)
    _remember(visitor, response, asked, {"wanted": visitor.request.query_params.get("lanjut", "")[:1000]})
    return response


def start_linking(visitor: Visitor, sent: Sent) -> Response:
    """To the service, to link an account: with a link of the secretariat (its code in the form), or one's own of who is signed in."""
    service, code = _service(visitor), sent.text("link").strip()[:100]
    if not code:
        known = visitor.signed_in()
        if known is None or known.needs_second_factor:
            return visitor.go("/masuk", said="Masuk dahulu, lalu hubungkan akun kantor di halaman Akun saya.", tone="info")
        if not csrf.is_ours(known.csrf, sent.text(csrf.FIELD)):
            return form_not_ours(visitor.request)
    try:
        asked = ask(service, back_to=_back_to(visitor.request))
    except Refused as refusal:
        return _not_in(visitor, refusal)
    # A form may be answered only by pages of ours (form-action 'self'), so the way out is a link.
    lead = "Anda akan berpindah ke layanan masuk kantor, lalu kembali ke sini."
    response = visitor.draw(
        "Hubungkan akun kantor", None, lead=lead, links=(Button("Lanjut ke layanan kantor", asked.address, tone="primary"),)
    )
    _remember(visitor, response, asked, {"invitation": code} if code else {"links": "own"})
    return response


def come_back(visitor: Visitor) -> Response:
    """What the service sent back, checked; then in, or linked. Whatever does not fit opens nothing."""
    service, query = _service(visitor), visitor.request.query_params
    before = _remembered(visitor.request)
    is_ours = bool(before) and hmac.compare_digest(before["state"].encode(), query.get("state", "").encode())
    if not is_ours or query.get("iss", service.issuer).rstrip("/") != service.issuer:
        return _forget(visitor, _not_in(visitor, Refused.because("oidc", _TOO_LATE)))
    if not query.get("code"):
        return _forget(visitor, _not_in(visitor, Refused.because("oidc", "Layanan masuk kantor tidak mengizinkan Anda masuk.")))
    try:
        who = redeem(
            service,
            query["code"][:_LONGEST_CODE],
            nonce=before["nonce"],
            verifier=before["verifier"],
            back_to=_back_to(visitor.request),
            at=visitor.at,
        )
        return _forget(visitor, _let_in(visitor, who, before))
    except Refused as refusal:
        return _forget(visitor, _not_in(visitor, refusal))


def _let_in(visitor: Visitor, who: Known, before: Mapping[str, str]) -> Response:
    """Raises Refused when no account is this identity's, or it is another account's."""
    if before.get("links"):
        known = visitor.signed_in()
        if known is None or known.needs_second_factor:
            raise Refused.because("oidc", _TOO_LATE)
        with visitor.installation.sessions.begin() as session:
            link(session, known.person.id, who.issuer, who.subject, by=known.person, at=visitor.at)
        return visitor.go("/akun", said="Akun kantor terhubung. Mulai sekarang Anda dapat masuk dengannya.")
    with visitor.installation.sessions.begin() as session:
        if before.get("invitation"):
            accept_with_identity(session, before["invitation"], who.issuer, who.subject, at=visitor.at)
        opened = sign_in_externally(session, who.issuer, who.subject, at=visitor.at, device=visitor.device)
    return visitor.go(only_here(before.get("wanted", "")), token=opened.token)


def _not_in(visitor: Visitor, refusal: Refused) -> Response:
    alerts = tuple(Alert(reason.sentence, "bad") for reason in refusal.reasons)
    links = (Button("Coba lagi", ADDRESS, tone="primary"), Button("Masuk dengan kata sandi", "/masuk", tone="quiet"))
    return visitor.draw("Belum masuk", None, alerts=alerts, links=links, status=422)


def _service(visitor: Visitor) -> OfficeSignIn:
    """Ends in the page "not found" where the office has no such service."""
    found: OfficeSignIn | None = visitor.request.app.state.oidc
    if found is None:
        raise HTTPException(404)
    return found


def _back_to(request: Request) -> str:
    return f"{request.base_url}{BACK.removeprefix('/')}"


def _name(request: Request) -> str:
    return SAFE_COOKIE if request.app.state.behind_https else COOKIE


def _remember(visitor: Visitor, response: Response, asked: Asked, more: Mapping[str, str]) -> None:
    value = {"state": asked.state, "nonce": asked.nonce, "verifier": asked.verifier, **more}
    packed = urlsafe_b64encode(json.dumps(value).encode()).decode()
    safe = visitor.request.app.state.behind_https
    response.set_cookie(_name(visitor.request), packed, max_age=_SECONDS, httponly=True, samesite="lax", secure=safe, path="/")


def _forget(visitor: Visitor, response: Response) -> Response:
    """A step is good for one try, whatever came of it."""
    response.delete_cookie(_name(visitor.request), httponly=True, samesite="lax", secure=visitor.request.app.state.behind_https, path="/")
    return response


def _remembered(request: Request) -> dict[str, str]:
    """What `_remember` wrote; empty when it is not as it writes it."""
    try:
        found = json.loads(urlsafe_b64decode(request.cookies.get(_name(request), "").encode("ascii", "replace")))
    except (NotBase64, ValueError):
        return {}
    is_whole = isinstance(found, dict) and all(isinstance(value, str) for value in found.values())
    return found if is_whole and all(found.get(name) for name in ("state", "nonce", "verifier")) else {}


ROUTES = (door(ADDRESS, start, start_linking), door(BACK, come_back))
