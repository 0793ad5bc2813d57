"""Coming in and going out: the page that asks for a password, signing out, and in the demo district changing places. Not accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from audit.casework.installation import Installation
from audit.errors import Refused
from audit.people.devices import device_words
from audit.people.directory import person_named
from audit.people.sessions import end_session, open_session
from audit.people.sign_in import sign_in
from audit.web import csrf
from audit.web.desk import Desk, Page, drop_cookie, set_cookie, who_asks
from audit.web.handling import form_not_ours
from audit.web.parts import Button, FieldView, FormView, PageHead, ProblemLine, SectionView, Shell
from audit.web.sent import Sent, read_sent
from audit.web.shell import answer, shell


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The question who somebody is."""

    shell: Shell
    head: PageHead
    form: FormView


async def form(request: Request) -> Response:
    """GET: the question. POST: the answer; right, on to where one wanted to go; wrong, the question again with one sentence."""
    if request.method == "GET":
        return _draw(request.query_params.get("lanjut", ""), username="")
    if not csrf.comes_from_here(request):
        return form_not_ours(request)
    return await run_in_threadpool(_take, request, await read_sent(request))


def _take(request: Request, sent: Sent) -> Response:
    installation: Installation = request.app.state.installation
    at: datetime = request.app.state.now()
    device = device_words(request.headers.get("user-agent", ""))
    wanted, username = sent.text("lanjut"), sent.text("username")
    try:
        opened = sign_in(installation.sessions, username, sent.text("password"), at=at, device=device)
    except Refused as refusal:
        return _draw(wanted, username=username, problem=refusal.reasons[0].sentence, status=422)
    response = RedirectResponse("/masuk/kode" if opened.needs_second_factor else _only_here(wanted), status_code=303)
    set_cookie(request, response, opened.token)
    return response


def _draw(wanted: str, *, username: str, problem: str = "", status: int = 200) -> Response:
    view = FormView(
        address="/masuk",
        sections=(
            SectionView(
                "masuk",
                "",
                (
                    FieldView("username", "Nama pengguna", value=username, is_required=True, autocomplete="username"),
                    FieldView("password", "Kata sandi", "password", is_required=True, autocomplete="current-password"),
                ),
            ),
        ),
        buttons=(Button("Masuk", tone="primary"),),
        hidden=(("lanjut", wanted),),
        problems=(ProblemLine("f-username", problem),) if problem else (),
        is_guarded=False,
    )
    return answer("web/sign_in.html", SignInPage(shell("Masuk"), PageHead("Masuk"), view), status=status)


def _only_here(wanted: str) -> str:
    """Where somebody wanted to go, if it is a page of ours."""
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable() else "/"


def sign_out(desk: Desk, sent: Sent) -> Response:
    """End this session, on the server and in the browser."""
    del sent
    with desk.writing() as session:
        end_session(session, desk.signed_in.session_id, account_id=desk.person.id, at=desk.at)
    response = RedirectResponse("/masuk", status_code=303)
    drop_cookie(desk.request, response)
    return response


async def demo(request: Request) -> Response:
    """In the demo district only: sit down as somebody else, without a password."""
    if not request.app.state.is_demo:
        raise HTTPException(404)
    if not csrf.comes_from_here(request):
        return form_not_ours(request)
    return await run_in_threadpool(_sit_down, request, await read_sent(request))


def _sit_down(request: Request, sent: Sent) -> Response:
    installation: Installation = request.app.state.installation
    at: datetime = request.app.state.now()
    with installation.sessions.begin() as session:
        person = person_named(session, sent.text("akun").strip().lower())
        before = who_asks(request, session, at)
        if before is not None:
            end_session(session, before.session_id, account_id=before.person.id, at=at)
        opened = open_session(session, person.id, how="demo", at=at, device=device_words(request.headers.get("user-agent", "")))
    response = RedirectResponse("/", status_code=303)
    set_cookie(request, response, opened.token)
    return response


ROUTES = (Route("/masuk", form, methods=["GET", "POST"]), Route("/demo/ganti", demo, methods=["POST"]))
PAGES = (Page("/keluar", take=sign_out),)
