"""Who asks, over which record, when: what every page of the workspace is given, and the door that checks it. No page is in here.

A page is a row: its address, who may open it, what shows it and what takes its form. Nobody else reads cookies or tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from audit.casework.cycles import cycle_by_code, list_cycles
from audit.casework.installation import Installation
from audit.casework.worklists import find_case
from audit.errors import Refused
from audit.lifecycle.calendar import local_date
from audit.lifecycle.facts import CaseFacts
from audit.lifecycle.tables import Cycle
from audit.people.agency_queries import own_names
from audit.people.directory import people
from audit.people.roles import ROLE_LABELS, Person, Role
from audit.people.sessions import SignedIn, find_session, touch_session
from audit.steps.identify.queries import cases_opened_by
from audit.web import csrf
from audit.web.handling import expired, form_not_ours, refused
from audit.web.parts import Alert, Crumb, DemoRole, Shell
from audit.web.sent import LARGEST_FORM, Sent, read_sent
from audit.web.shell import SAID, answer, menu, role_words, said, say

COOKIE = "aks"
SAFE_COOKIE = "__Host-aks"
"""Over HTTPS: a browser then keeps others from setting it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One request of somebody who is signed in. session: for looking; what changes anything opens its own with `writing`."""

    request: Request
    installation: Installation
    session: Session
    signed_in: SignedIn
    at: datetime

    @property
    def person(self) -> Person:
        return self.signed_in.person

    def on(self, cycle: Cycle | None = None) -> date:
        """Today in the district of the cycle, or where this installation stands."""
        return local_date(self.at, cycle.timezone if cycle else self.installation.settings.timezone)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes, committed when the block ends well."""
        with self.installation.sessions.begin() as session:
            yield session

    def path(self, name: str) -> str:
        """A part of the address, as it came."""
        return str(self.request.path_params[name])

    def query(self, name: str) -> str:
        """A question behind the address, "" when it is not there; at most 200 characters."""
        return self.request.query_params.get(name, "").strip()[:200]

    def case(self, number: str | None = None) -> CaseFacts:
        """The facts of the case of this address (or number). Ends in the page "not found" when there is none for this person."""
        facts = find_case(self.session, number or self.path("number"), self.person, at=self.at)
        if facts is None:
            raise HTTPException(404)
        return facts

    def cycle_of(self, facts: CaseFacts) -> Cycle:
        return self.session.get_one(Cycle, facts.cycle_id)

    def cycles(self) -> Sequence[Cycle]:
        """Every cycle, the newest first. One statement."""
        return list_cycles(self.session)

    def cycle(self) -> Cycle | None:
        """The cycle asked for with ?siklus=KODE, else the newest open one, else the newest; None when there is none."""
        if code := self.query("siklus"):
            try:
                return cycle_by_code(self.session, code)
            except Refused:
                raise HTTPException(404) from None
        found = self.cycles()
        return next((cycle for cycle in found if cycle.closed_at is None), found[0] if found else None)

    def sees_identity(self, facts: CaseFacts) -> bool:
        """Whether this person opened the identity behind the case and may still see it. The right alone masks it."""
        return facts.case_id in self.identities_open()

    def identities_open(self) -> dict[int, datetime]:
        """Case id -> until when this person is shown who it is. One statement."""
        return cases_opened_by(self.session, self.person.id, at=self.at)

    @property
    def agencies(self) -> Mapping[str, str]:
        """The agencies that the office calls otherwise than usual, by code."""
        return self._names.agencies

    @property
    def _names(self) -> OfficeNames:
        names: OfficeNames = self.request.app.state.names.read(self.session, at=self.at)
        return names

    def frame(self, title: str, *, place: str = "", crumbs: Sequence[tuple[str, str]] = (), alerts: Sequence[Alert] = ()) -> Shell:
        """What stands around a page. place: key of shell.PLACES. crumbs: label and address of the pages above it."""
        state = self.request.app.state
        return Shell(
            title=f"{title} · AKS",
            office_name=self._names.office,
            person_name=self.person.name,
            role_label=role_words(self.person, self.agencies),
            nav=menu(self.person, current=place),
            crumbs=tuple(Crumb(label, address) for label, address in crumbs),
            alerts=(*said(self.request), *alerts),
            csrf=self.token,
            is_demo=state.is_demo,
            demo_roles=self._demo_roles() if state.is_demo else (),
            scripts=("offline.js",) if self.person.is_a(Role.FIELD) else (),
        )

    @property
    def token(self) -> str:
        """The token for a form of this answer."""
        return csrf.masked(self.signed_in.csrf)

    def draw(self, template: str, page: object, *, status: int = 200) -> HTMLResponse:
        return answer(template, page, status=status)

    def go(self, address: str, *, said: str = "", tone: str = "good") -> RedirectResponse:
        """On to a page after a form was taken. said: one sentence without identity, shown there once."""
        response = RedirectResponse(address, status_code=303)
        if said:
            say(response, said, tone=tone)
        return response

    def _demo_roles(self) -> tuple[DemoRole, ...]:
        return tuple(
            DemoRole(p.username, f"{role_words(p, self.agencies)} · {p.name}", is_current=p.id == self.person.id)
            for p in people(self.session)
        )


Show = Callable[[Desk], Response]
Take = Callable[[Desk, Sent], Response]

EVERYBODY = frozenset(Role) - {Role.SYSTEM}


@dataclass(frozen=True, slots=True)
class Page:
    """One address of the workspace. roles: who may open it; whoever may not finds nothing there. largest: bytes its form may have.

    show answers a GET, take a POST; None: there is no such way of asking.
    """

    address: str
    show: Show | None = None
    take: Take | None = None
    roles: frozenset[Role] = EVERYBODY
    largest: int = LARGEST_FORM

    @property
    def route(self) -> Route:
        methods = [method for method, does in (("GET", self.show), ("POST", self.take)) if does]
        return Route(self.address, _endpoint(self), methods=methods)

    @property
    def who(self) -> str:
        """The roles in words, for the manual."""
        return ", ".join(ROLE_LABELS[role] for role in Role if role in self.roles)


def set_cookie(request: Request, response: Response, token: str) -> None:
    """Let the browser keep the token of a session until it is closed or ended."""
    safe = request.app.state.behind_https
    response.set_cookie(SAFE_COOKIE if safe else COOKIE, token, httponly=True, samesite="lax", secure=safe, path="/")


def drop_cookie(request: Request, response: Response) -> None:
    safe = request.app.state.behind_https
    response.delete_cookie(SAFE_COOKIE if safe else COOKIE, httponly=True, samesite="lax", secure=safe, path="/")


def who_asks(request: Request, session: Session, at: datetime) -> SignedIn | None:
    """The session the cookie opens; None when there is none any more. One statement."""
    token = request.cookies.get(SAFE_COOKIE if request.app.state.behind_https else COOKIE, "")
    return find_session(session, token, at=at) if token else None


def _endpoint(page: Page) -> Callable[[Request], object]:
    async def endpoint(request: Request) -> Response:
        sent = await read_sent(request, largest=page.largest) if request.method == "POST" else None
        return await run_in_threadpool(_answer, page, request, sent)

    return endpoint


def _answer(page: Page, request: Request, sent: Sent | None) -> Response:
    installation: Installation = request.app.state.installation
    at: datetime = request.app.state.now()
    with installation.reading() as session:
        signed_in = who_asks(request, session, at)
        if signed_in is None:
            return expired(request) if sent is not None else _to_sign_in(request)
        if signed_in.needs_second_factor:
            return RedirectResponse("/masuk/kode", status_code=303)
        if not signed_in.person.roles & page.roles:
            raise HTTPException(404)
        desk = Desk(request, installation, session, signed_in, at)
        response = _ask(page, desk, sent)
    if signed_in.is_due_for_touch:
        with installation.sessions.begin() as writing:
            touch_session(writing, signed_in.session_id, at=at)
    if SAID in request.cookies and isinstance(response, HTMLResponse):
        response.delete_cookie(SAID, httponly=True, samesite="strict")
    return response


def _ask(page: Page, desk: Desk, sent: Sent | None) -> Response:
    try:
        if sent is None:
            assert page.show is not None, "routes answer only what a page has"
            return page.show(desk)
        token = sent.text(csrf.FIELD) or desk.request.headers.get(csrf.HEADER, "")
        if not csrf.comes_from_here(desk.request) or not csrf.is_ours(desk.signed_in.csrf, token):
            return form_not_ours(desk.request)
        assert page.take is not None, "routes answer only what a page has"
        return page.take(desk, sent)
    except Refused as refusal:
        return refused(desk.request, refusal)


def _to_sign_in(request: Request) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse("/masuk" if wanted == "/" else f"/masuk?lanjut={quote(wanted, safe='')}", status_code=303)


@dataclass(frozen=True, slots=True)
class OfficeNames:
    """office: what the office of the newest cycle calls itself, "" before the first. agencies: as `own_names` gives them."""

    office: str
    agencies: Mapping[str, str]


class KeptNames:
    """The names that every page shows. Kept for a minute: they may have been changed in another process."""

    def __init__(self) -> None:
        self._names, self._until = OfficeNames("", {}), datetime.min.replace(tzinfo=UTC)

    def read(self, session: Session, *, at: datetime) -> OfficeNames:
        """The names as they were at most a minute ago; two statements when they have to be looked up."""
        if at >= self._until:
            settings = session.scalar(select(Cycle.settings).order_by(Cycle.id.desc()).limit(1)) or {}
            self._names = OfficeNames(str((settings.get("office") or {}).get("name") or ""), own_names(session))
            self._until = at + timedelta(minutes=1)
        return self._names

    def forget(self) -> None:
        """Somebody has just changed them here."""
        self._until = datetime.min.replace(tzinfo=UTC)
