"""Who asks through the API: the token, its scopes, how often; and how errors are answered. Cookies open nothing here."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from audit.casework.installation import Installation
from audit.casework.worklists import find_case
from audit.errors import Reason, Refused
from audit.forms import Doubted, Problem, Problems
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Cycle
from audit.people.roles import Person
from audit.people.tokens import Bearer, find_token, touch_token
from audit.web.api.records import Errors, ProblemOut, ReasonOut
from audit.web.guarding import Allowance, address_of

_log = logging.getLogger(__name__)

TOKEN_ALLOWANCE = Allowance(requests=300, seconds=60)
"""Of one token: a list of 500 cases and every one of them within two minutes."""

STRANGER_ALLOWANCE = Allowance(requests=60, seconds=60)
"""Of one address without a token that is good: a machine that tries tokens cannot go on."""

LARGEST_BODY = 1_000_000

NOT_HERE = Reason("not_found", "Tidak ada apa pun di alamat ini untuk token ini.")

Token = Annotated[
    HTTPAuthorizationCredentials | None,
    Security(HTTPBearer(auto_error=False, scheme_name="token", description="Token pribadi dari halaman Akun, misalnya aks_…")),
]


class ApiError(Exception):
    """An answer that is no success, with its reasons. doubts_stamp: see `audit.web.api.records.Errors`."""

    def __init__(
        self,
        status: int,
        *reasons: Reason,
        problems: Sequence[Problem] = (),
        doubts_stamp: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status)
        self.status, self.reasons, self.problems, self.doubts_stamp, self.headers = status, reasons, problems, doubts_stamp, headers


@dataclass(frozen=True, slots=True)
class ApiDesk:
    """One request of a program. session: for looking; what changes anything opens its own with `writing`."""

    installation: Installation
    session: Session
    bearer: Bearer
    at: datetime

    @property
    def person(self) -> Person:
        return self.bearer.person

    def on(self, cycle: Cycle | None = None) -> date:
        """Today in the district of the cycle, or where this installation stands."""
        return local_date(self.at, cycle.timezone if cycle else self.installation.settings.timezone)

    def case(self, number: str) -> CaseFacts:
        """The facts of this case. The same 404 when there is none and when it is not this person's."""
        facts = find_case(self.session, number, self.person, at=self.at)
        if facts is None:
            raise ApiError(404, NOT_HERE)
        return facts

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes, committed when the block ends well."""
        with self.installation.sessions.begin() as session:
            yield session


@contextmanager
def asking(request: Request, token: HTTPAuthorizationCredentials | None, scope: str = "") -> Iterator[ApiDesk]:
    """The desk of whoever the token speaks for. scope: what it must have been made for; "": any token will do.

    Raises ApiError: 401 without a good token, 403 when it was not made for this, 429 when it asks too often.
    """
    state = request.app.state
    at: datetime = state.now()
    with state.installation.reading() as session:
        bearer = find_token(session, token.credentials, at=at) if token is not None else None
        meter, key = (state.strangers, address_of(request.scope)) if bearer is None else (state.tokens, str(bearer.token_id))
        if not meter.allows(key, at):
            wait = {"Retry-After": str(meter.allowance.seconds)}
            raise ApiError(429, Reason("too_many", "Terlalu banyak permintaan. Tunggu satu menit, lalu coba lagi."), headers=wait)
        if bearer is None:
            sentence = "Sertakan token yang masih berlaku: Authorization: Bearer aks_…"
            raise ApiError(401, Reason("no_token", sentence), headers={"WWW-Authenticate": "Bearer"})
        if scope and not bearer.may(scope):
            raise ApiError(403, Reason("scope", f"Token ini tidak dibuat untuk “{scope}”."))
        desk = ApiDesk(state.installation, session, bearer, at)
        try:
            yield desk
        except Refused as refusal:
            problems = refusal.problems if isinstance(refusal, Problems) else ()
            stamp = refusal.stamp if isinstance(refusal, Doubted) else None
            raise ApiError(422 if problems else 409, *refusal.reasons, problems=problems, doubts_stamp=stamp) from None
    today = desk.on()
    if bearer.last_used_on != today:
        with desk.writing() as writing:
            touch_token(writing, bearer.token_id, on=today)


def answer_error(_request: Request, error: Exception) -> JSONResponse:
    """An ApiError as JSON."""
    assert isinstance(error, ApiError), "registered for it"
    content = Errors(
        reasons=[ReasonOut(code=r.code, sentence=r.sentence) for r in error.reasons],
        problems=[ProblemOut(code=p.code, sentence=p.message, place=p.place, value=p.value) for p in error.problems],
        doubts_stamp=error.doubts_stamp,
    )
    return JSONResponse(content.model_dump(), status_code=error.status, headers=dict(error.headers or {}))


def answer_http(request: Request, error: Exception) -> JSONResponse:
    """What the framework refuses: no such address, another way of asking, a body that cannot be read."""
    assert isinstance(error, HTTPException), "registered for it"
    reason = {
        404: NOT_HERE,
        405: Reason("method", "Alamat ini tidak menjawab cara bertanya itu."),
        413: Reason("too_large", f"Yang dikirim lebih besar daripada {LARGEST_BODY} bita."),
    }.get(error.status_code, Reason("unreadable", "Isi permintaan tidak dapat dibaca; kirim JSON dalam UTF-8."))
    return answer_error(request, ApiError(error.status_code, reason, headers=error.headers))


def answer_invalid(request: Request, error: Exception) -> JSONResponse:
    """A request that is not as the OpenAPI document says: every place at once. What was sent is not repeated."""
    assert isinstance(error, RequestValidationError), "registered for it"
    problems = [_problem(one) for one in error.errors()]
    reasons = (Reason("invalid", "Permintaan tidak sesuai dengan dokumen OpenAPI."),)
    return answer_error(request, ApiError(422, *reasons, problems=problems))


def _problem(one: Mapping[str, Any]) -> Problem:
    place = ".".join(str(part) for part in one["loc"][1:] if str(part).isascii())[:100]
    sentence = f"{place or one['loc'][0]}: tidak sesuai ({one['type']})."
    return Problem(place, "", str(one["type"]), sentence)


class FaultsToJson:
    """Whatever breaks becomes JSON with an id; the log has the id and where it broke, never the request. Bodies are read up to a limit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        has_begun, so_far = False, 0

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = has_begun or message["type"] == "http.response.start"
            await send(message)

        async def counted() -> Message:
            nonlocal so_far
            message = await receive()
            so_far += len(message.get("body", b""))
            if so_far > LARGEST_BODY:
                raise HTTPException(413)
            return message

        try:
            await self.app(scope, counted, watched)
        except Exception:  # noqa: BLE001 - the edge of the API
            fault_id = secrets.token_hex(4).upper()
            _log.exception("api failed", extra={"fault_id": fault_id})
            if not has_begun:
                reason = Reason("fault", f"Layanan sedang terganggu. Beri tahu sekretariat dan sebutkan {fault_id}.")
                await answer_error(Request(scope), ApiError(500, reason))(scope, receive, send)
