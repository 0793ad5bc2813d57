"""Pages for who is not signed in yet, and the checks their forms pass. Who may come in is decided in audit/people, not here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from audit.casework.installation import Installation
from audit.errors import Refused
from audit.people.devices import device_words
from audit.people.sessions import SignedIn
from audit.people.sign_in import needs_first_account
from audit.web import csrf
from audit.web.desk import set_cookie, who_asks
from audit.web.form_parts import FieldView, FormView, ProblemLine, SectionView
from audit.web.handling import form_not_ours
from audit.web.parts import Alert, Button, PageHead, Shell
from audit.web.sent import Sent, read_sent
from audit.web.shell import SAID, answer, said, say, shell


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A button that posts something hidden: another way on than the form above it."""

    address: str
    hidden: tuple[tuple[str, str], ...]
    button: Button


@dataclass(frozen=True, slots=True)
class DoorPage:
    """One page before the workspace: what it says, and the form it asks with (None: it only says it). links: other ways on."""

    shell: Shell
    head: PageHead
    alerts: tuple[Alert, ...]
    form: FormView | None
    links: tuple[Button, ...] = ()
    other: OtherWay | None = None
    script: str = ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """One request of somebody who is not signed in, or not wholly."""

    request: Request
    installation: Installation
    at: datetime

    @property
    def device(self) -> str:
        """The browser in two words, e.g. "Chrome di Android"."""
        return device_words(self.request.headers.get("user-agent", ""))

    def signed_in(self) -> SignedIn | None:
        """The session of the cookie, wholly open or waiting for its code."""
        with self.installation.reading() as session:
            return who_asks(self.request, session, self.at)

    def is_first(self) -> bool:
        """Whether nobody can sign in yet and this program may be told who is the first."""
        if self.request.app.state.start_code is None:
            return False
        with self.installation.reading() as session:
            return needs_first_account(session)

    def draw(
        self,
        title: str,
        form: FormView | None,
        *,
        lead: str = "",
        alerts: Sequence[Alert] = (),
        links: Sequence[Button] = (),
        other: OtherWay | None = None,
        script: str = "",
        status: int = 200,
    ) -> HTMLResponse:
        """The page; what the one before wanted said stands on top, once. script: a file of ours that makes it nicer."""
        page = DoorPage(shell(title), PageHead(title, lead=lead), (*said(self.request), *alerts), form, tuple(links), other, script)
        response = answer("web/door.html", page, status=status)
        if SAID in self.request.cookies:
            response.delete_cookie(SAID, httponly=True, samesite="strict")
        return response

    def go(self, address: str, *, said: str = "", tone: str = "good", token: str = "") -> RedirectResponse:
        """On to an address of ours. token: of a session just opened; the browser keeps it."""
        response = RedirectResponse(address, status_code=303)
        if said:
            say(response, said, tone=tone)
        if token:
            set_cookie(self.request, response, token)
        return response


def door(address: str, show: Callable[[Visitor], Response], take: Callable[[Visitor, Sent], Response] | None = None) -> Route:
    """A route for anybody. take: its form, which has to come from a page of ours."""

    async def endpoint(request: Request) -> Response:
        visitor = Visitor(request, request.app.state.installation, request.app.state.now())
        if request.method != "POST":
            return await run_in_threadpool(show, visitor)
        if not csrf.comes_from_here(request):
            return form_not_ours(request)
        assert take is not None, "routes answer only what a page has"
        return await run_in_threadpool(take, visitor, await read_sent(request))

    return Route(address, endpoint, methods=["GET", "POST"] if take else ["GET"])


def one_form(
    address: str,
    fields: Sequence[FieldView],
    button: str,
    *,
    hidden: Sequence[tuple[str, str]] = (),
    problems: Sequence[ProblemLine] = (),
    csrf: str = "",
) -> FormView:
    """A form of one part and one button."""
    return FormView(
        address=address,
        sections=(SectionView("isian", "", tuple(fields)),),
        buttons=(Button(button, tone="primary"),),
        hidden=tuple(hidden),
        problems=tuple(problems),
        csrf=csrf,
        is_guarded=False,
    )


def beside(refusal: Refused, fields: Sequence[str]) -> tuple[ProblemLine, ...]:
    """The sentences of a refusal, each at the field its code names; what names none of `fields` belongs to the form as a whole."""
    return tuple(ProblemLine(f"f-{reason.code}" if reason.code in fields else "", reason.sentence) for reason in refusal.reasons)


def sentence_at(problems: Sequence[ProblemLine], name: str) -> str:
    """What is said beside the field of this name, "" for nothing."""
    return next((line.sentence for line in problems if line.key == f"f-{name}"), "")


def only_here(wanted: str) -> str:
    """Where somebody wanted to go, if it is a page of ours; else the first page."""
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable() and len(wanted) < 2000
    return wanted if is_ours else "/"


def with_wanted(address: str, wanted: str) -> str:
    """The address, with where to go on to afterwards behind it."""
    return f"{address}?lanjut={quote(wanted, safe='')}" if wanted and only_here(wanted) == wanted and wanted != "/" else address
